//! What a row of statements makes true, in memory.
//!
//! The hub, `zegel check` and the clients judge by these same lines. Who holds the whole journal replays
//! it; who is shown a part of it checks that part, in which whatever it builds on is there.

mod audience;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::case::{self, ApprovalState, Audience, CaseState, LetterState};
use super::cert::{BadSignature, PublicCert, verify_statement};
use super::directory::{self, House, SignedBy};
use super::id::{CaseNumber, Digest, MemberId, Moment, VaultId};
use super::item::{self, ItemState};
use super::letter;
use super::meeting;
use super::refusal::{Flaw, Refusal};
use super::statement::*;
use super::vault::{self, Carried, owner_vault};
use super::words::*;
use audience::{case_audience, house_audience, show_with_grounds};

/// A member's clock may be so many seconds off the hub's.
pub const CLOCK_TOLERANCE: i64 = 300;

/// Whether the judge has every statement, or only those shown to a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    Whole,
    Shown,
}

/// A statement as it came, or as it stands in the journal.
pub struct Entry<'a> {
    pub id: Digest,
    pub statement: &'a Statement,
    /// The exact bytes that were signed.
    pub text: &'a [u8],
    pub signature: &'a [u8],
    /// Its place in the journal: entries are recorded in this order, those of the house and of cases alike.
    pub leaf: u64,
    /// When the hub recorded it.
    pub at: Moment,
    /// The certs that came with it, by digest.
    pub certs: &'a BTreeMap<Digest, Vec<u8>>,
}

/// The house, and the cases that are of interest.
#[derive(Clone, Debug)]
pub struct History {
    pub house: Arc<House>,
    pub cases: BTreeMap<CaseNumber, Arc<CaseState>>,
    /// The first leaf, and the earliest moment, that the next entry can have.
    next: (u64, Option<Moment>),
}

impl History {
    /// Nothing has happened; the authority is pinned.
    pub fn new(house: House) -> Self {
        Self { house: Arc::new(house), cases: BTreeMap::new(), next: (0, None) }
    }

    /// The house as it was kept, to go on from there.
    pub fn resume(house: Arc<House>) -> Self {
        Self { house, cases: BTreeMap::new(), next: (0, None) }
    }

    /// A case that is there.
    pub fn case(&self, number: CaseNumber) -> Result<&CaseState, Refusal> {
        self.cases.get(&number).map(Arc::as_ref).ok_or(Refusal::UnknownCase)
    }

    /// Judges an entry and, if it is good, makes it true. Says who may see which statements from now on.
    ///
    /// # Errors
    /// A [`Refusal`]; nothing has changed then.
    pub fn record(
        &mut self,
        entry: &Entry<'_>,
        view: View,
        carried: Option<Carried<'_>>,
    ) -> Result<BTreeSet<(Digest, Audience)>, Refusal> {
        self.require_place(entry)?;
        self.verify_signature(entry)?;
        self.judge(entry, view, carried)?;
        self.apply(entry)?;
        Ok(self.show(entry))
    }

    /// Makes an entry true that was judged when it was recorded, in a journal that this machine keeps.
    ///
    /// # Errors
    /// When it contradicts what came before, so that the journal is damaged.
    pub fn replay(&mut self, entry: &Entry<'_>) -> Result<(), Refusal> {
        self.apply(entry)?;
        self.show(entry);
        Ok(())
    }

    /// Counts a case whose statements are not of interest, so that the next gets the next number.
    pub fn count_case(&mut self, number: CaseNumber) {
        // The house is shared, and large: it is not copied to count again what it has counted.
        if self.house.cases.get(&number.year).is_none_or(|count| *count < number.count) {
            Arc::make_mut(&mut self.house).cases.insert(number.year, number.count);
        }
    }

    /// A statement counts once, at a leaf behind all others, and journals don't go back in time: else an
    /// old approval could be shown again after its withdrawal, or at a moment when an old key counted.
    fn require_place(&self, entry: &Entry<'_>) -> Result<(), Refusal> {
        let case = entry.statement.body.case().and_then(|number| self.cases.get(&number));
        if self.house.recorded.contains(&entry.id) || case.is_some_and(|c| c.recorded.contains(&entry.id)) {
            return Err(Refusal::RecordedTwice);
        }
        let (leaf, at) = self.next;
        let behind = entry.leaf >= leaf && at.is_none_or(|at| at <= entry.at);
        behind.then_some(()).ok_or(Refusal::OutOfOrder)
    }

    /// Counts a vault of a case whose statements are not of interest, so that no other takes its id.
    pub fn count_vault(&mut self, vault: VaultId, owner: Owner) {
        if self.house.vault_owners.get(&vault) != Some(&owner) {
            Arc::make_mut(&mut self.house).vault_owners.insert(vault, owner);
        }
    }

