//! Signing in: a signed `login` over the hub's single-use nonce opens a session.

use axum::extract::State;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use sqlx::AnyConnection;

use super::error::HubError;
use super::statements::{BatchEntry, Read};
use super::web::Json;
use super::web::problem::{Problem, ProblemBody};
use super::{HubState, journal, nonce, session};
use crate::protocol::history::{Entry, History};
use crate::protocol::id::{Digest, MemberId, Moment};
use crate::protocol::journal::{Record, Scope};
use crate::protocol::refusal::Refusal;
use crate::protocol::statement::Body;
use crate::protocol::words::Nonce;

/// A session that has begun.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SessionAnswer {
    /// Shown once. Send it as `Authorization: Bearer …`.
    pub token: String,
    pub session: String,
    #[schema(value_type = String)]
    pub member: MemberId,
    pub in_force: bool,
    #[schema(value_type = String)]
    pub until: Moment,
}

/// Begins a session with a signed `login`.
#[utoipa::path(post, path = "/v1/sessions", tag = "session", request_body = BatchEntry,
    responses((status = 200, body = SessionAnswer), (status = 400, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 429, body = ProblemBody)))]
pub async fn new_session(
    State(hub): State<HubState>,
    Json(login): Json<BatchEntry>,
) -> Result<Json<SessionAnswer>, Problem> {
    Ok(Json(begin(&hub, &login).await?))
}

async fn begin(hub: &HubState, login: &BatchEntry) -> Result<SessionAnswer, HubError> {
    let read = login.read()?;
    let (Body::Login(body), Some(member)) = (&read.statement.body, read.statement.member()) else {
        return Err(Refusal::WrongSigner.into());
    };
    let now = hub.clock.now();
    let nonce_until = hub.nonces.require_good(&body.nonce, now)?;
    judge_before(hub, &read, &body.nonce, now).await?;
    // Only now: else anybody could use up another's turns with logins that nobody signed, or that were used before.
    hub.throttle.signs_in(member)?;

    let mut tx = hub.db.begin().await?;
    let size = journal::lock(&mut tx).await?;
    // Meanwhile the key may have been revoked or replaced: then its signature does not count any more.
    let history = hub.past.load(&mut tx, size, &[]).await?;
    verify(&history, &read, size, now)?;
    let key = session::signing_key(&history.house, member, now)?;
    // The nonce goes with the first login that is good, and with that one only.
    nonce::use_up(&mut tx, &body.nonce, nonce_until, now).await?;
    let (token, session) =
        (URL_SAFE_NO_PAD.encode(random_bytes(hub)?), hex::encode(&random_bytes(hub)?[..8]));
    let until = now.plus(hub.config.limits.session_absolute.as_secs() as i64);
    let new = New { token: &token, session: &session, member, key, now, until };
    insert(&mut tx, &new).await?;
    let event = journal::record_at(now, Record::SignedIn { member });
    journal::append(&mut tx, hub.random, Scope::House, size, &event).await?;
    tx.commit().await?;
    let in_force = history.house.member(member, now).is_ok();
    Ok(SessionAnswer { token, session, member, in_force, until })
}

/// Judges a login beside the journal's lock, so that nobody can hold it with logins that are not good.
async fn judge_before(hub: &HubState, read: &Read, nonce: &Nonce, now: Moment) -> Result<(), HubError> {
    let mut connection = hub.db.read().acquire().await?;
    nonce::require_unused(&mut connection, nonce).await?;
    let size = journal::size(&mut connection).await? as i64;
    let history = hub.past.load(&mut connection, size, &[]).await?;
    verify(&history, read, size, now)?;
    Ok(())
}

fn verify(history: &History, read: &Read, size: i64, now: Moment) -> Result<(), Refusal> {
    history.verify_signature(&Entry {
        id: read.id,
        statement: &read.statement,
        text: &read.text,
        signature: &read.signature,
        leaf: size as u64,
        at: now,
        certs: &Default::default(),
    })
}

struct New<'a> {
    token: &'a str,
    session: &'a str,
    member: MemberId,
    key: Digest,
    now: Moment,
    until: Moment,
}

async fn insert(tx: &mut AnyConnection, new: &New<'_>) -> Result<(), HubError> {
    sqlx::query(
        "INSERT INTO session (id, token, member, key, begun, seen, until) VALUES ($1, $2, $3, $4, $5, $5, $6)",
    )
    .bind(new.session.to_owned())
    .bind(Digest::of(new.token.as_bytes()).to_string())
    .bind(new.member.to_string())
    .bind(new.key.to_string())
    .bind(new.now.unix())
    .bind(new.until.unix())
    .execute(tx)
    .await?;
    Ok(())
}

fn random_bytes(hub: &HubState) -> Result<[u8; 32], HubError> {
    let mut bytes = [0; 32];
    hub.random.fill(&mut bytes).map_err(|_| HubError::Busy)?;
    Ok(bytes)
}
