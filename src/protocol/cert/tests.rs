use std::fs;
use std::path::Path;
use std::process::Command;

use openpgp::cert::amalgamation::key::PrimaryKey;
use openpgp::cert::{CertBuilder, CipherSuite};
use openpgp::parse::Parse;
use openpgp::serialize::SerializeInto;
use ring::rand::SystemRandom;
use sequoia_openpgp as openpgp;

use super::*;
use crate::protocol::mime::BadLetter;

fn moment(text: &str) -> Moment {
    text.parse().unwrap()
}

const CREATED: &str = "2025-10-05T09:00:00Z";
const SIGNED: &str = "2025-11-23T18:20:00Z";
const TEXT: &[u8] = b"zegel/1 approval\nhub: zvh-ml.example\n";

fn femke() -> SecretCert {
    SecretCert::generate("Femke de Vries", "femke@politie.example", moment(CREATED)).unwrap()
}

fn authority() -> SecretCert {
    SecretCert::generate_authority("Zorg- en Veiligheidshuis", moment(CREATED)).unwrap()
}

/// Stock GnuPG in a home of its own.
struct Gpg(tempfile::TempDir);

impl Gpg {
    fn new() -> Self {
        // The path to gpg's sockets may not be long, so the home is short.
        Self(tempfile::Builder::new().prefix("zg").rand_bytes(4).tempdir_in("/tmp").unwrap())
    }

    fn run(&self, arguments: &[&str]) -> (bool, String) {
        let output = Command::new("gpg")
            .args(["--batch", "--no-tty", "--status-fd", "1", "--trust-model", "always"])
            .args(arguments)
            .env("GNUPGHOME", self.0.path())
            .env("LC_ALL", "C")
            .output()
            .unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&text).into_owned())
    }

    fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.0.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn import(&self, bytes: &[u8]) {
        let path = self.file("import", bytes);
        let (done, said) = self.run(&["--import", &path]);
        assert!(done, "{said}");
    }
}

impl Drop for Gpg {
    fn drop(&mut self) {
        let home = Path::new(self.0.path());
        let _ = Command::new("gpgconf").args(["--kill", "all"]).env("GNUPGHOME", home).output();
    }
}

#[test]
fn a_cert_survives_being_written_and_read() {
    for cert in [femke(), authority(), SecretCert::generate_hub("zvh-ml.example", moment(CREATED)).unwrap()] {
        let read = SecretCert::from_bytes(&cert.to_bytes().unwrap()).unwrap();
        assert_eq!(read.public().bytes(), cert.public().bytes());
        let again = PublicCert::parse(cert.public().bytes()).unwrap();
        assert_eq!(again, cert.public());
        assert_eq!(again.fingerprint().to_string().parse(), Ok(again.fingerprint()));
    }
    assert_eq!(femke().public().user_id(), "Femke de Vries <femke@politie.example>");
    let at = moment(SIGNED);
    assert_eq!(femke().public().usable_for_mail(at), Ok(()));
    assert_eq!(authority().public().usable_for_mail(at), Err(BadLetter::CannotEncrypt));
}

#[test]
fn armor_ends_with_its_checksum() {
    // The check value of CRC-24/OPENPGP.
    assert_eq!(crc24(b"123456789"), 0x21_CF02);
    let femke = femke();
    let secret = femke.to_bytes().unwrap();
    for (armor, bytes) in
        [(femke.public().armored(), femke.public().bytes()), (femke.armored().unwrap().to_string(), &*secret)]
    {
        let checksum = format!("={}", STANDARD.encode(&crc24(bytes).to_be_bytes()[1..]));
        assert_eq!(armor.lines().nth_back(1), Some(checksum.as_str()), "{armor}");
    }
}

