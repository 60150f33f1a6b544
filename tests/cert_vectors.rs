//! The certs' vectors: what is taken, and what is refused for which one reason.
//!
//! `ZEGEL_WRITE_VECTORS=1` writes them anew: the same bytes, as their keys are made of names.

#[path = "support/curve.rs"]
mod curve;

use std::fs;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use curve::{Hand, Making, NEUTRAL, NEUTRAL_AND_PRIME, NEUTRAL_NEGATIVE, Way, cert, framed, framed_user_id};
use curve::{packet, subpacket};
use serde_json::{Value, json};
use zegel::protocol::cert::{MAX_CERT, PublicCert, is_certified_by};

const GOOD: &str = "good";
const USER_ID: &[u8] = b"Femke de Vries <femke@politie.example>";
/// 2026-10-05T09:00:00Z.
const CREATED: u32 = 1_791_190_800;
const LATER: u32 = CREATED + 86400;

const SIGNATURE: u8 = 2;
const PUBLIC_KEY: u8 = 6;
const NAMED: u8 = 13;
const SUBKEY: u8 = 14;

/// Types of signatures.
const BINARY: u8 = 0x00;
const CERTIFIES: u8 = 0x13;
const BINDS: u8 = 0x18;
const BINDS_BACK: u8 = 0x19;
const DIRECT: u8 = 0x1f;
const REVOKES_KEY: u8 = 0x20;
const REVOKES_SUBKEY: u8 = 0x28;
const REVOKES_CERTIFICATION: u8 = 0x30;

const CERTIFY_AND_SIGN: [u8; 3] = [2, 27, 3];
const SIGN: [u8; 3] = [2, 27, 2];
const ENCRYPT: [u8; 3] = [2, 27, 12];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/cert")
}

/// A part of a cert: a packet's tag, and its body.
type Part = (u8, Vec<u8>);

/// Someone with a primary key, a user id and a subkey to encrypt for.
struct Person {
    key: Hand,
    subkey: Vec<u8>,
}

impl Person {
    fn new(name: &str) -> Self {
        Self { key: Hand::new(name, CREATED), subkey: encrypting(name) }
    }

    fn over_key(&self) -> Vec<u8> {
        framed(&self.key.body())
    }

    fn over_user_id(&self) -> Vec<u8> {
        [self.over_key(), framed_user_id(USER_ID)].concat()
    }

    fn over_subkey(&self) -> Vec<u8> {
        [self.over_key(), framed(&self.subkey)].concat()
    }

    fn primary(&self) -> Part {
        (PUBLIC_KEY, self.key.body())
    }

    fn direct(&self) -> Part {
        signature(self.key.signs(DIRECT, CREATED).with(&CERTIFY_AND_SIGN).over(&self.over_key()))
    }

    fn certifying(&self) -> Making<'_> {
        self.key.signs(CERTIFIES, CREATED).with(&CERTIFY_AND_SIGN)
    }

    fn certification(&self) -> Part {
        signature(self.certifying().over(&self.over_user_id()))
    }

    fn subkey(&self) -> Part {
        (SUBKEY, self.subkey.clone())
    }

    fn binding(&self) -> Part {
        signature(self.key.signs(BINDS, CREATED).with(&ENCRYPT).over(&self.over_subkey()))
    }

    /// All parts, in the order in which they stand.
    fn parts(&self) -> Vec<Part> {
        let named = (NAMED, USER_ID.to_vec());
        vec![self.primary(), self.direct(), named, self.certification(), self.subkey(), self.binding()]
    }

    /// The primary key and the user id only.
    fn small(&self) -> Vec<Part> {
        vec![self.primary(), (NAMED, USER_ID.to_vec()), self.certification()]
    }

    /// With another user id.
    fn named(&self, text: &[u8]) -> Vec<Part> {
        let over = [self.over_key(), framed_user_id(text)].concat();
        vec![self.primary(), (NAMED, text.to_vec()), signature(self.certifying().over(&over))]
    }
}

/// The places of a person's parts.
const AT_PRIMARY: usize = 2;
const AT_USER_ID: usize = 4;
const AT_SUBKEY: usize = 6;

fn signature(body: Vec<u8>) -> Part {
    (SIGNATURE, body)
}

/// A Curve25519 key: version, time, ECDH, the curve, a point, SHA-256 and AES-128 to derive with.
fn encrypting(name: &str) -> Vec<u8> {
    let point = ring::digest::digest(&ring::digest::SHA256, name.as_bytes());
    let head = [&[4][..], &CREATED.to_be_bytes(), &[18]].concat();
    let curve = b"\x0a\x2b\x06\x01\x04\x01\x97\x55\x01\x05\x01\x01\x07\x40";
    [&head, &curve[..], point.as_ref(), &[3, 1, 8, 7]].concat()
}

