//! Who is to be told of what, until it is told: a digest instead of a flood.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{AnyConnection, Row};

use super::notice::{self, Kind};
use super::outbox::{self, Content};
use crate::hub::error::HubError;
use crate::hub::past::parsed;
use crate::hub::{HubState, journal};
use crate::protocol::directory::House;
use crate::protocol::id::{MemberId, Moment};

/// Notes that a member is to be told; once, however often it is noted before it is told. `about` tells apart what one
/// notice must name one by one.
///
/// # Errors
/// When the database fails.
pub async fn add(tx: &mut AnyConnection, member: MemberId, kind: Kind, about: &str) -> Result<(), HubError> {
    sqlx::query(
        "INSERT INTO notice_due (member, kind, about) VALUES ($1, $2, $3)
         ON CONFLICT (member, kind, about) DO NOTHING",
    )
    .bind(member.to_string())
    .bind(kind.word())
    .bind(about)
    .execute(tx)
    .await?;
    Ok(())
}

/// Makes one notice of all that a member is to be told of one kind, unless it was told of that kind a moment ago.
/// Says how many notices came into the outbox.
///
/// # Errors
/// When the database fails.
pub async fn tell(hub: &HubState) -> Result<usize, HubError> {
    let due = due(hub).await?;
    if due.is_empty() {
        return Ok(0);
    }
    let mut connection = hub.db.read().acquire().await?;
    let size = journal::size(&mut connection).await? as i64;
    let house = hub.past.load(&mut connection, size, &[]).await?.house;
    drop(connection);
    let mut told = 0;
    for ((member, kind), about) in due {
        told += usize::from(tell_one(hub, &house, member, kind, &about).await?);
    }
    Ok(told)
}

/// By member and kind, what it is about: all but what has to wait for the end of a digest's time.
async fn due(hub: &HubState) -> Result<BTreeMap<(MemberId, Kind), BTreeSet<String>>, HubError> {
    let digest = i64::try_from(hub.config.mail.digest.as_secs()).unwrap_or(i64::MAX / 4);
    let rows = sqlx::query(
        "SELECT d.member, d.kind, d.about FROM notice_due d WHERE (SELECT COUNT(*) FROM notice_told t
             WHERE t.member = d.member AND t.kind = d.kind AND t.about = '' AND t.at > $1) = 0",
    )
    .bind(hub.clock.now().unix() - digest)
    .fetch_all(hub.db.read())
    .await?;
    let mut due: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
    for row in rows {
        let (member, kind): (String, String) = (row.try_get("member")?, row.try_get("kind")?);
        due.entry((parsed(&member)?, parsed(&kind)?)).or_default().insert(row.try_get("about")?);
    }
    Ok(due)
}

/// True where a notice came into the outbox. Who is not in force is told nothing, now or later.
async fn tell_one(
    hub: &HubState,
    house: &House,
    member: MemberId,
    kind: Kind,
    about: &BTreeSet<String>,
) -> Result<bool, HubError> {
    let now = hub.clock.now();
    let mut tx = hub.db.begin().await?;
    let made = match house.member(member, now) {
        Ok(membership) => match notice::make(hub, house, membership, kind, about, now) {
            Ok(bytes) => Some((membership.mail.clone(), bytes)),
            Err(problem) => {
                // It stays due, and is tried again when the digest's time is over.
                tracing::error!(%member, kind = kind.word(), problem, "a notice could not be made");
                note_told(&mut tx, member, kind, "", now).await?;
                tx.commit().await?;
                return Ok(false);
            }
        },
        Err(_) => None,
    };
    if !take(&mut tx, member, kind, about).await? {
        return Ok(false);
    }
    let told = made.is_some();
    if let Some((address, bytes)) = made {
        note_told(&mut tx, member, kind, "", now).await?;
        outbox::enqueue(&mut tx, hub.random, now, member, &address, Content::Notice(bytes)).await?;
    }
    tx.commit().await?;
    Ok(told)
}

/// Takes out what is being told; false where somebody else did.
async fn take(
    tx: &mut AnyConnection,
    member: MemberId,
    kind: Kind,
    about: &BTreeSet<String>,
) -> Result<bool, HubError> {
    let mut taken = 0;
    for about in about {
        let done = sqlx::query("DELETE FROM notice_due WHERE member = $1 AND kind = $2 AND about = $3")
            .bind(member.to_string())
            .bind(kind.word())
            .bind(about)
            .execute(&mut *tx)
            .await?;
        taken += done.rows_affected();
    }
    Ok(taken == about.len() as u64)
}

/// Notes that a member was told. True for the first time that it was told of this.
///
/// # Errors
/// When the database fails.
pub async fn note_told(
    tx: &mut AnyConnection,
    member: MemberId,
    kind: Kind,
    about: &str,
    now: Moment,
) -> Result<bool, HubError> {
    let new = sqlx::query(
        "INSERT INTO notice_told (member, kind, about, at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (member, kind, about) DO NOTHING",
    )
    .bind(member.to_string())
    .bind(kind.word())
    .bind(about)
    .bind(now.unix())
    .execute(&mut *tx)
    .await?;
    if new.rows_affected() == 1 {
        return Ok(true);
    }
    sqlx::query("UPDATE notice_told SET at = $4 WHERE member = $1 AND kind = $2 AND about = $3")
        .bind(member.to_string())
        .bind(kind.word())
        .bind(about)
        .bind(now.unix())
        .execute(tx)
        .await?;
    Ok(false)
}