#[test]
fn a_statement_verifies_with_us_and_with_stock_gpg() {
    let femke = femke();
    let signature = sign_statement(&femke, "approval", TEXT, moment(SIGNED)).unwrap();
    assert_eq!(verify_statement(&femke.public(), "approval", TEXT, &signature, moment(SIGNED)), Ok(()));

    let gpg = Gpg::new();
    gpg.import(femke.public().armored().as_bytes());
    let (text, signature) = (gpg.file("statement.txt", TEXT), gpg.file("statement.sig", &signature));
    let (good, said) = gpg.run(&["--verify", &signature, &text]);
    assert!(good && said.contains("GOODSIG") && said.contains("VALIDSIG"), "{said}");
    assert!(said.contains("NOTATION_DATA approval"), "{said}");
}

#[test]
fn gpg_takes_the_secret_key_and_reads_what_is_sealed_to_it() {
    let femke = femke();
    let gpg = Gpg::new();
    gpg.import(femke.armored().unwrap().as_bytes());
    let fingerprint = femke.public().fingerprint().to_string();
    let mail = gpg.file("mail", b"tot morgen");
    let (sealed, said) = gpg.run(&["--encrypt", "--recipient", &fingerprint, &mail]);
    assert!(sealed, "{said}");
    let (opened, said) = gpg.run(&["--decrypt", &format!("{mail}.gpg")]);
    assert!(opened && said.contains("tot morgen"), "{said}");
    let (signed, said) = gpg.run(&["--local-user", &fingerprint, "--detach-sign", &mail]);
    assert!(signed, "{said}");

    // A mail that Femke signed is no statement of hers, however it reads.
    let signature = fs::read(format!("{mail}.sig")).unwrap();
    let at = Signature::from_bytes(packets::first(&signature).unwrap().0.body).unwrap();
    let at = at.signature_creation_time().unwrap().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let at = Moment::from_unix(at.as_secs().try_into().unwrap());
    let verdict = verify_statement(&femke.public(), "approval", b"tot morgen", &signature, at);
    assert_eq!(verdict, Err(BadSignature::NoKind));
}

#[test]
fn the_authority_certifies_and_gpg_sees_it() {
    let (femke, authority) = (femke().public(), authority());
    let certified = certify(&authority, &femke, moment(SIGNED)).unwrap();
    assert!(is_certified_by(&certified, &authority.public()));
    assert!(!is_certified_by(&femke, &authority.public()));
    assert!(!is_certified_by(&certified, &self::authority().public()));
    assert!(same_keys(&certified, &femke));
    assert_ne!(certified.digest(), femke.digest());
    assert!(!same_keys(&self::femke().public(), &femke));

    let gpg = Gpg::new();
    gpg.import(authority.public().bytes());
    gpg.import(certified.bytes());
    let (good, said) = gpg.run(&["--check-signatures", "--with-colons", &femke.fingerprint().to_string()]);
    let by_authority = &authority.public().fingerprint().to_string().to_uppercase()[24..];
    let certification = said.lines().find(|line| line.starts_with("sig:!") && line.contains(by_authority));
    assert!(good && certification.is_some(), "{said}");
}

#[test]
fn the_hub_certifies_nobody() {
    let hub = SecretCert::generate_hub("zvh-ml.example", moment(CREATED)).unwrap();
    assert_eq!(certify(&hub, &femke().public(), moment(SIGNED)).unwrap_err(), CertError::NotAllowed);
}

#[test]
fn an_expired_cert_still_says_who_signed() {
    let until = Some(moment("2025-10-06T09:00:00Z"));
    let old = SecretCert::generate_until("Femke", "femke@politie.example", moment(CREATED), until).unwrap();
    let signature = sign_statement(&old, "approval", TEXT, moment(SIGNED)).unwrap();
    assert_eq!(verify_statement(&old.public(), "approval", TEXT, &signature, moment(SIGNED)), Ok(()));
}

#[test]
fn nothing_is_signed_before_the_key_was_made_or_after_2106() {
    let refused =
        [("2025-10-05T08:59:59Z", CertError::BeforeKey), ("2106-02-07T06:28:16Z", CertError::Moment)];
    for (at, why) in refused {
        assert_eq!(sign_statement(&femke(), "approval", TEXT, moment(at)), Err(why.clone()));
        assert_eq!(certify(&authority(), &femke().public(), moment(at)), Err(why));
        assert_eq!(mail::sign_detached(TEXT, &femke(), moment(at)), Err(BadLetter::Date));
    }
}

