//! Sealed parts and their headers: who may have which, and serving them.

use axum::body::Body as HttpBody;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sqlx::{AnyConnection, Row};

use super::access::{self, Visible};
use super::error::HubError;
use super::web::Caller;
use super::web::problem::{Problem, ProblemBody};
use super::web::{Json, Path};
use super::{HubState, evidence, journal, past, upload};
use crate::protocol::case::CaseState;
use crate::protocol::history::History;
use crate::protocol::id::{Digest, Moment};
use crate::protocol::journal::{Record, Scope};
use crate::protocol::meeting;
use crate::protocol::refusal::Refusal;
use crate::protocol::statement::{PartName, released_items};
use crate::protocol::words::Reader;

/// The headers that the caller can use for a part.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Headers {
    pub headers: Vec<HeaderRow>,
}

/// A header, and whom it is for.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct HeaderRow {
    /// `mem_…` or `vlt_…/3`.
    pub reader: String,
    /// Base64.
    pub header: String,
}

/// The headers by which the caller can open a part now: its own, of a pack, and those of its vaults.
#[utoipa::path(get, path = "/v1/statements/{id}/parts/{part}/headers", tag = "parts",
    params(("id" = String, Path), ("part" = String, Path)),
    responses((status = 200, body = Headers), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
pub async fn headers(
    State(hub): State<HubState>,
    caller: Caller,
    Path((id, part)): Path<(String, String)>,
) -> Result<Json<Headers>, Problem> {
    let (id, part) = named(&id, &part)?;
    let now = hub.clock.now();
    let mut connection = hub.db.read().acquire().await.map_err(HubError::from)?;
    let usable = usable(&hub, &mut connection, caller, id, part, now).await;
    drop(connection);
    record(&hub, caller, id, part, now, &usable).await?;
    let row = |(reader, bytes): (Reader, Vec<u8>)| HeaderRow {
        reader: reader.to_string(),
        header: STANDARD.encode(bytes),
    };
    Ok(Json(Headers { headers: usable?.headers.into_iter().map(row).collect() }))
}

fn named(id: &str, part: &str) -> Result<(Digest, PartName), HubError> {
    let part = part.parse().map_err(|_| Refusal::UnknownItem)?;
    Ok((evidence::statement_id(id)?, part))
}

/// What a caller may have of a part.
struct Usable {
    scope: String,
    headers: Vec<(Reader, Vec<u8>)>,
}

async fn usable(
    hub: &HubState,
    connection: &mut AnyConnection,
    caller: Caller,
    id: Digest,
    part: PartName,
    now: Moment,
) -> Result<Usable, HubError> {
    let visible = access::statement(connection, caller, id).await?;
    let rows = sqlx::query(
        "SELECT h.reader, h.bytes FROM header h WHERE h.statement = $1 AND h.part = $2 AND (h.reader = $3
         OR h.reader IN (SELECT v.vault || '/' || v.generation FROM holder v WHERE v.member = $3))
         ORDER BY h.reader",
    )
    .bind(id.to_string())
    .bind(part.word())
    .bind(caller.member.to_string())
    .fetch_all(&mut *connection)
    .await?;
    let mut headers = Vec::new();
    for row in &rows {
        let reader: Reader = past::parsed(&row.try_get::<String, _>("reader")?)?;
        headers.push((reader, row.try_get::<Vec<u8>, _>("bytes")?));
    }
    let by_vault = headers.iter().any(|(reader, _)| matches!(reader, Reader::Vault(_)));
    // Only a reader of a pack is asked whether it may open now; who holds the vault always may.
    if let Err(refusal) = may_open(hub, connection, caller, &visible, id, now).await? {
        if !by_vault {
            return Err(refusal.into());
        }
        headers.retain(|(reader, _)| matches!(reader, Reader::Vault(_)));
    }
    match headers.is_empty() {
        true => Err(Refusal::NotReleased.into()),
        false => Ok(Usable { scope: visible.scope, headers }),
    }
}

/// Whether the caller, as a reader of a pack, may open an item now.
async fn may_open(
    hub: &HubState,
    connection: &mut AnyConnection,
    caller: Caller,
    visible: &Visible,
    id: Digest,
    now: Moment,
) -> Result<Result<(), Refusal>, HubError> {
    let Ok(number) = visible.scope.parse() else { return Ok(Err(Refusal::NotReleased)) };
    let size = journal::size(connection).await? as i64;
    let history = hub.past.load(connection, size, &[number]).await?;
    let case = history.case(number)?;
    let Some(release) = latest_release(case, caller, id) else { return Ok(Err(Refusal::NotReleased)) };
    Ok(open_release(&history, case, release, id, caller, now))
}

