//! Letters at the hub: the mail of one, and how it went.

use serde::{Deserialize, Serialize};

use super::Remote;
use super::exchange::Ask;
use crate::client::error::Result;
use crate::protocol::id::Digest;
use crate::protocol::mime::MAX_MAIL;

/// How it went with a letter's mail, by the hub's word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivered {
    /// `waiting`, `sent` or `given-up`; or `portal`, where it is not mailed.
    pub state: String,
    pub attempts: u64,
    /// Why it did not succeed the last time, in one word.
    pub last_failure: Option<String>,
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
