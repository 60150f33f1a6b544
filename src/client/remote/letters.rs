//! Letters at the hub: the mail of one, and how it went.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Remote;
use super::exchange::Ask;
use crate::client::error::Result;
use crate::protocol::id::{Digest, NotA};
use crate::protocol::mime::MAX_MAIL;

/// How it went with a letter's mail, by the hub's word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivered {
    pub state: MailState,
    pub attempts: u64,
    /// Why it did not succeed the last time.
    pub last_failure: Option<MailFailure>,
}

/// How far the mail is. Any other word of the hub's is no answer: what a terminal shows, we write ourselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MailState {
    Waiting,
    Sent,
    GivenUp,
    /// It is not mailed.
    Portal,
}

/// All reasons that a hub may give.
pub const FAILURES: [&str; 14] = [
    "unreachable",
    "timed-out",
    "broken-off",
    "insecure",
    "not-let-in",
    "refused-for-now",
    "refused",
    "no-room",
    "not-in-force",
    "key-revoked",
    "author-revoked",
    "address-changed",
    "not-sealed",
    "unreadable",
];

/// Why mail was not handed over: one word of [`FAILURES`], and what the mail server said as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MailFailure {
    pub word: &'static str,
    pub code: Option<u16>,
}

impl FromStr for MailFailure {
    type Err = NotA;

    fn from_str(text: &str) -> Result<Self, NotA> {
        let not = || NotA("a reason why mail failed");
        let (word, code) = match text.split_once(' ') {
            None => (text, None),
            Some((word, code)) => {
                let digits =
                    code.strip_prefix('(').and_then(|code| code.strip_suffix(')')).ok_or_else(not)?;
                let plain = digits.len() == 3 && digits.bytes().all(|digit| digit.is_ascii_digit());
                (word, Some(digits).filter(|_| plain).ok_or_else(not)?.parse().map(Some).map_err(|_| not())?)
            }
        };
        let word = FAILURES.iter().find(|known| **known == word).ok_or_else(not)?;
        Ok(Self { word, code })
    }
}

impl fmt::Display for MailFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => write!(f, "{} ({code})", self.word),
            None => f.write_str(self.word),
        }
    }
}

impl Serialize for MailFailure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for MailFailure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Remote {
    /// The whole mail of a letter to this member, as the hub has it. Nothing of it is believed yet.
    pub async fn letter_message(&self, letter: Digest) -> Result<Vec<u8>> {
        self.bytes(Ask::get(&format!("v1/letters/{letter}/message")), MAX_MAIL).await
    }

    /// How it went with a letter that this member sent, or of a case that it runs.
    pub async fn letter_delivery(&self, letter: Digest) -> Result<Delivered> {
        self.json(Ask::get(&format!("v1/letters/{letter}/delivery"))).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_that_a_hub_may_say_are_taken() {
        let read = |state: &str, failure: &str| {
            let told =
                serde_json::json!({ "state": state, "attempts": 1, "last_failure": failure }).to_string();
            serde_json::from_str::<Delivered>(&told)
        };
        let told = read("given-up", "refused (550)").unwrap();
        assert_eq!(
            (told.state, told.last_failure.unwrap().to_string().as_str()),
            (MailState::GivenUp, "refused (550)")
        );
        for failure in FAILURES {
            assert_eq!(read("waiting", failure).unwrap().last_failure.unwrap().to_string(), failure);
        }
        for state in ["\u{1b}[2J", "Sent", "bel 0900-1234", ""] {
            assert!(read(state, "refused").is_err(), "{state}");
        }
        for failure in
            ["\u{1b}[2J", "refused (55)", "refused (5500)", "refused (+50)", "refused 550", "bel 0900-1234"]
        {
            assert!(read("sent", failure).is_err(), "{failure}");
        }
    }
}
