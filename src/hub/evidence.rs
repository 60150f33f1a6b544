//! Statements as evidence: each with what proves that it stands in the journal, for whoever may see it.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::TryStreamExt;
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::HubState;
use super::access::{self, SHOWN_TO_CALLER};
use super::error::HubError;
use super::journal::{self, Nodes};
use super::past;
use super::web::Caller;
use super::web::problem::{Problem, ProblemBody};
use super::web::{Json, Path, Query};
use crate::protocol::id::Digest;
use crate::protocol::journal::{Needed, NodeId, Scope, Tile, consistency_nodes};
use crate::protocol::statement::{Body, Statement};

/// The most statements of one answer.
const MAX_PAGE: i64 = 500;
/// An answer ends with the statement that brings it above this, in bytes: each can have a quarter of it.
const MOST_TEXT: usize = 1 << 20;

/// Which statements.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Which {
    /// A case's number, or `house`.
    pub scope: String,
    /// Of one kind only.
    pub kind: Option<String>,
    /// After this leaf.
    pub after: Option<u64>,
    /// At most so many; 500 at most.
    pub limit: Option<u32>,
}

/// A page of statements, proved under one checkpoint.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Evidence {
    /// A C2SP signed note: the journal's size and root.
    pub checkpoint: String,
    pub entries: Vec<EvidenceEntry>,
    /// Base64 of the certs that the statements name, by digest.
    pub blobs: BTreeMap<String, String>,
    /// Whether there are more after the last one.
    pub more: bool,
}

/// One statement with its proofs. Hashes and salts are hexadecimal.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EvidenceEntry {
    pub leaf: u64,
    /// When the hub recorded it.
    pub at: String,
    pub scope_salt: String,
    pub event_salt: String,
    /// The exact text that was signed.
    pub statement: String,
    /// Base64.
    pub signature: String,
    /// That the leaf stands in the journal of the checkpoint.
    pub inclusion: Vec<String>,
    /// That the journal of the statement's own `journal` line grew into that of the checkpoint.
    pub consistency: Vec<String>,
}

/// The statements of the house or of a case that the caller may see, in the journal's order.
#[utoipa::path(get, path = "/v1/statements", tag = "statements", params(Which),
    responses((status = 200, body = Evidence), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody)))]
pub async fn statements(
    State(hub): State<HubState>,
    caller: Caller,
    Query(which): Query<Which>,
) -> Result<Json<Evidence>, Problem> {
    Ok(Json(page(&hub, caller, &which).await?))
}

async fn page(hub: &HubState, caller: Caller, which: &Which) -> Result<Evidence, HubError> {
    let limit = which.limit.map_or(MAX_PAGE, i64::from).clamp(1, MAX_PAGE);
    let mut connection = hub.db.read().acquire().await?;
    // First the size: what is appended later is of the next page.
    let (size, checkpoint) = journal::checkpoint(&mut connection, &hub.journal_key).await?;
    let (rows, more) = rows(&mut connection, caller, which, size, limit).await?;
    let found = rows.iter().map(|row| Found::read(row, size)).collect::<Result<Vec<_>, _>>()?;
    let needed = found.iter().flat_map(Found::nodes);
    let nodes = journal::fetch(&mut connection, needed).await?;
    let entries = found.iter().map(|found| found.entry(&nodes)).collect::<Result<_, _>>()?;
    let named: BTreeSet<Digest> = found.iter().filter_map(|found| certs_of(&found.body)).collect();
    let mut evidence = Evidence { checkpoint, entries, blobs: BTreeMap::new(), more };
    for digest in named {
        let bytes = blob(&mut connection, digest).await?;
        evidence.blobs.insert(digest.to_string(), STANDARD.encode(bytes));
    }
    Ok(evidence)
}

