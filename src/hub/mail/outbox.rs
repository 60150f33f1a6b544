//! What waits to be mailed, in the database: put there, claimed, and what came of it.

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::notice::Kind;
use super::{Failure, due, pace};
use crate::hub::error::HubError;
use crate::hub::past::parsed;
use crate::hub::{HubState, Random, journal};
use crate::protocol::id::{Digest, MemberId, Moment};
use crate::protocol::journal::{Record, Scope};
use crate::protocol::words::{MailAddress, Signer};

/// Who is still busy with a message so long after it may take is gone, in seconds.
const GRACE: i64 = 60;

/// What `mail.per_hour` counts by, in seconds.
pub const HOUR: i64 = 60 * 60;

/// What is to be mailed.
pub enum Content {
    /// A letter, by its statement: the message is an attachment of that.
    Letter(Digest),
    /// A notice by the hub: the whole message.
    Notice(Vec<u8>),
}

/// One message that is being sent, by whoever holds the claim.
#[derive(Clone, Debug)]
pub struct Claimed {
    pub id: String,
    claim: String,
    pub letter: Option<Digest>,
    pub notice: Option<Vec<u8>>,
    pub member: MemberId,
    pub address: MailAddress,
    created: Moment,
    pub attempts: i64,
}

/// Puts a message into the outbox, in the transaction of what makes it due. Ring [`HubState::bell`] after its commit.
///
/// # Errors
/// When the database fails.
pub async fn enqueue(
    tx: &mut AnyConnection,
    random: Random,
    now: Moment,
    member: MemberId,
    address: &MailAddress,
    content: Content,
) -> Result<String, HubError> {
    let id = random_hex(random)?;
    let (letter, notice) = match content {
        Content::Letter(statement) => (Some(statement.to_string()), None),
        Content::Notice(bytes) => (None, Some(bytes)),
    };
    sqlx::query(
        "INSERT INTO outbox (id, letter, member, address, notice, state, created, attempts, next_at, claim,
             claimed_until)
         VALUES ($1, $2, $3, $4, $5, 'waiting', $6, 0, $6, '', 0)",
    )
    .bind(&id)
    .bind(letter)
    .bind(member.to_string())
    .bind(address.to_string())
    .bind(notice)
    .bind(now.unix())
    .execute(tx)
    .await?;
    Ok(id)
}

/// 128 random bits.
fn random_hex(random: Random) -> Result<String, HubError> {
    let mut bytes = [0; 16];
    random.fill(&mut bytes).map_err(|_| std::io::Error::other("no randomness")).map_err(sqlx::Error::Io)?;
    Ok(hex::encode(bytes))
}

/// How many letters of an author to an addressee came into the outbox in the hour before now.
///
/// # Errors
/// When the database fails.
pub async fn mailed_lately(
    tx: &mut AnyConnection,
    author: MemberId,
    to: MemberId,
    now: Moment,
) -> Result<u64, HubError> {
    let count: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM outbox o JOIN statement s ON s.id = o.letter
         WHERE o.member = $1 AND o.created > $2 AND s.signer = $3",
    )
    .bind(to.to_string())
    .bind(now.plus(-HOUR).unix())
    .bind(Signer::Member(author).to_string())
    .fetch_one(tx)
    .await?;
    Ok(count as u64)
}

/// How many messages wait, and how many of those may be sent now.
///
/// # Errors
/// When the database fails.
pub async fn waiting(hub: &HubState) -> Result<(u64, u64), HubError> {
    let row = sqlx::query(
        "SELECT COUNT(*) AS all_of_them,
             COUNT(CASE WHEN next_at <= $1 AND claimed_until <= $1 THEN 1 END) AS due
         FROM outbox WHERE state = 'waiting'",
    )
    .bind(hub.clock.now().unix())
    .fetch_one(hub.db.read())
    .await?;
    Ok((row.try_get::<i64, _>("all_of_them")? as u64, row.try_get::<i64, _>("due")? as u64))
}

/// Takes up to so many messages that are due. Authors take turns, those under way being theirs too, so that who writes
/// much holds up nobody else; of each, and of notices, the oldest comes first. Nobody else gets them until the claim has
/// lapsed.
///
/// # Errors
/// When the database fails.
pub async fn claim(hub: &HubState, most: usize) -> Result<Vec<Claimed>, HubError> {
    let now = hub.clock.now();
    let lapses = now.plus(i64::try_from(hub.config.mail.timeout.as_secs()).unwrap_or(i64::MAX / 4) + GRACE);
    let claim = random_hex(hub.random)?;
    // The conditions once more outside: of two that chose one row, the second finds it claimed when it gets there.
    let rows = sqlx::query(
        "UPDATE outbox SET claim = $1, claimed_until = $2, attempts = attempts + 1
         WHERE state = 'waiting' AND claimed_until <= $3 AND id IN (
             SELECT id FROM (
                 SELECT o.id, o.next_at, o.claimed_until, ROW_NUMBER() OVER (
                     PARTITION BY COALESCE(s.signer, o.id)
                     ORDER BY CASE WHEN o.claimed_until > $3 THEN 0 ELSE 1 END, o.next_at, o.id) AS turn
                 FROM outbox o LEFT JOIN statement s ON s.id = o.letter
                 WHERE o.state = 'waiting' AND o.next_at <= $3) due
             WHERE claimed_until <= $3 ORDER BY turn, next_at, id LIMIT $4)
         RETURNING id, claim, letter, notice, member, address, created, attempts",
    )
    .bind(claim)
    .bind(lapses.unix())
    .bind(now.unix())
    .bind(i64::try_from(most).unwrap_or(1))
    .fetch_all(hub.db.writer())
    .await?;
    rows.iter().map(Claimed::of_row).collect()
}

