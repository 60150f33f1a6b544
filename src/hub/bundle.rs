//! Key bundles: kept for a member who has nothing at hand but a passkey or a recovery code.

use axum::extract::State;
use axum::http::HeaderName;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sqlx::Row;

use super::error::HubError;
use super::web::Json;
use super::web::problem::{Problem, ProblemBody};
use super::{HubState, evidence, past};
use crate::protocol::id::Digest;
use crate::protocol::refusal::Refusal;
use crate::protocol::words::Nonce;

/// The `bundle` statement and its signature, so that whoever opens the bundle sees whether it is the one signed for.
const STATEMENT: HeaderName = HeaderName::from_static("zegel-statement");
const SIGNATURE: HeaderName = HeaderName::from_static("zegel-signature");

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
    responses((status = 200, content_type = "application/octet-stream",
        headers(("Zegel-Statement" = String, description = "Base64 of the bundle statement"),
            ("Zegel-Signature" = String, description = "Base64 of its signature"))), (status = 404, body = ProblemBody),
        (status = 429, body = ProblemBody)))]
pub async fn fetch(
    State(hub): State<HubState>,
    Json(fetch): Json<Fetch>,
) -> Result<impl IntoResponse, Problem> {
    let newest = newest(&hub, &fetch).await?;
    let headers = [
        (CONTENT_TYPE, "application/octet-stream".to_owned()),
        (STATEMENT, STANDARD.encode(newest.statement)),
        (SIGNATURE, STANDARD.encode(newest.signature)),
    ];
    Ok((headers, newest.bundle))
}

struct Newest {
    bundle: Vec<u8>,
    statement: String,
    signature: Vec<u8>,
}

async fn newest(hub: &HubState, fetch: &Fetch) -> Result<Newest, HubError> {
    let mut connection = hub.db.read().acquire().await?;
    let row = sqlx::query(
        "SELECT f.bundle, s.text, s.signature FROM bundle_fetch f JOIN statement s ON s.id = f.statement
         WHERE f.fetch_id = $1 ORDER BY f.number DESC LIMIT 1",
    )
    .bind(Digest::of(&fetch.fetch.0).to_string())
    .fetch_optional(&mut *connection)
    .await?;
    let row = row.ok_or(Refusal::UnknownMember)?;
    let digest = past::parsed(&row.try_get::<String, _>("bundle")?)?;
    Ok(Newest {
        bundle: evidence::blob(&mut connection, digest).await?,
        statement: row.try_get("text")?,
        signature: row.try_get("signature")?,
    })
}
