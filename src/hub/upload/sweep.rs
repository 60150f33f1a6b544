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
    Ok(sweep_parts(hub, old).await? + sweep_gone(hub).await?)
}

async fn sweep_parts(hub: &HubState, old: i64) -> Result<u64, UploadError> {
    let mut swept = 0;
    loop {
        let pending: Vec<String> =
            sqlx::query_scalar("SELECT object FROM part WHERE state = 'pending' AND created < $1 LIMIT $2")
                .bind(old)
                .bind(HANDFUL)
                .fetch_all(hub.db.read())
                .await?;
        if pending.is_empty() {
            return Ok(swept);
        }
        for object in pending {
            discard_part(hub, &ObjectName::stored(object)).await?;
            swept += 1;
        }
    }
}

async fn sweep_gone(hub: &HubState) -> Result<u64, UploadError> {
    let (mut swept, mut last) = (0, String::new());
    loop {
        let gone: Vec<String> =
            sqlx::query_scalar("SELECT id FROM upload WHERE state = 'gone' AND id > $1 ORDER BY id LIMIT $2")
                .bind(&last)
                .bind(HANDFUL)
                .fetch_all(hub.db.read())
                .await?;
        let Some(end) = gone.last() else { return Ok(swept) };
        last.clone_from(end);
        for id in gone {
            clear(hub, &UploadId(id)).await?;
            swept += 1;
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
