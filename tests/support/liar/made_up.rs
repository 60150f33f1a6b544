//! What the liar answers out of nothing.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use futures_util::stream::{self, StreamExt};
use serde_json::json;
use zegel::client::Batch;
use zegel::client::batch::Signed;
use zegel::client::remote::{HubInfo, Recorded, RecordedBatch};
use zegel::protocol::cert::SecretCert;
use zegel::protocol::id::Moment;
use zegel::protocol::seal::{SealingKey, seal_file};

use super::{Answer, Ask, Asks, Lie, Shared, Told};

const MIB: usize = 1 << 20;

/// An answer that the hub has no part in, where the lie is one.
pub async fn answer(liar: &Shared, told: &Told, ask: &Ask) -> Option<Response> {
    let json = |status: StatusCode, body: serde_json::Value| Some((status, axum::Json(body)).into_response());
    match told.lie {
        Lie::OtherAuthority => {
            let cert = SecretCert::generate_authority("Autoriteit Midden-Linge", a_moment()).unwrap();
            Some(cert.public().bytes().to_vec().into_response())
        }
        Lie::NotThere => {
            json(StatusCode::NOT_FOUND, json!({ "code": "unknown-item", "detail": "Dit stuk bestaat niet." }))
        }
        Lie::KeptBack => {
            liar.lock().unwrap().kept = Some(ask.body.to_vec());
            json(
                StatusCode::FORBIDDEN,
                json!({ "code": "kept", "detail": "Deze zending is achtergehouden." }),
            )
        }
        Lie::NothingRecorded => Some(nothing_recorded(liar, ask).await),
        Lie::SignedOut => json(StatusCode::UNAUTHORIZED, json!({ "code": "not-signed-in" })),
        Lie::OthersBundle => Some(others_bundle()),
        Lie::OtherNonce => {
            json(StatusCode::OK, json!({ "nonce": "zegel/1 withdrawal\n", "until": a_moment() }))
        }
        Lie::UploadTooFar => {
            Some((StatusCode::NO_CONTENT, [("upload-offset", u64::MAX.to_string())]).into_response())
        }
        Lie::UploadAstray => Some((StatusCode::NO_CONTENT, [("upload-offset", "1")]).into_response()),
        Lie::OtherSecret => {
            let (own, reader) = (SealingKey::generate(), told.about.first()?.1.parse().ok()?);
            Some(seal_file(format!("{}\n", *own.to_text()).as_bytes(), &[reader]).unwrap().into_response())
        }
        Lie::ServerError => {
            let page = Html("<h1>Fout</h1><script>alert('\u{1b}[2J')</script>");
            Some((StatusCode::INTERNAL_SERVER_ERROR, page).into_response())
        }
        Lie::AlwaysBusy => {
            Some((StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "0")]).into_response())
        }
        Lie::Elsewhere => Some(Redirect::temporary(&told.about.first()?.1).into_response()),
        Lie::DeepAnswer => Some((r#"{"deep":"#.to_owned() + &"[".repeat(200_000)).into_response()),
        Lie::Bomb => {
            Some(([(header::CONTENT_ENCODING, "gzip")], gzip(&vec![b' '; 16 * MIB])).into_response())
        }
        Lie::EndlessAnswer => {
            let blanks = Bytes::from(vec![b' '; MIB]);
            Some(streamed(stream::repeat(blanks)))
        }
        Lie::SilentAnswer => Some(streamed(first("{").chain(stream::pending()))),
        Lie::TricklingAnswer => {
            let blanks = stream::repeat(()).then(|()| async {
                tokio::time::sleep(Duration::from_millis(50)).await;
                Bytes::from_static(b" ")
            });
            Some(streamed(first("{").chain(blanks)))
        }
        Lie::FalseWords => json(
            StatusCode::CONFLICT,
            json!({
                "code": "case-ended",
                "detail": "\u{1b}[2J\u{1b}]0;zegel\u{7}Uw sleutel is verlopen.\nTyp uw herstelcode op https://zegel.invalid/.\r"
                    .to_owned() + &"\u{202e}x".repeat(5_000),
            }),
        ),
        Lie::FalseCode => json(StatusCode::CONFLICT, json!({ "code": "case-ended\u{1b}[2J", "detail": "…" })),
        _ => None,
    }
}

fn a_moment() -> Moment {
    "2026-11-02T08:00:00Z".parse().unwrap()
}

fn first(text: &'static str) -> impl futures_util::Stream<Item = Bytes> {
    stream::iter([Bytes::from_static(text.as_bytes())])
}

fn streamed(pieces: impl futures_util::Stream<Item = Bytes> + Send + 'static) -> Response {
    Body::from_stream(pieces.map(Ok::<_, Infallible>)).into_response()
}

/// As the hub would answer, under the checkpoint that it had before.
async fn nothing_recorded(liar: &Shared, ask: &Ask) -> Response {
    let mut hub = ask.clone();
    (hub.method, hub.uri, hub.body) = (axum::http::Method::GET, "/v1/hub".to_owned(), Bytes::new());
    hub.headers.remove(header::CONTENT_LENGTH);
    let Answer { body, .. } = liar.asks(hub).await;
    let hub: HubInfo = serde_json::from_slice(&body).unwrap();
    let batch: Batch = serde_json::from_slice(&ask.body).unwrap();
    let receipt =
        |signed: &Signed| Recorded { id: signed.id(), leaf: hub.size - 1, at: a_moment(), new: true };
    let recorded = batch.entries.iter().map(receipt).collect();
    axum::Json(RecordedBatch { recorded, checkpoint: hub.checkpoint }).into_response()
}

/// A bundle that somebody else sealed, and signed.
fn others_bundle() -> Response {
    let sealed = seal_file(b"none of yours", &[SealingKey::generate().recipient()]).unwrap();
    let statement = ("zegel-statement", BASE64_STANDARD.encode("zegel/1 bundle\n"));
    ([statement, ("zegel-signature", BASE64_STANDARD.encode("signed"))], sealed).into_response()
}

/// RFC 1952, so that who unpacks it does.
fn gzip(text: &[u8]) -> Vec<u8> {
    let mut packed = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    packed.extend(miniz_oxide::deflate::compress_to_vec(text, 6));
    packed.extend(crc32(text).to_le_bytes());
    packed.extend((text.len() as u32).to_le_bytes());
    packed
}

fn crc32(text: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
    let table: Vec<u32> = (0..256).map(|byte| (0..8).fold(byte, step)).collect();
    !text.iter().fold(!0u32, |crc, byte| table[(crc as u8 ^ byte) as usize] ^ crc >> 8)
}
