//! A person's OpenPGP cert, its secret half, and the authority's word for it (RFC 9580, version 4 keys).
//!
//! One narrow shape: a version 4 Ed25519 primary key, at most a few Ed25519 or Curve25519 subkeys, one user id, each
//! bound by good self-signatures. A cert is judged by what it *is*, never by the clock: expiry and revocation packets
//! in it are for mail programs. Whether a key still counts, the journal says.

mod certification;
mod key;
pub mod mail;
mod packets;
mod parts;
mod secret;
mod signature;

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use sequoia_openpgp as openpgp;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use openpgp::armor::{Kind, Reader, ReaderMode};
use openpgp::cert::Cert;
use openpgp::packet::key::{PublicParts, UnspecifiedRole};
use openpgp::packet::{Key, Signature};
use openpgp::types::{HashAlgorithm, KeyFlags};
use zeroize::Zeroizing;

use super::id::{Digest, Moment, NotA, as_text};

use packets::Packet;
use parts::Said;

pub use certification::{certify, is_certified_by, same_keys};
pub(in crate::protocol) use key::is_sound_point;
pub use secret::SecretCert;
pub use signature::{BadSignature, KIND_NOTATION, MAX_SIGNATURE, sign_statement, verify_statement};

/// The largest cert that is read, in bytes.
pub const MAX_CERT: usize = 64 * 1024;

/// The most subkeys that a cert may have.
const MAX_SUBKEYS: usize = 8;

/// The most signatures that a cert may hold, whoever made them, those within signatures counted in. Each of its own is
/// verified, and ours have four; nobody is to be kept busy by a cert of hundreds.
const MAX_SIGNATURES: usize = 32;

/// The longest user id, in bytes: a name and a mail address.
const MAX_USER_ID: usize = 512;

/// Why some bytes are no cert that we take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadCert {
    #[error("the cert is larger than 64 KiB")]
    TooLarge,
    #[error("the cert is not whole OpenPGP packets in binary form")]
    Malformed,
    #[error("there is more than one cert")]
    Several,
    #[error("there is a secret key in what should be public")]
    Secret,
    #[error("the secret key is missing, or locked with a password")]
    NoSecret,
    #[error("a key or signature in the cert is not of version 4")]
    NotVersion4,
    #[error("a key in the cert is not Ed25519 or Curve25519")]
    Algorithm,
    #[error("the cert holds something that is no key, user id or signature")]
    Unexpected,
    #[error("the cert must have exactly one user id in plain text")]
    UserId,
    #[error("the cert has too many subkeys, or one key twice")]
    Subkeys,
    #[error("the cert has too many signatures")]
    Signatures,
    #[error("a part of the cert is not signed by its own key, or signed badly")]
    SelfSignature,
    #[error("no key of the cert may sign")]
    CannotSign,
}

impl BadCert {
    /// A short name, as the test vectors and other programs use it.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "too-large",
            Self::Malformed => "malformed",
            Self::Several => "several",
            Self::Secret => "secret",
            Self::NoSecret => "no-secret",
            Self::NotVersion4 => "not-version-4",
            Self::Algorithm => "algorithm",
            Self::Unexpected => "unexpected",
            Self::UserId => "user-id",
            Self::Subkeys => "subkeys",
            Self::Signatures => "signatures",
            Self::SelfSignature => "self-signature",
            Self::CannotSign => "cannot-sign",
        }
    }

    /// Only a broken program makes such a cert: for who reads Dutch it has its name.
    pub fn dutch(self) -> &'static str {
        self.code()
    }
}

/// Why a cert, a certification or a signature could not be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertError {
    #[error("a name or mail address that can't stand in a user id")]
    UserId,
    #[error("OpenPGP version 4 knows no moment after 2106")]
    Moment,
    #[error("the moment is before the key was made")]
    BeforeKey,
    #[error("this key may not do that")]
    NotAllowed,
    #[error("OpenPGP: {0}")]
    Library(String),
}

impl CertError {
    /// For who reads Dutch.
    pub fn dutch(&self) -> String {
        match self {
            Self::UserId => "deze naam of dit mailadres kan niet in een sleutel staan".to_owned(),
            Self::Moment => "dit moment ligt na 2106".to_owned(),
            Self::BeforeKey => "dit moment ligt voordat de sleutel is gemaakt".to_owned(),
            Self::NotAllowed => "deze sleutel mag dat niet".to_owned(),
            Self::Library(problem) => format!("OpenPGP: {problem}"),
        }
    }
}