fn bytes(parts: &[Part]) -> Vec<u8> {
    parts.iter().flat_map(|(tag, body)| packet(*tag, body)).collect()
}

/// With a part more in this place.
fn with(parts: &[Part], place: usize, part: Part) -> Vec<u8> {
    let mut parts = parts.to_vec();
    parts.insert(place, part);
    bytes(&parts)
}

/// With another part in this place.
fn instead(parts: &[Part], place: usize, part: Part) -> Vec<u8> {
    let mut parts = parts.to_vec();
    parts[place] = part;
    bytes(&parts)
}

fn without(parts: &[Part], place: usize) -> Vec<u8> {
    let mut parts = parts.to_vec();
    parts.remove(place);
    bytes(&parts)
}

/// A signature whose digest's first octet is another.
fn with_wrong_prefix((tag, mut body): Part) -> Part {
    let hashed = usize::from(body[4]) << 8 | usize::from(body[5]);
    let unhashed = usize::from(body[6 + hashed]) << 8 | usize::from(body[7 + hashed]);
    body[8 + hashed + unhashed] ^= 1;
    (tag, body)
}

struct Vectors(Vec<(String, Value)>);

impl Vectors {
    fn add(&mut self, expect: &str, comment: &str, cert: Vec<u8>) -> &mut Value {
        let mut value = json!({ "expect": expect, "comment": comment, "cert": STANDARD.encode(&cert) });
        if let (GOOD, Ok(read)) = (expect, PublicCert::parse(&cert)) {
            value["fingerprint"] = read.fingerprint().to_string().into();
            value["user-id"] = read.user_id().into();
        }
        let name: String = comment.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        self.0.push((format!("{expect}--{}.json", name.to_lowercase()), value));
        &mut self.0.last_mut().unwrap().1
    }
}

fn make() -> Vec<(String, Value)> {
    let mut vectors = Vectors(vec![]);
    good(&mut vectors);
    revoked(&mut vectors);
    by_others(&mut vectors);
    packets(&mut vectors);
    keys(&mut vectors);
    user_ids(&mut vectors);
    own_signatures(&mut vectors);
    bound_back(&mut vectors);
    curve_points(&mut vectors);
    many_signatures(&mut vectors);
    vectors.0
}

fn good(vectors: &mut Vectors) {
    let femke = Person::new("Femke");
    let parts = femke.parts();
    vectors.add(GOOD, "a person's", bytes(&parts));
    vectors.add(GOOD, "without a signature on the primary key itself", without(&parts, 1));
    vectors.add(GOOD, "with a primary key only", bytes(&femke.small()));
    let old = |(tag, body): &Part| {
        let length = u16::try_from(body.len()).unwrap().to_be_bytes();
        [&[0x81 | tag << 2], &length[..], body].concat()
    };
    vectors.add(GOOD, "old packet headers", parts.iter().flat_map(old).collect());
    let (before, behind) = parts.split_at(2);
    let (named, bound) = behind.split_at(2);
    vectors.add(GOOD, "the user id behind the subkey", bytes(&[before, bound, named].concat()));
    vectors.add(
        GOOD,
        "two signatures of its own on the user id",
        with(&parts, 4, {
            signature(femke.key.signs(0x10, LATER).with(&CERTIFY_AND_SIGN).over(&femke.over_user_id()))
        }),
    );
    let mut unhashed = femke.certifying();
    unhashed.unhashed = [subpacket(98, b"x"), subpacket(0x80 | 99, b"")].concat();
    let unhashed = signature(unhashed.over(&femke.over_user_id()));
    vectors.add(GOOD, "what nobody knows beside what is signed", instead(&parts, 3, unhashed));
    let expired = femke.certifying().with(&subpacket(9, &60u32.to_be_bytes()));
    let expired = signature(expired.with(&subpacket(3, &60u32.to_be_bytes())).over(&femke.over_user_id()));
    vectors.add(GOOD, "expired, which the journal judges", instead(&parts, 3, expired));
    let mut short = femke.certifying();
    // The last 16 digits of the fingerprint, outside of what is signed, as GnuPG did.
    (short.unhashed, short.issuer) = (subpacket(16, &femke.key.fingerprint()[12..]), vec![]);
    let short = signature(short.over(&femke.over_user_id()));
    vectors.add(GOOD, "the issuer outside of what is signed", instead(&parts, 3, short));
    for hash in [8, 9] {
        let mut made = femke.certifying();
        made.hash = hash;
        let made = signature(made.over(&femke.over_user_id()));
        let comment = format!("signed with SHA-{}", if hash == 8 { 256 } else { 384 });
        vectors.add(GOOD, &comment, instead(&parts, 3, made));
    }
}

