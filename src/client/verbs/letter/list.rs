//! `zegel letters`: what was written to the member, what it wrote, and how each letter stands.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::Arc;

use serde::Serialize;

use crate::client::context::{Context, Report, nl_en};
use crate::client::describe::short;
use crate::client::error::{ClientError, Result};
use crate::client::grant::Keyring;
use crate::client::home::{Home, read_if_there, write_private};
use crate::client::remote::Delivered;
use crate::client::trust::World;
use crate::client::verbs::choose::{by_id, only};
use crate::protocol::case::{CaseState, LetterState};
use crate::protocol::id::{CaseNumber, Digest, MemberId, Moment};
use crate::protocol::label::for_terminal;
use crate::protocol::refusal::{Language, Refusal};
use crate::protocol::words::LetterKind;
use crate::protocol::zone::shown;

use super::answer::{AnswerLine, Unread, answer_to, copy_of};
use super::words::{copy_kept_back, failure_words, kind_words, state_words};

/// Letters, the newest first.
#[derive(Debug, Serialize)]
pub struct Letters {
    pub received: Vec<ReceivedLine>,
    pub sent: Vec<SentLine>,
}

/// How a letter to the member stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    New,
    Read,
    Answered,
}

#[derive(Debug, Serialize)]
pub struct ReceivedLine {
    pub letter: Digest,
    pub case: CaseNumber,
    pub kind: LetterKind,
    pub from: Option<MemberId>,
    pub from_name: String,
    pub at: Moment,
    pub standing: Standing,
    pub answer: Option<AnswerLine>,
}

#[derive(Debug, Serialize)]
pub struct SentLine {
    pub letter: Digest,
    pub case: CaseNumber,
    pub kind: LetterKind,
    /// The author: the member itself, or somebody else in a case that it runs.
    pub from_name: String,
    pub own: bool,
    pub to: MemberId,
    pub to_name: String,
    pub at: Moment,
    /// As the copy says, if the member can open it.
    pub subject: Option<String>,
    /// Whether a vault of the member opens the copy, and the hub does not hand it over.
    pub copy_kept_back: bool,
    /// How it went with the mail, by the hub's word.
    pub delivery: Option<Delivered>,
    pub answer: Option<AnswerLine>,
}

/// Lists the letters of a case, or of all cases.
pub async fn list(ctx: &mut Context<'_>, number: Option<CaseNumber>) -> Result<Letters> {
    let (secrets, mut world) = ctx.begin().await?;
    let cases = load(ctx, &mut world, number).await?;
    let mut keys = Keyring::new(ctx.remote, &secrets);
    let read = read_letters(ctx.home)?;
    let mut letters = Letters { received: Vec::new(), sent: Vec::new() };
    for case in &cases {
        let directs = case.require_director(world.house(), world.me, world.now).is_ok();
        for (id, state) in &case.letters {
            if state.letter.to == world.me {
                let answer = answer_to(&mut keys, &world, case, *id).await?;
                let standing = match (&answer, read.contains(id)) {
                    (Some(_), _) => Standing::Answered,
                    (None, true) => Standing::Read,
                    (None, false) => Standing::New,
                };
                letters.received.push(received(&world, *id, state, standing, answer)?);
            }
            if state.by == world.me || directs {
                letters.sent.push(sent(ctx, &mut keys, &world, case, *id, state).await?);
            }
        }
    }
    letters.received.sort_by_key(|line| std::cmp::Reverse((line.at, line.letter)));
    letters.sent.sort_by_key(|line| std::cmp::Reverse((line.at, line.letter)));
    Ok(letters)
}

/// One case, or all that the member may know of.
async fn load(
    ctx: &Context<'_>,
    world: &mut World,
    number: Option<CaseNumber>,
) -> Result<Vec<Arc<CaseState>>> {
    match number {
        Some(number) => Ok(vec![world.load_case(ctx.home, ctx.remote, number).await?]),
        None => world.load_all(ctx.home, ctx.remote).await,
    }
}

fn received(
    world: &World,
    id: Digest,
    state: &LetterState,
    standing: Standing,
    answer: Option<AnswerLine>,
) -> Result<ReceivedLine> {
    Ok(ReceivedLine {
        letter: id,
        case: state.letter.case,
        kind: state.letter.kind,
        from: Some(state.by),
        from_name: world.name_of(state.by),
        at: at(world, id)?,
        standing,
        answer,
    })
}

async fn sent(
    ctx: &Context<'_>,
    keys: &mut Keyring<'_>,
    world: &World,
    case: &CaseState,
    id: Digest,
    state: &LetterState,
) -> Result<SentLine> {
    let delivery = match ctx.remote.letter_delivery(id).await {
        // A letter whose delivery the hub does not tell of is still a letter.
        Err(error) if !error.is_no_answer() => None,
        other => Some(other?),
    };
    let copy = copy_of(keys, world, id).await?;
    Ok(SentLine {
        letter: id,
        case: state.letter.case,
        kind: state.letter.kind,
        from_name: world.name_of(state.by),
        own: state.by == world.me,
        to: state.letter.to,
        to_name: world.name_of(state.letter.to),
        at: at(world, id)?,
        copy_kept_back: copy.as_ref().is_err_and(|unread| *unread == Unread::KeptBack),
        subject: copy.ok().map(|copy| copy.subject),
        delivery,
        answer: answer_to(keys, world, case, id).await?,
    })
}

