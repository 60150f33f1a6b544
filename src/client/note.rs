//! Notes: what is written to a sealed part of a statement, be it a reason, an outcome, or the grounds of
//! a roster.
//!
//! A note is one JSON object, then spaces, and a line feed as the last byte, up to whole KiB, so that its
//! length tells little: who refuses with one word looks like who refuses with a page.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::protocol::id::MemberId;

use super::error::{ClientError, Result};

/// Notes are padded to a multiple of this many bytes.
const STEP: usize = 1024;
/// No note is longer than this many bytes.
const MOST: usize = 64 * STEP;

/// A text: a reason, or an outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    pub text: String,
}

/// Why each participant of a roster may lawfully be present (9.2e).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grounds {
    pub grounds: Vec<Ground>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ground {
    pub member: MemberId,
    pub ground: String,
}

impl Grounds {
    /// The ground that was given for a member.
    pub fn of(&self, member: MemberId) -> Option<&str> {
        self.grounds.iter().find(|ground| ground.member == member).map(|ground| ground.ground.as_str())
    }
}

/// The padded bytes to seal. Refuses a note that is too long.
pub fn to_bytes(note: &impl Serialize) -> Result<Zeroizing<Vec<u8>>> {
    to_bytes_within(note, MOST)
}

/// The same, for a note of at most so many bytes, whole KiB.
pub fn to_bytes_within(note: &impl Serialize, most: usize) -> Result<Zeroizing<Vec<u8>>> {
    let json = Zeroizing::new(serde_json::to_vec(note).map_err(ClientError::input)?);
    padded(&json, (json.len() + 1).next_multiple_of(STEP), most)
}

/// The same, but of a certain length, whatever the note says.
pub fn of_length(note: &impl Serialize, length: usize) -> Result<Zeroizing<Vec<u8>>> {
    let json = Zeroizing::new(serde_json::to_vec(note).map_err(ClientError::input)?);
    padded(&json, length.max(json.len() + 1), length)
}

fn padded(json: &[u8], length: usize, most: usize) -> Result<Zeroizing<Vec<u8>>> {
    if length > most {
        let most = most / STEP;
        return Err(ClientError::said(
            "note-too-long",
            format!("De tekst is te lang (hoogstens {most} KB). Maak de tekst korter, of voeg een stuk toe."),
            format!("The text is too long ({most} KB at most). Make it shorter, or contribute a file."),
        ));
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(length));
    bytes.extend_from_slice(json);
    bytes.resize(length - 1, b' ');
    bytes.push(b'\n');
    Ok(bytes)
}

/// Reads what [`to_bytes`] writes.
pub fn from_bytes<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    from_bytes_within(bytes, MOST)
}

/// Reads what [`to_bytes_within`] writes.
pub fn from_bytes_within<T: DeserializeOwned>(bytes: &[u8], most: usize) -> Result<T> {
    const WHAT: ClientError = ClientError::BadAnswer { what: "note" };
    if bytes.len() > most || !bytes.len().is_multiple_of(STEP) {
        return Err(WHAT);
    }
    serde_json::from_slice(bytes).map_err(|_| WHAT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_and_a_long_reason_look_alike() {
        let short = to_bytes(&Text { text: "nee".into() }).unwrap();
        let long = to_bytes(&Text { text: "x".repeat(900) }).unwrap();
        assert_eq!((short.len(), long.len()), (STEP, STEP));
        assert_eq!(from_bytes::<Text>(&short).unwrap().text, "nee");
        assert!(to_bytes(&Text { text: "x".repeat(MOST) }).is_err());
        assert!(from_bytes::<Text>(&short[..1000]).is_err());
        assert!(from_bytes::<Grounds>(&short).is_err());
    }
}
