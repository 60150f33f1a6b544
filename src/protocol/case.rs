//! A case: who referred it, the phase it is in, its vault, and all that was signed in it so far.

use std::collections::{BTreeMap, BTreeSet};

use super::directory::House;
use super::id::{CaseNumber, Digest, MeetingId, MemberId, Moment, PartnerId};
use super::item::ItemState;
use super::refusal::Refusal;
use super::statement::*;
use super::vault::VaultState;
use super::words::*;

/// Someone to whom statements are shown. A vault stands for whoever holds it now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Audience {
    All,
    Partner(PartnerId),
    Member(MemberId),
    Vault(super::id::VaultId),
}

impl std::fmt::Display for Audience {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Partner(id) => id.fmt(f),
            Self::Member(id) => id.fmt(f),
            Self::Vault(id) => id.fmt(f),
        }
    }
}

/// An approval, and whether its supplier took it back.
#[derive(Clone, Debug)]
pub struct ApprovalState {
    pub approval: Approval,
    pub withdrawn: bool,
}

/// A letter, and who wrote it.
#[derive(Clone, Debug)]
pub struct LetterState {
    pub letter: Letter,
    pub by: MemberId,
}

/// A case at one moment of the journal.
#[derive(Clone, Debug)]
pub struct CaseState {
    pub id: Digest,
    pub number: CaseNumber,
    pub kind: CaseKind,
    /// The referring partner, on whose behalf the procesregisseur acts (9.3).
    pub partner: PartnerId,
    pub phase: Phase,
    pub phases: Vec<Digest>,
    pub vault: Option<VaultState>,
    pub items: BTreeMap<Digest, ItemState>,
    pub rosters: BTreeMap<Digest, Roster>,
    /// The latest roster of each meeting.
    pub latest: BTreeMap<MeetingId, Digest>,
    pub asks: Vec<(Digest, Ask)>,
    pub approvals: BTreeMap<Digest, ApprovalState>,
    pub refusals: Vec<(Digest, NoApproval)>,
    pub consultations: BTreeMap<Digest, Consultation>,
    pub releases: BTreeMap<Digest, Release>,
    /// The latest release to each reader of each meeting.
    pub released: BTreeMap<(MeetingId, MemberId), Digest>,
    /// Releases, and items of them that their supplier took back.
    pub taken_back: BTreeSet<(Digest, Digest)>,
    /// Letters, by statement.
    pub letters: BTreeMap<Digest, LetterState>,
    pub replies: Vec<(Digest, Reply)>,
    /// Who may know that the case exists.
    pub known_to: BTreeSet<Audience>,
    /// Every statement of the case.
    pub recorded: BTreeSet<Digest>,
}

impl CaseState {
    /// A case as its referral makes it.
    pub fn new(id: Digest, case: &Case) -> Self {
        Self {
            id,
            number: case.case,
            kind: case.kind,
            partner: case.partner,
            phase: Phase::Referral,
            phases: Vec::new(),
            vault: None,
            items: BTreeMap::new(),
            rosters: BTreeMap::new(),
            latest: BTreeMap::new(),
            asks: Vec::new(),
            approvals: BTreeMap::new(),
            refusals: Vec::new(),
            consultations: BTreeMap::new(),
            releases: BTreeMap::new(),
            released: BTreeMap::new(),
            taken_back: BTreeSet::new(),
            letters: BTreeMap::new(),
            replies: Vec::new(),
            known_to: BTreeSet::new(),
            recorded: BTreeSet::new(),
        }
    }

    /// The vault of those who run the case: its own, or before there is one the house's.
    pub fn directors<'a>(&'a self, house: &'a House) -> Result<&'a VaultState, Refusal> {
        let of_house = || house.house_partner().and_then(|partner| house.vault_of(partner));
        self.vault.as_ref().or_else(of_house).ok_or(Refusal::NoVault)
    }

    /// The vault in which a partner keeps what it has in this case: its own, but for the house, which has a case by the
    /// vault of those who run it only. Whoever of the house runs other cases learns nothing of this one.
    pub fn kept_in<'a>(&'a self, house: &'a House, partner: PartnerId) -> Result<&'a VaultState, Refusal> {
        match Some(partner) == house.house_partner() {
            true => self.directors(house),
            false => house.vault_of(partner).ok_or(Refusal::NoVault),
        }
    }

