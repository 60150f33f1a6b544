//! Sealing and opening a mail's text with OpenPGP: one addressee, one signer, integrity protection of version 1, no
//! compression. Beside statements this is all that OpenPGP is used for.

use std::cell::Cell;
use std::io::{Read, Write};

use sequoia_openpgp as openpgp;

use openpgp::cert::amalgamation::ValidateAmalgamation;
use openpgp::cert::{Cert, ValidCert};
use openpgp::crypto::SessionKey;
use openpgp::packet::signature::SignatureBuilder;
use openpgp::packet::{Key, PKESK, SEIP, SKESK, Signature, key};
use openpgp::parse::stream::{
    DecryptionHelper, DecryptorBuilder, MessageLayer, MessageStructure, VerificationError, VerificationHelper,
};
use openpgp::parse::{PacketParser, PacketParserResult, Parse};
use openpgp::policy::StandardPolicy;
use openpgp::serialize::SerializeInto;
use openpgp::serialize::stream::{Encryptor, LiteralWriter, Message, Recipient, Signer};
use openpgp::types::{Features, HashAlgorithm, RevocationStatus, SignatureType, SymmetricAlgorithm};
use openpgp::{KeyHandle, Packet};
use zeroize::Zeroizing;

use super::signature::KIND_NOTATION;
use super::{PublicCert, SecretCert, system_time};
use crate::protocol::id::Moment;
use crate::protocol::mime::{BadLetter, MAX_MAIL};

type PublicKey = Key<key::PublicParts, key::UnspecifiedRole>;

impl PublicCert {
    /// Refuses a cert that mail programs can't seal for at a moment.
    ///
    /// # Errors
    /// [`BadLetter::CannotEncrypt`], [`BadLetter::Expired`] or [`BadLetter::Revoked`].
    pub fn usable_for_mail(&self, at: Moment) -> Result<(), BadLetter> {
        self.encryption_key(at).map(|_| ())
    }

    /// From when nothing can be sealed for it any more, if that was said.
    pub fn mail_expires(&self) -> Option<Moment> {
        let policy = StandardPolicy::new();
        let primary = self.cert.primary_key();
        let made = primary.key().creation_time();
        let of_primary = primary.with_policy(&policy, made).ok().and_then(|key| key.key_expiration_time());
        let subkeys = self.cert.keys().subkeys();
        let of_keys = subkeys.filter_map(|key| {
            let key = key.with_policy(&policy, made).ok().filter(|key| key.for_transport_encryption())?;
            Some(key.key_expiration_time())
        });
        // The last key that can be sealed for ends it; one that does not end leaves the primary's own end.
        let of_keys: Vec<Option<std::time::SystemTime>> = of_keys.collect();
        let last = if of_keys.contains(&None) { None } else { of_keys.into_iter().flatten().max() };
        let end = [of_primary, last].into_iter().flatten().min()?;
        let seconds = end.duration_since(std::time::SystemTime::UNIX_EPOCH).ok()?.as_secs();
        i64::try_from(seconds).ok().map(Moment::from_unix)
    }

    fn encryption_key(&self, at: Moment) -> Result<PublicKey, BadLetter> {
        let policy = StandardPolicy::new();
        let cert = self.valid_at(&policy, at)?;
        let keys = || cert.keys().subkeys().supported().for_transport_encryption();
        if keys().next().is_none() {
            return Err(BadLetter::CannotEncrypt);
        }
        if keys().revoked(false).next().is_none() {
            return Err(BadLetter::Revoked);
        }
        let key = keys().revoked(false).alive().next().ok_or(BadLetter::Expired)?;
        Ok(key.key().clone().role_into_unspecified())
    }

    fn valid_at<'a>(
        &'a self,
        policy: &'a StandardPolicy<'a>,
        at: Moment,
    ) -> Result<ValidCert<'a>, BadLetter> {
        let time = system_time(at).map_err(|_| BadLetter::Date)?;
        let cert = self.cert.with_policy(policy, time).map_err(|_| BadLetter::CannotEncrypt)?;
        if matches!(cert.revocation_status(), RevocationStatus::Revoked(_)) {
            return Err(BadLetter::Revoked);
        }
        cert.alive().map_err(|_| BadLetter::Expired)?;
        Ok(cert)
    }
}

