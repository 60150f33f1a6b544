//! What mail asks of `mime`: whether a letter is sealed for its addressee, and the hub's own notices.

use super::Why;
use super::notice::Text;
use crate::hub::{HubState, init};
use crate::protocol::cert::PublicCert;
use crate::protocol::directory::House;
use crate::protocol::id::{Digest, MemberId, Moment};
use crate::protocol::mime::{self, BadLetter, Mailbox, Message, MessageId, SUBJECT};
use crate::protocol::refusal::Refusal;
use crate::protocol::statement::{Letter, Membership};
use crate::protocol::words::Name;

/// Refuses, before it is recorded, a letter that is not a mail by this author, sealed for its addressee.
///
/// # Errors
/// [`Refusal::NoUsableCert`] where nothing can be sealed for the addressee at that moment; [`Refusal::BadLetter`]
/// where these bytes are anything but such a mail.
pub fn require_letter(
    house: &House,
    letter: &Letter,
    author: MemberId,
    bytes: &[u8],
    at: Moment,
) -> Result<(), Refusal> {
    let author = house.member(author, at)?;
    let addressee = house.member(letter.to, at)?;
    let cert = &house.keys.get(&letter.key).ok_or(Refusal::KeyUnknown)?.cert;
    cert.usable_for_mail(at).map_err(|bad| Refusal::NoUsableCert { problem: bad.to_string() })?;
    let sealed = require_sealed(house, bytes, &author.name, addressee, cert, false);
    sealed.map_err(|bad| Refusal::BadLetter { problem: bad.to_string() })
}

/// Holds a letter that is to be sent now against how things stand now.
///
/// # Errors
/// Why it may not leave.
pub fn letter_may_leave(
    house: &House,
    letter: &Letter,
    author: MemberId,
    addressee: &Membership,
    bytes: &[u8],
) -> Result<(), Why> {
    // A key that was replaced opens what was sealed for it; one that was revoked may be a thief's.
    if house.revoked.contains_key(&letter.key) {
        return Err(Why::KeyRevoked);
    }
    let cert = &house.keys.get(&letter.key).ok_or(Why::Unreadable)?.cert;
    // Who has another name or address by now is known to that key by the ones that it had.
    let named = house.memberships.values().find(|m| m.key == letter.key).ok_or(Why::Unreadable)?;
    if named.mail != addressee.mail {
        return Err(Why::AddressChanged);
    }
    let mut names = house.memberships.values().filter(|m| m.member == author).map(|m| &m.name);
    let sealed = names.any(|name| require_sealed(house, bytes, name, named, cert, false).is_ok());
    sealed.then_some(()).ok_or(Why::NotSealed)
}

/// Refuses what is no notice by this hub to this member: sealed for a key of its, or signed only.
///
/// # Errors
/// [`Why::NotSealed`].
pub fn require_notice(house: &House, addressee: &Membership, bytes: &[u8]) -> Result<(), Why> {
    let from = house_name(house).ok_or(Why::NotSealed)?;
    let keys =
        house.memberships.values().filter(|m| m.member == addressee.member && m.mail == addressee.mail);
    let mut keys = keys.filter(|m| !house.revoked.contains_key(&m.key));
    let sealed = keys.any(|named| {
        let cert = house.keys.get(&named.key).map(|key| &key.cert);
        cert.is_some_and(|cert| require_sealed(house, bytes, &from, named, cert, true).is_ok())
    });
    (sealed || is_clear_notice(bytes)).then_some(()).ok_or(Why::NotSealed)
}

fn require_sealed(
    house: &House,
    bytes: &[u8],
    author: &Name,
    addressee: &Membership,
    cert: &PublicCert,
    automatic: bool,
) -> Result<(), BadLetter> {
    let judge = if automatic { mime::require_sealed_notice } else { mime::require_sealed };
    judge(bytes, &house.hub, author, &mailbox(addressee), cert).map(|_| ())
}

/// Whether it has the head of a notice that is signed only. Its text was made here from a template without places for
/// what is anyone's business; a letter is never taken for one, as letters pass by [`letter_may_leave`].
fn is_clear_notice(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let head = text.split("\r\n\r\n").next().unwrap_or_default();
    [
        format!("\r\nSubject: {SUBJECT}\r\nMIME-Version: 1.0\r\nAuto-Submitted: auto-generated\r\n"),
        "\r\nContent-Type: multipart/signed; protocol=\"application/pgp-signature\"".to_owned(),
    ]
    .iter()
    .all(|line| head.contains(line))
}

fn mailbox(membership: &Membership) -> Mailbox {
    Mailbox { name: membership.name.clone(), address: membership.mail.clone() }
}

fn house_name(house: &House) -> Option<Name> {
    let partner = house.house_partner()?;
    house.partners.get(&partner).map(|admission| admission.name.clone())
}

/// The cert that notices to a member are sealed for, if one can be.
pub fn usable_cert<'a>(house: &'a House, key: &Digest, now: Moment) -> Option<&'a PublicCert> {
    let cert = house.keys.get(key).map(|key| key.cert.as_ref())?;
    cert.usable_for_mail(now).is_ok().then_some(cert)
}

/// A notice by this hub: sealed, or without a cert signed only, and then with the subject that every mail has outside.
///
/// # Errors
/// What is wrong with the hub's key or name; nothing of anyone.
pub fn notice(
    hub: &HubState,
    house: &House,
    reader: &Membership,
    cert: Option<&PublicCert>,
    text: Text,
    now: Moment,
) -> Result<Vec<u8>, String> {
    let own = init::hub_cert(&hub.config).map_err(|error| error.to_string())?;
    let name = house_name(house).ok_or("the directory lists no house")?;
    let address = mime::house_address(&house.hub).ok_or("the hub's name is in no mail address")?;
    let id = MessageId::new(house.hub.clone(), hub.random).map_err(|_| "there is no randomness")?;
    let message = Message {
        from: Mailbox { name, address },
        to: mailbox(reader),
        date: now,
        id,
        subject: if cert.is_some() { text.subject } else { SUBJECT.to_owned() },
        text: text.body,
        calendar: None,
        attachments: Vec::new(),
    };
    let made = match cert {
        Some(cert) => mime::sealed_notice(&message, &own, cert),
        None => mime::clear_notice(&message, &own),
    };
    made.map_err(|bad| bad.to_string())
}
