//! The three keys: of a file, of who opens it, and the public one that it is sealed to.

use std::fmt;
use std::str::FromStr;

use age_core::primitives::{bech32_decode, bech32_encode};
use age_core::secrecy::ExposeSecret;
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::Refused;
use crate::protocol::id::{Mac, NotA, as_text};

/// What the commitment to a file key authenticates.
const COMMITMENT: &[u8] = b"zegel/1 commit";

/// The key of one payload: 16 random bytes, never shown.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct FileKey([u8; 16]);

impl FileKey {
    /// A new key. Errors when the system gives no random bytes.
    pub fn generate() -> Result<Self, Refused> {
        let mut key = Self([0; 16]);
        #[expect(clippy::disallowed_methods, reason = "a file key is drawn where it is made")]
        SystemRandom::new().fill(&mut key.0).map_err(|_| Refused::NoRandomness)?;
        Ok(key)
    }

    /// A key that was kept elsewhere; the given bytes remain with the caller.
    pub fn from_bytes(bytes: &[u8; 16]) -> Self {
        Self(*bytes)
    }

    pub(crate) fn bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The code that binds a statement to this one key: HMAC-SHA256 under it over `zegel/1 commit`.
    /// Without it one payload could be made to open to two texts, under two keys.
    pub fn commitment(&self) -> Mac {
        let mut mac = Mac([0; 32]);
        mac.0.copy_from_slice(hmac::sign(&self.committing(), COMMITMENT).as_ref());
        mac
    }

    /// True if the commitment is to this key. Takes the same time either way.
    pub fn matches(&self, commitment: &Mac) -> bool {
        hmac::verify(&self.committing(), COMMITMENT, &commitment.0).is_ok()
    }

    fn committing(&self) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, &self.0)
    }
}

/// An age X25519 identity: what a member or a vault opens with. Never shown but by [`SealingKey::to_text`].
///
/// It stays where it is: of a key that is handed on from place to place, a copy would be left behind in each.
pub struct SealingKey(pub(super) Box<age::x25519::Identity>);

impl SealingKey {
    pub fn generate() -> Self {
        Self(Box::new(age::x25519::Identity::generate()))
    }

    /// The identity that has these 32 bytes for its secret (any bytes will do).
    pub fn from_bytes(secret: &[u8; 32]) -> Self {
        let mut text = bech32_encode(bech32::Hrp::parse_unchecked("age-secret-key-"), secret);
        text.make_ascii_uppercase();
        let text = Zeroizing::new(text);
        // Cannot fail: 32 bytes are an X25519 secret.
        Self(Box::new(text.parse().expect("32 bytes are an X25519 secret")))
    }

    /// Reads `AGE-SECRET-KEY-1…`, in upper case, as [`SealingKey::to_text`] and `age-keygen` write it.
    pub fn parse(text: &str) -> Result<Self, NotA> {
        const WHAT: NotA = NotA("an age secret key (AGE-SECRET-KEY-1…)");
        let key = Self(Box::new(text.parse().map_err(|_| WHAT)?));
        if *key.to_text() != text { Err(WHAT) } else { Ok(key) }
    }

    /// `AGE-SECRET-KEY-1…`: the secret itself, for a key bundle or an export.
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.to_string().expose_secret().to_owned())
    }

    pub fn recipient(&self) -> Recipient {
        let key = self.0.to_public();
        Recipient { text: key.to_string(), key }
    }
}

/// An age X25519 recipient, `age1…` in lower case. Equal keys have equal text.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Recipient {
    text: String,
    pub(super) key: age::x25519::Recipient,
}

impl Recipient {
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for Recipient {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Self, NotA> {
        const WHAT: NotA = NotA("an age recipient (age1…)");
        let key: age::x25519::Recipient = text.parse().map_err(|_| WHAT)?;
        if key.to_string() != text || !is_safe_point(&point(text).ok_or(WHAT)?) {
            return Err(WHAT);
        }
        Ok(Self { text: text.to_owned(), key })
    }
}

fn point(text: &str) -> Option<[u8; 32]> {
    bech32_decode(text, |_| (), |_| Ok(()), |_, bytes| bytes.collect::<Vec<_>>().try_into().map_err(drop))
        .ok()
}

/// The field's prime, 2^255 - 19, as X25519 writes numbers: the lowest byte first.
const PRIME: [u8; 32] = {
    let mut prime = [0xff; 32];
    (prime[0], prime[31]) = (0xed, 0x7f);
    prime
};

/// The u-coordinates of small order below the prime, but for 0, 1 and the prime less one.
const SMALL_ORDER: [&str; 2] = [
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
];

/// False for a second spelling of a point (RFC 7748, section 5, reads these as the first), and for the
/// five points with which anyone could guess what was agreed on: age would stop the program there.
fn is_safe_point(point: &[u8; 32]) -> bool {
    let below_prime = point.iter().rev().lt(PRIME.iter().rev());
    let zero_or_one = point[0] <= 1 && point[1..].iter().all(|byte| *byte == 0);
    let less_one = point[0] == PRIME[0] - 1 && point[1..] == PRIME[1..];
    below_prime && !zero_or_one && !less_one && !SMALL_ORDER.contains(&hex::encode(point).as_str())
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
as_text!(Recipient);

impl PartialEq for Recipient {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}
impl Eq for Recipient {}
impl PartialOrd for Recipient {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Recipient {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.text.cmp(&other.text)
    }
}
impl std::hash::Hash for Recipient {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recipient_at(point: [u8; 32]) -> String {
        bech32_encode(bech32::Hrp::parse_unchecked("age"), &point)
    }

    #[test]
    fn a_recipient_has_one_spelling() {
        let good = SealingKey::generate().recipient().to_string();
        assert_eq!(good.parse::<Recipient>().unwrap().to_string(), good);
        for bad in
            [good.to_uppercase(), format!("{good} "), good.replace("age1", "agf1"), good[..61].to_owned()]
        {
            assert!(bad.parse::<Recipient>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_recipient_that_gives_the_key_away_is_refused() {
        let numbers = ["00", "01", "ec", "ed", "ee", "ff"].map(|low| {
            let rest = if low < "02" { "00".repeat(31) } else { format!("{}7f", "ff".repeat(30)) };
            format!("{low}{rest}")
        });
        for number in numbers.iter().map(String::as_str).chain(SMALL_ORDER) {
            for high_bit in [0, 0x80] {
                let mut point: [u8; 32] = hex::decode(number).unwrap().try_into().unwrap();
                point[31] |= high_bit;
                assert!(recipient_at(point).parse::<Recipient>().is_err(), "{number}");
            }
        }
        assert!(recipient_at([9; 32]).parse::<Recipient>().is_ok());
    }

    #[test]
    fn the_points_of_small_order_are_of_small_order() {
        use ring::agreement::{EphemeralPrivateKey, UnparsedPublicKey, X25519, agree_ephemeral};
        for point in SMALL_ORDER {
            let ours = EphemeralPrivateKey::generate(&X25519, &SystemRandom::new()).unwrap();
            let theirs = UnparsedPublicKey::new(&X25519, hex::decode(point).unwrap());
            assert!(agree_ephemeral(ours, &theirs, |_| ()).is_err(), "{point}");
        }
    }

    #[test]
    fn a_sealing_key_reads_what_it_writes() {
        let key = SealingKey::from_bytes(&[7; 32]);
        assert!(SealingKey::parse(&key.to_text()).is_ok_and(|again| again.recipient() == key.recipient()));
        assert!(SealingKey::parse(&key.to_text().to_lowercase()).is_err());
    }
}