    /// The hub's name, the clock, and exactly one good signature by a key in force.
    pub fn verify_signature(&self, entry: &Entry<'_>) -> Result<(), Refusal> {
        let statement = entry.statement;
        // What is judged must be what was signed, whoever made this entry.
        if statement.to_text().as_bytes() != entry.text || Digest::of(entry.text) != entry.id {
            return Err(Refusal::BadText {
                problem: Flaw::new(
                    "nummer en tekst horen niet bij elkaar",
                    "its id or its text is another's",
                ),
            });
        }
        if statement.hub != self.house.hub {
            return Err(Refusal::WrongHub);
        }
        let off = statement.signed_at.unix() - entry.at.unix();
        // The authority works offline; what it signed may arrive much later, but not before it was signed.
        let tolerated =
            off <= CLOCK_TOLERANCE && (off >= -CLOCK_TOLERANCE || statement.by == Signer::Authority);
        if !tolerated {
            return Err(Refusal::ClockOff { at: entry.at });
        }
        let signed = self.signed_by(entry)?;
        self.require_signed(entry, &signed.certs)?;
        signed.standing
    }

    fn signed_by(&self, entry: &Entry<'_>) -> Result<SignedBy, Refusal> {
        use Body::*;
        let authority = || SignedBy::only(self.house.authority.clone());
        let by_authority = matches!(
            entry.statement.body,
            Slip(_) | Membership(_) | Admission(_) | Directory(_) | Revocation(_) | Exclusion(_)
        );
        match (entry.statement.by, &entry.statement.body) {
            (Signer::Authority, Vault(_)) => Ok(authority()),
            (Signer::Authority, _) if by_authority => Ok(authority()),
            (Signer::Member(_), _) if by_authority => Err(Refusal::WrongSigner),
            // A first key signs for itself; the slip's proof and the authority vouch for it.
            (Signer::Member(_), Key(key)) if key.previous.is_none() => {
                Ok(SignedBy::only(entry.cert(key.cert)?))
            }
            (Signer::Member(member), body) => Ok(self.house.signed_by(member, body, entry.at)),
            (Signer::Authority | Signer::Hub, _) => Err(Refusal::WrongSigner),
        }
    }

    /// Refuses a signature that none of these certs made. Whether there is somebody of that name, and how it
    /// stands, shows in no answer to who can't sign.
    fn require_signed(&self, entry: &Entry<'_>, certs: &[Arc<PublicCert>]) -> Result<(), Refusal> {
        let statement = entry.statement;
        let verify = |cert: &Arc<PublicCert>| {
            verify_statement(cert, statement.body.kind(), entry.text, entry.signature, statement.signed_at)
        };
        let answers: Vec<Result<(), BadSignature>> = certs.iter().map(verify).collect();
        if answers.contains(&Ok(())) {
            return Ok(());
        }
        // The form of a signature in the name of nobody is looked at all the same, by whichever cert.
        let answer = answers.first().copied().unwrap_or_else(|| verify(&self.house.authority));
        let problem = match answer {
            Err(problem) if !matches!(problem, BadSignature::UnknownIssuer | BadSignature::Wrong) => problem,
            _ => BadSignature::Wrong,
        };
        Err(Refusal::BadSignature { problem: problem.into() })
    }

    fn judge(&self, entry: &Entry<'_>, view: View, carried: Option<Carried<'_>>) -> Result<(), Refusal> {
        let statement = entry.statement;
        let Some(by) = statement.member() else {
            return self.judge_authority(entry, carried);
        };
        let always = matches!(
            statement.body,
            Body::Withdrawal(_) | Body::Retraction(_) | Body::Suspension(_) | Body::Key(_) | Body::Bundle(_)
        );
        if !always {
            self.house.fresh_directory(entry.at)?;
        }
        match statement.body.case() {
            None => self.judge_house(entry, view, by, carried),
            Some(number) => self.judge_in_case(entry, view, number, by, carried),
        }
    }

    fn judge_authority(&self, entry: &Entry<'_>, carried: Option<Carried<'_>>) -> Result<(), Refusal> {
        let (house, statement) = (&*self.house, entry.statement);
        match &statement.body {
            Body::Slip(b) => directory::judge_slip(house, b),
            Body::Membership(b) => directory::judge_membership(house, b, &*entry.cert(b.certified)?),
            Body::Admission(b) => directory::judge_admission(house, b),
            Body::Directory(b) => {
                entry.cert(b.hub_cert)?;
                directory::judge_directory(house, b, statement.signed_at)
            }
            Body::Revocation(b) => directory::judge_revocation(house, b),
            Body::Exclusion(b) => {
                let known = house.admissions.values().any(|admission| admission.partner == b.partner);
                known.then_some(()).ok_or(Refusal::UnknownPartner)
            }
            Body::Vault(b) => vault::judge(house, b, statement.by, self.current_vault(b), carried, entry.at),
            _ => Err(Refusal::WrongSigner),
        }
    }

