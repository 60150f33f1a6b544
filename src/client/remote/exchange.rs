//! One request and its answer: time limits, tries, refusals, and how much is read.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Once;
use std::time::Duration;

use reqwest::header::{ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use reqwest::{Client, Method, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::patience::{Patience, Waits, Why, sentence};
use super::{Problem, Remote};
use crate::client::error::{ClientError, Result};
use crate::clock::Stopwatch;
use crate::protocol::refusal::Language;

/// How many bytes an answer that is read into memory must bring in a second, once the hub's silence would have
/// ended it: as slow as any line in use, and no slower.
const PACE: f64 = 16.0 * 1024.0;
/// No answer in JSON is longer, in bytes.
const MOST_JSON: usize = 64 << 20;
/// No refusal is longer, in bytes.
const MOST_PROBLEM: usize = 64 << 10;

/// A client that speaks to one hub, and goes nowhere else.
pub(super) fn http_client(url: &Url, waits: Waits) -> Result<Client> {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        // Fails only if there is one already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    let mut builder = Client::builder()
        .user_agent(concat!("zegel/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(waits.connect)
        .read_timeout(waits.silence);
    if url.scheme() == "http" {
        // Plain text stays on this machine, whatever a proxy or a name server says; and needs no certs.
        let here = [SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), SocketAddr::from((Ipv6Addr::LOCALHOST, 0))];
        builder = builder.no_proxy().resolve_to_addrs("localhost", &here).tls_certs_only([]);
    } else {
        builder = builder.https_only(true);
    }
    builder.build().map_err(|error| ClientError::Network { problem: plain(&error) })
}

/// Something to ask of the hub.
pub struct Ask {
    method: Method,
    path: String,
    query: Vec<(&'static str, String)>,
    headers: Vec<(&'static str, String)>,
    body: Option<(&'static str, bytes::Bytes)>,
    repeatable: bool,
}

impl Ask {
    pub fn new(method: Method, path: &str) -> Self {
        let (query, headers) = (Vec::new(), Vec::new());
        Self { method, path: path.to_owned(), query, headers, body: None, repeatable: false }
    }

    /// To read, as often as it takes.
    pub fn get(path: &str) -> Self {
        Self::new(Method::GET, path).repeatable()
    }

    pub fn query(mut self, name: &'static str, value: &str) -> Self {
        self.query.push((name, value.to_owned()));
        self
    }

    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub fn json(self, body: &impl Serialize) -> Result<Self> {
        let bytes = serde_json::to_vec(body).map_err(ClientError::input)?;
        Ok(self.body("application/json", bytes.into()))
    }

    pub fn body(mut self, kind: &'static str, bytes: bytes::Bytes) -> Self {
        self.body = Some((kind, bytes));
        self
    }

    /// Asking twice does what asking once does.
    pub fn repeatable(mut self) -> Self {
        self.repeatable = true;
        self
    }
}

impl Remote {
    /// The answer, if it is a good one; tries again where that does no harm.
    pub async fn answer(&self, ask: Ask) -> Result<Response> {
        self.answer_to(&ask).await
    }

    async fn answer_to(&self, ask: &Ask) -> Result<Response> {
        let response = self.tried(ask).await?;
        match response.status().is_success() {
            true => Ok(response),
            false => Err(self.refusal(response).await),
        }
    }

    /// The answer, or nothing where there is nothing. For HEAD, whose refusals have no body.
    pub(super) async fn answer_if_there(&self, ask: Ask) -> Result<Option<Response>> {
        let response = self.tried(&ask).await?;
        match response.status() {
            status if status.is_success() => Ok(Some(response)),
            StatusCode::NOT_FOUND | StatusCode::GONE => Ok(None),
            _ => Err(self.refusal(response).await),
        }
    }

    /// The first answer that another try would not change.
    async fn tried(&self, ask: &Ask) -> Result<Response> {
        let mut patience = self.patience();
        loop {
            let (why, outcome) = match self.once(ask).await {
                Ok(response) if !may_pass(response.status()) => return Ok(response),
                Ok(response) => (why(&response), Ok(response)),
                Err(error) if error.is_builder() => return Err(no_answer(&error)),
                Err(error) => (Why::Silence, Err(no_answer(&error))),
            };
            if !ask.repeatable || !self.another_try(&mut patience, why).await {
                return outcome;
            }
        }
    }

    /// What each question begins with.
    pub fn patience(&self) -> Patience {
        Patience::of(self.inner.waits)
    }

    /// Waits for another try, and tells the person so; false when it was tried often enough.
    pub async fn another_try(&self, patience: &mut Patience, why: Why) -> bool {
        let Some(wait) = patience.next(why) else { return false };
        if let Some(sentence) = sentence(why, wait, self.inner.language) {
            let voice = self.inner.voice.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            voice.iter().for_each(|voice| voice(&sentence));
        }
        tokio::time::sleep(wait).await;
        true
    }

    /// One try, whatever the status.
    pub(super) async fn once(&self, ask: &Ask) -> std::result::Result<Response, reqwest::Error> {
        let inner = &self.inner;
        let mut url = inner.url.clone();
        url.set_path(&ask.path);
        if !ask.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&ask.query);
        }
        let language = match inner.language {
            Language::Dutch => "nl",
            Language::English => "en",
        };
        let mut request = inner.http.request(ask.method.clone(), url).header(ACCEPT_LANGUAGE, language);
        for (name, value) in &ask.headers {
            request = request.header(*name, value);
        }
        if let Some((kind, bytes)) = &ask.body {
            request = request.header(CONTENT_TYPE, *kind).body(bytes.clone());
        }
        if let Some(value) = self.authorization() {
            request = request.header(AUTHORIZATION, value);
        }
        request.send().await
    }

    fn authorization(&self) -> Option<HeaderValue> {
        let token = self.inner.token.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let mut value = HeaderValue::from_str(&format!("Bearer {}", token.as_deref()?)).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    /// The answer, in JSON.
    pub async fn json<T: DeserializeOwned>(&self, ask: Ask) -> Result<T> {
        let bytes = self.bytes(ask, MOST_JSON).await?;
        serde_json::from_slice(&bytes).map_err(|_| ClientError::BadAnswer { what: "JSON" })
    }

    /// The answer, at most so many bytes. One that breaks off halfway is asked for again.
    pub async fn bytes(&self, ask: Ask, most: usize) -> Result<Vec<u8>> {
        let mut patience = self.patience();
        loop {
            let read = self.read_at_most(self.answer_to(&ask).await?, most).await;
            let cut = ask.repeatable && matches!(read, Err(ClientError::Network { .. }));
            if !cut || !self.another_try(&mut patience, Why::Silence).await {
                return read;
            }
        }
    }

    /// Reads an answer that must not be longer than so many bytes.
    pub(super) async fn read_at_most(&self, mut response: Response, most: usize) -> Result<Vec<u8>> {
        let network = |problem: String| ClientError::Network { problem };
        let (watch, mut bytes) = (Stopwatch::start(), Vec::new());
        loop {
            // A hub that says a byte now and then, and never the last, must not keep us.
            let due = self.inner.waits.silence + Duration::from_secs_f64(bytes.len() as f64 / PACE);
            let next = tokio::time::timeout(due.saturating_sub(watch.elapsed()), response.chunk()).await;
            let next = next.map_err(|_| network("too slow".to_owned()))?;
            let Some(chunk) = next.map_err(|error| network(plain(&error)))? else { return Ok(bytes) };
            if bytes.len() + chunk.len() > most {
                return Err(ClientError::BadAnswer { what: "length" });
            }
            bytes.extend_from_slice(&chunk);
        }
    }

    /// What a refusal says. Its sentence is shown to a person, with anything that could fool a terminal made visible.
    pub(super) async fn refusal(&self, response: Response) -> ClientError {
        let status = response.status();
        let body = self.read_at_most(response, MOST_PROBLEM).await.unwrap_or_default();
        refusal(status, &body)
    }
}

/// Whether the same question may get another answer soon.
fn may_pass(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 429 | 502 | 503 | 504)
}

/// When to ask again, as far as the answer says.
pub(super) fn why(response: &Response) -> Why {
    let after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    match after.and_then(|seconds| seconds.parse().ok()) {
        Some(seconds) => Why::Told(Duration::from_secs(seconds)),
        None => Why::Silence,
    }
}

fn no_answer(error: &reqwest::Error) -> ClientError {
    ClientError::Network { problem: plain(error) }
}

fn refusal(status: StatusCode, body: &[u8]) -> ClientError {
    let problem: Option<Problem> = serde_json::from_slice(body).ok();
    let code = problem.as_ref().and_then(|problem| problem.code.clone()).filter(|code| is_code(code));
    if status == StatusCode::UNAUTHORIZED && code.as_deref().is_none_or(|code| code == "not-signed-in") {
        return ClientError::SignedOut;
    }
    let (Some(problem), Some(code)) = (problem, code) else {
        return ClientError::Network { problem: format!("HTTP {}", status.as_u16()) };
    };
    let sentence = problem.detail.or(problem.title).unwrap_or_else(|| code.clone());
    ClientError::Refused { code, sentence, next: problem.next }
}

/// Codes are shown as they are, so they are words of small letters and nothing else.
fn is_code(code: &str) -> bool {
    let plain = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
    (1..=64).contains(&code.len()) && code.bytes().all(plain)
}

/// What went wrong on the way, without the address: it is the hub's own, and may hold an id.
pub(super) fn plain(error: &reqwest::Error) -> String {
    let mut causes = vec![];
    let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(error);
    while let Some(error) = cause {
        causes.push(error.to_string());
        cause = error.source();
    }
    match causes.pop() {
        Some(last) => last,
        None if error.is_timeout() => "timeout".to_owned(),
        None => "HTTP".to_owned(),
    }
}

/// A word of the hub's in a path: letters, digits, `-` and `_` only, so that it stays where it is put.
pub(super) fn segment(word: &str) -> Result<&str> {
    let plain = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_');
    match (1..=128).contains(&word.len()) && word.bytes().all(plain) {
        true => Ok(word),
        false => Err(ClientError::BadAnswer { what: "id" }),
    }
}
