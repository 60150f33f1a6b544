//! A hub that lies: it stands in front of the hub.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use url::Url;
use zegel::client::remote::Remote;
use zegel::demo::stage::Stage;
use zegel::protocol::refusal::Language;

/// For a path: what to do instead of passing it on.
#[derive(Clone)]
pub enum Lie {
    /// Answers with what is at another path.
    Instead { of: String, with: String },
    /// Turns one bit of the answer.
    Alter(String),
    /// Says that it is not there.
    Deny(String),
    /// Writes one text for another, everywhere.
    Rewrite { of: String, with: String },
    /// The same for several texts.
    RewriteAll(Vec<(String, String)>),
    /// Keeps the batches that are sent, and refuses them.
    Keep,
}

pub struct Liar {
    hub: Url,
    pub lie: Option<Lie>,
    /// How many batches came by.
    pub posted: usize,
    /// The last batch that was kept back.
    pub kept: Option<Vec<u8>>,
}

pub type Shared = Arc<Mutex<Liar>>;

/// A hub in front of the hub.
pub async fn liar(stage: &Stage) -> (Remote, Shared) {
    let liar = Arc::new(Mutex::new(Liar { hub: stage.url().unwrap(), lie: None, posted: 0, kept: None }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://localhost:{}/", listener.local_addr().unwrap().port());
    let router = Router::new().fallback(pass_on).with_state(liar.clone());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (Remote::new(&url.parse().unwrap(), Language::Dutch).unwrap(), liar)
}

async fn pass_on(State(liar): State<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let mut path = parts.uri.to_string();
    let posts = parts.method == "POST" && path == "/v1/statements";
    let (hub, lie) = {
        let mut liar = liar.lock().unwrap();
        liar.posted += usize::from(posts);
        (liar.hub.clone(), liar.lie.clone())
    };
    let (mut alter, mut rewrite) = (false, Vec::new());
    match lie {
        Some(Lie::Instead { of, with }) if path.contains(&of) => path = path.replace(&of, &with),
        Some(Lie::Rewrite { of, with }) => rewrite.push((of, with)),
        Some(Lie::RewriteAll(all)) => rewrite = all,
        Some(Lie::Keep) if posts => {
            liar.lock().unwrap().kept = Some(body.to_vec());
            let problem = serde_json::json!({ "code": "kept", "detail": "Deze zending is achtergehouden." });
            return (StatusCode::FORBIDDEN, axum::Json(problem)).into_response();
        }
        Some(Lie::Alter(at)) if path.contains(&at) => alter = true,
        Some(Lie::Deny(at)) if path.contains(&at) => {
            let problem = serde_json::json!({ "code": "unknown-item", "detail": "Dit stuk bestaat niet." });
            return (StatusCode::NOT_FOUND, axum::Json(problem)).into_response();
        }
        _ => {}
    }
    let mut headers = parts.headers;
    headers.remove("host");
    let request = reqwest::Client::new().request(parts.method, hub.join(&path).unwrap());
    let answer = request.headers(headers).body(body).send().await.unwrap();
    let (status, mut headers) = (answer.status(), answer.headers().clone());
    let mut bytes = answer.bytes().await.unwrap().to_vec();
    if let Some(byte) = bytes.last_mut().filter(|_| alter) {
        *byte ^= 1;
    }
    // Certs are no text; of what is text the length may change.
    headers.remove("content-length");
    if let (false, Ok(text)) = (rewrite.is_empty(), std::str::from_utf8(&bytes)) {
        let rewritten = rewrite.iter().fold(text.to_owned(), |text, (of, with)| text.replace(of, with));
        bytes = rewritten.into_bytes();
    }
    (status, headers, Bytes::from(bytes)).into_response()
}

/// Somebody does something through the liar.
macro_rules! through {
    ($stage:expr, $who:expr, $remote:expr, |$ctx:ident| $act:expr) => {{
        let (home, _) = $stage.desk($who).unwrap();
        let (mut out, mut ask) = (std::io::sink(), zegel::client::Unattended);
        let mut context = $stage.context(&home, $remote, &mut out, &mut ask);
        let $ctx = &mut context;
        $act.await
    }};
}
pub(crate) use through;
