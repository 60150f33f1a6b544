//! The mail of a letter (RFC 5322, 3156, 9788): what it says, and the one form in which it goes over the wire.
//!
//! There is one spelling: reading means to read strictly, write again, and refuse what differs. So two programs can't
//! read one mail in two ways, and none of the shapes in which mail programs mix what is sealed with what is not
//! (EFAIL) can exist here. Programs that are not ours read it as any mail.

mod calendar;
mod entity;
mod field;
mod notice;
mod outer;
mod quoted;
mod seal;

use std::fmt;
use std::str::FromStr;

use hex::FromHex;
use ring::rand::SecureRandom;

use super::id::{HubName, Moment, NotA};
use super::words::{MailAddress, Name};

pub use calendar::{Calendar, MAX_SEQUENCE, meeting_uid};
pub use notice::{clear_notice, open_notice, read_clear_notice, require_sealed_notice, sealed_notice};
pub use outer::{Outer, SUBJECT};
pub use seal::{open, require_sealed, seal};

/// The longest text, in bytes of UTF-8.
pub const MAX_TEXT: usize = 256 * 1024;
/// The longest subject, in characters.
pub const MAX_SUBJECT: usize = 200;
/// The most attachments,
pub const MAX_ATTACHMENTS: usize = 20;
/// and how large they may be together, in bytes.
pub const MAX_ATTACHED: usize = 7 << 20;
/// The largest mail, sealed, in bytes.
pub const MAX_MAIL: usize = 14 << 20;

/// Why a mail is not one of ours. Nothing of it is shown then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadLetter {
    #[error("the mail is too large")]
    TooLarge,
    #[error("the subject is empty, too long or not one line")]
    Subject,
    #[error("the text is empty, too long, or holds control characters")]
    Text,
    #[error("there are too many attachments, or they are too large together")]
    Attachments,
    #[error("an attachment's name can't stand as a file name everywhere, or is one of another kind of file")]
    FileName,
    #[error("the calendar is not one that we write, or its times are not in order")]
    Calendar,
    #[error("a line of the mail's head is not as it should be")]
    Head,
    #[error("the mail is not one sealed part and nothing else")]
    Form,
    #[error("the subject outside of what is sealed is not [...]")]
    OuterSubject,
    #[error("there is HTML in it, which can call home")]
    Html,
    #[error("it is not from the house's address, or not in its author's name")]
    From,
    #[error("it is for another address")]
    To,
    #[error("it is sealed for another key, or for several")]
    Recipients,
    #[error("it has no protection against changes, or a kind that stock programs can't read")]
    Unprotected,
    #[error("the sealed part can't be opened with this key, or was altered")]
    Sealed,
    #[error("there is compression, a second seal, or something else around the text")]
    Layers,
    #[error("it is not signed")]
    Unsigned,
    #[error("it is not signed by the one who is said to have written it")]
    Signer,
    #[error("the signature is for a statement, not for a mail")]
    ForStatement,
    #[error("it was not signed at the moment that the mail says")]
    Date,
    #[error("what is inside differs from what stands outside")]
    Differs,
    #[error("what is inside is not written as it should be")]
    Inside,
    #[error("the author's keys have expired, or can't sign")]
    Author,
    #[error("the certificate has no key to encrypt for")]
    CannotEncrypt,
    #[error("the certificate expired")]
    Expired,
    #[error("the certificate is revoked")]
    Revoked,
}