#[test]
fn certs_of_any_other_shape_are_refused() {
    let femke = femke();
    let good = femke.public().bytes().to_vec();
    let with = |tail: &[u8]| PublicCert::parse(&[&good[..], tail].concat()).unwrap_err();
    assert_eq!(with(&good), BadCert::Several);
    assert_eq!(with(&[0]), BadCert::Malformed);
    assert_eq!(with(b"\n"), BadCert::Malformed);
    assert_eq!(with(&[0xca, 0x03, b'P', b'G', b'P']), BadCert::Unexpected);
    assert_eq!(with(&[0xcd, 0x03, b'M', b'a', b'x']), BadCert::UserId);
    assert_eq!(with(&vec![0; MAX_CERT]), BadCert::TooLarge);
    assert_eq!(PublicCert::parse(&good[..good.len() - 1]).unwrap_err(), BadCert::Malformed);
    assert_eq!(PublicCert::parse(b"").unwrap_err(), BadCert::Malformed);
    assert_eq!(PublicCert::parse(femke.public().armored().as_bytes()).unwrap_err(), BadCert::Malformed);
    assert_eq!(PublicCert::parse(&femke.to_bytes().unwrap()).unwrap_err(), BadCert::Secret);
    assert_eq!(SecretCert::from_bytes(&good).err(), Some(BadCert::NoSecret));

    let other = |builder: CertBuilder| {
        let (cert, _) = builder.generate().unwrap();
        PublicCert::parse(&cert.to_vec().unwrap()).unwrap_err()
    };
    assert_eq!(
        other(CertBuilder::new().set_cipher_suite(CipherSuite::P256).add_userid("P")),
        BadCert::Algorithm
    );
    assert_eq!(other(CertBuilder::new().add_userid("a").add_userid("b")), BadCert::UserId);
    assert_eq!(other(CertBuilder::new().add_userid("a\u{7f}")), BadCert::UserId);
    assert_eq!(other(CertBuilder::new()), BadCert::UserId);
    assert_eq!(other(CertBuilder::new().add_userid("Max")), BadCert::CannotSign);
    let version_6 = CertBuilder::new().set_profile(openpgp::Profile::RFC9580).unwrap();
    assert_eq!(other(version_6.add_userid("six")), BadCert::NotVersion4);
}

#[test]
fn a_cert_with_an_altered_or_missing_self_signature_is_refused() {
    let good = femke().public().bytes().to_vec();
    let mut kept = 0;
    for place in 0..good.len() {
        let mut bad = good.clone();
        bad[place] ^= 1;
        match PublicCert::parse(&bad) {
            Ok(_) => kept += 1,
            Err(_) => continue,
        }
    }
    // What no signature covers are the unhashed subpackets and a few bits of lengths: the digest pins them.
    assert!(kept < good.len() / 10, "{kept} of {}", good.len());
}

#[test]
fn names_that_could_be_mistaken_are_refused() {
    for (name, mail) in [
        ("", "a@b.example"),
        ("Femke <x>", "a@b.example"),
        ("Femke\n", "a@b.example"),
        ("Femke", "a b@b.example"),
        ("Femke", "b.example"),
        ("Femke", "a@b@c.example"),
        ("Femke", "@b.example"),
    ] {
        assert_eq!(
            SecretCert::generate(name, mail, moment(CREATED)).err(),
            Some(CertError::UserId),
            "{name} {mail}"
        );
    }
}

