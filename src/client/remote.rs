//! The hub, over HTTP: one function for each thing that can be asked of it.
//!
//! Nothing that comes back is believed here; [`trust`](super::trust) does that. Redirects are never followed:
//! a hub is at its own name only.

mod answers;
mod exchange;
mod letters;
mod patience;
mod transfer;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use reqwest::Method;
use url::Url;
use zeroize::Zeroizing;

use crate::protocol::id::{CaseNumber, Digest, VaultId, hex32};
use crate::protocol::refusal::Language;
use crate::protocol::seal::Header;
use crate::protocol::statement::PartName;
use crate::protocol::vault::MAX_SET;
use crate::protocol::words::Payload;

use super::batch::{Batch, Signed};
use super::error::{ClientError, Result};

pub use answers::*;
pub use exchange::Ask;
pub use letters::{Delivered, FAILURES, MailFailure, MailState};
pub use patience::{Patience, Waits, Why};

/// Told while bytes travel: how many are done, and how many there are.
pub type Progress<'a> = &'a mut dyn FnMut(u64, u64);

/// No set is longer, in bytes: a line has two digests and the longest part's name.
const MOST_SET: usize = MAX_SET * 152;

/// A hub, and the session with it. Clones share the session.
#[derive(Clone)]
pub struct Remote {
    inner: Arc<Inner>,
}

struct Inner {
    http: reqwest::Client,
    url: Url,
    language: Language,
    waits: Waits,
    token: Mutex<Option<Zeroizing<String>>>,
    voice: Mutex<Option<Voice>>,
}

/// Tells the person a sentence.
type Voice = Box<dyn Fn(&str) + Send>;

impl Remote {
    /// The hub at an address that [`check_address`](super::home::check_address) allows.
    pub fn new(url: &Url, language: Language) -> Result<Self> {
        Self::with_waits(url, language, Waits::default())
    }

    /// The same, waiting for it as long as is said.
    pub fn with_waits(url: &Url, language: Language, waits: Waits) -> Result<Self> {
        let http = exchange::http_client(url, waits)?;
        let (token, voice) = (Mutex::new(None), Mutex::new(None));
        let inner = Inner { http, url: url.clone(), language, waits, token, voice };
        Ok(Self { inner: Arc::new(inner) })
    }

    pub fn url(&self) -> &Url {
        &self.inner.url
    }

    /// Uses a session from here on, or none.
    pub fn set_token(&self, token: Option<&str>) {
        let mut kept = self.inner.token.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        *kept = token.map(|token| Zeroizing::new(token.to_owned()));
    }

    /// Tells the person, from here on, what is waited for.
    pub fn set_voice(&self, voice: impl Fn(&str) + Send + 'static) {
        let mut kept = self.inner.voice.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        *kept = Some(Box::new(voice));
    }

    pub async fn hub(&self) -> Result<HubInfo> {
        self.json(Ask::get("v1/hub")).await
    }

    /// The authority's cert.
    pub async fn authority(&self) -> Result<Vec<u8>> {
        self.bytes(Ask::get("v1/authority"), crate::protocol::cert::MAX_CERT).await
    }

    /// Sends a batch; tries again if the answer got lost, which is harmless. The answer is about the
    /// statements that were sent, in their order.
    pub async fn post(&self, batch: &Batch) -> Result<RecordedBatch> {
        let ask = Ask::new(Method::POST, "v1/statements").json(batch)?.repeatable();
        let answer: RecordedBatch = self.json(ask).await.map_err(|error| match error {
            ClientError::BadAnswer { .. } => ClientError::bad_receipt(),
            error => error,
        })?;
        let sent: Vec<Digest> = batch.entries.iter().map(Signed::id).collect();
        let recorded: Vec<Digest> = answer.recorded.iter().map(|recorded| recorded.id).collect();
        match sent == recorded {
            true => Ok(answer),
            false => Err(ClientError::bad_receipt()),
        }
    }

    pub async fn nonce(&self) -> Result<NonceAnswer> {
        self.json(Ask::new(Method::POST, "v1/nonces").repeatable()).await
    }

    /// Opens a session with a signed `login`, and uses it from here on.
    pub async fn open_session(&self, login: &Signed) -> Result<Session> {
        let session: Session = self.json(Ask::new(Method::POST, "v1/sessions").json(login)?).await?;
        self.set_token(Some(&session.token));
        Ok(session)
    }

    /// The member's sessions, as the hub lists them.
    pub async fn sessions(&self) -> Result<serde_json::Value> {
        self.json(Ask::get("v1/sessions")).await
    }

    pub async fn end_session(&self, session: &str) -> Result<()> {
        let ask = Ask::new(Method::DELETE, &format!("v1/sessions/{}", exchange::segment(session)?));
        self.answer(ask.repeatable()).await.map(drop)
    }

    pub async fn me(&self) -> Result<MeAnswer> {
        self.json(Ask::get("v1/me")).await
    }

    /// A page of evidence: of the house, or of a case; what follows a leaf.
    pub async fn statements(&self, scope: Option<CaseNumber>, after: Option<u64>) -> Result<Evidence> {
        let scope = scope.map_or_else(|| "house".to_owned(), |case| case.to_string());
        let mut ask = Ask::get("v1/statements").query("scope", &scope);
        if let Some(after) = after {
            ask = ask.query("after", &after.to_string());
        }
        self.json(ask).await
    }

