//! Vaults: whose they are, who holds them, and how a new generation takes over from the old.

mod given;

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use super::directory::House;
use super::id::{Digest, MemberId, Moment, NotA, VaultId};
use super::refusal::Refusal;
use super::seal::Recipient;
use super::statement::{PartName, Vault};
use super::words::{Owner, Role, Signer, VaultGeneration};

pub use given::Given;

/// A vault in its latest generation.
#[derive(Clone, Debug)]
pub struct VaultState {
    /// The statement of this generation.
    pub id: Digest,
    pub vault: VaultId,
    pub generation: u64,
    pub owner: Owner,
    pub recipient: Recipient,
    /// Each holder, with the key that it had when it became one.
    pub holders: BTreeMap<MemberId, Digest>,
    /// The statements of all generations, the first one first.
    pub generations: Vec<Digest>,
    /// Every recipient that it has had.
    pub recipients: Vec<Recipient>,
}

impl VaultState {
    /// Its name in a grant.
    pub fn now(&self) -> VaultGeneration {
        VaultGeneration { vault: self.vault, generation: self.generation }
    }

    /// Whether a member holds it with the key that is in force.
    pub fn held_by(&self, house: &House, member: MemberId) -> bool {
        let key = self.holders.get(&member);
        key.is_some() && key == house.members.get(&member).map(|membership| &membership.key)
    }

    /// Whether a member reads by it: it holds the vault, and its roles still allow that.
    pub fn read_by(&self, house: &House, member: MemberId, at: Moment) -> bool {
        self.held_by(house, member) && require_may_hold(house, self.owner, member, at).is_ok()
    }

    /// Refuses a vault with a holder whose key was revoked or replaced: it takes nothing new until
    /// there is a generation without that key.
    pub fn sound(&self, house: &House) -> Result<(), Refusal> {
        let valid = |(member, key): (&MemberId, &Digest)| {
            !house.revoked.contains_key(key) && house.members.get(member).is_some_and(|m| m.key == *key)
        };
        self.holders.iter().all(valid).then_some(()).ok_or(Refusal::VaultUnsound)
    }

    /// Refuses a member who does not hold it now.
    pub fn require_holder(&self, house: &House, member: MemberId) -> Result<(), Refusal> {
        self.held_by(house, member).then_some(()).ok_or(Refusal::NotHolder)
    }
}

/// The vault of an owner.
pub fn owner_vault(vaults: &BTreeMap<VaultId, VaultState>, owner: Owner) -> Option<&VaultState> {
    vaults.values().find(|vault| vault.owner == owner)
}

/// `vault`: judged against the vault's generation before (`current`), if there is one.
///
/// `open` are the statements' parts that the predecessor has a header for and that a new generation must
/// carry over; `None` where the judge cannot know them all.
pub fn judge(
    house: &House,
    new: &Vault,
    by: Signer,
    current: Option<&VaultState>,
    carried: Option<Carried<'_>>,
    at: Moment,
) -> Result<(), Refusal> {
    require_lineage(house, new, by, current, at)?;
    // What is shown to a vault is shown to its holders: a second vault of that name would see it too.
    if house.vault_owners.get(&new.vault).is_some_and(|owner| *owner != new.owner) {
        return Err(Refusal::VaultTwice);
    }
    for holder in &new.holder {
        require_may_hold(house, new.owner, *holder, at)?;
    }
    let same = |state: &VaultState| state.recipients.contains(&new.recipient);
    if house.vaults.values().any(same) || current.is_some_and(same) {
        return Err(Refusal::VaultTwice);
    }
    match carried {
        Some(carried) if by == Signer::Authority => {
            carried.set.is_empty().then_some(()).ok_or(Refusal::IncompleteSet)
        }
        Some(carried) => {
            let set: BTreeSet<_> = carried.set.entries.keys().copied().collect();
            (set == *carried.open).then_some(()).ok_or(Refusal::IncompleteSet)
        }
        None => Ok(()),
    }
}

/// What a new generation carries over, and what it has to.
pub struct Carried<'a> {
    pub set: &'a RekeyedSet,
    pub open: &'a BTreeSet<(Digest, PartName)>,
}

