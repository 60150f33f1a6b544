//! Uploads that are said to be something else than they are.

use reqwest::Method;
use zegel::demo::stage::Stage;

use super::hands::PEOPLE;
use super::{Heard, SETTINGS, Watched};
use crate::support::Base;
use crate::support::door::signs_in;
use crate::support::scene::referred_with;

on_both!(what_is_no_upload_is_none);

type Headers = &'static [(&'static str, &'static str)];

const TUS: (&str, &str) = ("tus-resumable", "1.0.0");
const PART: (&str, &str) = ("content-type", "application/offset+octet-stream");

/// What is asked to begin an upload, and the code of what is heard.
const BEGUN: &[(Headers, &str)] = &[
    (&[("upload-length", "5")], "tus-version"),
    (&[("tus-resumable", "0.2.2"), ("upload-length", "5")], "tus-version"),
    (&[TUS], "bad-request"),
    (&[TUS, ("upload-defer-length", "1")], "bad-request"),
    (&[TUS, ("upload-length", "")], "bad-request"),
    (&[TUS, ("upload-length", "0")], "bad-request"),
    (&[TUS, ("upload-length", "-5")], "bad-request"),
    (&[TUS, ("upload-length", "+5")], "bad-request"),
    (&[TUS, ("upload-length", "5.0")], "bad-request"),
    (&[TUS, ("upload-length", "0x5")], "bad-request"),
    (&[TUS, ("upload-length", "5e3")], "bad-request"),
    (&[TUS, ("upload-length", "5, 6")], "bad-request"),
    (&[TUS, ("upload-length", "5"), ("upload-length", "6")], "bad-request"),
    (&[TUS, ("upload-length", "9223372036854775808")], "too-large"),
    (&[TUS, ("upload-length", "18446744073709551615")], "too-large"),
    (&[TUS, ("upload-length", "18446744073709551616")], "bad-request"),
    (&[TUS, ("upload-length", "5"), ("upload-metadata", "filename d2llLnR4dA==")], "upload-metadata"),
    (
        &[TUS, ("upload-length", "5"), ("upload-metadata", ""), ("upload-metadata", "who Ym9i")],
        "upload-metadata",
    ),
];

/// What is sent to an upload of ten bytes that has none yet.
const SENT: &[(Headers, usize, &str)] = &[
    (&[PART, ("upload-offset", "0")], 10, "tus-version"),
    (&[TUS, ("upload-offset", "0")], 10, "content-type"),
    (&[TUS, ("content-type", "application/json"), ("upload-offset", "0")], 10, "content-type"),
    (&[TUS, PART], 10, "bad-request"),
    (&[TUS, PART, ("upload-offset", "-1")], 10, "bad-request"),
    (&[TUS, PART, ("upload-offset", "0"), ("upload-offset", "5")], 10, "bad-request"),
    (&[TUS, PART, ("upload-offset", "5")], 5, "wrong-offset"),
    (&[TUS, PART, ("upload-offset", "10")], 0, "wrong-offset"),
    (&[TUS, PART, ("upload-offset", "18446744073709551615")], 10, "wrong-offset"),
    (&[TUS, PART, ("upload-offset", "0")], 0, "part-too-short"),
    (&[TUS, PART, ("upload-offset", "0")], 9, "part-too-short"),
    (&[TUS, PART, ("upload-offset", "0")], 11, "too-large"),
];

async fn what_is_no_upload_is_none(base: Base) {
    let (play, _) = referred_with(base, PEOPLE, SETTINGS).await;
    let stage = &play.stage;
    let (femke, pieter) = (signs_in(stage, "femke").await, signs_in(stage, "pieter").await);
    let upload = begins(stage, &femke).await;
    let watched = Watched::on(stage).await;
    for (headers, code) in BEGUN {
        let heard = sends(stage, &femke, Method::POST, "/v1/uploads", headers, Vec::new().into()).await;
        watched.refused(&format!("{headers:?}"), &heard, code).await;
    }
    for (headers, length, code) in SENT {
        let what = format!("{length} bytes with {headers:?}");
        let heard = sends(stage, &femke, Method::PATCH, &upload, headers, vec![7; *length].into()).await;
        watched.refused(&what, &heard, code).await;
        if *length > 0 {
            // Without saying beforehand how long it is.
            let heard = sends(stage, &femke, Method::PATCH, &upload, headers, in_pieces(*length)).await;
            watched.refused(&format!("{what}, in pieces"), &heard, code).await;
        }
    }
    let right: Headers = &[TUS, PART, ("upload-offset", "0")];
    let upper = upload.to_uppercase().replace("/V1/UPLOADS", "/v1/uploads");
    let beside = format!("/v1/uploads/..%2f..{upload}");
    for (token, path) in [(&pieter, &upload), (&femke, &upper), (&femke, &beside)] {
        let heard = sends(stage, token, Method::PATCH, path, right, vec![7; 10].into()).await;
        watched.refused(path, &heard, "not-found").await;
        let heard = sends(stage, token, Method::DELETE, path, &[TUS], Vec::new().into()).await;
        watched.refused(path, &heard, "not-found").await;
    }
    // As something else than it says it is.
    let instead: Headers = &[TUS, PART, ("upload-offset", "0"), ("x-http-method-override", "PATCH")];
    let heard = sends(stage, &femke, Method::POST, &upload, instead, vec![7; 10].into()).await;
    watched.refused("a POST for a PATCH", &heard, "method-not-allowed").await;
    let heard = sends(stage, &femke, Method::PATCH, &upload, right, vec![7; 10].into()).await;
    assert_eq!(heard.status, 204);
}

fn in_pieces(length: usize) -> reqwest::Body {
    let pieces = (0..length).map(|_| Ok::<_, std::io::Error>(vec![7u8]));
    reqwest::Body::wrap_stream(futures_util::stream::iter(pieces))
}

async fn begins(stage: &Stage, token: &str) -> String {
    let url = stage.url().unwrap().join("/v1/uploads").unwrap();
    let request = reqwest::Client::new().post(url).bearer_auth(token).header(TUS.0, TUS.1);
    let answer = request.header("upload-length", "10").send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 201);
    answer.headers()["location"].to_str().unwrap().to_owned()
}

async fn sends(
    stage: &Stage,
    token: &str,
    method: Method,
    path: &str,
    headers: &[(&'static str, &'static str)],
    body: reqwest::Body,
) -> Heard {
    let url = stage.url().unwrap().join(path).unwrap();
    let mut request = reqwest::Client::new().request(method, url).bearer_auth(token).body(body);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Heard::of(request.send().await.unwrap()).await
}
