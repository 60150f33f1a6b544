//! The arguments of the verbs that send letters.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::client::cli::{AgainArgs, show};
use crate::client::verbs::case::text_from;
use crate::client::verbs::casework::misuse;
use crate::client::verbs::letter::go_on;
use crate::client::verbs::letter::invite::{Inviting, What, invite};
use crate::client::verbs::letter::message::{Writing, message};
use crate::client::verbs::letter::minutes::{Reporting, minutes};
use crate::client::verbs::letter::request::{Asking, request};
use crate::client::verbs::when::When;
use crate::client::{ClientError, Context, Result};
use crate::protocol::id::{CaseNumber, Day};
use crate::protocol::words::LetterKind;

/// What all verbs that send have.
#[derive(Args)]
struct HowArgs {
    /// Goes on with a draft, instead of writing anew.
    #[arg(long, value_name = "DRAFT", conflicts_with = "again")]
    draft: Option<String>,
    /// Somebody who gets none after all, by name, mail address or membership.
    #[arg(long, value_name = "WHO")]
    without: Vec<String>,
    #[command(flatten)]
    again: AgainArgs,
}

#[derive(Args)]
pub struct RequestArgs {
    /// The case, such as ZVH-2026-0014.
    #[arg(value_name = "CASE", required_unless_present = "draft")]
    case: Option<CaseNumber>,
    /// Whom, by name, mail address or membership.
    #[arg(long, value_name = "WHO", required_unless_present_any = ["ask", "draft"])]
    to: Vec<String>,
    /// The question to all.
    #[arg(long, value_name = "TEXT", conflicts_with = "question_file")]
    question: Option<String>,
    /// The same from a file; without either you are asked.
    #[arg(long, value_name = "FILE")]
    question_file: Option<PathBuf>,
    /// What one of them is asked beside it: `who=text`.
    #[arg(long, value_name = "WHO=TEXT", value_parser = who_and_text)]
    ask: Vec<(String, String)>,
    /// Until when to answer; a day counts until it is over.
    #[arg(long, value_name = "WHEN", required_unless_present = "draft")]
    until: Option<When>,
    /// A file to go with it.
    #[arg(long, value_name = "FILE")]
    attach: Vec<PathBuf>,
    #[command(flatten)]
    how: HowArgs,
}

#[derive(Args)]
pub struct InviteArgs {
    /// The case, such as ZVH-2026-0014.
    #[arg(value_name = "CASE", required_unless_present = "draft")]
    case: Option<CaseNumber>,
    /// The roster, by id or meeting; without it the only one in use.
    #[arg(long, value_name = "ROSTER", visible_alias = "meeting")]
    roster: Option<String>,
    /// Only these of the roster.
    #[arg(long, value_name = "WHO")]
    to: Vec<String>,
    /// Something has changed: also to who was invited.
    #[arg(long, conflicts_with = "cancel")]
    change: bool,
    /// The meeting is off for who was invited.
    #[arg(long)]
    cancel: bool,
    /// What the meeting is for.
    #[arg(long, value_name = "TEXT", conflicts_with = "purpose_file")]
    purpose: Option<String>,
    /// The same from a file.
    #[arg(long, value_name = "FILE")]
    purpose_file: Option<PathBuf>,
    /// What will be talked about, once for each.
    #[arg(long = "topic", value_name = "TEXT")]
    topics: Vec<String>,
    /// The kind of decisions that may be taken, once for each.
    #[arg(long, value_name = "TEXT")]
    decisions: Vec<String>,
    /// The contribution that one of them is asked for: `who=text`.
    #[arg(long, value_name = "WHO=TEXT", value_parser = who_and_text)]
    asked: Vec<(String, String)>,
    /// How long it takes.
    #[arg(long, value_name = "MINUTES")]
    minutes_long: Option<u32>,
    /// Where it is.
    #[arg(long, value_name = "TEXT")]
    place: Option<String>,
    /// Its address, if it is online.
    #[arg(long, value_name = "HTTPS-ADDRESS")]
    link: Option<String>,
    /// With --cancel: why.
    #[arg(long, value_name = "TEXT", requires = "cancel", conflicts_with = "why_file")]
    why: Option<String>,
    /// The same from a file.
    #[arg(long, value_name = "FILE", requires = "cancel")]
    why_file: Option<PathBuf>,
    /// A file to go with it.
    #[arg(long, value_name = "FILE")]
    attach: Vec<PathBuf>,
    #[command(flatten)]
    how: HowArgs,
}

#[derive(Args)]
pub struct MinutesArgs {
    /// The case, such as ZVH-2026-0014.
    #[arg(value_name = "CASE", required_unless_present = "draft")]
    case: Option<CaseNumber>,
    /// The minutes, in TOML.
    #[arg(value_name = "FILE", required_unless_present = "draft")]
    file: Option<PathBuf>,
    /// The roster, by id or meeting; without it the only one in use.
    #[arg(long, value_name = "ROSTER", visible_alias = "meeting")]
    roster: Option<String>,
    /// Only to these; else to all delegates, and to deputies who were present.
    #[arg(long, value_name = "WHO")]
    to: Vec<String>,
    /// The item's title; the date goes behind it.
    #[arg(long, value_name = "TITLE", default_value = "Verslag")]
    title: String,
    /// The legal basis, in words.
    #[arg(long, value_name = "TEXT", default_value = "convenant, artikel 6.4")]
    ground: String,
    /// The last day on which the item is kept; without it a year from now.
    #[arg(long, value_name = "DAY")]
    retention: Option<Day>,
    #[command(flatten)]
    how: HowArgs,
}