fn open_release(
    history: &History,
    case: &CaseState,
    release: Digest,
    item: Digest,
    caller: Caller,
    now: Moment,
) -> Result<(), Refusal> {
    meeting::may_open(&history.house, case, release, item, caller.member, now)
}

/// The release to the caller that holds an item: one that is in force where there is one.
fn latest_release(case: &CaseState, caller: Caller, item: Digest) -> Option<Digest> {
    let holds = |id: &&Digest| {
        let release = case.releases.get(*id);
        release.is_some_and(|release| released_items(release).any(|released| released == item))
    };
    let mut current =
        case.released.iter().filter(|((_, reader), _)| *reader == caller.member).map(|(_, id)| id);
    let mut earlier = case.releases.iter().filter(|(_, r)| r.reader == caller.member).map(|(id, _)| id);
    current.rfind(holds).or_else(|| earlier.find(holds)).copied()
}

/// Records that a reader was served an item's body, or refused it. What a vault's holder does with what
/// is its own is not recorded.
async fn record(
    hub: &HubState,
    caller: Caller,
    id: Digest,
    part: PartName,
    now: Moment,
    usable: &Result<Usable, HubError>,
) -> Result<(), HubError> {
    let member = caller.member;
    let (scope, record) = match usable {
        Ok(usable)
            if part == PartName::Body && usable.headers.iter().any(|(r, _)| *r == Reader::Member(member)) =>
        {
            (past::parsed::<Scope>(&usable.scope)?, Record::Opened { member, about: id })
        }
        Err(HubError::Refused { refusal, .. })
            if part == PartName::Body && *refusal != Refusal::UnknownItem =>
        {
            (scope_of(hub, caller, id).await?, Record::Refused { member, about: Some(id) })
        }
        _ => return Ok(()),
    };
    let mut tx = hub.db.begin().await?;
    journal::record(&mut tx, hub.random, scope, &journal::record_at(now, record)).await?;
    Ok(tx.commit().await?)
}

async fn scope_of(hub: &HubState, caller: Caller, id: Digest) -> Result<Scope, HubError> {
    let mut connection = hub.db.read().acquire().await?;
    let visible = access::statement(&mut connection, caller, id).await?;
    Ok(past::parsed(&visible.scope)?)
}

/// The payload of a part, whole or a range, for whoever can use a header of it.
#[utoipa::path(get, path = "/v1/statements/{id}/parts/{part}/payload", tag = "parts",
    params(("id" = String, Path), ("part" = String, Path)),
    responses((status = 200, content_type = "application/octet-stream"), (status = 206),
        (status = 401, body = ProblemBody), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 416, body = ProblemBody)))]
pub async fn payload(
    State(hub): State<HubState>,
    caller: Caller,
    Path((id, part)): Path<(String, String)>,
    request: HeaderMap,
) -> Result<Response<HttpBody>, Problem> {
    let (id, part) = named(&id, &part)?;
    let mut connection = hub.db.read().acquire().await.map_err(HubError::from)?;
    usable(&hub, &mut connection, caller, id, part, hub.clock.now()).await?;
    let row = sqlx::query(
        "SELECT digest, length, payload, upload FROM sealed_part WHERE statement = $1 AND part = $2",
    )
    .bind(id.to_string())
    .bind(part.word())
    .fetch_optional(&mut *connection)
    .await
    .map_err(HubError::from)?;
    drop(connection);
    let row = row.ok_or(HubError::from(Refusal::UnknownItem))?;
    serve(&hub, &row, &request).await
}