#[test]
fn a_cert_made_by_gpg_is_taken_and_its_statement_counts() {
    let gpg = Gpg::new();
    let user_id = "Pieter Bakker <pieter@politie.example>";
    // A clock that stands still: each call begins at this second, however long the one before took.
    let loopback =
        ["--pinentry-mode", "loopback", "--passphrase", "", "--faked-system-time", "20251005T090000!"];
    let at = |arguments: &[&str]| gpg.run(&[&loopback[..], arguments].concat());
    let (made, said) = at(&["--quick-generate-key", user_id, "ed25519", "sign,cert", "never"]);
    assert!(made, "{said}");
    let (_, said) = at(&["--list-keys", "--with-colons"]);
    let fingerprint =
        said.lines().find_map(|line| line.strip_prefix("fpr:")).unwrap().trim_matches(':').to_owned();
    let (added, said) = at(&["--quick-add-key", &fingerprint, "cv25519", "encr", "never"]);
    assert!(added, "{said}");
    let export = gpg.file("export", b"");
    assert!(at(&["--yes", "--output", &export, "--export"]).0);
    let pieter = PublicCert::parse(&fs::read(&export).unwrap()).unwrap();
    assert_eq!((pieter.user_id(), pieter.usable_for_mail(moment(SIGNED))), (user_id, Ok(())));
    assert_eq!(pieter.fingerprint().to_string(), fingerprint.to_lowercase());
    assert!(at(&["--yes", "--output", &export, "--export-secret-keys"]).0);
    let secret = SecretCert::from_bytes(&fs::read(&export).unwrap()).unwrap();
    assert!(same_keys(&secret.public(), &pieter));

    let text = gpg.file("statement", TEXT);
    let (signed, said) = at(&["--sig-notation", "kind@zegel.example=approval", "--detach-sign", &text]);
    assert!(signed, "{said}");
    let signature = fs::read(format!("{text}.sig")).unwrap();
    assert_eq!(verify_statement(&pieter, "approval", TEXT, &signature, moment(CREATED)), Ok(()));
}

#[test]
fn a_cert_without_a_signature_on_its_primary_key_says_what_it_may_on_its_user_id() {
    // So does openpgp.js write them.
    let bytes = femke().public().bytes().to_vec();
    let (key, rest) = packets::first(&bytes).unwrap();
    let (direct, rest) = packets::first(rest).unwrap();
    assert_eq!((key.tag, direct.tag, direct.body[1]), (packets::PUBLIC_KEY, packets::SIGNATURE, 0x1f));
    let without = [&bytes[..key.body.len() + 2], rest].concat();
    let cert = PublicCert::parse(&without).unwrap();
    assert!(cert.usable_for_mail(moment(SIGNED)).is_ok() && cert.signing_keys().count() == 1);
}

#[test]
fn a_subkey_that_nobody_bound_is_refused() {
    let (femke, max) = (femke().public(), femke().public());
    let all = packets::all(max.bytes()).unwrap();
    let subkey = all.iter().find(|packet| packet.tag == packets::PUBLIC_SUBKEY).unwrap();
    let added =
        [femke.bytes(), &[0xc0 | packets::PUBLIC_SUBKEY, subkey.body.len() as u8], subkey.body].concat();
    assert_eq!(PublicCert::parse(&added).unwrap_err(), BadCert::SelfSignature);
}

#[test]
fn no_bit_of_a_signature_can_be_altered() {
    let femke = femke();
    let good = sign_statement(&femke, "approval", TEXT, moment(SIGNED)).unwrap();
    for bit in 0..8 * good.len() {
        let mut bad = good.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        let verdict = verify_statement(&femke.public(), "approval", TEXT, &bad, moment(SIGNED));
        assert!(verdict.is_err(), "bit {bit} of {}", 8 * good.len());
    }
}

/// A secret key's packets, each changed as asked, or left out.
fn repacked(secret: &SecretCert, change: impl Fn(u8, &[u8]) -> Option<(u8, Vec<u8>)>) -> Vec<u8> {
    let bytes = secret.to_bytes().unwrap();
    let mut out = Vec::new();
    for packet in packets::all(&bytes).unwrap() {
        if let Some((tag, body)) = change(packet.tag, packet.body) {
            packets::write(tag, &[&body], &mut out);
        }
    }
    out
}

