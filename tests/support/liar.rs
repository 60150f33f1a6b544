//! A hub that lies. It stands in front of a hub, passes on what it is asked, and lies where it is told to. Stories have
//! it in their own process; `cargo run --example liar` starts it as a process of its own, for any other client.

#[path = "liar/answers.rs"]
mod answers;
#[path = "liar/control.rs"]
mod control;
#[path = "liar/lie.rs"]
mod lie;
#[path = "liar/made_up.rs"]
mod made_up;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use url::Url;
use zegel::hub::HubState;

pub use lie::{Lie, Told};

/// Who lies, what is lied about, and what came by.
pub struct Liar {
    hub: Url,
    http: reqwest::Client,
    /// The lie that is told from here on; the truth without one.
    pub lie: Option<Told>,
    /// How many batches came by.
    pub posted: usize,
    /// The last batch that was kept back.
    pub kept: Option<Vec<u8>>,
    /// Everything that was asked: method and path.
    pub asked: Vec<String>,
    /// What the hub answered first to each question.
    first: BTreeMap<String, Answer>,
    /// The hub itself, where lies can be put in its journal.
    journal: Option<HubState>,
}

pub type Shared = Arc<Mutex<Liar>>;

/// An answer of the hub's, whole.
#[derive(Clone)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        (self.status, self.headers, Bytes::from(self.body)).into_response()
    }
}

/// Answers on a listener in the place of a hub.
pub fn stands_before(hub: Url, journal: Option<HubState>, listener: TcpListener) -> Shared {
    // Fails only if there is one already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    let http = http.tls_certs_only([]).build().unwrap();
    let liar = Liar {
        hub,
        http,
        lie: None,
        posted: 0,
        kept: None,
        asked: Vec::new(),
        first: BTreeMap::new(),
        journal,
    };
    let liar = Arc::new(Mutex::new(liar));
    let router = control::router().fallback(pass_on).with_state(liar.clone());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    liar
}

async fn pass_on(State(liar): State<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let (method, uri) = (parts.method, parts.uri.to_string());
    let told = {
        let mut liar = liar.lock().unwrap();
        liar.posted += usize::from(method == "POST" && uri == "/v1/statements");
        liar.asked.push(format!("{method} {uri}"));
        liar.lie.clone().filter(|told| told.concerns(method.as_str(), &uri))
    };
    let mut headers = parts.headers;
    headers.remove("host");
    let ask = Ask { method, uri, headers, body };
    match told {
        None => liar.asks(ask).await.into_response(),
        Some(told) => match made_up::answer(&liar, &told, &ask).await {
            Some(made_up) => made_up,
            None => {
                let before = liar.first_answer(&ask);
                let answer = liar.asks(ask.as_told(&told)).await;
                answers::bent(&told, &ask, answer, before)
            }
        },
    }
}

/// A question to the hub.
#[derive(Clone)]
pub struct Ask {
    pub method: Method,
    pub uri: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Ask {
    /// Asks for something else, where the lie is to give that instead.
    fn as_told(&self, told: &Told) -> Self {
        let mut ask = self.clone();
        if matches!(
            told.lie,
            Lie::OtherHeader | Lie::OtherPayload | Lie::OtherPart | Lie::OtherLetter | Lie::OtherCase
        ) {
            for (at, with) in &told.about {
                ask.uri = ask.uri.replace(at, with);
            }
        }
        ask
    }
}

/// Asking the hub behind the liar.
pub trait Asks {
    fn asks(&self, ask: Ask) -> impl Future<Output = Answer> + Send;
    fn first_answer(&self, ask: &Ask) -> Option<Answer>;
}

impl Asks for Shared {
    async fn asks(&self, ask: Ask) -> Answer {
        let (http, url) = {
            let liar = self.lock().unwrap();
            (liar.http.clone(), liar.hub.join(&ask.uri).unwrap())
        };
        let request = http.request(ask.method.clone(), url).headers(ask.headers.clone());
        let answer = request.body(ask.body.clone()).send().await.unwrap();
        let (status, mut headers) = (answer.status(), answer.headers().clone());
        let body = answer.bytes().await.unwrap().to_vec();
        if ask.method != Method::HEAD {
            // A lie may be longer or shorter.
            headers.remove("content-length");
        }
        let answer = Answer { status, headers, body };
        if status.is_success() {
            let mut liar = self.lock().unwrap();
            liar.first.entry(key(&ask)).or_insert_with(|| answer.clone());
        }
        answer
    }

    fn first_answer(&self, ask: &Ask) -> Option<Answer> {
        self.lock().unwrap().first.get(&key(ask)).cloned()
    }
}

fn key(ask: &Ask) -> String {
    format!("{} {} {}", ask.method, ask.uri, String::from_utf8_lossy(&ask.body))
}
