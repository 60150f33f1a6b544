use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Body;
use axum::extract::{Path as UrlPath, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use super::*;
use crate::protocol::payload::PayloadDigest;

/// What a hub was asked, and what it has.
#[derive(Clone, Default)]
struct Hub {
    asked: Arc<AtomicUsize>,
    received: Arc<Mutex<Vec<u8>>>,
}

async fn serve(router: Router<Hub>, hub: Hub) -> Remote {
    serve_for(router, hub, Waits::default()).await
}

/// The same, for a client that waits no longer than this.
async fn serve_for(router: Router<Hub>, hub: Hub, waits: Waits) -> Remote {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move { axum::serve(listener, router.with_state(hub)).await.unwrap() });
    let url = Url::parse(&format!("http://localhost:{port}/")).unwrap();
    Remote::with_waits(&url, Language::Dutch, waits).unwrap()
}

fn problem(status: StatusCode, code: &str, detail: &str) -> Response {
    (status, serde_json::json!({ "code": code, "detail": detail, "title": "?", "next": null }).to_string())
        .into_response()
}

fn named(payload: &[u8]) -> Payload {
    let mut digest = PayloadDigest::new();
    digest.update(payload);
    let (digest, length) = digest.finish();
    Payload { digest, length, commitment: crate::protocol::id::Mac([0; 32]) }
}

#[tokio::test]
async fn a_refusal_keeps_its_code_and_its_sentence() {
    let refuse = || async { problem(StatusCode::FORBIDDEN, "not-holder", "U bent\u{202e} geen houder.") };
    let remote = serve(Router::new().route("/v1/me", get(refuse)), Hub::default()).await;
    let error = remote.me().await.unwrap_err();
    assert_eq!(error.code(), "not-holder");
    assert_eq!(error.sentence(Language::Dutch), "Volgens de hub: U bent\\u{202e} geen houder.");
}

#[tokio::test]
async fn the_next_case_number_is_found_in_the_refusal() {
    let next = CaseNumber { year: 2026, count: 14 };
    let refuse = move || async move {
        let body =
            serde_json::json!({ "code": "case-number-taken", "detail": "ZVH-2026-0099", "next": next });
        (StatusCode::CONFLICT, body.to_string())
    };
    let remote = serve(Router::new().route("/v1/me", get(refuse)), Hub::default()).await;
    let error = remote.me().await.unwrap_err();
    assert!(matches!(error, ClientError::Refused { next: Some(found), .. } if found == next.to_string()));
}

#[tokio::test]
async fn who_is_not_signed_in_is_told_so() {
    let refuse = || async { problem(StatusCode::UNAUTHORIZED, "not-signed-in", "…") };
    let remote = serve(Router::new().route("/v1/me", get(refuse)), Hub::default()).await;
    assert!(matches!(remote.me().await, Err(ClientError::SignedOut)));
}

#[tokio::test]
async fn a_code_that_is_no_word_is_no_refusal() {
    let refuse = || async { problem(StatusCode::CONFLICT, "no-directory\u{1b}[2J", "…") };
    let remote = serve(Router::new().route("/v1/me", get(refuse)), Hub::default()).await;
    assert!(matches!(remote.me().await, Err(ClientError::Network { problem }) if problem == "HTTP 409"));
}

