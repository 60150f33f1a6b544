//! `zegel read`: one letter, opened and shown only once all of it is verified.
//!
//! In order: the statement is proven, and names the member and one of its keys; the mail is the one that the statement
//! names; it is sealed to that key, signed by who signed the statement with the key in force then, at the same moment,
//! from the house's address and to this very person; its calendar is of the meeting and number that the statement says.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::client::context::{Context, Report, nl_en};
use crate::client::describe::short;
use crate::client::error::{ClientError, Result};
use crate::client::grant::Keyring;
use crate::client::letter::mail::{Sealed, unopened};
use crate::client::open::save_bytes;
use crate::client::remote::Remote;
use crate::client::secret::Secrets;
use crate::client::trust::{Known, World};
use crate::protocol::case::CaseState;
use crate::protocol::cert::PublicCert;
use crate::protocol::id::{CaseNumber, Digest, MemberId, Moment};
use crate::protocol::label::for_terminal;
use crate::protocol::mime::{BadLetter, Message, meeting_uid};
use crate::protocol::refusal::{Language, Refusal};
use crate::protocol::statement::{Body, Letter};
use crate::protocol::words::LetterKind;
use crate::protocol::zone::shown;

use super::answer::{AnswerLine, Unread, answer_to, copy_of};
use super::list::{letter_named, mark_read};
use super::words::{copy_kept_back, kind_words};

const CALENDAR: &str = "overleg.ics";

/// A letter as it was read.
#[derive(Debug, Serialize)]
pub struct ReadLetter {
    pub letter: Digest,
    pub case: CaseNumber,
    pub kind: LetterKind,
    pub from: MemberId,
    pub from_name: String,
    pub to: MemberId,
    pub to_name: String,
    /// When its author signed it.
    pub at: Moment,
    pub subject: String,
    pub text: String,
    /// Whether this is the copy, which was not to this member.
    pub copy: bool,
    pub files: Vec<FileLine>,
    pub answer: Option<AnswerLine>,
}

#[derive(Debug, Serialize)]
pub struct FileLine {
    pub name: String,
    pub length: u64,
    /// Where it was saved, if it was.
    pub saved: Option<PathBuf>,
}

/// Reads a letter. Its files go to a folder, if one is given.
pub async fn read(ctx: &mut Context<'_>, text: &str, out: Option<&Path>) -> Result<ReadLetter> {
    let (secrets, mut world) = ctx.begin().await?;
    let (case, id) = letter_named(ctx, &mut world, text).await?;
    let known = world.statement(id).ok_or(Refusal::UnknownLetter)?;
    let state = case.letters.get(&id).ok_or(Refusal::UnknownLetter)?;
    let mut keys = Keyring::new(ctx.remote, &secrets);
    let answer = answer_to(&mut keys, &world, &case, id).await?;
    let mut read = ReadLetter {
        letter: id,
        case: case.number,
        kind: state.letter.kind,
        from: state.by,
        from_name: world.name_of(state.by),
        to: state.letter.to,
        to_name: world.name_of(state.letter.to),
        at: known.statement.signed_at,
        subject: String::new(),
        text: String::new(),
        copy: state.letter.to != world.me,
        files: Vec::new(),
        answer,
    };
    if read.copy {
        let copy = copy_of(&mut keys, &world, id).await?.map_err(no_copy)?;
        (read.subject, read.text) = (copy.subject, copy.text);
        let file = |name, length| FileLine { name, length, saved: None };
        read.files = copy.attachments.into_iter().map(|f| file(f.name, f.length)).collect();
        return Ok(read);
    }
    let message = opened(ctx.remote, &secrets, &world, &case, known, &state.letter).await?;
    read.files = files(&message, out)?;
    (read.subject, read.text) = (message.subject, message.text);
    mark_read(ctx.home, id)?;
    Ok(read)
}

/// Why there is no copy to show.
fn no_copy(unread: Unread) -> ClientError {
    match unread {
        Unread::KeptBack => ClientError::said(
            "copy-kept-back",
            copy_kept_back(Language::Dutch),
            copy_kept_back(Language::English),
        ),
        Unread::NotForYou => Refusal::UnknownLetter.into(),
        Unread::Nonsense => ClientError::said(
            "bad-copy",
            "Het afschrift van dit bericht is niet te lezen: wie het schreef, verzegelde iets anders. Vraag de afzender.",
            "The copy of this letter can't be read: its author sealed something else. Ask the author.",
        ),
    }
}

