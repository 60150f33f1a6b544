//! The codes on paper: a member's recovery code, and the slip with which one enrols.
//!
//! Both are 160 random bits, written as 32 characters of Crockford's base32
//! (<https://www.crockford.com/base32.html>) and his check symbol: the number modulo 37, for which he
//! adds `*~$=U` to the alphabet. It finds every wrong character and every two swapped ones, and anyone
//! can compute it from his page. What the bits are for is settled by HKDF-SHA256 (RFC 5869, no salt).

use ring::hkdf::{HKDF_SHA256, Salt};
use ring::hmac;
use ring::rand::SecureRandom;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::id::Mac;
use super::seal::SealingKey;

/// The digits of a code, and behind them those that only its check symbol can be.
const SYMBOLS: &[u8; 37] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";
const BYTES: usize = 20;
/// The characters that carry bits; the check symbol follows them.
const DIGITS: usize = 32;
const GROUP: usize = 4;

/// Why a code as typed is not one. Says nothing of what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadCode {
    /// How many characters there are, without dashes and spaces.
    #[error("a code has 33 characters, this has {0}")]
    Length(usize),
    /// Which character it is, counted from 1, without dashes and spaces.
    #[error("character {0} can't be in a code")]
    Character(usize),
    #[error("there is a mistake in the code: compare it with the paper, character by character")]
    Check,
}

impl BadCode {
    /// The short name of the reason, as the shared vectors write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Length(_) => "length",
            Self::Character(_) => "character",
            Self::Check => "check",
        }
    }
}

/// The bits of either code.
#[derive(Zeroize, ZeroizeOnDrop)]
struct Code([u8; BYTES]);

impl Code {
    fn generate(random: &dyn SecureRandom) -> Result<Self, ring::error::Unspecified> {
        let mut code = Self([0; BYTES]);
        random.fill(&mut code.0)?;
        Ok(code)
    }

    /// Reads small letters as capitals, O as 0, I and L as 1, and passes over dashes and blanks.
    fn parse(text: &str) -> Result<Self, BadCode> {
        let skipped = |c: &char| matches!(c, '-' | ' ' | '\t' | '\r' | '\n');
        let length = text.chars().filter(|c| !skipped(c)).count();
        if length != DIGITS + 1 {
            return Err(BadCode::Length(length));
        }
        let mut values = Zeroizing::new([0; DIGITS + 1]);
        for (i, c) in text.chars().filter(|c| !skipped(c)).enumerate() {
            let symbols = if i < DIGITS { &SYMBOLS[..32] } else { SYMBOLS };
            values[i] = value(c, symbols).ok_or(BadCode::Character(i + 1))?;
        }
        let code = Self::from_values(&values);
        if code.check() == values[DIGITS] { Ok(code) } else { Err(BadCode::Check) }
    }

    fn from_values(values: &[u8; DIGITS + 1]) -> Self {
        let mut code = Self([0; BYTES]);
        // Eight characters of five bits are five bytes.
        for (five, eight) in code.0.chunks_exact_mut(5).zip(values.chunks_exact(8)) {
            let bits = eight.iter().fold(0u64, |bits, value| bits << 5 | u64::from(*value));
            five.copy_from_slice(&bits.to_be_bytes()[3..]);
        }
        code
    }

    fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(DIGITS + DIGITS / GROUP + 1));
        for five in self.0.chunks_exact(5) {
            let bits = five.iter().fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
            for place in (0..8).rev() {
                text.push(SYMBOLS[(bits >> (5 * place) & 31) as usize].into());
                if place % GROUP == 0 {
                    text.push('-');
                }
            }
        }
        text.push(SYMBOLS[usize::from(self.check())].into());
        text
    }

    fn check(&self) -> u8 {
        // Below 37 at each step, so it fits.
        self.0.iter().fold(0u16, |rest, byte| (rest * 256 + u16::from(*byte)) % 37) as u8
    }

    fn derive(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        derived(&self.0, purpose)
    }
}

/// 32 bytes for one purpose, of a secret.
pub(super) fn derived(secret: &[u8], purpose: &str) -> Zeroizing<[u8; 32]> {
    let mut bytes = Zeroizing::new([0; 32]);
    let extracted = Salt::new(HKDF_SHA256, &[]).extract(secret);
    let info = [purpose.as_bytes()];
    let derived = extracted.expand(&info, HKDF_SHA256).and_then(|derived| derived.fill(&mut *bytes));
    // Cannot fail: 32 bytes are within HKDF's bounds.
    derived.expect("32 bytes are within HKDF's bounds");
    bytes
}

fn value(c: char, symbols: &[u8]) -> Option<u8> {
    let c = match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        c => c,
    };
    symbols.iter().position(|symbol| char::from(*symbol) == c).map(|value| value as u8)
}

/// A code of its own type, so that nobody can take one for the other.
macro_rules! code {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        pub struct $name(Code);

        impl $name {
            /// A new code. Errors when the source of randomness fails.
            pub fn generate(random: &dyn SecureRandom) -> Result<Self, ring::error::Unspecified> {
                Code::generate(random).map(Self)
            }

            /// Reads a code as people type it: small letters, O for 0, I or L for 1, any dashes and spaces.
            /// Refuses, in this order, for its length, a character, the check symbol.
            pub fn parse(text: &str) -> Result<Self, BadCode> {
                Code::parse(text).map(Self)
            }

            /// The code for paper or screen: eight groups of four and the check symbol, with dashes between.
            pub fn to_text(&self) -> Zeroizing<String> {
                self.0.to_text()
            }
        }
    };
}

code!(
    /// What opens a member's key bundle when there is no passkey at hand.
    RecoveryCode
);
code!(
    /// What the house hands a person, outside the hub, to enrol with.
    SlipCode
);

impl RecoveryCode {
    /// The age identity that the bundle is sealed to (info `zegel/1 recovery identity`).
    pub fn identity(&self) -> SealingKey {
        SealingKey::from_bytes(&self.0.derive("zegel/1 recovery identity"))
    }

    /// The unguessable id by which the bundle is fetched (info `zegel/1 recovery fetch id`).
    pub fn fetch_id(&self) -> Zeroizing<[u8; 32]> {
        self.0.derive("zegel/1 recovery fetch id")
    }
}

impl SlipCode {
    /// What lets the hub take one `key` statement; its digest is in the `slip` (info `zegel/1 slip ticket`).
    pub fn ticket(&self) -> Zeroizing<[u8; 32]> {
        self.0.derive("zegel/1 slip ticket")
    }

    /// The HMAC key that never reaches the hub (info `zegel/1 slip secret`).
    pub fn secret(&self) -> SlipSecret {
        SlipSecret(self.0.derive("zegel/1 slip secret"))
    }
}

/// What the authority keeps of a slip, to see that a key came from whoever holds the paper.
pub struct SlipSecret(Zeroizing<[u8; 32]>);

impl SlipSecret {
    /// A secret that was kept; the given bytes remain with the caller.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(Zeroizing::new(*bytes))
    }

    /// The secret itself, for the authority to keep.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// HMAC-SHA256 over what the `key` statement says.
    pub fn authenticate(&self, message: &[u8]) -> Mac {
        let mut mac = Mac([0; 32]);
        mac.0.copy_from_slice(hmac::sign(&self.key(), message).as_ref());
        mac
    }

    /// True if the code was made with this secret. Takes the same time either way.
    pub fn matches(&self, message: &[u8], mac: &Mac) -> bool {
        hmac::verify(&self.key(), message, &mac.0).is_ok()
    }

    fn key(&self) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, &*self.0)
    }
}
