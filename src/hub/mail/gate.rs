//! The last look before a message leaves: what is not sealed for its addressee as things stand now stays here.

use sqlx::Row;

use super::outbox::Claimed;
use super::{Mail, Why, seal};
use crate::hub::error::HubError;
use crate::hub::{HubState, init, journal};
use crate::protocol::directory::House;
use crate::protocol::id::Digest;
use crate::protocol::journal::Scope;
use crate::protocol::statement::{Body, Statement};

/// A message that may leave, and where the journal notes that it did.
pub struct Passed {
    pub mail: Mail,
    pub scope: Scope,
}

/// Reads a message that is to be sent now, and holds it against its addressee as things stand now.
///
/// # Errors
/// When the database fails. What may not leave is an answer.
pub async fn pass(hub: &HubState, claimed: &Claimed) -> Result<Result<Passed, Why>, HubError> {
    let house = house(hub).await?;
    let addressee = match house.member(claimed.member, hub.clock.now()) {
        Ok(addressee) => addressee,
        // Suspended, or between two directories: that can end.
        Err(_) => return Ok(Err(Why::NotInForce)),
    };
    let (bytes, scope) = match (&claimed.letter, &claimed.notice) {
        (Some(letter), _) => {
            let Some(Kept { statement, leaf, bytes }) = letter_of(hub, *letter).await? else {
                return Ok(Err(Why::Unreadable));
            };
            let (Body::Letter(letter), Some(author)) = (&statement.body, statement.member()) else {
                return Ok(Err(Why::Unreadable));
            };
            let written = seal::Written { letter, author, signed_at: statement.signed_at, bytes: &bytes };
            let may_leave = seal::author_stands(&house, author, leaf)
                .and_then(|()| seal::letter_may_leave(&house, &written, addressee));
            if let Err(why) = may_leave {
                return Ok(Err(why));
            }
            (bytes, Scope::Case(letter.case))
        }
        (None, Some(notice)) => {
            let Ok(own) = init::hub_cert(&hub.config) else { return Ok(Err(Why::Unreadable)) };
            if let Err(why) = seal::require_notice(&house, &own.public(), addressee, notice) {
                return Ok(Err(why));
            }
            (notice.clone(), Scope::House)
        }
        (None, None) => return Ok(Err(Why::Unreadable)),
    };
    let mail = Mail { id: claimed.id.clone(), address: claimed.address.clone(), bytes };
    Ok(Ok(Passed { mail, scope }))
}

async fn house(hub: &HubState) -> Result<std::sync::Arc<House>, HubError> {
    let mut connection = hub.db.read().acquire().await?;
    let size = journal::size(&mut connection).await? as i64;
    Ok(hub.past.load(&mut connection, size, &[]).await?.house)
}

/// A letter's statement, its place in the journal, and the bytes of its mail.
struct Kept {
    statement: Statement,
    leaf: u64,
    bytes: Vec<u8>,
}

/// A letter, if its statement and its mail are there and belong together.
async fn letter_of(hub: &HubState, id: Digest) -> Result<Option<Kept>, HubError> {
    let row = sqlx::query("SELECT text, leaf FROM statement WHERE id = $1 AND kind = 'letter'");
    let Some(row) = row.bind(id.to_string()).fetch_optional(hub.db.read()).await? else { return Ok(None) };
    let text: String = row.try_get("text")?;
    let leaf = row.try_get::<i64, _>("leaf")? as u64;
    let Ok(statement) = Statement::parse(text.as_bytes()) else { return Ok(None) };
    let Body::Letter(letter) = &statement.body else { return Ok(None) };
    let row = sqlx::query("SELECT bytes FROM attachment WHERE digest = $1").bind(letter.message.to_string());
    let Some(row) = row.fetch_optional(hub.db.read()).await? else { return Ok(None) };
    let bytes: Vec<u8> = row.try_get("bytes")?;
    Ok((Digest::of(&bytes) == letter.message).then_some(Kept { statement, leaf, bytes }))
}