async fn serve(
    hub: &HubState,
    row: &sqlx::any::AnyRow,
    request: &HeaderMap,
) -> Result<Response<HttpBody>, Problem> {
    let length = row.try_get::<i64, _>("length").map_err(HubError::from)? as u64;
    let digest: String = row.try_get("digest").map_err(HubError::from)?;
    let etag = format!("\"{digest}\"");
    let range = match requested_range(request, &etag, length) {
        Ok(range) => range,
        Err(()) => return Err(Problem::range_not_satisfiable(length)),
    };
    let (start, end) = range.unwrap_or((0, length));
    let body = match row.try_get::<Option<Vec<u8>>, _>("payload").map_err(HubError::from)? {
        Some(payload) => HttpBody::from(payload[start as usize..end as usize].to_vec()),
        None => {
            let upload: String = row.try_get("upload").map_err(HubError::from)?;
            HttpBody::from_stream(body(hub, &upload, start..end).await?)
        }
    };
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(end - start));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        headers.insert(header::ETAG, etag);
    }
    if range.is_some() {
        if let Ok(range) = HeaderValue::from_str(&format!("bytes {start}-{}/{length}", end - 1)) {
            headers.insert(header::CONTENT_RANGE, range);
        }
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    Ok(response)
}

async fn body(hub: &HubState, upload: &str, range: std::ops::Range<u64>) -> Result<upload::Body, HubError> {
    Ok(upload::body_reader(hub, &past::parsed(upload)?, range).await?)
}

/// The one range that a request asks for, as start and end; none where it wants all, or where `If-Range`
/// names something else (RFC 9110 section 14).
fn requested_range(request: &HeaderMap, etag: &str, length: u64) -> Result<Option<(u64, u64)>, ()> {
    let text = |name| request.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let Some(range) = text(header::RANGE) else { return Ok(None) };
    if text(header::IF_RANGE).is_some_and(|wanted| wanted != etag) {
        return Ok(None);
    }
    // Several ranges, or another unit, are answered with the whole, as a server may.
    let Some(range) = range.strip_prefix("bytes=").filter(|range| !range.contains(',')) else {
        return Ok(None);
    };
    let Some((first, last)) = range.split_once('-') else { return Ok(None) };
    let (start, end) = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) if first <= last => (first, last.saturating_add(1).min(length)),
        (Ok(first), Err(_)) if last.is_empty() => (first, length),
        (Err(_), Ok(last)) if first.is_empty() => (length.saturating_sub(last), length),
        _ => return Ok(None),
    };
    if start < end { Ok(Some((start, end))) } else { Err(()) }
}

/// Who opened an item, or was refused it: for its supplier and those who run the case.
#[utoipa::path(get, path = "/v1/items/{id}/records", tag = "journal", params(("id" = String, Path)),
    responses((status = 200, body = evidence::Records), (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
pub async fn records(
    State(hub): State<HubState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<evidence::Records>, Problem> {
    Ok(Json(records_of(&hub, caller, evidence::statement_id(&id)?).await?))
}

async fn records_of(hub: &HubState, caller: Caller, id: Digest) -> Result<evidence::Records, HubError> {
    let mut connection = hub.db.read().acquire().await?;
    let visible = access::statement(&mut connection, caller, id).await?;
    let scope: Scope = past::parsed(&visible.scope)?;
    let Scope::Case(number) = scope else { return Err(Refusal::UnknownItem.into()) };
    let size = journal::size(&mut connection).await? as i64;
    let history = hub.past.load(&mut connection, size, &[number]).await?;
    let case = history.case(number)?;
    let item = case.items.get(&id).ok_or(Refusal::UnknownItem)?;
    let supplies = item.item.supplier == caller.partner;
    let directs = case.require_director(&history.house, caller.member, hub.clock.now()).is_ok();
    if !supplies && !directs {
        return Err(Refusal::UnknownItem.into());
    }
    evidence::records_about(hub, &mut connection, scope, id).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(range: &str) -> Result<Option<(u64, u64)>, ()> {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, range.parse().unwrap());
        requested_range(&headers, "\"e\"", 100)
    }

    #[test]
    fn a_range_is_read_as_http_says() {
        assert_eq!(range("bytes=0-9"), Ok(Some((0, 10))));
        assert_eq!(range("bytes=90-"), Ok(Some((90, 100))));
        assert_eq!(range("bytes=-10"), Ok(Some((90, 100))));
        assert_eq!(range("bytes=50-500"), Ok(Some((50, 100))));
        assert_eq!(range("bytes=100-"), Err(()));
        for whole in ["bytes=0-1,5-6", "lines=0-1", "bytes=9-1", "bytes=a-b", "bytes=-"] {
            assert_eq!(range(whole), Ok(None), "{whole}");
        }
    }
}