/// Who may sign which generation (design section 2).
fn require_lineage(
    house: &House,
    new: &Vault,
    by: Signer,
    current: Option<&VaultState>,
    at: Moment,
) -> Result<(), Refusal> {
    let signer = match by {
        Signer::Member(member) => Some(member),
        Signer::Authority => None,
        Signer::Hub => return Err(Refusal::WrongSigner),
    };
    let (Some(current), generation) = (current, new.generation.0) else {
        return require_first(house, new, signer.ok_or(Refusal::WrongSigner)?, at);
    };
    if current.vault != new.vault || current.owner != new.owner || generation <= current.generation {
        return Err(Refusal::VaultTwice);
    }
    if generation != current.generation + 1 || new.predecessor != Some(current.id) {
        return Err(Refusal::OldGeneration);
    }
    match signer {
        Some(member) => {
            house.member(member, at)?;
            current.require_holder(house, member)
        }
        // The authority steps in only where no holder is left, and carries nothing over.
        None => {
            let left =
                current.holders.keys().any(|h| current.held_by(house, *h) && house.member(*h, at).is_ok());
            (!left).then_some(()).ok_or(Refusal::WrongSigner)
        }
    }
}

fn require_first(house: &House, new: &Vault, signer: MemberId, at: Moment) -> Result<(), Refusal> {
    let membership = house.member(signer, at)?;
    if new.generation.0 != 1 || house.vaults.contains_key(&new.vault) {
        return Err(Refusal::OldGeneration);
    }
    match new.owner {
        Owner::Partner(partner) if membership.partner != partner => Err(Refusal::NotHolder),
        Owner::Partner(_) if new.predecessor.is_some() => Err(Refusal::OldGeneration),
        Owner::Partner(_) => require_may_hold(house, new.owner, signer, at),
        Owner::Case(_) => {
            let of_house = house.house_partner().and_then(|partner| house.vault_of(partner));
            let of_house = of_house.ok_or(Refusal::NoVault)?;
            if new.predecessor != Some(of_house.id) {
                return Err(Refusal::OldGeneration);
            }
            of_house.require_holder(house, signer)
        }
    }
}

/// A partner's vault is held by its members, a case's and the house's by procesregisseurs.
pub fn require_may_hold(house: &House, owner: Owner, member: MemberId, at: Moment) -> Result<(), Refusal> {
    let membership = house.member(member, at)?;
    let procesregisseurs_only = match owner {
        Owner::Case(_) => true,
        Owner::Partner(partner) => Some(partner) == house.house_partner(),
    };
    let allowed = match owner {
        _ if procesregisseurs_only => house.is_procesregisseur(member, at),
        Owner::Partner(partner) => membership.partner == partner && membership.role != [Role::Support],
        Owner::Case(_) => false,
    };
    allowed.then_some(()).ok_or(Refusal::HolderNotAllowed)
}

/// The state after a generation that was judged good.
pub fn next_state(
    house: &House,
    leaf: u64,
    id: Digest,
    new: &Vault,
    current: Option<&VaultState>,
) -> VaultState {
    let key = |member: &MemberId| house.key_at(*member, leaf).map(|key| (*member, key));
    let mut generations = current.map_or_else(Vec::new, |current| current.generations.clone());
    let mut recipients = current.map_or_else(Vec::new, |current| current.recipients.clone());
    generations.push(id);
    recipients.push(new.recipient.clone());
    VaultState {
        id,
        vault: new.vault,
        generation: new.generation.0,
        owner: new.owner,
        recipient: new.recipient.clone(),
        holders: new.holder.iter().filter_map(key).collect(),
        generations,
        recipients,
    }
}

/// What a new generation carries over: for each statement's part, the digest of the new header. As a text
/// it has a line `STATEMENT PART HEADER` for each, in ascending order; the headers are attached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RekeyedSet {
    pub entries: BTreeMap<(Digest, PartName), Digest>,
}

/// The most parts that one vault can carry over at a time.
pub const MAX_SET: usize = 100_000;

impl RekeyedSet {
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub fn to_text(&self) -> String {
        let mut lines: Vec<String> =
            self.entries.iter().map(|((id, part), header)| format!("{id} {part} {header}\n")).collect();
        lines.sort();
        lines.concat()
    }
}

impl FromStr for RekeyedSet {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Self, NotA> {
        const WHAT: NotA = NotA("a re-keyed set (lines of statement, part, header's digest)");
        let mut set = Self::default();
        for line in text.lines() {
            let words: Vec<&str> = line.split(' ').collect();
            let [id, part, header] = words[..] else { return Err(WHAT) };
            if set.entries.len() == MAX_SET {
                return Err(WHAT);
            }
            set.entries.insert((id.parse()?, part.parse()?), header.parse()?);
        }
        (set.to_text() == text).then_some(set).ok_or(WHAT)
    }
}
