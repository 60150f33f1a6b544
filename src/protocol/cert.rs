//! A person's OpenPGP cert, its secret half, and the authority's word for it (RFC 9580, version 4 keys).
//!
//! One narrow shape: a version 4 Ed25519 primary key, at most a few Ed25519 or Curve25519 subkeys, one user id, each
//! bound by good self-signatures. A cert is judged by what it *is*, never by the clock: expiry and revocation packets
//! in it are for mail programs. Whether a key still counts, the journal says.

mod packets;
mod signature;

use std::fmt;
use std::io::Write;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use sequoia_openpgp as openpgp;

use openpgp::cert::{Cert, CertBuilder, CipherSuite};
use openpgp::crypto::mpi;
use openpgp::packet::{Key, Signature, key};
use openpgp::parse::Parse;
use openpgp::serialize::{Serialize, SerializeInto};
use openpgp::types::{Curve, Features, HashAlgorithm, KeyFlags, SignatureType};
use zeroize::Zeroizing;

use super::id::{Digest, Moment, NotA, as_text};

pub use signature::{BadSignature, KIND_NOTATION, MAX_SIGNATURE, sign_statement, verify_statement};

/// The largest cert that is read, in bytes.
pub const MAX_CERT: usize = 64 * 1024;

/// The most subkeys that a cert may have.
const MAX_SUBKEYS: usize = 8;

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
    #[error("the cert has too many subkeys")]
    Subkeys,
    #[error("a part of the cert is not signed by its own key, or signed badly")]
    SelfSignature,
    #[error("no key of the cert may sign")]
    CannotSign,
}

/// Why a cert, a certification or a signature could not be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertError {
    #[error("a name or mail address that can't stand in a user id")]
    UserId,
    #[error("OpenPGP version 4 knows no moment after 2106")]
    Moment,
    #[error("this key may not do that")]
    NotAllowed,
    #[error("OpenPGP: {0}")]
    Library(String),
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
    cert: Cert,
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
        check_packets(bytes)?;
        let cert = Cert::from_bytes(bytes).map_err(|_| BadCert::Malformed)?;
        check_bindings(&cert)?;
        let fingerprint = fingerprint_of(&cert).ok_or(BadCert::NotVersion4)?;
        let user_id = user_id_of(&cert).ok_or(BadCert::UserId)?;
        let read = Self { bytes: bytes.to_vec(), cert, fingerprint, user_id };
        if read.signing_keys().next().is_none() {
            return Err(BadCert::CannotSign);
        }
        Ok(read)
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

    /// Whether mail can be sealed to this cert.
    pub fn can_encrypt(&self) -> bool {
        let encrypts = |flags: KeyFlags| flags.for_transport_encryption();
        self.cert.keys().subkeys().any(|key| allowed(key.self_signatures(), encrypts))
    }

    /// The text of an `.asc` file.
    pub fn armored(&self) -> String {
        let text = self.cert.armored().to_vec().unwrap_or_default();
        String::from_utf8_lossy(&text).into_owned()
    }

    /// The keys that may sign: each says so in a good self-signature.
    fn signing_keys(&self) -> impl Iterator<Item = &Key<key::PublicParts, key::UnspecifiedRole>> {
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
fn check_packets(bytes: &[u8]) -> Result<(), BadCert> {
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
    if count(packets::PUBLIC_SUBKEY) > MAX_SUBKEYS {
        return Err(BadCert::Subkeys);
    }
    Ok(())
}

/// Every part must be bound by the primary key with a strong hash, and every key of a kind that we know.
fn check_bindings(cert: &Cert) -> Result<(), BadCert> {
    if cert.bad_signatures().next().is_some() || cert.unknowns().next().is_some() {
        return Err(BadCert::SelfSignature);
    }
    let bound = |signatures: &mut dyn Iterator<Item = &Signature>| {
        let mut hashes = signatures.map(|signature| signature.hash_algo()).peekable();
        hashes.peek().is_some() && hashes.all(is_strong)
    };
    let mut user_ids = cert.userids();
    let mut subkeys = cert.keys().subkeys();
    if !user_ids.all(|user_id| bound(&mut user_id.self_signatures()))
        || !subkeys.all(|subkey| bound(&mut subkey.self_signatures()))
        || !cert.primary_key().self_signatures().all(|signature| is_strong(signature.hash_algo()))
    {
        return Err(BadCert::SelfSignature);
    }
    let known = |mpis: &mpi::PublicKey| match mpis {
        mpi::PublicKey::EdDSA { curve, .. } => *curve == Curve::Ed25519,
        mpi::PublicKey::ECDH { curve, .. } => *curve == Curve::Cv25519,
        _ => false,
    };
    if !cert.keys().all(|key| known(key.key().mpis())) {
        return Err(BadCert::Algorithm);
    }
    Ok(())
}

fn is_strong(hash: HashAlgorithm) -> bool {
    matches!(hash, HashAlgorithm::SHA256 | HashAlgorithm::SHA384 | HashAlgorithm::SHA512)
}

fn fingerprint_of(cert: &Cert) -> Option<Fingerprint> {
    Some(Fingerprint(cert.fingerprint().as_bytes().try_into().ok()?))
}

fn user_id_of(cert: &Cert) -> Option<String> {
    let text = std::str::from_utf8(cert.userids().next()?.userid().value()).ok()?;
    is_user_id(text).then(|| text.to_owned())
}

fn is_user_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= MAX_USER_ID && !text.chars().any(char::is_control)
}