    /// To whom outcomes are sealed: those who run the case, and the partner that referred it, for as long as
    /// anything may be given to that partner.
    pub fn told_outcomes<'a>(&'a self, house: &'a House) -> Result<Vec<&'a VaultState>, Refusal> {
        let mut vaults = vec![self.directors(house)?];
        if house.partner(self.partner).is_ok() {
            vaults.push(self.kept_in(house, self.partner)?);
        }
        Ok(vaults)
    }

    /// Refuses whoever is not a procesregisseur holding the case's own vault.
    pub fn require_director(&self, house: &House, member: MemberId, at: Moment) -> Result<(), Refusal> {
        let vault = self.vault.as_ref().ok_or(Refusal::NoVault)?;
        let directs = house.is_procesregisseur(member, at) && vault.held_by(house, member);
        directs.then_some(()).ok_or(Refusal::NotDirector)
    }

    /// Refuses a case that has ended.
    pub fn require_open(&self) -> Result<(), Refusal> {
        (self.phase != Phase::Ended).then_some(()).ok_or(Refusal::CaseEnded)
    }

    /// Whether a member may know that the case exists.
    pub fn is_known_to(&self, house: &House, member: MemberId) -> bool {
        self.known_to.iter().any(|who| match who {
            Audience::All => true,
            Audience::Member(known) => *known == member,
            Audience::Partner(partner) => house.members.get(&member).is_some_and(|m| m.partner == *partner),
            Audience::Vault(vault) => {
                let own = self.vault.as_ref().filter(|own| own.vault == *vault);
                own.or_else(|| house.vaults.get(vault)).is_some_and(|v| v.held_by(house, member))
            }
        })
    }
}

/// `case`: by a member of the partner that refers it.
pub fn judge_case(house: &House, case: &Case, by: MemberId, at: Moment) -> Result<(), Refusal> {
    let membership = house.member(by, at)?;
    (membership.partner == case.partner).then_some(()).ok_or(Refusal::NotAllowed)
}

/// `phase`: by the procesregisseur, to a phase that may follow, its outcome sealed to the case vault and
/// the referring partner's, unless that partner is excluded or gone.
pub fn judge_phase(
    house: &House,
    case: &CaseState,
    change: &PhaseChange,
    by: MemberId,
    at: Moment,
) -> Result<(), Refusal> {
    case.require_director(house, by, at)?;
    if !may_follow(case.kind, case.phase, change.phase) {
        return Err(Refusal::WrongPhase { phase: case.phase });
    }
    require_grants(house, &change.grant_outcome, &case.told_outcomes(house)?)
}

/// The path of a case. Aftercare has no test of Bijlage 2, so it may go to triage or the table at once.
pub fn may_follow(kind: CaseKind, now: Phase, next: Phase) -> bool {
    use Phase::*;
    match (now, next) {
        (Referral, Screening) | (Screening, Triage | Ended) | (Triage, Rto | Ended) => true,
        (Rto, Plan | Ended) | (Plan, Rto | Ended) => true,
        (Referral, Triage | Rto) => kind == CaseKind::Aftercare,
        _ => false,
    }
}

/// Refuses grants that are not for exactly these vaults, each in its present generation and sound.
pub fn require_grants(house: &House, grants: &[VaultGrant], vaults: &[&VaultState]) -> Result<(), Refusal> {
    vaults.iter().try_for_each(|vault| vault.sound(house))?;
    let expected: BTreeSet<VaultGeneration> = vaults.iter().map(|vault| vault.now()).collect();
    let given: BTreeSet<VaultGeneration> = grants.iter().map(|grant| grant.vault).collect();
    if given == expected && grants.len() == given.len() {
        return Ok(());
    }
    let older =
        |g: &VaultGeneration| expected.iter().any(|e| e.vault == g.vault && e.generation > g.generation);
    match given.iter().any(older) {
        true => Err(Refusal::OldGeneration),
        false => Err(Refusal::WrongGrants),
    }
}
