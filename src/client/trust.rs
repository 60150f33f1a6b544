//! What a client believes: nothing that the hub shows, before all of it is proven.
//!
//! In order: the authority is the one on the slip; the newest directory that it signed names the journal's
//! key; each checkpoint is signed with it and has the remembered one for a past; each statement stands in
//! that journal, and saw a past of it; in the journal's order, each was signed by who may; and nothing is
//! missing that was shown before.

mod error;
mod evidence;
mod names;
mod shown;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::clock::Clock;
use crate::protocol::case::CaseState;
use crate::protocol::cert::PublicCert;
use crate::protocol::directory::House;
use crate::protocol::history::{Entry, History, View};
use crate::protocol::id::{CaseNumber, Digest, MemberId, Moment, PartnerId};
use crate::protocol::journal::{Checkpoint, JournalPublicKey};
use crate::protocol::refusal::Refusal;
use crate::protocol::statement::{Body, Membership, PartName, Statement};
use crate::protocol::vault::{Given, VaultState};
use crate::protocol::words::Seen;

use super::batch::Batch;
use super::error::{ClientError, Result};
use super::home::{Home, Remembered};
use super::remote::{RecordedBatch, Remote};

pub use error::TrustError;
use evidence::Pages;
pub use names::{name_of, partner_named};
use shown::Audiences;

/// A statement that was proven to be on record.
#[derive(Clone, Debug)]
pub struct Known {
    pub id: Digest,
    pub leaf: u64,
    /// When the hub recorded it.
    pub at: Moment,
    pub statement: Statement,
    /// The exact text that was signed.
    pub text: String,
    pub signature: Vec<u8>,
}

/// All that was proven: the house, and the cases that were loaded.
pub struct World {
    pub history: History,
    /// The last checkpoint, as statements name it.
    pub seen: Seen,
    /// When this was fetched.
    pub now: Moment,
    pub me: MemberId,
    authority: Arc<PublicCert>,
    known: BTreeMap<Digest, Known>,
    certs: BTreeMap<Digest, Vec<u8>>,
    audiences: Audiences,
    /// The last checkpoint with its note.
    checkpoint: Option<(Checkpoint, String)>,
    journal_key: JournalPublicKey,
}

impl World {
    /// Fetches and verifies who is who, and remembers what was seen.
    pub async fn house_of(home: &Home, remote: &Remote, clock: &dyn Clock) -> Result<Self> {
        let authority = pinned_authority(home, remote).await?;
        let pages = Pages::fetch(remote, None, None).await?;
        let journal_key = pages.journal_key(&authority)?;
        if *journal_key.hub() != home.settings().hub {
            return Err(Refusal::WrongHub.into());
        }
        let mut world = Self {
            history: History::new(House::new(home.settings().hub.clone(), authority.clone())),
            seen: Seen::nothing(),
            now: clock.now(),
            me: home.settings().member,
            authority,
            known: BTreeMap::new(),
            certs: BTreeMap::new(),
            audiences: Audiences::new(),
            checkpoint: None,
            journal_key,
        };
        let taken = world.take(home, remote, &[pages]).await;
        evidence::tell_once(home, taken)?;
        Ok(world)
    }

    /// Fetches and verifies what the member may see of a case, and remembers what was seen.
    pub async fn load_case(
        &mut self,
        home: &Home,
        remote: &Remote,
        number: CaseNumber,
    ) -> Result<Arc<CaseState>> {
        self.load_cases(home, remote, &[number]).await?;
        self.case(number)
    }

    /// The same for several cases; none at all brings what the house signed since.
    pub async fn load_cases(&mut self, home: &Home, remote: &Remote, numbers: &[CaseNumber]) -> Result<()> {
        let pages = self.fetch(remote, numbers).await?;
        let loaded = match self.take(home, remote, &pages).await {
            Err(ClientError::Trust(why)) if came_too_late(&why, &pages) => {
                let pages = self.fetch(remote, numbers).await?;
                self.take(home, remote, &pages).await
            }
            loaded => loaded,
        };
        evidence::tell_once(home, loaded)
    }