fn revoked(vectors: &mut Vectors) {
    let femke = Person::new("Femke");
    let parts = femke.parts();
    let stolen = subpacket(29, b"\x02");
    let key = femke.key.signs(REVOKES_KEY, LATER).with(&stolen).over(&femke.over_key());
    vectors.add(
        GOOD,
        "the primary key revoked, which the journal judges",
        with(&parts, 1, signature(key.clone())),
    );
    let named = femke.key.signs(REVOKES_CERTIFICATION, LATER).with(&stolen).over(&femke.over_user_id());
    vectors.add(GOOD, "the user id revoked", with(&parts, AT_USER_ID, signature(named.clone())));
    let subkey = femke.key.signs(REVOKES_SUBKEY, LATER).with(&stolen).over(&femke.over_subkey());
    vectors.add(GOOD, "the subkey revoked", with(&parts, AT_SUBKEY, signature(subkey.clone())));
    let mut weak = femke.key.signs(REVOKES_KEY, LATER).with(&stolen);
    weak.hash = 2;
    let weak = signature(weak.over(&femke.over_key()));
    vectors.add(GOOD, "the primary key revoked with SHA-1", with(&parts, 1, weak));

    let bad = "self-signature";
    vectors.add(
        bad,
        "the primary key's revocation behind the user id",
        with(&parts, AT_USER_ID, signature(key)),
    );
    vectors.add(
        bad,
        "the user id's revocation behind the subkey",
        with(&parts, AT_SUBKEY, signature(named.clone())),
    );
    vectors.add(
        bad,
        "the subkey's revocation behind the user id",
        with(&parts, AT_USER_ID, signature(subkey.clone())),
    );
    vectors.add(bad, "a user id with a revocation only", instead(&parts, 3, signature(named)));
    vectors.add(bad, "a subkey with a revocation only", instead(&parts, 5, signature(subkey)));
    let other = signature(femke.key.signs(REVOKES_KEY, LATER).over(b"another key"));
    vectors.add(bad, "a revocation of another key", with(&parts, 1, other));
}

fn by_others(vectors: &mut Vectors) {
    let (femke, house) = (Person::new("Femke"), Person::new("Zorg- en Veiligheidshuis"));
    let parts = femke.parts();
    let authority = STANDARD.encode(bytes(&house.small()));
    let mut add = |comment: &str, place: usize, part: Part, certified: bool| {
        let vector = vectors.add(GOOD, comment, with(&parts, place, part));
        vector["authority"] = authority.clone().into();
        vector["certified"] = certified.into();
    };
    let made = signature(house.key.signs(CERTIFIES, LATER).over(&femke.over_user_id()));
    add("certified", AT_USER_ID, made.clone(), true);
    add("certified before its own signature", 3, made.clone(), true);
    add("certified behind the primary key", 1, made.clone(), false);
    add("certified behind the subkey", AT_SUBKEY, made.clone(), false);
    add("certified with a wrong digest's first octet", AT_USER_ID, with_wrong_prefix(made.clone()), false);
    let mut weak = house.key.signs(CERTIFIES, LATER);
    weak.hash = 2;
    add("certified with SHA-1", AT_USER_ID, signature(weak.over(&femke.over_user_id())), false);
    let early = house.key.signs(CERTIFIES, CREATED - 1).over(&femke.over_user_id());
    add("certified before the authority's key was made", AT_USER_ID, signature(early), false);
    let mut nameless = house.key.signs(CERTIFIES, LATER);
    nameless.issuer = vec![];
    add("certified by nobody named", AT_USER_ID, signature(nameless.over(&femke.over_user_id())), true);
    let document = house.key.signs(BINARY, LATER).over(&femke.over_user_id());
    add("a document's signature by the authority", AT_USER_ID, signature(document), false);
    let mut cofactored = house.key.signs(CERTIFIES, LATER);
    cofactored.way = Way::Cofactored;
    add(
        "certified, but for a factor of eight",
        AT_USER_ID,
        signature(cofactored.over(&femke.over_user_id())),
        false,
    );
    let revoked = house.key.signs(REVOKES_KEY, LATER).over(&femke.over_key());
    add("revoked by the authority, which is none of its business", 1, signature(revoked), false);
    let mut unknown = made.1.clone();
    (unknown[2], unknown[3]) = (99, 99);
    add("certified with an unknown algorithm and hash", AT_USER_ID, signature(unknown), false);

    let mut cut = made.1.clone();
    cut.pop();
    let cut = with(&parts, AT_USER_ID, signature(cut));
    vectors.add("malformed", "certified by something cut short", cut);
    let mut unreadable = house.key.signs(CERTIFIES, LATER);
    unreadable.unhashed = subpacket(2, &[0; 5]);
    let unreadable = signature(unreadable.over(&femke.over_user_id()));
    vectors.add(
        "malformed",
        "certified by something with a time of five octets",
        with(&parts, AT_USER_ID, unreadable),
    );
    let mut of_fifth = house.key.signs(CERTIFIES, LATER);
    of_fifth.unhashed = subpacket(33, &[5; 33]);
    let of_fifth = signature(of_fifth.over(&femke.over_user_id()));
    vectors.add("malformed", "certified by a key of version 5", with(&parts, AT_USER_ID, of_fifth));
    let approving = house.key.signs(CERTIFIES, LATER).with(&subpacket(37, &[0; 64]));
    let approving = signature(approving.over(&femke.over_user_id()));
    vectors.add("malformed", "certified with other signatures approved", with(&parts, AT_USER_ID, approving));
    // ML-DSA-65 with Ed25519: so many octets, and no numbers.
    let until = 6 + usize::from(made.1[5]) + 4;
    let mut lattice = made.1[..until].to_vec();
    lattice[2] = 30;
    lattice.extend(vec![0; 64 + 3309]);
    vectors.add(GOOD, "certified with ML-DSA", with(&parts, AT_USER_ID, signature(lattice.clone())));
    lattice.pop();
    vectors.add(
        "malformed",
        "certified with ML-DSA, cut short",
        with(&parts, AT_USER_ID, signature(lattice)),
    );
    vectors.add("not-version-4", "certified with version 3", {
        let mut third = made.1.clone();
        third[0] = 3;
        with(&parts, AT_USER_ID, signature(third))
    });
}

