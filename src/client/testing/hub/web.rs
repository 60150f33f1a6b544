//! The hub in memory, over HTTP.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::extract::{Path, Query, Request, State as Shared};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;

use super::{PAGE, State, Way};
use crate::client::batch::{Batch, Signed};
use crate::clock::Clock;
use crate::protocol::history::Entry;
use crate::protocol::id::{CaseNumber, Digest, MemberId};
use crate::protocol::journal::{Scope, consistency_nodes};
use crate::protocol::refusal::{Class, Language, Refusal};
use crate::protocol::seal::Header;
use crate::protocol::statement::{Body, PartName};
use crate::protocol::vault::VaultState;
use crate::protocol::words::VaultGeneration;

type Hub = Shared<Arc<Mutex<State>>>;

pub fn router(state: Arc<Mutex<State>>) -> Router {
    let noted = from_fn_with_state(state.clone(), note);
    routes().layer(noted).with_state(state)
}

/// Keeps what was asked, and fails where it has to.
async fn note(Shared(hub): Hub, request: Request, next: Next) -> Response {
    let asked = format!("{} {}", request.method(), request.uri());
    let fails = {
        let mut hub = hub.lock().unwrap();
        hub.asked.push(asked.clone());
        hub.fault.is_some_and(|path| asked.contains(path))
    };
    if fails { fault() } else { next.run(request).await }
}

fn routes() -> Router<Arc<Mutex<State>>> {
    Router::new()
        .route(
            "/v1/hub",
            get(async |Shared(hub): Hub| {
                let hub = hub.lock().unwrap();
                Json(json!({ "hub": hub.name, "size": hub.frontier.size(), "checkpoint": hub.note() }))
            }),
        )
        .route(
            "/v1/authority",
            get(async |Shared(hub): Hub| hub.lock().unwrap().authority.as_ref().unwrap().bytes().to_vec()),
        )
        .route("/v1/statements", post(record).get(statements))
        .route(
            "/v1/nonces",
            post(async |Shared(hub): Hub| {
                let until = hub.lock().unwrap().clock.now().plus(60);
                Json(json!({ "nonce": "00".repeat(32), "until": until }))
            }),
        )
        .route("/v1/sessions", post(sign_in))
        .route("/v1/bundles", post(bundle))
        .route(
            "/v1/me",
            get(async |Shared(hub): Hub, headers: HeaderMap| {
                let (member, hub) = (caller(&headers), hub.lock().unwrap());
                let refusal = hub.history.as_ref().unwrap().house.member(member, hub.clock.now()).err();
                let refusal =
                    refusal.map(|r| json!({ "code": r.code(), "sentence": r.sentence(Language::Dutch) }));
                Json(json!({ "member": member, "in_force": refusal.is_none(), "refusal": refusal }))
            }),
        )
        .route("/v1/cases", get(cases))
        .route(
            "/v1/journal/consistency",
            get(async |Shared(hub): Hub, Query(query): Query<BTreeMap<String, u64>>| {
                let hub = hub.lock().unwrap();
                let proof = hub.proof(consistency_nodes(query["from"], query["to"]));
                Json(json!({ "proof": proof.iter().map(|hash| hex::encode(hash.0)).collect::<Vec<_>>() }))
            }),
        )
        .route(
            "/v1/vaults/{vault}/secret",
            get(async |Shared(hub): Hub, Path(vault): Path<String>| {
                let hub = hub.lock().unwrap();
                let vaults = hub.stored.iter().filter_map(|stored| match &stored.statement.body {
                    Body::Vault(b) if b.vault.to_string() == vault => Some(b),
                    _ => None,
                });
                hub.blobs[&vaults.max_by_key(|b| b.generation).unwrap().secret].clone()
            }),
        )
        .route(
            "/v1/statements/{id}/parts/{part}/headers",
            get(async |Shared(hub): Hub, Path((id, part)): Path<(Digest, String)>| {
                let hub = hub.lock().unwrap();
                let now: Vec<_> = hub.vaults().iter().map(VaultState::now).collect();
                let of = hub.headers.iter().filter(|((generation, of, name), _)| {
                    *of == id && name.word() == part && now.contains(generation)
                });
                let row = |((reader, ..), header): (&(VaultGeneration, Digest, PartName), &Header)| {
                    json!({ "reader": reader.to_string(), "header": BASE64_STANDARD.encode(header.to_bytes()) })
                };
                Json(json!({ "headers": of.map(row).collect::<Vec<_>>() }))
            }),
        )
        .route(
            "/v1/vaults/{vault}/set",
            get(async |Shared(hub): Hub, Path(vault): Path<String>| {
                let hub = hub.lock().unwrap();
                let vaults = hub.stored.iter().filter_map(|stored| match &stored.statement.body {
                    Body::Vault(b) if b.vault.to_string() == vault => Some(b),
                    _ => None,
                });
                let set = vaults.max_by_key(|b| b.generation).unwrap().set;
                set.map_or_else(Vec::new, |set| hub.blobs[&set].clone())
            }),
        )
        .route(
            "/v1/vaults/{vault}/headers",
            get(async |Shared(hub): Hub, Path(vault): Path<String>| {
                let hub = hub.lock().unwrap();
                let now = hub.vaults().into_iter().find(|v| v.vault.to_string() == vault).unwrap().now();
                let open = hub.headers.iter().filter(|((generation, id, part), _)| {
                    *generation == now && hub.left_out != Some((*id, *part))
                });
                let row = |((_, id, part), header): (&(VaultGeneration, Digest, PartName), &Header)| {
                    let header = hub.swap.as_ref().unwrap_or(header);
                    let header = BASE64_STANDARD.encode(header.to_bytes());
                    json!({ "statement": id, "part": part.word(), "header": header })
                };
                Json(json!({ "headers": open.map(row).collect::<Vec<_>>() }))
            }),
        )
}