async fn rows(
    connection: &mut AnyConnection,
    caller: Caller,
    which: &Which,
    size: u64,
    limit: i64,
) -> Result<(Vec<AnyRow>, bool), HubError> {
    // By what is shown to the caller, not by what there is: who may not know of a case would else be told by the time it
    // takes how much goes on in it.
    let sql = format!(
        "SELECT s.leaf, s.at, s.text, s.signature, l.scope_salt, l.event_salt
         FROM statement s JOIN leaf l ON l.leaf = s.leaf
         WHERE s.scope = $4 AND s.leaf > $5 AND s.leaf < $6 AND ($7 = '' OR s.kind = $7)
           AND s.leaf IN (SELECT w.leaf FROM shown w WHERE w.scope = $4 AND {SHOWN_TO_CALLER})
         ORDER BY s.leaf LIMIT $8"
    );
    let mut found = access::of_caller(sql, caller)
        .bind(which.scope.clone())
        .bind(which.after.map_or(-1, |after| i64::try_from(after).unwrap_or(i64::MAX)))
        .bind(size as i64)
        .bind(which.kind.clone().unwrap_or_default())
        .bind(limit + 1)
        .fetch(connection);
    let (mut rows, mut bytes) = (Vec::new(), 0);
    while let Some(row) = found.try_next().await? {
        if rows.len() as i64 == limit || bytes > MOST_TEXT {
            return Ok((rows, true));
        }
        bytes += row.try_get::<&str, _>("text")?.len();
        rows.push(row);
    }
    Ok((rows, false))
}

/// A statement of a page, and what its proofs are made of.
struct Found {
    leaf: u64,
    at: String,
    scope_salt: Vec<u8>,
    /// None once the event is erased.
    event_salt: Option<Vec<u8>>,
    text: String,
    signature: Vec<u8>,
    body: Body,
    inclusion: Needed,
    /// None where its signer saw another journal, which the hub would not have recorded.
    consistency: Option<Needed>,
}

impl Found {
    fn read(row: &AnyRow, size: u64) -> Result<Self, HubError> {
        let leaf = row.try_get::<i64, _>("leaf")? as u64;
        let text: String = row.try_get("text")?;
        let statement = Statement::parse(text.as_bytes()).map_err(super::db::DbError::damaged)?;
        Ok(Self {
            leaf,
            at: row.try_get("at")?,
            scope_salt: row.try_get("scope_salt")?,
            event_salt: row.try_get("event_salt")?,
            text,
            signature: row.try_get("signature")?,
            inclusion: journal::inclusion(leaf, size)?,
            consistency: consistency_nodes(statement.journal.size, size),
            body: statement.body,
        })
    }

    fn nodes(&self) -> impl Iterator<Item = NodeId> {
        self.inclusion.ids().chain(self.consistency.iter().flat_map(Needed::ids))
    }

    fn entry(&self, nodes: &Nodes) -> Result<EvidenceEntry, HubError> {
        let consistency = self.consistency.as_ref().map(|needed| nodes.proof(needed)).transpose()?;
        Ok(EvidenceEntry {
            leaf: self.leaf,
            at: self.at.clone(),
            scope_salt: hex::encode(&self.scope_salt),
            event_salt: self.event_salt.as_ref().map(hex::encode).unwrap_or_default(),
            statement: self.text.clone(),
            signature: STANDARD.encode(&self.signature),
            inclusion: in_hex(&nodes.proof(&self.inclusion)?),
            consistency: in_hex(&consistency.unwrap_or_default()),
        })
    }
}

/// Hashes as hexadecimal digits.
pub fn in_hex(hashes: &[Digest]) -> Vec<String> {
    hashes.iter().map(|hash| hex::encode(hash.0)).collect()
}

/// The certs that are for everyone who sees the statement. Vault secrets and sets are not.
fn certs_of(body: &Body) -> Option<Digest> {
    match body {
        Body::Key(b) => Some(b.cert),
        Body::Membership(b) => Some(b.certified),
        Body::Directory(b) => Some(b.hub_cert),
        _ => None,
    }
}

