//! Key bundles: kept for a member who has nothing at hand but a passkey or a recovery code.

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use sqlx::Row;

use super::error::HubError;
use super::web::Json;
use super::web::problem::{Problem, ProblemBody};
use super::{HubState, evidence, past};
use crate::protocol::id::Digest;
use crate::protocol::refusal::Refusal;
use crate::protocol::words::Nonce;

/// By which id a bundle is asked for: in the body, since an address ends up in logs.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Fetch {
    /// 32 bytes in hexadecimal.
    #[schema(value_type = String)]
    pub fetch: Nonce,
}

/// The newest bundle that an id fetches: an age file that only its own recipients open.
#[utoipa::path(post, path = "/v1/bundles", tag = "bundles", request_body = Fetch,
    responses((status = 200, content_type = "application/octet-stream"), (status = 404, body = ProblemBody)))]
pub async fn fetch(
    State(hub): State<HubState>,
    Json(fetch): Json<Fetch>,
) -> Result<impl IntoResponse, Problem> {
    Ok(([(CONTENT_TYPE, "application/octet-stream")], newest(&hub, &fetch).await?))
}

async fn newest(hub: &HubState, fetch: &Fetch) -> Result<Vec<u8>, HubError> {
    let mut connection = hub.db.read().acquire().await?;
    let row = sqlx::query("SELECT bundle FROM bundle_fetch WHERE fetch_id = $1 ORDER BY number DESC LIMIT 1")
        .bind(Digest::of(&fetch.fetch.0).to_string())
        .fetch_optional(&mut *connection)
        .await?;
    let row = row.ok_or(Refusal::UnknownMember)?;
    evidence::blob(&mut connection, past::parsed(&row.try_get::<String, _>("bundle")?)?).await
}
