//! A member's secrets, and the bundle that they are kept in.

use crate::protocol::cert::{Fingerprint, SecretCert};
use crate::protocol::id::{Digest, HubName, Mac, MemberId};
use crate::protocol::seal::{FileKey, Header, Recipient, Refused, SealingKey};

/// The keys of a member that are in force, and older ones that still open what was sealed to them.
/// Never shown: no `Debug`, no `Display`; wiped when dropped.
pub struct Secrets {
    pub member: MemberId,
    pub sealing: SealingKey,
    pub cert: SecretCert,
    /// Of keys that are not in force: they open, but sign nothing.
    pub others: Vec<SealingKey>,
}

impl Secrets {
    /// Opens a header for this member with whichever of its keys fits.
    ///
    /// # Errors
    /// As [`Header::open_committed`] with the key in force.
    pub fn open_header(&self, header: &Header, commitment: &Mac) -> Result<FileKey, Refused> {
        let keys = || std::iter::once(&self.sealing).chain(&self.others);
        let fits = |key: &&SealingKey| !matches!(header.open(key), Err(Refused::WrongReader));
        let key = keys().find(fits).unwrap_or(&self.sealing);
        header.open_committed(key, commitment)
    }
}

/// One pair of keys, and the `key` statement that they stand in.
pub struct Pair {
    pub key: Digest,
    pub sealing: SealingKey,
    pub cert: SecretCert,
}

/// All that a member's client must not lose, sealed as one age file. As JSON:
/// `{"zegel":"bundle/1","hub","authority","member","number","keys":[{"key","sealing","cert"}],
/// "recipients":["age1…"],"fetch":["sha256:…"]}`, certs in base64.
pub struct KeyBundle {
    pub hub: HubName,
    pub authority: Fingerprint,
    pub member: MemberId,
    /// The number of the `bundle` statement that it came with.
    pub number: u64,
    /// The oldest first; the directory says which one is in force.
    pub keys: Vec<Pair>,
    /// Whom the bundle itself is sealed to. Kept nowhere else, so that the hub can't add one.
    pub recipients: Vec<Recipient>,
    /// The digests of the ids by which it may be fetched.
    pub fetch: Vec<Digest>,
}
