//! What a key is like that we take, and which of the Ed25519 signatures that a library verifies count.
//!
//! Verifiers differ in signatures that nobody makes by accident: points with two spellings, or of small order. What
//! counts here is what all of them take: so one history has one reading.

use sequoia_openpgp as openpgp;

use openpgp::crypto::mpi;
use openpgp::packet::{Key, Signature, key};
use openpgp::parse::Parse;

use super::BadCert;

const EDDSA: u8 = 22;
const ECDH: u8 = 18;
// Each with the octet that says how long it is.
const ED25519: &[u8] = b"\x09\x2b\x06\x01\x04\x01\xda\x47\x0f\x01";
const CURVE25519: &[u8] = b"\x0a\x2b\x06\x01\x04\x01\x97\x55\x01\x05\x01";
/// A point in native form: an MPI of 263 bits whose first octet is 0x40.
const NATIVE_POINT: &[u8] = b"\x01\x07\x40";
/// The parameters of key derivation, of which a hash and a cipher follow: three octets, of which the first is 1.
const DERIVATION: &[u8] = b"\x03\x01";
/// Version and creation time.
const HEAD: usize = 5;

/// Reads the body of a public key's packet (RFC 9580 section 5.5.2): version 4, Ed25519 or Curve25519.
pub(super) fn read(body: &[u8]) -> Result<Key<key::PublicParts, key::UnspecifiedRole>, BadCert> {
    if !is_known(body) {
        return Err(BadCert::Algorithm);
    }
    let read = Key::<key::UnspecifiedParts, key::UnspecifiedRole>::from_bytes(body);
    Ok(read.map_err(|_| BadCert::Algorithm)?.parts_into_public())
}

fn is_known(body: &[u8]) -> bool {
    let point = |curve: &'static [u8], rest: &[u8]| {
        let rest = rest.strip_prefix(curve)?.strip_prefix(NATIVE_POINT)?;
        rest.split_at_checked(32).map(|(_, rest)| rest.to_vec())
    };
    match body.split_at_checked(HEAD) {
        Some((_, [EDDSA, rest @ ..])) => point(ED25519, rest).is_some_and(|rest| rest.is_empty()),
        Some((_, [ECDH, rest @ ..])) => {
            point(CURVE25519, rest).is_some_and(|rest| rest.starts_with(DERIVATION) && rest.len() == 4)
        }
        _ => false,
    }
}

/// Whether a signature that a library has verified counts: the digest's first two octets, which stand in the clear, are
/// right (GnuPG and openpgp.js look at them, Sequoia does not), and neither the key nor the signature's own point is
/// one that verifiers take differently.
///
/// With a key of small order one signature fits nearly any text, so that its owner could deny all of them.
pub(super) fn counts<P: key::KeyParts, R: key::KeyRole>(verified: &Signature, key: &Key<P, R>) -> bool {
    let prefix =
        verified.computed_digest().is_some_and(|digest| digest.starts_with(verified.digest_prefix()));
    let (mpi::PublicKey::EdDSA { q, .. }, mpi::Signature::EdDSA { r, .. }) = (key.mpis(), verified.mpis())
    else {
        return false;
    };
    let own = r.value_padded(32).is_ok_and(|point| is_sound_point(&point));
    prefix && own && q.value().strip_prefix(&[0x40]).is_some_and(is_sound_point)
}

/// The field's prime, 2^255 - 19, as Ed25519 writes numbers: the lowest octet first.
const PRIME: [u8; 32] = {
    let mut prime = [0xff; 32];
    (prime[0], prime[31]) = (0xed, 0x7f);
    prime
};

/// The y-coordinates of the points of order 1, 2, 4 and 8.
const SMALL_ORDER: [&str; 5] = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
];

/// False for a second spelling of a point (RFC 8032 section 5.1.3), and for the eight points of small order.
pub(in crate::protocol) fn is_sound_point(point: &[u8]) -> bool {
    let Ok(mut y) = <[u8; 32]>::try_from(point) else { return false };
    // The highest bit is the sign of x, which is 0 for two points only: both are of small order.
    y[31] &= 0x7f;
    y.iter().rev().lt(PRIME.iter().rev()) && !SMALL_ORDER.contains(&hex::encode(y).as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};

    #[test]
    fn points_of_small_order_are_not_sound_and_all_others_are_in_one_spelling() {
        for small in EIGHT_TORSION {
            assert!(!is_sound_point(small.compress().as_bytes()));
            assert!(is_sound_point((ED25519_BASEPOINT_POINT + small).compress().as_bytes()));
        }
        // Three, and three again.
        let (mut three, mut again) = ([0; 32], PRIME);
        (three[0], again[0]) = (3, 0xed + 3);
        assert!(is_sound_point(&three) && !is_sound_point(&again) && !is_sound_point(&PRIME));
        assert!(!is_sound_point(&[9; 31]));
    }
}