fn template(at: Moment) -> Result<SignatureBuilder, BadLetter> {
    let time = system_time(at).map_err(|_| BadLetter::Date)?;
    let builder = SignatureBuilder::new(SignatureType::Binary).set_hash_algo(HashAlgorithm::SHA512);
    builder.set_signature_creation_time(time).map_err(|_| BadLetter::Date)
}

/// The author's signing pair, if mail programs take its signatures at a moment.
fn signer_of(author: &SecretCert, at: Moment) -> Result<openpgp::crypto::KeyPair, BadLetter> {
    author.public.valid_at(&StandardPolicy::new(), at).map_err(|_| BadLetter::Author)?;
    author.signer().map_err(|_| BadLetter::Author)
}

/// Signs a text and seals it for one cert, both at this moment.
pub fn sign_and_seal(
    plain: &[u8],
    author: &SecretCert,
    addressee: &PublicCert,
    at: Moment,
) -> Result<Vec<u8>, BadLetter> {
    let key = addressee.encryption_key(at)?;
    let signer = signer_of(author, at)?;
    let failed = |_| BadLetter::Sealed;
    let mut out = Vec::with_capacity(plain.len() + 1024);
    let handle: KeyHandle = key.key_handle();
    // Said outright: a library may else choose a kind of protection that GnuPG 2.2 can't read.
    let recipient = Recipient::new(Features::empty().set_seipdv1(), handle, &key);
    let message = Encryptor::for_recipients(Message::new(&mut out), [recipient]);
    let message = message.symmetric_algo(SymmetricAlgorithm::AES256).build().map_err(failed)?;
    let message = Signer::with_template(message, signer, template(at)?).map_err(failed)?;
    // The library else takes the machine's clock, whatever the template says.
    let time = system_time(at).map_err(|_| BadLetter::Date)?;
    let message = message.creation_time(time).build().map_err(failed)?;
    let mut message = LiteralWriter::new(message).build().map_err(failed)?;
    message.write_all(plain).map_err(|_| BadLetter::Sealed)?;
    message.finalize().map_err(failed)?;
    Ok(out)
}

/// A signature that stands beside its text.
pub fn sign_detached(text: &[u8], signer: &SecretCert, at: Moment) -> Result<Vec<u8>, BadLetter> {
    let mut pair = signer_of(signer, at)?;
    let signature = template(at)?.sign_message(&mut pair, text).map_err(|_| BadLetter::Author)?;
    Packet::from(signature).to_vec().map_err(|_| BadLetter::Author)
}

/// Refuses what is not sealed for exactly one key, this cert's, with integrity protection of version 1. Needs no
/// secret: what is inside is not looked at.
pub fn require_sealed_for(sealed: &[u8], addressee: &PublicCert, at: Moment) -> Result<(), BadLetter> {
    let key = addressee.encryption_key(at)?;
    let mut recipients = Vec::new();
    let mut bodies = 0;
    let mut parser = PacketParser::from_bytes(sealed).map_err(|_| BadLetter::Sealed)?;
    while let PacketParserResult::Some(packet) = parser {
        match &packet.packet {
            Packet::PKESK(PKESK::V3(session)) if bodies == 0 => recipients.push(session.recipient().cloned()),
            Packet::SEIP(SEIP::V1(_)) => bodies += 1,
            Packet::PKESK(_) | Packet::SKESK(_) => return Err(BadLetter::Recipients),
            Packet::SEIP(_) => return Err(BadLetter::Unprotected),
            // A version 9 packet of old has no protection; a library knows it as unknown.
            Packet::Unknown(unknown) if u8::from(unknown.tag()) == 9 => return Err(BadLetter::Unprotected),
            _ => return Err(BadLetter::Layers),
        }
        parser = packet.next().map_err(|_| BadLetter::Sealed)?.1;
    }
    if recipients != [Some(key.keyid())] {
        return Err(BadLetter::Recipients);
    }
    (bodies == 1).then_some(()).ok_or(BadLetter::Layers)
}

