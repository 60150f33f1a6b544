//! How much one member puts on record in a day.
//!
//! What stands in the journal is fetched and proven by everyone: of the house all of it, of a case by all who are in
//! it; and nothing shortens it but time. Whoever has one good key, a stolen one say, could else make it longer than any
//! program reads. No person comes near these numbers.

use std::collections::BTreeMap;

use sqlx::{AnyConnection, Row};

use super::Read;
use crate::hub::config::Limits;
use crate::hub::error::HubError;
use crate::protocol::id::{MemberId, Moment};
use crate::protocol::journal::Scope;
use crate::protocol::refusal::Refusal;
use crate::protocol::statement::Body;

/// In seconds.
const DAY: i64 = 24 * 3600;

/// What members put on record in the day before a batch, and with it: counted once for each.
#[derive(Default)]
pub struct Allowance(BTreeMap<MemberId, Counted>);

#[derive(Clone, Copy)]
struct Counted {
    all: u64,
    /// Of those, what the whole house has to read.
    wide: u64,
}

impl Allowance {
    /// Counts a statement that was judged and is not on record yet.
    ///
    /// # Errors
    /// [`Refusal::TooMuch`].
    pub async fn take(
        &mut self,
        tx: &mut AnyConnection,
        limits: &Limits,
        read: &Read,
        at: Moment,
    ) -> Result<(), HubError> {
        let Some(member) = read.statement.member() else { return Ok(()) };
        let before = match self.0.get(&member) {
            Some(counted) => *counted,
            None => counted(tx, member, at).await?,
        };
        let now = Counted { all: before.all + 1, wide: before.wide + u64::from(is_wide(read)) };
        let most = limits.statements_per_day * if takes_back(&read.statement.body) { 2 } else { 1 };
        if now.all > most || now.wide > limits.house_statements_per_day {
            return Err(Refusal::TooMuch.into());
        }
        self.0.insert(member, now);
        Ok(())
    }
}

async fn counted(tx: &mut AnyConnection, member: MemberId, at: Moment) -> Result<Counted, HubError> {
    let row = sqlx::query(
        "SELECT COUNT(*) AS all_of_it,
                COALESCE(SUM(CASE WHEN scope = 'house' OR kind = 'case' THEN 1 ELSE 0 END), 0) AS wide
         FROM statement WHERE signer = $1 AND at > $2",
    );
    let row = row.bind(member.to_string()).bind(at.plus(-DAY).to_string()).fetch_one(tx).await?;
    let count = |name| row.try_get::<i64, _>(name).map(|count| count as u64);
    Ok(Counted { all: count("all_of_it")?, wide: count("wide")? })
}

/// Whether it is for the whole house to read, as is that there is a case.
fn is_wide(read: &Read) -> bool {
    read.scope() == Scope::House || matches!(read.statement.body, Body::Case(_))
}

/// Who put too much on record must still be able to take it back.
fn takes_back(body: &Body) -> bool {
    matches!(body, Body::Withdrawal(_) | Body::Retraction(_))
}
