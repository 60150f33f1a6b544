//! What a vault's holders get: its secret, sealed to them, and all that it can open.

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::error::HubError;
use super::web::Caller;
use super::web::problem::{Problem, ProblemBody};
use super::web::{Json, Path};
use super::{HubState, access, evidence, journal};
use crate::protocol::id::{CaseNumber, VaultId};
use crate::protocol::refusal::Refusal;
use crate::protocol::statement::{Body, Statement, Vault};
use crate::protocol::words::VaultGeneration;

/// All that a vault's present generation can open.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct VaultHeaders {
    pub headers: Vec<VaultHeader>,
}

/// A header that a vault has, and for what.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct VaultHeader {
    pub statement: String,
    /// The number of its case.
    pub scope: String,
    pub part: String,
    /// Base64.
    pub header: String,
}

/// The vault's secret, an age file sealed to its holders.
#[utoipa::path(get, path = "/v1/vaults/{vault}/secret", tag = "vaults", params(("vault" = String, Path)),
    responses((status = 200, content_type = "application/octet-stream"), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody)))]
pub async fn secret(
    State(hub): State<HubState>,
    caller: Caller,
    Path(vault): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    Ok(([(CONTENT_TYPE, "application/octet-stream")], secret_of(&hub, caller, &vault).await?))
}

async fn secret_of(hub: &HubState, caller: Caller, vault: &str) -> Result<Vec<u8>, HubError> {
    let mut connection = hub.db.read().acquire().await?;
    require_fresh(hub, &mut connection).await?;
    let vault: VaultId = vault.parse().map_err(|_| Refusal::NotHolder)?;
    let (_, secret) = access::held_vault(&mut connection, caller, vault).await?;
    evidence::blob(&mut connection, secret).await
}

/// Without a fresh directory nobody opens anything, so nobody needs a vault's keys either.
async fn require_fresh(hub: &HubState, connection: &mut AnyConnection) -> Result<(), HubError> {
    let size = journal::size(connection).await? as i64;
    let history = hub.past.load(connection, size, &[]).await?;
    history.house.fresh_directory(hub.clock.now())?;
    Ok(())
}

/// All that the vault's present generation can open, for a new generation: that must carry over all of it, also
/// what is over its last day and whose payload is served to nobody.
#[utoipa::path(get, path = "/v1/vaults/{vault}/headers", tag = "vaults", params(("vault" = String, Path)),
    responses((status = 200, body = VaultHeaders), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody)))]
pub async fn headers(
    State(hub): State<HubState>,
    caller: Caller,
    Path(vault): Path<String>,
) -> Result<Json<VaultHeaders>, Problem> {
    Ok(Json(headers_of(&hub, caller, &vault).await?))
}

async fn headers_of(hub: &HubState, caller: Caller, vault: &str) -> Result<VaultHeaders, HubError> {
    let mut connection = hub.db.read().acquire().await?;
    require_fresh(hub, &mut connection).await?;
    let vault: VaultId = vault.parse().map_err(|_| Refusal::NotHolder)?;
    let (generation, _) = access::held_vault(&mut connection, caller, vault).await?;
    let rows = headers_to(&mut connection, VaultGeneration { vault, generation }, None).await?;
    let header = |row: &AnyRow| -> Result<VaultHeader, sqlx::Error> {
        Ok(VaultHeader {
            statement: row.try_get("statement")?,
            scope: row.try_get("scope")?,
            part: row.try_get("part")?,
            header: STANDARD.encode(row.try_get::<Vec<u8>, _>("bytes")?),
        })
    };
    Ok(VaultHeaders { headers: rows.iter().map(header).collect::<Result<_, _>>()? })
}

/// What the vault's present generation took over: the set that its statement names, nothing where it names none. Whoever
/// meets a header that does not open holds it against this.
#[utoipa::path(get, path = "/v1/vaults/{vault}/set", tag = "vaults", params(("vault" = String, Path)),
    responses((status = 200, content_type = "application/octet-stream"), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody)))]
pub async fn set(
    State(hub): State<HubState>,
    caller: Caller,
    Path(vault): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    Ok(([(CONTENT_TYPE, "application/octet-stream")], set_of(&hub, caller, &vault).await?))
}

async fn set_of(hub: &HubState, caller: Caller, vault: &str) -> Result<Vec<u8>, HubError> {
    let mut connection = hub.db.read().acquire().await?;
    require_fresh(hub, &mut connection).await?;
    let vault: VaultId = vault.parse().map_err(|_| Refusal::NotHolder)?;
    access::held_vault(&mut connection, caller, vault).await?;
    let text = sqlx::query_scalar::<_, String>(
        "SELECT s.text FROM holder h JOIN statement s ON s.id = h.statement WHERE h.vault = $1 LIMIT 1",
    );
    let text = text.bind(vault.to_string()).fetch_one(&mut *connection).await?;
    match Statement::parse(text.as_bytes()).map_err(Refusal::from)?.body {
        Body::Vault(Vault { set: Some(set), .. }) => evidence::blob(&mut connection, set).await,
        Body::Vault(_) => Ok(Vec::new()),
        _ => Err(Refusal::NoVault.into()),
    }
}

/// The headers that a vault's generation has for parts that lie here, of one case or of all: what a new generation is
/// shown, and what it has to carry over.
pub async fn headers_to(
    connection: &mut AnyConnection,
    now: VaultGeneration,
    case: Option<CaseNumber>,
) -> Result<Vec<AnyRow>, HubError> {
    let rows = sqlx::query(
        "SELECT h.statement, h.part, h.bytes, p.scope FROM header h
         JOIN sealed_part p ON p.statement = h.statement AND p.part = h.part
         WHERE h.reader = $1 AND ($2 = '' OR p.scope = $2) ORDER BY h.statement, h.part",
    );
    let case = case.map_or_else(String::new, |case| case.to_string());
    Ok(rows.bind(now.to_string()).bind(case).fetch_all(connection).await?)
}
