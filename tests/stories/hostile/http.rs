//! Requests that are none, or two in one, by bytes on a socket. The hub refuses or hangs up, answers nothing that was
//! hidden in something else, and goes on.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use zegel::demo::stage::Stage;

use super::Watched;
use super::hands::{Table, posts};
use crate::support::Base;
use crate::support::door::{get, signs_in};

on_both!(what_hides_in_a_request_is_not_answered, odd_paths_lead_nowhere, what_is_cut_off_is_not_kept);

/// All that comes back, until the hub hangs up; nothing if it does not.
async fn says(stage: &Stage, bytes: &[u8]) -> String {
    let mut socket = TcpStream::connect(stage.hub.address).await.unwrap();
    // Whoever is refused halfway can't send the rest.
    let _ = socket.write_all(bytes).await;
    let mut answer = Vec::new();
    let read = socket.read_to_end(&mut answer);
    let ended = tokio::time::timeout(Duration::from_secs(20), read).await;
    assert!(ended.is_ok(), "still open after {:?}", String::from_utf8_lossy(&bytes[..bytes.len().min(200)]));
    String::from_utf8_lossy(&answer).into_owned()
}

/// Refused, or hung up on; at most one answer, and no fault.
fn require_one_refusal(what: &str, answer: &str) {
    let answers = answer.matches("HTTP/1.1 ").count();
    let refused = answer.is_empty() || answer.starts_with("HTTP/1.1 4");
    assert!(answers <= 1 && refused, "{what}: {answer}");
}

/// A batch that the hub would take, hidden behind or in something else.
async fn what_hides_in_a_request_is_not_answered(base: Base) {
    let table = Table::set(base).await;
    let stage = table.stage();
    let good = table.approval().await;
    let watched = Watched::on(stage).await;
    let body = serde_json::to_string(&good).unwrap();
    let post = |more: &str| {
        format!("POST /v1/statements HTTP/1.1\r\nhost: hub\r\ncontent-type: application/json\r\n{more}\r\n")
    };
    let hidden = post(&format!("content-length: {}\r\nconnection: close\r\n", body.len())) + &body;
    let chunked = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    let long = body.len();
    let requests = [
        ("two lengths", post(&format!("content-length: 4\r\ncontent-length: {long}\r\n")) + &body),
        ("two lengths in one", post(&format!("content-length: 4, {long}\r\n")) + &body),
        ("a length with a sign", post(&format!("content-length: +{long}\r\n")) + &body),
        ("a length that is none", post("content-length: 0x10\r\n") + &body),
        ("a length of 2^64", post("content-length: 18446744073709551616\r\n") + &body),
        ("a length and pieces, and more behind", {
            post(&format!("content-length: {}\r\ntransfer-encoding: chunked\r\n", hidden.len() + 5))
                + "0\r\n\r\n"
                + &hidden
        }),
        ("pieces twice", post("transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n") + &chunked),
        ("pieces that are none", post("transfer-encoding: xchunked\r\n") + &chunked),
        ("pieces and then something", post("transfer-encoding: chunked, gzip\r\n") + &chunked),
        (
            "a piece of 2^64",
            post("transfer-encoding: chunked\r\nconnection: close\r\n") + "10000000000000000\r\n" + &body,
        ),
        (
            "a piece of less than nothing",
            post("transfer-encoding: chunked\r\nconnection: close\r\n") + "-1\r\n" + &body,
        ),
        ("a blank before the colon", post(&format!("content-length : {long}\r\n")) + &body),
        (
            "a line that goes on",
            post(&format!("x-more: a\r\n content-length: 4\r\ncontent-length: {long}\r\n")) + &body,
        ),
        ("a NUL", post(&format!("x-more: a\0b\r\ncontent-length: {long}\r\n")) + &body),
        ("a header without a name", post(&format!(": nameless\r\ncontent-length: {long}\r\n")) + &body),
        ("a header of a mebibyte", post(&format!("x-more: {}\r\n", "x".repeat(1 << 20)))),
        ("a thousand headers", post(&"x-more: x\r\n".repeat(1000))),
        ("a path of a mebibyte", format!("GET /v1/{} HTTP/1.1\r\nhost: hub\r\n\r\n", "x".repeat(1 << 20))),
        ("HTTP of 1991", "GET /v1/hub\r\n".to_owned()),
        ("HTTP of 2015", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned()),
        ("HTTP of some day", format!("POST /v1/statements HTTP/7.3\r\ncontent-length: {long}\r\n\r\n{body}")),
        (
            "a tunnel",
            "CONNECT elsewhere:443 HTTP/1.1\r\nhost: elsewhere\r\nconnection: close\r\n\r\n".to_owned(),
        ),
        ("an echo", "TRACE /v1/hub HTTP/1.1\r\nhost: hub\r\nconnection: close\r\n\r\n".to_owned()),
        ("a method of its own", format!("POST\u{1}X /v1/statements HTTP/1.1\r\nhost: hub\r\n\r\n{body}")),
        ("TLS", "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}".to_owned() + &"\0".repeat(500) + "\r\n\r\n"),
    ];
    for (what, request) in requests {
        require_one_refusal(what, &says(stage, request.as_bytes()).await);
        watched.unchanged(what).await;
    }
    // Pieces count, whatever length is said beside them; and then the hub hangs up on what is behind.
    let both =
        post(&format!("transfer-encoding: chunked\r\ncontent-length: {long}\r\n")) + &chunked + &hidden;
    let answer = says(stage, both.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.matches("HTTP/1.1 ").count() == 1, "{answer}");
}