/// A cert with its secrets, unlocked. It is never shown: no `Debug`, no `Display`.
#[derive(Clone)]
pub struct SecretCert {
    cert: Cert,
    public: PublicCert,
}

impl SecretCert {
    /// A member's new cert: the primary key certifies and signs, a subkey encrypts; it does not expire.
    ///
    /// `created` is also the time of its own signatures; no signature may be older.
    pub fn generate(name: &str, mail: &str, created: Moment) -> Result<Self, CertError> {
        Self::generate_until(name, mail, created, None)
    }

    /// As [`generate`](Self::generate), with a moment from which mail programs take the cert for expired.
    pub fn generate_until(
        name: &str,
        mail: &str,
        created: Moment,
        until: Option<Moment>,
    ) -> Result<Self, CertError> {
        let flags = KeyFlags::empty().set_certification().set_signing();
        let lifetime = until.map(|until| u64::try_from(until.unix() - created.unix())).transpose();
        let lifetime = lifetime.map_err(|_| CertError::Moment)?.map(Duration::from_secs);
        let mail_flags = KeyFlags::empty().set_transport_encryption().set_storage_encryption();
        let builder = builder(&person(name, mail)?, flags, created)?.set_validity_period(lifetime);
        Self::build(builder.add_subkey(mail_flags, None, None))
    }

    /// The authority's new cert, which certifies members' certs and signs statements.
    pub fn generate_authority(name: &str, created: Moment) -> Result<Self, CertError> {
        Self::build(builder(name, KeyFlags::empty().set_certification().set_signing(), created)?)
    }

    /// The hub's new cert, which signs and does nothing else.
    pub fn generate_hub(name: &str, created: Moment) -> Result<Self, CertError> {
        Self::build(builder(name, KeyFlags::empty().set_signing(), created)?)
    }

    fn build(builder: CertBuilder) -> Result<Self, CertError> {
        // The ready-made revocation is dropped: the authority's `revocation` statement is what counts.
        let (cert, _revocation) = builder.generate()?;
        Self::from_cert(cert).map_err(|bad| CertError::Library(bad.to_string()))
    }

    fn from_cert(cert: Cert) -> Result<Self, BadCert> {
        let public = cert.clone().strip_secret_key_material();
        let public = PublicCert::parse(&public.to_vec().map_err(|_| BadCert::Malformed)?)?;
        let locked = |key: &Key<key::SecretParts, _>| key.secret().is_encrypted();
        if !cert.is_tsk() || cert.keys().secret().any(|key| locked(key.key())) {
            return Err(BadCert::NoSecret);
        }
        if cert.keys().secret().count() != cert.keys().count() {
            return Err(BadCert::NoSecret);
        }
        Ok(Self { cert, public })
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote, or another program's binary, unlocked secret key of our shape.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadCert> {
        if bytes.len() > MAX_CERT {
            return Err(BadCert::TooLarge);
        }
        let packets = packets::all(bytes).ok_or(BadCert::Malformed)?;
        if packets.iter().filter(|packet| packet.tag == packets::SECRET_KEY).count() != 1 {
            return Err(BadCert::NoSecret);
        }
        Self::from_cert(Cert::from_bytes(bytes).map_err(|_| BadCert::Malformed)?)
    }

    /// The binary secret key, for the key bundle.
    pub fn to_bytes(&self) -> Result<Zeroizing<Vec<u8>>, CertError> {
        // Room enough from the start, so that growing leaves no copies behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_CERT));
        self.cert.as_tsk().serialize(&mut *bytes)?;
        Ok(bytes)
    }

    /// The public half.
    pub fn public(&self) -> PublicCert {
        self.public.clone()
    }

