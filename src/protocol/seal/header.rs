//! The header of an age file for one reader, apart from its payload.

use age::Identity as _;
use age::Recipient as _;
use age_core::format::{FileKey as AgeFileKey, Stanza, read::age_stanza};
use age_core::secrecy::ExposeSecret;
use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD as BASE64;
use ring::hkdf::{HKDF_SHA256, Salt};
use ring::hmac;

use super::{FileKey, Recipient, Refused, SealingKey};
use crate::protocol::id::{Digest, Mac};

const VERSION: &str = "age-encryption.org/v1\n";
const KIND: &str = "X25519";

/// A grant: a file key wrapped for one reader. 168 bytes, the exact header of an age v1 file with one
/// X25519 stanza and no other (<https://c2sp.org/age#header>), so that header and payload are such a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Header {
    /// The ephemeral public key.
    share: [u8; 32],
    /// The sealed file key.
    wrapped: [u8; 32],
    mac: [u8; 32],
}

impl Header {
    /// The length in bytes of every header.
    pub const LENGTH: usize = 168;

    /// Wraps a file key for one reader. Never the same twice.
    pub fn wrap(file_key: &FileKey, reader: &Recipient) -> Result<Self, Refused> {
        let key = AgeFileKey::init_with_mut(|key| key.copy_from_slice(file_key.bytes()));
        let (stanzas, _) = reader.key.wrap_file_key(&key).map_err(|_| Refused::NoRandomness)?;
        let [stanza] = stanzas.as_slice() else { return Err(Refused::ExtraStanza) };
        let mut header = Self::from_stanza(stanza)?;
        let mac = hmac::sign(&mac_key(file_key), header.up_to_mac().as_bytes());
        header.mac.copy_from_slice(mac.as_ref());
        Ok(header)
    }

    /// Reads exactly what [`Header::to_bytes`] writes. Refuses with `ExtraStanza` a good age header that has
    /// more stanzas, with `Malformed` all else.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refused> {
        let mut rest = bytes.strip_prefix(VERSION.as_bytes()).ok_or(Refused::Malformed)?;
        let mut stanzas = Vec::new();
        while rest.starts_with(b"->") {
            let (after, stanza) = age_stanza(rest).map_err(|_| Refused::Malformed)?;
            stanzas.push(Stanza::from(stanza));
            rest = after;
        }
        let mac = rest.strip_prefix(b"--- ").and_then(|rest| rest.strip_suffix(b"\n"));
        let mac = mac.and_then(thirty_two).ok_or(Refused::Malformed)?;
        let (first, others) = stanzas.split_first().ok_or(Refused::Malformed)?;
        if !others.is_empty() {
            return Err(Refused::ExtraStanza);
        }
        let header = Self { mac, ..Self::from_stanza(first)? };
        if header.to_bytes() == bytes { Ok(header) } else { Err(Refused::Malformed) }
    }

    /// The header as it begins an age file, up to and including the line feed of its last line.
    pub fn to_bytes(&self) -> Vec<u8> {
        format!("{} {}\n", self.up_to_mac(), BASE64.encode(self.mac)).into_bytes()
    }

    /// The SHA-256 digest of its bytes, by which statements name it.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.to_bytes())
    }

    /// Unwraps the file key. Refuses with `WrongReader`, `AlteredMac`, or `Malformed` for an ephemeral
    /// key that no sealer makes. The key may still be of another payload: see [`Header::open_committed`].
    pub fn open(&self, key: &SealingKey) -> Result<FileKey, Refused> {
        let stanza = Stanza {
            tag: KIND.to_owned(),
            args: vec![BASE64.encode(self.share)],
            body: self.wrapped.to_vec(),
        };
        let unwrapped = key.0.unwrap_stanza(&stanza).ok_or(Refused::WrongReader)?;
        let file_key = FileKey::from_bytes(unwrapped.map_err(|_| Refused::Malformed)?.expose_secret());
        hmac::verify(&mac_key(&file_key), self.up_to_mac().as_bytes(), &self.mac)
            .map_err(|_| Refused::AlteredMac)?;
        Ok(file_key)
    }

    /// Unwraps the file key, and refuses with `Commitment` unless it is the one committed to.
    pub fn open_committed(&self, key: &SealingKey, commitment: &Mac) -> Result<FileKey, Refused> {
        let file_key = self.open(key)?;
        if file_key.matches(commitment) { Ok(file_key) } else { Err(Refused::Commitment) }
    }

    /// Of whatever kind the stanza says it is: whoever reads one writes it again and compares.
    fn from_stanza(stanza: &Stanza) -> Result<Self, Refused> {
        let [share] = stanza.args.as_slice() else { return Err(Refused::Malformed) };
        let share = thirty_two(share.as_bytes()).ok_or(Refused::Malformed)?;
        let wrapped = stanza.body.as_slice().try_into().map_err(|_| Refused::Malformed)?;
        Ok(Self { share, wrapped, mac: [0; 32] })
    }

    /// What the MAC is over: all before it, without the space.
    fn up_to_mac(&self) -> String {
        format!("{VERSION}-> {KIND} {}\n{}\n---", BASE64.encode(self.share), BASE64.encode(self.wrapped))
    }
}

/// Gives a further reader the file key of a header that one can open: the payload stays as it is.
/// Refuses as [`Header::open_committed`] does, before anything is wrapped.
pub fn regrant(
    header: &Header,
    key: &SealingKey,
    commitment: &Mac,
    reader: &Recipient,
) -> Result<Header, Refused> {
    Header::wrap(&header.open_committed(key, commitment)?, reader)
}

/// Reads 32 bytes in base64 without padding, in its one canonical spelling.
fn thirty_two(base64: &[u8]) -> Option<[u8; 32]> {
    BASE64.decode(base64).ok()?.try_into().ok()
}

fn mac_key(file_key: &FileKey) -> hmac::Key {
    let extracted = Salt::new(HKDF_SHA256, &[]).extract(file_key.bytes());
    // Cannot fail: 32 bytes are within HKDF's bounds.
    let key = extracted.expand(&[b"header"], hmac::HMAC_SHA256).expect("32 bytes are within HKDF's bounds");
    hmac::Key::from(key)
}
