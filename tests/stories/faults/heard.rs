//! What a hub answers to who is at work while it is broken, word for word: it stands in between and passes everything
//! on.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use tokio::net::TcpListener;
use url::Url;
use zegel::client::remote::{Remote, Waits};
use zegel::protocol::refusal::Language;

/// Somebody between a hub and its members.
pub struct Heard {
    pub remote: Remote,
    passed: Passed,
}

#[derive(Clone)]
struct Passed {
    hub: Url,
    http: reqwest::Client,
    /// Of each answer that was a fault: what was asked, and the status, `Retry-After` and form of what came.
    faults: Arc<Mutex<Vec<(String, Fault)>>>,
}

type Fault = [String; 3];

impl Heard {
    pub async fn before(hub: Url) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://localhost:{}/", listener.local_addr().unwrap().port()).parse().unwrap();
        let passed = Passed { hub, http: reqwest::Client::new(), faults: Arc::default() };
        let router = Router::new().fallback(passes).with_state(passed.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { remote: Remote::with_waits(&url, Language::Dutch, Waits::default()).unwrap(), passed }
    }

    /// From here on this is where the hub is to the programs of a home.
    pub fn is_the_hub_of(&self, home: &Path) {
        let file = home.join("home.toml");
        let text = fs::read_to_string(&file).unwrap();
        let line = text.lines().find(|line| line.starts_with("url = ")).unwrap();
        fs::write(&file, text.replace(line, &format!("url = \"{}\"", self.remote.url()))).unwrap();
    }

    /// How often the hub said that it can't. Each time it said when to come back.
    pub fn faults(&self) -> usize {
        let faults = self.passed.faults.lock().unwrap();
        for (asked, fault) in faults.iter() {
            assert_eq!(fault, &["503", "5", "application/problem+json"].map(str::to_owned), "{asked}");
        }
        faults.len()
    }
}

async fn passes(State(passed): State<Passed>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let asked = format!("{} {}", parts.method, parts.uri);
    let url = passed.hub.join(&parts.uri.to_string()).unwrap();
    let mut headers = parts.headers;
    headers.remove("host");
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let asks = passed.http.request(parts.method, url).headers(headers).body(body).send();
    // Where no answer comes, none is given: this ends the connection.
    let answer = asks.await.unwrap_or_else(|error| panic!("{asked}: {error}"));
    if answer.status().is_server_error() {
        let header = |name: &str| {
            let value = answer.headers().get(name).and_then(|value| value.to_str().ok());
            value.unwrap_or_default().to_owned()
        };
        let fault = [answer.status().as_u16().to_string(), header("retry-after"), header("content-type")];
        passed.faults.lock().unwrap().push((asked, fault));
    }
    let mut response = Response::new(Body::empty());
    (*response.status_mut(), *response.headers_mut()) = (answer.status(), answer.headers().clone());
    response.headers_mut().remove("transfer-encoding");
    // What breaks off breaks off here too.
    *response.body_mut() = Body::from_stream(answer.bytes_stream());
    response
}
