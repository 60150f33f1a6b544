//! The mail itself: what `protocol::mime` seals and opens, with our sentences for why not.

use ring::rand::SecureRandom;

use super::addressee::Addressee;
use super::compose::{Composed, Entry};
use super::post::Attached;
use crate::client::error::{ClientError, Result};
use crate::protocol::cert::{PublicCert, SecretCert};
use crate::protocol::id::{HubName, Moment};
use crate::protocol::mime::{self, BadLetter, Calendar, Mailbox, Media, Message, MessageId};
use crate::protocol::statement::Membership;
use crate::protocol::words::{MailAddress, Name};

/// Refuses a cert that mail can't be sealed for at a moment, each reason its own.
pub fn require_usable(membership: &Membership, cert: &PublicCert, at: Moment) -> Result<()> {
    let who = &membership.name;
    match cert.usable_for_mail(at) {
        Ok(()) => Ok(()),
        Err(BadLetter::Expired) => Err(ClientError::said(
            "cert-expired",
            format!("De sleutel van {who} is verlopen. Vraag {who} om nieuwe sleutels (zegel key rotate)."),
            format!("{who}'s key has expired. Ask {who} for new keys (zegel key rotate)."),
        )),
        Err(BadLetter::Revoked) => Err(ClientError::said(
            "cert-revoked",
            format!(
                "De sleutel van {who} is ingetrokken. Vraag {who} om nieuwe sleutels (zegel key rotate)."
            ),
            format!("{who}'s key was revoked. Ask {who} for new keys (zegel key rotate)."),
        )),
        Err(BadLetter::CannotEncrypt) => Err(ClientError::said(
            "cert-sign-only",
            format!(
                "Met de sleutel van {who} kan alleen worden ondertekend, niet verzegeld. Vraag {who} om nieuwe sleutels (zegel key rotate)."
            ),
            format!(
                "{who}'s key can only sign; nothing can be sealed for it. Ask {who} for new keys (zegel key rotate)."
            ),
        )),
        Err(other) => Err(unsealed(other)),
    }
}

/// The house's address: all mail comes from it.
pub fn house_address(hub: &HubName) -> Result<MailAddress> {
    mime::house_address(hub).ok_or_else(|| unsealed(BadLetter::From))
}

/// A letter before it is sealed.
pub struct Letter<'a> {
    pub hub: &'a HubName,
    pub from: &'a Name,
    pub to: &'a Addressee,
    pub at: Moment,
    pub composed: &'a Composed,
    pub attachments: &'a [Attached],
}

impl Letter<'_> {
    /// The whole mail: signed by its author, sealed to its addressee, and looked at once more as the hub will.
    pub fn seal(&self, author: &SecretCert, random: &dyn SecureRandom) -> Result<Vec<u8>> {
        let address = house_address(self.hub)?;
        let to = Mailbox { name: self.to.membership.name.clone(), address: self.to.membership.mail.clone() };
        let message = Message {
            from: Mailbox { name: self.from.clone(), address: address.clone() },
            to: to.clone(),
            date: self.at,
            id: MessageId::new(self.hub.clone(), random)?,
            subject: self.composed.subject.clone(),
            text: self.composed.text.clone(),
            calendar: self.composed.calendar.as_ref().map(|entry| calendar(entry, self.at, &address)),
            attachments: self.attachments.iter().map(attachment).collect(),
        };
        let sealed = mime::seal(&message, author, &self.to.cert, random).map_err(unsealed)?;
        mime::require_sealed(&sealed, self.hub, self.from, &to, &self.to.cert).map_err(unsealed)?;
        Ok(sealed)
    }
}

fn calendar(entry: &Entry, at: Moment, organizer: &MailAddress) -> Calendar {
    Calendar {
        uid: entry.uid.clone(),
        sequence: entry.sequence,
        stamp: at,
        start: entry.start,
        end: entry.end,
        cancelled: entry.cancelled,
        summary: entry.summary.to_owned(),
        location: entry.location.clone(),
        organizer: organizer.clone(),
    }
}

fn attachment(file: &Attached) -> mime::Attachment {
    let name = file.name.clone();
    mime::Attachment { media: Media::of_name(&name), name, bytes: file.bytes.clone() }
}

fn unsealed(problem: BadLetter) -> ClientError {
    match problem {
        BadLetter::Author => ClientError::said(
            "own-cert-expired",
            "Uw eigen sleutel is verlopen, dus u kunt geen bericht ondertekenen. Er is niets verstuurd. Maak nieuwe sleutels: zegel key rotate.",
            "Your own key has expired, so you can't sign a letter. Nothing was sent. Make new keys: zegel key rotate.",
        ),
        // The moment is the one that its key is asked to sign at.
        BadLetter::Date => ClientError::clock_behind(),
        other => ClientError::said(
            "not-sealed",
            format!("Het bericht kan niet worden verzegeld: {}. Er is niets verstuurd.", other.dutch()),
            format!("The letter can't be sealed: {other}. Nothing was sent."),
        ),
    }
}

/// Who wrote a mail, and to whom: each by the cert of the `key` statement in force then.
pub struct Sealed<'a> {
    pub hub: &'a HubName,
    pub author: &'a PublicCert,
    pub addressee: &'a SecretCert,
}

impl Sealed<'_> {
    /// Opens a mail, if all of it is right: nothing is shown before.
    pub fn open(&self, bytes: &[u8]) -> Result<Message> {
        let (author, _) = user(self.author)?;
        let (name, address) = user(&self.addressee.public())?;
        let to = Mailbox { name, address };
        mime::open(bytes, self.hub, (&author, self.author), &to, self.addressee).map_err(unopened)
    }
}

/// Name and address of a cert.
fn user(cert: &PublicCert) -> Result<(Name, MailAddress)> {
    let parts = cert.user_id().strip_suffix('>').and_then(|text| text.rsplit_once(" <"));
    let read = parts.and_then(|(name, mail)| Some((name.parse().ok()?, mail.parse().ok()?)));
    read.ok_or_else(|| unopened(BadLetter::From))
}

/// Says of a mail that nothing of it is shown.
pub fn unopened(problem: BadLetter) -> ClientError {
    let code = match problem {
        BadLetter::To => "letter-for-another",
        BadLetter::From | BadLetter::Signer | BadLetter::Unsigned | BadLetter::ForStatement => {
            "letter-not-by-author"
        }
        _ => "bad-letter",
    };
    ClientError::said(
        code,
        format!("Dit bericht klopt niet: {}. Er is niets getoond. Bel het huis.", problem.dutch()),
        format!("This letter is not right: {problem}. Nothing was shown. Call the house."),
    )
}