async fn odd_paths_lead_nowhere(base: Base) {
    let table = Table::set(base).await;
    let stage = table.stage();
    let token = signs_in(stage, "femke").await;
    let watched = Watched::on(stage).await;
    for path in [
        "//v1/me",
        "/v1//me",
        "/v1/me/",
        "/V1/me",
        "/v1/ME",
        "/v1/%6de",
        "/%76%31/me",
        "/./v1/me",
        "/v1/./me",
        "/v1/../v1/me",
        "/v1/%2e%2e/v1/me",
        "/v1/hub/..%2fme",
        "/v1/me;a=b",
        "/v1/me%00",
        "/v1/%00",
        "/v1/statements/%00/parts/body/headers",
        "/v1/statements/%00/parts/%00/payload",
        "/v1/letters/%00/message",
        "/v1/letters/%00/delivery",
        "/v1/items/%00/records",
        "/v1/vaults/%00/secret",
        "/v1/uploads/%00",
        "/v1/tile/%00",
        "/v1/me%20",
        "/v1\\me",
        "/v1/tile/../me",
        "/v1/tile/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/v1/tile/0/x999/x999/x999/x999/x999/x999/000",
        "/v1/statements/sha256:../parts/body/payload",
        "/v1/uploads/%2e%2e%2fme",
        "/../../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/..%5c..%5cetc/passwd",
    ] {
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: hub\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n"
        );
        let answer = says(stage, request.as_bytes()).await;
        require_one_refusal(path, &answer);
        assert!(!answer.contains("\"member\"") && !answer.contains("root:"), "{path}: {answer}");
    }
    for method in ["PUT", "PATCH", "DELETE", "POST"] {
        for path in ["/v1/me", "/v1/hub", "/v1/cases", "/v1/checkpoint", "/v1/openapi.json", "/index.html"] {
            let request = format!(
                "{method} {path} HTTP/1.1\r\nhost: hub\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\
                 content-length: 0\r\n\r\n"
            );
            let answer = says(stage, request.as_bytes()).await;
            assert!(answer.starts_with("HTTP/1.1 405"), "{method} {path}: {answer}");
        }
    }
    let questions = [
        "statements",
        "statements?scope=",
        "statements?scope=house&scope=house",
        "statements?scope=ZVH-2026-1",
        "statements?scope=house&after=-1",
        "statements?scope=house&after=18446744073709551616",
        "statements?scope=house&after=x",
        "statements?scope=%00",
        "statements?scope=house&kind=%00",
        "statements?scope=house&kind=x'--",
        "statements?scope=house'--",
        "journal/consistency",
        "journal/consistency?from=5&to=1",
        "journal/consistency?from=0&to=99999999",
        "journal/consistency?from=-1&to=1",
        "cases?after=x",
    ];
    for question in questions {
        let heard = get(stage, &token, &format!("/v1/{question}")).await;
        // What no case is called shows as much as a case that is not for the caller: nothing.
        let nothing = heard.status == 200 && heard.json()["entries"] == serde_json::json!([]);
        let refused = (400..500).contains(&heard.status) && !heard.code.is_empty();
        assert!(nothing || refused, "{question}: {} {}", heard.status, heard.code);
    }
    watched.unchanged("odd paths").await;
}

/// Halfway, everywhere, the connection is gone.
async fn what_is_cut_off_is_not_kept(base: Base) {
    let table = Table::set(base).await;
    let stage = table.stage();
    let good = table.approval().await;
    let watched = Watched::on(stage).await;
    let body = serde_json::to_string(&good).unwrap();
    let head = format!(
        "POST /v1/statements HTTP/1.1\r\nhost: hub\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let request = head + &body;
    for part in 0..16 {
        let sent = &request.as_bytes()[..(request.len() - 1) * part / 15];
        let mut socket = TcpStream::connect(stage.hub.address).await.unwrap();
        socket.write_all(sent).await.unwrap();
        drop(socket);
        // And where who sends it says that this was all.
        let mut socket = TcpStream::connect(stage.hub.address).await.unwrap();
        socket.write_all(sent).await.unwrap();
        socket.shutdown().await.unwrap();
        let mut answer = Vec::new();
        let _ = tokio::time::timeout(Duration::from_secs(20), socket.read_to_end(&mut answer)).await.unwrap();
        require_one_refusal("cut off", &String::from_utf8_lossy(&answer));
    }
    watched.unchanged("cut off").await;
    assert_eq!(posts(stage, &good).await.status, 200);
}
