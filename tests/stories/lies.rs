//! The hub lies. What it says is wrong is refused, and nothing of it is used.

use std::fs;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use url::Url;
use zegel::client::ask::Unattended;
use zegel::client::remote::Remote;
use zegel::client::verbs::meeting::approve::{self, approve};
use zegel::client::verbs::{contribute::terms::NewFile, pack};
use zegel::demo::act::file;
use zegel::demo::stage::Stage;
use zegel::protocol::id::{CaseNumber, Digest};
use zegel::protocol::refusal::Language;
use zegel::protocol::words::*;

use crate::support::{Play, play};

/// For a path: what to do instead of passing it on.
#[derive(Clone)]
enum Lie {
    /// Answers with what is at another path.
    Instead { of: String, with: String },
    /// Turns one bit of the answer.
    Alter(String),
    /// Says that it is not there.
    Deny(String),
}

struct Liar {
    hub: Url,
    lie: Option<Lie>,
    posted: usize,
}

type Shared = Arc<Mutex<Liar>>;

/// A hub in front of the hub.
async fn liar(stage: &Stage) -> (Remote, Shared) {
    let liar = Arc::new(Mutex::new(Liar { hub: stage.url().unwrap(), lie: None, posted: 0 }));
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
    let (hub, lie) = {
        let mut liar = liar.lock().unwrap();
        liar.posted += usize::from(parts.method == "POST" && path == "/v1/statements");
        (liar.hub.clone(), liar.lie.clone())
    };
    let mut alter = false;
    match lie {
        Some(Lie::Instead { of, with }) if path.contains(&of) => path = path.replace(&of, &with),
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
    let (status, headers) = (answer.status(), answer.headers().clone());
    let mut bytes = answer.bytes().await.unwrap().to_vec();
    if let Some(byte) = bytes.last_mut().filter(|_| alter) {
        *byte ^= 1;
    }
    (status, headers, Bytes::from(bytes)).into_response()
}

/// Two items of the police that Joris asks about, for Noor.
async fn asked() -> (Play, CaseNumber, Vec<Digest>) {
    let play = play(&["sanne", "joris", "mila", "femke", "pieter", "noor"]).await;
    let stage = &play.stage;
    let new = |name: &str, kind| -> NewFile {
        let path = stage.folder.join(name);
        fs::write(&path, name).unwrap();
        file(path, name, kind, &[Phase::Rto], "2027-06-30")
    };
    let referral = vec![new("aanmelding.txt", ItemKind::Referral)];
    let case = stage.refers("sanne", CaseKind::Aftercare, referral).await.unwrap().case;
    stage.opens_case("joris", case).await.unwrap();
    stage.moves_to("joris", case, Phase::Rto).await.unwrap();
    let date = "2026-11-10T09:00:00Z".parse().unwrap();
    stage.plans("joris", case, date, &["femke", "noor"], &[], None).await.unwrap();
    let files = ["een.txt", "twee.txt"].map(|name| new(name, ItemKind::Contribution)).to_vec();
    let items = stage.contributes("femke", case, files).await.unwrap().items;
    stage.asks_suppliers("joris", case).await.unwrap();
    (play, case, items.iter().map(|item| item.item).collect())
}

fn at(item: Digest, part: &str) -> String {
    format!("/v1/statements/{item}/parts/{part}")
}

/// Somebody does something through the liar.
macro_rules! through {
    ($stage:expr, $who:expr, $remote:expr, |$ctx:ident| $act:expr) => {{
        let (home, _) = $stage.desk($who).unwrap();
        let (mut out, mut ask) = (std::io::sink(), Unattended);
        let mut context = $stage.context(&home, $remote, &mut out, &mut ask);
        let $ctx = &mut context;
        $act.await
    }};
}

#[tokio::test]
async fn another_items_header_is_refused_before_anything_is_wrapped() {
    let (play, case, items) = asked().await;
    let stage = &play.stage;
    let (remote, liar) = liar(stage).await;
    for part in ["label", "body"] {
        let (of, with) = (at(items[0], part) + "/headers", at(items[1], part) + "/headers");
        liar.lock().unwrap().lie = Some(Lie::Instead { of, with });
        let all = approve::Choice::default();
        let refused = through!(stage, "femke", &remote, |ctx| approve(ctx, case, &all));
        assert_eq!(refused.unwrap_err().code(), "commitment", "{part}");
    }
    assert_eq!(liar.lock().unwrap().posted, 0);
    assert_eq!(stage.sees_asks("femke").await.unwrap().asks[0].waiting, 2);
}

#[tokio::test]
async fn what_the_hub_keeps_back_or_alters_is_an_alarm_and_leaves_no_file() {
    let (play, case, items) = asked().await;
    let stage = &play.stage;
    stage.approves("femke", case, &["noor"]).await.unwrap();
    stage.consults("sanne", case, ConsultationForm::Signed, "Akkoord.").await.unwrap();
    stage.releases("joris", case).await.unwrap();
    let (remote, liar) = liar(stage).await;
    let lies = [
        (Lie::Deny(at(items[0], "label") + "/headers"), "unknown-item"),
        (Lie::Deny(at(items[0], "body") + "/headers"), "unknown-item"),
        (Lie::Alter(at(items[0], "body") + "/payload"), "digest"),
        (Lie::Instead { of: at(items[0], "body"), with: at(items[1], "body") }, "commitment"),
    ];
    for (number, (lie, code)) in lies.into_iter().enumerate() {
        liar.lock().unwrap().lie = Some(lie);
        let folder = stage.folder.join(format!("out-{number}"));
        let wish = pack::Wish { items: vec![], folder: folder.clone(), sealed: None };
        let opened = through!(stage, "noor", &remote, |ctx| pack::open(ctx, case, &wish)).unwrap();
        let names: Vec<_> = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().file_name()).collect();
        assert_eq!(names, ["twee.txt"], "{code}");
        assert_eq!((opened.opened.len(), opened.refused.len()), (1, 1), "{code}");
        assert_eq!((opened.refused[0].code.as_str(), opened.refused[0].alarm), (code, true));
        assert_eq!(opened.require_whole().unwrap_err().code(), "missing");
    }
}
