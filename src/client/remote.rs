//! The hub, over HTTP: one function for each thing that can be asked of it.

use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::protocol::id::{CaseNumber, Digest, MemberId, Moment, PartnerId, VaultId};
use crate::protocol::refusal::Language;
use crate::protocol::seal::Header;
use crate::protocol::statement::PartName;
use crate::protocol::words::{CaseKind, Payload, Phase, Reader};

use super::batch::{Batch, Signed, as_base64};
use super::error::Result;

/// Told while bytes travel: how many are done, and how many there are.
pub type Progress<'a> = &'a mut dyn FnMut(u64, u64);

/// A hub, and the session with it. Clones share the session.
#[derive(Clone)]
pub struct Remote {
    inner: Arc<Inner>,
}

struct Inner {
    #[allow(dead_code)]
    url: Url,
}

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
    pub blobs: std::collections::BTreeMap<Digest, String>,
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

impl Remote {
    /// The hub at an address that [`super::home::check_address`] allows.
    pub fn new(url: &Url, language: Language) -> Result<Self> {
        let _ = (url, language);
        todo!()
    }

    /// Uses a session from here on, or none.
    pub fn set_token(&self, token: Option<&str>) {
        let _ = token;
        todo!()
    }

    pub async fn hub(&self) -> Result<HubInfo> {
        todo!()
    }

    /// The authority's cert.
    pub async fn authority(&self) -> Result<Vec<u8>> {
        todo!()
    }

    /// Sends a batch; tries again if the answer got lost, which is harmless.
    pub async fn post(&self, batch: &Batch) -> Result<RecordedBatch> {
        let _ = batch;
        todo!()
    }

    pub async fn nonce(&self) -> Result<NonceAnswer> {
        todo!()
    }

    /// Opens a session with a signed `login`.
    pub async fn open_session(&self, login: &Signed) -> Result<Session> {
        let _ = login;
        todo!()
    }

    pub async fn me(&self) -> Result<MeAnswer> {
        todo!()
    }

    /// A page of evidence: of the house, or of a case; what follows a leaf.
    pub async fn statements(&self, scope: Option<CaseNumber>, after: Option<u64>) -> Result<Evidence> {
        let _ = (scope, after);
        todo!()
    }

    pub async fn cases(&self) -> Result<Vec<CaseRow>> {
        todo!()
    }

    /// The headers of a part that the member can use: its own, and those of the vaults that it holds.
    pub async fn headers(&self, statement: Digest, part: PartName) -> Result<Vec<HeaderRow>> {
        let _ = (statement, part);
        todo!()
    }

    /// A small part's payload, whole. Refuses one that is longer than named, or not the one named.
    pub async fn payload(&self, statement: Digest, part: PartName, named: &Payload) -> Result<Vec<u8>> {
        let _ = (statement, part, named);
        todo!()
    }

    /// Downloads a payload of any size to a file, going on where the file ends. When it returns, the file is
    /// the payload that is named; one that differs is removed.
    pub async fn download(
        &self,
        statement: Digest,
        part: PartName,
        named: &Payload,
        to: &Path,
        progress: Progress<'_>,
    ) -> Result<()> {
        let _ = (statement, part, named, to, progress);
        todo!()
    }

    /// Begins an upload of so many bytes; its id, to keep for going on after a cut.
    pub async fn begin_upload(&self, length: u64) -> Result<String> {
        let _ = length;
        todo!()
    }

    /// Sends what the hub does not have yet of a payload in a file. False if the hub no longer knows the
    /// upload: begin a new one.
    pub async fn upload(&self, id: &str, payload: &Path, progress: Progress<'_>) -> Result<bool> {
        let _ = (id, payload, progress);
        todo!()
    }

    /// Gives an upload up.
    pub async fn end_upload(&self, id: &str) -> Result<()> {
        let _ = id;
        todo!()
    }

    /// The age file with a vault's secret, for its holders.
    pub async fn vault_secret(&self, vault: VaultId) -> Result<Vec<u8>> {
        let _ = vault;
        todo!()
    }

    /// Everything that a vault's present generation can open, for its holders.
    pub async fn vault_headers(&self, vault: VaultId) -> Result<Vec<VaultHeaderRow>> {
        let _ = vault;
        todo!()
    }

    /// The proof that the journal at one size is a past of it at another.
    pub async fn consistency(&self, from: u64, to: u64) -> Result<Vec<Digest>> {
        let _ = (from, to);
        todo!()
    }

    /// For the supplier: who opened an item.
    pub async fn records(&self, item: Digest) -> Result<serde_json::Value> {
        let _ = item;
        todo!()
    }
}
