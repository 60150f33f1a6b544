//! What the grammar cannot say: fields that go together, or that must not be empty.

use super::{BadStatement, Body, Item, Letter, released_items};
use crate::protocol::words::LetterKind;

/// The length of a reply's sealed parts: 16 KiB of text, so that a yes and a no look alike, with nonce and tag.
pub const REPLY_PART: u64 = 16 * 1024 + 32;

impl Body {
    /// What the grammar cannot say: fields that go together, or that must not be empty.
    pub(super) fn check_itself(&self) -> Result<(), BadStatement> {
        let contradiction = |problem| Err(BadStatement::Contradiction(problem));
        match self {
            Self::Key(b) => match (&b.slip, &b.ticket, &b.previous, &b.proof) {
                (Some(_), Some(_), None, Some(_)) | (None, None, Some(_), None) => Ok(()),
                _ => contradiction("a key has slip, ticket and proof, or previous"),
            },
            Self::Vault(b) if b.holder.is_empty() => contradiction("a vault has a holder"),
            Self::Vault(b) if b.generation.0 == 0 => contradiction("a vault's generations count from 1"),
            Self::Vault(b) if b.set.is_some() && b.predecessor.is_none() => {
                contradiction("what is carried over comes from a predecessor")
            }
            Self::Bundle(b) if b.fetch.is_empty() => contradiction("a bundle can be fetched"),
            Self::Membership(b) if b.from >= b.until => contradiction("from comes before until"),
            Self::Item(Item { from: Some(from), until: Some(until), .. }) if from >= until => {
                contradiction("from comes before until")
            }
            Self::Item(b) if !b.phase.iter().all(|phase| phase.has_meetings()) => {
                contradiction("an item is given in triage, rto or plan only")
            }
            Self::Roster(b) if b.from >= b.until => contradiction("from comes before until"),
            Self::Roster(b) if b.participant.is_empty() => contradiction("a roster has participants"),
            Self::Roster(b) if twice(b.participant.iter().map(|p| p.member)) => {
                contradiction("a participant has one seat")
            }
            Self::Ask(b) if b.item.is_empty() => contradiction("an ask names items"),
            Self::Ask(b) if b.agenda_label.is_some() != b.agenda_body.is_some() => {
                contradiction("an agenda has label and body")
            }
            Self::Approval(b) if b.from >= b.until => contradiction("from comes before until"),
            Self::NoApproval(b) if b.reader.is_empty() => contradiction("a refusal names readers"),
            Self::Release(b) if b.from >= b.until => contradiction("from comes before until"),
            Self::Release(b) if twice(released_items(b)) => contradiction("an item is released once"),
            Self::Withdrawal(b) if b.reader.is_empty() => contradiction("a withdrawal names readers"),
            Self::Reply(b) if [b.answer, b.reason].iter().any(|part| part.length != REPLY_PART) => {
                contradiction("answer and reason have the length that all answers have")
            }
            Self::Letter(b) => check_letter(b).map_err(BadStatement::Contradiction),
            _ => Ok(()),
        }
    }
}

fn check_letter(letter: &Letter) -> Result<(), &'static str> {
    let (meeting, calendar) = match letter.kind {
        LetterKind::Invitation | LetterKind::Cancellation => (true, true),
        LetterKind::Minutes => (true, false),
        LetterKind::Request | LetterKind::Message => (false, false),
    };
    if letter.roster.is_some() != meeting {
        return Err("an invitation, a cancellation and minutes have a roster, other letters don't");
    }
    if letter.sequence.is_some() != calendar {
        return Err("an invitation and a cancellation have a sequence, other letters don't");
    }
    if letter.item.is_some() != (letter.kind == LetterKind::Minutes) {
        return Err("minutes name their item, other letters don't");
    }
    Ok(())
}

fn twice<T: Ord>(values: impl Iterator<Item = T>) -> bool {
    let mut values: Vec<T> = values.collect();
    values.sort();
    values.windows(2).any(|pair| pair[0] == pair[1])
}