impl From<openpgp::anyhow::Error> for CertError {
    fn from(error: openpgp::anyhow::Error) -> Self {
        Self::Library(error.to_string())
    }
}

/// The fingerprint of a version 4 key, shown as 40 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Fingerprint(pub [u8; 20]);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl FromStr for Fingerprint {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Self, NotA> {
        const WHAT: NotA = NotA("a fingerprint (40 lower-case hexadecimal digits)");
        let mut bytes = [0; 20];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| WHAT)?;
        if hex::encode(bytes) != text {
            return Err(WHAT);
        }
        Ok(Self(bytes))
    }
}
as_text!(Fingerprint);

/// A cert without its secrets: the exact bytes as they came, and what they say.
#[derive(Clone)]
pub struct PublicCert {
    bytes: Vec<u8>,
    /// The primary key's own signatures are in it, and no others.
    cert: Cert,
    /// Others' signatures behind the user id; nothing of them is verified.
    certifications: Vec<Signature>,
    fingerprint: Fingerprint,
    user_id: String,
}

impl PartialEq for PublicCert {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}
impl Eq for PublicCert {}

impl fmt::Debug for PublicCert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicCert({})", self.fingerprint)
    }
}

impl PublicCert {
    /// Reads one binary cert of the shape that the module describes, at most [`MAX_CERT`] bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, BadCert> {
        let Said { cert, user_id, certifications } = parts::read(&packets_of(bytes)?)?;
        let fingerprint = fingerprint_of(&cert).ok_or(BadCert::NotVersion4)?;
        let read = Self { bytes: bytes.to_vec(), cert, certifications, fingerprint, user_id };
        if read.signing_keys().next().is_none() {
            return Err(BadCert::CannotSign);
        }
        Ok(read)
    }

    /// Reads an armored cert, as files with `.asc` hold it.
    pub fn from_armor(text: &[u8]) -> Result<Self, BadCert> {
        Self::parse(&dearmored(text, Kind::PublicKey)?)
    }

    /// The bytes as they came.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The digest of [`bytes`](Self::bytes), by which statements name this cert.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.bytes)
    }

    /// The fingerprint of the primary key.
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// The one user id, `Name <mail>` for a person.
    pub fn user_id(&self) -> &str {
        &self.user_id
    }

    /// The text of an `.asc` file, which holds exactly [`bytes`](Self::bytes).
    pub fn armored(&self) -> String {
        std::mem::take(&mut *armored("PUBLIC KEY BLOCK", &self.bytes))
    }

    /// The keys that may sign: each says so in a good self-signature.
    fn signing_keys(&self) -> impl Iterator<Item = &Key<PublicParts, UnspecifiedRole>> {
        let signs = |flags: KeyFlags| flags.for_signing();
        let primary =
            self.primary_is_allowed(signs).then(|| self.cert.primary_key().key().role_as_unspecified());
        let subkeys = self.cert.keys().subkeys();
        let subkeys = subkeys.filter(move |subkey| allowed(subkey.self_signatures(), signs));
        primary.into_iter().chain(subkeys.map(|subkey| subkey.key().role_as_unspecified()))
    }

    fn primary_is_allowed(&self, what: impl Fn(KeyFlags) -> bool + Copy) -> bool {
        allowed(self.cert.primary_key().self_signatures(), what)
            || self.cert.userids().any(|user_id| allowed(user_id.self_signatures(), what))
    }
}

/// Whether one of these self-signatures allows something to the key that it is about.
fn allowed<'a>(signatures: impl Iterator<Item = &'a Signature>, what: impl Fn(KeyFlags) -> bool) -> bool {
    signatures.filter_map(|signature| signature.key_flags()).any(what)
}

