//! The label of an item: what it is called and how it may be used, sealed beside the body.
//!
//! A label is one JSON object, the bytes that `JSON.stringify` and `serde_json` give for the fields in
//! the order below, without blanks; then spaces, and a line feed as the last byte, up to whole KiB, so
//! that its length tells little. A label that would be written otherwise is refused: it has one
//! reading, in every client.

mod text;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use text::{for_terminal, safe_file_name};

use super::id::{Day, Digest};

/// Labels are padded to a multiple of this many bytes.
const STEP: usize = 1024;
/// No label is longer than this many bytes.
pub const MOST: usize = 16 * STEP;
/// No label cites more items than this.
pub const MOST_CITED: usize = 64;
/// The longest body that a label speaks of, in bytes; below 2^53, so that JavaScript counts alike.
pub const LONGEST_BODY: u64 = 1 << 50;

/// Why a label is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadLabel {
    #[error("the label is too long")]
    TooLong,
    #[error("the label is not padded to whole KiB")]
    Padding,
    #[error("the label is not UTF-8")]
    NotUtf8,
    /// Not JSON; or a field is missing, unknown, twice there, or of another type.
    #[error("the label does not have the fields of a label")]
    Json,
    /// The JSON name of the field.
    #[error("the field {0} of the label is empty, too long, or has characters that it can't have")]
    Field(&'static str),
    /// The same content, but not the bytes that we write for it.
    #[error("the label is written in another way than labels are")]
    Spelling,
}

/// What people who read Dutch call the fields.
const FIELDS: [(&str, &str); 10] = [
    ("title", "de titel"),
    ("file_name", "de bestandsnaam"),
    ("media_type", "het soort bestand"),
    ("period_until", "de periode"),
    ("legal_ground", "de wettelijke reden"),
    ("allowed_use", "het gebruik"),
    ("police", "feit of oordeel"),
    ("reliability", "de betrouwbaarheid"),
    ("cites", "de lijst van genoemde stukken"),
    ("body_length", "de lengte"),
];

impl BadLabel {
    /// The short name of the reason, as the shared vectors write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::TooLong => "too long",
            Self::Padding => "padding",
            Self::NotUtf8 => "not utf-8",
            Self::Json => "json",
            Self::Field(_) => "field",
            Self::Spelling => "spelling",
        }
    }

    /// For who reads Dutch. What only a broken program makes is named as programs name it.
    pub fn dutch(self) -> String {
        match self {
            Self::TooLong => "het is te lang".to_owned(),
            Self::Field(field) => {
                let called =
                    FIELDS.iter().find(|(name, _)| *name == field).map_or(field, |(_, called)| called);
                format!("{called} is leeg, te lang, of heeft tekens die niet mogen")
            }
            other => other.name().to_owned(),
        }
    }
}

/// The law under which the supplier keeps and gives the information (article 12 of the agreement).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Regime {
    Avg,
    Wpg,
    Wjsg,
    /// Medical secrecy.
    Medical,
}

/// May the reader pass it on? To a third party it always takes the prior written consent of every
/// supplier (article 7.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Onward {
    /// To nobody.
    No,
    /// To colleagues in the reader's own organisation who work on this case.
    OwnOrganisation,
    /// Ask the supplier, each time.
    Ask,
}

/// What the police say of their own data: fact or judgement (Wpg, article 3), and how reliable it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Police {
    pub kind: FactOrOpinion,
    /// 1 to 200 characters.
    pub reliability: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FactOrOpinion {
    Fact,
    Opinion,
}

/// What a reader sees of an item beside its body. All of it is the supplier's word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// 1 to 200 characters.
    pub title: String,
    /// As it was at the supplier's, 1 to 255 characters: save it under [`safe_file_name`] of it only.
    pub file_name: String,
    /// `type/subtype` without parameters, in lower case, at most 127 characters.
    pub media_type: String,
    /// The first day that the information is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_from: Option<Day>,
    /// The last day that the information is about, not before the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_until: Option<Day>,
    pub regime: Regime,
    /// The legal basis in words, 1 to 500 characters.
    pub legal_ground: String,
    /// What the reader may do with it, 1 to 2000 characters; the only text that has lines.
    pub allowed_use: String,
    pub onward: Onward,
    /// There if the regime is `wpg`, and only then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub police: Option<Police>,
    /// The items (their statements) that this one is drawn from: sorted, none twice, at most 64.
    pub cites: Vec<Digest>,
    /// The SHA-256 digest of the body's plain text.
    pub body_digest: Digest,
    /// The length of the body's plain text in bytes, at most 2^50.
    pub body_length: u64,
}

