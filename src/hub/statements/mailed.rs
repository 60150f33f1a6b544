//! What a statement puts into the outbox, or makes somebody's work: in its own transaction, so that none is lost and
//! none comes of a statement that was refused.

use sqlx::AnyConnection;

use super::{Deed, Read};
use crate::hub::error::HubError;
use crate::hub::mail::notice::Kind;
use crate::hub::mail::outbox::Content;
use crate::hub::mail::{due, outbox, seal};
use crate::protocol::id::MemberId;
use crate::protocol::refusal::Refusal;
use crate::protocol::statement::{Ask, Letter, Release, Reply};
use crate::protocol::words::{DeliveryWay, LetterKind};

/// A letter is mailed to who wants that. Whoever doesn't, or got many from this author just now, is told that something
/// waits in the portal.
///
/// # Errors
/// [`Refusal::BadLetter`] where its bytes are not a mail that is sealed for its addressee: nothing else ever gets
/// into the outbox.
pub async fn letter(
    tx: &mut AnyConnection,
    deed: &Deed<'_>,
    read: &Read,
    letter: &Letter,
) -> Result<(), HubError> {
    let house = &deed.history.house;
    let bytes = deed.attachments.blob(letter.message)?;
    let author = read.statement.member().ok_or(Refusal::WrongSigner)?;
    let written = seal::Written { letter, author, signed_at: read.statement.signed_at, bytes };
    seal::require_letter(house, &written, deed.at)?;
    let addressee = house.member(letter.to, deed.at)?;
    if !is_mailed(deed, letter) || has_enough(tx, deed, author, letter.to).await? {
        return due::add(tx, letter.to, Kind::WorkWaiting, "").await;
    }
    let content = Content::Letter(read.id);
    outbox::enqueue(tx, deed.hub.random, deed.at, letter.to, &addressee.mail, content).await?;
    Ok(())
}

/// Whether a letter goes by mail: as its addressee chose, and as the house allows.
fn is_mailed(deed: &Deed<'_>, letter: &Letter) -> bool {
    let chosen = deed.history.house.delivery(letter.to).way == DeliveryWay::Mail;
    chosen && (letter.kind != LetterKind::Minutes || deed.hub.config.mail.minutes)
}

/// Whether as many letters of an author went to an addressee in the last hour as go by mail: else who has an author's key
/// could bury all other mail under theirs, here and in the addressee's mailbox.
async fn has_enough(
    tx: &mut AnyConnection,
    deed: &Deed<'_>,
    author: MemberId,
    to: MemberId,
) -> Result<bool, HubError> {
    Ok(outbox::mailed_lately(tx, author, to, deed.at).await? >= deed.hub.config.mail.per_hour)
}

/// A reply is work for the letter's author.
pub async fn reply(
    tx: &mut AnyConnection,
    deed: &Deed<'_>,
    read: &Read,
    reply: &Reply,
) -> Result<(), HubError> {
    let case = deed.history.case(reply.case)?;
    let author = case.letters.get(&reply.letter).ok_or(Refusal::UnknownLetter)?.by;
    waits(tx, read, author).await
}

/// An ask is work for who holds the supplier's vault.
pub async fn ask(tx: &mut AnyConnection, deed: &Deed<'_>, read: &Read, ask: &Ask) -> Result<(), HubError> {
    let case = deed.history.case(ask.case)?;
    let Ok(vault) = case.kept_in(&deed.history.house, ask.supplier) else { return Ok(()) };
    for holder in vault.holders.keys() {
        waits(tx, read, *holder).await?;
    }
    Ok(())
}

/// A release is something to read, for its reader.
pub async fn release(tx: &mut AnyConnection, read: &Read, release: &Release) -> Result<(), HubError> {
    waits(tx, read, release.reader).await
}

/// Nobody is told of what it did itself.
async fn waits(tx: &mut AnyConnection, read: &Read, member: MemberId) -> Result<(), HubError> {
    if read.statement.member() == Some(member) {
        return Ok(());
    }
    due::add(tx, member, Kind::WorkWaiting, "").await
}