    /// All cases that the member may know of, page by page.
    pub async fn cases(&self) -> Result<Vec<CaseRow>> {
        let mut cases: Vec<CaseRow> = Vec::new();
        loop {
            let last = cases.last().map(|row| row.leaf);
            let ask = last.iter().fold(Ask::get("v1/cases"), |ask, l| ask.query("after", &l.to_string()));
            let list: CaseList = self.json(ask).await?;
            // A hub that turns in circles must not keep us.
            let on = list.cases.iter().map(|row| Some(row.leaf)).is_sorted_by(|a, b| a < b)
                && list.cases.first().is_none_or(|row| Some(row.leaf) > last);
            if !on || list.more && list.cases.is_empty() || cases.len() > MOST_CASES {
                return Err(ClientError::BadAnswer { what: "cases" });
            }
            cases.extend(list.cases);
            if !list.more {
                return Ok(cases);
            }
        }
    }

    /// The headers of a part that the member can use: its own, and those of the vaults that it holds.
    pub async fn headers(&self, statement: Digest, part: PartName) -> Result<Vec<HeaderRow>> {
        const WHAT: ClientError = ClientError::BadAnswer { what: "headers" };
        let list: HeaderList =
            self.json(Ask::get(&format!("v1/statements/{statement}/parts/{part}/headers"))).await?;
        let row = |text: HeaderText| {
            let header = Header::parse(&text.header)?;
            Ok(HeaderRow { reader: text.reader.parse().map_err(|_| WHAT)?, header })
        };
        list.headers.into_iter().map(row).collect()
    }

    /// A small part's payload, whole. Refuses one that is longer than named, or not the one named.
    pub async fn payload(&self, statement: Digest, part: PartName, named: &Payload) -> Result<Vec<u8>> {
        let most = usize::try_from(named.length).ok().filter(|length| *length <= transfer::MOST_IN_MEMORY);
        let most = most.ok_or(ClientError::BadAnswer { what: "payload" })?;
        let ask = Ask::get(&transfer::payload_path(statement, part));
        let bytes = self.bytes(ask, most).await?;
        transfer::require_named(&bytes, named)?;
        Ok(bytes)
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
        transfer::download(self, &transfer::payload_path(statement, part), named, to, progress).await
    }

    /// Begins an upload of so many bytes; its id, to keep for going on after a cut.
    pub async fn begin_upload(&self, length: u64) -> Result<String> {
        transfer::begin(self, length).await
    }

    /// Sends what the hub does not have yet of a payload in a file. False if the hub no longer knows the
    /// upload: begin a new one.
    pub async fn upload(&self, id: &str, payload: &Path, progress: Progress<'_>) -> Result<bool> {
        transfer::upload(self, id, payload, progress).await
    }

    /// The age file with a vault's secret, for its holders.
    pub async fn vault_secret(&self, vault: VaultId) -> Result<Vec<u8>> {
        self.bytes(Ask::get(&format!("v1/vaults/{vault}/secret")), 1 << 20).await
    }

    /// The text of what a vault's present generation took over, for its holders. Nothing of it is believed yet.
    pub async fn vault_set(&self, vault: VaultId) -> Result<Vec<u8>> {
        self.bytes(Ask::get(&format!("v1/vaults/{vault}/set")), MOST_SET).await
    }

    /// Everything that a vault's present generation can open, for its holders.
    pub async fn vault_headers(&self, vault: VaultId) -> Result<Vec<VaultHeaderRow>> {
        const WHAT: ClientError = ClientError::BadAnswer { what: "headers" };
        let list: VaultHeaderList = self.json(Ask::get(&format!("v1/vaults/{vault}/headers"))).await?;
        let row = |text: VaultHeaderText| {
            let part = text.part.parse().map_err(|_| WHAT)?;
            Ok(VaultHeaderRow { statement: text.statement, part, header: Header::parse(&text.header)? })
        };
        list.headers.into_iter().map(row).collect()
    }

    /// The proof that the journal at one size is a past of it at another.
    pub async fn consistency(&self, from: u64, to: u64) -> Result<Vec<Digest>> {
        let ask =
            Ask::get("v1/journal/consistency").query("from", &from.to_string()).query("to", &to.to_string());
        let answer: Proof = self.json(ask).await?;
        hashes(&answer.proof).ok_or(ClientError::BadAnswer { what: "proof" })
    }

    /// For the supplier: who opened an item, as the hub recorded it.
    pub async fn records(&self, item: Digest) -> Result<serde_json::Value> {
        self.json(Ask::get(&format!("v1/items/{item}/records"))).await
    }

    /// The member's newest bundle, by an id that only the member knows.
    pub async fn fetch_bundle(&self, fetch: &[u8; 32]) -> Result<FetchedBundle> {
        let body = serde_json::json!({ "fetch": hex::encode(fetch) });
        let answer = self.answer(Ask::new(Method::POST, "v1/bundles").json(&body)?.repeatable()).await?;
        let header = |name: &'static str| {
            let value = answer.headers().get(name).and_then(|value| BASE64_STANDARD.decode(value).ok());
            value.ok_or(ClientError::BadAnswer { what: name })
        };
        let (statement, signature) = (header("Zegel-Statement")?, header("Zegel-Signature")?);
        let sealed = self.read_at_most(answer, MOST_BUNDLE).await?;
        Ok(FetchedBundle { sealed, statement, signature })
    }
}

/// Nobody has more cases than this.
const MOST_CASES: usize = 100_000;
/// No key bundle is longer, in bytes.
const MOST_BUNDLE: usize = 1 << 20;

/// Hashes as they travel: 64 hexadecimal digits each.
pub fn hashes(texts: &[String]) -> Option<Vec<Digest>> {
    texts.iter().map(|text| hex32(text).map(Digest)).collect()
}
