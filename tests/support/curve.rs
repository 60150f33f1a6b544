//! Ed25519 by hand: keys and signatures that nobody makes by accident, and OpenPGP packets around them.

#![allow(dead_code, reason = "not every test needs all of it")]

use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use ring::digest::{Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA384, SHA512, digest};

/// The group's order, the lowest octet first.
const ORDER: [u8; 32] = {
    let low = [237, 211, 245, 92, 26, 99, 18, 88, 214, 156, 247, 162, 222, 249, 222, 20];
    let mut order = [0; 32];
    let mut place = 0;
    while place < low.len() {
        order[place] = low[place];
        place += 1;
    }
    order[31] = 0x10;
    order
};

/// The neutral point, and two more spellings of it.
pub const NEUTRAL: [u8; 32] = spelled(1, 0, 0);
pub const NEUTRAL_NEGATIVE: [u8; 32] = spelled(1, 0, 0x80);
pub const NEUTRAL_AND_PRIME: [u8; 32] = spelled(0xee, 0xff, 0x7f);

const fn spelled(first: u8, middle: u8, last: u8) -> [u8; 32] {
    let mut point = [middle; 32];
    (point[0], point[31]) = (first, last);
    point
}

/// In which way a signature is made.
#[derive(Clone, Copy, PartialEq)]
pub enum Way {
    /// As it should be: the equation holds.
    Exact,
    /// It holds only after both sides were multiplied by eight.
    Cofactored,
    /// Its second number is too large by the group's order.
    LargeS,
    /// Its point is the neutral one, spelled so; the equation holds.
    Neutral([u8; 32]),
}

/// A key by hand, whose point may have a part of small order.
pub struct Hand {
    scalar: Scalar,
    small: EdwardsPoint,
    /// As it stands in the packet.
    point: [u8; 32],
    created: u32,
}

impl Hand {
    pub fn new(name: &str, created: u32) -> Self {
        Self::of(name, created, EIGHT_TORSION[0])
    }

    /// With a part of order 8.
    pub fn mixed(name: &str, created: u32) -> Self {
        Self::of(name, created, EIGHT_TORSION[1])
    }

    /// With a point of small order and nothing else, the n-th multiple of one of order 8: whoever sees it can sign.
    pub fn small(multiple: usize, created: u32) -> Self {
        let small = EIGHT_TORSION[multiple];
        Self { scalar: Scalar::ZERO, small, point: small.compress().to_bytes(), created }
    }

    /// With the neutral point, spelled so.
    pub fn neutral(point: [u8; 32], created: u32) -> Self {
        Self { point, ..Self::small(0, created) }
    }

    fn of(name: &str, created: u32, small: EdwardsPoint) -> Self {
        let scalar = wide(&[name.as_bytes()]);
        let point = (ED25519_BASEPOINT_POINT * scalar + small).compress().to_bytes();
        Self { scalar, small, point, created }
    }

    /// The body of its public packet (RFC 9580 section 5.5.2).
    pub fn body(&self) -> Vec<u8> {
        let head = [&[4][..], &self.created.to_be_bytes(), &[22]].concat();
        [&head, &b"\x09\x2b\x06\x01\x04\x01\xda\x47\x0f\x01\x01\x07\x40"[..], &self.point].concat()
    }

    pub fn fingerprint(&self) -> Vec<u8> {
        digest(&SHA1_FOR_LEGACY_USE_ONLY, &framed(&self.body())).as_ref().to_vec()
    }

    /// A signature that names this key, with SHA-512.
    pub fn signs(&self, typ: u8, at: u32) -> Making<'_> {
        let issuer = subpacket(33, &[&[4], &self.fingerprint()[..]].concat());
        Making { key: self, typ, at, hash: 10, issuer, more: vec![], unhashed: vec![], way: Way::Exact }
    }

    fn numbers(&self, text: &[u8], way: Way) -> ([u8; 32], [u8; 32]) {
        let challenge = |point: &[u8; 32]| wide(&[point, &self.point, text]);
        if let Way::Neutral(point) = way {
            return (point, (challenge(&point) * self.scalar).to_bytes());
        }
        let is_mixed = self.small != EIGHT_TORSION[0];
        // A key without a part of small order leaves it to the signature to have one.
        let small = EIGHT_TORSION[usize::from(way == Way::Cofactored && !is_mixed)];
        let tries = (0u8..=255).map(|count| {
            let nonce = wide(&[self.scalar.as_bytes(), text, &[count]]);
            let point = (ED25519_BASEPOINT_POINT * nonce + small).compress().to_bytes();
            (nonce, point, challenge(&point))
        });
        let holds = |k: &Scalar| small + self.small * k == EIGHT_TORSION[0];
        // One in eight is as it should be.
        let found = tries.into_iter().find(|(_, _, k)| holds(k) != (way == Way::Cofactored));
        let (nonce, point, k) = found.unwrap();
        let s = (nonce + k * self.scalar).to_bytes();
        (point, if way == Way::LargeS { plus_order(s) } else { s })
    }
}