    /// The secret key as an `.asc` file for a mail program. It is not locked: who holds the file holds the key.
    pub fn armored(&self) -> Result<Zeroizing<String>, CertError> {
        let failed = |error: std::io::Error| CertError::Library(error.to_string());
        let mut text = Zeroizing::new(Vec::with_capacity(2 * MAX_CERT));
        let mut writer =
            openpgp::armor::Writer::new(&mut *text, openpgp::armor::Kind::SecretKey).map_err(failed)?;
        writer.write_all(&self.to_bytes()?).map_err(failed)?;
        writer.finalize().map_err(failed)?;
        // Armor is ASCII, so nothing is lost or copied here.
        String::from_utf8(std::mem::take(&mut *text))
            .map(Zeroizing::new)
            .map_err(|_| CertError::Library("armor is not text".to_owned()))
    }

    /// The secret key of the first key that may sign.
    fn signer(&self) -> Result<openpgp::crypto::KeyPair, CertError> {
        let signer = self.public.signing_keys().next().ok_or(CertError::NotAllowed)?.fingerprint();
        let secret = self.cert.keys().secret().find(|key| key.key().fingerprint() == signer);
        Ok(secret.ok_or(CertError::NotAllowed)?.key().clone().into_keypair()?)
    }
}

fn builder(user_id: &str, primary: KeyFlags, created: Moment) -> Result<CertBuilder<'static>, CertError> {
    if !is_user_id(user_id) {
        return Err(CertError::UserId);
    }
    let builder = CertBuilder::new()
        .set_cipher_suite(CipherSuite::Cv25519)
        .set_profile(openpgp::Profile::RFC4880)?
        // Without this a sender may choose a kind of encryption that GnuPG 2.2 can't read.
        .set_features(Features::empty().set_seipdv1())?
        .set_creation_time(system_time(created)?)
        .set_primary_key_flags(primary)
        .add_userid(user_id);
    Ok(builder)
}

fn person(name: &str, mail: &str) -> Result<String, CertError> {
    let plain = |text: &str| !text.contains(['<', '>', '(', ')', '"', ',', '\\']) && text == text.trim();
    let (local, host) = mail.split_once('@').ok_or(CertError::UserId)?;
    let is_mail = !local.is_empty() && !host.is_empty() && mail.is_ascii() && !mail.contains(' ');
    if name.is_empty() || !plain(name) || !plain(mail) || host.contains('@') || !is_mail {
        return Err(CertError::UserId);
    }
    Ok(format!("{name} <{mail}>"))
}

/// OpenPGP's time: 32 bits of seconds since 1970.
fn system_time(at: Moment) -> Result<SystemTime, CertError> {
    let seconds = u32::try_from(at.unix()).map_err(|_| CertError::Moment)?;
    Ok(SystemTime::UNIX_EPOCH + Duration::from_secs(u64::from(seconds)))
}

/// The member's cert with the authority's certification of its user id in it.
///
/// Errors when the authority's key may not certify, or `at` is before it was made or after 2106.
pub fn certify(authority: &SecretCert, member: &PublicCert, at: Moment) -> Result<PublicCert, CertError> {
    if !authority.public.primary_is_allowed(|flags| flags.for_certification()) {
        return Err(CertError::NotAllowed);
    }
    let mut signer = authority.cert.primary_key().key().clone().parts_into_secret()?.into_keypair()?;
    let user_id = member.cert.userids().next().ok_or(CertError::UserId)?;
    let kind = SignatureType::PositiveCertification;
    let hash = HashAlgorithm::SHA512;
    let certification = user_id.userid().certify(&mut signer, &member.cert, kind, hash, system_time(at)?)?;
    let (cert, _changed) = member.cert.clone().insert_packets(certification)?;
    PublicCert::parse(&cert.to_vec()?).map_err(|bad| CertError::Library(bad.to_string()))
}

/// Whether the authority's primary key certified the member's user id, with a strong hash, at any time.
///
/// It makes mail programs agree with the `membership` statement, which is what counts.
pub fn is_certified_by(member: &PublicCert, authority: &PublicCert) -> bool {
    if !authority.primary_is_allowed(|flags| flags.for_certification()) {
        return false;
    }
    let signer = authority.cert.primary_key().key();
    let primary = member.cert.primary_key().key();
    member.cert.userids().any(|user_id| {
        user_id.certifications().any(|certification| {
            is_strong(certification.hash_algo())
                && certification.verify_userid_binding(signer, primary, user_id.userid()).is_ok()
        })
    })
}

/// Whether both certs hold the same primary key, subkeys and user id, so that at most certifications differ.
pub fn same_keys(a: &PublicCert, b: &PublicCert) -> bool {
    let subkeys = |cert: &PublicCert| {
        let mut subkeys: Vec<_> = cert.cert.keys().subkeys().map(|key| key.key().fingerprint()).collect();
        subkeys.sort();
        subkeys
    };
    a.fingerprint == b.fingerprint && a.user_id == b.user_id && subkeys(a) == subkeys(b)
}

#[cfg(test)]
mod tests;