fn packets(vectors: &mut Vectors) {
    let femke = Person::new("Femke");
    let parts = femke.parts();
    let good = bytes(&parts);
    let filled = |size: usize| {
        let rest = size - good.len();
        let mut out = good.clone();
        // Signatures of documents by somebody else, the last of which fills it up.
        let filler = Hand::new("filler", CREATED);
        let filling = |length: usize| {
            let mut made = filler.signs(BINARY, CREATED);
            made.unhashed = subpacket(98, &vec![0; length]);
            packet(SIGNATURE, &made.over(b""))
        };
        let most = filling(4000).len();
        (1..rest / most).for_each(|_| out.extend(filling(4000)));
        let left = size - out.len();
        // A signature may be an octet or two shorter than others.
        out.extend((3000..8000).map(filling).find(|last| last.len() == left).unwrap());
        out
    };
    vectors.add(GOOD, "64 KiB", filled(MAX_CERT));
    vectors.add("too-large", "64 KiB and one byte", filled(MAX_CERT + 1));
    vectors.add("malformed", "nothing", vec![]);
    vectors.add("malformed", "cut short", good[..good.len() - 1].to_vec());
    vectors.add("malformed", "a zero behind it", [&good[..], &[0]].concat());
    vectors.add(
        "malformed",
        "text",
        format!("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n{}", STANDARD.encode(&good)).into(),
    );
    let (last, others) = parts.split_last().unwrap();
    let (first, rest) = last.1.split_at(64);
    let partial = [&[0xc2, 0xe6], first, &[u8::try_from(rest.len()).unwrap()], rest].concat();
    vectors.add("malformed", "a signature in partial lengths", [bytes(others), partial].concat());
    let indeterminate = [&[0x8b], &last.1[..]].concat();
    vectors.add("malformed", "a signature of indeterminate length", [bytes(others), indeterminate].concat());
    vectors.add("several", "a signature before the key", with(&parts, 0, femke.direct()));
    vectors.add("malformed", "no primary key", without(&parts, 0));
    vectors.add("malformed", "no primary key, and nothing that one signed", bytes(&parts[2..]));
    let mut cut = femke.binding();
    cut.1.pop();
    vectors.add("malformed", "an own signature cut short", with(&parts, AT_SUBKEY, cut));
    vectors.add("several", "two", [&good[..], &good].concat());
    let swapped = [&[(NAMED, USER_ID.to_vec()), femke.primary()], &parts[1..2], &parts[3..]].concat();
    vectors.add("several", "the user id before the key", bytes(&swapped));
    // A secret key's packet is its public one, and more.
    let secret = [&femke.key.body()[..], &[0, 1, 0, 1, 0, 2]].concat();
    vectors.add("secret", "a secret primary key", instead(&parts, 0, (5, secret)));
    let secret = [&femke.subkey[..], &[0, 1, 0, 1, 0, 2]].concat();
    vectors.add("secret", "a secret subkey", instead(&parts, 4, (7, secret)));
    for (comment, tag, body) in [
        ("a marker", 10, &b"PGP"[..]),
        ("trust", 12, b"\x06"),
        ("a picture of her", 17, b"\x02\x01\x00"),
        ("padding", 21, b"x"),
        ("a packet of an unknown tag", 60, b"x"),
    ] {
        vectors.add("unexpected", comment, with(&parts, AT_SUBKEY, (tag, body.to_vec())));
    }
}

