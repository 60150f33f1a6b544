//! What the hub answers, as JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::client::batch::as_base64;
use crate::client::context::Report;
use crate::protocol::id::{CaseNumber, Digest, MemberId, Moment, PartnerId};
use crate::protocol::refusal::Language;
use crate::protocol::seal::Header;
use crate::protocol::statement::PartName;
use crate::protocol::words::{CaseKind, Phase, Reader};
use crate::protocol::zone::shown;

/// One recorded statement of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    pub id: Digest,
    pub leaf: u64,
    pub at: Moment,
    /// False if it was on record before.
    pub new: bool,
}

/// The answer to a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedBatch {
    pub recorded: Vec<Recorded>,
    /// A signed note.
    pub checkpoint: String,
}

/// What the hub says of itself to anyone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HubInfo {
    pub hub: String,
    pub size: u64,
    pub checkpoint: String,
    pub portal: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NonceAnswer {
    /// 64 hexadecimal digits.
    pub nonce: String,
    pub until: Moment,
}

/// A session for reading.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// To be kept as a secret: who has it reads as the member.
    pub token: String,
    pub session: String,
    pub member: MemberId,
    pub in_force: bool,
    pub until: Moment,
}

/// How a member stands, by the hub's word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeAnswer {
    pub member: MemberId,
    pub partner: Option<PartnerId>,
    pub in_force: bool,
    pub refusal: Option<MeRefusal>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeRefusal {
    pub code: String,
    pub sentence: String,
}

/// A page of statements with their proofs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    pub checkpoint: String,
    pub entries: Vec<EvidenceEntry>,
    /// The certs that the entries name, by digest, in base64.
    #[serde(default)]
    pub blobs: BTreeMap<Digest, String>,
    pub more: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceEntry {
    pub leaf: u64,
    pub at: Moment,
    pub scope_salt: String,
    pub event_salt: String,
    pub statement: String,
    #[serde(with = "as_base64")]
    pub signature: Vec<u8>,
    pub inclusion: Vec<String>,
    pub consistency: Vec<String>,
}

/// A case that the member may know of, by the hub's word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseRow {
    pub case: CaseNumber,
    pub kind: CaseKind,
    pub phase: Phase,
    pub partner: PartnerId,
    pub at: Moment,
    /// Of its `case` statement: what follows it comes behind.
    pub leaf: u64,
}

/// A header that the member can use.
#[derive(Clone, Debug)]
pub struct HeaderRow {
    pub reader: Reader,
    pub header: Header,
}

/// A header of a vault's present generation.
#[derive(Clone, Debug)]
pub struct VaultHeaderRow {
    pub statement: Digest,
    pub part: PartName,
    pub header: Header,
}

/// A member's bundle, still sealed, and the statement that it came with. Nothing of it is proven.
#[derive(Clone, Debug)]
pub struct FetchedBundle {
    pub sealed: Vec<u8>,
    pub statement: Vec<u8>,
    pub signature: Vec<u8>,
}

/// The headers of a part, as they travel.
#[derive(Deserialize)]
pub(super) struct HeaderList {
    pub headers: Vec<HeaderText>,
}

#[derive(Deserialize)]
pub(super) struct HeaderText {
    pub reader: String,
    #[serde(with = "as_base64")]
    pub header: Vec<u8>,
}

/// The headers of a vault, as they travel.
#[derive(Deserialize)]
pub(super) struct VaultHeaderList {
    pub headers: Vec<VaultHeaderText>,
}

#[derive(Deserialize)]
pub(super) struct VaultHeaderText {
    pub statement: Digest,
    pub part: String,
    #[serde(with = "as_base64")]
    pub header: Vec<u8>,
}

#[derive(Deserialize)]
pub(super) struct CaseList {
    pub cases: Vec<CaseRow>,
    pub more: bool,
}

#[derive(Deserialize)]
pub(super) struct Proof {
    pub proof: Vec<String>,
}

/// RFC 9457, with our code.
#[derive(Deserialize)]
pub(super) struct Problem {
    pub code: Option<String>,
    pub detail: Option<String>,
    pub title: Option<String>,
    /// The case number to take instead.
    pub next: Option<String>,
}

impl Report for Recorded {
    fn text(&self, language: Language) -> String {
        let at = shown(self.at, language);
        match (language, self.new) {
            (Language::Dutch, true) => {
                format!("Vastgelegd op {at}, als nummer {} in het logboek.", self.leaf)
            }
            (Language::Dutch, false) => format!("Dit was al vastgelegd op {at}, als nummer {}.", self.leaf),
            (Language::English, true) => format!("Recorded at {at}, as number {} in the journal.", self.leaf),
            (Language::English, false) => {
                format!("This was recorded before, at {at}, as number {}.", self.leaf)
            }
        }
    }
}
