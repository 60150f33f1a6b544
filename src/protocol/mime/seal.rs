//! A mail sealed by its author to its one addressee, and opened by that one.

use ring::rand::SecureRandom;

use super::{BadLetter, MAX_MAIL, Mailbox, Message, Outer, house_address};
use crate::protocol::cert::{PublicCert, SecretCert, mail};
use crate::protocol::id::HubName;
use crate::protocol::words::Name;

/// Seals a message to its addressee, signed by its author at the message's date.
///
/// # Errors
/// When the message can't be written, is not from the house's address in the author's name, when the cert is not the
/// addressee's or can't be sealed for, or the author's keys can't sign any more.
pub fn seal(
    message: &Message,
    author: &SecretCert,
    addressee: &PublicCert,
    random: &dyn SecureRandom,
) -> Result<Vec<u8>, BadLetter> {
    let named = |cert: &PublicCert, name: &Name| cert.user_id().starts_with(&format!("{name} <"));
    if house_address(&message.id.hub).as_ref() != Some(&message.from.address)
        || !named(&author.public(), &message.from.name)
    {
        return Err(BadLetter::From);
    }
    sealed(message, author, addressee, false, random)
}

pub(super) fn sealed(
    message: &Message,
    author: &SecretCert,
    addressee: &PublicCert,
    automatic: bool,
    random: &dyn SecureRandom,
) -> Result<Vec<u8>, BadLetter> {
    require_of(addressee, &message.to)?;
    let plain = message.to_bytes()?;
    let sealed = mail::sign_and_seal(&plain, author, addressee, message.date, random)?;
    let (from, to, id) = (message.from.clone(), message.to.clone(), message.id.clone());
    let bytes = Outer { from, to, date: message.date, id, automatic, sealed }.to_bytes();
    (bytes.len() <= MAX_MAIL).then_some(bytes).ok_or(BadLetter::TooLarge)
}

fn require_of(cert: &PublicCert, mailbox: &Mailbox) -> Result<(), BadLetter> {
    let own = cert.user_id() == format!("{} <{}>", mailbox.name, mailbox.address);
    own.then_some(()).ok_or(BadLetter::To)
}

/// Refuses whatever is not a mail from the house's address, in this name, to this person, sealed for exactly this cert:
/// so nothing else leaves a hub. Needs no secret. A notice of the hub's own is none.
pub fn require_sealed(
    bytes: &[u8],
    hub: &HubName,
    author: &Name,
    to: &Mailbox,
    addressee: &PublicCert,
) -> Result<Outer, BadLetter> {
    require(bytes, hub, author, to, addressee, false)
}

pub(super) fn require(
    bytes: &[u8],
    hub: &HubName,
    author: &Name,
    to: &Mailbox,
    addressee: &PublicCert,
    automatic: bool,
) -> Result<Outer, BadLetter> {
    let outer = Outer::parse(bytes)?;
    require_between(&outer, hub, author, to, automatic)?;
    require_of(addressee, to)?;
    mail::require_sealed_for(&outer.sealed, addressee, outer.date)?;
    Ok(outer)
}

/// From the house in this name, to this person, and written by a person or by the hub.
pub(super) fn require_between(
    outer: &Outer,
    hub: &HubName,
    author: &Name,
    to: &Mailbox,
    automatic: bool,
) -> Result<(), BadLetter> {
    if outer.automatic != automatic {
        return Err(BadLetter::Head);
    }
    let from_house = Some(&outer.from.address) == house_address(hub).as_ref() && outer.id.hub == *hub;
    if !from_house || outer.from.name != *author {
        return Err(BadLetter::From);
    }
    if outer.to != *to {
        return Err(BadLetter::To);
    }
    Ok(())
}

/// Opens a mail that should be from this author to this addressee; nothing is given out before all of it is verified.
///
/// # Errors
/// Also where a reader sealed a signed mail anew for somebody else: what is signed says to whom it was written.
pub fn open(
    bytes: &[u8],
    hub: &HubName,
    (author, cert): (&Name, &PublicCert),
    to: &Mailbox,
    addressee: &SecretCert,
) -> Result<Message, BadLetter> {
    let outer = require_sealed(bytes, hub, author, to, &addressee.public())?;
    opened(&outer, cert, addressee)
}

pub(super) fn opened(
    outer: &Outer,
    author: &PublicCert,
    addressee: &SecretCert,
) -> Result<Message, BadLetter> {
    let plain = mail::open_and_verify(&outer.sealed, addressee, author, outer.date)?;
    let message = Message::parse(&plain)?;
    require_same(&message, outer)?;
    Ok(message)
}

/// What is signed says the same as what everyone sees.
pub(super) fn require_same(message: &Message, outer: &Outer) -> Result<(), BadLetter> {
    if message.to != outer.to {
        return Err(BadLetter::To);
    }
    if message.from != outer.from {
        return Err(BadLetter::From);
    }
    let same = message.date == outer.date && message.id == outer.id;
    same.then_some(()).ok_or(BadLetter::Differs)
}