fn keys(vectors: &mut Vectors) {
    let femke = Person::new("Femke");
    let parts = femke.parts();
    let mut subkeys = parts[..4].to_vec();
    for count in 0..9 {
        let subkey = encrypting(&format!("subkey {count}"));
        let over = [femke.over_key(), framed(&subkey)].concat();
        let binding = signature(femke.key.signs(BINDS, CREATED).with(&ENCRYPT).over(&over));
        subkeys.extend([(SUBKEY, subkey), binding]);
    }
    vectors.add(GOOD, "eight subkeys", bytes(&subkeys[..20]));
    vectors.add("subkeys", "nine", bytes(&subkeys));
    let twice = [&parts[..], &parts[4..]].concat();
    vectors.add("subkeys", "one twice", bytes(&twice));
    let over = [femke.over_key(), femke.over_key()].concat();
    let binding = signature(femke.key.signs(BINDS, CREATED).with(&ENCRYPT).over(&over));
    let itself = [&parts[..], &[(SUBKEY, femke.key.body()), binding]].concat();
    vectors.add("subkeys", "the primary key itself", bytes(&itself));

    for (comment, version) in [("a primary key of version 3", 3), ("a primary key of version 6", 6)] {
        let mut key = femke.key.body();
        key[0] = version;
        vectors.add("not-version-4", comment, instead(&parts, 0, (PUBLIC_KEY, key)));
    }
    let changed = |comment: &str, vectors: &mut Vectors, change: &dyn Fn(&mut Vec<u8>)| {
        let mut key = femke.key.body();
        change(&mut key);
        vectors.add("algorithm", comment, instead(&parts, 0, (PUBLIC_KEY, key)));
    };
    changed("Ed25519 of RFC 9580", vectors, &|key| {
        key[5] = 27;
        key.drain(6..19);
    });
    changed("a point of another form", vectors, &|key| key[18] = 0x41);
    changed("a point of 262 bits", vectors, &|key| key[17] = 6);
    changed("an octet behind the point", vectors, &|key| key.push(0));
    changed("another curve", vectors, &|key| key[7] = 0x2c);
    changed("an algorithm that nobody knows", vectors, &|key| key[5] = 99);
    changed("a key of no algorithm", vectors, &|key| key.truncate(5));
    let derived = |parameters: &[u8]| {
        let subkey = [&femke.subkey[..femke.subkey.len() - 4], parameters].concat();
        let over = [femke.over_key(), framed(&subkey)].concat();
        let binding = signature(femke.key.signs(BINDS, CREATED).with(&ENCRYPT).over(&over));
        bytes(&[&parts[..4], &[(SUBKEY, subkey), binding]].concat())
    };
    vectors.add("algorithm", "a key derived in another way", derived(&[3, 2, 8, 7]));
    vectors.add("algorithm", "a key derived with more", derived(&[4, 1, 8, 7, 0]));
    vectors.add(GOOD, "a key derived with a hash and a cipher that nobody knows", derived(&[3, 1, 99, 99]));
    let over = femke.over_user_id();
    let certifies = signature(femke.key.signs(CERTIFIES, CREATED).with(&subpacket(27, &[1])).over(&over));
    let only = [femke.primary(), parts[2].clone(), certifies];
    vectors.add("cannot-sign", "a key that only certifies", bytes(&only));
    let silent = signature(femke.key.signs(CERTIFIES, CREATED).over(&over));
    vectors.add("cannot-sign", "a key that says nothing of itself", instead(&only, 2, silent));
    let twice = femke.key.signs(CERTIFIES, CREATED).with(&CERTIFY_AND_SIGN).with(&subpacket(27, &[1]));
    let twice = signature(twice.over(&over));
    vectors.add("cannot-sign", "a key that says so, and then otherwise", instead(&only, 2, twice));
    let mut outside = femke.key.signs(CERTIFIES, CREATED);
    outside.unhashed = CERTIFY_AND_SIGN.to_vec();
    let outside = signature(outside.over(&over));
    vectors.add("cannot-sign", "a key that says so outside of what is signed", instead(&only, 2, outside));
}

