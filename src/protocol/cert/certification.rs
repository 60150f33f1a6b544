//! The authority's word for a member's user id, which travels beside the cert so that mail programs agree.

use sequoia_openpgp as openpgp;

use openpgp::serialize::SerializeInto;
use openpgp::types::{HashAlgorithm, SignatureType};

use super::key::counts;
use super::{CertError, PublicCert, SecretCert, is_strong, packets, system_time};
use crate::protocol::id::Moment;

/// The member's cert with the authority's certification of its user id in it.
///
/// Errors when the authority's key may not certify, or `at` is before it was made or after 2106.
pub fn certify(authority: &SecretCert, member: &PublicCert, at: Moment) -> Result<PublicCert, CertError> {
    if !authority.public.primary_is_allowed(|flags| flags.for_certification()) {
        return Err(CertError::NotAllowed);
    }
    let mut signer = authority.cert.primary_key().key().clone().parts_into_secret()?.into_keypair()?;
    let time = system_time(at)?;
    if time < signer.public().creation_time() {
        return Err(CertError::BeforeKey);
    }
    let user_id = member.cert.userids().next().ok_or(CertError::UserId)?;
    let kind = SignatureType::PositiveCertification;
    let hash = HashAlgorithm::SHA512;
    let certification = user_id.userid().certify(&mut signer, &member.cert, kind, hash, time)?;
    let certified = with_certification(&member.bytes, &openpgp::Packet::from(certification).to_vec()?);
    PublicCert::parse(&certified).map_err(|bad| CertError::Library(bad.to_string()))
}

/// The cert with a signature more behind those of its user id.
fn with_certification(member: &[u8], signature: &[u8]) -> Vec<u8> {
    let (mut rest, mut in_user_id) = (member, false);
    while let Some((packet, behind)) = packets::first(rest) {
        if in_user_id && packet.tag != packets::SIGNATURE {
            break;
        }
        in_user_id |= packet.tag == packets::USER_ID;
        rest = behind;
    }
    let (before, behind) = member.split_at(member.len() - rest.len());
    [before, signature, behind].concat()
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
        member.certifications.iter().any(|certification| {
            is_strong(certification.hash_algo())
                && certification.verify_userid_binding(signer, primary, user_id.userid()).is_ok()
                && counts(certification, signer)
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