async fn record(Shared(hub): Hub, Json(batch): Json<Batch>) -> Response {
    let mut hub = hub.lock().unwrap();
    match hub.way {
        Way::Open => answer(hub.record(&batch)),
        Way::Closed => StatusCode::BAD_GATEWAY.into_response(),
        Way::Refused => answer::<()>(Err(Refusal::NotVouched)),
        Way::NoAnswer => {
            let _ = hub.record(&batch);
            StatusCode::BAD_GATEWAY.into_response()
        }
        Way::Fault => hub.record(&batch).map_or_else(|refusal| answer::<()>(Err(refusal)), |_| fault()),
    }
}

fn fault() -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({ "code": "internal" }))).into_response()
}

/// The cases that the caller knows of, behind a leaf.
async fn cases(
    Shared(hub): Hub,
    headers: HeaderMap,
    Query(query): Query<BTreeMap<String, u64>>,
) -> Json<serde_json::Value> {
    let (member, hub) = (caller(&headers), hub.lock().unwrap());
    let history = hub.history.as_ref().unwrap();
    let mut rows = vec![];
    for stored in hub.stored.iter().filter(|stored| query.get("after").is_none_or(|a| stored.index > *a)) {
        let Body::Case(b) = &stored.statement.body else { continue };
        let case = &history.cases[&b.case];
        if !hub.no_cases && case.is_known_to(&history.house, member) {
            rows.push(json!({ "case": b.case, "kind": b.kind, "phase": case.phase, "partner": b.partner,
                              "at": stored.at, "leaf": stored.index }));
        }
    }
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    Json(json!({ "cases": rows, "more": more }))
}

/// The newest bundle with this fetch id.
async fn bundle(Shared(hub): Hub, Json(asked): Json<BTreeMap<String, String>>) -> Response {
    let hub = hub.lock().unwrap();
    let fetch = Digest::of(&hex::decode(&asked["fetch"]).unwrap());
    let bundles = hub.stored.iter().filter_map(|stored| match &stored.statement.body {
        Body::Bundle(b) if b.fetch.contains(&fetch) => Some((b, &stored.signed)),
        _ => None,
    });
    let Some((bundle, signed)) = bundles.max_by_key(|(b, _)| b.number) else {
        return answer::<()>(Err(Refusal::UnknownMember));
    };
    let headers = [
        ("zegel-statement", BASE64_STANDARD.encode(&signed.statement)),
        ("zegel-signature", BASE64_STANDARD.encode(&signed.signature)),
    ];
    (headers, hub.blobs[&bundle.digest].clone()).into_response()
}

async fn statements(
    Shared(hub): Hub,
    headers: HeaderMap,
    Query(query): Query<BTreeMap<String, String>>,
) -> Response {
    let hub = hub.lock().unwrap();
    let scope = match query["scope"].as_str() {
        "house" => Scope::House,
        case => Scope::Case(case.parse::<CaseNumber>().unwrap()),
    };
    let after = query.get("after").map(|after| after.parse().unwrap());
    let mut evidence = hub.page(caller(&headers), scope, after);
    if let Some(tamper) = &hub.tamper {
        tamper(&mut evidence);
    }
    Json(evidence).into_response()
}

async fn sign_in(Shared(hub): Hub, Json(login): Json<Signed>) -> Response {
    let hub = hub.lock().unwrap();
    let statement = login.parse().unwrap();
    let entry = Entry {
        id: login.id(),
        statement: &statement,
        text: login.statement.as_bytes(),
        signature: &login.signature,
        leaf: 0,
        at: hub.clock.now(),
        certs: &BTreeMap::new(),
    };
    let member = statement.member().unwrap();
    let until = hub.clock.now().plus(3600);
    let session = json!({ "token": member.to_string(), "session": "s", "member": member, "in_force": true, "until": until });
    answer(hub.history.as_ref().unwrap().verify_signature(&entry).map(|()| session))
}

/// The token is the member's id: good enough for a test.
fn caller(headers: &HeaderMap) -> MemberId {
    headers["authorization"].to_str().unwrap().strip_prefix("Bearer ").unwrap().parse().unwrap()
}

fn answer<T: serde::Serialize>(result: Result<T, Refusal>) -> Response {
    match result {
        Ok(value) => Json(value).into_response(),
        Err(refusal) => {
            let status = match refusal.class() {
                Class::Malformed => StatusCode::BAD_REQUEST,
                Class::Forbidden => StatusCode::FORBIDDEN,
                Class::Conflict => StatusCode::CONFLICT,
                Class::NotFound => StatusCode::NOT_FOUND,
            };
            let next = match &refusal {
                Refusal::CaseNumberTaken { next } => Some(next.to_string()),
                Refusal::BundleNumber { next } => Some(next.to_string()),
                _ => None,
            };
            let detail = refusal.sentence(Language::Dutch);
            let body = json!({ "code": refusal.code(), "detail": detail, "next": next });
            (status, Json(body)).into_response()
        }
    }
}