fn user_ids(vectors: &mut Vectors) {
    let femke = Person::new("Femke");
    let parts = femke.parts();
    vectors.add("user-id", "none", bytes(&[&parts[..2], &parts[4..]].concat()));
    vectors.add("user-id", "two", bytes(&[&parts[..], &parts[2..4]].concat()));
    vectors.add(GOOD, "a user id of 512 bytes", bytes(&femke.named(&[b'x'; 512])));
    vectors.add("user-id", "of 513 bytes", bytes(&femke.named(&[b'x'; 513])));
    vectors.add(
        GOOD,
        "a user id beyond ASCII",
        bytes(&femke.named("Noor Şahin 🔒 <noor@raad.example>".as_bytes())),
    );
    vectors.add("user-id", "empty", bytes(&femke.named(b"")));
    vectors.add("user-id", "Latin-1", bytes(&femke.named(b"Ren\xe9e")));
    vectors.add("user-id", "a control character", bytes(&femke.named(b"Fem\x07ke")));
    vectors.add("user-id", "a control character beyond ASCII", bytes(&femke.named("Fem\u{85}ke".as_bytes())));
    vectors.add("user-id", "a newline", bytes(&femke.named(b"Femke\n")));
}

fn own_signatures(vectors: &mut Vectors) {
    let (femke, max) = (Person::new("Femke"), Person::new("Max"));
    let parts = femke.parts();
    let mut add = |comment: &str, cert: Vec<u8>| {
        vectors.add("self-signature", comment, cert);
    };
    add("none", bytes(&[femke.primary(), (NAMED, USER_ID.to_vec())]));
    add("none on the user id", without(&parts, 3));
    add("none on the subkey", without(&parts, 5));
    add("the subkey's behind the user id", with(&parts, AT_USER_ID, femke.binding()));
    add("the subkey's behind the primary key", with(&parts, AT_PRIMARY, femke.binding()));
    add("the user id's behind the primary key", with(&parts, AT_PRIMARY, femke.certification()));
    add("the user id's behind the subkey", with(&parts, AT_SUBKEY, femke.certification()));
    add("the primary key's behind the user id", with(&parts, AT_USER_ID, femke.direct()));
    add("the primary key's behind the subkey", with(&parts, AT_SUBKEY, femke.direct()));
    let document = signature(femke.key.signs(BINARY, LATER).over(b"a document"));
    add("a document's behind the user id", with(&parts, AT_USER_ID, document));
    let other = [femke.over_key(), framed_user_id(b"Max")].concat();
    add("of another user id", instead(&parts, 3, signature(femke.certifying().over(&other))));
    add("of the user id, and of another one", with(&parts, 4, signature(femke.certifying().over(&other))));
    add(
        "a wrong digest's first octet on the user id",
        instead(&parts, 3, with_wrong_prefix(femke.certification())),
    );
    add("a wrong digest's first octet on the subkey", instead(&parts, 5, with_wrong_prefix(femke.binding())));
    let mut altered = femke.certification();
    *altered.1.last_mut().unwrap() ^= 1;
    add("altered", instead(&parts, 3, altered));
    let mut weak = femke.certifying();
    weak.hash = 2;
    add("of SHA-1", instead(&parts, 3, signature(weak.over(&femke.over_user_id()))));
    let mut unknown = femke.certification();
    unknown.1[3] = 99;
    add("of an unknown hash", with(&parts, 4, unknown));
    let early = femke.key.signs(CERTIFIES, CREATED - 1).with(&CERTIFY_AND_SIGN);
    add("from before the key was made", instead(&parts, 3, signature(early.over(&femke.over_user_id()))));
    let by_max =
        signature(max.key.signs(CERTIFIES, CREATED).with(&CERTIFY_AND_SIGN).over(&femke.over_user_id()));
    add("by somebody else", instead(&parts, 3, by_max));
    let mut named = max.key.signs(CERTIFIES, CREATED).with(&CERTIFY_AND_SIGN);
    named.issuer = subpacket(33, &[&[4], &femke.key.fingerprint()[..]].concat());
    add("by somebody else in her name", instead(&parts, 3, signature(named.over(&femke.over_user_id()))));
    let mut both = max.key.signs(CERTIFIES, CREATED);
    both.unhashed = subpacket(16, &femke.key.fingerprint()[12..]);
    add("by somebody else, and named outside", with(&parts, 4, signature(both.over(&femke.over_user_id()))));
    let mut nameless = femke.certifying();
    nameless.issuer = vec![];
    let nameless = signature(nameless.over(&femke.over_user_id()));
    add("by nobody named", instead(&parts, 3, nameless.clone()));
    vectors.add(GOOD, "one that names nobody beside one that does", with(&parts, 4, nameless));
}

