//! The list of cases, for whoever may know of them.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use sqlx::Row;

use super::error::HubError;
use super::web::Caller;
use super::web::problem::{Problem, ProblemBody};
use super::web::{Json, Query};
use super::{HubState, access, journal, past};
use crate::protocol::id::{CaseNumber, PartnerId};
use crate::protocol::words::{CaseKind, Phase};

/// The most cases of one answer.
const MAX_PAGE: i64 = 100;

/// Which page.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Cases referred after this leaf.
    pub after: Option<u64>,
}

/// Cases, in the order in which they were referred.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Cases {
    pub cases: Vec<CaseRow>,
    pub more: bool,
}

/// A case, as the hub knows it: not whom it is about.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CaseRow {
    #[schema(value_type = String)]
    pub case: CaseNumber,
    #[schema(value_type = String)]
    pub kind: CaseKind,
    #[schema(value_type = String)]
    pub phase: Phase,
    /// The partner that referred it.
    #[schema(value_type = String)]
    pub partner: PartnerId,
    /// When it was referred.
    pub at: String,
    pub leaf: u64,
}

/// The cases that the caller may know of.
#[utoipa::path(get, path = "/v1/cases", tag = "cases", params(Page),
    responses((status = 200, body = Cases), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody)))]
pub async fn cases(
    State(hub): State<HubState>,
    caller: Caller,
    Query(page): Query<Page>,
) -> Result<Json<Cases>, Problem> {
    Ok(Json(list(&hub, caller, &page).await?))
}

async fn list(hub: &HubState, caller: Caller, page: &Page) -> Result<Cases, HubError> {
    let mut connection = hub.db.read().acquire().await?;
    let after = page.after.map_or(-1, |after| i64::try_from(after).unwrap_or(i64::MAX));
    let rows = access::of_kind(&mut connection, caller, "case", after, MAX_PAGE + 1).await?;
    let size = journal::size(&mut connection).await? as i64;
    let more = rows.len() as i64 > MAX_PAGE;
    let mut cases = Vec::new();
    for row in rows.iter().take(MAX_PAGE as usize) {
        let number: CaseNumber = past::parsed(&row.try_get::<String, _>("scope")?)?;
        let history = hub.past.load(&mut connection, size, &[number]).await?;
        let case = history.case(number)?;
        cases.push(CaseRow {
            case: number,
            kind: case.kind,
            phase: case.phase,
            partner: case.partner,
            at: row.try_get("at")?,
            leaf: row.try_get::<i64, _>("leaf")? as u64,
        });
    }
    Ok(Cases { cases, more })
}
