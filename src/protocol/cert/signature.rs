//! A statement's signature: made in one way, and read in no other.
//!
//! It is one detached, binary, version 4 OpenPGP signature over the statement's exact bytes, made at `signed-at`, with
//! a hashed, non-critical notation that names the statement's kind: so a signed mail, or a signature for another
//! kind, can never pass for it. (A critical notation would make GnuPG 2.2 call the signature bad.)

use sequoia_openpgp as openpgp;

use openpgp::Fingerprint;
use openpgp::packet::Signature;
use openpgp::packet::signature::SignatureBuilder;
use openpgp::packet::signature::subpacket::{NotationData, NotationDataFlags, Subpacket, SubpacketValue};
use openpgp::parse::Parse;
use openpgp::serialize::SerializeInto;
use openpgp::types::{HashAlgorithm, SignatureType};

use super::key::counts;
use super::packets;
use super::{CertError, PublicCert, SecretCert, is_strong, system_time};
use crate::protocol::id::Moment;

/// The notation that says of which kind a signed statement is.
pub const KIND_NOTATION: &str = "kind@zegel.example";

/// The largest signature that is read, in bytes.
pub const MAX_SIGNATURE: usize = 4096;

/// Why a signature does not count for a statement. Found in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSignature {
    #[error("the signature is larger than 4 KiB")]
    TooLarge,
    #[error("the signature is text; it must be binary")]
    Armored,
    #[error("this is not an OpenPGP signature")]
    Malformed,
    #[error("there is more than one signature")]
    Several,
    #[error("something follows the signature")]
    Trailing,
    #[error("the signature is not of version 4")]
    NotVersion4,
    #[error("the signature is for text, not for bytes")]
    ForText,
    #[error("the signature is not for a document")]
    WrongType,
    #[error("the signature's hash is weak or unknown")]
    WeakHash,
    #[error("the signature demands what we do not know")]
    Critical,
    #[error("the signature expires")]
    Expires,
    #[error("the signature was not made at the time that the statement says")]
    WrongTime,
    #[error("the statement's kind stands outside of what is signed")]
    KindNotSigned,
    #[error("the signature does not say for what kind of statement it is")]
    NoKind,
    #[error("the signature names a kind of statement twice")]
    TwoKinds,
    #[error("the signature's kind is marked as critical")]
    KindCritical,
    #[error("the signature is for another kind of statement")]
    WrongKind,
    #[error("the signature names no key of this cert that may sign")]
    UnknownIssuer,
    #[error("the signature is not this key's over this statement")]
    Wrong,
}

impl BadSignature {
    /// A short name, as the test vectors and other programs use it.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "too-large",
            Self::Armored => "armored",
            Self::Malformed => "malformed",
            Self::Several => "several",
            Self::Trailing => "trailing",
            Self::NotVersion4 => "not-version-4",
            Self::ForText => "for-text",
            Self::WrongType => "wrong-type",
            Self::WeakHash => "weak-hash",
            Self::Critical => "critical",
            Self::Expires => "expires",
            Self::WrongTime => "wrong-time",
            Self::KindNotSigned => "kind-not-signed",
            Self::NoKind => "no-kind",
            Self::TwoKinds => "two-kinds",
            Self::KindCritical => "kind-critical",
            Self::WrongKind => "wrong-kind",
            Self::UnknownIssuer => "unknown-issuer",
            Self::Wrong => "wrong",
        }
    }

    /// For who reads Dutch. What only a broken program makes is named as programs name it.
    pub fn dutch(self) -> &'static str {
        match self {
            Self::WrongTime => "zij is niet gezet op het moment dat de verklaring noemt",
            Self::UnknownIssuer | Self::Wrong => {
                "zij is niet met de juiste sleutel onder deze verklaring gezet"
            }
            other => other.code(),
        }
    }
}

/// Signs a statement's exact bytes, in binary form. `kind` and `signed_at` are the statement's own.
///
/// Errors when the moment is before the key was made or after 2106.
pub fn sign_statement(
    signer: &SecretCert,
    kind: &str,
    text: &[u8],
    signed_at: Moment,
) -> Result<Vec<u8>, CertError> {
    let time = system_time(signed_at)?;
    let mut key = signer.signer()?;
    if time < key.public().creation_time() {
        return Err(CertError::BeforeKey);
    }
    let readable = NotationDataFlags::empty().set_human_readable();
    let signature = SignatureBuilder::new(SignatureType::Binary)
        .set_hash_algo(HashAlgorithm::SHA512)
        .set_signature_creation_time(time)?
        .set_notation(KIND_NOTATION, kind, readable, false)?
        .sign_message(&mut key, text)?;
    Ok(openpgp::Packet::from(signature).to_vec()?)
}

/// Verifies a statement's signature. The same bytes get the same answer on any day: no clock is asked, and the cert's
/// own expiry and revocations do not count.
pub fn verify_statement(
    signer: &PublicCert,
    kind: &str,
    text: &[u8],
    signature: &[u8],
    signed_at: Moment,
) -> Result<(), BadSignature> {
    let signature = read(signature)?;
    check_subpackets(&signature)?;
    check_time(&signature, signed_at)?;
    check_kind(&signature, kind)?;

    let issuers = signature.get_issuers();
    let named = |key: &openpgp::KeyHandle| issuers.iter().any(|issuer| issuer.aliases(key));
    let mut keys = signer.signing_keys().filter(|key| named(&key.key_handle())).peekable();
    if keys.peek().is_none() {
        return Err(BadSignature::UnknownIssuer);
    }
    match keys.any(|key| signature.verify_message(key, text).is_ok() && counts(&signature, key)) {
        true => Ok(()),
        false => Err(BadSignature::Wrong),
    }
}

