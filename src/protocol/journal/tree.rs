//! The Merkle tree (RFC 6962 section 2.1, RFC 9162 section 2.1): growing it, proving from it, checking proofs.
//!
//! Only *complete* subtrees are ever stored, each once, when its last leaf comes; they never change. Whatever else a
//! root or a proof needs is folded from them.

use serde::{Deserialize, Serialize};

use crate::protocol::id::Digest;

/// The largest tree: what a browser can still count.
pub const MAX_SIZE: u64 = (1 << 53) - 1;

/// A complete subtree: the `index`-th from the left that has 2^`level` leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NodeId {
    pub level: u8,
    pub index: u64,
}

/// The root of the tree without leaves: the digest of nothing.
pub fn empty_root() -> Digest {
    Digest::of(b"")
}

/// The hash of a leaf's data: SHA-256 of 0x00 and the data.
pub fn leaf_hash(data: &[u8]) -> Digest {
    Digest::of(&[&[0], data].concat())
}

/// The hash of two subtrees side by side: SHA-256 of 0x01 and both hashes.
pub fn node_hash(left: &Digest, right: &Digest) -> Digest {
    Digest::of(&[&[1], &left.0[..], &right.0[..]].concat())
}

/// What is needed to let a tree grow: its size, and the complete subtrees that it falls into, largest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Digest>,
}

impl Frontier {
    /// The frontier of a stored tree: `peaks` are the hashes of [`root_nodes`]`(size)`, in that order.
    /// None when they are too many or too few, or the tree is full.
    pub fn new(size: u64, peaks: Vec<Digest>) -> Option<Self> {
        let fits = size < MAX_SIZE && peaks.len() == size.count_ones() as usize;
        fits.then_some(Self { size, peaks })
    }

    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf at index [`size`](Self::size), and returns the subtrees that it completes, the leaf itself first.
    pub fn append(&mut self, leaf: Digest) -> Vec<(NodeId, Digest)> {
        let mut node = NodeId { level: 0, index: self.size };
        let mut hash = leaf;
        let mut completed = vec![(node, hash)];
        while node.index % 2 == 1 {
            let Some(left) = self.peaks.pop() else { break };
            hash = node_hash(&left, &hash);
            node = NodeId { level: node.level + 1, index: node.index / 2 };
            completed.push((node, hash));
        }
        self.peaks.push(hash);
        self.size += 1;
        completed
    }

    /// The root of the tree.
    pub fn root(&self) -> Digest {
        fold(&self.peaks).unwrap_or_else(empty_root)
    }
}

/// The stored subtrees that a root or a proof is made from. Fetch [`ids`](Self::ids), then [`fold`](Self::fold).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needed(Vec<Vec<NodeId>>);

impl Needed {
    /// The subtrees to fetch, in order.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> {
        self.0.iter().flatten().copied()
    }

    /// Makes the proof (or, for [`root_nodes`], the single root) from the hashes of [`ids`](Self::ids) in that order.
    /// None when there are too few or too many.
    pub fn fold(&self, hashes: &[Digest]) -> Option<Vec<Digest>> {
        let mut rest = hashes;
        let mut folded = Vec::with_capacity(self.0.len());
        for group in &self.0 {
            let (these, others) = rest.split_at_checked(group.len())?;
            folded.push(fold(these)?);
            rest = others;
        }
        rest.is_empty().then_some(folded)
    }
}

/// The hash over neighbouring complete subtrees, largest first.
fn fold(hashes: &[Digest]) -> Option<Digest> {
    let (last, others) = hashes.split_last()?;
    Some(others.iter().rfold(*last, |right, left| node_hash(left, &right)))
}

/// The complete subtrees that the leaves from `start` up to `end` fall into, largest first. `start` must be where a
/// subtree of that many leaves can begin.
fn subtrees(mut start: u64, end: u64) -> Vec<NodeId> {
    let mut nodes = Vec::new();
    while start < end {
        let level = (end - start).ilog2();
        nodes.push(NodeId { level: level as u8, index: start >> level });
        start += 1 << level;
    }
    nodes
}

/// The largest power of two smaller than a number of leaves, two at the least: where a tree parts in two.
fn split(leaves: u64) -> u64 {
    1 << (leaves - 1).ilog2()
}

/// What the root of a tree is made from. Without leaves nothing is needed, and the root is [`empty_root`].
pub fn root_nodes(size: u64) -> Needed {
    Needed(if size == 0 { vec![] } else { vec![subtrees(0, size)] })
}

/// What the proof is made from that a leaf stands in a tree (RFC 9162 section 2.1.3.1). None when it is not in it.
pub fn inclusion_nodes(index: u64, size: u64) -> Option<Needed> {
    if index >= size || size > MAX_SIZE {
        return None;
    }
    let (mut start, mut end) = (0, size);
    let mut path = Vec::new();
    while end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            path.push(subtrees(middle, end));
            end = middle;
        } else {
            path.push(subtrees(start, middle));
            start = middle;
        }
    }
    path.reverse();
    Some(Needed(path))
}

