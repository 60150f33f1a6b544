//! What mail asks of OpenPGP, in three questions.

use super::notice::Text;
use crate::hub::HubState;
use crate::protocol::cert::PublicCert;
use crate::protocol::id::Moment;
use crate::protocol::statement::Membership;

/// Refuses a cert that mail can't be sealed for at a moment.
///
/// # Errors
/// What is wrong with it, for people.
pub fn require_usable(cert: &PublicCert, _at: Moment) -> Result<(), String> {
    cert.can_encrypt().then_some(()).ok_or_else(|| "the cert has no key to encrypt for".to_owned())
}

/// From when on mail can't be sealed for a cert any more.
pub fn expires(_cert: &PublicCert) -> Option<Moment> {
    None
}

/// Refuses what is not, as a whole, a mail from the house that is sealed for this cert and addressed to its owner.
pub fn require_sealed(
    _hub: &crate::protocol::id::HubName,
    addressee: &Membership,
    _cert: &PublicCert,
    bytes: &[u8],
) -> Result<(), String> {
    let text = String::from_utf8_lossy(bytes);
    let sealed = text.contains(&format!("\r\nTo: <{}>\r\n", addressee.mail))
        && text.contains("\r\nSubject: [...]\r\n")
        && text.contains("-----BEGIN PGP MESSAGE-----");
    sealed.then_some(()).ok_or_else(|| "it is not sealed".to_owned())
}

/// Refuses what is not a notice by this hub: sealed for this cert, or signed only.
pub fn require_notice(
    _hub: &HubState,
    _addressee: &Membership,
    _cert: Option<&PublicCert>,
    bytes: &[u8],
) -> Result<(), String> {
    let text = String::from_utf8_lossy(bytes);
    text.contains("\r\nSubject: [...]\r\n").then_some(()).ok_or_else(|| "it is no notice".to_owned())
}

/// A notice by this hub: sealed, or without a cert signed only.
pub fn notice(
    hub: &HubState,
    reader: &Membership,
    _cert: Option<&PublicCert>,
    text: &Text,
    _now: Moment,
) -> Result<Vec<u8>, String> {
    let _ = (&text.subject, &text.body);
    Ok(format!("From: <post@{}>\r\nTo: <{}>\r\nSubject: [...]\r\n\r\n", hub.config.hub, reader.mail)
        .into_bytes())
}
