//! Sealing and opening a mail's text with OpenPGP: one author, one addressee, integrity protection of version 1, and
//! nothing that could be read in two ways. Beside statements this is all that OpenPGP is used for.

mod protected;
mod usable;

use sequoia_openpgp as openpgp;

use openpgp::packet::signature::SignatureBuilder;
use openpgp::packet::signature::subpacket::{SubpacketTag, SubpacketValue};
use openpgp::packet::{Key, Signature, key};
use openpgp::serialize::SerializeInto;
use openpgp::types::{HashAlgorithm, SignatureType};
use openpgp::{Fingerprint, Packet};
use ring::rand::SecureRandom;
use zeroize::Zeroizing;

use super::key::counts;
use super::signature::{check_subpackets, check_time, kind_of};
use super::{PublicCert, SecretCert, packets, signature, system_time};
use crate::protocol::id::Moment;
use crate::protocol::mime::BadLetter;

type PublicKey = Key<key::PublicParts, key::UnspecifiedRole>;

/// The head of a literal packet: bytes, without a name or a time, which no signature would cover.
const LITERAL_HEAD: [u8; 6] = [b'b', 0, 0, 0, 0, 0];
const EDDSA: u8 = 22;

/// Signs a text and seals it for one cert, both at this moment.
///
/// # Errors
/// What [`PublicCert::usable_for_mail`] says, or [`BadLetter::Author`] when mail programs don't take the author's
/// signatures then.
pub fn sign_and_seal(
    plain: &[u8],
    author: &SecretCert,
    addressee: &PublicCert,
    at: Moment,
    random: &dyn SecureRandom,
) -> Result<Vec<u8>, BadLetter> {
    let keys = addressee.encryption_keys(at)?;
    let newest = keys.first().ok_or(BadLetter::CannotEncrypt)?;
    // Programs that know it see that a letter was sealed anew for somebody else. Ours look at who is named inside.
    let meant_for = [addressee.cert.fingerprint()];
    let signature = sign(plain, author, &meant_for, at)?;
    let issuer = signer(author)?.public().keyid();
    // Room enough from the start, so that growing leaves no copies behind.
    let mut inside = Zeroizing::new(Vec::with_capacity(plain.len() + 1024));
    let hash = u8::from(signature.hash_algo());
    packets::write(packets::ONE_PASS, &[&one_pass(hash, issuer.as_bytes())], &mut inside);
    packets::write(packets::LITERAL, &[&LITERAL_HEAD, plain], &mut inside);
    inside.extend(Packet::from(signature).to_vec().map_err(|_| BadLetter::Author)?);
    protected::seal(&inside, newest, random).map_err(|_| BadLetter::CannotEncrypt)
}

/// A signature that stands beside its text.
///
/// # Errors
/// [`BadLetter::Author`] when mail programs don't take this key's signatures at that moment.
pub fn sign_detached(text: &[u8], author: &SecretCert, at: Moment) -> Result<Vec<u8>, BadLetter> {
    Packet::from(sign(text, author, &[], at)?).to_vec().map_err(|_| BadLetter::Author)
}

fn signer(author: &SecretCert) -> Result<openpgp::crypto::KeyPair, BadLetter> {
    author.signer().map_err(|_| BadLetter::Author)
}

fn sign(
    text: &[u8],
    author: &SecretCert,
    meant_for: &[Fingerprint],
    at: Moment,
) -> Result<Signature, BadLetter> {
    let time = system_time(at).map_err(|_| BadLetter::Date)?;
    let mut pair = signer(author)?;
    if time < pair.public().creation_time() {
        return Err(BadLetter::Date);
    }
    author.public.require_author(pair.public(), at)?;
    let builder = SignatureBuilder::new(SignatureType::Binary)
        .set_hash_algo(HashAlgorithm::SHA512)
        .set_signature_creation_time(time)
        .and_then(|builder| builder.set_intended_recipients(meant_for));
    builder.and_then(|builder| builder.sign_message(&mut pair, text)).map_err(|_| BadLetter::Author)
}

/// Version 3, for bytes, by this hash and key; no signature follows inside.
fn one_pass(hash: u8, issuer: &[u8]) -> Vec<u8> {
    [&[3, 0, hash, EDDSA], issuer, &[1]].concat()
}

/// Refuses what is not sealed for exactly one key, one of this cert's that can be sealed for then, with integrity
/// protection of version 1. Needs no secret: what is inside is not looked at.
///
/// # Errors
/// What [`PublicCert::usable_for_mail`] says; [`BadLetter::Sealed`] for what is not whole OpenPGP packets, then
/// [`BadLetter::Layers`], [`BadLetter::Unprotected`], [`BadLetter::Recipients`].
pub fn require_sealed_for(sealed: &[u8], addressee: &PublicCert, at: Moment) -> Result<(), BadLetter> {
    let keys = addressee.encryption_keys(at)?;
    let read = protected::read(sealed)?;
    let known = keys.iter().any(|key| key.keyid() == read.recipient);
    known.then_some(()).ok_or(BadLetter::Recipients)
}

