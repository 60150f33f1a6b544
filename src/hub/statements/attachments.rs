//! What came along with a batch, found by digest. Everything named must be there, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use super::Certs;
use crate::hub::error::HubError;
use crate::protocol::id::Digest;
use crate::protocol::label;
use crate::protocol::payload::PayloadDigest;
use crate::protocol::refusal::Refusal;
use crate::protocol::seal::Header;
use crate::protocol::statement::{Body, PartName};
use crate::protocol::words::Payload;

/// What sealing adds to up to 64 KiB, in bytes: a nonce and one tag.
const SEALING: u64 = 32;
/// The most bytes of a label's payload.
pub const MOST_LABEL: u64 = label::MOST as u64 + SEALING;
/// The most bytes of a bundle, or of a vault's secret sealed to its holders.
const MOST_FILE: u64 = 1 << 20;
/// The most bytes of any other small part's payload: they are padded up to 64 KiB.
pub const MOST_SMALL: u64 = (64 << 10) + SEALING;
/// The most bytes of a copy's payload: 256 KiB, each 64 of which have a tag.
pub const MOST_COPY: u64 = (256 << 10) + SEALING + 3 * 16;

/// Attachments by their SHA-256 digest, and by their payload digest.
#[derive(Clone, Default)]
pub struct Attachments {
    bytes: Vec<Vec<u8>>,
    by_digest: BTreeMap<Digest, usize>,
    by_payload: BTreeMap<Digest, usize>,
    used: BTreeSet<usize>,
}

impl Attachments {
    pub fn new(bytes: Vec<Vec<u8>>) -> Self {
        let mut attachments = Self { bytes, ..Self::default() };
        for (place, bytes) in attachments.bytes.iter().enumerate() {
            attachments.by_digest.insert(Digest::of(bytes), place);
            // Larger ones are no small part, which is what payload digests are for here.
            if bytes.len() as u64 <= MOST_COPY {
                let mut digest = PayloadDigest::new();
                digest.update(bytes);
                attachments.by_payload.insert(digest.finish().0, place);
            }
        }
        attachments
    }

    /// The attachment with a digest.
    pub fn blob(&self, digest: Digest) -> Result<&Vec<u8>, Refusal> {
        let place = self.by_digest.get(&digest).ok_or(Refusal::MissingAttachment)?;
        Ok(&self.bytes[*place])
    }

    /// The attachment with a digest, which is used by that.
    pub fn take_blob(&mut self, digest: Digest) -> Result<Vec<u8>, Refusal> {
        let place = *self.by_digest.get(&digest).ok_or(Refusal::MissingAttachment)?;
        self.used.insert(place);
        Ok(self.bytes[place].clone())
    }

    /// The header with a digest: it must be one, for exactly one reader.
    pub fn take_header(&mut self, digest: Digest) -> Result<Vec<u8>, Refusal> {
        let bytes = self.take_blob(digest)?;
        Header::parse(&bytes).map_err(|_| Refusal::BadHeader)?;
        Ok(bytes)
    }

    /// The payload of a small sealed part.
    pub fn take_payload(&mut self, payload: &Payload) -> Result<Vec<u8>, Refusal> {
        let place = *self.by_payload.get(&payload.digest).ok_or(Refusal::MissingAttachment)?;
        if self.bytes[place].len() as u64 != payload.length {
            return Err(Refusal::MissingAttachment);
        }
        self.used.insert(place);
        Ok(self.bytes[place].clone())
    }

    /// Refuses sealed parts, bundles and secrets that are larger than such things are. Certs have a limit of their
    /// own, sets that of their lines.
    pub fn require_small(&self, body: &Body) -> Result<(), HubError> {
        let parts = body.parts().into_iter().filter(|part| part.name != PartName::Body);
        let part = parts.map(|part| match part.name {
            PartName::Label => (part.payload.length, MOST_LABEL),
            PartName::Copy => (part.payload.length, MOST_COPY),
            _ => (part.payload.length, MOST_SMALL),
        });
        let file = match body {
            Body::Bundle(b) => Some(b.digest),
            Body::Vault(b) => Some(b.secret),
            _ => None,
        };
        let file =
            file.and_then(|digest| self.blob(digest).ok()).map(|bytes| (bytes.len() as u64, MOST_FILE));
        match part.chain(file).find(|(length, most)| length > most) {
            Some((_, most)) => Err(HubError::TooLarge { most }),
            None => Ok(()),
        }
    }

    /// The certs that a kind brings.
    pub fn certs(&self, body: &Body) -> Result<Certs, Refusal> {
        let digest = match body {
            Body::Key(b) => b.cert,
            Body::Membership(b) => b.certified,
            Body::Directory(b) => b.hub_cert,
            _ => return Ok(Certs::new()),
        };
        Ok(Certs::from([(digest, self.blob(digest)?.clone())]))
    }

    /// Counts as used whatever a statement names that was recorded before.
    pub fn use_all_of(&mut self, body: &Body) {
        let mut digests: Vec<Digest> = body.blobs();
        digests.extend(body.parts().iter().flat_map(|part| part.grants.iter().map(|grant| grant.header)));
        if let Body::Ask(ask) = body {
            digests
                .extend([ask.agenda_label, ask.agenda_body].into_iter().flatten().map(|grant| grant.header));
        }
        // What a release publishes, and a set lists, is named elsewhere: a repeat may bring all of it again.
        if let Body::Release(_) | Body::Vault(_) = body {
            self.used.extend(0..self.bytes.len());
        }
        self.used.extend(digests.iter().filter_map(|digest| self.by_digest.get(digest)));
        let small = body.parts().into_iter().filter(|part| part.name != PartName::Body);
        self.used.extend(small.filter_map(|part| self.by_payload.get(&part.payload.digest)));
    }

    /// Refuses attachments that no statement named.
    pub fn all_used(&self) -> Result<(), Refusal> {
        (self.used.len() == self.bytes.len()).then_some(()).ok_or(Refusal::UnusedAttachment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::payload::payload_length;

    #[test]
    fn sealing_adds_as_much_as_is_said() {
        assert_eq!((MOST_LABEL, MOST_SMALL), (payload_length(16 << 10), payload_length(64 << 10)));
        assert_eq!(MOST_COPY, payload_length(256 << 10));
    }
}