    async fn fetch(&mut self, remote: &Remote, numbers: &[CaseNumber]) -> Result<Vec<Pages>> {
        let mut pages = Vec::with_capacity(numbers.len() + 1);
        for number in numbers {
            pages.push(Pages::fetch(remote, Some(*number), None).await?);
        }
        // A case may build on what the house signed since, so that comes last.
        let last = self.known.values().filter(|known| known.statement.body.case().is_none());
        let last = last.map(|known| known.leaf).max();
        let of_house = Pages::fetch(remote, None, last).await?;
        if of_house.has_directory() {
            self.journal_key = of_house.journal_key(&self.authority)?;
        }
        pages.push(of_house);
        Ok(pages)
    }

    /// Proves new pages, judges all anew in the journal's order, and only then believes and remembers them.
    async fn take(&mut self, home: &Home, remote: &Remote, pages: &[Pages]) -> Result<()> {
        let remembered = home.remembered()?;
        let mut last = self.last_checkpoint(remembered.as_ref());
        let mut known = self.known.clone();
        let mut certs = self.certs.clone();
        for pages in pages {
            for page in pages.prove(&self.journal_key)? {
                evidence::require_past(home, remote, last.as_ref(), &page).await?;
                last = Some(page);
            }
            pages.add_to(&mut known, &mut certs)?;
        }
        let (history, audiences) = judge(&home.settings().hub, &self.authority, &known, &certs)?;
        require_newer_directory(&history, &known, remembered.as_ref())?;
        if let Some(remembered) = &remembered {
            let asked = pages.iter().filter_map(Pages::case).collect();
            shown::require_all(remembered, &history, &known, &asked, self.me, self.now)?;
        }
        (self.history, self.audiences, self.checkpoint) = (history, audiences, last);
        (self.known, self.certs) = (known, certs);
        self.remember(home, remembered)
    }

    /// The newest checkpoint that was verified: here, or by whatever was sent meanwhile.
    fn last_checkpoint(&self, remembered: Option<&Remembered>) -> Option<(Checkpoint, String)> {
        let kept = remembered.map(|r| (r.checkpoint(&self.house().hub), r.note.clone()));
        let all = self.checkpoint.clone().into_iter().chain(kept);
        all.max_by_key(|(checkpoint, _)| checkpoint.size)
    }

    fn remember(&mut self, home: &Home, before: Option<Remembered>) -> Result<()> {
        let Some((checkpoint, note)) = &self.checkpoint else { return Ok(()) };
        self.seen = Seen { size: checkpoint.size, root: checkpoint.root.0 };
        let directory = self.house().directory.as_deref().ok_or(Refusal::NoDirectory)?;
        let (mut shown, mut sent) = before.map(|before| (before.shown, before.sent)).unwrap_or_default();
        shown.extend(shown::shown(&self.history, &self.known, &self.audiences, self.me, self.now));
        sent.retain(|id, _| !self.known.contains_key(id));
        home.remember(&Remembered {
            size: checkpoint.size,
            root: checkpoint.root,
            note: note.clone(),
            journal_key: Some(self.journal_key.clone()),
            directory: directory.number.0,
            directory_id: directory_id(&self.known, directory.number.0).ok_or(Refusal::NoDirectory)?,
            key: self.my_key(),
            shown,
            sent,
        })
    }

