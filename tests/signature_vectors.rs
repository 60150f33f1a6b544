//! The signatures' vectors: what counts for a statement, and what is refused for which one reason.
//!
//! `ZEGEL_WRITE_VECTORS=1` writes them anew, with new keys: sign once, keep, and judge from then on.

#[path = "support/curve.rs"]
mod curve;

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use curve::{Hand, NEUTRAL, NEUTRAL_AND_PRIME, NEUTRAL_NEGATIVE, Way};
use openpgp::Packet;
use openpgp::cert::{Cert, CertBuilder, CertRevocationBuilder, CipherSuite};
use openpgp::crypto::KeyPair;
use openpgp::packet::Signature;
use openpgp::packet::signature::SignatureBuilder;
use openpgp::packet::signature::subpacket::{
    NotationData, NotationDataFlags, Subpacket, SubpacketArea, SubpacketTag, SubpacketValue,
};
use openpgp::parse::Parse;
use openpgp::serialize::SerializeInto;
use openpgp::types::{HashAlgorithm, ReasonForRevocation, SignatureType};
use sequoia_openpgp as openpgp;
use serde_json::{Value, json};
use zegel::protocol::cert::*;
use zegel::protocol::id::Moment;

const GOOD: &str = "good";
const CREATED: &str = "2026-10-05T09:00:00Z";
const SIGNED: &str = "2026-11-23T18:20:00Z";
const KIND: &str = "approval";
const STATEMENT: &str = "zegel/1 approval\nhub: zvh-ml.example\nsigned-at: 2026-11-23T18:20:00Z\n";

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/signature")
}

fn moment(text: &str) -> Moment {
    text.parse().unwrap()
}

fn time(text: &str) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(moment(text).unix() as u64)
}

/// Someone with keys, who can also sign what Zegel never would.
struct Signer {
    cert: Cert,
}

impl Signer {
    fn new(name: &str) -> Self {
        let mail = format!("{}@politie.example", name.to_lowercase());
        let secret = SecretCert::generate(name, &mail, moment(CREATED)).unwrap();
        Self { cert: Cert::from_bytes(&secret.to_bytes().unwrap()).unwrap() }
    }

    /// A person whose primary key only certifies; a subkey signs.
    fn with_signing_subkey() -> Self {
        let builder = CertBuilder::new().set_cipher_suite(CipherSuite::Cv25519).add_userid("Pieter");
        let builder = builder.add_signing_subkey().set_creation_time(time(CREATED));
        Self { cert: builder.generate().unwrap().0 }
    }

    /// The same keys, with a validity of a day.
    fn expired() -> Self {
        let until = Some(moment("2026-10-06T09:00:00Z"));
        let secret =
            SecretCert::generate_until("Femke", "femke@politie.example", moment(CREATED), until).unwrap();
        Self { cert: Cert::from_bytes(&secret.to_bytes().unwrap()).unwrap() }
    }

    /// The same keys, with a revocation in the cert.
    fn revoked(self) -> Self {
        let revocation = CertRevocationBuilder::new()
            .set_signature_creation_time(time("2026-10-07T09:00:00Z"))
            .unwrap()
            .set_reason_for_revocation(ReasonForRevocation::KeyCompromised, b"")
            .unwrap()
            .build(&mut self.key(), &self.cert, None)
            .unwrap();
        Self { cert: self.cert.insert_packets(revocation).unwrap().0 }
    }

    fn public(&self) -> Vec<u8> {
        self.cert.clone().strip_secret_key_material().to_vec().unwrap()
    }

    fn key(&self) -> KeyPair {
        self.cert.primary_key().key().clone().parts_into_secret().unwrap().into_keypair().unwrap()
    }

    fn subkey(&self) -> KeyPair {
        let key = self.cert.keys().subkeys().next().unwrap().key().clone();
        key.parts_into_secret().unwrap().into_keypair().unwrap()
    }