/// The bytes of an attachment that is there.
pub async fn blob(connection: &mut AnyConnection, digest: Digest) -> Result<Vec<u8>, HubError> {
    let row = sqlx::query("SELECT bytes FROM attachment WHERE digest = $1").bind(digest.to_string());
    Ok(row.fetch_one(connection).await?.try_get("bytes")?)
}

/// Proof that a leaf of the hub's own records stands in the journal.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RecordEntry {
    pub leaf: u64,
    pub scope_salt: String,
    pub event_salt: String,
    /// The record's exact text.
    pub event: String,
    pub inclusion: Vec<String>,
}

/// Records about a statement, proved under one checkpoint.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Records {
    pub checkpoint: String,
    pub records: Vec<RecordEntry>,
}

/// The hub's records in a scope that name a statement.
pub async fn records_about(
    hub: &HubState,
    connection: &mut AnyConnection,
    scope: Scope,
    about: Digest,
) -> Result<Records, HubError> {
    let (size, checkpoint) = journal::checkpoint(connection, &hub.journal_key).await?;
    let rows = sqlx::query(
        "SELECT leaf, scope_salt, event_salt, event FROM leaf
         WHERE scope = $1 AND event LIKE 'zegel/1 record%' AND event LIKE $2 AND leaf < $3 ORDER BY leaf",
    )
    .bind(scope.to_string())
    .bind(format!("%about: {about}%"))
    .bind(size as i64)
    .fetch_all(&mut *connection)
    .await?;
    Ok(Records { checkpoint, records: proven(connection, size, &rows).await? })
}

/// The hub's record at one leaf.
pub async fn record_at(
    hub: &HubState,
    connection: &mut AnyConnection,
    leaf: i64,
) -> Result<Records, HubError> {
    let (size, checkpoint) = journal::checkpoint(connection, &hub.journal_key).await?;
    let row = sqlx::query("SELECT leaf, scope_salt, event_salt, event FROM leaf WHERE leaf = $1").bind(leaf);
    let rows = row.fetch_all(&mut *connection).await?;
    Ok(Records { checkpoint, records: proven(connection, size, &rows).await? })
}

async fn proven(
    connection: &mut AnyConnection,
    size: u64,
    rows: &[AnyRow],
) -> Result<Vec<RecordEntry>, HubError> {
    let place = |row: &AnyRow| Ok::<_, HubError>(row.try_get::<i64, _>("leaf")? as u64);
    let needed = |row: &AnyRow| Ok::<_, HubError>(journal::inclusion(place(row)?, size)?);
    let proofs = rows.iter().map(needed).collect::<Result<Vec<_>, _>>()?;
    let nodes = journal::fetch(connection, proofs.iter().flat_map(Needed::ids)).await?;
    let mut records = Vec::new();
    for (row, inclusion) in rows.iter().zip(&proofs) {
        records.push(RecordEntry {
            leaf: place(row)?,
            scope_salt: hex::encode(row.try_get::<Vec<u8>, _>("scope_salt")?),
            event_salt: hex::encode(row.try_get::<Vec<u8>, _>("event_salt")?),
            event: row.try_get("event")?,
            inclusion: in_hex(&nodes.proof(inclusion)?),
        });
    }
    Ok(records)
}

/// A statement's id from a path.
pub fn statement_id(text: &str) -> Result<Digest, HubError> {
    // What is not an id names nothing, as an id that is not there.
    past::parsed(text).map_err(|_| crate::protocol::refusal::Refusal::UnknownItem.into())
}

/// What the hub says of itself to anyone.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct HubAnswer {
    pub hub: String,
    /// The journal's size.
    pub size: u64,
    pub checkpoint: String,
}

/// The hub's name and its journal as it stands.
#[utoipa::path(get, path = "/v1/hub", tag = "journal", responses((status = 200, body = HubAnswer)))]
pub async fn hub(State(hub): State<HubState>) -> Result<Json<HubAnswer>, Problem> {
    let (size, checkpoint) = now(&hub).await?;
    Ok(Json(HubAnswer { hub: hub.config.hub.to_string(), size, checkpoint }))
}