/// Opens a sealed text and verifies that this author signed it at this moment; all of it, before any is given out.
pub fn open_and_verify(
    sealed: &[u8],
    addressee: &SecretCert,
    author: &PublicCert,
    at: Moment,
) -> Result<Zeroizing<Vec<u8>>, BadLetter> {
    let policy = StandardPolicy::new();
    let verdict = Cell::new(BadLetter::Sealed);
    let helper = Helper { addressee, author, at, verdict: &verdict };
    let time = system_time(at).map_err(|_| BadLetter::Date)?;
    let reader = DecryptorBuilder::from_bytes(sealed).map_err(|_| BadLetter::Sealed)?;
    let reader = reader.buffer_size(2 * MAX_MAIL).with_policy(&policy, Some(time), helper);
    let mut reader = reader.map_err(|_| verdict.get())?;
    // Room enough from the start, so that growing leaves no copies behind.
    let mut plain = Zeroizing::new(Vec::with_capacity(sealed.len() + 1));
    reader.read_to_end(&mut plain).map_err(|_| verdict.get())?;
    reader.message_processed().then_some(plain).ok_or(BadLetter::Sealed)
}

struct Helper<'a> {
    addressee: &'a SecretCert,
    author: &'a PublicCert,
    at: Moment,
    /// Why not, as far as it is known by now.
    verdict: &'a Cell<BadLetter>,
}

impl Helper<'_> {
    fn judge(&self, structure: MessageStructure<'_>) -> Result<(), BadLetter> {
        let layers: Vec<MessageLayer<'_>> = structure.into_iter().collect();
        let results = match &layers[..] {
            [MessageLayer::Encryption { aead_algo: None, .. }, MessageLayer::SignatureGroup { results }] => {
                results
            }
            [MessageLayer::Encryption { aead_algo: None, .. }] => return Err(BadLetter::Unsigned),
            _ => return Err(BadLetter::Layers),
        };
        match &results[..] {
            [Ok(good)] => self.judge_signature(good.sig),
            [Err(VerificationError::BadKey { .. })] => Err(BadLetter::Author),
            [] => Err(BadLetter::Unsigned),
            _ => Err(BadLetter::Signer),
        }
    }

    fn judge_signature(&self, signature: &Signature) -> Result<(), BadLetter> {
        if signature.notation(KIND_NOTATION).next().is_some() {
            return Err(BadLetter::ForStatement);
        }
        if signature.typ() != SignatureType::Binary {
            return Err(BadLetter::Signer);
        }
        let at = system_time(self.at).map_err(|_| BadLetter::Date)?;
        (signature.signature_creation_time() == Some(at)).then_some(()).ok_or(BadLetter::Date)
    }
}

impl VerificationHelper for Helper<'_> {
    fn get_certs(&mut self, _: &[KeyHandle]) -> openpgp::Result<Vec<Cert>> {
        Ok(vec![self.author.cert.clone()])
    }

    fn check(&mut self, structure: MessageStructure<'_>) -> openpgp::Result<()> {
        self.judge(structure).map_err(|bad| {
            self.verdict.set(bad);
            openpgp::anyhow::Error::new(bad)
        })
    }
}

impl DecryptionHelper for Helper<'_> {
    fn decrypt(
        &mut self,
        sessions: &[PKESK],
        _: &[SKESK],
        symmetric: Option<SymmetricAlgorithm>,
        decrypt: &mut dyn FnMut(Option<SymmetricAlgorithm>, &SessionKey) -> bool,
    ) -> openpgp::Result<Option<Cert>> {
        for key in self.addressee.cert.keys().secret() {
            let mut pair = key.key().clone().into_keypair()?;
            for session in sessions {
                if let Some((algorithm, session_key)) = session.decrypt(&mut pair, symmetric)
                    && decrypt(algorithm, &session_key)
                {
                    return Ok(None);
                }
            }
        }
        Err(openpgp::anyhow::Error::new(BadLetter::Sealed))
    }
}
