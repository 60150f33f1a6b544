//! What a letter says to one addressee, before it is written out in a language.

use serde::{Deserialize, Serialize};

use crate::client::error::{ClientError, Result};
use crate::protocol::id::{Digest, MeetingId, Moment};
use crate::protocol::words::LetterKind;

/// A meeting lasts at least and at most so many minutes.
pub const MINUTES: std::ops::RangeInclusive<u32> = 10..=600;
/// The longest single line, in characters: a topic, a place.
const LONGEST_LINE: usize = 300;
/// The longest text of a letter's author, in bytes.
const LONGEST_TEXT: usize = 24 * 1024;
/// What the paragraphs of minutes are together: a copy has room for them twice, as text and as what it was made of.
const LONGEST_MINUTES: usize = 96 * 1024;
/// No letter lists more of anything.
const MOST_LINES: usize = 100;

/// What is said, by the kind of letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Content {
    Request(Request),
    Invitation(Invitation),
    Cancellation(Cancellation),
    Minutes(Minutes),
    Message(Message),
}

/// A question to a partner (9.2b).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    pub question: String,
    /// What is asked of this addressee, beside the question that all get.
    pub asked: Option<String>,
    pub until: Moment,
}

/// When and where a meeting is: what its calendar file says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Appointment {
    pub meeting: MeetingId,
    /// Goes up with each invitation, change and cancellation.
    pub sequence: u64,
    pub date: Moment,
    pub minutes: u32,
    pub place: Option<String>,
    pub link: Option<String>,
}

/// An invitation, or a change of one (9.2c-e).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invitation {
    pub when: Appointment,
    pub purpose: String,
    pub topics: Vec<String>,
    /// The kind of decisions that may be taken.
    pub decisions: Vec<String>,
    /// The contribution that is asked of this addressee.
    pub asked: Option<String>,
    /// Until when to say who comes.
    pub until: Option<Moment>,
    /// Whether the addressee comes in another's place.
    pub deputy: bool,
    /// Whether it takes the place of an invitation before.
    pub change: bool,
    /// When the meeting was before, if that changed.
    pub was: Option<Moment>,
}

/// The meeting is off for the addressee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cancellation {
    pub when: Appointment,
    pub why: Option<String>,
}

/// What was said and decided at a meeting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Minutes {
    pub date: Moment,
    /// The item that they are.
    pub item: Digest,
    pub present: Vec<String>,
    pub absent: Vec<String>,
    pub paragraphs: Vec<Paragraph>,
    pub decisions: Vec<String>,
    pub actions: Vec<Action>,
    /// Until when to say that something is not right.
    pub until: Option<Moment>,
}

/// A paragraph of minutes, and what it is drawn from as far as the addressee may know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paragraph {
    pub heading: Option<String>,
    pub text: String,
    pub sources: Vec<Source>,
}

/// An item that a paragraph is drawn from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    pub item: Digest,
    pub title: String,
    pub supplier: String,
}

/// Who does what, until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    pub who: String,
    pub what: String,
    pub until: Option<Moment>,
}

/// Anything else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    pub text: String,
    pub until: Option<Moment>,
}

impl Content {
    /// The kind that the statement names.
    pub fn kind(&self) -> LetterKind {
        match self {
            Self::Request(_) => LetterKind::Request,
            Self::Invitation(_) => LetterKind::Invitation,
            Self::Cancellation(_) => LetterKind::Cancellation,
            Self::Minutes(_) => LetterKind::Minutes,
            Self::Message(_) => LetterKind::Message,
        }
    }

    /// When and where the meeting is, of what has a calendar file.
    pub fn appointment(&self) -> Option<&Appointment> {
        match self {
            Self::Invitation(invitation) => Some(&invitation.when),
            Self::Cancellation(cancellation) => Some(&cancellation.when),
            Self::Request(_) | Self::Minutes(_) | Self::Message(_) => None,
        }
    }

