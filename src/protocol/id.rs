//! The names that statements use for people, partners, vaults, meetings, cases and bytes.
//!
//! Each is parsed once, at the door, into a type of its own; what would be written otherwise is
//! refused, so equal things have equal text.

use std::fmt;
use std::str::FromStr;

use ring::rand::SecureRandom;
use serde::{Deserialize, Serialize};

/// A text that is not what its place asks for. Says what the place asks for, never the text itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not {0}")]
pub struct NotA(pub &'static str);

/// The alphabet of random ids and recovery codes: Crockford's base32, lower case here.
pub const CROCKFORD: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Parses from and prints as text, and travels as that text in JSON.
macro_rules! as_text {
    ($name:ident) => {
        impl TryFrom<String> for $name {
            type Error = NotA;
            fn try_from(text: String) -> Result<Self, NotA> {
                text.parse()
            }
        }
        impl From<$name> for String {
            fn from(value: $name) -> String {
                value.to_string()
            }
        }
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, f)
            }
        }
    };
}
#[allow(unused_imports)]
pub(crate) use as_text;

/// Thirty-two bytes as `PREFIX:` and 64 lower-case hexadecimal digits.
macro_rules! thirty_two_bytes {
    ($(#[$doc:meta])* $name:ident, $prefix:literal, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(pub [u8; 32]);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, ":{}"), hex::encode(self.0))
            }
        }
        impl FromStr for $name {
            type Err = NotA;
            fn from_str(text: &str) -> Result<Self, NotA> {
                let digits = text.strip_prefix(concat!($prefix, ":")).ok_or(NotA($what))?;
                Ok(Self(hex32(digits).ok_or(NotA($what))?))
            }
        }
        as_text!($name);
    };
}

/// Reads exactly 64 lower-case hexadecimal digits.
pub fn hex32(digits: &str) -> Option<[u8; 32]> {
    let lower = |c: &u8| c.is_ascii_digit() || (b'a'..=b'f').contains(c);
    if digits.len() != 64 || !digits.as_bytes().iter().all(lower) {
        return None;
    }
    hex::decode(digits).ok()?.try_into().ok()
}

thirty_two_bytes!(
    /// A SHA-256 digest, shown as `sha256:` and 64 hexadecimal digits. A statement's digest is its id.
    Digest, "sha256", "a digest (sha256: and 64 lower-case hexadecimal digits)"
);
thirty_two_bytes!(
    /// An HMAC-SHA256 value, shown as `hmac-sha256:` and 64 hexadecimal digits.
    Mac, "hmac-sha256", "a code (hmac-sha256: and 64 lower-case hexadecimal digits)"
);

impl Digest {
    /// The SHA-256 digest of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let mut digest = [0; 32];
        digest.copy_from_slice(ring::digest::digest(&ring::digest::SHA256, bytes).as_ref());
        Self(digest)
    }
}

/// A random id: a prefix that says what it names and 16 characters, 80 bits, without meaning.
macro_rules! random_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name([u8; 16]);

        impl $name {
            /// A new id. Errors when the source of randomness fails.
            pub fn new(random: &dyn SecureRandom) -> Result<Self, ring::error::Unspecified> {
                Ok(Self(random_characters(random)?))
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str($prefix)?;
                self.0.iter().try_for_each(|c| write!(f, "{}", *c as char))
            }
        }
        impl FromStr for $name {
            type Err = NotA;
            fn from_str(text: &str) -> Result<Self, NotA> {
                let characters = text.strip_prefix($prefix).ok_or(NotA($what))?.as_bytes();
                if !characters.iter().all(|c| CROCKFORD.contains(c)) {
                    return Err(NotA($what));
                }
                Ok(Self(characters.try_into().map_err(|_| NotA($what))?))
            }
        }
        as_text!($name);
    };
}

fn random_characters(random: &dyn SecureRandom) -> Result<[u8; 16], ring::error::Unspecified> {
    let mut bytes = [0u8; 16];
    random.fill(&mut bytes)?;
    Ok(bytes.map(|byte| CROCKFORD[usize::from(byte & 31)]))
}

random_id!(
    /// A membership: one person's place at one partner. It stays when the keys change.
    MemberId, "mem_", "a membership (mem_ and 16 characters)"
);
random_id!(
    /// An organisation that signed the agreement, or that is named in it.
    PartnerId, "par_", "a partner (par_ and 16 characters)"
);
random_id!(
    /// A vault: of a partner, of the house, or of a case.
    VaultId, "vlt_", "a vault (vlt_ and 16 characters)"
);
random_id!(
    /// A meeting, which has a roster for each time that it changes.
    MeetingId, "mtg_", "a meeting (mtg_ and 16 characters)"
);

/// The number of a case, `ZVH-2026-0014`: the year it began in, and a count within that year.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CaseNumber {
    pub year: u16,
    pub count: u32,
}

impl fmt::Display for CaseNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ZVH-{:04}-{:04}", self.year, self.count)
    }
}

impl FromStr for CaseNumber {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Self, NotA> {
        const WHAT: NotA = NotA("a case number (ZVH-2026-0014)");
        let rest = text.strip_prefix("ZVH-").ok_or(WHAT)?;
        let (year, count) = rest.split_once('-').ok_or(WHAT)?;
        let digits = |text: &str| text.bytes().all(|c| c.is_ascii_digit());
        if year.len() != 4 || count.len() > 6 || !digits(year) || !digits(count) {
            return Err(WHAT);
        }
        let number = Self { year: year.parse().map_err(|_| WHAT)?, count: count.parse().map_err(|_| WHAT)? };
        // One number has one text: no second spelling with more zeros, and the count begins at 1.
        if number.count == 0 || number.to_string() != text {
            return Err(WHAT);
        }
        Ok(number)
    }
}
as_text!(CaseNumber);

