//! What is inside the seal: the protected head (RFC 9788), the text, the calendar file and the attachments.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::outer::SUBJECT;
use super::{
    Attachment, BadLetter, Calendar, MAX_ATTACHED, MAX_ATTACHMENTS, MAX_SUBJECT, MAX_TEXT, Media, Message,
};
use super::{field, is_line, quoted};
use crate::protocol::label::safe_file_name;

/// Between the parts. It stands in no quoted-printable and no base64.
const BOUNDARY: &str = "=_zegel";
/// What is sealed is a whole number of these, in bytes: how long a letter is says what kind it is, and more.
const BLOCK: usize = 1024;
const PADDING: &str = "X-Padding";
/// So many characters of padding stand on one line: no line of a mail is over 998 (RFC 5322 section 2.1.1).
const LONG: usize = 900;
const TEXT: &str = "text/plain; charset=utf-8";
const CALENDAR_HEAD: &str = "Content-Type: text/calendar; charset=utf-8; method=PUBLISH\r\n\
     Content-Disposition: attachment; filename=\"overleg.ics\"\r\nContent-Transfer-Encoding: base64";

/// Whether the head is protected within encryption, or only signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    Cipher,
    Clear,
}

impl Message {
    /// What is signed and sealed: ASCII, lines ended by CRLF.
    ///
    /// # Errors
    /// When the message says something that no mail can.
    pub fn to_bytes(&self) -> Result<Zeroizing<Vec<u8>>, BadLetter> {
        let mut entity = self.to_entity(Protection::Cipher)?;
        Ok(Zeroizing::new(std::mem::take(&mut *entity).into_bytes()))
    }

    /// Reads what [`Message::to_bytes`] wrote, and nothing else.
    pub fn parse(bytes: &[u8]) -> Result<Self, BadLetter> {
        let entity = std::str::from_utf8(bytes).map_err(|_| BadLetter::Inside)?;
        Self::from_entity(entity, Protection::Cipher)
    }

    pub(super) fn from_entity(entity: &str, protection: Protection) -> Result<Self, BadLetter> {
        let read = parse(entity).and_then(|read| match *read.to_entity(protection)? == entity {
            true => Ok(read),
            false => Err(BadLetter::Inside),
        });
        let html = || Zeroizing::new(entity.to_ascii_lowercase()).contains("content-type: text/html");
        match read {
            Err(_) if html() => Err(BadLetter::Html),
            read => read,
        }
    }

    /// In memory that is wiped, with room enough from the start: growing would leave copies behind.
    pub(super) fn to_entity(&self, protection: Protection) -> Result<Zeroizing<String>, BadLetter> {
        self.check()?;
        let head = Zeroizing::new(self.head(protection));
        let mut rest = Zeroizing::new(String::with_capacity(self.room()));
        self.write_rest(protection, &mut rest)?;
        debug_assert!(rest.len() <= self.room());
        let padding = match protection {
            Protection::Cipher => padding(head.len() + rest.len()),
            Protection::Clear => String::new(),
        };
        let mut whole = Zeroizing::new(String::with_capacity(head.len() + padding.len() + rest.len()));
        [head.as_str(), &padding, &rest].into_iter().for_each(|part| whole.push_str(part));
        Ok(whole)
    }

    /// More than [`Message::write_rest`] writes: each byte of text as three with breaks between, base64 with breaks, and
    /// the heads of the parts, with a name in which each byte is three.
    fn room(&self) -> usize {
        let attachment = |a: &Attachment| 1024 + 3 * a.name.len() + a.bytes.len() / 2 * 3;
        16 * 1024 + 4 * self.text.len() + self.attachments.iter().map(attachment).sum::<usize>()
    }

