//! Names of all kinds, and certs that mail can or can't be sealed for.

use std::time::Duration;

use sequoia_openpgp as openpgp;

use openpgp::Packet;
use openpgp::cert::{Cert, CertBuilder, CertRevocationBuilder, CipherSuite, SubkeyRevocationBuilder};
use openpgp::packet::UserID;
use openpgp::packet::signature::SignatureBuilder;
use openpgp::serialize::SerializeInto;
use openpgp::types::{Features, KeyFlags, ReasonForRevocation, SignatureType};

use zegel::clock::random;
use zegel::protocol::cert::SecretCert;
use zegel::protocol::mime::{Mailbox, Message, house_address, seal};

use super::crafted::*;
use super::{DATE, Key, Writer, at, hub, key, simple};

const MADE: &str = "2026-01-05T09:00:00Z";

fn secret(cert: Cert) -> SecretCert {
    SecretCert::from_bytes(&cert.as_tsk().to_vec().unwrap()).unwrap()
}

/// A cert with a user id of any kind, and so many keys to encrypt for.
fn made(user_id: &str, created: &str, subkeys: usize) -> Cert {
    let mut builder = CertBuilder::new()
        .set_cipher_suite(CipherSuite::Cv25519)
        .set_features(Features::empty().set_seipdv1())
        .unwrap()
        .set_creation_time(time(at(created)))
        .set_primary_key_flags(KeyFlags::empty().set_certification().set_signing())
        .add_userid(user_id);
    for _ in 0..subkeys {
        builder = builder.add_subkey(KeyFlags::empty().set_transport_encryption(), None, None);
    }
    builder.generate().unwrap().0
}

const NOOR: &str = "Noor Şahin <noor@example.org>";

impl Writer {
    pub fn people(&mut self) {
        self.names();
        self.revoked();
        self.other_keys();
    }

    fn person(&mut self, id: &str, name: &str, mail: &str, cert: SecretCert) -> SecretCert {
        let (key, cert): (Key, SecretCert) = key(name, mail, cert);
        self.keys.insert(id.to_owned(), key);
        cert
    }

    fn names(&mut self) {
        let names = [
            ("quoted", "Jan \"Kees\" \\ de Wit, MSc."),
            ("encoded", "Zoë d’Été-Ōta van ’t Æther ten Ǝlzen en nog een heel lange naam erbij, 漢字"),
            ("encoded-word", "=?utf-8?Q?Mila?="),
            ("address", "post@zvh-ml.example"),
            ("field", "Content-Type: multipart/mixed;"),
        ];
        for (id, name) in names {
            let mail = format!("{id}@example.org");
            let cert = self.person(id, name, &mail, secret(made(&format!("{name} <{mail}>"), MADE, 1)));
            let here = Mailbox { name: name.parse().unwrap(), address: house_address(&hub()).unwrap() };
            let from = Message { from: here, ..simple() };
            let from = seal(&from, &cert, &self.noor.public(), random()).unwrap();
            let what = format!("By {name}");
            self.add_for(&format!("author-{id}"), &what, "good", from, id, "noor");
            let there = Mailbox { name: name.parse().unwrap(), address: mail.parse().unwrap() };
            let to = seal(&Message { to: there, ..simple() }, &self.joris, &cert.public(), random()).unwrap();
            self.add_for(&format!("addressee-{id}"), &format!("To {name}"), "good", to, "joris", id);
        }
    }

    /// A mail to Noor that is right but for the cert that it is held against.
    fn held_against(&mut self, id: &str, what: &str, expect: &str, cert: Cert) {
        let cert = self.person(id, "Noor Şahin", "noor@example.org", secret(cert));
        let text = simple().to_bytes().unwrap();
        let session = Session::new(openpgp::types::SymmetricAlgorithm::AES256);
        let inside = [
            one_pass(SHA512, &key_id(&self.joris), 1),
            literal(&text),
            signature(builder(at(DATE)), &self.joris, &text),
        ];
        let sealed = [session.key_for(&cert), session.protected(&inside.concat())].concat();
        self.add_for(&format!("reader-{id}"), what, expect, Self::around(sealed), "joris", id);
    }

