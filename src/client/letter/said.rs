//! The sealed parts of letters and replies: the copy of what was said, the answer, and why.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::client::error::{ClientError, Result};
use crate::client::note;
use crate::protocol::id::{Digest, MemberId};
use crate::protocol::statement::REPLY_PART;

use super::content::Content;

/// Each part of a reply has so many bytes before it is sealed: `REPLY_PART` without what sealing adds.
const REPLY_TEXT: usize = REPLY_PART as usize - 32;

/// A copy has at most so many bytes before it is sealed.
const COPY: usize = 256 << 10;

/// What was said in a letter, for colleagues who hold a vault that it is sealed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Copy {
    pub subject: String,
    pub text: String,
    pub content: Content,
    pub attachments: Vec<CopiedFile>,
}

impl Copy {
    /// The bytes to seal.
    ///
    /// # Errors
    /// When it is longer than a copy can be.
    pub fn to_bytes(&self) -> Result<Zeroizing<Vec<u8>>> {
        note::to_bytes_within(self, COPY)
    }

    /// Reads what [`to_bytes`](Self::to_bytes) writes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        note::from_bytes_within(bytes, COPY)
    }
}

/// A file that went with it. The file itself is the addressee's only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CopiedFile {
    pub name: String,
    pub digest: Digest,
    pub length: u64,
}

/// What the addressee answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Word {
    Accepted,
    Declined,
    Deputy,
    Contributed,
    NoContribution,
    Read,
}

/// The answer, for who runs the case, the letter's author, and the own colleagues.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    pub answer: Word,
    /// Who comes instead, where the answer is `deputy`.
    pub deputy: Option<MemberId>,
    /// The items, where the answer is `contributed`.
    pub items: Vec<Digest>,
    /// Some words beside it; may be empty.
    pub text: String,
}

impl Answer {
    /// The bytes to seal, always as many.
    pub fn to_bytes(&self) -> Result<Zeroizing<Vec<u8>>> {
        note::of_length(self, REPLY_TEXT)
    }

    /// Reads what [`to_bytes`](Self::to_bytes) writes; refuses an answer that contradicts itself.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let answer: Self = note::from_bytes(bytes)?;
        let sound = answer.deputy.is_some() == (answer.answer == Word::Deputy)
            && answer.items.is_empty() == (answer.answer != Word::Contributed);
        sound.then_some(answer).ok_or(ClientError::BadAnswer { what: "answer" })
    }
}

/// Why: for the own colleagues only. Always there, so that its presence tells nothing.
pub fn reason_bytes(reason: &str) -> Result<Zeroizing<Vec<u8>>> {
    note::of_length(&note::Text { text: reason.to_owned() }, REPLY_TEXT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_answers_and_reasons_are_as_long() {
        let answer =
            |answer, text: &str| Answer { answer, deputy: None, items: vec![], text: text.to_owned() };
        let (yes, no) = (answer(Word::Accepted, ""), answer(Word::NoContribution, &"x".repeat(9000)));
        for said in [&yes, &no] {
            let bytes = said.to_bytes().unwrap();
            assert_eq!(bytes.len(), REPLY_TEXT);
            assert_eq!(&Answer::from_bytes(&bytes).unwrap(), said);
        }
        assert_eq!(reason_bytes("").unwrap().len(), reason_bytes("Medisch geheim.").unwrap().len());
        assert_eq!(reason_bytes(&"x".repeat(REPLY_TEXT)).unwrap_err().code(), "note-too-long");
        let strange = Answer { answer: Word::Deputy, ..yes };
        assert!(Answer::from_bytes(&strange.to_bytes().unwrap()).is_err());
    }
}
