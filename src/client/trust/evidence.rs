//! Pages of statements with their proofs, as the hub shows them.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::{Known, TrustError};
use crate::client::error::{ClientError, Result};
use crate::client::home::{Home, write_private};
use crate::client::remote::{Evidence, EvidenceEntry, Remote, hashes};
use crate::protocol::cert::{MAX_CERT, PublicCert, verify_statement};
use crate::protocol::id::{CaseNumber, Digest, hex32};
use crate::protocol::journal::{
    Checkpoint, Event, JournalPublicKey, Leaf, Scope, verify_consistency, verify_inclusion,
};
use crate::protocol::refusal::Refusal;
use crate::protocol::statement::{Body, Directory, Statement};
use crate::protocol::words::Signer;

/// All that the hub shows of a scope behind a leaf: read, but not believed.
pub struct Pages {
    scope: Scope,
    pages: Vec<Page>,
}

/// How much more a hub may show of one scope: far more than there can be, and less than fills the memory.
struct Room {
    pages: usize,
    bytes: usize,
}

impl Default for Room {
    fn default() -> Self {
        Self { pages: 4096, bytes: 512 << 20 }
    }
}

impl Room {
    fn take(&mut self, evidence: &Evidence) -> Result<(), TrustError> {
        let entries = evidence.entries.iter().map(|entry| {
            let proofs = entry.inclusion.iter().chain(&entry.consistency).map(String::len);
            entry.statement.len() + entry.signature.len() + proofs.sum::<usize>()
        });
        let bytes = entries.chain(evidence.blobs.values().map(String::len)).sum();
        let left = self.pages.checked_sub(1).zip(self.bytes.checked_sub(bytes));
        (self.pages, self.bytes) = left.ok_or(TrustError::Malformed { what: "length" })?;
        Ok(())
    }
}

struct Page {
    note: String,
    entries: Vec<(Known, EvidenceEntry)>,
    certs: BTreeMap<Digest, Vec<u8>>,
}

impl Pages {
    pub async fn fetch(remote: &Remote, case: Option<CaseNumber>, after: Option<u64>) -> Result<Self> {
        let scope = case.map_or(Scope::House, Scope::Case);
        let mut after = after;
        let mut pages = Vec::new();
        let mut room = Room::default();
        loop {
            let evidence = remote.statements(case, after).await?;
            room.take(&evidence)?;
            let (more, last) = (evidence.more, evidence.entries.last().map(|entry| entry.leaf));
            pages.push(Page::read(evidence, after)?);
            match (more, last) {
                (false, _) => return Ok(Self { scope, pages }),
                (true, Some(last)) => after = Some(last),
                (true, None) => return Err(TrustError::Malformed { what: "more" }.into()),
            }
        }
    }

    /// The case of which this is all that the hub shows.
    pub fn case(&self) -> Option<CaseNumber> {
        match self.scope {
            Scope::Case(number) => Some(number),
            Scope::House => None,
        }
    }

    /// Whether the journal grew between one page and the next: these are not all of one moment.
    pub fn grew(&self) -> bool {
        self.pages.iter().zip(self.pages.iter().skip(1)).any(|(one, next)| one.note != next.note)
    }

    fn entries(&self) -> impl Iterator<Item = &Known> {
        self.pages.iter().flat_map(|page| page.entries.iter().map(|(known, _)| known))
    }

    /// The directories that claim to be the authority's.
    fn directories(&self) -> impl Iterator<Item = (&Known, &Directory)> {
        self.entries().filter_map(|known| match (&known.statement.body, known.statement.by) {
            (Body::Directory(directory), Signer::Authority) => Some((known, directory)),
            _ => None,
        })
    }

    pub fn has_directory(&self) -> bool {
        self.directories().next().is_some()
    }

