//! The event of a leaf: a signed statement, or the hub's record of something that it did or saw.

use std::fmt;
use std::str::{FromStr, Lines};

use crate::protocol::id::{Digest, MemberId, Moment};

/// The longest text of an event, in bytes.
pub const MAX_EVENT: usize = 512;

/// What a leaf says happened, at the hub's own time. One event has one text:
///
/// ```text
/// zegel/1 leaf                        zegel/1 record
/// at: 2026-11-23T18:20:01Z            at: 2026-12-02T10:11:12Z
/// statement: sha256:…                 record: opened
/// signature: sha256:…                 member: mem_…
///                                     about: sha256:…
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A statement's id, and the digest of its signature's bytes.
    Statement { at: Moment, statement: Digest, signature: Digest },
    /// What the hub records by itself.
    Record { at: Moment, record: Record },
}

/// What the hub records by itself: who, and about what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Record {
    /// A member opened a session.
    SignedIn { member: MemberId },
    /// A member was served an item of a released pack, named by its statement.
    Opened { member: MemberId, about: Digest },
    /// A member was refused something: an item, or a statement, or nothing that has a name.
    Refused { member: MemberId, about: Option<Digest> },
    /// A letter, named by its statement, was handed to the mail server for a member.
    Mailed { member: MemberId, about: Digest },
    /// The hub serves this bundle as its portal from now on.
    Portal { about: Digest },
}

/// Why some text is no event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadEvent {
    #[error("the event is too long")]
    TooLong,
    #[error("the event is not lines that each end in one LF")]
    NotLines,
    #[error("the event is of an unknown kind")]
    UnknownKind,
    #[error("the event's line `{0}` is missing, out of order or not valid")]
    Field(&'static str),
    #[error("the event has a line too many")]
    Extra,
}

impl BadEvent {
    /// A short name, as the test vectors use it.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLong => "too-long",
            Self::NotLines => "not-lines",
            Self::UnknownKind => "unknown-kind",
            Self::Field(_) => "field",
            Self::Extra => "extra",
        }
    }
}

impl Event {
    /// When the hub appended it.
    pub fn at(&self) -> Moment {
        match self {
            Self::Statement { at, .. } | Self::Record { at, .. } => *at,
        }
    }
}

impl Record {
    /// The value of the line `record`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::SignedIn { .. } => "signed-in",
            Self::Opened { .. } => "opened",
            Self::Refused { .. } => "refused",
            Self::Mailed { .. } => "mailed",
            Self::Portal { .. } => "portal",
        }
    }

    /// The member whom it is about, where there is one.
    pub fn member(&self) -> Option<MemberId> {
        match *self {
            Self::SignedIn { member }
            | Self::Opened { member, .. }
            | Self::Refused { member, .. }
            | Self::Mailed { member, .. } => Some(member),
            Self::Portal { .. } => None,
        }
    }

    /// What it is about, where that has a name.
    pub fn about(&self) -> Option<Digest> {
        match *self {
            Self::SignedIn { .. } => None,
            Self::Refused { about, .. } => about,
            Self::Opened { about, .. } | Self::Mailed { about, .. } | Self::Portal { about } => Some(about),
        }
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Statement { at, statement, signature } => {
                writeln!(f, "zegel/1 leaf\nat: {at}\nstatement: {statement}\nsignature: {signature}")
            }
            Self::Record { at, record } => {
                writeln!(f, "zegel/1 record\nat: {at}\nrecord: {}", record.name())?;
                record.member().map_or(Ok(()), |member| writeln!(f, "member: {member}"))?;
                record.about().map_or(Ok(()), |about| writeln!(f, "about: {about}"))
            }
        }
    }
}

impl FromStr for Event {
    type Err = BadEvent;

    /// Reads what is written, and nothing else.
    fn from_str(text: &str) -> Result<Self, BadEvent> {
        if text.len() > MAX_EVENT {
            return Err(BadEvent::TooLong);
        }
        if !text.ends_with('\n') || text.contains('\r') {
            return Err(BadEvent::NotLines);
        }
        let mut lines = text.lines();
        let event = match lines.next() {
            Some("zegel/1 leaf") => Self::Statement {
                at: field(&mut lines, "at")?,
                statement: field(&mut lines, "statement")?,
                signature: field(&mut lines, "signature")?,
            },
            Some("zegel/1 record") => {
                Self::Record { at: field(&mut lines, "at")?, record: read_record(&mut lines)? }
            }
            _ => return Err(BadEvent::UnknownKind),
        };
        match lines.next() {
            None => Ok(event),
            Some(_) => Err(BadEvent::Extra),
        }
    }
}

fn read_record(lines: &mut Lines<'_>) -> Result<Record, BadEvent> {
    let record: String = field(lines, "record")?;
    match record.as_str() {
        "signed-in" => Ok(Record::SignedIn { member: field(lines, "member")? }),
        "opened" => Ok(Record::Opened { member: field(lines, "member")?, about: field(lines, "about")? }),
        "mailed" => Ok(Record::Mailed { member: field(lines, "member")?, about: field(lines, "about")? }),
        "refused" => {
            let member = field(lines, "member")?;
            let about = lines.clone().next().map(|_| field(lines, "about")).transpose()?;
            Ok(Record::Refused { member, about })
        }
        "portal" => Ok(Record::Portal { about: field(lines, "about")? }),
        _ => Err(BadEvent::Field("record")),
    }
}

/// Takes the next line, which must be `name: value`.
fn field<T: FromStr>(lines: &mut Lines<'_>, name: &'static str) -> Result<T, BadEvent> {
    let value = lines.next().and_then(|line| line.strip_prefix(name)?.strip_prefix(": "));
    value.and_then(|value| value.parse().ok()).ok_or(BadEvent::Field(name))
}
