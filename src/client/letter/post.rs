//! Letters that are about to be sent: to whom, with what each is told.

use serde::{Deserialize, Serialize};

use crate::client::batch::as_base64;
use crate::client::done::wish;
use crate::client::error::Result;
use crate::protocol::id::{CaseNumber, Digest, MemberId, Moment};

use super::content::Content;

/// The letters of one command. Each addressee is told its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Post {
    pub case: CaseNumber,
    /// Of whose meeting they are.
    pub roster: Option<Digest>,
    pub to: Vec<To>,
    pub attachments: Vec<Attached>,
    /// That the very same goes out once more, and for which time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<u32>,
}

/// One addressee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct To {
    pub member: MemberId,
    pub content: Content,
    /// The roster that it was on, where that is another than the letters' own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roster: Option<Digest>,
    /// What was signed for it before, should the hub's answer have got lost.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signed: Vec<Digest>,
}

/// A file that goes with each letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attached {
    /// Safe for any folder.
    pub name: String,
    #[serde(with = "as_base64")]
    pub bytes: Vec<u8>,
}

impl To {
    pub fn new(member: MemberId, content: Content) -> Self {
        Self { member, content, roster: None, signed: Vec::new() }
    }
}

impl Post {
    /// Refuses what no letter can say.
    pub fn check(&self, now: Moment) -> Result<()> {
        self.to.iter().try_for_each(|to| to.content.check(now))
    }

    /// By which each letter is known again: all that it says, and to whom.
    pub fn wishes(&self) -> Result<Vec<Digest>> {
        let files = wish(&self.attachments)?;
        let one =
            |to: &To| wish(&("letter", self.case, self.roster, self.again, files, to.member, &to.content));
        self.to.iter().map(one).collect()
    }

    /// Whether two say the same to the same people, whatever was signed so far.
    pub fn says_what(&self, other: &Self) -> bool {
        let said =
            |post: &Self| -> Vec<_> { post.to.iter().map(|to| (to.member, to.content.clone())).collect() };
        (self.case, self.roster, self.again) == (other.case, other.roster, other.again)
            && self.attachments == other.attachments
            && said(self) == said(other)
    }
}
