//! The calendar file of an invitation (RFC 5545, 5546): one event, published, with nobody on it, so that no program
//! answers it in plain text. Its words are neutral: whoever sees the calendar learns that there is a meeting.

use super::{BadLetter, is_line};
use crate::protocol::id::{CaseNumber, Digest, MeetingId, Moment};
use crate::protocol::words::MailAddress;

/// The longest line, in bytes without its CRLF (RFC 5545 section 3.1).
const LINE: usize = 75;
/// The most characters of a text.
const MOST: usize = 500;
/// The highest number of a meeting's letters. RFC 5545 section 3.3.8: a calendar's numbers have 32 bits.
pub const MAX_SEQUENCE: u64 = i32::MAX as u64;

/// One event. UID and sequence tell a calendar which event it is, and which of two states is newer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// The same for every state of one meeting: [`meeting_uid`].
    pub uid: String,
    /// At most 2^31 - 1.
    pub sequence: u64,
    /// When this state was written.
    pub stamp: Moment,
    pub start: Moment,
    pub end: Moment,
    pub cancelled: bool,
    pub summary: String,
    pub location: Option<String>,
    /// The house's address: RFC 5546 asks for an organizer.
    pub organizer: MailAddress,
}

/// The UID of a case's meeting. A meeting's id is chosen by who plans it: so the case is in it too, and nobody who runs
/// one case can move or cancel a meeting of another in people's calendars. It tells who sees the calendar nothing.
pub fn meeting_uid(case: CaseNumber, meeting: MeetingId, hub: &str) -> String {
    let Digest(digest) = Digest::of(format!("{case} {meeting}").as_bytes());
    format!("{}@{hub}", hex::encode(&digest[..16]))
}

impl Calendar {
    /// The file, lines ended by CRLF.
    ///
    /// # Errors
    /// [`BadLetter::Calendar`] where the end is not after the start, a text is not one line of at most 500 characters
    /// without backslashes, the UID not ASCII, or the sequence too large for a calendar.
    pub fn to_text(&self) -> Result<String, BadLetter> {
        let texts = [Some(&self.uid), Some(&self.summary), self.location.as_ref()];
        // Programs in use read an escaped backslash before an n as the end of a line.
        let lines = texts.into_iter().flatten().all(|text| is_line(text, MOST) && !text.contains('\\'));
        if self.start >= self.end || !lines || !self.uid.is_ascii() || self.sequence > MAX_SEQUENCE {
            return Err(BadLetter::Calendar);
        }
        let mut lines: Vec<String> = BEFORE.iter().map(|line| (*line).to_owned()).collect();
        lines.push(format!("UID:{}", escaped(&self.uid)));
        lines.push(format!("DTSTAMP:{}", basic(self.stamp)));
        lines.push(format!("DTSTART:{}", basic(self.start)));
        lines.push(format!("DTEND:{}", basic(self.end)));
        lines.push(format!("SEQUENCE:{}", self.sequence));
        lines.push(format!("STATUS:{}", if self.cancelled { "CANCELLED" } else { "CONFIRMED" }));
        lines.push("CLASS:CONFIDENTIAL".to_owned());
        lines.push(format!("SUMMARY:{}", escaped(&self.summary)));
        lines.extend(self.location.as_ref().map(|location| format!("LOCATION:{}", escaped(location))));
        lines.push(format!("ORGANIZER:mailto:{}", self.organizer));
        lines.extend(AFTER.iter().map(|line| (*line).to_owned()));
        Ok(lines.iter().map(|line| folded(line) + "\r\n").collect())
    }

    /// Reads what [`Calendar::to_text`] wrote, and nothing else.
    pub fn parse(text: &str) -> Result<Self, BadLetter> {
        let unfolded = text.replace("\r\n ", "");
        let value = |name: &str| {
            let line = unfolded.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
            line.ok_or(BadLetter::Calendar)
        };
        let moment = |name| value(name).and_then(read_basic);
        let read = Self {
            uid: unescaped(value("UID")?),
            sequence: value("SEQUENCE")?.parse().map_err(|_| BadLetter::Calendar)?,
            stamp: moment("DTSTAMP")?,
            start: moment("DTSTART")?,
            end: moment("DTEND")?,
            cancelled: value("STATUS")? == "CANCELLED",
            summary: unescaped(value("SUMMARY")?),
            location: value("LOCATION").ok().map(unescaped),
            organizer: organizer(value("ORGANIZER")?)?,
        };
        (read.to_text()? == text).then_some(read).ok_or(BadLetter::Calendar)
    }
}

const BEFORE: [&str; 6] = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Zegel//zegel 1//NL",
    "CALSCALE:GREGORIAN",
    "METHOD:PUBLISH",
    "BEGIN:VEVENT",
];
const AFTER: [&str; 2] = ["END:VEVENT", "END:VCALENDAR"];

fn organizer(value: &str) -> Result<MailAddress, BadLetter> {
    value.strip_prefix("mailto:").and_then(|address| address.parse().ok()).ok_or(BadLetter::Calendar)
}

/// `20261201T080000Z`.
fn basic(at: Moment) -> String {
    at.to_string().replace(['-', ':'], "")
}

fn read_basic(text: &str) -> Result<Moment, BadLetter> {
    let digits = |from: usize, to: usize| text.get(from..to).ok_or(BadLetter::Calendar);
    let (date, time) = (digits(0, 8)?, text.get(8..).ok_or(BadLetter::Calendar)?);
    let time = time.strip_prefix('T').filter(|time| time.len() == 7 && time.is_ascii());
    let time = time.ok_or(BadLetter::Calendar)?;
    if !date.is_ascii() {
        return Err(BadLetter::Calendar);
    }
    let iso = format!(
        "{}-{}-{}T{}:{}:{}",
        &date[..4],
        &date[4..6],
        &date[6..],
        &time[..2],
        &time[2..4],
        &time[4..]
    );
    iso.parse().map_err(|_| BadLetter::Calendar)
}

/// RFC 5545 section 3.3.11.
fn escaped(text: &str) -> String {
    text.replace(';', "\\;").replace(',', "\\,")
}

fn unescaped(text: &str) -> String {
    let mut escaped = false;
    let keep = |c: &char| {
        escaped = !escaped && *c == '\\';
        !escaped
    };
    text.chars().filter(keep).collect()
}

/// A long line goes on behind CRLF and a blank; no character is cut in two.
fn folded(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 8);
    let mut column = 0;
    for c in line.chars() {
        if column + c.len_utf8() > LINE {
            out.push_str("\r\n ");
            column = 1;
        }
        out.push(c);
        column += c.len_utf8();
    }
    out
}
