//! Takes away what nobody will use any more.

use super::{UploadError, UploadId, discard_part};
use crate::hub::HubState;
use crate::hub::objects::ObjectName;
use crate::protocol::id::Moment;

/// How long an upload, or a part of one, may lie untouched, in seconds.
const A_DAY: i64 = 24 * 60 * 60;
/// How much a sweep takes on at a time.
const HANDFUL: i64 = 100;

/// Removes what lay untouched for a day, both uploads that no statement claimed and parts that never became whole,
/// and what was erased. Gives the number of uploads and parts that went.
pub async fn sweep(hub: &HubState, now: Moment) -> Result<u64, UploadError> {
    let old = now.plus(-A_DAY).unix();
    sqlx::query("UPDATE upload SET state = 'gone' WHERE state IN ('open', 'whole') AND touched < $1")
        .bind(old)
        .execute(hub.db.writer())
        .await?;
    let mut swept = Swept::default();
    sweep_parts(hub, old, &mut swept).await?;
    sweep_gone(hub, &mut swept).await?;
    match swept.failed {
        Some(error) => Err(error),
        None => Ok(swept.number),
    }
}

/// What one sweep came to. What can't be removed keeps nothing else from it: it is told when all others are gone.
#[derive(Default)]
struct Swept {
    number: u64,
    failed: Option<UploadError>,
}

impl Swept {
    fn take(&mut self, outcome: Result<(), UploadError>) {
        match outcome {
            Ok(()) => self.number += 1,
            Err(error) => _ = self.failed.get_or_insert(error),
        }
    }
}

async fn sweep_parts(hub: &HubState, old: i64, swept: &mut Swept) -> Result<(), UploadError> {
    let mut last = String::new();
    loop {
        let pending: Vec<String> = sqlx::query_scalar(
            "SELECT object FROM part WHERE state = 'pending' AND created < $1 AND object > $2
             ORDER BY object LIMIT $3",
        )
        .bind(old)
        .bind(&last)
        .bind(HANDFUL)
        .fetch_all(hub.db.read())
        .await?;
        let Some(end) = pending.last() else { return Ok(()) };
        last.clone_from(end);
        for object in pending {
            swept.take(discard_part(hub, &ObjectName::stored(object)).await);
        }
    }
}

async fn sweep_gone(hub: &HubState, swept: &mut Swept) -> Result<(), UploadError> {
    let mut last = String::new();
    loop {
        let gone: Vec<String> =
            sqlx::query_scalar("SELECT id FROM upload WHERE state = 'gone' AND id > $1 ORDER BY id LIMIT $2")
                .bind(&last)
                .bind(HANDFUL)
                .fetch_all(hub.db.read())
                .await?;
        let Some(end) = gone.last() else { return Ok(()) };
        last.clone_from(end);
        for id in gone {
            swept.take(clear(hub, &UploadId(id)).await);
        }
    }
}

/// Removes an upload that is gone: each object before its row, so that none is ever forgotten. A part that may be
/// on its way in just now keeps its row, and the upload its own, for a later sweep.
pub(super) async fn clear(hub: &HubState, id: &UploadId) -> Result<(), UploadError> {
    let objects: Vec<String> =
        sqlx::query_scalar("SELECT object FROM part WHERE upload = $1 AND state = 'whole'")
            .bind(id.as_str())
            .fetch_all(hub.db.read())
            .await?;
    for object in objects {
        hub.objects.delete(&ObjectName::stored(object.clone())).await?;
        sqlx::query("DELETE FROM part WHERE object = $1").bind(object).execute(hub.db.writer()).await?;
    }
    sqlx::query(
        "DELETE FROM upload WHERE id = $1 AND state = 'gone' AND (SELECT COUNT(*) FROM part WHERE upload = $1) = 0",
    )
    .bind(id.as_str())
    .execute(hub.db.writer())
    .await?;
    Ok(())
}
