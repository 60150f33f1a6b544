//! A row of signed statements with their attachments, as it is sent to the hub and kept in files.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};

use crate::protocol::id::Digest;
use crate::protocol::lines::BadStatement;
use crate::protocol::statement::Statement;

/// One transaction: all of it is recorded, or none. JSON, bytes in standard base64:
/// `{"entries":[{"statement":"…","signature":"…"}],"attachments":["…"]}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    pub entries: Vec<Signed>,
    #[serde(with = "all_base64")]
    pub attachments: Vec<Vec<u8>>,
}

/// A statement's exact text and its signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    pub statement: String,
    #[serde(with = "as_base64")]
    pub signature: Vec<u8>,
}

impl Signed {
    /// The digest that names the statement.
    pub fn id(&self) -> Digest {
        Digest::of(self.statement.as_bytes())
    }

    /// Reads the statement.
    pub fn parse(&self) -> Result<Statement, BadStatement> {
        Statement::parse(self.statement.as_bytes())
    }
}

impl Batch {
    /// An attachment by its SHA-256 digest.
    pub fn attachment(&self, digest: Digest) -> Option<&[u8]> {
        self.attachments.iter().find(|bytes| Digest::of(bytes) == digest).map(Vec::as_slice)
    }
}

/// Bytes as standard base64 in JSON.
pub mod as_base64 {
    use super::*;

    pub fn serialize<S: serde::Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64_STANDARD.encode(bytes))
    }

    pub fn deserialize<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        BASE64_STANDARD.decode(text).map_err(|_| serde::de::Error::custom("not standard base64"))
    }
}

mod all_base64 {
    use super::*;

    pub fn serialize<S: serde::Serializer>(all: &[Vec<u8>], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(all.iter().map(|bytes| BASE64_STANDARD.encode(bytes)))
    }

    pub fn deserialize<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<Vec<u8>>, D::Error> {
        let texts = Vec::<String>::deserialize(deserializer)?;
        let decode = |text: &String| BASE64_STANDARD.decode(text);
        let all: Result<Vec<_>, _> = texts.iter().map(decode).collect();
        all.map_err(|_| serde::de::Error::custom("not standard base64"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Vector {
        expect: String,
        what: String,
        json: String,
    }

    #[test]
    fn what_says_something_twice_or_holds_half_a_character_is_no_batch() {
        let file = include_str!("../../tests/vectors/json/batches.json");
        let vectors: Vec<Vector> = serde_json::from_str(file).unwrap();
        for Vector { expect, what, json } in vectors {
            let read = serde_json::from_slice::<Batch>(json.as_bytes());
            assert_eq!(read.is_ok(), expect == "good", "{what}: {read:?}");
        }
    }
}
