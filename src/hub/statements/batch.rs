//! The wire format of a batch, and reading it before anything is touched.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::Attachments;
use crate::hub::config::Config;
use crate::hub::error::HubError;
use crate::protocol::id::{CaseNumber, Digest};
use crate::protocol::journal::Scope;
use crate::protocol::refusal::{Flaw, Refusal};
use crate::protocol::statement::{Body, Statement};
use crate::protocol::vault::MAX_SET;

/// The most statements of one batch.
const MAX_ENTRIES: usize = 2000;
/// The most attachments of one batch: the headers of the largest set, and some for each statement.
const MAX_ATTACHMENTS: usize = MAX_SET + 4 * MAX_ENTRIES;

/// `POST /v1/statements`: statements in order, with their signatures and what they carry along.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    #[serde(deserialize_with = "few::entries")]
    pub entries: Vec<BatchEntry>,
    /// Base64 of each attachment; statements name them by digest, so their order says nothing.
    #[serde(default, deserialize_with = "few::attachments")]
    pub attachments: Vec<String>,
}

/// One statement and its detached signature.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BatchEntry {
    /// The exact text that was signed.
    pub statement: String,
    /// Base64 of a binary OpenPGP signature.
    pub signature: String,
}

/// A statement of a batch that has its form.
pub struct Read {
    pub id: Digest,
    pub statement: Statement,
    pub text: Vec<u8>,
    pub signature: Vec<u8>,
}

impl Read {
    /// The number of its case, or `house`.
    pub fn scope(&self) -> Scope {
        self.statement.body.case().map_or(Scope::House, Scope::Case)
    }

    /// The case that it is about, which must be there before it.
    pub fn case_before(&self) -> Option<CaseNumber> {
        match &self.statement.body {
            Body::Case(_) => None,
            body => body.case(),
        }
    }
}

impl BatchEntry {
    /// Reads one statement.
    ///
    /// # Errors
    /// [`Refusal::BadText`] or [`Refusal::BadSignature`].
    pub fn read(&self) -> Result<Read, Refusal> {
        let text = self.statement.clone().into_bytes();
        let statement = Statement::parse(&text)?;
        let signature = STANDARD.decode(&self.signature).map_err(|_| Refusal::BadSignature {
            problem: Flaw::new("zij is geen base64", "it is not base64"),
        })?;
        Ok(Read { id: Digest::of(&text), statement, text, signature })
    }
}

impl Batch {
    /// Reads the statements.
    ///
    /// # Errors
    /// The first that has not its form, with its place.
    pub fn read_entries(&self, config: &Config) -> Result<Vec<Read>, HubError> {
        if self.entries.is_empty() {
            let problem = Flaw::new(
                format!("een zending heeft 1 tot {MAX_ENTRIES} verklaringen"),
                format!("a batch has 1 to {MAX_ENTRIES} statements"),
            );
            return Err(Refusal::BadText { problem }.into());
        }
        let read = |(place, entry): (usize, &BatchEntry)| {
            let read = entry.read().map_err(|refusal| HubError::from(refusal).at(place))?;
            match read.statement.hub == config.hub {
                true => Ok(read),
                false => Err(HubError::from(Refusal::WrongHub).at(place)),
            }
        };
        self.entries.iter().enumerate().map(read).collect()
    }

    /// Reads the attachments.
    ///
    /// # Errors
    /// [`Refusal::MissingAttachment`] where one is not base64.
    pub fn read_attachments(self) -> Result<Attachments, Refusal> {
        let bytes = |attachment: String| STANDARD.decode(attachment).map_err(|_| Refusal::MissingAttachment);
        let attachments = self.attachments.into_iter().map(bytes).collect::<Result<_, _>>()?;
        Ok(Attachments::new(attachments))
    }
}

/// Lists that end in time: a list of nothings is short to send, and long to keep.
mod few {
    use std::fmt;

    use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};

    use super::{BatchEntry, MAX_ATTACHMENTS, MAX_ENTRIES};

    pub fn entries<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<BatchEntry>, D::Error> {
        deserializer.deserialize_seq(Few { most: MAX_ENTRIES, what: "statements", is_good: |_| true })
    }

    pub fn attachments<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
        let what = "attachments, none of them empty";
        deserializer.deserialize_seq(Few {
            most: MAX_ATTACHMENTS,
            what,
            is_good: |one: &String| !one.is_empty(),
        })
    }

    struct Few<T> {
        most: usize,
        what: &'static str,
        is_good: fn(&T) -> bool,
    }

    impl<'de, T: Deserialize<'de>> Visitor<'de> for Few<T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "at most {} {}", self.most, self.what)
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
            let mut all = Vec::new();
            while let Some(one) = list.next_element::<T>()? {
                if all.len() == self.most || !(self.is_good)(&one) {
                    return Err(A::Error::invalid_length(all.len() + 1, &self));
                }
                all.push(one);
            }
            Ok(all)
        }
    }
}