impl BadLetter {
    /// A short name, as the test vectors and other programs use it.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "too-large",
            Self::Subject => "subject",
            Self::Text => "text",
            Self::Attachments => "attachments",
            Self::FileName => "file-name",
            Self::Calendar => "calendar",
            Self::Head => "head",
            Self::Form => "form",
            Self::OuterSubject => "outer-subject",
            Self::Html => "html",
            Self::From => "from",
            Self::To => "to",
            Self::Recipients => "recipients",
            Self::Unprotected => "unprotected",
            Self::Sealed => "sealed",
            Self::Layers => "layers",
            Self::Unsigned => "unsigned",
            Self::Signer => "signer",
            Self::ForStatement => "for-statement",
            Self::Date => "date",
            Self::Differs => "differs",
            Self::Inside => "inside",
            Self::Author => "author",
            Self::CannotEncrypt => "cannot-encrypt",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }

    /// For who reads Dutch. What only a broken program makes is named as programs name it.
    pub fn dutch(self) -> &'static str {
        match self {
            Self::To => "het is aan een ander geschreven",
            Self::From => "het staat niet op naam van wie het schreef",
            Self::Signer => "het is niet ondertekend door wie het zou hebben geschreven",
            Self::Unsigned => "het is niet ondertekend",
            Self::ForStatement => "de handtekening is van iets anders dan een bericht",
            Self::Date => "het is niet ondertekend op het moment dat erop staat",
            Self::Unprotected => "het is niet beschermd tegen veranderingen",
            Self::Recipients => "het is voor een andere sleutel verzegeld, of voor meer dan één",
            Self::Sealed => "het gaat niet open met uw sleutel, of er is iets aan veranderd",
            Self::Differs => "de buitenkant en de binnenkant verschillen",
            Self::Html => "er zit opmaak in (HTML), die gegevens kan wegsturen",
            Self::TooLarge => "het is te groot",
            Self::Calendar => "de afspraak in het agendabestand klopt niet",
            Self::Author => "de sleutel van de schrijver is verlopen, of kan niet ondertekenen",
            Self::CannotEncrypt => "met de sleutel kan niet worden verzegeld",
            Self::Expired => "de sleutel is verlopen",
            Self::Revoked => "de sleutel is ingetrokken",
            other => other.code(),
        }
    }
}

/// The house's address: from here all mail comes, whoever wrote it. It follows from the hub's name, so nobody has to be
/// believed about it.
pub fn house_address(hub: &HubName) -> Option<MailAddress> {
    format!("post@{hub}").parse().ok()
}

/// A name and an address, as in From and To.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    pub name: Name,
    pub address: MailAddress,
}

/// `<32 hexadecimal digits@HUB>`: the same however often the mail is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageId {
    random: [u8; 16],
    hub: HubName,
}

impl MessageId {
    /// A new one.
    ///
    /// # Errors
    /// When the machine has no randomness.
    pub fn new(hub: HubName, chance: &dyn SecureRandom) -> Result<Self, ring::error::Unspecified> {
        let mut random = [0; 16];
        chance.fill(&mut random)?;
        Ok(Self { random, hub })
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}@{}>", hex::encode(self.random), self.hub)
    }
}

impl FromStr for MessageId {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Self, NotA> {
        const WHAT: NotA = NotA("a Message-ID (<32 hexadecimal digits@the hub's name>)");
        let inside = text.strip_prefix('<').and_then(|text| text.strip_suffix('>')).ok_or(WHAT)?;
        let (digits, hub) = inside.split_once('@').ok_or(WHAT)?;
        let random = <[u8; 16]>::from_hex(digits).map_err(|_| WHAT)?;
        let read = Self { random, hub: hub.parse()? };
        (read.to_string() == text).then_some(read).ok_or(WHAT)
    }
}

/// What a mail says, as its author wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub from: Mailbox,
    pub to: Mailbox,
    /// Also the moment of its signature.
    pub date: Moment,
    pub id: MessageId,
    /// One line, 1 to 200 characters, no blank at either end.
    pub subject: String,
    /// Lines that each end with LF; no other control characters.
    pub text: String,
    pub calendar: Option<Calendar>,
    pub attachments: Vec<Attachment>,
}

/// A file that goes along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// A safe base name, as [`safe_file_name`](super::label::safe_file_name) leaves it.
    pub name: String,
    /// [`Media::Bytes`], or [`Media::of_name`] of the name.
    pub media: Media,
    pub bytes: Vec<u8>,
}

/// The kinds of files that are told apart; all others are just bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    Bytes,
    Jpeg,
    Pdf,
    Png,
}

impl Media {
    const ALL: [Self; 4] = [Self::Bytes, Self::Jpeg, Self::Pdf, Self::Png];

    /// As in `Content-Type`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Bytes => "application/octet-stream",
            Self::Jpeg => "image/jpeg",
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
        }
    }

    /// By the ending of a file's name.
    pub fn of_name(name: &str) -> Self {
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        match ending.as_deref() {
            Some("jpg" | "jpeg") => Self::Jpeg,
            Some("pdf") => Self::Pdf,
            Some("png") => Self::Png,
            _ => Self::Bytes,
        }
    }
}

/// One line of at most so many characters: something to see, no blank at either end, and nothing that ends a line or
/// turns it around. The list is closed, so that programs with newer tables of Unicode judge alike.
fn is_line(text: &str, most: usize) -> bool {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let blank = text.is_empty() || text.starts_with(' ') || text.ends_with(' ');
    !blank && text.chars().count() <= most && !text.chars().any(hidden)
}

#[cfg(test)]
mod tests;