/// What the proof is made from that a tree grew from a smaller one (RFC 9162 section 2.1.4.1). None when it did not.
/// From the empty tree, and for equal sizes, the proof is empty.
pub fn consistency_nodes(old: u64, new: u64) -> Option<Needed> {
    if old > new || new > MAX_SIZE {
        return None;
    }
    if old == 0 || old == new {
        return Some(Needed(vec![]));
    }
    let (mut start, mut end) = (0, new);
    let mut path = Vec::new();
    while end != old {
        let middle = start + split(end - start);
        if old <= middle {
            path.push(subtrees(middle, end));
            end = middle;
        } else {
            path.push(subtrees(start, middle));
            start = middle;
        }
    }
    // A subtree that is the whole old tree is known to who asks.
    if start > 0 {
        path.push(subtrees(start, end));
    }
    path.reverse();
    Some(Needed(path))
}

/// Why a proof does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadProof {
    #[error("there is no such leaf or tree to prove")]
    OutOfRange,
    #[error("the proof is too short or too long")]
    Length,
    #[error("the proof does not lead to the root")]
    Root,
    #[error("the proof does not lead to the older root")]
    OldRoot,
}

impl BadProof {
    /// A short name, as the test vectors use it.
    pub fn code(self) -> &'static str {
        match self {
            Self::OutOfRange => "out-of-range",
            Self::Length => "length",
            Self::Root => "root",
            Self::OldRoot => "old-root",
        }
    }
}

/// Checks that a leaf stands at an index of the tree with this size and root (RFC 9162 section 2.1.3.2).
pub fn verify_inclusion(
    leaf: &Digest,
    index: u64,
    size: u64,
    proof: &[Digest],
    root: &Digest,
) -> Result<(), BadProof> {
    if index >= size || size > MAX_SIZE {
        return Err(BadProof::OutOfRange);
    }
    let (mut node, mut last) = (index, size - 1);
    let mut hash = *leaf;
    for sibling in proof {
        if last == 0 {
            return Err(BadProof::Length);
        }
        if node % 2 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            climb_while_left(&mut node, &mut last);
        } else {
            hash = node_hash(&hash, sibling);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    match (last, hash == *root) {
        (0, true) => Ok(()),
        (0, false) => Err(BadProof::Root),
        _ => Err(BadProof::Length),
    }
}

/// Checks that the tree with the new size and root grew from the one with the old size and root, nothing in it
/// changed (RFC 9162 section 2.1.4.2; from the empty tree anything grows, with an empty proof).
pub fn verify_consistency(
    old: u64,
    old_root: &Digest,
    new: u64,
    new_root: &Digest,
    proof: &[Digest],
) -> Result<(), BadProof> {
    if old > new || new > MAX_SIZE {
        return Err(BadProof::OutOfRange);
    }
    if old == 0 || old == new {
        return verify_trivially(old, old_root, new, new_root, proof);
    }
    // A complete subtree that is the whole old tree is left out of the proof: it is the old root itself.
    let whole = old.is_power_of_two().then_some(old_root);
    let mut path = whole.into_iter().chain(proof);
    let first = path.next().ok_or(BadProof::Length)?;

    let (mut node, mut last) = (old - 1, new - 1);
    while node % 2 == 1 {
        (node, last) = (node >> 1, last >> 1);
    }
    let (mut old_hash, mut new_hash) = (*first, *first);
    for sibling in path {
        if last == 0 {
            return Err(BadProof::Length);
        }
        if node % 2 == 1 || node == last {
            old_hash = node_hash(sibling, &old_hash);
            new_hash = node_hash(sibling, &new_hash);
            climb_while_left(&mut node, &mut last);
        } else {
            new_hash = node_hash(&new_hash, sibling);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    if last != 0 {
        return Err(BadProof::Length);
    }
    if old_hash != *old_root {
        return Err(BadProof::OldRoot);
    }
    if new_hash != *new_root { Err(BadProof::Root) } else { Ok(()) }
}

fn verify_trivially(
    old: u64,
    old_root: &Digest,
    new: u64,
    new_root: &Digest,
    proof: &[Digest],
) -> Result<(), BadProof> {
    if !proof.is_empty() {
        return Err(BadProof::Length);
    }
    if old == 0 && *old_root != empty_root() {
        return Err(BadProof::OldRoot);
    }
    if old == new && old_root != new_root { Err(BadProof::Root) } else { Ok(()) }
}

/// The last node of a level that is not full has no sibling there: it is carried up until it has one.
fn climb_while_left(node: &mut u64, last: &mut u64) {
    while *node != 0 && (*node).is_multiple_of(2) {
        (*node, *last) = (*node >> 1, *last >> 1);
    }
}
