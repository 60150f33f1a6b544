//! The hub's own mail: signed by the hub, and sealed where the member has a cert that can be sealed for.

use ring::rand::SecureRandom;

use super::entity::Protection;
use super::outer::dearmored;
use super::{BadLetter, MAX_MAIL, Mailbox, Message, Outer, SUBJECT, seal};
use crate::protocol::cert::{PublicCert, SecretCert, armored, mail};
use crate::protocol::id::HubName;
use crate::protocol::words::Name;

const BEFORE: &str = "Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; micalg=pgp-sha512;\r\n \
     boundary=\"=_zegel_signed\"\r\n\r\n--=_zegel_signed\r\n";
const BETWEEN: &str = "\r\n--=_zegel_signed\r\nContent-Type: application/pgp-signature; name=\"signature.asc\"\r\n\
     Content-Disposition: attachment; filename=\"signature.asc\"\r\n\r\n";
const AFTER: &str = "\r\n--=_zegel_signed--\r\n";

/// A notice that only the member can read.
///
/// # Errors
/// Those of [`seal`](super::seal), but for the author's name: the hub writes in the name of the house.
pub fn sealed_notice(
    message: &Message,
    hub: &SecretCert,
    to: &PublicCert,
    random: &dyn SecureRandom,
) -> Result<Vec<u8>, BadLetter> {
    seal::sealed(message, hub, to, true, random)
}

/// Refuses whatever is not a notice in the name of this house, sealed for exactly this cert.
pub fn require_sealed_notice(
    bytes: &[u8],
    hub: &HubName,
    house: &Name,
    to: &Mailbox,
    addressee: &PublicCert,
) -> Result<Outer, BadLetter> {
    seal::require(bytes, hub, house, to, addressee, true)
}

/// Opens a notice by the hub with this cert, as [`open`](super::open) opens a letter.
pub fn open_notice(
    bytes: &[u8],
    hub: &HubName,
    (house, cert): (&Name, &PublicCert),
    to: &Mailbox,
    addressee: &SecretCert,
) -> Result<Message, BadLetter> {
    let outer = require_sealed_notice(bytes, hub, house, to, &addressee.public())?;
    seal::opened(&outer, cert, addressee)
}

/// A notice that anyone can read (RFC 3156 section 5): for whom nothing can be sealed. It must say nothing but that
/// there is something to do; its subject is that of every mail.
///
/// # Errors
/// [`BadLetter::OuterSubject`] for another subject, [`BadLetter::Attachments`] for a calendar or attachments.
pub fn clear_notice(message: &Message, hub: &SecretCert) -> Result<Vec<u8>, BadLetter> {
    require_bare(message)?;
    let entity = message.to_entity(Protection::Clear)?;
    let signature = mail::sign_detached(entity.as_bytes(), hub, message.date)?;
    let (from, to, id) = (message.from.clone(), message.to.clone(), message.id.clone());
    let outer = Outer { from, to, date: message.date, id, automatic: true, sealed: Vec::new() };
    Ok(written(&outer, &entity, &signature).into_bytes())
}

/// Reads a clear notice and verifies that the hub with this cert signed it.
///
/// # Errors
/// Those of [`open`](super::open), without those of the seal.
pub fn read_clear_notice(
    bytes: &[u8],
    hub: &HubName,
    (house, cert): (&Name, &PublicCert),
    to: &Mailbox,
) -> Result<Message, BadLetter> {
    if bytes.len() > MAX_MAIL {
        return Err(BadLetter::TooLarge);
    }
    let mail = std::str::from_utf8(bytes).map_err(|_| BadLetter::Form)?;
    let mut rest = mail;
    let outer = Outer::read_head(&mut rest)?;
    let body = rest.strip_prefix(BEFORE).and_then(|rest| rest.strip_suffix(AFTER)).ok_or(BadLetter::Form)?;
    let (entity, armor) = body.split_once(BETWEEN).ok_or(BadLetter::Form)?;
    let signature = dearmored(armor)?;
    if written(&outer, entity, &signature) != mail {
        return Err(BadLetter::Form);
    }
    seal::require_between(&outer, hub, house, to, true)?;
    mail::verify_detached(entity.as_bytes(), &signature, cert, outer.date)?;
    let message = Message::from_entity(entity, Protection::Clear)?;
    require_bare(&message)?;
    seal::require_same(&message, &outer)?;
    Ok(message)
}

fn written(outer: &Outer, entity: &str, signature: &[u8]) -> String {
    let armor = armored("SIGNATURE", signature).replace('\n', "\r\n");
    outer.head() + BEFORE + entity + BETWEEN + &armor + AFTER
}

fn require_bare(message: &Message) -> Result<(), BadLetter> {
    if message.subject != SUBJECT {
        return Err(BadLetter::OuterSubject);
    }
    let bare = message.calendar.is_none() && message.attachments.is_empty();
    bare.then_some(()).ok_or(BadLetter::Attachments)
}
