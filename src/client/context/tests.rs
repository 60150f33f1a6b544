use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use zeroize::Zeroizing;

use super::*;
use crate::client::remote::Waits;
use crate::client::testing::TestHouse;
use crate::clock::SetClock;
use crate::protocol::id::Moment;
use crate::protocol::statement::Suspension;

/// Without a session there is nothing more to ask, and the reason why there is none must not get lost.
#[tokio::test]
async fn who_can_not_sign_in_asks_nothing_more() {
    let house = TestHouse::start().await;
    let mut femke = house.person("Femke", "Politie", &[]).await;
    house.hub.state().fault = Some("/v1/sessions");
    house.hub.state().asked.clear();
    let refused = femke.ctx().begin().await.err().unwrap();
    assert_eq!(refused.code(), "internal");
    assert_eq!(house.hub.state().asked, ["POST /v1/nonces", "POST /v1/sessions"]);
}

/// Looks for a while at what there is to sign, and then says yes.
struct Thinks(SetClock, i64);

impl Questions for Thinks {
    fn agree(&mut self, _: &str) -> io::Result<bool> {
        self.0.advance(self.1);
        Ok(true)
    }

    fn secret(&mut self, _: &str) -> io::Result<Zeroizing<String>> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// The hub would say that her clock is wrong.
#[tokio::test]
async fn who_thinks_for_too_long_is_told_to_begin_anew() {
    let house = TestHouse::start().await;
    let mut femke = house.person("Femke", "Politie", &[]).await;
    for (thinks, told) in [(LONGEST_THOUGHT, None), (LONGEST_THOUGHT + 1, Some("took-too-long"))] {
        let mut ask = Thinks(house.clock.clone(), thinks);
        let mut ctx = Context { ask: &mut ask, yes: false, ..femke.ctx() };
        let (_, world) = ctx.begin().await.unwrap();
        let mut draft = Draft::new(&world, ctx.clock);
        draft.push(Suspension { member: world.me, until: world.now.plus(60) });
        let agreed = ctx.agree_to(&draft, &world);
        assert_eq!(agreed.err().map(|error| error.code().to_owned()).as_deref(), told);
    }
}

#[tokio::test]
async fn who_signs_by_a_clock_from_before_the_own_keys_is_told_of_the_clock() {
    let house = TestHouse::start().await;
    let mut femke = house.person("Femke", "Politie", &[]).await;
    let (secrets, world) = femke.ctx().begin().await.unwrap();
    let signs = |at: Moment| {
        let mut draft = Draft::new(&world, &SetClock::at(at));
        draft.push(Suspension { member: world.me, until: world.now.plus(60) });
        draft.sign(&secrets.cert).err()
    };
    assert!(signs(world.now).is_none());
    let behind = signs("2026-11-02T08:59:59Z".parse().unwrap()).unwrap();
    assert_eq!(behind.code(), "clock-behind");
    assert!(behind.sentence(Language::Dutch).contains("loopt de klok achter: zet datum en tijd goed"));
}

/// A login is signed anew each time, so that it is not the exchange that ends this.
#[tokio::test]
async fn a_hub_that_never_lets_in_is_given_up() {
    let house = TestHouse::start().await;
    let mut femke = house.person("Femke", "Politie", &[]).await;
    let offered =
        serde_json::json!({ "nonce": "00".repeat(32), "until": "2026-11-02T10:00:00Z" }).to_string();
    let tried = Arc::new(AtomicUsize::new(0));
    let count = tried.clone();
    let busy = move || async move {
        match count.fetch_add(1, Ordering::SeqCst) {
            0..20 => StatusCode::BAD_GATEWAY,
            _ => StatusCode::UNAUTHORIZED,
        }
    };
    let router = Router::new().route("/v1/nonces", post(async || offered)).route("/v1/sessions", post(busy));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://localhost:{}/", listener.local_addr().unwrap().port()).parse().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let waits = Waits { first: Duration::from_millis(1), ..Waits::default() };
    femke.remote = Remote::with_waits(&url, Language::Dutch, waits).unwrap();
    let refused = femke.ctx().begin().await.err().unwrap();
    assert!(matches!(refused, ClientError::Network { problem } if problem == "HTTP 502"));
    assert_eq!(tried.load(Ordering::SeqCst), 4);
}
