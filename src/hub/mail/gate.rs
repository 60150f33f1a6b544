//! What a message must be to get into the outbox, and once more to get out of it: sealed, and for its addressee.

use sqlx::Row;

use super::outbox::Claimed;
use super::{Mail, Why, seal};
use crate::hub::error::HubError;
use crate::hub::{HubState, journal};
use crate::protocol::directory::House;
use crate::protocol::id::{Digest, Moment};
use crate::protocol::journal::Scope;
use crate::protocol::refusal::Refusal;
use crate::protocol::statement::{Body, Letter, Membership, Statement};

/// A message that may leave, and where the journal notes that it did.
pub struct Passed {
    pub mail: Mail,
    pub scope: Scope,
}

/// A letter's bytes, held against its statement, before it is recorded.
///
/// # Errors
/// [`Refusal::NoUsableCert`] where nothing can be sealed for the addressee at that moment, [`Refusal::BadLetter`]
/// where these bytes are no mail that is sealed for it.
pub fn require_sealed(house: &House, letter: &Letter, bytes: &[u8], at: Moment) -> Result<(), Refusal> {
    let addressee = house.member(letter.to, at)?;
    let cert = &house.keys.get(&letter.key).ok_or(Refusal::KeyUnknown)?.cert;
    seal::require_usable(cert, at).map_err(|problem| Refusal::NoUsableCert { problem })?;
    seal::require_sealed(&house.hub, addressee, cert, bytes).map_err(|problem| Refusal::BadLetter { problem })
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
            let Some((letter, bytes)) = letter_of(hub, *letter).await? else {
                return Ok(Err(Why::Unreadable));
            };
            if let Err(why) = letter_may_leave(&house, addressee, &letter, &bytes) {
                return Ok(Err(why));
            }
            (bytes, Scope::Case(letter.case))
        }
        (None, Some(notice)) => {
            let cert = house.keys.get(&addressee.key).map(|key| key.cert.as_ref());
            if seal::require_notice(hub, addressee, cert, notice).is_err() {
                return Ok(Err(Why::NotSealed));
            }
            (notice.clone(), Scope::House)
        }
        (None, None) => return Ok(Err(Why::Unreadable)),
    };
    let mail = Mail { id: claimed.id.clone(), address: claimed.address.clone(), bytes };
    Ok(Ok(Passed { mail, scope }))
}

/// A key that was replaced opens what was sealed for it; one that was revoked may be a thief's.
fn letter_may_leave(house: &House, addressee: &Membership, letter: &Letter, bytes: &[u8]) -> Result<(), Why> {
    if house.revoked.contains_key(&letter.key) {
        return Err(Why::KeyRevoked);
    }
    let cert = &house.keys.get(&letter.key).ok_or(Why::Unreadable)?.cert;
    seal::require_sealed(&house.hub, addressee, cert, bytes).map_err(|_| Why::NotSealed)
}

async fn house(hub: &HubState) -> Result<std::sync::Arc<House>, HubError> {
    let mut connection = hub.db.read().acquire().await?;
    let size = journal::size(&mut connection).await? as i64;
    Ok(hub.past.load(&mut connection, size, &[]).await?.house)
}

/// A letter's statement and its bytes, if both are there and belong together.
async fn letter_of(hub: &HubState, id: Digest) -> Result<Option<(Letter, Vec<u8>)>, HubError> {
    let row =
        sqlx::query("SELECT text FROM statement WHERE id = $1 AND kind = 'letter'").bind(id.to_string());
    let Some(row) = row.fetch_optional(hub.db.read()).await? else { return Ok(None) };
    let text: String = row.try_get("text")?;
    let Ok(Statement { body: Body::Letter(letter), .. }) = Statement::parse(text.as_bytes()) else {
        return Ok(None);
    };
    let row = sqlx::query("SELECT bytes FROM attachment WHERE digest = $1").bind(letter.message.to_string());
    let Some(row) = row.fetch_optional(hub.db.read()).await? else { return Ok(None) };
    let bytes: Vec<u8> = row.try_get("bytes")?;
    Ok((Digest::of(&bytes) == letter.message).then_some((letter, bytes)))
}
