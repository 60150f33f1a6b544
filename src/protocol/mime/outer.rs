//! What everyone on the way can see: seven fields, and one sealed part (RFC 3156 section 4).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{BadLetter, MAX_MAIL, Mailbox, MessageId, field};
use crate::protocol::cert::armored;
use crate::protocol::id::Moment;

/// The subject outside of what is sealed, of every mail.
pub const SUBJECT: &str = "[...]";

const BEFORE: &str = "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\";\r\n \
     boundary=\"=_zegel_sealed\"\r\n\r\n--=_zegel_sealed\r\nContent-Type: application/pgp-encrypted\r\n\r\n\
     Version: 1\r\n\r\n--=_zegel_sealed\r\nContent-Type: application/octet-stream; name=\"encrypted.asc\"\r\n\
     Content-Disposition: inline; filename=\"encrypted.asc\"\r\n\r\n";
const AFTER: &str = "\r\n--=_zegel_sealed--\r\n";
const ARMOR: &str = "MESSAGE";

/// A sealed mail, as far as it can be read without a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outer {
    pub from: Mailbox,
    pub to: Mailbox,
    pub date: Moment,
    pub id: MessageId,
    /// Whether it is the hub's own, so that nothing answers it by itself (RFC 3834).
    pub automatic: bool,
    /// The OpenPGP message.
    pub sealed: Vec<u8>,
}

impl Outer {
    /// The whole mail, ASCII, lines ended by CRLF.
    pub fn to_bytes(&self) -> Vec<u8> {
        let armor = armored(ARMOR, &self.sealed).replace('\n', "\r\n");
        (self.head() + BEFORE + &armor + AFTER).into_bytes()
    }

    pub(super) fn head(&self) -> String {
        let auto = if self.automatic { "Auto-Submitted: auto-generated\r\n" } else { "" };
        format!(
            "From: {}\r\nTo: {}\r\nDate: {}\r\nMessage-ID: {}\r\nSubject: {SUBJECT}\r\nMIME-Version: 1.0\r\n{auto}",
            field::mailbox(&self.from),
            field::mailbox(&self.to),
            field::date(self.date),
            self.id
        )
    }

    /// Reads a whole mail of exactly this form.
    pub fn parse(bytes: &[u8]) -> Result<Self, BadLetter> {
        if bytes.len() > MAX_MAIL {
            return Err(BadLetter::TooLarge);
        }
        let mail = std::str::from_utf8(bytes).map_err(|_| BadLetter::Form)?;
        let mut rest = mail;
        let head = Self::read_head(&mut rest)?;
        let armor =
            rest.strip_prefix(BEFORE).and_then(|rest| rest.strip_suffix(AFTER)).ok_or(BadLetter::Form)?;
        let read = Self { sealed: dearmored(armor)?, ..head };
        (read.to_bytes() == bytes).then_some(read).ok_or(BadLetter::Form)
    }

    /// Takes the fields before `Content-Type` off the front, in whatever spelling.
    pub(super) fn read_head(rest: &mut &str) -> Result<Self, BadLetter> {
        let from = field::read_mailbox(field::take(rest, "From")?)?;
        let to = field::read_mailbox(field::take(rest, "To")?)?;
        let date = field::read_date(field::take(rest, "Date")?)?;
        let id = field::take(rest, "Message-ID")?.parse().map_err(|_| BadLetter::Head)?;
        if field::take(rest, "Subject")? != SUBJECT {
            return Err(BadLetter::OuterSubject);
        }
        field::take(rest, "MIME-Version")?;
        let automatic = field::take(rest, "Auto-Submitted").is_ok();
        if !rest.starts_with("Content-Type: ") {
            return Err(BadLetter::Head);
        }
        Ok(Self { from, to, date, id, automatic, sealed: Vec::new() })
    }
}

/// The bytes in armor, in whatever spelling: whoever asks writes it again and compares.
pub(super) fn dearmored(armor: &str) -> Result<Vec<u8>, BadLetter> {
    let lines = armor.split("\r\n").skip(2);
    let base64: String = lines.take_while(|line| !line.starts_with('=')).collect();
    STANDARD.decode(base64).map_err(|_| BadLetter::Form)
}