    fn revoked(&mut self) {
        let cert = made(NOOR, MADE, 1);
        let mut signer =
            cert.primary_key().key().clone().parts_into_secret().unwrap().into_keypair().unwrap();
        let later = time(at("2026-06-01T00:00:00Z"));
        let reason = ReasonForRevocation::KeyRetired;
        let with = |packet: openpgp::packet::Signature| cert.clone().insert_packets(packet).unwrap().0;
        let whole = CertRevocationBuilder::new().set_signature_creation_time(later).unwrap();
        let whole =
            whole.set_reason_for_revocation(reason, b"").unwrap().build(&mut signer, &cert, None).unwrap();
        let next = CertRevocationBuilder::new()
            .set_signature_creation_time(time(at("2026-12-01T00:00:00Z")))
            .unwrap();
        let next =
            next.set_reason_for_revocation(reason, b"").unwrap().build(&mut signer, &cert, None).unwrap();
        let subkey = cert.keys().subkeys().next().unwrap().key().clone();
        let part = SubkeyRevocationBuilder::new().set_signature_creation_time(later).unwrap();
        let part = part.set_reason_for_revocation(reason, b"").unwrap();
        let part = part.build(&mut signer, &cert, subkey.parts_as_public(), None).unwrap();
        let user_id: UserID = cert.userids().next().unwrap().userid().clone();
        let name = SignatureBuilder::new(SignatureType::CertificationRevocation)
            .set_signature_creation_time(later)
            .unwrap()
            .set_reason_for_revocation(ReasonForRevocation::UIDRetired, b"")
            .unwrap();
        let name = user_id.bind(&mut signer, &cert, name).unwrap();
        let (whole, next, part, name) = (with(whole), with(next), with(part), with(name));
        self.held_against("revoked", "The reader's cert is revoked", "revoked", whole.clone());
        self.held_against(
            "revoked-later",
            "The reader's cert is revoked, by a later date than the mail's",
            "revoked",
            next,
        );
        self.held_against("subkey-revoked", "The reader's key to encrypt for is revoked", "revoked", part);
        self.held_against("user-id-revoked", "The reader's user id is revoked", "revoked", name);
        let author = whole.clone();
        // The user id of an author.
        let user_id = UserID::from("Joris Maas <joris@example.org>");
        let author = {
            let joris = made("Joris Maas <joris@example.org>", MADE, 1);
            let mut signer =
                joris.primary_key().key().clone().parts_into_secret().unwrap().into_keypair().unwrap();
            let revocation = CertRevocationBuilder::new().set_signature_creation_time(later).unwrap();
            let revocation = revocation.set_reason_for_revocation(reason, b"").unwrap();
            let revocation = revocation.build(&mut signer, &joris, None).unwrap();
            assert_ne!(author.userids().next().unwrap().userid(), &user_id);
            joris.insert_packets(revocation).unwrap().0
        };
        let author = self.person("revoked-author", "Joris Maas", "joris@example.org", secret(author));
        let text = simple().to_bytes().unwrap();
        let session = Session::new(openpgp::types::SymmetricAlgorithm::AES256);
        let inside = [
            one_pass(SHA512, &key_id(&author), 1),
            literal(&text),
            signature(builder(at(DATE)), &author, &text),
        ];
        let sealed = [session.key_for(&self.noor), session.protected(&inside.concat())].concat();
        let mail = Self::around(sealed);
        self.add_for(
            "author-revoked",
            "The author's cert is revoked",
            "author",
            mail,
            "revoked-author",
            "noor",
        );
    }

    fn other_keys(&mut self) {
        self.held_against(
            "several-keys",
            "The reader has three keys to encrypt for, any of which will do",
            "good",
            made(NOOR, MADE, 3),
        );
        let early = made(NOOR, "2026-11-23T18:20:01Z", 1);
        self.held_against("made-later", "The reader's cert is from after the mail", "cannot-encrypt", early);
        let storing = CertBuilder::new()
            .set_cipher_suite(CipherSuite::Cv25519)
            .set_creation_time(time(at(MADE)))
            .set_primary_key_flags(KeyFlags::empty().set_certification().set_signing())
            .add_userid(NOOR)
            .add_subkey(KeyFlags::empty().set_storage_encryption(), None, None);
        let (storing, _) = storing.generate().unwrap();
        self.held_against(
            "storage-only",
            "The reader's key is for files, not for mail",
            "cannot-encrypt",
            storing,
        );
        // The key to encrypt for ends, the cert does not; and it is said anew.
        let cert = CertBuilder::new()
            .set_cipher_suite(CipherSuite::Cv25519)
            .set_creation_time(time(at(MADE)))
            .set_primary_key_flags(KeyFlags::empty().set_certification().set_signing())
            .add_userid(NOOR)
            .add_subkey(KeyFlags::empty().set_transport_encryption(), Duration::from_secs(30 * 86400), None);
        let (cert, _) = cert.generate().unwrap();
        self.held_against(
            "subkey-expired",
            "The reader's key to encrypt for has ended",
            "expired",
            cert.clone(),
        );
        let mut signer =
            cert.primary_key().key().clone().parts_into_secret().unwrap().into_keypair().unwrap();
        let subkey = cert.keys().subkeys().next().unwrap();
        let longer = SignatureBuilder::new(SignatureType::SubkeyBinding)
            .set_signature_creation_time(time(at("2026-01-20T09:00:00Z")))
            .unwrap()
            .set_key_flags(KeyFlags::empty().set_transport_encryption())
            .unwrap()
            .set_key_validity_period(Duration::from_secs(700 * 86400))
            .unwrap();
        let longer = subkey.key().parts_as_public().bind(&mut signer, &cert, longer).unwrap();
        let (prolonged, _) = cert.clone().insert_packets(Packet::from(longer)).unwrap();
        self.held_against("prolonged", "The reader's key was given more time", "good", prolonged);
    }
}