#[test]
fn a_secret_key_that_cannot_be_used_at_once_is_none() {
    let femke = femke();
    let secret = femke.to_bytes().unwrap();
    let refused = |bytes: &[u8]| SecretCert::from_bytes(bytes).err();
    assert_eq!(refused(&vec![0; MAX_CERT + 1]), Some(BadCert::TooLarge));
    // Two keys: whose is it?
    assert_eq!(refused(&[&secret[..], &secret].concat()), Some(BadCert::NoSecret));

    // The subkey's secret stayed at home: her mail would not open.
    let public = femke.public();
    let of_public = packets::all(public.bytes()).unwrap();
    let subkey = of_public.iter().find(|packet| packet.tag == packets::PUBLIC_SUBKEY).unwrap();
    let without = repacked(&femke, |tag, body| match tag {
        packets::SECRET_SUBKEY => Some((packets::PUBLIC_SUBKEY, subkey.body.to_vec())),
        _ => Some((tag, body.to_vec())),
    });
    assert_eq!(refused(&without), Some(BadCert::NoSecret));
    assert_eq!(refused(&repacked(&femke, |tag, body| Some((tag, body.to_vec())))), None);

    // Locked with a password, as other programs keep it.
    let keys = femke.cert.keys().secret();
    let locked: Vec<openpgp::Packet> = keys
        .map(|key| {
            let locked = key.key().clone().encrypt_secret(&"wachtzin".into()).unwrap();
            match PrimaryKey::primary(&key) {
                true => locked.role_into_primary().into(),
                false => locked.role_into_subordinate().into(),
            }
        })
        .collect();
    let (locked, _) = femke.cert.clone().insert_packets(locked).unwrap();
    assert_eq!(refused(&locked.as_tsk().to_vec().unwrap()), Some(BadCert::NoSecret));
}

#[test]
fn a_house_has_a_name_that_can_stand_in_a_cert() {
    for name in ["", "Zorg-\nen Veiligheidshuis", &"x".repeat(MAX_USER_ID + 1)] {
        let made = SecretCert::generate_authority(name, moment(CREATED));
        assert_eq!(made.err(), Some(CertError::UserId), "{name:?}");
    }
}

#[test]
fn a_cert_with_more_subkeys_than_anyone_needs_is_refused() {
    let femke = femke().public();
    let all = packets::all(femke.bytes()).unwrap();
    let subkey = all.iter().find(|packet| packet.tag == packets::PUBLIC_SUBKEY).unwrap();
    let mut many = femke.bytes().to_vec();
    (0..MAX_SUBKEYS).for_each(|_| packets::write(packets::PUBLIC_SUBKEY, &[subkey.body], &mut many));
    assert_eq!(PublicCert::parse(&many).unwrap_err(), BadCert::Subkeys);
}

#[test]
fn a_fingerprint_has_one_spelling() {
    let femke = femke().public().fingerprint();
    assert_eq!(femke.to_string().parse(), Ok(femke));
    assert!(femke.to_string().to_uppercase().parse::<Fingerprint>().is_err());
}

/// Whoever opens looks at the seal again, whoever looked before.
#[test]
fn what_is_sealed_for_a_key_that_ended_is_not_opened() {
    let until = Some(moment("2025-12-01T00:00:00Z"));
    let noor = SecretCert::generate_until("Noor", "noor@raad.example", moment(CREATED), until).unwrap();
    let femke = femke();
    let sealed =
        mail::sign_and_seal(TEXT, &femke, &noor.public(), moment(SIGNED), &SystemRandom::new()).unwrap();
    let opened = |at: &str| mail::open_and_verify(&sealed, &noor, &femke.public(), moment(at));
    assert_eq!(opened(SIGNED).as_deref().map(Vec::as_slice), Ok(TEXT));
    assert_eq!(opened("2025-12-01T00:00:01Z"), Err(BadLetter::Expired));
}
