//! What a member sees of an answer and of a copy: what its vaults open, or why they don't.
//!
//! That there is an answer is proven; the hub alone hands over what it says. A hub that keeps that back must not make
//! a letter look unanswered.

use std::fmt::Write;

use serde::Serialize;
use zeroize::Zeroizing;

use crate::client::context::nl_en;
use crate::client::error::{ClientError, Result};
use crate::client::grant::{Keyring, Through};
use crate::client::letter::said::{Answer, Copy, Word};
use crate::client::note;
use crate::client::spoilt::SEALED_WRONG;
use crate::client::trust::World;
use crate::protocol::case::CaseState;
use crate::protocol::id::{Digest, MemberId, Moment};
use crate::protocol::label::for_terminal;
use crate::protocol::refusal::{Language, Refusal};
use crate::protocol::seal::Refused;
use crate::protocol::statement::{Letter, PartName};
use crate::protocol::vault::VaultState;
use crate::protocol::words::{Reader, Signer, VaultGrant};

use super::words::answer_words;

/// An answer that is on record, whether the member can read it or not.
#[derive(Clone, Debug, Serialize)]
pub struct AnswerLine {
    pub reply: Digest,
    pub by_name: String,
    pub at: Moment,
    /// Nothing where it can't be read.
    pub answer: Option<Word>,
    /// Why it can't be read, if it can't.
    pub unread: Option<Unread>,
    pub deputy_name: Option<String>,
    /// Whether the deputy is no colleague of who answered, so that the answer does not count.
    pub not_a_colleague: bool,
    pub items: Vec<Digest>,
    pub text: String,
    /// Why: where the member is a colleague of who answered.
    pub reason: Option<String>,
    /// Why a reason that is there for the member can't be read, if it can't.
    pub reason_unread: Option<Unread>,
    /// Whether the invitation that it answers was replaced by a later letter.
    pub replaced: bool,
}

/// Why something on record can't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unread {
    /// It is sealed to a vault by which the member reads, and the hub does not hand it over as it was signed.
    KeptBack,
    /// It is sealed to others.
    NotForYou,
    /// What was sealed is not what it should be.
    Nonsense,
}

/// What was said in a letter, if a vault of the member opens the copy.
///
/// # Errors
/// Where the hub gives no answer.
pub async fn copy_of(
    keys: &mut Keyring<'_>,
    world: &World,
    letter: Digest,
) -> Result<std::result::Result<Copy, Unread>> {
    let bytes = opened(keys, world, letter, PartName::Copy).await?;
    Ok(bytes.and_then(|bytes| Copy::from_bytes(&bytes).map_err(|_| Unread::Nonsense)))
}

/// The last reply to a letter.
///
/// # Errors
/// Where the hub gives no answer. Whoever seals nonsense must not keep other letters from being seen.
pub async fn answer_to(
    keys: &mut Keyring<'_>,
    world: &World,
    case: &CaseState,
    letter: Digest,
) -> Result<Option<AnswerLine>> {
    let Some((id, _)) = case.replies.iter().rfind(|(_, reply)| reply.letter == letter) else {
        return Ok(None);
    };
    let known = world.statement(*id).ok_or(Refusal::UnknownLetter)?;
    let by = match known.statement.by {
        Signer::Member(member) => Some(member),
        _ => None,
    };
    let mut line = AnswerLine {
        reply: *id,
        by_name: by.map(|by| world.name_of(by)).unwrap_or_default(),
        at: known.at,
        answer: None,
        unread: None,
        deputy_name: None,
        not_a_colleague: false,
        items: Vec::new(),
        text: String::new(),
        reason: None,
        reason_unread: None,
        replaced: replaced_by(case, letter).is_some(),
    };
    let bytes = opened(keys, world, *id, PartName::Answer).await?;
    match bytes.and_then(|bytes| Answer::from_bytes(&bytes).map_err(|_| Unread::Nonsense)) {
        Err(unread) => line.unread = Some(unread),
        Ok(answer) => {
            line.answer = Some(answer.answer);
            line.deputy_name = answer.deputy.map(|deputy| world.name_of(deputy));
            line.not_a_colleague = answer.deputy.is_some_and(|deputy| !are_colleagues(world, by, deputy));
            (line.items, line.text) = (answer.items, answer.text);
        }
    }
    // Why is beside the answer: where it is nonsense, the answer still shows.
    let bytes = opened(keys, world, *id, PartName::Reason).await?;
    match bytes.and_then(|bytes| note::from_bytes::<note::Text>(&bytes).map_err(|_| Unread::Nonsense)) {
        // It is for colleagues only; others are not told that they miss it.
        Err(Unread::NotForYou) => {}
        Err(unread) => line.reason_unread = Some(unread),
        Ok(reason) => line.reason = Some(reason.text).filter(|text| !text.is_empty()),
    }
    Ok(Some(line))
}

/// A deputy is another member of the same partner. The program of who answers says so too; but answers are sealed, so
/// that the hub can't.
fn are_colleagues(world: &World, by: Option<MemberId>, deputy: MemberId) -> bool {
    let partner = |member: MemberId| world.house().partner_of(member);
    let same = |by: MemberId| by != deputy && partner(by).is_some() && partner(by) == partner(deputy);
    by.is_some_and(same)
}

/// The letter that took the place of an invitation: the last invitation or cancellation of the same meeting to the
/// same member.
pub fn replaced_by(case: &CaseState, invitation: Digest) -> Option<Digest> {
    let letter = &case.letters.get(&invitation)?.letter;
    let meeting = |letter: &Letter| case.rosters.get(&letter.roster?).map(|roster| roster.meeting);
    let (sequence, of) = (letter.sequence?, meeting(letter)?);
    let later = case.letters.iter().filter(|(_, state)| {
        let other = &state.letter;
        other.to == letter.to && other.sequence > Some(sequence) && meeting(other) == Some(of)
    });
    later.max_by_key(|(_, state)| state.letter.sequence).map(|(id, _)| *id)
}

