//! Letters: the mail itself for its addressee, and how it went for who sent it.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, ETAG};
use axum::response::IntoResponse;
use serde::Serialize;
use sqlx::{AnyConnection, Row};

use super::error::HubError;
use super::web::problem::{Problem, ProblemBody};
use super::web::{Caller, Json, Path};
use super::{HubState, access, evidence, journal};
use crate::protocol::id::Digest;
use crate::protocol::refusal::Refusal;
use crate::protocol::statement::{Body, Letter, Statement};
use crate::protocol::words::Signer;

/// The whole mail, as its author's program made it: for its addressee, and nobody else.
#[utoipa::path(get, path = "/v1/letters/{id}/message", tag = "letters", params(("id" = String, Path)),
    responses((status = 200, content_type = "message/rfc822"), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
pub async fn message(
    State(hub): State<HubState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    let (digest, bytes) = message_of(&hub, caller, letter_id(&id)?).await?;
    // Sealed for one person, and kept as long as the case: nobody else's business.
    let headers = [(CONTENT_TYPE, "message/rfc822".to_owned()), (ETAG, format!("\"{digest}\""))];
    Ok((headers, Bytes::from(bytes)))
}

async fn message_of(hub: &HubState, caller: Caller, id: Digest) -> Result<(Digest, Vec<u8>), HubError> {
    let mut connection = hub.db.read().acquire().await?;
    let (letter, _) = shown(&mut connection, caller, id).await?;
    if letter.to != caller.member {
        return Err(Refusal::UnknownLetter.into());
    }
    let row = sqlx::query("SELECT bytes FROM attachment WHERE digest = $1").bind(letter.message.to_string());
    let row = row.fetch_optional(&mut *connection).await?.ok_or(Refusal::UnknownLetter)?;
    Ok((letter.message, row.try_get("bytes")?))
}

/// How it went with a letter's mail.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Delivery {
    /// `waiting`, `sent` or `given-up`; or `portal`, where it is not mailed.
    pub state: String,
    /// How often the hub began to hand it over.
    pub attempts: u64,
    /// Why it did not succeed the last time, in one word; null where it did, or was not tried.
    pub last_failure: Option<String>,
}

/// How it went with the mail: for the letter's author and for who runs the case.
#[utoipa::path(get, path = "/v1/letters/{id}/delivery", tag = "letters", params(("id" = String, Path)),
    responses((status = 200, body = Delivery), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
pub async fn delivery(
    State(hub): State<HubState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Delivery>, Problem> {
    Ok(Json(delivery_of(&hub, caller, letter_id(&id)?).await?))
}

async fn delivery_of(hub: &HubState, caller: Caller, id: Digest) -> Result<Delivery, HubError> {
    let mut connection = hub.db.read().acquire().await?;
    let (letter, signer) = shown(&mut connection, caller, id).await?;
    if signer != Signer::Member(caller.member) {
        let size = journal::size(&mut connection).await? as i64;
        let history = hub.past.load(&mut connection, size, &[letter.case]).await?;
        let case = history.case(letter.case)?;
        case.require_director(&history.house, caller.member, hub.clock.now())
            .map_err(|_| Refusal::UnknownLetter)?;
    }
    let row = sqlx::query("SELECT state, attempts, last_failure FROM outbox WHERE letter = $1");
    let row = row.bind(id.to_string()).fetch_optional(&mut *connection).await?;
    let Some(row) = row else {
        return Ok(Delivery { state: "portal".to_owned(), attempts: 0, last_failure: None });
    };
    Ok(Delivery {
        state: row.try_get("state")?,
        attempts: row.try_get::<i64, _>("attempts")? as u64,
        last_failure: row.try_get("last_failure")?,
    })
}

/// A letter that the caller may see, and who signed it. Any other is unknown, whether it is there or not.
async fn shown(
    connection: &mut AnyConnection,
    caller: Caller,
    id: Digest,
) -> Result<(Letter, Signer), HubError> {
    let visible = access::statement(connection, caller, id).await.map_err(|error| match error {
        HubError::Refused { refusal: Refusal::UnknownItem, .. } => Refusal::UnknownLetter.into(),
        other => other,
    })?;
    match Statement::parse(visible.text.as_bytes()) {
        Ok(Statement { body: Body::Letter(letter), by, .. }) => Ok((letter, by)),
        _ => Err(Refusal::UnknownLetter.into()),
    }
}

fn letter_id(text: &str) -> Result<Digest, HubError> {
    evidence::statement_id(text).map_err(|_| Refusal::UnknownLetter.into())
}