fn bound_back(vectors: &mut Vectors) {
    let femke = Person::new("Femke");
    let parts = femke.parts();
    let (signing, max) = (Hand::new("a subkey that signs", CREATED), Hand::new("Max", CREATED));
    let over = |subkey: &Hand| [femke.over_key(), framed(&subkey.body())].concat();
    let cert = |subkey: &Hand, binding: Making| {
        let bound = [(SUBKEY, subkey.body()), signature(binding.over(&over(subkey)))];
        bytes(&[&parts[..4], &bound].concat())
    };
    let binding = || femke.key.signs(BINDS, CREATED).with(&SIGN);
    let back = signing.signs(BINDS_BACK, CREATED).over(&over(&signing));
    let embedded = |back: &[u8]| subpacket(32, back);
    vectors.add(GOOD, "a subkey that signs", cert(&signing, binding().with(&embedded(&back))));
    let mut outside = binding();
    outside.unhashed = embedded(&back);
    vectors.add(GOOD, "a signature back outside of what is signed", cert(&signing, outside));
    let mut weak = signing.signs(BINDS_BACK, CREATED);
    weak.hash = 2;
    let weak = embedded(&weak.over(&over(&signing)));
    vectors.add(GOOD, "a signature back of SHA-1", cert(&signing, binding().with(&weak)));
    let certifies = femke.key.signs(BINDS, CREATED).with(&subpacket(27, &[1]));
    vectors.add(GOOD, "a subkey that certifies, without a signature back", cert(&signing, certifies));

    let by_max = max.signs(BINDS_BACK, CREATED).over(&over(&signing));
    let both = [embedded(&by_max), embedded(&back)].concat();
    vectors.add(GOOD, "two signatures back, of which one is good", cert(&signing, binding().with(&both)));
    let bad = "self-signature";
    vectors.add(bad, "a signature back by somebody else", cert(&signing, binding().with(&embedded(&by_max))));
    vectors.add(bad, "a subkey that signs, without a signature back", cert(&signing, binding()));
    let forward = signing.signs(BINDS, CREATED).over(&over(&signing));
    vectors.add(bad, "a signature back of another type", cert(&signing, binding().with(&embedded(&forward))));
    let wrong = with_wrong_prefix(signature(back.clone())).1;
    vectors.add(
        bad,
        "a signature back with a wrong digest's first octet",
        cert(&signing, binding().with(&embedded(&wrong))),
    );
    let early = signing.signs(BINDS_BACK, CREATED - 1).over(&over(&signing));
    vectors.add(
        bad,
        "a signature back from before the key was made",
        cert(&signing, binding().with(&embedded(&early))),
    );
    let revoking = femke.key.signs(REVOKES_SUBKEY, LATER).with(&SIGN).over(&over(&signing));
    let revoking = [
        (SUBKEY, signing.body()),
        signature(binding().with(&embedded(&back)).over(&over(&signing))),
        signature(revoking),
    ];
    let comment = "a revocation that says that it signs, without a signature back";
    vectors.add(bad, comment, bytes(&[&parts[..4], &revoking].concat()));
    let mut in_turn = signing.signs(BINDS_BACK, CREATED);
    in_turn.unhashed = embedded(&back);
    let in_turn = embedded(&in_turn.over(&over(&signing)));
    vectors.add("malformed", "a signature back with one in turn", cert(&signing, binding().with(&in_turn)));
    let cut = embedded(&back[..back.len() - 1]);
    vectors.add("malformed", "a signature back cut short", cert(&signing, binding().with(&cut)));

    for (comment, small) in [
        ("a subkey of order 1", Hand::small(0, CREATED)),
        ("a subkey of order 8", Hand::small(1, CREATED)),
        ("a subkey of order 1 in a second spelling", Hand::neutral(NEUTRAL_AND_PRIME, CREATED)),
    ] {
        let back = small.signs(BINDS_BACK, CREATED).over(&over(&small));
        vectors.add(bad, comment, cert(&small, binding().with(&embedded(&back))));
    }
}

fn curve_points(vectors: &mut Vectors) {
    let user_id = std::str::from_utf8(USER_ID).unwrap();
    for (comment, small) in [
        ("a primary key of order 1", Hand::small(0, CREATED)),
        ("a primary key of order 2", Hand::small(4, CREATED)),
        ("a primary key of order 4", Hand::small(2, CREATED)),
        ("a primary key of order 8", Hand::small(1, CREATED)),
        ("another primary key of order 8", Hand::small(3, CREATED)),
        ("a primary key of order 1 with the sign of another", Hand::neutral(NEUTRAL_NEGATIVE, CREATED)),
        ("a primary key of order 1 in a second spelling", Hand::neutral(NEUTRAL_AND_PRIME, CREATED)),
    ] {
        vectors.add("self-signature", comment, cert(&small, user_id, CREATED, Way::Exact));
    }
    let (plain, mixed) = (Hand::new("Femke", CREATED), Hand::mixed("Femke", CREATED));
    vectors.add(GOOD, "a key with a part of order 8", cert(&mixed, user_id, CREATED, Way::Exact));
    for (comment, key, way) in [
        ("a key with a part of order 8, good but for a factor of eight", &mixed, Way::Cofactored),
        ("good but for a factor of eight", &plain, Way::Cofactored),
        ("S too large by the order", &plain, Way::LargeS),
        ("R of order 1", &plain, Way::Neutral(NEUTRAL)),
        ("R of order 1 with the sign of another", &plain, Way::Neutral(NEUTRAL_NEGATIVE)),
        ("R of order 1 in a second spelling", &plain, Way::Neutral(NEUTRAL_AND_PRIME)),
    ] {
        vectors.add("self-signature", comment, cert(key, user_id, CREATED, way));
    }
}

