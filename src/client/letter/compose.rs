//! A letter written out for its addressee: subject, text, and the appointment for a calendar.

use serde::Serialize;

use crate::client::error::Result;
use crate::protocol::id::{CaseNumber, Moment};
use crate::protocol::mime::meeting_uid;
use crate::protocol::refusal::Language;

use super::content::{
    Action, Appointment, Cancellation, Content, Invitation, Message, Minutes, Paragraph, Request,
};
use super::dates;
use super::fill::{Filled, Template, fill};

/// From whom, to whom, about which case.
#[derive(Clone, Copy, Debug)]
pub struct Envelope<'a> {
    pub case: CaseNumber,
    /// The hub's address, which is the portal's.
    pub portal: &'a str,
    pub from: &'a str,
    /// The author's partner.
    pub partner: &'a str,
    pub to: &'a str,
    /// The addressee's.
    pub language: Language,
}

/// A letter as its addressee reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Composed {
    pub subject: String,
    pub text: String,
    pub calendar: Option<Entry>,
}

/// What the calendar file says: nothing of the case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub uid: String,
    pub sequence: u64,
    pub start: Moment,
    pub end: Moment,
    pub cancelled: bool,
    pub summary: &'static str,
    pub location: Option<String>,
}

/// Writes a letter out.
pub fn compose(content: &Content, envelope: &Envelope<'_>, hub: &str) -> Result<Composed> {
    let filled = match content {
        Content::Request(request) => request_values(request, envelope)?.fill(Template::Request),
        Content::Invitation(invitation) => {
            let template = if invitation.change { Template::Change } else { Template::Invitation };
            invitation_values(invitation, envelope)?.fill(template)
        }
        Content::Cancellation(cancellation) => {
            cancellation_values(cancellation, envelope)?.fill(Template::Cancellation)
        }
        Content::Minutes(minutes) => minutes_values(minutes, envelope)?.fill(Template::Minutes),
        Content::Message(message) => message_values(message, envelope)?.fill(Template::Message),
    };
    let Filled { subject, text } = filled?;
    let cancelled = matches!(content, Content::Cancellation(_));
    let calendar = content.appointment().map(|when| entry(when, cancelled, envelope, hub));
    Ok(Composed { subject, text, calendar })
}

fn entry(when: &Appointment, cancelled: bool, envelope: &Envelope<'_>, hub: &str) -> Entry {
    let location = match (&when.place, &when.link) {
        (Some(place), Some(link)) => Some(format!("{place} / {link}")),
        (place, link) => place.clone().or_else(|| link.clone()),
    };
    Entry {
        uid: meeting_uid(envelope.case, when.meeting, hub),
        sequence: when.sequence,
        start: when.date,
        end: when.end(),
        cancelled,
        summary: crate::client::nl_en(envelope.language, "Overleg", "Meeting"),
        location,
    }
}

/// What a template is filled with: the envelope, and what the kind has beside it. Every field is there, also where it
/// has no value, since templates are strict.
#[derive(Serialize)]
struct Values<'a, T> {
    case: CaseNumber,
    portal: &'a str,
    from: &'a str,
    partner: &'a str,
    to: &'a str,
    #[serde(flatten)]
    rest: T,
    #[serde(skip)]
    language: Language,
}

impl<'a, T: Serialize> Values<'a, T> {
    fn new(envelope: &Envelope<'a>, rest: T) -> Self {
        let Envelope { case, portal, from, partner, to, language } = *envelope;
        Self { case, portal, from, partner, to, rest, language }
    }

    fn fill(&self, template: Template) -> Result<Filled> {
        fill(template, self.language, self)
    }
}

#[derive(Serialize)]
struct RequestValues<'a> {
    question: &'a str,
    asked: Option<&'a str>,
    until: String,
}

fn request_values<'a>(
    request: &'a Request,
    envelope: &Envelope<'a>,
) -> Result<Values<'a, RequestValues<'a>>> {
    let until = dates::by(request.until, envelope.language)?;
    let rest = RequestValues { question: &request.question, asked: request.asked.as_deref(), until };
    Ok(Values::new(envelope, rest))
}

