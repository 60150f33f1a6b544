//! Keys that end soon: told to their owners, and to the house's procesregisseurs, before it is too late.

use super::due;
use super::notice::Kind;
use crate::hub::error::HubError;
use crate::hub::{HubState, journal};
use crate::protocol::directory::House;
use crate::protocol::id::{Digest, MemberId, Moment};
use crate::protocol::statement::Membership;

const DAY: i64 = 24 * 60 * 60;
/// How many days before a key ends it is told, each once.
const STEPS: [i64; 3] = [3, 14, 30];

/// A key that ends within the longest of the steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ending {
    member: MemberId,
    key: Digest,
    until: Moment,
    /// The shortest step that has come, in days.
    step: i64,
}

/// Notes who is to be told of keys that end; a chore, harmless however often.
///
/// # Errors
/// When the database fails.
pub async fn look(hub: &HubState) -> Result<(), HubError> {
    let now = hub.clock.now();
    let mut connection = hub.db.read().acquire().await?;
    let size = journal::size(&mut connection).await? as i64;
    let house = hub.past.load(&mut connection, size, &[]).await?.house;
    drop(connection);
    for ending in house.members.values().filter_map(|membership| ending(&house, membership, now)) {
        note(hub, &house, ending, now).await?;
    }
    Ok(())
}

fn ending(house: &House, membership: &Membership, now: Moment) -> Option<Ending> {
    house.member(membership.member, now).ok()?;
    let until = house.mail_until(membership);
    let left = until.unix() - now.unix();
    let step = STEPS.into_iter().find(|days| left <= days * DAY).filter(|_| left > 0)?;
    Some(Ending { member: membership.member, key: membership.key, until, step })
}

async fn note(hub: &HubState, house: &House, ending: Ending, now: Moment) -> Result<(), HubError> {
    let Ending { member, key, until, step } = ending;
    let mut tx = hub.db.begin().await?;
    // An end that moved is another end: its steps begin anew.
    if !due::note_told(&mut tx, member, Kind::KeyExpiring, &format!("{key} {until} {step}"), now).await? {
        return Ok(tx.commit().await?);
    }
    due::add(&mut tx, member, Kind::KeyExpiring, &until.to_string()).await?;
    let directors = house.members.keys().filter(|other| **other != member);
    for director in directors.filter(|other| house.is_procesregisseur(**other, now)) {
        due::add(&mut tx, *director, Kind::KeyExpiringOf, &format!("{member} {until}")).await?;
    }
    Ok(tx.commit().await?)
}