/// Exactly one packet of a version 4, binary document signature with a strong hash.
pub(super) fn read(bytes: &[u8]) -> Result<Signature, BadSignature> {
    if bytes.len() > MAX_SIGNATURE {
        return Err(BadSignature::TooLarge);
    }
    if bytes.starts_with(b"-----BEGIN") {
        return Err(BadSignature::Armored);
    }
    let (packet, rest) = packets::first(bytes).ok_or(BadSignature::Malformed)?;
    if packet.tag != packets::SIGNATURE {
        return Err(BadSignature::Malformed);
    }
    match packets::first(rest) {
        Some((next, _)) if next.tag == packets::SIGNATURE => return Err(BadSignature::Several),
        _ if !rest.is_empty() => return Err(BadSignature::Trailing),
        _ => {}
    }
    if packet.body.first() != Some(&4) {
        return Err(BadSignature::NotVersion4);
    }
    let signature = from_body(packet.body).ok_or(BadSignature::Malformed)?;
    match signature.typ() {
        SignatureType::Binary => {}
        SignatureType::Text => return Err(BadSignature::ForText),
        _ => return Err(BadSignature::WrongType),
    }
    match is_strong(signature.hash_algo()) {
        true => Ok(signature),
        false => Err(BadSignature::WeakHash),
    }
}

/// Reads the body of a signature's packet, with what it says in it.
pub(super) fn from_body(body: &[u8]) -> Option<Signature> {
    Signature::from_bytes(body).ok().filter(is_plain)
}

/// Whether nothing in it is read by one program and not by another: fingerprints are of version 4 or 6, and no other
/// signatures are approved, which is for mail programs' keyservers.
fn is_plain(signature: &Signature) -> bool {
    let mut both = signature.hashed_area().iter().chain(signature.unhashed_area().iter());
    both.all(|subpacket| match subpacket.value() {
        SubpacketValue::IssuerFingerprint(fingerprint) | SubpacketValue::IntendedRecipient(fingerprint) => {
            matches!(fingerprint, Fingerprint::V4(_) | Fingerprint::V6(_))
        }
        SubpacketValue::ApprovedCertifications(_) => false,
        SubpacketValue::EmbeddedSignature(within) => is_plain(within),
        _ => true,
    })
}

/// Nothing that we would have to obey and do not know, and no end date: a signature counts by its place in the journal.
pub(super) fn check_subpackets(signature: &Signature) -> Result<(), BadSignature> {
    let known = |subpacket: &Subpacket| match subpacket.value() {
        SubpacketValue::SignatureCreationTime(_)
        | SubpacketValue::SignatureExpirationTime(_)
        | SubpacketValue::Issuer(_)
        | SubpacketValue::IssuerFingerprint(_) => true,
        SubpacketValue::NotationData(notation) => notation.name() == KIND_NOTATION,
        _ => false,
    };
    let both = || signature.hashed_area().iter().chain(signature.unhashed_area().iter());
    if both().any(|subpacket| subpacket.critical() && !known(subpacket)) {
        return Err(BadSignature::Critical);
    }
    let expires =
        |subpacket: &Subpacket| matches!(subpacket.value(), SubpacketValue::SignatureExpirationTime(_));
    match both().any(expires) {
        true => Err(BadSignature::Expires),
        false => Ok(()),
    }
}

/// One creation time, among what is signed, to the second.
pub(super) fn check_time(signature: &Signature, signed_at: Moment) -> Result<(), BadSignature> {
    let signed_at = system_time(signed_at).map_err(|_| BadSignature::WrongTime)?;
    let mut times = signature.hashed_area().iter().filter_map(|subpacket| match subpacket.value() {
        SubpacketValue::SignatureCreationTime(time) => Some(std::time::SystemTime::from(*time)),
        _ => None,
    });
    match (times.next(), times.next()) {
        (Some(time), None) if time == signed_at => Ok(()),
        _ => Err(BadSignature::WrongTime),
    }
}

/// One kind, among what is signed, not critical, and the right one.
fn check_kind(signature: &Signature, kind: &str) -> Result<(), BadSignature> {
    if signature.unhashed_area().iter().filter_map(kind_of).next().is_some() {
        return Err(BadSignature::KindNotSigned);
    }
    let mut kinds = signature.hashed_area().iter().filter_map(kind_of);
    let (critical, notation) = kinds.next().ok_or(BadSignature::NoKind)?;
    if kinds.next().is_some() {
        return Err(BadSignature::TwoKinds);
    }
    if critical {
        return Err(BadSignature::KindCritical);
    }
    match notation.value() == kind.as_bytes() {
        true => Ok(()),
        false => Err(BadSignature::WrongKind),
    }
}

pub(super) fn kind_of(subpacket: &Subpacket) -> Option<(bool, &NotationData)> {
    match subpacket.value() {
        SubpacketValue::NotationData(notation) if notation.name() == KIND_NOTATION => {
            Some((subpacket.critical(), notation))
        }
        _ => None,
    }
}
