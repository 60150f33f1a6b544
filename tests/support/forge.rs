//! Mails that no client of ours makes: sealed, signed and put together in every wrong way.

use std::io::Write;

use sequoia_openpgp as openpgp;

use openpgp::cert::Cert;
use openpgp::packet::signature::SignatureBuilder;
use openpgp::packet::signature::subpacket::NotationDataFlags;
use openpgp::parse::Parse;
use openpgp::policy::StandardPolicy;
use openpgp::serialize::stream::{Compressor, Encryptor, LiteralWriter, Message, Recipient, Signer};
use openpgp::types::{AEADAlgorithm, Features, HashAlgorithm, SignatureType};

use zegel::protocol::cert::SecretCert;
use zegel::protocol::id::Moment;

/// How to put an OpenPGP message together.
pub struct Forge<'a> {
    pub signers: Vec<&'a SecretCert>,
    pub signed_at: Moment,
    pub recipients: Vec<&'a SecretCert>,
    pub notation: Option<&'static str>,
    pub compressed: bool,
    /// Sealed twice.
    pub nested: bool,
    pub text_signature: bool,
    /// SEIPD of version 2, which GnuPG 2.2 can't read.
    pub aead: bool,
}

impl<'a> Forge<'a> {
    /// As it should be.
    pub fn right(author: &'a SecretCert, reader: &'a SecretCert, at: Moment) -> Self {
        Self {
            signers: vec![author],
            signed_at: at,
            recipients: vec![reader],
            notation: None,
            compressed: false,
            nested: false,
            text_signature: false,
            aead: false,
        }
    }

    pub fn seal(&self, plain: &[u8]) -> Vec<u8> {
        let certs: Vec<Cert> = self.recipients.iter().map(|cert| of(cert)).collect();
        let mut out = Vec::new();
        let mut message = self.encrypted(Message::new(&mut out), &certs);
        if self.nested {
            message = self.encrypted(message, &certs);
        }
        if self.compressed {
            message = Compressor::new(message).build().unwrap();
        }
        for signer in &self.signers {
            message = self.signed(message, signer);
        }
        let mut message = LiteralWriter::new(message).build().unwrap();
        message.write_all(plain).unwrap();
        message.finalize().unwrap();
        out
    }

    fn encrypted<'m>(&self, message: Message<'m>, certs: &'m [Cert]) -> Message<'m> {
        let features = match self.aead {
            true => Features::empty().set_seipdv2(),
            false => Features::empty().set_seipdv1(),
        };
        // Our certs have one subkey at most: the one to encrypt for.
        let subkeys = certs.iter().flat_map(|cert| cert.keys().subkeys());
        let recipients: Vec<Recipient<'m>> =
            subkeys.map(|key| Recipient::new(features.clone(), key.key().key_handle(), key.key())).collect();
        let encryptor = Encryptor::for_recipients(message, recipients);
        match self.aead {
            true => encryptor.aead_algo(AEADAlgorithm::EAX).build().unwrap(),
            false => encryptor.build().unwrap(),
        }
    }

    fn signed<'m>(&self, message: Message<'m>, signer: &SecretCert) -> Message<'m> {
        let cert = of(signer);
        let policy = StandardPolicy::new();
        let key = cert.keys().secret().with_policy(&policy, None).for_signing().next().unwrap();
        let pair = key.key().clone().into_keypair().unwrap();
        let typ = if self.text_signature { SignatureType::Text } else { SignatureType::Binary };
        let mut template = SignatureBuilder::new(typ).set_hash_algo(HashAlgorithm::SHA512);
        if let Some(kind) = self.notation {
            let readable = NotationDataFlags::empty().set_human_readable();
            template = template.set_notation("kind@zegel.example", kind, readable, false).unwrap();
        }
        let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(self.signed_at.unix() as u64);
        let signer = Signer::with_template(message, pair, template).unwrap();
        signer.creation_time(time).build().unwrap()
    }
}

fn of(cert: &SecretCert) -> Cert {
    Cert::from_bytes(&cert.to_bytes().unwrap()[..]).unwrap()
}

/// Where each packet of a message begins: its first session key packets, and the sealed one behind them.
pub fn session_keys(sealed: &[u8]) -> (&[u8], &[u8]) {
    // New format, one octet of length: so Sequoia writes a session key for a Curve25519 key.
    let mut end = 0;
    while sealed[end] == 0xc1 {
        end += 2 + usize::from(sealed[end + 1]);
    }
    sealed.split_at(end)
}
