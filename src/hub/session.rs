//! Sessions, which are for reading only: whose each is, and when it ends.
//!
//! Of a token only its SHA-256 digest is kept. A session is the key's that signed for it, and does not outlive that
//! key's rights, nor its member's: each use asks how they stand now.

use axum::extract::State;
use axum::extract::{FromRequestParts, Request};
use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use sqlx::{AnyConnection, Row};

use super::HubState;
use super::error::HubError;
use super::web::problem::{Problem, ProblemBody};
use super::web::{Caller, Json, Path};
use super::{journal, past};
use crate::protocol::directory::House;
use crate::protocol::id::{Digest, MemberId, Moment, PartnerId};
use crate::protocol::refusal::Refusal;
use crate::protocol::statement::{Body, Login};
use crate::protocol::words::Nonce;

/// A session's last use is written at most so often, in seconds.
const SEEN_SECONDS: i64 = 60;

/// Whoever has a session, in force or not: a member who waits to be vouched for may see that.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub member: MemberId,
    /// The `key` statement whose cert judged the login.
    pub key: Digest,
    pub session: String,
    pub standing: Result<Caller, Refusal>,
}

impl SignedIn {
    /// Nothing for who is in force; else the key that it signed in with. Nobody has vouched for that one: it may be
    /// of someone who found a slip, and has no say over the member's other sessions.
    fn only_of_key(&self) -> String {
        self.standing.as_ref().map_or_else(|_| self.key.to_string(), |_| String::new())
    }
}

/// A session of the caller's.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SessionRow {
    pub session: String,
    #[schema(value_type = String)]
    pub begun: Moment,
    #[schema(value_type = String)]
    pub seen: Moment,
    #[schema(value_type = String)]
    pub until: Moment,
    /// Whether it is the one that asks.
    pub this: bool,
}

/// How the caller stands.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Me {
    #[schema(value_type = String)]
    pub member: MemberId,
    #[schema(value_type = Option<String>)]
    pub partner: Option<PartnerId>,
    pub in_force: bool,
    /// Why not, where not.
    pub refusal: Option<Why>,
}

/// A refusal's name and sentence.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Why {
    pub code: String,
    pub sentence: String,
}

/// How the caller stands: also for who waits for the house to vouch.
#[utoipa::path(get, path = "/v1/me", tag = "session",
    responses((status = 200, body = Me), (status = 401, body = ProblemBody)))]
pub async fn me(signed_in: SignedIn, headers: HeaderMap) -> Json<Me> {
    let language = super::web::problem::Language::of(&headers).into();
    let why =
        |refusal: &Refusal| Why { code: refusal.code().to_owned(), sentence: refusal.sentence(language) };
    let caller = signed_in.standing.as_ref().ok();
    Json(Me {
        member: signed_in.member,
        partner: caller.map(|caller| caller.partner),
        in_force: caller.is_some(),
        refusal: signed_in.standing.as_ref().err().map(why),
    })
}

/// The caller's sessions: all of the member's, or while its key waits to be vouched for those of that key.
#[utoipa::path(get, path = "/v1/sessions", tag = "session",
    responses((status = 200, body = Vec<SessionRow>), (status = 401, body = ProblemBody)))]
pub async fn sessions(
    State(hub): State<HubState>,
    signed_in: SignedIn,
) -> Result<Json<Vec<SessionRow>>, Problem> {
    let rows = sqlx::query(
        "SELECT id, begun, seen, until FROM session WHERE member = $1 AND ($2 = '' OR key = $2) ORDER BY begun, id",
    )
        .bind(signed_in.member.to_string())
        .bind(signed_in.only_of_key())
        .fetch_all(hub.db.read())
        .await
        .map_err(HubError::from)?;
    let row = |row: sqlx::any::AnyRow| -> Result<SessionRow, sqlx::Error> {
        let session: String = row.try_get("id")?;
        let moment = |name: &str| row.try_get::<i64, _>(name).map(Moment::from_unix);
        let (begun, seen, until) = (moment("begun")?, moment("seen")?, moment("until")?);
        Ok(SessionRow { this: session == signed_in.session, session, begun, seen, until })
    };
    Ok(Json(rows.into_iter().map(row).collect::<Result<_, _>>().map_err(HubError::from)?))
}

