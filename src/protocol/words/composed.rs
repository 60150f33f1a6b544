//! The values of several words on one line, and those that are one of several things.

use std::fmt;
use std::str::FromStr;

use super::{Number, Seat};
use crate::protocol::id::{CaseNumber, Digest, Mac, MemberId, NotA, PartnerId, VaultId, hex32};
use crate::protocol::lines::Value;

/// Reads a line of words separated by single spaces.
fn words_of<'a, const N: usize>(text: &'a str, what: &'static str) -> Result<[&'a str; N], NotA> {
    let words: Vec<&str> = text.split(' ').collect();
    words.try_into().map_err(|_| NotA(what))
}

/// The last checkpoint that a signer saw: `SIZE ROOT`, size 0 and the empty tree's root if none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    pub size: u64,
    pub root: [u8; 32],
}

impl Seen {
    /// What one says who has not seen a checkpoint: an empty tree's root is the digest of nothing.
    pub fn nothing() -> Self {
        Self { size: 0, root: Digest::of(b"").0 }
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.size, hex::encode(self.root))
    }
}

impl FromStr for Seen {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Self, NotA> {
        const WHAT: &str = "a journal's size and root";
        let [size, root] = words_of(text, WHAT)?;
        let size = size.parse::<Number>().map_err(|_| NotA(WHAT))?.0;
        let seen = Self { size, root: hex32(root).ok_or(NotA(WHAT))? };
        if seen.size == 0 && seen != Self::nothing() {
            return Err(NotA(WHAT));
        }
        Ok(seen)
    }
}
impl Value for Seen {}

/// A payload that a statement names: its digest, its length in bytes, its key's commitment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payload {
    pub digest: Digest,
    pub length: u64,
    pub commitment: Mac,
}

impl fmt::Display for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.digest, self.length, self.commitment)
    }
}

impl FromStr for Payload {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Self, NotA> {
        let [digest, length, commitment] = words_of(text, "a payload (digest, length, commitment)")?;
        let length = length.parse::<Number>()?.0;
        // An age payload has at least its nonce and the tag of an empty chunk.
        if length < 32 {
            return Err(NotA("a payload of at least 32 bytes"));
        }
        Ok(Self { digest: digest.parse()?, length, commitment: commitment.parse()? })
    }
}
impl Value for Payload {}

/// A vault as it stood in one generation: `vlt_…/3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VaultGeneration {
    pub vault: VaultId,
    pub generation: u64,
}

impl fmt::Display for VaultGeneration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.vault, self.generation)
    }
}

impl FromStr for VaultGeneration {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Self, NotA> {
        let (vault, generation) = text.split_once('/').ok_or(NotA("a vault and its generation"))?;
        let generation = generation.parse::<Number>()?.0;
        if generation == 0 {
            return Err(NotA("a generation, counted from 1"));
        }
        Ok(Self { vault: vault.parse()?, generation })
    }
}
impl Value for VaultGeneration {}

/// Whom a header is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reader {
    Member(MemberId),
    Vault(VaultGeneration),
}

impl fmt::Display for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(member) => member.fmt(f),
            Self::Vault(vault) => vault.fmt(f),
        }
    }
}

impl FromStr for Reader {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Self, NotA> {
        let vault = || text.parse().map(Self::Vault);
        text.parse()
            .map(Self::Member)
            .or_else(|_| vault())
            .map_err(|_| NotA("a member or a vault's generation"))
    }
}

/// A header for a vault: which vault, and the header's digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VaultGrant {
    pub vault: VaultGeneration,
    pub header: Digest,
}

impl fmt::Display for VaultGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.vault, self.header)
    }
}

impl FromStr for VaultGrant {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Self, NotA> {
        let [vault, header] = words_of(text, "a grant (vault/generation, header's digest)")?;
        Ok(Self { vault: vault.parse()?, header: header.parse()? })
    }
}
impl Value for VaultGrant {}

/// Whose a vault is: a partner's (the house is one), or a case's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    Partner(PartnerId),
    Case(CaseNumber),
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Partner(partner) => partner.fmt(f),
            Self::Case(case) => case.fmt(f),
        }
    }
}

impl FromStr for Owner {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Self, NotA> {
        let case = || text.parse().map(Self::Case);
        text.parse().map(Self::Partner).or_else(|_| case()).map_err(|_| NotA("a partner or a case number"))
    }
}
impl Value for Owner {}

/// One on the roster, and in which seat: `mem_… delegate`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Participant {
    pub member: MemberId,
    pub seat: Seat,
}

impl fmt::Display for Participant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.member, self.seat)
    }
}

impl FromStr for Participant {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Self, NotA> {
        let [member, seat] = words_of(text, "a participant (membership, seat)")?;
        Ok(Self { member: member.parse()?, seat: seat.parse()? })
    }
}
impl Value for Participant {}

/// In a release: an item, and the approval that allows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Approved {
    pub item: Digest,
    pub approval: Digest,
}

impl fmt::Display for Approved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.item, self.approval)
    }
}

impl FromStr for Approved {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Self, NotA> {
        let [item, approval] = words_of(text, "an item and its approval")?;
        Ok(Self { item: item.parse()?, approval: approval.parse()? })
    }
}
impl Value for Approved {}

/// In a release: an item of the house itself, and the two headers that the release itself makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnItem {
    pub item: Digest,
    pub grant_label: Digest,
    pub grant_body: Digest,
}

impl fmt::Display for OwnItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.item, self.grant_label, self.grant_body)
    }
}

impl FromStr for OwnItem {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Self, NotA> {
        let [item, label, body] = words_of(text, "an item and the digests of its two headers")?;
        Ok(Self { item: item.parse()?, grant_label: label.parse()?, grant_body: body.parse()? })
    }
}
impl Value for OwnItem {}

/// Who signs: a member, the authority, or the hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Signer {
    Authority,
    Hub,
    Member(MemberId),
}

impl fmt::Display for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Authority => f.write_str("authority"),
            Self::Hub => f.write_str("hub"),
            Self::Member(member) => member.fmt(f),
        }
    }
}

impl FromStr for Signer {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Self, NotA> {
        match text {
            "authority" => Ok(Self::Authority),
            "hub" => Ok(Self::Hub),
            _ => text.parse().map(Self::Member).map_err(|_| NotA("authority, hub, or a membership")),
        }
    }
}
impl Value for Signer {}
