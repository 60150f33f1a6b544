//! A cert's parts, the primary key, the user id and the subkeys, and the signatures that stand behind each.
//!
//! They are judged packet by packet. A library puts a signature that stands behind the wrong part where it belongs, and
//! drops what it can't read; not every one does so in the same way, and these bytes are to have one reading.

use sequoia_openpgp as openpgp;

use openpgp::KeyHandle;
use openpgp::cert::Cert;
use openpgp::packet::signature::subpacket::{SubpacketTag, SubpacketValue};
use openpgp::packet::{Key, Signature, UserID, key};
use openpgp::types::{HashAlgorithm, KeyFlags, SignatureType};

use super::key as keys;
use super::packets::{self, Packet};
use super::signature::from_body;
use super::{BadCert, MAX_SIGNATURES, is_strong, is_user_id};

type Primary = Key<key::PublicParts, key::PrimaryRole>;
type Subkey = Key<key::PublicParts, key::SubordinateRole>;

/// What a cert says.
pub(super) struct Said {
    /// With the primary key's own signatures only, all of them good: what a library makes of others does not matter.
    pub cert: Cert,
    pub user_id: String,
    /// By other keys, of the user id; nothing of them is verified.
    pub certifications: Vec<Signature>,
}

/// Reads the packets of a cert, of which only their tags and their versions are known yet.
pub(super) fn read(all: &[Packet<'_>]) -> Result<Said, BadCert> {
    let parts = parts_of(all)?;
    let count: usize =
        parts.iter().flat_map(|part| &part.signatures).map(|made| 1 + backs(made).count()).sum();
    let mut parts = parts.into_iter();
    let mut first = parts.next().filter(|part| part.tag == packets::PUBLIC_KEY).ok_or(BadCert::Malformed)?;
    if count > MAX_SIGNATURES {
        return Err(BadCert::Signatures);
    }
    let (mut user_ids, subkeys): (Vec<_>, Vec<_>) = parts.partition(|part| part.tag == packets::USER_ID);
    let mut named = user_ids.pop().ok_or(BadCert::UserId)?;

    let primary: Primary = keys::read(first.body)?.role_into_primary();
    let (signed, _) = first.signed_by(&primary, |made| is_about_key(made, &primary))?;
    let mut own: Vec<openpgp::Packet> = vec![primary.clone().into()];
    own.extend(signed.into_iter().map(Into::into));

    let user_id = UserID::from(named.body);
    let (signed, certifications) =
        named.signed_by(&primary, |made| is_about_user_id(made, &primary, &user_id))?;
    require_any(&signed, SignatureType::CertificationRevocation)?;
    let text = std::str::from_utf8(named.body).ok().filter(|text| is_user_id(text)).ok_or(BadCert::UserId)?;
    own.push(user_id.into());
    own.extend(signed.into_iter().map(Into::into));

    for mut part in subkeys {
        let subkey: Subkey = keys::read(part.body)?.role_into_subordinate();
        let (signed, _) = part.signed_by(&primary, |made| is_about_subkey(made, &primary, &subkey))?;
        require_any(&signed, SignatureType::SubkeyRevocation)?;
        own.push(subkey.into());
        own.extend(signed.into_iter().map(Into::into));
    }
    let cert = Cert::from_packets(own.into_iter()).map_err(|_| BadCert::Malformed)?;
    Ok(Said { cert, user_id: text.to_owned(), certifications })
}

/// A key or user id, and the signatures that stand behind it.
struct Part<'a> {
    tag: u8,
    body: &'a [u8],
    signatures: Vec<Signature>,
}

fn parts_of<'a>(all: &[Packet<'a>]) -> Result<Vec<Part<'a>>, BadCert> {
    let mut parts: Vec<Part<'a>> = vec![];
    for packet in all {
        if packet.tag != packets::SIGNATURE {
            parts.push(Part { tag: packet.tag, body: packet.body, signatures: vec![] });
            continue;
        }
        let signature = from_body(packet.body).ok_or(BadCert::Malformed)?;
        parts.last_mut().ok_or(BadCert::Malformed)?.signatures.push(signature);
    }
    Ok(parts)
}

impl Part<'_> {
    /// Parts the signatures that name the primary key as their issuer from the others. The first must all be good.
    fn signed_by(
        &mut self,
        primary: &Primary,
        is_good: impl Fn(&Signature) -> bool,
    ) -> Result<(Vec<Signature>, Vec<Signature>), BadCert> {
        let handle = KeyHandle::from(primary.fingerprint());
        let names = |made: &Signature| made.get_issuers().iter().any(|issuer| issuer.aliases(&handle));
        let (own, others): (Vec<_>, Vec<_>) = self.signatures.drain(..).partition(names);
        let good =
            own.iter().all(|made| is_known(made.hash_algo()) && is_good(made) && keys::counts(made, primary));
        good.then_some((own, others)).ok_or(BadCert::SelfSignature)
    }
}

/// One at least must bind the part, and be no revocation.
fn require_any(signed: &[Signature], revocation: SignatureType) -> Result<(), BadCert> {
    let binds = signed.iter().any(|made| made.typ() != revocation);
    binds.then_some(()).ok_or(BadCert::SelfSignature)
}

/// Revocations and signatures back may be old: of these hashes, two are weak.
fn is_known(hash: HashAlgorithm) -> bool {
    is_strong(hash) || matches!(hash, HashAlgorithm::SHA1 | HashAlgorithm::SHA224)
}

fn is_about_key(made: &Signature, primary: &Primary) -> bool {
    match made.typ() {
        SignatureType::KeyRevocation => made.verify_primary_key_revocation(primary, primary).is_ok(),
        _ => is_strong(made.hash_algo()) && made.verify_direct_key(primary, primary).is_ok(),
    }
}

fn is_about_user_id(made: &Signature, primary: &Primary, user_id: &UserID) -> bool {
    match made.typ() {
        SignatureType::CertificationRevocation => {
            made.verify_userid_revocation(primary, primary, user_id).is_ok()
        }
        _ => is_strong(made.hash_algo()) && made.verify_userid_binding(primary, primary, user_id).is_ok(),
    }
}

fn is_about_subkey(made: &Signature, primary: &Primary, subkey: &Subkey) -> bool {
    let good = match made.typ() {
        SignatureType::SubkeyRevocation => made.verify_subkey_revocation(primary, primary, subkey).is_ok(),
        _ => is_strong(made.hash_algo()) && made.verify_subkey_binding(primary, primary, subkey).is_ok(),
    };
    // Of a revocation too: the library would drop it.
    let signs = made.key_flags().as_ref().is_some_and(KeyFlags::for_signing);
    good && (!signs || is_bound_back(made, primary, subkey))
}

/// A key that signs says that it belongs to this primary key: else anyone could bind the key of somebody else.
fn is_bound_back(binding: &Signature, primary: &Primary, subkey: &Subkey) -> bool {
    backs(binding).any(|made| {
        is_known(made.hash_algo())
            && made.verify_primary_key_binding(primary, subkey).is_ok()
            && keys::counts(made, subkey)
    })
}

/// The signatures within a signature, in either area.
fn backs(made: &Signature) -> impl Iterator<Item = &Signature> {
    made.subpackets(SubpacketTag::EmbeddedSignature).filter_map(|subpacket| match subpacket.value() {
        SubpacketValue::EmbeddedSignature(back) => Some(back),
        _ => None,
    })
}
