//! Who is who: slips, keys, memberships, partners, and the directory that says which are in force.
//!
//! [`House`] is what the statements of these kinds have made true so far, in the journal's order. A
//! membership counts once a directory lists it, with the key that it names, until a revocation, an
//! exclusion or the next directory; so a statement is judged by what was in force at its own leaf.

mod keys;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use keys::{SignedBy, judge_key, key_proof, require_slip};

use super::cert::{Fingerprint, PublicCert, is_certified_by, same_keys};
use super::id::{CaseNumber, Digest, HubName, MemberId, Moment, PartnerId, VaultId};
use super::refusal::Refusal;
use super::statement::*;
use super::vault::{VaultState, owner_vault};
use super::words::*;

/// A directory may be signed for so many seconds ahead.
pub const DIRECTORY_MAX_SECONDS: i64 = 92 * 24 * 3600;

/// A slip on record, and the key that used it.
#[derive(Clone, Debug)]
pub struct SlipState {
    pub slip: Slip,
    pub used_by: Option<Digest>,
}

/// A key on record. Whether it is in force depends on the directory.
#[derive(Clone, Debug)]
pub struct KeyState {
    pub key: Key,
    pub member: MemberId,
    pub cert: Arc<PublicCert>,
    /// How many keys were on record before it.
    pub order: usize,
}

/// The house at one moment of the journal.
#[derive(Clone, Debug)]
pub struct House {
    pub hub: HubName,
    pub authority: Arc<PublicCert>,
    pub slips: BTreeMap<Digest, SlipState>,
    pub keys: BTreeMap<Digest, KeyState>,
    /// How many keys were ever on record, those that others took the place of among them.
    pub key_count: usize,
    pub memberships: BTreeMap<Digest, Arc<Membership>>,
    pub admissions: BTreeMap<Digest, Arc<Admission>>,
    /// Revoked keys by key statement, with the latest revocation's id.
    pub revoked: BTreeMap<Digest, Digest>,
    pub revocations: BTreeSet<Digest>,
    pub suspended: BTreeMap<MemberId, Moment>,
    /// Exclusions by statement id: of whom, and when the authority signed.
    pub exclusions: BTreeMap<Digest, (PartnerId, Moment)>,
    pub excluded: BTreeSet<PartnerId>,
    pub bundles: BTreeMap<MemberId, u64>,
    /// How members want their letters, who said so.
    pub deliveries: BTreeMap<MemberId, Delivery>,
    pub directory: Option<Arc<Directory>>,
    /// When the authority signed the directory.
    pub directory_signed: Option<Moment>,
    /// What the directory lists, by membership and by partner.
    pub members: BTreeMap<MemberId, Arc<Membership>>,
    pub partners: BTreeMap<PartnerId, Arc<Admission>>,
    /// The keys that each member has had in force, each from the leaf of the directory that listed it.
    pub keys_since: BTreeMap<MemberId, Vec<(u64, Digest)>>,
    /// Every member and partner ever listed, as they were listed last. A membership never moves to another partner.
    pub listed_members: BTreeMap<MemberId, Arc<Membership>>,
    pub listed_partners: BTreeMap<PartnerId, Arc<Admission>>,
    /// The vaults of partners, the house's among them.
    pub vaults: BTreeMap<VaultId, VaultState>,
    /// Whose each vault is, those of cases among them: no two have one id.
    pub vault_owners: BTreeMap<VaultId, Owner>,
    /// How many cases began in each year.
    pub cases: BTreeMap<u16, u32>,
    /// Every statement of no case.
    pub recorded: BTreeSet<Digest>,
}

impl House {
    /// The house before anything happened, with its authority pinned by whoever holds this.
    pub fn new(hub: HubName, authority: Arc<PublicCert>) -> Self {
        Self {
            hub,
            authority,
            slips: BTreeMap::new(),
            keys: BTreeMap::new(),
            key_count: 0,
            memberships: BTreeMap::new(),
            admissions: BTreeMap::new(),
            revoked: BTreeMap::new(),
            revocations: BTreeSet::new(),
            suspended: BTreeMap::new(),
            exclusions: BTreeMap::new(),
            excluded: BTreeSet::new(),
            bundles: BTreeMap::new(),
            deliveries: BTreeMap::new(),
            directory: None,
            directory_signed: None,
            members: BTreeMap::new(),
            partners: BTreeMap::new(),
            keys_since: BTreeMap::new(),
            listed_members: BTreeMap::new(),
            listed_partners: BTreeMap::new(),
            vaults: BTreeMap::new(),
            vault_owners: BTreeMap::new(),
            cases: BTreeMap::new(),
            recorded: BTreeSet::new(),
        }
    }