    /// Holds the hub to its answer to a batch: its checkpoint is the journal's, grew from the last one, and
    /// has room for what it says it recorded. What was sent must be there the next time. That is noted first: should
    /// the hub not answer any more, it was recorded all the same, and the next time proves it.
    pub async fn hold_to(
        &self,
        home: &Home,
        remote: &Remote,
        batch: &Batch,
        answer: &RecordedBatch,
    ) -> Result<()> {
        let mut remembered = home.remembered()?;
        if let Some(remembered) = &mut remembered {
            for signed in &batch.entries {
                let statement = signed.parse().map_err(Refusal::from)?;
                remembered.sent.insert(signed.id(), statement.body.case());
            }
            home.remember(remembered)?;
        }
        let checkpoint = self.journal_key.open(&answer.checkpoint).map_err(TrustError::Checkpoint)?;
        if answer.recorded.iter().any(|recorded| recorded.leaf >= checkpoint.size) {
            return Err(ClientError::bad_receipt());
        }
        let Some(mut remembered) = remembered else { return Ok(()) };
        let (last, now) = (self.last_checkpoint(Some(&remembered)), (checkpoint, answer.checkpoint.clone()));
        match evidence::require_past(home, remote, last.as_ref(), &now).await {
            Err(error) if error.is_no_answer() => return Ok(()),
            proven => proven?,
        }
        (remembered.size, remembered.root, remembered.note) = (now.0.size, now.0.root, now.1);
        home.remember(&remembered)
    }

    pub fn house(&self) -> &House {
        &self.history.house
    }

    /// The `key` statement of mine that is in force.
    pub fn my_key(&self) -> Option<Digest> {
        self.house().members.get(&self.me).map(|membership| membership.key)
    }

    /// Fetches and verifies every case that the member knows of: what the hub lists, what it showed before, and what it
    /// said it recorded. A hub that lists less would else keep a whole case back. The cases, by number.
    pub async fn load_all(&mut self, home: &Home, remote: &Remote) -> Result<Vec<Arc<CaseState>>> {
        let listed: BTreeSet<CaseNumber> = remote.cases().await?.into_iter().map(|row| row.case).collect();
        let mut all = listed.clone();
        if let Some(remembered) = home.remembered()? {
            all.extend(remembered.shown.cases.into_keys());
            all.extend(remembered.sent.into_values().flatten());
        }
        let all: Vec<CaseNumber> = all.into_iter().collect();
        self.load_cases(home, remote, &all).await?;
        // Of those that it does not list, the member may see nothing any more.
        let there = all.into_iter().filter(|case| listed.contains(case) || self.case(*case).is_ok());
        there.map(|case| self.case(case)).collect()
    }

    /// A case that was loaded.
    pub fn case(&self, number: CaseNumber) -> Result<Arc<CaseState>> {
        Ok(self.history.cases.get(&number).cloned().ok_or(Refusal::UnknownCase)?)
    }

    /// A statement that was proven.
    pub fn statement(&self, id: Digest) -> Option<&Known> {
        self.known.get(&id)
    }

    /// All statements of a case that were proven, in the order of the journal.
    pub fn statements_of(&self, case: CaseNumber) -> Vec<&Known> {
        let of_case = |known: &&Known| known.statement.body.case() == Some(case);
        in_order(self.known.values().filter(of_case))
    }

    /// All statements of no case that were proven, in the order of the journal.
    pub fn statements_of_house(&self) -> Vec<&Known> {
        in_order(self.known.values().filter(|known| known.statement.body.case().is_none()))
    }

    /// The parts that a vault of mine must have keys to, as far as what was proven says so.
    pub fn due_to(&self, vault: &VaultState) -> BTreeSet<(Digest, PartName)> {
        let mut given = Given::default();
        in_order(self.known.values()).into_iter().for_each(|known| given.add(known.id, &known.statement));
        given.due(&self.history, vault, self.me, self.now)
    }

    /// A cert that a shown statement names.
    pub fn cert(&self, digest: Digest) -> Option<&[u8]> {
        self.certs.get(&digest).map(Vec::as_slice)
    }

    /// My membership, if it is in force.
    pub fn my_membership(&self) -> Result<&Membership> {
        Ok(self.house().member(self.me, self.now)?)
    }

    /// The partner that I work for.
    pub fn my_partner(&self) -> Result<PartnerId> {
        Ok(self.my_membership()?.partner)
    }

    /// My partner's vault. Refuses if there is none, or if I don't hold it.
    pub fn my_vault(&self) -> Result<&VaultState> {
        let vault = self.house().vault_of(self.my_partner()?).ok_or(Refusal::NoVault)?;
        vault.require_holder(self.house(), self.me)?;
        Ok(vault)
    }