    fn sign(&self, builder: SignatureBuilder) -> Vec<u8> {
        to_bytes(builder.sign_message(&mut self.key(), STATEMENT).unwrap())
    }
}

fn to_bytes(signature: Signature) -> Vec<u8> {
    Packet::from(signature).to_vec().unwrap()
}

/// A signature as it should be, but for the kind.
fn plain(typ: SignatureType) -> SignatureBuilder {
    SignatureBuilder::new(typ)
        .set_hash_algo(HashAlgorithm::SHA512)
        .set_signature_creation_time(time(SIGNED))
        .unwrap()
}

fn proper() -> SignatureBuilder {
    with_kind(plain(SignatureType::Binary), KIND)
}

fn readable() -> NotationDataFlags {
    NotationDataFlags::empty().set_human_readable()
}

fn with_kind(builder: SignatureBuilder, kind: &str) -> SignatureBuilder {
    builder.set_notation(KIND_NOTATION, kind, readable(), false).unwrap()
}

fn hashed(builder: SignatureBuilder, add: impl FnOnce(&mut SubpacketArea)) -> SignatureBuilder {
    let changed = builder.modify_hashed_area(|mut area| {
        add(&mut area);
        Ok(area)
    });
    changed.unwrap()
}

/// Adds to what no signature covers.
fn unhashed(bytes: &[u8], values: Vec<SubpacketValue>) -> Vec<u8> {
    let mut signature = parse(bytes);
    for value in values {
        signature.unhashed_area_mut().add(subpacket(value, false)).unwrap();
    }
    to_bytes(signature)
}

fn parse(bytes: &[u8]) -> Signature {
    match Packet::from_bytes(bytes).unwrap() {
        Packet::Signature(signature) => signature,
        _ => panic!("no signature"),
    }
}

fn subpacket(value: SubpacketValue, critical: bool) -> Subpacket {
    Subpacket::new(value, critical).unwrap()
}

/// What is behind the packet's header.
fn body_of(bytes: &[u8]) -> Vec<u8> {
    openpgp::serialize::MarshalInto::to_vec(&parse(bytes)).unwrap()
}

fn kind_value() -> SubpacketValue {
    SubpacketValue::NotationData(NotationData::new(KIND_NOTATION, KIND, readable()))
}

fn created_value(at: &str) -> SubpacketValue {
    SubpacketValue::SignatureCreationTime(time(at).try_into().unwrap())
}

/// The vectors of one statement, which a vector may change in one place.
struct Vectors {
    made: Vec<(String, Value)>,
    cert: Vec<u8>,
}

impl Vectors {
    fn add(&mut self, expect: &str, comment: &str, signature: Vec<u8>) -> &mut Value {
        let value = json!({
            "expect": expect, "comment": comment, "kind": KIND, "signed-at": SIGNED, "statement": STATEMENT,
            "signature": STANDARD.encode(signature), "cert": STANDARD.encode(&self.cert),
        });
        let name: String = comment.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        self.made.push((format!("{expect}--{}.json", name.to_lowercase()), value));
        &mut self.made.last_mut().unwrap().1
    }
}

fn make() -> Vec<(String, Value)> {
    let femke = Signer::new("Femke");
    let mut vectors = Vectors { made: vec![], cert: femke.public() };
    good(&mut vectors, &femke);
    packets(&mut vectors, &femke);
    versions_and_types(&mut vectors, &femke);
    subpackets(&mut vectors, &femke);
    times(&mut vectors, &femke);
    kinds(&mut vectors, &femke);
    issuers(&mut vectors, &femke);
    contents(&mut vectors, &femke);
    forms(&mut vectors, &femke);
    curve_points(&mut vectors);
    vectors.made
}

