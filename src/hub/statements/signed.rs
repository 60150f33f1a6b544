//! Before anything waits for it: whoever can't sign keeps no lock, has nothing read and learns nothing.

use sqlx::AnyConnection;

use super::{Read, present, recorded};
use crate::hub::HubState;
use crate::hub::error::HubError;
use crate::hub::journal;
use crate::protocol::directory::require_slip;
use crate::protocol::history::{Entry, History};
use crate::protocol::id::Moment;
use crate::protocol::refusal::Refusal;
use crate::protocol::statement::Body;

/// Refuses a batch that nobody of this house can have signed, by the house as it stands: each new statement's
/// signature is good, up to the first that may change who can sign. What remains is judged in its turn. The cases
/// that the statements are about are read here already, so that the deed itself only has to catch up.
///
/// # Errors
/// The refusal, with the place of the statement in the batch.
pub async fn require(hub: &HubState, entries: &[Read]) -> Result<(), HubError> {
    let mut connection = hub.db.read().acquire().await?;
    let size = journal::size(&mut connection).await? as i64;
    let at = present(hub, &mut connection).await?;
    let mut history = hub.past.load(&mut connection, size, &[]).await?;
    for (place, read) in entries.iter().enumerate() {
        if recorded(&mut connection, read).await?.is_some() {
            continue;
        }
        signed(&history, read, size, at).map_err(|refusal| HubError::from(refusal).at(place))?;
        if changes_who_signs(&read.statement.body) {
            return Ok(());
        }
        read_case(hub, &mut connection, &mut history, size, read).await?;
    }
    Ok(())
}

fn signed(history: &History, read: &Read, size: i64, at: Moment) -> Result<(), Refusal> {
    match (&read.statement.body, read.statement.member()) {
        // Its cert is among the attachments, which are opened for who has a slip.
        (Body::Key(key), Some(member)) if key.previous.is_none() => {
            require_slip(&history.house, key, member, at)
        }
        _ => history.verify_signature(&Entry {
            id: read.id,
            statement: &read.statement,
            text: &read.text,
            signature: &read.signature,
            leaf: size as u64,
            at,
            certs: &Default::default(),
        }),
    }
}

/// Whether a signature that is not good now may be good after this statement.
fn changes_who_signs(body: &Body) -> bool {
    matches!(
        body,
        Body::Slip(_)
            | Body::Key(_)
            | Body::Membership(_)
            | Body::Admission(_)
            | Body::Directory(_)
            | Body::Revocation(_)
            | Body::Exclusion(_)
            | Body::Suspension(_)
    )
}

async fn read_case(
    hub: &HubState,
    connection: &mut AnyConnection,
    history: &mut History,
    size: i64,
    read: &Read,
) -> Result<(), HubError> {
    if let Some(case) = read.case_before() {
        hub.past.case(connection, history, size, case).await?;
    }
    Ok(())
}