    /// The vault in which my partner keeps what it has in a case. Refuses if there is none, or if I don't hold it.
    pub fn my_vault_in<'a>(&'a self, case: &'a CaseState) -> Result<&'a VaultState> {
        let vault = case.kept_in(self.house(), self.my_partner()?)?;
        vault.require_holder(self.house(), self.me)?;
        Ok(vault)
    }
}

fn in_order<'a>(all: impl Iterator<Item = &'a Known>) -> Vec<&'a Known> {
    let mut all: Vec<_> = all.collect();
    all.sort_by_key(|known| known.leaf);
    all
}

/// Whether it may be for what was recorded while these pages were fetched. What is shown of a case from then on can stand
/// before the page that comes next; what shows so is fetched once more, and a hub that lies does so twice.
fn came_too_late(why: &TrustError, pages: &[Pages]) -> bool {
    match why {
        // Who became a holder between one page and the next was shown less than a holder is.
        TrustError::HeldBack { .. } | TrustError::NotKept { .. } => true,
        // What a release builds on is shown to its reader with it, and was recorded before.
        TrustError::Statement { .. } => pages.iter().any(Pages::grew),
        _ => false,
    }
}

/// The authority's cert from the hub, if it is the one that the slip named.
async fn pinned_authority(home: &Home, remote: &Remote) -> Result<Arc<PublicCert>> {
    let cert = PublicCert::parse(&remote.authority().await?)?;
    let pinned = home.settings().authority;
    match cert.fingerprint() == pinned {
        true => Ok(Arc::new(cert)),
        false => Err(TrustError::WrongAuthority { pinned, shown: cert.fingerprint() }.into()),
    }
}

/// Judges all statements in the journal's order, as the hub did; and who may see each.
fn judge(
    hub: &crate::protocol::id::HubName,
    authority: &Arc<PublicCert>,
    known: &BTreeMap<Digest, Known>,
    certs: &BTreeMap<Digest, Vec<u8>>,
) -> Result<(History, Audiences), TrustError> {
    let mut history = History::new(House::new(hub.clone(), authority.clone()));
    let mut audiences = Audiences::new();
    for known in in_order(known.values()) {
        let entry = Entry {
            id: known.id,
            statement: &known.statement,
            text: known.text.as_bytes(),
            signature: &known.signature,
            leaf: known.leaf,
            at: known.at,
            certs,
        };
        let shows = history.record(&entry, View::Shown, None).map_err(|refusal| TrustError::Statement {
            id: known.id,
            kind: known.statement.body.kind(),
            refusal,
        })?;
        for (id, who) in shows {
            audiences.entry(id).or_default().insert(who);
        }
    }
    Ok((history, audiences))
}

fn directory_id(known: &BTreeMap<Digest, Known>, number: u64) -> Option<Digest> {
    let is = |known: &&Known| matches!(&known.statement.body, Body::Directory(b) if b.number.0 == number);
    known.values().find(is).map(|known| known.id)
}

/// A directory that was seen can't be unseen, nor be another.
fn require_newer_directory(
    history: &History,
    known: &BTreeMap<Digest, Known>,
    remembered: Option<&Remembered>,
) -> Result<()> {
    let shown = history.house.directory.as_deref().ok_or(Refusal::NoDirectory)?.number.0;
    let Some(remembered) = remembered else { return Ok(()) };
    if shown < remembered.directory {
        return Err(TrustError::OlderDirectory { seen: remembered.directory, shown }.into());
    }
    match known.contains_key(&remembered.directory_id) {
        true => Ok(()),
        false => Err(ClientError::Trust(TrustError::OtherDirectory { number: remembered.directory })),
    }
}

impl Remembered {
    fn checkpoint(&self, hub: &crate::protocol::id::HubName) -> Checkpoint {
        Checkpoint { hub: hub.clone(), size: self.size, root: self.root }
    }
}