/// Takes back every claim. Only for who begins: one hub serves a database, so whoever had claimed is gone.
///
/// # Errors
/// When the database fails.
pub async fn forget_claims(hub: &HubState) -> Result<(), HubError> {
    sqlx::query(
        "UPDATE outbox SET claim = '', claimed_until = 0 WHERE state = 'waiting' AND claimed_until > 0",
    )
    .execute(hub.db.writer())
    .await?;
    Ok(())
}

impl Claimed {
    fn of_row(row: &AnyRow) -> Result<Self, HubError> {
        let text = |name| row.try_get::<String, _>(name);
        let letter: Option<String> = row.try_get("letter")?;
        Ok(Self {
            id: text("id")?,
            claim: text("claim")?,
            letter: letter.map(|id| parsed(&id)).transpose()?,
            notice: row.try_get("notice")?,
            member: parsed(&text("member")?)?,
            address: parsed(&text("address")?)?,
            created: Moment::from_unix(row.try_get("created")?),
            attempts: row.try_get("attempts")?,
        })
    }

    /// Notes that it was handed over: a letter's row says so from here on, and so does the journal, in the letter's
    /// scope. A notice's row goes.
    ///
    /// # Errors
    /// When the database fails; then it will be handed over again.
    pub async fn sent(&self, hub: &HubState, scope: Scope) -> Result<(), HubError> {
        let mut tx = hub.db.begin().await?;
        let Some(about) = self.letter else {
            self.forget(&mut tx).await?;
            return Ok(tx.commit().await?);
        };
        let leaf = journal::lock(&mut tx).await?;
        if self.ends(&mut tx, "sent", None, hub.clock.now()).await? {
            let record = Record::Mailed { member: self.member, about };
            let event = journal::record_at(hub.clock.now(), record);
            journal::append(&mut tx, hub.random, scope, leaf, &event).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Notes that it was not handed over: it is tried again later, or given up. Says which.
    ///
    /// # Errors
    /// When the database fails; then it is tried again once the claim has lapsed.
    pub async fn failed(&self, hub: &HubState, failure: Failure) -> Result<Outcome, HubError> {
        let now = hub.clock.now();
        let give_up = i64::try_from(hub.config.mail.give_up.as_secs()).unwrap_or(i64::MAX / 4);
        let again = pace::next(self.attempts, now, self.created, give_up, hub.random);
        let Some(at) = again.filter(|_| !failure.why.is_for_good()) else {
            self.given_up(hub, failure, now).await?;
            return Ok(Outcome::GivenUp);
        };
        sqlx::query(
            "UPDATE outbox SET claim = '', claimed_until = 0, next_at = $1, last_failure = $2
             WHERE id = $3 AND claim = $4 AND state = 'waiting'",
        )
        .bind(at.unix())
        .bind(failure.why.word())
        .bind(&self.id)
        .bind(&self.claim)
        .execute(hub.db.writer())
        .await?;
        Ok(Outcome::Later(at))
    }

    async fn given_up(&self, hub: &HubState, failure: Failure, now: Moment) -> Result<(), HubError> {
        let mut tx = hub.db.begin().await?;
        if self.letter.is_none() {
            self.forget(&mut tx).await?;
        } else if self.ends(&mut tx, "given-up", Some(failure), now).await?
            && let Some(author) = self.author(&mut tx).await?
        {
            due::add(&mut tx, author, Kind::NotDelivered, "").await?;
        }
        Ok(tx.commit().await?)
    }

    async fn author(&self, tx: &mut AnyConnection) -> Result<Option<MemberId>, HubError> {
        let Some(letter) = self.letter else { return Ok(None) };
        let row = sqlx::query("SELECT signer FROM statement WHERE id = $1").bind(letter.to_string());
        let Some(row) = row.fetch_optional(tx).await? else { return Ok(None) };
        Ok(match parsed(&row.try_get::<String, _>("signer")?)? {
            Signer::Member(author) => Some(author),
            Signer::Authority | Signer::Hub => None,
        })
    }

    /// False where somebody else has it by now.
    async fn ends(
        &self,
        tx: &mut AnyConnection,
        state: &str,
        failure: Option<Failure>,
        now: Moment,
    ) -> Result<bool, HubError> {
        let done = sqlx::query(
            "UPDATE outbox SET state = $1, last_failure = $2, ended = $3, claim = '', claimed_until = 0
             WHERE id = $4 AND claim = $5 AND state = 'waiting'",
        )
        .bind(state)
        .bind(failure.map(|failure| failure.why.word()))
        .bind(now.unix())
        .bind(&self.id)
        .bind(&self.claim)
        .execute(tx)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn forget(&self, tx: &mut AnyConnection) -> Result<(), HubError> {
        sqlx::query("DELETE FROM outbox WHERE id = $1 AND claim = $2 AND state = 'waiting'")
            .bind(&self.id)
            .bind(&self.claim)
            .execute(tx)
            .await?;
        Ok(())
    }
}

/// What becomes of a message that was not handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is tried again then.
    Later(Moment),
    /// It is not tried again.
    GivenUp,
}
