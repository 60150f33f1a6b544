//! What the hub itself writes to people: that there is something for them in Zegel, never what.
//!
//! A notice is signed by the hub and sealed for its reader. Who has no cert that mail can be sealed for gets it signed
//! only, and then it names nobody. Its text is a file in `templates/notice`; the first line is the subject.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::str::FromStr;

use super::seal;
use crate::hub::HubState;
use crate::protocol::directory::House;
use crate::protocol::id::{HubName, MemberId, Moment, NotA};
use crate::protocol::statement::Membership;
use crate::protocol::words::LanguageWord;
use crate::protocol::zone;

/// The most letters in a line.
const LINE: usize = 72;

/// What a notice says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Something waits in the portal.
    WorkWaiting,
    /// The reader's own key ends soon. Not sealed: it must arrive whatever became of that key.
    KeyExpiring,
    /// Keys of others end soon, for a procesregisseur.
    KeyExpiringOf,
    /// A letter of the reader's could not be mailed.
    NotDelivered,
}

impl Kind {
    /// Every kind.
    pub const ALL: &'static [Self] =
        &[Self::WorkWaiting, Self::KeyExpiring, Self::KeyExpiringOf, Self::NotDelivered];

    /// The word in the database, and the name of its template.
    pub fn word(self) -> &'static str {
        match self {
            Self::WorkWaiting => "work-waiting",
            Self::KeyExpiring => "key-expiring",
            Self::KeyExpiringOf => "key-expiring-of",
            Self::NotDelivered => "not-delivered",
        }
    }

    fn template(self, language: LanguageWord) -> &'static str {
        macro_rules! template {
            ($name:literal) => {
                match language {
                    LanguageWord::Dutch => include_str!(concat!("../../../templates/notice/", $name, ".nl")),
                    LanguageWord::English => {
                        include_str!(concat!("../../../templates/notice/", $name, ".en"))
                    }
                }
            };
        }
        match self {
            Self::WorkWaiting => template!("work-waiting"),
            Self::KeyExpiring => template!("key-expiring"),
            Self::KeyExpiringOf => template!("key-expiring-of"),
            Self::NotDelivered => template!("not-delivered"),
        }
    }
}

impl FromStr for Kind {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Self, NotA> {
        Self::ALL.iter().copied().find(|kind| kind.word() == text).ok_or(NotA("a kind of notice"))
    }
}

/// A notice in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    pub subject: String,
    pub body: String,
}

/// What stands in the places of a template.
pub struct Filling {
    /// Of the reader.
    pub name: String,
    /// Where the reader's browser finds the hub.
    pub web: String,
    /// The house's own name.
    pub house: String,
    /// When a key ends.
    pub until: Option<Moment>,
    pub now: Moment,
    /// Whose keys end, and when.
    pub members: Vec<(String, Moment)>,
}

/// The words of a notice.
pub fn text(kind: Kind, language: LanguageWord, filling: &Filling) -> Text {
    let until = filling.until.unwrap_or(filling.now);
    let mut members = String::new();
    for (name, until) in &filling.members {
        let _ = writeln!(members, "- {name}: {}", day(*until, language));
    }
    let of_place = |place: &str| match place {
        "name" => filling.name.clone(),
        "web" => filling.web.clone(),
        "house" => filling.house.clone(),
        "until" => day(until, language),
        "days" => days(until.unix() - filling.now.unix(), language),
        "members" => members.trim_end().to_owned(),
        other => other.to_owned(),
    };
    let template = kind.template(language);
    let (subject, body) = template.split_once("\n\n").unwrap_or((template, ""));
    Text { subject: filled(subject, of_place), body: wrapped(&filled(body, of_place)) }
}