fn good(vectors: &mut Vectors, femke: &Signer) {
    let secret = SecretCert::from_bytes(&femke.cert.as_tsk().to_vec().unwrap()).unwrap();
    let ours = sign_statement(&secret, KIND, STATEMENT.as_bytes(), moment(SIGNED)).unwrap();
    vectors.add(GOOD, "as we sign", ours.clone());

    // A header of the old format, as GnuPG writes it: tag 2, a length of two octets.
    let body = body_of(&ours);
    let length = (body.len() as u16).to_be_bytes();
    vectors.add(GOOD, "old packet header", [&[0x89], &length[..], &body].concat());
    vectors.add(GOOD, "sha256", femke.sign(proper().set_hash_algo(HashAlgorithm::SHA256)));
    let other = proper().set_notation("color@mail.example", "red", readable(), false).unwrap();
    vectors.add(GOOD, "another notation beside the kind", femke.sign(other));
    let signed_for = SubpacketValue::SignersUserID(b"femke@politie.example".to_vec());
    vectors.add(GOOD, "what is outside of the signature does not count", unhashed(&ours, vec![signed_for]));

    let pieter = Signer::with_signing_subkey();
    let by_subkey = to_bytes(proper().sign_message(&mut pieter.subkey(), STATEMENT).unwrap());
    vectors.add(GOOD, "signed with a subkey", by_subkey)["cert"] = STANDARD.encode(pieter.public()).into();
    let expired = Signer::expired();
    let comment = "the cert has expired, which the journal judges";
    vectors.add(GOOD, comment, expired.sign(proper()))["cert"] = STANDARD.encode(expired.public()).into();
    let revoked = Signer::new("Femke").revoked();
    let comment = "the cert is revoked, which the journal judges";
    vectors.add(GOOD, comment, revoked.sign(proper()))["cert"] = STANDARD.encode(revoked.public()).into();
}

fn packets(vectors: &mut Vectors, femke: &Signer) {
    let good = femke.sign(proper());
    let filler = NotationData::new("filler@zegel.example", vec![b'x'; 4096], None);
    let large = unhashed(&good, vec![SubpacketValue::NotationData(filler)]);
    vectors.add("too-large", "more than 4 KiB", large);
    let armored =
        format!("-----BEGIN PGP SIGNATURE-----\n\n{}\n-----END PGP SIGNATURE-----\n", STANDARD.encode(&good));
    vectors.add("armored", "text", armored.into_bytes());
    vectors.add("malformed", "nothing", vec![]);
    vectors.add("malformed", "no packet", b"Femke".to_vec());
    vectors.add("malformed", "the statement itself", STATEMENT.as_bytes().to_vec());
    vectors.add("malformed", "cut short", good[..good.len() - 1].to_vec());
    vectors.add("malformed", "a packet that is no signature", vec![0xcd, 0x05, b'F', b'e', b'm', b'k', b'e']);
    vectors.add("malformed", "an armor header after a newline", [b"\n", &good[..]].concat());
    let body = body_of(&good);
    let sized = |body: &[u8]| [&[0xc2, 0xff, 0, 0, 0, body.len() as u8][..], body].concat();
    assert!(body.len() < 256 && verify(&femke.public(), &sized(&body)).is_ok());
    vectors.add("malformed", "a byte too many inside the packet", sized(&[&body[..], &[0]].concat()));
    vectors.add("malformed", "the hashed area longer than the packet", {
        let mut bytes = body.clone();
        bytes[4] = 0xff;
        sized(&bytes)
    });
    vectors.add("malformed", "in partial lengths", {
        let (first, last) = body.split_at(128);
        [&[0xc2, 0xe7], first, &[last.len() as u8], last].concat()
    });
    vectors.add("malformed", "of indeterminate length", [&[0x8b], &body[..]].concat());
    vectors.add("several", "twice the same", [&good[..], &good].concat());
    vectors.add("several", "two by one key", [&good[..], &femke.sign(proper())].concat());
    let another = Signer::new("Pieter").sign(proper());
    vectors.add("several", "first by somebody else", [&another[..], &good].concat());
    vectors.add("trailing", "a newline", [&good[..], b"\n"].concat());
    vectors.add("trailing", "a zero", [&good[..], &[0]].concat());
    vectors.add("trailing", "a marker packet", [&good[..], &[0xca, 0x03, b'P', b'G', b'P']].concat());
    vectors.add("trailing", "half a signature", [&good[..], &good[..50]].concat());
}