/// Opens a sealed text and verifies that this author signed it at this moment; all of it, before any is given out.
///
/// # Errors
/// Those of [`require_sealed_for`]; [`BadLetter::Sealed`] when it does not open whole; [`BadLetter::Unsigned`] and
/// [`BadLetter::Layers`] for what is inside; those of [`verify_detached`].
pub fn open_and_verify(
    sealed: &[u8],
    addressee: &SecretCert,
    author: &PublicCert,
    at: Moment,
) -> Result<Zeroizing<Vec<u8>>, BadLetter> {
    require_sealed_for(sealed, &addressee.public, at)?;
    let read = protected::read(sealed)?;
    let mut keys = addressee.cert.keys().subkeys().secret();
    let key = keys.find(|key| key.key().keyid() == read.recipient).ok_or(BadLetter::Recipients)?;
    let mut pair = key.key().clone().into_keypair().map_err(|_| BadLetter::Sealed)?;
    let inside = read.open(&mut pair).ok_or(BadLetter::Sealed)?;
    let signed = Signed::read(&inside)?;
    let verified = verify(signed.text, signed.signature, author, Some(&addressee.public), at)?;
    let announced = verified.matches(signed.announcement);
    announced.then(|| Zeroizing::new(signed.text.to_vec())).ok_or(BadLetter::Layers)
}

/// Verifies that a signature beside a text is this author's, made at this moment, and none of a statement.
///
/// # Errors
/// [`BadLetter::Signer`], then [`BadLetter::Author`] when the author's key had ended, [`BadLetter::ForStatement`],
/// [`BadLetter::Date`], and [`BadLetter::To`] when it says that it was meant for somebody else.
pub fn verify_detached(
    text: &[u8],
    signature: &[u8],
    author: &PublicCert,
    at: Moment,
) -> Result<(), BadLetter> {
    verify(text, signature, author, None, at).map(|_| ())
}

/// The three packets that are in a sealed text: the bodies of two, and the signature as a whole packet.
struct Signed<'a> {
    announcement: &'a [u8],
    text: &'a [u8],
    signature: &'a [u8],
}

impl<'a> Signed<'a> {
    fn read(inside: &'a [u8]) -> Result<Self, BadLetter> {
        let all = packets::all(inside).ok_or(BadLetter::Layers)?;
        let tags: Vec<u8> = all.iter().map(|packet| packet.tag).collect();
        match tags[..] {
            [packets::ONE_PASS, packets::LITERAL, packets::SIGNATURE] => {}
            [packets::LITERAL] => return Err(BadLetter::Unsigned),
            _ => return Err(BadLetter::Layers),
        }
        let (head, text) = all[1].body.split_at_checked(LITERAL_HEAD.len()).ok_or(BadLetter::Layers)?;
        if head[..2] != LITERAL_HEAD[..2] {
            return Err(BadLetter::Layers);
        }
        let behind = |bytes| packets::first(bytes).map(|(_, rest)| rest);
        let signature = behind(inside).and_then(behind).ok_or(BadLetter::Layers)?;
        Ok(Self { announcement: all[0].body, text, signature })
    }
}

/// What made a good signature.
struct Verified {
    hash: HashAlgorithm,
    issuer: openpgp::KeyID,
}

impl Verified {
    /// Whether a one-pass signature announced this one: programs that go by it then say the same as we.
    fn matches(&self, announced: &[u8]) -> bool {
        announced == one_pass(u8::from(self.hash), self.issuer.as_bytes())
    }
}

fn verify(
    text: &[u8],
    signature: &[u8],
    author: &PublicCert,
    reader: Option<&PublicCert>,
    at: Moment,
) -> Result<Verified, BadLetter> {
    let signature = signature::read(signature).map_err(|_| BadLetter::Signer)?;
    check_subpackets(&signature).map_err(|_| BadLetter::Signer)?;
    let times = signature.hashed_area().subpackets(SubpacketTag::SignatureCreationTime).count();
    if times != 1 {
        return Err(BadLetter::Signer);
    }
    let issuers = signature.get_issuers();
    let named = |key: &&PublicKey| issuers.iter().any(|issuer| issuer.aliases(key.key_handle()));
    let good = |key: &&PublicKey| signature.verify_message(*key, text).is_ok() && counts(&signature, key);
    let key = author.signing_keys().filter(named).find(good).ok_or(BadLetter::Signer)?;
    author.require_author(key, at)?;
    let both = || signature.hashed_area().iter().chain(signature.unhashed_area().iter());
    if both().any(|subpacket| kind_of(subpacket).is_some()) {
        return Err(BadLetter::ForStatement);
    }
    check_time(&signature, at).map_err(|_| BadLetter::Date)?;
    let mut meant_for = both().filter_map(|subpacket| match subpacket.value() {
        SubpacketValue::IntendedRecipient(fingerprint) => Some(fingerprint),
        _ => None,
    });
    let is_reader = |meant: &Fingerprint| reader.is_some_and(|reader| *meant == reader.cert.fingerprint());
    match meant_for.all(is_reader) {
        true => Ok(Verified { hash: signature.hash_algo(), issuer: key.keyid() }),
        false => Err(BadLetter::To),
    }
}