/// A template has a line for each paragraph; mail has lines that fit a small window.
fn wrapped(text: &str) -> String {
    let mut lines = String::new();
    for paragraph in text.lines() {
        let mut length = 0;
        for word in paragraph.split(' ') {
            let letters = word.chars().count();
            if length > 0 && length + 1 + letters > LINE {
                lines.push('\n');
                length = 0;
            } else if length > 0 {
                lines.push(' ');
                length += 1;
            }
            lines.push_str(word);
            length += letters;
        }
        lines.push('\n');
    }
    lines
}

/// Puts in its place what stands between `{` and `}`; once, as what people are called may look like a place too.
fn filled(template: &str, of_place: impl Fn(&str) -> String) -> String {
    let mut pieces = template.split('{');
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (place, rest) = piece.split_once('}').unwrap_or((piece, ""));
        text.push_str(&of_place(place));
        text.push_str(rest);
    }
    text
}

/// The whole message of a notice: sealed for its reader, or, where that can't be or must not be, signed only.
///
/// # Errors
/// What is wrong with the hub's own key, or the library's word; nothing of anyone.
pub fn make(
    hub: &HubState,
    house: &House,
    reader: &Membership,
    kind: Kind,
    about: &BTreeSet<String>,
    now: Moment,
) -> Result<Vec<u8>, String> {
    let cert = seal::usable_cert(house, &reader.key, now).filter(|_| kind != Kind::KeyExpiring);
    // In clear nobody is named: then it says no more than that something waits.
    let kind = if cert.is_none() && kind == Kind::KeyExpiringOf { Kind::WorkWaiting } else { kind };
    let members = about.iter().filter_map(|about| expiring(house, about));
    let filling = Filling {
        name: reader.name.to_string(),
        web: web_address(&hub.config.hub, hub.config.listen.port()),
        house: house.house_partner().map_or_else(String::new, |partner| house.partner_name(partner)),
        until: match kind {
            Kind::KeyExpiring => about.iter().filter_map(|until| until.parse().ok()).min(),
            _ => None,
        },
        now,
        members: if kind == Kind::KeyExpiringOf { members.collect() } else { Vec::new() },
    };
    let text = text(kind, house.delivery(reader.member).language, &filling);
    seal::notice(hub, house, reader, cert, text, now)
}

/// Whose key ends, and when: `mem_… 2026-12-01T08:00:00Z`.
fn expiring(house: &House, about: &str) -> Option<(String, Moment)> {
    let (member, until) = about.split_once(' ')?;
    let member: MemberId = member.parse().ok()?;
    let membership = house.members.get(&member)?;
    let partner = house.partner_name(membership.partner);
    Some((format!("{} ({partner})", membership.name), until.parse().ok()?))
}

/// Where a browser finds the hub. Only the example house has no TLS in front.
fn web_address(hub: &HubName, port: u16) -> String {
    match hub.as_str() {
        "localhost" => format!("http://localhost:{port}/"),
        name => format!("https://{name}/"),
    }
}

/// So many days, the begun one counted.
fn days(seconds: i64, language: LanguageWord) -> String {
    const DAY: i64 = 24 * 60 * 60;
    let days = (seconds.max(0) + DAY - 1) / DAY;
    match (days, language) {
        (1, LanguageWord::Dutch) => "1 dag".to_owned(),
        (1, LanguageWord::English) => "1 day".to_owned(),
        (days, LanguageWord::Dutch) => format!("{days} dagen"),
        (days, LanguageWord::English) => format!("{days} days"),
    }
}

const DUTCH_MONTHS: [&str; 12] = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
];
const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The last day, in the Netherlands, on which something that ends at a moment still works.
fn day(until: Moment, language: LanguageWord) -> String {
    let Some(local) = zone::local(until.plus(-1)) else { return until.to_string() };
    let months = match language {
        LanguageWord::Dutch => DUTCH_MONTHS,
        LanguageWord::English => ENGLISH_MONTHS,
    };
    let month = usize::from(local.month().unsigned_abs()).saturating_sub(1);
    format!("{} {} {}", local.day(), months.get(month).unwrap_or(&""), local.year())
}

#[cfg(test)]
mod tests;