    /// Refuses what no letter can say: terms that are past, texts that are too long or hide something.
    pub fn check(&self, now: Moment) -> Result<()> {
        match self {
            Self::Request(request) => {
                text("--question", &request.question)?;
                request.asked.iter().try_for_each(|asked| text("--ask", asked))?;
                ahead("--until", request.until, now)
            }
            Self::Invitation(invitation) => invitation.check(now),
            Self::Cancellation(cancellation) => {
                cancellation.when.check_form()?;
                cancellation.why.iter().try_for_each(|why| text("--why", why))
            }
            Self::Minutes(minutes) => minutes.check(now),
            Self::Message(message) => {
                text("--text", &message.text)?;
                message.until.map_or(Ok(()), |until| ahead("--until", until, now))
            }
        }
    }
}

impl Invitation {
    fn check(&self, now: Moment) -> Result<()> {
        self.when.check_form()?;
        ahead("--date", self.when.date, now)?;
        text("--purpose", &self.purpose)?;
        if self.topics.is_empty() {
            return Err(bad("--topic", "er is minstens één onderwerp nodig", "it takes one topic at least"));
        }
        lines("--topic", &self.topics)?;
        lines("--decisions", &self.decisions)?;
        self.asked.iter().try_for_each(|asked| text("--asked", asked))?;
        if self.when.place.is_none() && self.when.link.is_none() {
            return Err(bad(
                "--place",
                "zeg waar het is, of geef een adres met --link",
                "say where it is, or give an address with --link",
            ));
        }
        self.until.map_or(Ok(()), |until| ahead("--until", until, now))
    }
}

impl Appointment {
    /// When it is over.
    pub fn end(&self) -> Moment {
        self.date.plus(i64::from(self.minutes) * 60)
    }

    fn check_form(&self) -> Result<()> {
        if !MINUTES.contains(&self.minutes) {
            return Err(bad(
                "--minutes-long",
                "een overleg duurt 10 tot 600 minuten",
                "a meeting takes 10 to 600 minutes",
            ));
        }
        for place in self.place.iter().chain(&self.link) {
            line("--place, --link", place)?;
            if place.contains('\\') {
                return Err(bad(
                    "--place, --link",
                    "een agenda kan geen \\ aan",
                    "a calendar can't have a \\ in it",
                ));
            }
        }
        let Some(link) = &self.link else { return Ok(()) };
        let address = url::Url::parse(link).ok().filter(|url| url.scheme() == "https" && url.has_host());
        address.map(drop).ok_or_else(|| {
            bad(
                "--link",
                "het moet een adres zijn dat begint met https://",
                "it must be an address that begins with https://",
            )
        })
    }
}

impl Minutes {
    fn check(&self, now: Moment) -> Result<()> {
        if self.present.is_empty() || self.paragraphs.is_empty() {
            return Err(bad(
                "present, paragraph",
                "een verslag zegt wie er waren en wat er is besproken",
                "minutes say who was there and what was discussed",
            ));
        }
        for list in [&self.present, &self.absent, &self.decisions] {
            lines("present, absent, decisions", list)?;
        }
        for paragraph in &self.paragraphs {
            paragraph.heading.iter().try_for_each(|heading| line("heading", heading))?;
            text("text", &paragraph.text)?;
        }
        for action in &self.actions {
            line("who", &action.who)?;
            line("what", &action.what)?;
        }
        if self.paragraphs.iter().map(|paragraph| paragraph.text.len()).sum::<usize>() > LONGEST_MINUTES {
            return Err(bad(
                "paragraph",
                "het verslag is te lang (hoogstens 96 KB, dat is ongeveer 30 bladzijden); doe de rest in een stuk",
                "the minutes are too long (96 KB at most, some 30 pages); put the rest in an item",
            ));
        }
        if self.actions.len() > MOST_LINES || self.paragraphs.len() > MOST_LINES {
            return Err(bad("action, paragraph", "het zijn er te veel", "there are too many"));
        }
        self.until.map_or(Ok(()), |until| ahead("until", until, now))
    }
}

fn bad(what: &str, nl: &str, en: &str) -> ClientError {
    ClientError::said(
        "bad-letter-content",
        format!("{what}: {nl}. Verbeter het; er is niets verstuurd."),
        format!("{what}: {en}. Correct it; nothing was sent."),
    )
}