impl Label {
    /// The padded bytes to seal. Refuses with `Field`, or `TooLong`, what [`Label::from_bytes`] would.
    pub fn to_bytes(&self) -> Result<Vec<u8>, BadLabel> {
        self.check()?;
        let mut bytes = serde_json::to_vec(self).map_err(|_| BadLabel::Json)?;
        let length = padded(bytes.len());
        if length > MOST {
            return Err(BadLabel::TooLong);
        }
        bytes.resize(length - 1, b' ');
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Reads what [`Label::to_bytes`] writes. Refuses, in this order: too long, padding, not UTF-8, not
    /// the JSON of a label, a field, another spelling.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadLabel> {
        if bytes.len() > MOST {
            return Err(BadLabel::TooLong);
        }
        let text = bytes.strip_suffix(b"\n").ok_or(BadLabel::Padding)?;
        let spaces = text.iter().rev().take_while(|byte| **byte == b' ').count();
        let json = &text[..text.len() - spaces];
        if bytes.len() != padded(json.len()) {
            return Err(BadLabel::Padding);
        }
        let json = std::str::from_utf8(json).map_err(|_| BadLabel::NotUtf8)?;
        let value: Value = serde_json::from_str(json).map_err(|_| BadLabel::Json)?;
        if !is_of_shape(&value) {
            return Err(BadLabel::Json);
        }
        let label: Self = serde_json::from_str(json).map_err(|_| BadLabel::Json)?;
        // Writing it again checks every field.
        if label.to_bytes()? == bytes { Ok(label) } else { Err(BadLabel::Spelling) }
    }

    /// Every field, in the order in which they are written.
    fn check(&self) -> Result<(), BadLabel> {
        let require = |good: bool, field| if good { Ok(()) } else { Err(BadLabel::Field(field)) };
        let period = |from, until| from <= until;
        require(is_line(&self.title, 200), "title")?;
        require(is_line(&self.file_name, 255), "file_name")?;
        require(is_media_type(&self.media_type), "media_type")?;
        require(self.period_from.zip(self.period_until).is_none_or(|(a, b)| period(a, b)), "period_until")?;
        require(is_line(&self.legal_ground, 500), "legal_ground")?;
        require(is_text(&self.allowed_use, 2000), "allowed_use")?;
        require(self.police.is_some() == (self.regime == Regime::Wpg), "police")?;
        require(self.police.as_ref().is_none_or(|police| is_line(&police.reliability, 200)), "reliability")?;
        let sorted = self.cites.is_sorted_by(|a, b| a < b);
        require(sorted && self.cites.len() <= MOST_CITED, "cites")?;
        require(self.body_length <= LONGEST_BODY, "body_length")
    }
}

/// An object of plain values, but for two fields: serde also reads an object's fields from a list, and a word from an
/// object of one field.
fn is_of_shape(label: &Value) -> bool {
    let flat = |value: &Value| !value.is_object() && !value.is_array();
    let is_police =
        |value: &Value| value.as_object().map_or(value.is_null(), |police| police.values().all(flat));
    let mut fields = label.as_object().into_iter().flatten();
    label.is_object()
        && fields.all(|(name, value)| match name.as_str() {
            "police" => is_police(value),
            "cites" => value.is_array(),
            _ => flat(value),
        })
}

/// The length of the label whose JSON is so long: with at least the line feed, up to whole KiB.
fn padded(json: usize) -> usize {
    (json + 1).next_multiple_of(STEP)
}

/// Not empty, and no control characters or separators of lines; at most so many characters.
fn is_line(text: &str, most: usize) -> bool {
    is_text(text, most) && !text.contains('\n')
}

/// The same, but with line feeds.
fn is_text(text: &str, most: usize) -> bool {
    let allowed = |c: char| c == '\n' || !(c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'));
    !text.trim().is_empty() && text.chars().count() <= most && text.chars().all(allowed)
}

/// RFC 6838, section 4.2, in lower case.
fn is_media_type(text: &str) -> bool {
    let rest = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || b"!#$&-^_.+".contains(&c);
    let name = |name: &str| {
        name.bytes().all(rest) && name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
    };
    text.len() <= 127 && text.split_once('/').is_some_and(|(kind, subtype)| name(kind) && name(subtype))
}