async fn now(hub: &HubState) -> Result<(u64, String), HubError> {
    let mut connection = hub.db.read().acquire().await?;
    Ok(journal::checkpoint(&mut connection, &hub.journal_key).await?)
}

/// The journal's size and root, as a C2SP signed note.
#[utoipa::path(get, path = "/v1/checkpoint", tag = "journal",
    responses((status = 200, content_type = "text/plain")))]
pub async fn checkpoint(State(hub): State<HubState>) -> Result<String, Problem> {
    Ok(now(&hub).await?.1)
}

/// The authority's public cert. Who pins its fingerprint checks it.
#[utoipa::path(get, path = "/v1/authority", tag = "journal",
    responses((status = 200, content_type = "application/pgp-keys")))]
pub async fn authority(State(hub): State<HubState>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/pgp-keys")], hub.past.authority().bytes().to_vec())
}

/// Between which sizes.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Sizes {
    pub from: u64,
    pub to: u64,
}

/// A consistency proof (RFC 9162 section 2.1.4).
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Proof {
    pub proof: Vec<String>,
}

/// Proves that the journal of one size grew into that of another.
#[utoipa::path(get, path = "/v1/journal/consistency", tag = "journal", params(Sizes),
    responses((status = 200, body = Proof), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
pub async fn consistency(
    State(hub): State<HubState>,
    _: Caller,
    Query(sizes): Query<Sizes>,
) -> Result<Json<Proof>, Problem> {
    let proof = proof(&hub, &sizes).await?;
    Ok(Json(Proof { proof: in_hex(&proof.ok_or_else(Problem::not_found)?) }))
}

async fn proof(hub: &HubState, sizes: &Sizes) -> Result<Option<Vec<Digest>>, HubError> {
    let mut connection = hub.db.read().acquire().await?;
    if sizes.to > journal::size(&mut connection).await? {
        return Ok(None);
    }
    Ok(journal::consistency(&mut connection, sizes.from, sizes.to).await?)
}

/// A tile of the tree's hashes (C2SP tlog-tiles): level, then the index, three digits at a time.
#[utoipa::path(get, path = "/v1/tile/{tile}", tag = "journal", params(("tile" = String, Path)),
    responses((status = 200, content_type = "application/octet-stream"), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
pub async fn tile(
    State(hub): State<HubState>,
    _: Caller,
    Path(tile): Path<String>,
) -> Result<Vec<u8>, Problem> {
    let tile: Tile = format!("tile/{tile}").parse().map_err(|_| Problem::not_found())?;
    hashes_of(&hub, &tile).await?.ok_or_else(Problem::not_found)
}

async fn hashes_of(hub: &HubState, tile: &Tile) -> Result<Option<Vec<u8>>, HubError> {
    let mut connection = hub.db.read().acquire().await?;
    if !tile.is_in(journal::size(&mut connection).await?) {
        return Ok(None);
    }
    let nodes = journal::fetch(&mut connection, tile.nodes()).await?;
    Ok(Some(nodes.all(tile.nodes())?.iter().flat_map(|hash| hash.0).collect()))
}

/// A statement as it lies in the journal: leaf, kind, text, signature.
pub type Filed = (u64, String, String, Vec<u8>);

/// Every statement, for who has the hub itself in hands.
pub async fn all(hub: &HubState) -> Result<Vec<Filed>, HubError> {
    let rows = sqlx::query("SELECT leaf, kind, text, signature FROM statement ORDER BY leaf")
        .fetch_all(hub.db.read())
        .await?;
    let filed = |row: AnyRow| -> Result<Filed, sqlx::Error> {
        let leaf = row.try_get::<i64, _>("leaf")? as u64;
        Ok((leaf, row.try_get("kind")?, row.try_get("text")?, row.try_get("signature")?))
    };
    Ok(rows.into_iter().map(filed).collect::<Result<_, _>>()?)
}