    /// The fingerprint that everyone pins.
    pub fn authority_fingerprint(&self) -> Fingerprint {
        self.authority.fingerprint()
    }

    /// The directory, if there is one and it has not expired.
    pub fn fresh_directory(&self, at: Moment) -> Result<&Directory, Refusal> {
        let directory = self.directory.as_deref().ok_or(Refusal::NoDirectory)?;
        match at < directory.until {
            true => Ok(directory),
            false => Err(Refusal::StaleDirectory { until: directory.until }),
        }
    }

    /// A member who is in force at a moment, whatever the directory's end: listed, in its dates, of a
    /// signed partner, not suspended, excluded or revoked.
    pub fn member(&self, id: MemberId, at: Moment) -> Result<&Membership, Refusal> {
        let membership = self.members.get(&id).ok_or(Refusal::UnknownMember)?;
        if self.revoked.contains_key(&membership.key) {
            return Err(Refusal::Revoked);
        }
        if at < membership.from || at >= membership.until {
            return Err(Refusal::NotInForce);
        }
        if let Some(until) = self.suspended.get(&id).filter(|until| at < **until) {
            return Err(Refusal::Suspended { until: *until });
        }
        self.partner(membership.partner)?;
        Ok(membership)
    }

    /// A partner that signed the agreement and is not excluded (9.2e, 20.2).
    pub fn partner(&self, id: PartnerId) -> Result<&Admission, Refusal> {
        let admission = self.partners.get(&id).ok_or(Refusal::UnknownPartner)?;
        if self.excluded.contains(&id) {
            return Err(Refusal::Excluded);
        }
        match admission.standing {
            Standing::Signed => Ok(admission),
            Standing::Named => Err(Refusal::NotSignedPartner { partner: admission.name.to_string() }),
        }
    }

    /// The partner that a member works for, or worked for.
    pub fn partner_of(&self, member: MemberId) -> Option<PartnerId> {
        self.listed_members.get(&member).map(|membership| membership.partner)
    }

    /// A partner's name, as the directory listed it last, or the id of one that it never did.
    pub fn partner_name(&self, id: PartnerId) -> String {
        let known = self.partners.get(&id).or_else(|| self.listed_partners.get(&id));
        known.map_or_else(|| id.to_string(), |admission| admission.name.to_string())
    }

    /// The partner that is the house itself.
    pub fn house_partner(&self) -> Option<PartnerId> {
        self.partners.values().find(|admission| admission.kind == PartnerKind::House).map(|a| a.partner)
    }

    /// Whether a member in force has a role.
    pub fn has_role(&self, id: MemberId, role: Role, at: Moment) -> bool {
        self.member(id, at).is_ok_and(|membership| membership.role.contains(&role))
    }

    /// A procesregisseur in force, who works for the house.
    pub fn is_procesregisseur(&self, id: MemberId, at: Moment) -> bool {
        let for_house = |m: &Membership| Some(m.partner) == self.house_partner();
        self.has_role(id, Role::Procesregisseur, at) && self.member(id, at).is_ok_and(for_house)
    }

    /// From when nobody can write to a member any more: its cert ends, or its membership, whichever is first.
    pub fn mail_until(&self, membership: &Membership) -> Moment {
        let cert = self.keys.get(&membership.key).and_then(|key| key.cert.mail_expires());
        cert.map_or(membership.until, |cert| cert.min(membership.until))
    }

    /// How a member gets its letters: as it last said, else in the portal and in Dutch.
    pub fn delivery(&self, member: MemberId) -> Delivery {
        let unsaid = Delivery { way: DeliveryWay::Portal, language: LanguageWord::Dutch };
        self.deliveries.get(&member).cloned().unwrap_or(unsaid)
    }

