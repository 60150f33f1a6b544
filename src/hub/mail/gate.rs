//! The last look before a message leaves: what is not sealed for this addressee stays here.

use super::outbox::Claimed;
use super::{Mail, Why};
use crate::hub::HubState;
use crate::hub::error::HubError;
use crate::protocol::journal::Scope;

/// A message that may leave, and where the journal notes that it did.
pub struct Passed {
    pub mail: Mail,
    pub scope: Scope,
}

/// Reads the message, and holds it against its addressee once more.
///
/// # Errors
/// When the database fails. What may not leave is an answer.
pub async fn pass(_hub: &HubState, claimed: &Claimed) -> Result<Result<Passed, Why>, HubError> {
    let Some(bytes) = claimed.notice.clone() else { return Ok(Err(Why::NotSealed)) };
    if !looks_sealed(&bytes) {
        return Ok(Err(Why::NotSealed));
    }
    let mail = Mail { id: claimed.id.clone(), address: claimed.address.clone(), bytes };
    Ok(Ok(Passed { mail, scope: Scope::House }))
}

fn looks_sealed(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    text.contains("\r\nSubject: [...]\r\n")
}
