//! What names a payload: a hash over its parts, so that each can be checked when it comes in.

use ring::digest::{Context, SHA256};

use crate::protocol::id::Digest;

/// The bytes of a payload (not of its plain text) in a part of its digest; only the last one is shorter.
pub const PART: usize = 8 << 20;

/// The digest of a payload, as it is written or comes in: an RFC 6962 tree over its parts of 8 MiB.
pub struct PayloadDigest {
    leaves: Vec<Digest>,
    part: Context,
    in_part: usize,
}

impl Default for PayloadDigest {
    fn default() -> Self {
        Self::new()
    }
}

impl PayloadDigest {
    pub fn new() -> Self {
        Self { leaves: Vec::new(), part: new_leaf(), in_part: 0 }
    }

    pub fn update(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            if self.in_part == PART {
                self.end_part();
            }
            let (now, later) = bytes.split_at(bytes.len().min(PART - self.in_part));
            self.part.update(now);
            self.in_part += now.len();
            bytes = later;
        }
    }

    /// The digest, and the length in bytes of all that was given.
    pub fn finish(self) -> (Digest, u64) {
        let (leaves, length) = self.finish_parts();
        (root_of_parts(&leaves), length)
    }

    /// The leaf of each part, in order, and the length in bytes of all that was given.
    pub fn finish_parts(mut self) -> (Vec<Digest>, u64) {
        let length = self.leaves.len() as u64 * PART as u64 + self.in_part as u64;
        if length > 0 {
            self.end_part();
        }
        (self.leaves, length)
    }

    fn end_part(&mut self) {
        let part = std::mem::replace(&mut self.part, new_leaf());
        self.leaves.push(finished(part));
        self.in_part = 0;
    }
}

fn new_leaf() -> Context {
    let mut leaf = Context::new(&SHA256);
    leaf.update(&[0]);
    leaf
}

fn finished(hash: Context) -> Digest {
    let mut digest = Digest([0; 32]);
    digest.0.copy_from_slice(hash.finish().as_ref());
    digest
}

/// The leaf of one part: SHA-256 over a zero byte and its bytes.
pub fn part_leaf(part: &[u8]) -> Digest {
    let mut leaf = new_leaf();
    leaf.update(part);
    finished(leaf)
}

/// The digest of a payload from the leaves of its parts, in order (RFC 6962, section 2.1).
pub fn root_of_parts(leaves: &[Digest]) -> Digest {
    match leaves {
        [] => Digest::of(&[]),
        [leaf] => *leaf,
        _ => {
            // The largest power of two that is smaller than their number.
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            let mut node = Context::new(&SHA256);
            node.update(&[1]);
            node.update(&root_of_parts(left).0);
            node.update(&root_of_parts(right).0);
            finished(node)
        }
    }
}