    /// The key that a member had in force at a leaf.
    pub fn key_at(&self, member: MemberId, leaf: u64) -> Option<Digest> {
        let keys = self.keys_since.get(&member)?;
        keys.iter().rev().find(|(since, _)| *since <= leaf).map(|(_, key)| *key)
    }

    /// The latest generation of a partner's vault.
    pub fn vault_of(&self, partner: PartnerId) -> Option<&VaultState> {
        owner_vault(&self.vaults, Owner::Partner(partner))
    }

    /// The number that the next case of a year takes.
    pub fn next_case(&self, at: Moment) -> CaseNumber {
        let year = at.year();
        CaseNumber { year, count: self.cases.get(&year).copied().unwrap_or(0) + 1 }
    }
}

/// `slip`: a new member or an old one with a new slip, of a partner that is admitted.
pub fn judge_slip(house: &House, slip: &Slip) -> Result<(), Refusal> {
    let known = house.admissions.values().any(|admission| admission.partner == slip.partner);
    if !known {
        return Err(Refusal::UnknownPartner);
    }
    let same_partner = |m: &Arc<Membership>| m.member != slip.member || m.partner == slip.partner;
    // One who moves gets a new membership, so that nothing of the old partner opens for it.
    house.memberships.values().all(same_partner).then_some(()).ok_or(Refusal::UnknownMember)
}

/// `membership`: the key is on record for this member, unchanged but for the authority's certification.
pub fn judge_membership(house: &House, m: &Membership, certified: &PublicCert) -> Result<(), Refusal> {
    let key = house.keys.get(&m.key).filter(|key| key.member == m.member).ok_or(Refusal::KeyUnknown)?;
    if house.revoked.contains_key(&m.key) {
        return Err(Refusal::Revoked);
    }
    if key.key.cert != m.cert || key.key.recipient != m.recipient {
        return Err(Refusal::KeyDiffers);
    }
    // Mail programs go by the user id that the authority certifies, so it must be this person's.
    let named = certified.user_id() == format!("{} <{}>", m.name, m.mail);
    if !named || !same_keys(certified, &key.cert) || !is_certified_by(certified, &house.authority) {
        return Err(Refusal::KeyDiffers);
    }
    if !house.admissions.values().any(|admission| admission.partner == m.partner) {
        return Err(Refusal::UnknownPartner);
    }
    let moved =
        house.memberships.values().any(|other| other.member == m.member && other.partner != m.partner);
    match moved {
        true => Err(Refusal::KeyDiffers),
        false => Ok(()),
    }
}

/// `admission`: any, by the authority; the first is the house, and there is one house.
pub fn judge_admission(house: &House, admission: &Admission) -> Result<(), Refusal> {
    let is_house = admission.kind == PartnerKind::House;
    let of_house = house.admissions.values().find(|other| other.kind == PartnerKind::House);
    match of_house {
        None => is_house,
        Some(first) => is_house == (first.partner == admission.partner),
    }
    .then_some(())
    .ok_or(Refusal::NotAllowed)
}

/// `directory`: newer, not for too long, and all that it lists is on record, once.
pub fn judge_directory(house: &House, directory: &Directory, signed_at: Moment) -> Result<(), Refusal> {
    let last = house.directory.as_ref().map_or(0, |last| last.number.0);
    if directory.number.0 <= last {
        return Err(Refusal::OlderDirectory);
    }
    if directory.until.unix() - signed_at.unix() > DIRECTORY_MAX_SECONDS {
        return Err(Refusal::DirectoryTooLong);
    }
    let mut members = BTreeSet::new();
    let mut partners = BTreeSet::new();
    let admitted = directory
        .admission
        .iter()
        .all(|id| house.admissions.get(id).is_some_and(|admission| partners.insert(admission.partner)));
    let vouched = directory.membership.iter().all(|id| {
        house.memberships.get(id).is_some_and(|m| members.insert(m.member) && partners.contains(&m.partner))
    });
    let revoked = directory.revocation.iter().all(|id| house.revocations.contains(id));
    let excluded = directory.exclusion.iter().all(|id| house.exclusions.contains_key(id));
    (admitted && vouched && revoked && excluded).then_some(()).ok_or(Refusal::DirectoryDangling)
}

