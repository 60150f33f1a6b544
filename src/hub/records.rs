//! The hub's records: who opened an item, or was refused it.

use axum::extract::State;
use sqlx::{AnyConnection, Row};

use super::error::HubError;
use super::opening::{Asked, Usable};
use super::web::Caller;
use super::web::problem::{Problem, ProblemBody};
use super::web::{Json, Path};
use super::{HubState, access, evidence, journal, past};
use crate::protocol::id::{Digest, Moment};
use crate::protocol::journal::{Record, Scope};
use crate::protocol::refusal::Refusal;
use crate::protocol::statement::PartName;
use crate::protocol::words::Reader;

/// The same of the same member about the same item is recorded once in so many seconds: a reader whose download
/// goes on and on opened it once, and nobody can fill the journal.
const ONCE_IN: i64 = 10 * 60;

/// Records that a reader was served an item's body, or refused it. What a vault's holder does with what is its
/// own is not recorded.
///
/// What is recorded is judged again, under the journal's lock, and that answer holds: no `opened` stands behind
/// the withdrawal that closed the item.
pub async fn recorded(
    hub: &HubState,
    asked: Asked,
    judged: Result<Usable, HubError>,
) -> Result<Usable, HubError> {
    let now = hub.clock.now();
    let Some(record) = asked.record(&judged) else { return judged };
    let mut reader = hub.db.read().acquire().await?;
    if is_recorded(&mut reader, record, now).await? {
        return judged;
    }
    drop(reader);
    let mut tx = hub.db.begin().await?;
    let size = journal::lock(&mut tx).await?;
    let judged = asked.judge_at(hub, &mut tx, size, now).await;
    let Some(record) = asked.record(&judged) else { return judged };
    if is_recorded(&mut tx, record, now).await? {
        return judged;
    }
    let scope = match &judged {
        Ok(usable) => Scope::Case(usable.scope),
        Err(_) => past::parsed(&access::statement(&mut tx, asked.caller, asked.id).await?.scope)?,
    };
    remember(&mut tx, record, now).await?;
    journal::append(&mut tx, hub.random, scope, size, &journal::record_at(now, record)).await?;
    tx.commit().await?;
    judged
}

impl Asked {
    /// What an answer leaves in the journal.
    fn record(&self, judged: &Result<Usable, HubError>) -> Option<Record> {
        let (member, about) = (self.caller.member, self.id);
        let own =
            |usable: &Usable| usable.headers.iter().any(|(reader, _)| *reader == Reader::Member(member));
        match judged {
            _ if self.part != PartName::Body => None,
            Ok(usable) => own(usable).then_some(Record::Opened { member, about }),
            Err(HubError::Refused { refusal, .. }) if *refusal != Refusal::UnknownItem => {
                Some(Record::Refused { member, about: Some(about) })
            }
            Err(_) => None,
        }
    }
}

/// Who, about what, and with which outcome: what tells one record from another.
fn key(record: Record) -> (String, String, &'static str) {
    match record {
        Record::Opened { member, about } => (member.to_string(), about.to_string(), "opened"),
        Record::Refused { member, about: Some(about) } => (member.to_string(), about.to_string(), "refused"),
        _ => Default::default(),
    }
}

async fn is_recorded(connection: &mut AnyConnection, record: Record, now: Moment) -> Result<bool, HubError> {
    let (member, about, outcome) = key(record);
    let row = sqlx::query("SELECT at FROM recorded WHERE member = $1 AND about = $2 AND outcome = $3")
        .bind(member)
        .bind(about)
        .bind(outcome)
        .fetch_optional(connection)
        .await?;
    let at = row.map(|row| row.try_get::<i64, _>("at")).transpose()?;
    Ok(at.is_some_and(|at| now.unix() < at + ONCE_IN))
}

async fn remember(tx: &mut AnyConnection, record: Record, now: Moment) -> Result<(), HubError> {
    let (member, about, outcome) = key(record);
    sqlx::query(
        "INSERT INTO recorded (member, about, outcome, at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (member, about, outcome) DO UPDATE SET at = excluded.at",
    )
    .bind(member)
    .bind(about)
    .bind(outcome)
    .bind(now.unix())
    .execute(tx)
    .await?;
    Ok(())
}

/// Forgets which records are old enough to be made again; a chore.
pub async fn sweep(hub: &HubState) -> Result<(), HubError> {
    let before = hub.clock.now().unix() - ONCE_IN;
    let mut tx = hub.db.begin().await?;
    sqlx::query("DELETE FROM recorded WHERE at <= $1").bind(before).execute(&mut *tx).await?;
    Ok(tx.commit().await?)
}

/// Who opened an item, or was refused it: for its supplier and those who run the case.
#[utoipa::path(get, path = "/v1/items/{id}/records", tag = "journal", params(("id" = String, Path)),
    responses((status = 200, body = evidence::Records), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
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
