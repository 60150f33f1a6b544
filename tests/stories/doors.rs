//! The doors that stand open to anyone: how often one may knock, and that nobody closes them to others.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, Response, StatusCode};
use tower::ServiceExt;
use zegel::client::ask::Unattended;
use zegel::client::batch::Signed;
use zegel::client::home::Home;
use zegel::client::sign::Draft;
use zegel::demo::stage::Stage;
use zegel::hub::HubState;
use zegel::hub::config::{Config, Network};
use zegel::hub::throttle::Throttle;
use zegel::hub::web::router;
use zegel::protocol::id::MemberId;
use zegel::protocol::statement::Login;
use zegel::protocol::words::{Nonce, Seen, Signer};

use crate::support::door::*;
use crate::support::{Base, play};

/// The same hub with three tries for everything.
fn strict(stage: &Stage, proxies: &[&str]) -> HubState {
    let mut config: Config = (*stage.hub.state.config).clone();
    let limits = &mut config.limits;
    for limit in
        [&mut limits.nonces, &mut limits.bad_sign_ins, &mut limits.bad_bundles, &mut limits.bad_writes]
    {
        *limit = 3;
    }
    config.trusted_proxies = proxies.iter().map(|proxy| Network::parse(proxy).unwrap()).collect();
    let throttle = Arc::new(Throttle::new(&config.limits));
    HubState { config: Arc::new(config), throttle, ..stage.hub.state.clone() }
}

async fn post(router: &Router, from: &str, forwarded: &str, path: &str, body: String) -> Response<Body> {
    let peer: SocketAddr = format!("{from}:40000").parse().unwrap();
    let request = Request::post(path)
        .header("content-type", "application/json")
        .header("accept-language", "nl")
        .header("x-forwarded-for", forwarded)
        .extension(ConnectInfo(peer))
        .body(Body::from(body))
        .unwrap();
    router.clone().oneshot(request).await.unwrap()
}

async fn is_too_often(response: Response<Body>) -> bool {
    if response.status() != StatusCode::TOO_MANY_REQUESTS {
        return false;
    }
    assert!(response.headers()["retry-after"].to_str().unwrap().parse::<u32>().unwrap() > 0);
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let body = axum::body::to_bytes(response.into_body(), 1 << 16).await.unwrap();
    let problem: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert!(problem["detail"].as_str().unwrap().starts_with("Dit is te vaak geprobeerd."), "{problem}");
    problem["code"] == "too-often"
}

/// A login that the member of `by` signs with the key of `keys`.
fn login(stage: &Stage, by: MemberId, keys: &str, nonce: Nonce) -> Signed {
    let bundle = Home::open(&stage.home(keys)).unwrap().unlock(&mut Unattended).unwrap();
    let mut draft = Draft::of(bundle.hub.clone(), Seen::nothing(), Signer::Member(by), stage.clock_now());
    draft.push(Login { nonce });
    draft.sign(&bundle.keys[0].cert).unwrap().entries.remove(0)
}

async fn nonce(stage: &Stage) -> Nonce {
    let url = stage.url().unwrap().join("/v1/nonces").unwrap();
    let answer: serde_json::Value =
        reqwest::Client::new().post(url).send().await.unwrap().json().await.unwrap();
    answer["nonce"].as_str().unwrap().parse().unwrap()
}

async fn sends_login(stage: &Stage, login: &Signed) -> (u16, String) {
    let url = stage.url().unwrap().join("/v1/sessions").unwrap();
    let answer = reqwest::Client::new().post(url).json(login).send().await.unwrap();
    let status = answer.status().as_u16();
    let said: serde_json::Value = answer.json().await.unwrap();
    (status, said["code"].as_str().unwrap_or_default().to_owned())
}

on_both!(
    each_source_may_knock_so_often_and_no_other_pays_for_it,
    who_is_signed_in_is_not_kept_out_by_a_neighbour_behind_the_same_address,
    nonces_that_nobody_uses_leave_nothing_and_close_nothing,
    a_login_counts_once_and_not_at_all_when_it_is_late_or_with_a_nonce_of_ones_own,
    bad_logins_hold_up_nobody,
    a_member_signs_in_so_often_in_a_minute,
);