/// Ends one of the caller's sessions; twice is done.
#[utoipa::path(delete, path = "/v1/sessions/{id}", tag = "session", params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = ProblemBody)))]
pub async fn end_session(
    State(hub): State<HubState>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let mut tx = hub.db.begin().await.map_err(HubError::from)?;
    sqlx::query("DELETE FROM session WHERE id = $1 AND member = $2 AND ($3 = '' OR key = $3)")
        .bind(id)
        .bind(signed_in.member.to_string())
        .bind(signed_in.only_of_key())
        .execute(&mut *tx)
        .await
        .map_err(HubError::from)?;
    tx.commit().await.map_err(HubError::from)?;
    Ok(StatusCode::NO_CONTENT)
}

/// The token of a request: a bearer's, or the portal's cookie.
fn token(headers: &HeaderMap) -> Option<String> {
    let bearer = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    if let Some(token) = bearer.and_then(|value| value.strip_prefix("Bearer ")) {
        return Some(token.to_owned());
    }
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|cookies| cookies.split("; ")).filter_map(|pair| pair.split_once('='));
    pairs.find(|(name, _)| *name == "__Host-zegel").map(|(_, token)| token.to_owned())
}

/// What comes of the token in a request.
pub enum Found {
    /// No session, or one that ended.
    Nobody,
    /// A session that ends here, with the reason.
    Ended(Refusal),
    SignedIn(SignedIn),
}

/// Whose session a request has, if it has a live one.
///
/// # Errors
/// When the database fails.
pub async fn find(hub: &HubState, headers: &HeaderMap) -> Result<Found, HubError> {
    let Some(token) = token(headers) else { return Ok(Found::Nobody) };
    let now = hub.clock.now();
    let mut connection = hub.db.read().acquire().await?;
    let row = sqlx::query("SELECT id, member, key, seen, until FROM session WHERE token = $1")
        .bind(Digest::of(token.as_bytes()).to_string())
        .fetch_optional(&mut *connection)
        .await?;
    let Some(row) = row else { return Ok(Found::Nobody) };
    let (seen, until) = (row.try_get::<i64, _>("seen")?, row.try_get::<i64, _>("until")?);
    let idle = hub.config.limits.session_idle.as_secs() as i64;
    if now.unix() >= until || now.unix() >= seen + idle {
        return Ok(Found::Nobody);
    }
    let session: String = row.try_get("id")?;
    let member: MemberId = past::parsed(&row.try_get::<String, _>("member")?)?;
    let key: Digest = past::parsed(&row.try_get::<String, _>("key")?)?;
    let size = journal::size(&mut connection).await? as i64;
    let history = hub.past.load(&mut connection, size, &[]).await?;
    drop(connection);
    match standing(&history.house, member, key, now) {
        Standing::Over(refusal) => {
            end(hub, &session).await?;
            Ok(refusal.map_or(Found::Nobody, Found::Ended))
        }
        Standing::Goes(standing) => {
            if now.unix() - seen >= SEEN_SECONDS {
                // Who reads need not wait for who writes: the session only ends a minute earlier.
                if let Err(error) = touch(hub, &session, now).await {
                    tracing::warn!(%error, "a session's last use was not noted");
                }
            }
            Ok(Found::SignedIn(SignedIn { member, key, session, standing }))
        }
    }
}

/// Whether a session goes on, and as whose.
enum Standing {
    Goes(Result<Caller, Refusal>),
    /// With what to say of it; nothing to whose newer key may sign in.
    Over(Option<Refusal>),
}

/// A session is its key's. It reads for the member only while that key is the one that the directory lists; it may
/// see how it stands while the key could begin it anew; else it ends here, and does not come back when what ended
/// it is over (20.2).
fn standing(house: &House, member: MemberId, key: Digest, now: Moment) -> Standing {
    if house.revoked.contains_key(&key) {
        return Standing::Over(Some(Refusal::Revoked));
    }
    let in_force = house.member(member, now);
    if house.members.get(&member).is_some_and(|listed| listed.key == key) {
        return match in_force {
            Ok(membership) => Standing::Goes(Ok(Caller::of(house, membership, now))),
            Err(refusal @ (Refusal::Suspended { .. } | Refusal::Excluded)) => Standing::Over(Some(refusal)),
            Err(refusal) => Standing::Goes(Err(refusal)),
        };
    }
    match (in_force, signing_key(house, member, now)) {
        (Err(Refusal::UnknownMember), Ok(waiting)) if waiting == key => {
            Standing::Goes(Err(Refusal::NotVouched))
        }
        (Err(refusal), Ok(waiting)) if waiting == key => Standing::Goes(Err(refusal)),
        _ => Standing::Over(None),
    }
}