    /// All behind the padding.
    fn write_rest(&self, protection: Protection, out: &mut String) -> Result<(), BadLetter> {
        let hp = match protection {
            Protection::Cipher => "hp=\"cipher\"; protected-headers=\"v1\"",
            Protection::Clear => "hp=\"clear\"; protected-headers=\"v1\"",
        };
        out.push_str("MIME-Version: 1.0\r\n");
        if self.calendar.is_none() && self.attachments.is_empty() {
            out.push_str(&format!("Content-Type: {TEXT}; {hp}\r\n"));
            out.push_str("Content-Transfer-Encoding: quoted-printable\r\n\r\n");
            quoted::encode(&self.text, out);
            return Ok(());
        }
        out.push_str(&format!("Content-Type: multipart/mixed; boundary=\"{BOUNDARY}\"; {hp}\r\n\r\n"));
        let head = format!("Content-Type: {TEXT}\r\nContent-Transfer-Encoding: quoted-printable");
        write_part(&head, out, |out| quoted::encode(&self.text, out));
        if let Some(calendar) = &self.calendar {
            let text = Zeroizing::new(calendar.to_text()?);
            write_part(CALENDAR_HEAD, out, |out| base64(text.as_bytes(), out));
        }
        for attachment in &self.attachments {
            write_part(&attached(attachment), out, |out| base64(&attachment.bytes, out));
        }
        out.push_str(&format!("--{BOUNDARY}--\r\n"));
        Ok(())
    }

    fn head(&self, protection: Protection) -> String {
        let outside = |subject: &str| {
            [
                format!("From: {}", field::mailbox(&self.from)),
                format!("To: {}", field::mailbox(&self.to)),
                format!("Date: {}", field::date(self.date)),
                format!("Message-ID: {}", self.id),
                format!("Subject: {subject}"),
            ]
        };
        let mut lines = outside(&field::text(&self.subject)).to_vec();
        if protection == Protection::Cipher {
            lines.extend(outside(SUBJECT).map(|line| format!("HP-Outer: {line}")));
        }
        lines.iter().map(|line| line.clone() + "\r\n").collect()
    }

    fn check(&self) -> Result<(), BadLetter> {
        let require = |good: bool, bad| if good { Ok(()) } else { Err(bad) };
        require(is_line(&self.subject, MAX_SUBJECT), BadLetter::Subject)?;
        require(is_text(&self.text), BadLetter::Text)?;
        // RFC 5546 asks for an organizer: nobody but the house may be asked back.
        let by_house = |calendar: &Calendar| calendar.organizer == self.from.address;
        require(self.calendar.as_ref().is_none_or(by_house), BadLetter::Calendar)?;
        let together: usize = self.attachments.iter().map(|attachment| attachment.bytes.len()).sum();
        let few = self.attachments.len() <= MAX_ATTACHMENTS && together <= MAX_ATTACHED;
        require(few, BadLetter::Attachments)?;
        // A file that is not of the kind that its name says would be shown as one and opened as the other.
        let sound = |attachment: &Attachment| {
            let named =
                attachment.media == Media::Bytes || attachment.media == Media::of_name(&attachment.name);
            named && safe_file_name(&attachment.name) == attachment.name
        };
        require(self.attachments.iter().all(sound), BadLetter::FileName)
    }
}

/// A field that mail programs pass over, with so many `x` that the whole is as long as many others are.
fn padding(length: usize) -> String {
    let lacking = length.next_multiple_of(BLOCK) - length;
    if lacking == 0 {
        return String::new();
    }
    let frame = PADDING.len() + ": \r\n".len();
    let filler = if lacking > frame { lacking - frame } else { lacking + BLOCK - frame };
    let mut value = "x".repeat(filler);
    if filler > LONG {
        value.replace_range(LONG / 2..LONG / 2 + 3, "\r\n ");
    }
    format!("{PADDING}: {value}\r\n")
}

/// Not only blanks, at most so long, in lines that each end with LF, and without other control characters.
fn is_text(text: &str) -> bool {
    let shown = text.chars().any(|c| !matches!(c, ' ' | '\n'));
    let controls = text.chars().any(|c| c.is_control() && c != '\n');
    shown && !controls && text.ends_with('\n') && text.len() <= MAX_TEXT
}

fn write_part(head: &str, out: &mut String, content: impl FnOnce(&mut String)) {
    out.push_str(&format!("--{BOUNDARY}\r\n{head}\r\n\r\n"));
    content(out);
    out.push_str("\r\n");
}

/// Lines of 76 characters, CRLF between them and none behind the last.
fn base64(bytes: &[u8], out: &mut String) {
    let encoded = Zeroizing::new(STANDARD.encode(bytes));
    let mut rest = encoded.as_str();
    while rest.len() > 76 {
        out.push_str(&rest[..76]);
        out.push_str("\r\n");
        rest = &rest[76..];
    }
    out.push_str(rest);
}