/// So many signatures a cert may hold.
const MOST: usize = 32;

fn many_signatures(vectors: &mut Vectors) {
    let (femke, house) = (Person::new("Femke"), Person::new("Zorg- en Veiligheidshuis"));
    let parts = femke.parts();
    let (over, there) = (femke.over_user_id(), 3);
    let own =
        |count: u32| signature(femke.key.signs(0x10, LATER + count).with(&CERTIFY_AND_SIGN).over(&over));
    let others = |count: u32| signature(house.key.signs(CERTIFIES, LATER + count).over(&over));
    let more = |count: usize, made: &dyn Fn(u32) -> Part| {
        let made: Vec<Part> = (0..count - there).map(|count| made(count as u32)).collect();
        [&parts[..AT_USER_ID], &made, &parts[AT_USER_ID..]].concat()
    };
    vectors.add(GOOD, "32 signatures, its own", bytes(&more(MOST, &own)));
    vectors.add("signatures", "33, its own", bytes(&more(MOST + 1, &own)));
    let certified = vectors.add(GOOD, "32 signatures, most by another", bytes(&more(MOST, &others)));
    certified["authority"] = STANDARD.encode(bytes(&house.small())).into();
    certified["certified"] = true.into();
    vectors.add("signatures", "33, most by another", bytes(&more(MOST + 1, &others)));
    let behind = |count: usize| {
        let made = others(0);
        bytes(&[&parts[..], &vec![made; count - there]].concat())
    };
    vectors.add(GOOD, "32 signatures, most where they mean nothing", behind(MOST));
    vectors.add("signatures", "33, most where they mean nothing", behind(MOST + 1));

    let (signing, max) = (Hand::new("a subkey that signs", CREATED), Hand::new("Max", CREATED));
    let over_signing = [femke.over_key(), framed(&signing.body())].concat();
    let back = |by: &Hand| subpacket(32, &by.signs(BINDS_BACK, CREATED).over(&over_signing));
    // The primary key's, the user id's and the binding; of those within it only the last is good.
    let within = |count: usize| {
        let backs = [back(&max).repeat(count - there - 1), back(&signing)].concat();
        let mut binding = femke.key.signs(BINDS, CREATED).with(&SIGN);
        binding.unhashed = backs;
        let bound = [(SUBKEY, signing.body()), signature(binding.over(&over_signing))];
        bytes(&[&parts[..4], &bound].concat())
    };
    vectors.add(GOOD, "32 signatures, most of them back", within(MOST));
    vectors.add("signatures", "33, most of them back", within(MOST + 1));

    let mut cut = more(MOST + 1, &own);
    cut.last_mut().unwrap().1.pop();
    vectors.add("malformed", "33 signatures, the last cut short", bytes(&cut));
    let mut strange = more(MOST + 1, &own);
    strange[0].1[7] = 0x2c;
    vectors.add("signatures", "33 by a key on another curve", bytes(&strange));
}

#[test]
fn certs() {
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
    let mut wrong = vec![];
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let vector: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let got = judged(&vector);
        if got != vector["expect"] {
            wrong.push(format!("{}: {got}", path.display()));
        }
        count += 1;
    }
    assert_eq!(wrong, [""; 0]);
    assert!(count >= 100, "only {count} vectors found");
}

fn judged(vector: &Value) -> &'static str {
    let decoded = |name: &str| STANDARD.decode(vector[name].as_str().unwrap()).unwrap();
    let cert = match PublicCert::parse(&decoded("cert")) {
        Ok(cert) => cert,
        Err(bad) => return bad.code(),
    };
    if vector["expect"] != GOOD {
        return GOOD;
    }
    assert_eq!(vector["fingerprint"], cert.fingerprint().to_string());
    assert_eq!(vector["user-id"], cert.user_id());
    if let Some(certified) = vector.get("certified") {
        let authority = PublicCert::parse(&decoded("authority")).unwrap();
        assert_eq!(*certified, is_certified_by(&cert, &authority), "{}", vector["comment"]);
    }
    GOOD
}