    fn judge_house(
        &self,
        entry: &Entry<'_>,
        view: View,
        by: MemberId,
        carried: Option<Carried<'_>>,
    ) -> Result<(), Refusal> {
        let (house, statement) = (&*self.house, entry.statement);
        match &statement.body {
            Body::Key(b) => {
                let cert = entry.cert(b.cert)?;
                // Slips are shown to nobody; the membership vouches for the key to all others.
                match view {
                    View::Whole => directory::judge_key(house, b, &cert, by, entry.at),
                    View::Shown => Ok(()),
                }
            }
            Body::Bundle(b) => directory::judge_bundle(house, b, by),
            Body::Suspension(b) => directory::judge_suspension(house, b, by, entry.at),
            Body::Delivery(_) => house.member(by, entry.at).map(|_| ()),
            Body::Vault(b) => vault::judge(house, b, statement.by, self.current_vault(b), carried, entry.at),
            _ => Err(Refusal::WrongSigner),
        }
    }

    fn judge_in_case(
        &self,
        entry: &Entry<'_>,
        view: View,
        number: CaseNumber,
        by: MemberId,
        carried: Option<Carried<'_>>,
    ) -> Result<(), Refusal> {
        let (house, at) = (&*self.house, entry.at);
        if let Body::Case(b) = &entry.statement.body {
            return self.judge_new_case(b, view, by, at);
        }
        let case = self.case(number)?;
        // To who may not know of a case it looks like one that does not exist.
        if view == View::Whole && !case.is_known_to(house, by) {
            return Err(Refusal::UnknownCase);
        }
        match &entry.statement.body {
            Body::Vault(b) => vault::judge(house, b, entry.statement.by, case.vault.as_ref(), carried, at),
            Body::PhaseChange(b) => case::judge_phase(house, case, b, by, at),
            Body::Item(b) => item::judge_item(house, case, b, by, at),
            Body::Retraction(b) => item::judge_retraction(house, case, b, by, at),
            Body::Roster(b) => {
                meeting::judge_roster(house, case, b, by, at)?;
                // Who sees only some rosters can't know the one before.
                let right = view == View::Shown || meeting::follows(case, b);
                right.then_some(()).ok_or(Refusal::OtherRoster)
            }
            Body::Ask(b) => meeting::judge_ask(house, case, b, by, at),
            Body::Approval(b) => meeting::judge_approval(house, case, b, by, at),
            Body::NoApproval(b) => meeting::judge_refusal(house, case, b, by, at),
            Body::Consultation(b) => meeting::judge_consultation(house, case, b, by, at),
            Body::Release(b) => {
                meeting::judge_release(house, case, b, by, at)?;
                let gaps = meeting::shown_gaps(case, b);
                let right = view == View::Shown || b.gaps.0 == gaps;
                right.then_some(()).ok_or(Refusal::WrongGaps { gaps })
            }
            Body::Withdrawal(b) => meeting::judge_withdrawal(house, case, b, by, at),
            Body::Letter(b) => {
                letter::judge_letter(house, case, b, by, at)?;
                match view {
                    View::Whole => letter::judge_turn(case, b),
                    View::Shown => Ok(()),
                }
            }
            Body::Reply(b) => letter::judge_reply(house, case, b, by, at),
            _ => Err(Refusal::WrongSigner),
        }
    }

    fn judge_new_case(&self, b: &Case, view: View, by: MemberId, at: Moment) -> Result<(), Refusal> {
        case::judge_case(&self.house, b, by, at)?;
        let next = self.house.next_case(at);
        let taken = match view {
            View::Whole => b.case != next,
            View::Shown => self.cases.contains_key(&b.case),
        };
        (!taken).then_some(()).ok_or(Refusal::CaseNumberTaken { next })
    }

    /// The generation that a vault has now.
    pub fn current_vault(&self, new: &Vault) -> Option<&vault::VaultState> {
        match new.owner {
            Owner::Partner(_) => owner_vault(&self.house.vaults, new.owner),
            Owner::Case(case) => self.cases.get(&case).and_then(|case| case.vault.as_ref()),
        }
    }

    fn apply(&mut self, entry: &Entry<'_>) -> Result<(), Refusal> {
        let (id, statement) = (entry.id, entry.statement);
        self.make_true(entry)?;
        match statement.body.case() {
            Some(number) => self.case_mut(number)?.recorded.insert(id),
            None => Arc::make_mut(&mut self.house).recorded.insert(id),
        };
        let (leaf, at) = self.next;
        self.next = (leaf.max(entry.leaf + 1), at.max(Some(entry.at)));
        Ok(())
    }