async fn each_source_may_knock_so_often_and_no_other_pays_for_it(base: Base) {
    let play = play(base, &["joris", "mila"]).await;
    let router = router::build(strict(&play.stage, &["10.0.0.1"]));
    let unknown = format!(r#"{{"fetch":"{}"}}"#, "00".repeat(32));
    let doors = [
        ("/v1/nonces", String::new()),
        ("/v1/sessions", r#"{"statement":"no","signature":""}"#.to_owned()),
        ("/v1/bundles", unknown),
        ("/v1/statements", r#"{"entries":[{"statement":"no","signature":""}]}"#.to_owned()),
    ];
    for (path, body) in doors {
        for _ in 0..3 {
            let answer = post(&router, "192.0.2.1", "", path, body.clone()).await;
            assert_ne!(answer.status(), StatusCode::TOO_MANY_REQUESTS, "{path}");
        }
        // What it says of where it comes from counts only when one of our own proxies says it.
        let again = post(&router, "192.0.2.1", "198.51.100.1", path, body.clone()).await;
        assert!(is_too_often(again).await, "{path}");
        let other = post(&router, "192.0.2.2", "", path, body.clone()).await;
        assert_ne!(other.status(), StatusCode::TOO_MANY_REQUESTS, "{path}");
        for _ in 0..3 {
            post(&router, "10.0.0.1", "198.51.100.1", path, body.clone()).await;
        }
        assert!(
            is_too_often(post(&router, "10.0.0.1", "198.51.100.1", path, body.clone()).await).await,
            "{path}"
        );
        let other = post(&router, "10.0.0.1", "198.51.100.2", path, body).await;
        assert_ne!(other.status(), StatusCode::TOO_MANY_REQUESTS, "{path}");
    }
}

async fn who_is_signed_in_is_not_kept_out_by_a_neighbour_behind_the_same_address(base: Base) {
    let play = play(base, &["joris", "mila"]).await;
    let router = router::build(strict(&play.stage, &[]));
    let bad = r#"{"entries":[{"statement":"no","signature":""}]}"#;
    for _ in 0..4 {
        post(&router, "192.0.2.1", "", "/v1/statements", bad.to_owned()).await;
    }
    assert!(is_too_often(post(&router, "192.0.2.1", "", "/v1/statements", bad.to_owned()).await).await);
    let token = signs_in(&play.stage, "joris").await;
    let mine = || {
        let peer: SocketAddr = "192.0.2.1:40000".parse().unwrap();
        let request = Request::post("/v1/statements").header("content-type", "application/json");
        let request = request.header("authorization", format!("Bearer {token}")).extension(ConnectInfo(peer));
        let request = request.header("accept-language", "nl").body(Body::from(bad)).unwrap();
        router.clone().oneshot(request)
    };
    for _ in 0..3 {
        assert_eq!(mine().await.unwrap().status(), StatusCode::BAD_REQUEST);
    }
    assert!(is_too_often(mine().await.unwrap()).await, "his own tries count for him");
}

async fn nonces_that_nobody_uses_leave_nothing_and_close_nothing(base: Base) {
    let play = play(base, &["joris", "mila"]).await;
    let stage = &play.stage;
    let state = HubState { throttle: Arc::new(Throttle::new(&generous(stage))), ..stage.hub.state.clone() };
    let router = router::build(state);
    for _ in 0..12_000 {
        let answer = post(&router, "192.0.2.1", "", "/v1/nonces", String::new()).await;
        assert_eq!(answer.status(), StatusCode::OK);
    }
    let kept: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM nonce WHERE until > $1")
        .bind(stage.clock_now().unix() + 120)
        .fetch_one(stage.hub.state.db.read())
        .await
        .unwrap();
    assert_eq!(kept, 0);
    signs_in(stage, "joris").await;
}

fn generous(stage: &Stage) -> zegel::hub::config::Limits {
    zegel::hub::config::Limits { nonces: 1_000_000, ..stage.hub.state.config.limits.clone() }
}

async fn a_login_counts_once_and_not_at_all_when_it_is_late_or_with_a_nonce_of_ones_own(base: Base) {
    let play = play(base, &["joris", "mila"]).await;
    let stage = &play.stage;
    let joris = stage.member("joris").unwrap();
    let good = login(stage, joris, "joris", nonce(stage).await);
    assert_eq!(sends_login(stage, &good).await.0, 200);
    assert_eq!(sends_login(stage, &good).await, (409, "replayed".to_owned()));
    let own = login(stage, joris, "joris", Nonce([7; 32]));
    assert_eq!(sends_login(stage, &own).await, (409, "replayed".to_owned()));
    let nonce = nonce(stage).await;
    stage.clock.advance(120);
    let late = login(stage, joris, "joris", nonce);
    assert_eq!(sends_login(stage, &late).await, (409, "replayed".to_owned()));
}

async fn bad_logins_hold_up_nobody(base: Base) {
    let play = play(base, &["joris", "mila", "femke", "pieter"]).await;
    let stage = &play.stage;
    // They are judged while another deed holds the journal.
    let mut deed = stage.hub.state.db.begin().await.unwrap();
    zegel::hub::journal::lock(&mut deed).await.unwrap();
    let joris = stage.member("joris").unwrap();
    for _ in 0..70 {
        let bad = login(stage, joris, "femke", nonce(stage).await);
        let answer = tokio::time::timeout(Duration::from_secs(5), sends_login(stage, &bad)).await;
        assert_eq!(answer.expect("no answer while the journal is held"), (400, "bad-signature".to_owned()));
    }
    drop(deed);
    // And whom they name can still sign in.
    signs_in(stage, "joris").await;
}

async fn a_member_signs_in_so_often_in_a_minute(base: Base) {
    let play = play(base, &["joris", "mila"]).await;
    let stage = &play.stage;
    let joris = stage.member("joris").unwrap();
    let mut refused = None;
    for tries in 0..100 {
        let (status, code) = sends_login(stage, &login(stage, joris, "joris", nonce(stage).await)).await;
        if status != 200 {
            refused = Some((tries, status, code));
            break;
        }
    }
    let (tries, status, code) = refused.expect("a hundred sessions in a minute");
    assert!(tries >= 50, "{tries}");
    assert_eq!((status, code.as_str()), (429, "too-often"));
    signs_in(stage, "mila").await;
}