fn versions_and_types(vectors: &mut Vectors, femke: &Signer) {
    // The version is the first octet of the body, behind a header of three octets or two.
    let body = body_of(&femke.sign(proper()));
    let with_version = |version: u8| [&[0x89, 0, body.len() as u8, version], &body[1..]].concat();
    for version in [2, 3, 5, 6] {
        vectors.add("not-version-4", &format!("version {version}"), with_version(version));
    }
    vectors.add("not-version-4", "an empty signature packet", vec![0xc2, 0x00]);
    vectors.add("for-text", "a text signature", femke.sign(with_kind(plain(SignatureType::Text), KIND)));
    let standalone = with_kind(plain(SignatureType::Standalone), KIND);
    vectors.add("wrong-type", "standalone", to_bytes(standalone.sign_standalone(&mut femke.key()).unwrap()));
    let timestamp = with_kind(plain(SignatureType::Timestamp), KIND);
    vectors.add("wrong-type", "timestamp", to_bytes(timestamp.sign_timestamp(&mut femke.key()).unwrap()));
    let user_id = femke.cert.userids().next().unwrap().userid();
    let certification = with_kind(plain(SignatureType::GenericCertification), KIND);
    let certification = certification.sign_userid_binding(&mut femke.key(), None, user_id).unwrap();
    vectors.add("wrong-type", "certification of a user id", to_bytes(certification));
    for (name, hash) in [("sha1", HashAlgorithm::SHA1), ("sha224", HashAlgorithm::SHA224)] {
        vectors.add("weak-hash", name, femke.sign(proper().set_hash_algo(hash)));
    }
    let mut unknown = with_version(4);
    unknown[3 + 3] = 99;
    vectors.add("weak-hash", "an unknown hash", unknown);
}

fn subpackets(vectors: &mut Vectors, femke: &Signer) {
    let unknown = SubpacketValue::Unknown { tag: SubpacketTag::Unknown(100 + 1), body: vec![1] };
    let demand = |value: SubpacketValue| {
        femke.sign(hashed(proper(), |area| area.add(subpacket(value, true)).unwrap()))
    };
    vectors.add("critical", "an unknown subpacket", demand(unknown));
    let notation = NotationData::new("other@zegel.example", "x", readable());
    vectors.add("critical", "another notation", demand(SubpacketValue::NotationData(notation)));
    vectors.add("critical", "a policy", demand(SubpacketValue::PolicyURI(b"https://zegel.example".to_vec())));
    let short = proper().set_signature_validity_period(Duration::from_secs(60)).unwrap();
    vectors.add("expires", "after a minute", femke.sign(short));
    let long = proper().set_signature_validity_period(Duration::from_secs(50 * 365 * 86400)).unwrap();
    vectors.add("expires", "after fifty years", femke.sign(long));
}

fn times(vectors: &mut Vectors, femke: &Signer) {
    let at = |text: &str| femke.sign(proper().set_signature_creation_time(time(text)).unwrap());
    vectors.add("wrong-time", "a second later", at("2026-11-23T18:20:01Z"));
    vectors.add("wrong-time", "a second earlier", at("2026-11-23T18:19:59Z"));
    vectors.add("wrong-time", "backdated", at("2026-10-06T09:00:00Z"));
    let late = vectors.add("wrong-time", "a statement of after 2106", femke.sign(proper()));
    late["signed-at"] = "2162-12-30T00:48:16Z".into();
    let never = proper().suppress_signature_creation_time().unwrap();
    let never = femke.sign(never);
    vectors.add("wrong-time", "no time", never.clone());
    let outside = unhashed(&never, vec![created_value(SIGNED)]);
    vectors.add("wrong-time", "the time outside of what is signed", outside);
    let twice =
        hashed(proper(), |area| area.add(subpacket(created_value("2026-11-23T18:20:01Z"), true)).unwrap());
    vectors.add("wrong-time", "two times", femke.sign(twice));
}