#[tokio::test]
async fn a_busy_hub_is_asked_again_and_a_refusal_is_not() {
    async fn busy_once(State(hub): State<Hub>) -> Response {
        match hub.asked.fetch_add(1, Ordering::SeqCst) {
            0 => StatusCode::SERVICE_UNAVAILABLE.into_response(),
            _ => "{\"cases\":[],\"more\":false}".into_response(),
        }
    }
    async fn refuse(State(hub): State<Hub>) -> Response {
        hub.asked.fetch_add(1, Ordering::SeqCst);
        problem(StatusCode::CONFLICT, "no-directory", "…")
    }
    let hub = Hub::default();
    let router = Router::new().route("/v1/cases", get(busy_once)).route("/v1/me", get(refuse));
    let remote = serve(router, hub.clone()).await;
    assert!(remote.cases().await.unwrap().is_empty());
    assert_eq!(hub.asked.swap(0, Ordering::SeqCst), 2);
    assert!(remote.me().await.is_err());
    assert_eq!(hub.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn who_waits_is_told_so_and_at_the_end_that_nothing_is_lost() {
    async fn busy_twice(State(hub): State<Hub>) -> Response {
        match hub.asked.fetch_add(1, Ordering::SeqCst) {
            0 | 1 => (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "1")]).into_response(),
            _ => "{\"cases\":[],\"more\":false}".into_response(),
        }
    }
    async fn busy(State(hub): State<Hub>) -> Response {
        hub.asked.fetch_add(1, Ordering::SeqCst);
        let body = serde_json::json!({ "code": "unavailable", "detail": "Even niet." }).to_string();
        (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "0")], body).into_response()
    }
    let hub = Hub::default();
    let router = Router::new().route("/v1/cases", get(busy_twice)).route("/v1/me", get(busy));
    let remote = serve(router, hub.clone()).await;
    let told = Arc::new(Mutex::new(Vec::new()));
    let ear = told.clone();
    remote.set_voice(move |sentence| ear.lock().unwrap().push(sentence.to_owned()));
    assert!(remote.cases().await.unwrap().is_empty());
    let words =
        "De hub kan dit nu even niet doen. Over 1 seconde probeer ik het opnieuw; er is niets verloren.";
    assert_eq!(*told.lock().unwrap(), [words, words]);

    hub.asked.store(0, Ordering::SeqCst);
    let error = remote.me().await.unwrap_err();
    assert_eq!((error.code(), hub.asked.load(Ordering::SeqCst)), ("unavailable", 6));
    let said = error.sentence(Language::Dutch);
    assert!(said.contains("Er is niets verloren") && said.contains("dezelfde opdracht"), "{said}");
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_asked_for_again() {
    async fn cut_once(State(hub): State<Hub>) -> Response {
        if hub.asked.fetch_add(1, Ordering::SeqCst) > 0 {
            return "{\"cases\":[],\"more\":false}".into_response();
        }
        let cut = [Ok(b"{\"cases\":".to_vec()), Err(std::io::Error::other("cut"))];
        Body::from_stream(futures_util::stream::iter(cut)).into_response()
    }
    let hub = Hub::default();
    let remote = serve(Router::new().route("/v1/cases", get(cut_once)), hub.clone()).await;
    assert!(remote.cases().await.unwrap().is_empty());
    assert_eq!(hub.asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_login_is_not_sent_twice() {
    async fn busy(State(hub): State<Hub>) -> StatusCode {
        hub.asked.fetch_add(1, Ordering::SeqCst);
        StatusCode::SERVICE_UNAVAILABLE
    }
    let hub = Hub::default();
    let remote = serve(Router::new().route("/v1/sessions", post(busy)), hub.clone()).await;
    let login = Signed { statement: String::new(), signature: vec![] };
    assert!(remote.open_session(&login).await.is_err());
    assert_eq!(hub.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn nobody_is_sent_elsewhere() {
    let elsewhere = || async { axum::response::Redirect::temporary("http://localhost:1/v1/me") };
    let remote = serve(Router::new().route("/v1/me", get(elsewhere)), Hub::default()).await;
    assert!(matches!(remote.me().await, Err(ClientError::Network { problem }) if problem == "HTTP 307"));
}

#[tokio::test]
async fn an_answer_about_other_statements_is_none() {
    let other = || async { "{\"recorded\":[],\"checkpoint\":\"\"}" };
    let remote = serve(Router::new().route("/v1/statements", post(other)), Hub::default()).await;
    let entries = vec![Signed { statement: "x".into(), signature: vec![] }];
    let batch = Batch { entries, attachments: vec![] };
    assert!(remote.post(&batch).await.is_err_and(|error| error.is("bad-receipt")));
}

#[tokio::test]
async fn an_upload_goes_on_where_the_hub_says() {
    async fn head(State(hub): State<Hub>) -> Response {
        ([("upload-offset", hub.received.lock().unwrap().len().to_string())], "").into_response()
    }
    async fn patch(State(hub): State<Hub>, headers: HeaderMap, body: bytes::Bytes) -> Response {
        // The second part is kept, but its answer gets lost.
        let lost = hub.asked.fetch_add(1, Ordering::SeqCst) == 1;
        let mut received = hub.received.lock().unwrap();
        assert_eq!(headers["upload-offset"], received.len().to_string().as_str());
        received.extend_from_slice(&body);
        match lost {
            true => StatusCode::BAD_GATEWAY.into_response(),
            false => {
                (StatusCode::NO_CONTENT, [("upload-offset", received.len().to_string())]).into_response()
            }
        }
    }
    let hub = Hub::default();
    let begun =
        || async { (StatusCode::CREATED, [("location", "https://elsewhere.example/v1/uploads/00ff")]) };
    let router = Router::new()
        .route("/v1/uploads", post(begun))
        .route("/v1/uploads/{id}", axum::routing::patch(patch).head(head))
        .layer(axum::extract::DefaultBodyLimit::disable());
    let remote = serve(router, hub.clone()).await;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("payload");
    let payload: Vec<u8> = (0..20_000_000u32).map(|i| (i / 7) as u8).collect();
    std::fs::write(&path, &payload).unwrap();
    let id = remote.begin_upload(payload.len() as u64).await.unwrap();
    assert_eq!(id, "00ff");
    let mut told = vec![];
    assert!(remote.upload(&id, &path, &mut |done, all| told.push((done, all))).await.unwrap());
    assert_eq!(*hub.received.lock().unwrap(), payload);
    assert_eq!(told.first(), Some(&(0, 20_000_000)));
    assert_eq!(told.last(), Some(&(20_000_000, 20_000_000)));
}

#[tokio::test]
async fn a_forgotten_upload_is_said_to_be_forgotten() {
    let remote = serve(Router::new(), Hub::default()).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("payload");
    std::fs::write(&path, b"1234").unwrap();
    assert!(!remote.upload("00ff", &path, &mut |_, _| ()).await.unwrap());
    assert!(remote.upload("../sessions", &path, &mut |_, _| ()).await.is_err());
}

/// Serves `PAYLOAD` by ranges, and breaks off in the middle the first time.
async fn ranged(
    State(hub): State<Hub>,
    UrlPath(part): UrlPath<(String, String)>,
    headers: HeaderMap,
) -> Response {
    assert_eq!(part.1, "body");
    let payload = hub.received.lock().unwrap().clone();
    let first = hub.asked.fetch_add(1, Ordering::SeqCst) == 0;
    let Some(range) = headers.get("range") else {
        let half = payload[..payload.len() / 2].to_vec();
        let cut = futures_util::stream::iter([Ok(half), Err(std::io::Error::other("cut"))]);
        return if first { Body::from_stream(cut).into_response() } else { payload.into_response() };
    };
    let start: usize =
        range.to_str().unwrap().strip_prefix("bytes=").unwrap().trim_end_matches('-').parse().unwrap();
    let place = format!("bytes {start}-{}/{}", payload.len() - 1, payload.len());
    (StatusCode::PARTIAL_CONTENT, [("content-range", place)], payload[start..].to_vec()).into_response()
}

async fn with_payload(payload: &[u8]) -> (Remote, Hub) {
    let hub = Hub::default();
    *hub.received.lock().unwrap() = payload.to_vec();
    let router = Router::new().route("/v1/statements/{id}/parts/{part}/payload", get(ranged));
    (serve(router, hub.clone()).await, hub)
}

#[tokio::test]
async fn a_download_goes_on_after_a_cut() {
    let payload: Vec<u8> = (0..3_000_000u32).map(|i| (i / 3) as u8).collect();
    let (remote, hub) = with_payload(&payload).await;
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("payload");
    let id = Digest::of(b"item");
    remote.download(id, PartName::Body, &named(&payload), &to, &mut |_, _| ()).await.unwrap();
    assert_eq!(std::fs::read(&to).unwrap(), payload);
    assert!(hub.asked.load(Ordering::SeqCst) >= 2);
}

#[tokio::test]
async fn another_payload_than_was_signed_for_is_not_kept() {
    let (remote, _) = with_payload(b"what the hub would like us to read, in 50 bytes...").await;
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("payload");
    let right = named(b"what the supplier signed for: these 50 bytes......");
    let refused = remote.download(Digest::of(b"item"), PartName::Body, &right, &to, &mut |_, _| ()).await;
    assert!(refused.is_err_and(|error| error.is("digest")));
    assert!(!to.exists());
    let refused = remote.payload(Digest::of(b"item"), PartName::Body, &right).await;
    assert!(refused.is_err_and(|error| error.is("digest")));
}

#[tokio::test]
async fn what_lay_there_from_a_hub_that_lied_is_fetched_anew() {
    let payload = b"what the supplier signed for: these 50 bytes......".to_vec();
    let (remote, hub) = with_payload(&payload).await;
    hub.asked.store(1, Ordering::SeqCst);
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("payload");
    for before in [&b"made up"[..], &[b'x'; 50], &[b'x'; 60]] {
        std::fs::write(&to, before).unwrap();
        remote
            .download(Digest::of(b"item"), PartName::Body, &named(&payload), &to, &mut |_, _| ())
            .await
            .unwrap();
        assert_eq!(std::fs::read(&to).unwrap(), payload);
    }
}

#[tokio::test]
async fn less_than_was_signed_for_is_no_cut_if_that_was_all() {
    let (remote, hub) = with_payload(b"too short").await;
    hub.asked.store(1, Ordering::SeqCst);
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("payload");
    let right = named(b"not as short as what the hub has");
    let refused = remote.download(Digest::of(b"item"), PartName::Body, &right, &to, &mut |_, _| ()).await;
    assert!(refused.is_err_and(|error| error.is("length")));
    assert_eq!(hub.asked.load(Ordering::SeqCst), 2, "it is not asked again");
    assert!(!to.exists());
}

/// Its digest is right, so this is no lie of the hub's: who signed the statement miscounted.
#[tokio::test]
async fn another_length_than_was_signed_for_is_refused() {
    let payload = b"what the supplier signed for: these 50 bytes......";
    let (remote, hub) = with_payload(payload).await;
    hub.asked.store(1, Ordering::SeqCst);
    let right = named(payload);
    let longer = Payload { length: right.length + 1, ..right };
    let refused = remote.payload(Digest::of(b"item"), PartName::Body, &longer).await;
    assert!(refused.is_err_and(|error| error.is("length")));
}

#[tokio::test]
async fn a_download_that_never_comes_further_is_given_up() {
    // The same beginning each time, without saying how much there is.
    async fn begins(State(hub): State<Hub>) -> Response {
        assert!(hub.asked.fetch_add(1, Ordering::SeqCst) < 50, "it is asked forever");
        let beginning = [Ok::<_, std::io::Error>(b"the beginning".to_vec())];
        Body::from_stream(futures_util::stream::iter(beginning)).into_response()
    }
    let hub = Hub::default();
    let router = Router::new().route("/v1/statements/{id}/parts/{part}/payload", get(begins));
    let waits = Waits { first: std::time::Duration::from_millis(1), ..Waits::default() };
    let remote = serve_for(router, hub.clone(), waits).await;
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("payload");
    let right = named(b"the beginning, and what comes behind it");
    let cut = remote.download(Digest::of(b"item"), PartName::Body, &right, &to, &mut |_, _| ()).await;
    assert!(matches!(cut, Err(ClientError::Network { problem }) if problem == "13 / 39"));
    assert!(to.exists(), "the next try can go on there");
}

#[tokio::test]
async fn a_list_of_cases_that_turns_in_circles_is_refused() {
    // What it lists page after page, by leaf, before a page that says that it was the last.
    async fn cases(pages: &[&[u64]]) -> Result<Vec<CaseRow>> {
        let pages: Arc<Vec<Vec<u64>>> = Arc::new(pages.iter().map(|page| page.to_vec()).collect());
        let page = async move |State(hub): State<Hub>| {
            let number = hub.asked.fetch_add(1, Ordering::SeqCst);
            let row = |leaf: &u64| {
                serde_json::json!({ "case": "ZVH-2026-0014", "kind": "complex", "phase": "rto", "leaf": leaf,
                    "partner": "par_0123456789abcdef", "at": "2026-11-02T09:00:00Z" })
            };
            let rows: Vec<_> = pages.get(number).into_iter().flatten().map(row).collect();
            serde_json::json!({ "cases": rows, "more": number < pages.len() }).to_string()
        };
        serve(Router::new().route("/v1/cases", get(page)), Hub::default()).await.cases().await
    }
    assert_eq!(cases(&[&[3, 5], &[8]]).await.unwrap().len(), 3);
    let circles: [&[&[u64]]; 5] =
        [&[&[3, 5], &[5, 8]], &[&[3, 5], &[3]], &[&[5, 3]], &[&[3, 3]], &[&[3], &[]]];
    for circle in circles {
        assert!(cases(circle).await.is_err_and(|error| error.is("bad-answer")), "{circle:?}");
    }
}

#[tokio::test]
async fn a_hub_that_takes_parts_and_loses_them_does_not_keep_us_sending() {
    // Each time it has something else than what it took, or did not take.
    async fn head(State(hub): State<Hub>) -> Response {
        let has = [0, 8 << 20, 0, 8 << 20][hub.asked.fetch_add(1, Ordering::SeqCst) % 4];
        ([("upload-offset", has.to_string())], "").into_response()
    }
    let lost = || async { StatusCode::BAD_GATEWAY };
    let router = Router::new()
        .route("/v1/uploads/{id}", axum::routing::patch(lost).head(head))
        .layer(axum::extract::DefaultBodyLimit::disable());
    let hub = Hub::default();
    let remote = serve(router, hub.clone()).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("payload");
    std::fs::write(&path, vec![7; 20 << 20]).unwrap();
    let refused = remote.upload("00ff", &path, &mut |_, _| ()).await;
    assert!(refused.is_err_and(|error| error.is("bad-answer")));
    assert_eq!(hub.asked.load(Ordering::SeqCst), 3, "it goes back behind what it had");
}

#[tokio::test]
async fn a_hub_that_never_takes_a_part_is_given_up() {
    let head = || async { ([("upload-offset", "0")], "") };
    async fn patch(State(hub): State<Hub>) -> Response {
        match hub.asked.fetch_add(1, Ordering::SeqCst) {
            0..20 => StatusCode::BAD_GATEWAY.into_response(),
            _ => (StatusCode::NO_CONTENT, [("upload-offset", "4")]).into_response(),
        }
    }
    let hub = Hub::default();
    let router = Router::new().route("/v1/uploads/{id}", axum::routing::patch(patch).head(head));
    let waits = Waits { first: std::time::Duration::from_millis(1), ..Waits::default() };
    let remote = serve_for(router, hub.clone(), waits).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("payload");
    std::fs::write(&path, b"1234").unwrap();
    let refused = remote.upload("00ff", &path, &mut |_, _| ()).await;
    assert!(matches!(refused, Err(ClientError::Network { problem }) if problem == "HTTP 502"));
    assert_eq!(hub.asked.load(Ordering::SeqCst), 4);
}

#[tokio::test]
async fn the_hubs_words_are_said_to_be_its_own_and_are_few() {
    let refuse = || async {
        problem(StatusCode::CONFLICT, "case-ended", &format!("Typ uw code:\n\u{1b}[2J{}", "x".repeat(9000)))
    };
    let remote = serve(Router::new().route("/v1/me", get(refuse)), Hub::default()).await;
    let sentence = remote.me().await.unwrap_err().sentence(Language::English);
    assert!(sentence.starts_with("According to the hub: Typ uw code: \\u{1b}[2Jxxx"), "{sentence}");
    assert!(sentence.ends_with("x…") && sentence.chars().count() < 450, "{sentence}");
}
