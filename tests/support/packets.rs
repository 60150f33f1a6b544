//! Sealed texts put together packet by packet, so that each can be wrong in exactly one place.

use std::io::Write;
use std::time::{Duration, SystemTime};

use sequoia_openpgp as openpgp;

use openpgp::Packet;
use openpgp::cert::Cert;
use openpgp::crypto::symmetric::{BlockCipherMode, Encryptor, PaddingMode};
use openpgp::crypto::{KeyPair, SessionKey};
use openpgp::packet::signature::SignatureBuilder;
use openpgp::packet::{PKESK, pkesk::PKESK3};
use openpgp::parse::Parse;
use openpgp::serialize::SerializeInto;
use openpgp::types::{HashAlgorithm, SignatureType, SymmetricAlgorithm};

use zegel::protocol::cert::SecretCert;
use zegel::protocol::id::Moment;

pub const SHA512: u8 = 10;

pub fn of(cert: &SecretCert) -> Cert {
    Cert::from_bytes(&cert.to_bytes().unwrap()[..]).unwrap()
}

pub fn time(at: Moment) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(at.unix() as u64)
}

/// Of the new format, with a length of four octets.
pub fn packet(tag: u8, body: &[u8]) -> Vec<u8> {
    [&[0xc0 | tag, 0xff], &(body.len() as u32).to_be_bytes()[..], body].concat()
}

/// The same with two partial lengths: a library writes so what it does not know the length of.
pub fn partial(tag: u8, body: &[u8]) -> Vec<u8> {
    let (first, rest) = body.split_at(1 << body.len().ilog2());
    let first_length = 224 + first.len().ilog2() as u8;
    [&[0xc0 | tag, first_length], first, &[0xff], &(rest.len() as u32).to_be_bytes()[..], rest].concat()
}

pub fn literal(text: &[u8]) -> Vec<u8> {
    packet(11, &[b"b\0\0\0\0\0", text].concat())
}

/// The announcement of a signature by a key, whose id is in the middle.
pub fn one_pass(hash: u8, issuer: &[u8], last: u8) -> Vec<u8> {
    packet(4, &[&[3, 0, hash, 22], issuer, &[last]].concat())
}

pub fn pair(cert: &SecretCert) -> KeyPair {
    of(cert).primary_key().key().clone().parts_into_secret().unwrap().into_keypair().unwrap()
}

pub fn key_id(cert: &SecretCert) -> Vec<u8> {
    of(cert).primary_key().key().keyid().as_bytes().to_vec()
}

/// As our signatures are.
pub fn builder(at: Moment) -> SignatureBuilder {
    SignatureBuilder::new(SignatureType::Binary)
        .set_hash_algo(HashAlgorithm::SHA512)
        .set_signature_creation_time(time(at))
        .unwrap()
}

pub fn signature(builder: SignatureBuilder, by: &SecretCert, text: &[u8]) -> Vec<u8> {
    Packet::from(builder.sign_message(&mut pair(by), text).unwrap()).to_vec().unwrap()
}

/// A key for one text.
pub struct Session {
    key: SessionKey,
    cipher: SymmetricAlgorithm,
}

impl Session {
    pub fn new(cipher: SymmetricAlgorithm) -> Self {
        Self { key: SessionKey::new(cipher.key_size().unwrap()).unwrap(), cipher }
    }

    /// It, for the first subkey of a cert.
    pub fn key_for(&self, cert: &SecretCert) -> Vec<u8> {
        let cert = of(cert);
        let key = cert.keys().subkeys().next().unwrap();
        let session = PKESK3::for_recipient(self.cipher, &self.key, key.key()).unwrap();
        Packet::from(PKESK::from(session)).to_vec().unwrap()
    }

    fn encrypted(&self, iv: Option<&[u8]>, text: &[u8]) -> Vec<u8> {
        let (mode, padding) = (BlockCipherMode::CFB, PaddingMode::None);
        let mut cipher = Encryptor::new(self.cipher, mode, padding, &self.key, iv, Vec::new()).unwrap();
        cipher.write_all(text).unwrap();
        cipher.finalize().unwrap()
    }

    /// With integrity protection of version 1, as it should be.
    pub fn protected(&self, inside: &[u8]) -> Vec<u8> {
        let text = [&prefix(), inside, &[0xd3, 20]].concat();
        self.protected_as(&[&text, &sha1(&text)[..]].concat())
    }

    /// The same of a whole plain text, random block and digest included.
    pub fn protected_as(&self, text: &[u8]) -> Vec<u8> {
        packet(18, &[&[1], &self.encrypted(None, text)[..]].concat())
    }

    /// Without any protection, as it was done until 2007: whoever knows a piece of the text can write more.
    pub fn unprotected(&self, inside: &[u8]) -> Vec<u8> {
        let first = self.encrypted(None, &prefix());
        let rest = self.encrypted(Some(&first[2..]), inside);
        packet(9, &[first, rest].concat())
    }
}

/// A block whose end is there twice.
pub fn prefix() -> [u8; 18] {
    *b"0123456789abcdefef"
}

pub fn sha1(text: &[u8]) -> Vec<u8> {
    ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, text).as_ref().to_vec()
}