fn at(world: &World, id: Digest) -> Result<Moment> {
    Ok(world.statement(id).ok_or(Refusal::UnknownLetter)?.at)
}

/// The letter that a text means, by its id or the beginning of it.
pub async fn letter_named(
    ctx: &Context<'_>,
    world: &mut World,
    text: &str,
) -> Result<(Arc<CaseState>, Digest)> {
    let cases = load(ctx, world, None).await?;
    let ids: Vec<Digest> = cases.iter().flat_map(|case| case.letters.keys().copied()).collect();
    let id = match by_id(ids.iter(), text)? {
        Some(id) => id,
        None => only(&[], text, "letter")?,
    };
    let case = cases.into_iter().find(|case| case.letters.contains_key(&id));
    Ok((case.ok_or(Refusal::UnknownLetter)?, id))
}

const READ: &str = "read.json";

/// The letters that were read in this home.
fn read_letters(home: &Home) -> Result<BTreeSet<Digest>> {
    let bytes = read_if_there(&home.folder().join(READ))?;
    // To forget what was read does no harm.
    Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default())
}

/// Remembers that a letter was read.
pub fn mark_read(home: &Home, letter: Digest) -> Result<()> {
    let mut read = read_letters(home)?;
    if !read.insert(letter) {
        return Ok(());
    }
    write_private(&home.folder().join(READ), &serde_json::to_vec(&read).map_err(ClientError::input)?)
}

impl Report for Letters {
    fn text(&self, language: Language) -> String {
        if self.received.is_empty() && self.sent.is_empty() {
            return nl_en(language, "Er zijn geen berichten.\n", "There are no letters.\n").to_owned();
        }
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = self.write(&mut text, language);
        text
    }
}

impl Letters {
    fn write(&self, text: &mut String, language: Language) -> std::fmt::Result {
        if !self.received.is_empty() {
            writeln!(text, "{}", nl_en(language, "Aan u:", "To you:"))?;
        }
        for line in &self.received {
            let (id, at, kind) =
                (short(&line.letter), shown(line.at, language), kind_words(line.kind, language));
            let standing = match line.standing {
                Standing::New => nl_en(language, "NIEUW", "NEW"),
                Standing::Read => nl_en(language, "gelezen", "read"),
                Standing::Answered => nl_en(language, "beantwoord", "answered"),
            };
            let (of, from) = (nl_en(language, "van", "from"), for_terminal(&line.from_name));
            writeln!(text, "  {id}  {}  {at}  {kind} {of} {from}: {standing}", line.case)?;
            write_answer(text, line.answer.as_ref(), language)?;
        }
        if !self.sent.is_empty() {
            writeln!(text, "{}", nl_en(language, "Verstuurd:", "Sent:"))?;
        }
        for line in &self.sent {
            let (id, at, kind) =
                (short(&line.letter), shown(line.at, language), kind_words(line.kind, language));
            let (to, name) = (nl_en(language, "aan", "to"), for_terminal(&line.to_name));
            let state = line.delivery.as_ref().map_or("?", |d| state_words(d.state, language));
            let why = line.delivery.as_ref().and_then(|delivery| delivery.last_failure);
            let why = why.map(|why| format!(" ({})", failure_words(why, language))).unwrap_or_default();
            let by = match line.own {
                true => String::new(),
                false => format!(" {} {}", nl_en(language, "van", "from"), for_terminal(&line.from_name)),
            };
            writeln!(text, "  {id}  {}  {at}  {kind}{by} {to} {name}: {state}{why}", line.case)?;
            if line.copy_kept_back {
                writeln!(text, "      {}", copy_kept_back(language))?;
            }
            write_answer(text, line.answer.as_ref(), language)?;
        }
        Ok(())
    }
}

/// Why the reason of an answer is not shown to who it is for.
fn no_reason(unread: Unread, language: Language) -> &'static str {
    match unread {
        Unread::KeptBack => nl_en(
            language,
            "DE HUB HOUDT DE REDEN ACHTER. Bel het huis.",
            "THE HUB KEEPS THE REASON BACK. Call the house.",
        ),
        _ => nl_en(language, "de reden is niet te lezen", "the reason can't be read"),
    }
}

fn write_answer(text: &mut String, answer: Option<&AnswerLine>, language: Language) -> std::fmt::Result {
    let Some(answer) = answer else { return Ok(()) };
    writeln!(text, "      {}", answer.line(language))?;
    for line in answer.text.lines() {
        writeln!(text, "      | {}", for_terminal(line))?;
    }
    for line in answer.reason.iter().flat_map(|reason| reason.lines()) {
        let own = nl_en(language, "alleen voor uw organisatie", "for your organisation only");
        writeln!(text, "      ({own}) {}", for_terminal(line))?;
    }
    if let Some(unread) = answer.reason_unread {
        writeln!(text, "      {}", no_reason(unread, language))?;
    }
    Ok(())
}
