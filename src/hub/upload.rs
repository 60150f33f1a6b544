//! Bodies: they come in by parts of 8 MiB, are claimed by a statement, and are read by ranges.
//!
//! A body stays a list of parts: nothing is copied together at the end. Until a statement claims it, it is its
//! maker's only; what stays unclaimed for a day goes.

mod incoming;
mod sweep;

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use bytes::Bytes;
use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt, TryStreamExt};
use ring::rand::SecureRandom;
use serde::Deserialize;
use sqlx::{AnyConnection, Row};

use super::HubState;
use super::db::{DbError, Tx};
use super::objects::{ObjectName, ObjectsError};
use crate::protocol::id::{Digest, MemberId, NotA};
use crate::protocol::payload::{PART, root_of_parts};

pub use incoming::{Buffer, Incoming, Turn};
pub use sweep::sweep;

/// An upload's id: 128 random bits, in hexadecimal. Who doesn't know it can't guess it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct UploadId(String);

impl UploadId {
    /// A new id. Errors when the source of randomness fails.
    pub fn new(random: &dyn SecureRandom) -> Result<Self, ring::error::Unspecified> {
        let mut bytes = [0; 16];
        random.fill(&mut bytes)?;
        Ok(Self(hex::encode(bytes)))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UploadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for UploadId {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Self, NotA> {
        let digit = |c: u8| c.is_ascii_digit() || (b'a'..=b'f').contains(&c);
        if text.len() != 32 || !text.bytes().all(digit) {
            return Err(NotA("an upload (32 hexadecimal digits)"));
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for UploadId {
    type Error = NotA;
    fn try_from(text: String) -> Result<Self, NotA> {
        text.parse()
    }
}

/// How an upload stands. Sizes in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    pub id: UploadId,
    pub length: u64,
    /// In whole parts; the next part begins here.
    pub received: u64,
    /// The payload's digest, once whole.
    pub digest: Option<Digest>,
    claimed: bool,
}

impl Upload {
    /// How long the next part must be. 0 when all is there.
    pub fn next_part(&self) -> usize {
        let rest = self.length.saturating_sub(self.received);
        usize::try_from(rest).unwrap_or(PART).min(PART)
    }
}

/// One part, whole, on its way to the store.
#[derive(Debug)]
pub struct Part {
    pub bytes: Bytes,
    /// RFC 6962 leaf hash of the bytes.
    pub leaf: Digest,
}

/// Why an upload can't go on.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    #[error("no such upload")]
    NotFound,
    #[error("a body is never empty")]
    Empty,
    #[error("larger than {most} bytes")]
    TooLarge { most: u64 },
    #[error("more than {most} uploads open")]
    TooMany { most: u64 },
    #[error("more than {most} bytes that no statement claimed")]
    TooMuch { most: u64 },
    #[error("more than {most} parts at once")]
    TooManyParts { most: u64 },
    #[error("no memory for a part just now")]
    Busy,
    /// Another part came first, or this one came before: the next begins elsewhere.
    #[error("the next part begins elsewhere")]
    WrongOffset,
    /// A statement has claimed it.
    #[error("the upload is in use")]
    InUse,
    #[error(transparent)]
    Db(#[from] DbError),
    #[error(transparent)]
    Objects(#[from] ObjectsError),
    /// The disk has no room for what comes in, or refuses us.
    #[error("the folder for what comes in: {0}")]
    Spool(#[from] std::io::Error),
    #[error("no randomness")]
    Random(#[from] ring::error::Unspecified),
}

impl From<sqlx::Error> for UploadError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

/// Makes room for a body of `length` bytes.
pub async fn create(hub: &HubState, member: MemberId, length: u64) -> Result<UploadId, UploadError> {
    let limits = &hub.config.limits;
    if length == 0 {
        return Err(UploadError::Empty);
    }
    if length > limits.item {
        return Err(UploadError::TooLarge { most: limits.item });
    }
    let id = UploadId::new(hub.random)?;
    let now = hub.clock.now().unix();
    let _turn = hub.parts.begins().await;
    let mut tx = hub.db.begin().await?;
    let unclaimed = sqlx::query(
        "SELECT COUNT(*) AS uploads, CAST(COALESCE(SUM(length), 0) AS BIGINT) AS bytes FROM upload
         WHERE member = $1 AND state IN ('open', 'whole')",
    )
    .bind(member.to_string())
    .fetch_one(&mut *tx)
    .await?;
    if unsigned(unclaimed.try_get("uploads")?) >= limits.uploads_per_member {
        return Err(UploadError::TooMany { most: limits.uploads_per_member });
    }
    if unsigned(unclaimed.try_get("bytes")?).saturating_add(length) > limits.unclaimed_per_member {
        return Err(UploadError::TooMuch { most: limits.unclaimed_per_member });
    }
    sqlx::query(
        "INSERT INTO upload (id, member, length, received, state, created, touched)
         VALUES ($1, $2, $3, 0, 'open', $4, $4)",
    )
    .bind(id.as_str())
    .bind(member.to_string())
    .bind(signed(length))
    .bind(now)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(id)
}

/// How the member's own upload stands. Another's is not found.
pub async fn find(hub: &HubState, member: MemberId, id: &UploadId) -> Result<Upload, UploadError> {
    let row = sqlx::query(
        "SELECT length, received, digest, state FROM upload WHERE id = $1 AND member = $2 AND state <> 'gone'",
    )
    .bind(id.as_str())
    .bind(member.to_string())
    .fetch_optional(hub.db.read())
    .await?
    .ok_or(UploadError::NotFound)?;
    let digest: Option<String> = row.try_get("digest")?;
    Ok(Upload {
        id: id.clone(),
        length: unsigned(row.try_get("length")?),
        received: unsigned(row.try_get("received")?),
        digest: digest.and_then(|digest| digest.parse().ok()),
        claimed: row.try_get::<String, _>("state")? == "claimed",
    })
}

/// Keeps the next part of an upload, which must have the length that [`Upload::next_part`] says. First the row,
/// then the object, then the row is whole. Of two at once one is kept; the other gets `WrongOffset`.
pub async fn keep_part(
    hub: &HubState,
    member: MemberId,
    upload: &Upload,
    part: Part,
) -> Result<Upload, UploadError> {
    let object = ObjectName::random(hub.random)?;
    sqlx::query(
        "INSERT INTO part (object, upload, number, leaf, length, state, created)
         VALUES ($1, $2, $3, $4, $5, 'pending', $6)",
    )
    .bind(object.as_str())
    .bind(upload.id.as_str())
    .bind(signed(upload.received / PART as u64))
    .bind(part.leaf.to_string())
    .bind(signed(part.bytes.len() as u64))
    .bind(hub.clock.now().unix())
    .execute(hub.db.writer())
    .await
    .map_err(given_up_meanwhile)?;
    let length = part.bytes.len() as u64;
    hub.objects.put(&object, part.bytes.clone()).await?;
    hub.parts.take_back(part.bytes);

    // When something fails here, it may yet have been kept: only who certainly lost takes the object away. The
    // rest is for the sweep.
    match finish_part(hub, member, upload, &object, length).await {
        Ok(upload) => {
            hub.metrics.kept_part(length);
            Ok(upload)
        }
        Err(UploadError::WrongOffset) => {
            discard_part(hub, &object).await?;
            Err(UploadError::WrongOffset)
        }
        Err(uncertain) => Err(uncertain),
    }
}

/// The upload that the part was for is not there any more.
fn given_up_meanwhile(error: sqlx::Error) -> UploadError {
    match error.as_database_error().is_some_and(|error| error.is_foreign_key_violation()) {
        true => UploadError::NotFound,
        false => error.into(),
    }
}

async fn finish_part(
    hub: &HubState,
    member: MemberId,
    upload: &Upload,
    object: &ObjectName,
    length: u64,
) -> Result<Upload, UploadError> {
    let received = upload.received + length;
    let mut tx = hub.db.begin().await?;
    let won = sqlx::query(
        "UPDATE upload SET received = $1, touched = $2
         WHERE id = $3 AND member = $4 AND received = $5 AND state = 'open'",
    )
    .bind(signed(received))
    .bind(hub.clock.now().unix())
    .bind(upload.id.as_str())
    .bind(member.to_string())
    .bind(signed(upload.received))
    .execute(&mut *tx)
    .await?;
    if won.rows_affected() != 1 {
        return Err(UploadError::WrongOffset);
    }
    let kept = sqlx::query("UPDATE part SET state = 'whole' WHERE object = $1 AND state = 'pending'")
        .bind(object.as_str())
        .execute(&mut *tx)
        .await?;
    if kept.rows_affected() != 1 {
        return Err(UploadError::WrongOffset);
    }
    let digest =
        if received == upload.length { Some(finish_upload(&mut tx, &upload.id).await?) } else { None };
    tx.commit().await?;
    Ok(Upload { received, digest, ..upload.clone() })
}

/// All parts are there: the payload's digest is known, without reading anything again.
async fn finish_upload(tx: &mut Tx, id: &UploadId) -> Result<Digest, UploadError> {
    let leaves: Vec<String> =
        sqlx::query_scalar("SELECT leaf FROM part WHERE upload = $1 AND state = 'whole' ORDER BY number")
            .bind(id.as_str())
            .fetch_all(&mut **tx)
            .await?;
    let leaves: Vec<Digest> = leaves.iter().filter_map(|leaf| leaf.parse().ok()).collect();
    let digest = root_of_parts(&leaves);
    sqlx::query("UPDATE upload SET state = 'whole', digest = $1 WHERE id = $2")
        .bind(digest.to_string())
        .bind(id.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(digest)
}

async fn discard_part(hub: &HubState, object: &ObjectName) -> Result<(), UploadError> {
    hub.objects.delete(object).await?;
    sqlx::query("DELETE FROM part WHERE object = $1 AND state = 'pending'")
        .bind(object.as_str())
        .execute(hub.db.writer())
        .await?;
    Ok(())
}

/// Removes the member's own upload, unless a statement has claimed it.
pub async fn remove(hub: &HubState, member: MemberId, id: &UploadId) -> Result<(), UploadError> {
    let gone = sqlx::query(
        "UPDATE upload SET state = 'gone' WHERE id = $1 AND member = $2 AND state IN ('open', 'whole')",
    )
    .bind(id.as_str())
    .bind(member.to_string())
    .execute(hub.db.writer())
    .await?;
    if gone.rows_affected() == 1 {
        // For its member it is gone. A store that can't delete just now is asked again by the sweep.
        if let Err(error) = sweep::clear(hub, id).await {
            tracing::warn!(%error, "what was given up waits for the sweep");
        }
        return Ok(());
    }
    let upload = find(hub, member, id).await?;
    if upload.claimed { Err(UploadError::InUse) } else { Err(UploadError::NotFound) }
}

/// Claims, within a deed, a whole upload of the member's with this digest and length. `None` when there is none.
/// From then on it is kept until it is [erased](erase), and it can't be claimed again.
pub async fn take_upload(
    tx: &mut AnyConnection,
    member: MemberId,
    digest: Digest,
    length: u64,
) -> Result<Option<UploadId>, DbError> {
    let id: Option<String> = sqlx::query_scalar(
        "UPDATE upload SET state = 'claimed' WHERE state = 'whole' AND id = (
             SELECT MIN(id) FROM upload WHERE member = $1 AND digest = $2 AND length = $3 AND state = 'whole')
         RETURNING id",
    )
    .bind(member.to_string())
    .bind(digest.to_string())
    .bind(signed(length))
    .fetch_optional(tx)
    .await?;
    Ok(id.map(UploadId))
}

/// Gives up, within a deed, a body that a statement had claimed. The next sweep removes its objects.
pub async fn erase(tx: &mut AnyConnection, id: &UploadId) -> Result<(), DbError> {
    sqlx::query("UPDATE upload SET state = 'gone' WHERE id = $1").bind(id.as_str()).execute(tx).await?;
    Ok(())
}

/// A body as it comes from the store, in pieces.
pub type Body = BoxStream<'static, Result<Bytes, ObjectsError>>;

/// Reads a range of a whole upload's bytes, part by part. Errors with `Missing` when the range goes beyond what
/// there is. The first part is opened before this returns, so that a store that is away is told as an answer, not as a
/// body that breaks off. Who may read is for the caller to have judged.
pub async fn body_reader(hub: &HubState, id: &UploadId, range: Range<u64>) -> Result<Body, UploadError> {
    if range.is_empty() {
        return Ok(stream::empty().boxed());
    }
    let size = PART as u64;
    let rows = sqlx::query(
        "SELECT object, number, length FROM part
         WHERE upload = $1 AND state = 'whole' AND number >= $2 AND number <= $3 ORDER BY number",
    )
    .bind(id.as_str())
    .bind(signed(range.start / size))
    .bind(signed((range.end - 1) / size))
    .fetch_all(hub.db.read())
    .await?;
    let mut pieces = Vec::with_capacity(rows.len());
    let mut next = range.start;
    for row in rows {
        let begin = unsigned(row.try_get("number")?) * size;
        let end = range.end.min(begin + unsigned(row.try_get("length")?));
        if !(begin..end).contains(&next) {
            break;
        }
        pieces.push((ObjectName::stored(row.try_get("object")?), next - begin..end - begin));
        next = end;
    }
    if next != range.end {
        return Err(ObjectsError::Missing.into());
    }
    let mut pieces = pieces.into_iter();
    let Some((name, range)) = pieces.next() else { return Ok(stream::empty().boxed()) };
    let first = hub.objects.stream(&name, range).await?;
    let objects = hub.objects.clone();
    let open = move |(name, range)| {
        let objects = objects.clone();
        async move { objects.stream(&name, range).await }
    };
    Ok(first.chain(stream::iter(pieces).then(open).try_flatten()).boxed())
}

/// The database counts in signed numbers. Sizes are far below where that matters.
fn signed(size: u64) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

fn unsigned(size: i64) -> u64 {
    u64::try_from(size).unwrap_or(0)
}
