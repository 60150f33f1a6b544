//! To whom a letter can go, and why not: before anything is sealed, by what was proven only.
//!
//! There is no way to send a letter in clear: who has no key that mail can be sealed for gets none.

use std::sync::Arc;

use crate::client::error::{ClientError, Result};
use crate::protocol::cert::PublicCert;
use crate::protocol::directory::House;
use crate::protocol::id::{Digest, MemberId, Moment};
use crate::protocol::refusal::Refusal;
use crate::protocol::statement::{Delivery, Membership};

use super::mail;

/// Someone to whom a letter can be sealed.
#[derive(Clone, Debug)]
pub struct Addressee {
    pub membership: Membership,
    /// The `key` statement in force, and its cert.
    pub key: Digest,
    pub cert: Arc<PublicCert>,
    pub delivery: Delivery,
}

/// A member as an addressee at a moment.
///
/// # Errors
/// Each its own: the directory has ended; not in it, revoked, outside its dates, suspended, of a partner that is excluded
/// or has not signed; no key on record, or another one than the house vouches for; a cert for another name or address, or
/// one that is expired, revoked or can't encrypt.
pub fn addressee(house: &House, member: MemberId, at: Moment) -> Result<Addressee> {
    house.fresh_directory(at)?;
    let membership = house.member(member, at)?;
    let key = house.keys.get(&membership.key).ok_or(Refusal::KeyUnknown)?;
    let vouched = (key.member, key.key.cert, &key.key.recipient)
        == (member, membership.cert, &membership.recipient)
        && key.cert.digest() == membership.cert;
    if !vouched {
        return Err(Refusal::KeyDiffers.into());
    }
    if key.cert.user_id() != format!("{} <{}>", membership.name, membership.mail) {
        return Err(other_address(membership, key.cert.user_id()));
    }
    mail::require_usable(membership, &key.cert, at)?;
    Ok(Addressee {
        membership: membership.clone(),
        key: membership.key,
        cert: key.cert.clone(),
        delivery: house.delivery(member),
    })
}

fn other_address(membership: &Membership, user_id: &str) -> ClientError {
    let who = &membership.name;
    let (name, mail) = (&membership.name, &membership.mail);
    ClientError::said(
        "other-address",
        format!(
            "De sleutel van {who} is voor een andere naam of een ander adres ({user_id}) dan het huis kent ({name} <{mail}>). Er wordt niets aan verzegeld. Bel het huis."
        ),
        format!(
            "{who}'s key is for another name or address ({user_id}) than the house knows ({name} <{mail}>). Nothing is sealed for it. Call the house."
        ),
    )
}