#[derive(Args)]
pub struct MessageArgs {
    /// The case, such as ZVH-2026-0014.
    #[arg(value_name = "CASE", required_unless_present = "draft")]
    case: Option<CaseNumber>,
    /// To whom, by name, mail address or membership.
    #[arg(long, value_name = "WHO")]
    to: Vec<String>,
    /// The message.
    #[arg(long, value_name = "TEXT", conflicts_with = "text_file")]
    text: Option<String>,
    /// The same from a file; without either you are asked.
    #[arg(long, value_name = "FILE")]
    text_file: Option<PathBuf>,
    /// Until when you hope for an answer.
    #[arg(long, value_name = "WHEN")]
    until: Option<When>,
    /// A file to go with it.
    #[arg(long, value_name = "FILE")]
    attach: Vec<PathBuf>,
    #[command(flatten)]
    how: HowArgs,
}

/// `who=text`; a membership, mail address or name is no text with an `=`.
fn who_and_text(text: &str) -> Result<(String, String), String> {
    match text.split_once('=').map(|(who, text)| (who.trim(), text.trim())) {
        Some((who, text)) if !who.is_empty() && !text.is_empty() => Ok((who.to_owned(), text.to_owned())),
        _ => Err("give a person and what is asked: \"Femke=Zijn er meldingen?\"".to_owned()),
    }
}

/// A text as it was given, or from a file, if there is either.
pub fn given(ctx: &mut Context<'_>, text: Option<String>, file: Option<&Path>) -> Result<Option<String>> {
    match (text, file) {
        (Some(text), _) => Ok(Some(text)),
        (None, Some(file)) => text_from(ctx, Some(file), "").map(Some),
        (None, None) => Ok(None),
    }
}

/// The same; asks where there is neither.
fn given_or_asked(
    ctx: &mut Context<'_>,
    text: Option<String>,
    file: Option<&Path>,
    question: (&str, &str),
) -> Result<String> {
    let question = ctx.words(question.0, question.1).to_owned();
    match given(ctx, text, file)? {
        Some(text) => Ok(text),
        None => text_from(ctx, None, &question),
    }
}

/// clap asks for it wherever there is no draft.
fn case_of(case: Option<CaseNumber>) -> Result<CaseNumber> {
    case.ok_or_else(|| misuse("Welke casus?", "Which case?"))
}

impl HowArgs {
    /// Goes on with the draft, if one was named.
    async fn draft(&self, ctx: &mut Context<'_>, kinds: &[LetterKind], json: bool) -> Result<bool> {
        ctx.again = self.again.again;
        let Some(draft) = &self.draft else { return Ok(false) };
        let language = ctx.language;
        show(&go_on(ctx, draft, kinds, &self.without).await?, language, json)?;
        Ok(true)
    }
}

impl RequestArgs {
    pub async fn run(self, ctx: &mut Context<'_>, json: bool) -> Result<()> {
        if self.how.draft(ctx, &[LetterKind::Request], json).await? {
            return Ok(());
        }
        let question = ("Wat wilt u weten?", "What do you want to know?");
        let question = given_or_asked(ctx, self.question, self.question_file.as_deref(), question)?;
        let until = self.until.ok_or_else(|| misuse("Tot wanneer?", "Until when?"))?.ends()?;
        let (to, asks, attachments, without) = (self.to, self.ask, self.attach, self.how.without);
        let asking = Asking { to, question, asks, until, attachments, without };
        let language = ctx.language;
        show(&request(ctx, case_of(self.case)?, &asking).await?, language, json)
    }
}

impl InviteArgs {
    pub async fn run(self, ctx: &mut Context<'_>, json: bool) -> Result<()> {
        if self.how.draft(ctx, &[LetterKind::Invitation, LetterKind::Cancellation], json).await? {
            return Ok(());
        }
        let inviting = Inviting {
            what: match (self.change, self.cancel) {
                (true, _) => What::Change,
                (_, true) => What::Cancel,
                _ => What::Invite,
            },
            roster: self.roster,
            to: self.to,
            purpose: given(ctx, self.purpose, self.purpose_file.as_deref())?,
            topics: self.topics,
            decisions: self.decisions,
            asked: self.asked,
            minutes: self.minutes_long,
            place: self.place,
            link: self.link,
            why: given(ctx, self.why, self.why_file.as_deref())?,
            attachments: self.attach,
            without: self.how.without,
        };
        let language = ctx.language;
        show(&invite(ctx, case_of(self.case)?, &inviting).await?, language, json)
    }
}

impl MinutesArgs {
    pub async fn run(self, ctx: &mut Context<'_>, json: bool) -> Result<()> {
        if self.how.draft(ctx, &[LetterKind::Minutes], json).await? {
            return Ok(());
        }
        let reporting = Reporting {
            file: self.file.ok_or_else(|| ClientError::input("FILE"))?,
            roster: self.roster,
            to: self.to,
            title: self.title,
            ground: self.ground,
            retention: self.retention,
            without: self.how.without,
        };
        let language = ctx.language;
        show(&minutes(ctx, case_of(self.case)?, &reporting).await?, language, json)
    }
}

impl MessageArgs {
    pub async fn run(self, ctx: &mut Context<'_>, json: bool) -> Result<()> {
        if self.how.draft(ctx, &[LetterKind::Message], json).await? {
            return Ok(());
        }
        let question = ("Wat wilt u schrijven?", "What do you want to write?");
        let writing = Writing {
            to: self.to,
            text: given_or_asked(ctx, self.text, self.text_file.as_deref(), question)?,
            until: self.until.map(When::ends).transpose()?,
            attachments: self.attach,
            without: self.how.without,
        };
        let language = ctx.language;
        show(&message(ctx, case_of(self.case)?, &writing).await?, language, json)
    }
}