    fn make_true(&mut self, entry: &Entry<'_>) -> Result<(), Refusal> {
        let (id, statement) = (entry.id, entry.statement);
        match &statement.body {
            Body::Case(b) => {
                self.count_case(b.case);
                self.cases.insert(b.case, Arc::new(CaseState::new(id, b)));
            }
            Body::Vault(b) => {
                let state = vault::next_state(&self.house, entry.leaf, id, b, self.current_vault(b));
                self.count_vault(b.vault, b.owner);
                match b.owner {
                    Owner::Partner(_) => {
                        Arc::make_mut(&mut self.house).vaults.insert(b.vault, state);
                    }
                    Owner::Case(number) => self.case_mut(number)?.vault = Some(state),
                }
            }
            body => match (body.case(), statement.member()) {
                (Some(number), Some(by)) => apply_in_case(self.case_mut(number)?, id, body, by),
                _ => {
                    let cert = match body {
                        Body::Key(b) => Some(entry.cert(b.cert)?),
                        _ => None,
                    };
                    directory::apply(Arc::make_mut(&mut self.house), entry.leaf, id, statement, cert);
                }
            },
        }
        Ok(())
    }

    fn case_mut(&mut self, number: CaseNumber) -> Result<&mut CaseState, Refusal> {
        self.cases.get_mut(&number).map(Arc::make_mut).ok_or(Refusal::UnknownCase)
    }

    /// Who sees what because of this entry: itself, and whatever it builds on.
    fn show(&mut self, entry: &Entry<'_>) -> BTreeSet<(Digest, Audience)> {
        let Some(number) = entry.statement.body.case() else {
            return house_audience(entry).into_iter().map(|who| (entry.id, who)).collect();
        };
        let house = self.house.clone();
        let Ok(case) = self.case_mut(number) else { return BTreeSet::new() };
        let mut shown = BTreeSet::new();
        for who in case_audience(&house, case, entry) {
            show_with_grounds(case, entry, who, &mut shown);
        }
        let knowing = shown.iter().filter(|(id, _)| *id == case.id).map(|(_, who)| *who);
        case.known_to.extend(knowing.collect::<Vec<_>>());
        shown
    }
}

impl Entry<'_> {
    /// A cert that came along. Whoever put it there may have put another in its place.
    fn cert(&self, digest: Digest) -> Result<Arc<PublicCert>, Refusal> {
        let bytes = self.certs.get(&digest).filter(|bytes| Digest::of(bytes) == digest);
        let bytes = bytes.ok_or(Refusal::MissingAttachment)?;
        let cert = PublicCert::parse(bytes);
        cert.map(Arc::new).map_err(|problem| Refusal::BadCert { problem: problem.into() })
    }
}

fn apply_in_case(case: &mut CaseState, id: Digest, body: &Body, by: MemberId) {
    match body {
        Body::PhaseChange(b) => {
            case.phase = b.phase;
            case.phases.push(id);
        }
        Body::Item(b) => {
            case.items.insert(id, ItemState { item: b.clone(), by, retracted: false });
        }
        Body::Retraction(b) => {
            if let Some(item) = case.items.get_mut(&b.item) {
                item.retracted = true;
            }
        }
        Body::Roster(b) => meeting::apply_roster(case, id, b),
        Body::Ask(b) => case.asks.push((id, b.clone())),
        Body::Approval(b) => {
            case.approvals.insert(id, ApprovalState { approval: b.clone(), withdrawn: false });
        }
        Body::NoApproval(b) => case.refusals.push((id, b.clone())),
        Body::Consultation(b) => {
            case.consultations.insert(id, b.clone());
        }
        Body::Release(b) => {
            if let Some(roster) = case.rosters.get(&b.roster) {
                case.released.insert((roster.meeting, b.reader), id);
            }
            case.releases.insert(id, b.clone());
        }
        Body::Withdrawal(b) => {
            let of_item = case.approvals.values_mut().filter(|a| a.approval.item == b.item);
            of_item.filter(|a| b.reader.contains(&a.approval.reader)).for_each(|a| a.withdrawn = true);
            let to_these = case.releases.iter().filter(|(_, release)| b.reader.contains(&release.reader));
            case.taken_back.extend(to_these.map(|(id, _)| (*id, b.item)));
        }
        Body::Letter(b) => {
            case.letters.insert(id, LetterState { letter: b.clone(), by });
        }
        Body::Reply(b) => case.replies.push((id, b.clone())),
        _ => {}
    }
}
