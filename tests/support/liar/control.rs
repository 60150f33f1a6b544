//! Telling the liar what to lie about, over HTTP, at the same address: `/liar` is no path of the hub's.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use zegel::client::Batch;
use zegel::hub::HubState;

use super::{Lie, Shared, Told};
use crate::smuggle;

/// `GET /liar` says which lies there are and what came by; `PUT /liar` with
/// `{"lie": "other-header", "about": [["part of a path", "what is there instead"]]}` begins to tell one, `DELETE /liar`
/// ends it. `POST /liar/journal` with a batch has the hub record and show to all what it should have refused; `DELETE`
/// takes the journal's last leaf away, as if it had never been.
pub fn router() -> Router<Shared> {
    Router::new()
        .route("/liar", get(standing).put(tell).delete(truth))
        .route("/liar/journal", post(record).delete(take_back))
}

async fn standing(State(liar): State<Shared>) -> Json<Value> {
    let names: Vec<&str> = Lie::ALL.iter().map(|lie| lie.name()).collect();
    let liar = liar.lock().unwrap();
    Json(json!({ "lies": names, "lie": liar.lie, "posted": liar.posted, "asked": liar.asked }))
}

async fn tell(State(liar): State<Shared>, Json(told): Json<Told>) -> StatusCode {
    liar.lock().unwrap().lie = Some(told);
    StatusCode::NO_CONTENT
}

async fn truth(State(liar): State<Shared>) -> StatusCode {
    liar.lock().unwrap().lie = None;
    StatusCode::NO_CONTENT
}

async fn record(State(liar): State<Shared>, Json(batch): Json<Batch>) -> Response {
    let Some(hub) = journal(&liar) else { return no_journal() };
    for signed in &batch.entries {
        smuggle::smuggles(&hub, signed, hub.clock.now(), "all").await;
    }
    StatusCode::NO_CONTENT.into_response()
}

async fn take_back(State(liar): State<Shared>) -> Response {
    let Some(hub) = journal(&liar) else { return no_journal() };
    smuggle::removes_last(&hub).await;
    StatusCode::NO_CONTENT.into_response()
}

fn journal(liar: &Shared) -> Option<HubState> {
    liar.lock().unwrap().journal.clone()
}

fn no_journal() -> Response {
    (StatusCode::CONFLICT, "the liar was not given the hub's configuration\n").into_response()
}