#[derive(Serialize)]
struct InvitationValues<'a> {
    when: String,
    minutes: u32,
    place: Option<&'a str>,
    link: Option<&'a str>,
    purpose: &'a str,
    topics: &'a [String],
    decisions: &'a [String],
    asked: Option<&'a str>,
    until: Option<String>,
    deputy: bool,
    was: Option<String>,
}

fn invitation_values<'a>(
    invitation: &'a Invitation,
    envelope: &Envelope<'a>,
) -> Result<Values<'a, InvitationValues<'a>>> {
    let language = envelope.language;
    let when = &invitation.when;
    let rest = InvitationValues {
        when: dates::moment(when.date, language)?,
        minutes: when.minutes,
        place: when.place.as_deref(),
        link: when.link.as_deref(),
        purpose: &invitation.purpose,
        topics: &invitation.topics,
        decisions: &invitation.decisions,
        asked: invitation.asked.as_deref(),
        until: invitation.until.map(|until| dates::by(until, language)).transpose()?,
        deputy: invitation.deputy,
        was: invitation.was.map(|was| dates::moment(was, language)).transpose()?,
    };
    Ok(Values::new(envelope, rest))
}

#[derive(Serialize)]
struct CancellationValues<'a> {
    when: String,
    why: Option<&'a str>,
}

fn cancellation_values<'a>(
    cancellation: &'a Cancellation,
    envelope: &Envelope<'a>,
) -> Result<Values<'a, CancellationValues<'a>>> {
    let when = dates::moment(cancellation.when.date, envelope.language)?;
    Ok(Values::new(envelope, CancellationValues { when, why: cancellation.why.as_deref() }))
}

#[derive(Serialize)]
struct MinutesValues<'a> {
    when: String,
    present: &'a [String],
    absent: &'a [String],
    paragraphs: Vec<ParagraphValues<'a>>,
    decisions: &'a [String],
    actions: Vec<ActionValues<'a>>,
    until: Option<String>,
}

#[derive(Serialize)]
struct ParagraphValues<'a> {
    heading: Option<&'a str>,
    text: &'a str,
    sources: String,
}

#[derive(Serialize)]
struct ActionValues<'a> {
    who: &'a str,
    what: &'a str,
    until: Option<String>,
}

fn minutes_values<'a>(
    minutes: &'a Minutes,
    envelope: &Envelope<'a>,
) -> Result<Values<'a, MinutesValues<'a>>> {
    let language = envelope.language;
    let term = |until: Option<Moment>| until.map(|until| dates::by(until, language)).transpose();
    let action = |action: &'a Action| {
        Ok(ActionValues { who: &action.who, what: &action.what, until: term(action.until)? })
    };
    let rest = MinutesValues {
        when: dates::moment(minutes.date, language)?,
        present: &minutes.present,
        absent: &minutes.absent,
        paragraphs: minutes.paragraphs.iter().map(paragraph_values).collect(),
        decisions: &minutes.decisions,
        actions: minutes.actions.iter().map(action).collect::<Result<_>>()?,
        until: term(minutes.until)?,
    };
    Ok(Values::new(envelope, rest))
}

fn paragraph_values(paragraph: &Paragraph) -> ParagraphValues<'_> {
    let sources: Vec<String> = paragraph
        .sources
        .iter()
        .map(|source| {
            format!("{}, {}, {}", source.title, source.supplier, crate::client::describe::short(&source.item))
        })
        .collect();
    ParagraphValues {
        heading: paragraph.heading.as_deref(),
        text: &paragraph.text,
        sources: sources.join("; "),
    }
}

#[derive(Serialize)]
struct MessageValues<'a> {
    text: &'a str,
    until: Option<String>,
}

fn message_values<'a>(
    message: &'a Message,
    envelope: &Envelope<'a>,
) -> Result<Values<'a, MessageValues<'a>>> {
    let until = message.until.map(|until| dates::by(until, envelope.language)).transpose()?;
    Ok(Values::new(envelope, MessageValues { text: &message.text, until }))
}
