//! What is sealed, wrong in one packet at a time: around the seal, within it, and in the signature.

use std::time::Duration;

use sequoia_openpgp as openpgp;

use openpgp::Packet;
use openpgp::packet::signature::SignatureBuilder;
use openpgp::packet::signature::subpacket::{
    NotationData, NotationDataFlags, Subpacket, SubpacketTag, SubpacketValue,
};
use openpgp::parse::Parse;
use openpgp::serialize::SerializeInto;
use openpgp::types::{HashAlgorithm, SymmetricAlgorithm};

use super::crafted::*;
use super::{DATE, Writer, at, simple};

const AES256: SymmetricAlgorithm = SymmetricAlgorithm::AES256;

type Case = (&'static str, &'static str, &'static str, Vec<u8>);

impl Writer {
    pub fn packets(&mut self) {
        let mut cases = self.around_the_seal();
        cases.extend(self.at_the_protection());
        cases.extend(self.within_the_seal());
        cases.extend(self.in_the_signature());
        for (name, what, expect, sealed) in cases {
            self.add(name, what, expect, Self::around(sealed));
        }
    }

    /// What our own client puts inside.
    fn inside_parts(&self) -> [Vec<u8>; 3] {
        let text = simple().to_bytes().unwrap();
        let signature = signature(builder(at(DATE)), &self.joris, &text);
        [one_pass(SHA512, &key_id(&self.joris), 1), literal(&text), signature]
    }

    fn around_the_seal(&self) -> Vec<Case> {
        let session = Session::new(AES256);
        let key = session.key_for(&self.noor);
        let text = session.protected(&self.inside_parts().concat());
        let all = |parts: &[&[u8]]| parts.concat();
        let with_key = |change: &dyn Fn(&mut Vec<u8>)| {
            let mut key = key.clone();
            change(&mut key);
            [&key[..], &text].concat()
        };
        // Of its two octets of header the second is the length.
        let body = &key[2..];
        assert_eq!((key[0], usize::from(key[1])), (0xc1, body.len()));
        let other_key = Session::new(AES256).key_for(&self.noor);
        // A password's packet: version 4, AES-256, salted and iterated with SHA-256.
        let password = packet(3, &[4, 9, 3, 8, 1, 2, 3, 4, 5, 6, 7, 8, 96]);
        vec![
            ("by-packets", "As it should be, put together by hand", "good", all(&[&key, &text])),
            (
                "old-headers",
                "Packet headers of the old format",
                "good",
                all(&[&[0x84, key[1]], body, &[0xd2, 0xff], &text[2..]]),
            ),
            ("marker", "A marker packet in front", "layers", all(&[&[0xca, 3], b"PGP", &key, &text])),
            ("padding", "A padding packet between", "layers", all(&[&key, &packet(21, &[0; 16]), &text])),
            (
                "unknown-packet",
                "An unknown packet in front",
                "layers",
                all(&[&packet(60, b"x"), &key, &text]),
            ),
            ("behind-packets", "A byte behind the packets", "sealed", all(&[&key, &text, &[0]])),
            (
                "partial",
                "The sealed packet in partial lengths",
                "sealed",
                all(&[&key, &partial(18, &text[6..])]),
            ),
            (
                "indeterminate",
                "A sealed packet that ends where the file does",
                "sealed",
                all(&[&key, &[0x80 | 9 << 2 | 3], &text[6..]]),
            ),
            ("no-key-id", "It does not say for which key", "recipients", with_key(&|key| key[3..11].fill(0))),
            (
                "primary-key-id",
                "It names the reader's primary key",
                "recipients",
                with_key(&|key| key[3..11].copy_from_slice(&key_id(&self.noor))),
            ),
            (
                "session-version",
                "A session key packet of version 2",
                "recipients",
                with_key(&|key| key[2] = 2),
            ),
            ("session-rsa", "A session key for RSA", "recipients", with_key(&|key| key[11] = 1)),
            (
                "session-longer",
                "More in the session key packet than there should be",
                "recipients",
                with_key(&|key| {
                    key[1] += 1;
                    key.push(0);
                }),
            ),
            (
                "session-altered",
                "The wrapped key was altered",
                "sealed",
                with_key(&|key| *key.last_mut().unwrap() ^= 1),
            ),
            ("session-of-another", "The session key of another text", "sealed", all(&[&other_key, &text])),
            ("password", "Sealed with a password too", "recipients", all(&[&key, &password, &text])),
            ("password-only", "Sealed with a password", "recipients", all(&[&password, &text])),
        ]
    }

    fn at_the_protection(&self) -> Vec<Case> {
        let session = Session::new(AES256);
        let inside = self.inside_parts().concat();
        let key = session.key_for(&self.noor);
        let sealed = |text: Vec<u8>| [&key[..], &text].concat();
        let text = session.protected(&inside);
        let flipped = |place: usize| {
            let mut text = text.clone();
            text[6 + place] ^= 1;
            sealed(text)
        };
        let digested = |text: &[u8]| session.protected_as(&[text, &sha1(text)].concat());
        let mut no_repeat = prefix();
        no_repeat[17] ^= 1;
        let version = |version: u8| {
            let mut text = text.clone();
            text[6] = version;
            sealed(text)
        };
        let small = Session::new(SymmetricAlgorithm::AES128);
        let with_small = [small.key_for(&self.noor), small.protected(&inside)].concat();
        vec![
            (
                "old-encryption",
                "Encrypted without protection",
                "unprotected",
                sealed(session.unprotected(&inside)),
            ),
            (
                "downgraded",
                "A protected text called one without protection, so that changes go unseen (EFAIL)",
                "unprotected",
                sealed(packet(9, &text[7..])),
            ),
            ("both", "A text without protection beside the protected one", "unprotected", {
                [&key[..], &session.unprotected(&inside), &text].concat()
            }),
            ("gnupg-aead", "GnuPG's own protection (tag 20)", "unprotected", sealed(packet(20, &text[6..]))),
            ("protection-version-0", "Protection of version 0", "unprotected", version(0)),
            ("protection-version-3", "Protection of version 3", "unprotected", version(3)),
            (
                "protection-empty",
                "A protected packet with nothing in it",
                "unprotected",
                sealed(packet(18, &[])),
            ),
            ("protected-short", "A protected text that is too short", "sealed", sealed(packet(18, &[1; 30]))),
            (
                "no-digest",
                "The digest is cut off",
                "sealed",
                sealed(session.protected_as(&[&prefix(), &inside[..]].concat())),
            ),
            (
                "digest-without-header",
                "The digest without its header",
                "sealed",
                sealed(digested(&[&prefix(), &inside[..]].concat())),
            ),
            (
                "digest-altered",
                "Another digest",
                "sealed",
                sealed(session.protected_as(&[&prefix(), &inside[..], &[0xd3, 20], &[7; 20]].concat())),
            ),
            (
                "digest-in-the-middle",
                "Packets behind the digest",
                "sealed",
                sealed({
                    let text = [&prefix(), &inside[..], &[0xd3, 20]].concat();
                    session.protected_as(&[&text, &sha1(&text)[..], &literal(b"Hallo")].concat())
                }),
            ),
            (
                "prefix",
                "The end of the random block is not there twice",
                "sealed",
                sealed(digested(&[&no_repeat, &inside[..], &[0xd3, 20]].concat())),
            ),
            (
                "first-block-altered",
                "A changed bit in the first block of text (EFAIL)",
                "sealed",
                flipped(20),
            ),
            ("last-altered", "A changed bit in the digest", "sealed", flipped(text.len() - 7)),
            ("aes-128", "A cipher that we do not use", "sealed", with_small),
        ]
    }

    fn within_the_seal(&self) -> Vec<Case> {
        let [one_pass_, literal_, signature_] = self.inside_parts();
        let sealed = |parts: &[&[u8]]| {
            let session = Session::new(AES256);
            [session.key_for(&self.noor), session.protected(&parts.concat())].concat()
        };
        let text = simple().to_bytes().unwrap();
        let id = key_id(&self.joris);
        let announced = |packet: Vec<u8>| sealed(&[&packet, &literal_, &signature_]);
        let around = |head: &[u8]| sealed(&[&one_pass_, &packet(11, &[head, &text].concat()), &signature_]);
        vec![
            ("inside-nothing", "Nothing sealed", "layers", sealed(&[])),
            ("inside-no-packets", "Text that is no packet", "layers", sealed(&[&text])),
            ("inside-literal", "Text without a signature", "unsigned", sealed(&[&literal_])),
            (
                "inside-announced-only",
                "A signature is announced, and missing",
                "layers",
                sealed(&[&one_pass_, &literal_]),
            ),
            (
                "inside-not-announced",
                "A signature behind, not announced",
                "layers",
                sealed(&[&literal_, &signature_]),
            ),
            (
                "inside-signature-first",
                "The signature in front, as it was of old",
                "layers",
                sealed(&[&signature_, &literal_]),
            ),
            (
                "inside-marker",
                "A marker packet inside",
                "layers",
                sealed(&[&[0xca, 3], b"PGP", &one_pass_, &literal_, &signature_]),
            ),
            (
                "inside-padding",
                "A padding packet inside",
                "layers",
                sealed(&[&one_pass_, &literal_, &signature_, &packet(21, &[0; 16])]),
            ),
            (
                "inside-behind",
                "A byte behind the packets",
                "layers",
                sealed(&[&one_pass_, &literal_, &signature_, &[0]]),
            ),
            (
                "inside-two-texts",
                "An unsigned text before the signed one",
                "layers",
                sealed(&[&literal(b"Hallo"), &one_pass_, &literal_, &signature_]),
            ),
            (
                "inside-text-behind",
                "An unsigned text behind the signature",
                "layers",
                sealed(&[&one_pass_, &literal_, &signature_, &literal(b"Hallo")]),
            ),
            (
                "inside-partial",
                "The text in partial lengths",
                "layers",
                sealed(&[&one_pass_, &partial(11, &[b"b\0\0\0\0\0", &text[..]].concat()), &signature_]),
            ),
            (
                "literal-named",
                "The text has a file name, which is not signed",
                "layers",
                around(b"b\x01x\0\0\0\0"),
            ),
            (
                "literal-text",
                "The text is marked as text, whose line ends change",
                "layers",
                around(b"t\0\0\0\0\0"),
            ),
            (
                "literal-short",
                "A literal packet without its head",
                "layers",
                sealed(&[&one_pass_, &packet(11, b"b\0"), &signature_]),
            ),
            (
                "literal-dated",
                "The text has a time, which is not signed and not shown",
                "good",
                around(b"b\0\x6a\0\0\0"),
            ),
            ("announced-hash", "Another hash is announced", "layers", announced(one_pass(8, &id, 1))),
            ("announced-key", "Another key is announced", "layers", announced(one_pass(SHA512, &[7; 8], 1))),
            (
                "announced-more",
                "More signatures are announced",
                "layers",
                announced(one_pass(SHA512, &id, 0)),
            ),
        ]
    }

    fn in_the_signature(&self) -> Vec<Case> {
        let text = simple().to_bytes().unwrap();
        let sealed = |hash: u8, signature: Vec<u8>, text: &[u8]| {
            let session = Session::new(AES256);
            let inside = [one_pass(hash, &key_id(&self.joris), 1), literal(text), signature].concat();
            [session.key_for(&self.noor), session.protected(&inside)].concat()
        };
        let by = |builder: SignatureBuilder| sealed(SHA512, signature(builder, &self.joris, &text), &text);
        let right = || builder(at(DATE));
        let with_hash = |code: u8, hash: HashAlgorithm| {
            sealed(code, signature(right().set_hash_algo(hash), &self.joris, &text), &text)
        };
        let unhashed = |builder: SignatureBuilder, values: Vec<SubpacketValue>| {
            let Packet::Signature(mut made) =
                Packet::from_bytes(&signature(builder, &self.joris, &text)).unwrap()
            else {
                panic!("a signature")
            };
            for value in values {
                made.unhashed_area_mut().add(Subpacket::new(value, false).unwrap()).unwrap();
            }
            sealed(SHA512, Packet::from(made).to_vec().unwrap(), &text)
        };
        let readable = || NotationDataFlags::empty().set_human_readable();
        let notation =
            |name: &str, critical| right().set_notation(name, "letter", readable(), critical).unwrap();
        let unknown = SubpacketValue::Unknown { tag: SubpacketTag::Unknown(101), body: vec![1] };
        let critical = right().modify_hashed_area(|mut area| {
            area.add(Subpacket::new(unknown, true)?)?;
            Ok(area)
        });
        let meant_for = |cert| right().set_intended_recipients([of(cert).fingerprint()]).unwrap();
        let minute = Duration::from_secs(60);
        let mut prefix = signature(right(), &self.joris, &text);
        // They stand behind both areas, each with its length.
        let area = |from: usize, bytes: &[u8]| {
            from + 2 + usize::from(bytes[from]) * 256 + usize::from(bytes[from + 1])
        };
        let body = if prefix[1] < 192 { 2 } else { 3 };
        let place = area(area(body + 4, &prefix), &prefix);
        prefix[place] ^= 1;
        let timeless = || right().suppress_signature_creation_time().unwrap();
        let again = SubpacketValue::SignatureCreationTime(time(at(DATE)).try_into().unwrap());
        let twice = right().modify_hashed_area(|mut area| {
            area.add(Subpacket::new(again, true)?)?;
            Ok(area)
        });
        let later = SubpacketValue::SignatureCreationTime(time(at(DATE)).try_into().unwrap());
        let kind = NotationData::new("kind@zegel.example", "letter", readable());
        let changed = [&text[..text.len() - 3], b"!\r\n"].concat();
        vec![
            ("sha256", "Signed with SHA-256", "good", with_hash(8, HashAlgorithm::SHA256)),
            (
                "another-notation",
                "A notation of another program",
                "good",
                by(notation("color@mail.example", false)),
            ),
            ("meant-for-reader", "The signature says for whom", "good", by(meant_for(&self.noor))),
            (
                "meant-for-another",
                "The signature says that it was for another",
                "to",
                by(meant_for(&self.joris)),
            ),
            ("sha1", "Signed with SHA-1", "signer", with_hash(2, HashAlgorithm::SHA1)),
            (
                "other-text",
                "A good signature, of another text",
                "signer",
                sealed(SHA512, signature(right(), &self.joris, &text), &changed),
            ),
            ("critical", "A critical subpacket that we don't know", "signer", by(critical.unwrap())),
            (
                "critical-notation",
                "A critical notation of another program",
                "signer",
                by(notation("color@mail.example", true)),
            ),
            (
                "signature-expires",
                "The signature ends after a minute",
                "signer",
                by(right().set_signature_validity_period(minute).unwrap()),
            ),
            (
                "digest-prefix",
                "The two octets of the digest in the clear are wrong",
                "signer",
                sealed(SHA512, prefix, &text),
            ),
            ("two-times", "A signature with its time twice", "signer", by(twice.unwrap())),
            ("no-time", "A signature without a time", "signer", by(timeless())),
            (
                "time-outside",
                "The time outside of what is signed",
                "signer",
                unhashed(timeless(), vec![later]),
            ),
            ("backdated", "Signed long before", "date", by(builder(at("2026-02-01T00:00:00Z")))),
            (
                "kind-outside",
                "A statement's notation outside of what is signed",
                "for-statement",
                unhashed(right(), vec![SubpacketValue::NotationData(kind)]),
            ),
        ]
    }
}