/// A small part, or why it can't be read.
pub async fn opened(
    keys: &mut Keyring<'_>,
    world: &World,
    statement: Digest,
    part: PartName,
) -> Result<std::result::Result<Zeroizing<Vec<u8>>, Unread>> {
    match keys.text(world, statement, part, Through::Vault).await {
        Ok(bytes) => Ok(Ok(bytes)),
        Err(error) if error.is_no_answer() => Err(error),
        Err(error) => Ok(Err(unread(keys, world, (statement, part), &error).await?)),
    }
}

/// Whose doing it is that a part did not open: the hub's, if it is another than was signed for this member.
async fn unread(
    keys: &Keyring<'_>,
    world: &World,
    (statement, part): (Digest, PartName),
    error: &ClientError,
) -> Result<Unread> {
    let granted = granted_to_me(world, statement, part);
    if granted.is_empty() {
        return Ok(Unread::NotForYou);
    }
    if error.is(SEALED_WRONG) {
        return Ok(Unread::Nonsense);
    }
    // Who renewed the vault held each header against its commitment.
    let renewed = granted.iter().all(|(grant, vault)| grant.vault != vault.now());
    let not_served = matches!(
        error,
        ClientError::Rule(_)
            | ClientError::Refused { .. }
            | ClientError::BadAnswer { .. }
            | ClientError::Sealed(Refused::Digest | Refused::Length)
    ) || error.is("no-key")
        || error.is("wrong-vault-key")
        || renewed && matches!(error, ClientError::Sealed(Refused::Commitment));
    if not_served {
        return Ok(Unread::KeptBack);
    }
    let served = match keys.served(statement, part).await {
        Err(error) if error.is_no_answer() => return Err(error),
        served => served.unwrap_or_default(),
    };
    let first = granted.iter().filter_map(|(grant, vault)| (grant.vault == vault.now()).then_some(grant));
    let other = |grant: &VaultGrant| {
        let is_its = |header: &&crate::client::remote::HeaderRow| header.reader == Reader::Vault(grant.vault);
        served.iter().find(is_its).is_none_or(|row| row.header.digest() != grant.header)
    };
    match first.into_iter().any(other) {
        true => Ok(Unread::KeptBack),
        false => Ok(Unread::Nonsense),
    }
}

/// The grants of a proven statement to vaults by which the member reads now. A vault that the authority renewed since
/// took nothing along.
fn granted_to_me(world: &World, statement: Digest, part: PartName) -> Vec<(VaultGrant, &VaultState)> {
    let Some(known) = world.statement(statement) else { return Vec::new() };
    let (house, body) = (world.house(), &known.statement.body);
    let case = body.case().and_then(|number| world.history.cases.get(&number));
    let of_case = case.and_then(|case| case.vault.as_ref());
    let reads = |grant: &VaultGrant| {
        let mut vaults = house.vaults.values().chain(of_case);
        vaults.find(|vault| {
            vault.vault == grant.vault.vault
                && vault.read_by(house, world.me, world.now)
                && came_along(world, vault, grant)
        })
    };
    let parts = body.parts();
    let grants = parts.iter().filter(|named| named.name == part).flat_map(|named| named.grants);
    grants.filter_map(|grant| Some((*grant, reads(grant)?))).collect()
}

/// Whether a vault has still what it was given in some generation.
fn came_along(world: &World, vault: &VaultState, grant: &VaultGrant) -> bool {
    let since = vault.generations.iter().skip(grant.vault.generation as usize);
    let by_holder = |id: &Digest| {
        world.statement(*id).is_none_or(|known| matches!(known.statement.by, Signer::Member(_)))
    };
    since.into_iter().all(by_holder)
}

impl AnswerLine {
    /// What was answered.
    pub fn words(&self, language: Language) -> &'static str {
        match (self.answer, self.unread) {
            (Some(word), _) => answer_words(word, language),
            (None, Some(Unread::KeptBack)) => nl_en(
                language,
                "heeft geantwoord, maar DE HUB HOUDT HET ANTWOORD ACHTER. Bel het huis.",
                "has answered, but THE HUB KEEPS THE ANSWER BACK. Call the house.",
            ),
            (None, Some(Unread::NotForYou)) => nl_en(
                language,
                "heeft geantwoord; u kunt het antwoord niet lezen",
                "has answered; you can't read the answer",
            ),
            (None, _) => {
                nl_en(language, "gaf een antwoord dat niet te lezen is", "gave an answer that can't be read")
            }
        }
    }

    /// Who answered, what, and what is to be known of that, in one line.
    pub fn line(&self, language: Language) -> String {
        let mut line = format!("{} {}", for_terminal(&self.by_name), self.words(language));
        if let Some(name) = &self.deputy_name {
            // Writing to a String cannot fail.
            let _ = write!(line, ": {}", for_terminal(name));
        }
        if self.not_a_colleague {
            line.push_str(nl_en(
                language,
                " (GELDT NIET: dit is geen collega. Vraag na wie er komt.)",
                " (NOT VALID: this is no colleague. Ask who is coming.)",
            ));
        }
        if self.replaced {
            line.push_str(nl_en(
                language,
                " (vervangen: dit was een antwoord op een eerdere uitnodiging)",
                " (replaced: this was an answer to an earlier invitation)",
            ));
        }
        line
    }
}
