//! One sealed text for one key: a PKESK and an SEIPD packet of version 1 (RFC 9580 sections 5.1.1 and 5.13.1), both of
//! a stated length. Written out here, and not left to a library's streams, so that one text of bytes has one reading:
//! a library passes over markers, padding, what it does not know and what it can make something of.

use std::io::{Read, Write};

use sequoia_openpgp as openpgp;

use openpgp::crypto::SessionKey;
use openpgp::crypto::symmetric::{BlockCipherMode, Decryptor, Encryptor, PaddingMode, UnpaddingMode};
use openpgp::packet::{PKESK, pkesk::PKESK3};
use openpgp::parse::buffered_reader::Memory;
use openpgp::parse::{Cookie, Parse};
use openpgp::serialize::SerializeInto;
use openpgp::types::SymmetricAlgorithm;
use openpgp::{KeyID, Packet};
use ring::rand::SecureRandom;
use zeroize::Zeroizing;

use super::PublicKey;
use crate::protocol::cert::packets;
use crate::protocol::mime::BadLetter;

/// The only cipher: every program that we know of has it.
const CIPHER: SymmetricAlgorithm = SymmetricAlgorithm::AES256;
/// The bytes of its key.
const KEY: usize = 32;
/// The bytes of a block of it.
const BLOCK: usize = 16;
/// A random block whose last two bytes are there twice, before the text.
const PREFIX: usize = BLOCK + 2;
/// The header of the packet with the digest, behind the text.
const MDC: [u8; 2] = [0xd3, 20];
const DIGEST: usize = 20;
/// A version 3 PKESK for a Curve25519 key and an AES-256 session key: version, key id, algorithm, point, wrapped key.
const PKESK_LENGTH: usize = 1 + 8 + 1 + (2 + 33) + (1 + 48);
const ECDH: u8 = 18;

#[derive(Debug, thiserror::Error)]
#[error("there is no randomness")]
struct NoRandomness;

/// A sealed text, taken apart: for which key id, and what is to be decrypted.
pub struct Sealed<'a> {
    pub recipient: KeyID,
    session: &'a [u8],
    ciphertext: &'a [u8],
}

/// Seals packets for one key.
pub fn seal(plain: &[u8], key: &PublicKey, random: &dyn SecureRandom) -> openpgp::Result<Vec<u8>> {
    // Not the library's randomness: it seeds a generator anew for each call, which takes longer than the sealing.
    let mut secret = Zeroizing::new([0; KEY]);
    random.fill(&mut *secret).map_err(|_| NoRandomness)?;
    let session_key = SessionKey::from(&secret[..]);
    let session = PKESK3::for_recipient(CIPHER, &session_key, key)?;
    let mut prefix = [0; PREFIX];
    random.fill(&mut prefix[..BLOCK]).map_err(|_| NoRandomness)?;
    prefix.copy_within(BLOCK - 2..BLOCK, BLOCK);
    let body = vec![1];
    let mut cipher =
        Encryptor::new(CIPHER, BlockCipherMode::CFB, PaddingMode::None, &session_key, None, body)?;
    cipher.write_all(&prefix)?;
    cipher.write_all(plain)?;
    cipher.write_all(&MDC)?;
    cipher.write_all(&digest(&[&prefix, plain, &MDC]))?;
    let mut sealed = Packet::from(PKESK::from(session)).to_vec()?;
    packets::write(packets::PROTECTED, &[&cipher.finalize()?], &mut sealed);
    Ok(sealed)
}

/// Takes a sealed text apart, if it is exactly one session key and one protected text.
///
/// # Errors
/// [`BadLetter::Sealed`] for what is not whole packets, then [`BadLetter::Layers`], [`BadLetter::Unprotected`] and
/// [`BadLetter::Recipients`].
pub fn read(sealed: &[u8]) -> Result<Sealed<'_>, BadLetter> {
    let all = packets::all(sealed).ok_or(BadLetter::Sealed)?;
    let is_key = |tag| matches!(tag, packets::SESSION_KEY | packets::PASSWORD_KEY);
    let is_text = |tag| matches!(tag, packets::UNPROTECTED | packets::PROTECTED | packets::AEAD);
    if !all.iter().all(|packet| is_key(packet.tag) || is_text(packet.tag)) {
        return Err(BadLetter::Layers);
    }
    let weak = |packet: &packets::Packet<'_>| {
        is_text(packet.tag) && (packet.tag != packets::PROTECTED || packet.body.first() != Some(&1))
    };
    if all.iter().any(weak) {
        return Err(BadLetter::Unprotected);
    }
    if all.iter().filter(|packet| is_text(packet.tag)).count() != 1
        || !all.last().is_some_and(|p| is_text(p.tag))
    {
        return Err(BadLetter::Layers);
    }
    let [session, text] = &all[..] else { return Err(BadLetter::Recipients) };
    let form = session.tag == packets::SESSION_KEY
        && session.body.len() == PKESK_LENGTH
        // Version 3; a point in native form, which is one of 263 bits; a wrapped key of 48 bytes.
        && session.body[0] == 3
        && session.body[9..13] == [ECDH, 0x01, 0x07, 0x40]
        && session.body[PKESK_LENGTH - 49] == 48;
    if !form {
        return Err(BadLetter::Recipients);
    }
    let recipient = KeyID::from_bytes(&session.body[1..9]);
    Ok(Sealed { recipient, session: session.body, ciphertext: &text.body[1..] })
}

impl Sealed<'_> {
    /// The packets inside, whole and unaltered. None for any other key, and for whatever was altered.
    pub fn open(&self, pair: &mut dyn openpgp::crypto::Decryptor) -> Option<Zeroizing<Vec<u8>>> {
        let session = PKESK3::from_bytes(self.session).ok()?;
        let (CIPHER, session_key) = session.decrypt(pair, None)? else { return None };
        let source = Memory::with_cookie(self.ciphertext, Cookie::default());
        let mode = BlockCipherMode::CFB;
        let mut cipher =
            Decryptor::new(CIPHER, mode, UnpaddingMode::None, &session_key, None, source).ok()?;
        // Room enough from the start, so that growing leaves no copies behind.
        let mut plain = Zeroizing::new(Vec::with_capacity(self.ciphertext.len() + 1));
        cipher.read_to_end(&mut plain).ok()?;
        let end = plain.len().checked_sub(DIGEST + MDC.len()).filter(|end| *end >= PREFIX)?;
        let (text, mdc) = plain.split_at(end);
        let twice = text[BLOCK - 2..BLOCK] == text[BLOCK..PREFIX];
        let whole = mdc[..2] == MDC && mdc[2..] == digest(&[text, &MDC]);
        (twice && whole).then(|| Zeroizing::new(text[PREFIX..].to_vec()))
    }
}

/// The digest that version 1 has. Within encryption a weak hash is enough: nobody can compute it without the key.
fn digest(parts: &[&[u8]]) -> [u8; DIGEST] {
    let mut context = ring::digest::Context::new(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY);
    parts.iter().for_each(|part| context.update(part));
    let mut digest = [0; DIGEST];
    digest.copy_from_slice(context.finish().as_ref());
    digest
}
