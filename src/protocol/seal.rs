//! Sealing and opening: file keys, who they are wrapped for, and parts.
//!
//! A *part* is a payload, named by digest, length and key commitment, with a [`Header`] for each of its
//! readers. A header with the payload behind it is an age v1 file, which any `age` opens. Whoever
//! opens a header can give the same payload to another reader with [`regrant`], without touching it.

mod file;
mod header;
mod keys;

use std::io::{Read, Write};

use zeroize::Zeroizing;

pub use file::{MOST_WORK, WORK_FACTOR, open_file, open_with_passphrase, seal_file, seal_with_passphrase};
pub use header::{Header, regrant};
pub use keys::{FileKey, Recipient, SealingKey};

use super::id::{Digest, Mac};
use super::payload::{Broken, Opener, PayloadDigest, Sealer, payload_length};

/// Why something does not open, or can't be sealed. Nothing of it was handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("the sealed text is not the one that was signed for (its digest differs)")]
    Digest,
    #[error("the sealed text is not as long as was signed for")]
    Length,
    #[error("the header is not one that we write")]
    Malformed,
    #[error("the header is for more readers than one")]
    ExtraStanza,
    #[error("sealed to another key than yours")]
    WrongReader,
    #[error("the header was altered")]
    AlteredMac,
    #[error("the header holds the key of another item (it does not match the commitment)")]
    Commitment,
    #[error("{0}")]
    Payload(#[from] Broken),
    #[error("there is nobody to seal to")]
    NoReaders,
    #[error("the passphrase asks for more work than is allowed")]
    TooMuchWork,
    #[error("the system gave no random bytes")]
    NoRandomness,
}

impl Refused {
    /// The short name of the reason, as the shared vectors write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Digest => "digest",
            Self::Length => "length",
            Self::Malformed => "malformed header",
            Self::ExtraStanza => "extra stanza",
            Self::WrongReader => "wrong reader",
            Self::AlteredMac => "altered mac",
            Self::Commitment => "commitment",
            Self::Payload(Broken::Truncated) => "truncated payload",
            Self::Payload(Broken::Altered) => "altered payload",
            Self::Payload(Broken::TrailingData) => "trailing data",
            Self::Payload(Broken::EmptyLastChunk) => "empty last chunk",
            Self::NoReaders => "no readers",
            Self::TooMuchWork => "too much work",
            Self::NoRandomness => "no randomness",
        }
    }
}

/// What names a sealed part in a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartName {
    /// The payload digest.
    pub digest: Digest,
    /// The length of the payload in bytes.
    pub length: u64,
    /// To the file key.
    pub commitment: Mac,
}

/// A sealed part that is small enough to hold in memory: a label, a reason, an outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmallPart {
    pub payload: Vec<u8>,
    pub name: PartName,
}

/// Seals a small part: a header per reader, in their order. The file key is for giving it to more
/// readers at once. Refuses with `NoReaders`, since nobody could ever open it.
pub fn seal_small(
    plaintext: &[u8],
    readers: &[Recipient],
) -> Result<(SmallPart, Vec<Header>, FileKey), Refused> {
    if readers.is_empty() {
        return Err(Refused::NoReaders);
    }
    let file_key = FileKey::generate()?;
    let headers =
        readers.iter().map(|reader| Header::wrap(&file_key, reader)).collect::<Result<Vec<_>, _>>()?;
    let part = seal_under(plaintext, &file_key)?;
    Ok((part, headers, file_key))
}

fn seal_under(plaintext: &[u8], file_key: &FileKey) -> Result<SmallPart, Refused> {
    let payload = Vec::with_capacity(payload_length(plaintext.len() as u64) as usize);
    // Writing to memory does not fail, so all that can is the nonce.
    let mut sealer = Sealer::new(payload, file_key).map_err(|_| Refused::NoRandomness)?;
    sealer.write_all(plaintext).map_err(|_| Refused::NoRandomness)?;
    let payload = sealer.finish().map_err(|_| Refused::NoRandomness)?;
    let mut digest = PayloadDigest::new();
    digest.update(&payload);
    let (digest, length) = digest.finish();
    Ok(SmallPart { payload, name: PartName { digest, length, commitment: file_key.commitment() } })
}

/// Opens a small part, if it is the one named. Refuses, in this order, for its digest, length, header
/// (reader, MAC), commitment, payload; hands out the whole text or nothing.
pub fn open_small(
    header: &Header,
    payload: &[u8],
    key: &SealingKey,
    name: &PartName,
) -> Result<Zeroizing<Vec<u8>>, Refused> {
    let mut digest = PayloadDigest::new();
    digest.update(payload);
    let (digest, length) = digest.finish();
    if digest != name.digest {
        return Err(Refused::Digest);
    }
    if length != name.length {
        return Err(Refused::Length);
    }
    let file_key = header.open_committed(key, &name.commitment)?;
    // Room for all of it: a vector that grew would leave plain text behind in memory.
    let mut plaintext = Zeroizing::new(Vec::with_capacity(payload.len()));
    let broken = |error| Refused::Payload(Broken::of(&error).unwrap_or(Broken::Truncated));
    Opener::new(payload, &file_key)
        .and_then(|mut opener| opener.read_to_end(&mut plaintext))
        .map_err(broken)?;
    Ok(plaintext)
}