/// The packets must be one public cert's, and of the kinds that we know.
fn packets_of(bytes: &[u8]) -> Result<Vec<Packet<'_>>, BadCert> {
    if bytes.len() > MAX_CERT {
        return Err(BadCert::TooLarge);
    }
    let packets = packets::all(bytes).ok_or(BadCert::Malformed)?;
    if packets.is_empty() {
        return Err(BadCert::Malformed);
    }
    for (place, packet) in packets.iter().enumerate() {
        match packet.tag {
            packets::SECRET_KEY | packets::SECRET_SUBKEY => return Err(BadCert::Secret),
            packets::PUBLIC_KEY if place > 0 => return Err(BadCert::Several),
            packets::PUBLIC_KEY | packets::PUBLIC_SUBKEY | packets::SIGNATURE => match packet.body.first() {
                Some(4) => {}
                _ => return Err(BadCert::NotVersion4),
            },
            packets::USER_ID => {}
            _ => return Err(BadCert::Unexpected),
        }
    }
    let count = |tag| packets.iter().filter(|packet| packet.tag == tag).count();
    if count(packets::USER_ID) != 1 {
        return Err(BadCert::UserId);
    }
    let is_key = |packet: &&Packet| [packets::PUBLIC_KEY, packets::PUBLIC_SUBKEY].contains(&packet.tag);
    let keys = packets.iter().filter(is_key).map(|packet| packet.body);
    // Of a key that is there twice, some would look at the signatures behind one place only.
    let is_twice = keys.clone().collect::<HashSet<_>>().len() < keys.count();
    if count(packets::PUBLIC_SUBKEY) > MAX_SUBKEYS || is_twice {
        return Err(BadCert::Subkeys);
    }
    Ok(packets)
}

fn is_strong(hash: HashAlgorithm) -> bool {
    matches!(hash, HashAlgorithm::SHA256 | HashAlgorithm::SHA384 | HashAlgorithm::SHA512)
}

fn fingerprint_of(cert: &Cert) -> Option<Fingerprint> {
    Some(Fingerprint(cert.fingerprint().as_bytes().try_into().ok()?))
}

fn is_user_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= MAX_USER_ID && !text.chars().any(char::is_control)
}

/// What stands in armor; text before and behind it is passed over, as GnuPG does.
fn dearmored(text: &[u8], kind: Kind) -> Result<Zeroizing<Vec<u8>>, BadCert> {
    use std::io::Read;
    // Room enough from the start, so that growing leaves no copies of a secret behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_CERT + 1));
    let reader = Reader::from_bytes(text, ReaderMode::Tolerant(Some(kind)));
    reader.take(MAX_CERT as u64 + 1).read_to_end(&mut bytes).map_err(|_| BadCert::Malformed)?;
    Ok(bytes)
}

/// A key, a message or a signature as text (RFC 9580 section 6.2), with the checksum that readers of now pass over and
/// GnuPG 2.2 needs.
pub(super) fn armored(which: &str, bytes: &[u8]) -> Zeroizing<String> {
    let base64 = Zeroizing::new(STANDARD.encode(bytes));
    // Room enough from the start, so that growing leaves no copies of a secret behind.
    let mut text = Zeroizing::new(String::with_capacity(base64.len() + base64.len() / 64 + 128));
    text.push_str(&format!("-----BEGIN PGP {which}-----\n\n"));
    let mut rest = base64.as_str();
    while let Some((line, more)) = rest.split_at_checked(64).filter(|(_, more)| !more.is_empty()) {
        text.push_str(line);
        text.push('\n');
        rest = more;
    }
    text.push_str(rest);
    // GnuPG 2.2 reads past the end of a block whose base64 has no padding and that has no checksum.
    let checksum = STANDARD.encode(&crc24(bytes).to_be_bytes()[1..]);
    text.push_str(&format!("\n={checksum}\n-----END PGP {which}-----\n"));
    text
}

/// The checksum of armor (RFC 4880 section 6.1).
fn crc24(bytes: &[u8]) -> u32 {
    // The highest byte goes out, and what it does to the others is looked up.
    let next = |crc: u32, byte: &u8| (crc << 8) ^ CRC24[((crc >> 16) as u8 ^ byte) as usize];
    bytes.iter().fold(0xB7_04CE, next) & 0xFF_FFFF
}

/// What each byte does to a checksum.
const CRC24: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = (byte as u32) << 16;
        let mut bit = 0;
        while bit < 8 {
            crc <<= 1;
            if crc & 0x100_0000 != 0 {
                crc ^= 0x186_4CFB;
            }
            bit += 1;
        }
        table[byte] = crc & 0xFF_FFFF;
        byte += 1;
    }
    table
};

/// OpenPGP's time: 32 bits of seconds since 1970.
fn system_time(at: Moment) -> Result<SystemTime, CertError> {
    let seconds = u32::try_from(at.unix()).map_err(|_| CertError::Moment)?;
    Ok(SystemTime::UNIX_EPOCH + Duration::from_secs(u64::from(seconds)))
}

#[cfg(test)]
mod tests;
