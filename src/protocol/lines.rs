//! The grammar of statements: `name: value` lines in a fixed order, with exactly one spelling.
//!
//! [`Lines`] reads and [`write_line`] writes; a kind's fields go through the same [`Field`] both ways,
//! so what would not be written is not read.

use std::fmt::Display;
use std::str::FromStr;

use super::id::NotA;

/// The longest statement, in bytes. A directory of some 2,500 memberships fits.
pub const MAX_STATEMENT: usize = 256 * 1024;
/// The longest line, in bytes, without its LF.
pub const MAX_LINE: usize = 512;
/// How often a line may be repeated.
pub const MAX_REPEATED: usize = 2500;

/// Why a text is not a statement. `line` counts from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadStatement {
    #[error("it is longer than {MAX_STATEMENT} bytes")]
    TooLong,
    #[error("it is not UTF-8 text")]
    NotText,
    #[error("its last line does not end with a line feed")]
    NoFinalLineFeed,
    #[error("line {line} has a character that statements don't have, such as a carriage return or a tab")]
    BadCharacter { line: usize },
    #[error("line {line} is longer than {MAX_LINE} bytes")]
    LineTooLong { line: usize },
    #[error("line 1 is not `zegel/1` and a kind")]
    FirstLine,
    #[error("`{kind}` is not a kind of statement")]
    UnknownKind { kind: String },
    #[error("line {line} should be `{expected}: …`")]
    Expected { line: usize, expected: &'static str },
    #[error("line {line}: {field} is {problem}")]
    BadValue { line: usize, field: &'static str, problem: NotA },
    #[error("line {line}: the {field} lines are not in ascending order, or one is there twice")]
    NotSorted { line: usize, field: &'static str },
    #[error("line {line}: there are too many {field} lines")]
    TooMany { line: usize, field: &'static str },
    #[error("line {line} comes after the end")]
    AfterTheEnd { line: usize },
    #[error("its fields contradict each other: {0}")]
    Contradiction(&'static str),
}

impl BadStatement {
    /// The reason's name, as the test vectors have it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLong => "too-long",
            Self::NotText => "not-text",
            Self::NoFinalLineFeed => "no-final-line-feed",
            Self::BadCharacter { .. } => "bad-character",
            Self::LineTooLong { .. } => "line-too-long",
            Self::FirstLine => "first-line",
            Self::UnknownKind { .. } => "unknown-kind",
            Self::Expected { .. } => "expected",
            Self::BadValue { .. } => "bad-value",
            Self::NotSorted { .. } => "not-sorted",
            Self::TooMany { .. } => "too-many",
            Self::AfterTheEnd { .. } => "after-the-end",
            Self::Contradiction(_) => "contradiction",
        }
    }

    /// Its name and its line, for who reads Dutch.
    pub fn dutch(&self) -> String {
        let code = self.code();
        self.line().map_or_else(|| code.to_owned(), |line| format!("{code} (regel {line})"))
    }

    fn line(&self) -> Option<usize> {
        match self {
            Self::BadCharacter { line }
            | Self::LineTooLong { line }
            | Self::Expected { line, .. }
            | Self::BadValue { line, .. }
            | Self::NotSorted { line, .. }
            | Self::TooMany { line, .. }
            | Self::AfterTheEnd { line } => Some(*line),
            Self::TooLong
            | Self::NotText
            | Self::NoFinalLineFeed
            | Self::FirstLine
            | Self::UnknownKind { .. }
            | Self::Contradiction(_) => None,
        }
    }
}

/// The lines of a statement that are still to be read.
pub struct Lines<'a> {
    lines: std::iter::Peekable<std::iter::Enumerate<std::str::Split<'a, char>>>,
    /// How many were taken.
    taken: usize,
}

impl<'a> Lines<'a> {
    /// Checks everything that does not depend on the kind.
    pub fn of(bytes: &'a [u8]) -> Result<Self, BadStatement> {
        if bytes.len() > MAX_STATEMENT {
            return Err(BadStatement::TooLong);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| BadStatement::NotText)?;
        let body = text.strip_suffix('\n').ok_or(BadStatement::NoFinalLineFeed)?;
        for (index, line) in body.split('\n').enumerate() {
            let line_number = index + 1;
            if line.len() > MAX_LINE {
                return Err(BadStatement::LineTooLong { line: line_number });
            }
            // Only a `name` may leave ASCII; its own type judges which characters.
            let ascii = line.bytes().all(|c| (0x20..0x7f).contains(&c));
            let is_name = line.starts_with("name: ") && !line.bytes().any(|c| c < 0x20 || c == 0x7f);
            if !ascii && !is_name {
                return Err(BadStatement::BadCharacter { line: line_number });
            }
        }
        Ok(Self { lines: body.split('\n').enumerate().peekable(), taken: 0 })
    }

    /// The kind's name, from the first line.
    pub fn kind(&mut self) -> Result<&'a str, BadStatement> {
        let (_, line) = self.lines.next().ok_or(BadStatement::FirstLine)?;
        self.taken += 1;
        line.strip_prefix("zegel/1 ").ok_or(BadStatement::FirstLine)
    }

    /// The value of the next line if that line has this name; its number too.
    fn take(&mut self, name: &str) -> Option<(usize, &'a str)> {
        let (index, line) = *self.lines.peek()?;
        let value = line.strip_prefix(name)?.strip_prefix(": ")?;
        self.lines.next();
        self.taken += 1;
        Some((index + 1, value))
    }

    fn next_number(&self) -> usize {
        self.taken + 1
    }

    /// Refuses whatever follows the last field.
    pub fn end(mut self) -> Result<(), BadStatement> {
        match self.lines.next() {
            None => Ok(()),
            Some((index, _)) => Err(BadStatement::AfterTheEnd { line: index + 1 }),
        }
    }
}

