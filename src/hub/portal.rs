//! Which bundle the hub serves as its portal: on record, and for anyone to compare.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use sqlx::{AnyConnection, Row};

use super::error::HubError;
use super::evidence::{self, RecordEntry};
use super::web::problem::Problem;
use super::web::{Json, portal};
use super::{HubState, journal, past};
use crate::protocol::id::Digest;
use crate::protocol::journal::{Event, Record, Scope};

/// The portal that the hub serves, and the record of it.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PortalAnswer {
    /// Of the whole bundle; null where the hub was built without.
    pub digest: Option<String>,
    pub checkpoint: String,
    /// What proves that it stands in the journal; none where it was not recorded.
    pub record: Option<RecordEntry>,
}

/// The portal's digest, and the proof that it is on record.
#[utoipa::path(get, path = "/v1/portal", tag = "journal", responses((status = 200, body = PortalAnswer)))]
pub async fn portal(State(hub): State<HubState>) -> Result<Json<PortalAnswer>, Problem> {
    Ok(Json(answer(&hub).await?))
}

async fn answer(hub: &HubState) -> Result<PortalAnswer, HubError> {
    let mut connection = hub.db.read().acquire().await?;
    let digest = portal::digest().map(|digest| digest.to_string());
    let Some(leaf) = hub.portal.get() else {
        let (_, checkpoint) = journal::checkpoint(&mut connection, &hub.journal_key).await?;
        return Ok(PortalAnswer { digest, checkpoint, record: None });
    };
    let mut records = evidence::record_at(hub, &mut connection, *leaf).await?;
    Ok(PortalAnswer { digest, checkpoint: records.checkpoint, record: records.records.pop() })
}

/// Puts on record which bundle is served from now on, unless the last record says so already. Its digest; none where
/// there is no bundle.
pub async fn put_on_record(hub: &HubState) -> Result<Option<Digest>, HubError> {
    let Some(about) = portal::digest() else { return Ok(None) };
    let mut tx = hub.db.begin().await?;
    let size = journal::lock(&mut tx).await?;
    if let Some((leaf, before)) = last(&mut tx).await?
        && before == about
    {
        let _ = hub.portal.set(leaf);
        return Ok(Some(about));
    }
    let event = journal::record_at(hub.clock.now(), Record::Portal { about });
    journal::append(&mut tx, hub.random, Scope::House, size, &event).await?;
    tx.commit().await?;
    let _ = hub.portal.set(size);
    Ok(Some(about))
}

/// The last record of a bundle: its leaf, and which.
async fn last(connection: &mut AnyConnection) -> Result<Option<(i64, Digest)>, HubError> {
    let row = sqlx::query(
        "SELECT leaf, event FROM leaf WHERE scope = $1 AND event LIKE 'zegel/1 record%record: portal%'
         ORDER BY leaf DESC LIMIT 1",
    );
    let Some(row) = row.bind(Scope::House.to_string()).fetch_optional(connection).await? else {
        return Ok(None);
    };
    match past::parsed(&row.try_get::<String, _>("event")?)? {
        Event::Record { record: Record::Portal { about }, .. } => Ok(Some((row.try_get("leaf")?, about))),
        _ => Ok(None),
    }
}
