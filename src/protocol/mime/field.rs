//! The fields of a mail's head (RFC 5322, encoded words of RFC 2047), each value with one spelling.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{BadLetter, Mailbox};
use crate::protocol::id::Moment;

/// The bytes of text in one encoded word: with its frame it stays within 75 characters.
const WORD: usize = 45;

/// Text as it stands in a head: ASCII as it is, anything else in encoded words on lines of their own.
pub fn text(value: &str) -> String {
    let plain = value.bytes().all(|byte| (0x20..0x7f).contains(&byte)) && !value.contains("=?");
    if plain { value.to_owned() } else { words(value) }
}

fn words(value: &str) -> String {
    let mut words = vec![String::new()];
    for c in value.chars() {
        match words.last_mut() {
            Some(word) if word.len() + c.len_utf8() <= WORD => word.push(c),
            _ => words.push(c.to_string()),
        }
    }
    let encoded = words.iter().map(|word| format!("=?utf-8?B?{}?=", STANDARD.encode(word)));
    encoded.collect::<Vec<_>>().join("\r\n ")
}

/// Reads what [`text`] wrote; other spellings too, which whoever asks has to refuse.
pub fn read_text(value: &str) -> Result<String, BadLetter> {
    if !value.starts_with("=?") {
        return Ok(value.to_owned());
    }
    let word = |word: &str| -> Option<Vec<u8>> {
        STANDARD.decode(word.strip_prefix("=?utf-8?B?")?.strip_suffix("?=")?).ok()
    };
    let bytes: Option<Vec<Vec<u8>>> = value.split("\r\n ").map(word).collect();
    String::from_utf8(bytes.ok_or(BadLetter::Head)?.concat()).map_err(|_| BadLetter::Head)
}

/// `"Name" <address>`, or the name in encoded words.
pub fn mailbox(mailbox: &Mailbox) -> String {
    let name = mailbox.name.as_str();
    let shown = text(name);
    let shown = match shown == name {
        true => format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\"")),
        false => shown,
    };
    format!("{shown} <{}>", mailbox.address)
}

/// Reads what [`mailbox`] wrote, and nothing else.
pub fn read_mailbox(value: &str) -> Result<Mailbox, BadLetter> {
    let (shown, address) = value.rsplit_once(" <").ok_or(BadLetter::Head)?;
    let address = address.strip_suffix('>').and_then(|address| address.parse().ok());
    let name = match shown.strip_prefix('"').and_then(|shown| shown.strip_suffix('"')) {
        Some(quoted) => unquoted(quoted),
        None => read_text(shown)?,
    };
    let name = name.parse().map_err(|_| BadLetter::Head)?;
    let read = Mailbox { name, address: address.ok_or(BadLetter::Head)? };
    (mailbox(&read) == value).then_some(read).ok_or(BadLetter::Head)
}

fn unquoted(quoted: &str) -> String {
    let mut escaped = false;
    let keep = |c: &char| {
        escaped = !escaped && *c == '\\';
        !escaped
    };
    quoted.chars().filter(keep).collect()
}

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A moment as in `Date` (RFC 5322 section 3.3), in UTC.
pub fn date(at: Moment) -> String {
    let iso = at.to_string();
    // 1 January 1970 was a Thursday.
    let weekday = DAYS[(at.unix().div_euclid(86_400) + 3).rem_euclid(7) as usize];
    let month = iso[5..7].parse().ok().and_then(|month: usize| MONTHS.get(month - 1)).unwrap_or(&MONTHS[0]);
    format!("{weekday}, {} {month} {} {} +0000", &iso[8..10], &iso[..4], &iso[11..19])
}

/// Reads what [`date`] wrote, and nothing else.
pub fn read_date(value: &str) -> Result<Moment, BadLetter> {
    let words: Vec<&str> = value.split(' ').collect();
    let [_, day, month, year, time, _] = words[..] else { return Err(BadLetter::Head) };
    let month = MONTHS.iter().position(|name| *name == month).ok_or(BadLetter::Head)? + 1;
    let at: Moment = format!("{year}-{month:02}-{day}T{time}Z").parse().map_err(|_| BadLetter::Head)?;
    (date(at) == value).then_some(at).ok_or(BadLetter::Head)
}

/// Takes the field of this name off the front of a head; its value still has its folds.
pub fn take<'a>(head: &mut &'a str, name: &str) -> Result<&'a str, BadLetter> {
    let rest = head.strip_prefix(name).and_then(|rest| rest.strip_prefix(": ")).ok_or(BadLetter::Head)?;
    let mut end = rest.find("\r\n").ok_or(BadLetter::Head)?;
    while rest[end + 2..].starts_with(' ') {
        end += 2 + rest[end + 2..].find("\r\n").ok_or(BadLetter::Head)?;
    }
    *head = &rest[end + 2..];
    Ok(&rest[..end])
}