/// The head of an attachment.
fn attached(attachment: &Attachment) -> String {
    let name = &attachment.name;
    let plain = name.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    let name =
        if plain { format!("filename=\"{name}\"") } else { format!("filename*=utf-8''{}", percent(name)) };
    format!(
        "Content-Type: {}\r\nContent-Disposition: attachment; {name}\r\nContent-Transfer-Encoding: base64",
        attachment.media.word(),
    )
}

/// RFC 2231, RFC 5987: letters, digits, `-`, `.` and `_` as they are.
fn percent(name: &str) -> String {
    let encoded = name.bytes().map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    });
    encoded.collect()
}

fn unpercent(encoded: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded;
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend_from_slice(before.as_bytes());
        bytes.push(quoted::hex_byte(after)?);
        rest = &after[2..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).ok()
}

/// What an entity says, in whatever spelling: whoever asks writes it again and compares.
fn parse(entity: &str) -> Result<Message, BadLetter> {
    let (mut head, body) = entity.split_once("\r\n\r\n").ok_or(BadLetter::Inside)?;
    let whole = Zeroizing::new(format!("{head}\r\n"));
    head = &whole;
    let from = field::read_mailbox(field::take(&mut head, "From")?)?;
    let to = field::read_mailbox(field::take(&mut head, "To")?)?;
    let date = field::read_date(field::take(&mut head, "Date")?)?;
    let id = field::take(&mut head, "Message-ID")?.parse().map_err(|_| BadLetter::Head)?;
    let subject = field::read_text(field::take(&mut head, "Subject")?)?;
    let mut message =
        Message { from, to, date, id, subject, text: String::new(), calendar: None, attachments: Vec::new() };
    while head.starts_with("HP-Outer: ") {
        field::take(&mut head, "HP-Outer")?;
    }
    if head.starts_with(&format!("{PADDING}: ")) {
        field::take(&mut head, PADDING)?;
    }
    field::take(&mut head, "MIME-Version").map_err(|_| BadLetter::Inside)?;
    let kind = field::take(&mut head, "Content-Type").map_err(|_| BadLetter::Inside)?;
    if !kind.starts_with("multipart/mixed;") {
        message.text = quoted::decode(body).ok_or(BadLetter::Inside)?;
        return Ok(message);
    }
    let inside = body.strip_prefix(&format!("--{BOUNDARY}\r\n")).ok_or(BadLetter::Inside)?;
    let inside = inside.strip_suffix(&format!("\r\n--{BOUNDARY}--\r\n")).ok_or(BadLetter::Inside)?;
    let between = format!("\r\n--{BOUNDARY}\r\n");
    let mut parts = inside.split(between.as_str());
    let (_, text) = parts.next().and_then(|part| part.split_once("\r\n\r\n")).ok_or(BadLetter::Inside)?;
    message.text = quoted::decode(text).ok_or(BadLetter::Inside)?;
    for part in parts {
        let (head, content) = part.split_once("\r\n\r\n").ok_or(BadLetter::Inside)?;
        let encoded = Zeroizing::new(content.replace("\r\n", ""));
        let bytes = STANDARD.decode(&*encoded).map_err(|_| BadLetter::Inside)?;
        match head == CALENDAR_HEAD {
            true => {
                let text = String::from_utf8(bytes).map_err(|_| BadLetter::Calendar)?;
                message.calendar = Some(Calendar::parse(&text)?);
            }
            false => message.attachments.push(read_attachment(head, bytes)?),
        }
    }
    Ok(message)
}

fn read_attachment(head: &str, bytes: Vec<u8>) -> Result<Attachment, BadLetter> {
    let whole = format!("{head}\r\n");
    let mut head = whole.as_str();
    let media = field::take(&mut head, "Content-Type").map_err(|_| BadLetter::Inside)?;
    let media = Media::ALL.into_iter().find(|known| known.word() == media).ok_or(BadLetter::Inside)?;
    let disposition = field::take(&mut head, "Content-Disposition").map_err(|_| BadLetter::Inside)?;
    let quoted = disposition.strip_prefix("attachment; filename=\"").and_then(|name| name.strip_suffix('"'));
    let name = match quoted {
        Some(name) => name.to_owned(),
        None => {
            let encoded = disposition.strip_prefix("attachment; filename*=utf-8''");
            encoded.and_then(unpercent).ok_or(BadLetter::Inside)?
        }
    };
    Ok(Attachment { name, media, bytes })
}