/// `revocation`: the key is on record for this member.
pub fn judge_revocation(house: &House, revocation: &Revocation) -> Result<(), Refusal> {
    let key = house.keys.get(&revocation.key).filter(|key| key.member == revocation.member);
    key.map(|_| ()).ok_or(Refusal::KeyUnknown)
}

/// `suspension`: by a manager, of someone in the directory.
pub fn judge_suspension(
    house: &House,
    suspension: &Suspension,
    by: MemberId,
    at: Moment,
) -> Result<(), Refusal> {
    if !house.has_role(by, Role::Manager, at) {
        return Err(Refusal::NotManager { member: by });
    }
    house.members.get(&suspension.member).map(|_| ()).ok_or(Refusal::UnknownMember)
}

/// `bundle`: the very next of this member, so that no number is so high that none can follow.
pub fn judge_bundle(house: &House, bundle: &Bundle, by: MemberId) -> Result<(), Refusal> {
    let last = house.bundles.get(&by).copied().unwrap_or(0);
    (bundle.number.0 == last + 1).then_some(()).ok_or(Refusal::BundleNumber { next: last + 1 })
}

/// Records what a statement about who is who makes true. Call only after its judgement.
pub fn apply(house: &mut House, leaf: u64, id: Digest, statement: &Statement, cert: Option<Arc<PublicCert>>) {
    match (&statement.body, statement.member()) {
        (Body::Slip(slip), _) => {
            house.slips.insert(id, SlipState { slip: slip.clone(), used_by: None });
        }
        (Body::Key(key), Some(member)) => keys::add(house, id, key, member, cert),
        (Body::Bundle(bundle), Some(member)) => {
            house.bundles.insert(member, bundle.number.0);
        }
        (Body::Delivery(delivery), Some(member)) => {
            house.deliveries.insert(member, delivery.clone());
        }
        (Body::Membership(membership), _) => {
            house.memberships.insert(id, Arc::new(membership.clone()));
        }
        (Body::Admission(admission), _) => {
            house.admissions.insert(id, Arc::new(admission.clone()));
        }
        (Body::Directory(directory), _) => list(house, leaf, directory, statement.signed_at),
        (Body::Revocation(revocation), _) => {
            keys::revoke(house, revocation.key, id);
            house.revocations.insert(id);
        }
        (Body::Suspension(suspension), _) => {
            house.suspended.insert(suspension.member, suspension.until);
        }
        (Body::Exclusion(exclusion), _) => {
            house.exclusions.insert(id, (exclusion.partner, statement.signed_at));
            // One that was carried in late, behind a directory that was signed after it, is over already.
            if house.directory_signed.is_none_or(|directory| directory <= statement.signed_at) {
                house.excluded.insert(exclusion.partner);
            }
        }
        _ => {}
    }
}

fn list(house: &mut House, leaf: u64, directory: &Directory, signed_at: Moment) {
    house.partners = directory
        .admission
        .iter()
        .filter_map(|id| house.admissions.get(id))
        .map(|admission| (admission.partner, admission.clone()))
        .collect();
    house.members = directory
        .membership
        .iter()
        .filter_map(|id| house.memberships.get(id))
        .map(|membership| (membership.member, membership.clone()))
        .collect();
    house.listed_partners.extend(house.partners.clone());
    house.listed_members.extend(house.members.clone());
    for membership in house.members.values() {
        let keys = house.keys_since.entry(membership.member).or_default();
        if keys.last().is_none_or(|(_, key)| *key != membership.key) {
            keys.push((leaf, membership.key));
        }
    }
    // An exclusion that the directory no longer lists is over; one that was signed after it goes on, so that nobody
    // ends it by keeping a directory back. Of the same second it goes on too: a script may be that quick.
    let goes_on = |id: &Digest, signed: Moment| directory.exclusion.contains(id) || signed >= signed_at;
    let exclusions = house.exclusions.iter().filter(|(id, (_, signed))| goes_on(id, *signed));
    house.excluded = exclusions.map(|(_, (partner, _))| *partner).collect();
    house.directory = Some(Arc::new(directory.clone()));
    house.directory_signed = Some(signed_at);
}
