//! The journal: every deed is a leaf of a Merkle tree (RFC 6962 section 2.1), whose size and root the hub signs.
//!
//! A leaf says *where* it belongs and *what* happened in two salted halves. Erasing a case drops the events and their
//! salts; the halves stay, so the tree stands and anyone can check that only the named case's leaves went.

mod checkpoint;
mod event;
mod tile;
mod tree;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::id::{CaseNumber, Digest, NotA, as_text};

pub use checkpoint::{BadCheckpoint, Checkpoint, JournalKey, JournalPublicKey, MAX_NOTE};
pub use event::{BadEvent, Event, MAX_EVENT, Record};
pub use tile::Tile;
pub use tree::{
    BadProof, Frontier, MAX_SIZE, Needed, NodeId, consistency_nodes, empty_root, inclusion_nodes, leaf_hash,
    node_hash, root_nodes, verify_consistency, verify_inclusion,
};

/// Thirty-two random bytes that keep a half of a leaf from being guessed.
pub type Salt = [u8; 32];

/// What a leaf belongs to: one case, or the house. Shown as the case's number, or `house`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Scope {
    House,
    Case(CaseNumber),
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::House => f.write_str("house"),
            Self::Case(number) => number.fmt(f),
        }
    }
}

impl FromStr for Scope {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Self, NotA> {
        match text {
            "house" => Ok(Self::House),
            number => {
                number.parse().map(Self::Case).map_err(|_| NotA("a case number (ZVH-2026-0014) or house"))
            }
        }
    }
}
as_text!(Scope);

/// A leaf with all that it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    pub scope: Scope,
    pub scope_salt: Salt,
    pub event_salt: Salt,
    pub event: Event,
}

impl Leaf {
    /// The two halves, of which the second stays when the event is erased.
    pub fn halves(&self) -> Halves {
        Halves {
            scope: salted(&self.scope_salt, self.scope.to_string().as_bytes()),
            event: salted(&self.event_salt, self.event.to_string().as_bytes()),
        }
    }

    /// The leaf's hash in the tree.
    pub fn hash(&self) -> Digest {
        self.halves().hash()
    }
}

/// What remains of a leaf after erasure; its hash is the same as before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Halves {
    pub scope: Digest,
    pub event: Digest,
}

impl Halves {
    /// The halves of a leaf whose event is erased: the scope is still told, of the event only its half is left.
    pub fn erased(scope: Scope, scope_salt: &Salt, event: Digest) -> Self {
        Self { scope: salted(scope_salt, scope.to_string().as_bytes()), event }
    }

    /// The leaf's hash in the tree: SHA-256 of 0x00 and both halves.
    pub fn hash(&self) -> Digest {
        leaf_hash(&[self.scope.0, self.event.0].concat())
    }
}

/// SHA-256 of the salt and the text. The salt's length is fixed, so there is one way to read it.
fn salted(salt: &Salt, text: &[u8]) -> Digest {
    Digest::of(&[salt, text].concat())
}

#[cfg(test)]
mod tests;