fn kinds(vectors: &mut Vectors, femke: &Signer) {
    let mail = femke.sign(plain(SignatureType::Binary));
    vectors.add("no-kind", "a signed mail", mail.clone());
    let near =
        plain(SignatureType::Binary).set_notation("kind@zegel.Example", KIND, readable(), false).unwrap();
    vectors.add("no-kind", "a notation of nearly that name", femke.sign(near));
    vectors.add("kind-not-signed", "a kind put on a signed mail", unhashed(&mail, vec![kind_value()]));
    let both = unhashed(&femke.sign(proper()), vec![kind_value()]);
    vectors.add("kind-not-signed", "a kind inside and outside", both);
    let twice = |kind: &str| {
        let notation = SubpacketValue::NotationData(NotationData::new(KIND_NOTATION, kind, readable()));
        femke.sign(hashed(proper(), |area| area.add(subpacket(notation, false)).unwrap()))
    };
    vectors.add("two-kinds", "the same twice", twice(KIND));
    vectors.add("two-kinds", "two different ones", twice("release"));
    let critical = plain(SignatureType::Binary).set_notation(KIND_NOTATION, KIND, readable(), true).unwrap();
    vectors.add("kind-critical", "critical", femke.sign(critical));
    for (comment, kind) in [
        ("another", "refusal"),
        ("upper case", "Approval"),
        ("a space after it", "approval "),
        ("nothing", ""),
        ("a zero after it", "approval\0"),
        ("a list", "approval release"),
    ] {
        let signature = femke.sign(with_kind(plain(SignatureType::Binary), kind));
        vectors.add("wrong-kind", comment, signature);
    }
}

fn issuers(vectors: &mut Vectors, femke: &Signer) {
    let pieter = Signer::new("Pieter");
    vectors.add("unknown-issuer", "somebody else", pieter.sign(proper()));
    let anonymous = proper().modify_unhashed_area(|mut area| {
        area.add(subpacket(SubpacketValue::Issuer(femke.cert.keyid()), false))?;
        Ok(area)
    });
    let mut signature = parse(&femke.sign(anonymous.unwrap()));
    signature.unhashed_area_mut().remove_all(SubpacketTag::Issuer);
    vectors.add("unknown-issuer", "nobody named", to_bytes(signature));
    let subkey = femke.cert.keys().subkeys().next().unwrap().key().fingerprint();
    let wrong_key = proper().set_issuer_fingerprint(subkey).unwrap();
    vectors.add("unknown-issuer", "the key that only encrypts", femke.sign(wrong_key));

    let certifier = Signer::with_signing_subkey();
    let by_primary = certifier.sign(proper());
    let vector = vectors.add("unknown-issuer", "a key that only certifies", by_primary);
    vector["cert"] = STANDARD.encode(certifier.public()).into();
}

fn contents(vectors: &mut Vectors, femke: &Signer) {
    let good = femke.sign(proper());
    let pieter = Signer::new("Pieter");
    let forged = proper().set_issuer_fingerprint(femke.cert.fingerprint()).unwrap();
    vectors.add("wrong", "somebody else in her name", pieter.sign(forged));
    let mut flipped = good.clone();
    *flipped.last_mut().unwrap() ^= 1;
    vectors.add("wrong", "one bit of the signature altered", flipped);
    let mut prefix = good.clone();
    let body = parse(&good);
    let octets = body.digest_prefix();
    let place = good.windows(2).rposition(|window| window == octets).unwrap();
    prefix[place] ^= 1;
    vectors.add("wrong", "the digest's first octet altered", prefix);
    let mut statement = |comment: &str, text: String| {
        vectors.add("wrong", comment, good.clone())["statement"] = text.into();
    };
    statement("another hub in the statement", STATEMENT.replace("zvh-ml", "zvh-mx"));
    statement("a newline more", format!("{STATEMENT}\n"));
    statement("a newline less", STATEMENT.trim_end().to_owned());
    statement("the statement in CRLF", STATEMENT.replace('\n', "\r\n"));
    statement("no statement", String::new());

    let before = "2026-10-05T08:59:59Z";
    let early = femke.sign(proper().set_signature_creation_time(time(before)).unwrap());
    vectors.add("wrong", "made before the key", early)["signed-at"] = before.into();
}