    /// The journal's key, from the newest directory here, if the authority signed that.
    pub fn journal_key(&self, authority: &PublicCert) -> Result<JournalPublicKey> {
        let newest = self.directories().max_by_key(|(_, directory)| directory.number.0);
        let (known, directory) = newest.ok_or(Refusal::NoDirectory)?;
        let (text, signed_at) = (known.text.as_bytes(), known.statement.signed_at);
        verify_statement(authority, "directory", text, &known.signature, signed_at).map_err(|problem| {
            let refusal = Refusal::BadSignature { problem: problem.into() };
            TrustError::Statement { id: known.id, kind: "directory", refusal }
        })?;
        let key = directory.journal_key.0.parse();
        Ok(key.map_err(|_| TrustError::Malformed { what: "journal-key" })?)
    }

    /// The checkpoint of each page with its note, if each is signed, and if each statement stands under it where
    /// it is said to and saw a past of it.
    pub fn prove(&self, key: &JournalPublicKey) -> Result<Vec<(Checkpoint, String)>, TrustError> {
        self.pages.iter().map(|page| page.prove(self.scope, key)).collect()
    }

    /// Adds what is here to what is known. Refuses a statement that is known at another place.
    pub fn add_to(
        &self,
        known: &mut BTreeMap<Digest, Known>,
        certs: &mut BTreeMap<Digest, Vec<u8>>,
    ) -> Result<(), TrustError> {
        for page in &self.pages {
            certs.extend(page.certs.clone());
        }
        for new in self.entries() {
            let before = known.insert(new.id, new.clone());
            if before.is_some_and(|before| (before.leaf, before.at) != (new.leaf, new.at)) {
                let kind = new.statement.body.kind();
                return Err(TrustError::Statement { id: new.id, kind, refusal: Refusal::RecordedTwice });
            }
        }
        Ok(())
    }
}

impl Page {
    fn read(evidence: Evidence, after: Option<u64>) -> Result<Self, TrustError> {
        let mut last = after;
        let mut entries = Vec::with_capacity(evidence.entries.len());
        for entry in evidence.entries {
            if last.is_some_and(|last| entry.leaf <= last) {
                return Err(TrustError::Malformed { what: "leaf" });
            }
            last = Some(entry.leaf);
            entries.push((read_entry(&entry)?, entry));
        }
        let mut certs = BTreeMap::new();
        for (digest, blob) in evidence.blobs {
            let bytes = BASE64_STANDARD.decode(blob).ok().filter(|bytes| bytes.len() <= MAX_CERT);
            let bytes = bytes.filter(|bytes| Digest::of(bytes) == digest);
            certs.insert(digest, bytes.ok_or(TrustError::Malformed { what: "blobs" })?);
        }
        Ok(Self { note: evidence.checkpoint, entries, certs })
    }

    fn prove(&self, scope: Scope, key: &JournalPublicKey) -> Result<(Checkpoint, String), TrustError> {
        let checkpoint = key.open(&self.note).map_err(TrustError::Checkpoint)?;
        for (known, entry) in &self.entries {
            if known.statement.body.case().map_or(Scope::House, Scope::Case) != scope {
                return Err(TrustError::WrongScope { id: known.id });
            }
            prove_place(known, entry, scope, &checkpoint)?;
            prove_seen(known, entry, &checkpoint)?;
        }
        Ok((checkpoint, self.note.clone()))
    }
}

fn read_entry(entry: &EvidenceEntry) -> Result<Known, TrustError> {
    let statement = Statement::parse(entry.statement.as_bytes());
    Ok(Known {
        id: Digest::of(entry.statement.as_bytes()),
        leaf: entry.leaf,
        at: entry.at,
        statement: statement.map_err(|_| TrustError::Malformed { what: "statement" })?,
        text: entry.statement.clone(),
        signature: entry.signature.clone(),
    })
}

fn prove_place(
    known: &Known,
    entry: &EvidenceEntry,
    scope: Scope,
    checkpoint: &Checkpoint,
) -> Result<(), TrustError> {
    let salt = |text: &str| hex32(text).ok_or(TrustError::Malformed { what: "salt" });
    let signature = Digest::of(&known.signature);
    let leaf = Leaf {
        scope,
        scope_salt: salt(&entry.scope_salt)?,
        event_salt: salt(&entry.event_salt)?,
        event: Event::Statement { at: known.at, statement: known.id, signature },
    };
    let proof = hashes(&entry.inclusion).ok_or(TrustError::Malformed { what: "inclusion" })?;
    verify_inclusion(&leaf.hash(), known.leaf, checkpoint.size, &proof, &checkpoint.root)
        .map_err(|_| TrustError::NotInJournal { id: known.id })
}

