//! Sealed parts and their headers: who may have which, and serving them.

use axum::body::Body as HttpBody;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sqlx::Row;

use super::error::HubError;
use super::opening::Asked;
use super::web::Caller;
use super::web::problem::{Problem, ProblemBody};
use super::web::{Json, Path};
use super::{HubState, evidence, past, records, upload};
use crate::protocol::id::Digest;
use crate::protocol::refusal::Refusal;
use crate::protocol::statement::PartName;
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
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub async fn headers(
    State(hub): State<HubState>,
    caller: Caller,
    method: Method,
    Path((id, part)): Path<(String, String)>,
) -> Result<Json<Headers>, Problem> {
    let (id, part) = named(&id, &part)?;
    let asked = Asked { caller, id, part };
    let mut usable = asked.judge(&hub).await;
    // HEAD serves nothing, and leaves nothing behind.
    if method != Method::HEAD {
        usable = records::recorded(&hub, asked, usable).await;
    }
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

/// The payload of a part, whole or a range, for whoever can use a header of it.
#[utoipa::path(get, path = "/v1/statements/{id}/parts/{part}/payload", tag = "parts",
    params(("id" = String, Path), ("part" = String, Path)),
    responses((status = 200, content_type = "application/octet-stream"), (status = 206),
        (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 416, body = ProblemBody)))]
pub async fn payload(
    State(hub): State<HubState>,
    caller: Caller,
    Path((id, part)): Path<(String, String)>,
    request: HeaderMap,
) -> Result<Response<HttpBody>, Problem> {
    let (id, part) = named(&id, &part)?;
    Asked { caller, id, part }.judge(&hub).await?;
    let mut connection = hub.db.read().acquire().await.map_err(HubError::from)?;
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
        Err(NotSatisfiable) => return Err(Problem::range_not_satisfiable(length)),
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

/// A range of which the payload has nothing.
#[derive(Debug, PartialEq, Eq)]
pub struct NotSatisfiable;

/// The one range that a request asks for, as start and end; none where it wants all, or where `If-Range`
/// names something else (RFC 9110 section 14).
pub fn requested_range(
    request: &HeaderMap,
    etag: &str,
    length: u64,
) -> Result<Option<(u64, u64)>, NotSatisfiable> {
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
    if start < end { Ok(Some((start, end))) } else { Err(NotSatisfiable) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(range: &str) -> Result<Option<(u64, u64)>, NotSatisfiable> {
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
        assert_eq!(range("bytes=100-"), Err(NotSatisfiable));
        for whole in ["bytes=0-1,5-6", "lines=0-1", "bytes=9-1", "bytes=a-b", "bytes=-"] {
            assert_eq!(range(whole), Ok(None), "{whole}");
        }
    }
}
