//! The hub's own mail: signed by the hub, and sealed where the member has a cert that can be sealed for.

use super::entity::Protection;
use super::{BadLetter, Message, Outer, SUBJECT, seal};
use crate::protocol::cert::{PublicCert, SecretCert, armored, mail};

const BOUNDARY: &str = "=_zegel_signed";

/// A notice that only the member can read.
pub fn sealed_notice(message: &Message, hub: &SecretCert, to: &PublicCert) -> Result<Vec<u8>, BadLetter> {
    seal::sealed(message, hub, to, true)
}

/// A notice that anyone can read (RFC 3156 section 5): for whom nothing can be sealed. It must say nothing but that
/// there is something to do; its subject is that of every mail.
pub fn clear_notice(message: &Message, hub: &SecretCert) -> Result<Vec<u8>, BadLetter> {
    if message.subject != SUBJECT {
        return Err(BadLetter::OuterSubject);
    }
    let entity = message.to_entity(Protection::Clear)?;
    let signature = mail::sign_detached(entity.as_bytes(), hub, message.date)?;
    let armor = armored("SIGNATURE", &signature).replace('\n', "\r\n");
    let (from, to, id) = (message.from.clone(), message.to.clone(), message.id.clone());
    let head = Outer { from, to, date: message.date, id, automatic: true, sealed: Vec::new() }.head();
    let mail = format!(
        "{head}Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; micalg=pgp-sha512;\r\n \
         boundary=\"{BOUNDARY}\"\r\n\r\n--{BOUNDARY}\r\n{entity}\r\n--{BOUNDARY}\r\n\
         Content-Type: application/pgp-signature; name=\"signature.asc\"\r\n\
         Content-Disposition: attachment; filename=\"signature.asc\"\r\n\r\n{armor}\r\n--{BOUNDARY}--\r\n"
    );
    Ok(mail.into_bytes())
}