/// The hub's name on the slip: a host name in lower case, also the passkeys' RP id.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HubName(String);

impl HubName {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HubName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for HubName {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Self, NotA> {
        let label = |label: &str| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-')
        };
        if text.len() > 253 || !text.split('.').all(label) {
            return Err(NotA("a host name in lower case"));
        }
        Ok(Self(text.to_owned()))
    }
}
as_text!(HubName);

/// A moment to the second, always UTC: `2026-12-01T08:00:00Z`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Moment(i64);

impl Moment {
    /// From seconds since 1970. Clamped to the years 2000 to 9999, which is all that a statement can say.
    pub fn from_unix(seconds: i64) -> Self {
        Self(seconds.clamp(946_684_800, 253_402_300_799))
    }

    /// Seconds since 1970.
    pub fn unix(self) -> i64 {
        self.0
    }

    /// This moment and so many seconds more (or fewer).
    pub fn plus(self, seconds: i64) -> Self {
        Self::from_unix(self.0.saturating_add(seconds))
    }

    /// The year in UTC, 2000 to 9999.
    pub fn year(self) -> u16 {
        self.to_string()[..4].parse().unwrap_or(2000)
    }
}

/// A civil time is read and written as UTC, since jiff's timestamps end a day before the year 9999 does.
const EPOCH: jiff::civil::DateTime = jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0);

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let civil = EPOCH.checked_add(jiff::SignedDuration::from_secs(self.0)).map_err(|_| fmt::Error)?;
        write!(f, "{civil:.0}Z")
    }
}

impl FromStr for Moment {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Self, NotA> {
        const WHAT: NotA = NotA("a moment in UTC (2026-12-01T08:00:00Z)");
        let civil: jiff::civil::DateTime = text.strip_suffix('Z').ok_or(WHAT)?.parse().map_err(|_| WHAT)?;
        let moment = Self(civil.duration_since(EPOCH).as_secs());
        // jiff reads many spellings, and a leap second as the one before: only the one we write counts.
        if moment != Self::from_unix(moment.0) || moment.to_string() != text {
            return Err(WHAT);
        }
        Ok(moment)
    }
}
as_text!(Moment);

/// A calendar day, `2026-12-01`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(jiff::civil::Date);

impl Day {
    /// The first moment after this day, in UTC: what is kept until a day is kept through it.
    pub fn ends(self) -> Moment {
        let midnight = self.0.tomorrow().map(|day| day.at(0, 0, 0, 0).duration_since(EPOCH).as_secs());
        Moment::from_unix(midnight.unwrap_or(i64::MAX))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl FromStr for Day {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Self, NotA> {
        const WHAT: NotA = NotA("a day (2026-12-01)");
        let day = Self(text.parse().map_err(|_| WHAT)?);
        if !(2000..=9999).contains(&day.0.year()) || day.to_string() != text {
            return Err(WHAT);
        }
        Ok(day)
    }
}
as_text!(Day);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_one_spelling() {
        let good = "2026-12-01T08:00:00Z";
        assert_eq!(good.parse::<Moment>().unwrap().to_string(), good);
        assert_eq!(Moment::from_unix(i64::MAX).to_string(), "9999-12-31T23:59:59Z");
        assert_eq!(Moment::from_unix(i64::MIN).to_string(), "2000-01-01T00:00:00Z");
        assert_eq!("9999-12-31".parse::<Day>().unwrap().ends(), Moment::from_unix(i64::MAX));
        assert_eq!("2028-02-29".parse::<Day>().unwrap().ends().to_string(), "2028-03-01T00:00:00Z");
        for bad in [
            "2026-02-30T08:00:00Z",
            "2026-12-01T24:00:00Z",
            "2026-12-01T23:59:60Z",
            "2026-12-01t08:00:00z",
            "2026-12-01 08:00:00Z",
            "2026-12-01T08:00:00.0Z",
            "2026-12-01T08:00:00+00:00",
            "2026-12-01T08:00Z",
            "1999-12-31T23:59:59Z",
        ] {
            assert!(bad.parse::<Moment>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_case_number_has_one_spelling() {
        for good in ["ZVH-2026-0001", "ZVH-2026-9999", "ZVH-2026-10000"] {
            assert_eq!(good.parse::<CaseNumber>().unwrap().to_string(), good);
        }
        for bad in ["ZVH-2026-1", "ZVH-2026-00001", "ZVH-2026-0000", "zvh-2026-0001", "ZVH-26-0001"] {
            assert!(bad.parse::<CaseNumber>().is_err(), "{bad}");
        }
    }

    #[test]
    fn ids_refuse_other_alphabets_and_lengths() {
        let id = MemberId::new(&ring::rand::SystemRandom::new()).unwrap();
        assert_eq!(id.to_string().parse(), Ok(id));
        for bad in ["mem_0k", "mem_0123456789ABCDEF", "mem_0123456789abcdei", "par_0123456789abcdef"] {
            assert!(bad.parse::<MemberId>().is_err(), "{bad}");
        }
    }
}