/// The `key` statement whose cert judges a login of the member now.
pub fn signing_key(house: &House, member: MemberId, now: Moment) -> Result<Digest, Refusal> {
    let login = Body::Login(Login { nonce: Nonce([0; 32]) });
    let signed = house.signed_by(member, &login, now);
    signed.standing?;
    let cert = signed.certs.first().ok_or(Refusal::UnknownMember)?;
    // No two keys on record have one cert.
    let key = house.keys.iter().find(|(_, key)| key.cert.fingerprint() == cert.fingerprint());
    key.map(|(id, _)| *id).ok_or(Refusal::KeyUnknown)
}

/// Ends, within a deed, all sessions of a member.
///
/// # Errors
/// When the database fails.
pub async fn end_all(tx: &mut AnyConnection, member: MemberId) -> Result<(), HubError> {
    sqlx::query("DELETE FROM session WHERE member = $1").bind(member.to_string()).execute(tx).await?;
    Ok(())
}

/// Ends, within a deed, all sessions that a key began.
///
/// # Errors
/// When the database fails.
pub async fn end_of_key(tx: &mut AnyConnection, key: Digest) -> Result<(), HubError> {
    sqlx::query("DELETE FROM session WHERE key = $1").bind(key.to_string()).execute(tx).await?;
    Ok(())
}

async fn end(hub: &HubState, session: &str) -> Result<(), HubError> {
    let mut tx = hub.db.begin().await?;
    sqlx::query("DELETE FROM session WHERE id = $1").bind(session).execute(&mut *tx).await?;
    Ok(tx.commit().await?)
}

async fn touch(hub: &HubState, session: &str, now: Moment) -> Result<(), HubError> {
    let mut tx = hub.db.begin().await?;
    let update = sqlx::query("UPDATE session SET seen = $1 WHERE id = $2").bind(now.unix()).bind(session);
    update.execute(&mut *tx).await?;
    Ok(tx.commit().await?)
}

/// Puts whoever has a session into the request: [`SignedIn`], and in force also [`Caller`]; else why not.
pub async fn sign_in_layer(State(hub): State<HubState>, mut request: Request, next: Next) -> Response {
    // Who sends a part has a time limit of its own; to find out who that is has the ordinary one.
    let found = tokio::time::timeout(hub.config.limits.request, find(&hub, request.headers())).await;
    let found = match found.map_err(|_| HubError::Busy).and_then(|found| found) {
        Ok(found) => found,
        Err(error) => return Problem::from(error).into_response(),
    };
    let extensions = request.extensions_mut();
    match found {
        Found::Nobody => {}
        Found::Ended(refusal) => drop(extensions.insert(refusal)),
        Found::SignedIn(signed_in) => {
            match &signed_in.standing {
                Ok(caller) => drop(extensions.insert(*caller)),
                Err(refusal) => drop(extensions.insert(refusal.clone())),
            }
            extensions.insert(signed_in);
        }
    }
    next.run(request).await
}

impl<S: Send + Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| why_not(parts))
    }
}

/// Who has no session; or has one that does not allow this, and hears why.
pub fn why_not(parts: &Parts) -> Problem {
    let refusal = parts.extensions.get::<Refusal>().cloned();
    refusal.map_or_else(Problem::not_signed_in, Problem::from)
}

/// Removes sessions that ended; a chore.
pub async fn sweep(hub: &HubState) -> Result<(), HubError> {
    let now = hub.clock.now().unix();
    let idle = hub.config.limits.session_idle.as_secs() as i64;
    let mut tx = hub.db.begin().await?;
    let ended = sqlx::query("DELETE FROM session WHERE until <= $1 OR seen <= $2").bind(now).bind(now - idle);
    ended.execute(&mut *tx).await?;
    Ok(tx.commit().await?)
}