fn prove_seen(known: &Known, entry: &EvidenceEntry, checkpoint: &Checkpoint) -> Result<(), TrustError> {
    let seen = known.statement.journal;
    let proof = hashes(&entry.consistency).ok_or(TrustError::Malformed { what: "consistency" })?;
    let root = Digest(seen.root);
    let is_past = verify_consistency(seen.size, &root, checkpoint.size, &checkpoint.root, &proof).is_ok();
    // Nor can anyone have seen a journal with its own statement in it before signing that.
    match is_past && seen.size <= known.leaf {
        true => Ok(()),
        false => Err(TrustError::OtherJournal { id: known.id }),
    }
}

/// Refuses a checkpoint that does not have the one before for a past, and keeps both as evidence.
pub async fn require_past(
    home: &Home,
    remote: &Remote,
    before: Option<&(Checkpoint, String)>,
    now: &(Checkpoint, String),
) -> Result<()> {
    let Some(before) = before else { return Ok(()) };
    let ((old, _), (new, _)) = (before, now);
    let proof = match old.size == 0 || old.size >= new.size {
        true => Vec::new(),
        false => remote.consistency(old.size, new.size).await?,
    };
    match verify_consistency(old.size, &old.root, new.size, &new.root, &proof) {
        Ok(()) => Ok(()),
        Err(_) => {
            Err(TrustError::Forked { evidence: keep_evidence(home, &before.1, &now.1, &proof)? }.into())
        }
    }
}

/// What the hub said it recorded, and did not, is told once, all of it. It was signed too long ago to be recorded later, so
/// whoever was told must be able to go on, and do it again. The numbers are kept.
pub fn tell_once<T>(home: &Home, taken: Result<T>) -> Result<T> {
    let Err(ClientError::Trust(TrustError::NotKept { ids })) = &taken else { return taken };
    if let Some((mut remembered, first)) = home.remembered()?.zip(ids.first()) {
        let sent = |id| serde_json::json!({ "statement": id, "case": remembered.sent.remove(id).flatten() });
        let missing: Vec<_> = ids.iter().map(sent).collect();
        let text = serde_json::json!({ "missing": missing, "before": remembered.note });
        let name = format!("not-kept-{}.json", &hex::encode(first.0)[..16]);
        let text = serde_json::to_vec_pretty(&text).unwrap_or_default();
        write_private(&home.subfolder("evidence")?.join(name), &text)?;
        home.remember(&remembered)?;
    }
    taken
}

/// Both signed notes: together they show that the hub told two stories.
fn keep_evidence(
    home: &Home,
    before: &str,
    now: &str,
    proof: &[Digest],
) -> Result<std::path::PathBuf, ClientError> {
    let proof: Vec<String> = proof.iter().map(|hash| hex::encode(hash.0)).collect();
    let evidence = serde_json::json!({ "before": before, "now": now, "proof": proof });
    let text = serde_json::to_vec_pretty(&evidence).unwrap_or_default();
    let name = format!("forked-{}.json", &hex::encode(Digest::of(&text).0)[..16]);
    let path = home.subfolder("evidence")?.join(name);
    write_private(&path, &text)?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hub_that_never_ends_is_refused() {
        let blobs = BTreeMap::from([(Digest::of(b"cert"), "x".repeat(60))]);
        let page = Evidence { checkpoint: String::new(), entries: Vec::new(), blobs, more: true };
        let full = Err(TrustError::Malformed { what: "length" });
        let mut few_pages = Room { pages: 2, bytes: 1000 };
        assert_eq!([(); 3].map(|()| few_pages.take(&page)), [Ok(()), Ok(()), full.clone()]);
        let mut few_bytes = Room { pages: 1000, bytes: 100 };
        assert_eq!([(); 2].map(|()| few_bytes.take(&page)), [Ok(()), full]);
    }
}