fn ahead(what: &str, moment: Moment, now: Moment) -> Result<()> {
    match moment > now {
        true => Ok(()),
        false => Err(ClientError::said(
            "date-past",
            format!("{what}: dat moment is al voorbij. Kies een later moment; er is niets verstuurd."),
            format!("{what}: that moment is past. Choose a later one; nothing was sent."),
        )),
    }
}

/// A text of lines: not empty, not too long, nothing in it that moves a cursor or hides.
fn text(what: &str, text: &str) -> Result<()> {
    if text.trim().is_empty() {
        return Err(bad(what, "er staat niets in", "there is nothing in it"));
    }
    if text.len() > LONGEST_TEXT {
        return Err(bad(
            what,
            "de tekst is te lang (hoogstens 24 KB); doe de rest in een bijlage",
            "the text is too long (24 KB at most); put the rest in an attachment",
        ));
    }
    match text.chars().any(|c| c != '\n' && c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
        true => {
            Err(bad(what, "er staan tekens in die niet te zien zijn", "it has characters that can't be seen"))
        }
        false => Ok(()),
    }
}

fn line(what: &str, words: &str) -> Result<()> {
    text(what, words)?;
    match words.contains('\n') || words.chars().count() > LONGEST_LINE {
        true => Err(bad(
            what,
            "het moet één regel zijn van hoogstens 300 tekens",
            "it must be one line of 300 characters at most",
        )),
        false => Ok(()),
    }
}

fn lines(what: &str, all: &[String]) -> Result<()> {
    if all.len() > MOST_LINES {
        return Err(bad(what, "het zijn er te veel", "there are too many"));
    }
    all.iter().try_for_each(|words| line(what, words))
}

/// The text with the line ends of Unix, and no blanks around it.
pub fn tidy(text: &str) -> String {
    let lines: Vec<&str> = text.trim().lines().map(str::trim_end).collect();
    lines.join("\n").replace('\t', "    ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_790_000_000;

    fn minutes() -> Minutes {
        let now = Moment::from_unix(NOW);
        let paragraph = Paragraph { heading: None, text: "Het was rustig.".into(), sources: vec![] };
        Minutes {
            date: now,
            item: Digest([0; 32]),
            present: vec!["Femke".into()],
            absent: vec![],
            paragraphs: vec![paragraph],
            decisions: vec![],
            actions: vec![Action { who: "Femke".into(), what: "belt".into(), until: None }],
            until: None,
        }
    }

    /// What is wrong with minutes, to which something was done.
    fn refused(change: impl FnOnce(&mut Minutes)) -> Option<String> {
        let mut minutes = minutes();
        change(&mut minutes);
        let error = Content::Minutes(minutes).check(Moment::from_unix(NOW)).err()?;
        assert!(error.is("bad-letter-content"), "{error}");
        Some(error.sentence(crate::protocol::refusal::Language::English))
    }

    #[test]
    fn minutes_say_who_was_there_and_what_was_said() {
        assert_eq!(refused(|_| ()), None);
        for said in
            [refused(|minutes| minutes.present.clear()), refused(|minutes| minutes.paragraphs.clear())]
        {
            assert!(said.unwrap().contains("minutes say who was there"));
        }
    }

    #[test]
    fn no_letter_is_a_list_without_end() {
        let many = "there are too many";
        let full = |of: &mut Vec<String>| *of = vec!["x".to_owned(); MOST_LINES];
        assert_eq!(refused(|minutes| full(&mut minutes.absent)), None);
        let said = refused(|minutes| minutes.decisions = vec!["x".to_owned(); MOST_LINES + 1]);
        assert!(said.unwrap().contains(many));
        let said = refused(|minutes| minutes.actions = vec![minutes.actions[0].clone(); MOST_LINES + 1]);
        assert!(said.unwrap().contains(many));
        let said =
            refused(|minutes| minutes.paragraphs = vec![minutes.paragraphs[0].clone(); MOST_LINES + 1]);
        assert!(said.unwrap().contains(many));
    }
}