/// With these subpackets beside what is signed.
fn beside(good: &[u8], area: &[u8]) -> Vec<u8> {
    let body = body_of(good);
    let hashed = 6 + usize::from(body[4]) * 256 + usize::from(body[5]);
    let (signed, rest) = body.split_at(hashed);
    let before = usize::from(rest[0]) * 256 + usize::from(rest[1]);
    let length = u16::try_from(area.len()).unwrap().to_be_bytes();
    curve::packet(2, &[signed, &length, area, &rest[2 + before..]].concat())
}

/// What each subpacket must be like, so that the signature can be read at all.
fn forms(vectors: &mut Vectors, femke: &Signer) {
    let good = femke.sign(proper());
    let mut said = |expect: &str, comment: &str, typ: u8, body: &[u8]| {
        vectors.add(expect, comment, beside(&good, &curve::subpacket(typ, body)));
    };
    said(GOOD, "a subpacket that nobody knows", 98, b"x");
    said(GOOD, "a subpacket with a length of two octets", 98, &[0; 300]);
    for (comment, typ, body) in [
        ("a creation time of five octets", 2, &[0; 5][..]),
        ("an expiration time of three octets", 3, &[0; 3]),
        ("an exportable that is two", 4, &[2]),
        ("a trust of one octet", 5, &[1]),
        ("a pattern of user ids without a zero at its end", 6, b"<[^>]+>"),
        ("a revocable of two octets", 7, &[0, 1]),
        ("a key's expiration time of five octets", 9, &[0; 5]),
        ("a revoker of 21 octets", 12, &[0x80; 21]),
        ("a revoker of no class", 12, &[0; 22]),
        ("an issuer of seven octets", 16, &[0; 7]),
        ("a notation shorter than it says", 20, &[0, 0, 0, 0, 0, 0, 0, 1]),
        ("a notation whose name is not UTF-8", 20, &[0, 0, 0, 0, 0, 1, 0, 0, 0xff]),
        ("a primary user id that is two", 25, &[2]),
        ("an empty reason", 29, &[]),
        ("a signature's target of one octet", 31, &[1]),
        ("an embedded signature that is none", 32, &[4, 0x19, 22]),
        ("a fingerprint of version 4 that is too long", 33, &[4; 22]),
        ("a fingerprint of version 6 that is too short", 33, &[6; 21]),
        ("a fingerprint of version 5", 33, &[5; 33]),
        ("an empty fingerprint", 33, &[]),
        ("an intended recipient that is too short", 35, &[4; 20]),
        ("an intended recipient of version 5", 35, &[5; 33]),
        ("signatures that are approved", 37, &[0; 64]),
        ("a list of ciphers that is odd", 39, &[9, 2, 7]),
    ] {
        said("malformed", comment, typ, body);
    }
    vectors.add("malformed", "a subpacket longer than its area", beside(&good, &[3, 98, 1]));
    vectors.add("malformed", "a subpacket without a type", beside(&good, &[0]));
    vectors.add(GOOD, "a subpacket with a length of five octets", beside(&good, &[255, 0, 0, 0, 2, 98, 1]));

    let body = body_of(&good);
    // The first number stands behind the areas and two octets of the digest.
    let at = |body: &[u8]| {
        let hashed = 6 + usize::from(body[4]) * 256 + usize::from(body[5]);
        hashed + 2 + usize::from(body[hashed]) * 256 + usize::from(body[hashed + 1]) + 2
    };
    let number = at(&body);
    let bits = u16::from_be_bytes([body[number], body[number + 1]]);
    let longer = [&body[..number], &(bits + 8).to_be_bytes(), &[0], &body[number + 2..]].concat();
    vectors.add("malformed", "a number with a zero in front", curve::packet(2, &longer));
    let mut more = body.clone();
    more[number..number + 2]
        .copy_from_slice(&(if bits.is_multiple_of(8) { bits - 1 } else { bits + 1 }).to_be_bytes());
    vectors.add("malformed", "a number of other bits than it says", curve::packet(2, &more));
    let mut only_encrypts = body.clone();
    only_encrypts[2] = 18;
    vectors.add("malformed", "an algorithm that only encrypts", curve::packet(2, &only_encrypts));
    let mut unknown = body;
    unknown[2] = 99;
    vectors.add("wrong", "an algorithm that nobody knows", curve::packet(2, &unknown));
}

