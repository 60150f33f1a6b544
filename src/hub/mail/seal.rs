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

/// A letter as its author signed it, with its mail.
pub struct Written<'a> {
    pub letter: &'a Letter,
    pub author: MemberId,
    pub signed_at: Moment,
    pub bytes: &'a [u8],
}

/// Refuses, before it is recorded, a letter that is not a mail by this author, sealed for its addressee and dated as
/// it was signed.
///
/// # Errors
/// [`Refusal::NoUsableCert`] where nothing can be sealed for the addressee at that moment; [`Refusal::BadLetter`]
/// where these bytes are anything but such a mail.
pub fn require_letter(house: &House, written: &Written<'_>, at: Moment) -> Result<(), Refusal> {
    let letter = written.letter;
    let author = house.member(written.author, at)?;
    let addressee = house.member(letter.to, at)?;
    let cert = &house.keys.get(&letter.key).ok_or(Refusal::KeyUnknown)?.cert;
    cert.usable_for_mail(at).map_err(|bad| Refusal::NoUsableCert { problem: bad.into() })?;
    let sealed = require_dated(house, written, &author.name, addressee, cert);
    sealed.map_err(|bad| Refusal::BadLetter { problem: bad.into() })
}

/// Refuses a letter whose author signed it, at this leaf, with a key that is revoked by now: whoever stole it wrote too.
///
/// # Errors
/// [`Why::AuthorRevoked`]; [`Why::Unreadable`] where no key of the author's is on record.
pub fn author_stands(house: &House, author: MemberId, leaf: u64) -> Result<(), Why> {
    let key = house.key_at(author, leaf).ok_or(Why::Unreadable)?;
    (!house.revoked.contains_key(&key)).then_some(()).ok_or(Why::AuthorRevoked)
}

/// Holds a letter that is to be sent now against how things stand now.
///
/// # Errors
/// Why it may not leave.
pub fn letter_may_leave(house: &House, written: &Written<'_>, addressee: &Membership) -> Result<(), Why> {
    let letter = written.letter;
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
    let mut names = house.memberships.values().filter(|m| m.member == written.author).map(|m| &m.name);
    let sealed = names.any(|name| require_dated(house, written, name, named, cert).is_ok());
    sealed.then_some(()).ok_or(Why::NotSealed)
}

/// Refuses what is no notice by this hub to this member: sealed for a key of its, or signed only, and then verified.
///
/// # Errors
/// [`Why::NotSealed`].
pub fn require_notice(
    house: &House,
    hub: &PublicCert,
    addressee: &Membership,
    bytes: &[u8],
) -> Result<(), Why> {
    let from = house_name(house).ok_or(Why::NotSealed)?;
    let keys =
        house.memberships.values().filter(|m| m.member == addressee.member && m.mail == addressee.mail);
    let mut keys = keys.filter(|m| !house.revoked.contains_key(&m.key));
    let sealed = keys.any(|named| {
        let cert = house.keys.get(&named.key).map(|key| &key.cert);
        let to = mailbox(named);
        cert.is_some_and(|cert| mime::require_sealed_notice(bytes, &house.hub, &from, &to, cert).is_ok())
    });
    let mut names = house.memberships.values().filter(|m| m.member == addressee.member);
    let mut clear = || {
        names.any(|named| mime::read_clear_notice(bytes, &house.hub, (&from, hub), &mailbox(named)).is_ok())
    };
    (sealed || clear()).then_some(()).ok_or(Why::NotSealed)
}

fn require_dated(
    house: &House,
    written: &Written<'_>,
    author: &Name,
    addressee: &Membership,
    cert: &PublicCert,
) -> Result<(), BadLetter> {
    let outer = mime::require_sealed(written.bytes, &house.hub, author, &mailbox(addressee), cert)?;
    (outer.date == written.signed_at).then_some(()).ok_or(BadLetter::Date)
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
        Some(cert) => mime::sealed_notice(&message, &own, cert, hub.random),
        None => mime::clear_notice(&message, &own),
    };
    made.map_err(|bad| bad.to_string())
}