/// A version 4 signature (RFC 9580 section 5.2.3) that is being made. Its parts are subpackets.
pub struct Making<'a> {
    pub key: &'a Hand,
    pub typ: u8,
    pub at: u32,
    /// By its number.
    pub hash: u8,
    pub issuer: Vec<u8>,
    pub more: Vec<u8>,
    pub unhashed: Vec<u8>,
    pub way: Way,
}

impl Making<'_> {
    pub fn with(mut self, more: &[u8]) -> Self {
        self.more.extend(more);
        self
    }

    /// Signs these bytes; gives the packet's body.
    pub fn over(self, over: &[u8]) -> Vec<u8> {
        let hashed = [subpacket(2, &self.at.to_be_bytes()), self.issuer, self.more].concat();
        let sized = |area: &[u8]| [&u16::try_from(area.len()).unwrap().to_be_bytes(), area].concat();
        let head = [&[4, self.typ, 22, self.hash], &sized(&hashed)[..]].concat();
        let trailer = [&[4, 0xff], &u32::try_from(head.len()).unwrap().to_be_bytes()[..]].concat();
        let signed = digest(algorithm(self.hash), &[over, &head, &trailer].concat());
        let (r, s) = self.key.numbers(signed.as_ref(), self.way);
        [&head[..], &sized(&self.unhashed), &signed.as_ref()[..2], &number(&r), &number(&s)].concat()
    }
}

fn algorithm(hash: u8) -> &'static Algorithm {
    match hash {
        2 => &SHA1_FOR_LEGACY_USE_ONLY,
        8 => &SHA256,
        9 => &SHA384,
        _ => &SHA512,
    }
}

fn wide(parts: &[&[u8]]) -> Scalar {
    let hash = digest(&SHA512, &parts.concat());
    Scalar::from_bytes_mod_order_wide(hash.as_ref().try_into().unwrap())
}

fn plus_order(mut number: [u8; 32]) -> [u8; 32] {
    let mut carry = 0;
    for (octet, more) in number.iter_mut().zip(ORDER) {
        let sum = u16::from(*octet) + u16::from(more) + carry;
        (*octet, carry) = (sum.to_be_bytes()[1], sum >> 8);
    }
    number
}

/// RFC 9580 section 3.2.
fn number(bytes: &[u8]) -> Vec<u8> {
    let zeros = bytes.iter().take_while(|octet| **octet == 0).count();
    let bits = (bytes.len() - zeros) * 8 - bytes.get(zeros).map_or(0, |octet| octet.leading_zeros() as usize);
    [&u16::try_from(bits).unwrap().to_be_bytes()[..], &bytes[zeros..]].concat()
}

/// As fingerprints and signatures hash a key.
pub fn framed(body: &[u8]) -> Vec<u8> {
    [&[0x99], &u16::try_from(body.len()).unwrap().to_be_bytes()[..], body].concat()
}

/// As signatures hash a user id.
pub fn framed_user_id(text: &[u8]) -> Vec<u8> {
    [&[0xb4], &u32::try_from(text.len()).unwrap().to_be_bytes()[..], text].concat()
}

pub fn subpacket(typ: u8, body: &[u8]) -> Vec<u8> {
    let length = body.len() + 1;
    let length = if length < 192 {
        vec![length as u8]
    } else {
        vec![((length - 192) >> 8) as u8 + 192, (length - 192) as u8]
    };
    [&length, &[typ][..], body].concat()
}

/// A packet of the new format with a length of four octets.
pub fn packet(tag: u8, body: &[u8]) -> Vec<u8> {
    [&[0xc0 | tag, 0xff], &u32::try_from(body.len()).unwrap().to_be_bytes()[..], body].concat()
}

/// A cert with nothing but this key, which certifies and signs, and this user id.
pub fn cert(key: &Hand, user_id: &str, at: u32, way: Way) -> Vec<u8> {
    let over = [framed(&key.body()), framed_user_id(user_id.as_bytes())].concat();
    let mut certification = key.signs(0x13, at).with(&subpacket(27, &[3]));
    certification.way = way;
    [packet(6, &key.body()), packet(13, user_id.as_bytes()), packet(2, &certification.over(&over))].concat()
}