/// Signatures that verifiers take differently.
fn curve_points(vectors: &mut Vectors) {
    let seconds = |text: &str| u32::try_from(moment(text).unix()).unwrap();
    let notation = [&[0x80, 0, 0, 0, 0, 18, 0, 8], KIND_NOTATION.as_bytes(), KIND.as_bytes()].concat();
    let plain = Hand::new("Femke", seconds(CREATED));
    let mixed = Hand::mixed("Femke", seconds(CREATED));
    for (expect, comment, key, way) in [
        (GOOD, "by a key by hand", &plain, Way::Exact),
        (GOOD, "by a key with a part of order 8", &mixed, Way::Exact),
        ("wrong", "by a key with a part of order 8, but for a factor of eight", &mixed, Way::Cofactored),
        ("wrong", "R with a part of order 8", &plain, Way::Cofactored),
        ("wrong", "S too large by the order", &plain, Way::LargeS),
        ("wrong", "R of order 1", &plain, Way::Neutral(NEUTRAL)),
        ("wrong", "R of order 1 with the sign of another", &plain, Way::Neutral(NEUTRAL_NEGATIVE)),
        ("wrong", "R of order 1 in a second spelling", &plain, Way::Neutral(NEUTRAL_AND_PRIME)),
    ] {
        let mut making = key.signs(0, seconds(SIGNED)).with(&curve::subpacket(20, &notation));
        making.way = way;
        let signature = curve::packet(2, &making.over(STATEMENT.as_bytes()));
        let cert = curve::cert(key, "Femke <femke@politie.example>", seconds(CREATED), Way::Exact);
        vectors.add(expect, comment, signature)["cert"] = STANDARD.encode(cert).into();
    }
}

fn verify(cert: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
    let cert = PublicCert::parse(cert).unwrap();
    verify_statement(&cert, KIND, STATEMENT.as_bytes(), signature, moment(SIGNED))
}

#[test]
fn signatures() {
    if std::env::var_os("ZEGEL_WRITE_VECTORS").is_some() {
        let _ = fs::remove_dir_all(folder());
        fs::create_dir_all(folder()).unwrap();
        for (name, vector) in make() {
            let path = folder().join(name);
            assert!(!path.exists(), "{} twice", path.display());
            fs::write(path, serde_json::to_string_pretty(&vector).unwrap() + "\n").unwrap();
        }
    }
    let mut count = 0;
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let vector: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let text = |name: &str| vector[name].as_str().unwrap();
        let bytes = |name: &str| STANDARD.decode(text(name)).unwrap();
        let cert = PublicCert::parse(&bytes("cert")).unwrap();
        let (statement, signed_at) = (text("statement").as_bytes(), moment(text("signed-at")));
        let verdict = verify_statement(&cert, text("kind"), statement, &bytes("signature"), signed_at);
        let got = verdict.map_or_else(BadSignature::code, |()| GOOD);
        assert_eq!(text("expect"), got, "{}", path.display());
        count += 1;
    }
    assert!(count >= 60, "only {count} vectors found");
}