/// Writes one line.
pub fn write_line(out: &mut String, name: &str, value: &dyn Display) {
    use std::fmt::Write;
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{name}: {value}");
}

/// One value on one line.
pub trait Value: FromStr<Err = NotA> + Display {}

fn value<T: Value>(line: usize, field: &'static str, text: &str) -> Result<T, BadStatement> {
    let value: T = text.parse().map_err(|problem| BadStatement::BadValue { line, field, problem })?;
    // A second spelling of the same value would be a second statement that says the same.
    if value.to_string() != text {
        let problem = NotA("written the only way that counts");
        return Err(BadStatement::BadValue { line, field, problem });
    }
    Ok(value)
}

/// A field that must be there once.
pub mod one {
    use super::*;

    pub fn read<T: Value>(lines: &mut Lines<'_>, name: &'static str) -> Result<T, BadStatement> {
        let line = lines.next_number();
        let (line, text) = lines.take(name).ok_or(BadStatement::Expected { line, expected: name })?;
        value(line, name, text)
    }

    pub fn write<T: Value>(field: &T, name: &'static str, out: &mut String) {
        write_line(out, name, field);
    }
}

/// A field that may be left out.
pub mod maybe {
    use super::*;

    pub fn read<T: Value>(lines: &mut Lines<'_>, name: &'static str) -> Result<Option<T>, BadStatement> {
        lines.take(name).map(|(line, text)| value(line, name, text)).transpose()
    }

    pub fn write<T: Value>(field: &Option<T>, name: &'static str, out: &mut String) {
        if let Some(field) = field {
            write_line(out, name, field);
        }
    }
}

/// A field that may be repeated, in ascending order of its bytes.
pub mod many {
    use super::*;

    pub fn read<T: Value>(lines: &mut Lines<'_>, name: &'static str) -> Result<Vec<T>, BadStatement> {
        let mut values = Vec::new();
        let mut before: Option<&str> = None;
        while let Some((line, text)) = lines.take(name) {
            if before.is_some_and(|before| before >= text) {
                return Err(BadStatement::NotSorted { line, field: name });
            }
            if values.len() == MAX_REPEATED {
                return Err(BadStatement::TooMany { line, field: name });
            }
            values.push(value(line, name, text)?);
            before = Some(text);
        }
        Ok(values)
    }

    pub fn write<T: Value>(field: &[T], name: &'static str, out: &mut String) {
        // Sorted here, so that no maker of a statement can forget it.
        let mut texts: Vec<String> = field.iter().map(ToString::to_string).collect();
        texts.sort();
        texts.dedup();
        texts.iter().for_each(|text| write_line(out, name, text));
    }
}
