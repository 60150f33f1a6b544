//! The hub keeps something back. Nobody signs for what they were not shown.

use std::fs;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use url::Url;
use zegel::client::ask::Unattended;
use zegel::client::context::Report;
use zegel::client::remote::Remote;
use zegel::client::verbs::contribute::contribute;
use zegel::client::verbs::meeting::approve::{self, approve};
use zegel::client::verbs::meeting::ask::asks;
use zegel::demo::act::file;
use zegel::demo::stage::Stage;
use zegel::protocol::id::CaseNumber;
use zegel::protocol::refusal::Language;
use zegel::protocol::words::*;

use crate::support::{Play, play};

struct Keeper {
    hub: Url,
    /// Paths that have this in them are said not to be there.
    keeps: Option<String>,
    posted: usize,
}

type Shared = Arc<Mutex<Keeper>>;

/// A hub in front of the hub, that keeps things back.
async fn keeper(stage: &Stage) -> (Remote, Shared) {
    let keeper = Arc::new(Mutex::new(Keeper { hub: stage.url().unwrap(), keeps: None, posted: 0 }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://localhost:{}/", listener.local_addr().unwrap().port());
    let router = Router::new().fallback(pass_on).with_state(keeper.clone());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (Remote::new(&url.parse().unwrap(), Language::Dutch).unwrap(), keeper)
}

async fn pass_on(State(keeper): State<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.to_string();
    let hub = {
        let mut keeper = keeper.lock().unwrap();
        keeper.posted += usize::from(parts.method == "POST" && path == "/v1/statements");
        if keeper.keeps.as_ref().is_some_and(|keeps| path.contains(keeps)) {
            let problem = serde_json::json!({ "code": "unknown-item", "detail": "Dit stuk bestaat niet." });
            return (StatusCode::NOT_FOUND, axum::Json(problem)).into_response();
        }
        keeper.hub.clone()
    };
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let mut headers = parts.headers;
    headers.remove("host");
    let request = reqwest::Client::new().request(parts.method, hub.join(&path).unwrap());
    let answer = request.headers(headers).body(body).send().await.unwrap();
    let (status, headers) = (answer.status(), answer.headers().clone());
    (status, headers, answer.bytes().await.unwrap()).into_response()
}

/// A case at the table, with Femke and Noor.
async fn at_the_table() -> (Play, CaseNumber) {
    let play = play(&["sanne", "joris", "mila", "femke", "pieter", "noor"]).await;
    let stage = &play.stage;
    let path = stage.folder.join("aanmelding.txt");
    fs::write(&path, "de aanmelding").unwrap();
    let referral = vec![file(path, "Aanmelding", ItemKind::Referral, &[Phase::Rto], "2027-06-30")];
    let case = stage.refers("sanne", CaseKind::Aftercare, referral).await.unwrap().case;
    stage.opens_case("joris", case).await.unwrap();
    stage.moves_to("joris", case, Phase::Rto).await.unwrap();
    let date = "2026-11-10T09:00:00Z".parse().unwrap();
    stage.plans("joris", case, date, &["femke", "noor"], &[], None).await.unwrap();
    (play, case)
}

/// Somebody does something at the own desk, by way of some hub; what comes of it, and what was said.
macro_rules! by_way_of {
    ($stage:expr, $who:expr, $remote:expr, |$ctx:ident| $act:expr) => {{
        let (home, _) = $stage.desk($who).unwrap();
        let (mut out, mut ask) = (Vec::new(), Unattended);
        let mut context = $stage.context(&home, $remote, &mut out, &mut ask);
        let $ctx = &mut context;
        let done = $act.await;
        (done, String::from_utf8(out).unwrap())
    }};
}

#[tokio::test]
async fn femke_does_not_approve_what_she_is_not_shown() {
    let (play, case) = at_the_table().await;
    let stage = &play.stage;
    let path = stage.folder.join("melding.txt");
    fs::write(&path, "wat de politie weet").unwrap();
    let melding = file(path, "Melding", ItemKind::Contribution, &[Phase::Rto], "2027-06-30");
    let item = stage.contributes("femke", case, vec![melding]).await.unwrap().items[0].item;
    stage.asks_suppliers("joris", case).await.unwrap();
    let (remote, keeper) = keeper(stage).await;
    for part in ["payload", "headers"] {
        keeper.lock().unwrap().keeps = Some(format!("/v1/statements/{item}/parts/label/{part}"));
        let all = approve::Choice::default();
        let (refused, said) = by_way_of!(stage, "femke", &remote, |ctx| approve(ctx, case, &all));
        let refused = refused.unwrap_err();
        assert_eq!(refused.code(), "unknown-item", "{part}");
        assert!(refused.sentence(Language::Dutch).contains("U kunt niet zien hoe uw stuk"));
        assert!(said.contains("ALARM: Dit stuk bestaat niet"), "{said}");
        let (shown, _) = by_way_of!(stage, "femke", &remote, |ctx| asks(ctx));
        assert!(shown.unwrap().text(Language::Dutch).contains("ALARM: Dit stuk bestaat niet"));
    }
    assert_eq!(keeper.lock().unwrap().posted, 0);
    keeper.lock().unwrap().keeps = None;
    let all = approve::Choice::default();
    let (approved, _) = by_way_of!(stage, "femke", &remote, |ctx| approve(ctx, case, &all));
    assert_eq!(approved.unwrap().approvals.len(), 1);
}

#[tokio::test]
async fn the_same_file_under_other_rules_is_not_passed_off_as_done() {
    let (play, case) = at_the_table().await;
    let stage = &play.stage;
    let path = stage.folder.join("melding.txt");
    fs::write(&path, "wat de politie weet").unwrap();
    let new = || file(&path, "Melding", ItemKind::Contribution, &[Phase::Rto], "2027-06-30");
    let (remote, _) = keeper(stage).await;
    let outgoing = stage.home("femke").join("outgoing");
    let (failed, _) = by_way_of!(stage, "femke", &remote, |ctx| async {
        ctx.yes = false;
        contribute(ctx, case, vec![new()]).await
    });
    assert_eq!(failed.unwrap_err().code(), "declined");
    let kept: Vec<_> = fs::read_dir(&outgoing).unwrap().map(|file| file.unwrap().path()).collect();
    let kept: Vec<_> = kept.iter().map(|path| (path, fs::read(path).unwrap())).collect();
    let (done, _) = by_way_of!(stage, "femke", &remote, |ctx| contribute(ctx, case, vec![new()]));
    let done = done.unwrap();
    assert!(!done.text(Language::Dutch).contains("stond er al"));

    // As if her client was killed after the hub had it all, and before it could clear up.
    kept.iter().for_each(|(path, bytes)| fs::write(path, bytes).unwrap());
    let mut other = new();
    other.terms.director = Director::Label;
    other.terms.phases = vec![Phase::Rto, Phase::Triage];
    let (refused, _) = by_way_of!(stage, "femke", &remote, |ctx| contribute(ctx, case, vec![other]));
    let refused = refused.unwrap_err();
    assert_eq!(refused.code(), "other-rules");
    let sentence = refused.sentence(Language::Dutch);
    assert!(sentence.contains("director") && sentence.contains("phase"), "{sentence}");
    let (again, _) = by_way_of!(stage, "femke", &remote, |ctx| contribute(ctx, case, vec![new()]));
    let again = again.unwrap();
    assert_eq!(again.items[0].item, done.items[0].item);
    assert!(again.text(Language::Dutch).contains("stond er al"), "{}", again.text(Language::Dutch));
}
