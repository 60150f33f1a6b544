//! A case that is too large for one page. What is recorded while Noor fetches it is no lie of the hub's, though what a
//! release builds on was recorded long before, and so stands on a page that she has already.

use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use tokio::net::TcpListener;
use tokio::sync::oneshot::{self, Receiver, Sender};
use url::Url;
use zegel::client::Remote;
use zegel::client::verbs::case::show;
use zegel::client::verbs::meeting::roster::Plan;
use zegel::demo::stage::Stage;
use zegel::protocol::id::CaseNumber;
use zegel::protocol::refusal::Language;
use zegel::protocol::words::ConsultationForm;

use crate::support::Base;
use crate::support::door::{get, signs_in};
use crate::support::liar::through;
use crate::support::scene::{AGENDA, date, femke_contributes, prepared};

const PEOPLE: &[&str] = &["sanne", "joris", "mila", "femke", "pieter", "noor"];

on_both!(what_is_released_between_two_pages_is_no_lie);

async fn what_is_released_between_two_pages_is_no_lie(base: Base) {
    let (play, case) = prepared(base, PEOPLE).await;
    let stage = &play.stage;
    let planned = stage.plans("joris", case, date(), &["noor", "femke"], &[], Some(AGENDA)).await.unwrap();
    let report = femke_contributes(stage, case).await;
    for hours in 1..3 {
        let later = Some(date().plus(hours * 3600));
        let plan = Plan { meeting: Some(planned.meeting), date: later, ..Plan::default() };
        stage.changes("joris", case, plan).await.unwrap();
    }
    stage.asks_suppliers("joris", case).await.unwrap();
    stage.approves("femke", case, &["noor"]).await.unwrap();
    stage.consults("joris", case, ConsultationForm::Phone, "Sanne: akkoord.").await.unwrap();

    // All that she sees, but for the last roster: the report was recorded before the one that ends this page.
    let few = shown_to_noor(stage, case).await - 1;
    let (paged, shown, goes_on) = few_on_a_page(stage, case, few).await;
    let release = async {
        shown.await.unwrap();
        stage.releases("joris", case).await.unwrap();
        goes_on.send(()).unwrap();
    };
    let looks = async { through!(stage, "noor", &paged, |ctx| show::show(ctx, case)) };
    let (seen, ()) = tokio::join!(looks, release);
    let seen = seen.unwrap();
    assert!(seen.items.iter().any(|line| line.item == report), "{:?}", seen.items);
    assert_eq!(stage.opens_pack("noor", case).await.unwrap().opened.len(), 2);
}

async fn shown_to_noor(stage: &Stage, case: CaseNumber) -> usize {
    let noor = signs_in(stage, "noor").await;
    let page = get(stage, &noor, &format!("/v1/statements?scope={case}")).await.json();
    page["entries"].as_array().unwrap().len()
}

/// What stands before the hub: of a case it gives so few statements on a page, and the first page waits.
struct Pager {
    hub: Url,
    case: String,
    few: usize,
    waits: Mutex<Option<(Sender<()>, Receiver<()>)>>,
}

/// A hub with small pages; what tells that the first of the case is made, and what lets it go.
async fn few_on_a_page(stage: &Stage, case: CaseNumber, few: usize) -> (Remote, Receiver<()>, Sender<()>) {
    let ((shown, is_shown), (go, goes_on)) = (oneshot::channel(), oneshot::channel());
    let waits = Mutex::new(Some((shown, goes_on)));
    let pager = Pager { hub: stage.url().unwrap(), case: format!("scope={case}"), few, waits };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://localhost:{}/", listener.local_addr().unwrap().port()).parse().unwrap();
    let router = axum::Router::new().fallback(pass_on).with_state(Arc::new(pager));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (Remote::new(&url, Language::Dutch).unwrap(), is_shown, go)
}

async fn pass_on(State(pager): State<Arc<Pager>>, request: Request) -> impl IntoResponse + use<> {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let uri = parts.uri.to_string();
    let is_page = uri.starts_with("/v1/statements?") && uri.contains(&pager.case);
    let asked = if is_page { format!("{uri}&limit={}", pager.few) } else { uri };
    let mut headers = parts.headers;
    headers.remove("host");
    let ask = reqwest::Client::new().request(parts.method, pager.hub.join(&asked).unwrap());
    let answer = ask.headers(headers).body(body).send().await.unwrap();
    let (status, headers): (StatusCode, _) = (answer.status(), answer.headers().clone());
    let bytes: Bytes = answer.bytes().await.unwrap();
    let waits = pager.waits.lock().unwrap().take_if(|_| is_page);
    if let Some((shown, goes_on)) = waits {
        shown.send(()).unwrap();
        goes_on.await.unwrap();
    }
    (status, headers, bytes)
}