/// The mail of a proven letter to this member.
async fn opened(
    remote: &Remote,
    secrets: &Secrets,
    world: &World,
    case: &CaseState,
    known: &Known,
    letter: &Letter,
) -> Result<Message> {
    let bytes = remote.letter_message(known.id).await?;
    if Digest::of(&bytes) != letter.message {
        return Err(ClientError::said(
            "other-message",
            "De hub toonde een ander bericht dan is ondertekend. Er is niets getoond. Bel het huis.",
            "The hub showed another letter than was signed. Nothing was shown. Call the house.",
        ));
    }
    let addressee = secrets.cert_of(letter.key).ok_or_else(|| {
        ClientError::said(
            "key-not-here",
            "De sleutel waarvoor dit bericht is verzegeld, ligt niet op dit apparaat.",
            "The key that this letter was sealed for is not on this machine.",
        )
    })?;
    let author = author_cert(world, known)?;
    let message = Sealed { hub: &world.house().hub, author: &author, addressee }.open(&bytes)?;
    if message.date != known.statement.signed_at {
        return Err(unopened(BadLetter::Date));
    }
    require_calendar(world, case, letter, &message)?;
    Ok(message)
}

/// The cert of the key that the author had in force when the letter was recorded.
fn author_cert(world: &World, known: &Known) -> Result<PublicCert> {
    let author = known.statement.member().ok_or(Refusal::UnknownLetter)?;
    let key = world.house().key_at(author, known.leaf).ok_or(Refusal::KeyUnknown)?;
    let statement = world.statement(key).ok_or(Refusal::KeyUnknown)?;
    let Body::Key(key) = &statement.statement.body else { return Err(Refusal::KeyUnknown.into()) };
    Ok(PublicCert::parse(world.cert(key.cert).ok_or(Refusal::KeyUnknown)?)?)
}

/// The calendar is there exactly if the statement has a number, and is of the statement's case, meeting and number.
fn require_calendar(world: &World, case: &CaseState, letter: &Letter, message: &Message) -> Result<()> {
    let roster = letter.roster.and_then(|roster| case.rosters.get(&roster));
    let same = match (&message.calendar, letter.sequence, roster) {
        (None, None, _) => true,
        (Some(calendar), Some(sequence), Some(roster)) => {
            calendar.uid == meeting_uid(case.number, roster.meeting, &world.house().hub.to_string())
                && calendar.sequence == sequence.0
                && calendar.cancelled == (letter.kind == LetterKind::Cancellation)
        }
        _ => false,
    };
    same.then_some(()).ok_or_else(|| unopened(BadLetter::Calendar))
}

/// What came with it, saved under safe names that are not taken.
fn files(message: &Message, out: Option<&Path>) -> Result<Vec<FileLine>> {
    let calendar = message.calendar.as_ref().map(|calendar| calendar.to_text()).transpose();
    let calendar = calendar.map_err(unopened)?.map(|text| (CALENDAR.to_owned(), text.into_bytes()));
    let attached = message.attachments.iter().map(|file| (file.name.clone(), file.bytes.clone()));
    let mut lines = Vec::new();
    for (name, bytes) in calendar.into_iter().chain(attached) {
        let saved = out.map(|folder| save_bytes(folder, &name, &bytes)).transpose()?;
        lines.push(FileLine { name, length: bytes.len() as u64, saved });
    }
    Ok(lines)
}

impl Report for ReadLetter {
    fn text(&self, language: Language) -> String {
        let mut text = String::new();
        if self.copy {
            text.push_str(nl_en(
                language,
                "Dit is het afschrift van een bericht aan een ander.\n",
                "This is the copy of a letter to someone else.\n",
            ));
        }
        let kind = kind_words(self.kind, language);
        let (from, to) = (nl_en(language, "Van", "From"), nl_en(language, "Aan", "To"));
        let (on, id) = (nl_en(language, "Ondertekend", "Signed"), short(&self.letter));
        text.push_str(&format!("{kind} {id}, {}\n", self.case));
        text.push_str(&format!("{from}: {}\n", for_terminal(&self.from_name)));
        text.push_str(&format!("{to}: {}\n", for_terminal(&self.to_name)));
        text.push_str(&format!("{on}: {}\n", shown(self.at, language)));
        text.push_str(&format!("{}\n\n", for_terminal(&self.subject)));
        for line in self.text.lines() {
            text.push_str(&format!("{}\n", for_terminal(line)));
        }
        for file in &self.files {
            let (name, size) = (for_terminal(&file.name), crate::client::verbs::meter::size(file.length));
            let saved = file.saved.as_ref().map(|path| for_terminal(&path.display().to_string()));
            let saved = saved.map(|path| format!(" -> {path}")).unwrap_or_default();
            text.push_str(&format!("+ {name} ({size}){saved}\n"));
        }
        if let Some(answer) = &self.answer {
            text.push_str(&format!("= {}\n", answer.line(language)));
        }
        text
    }
}
