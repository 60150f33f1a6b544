//! Letters and replies: who may write to whom in a case, and who may answer (9.2b-e). The mail itself is in `mime`.

use super::case::{CaseState, LetterState, require_grants};
use super::directory::House;
use super::id::{Digest, MemberId, Moment, PartnerId};
use super::item::known;
use super::meeting::latest_roster;
use super::mime::MAX_SEQUENCE;
use super::refusal::Refusal;
use super::statement::*;
use super::vault::VaultState;
use super::words::*;

/// `letter`: by a procesregisseur of the case to whoever may be given something, or by who knows the case to a
/// procesregisseur of it; sealed for the key that the addressee has in force.
pub fn judge_letter(
    house: &House,
    case: &CaseState,
    letter: &Letter,
    by: MemberId,
    at: Moment,
) -> Result<(), Refusal> {
    case.require_open()?;
    require_author(house, case, letter, by, at)?;
    require_addressee(house, letter, at)?;
    require_occasion(case, letter)?;
    let own = house.member(by, at)?.partner;
    require_grants(house, &letter.grant_copy, &kept_by(house, case, &[own])?)
}

fn require_author(
    house: &House,
    case: &CaseState,
    letter: &Letter,
    by: MemberId,
    at: Moment,
) -> Result<(), Refusal> {
    match (letter.kind, case.require_director(house, by, at)) {
        (_, Ok(())) => Ok(()),
        (LetterKind::Message, Err(Refusal::NotDirector)) => {
            house.member(by, at)?;
            let to_director = case.require_director(house, letter.to, at).is_ok();
            to_director.then_some(()).ok_or(Refusal::OnlyToDirector)
        }
        (_, Err(refusal)) => Err(refusal),
    }
}

/// In force, of a signed partner, and with a cert that mail can be sealed for: fail closed (design section 6).
fn require_addressee(house: &House, letter: &Letter, at: Moment) -> Result<(), Refusal> {
    let addressee = house.member(letter.to, at)?;
    if addressee.key != letter.key {
        return Err(Refusal::KeyUnknown);
    }
    let key = house.keys.get(&addressee.key).ok_or(Refusal::KeyUnknown)?;
    let usable = key.cert.usable_for_mail(at);
    usable.map_err(|problem| Refusal::NoUsableCert { problem: problem.into() })
}

/// The meeting, if it is about one; and for a question a phase in which partners are asked.
fn require_occasion(case: &CaseState, letter: &Letter) -> Result<(), Refusal> {
    let Some(roster) = letter.roster else {
        let asked = letter.kind != LetterKind::Request || case.phase.has_meetings();
        return asked.then_some(()).ok_or(Refusal::WrongPhase { phase: case.phase });
    };
    if let Some(item) = letter.item {
        let minutes = known(case, item)?.item.kind == ItemKind::Minutes;
        minutes.then_some(()).ok_or(Refusal::UnknownItem)?;
    }
    let meeting = match letter.kind {
        // Who is off the roster is told that it need not come, without being shown the new one.
        LetterKind::Cancellation => case.rosters.get(&roster).ok_or(Refusal::UnknownRoster)?,
        _ => latest_roster(case, roster)?,
    };
    if !meeting.participant.iter().any(|participant| participant.member == letter.to) {
        return Err(Refusal::NotOnRoster);
    }
    let Some(sequence) = letter.sequence else { return Ok(()) };
    if sequence.0 > MAX_SEQUENCE {
        return Err(Refusal::SequenceTooHigh { most: MAX_SEQUENCE });
    }
    let last = last_invitation(case, meeting, letter.to);
    // Also for who sees only some of them: each is above all those before it.
    let newer = last.and_then(|last| last.letter.sequence).is_none_or(|last| last < sequence);
    newer.then_some(()).ok_or(Refusal::OlderInvitation)
}

/// What an invitation or a cancellation follows on. Judged only by who sees all letters of the case: a partner is shown
/// the letter that one of its members answered, and not those before it.
pub fn judge_turn(case: &CaseState, letter: &Letter) -> Result<(), Refusal> {
    let roster = letter.roster.and_then(|roster| case.rosters.get(&roster));
    let (Some(roster), Some(sequence)) = (roster, letter.sequence) else { return Ok(()) };
    let last = last_invitation(case, roster, letter.to);
    let invited = last.is_some_and(|last| last.letter.kind == LetterKind::Invitation);
    if letter.kind == LetterKind::Cancellation && !invited {
        return Err(Refusal::NotInvited);
    }
    // Numbers are shared by all of a meeting, and used up one by one: who skipped them could leave none for a change.
    let most = invitations(case, roster).filter_map(|state| state.letter.sequence).max();
    let most = most.map_or(0, |highest| highest.0 + 1);
    (sequence.0 <= most).then_some(()).ok_or(Refusal::SequenceTooHigh { most })
}

/// The invitation or cancellation that a member last got for a roster's meeting: what its calendar shows now.
pub fn last_invitation<'a>(
    case: &'a CaseState,
    roster: &Roster,
    member: MemberId,
) -> Option<&'a LetterState> {
    let to_member = invitations(case, roster).filter(|state| state.letter.to == member);
    to_member.max_by_key(|state| state.letter.sequence)
}

/// The invitations and cancellations of a roster's meeting, by whichever of its rosters.
fn invitations<'a>(case: &'a CaseState, roster: &Roster) -> impl Iterator<Item = &'a LetterState> {
    let meeting = roster.meeting;
    let of_meeting = move |id: Digest| case.rosters.get(&id).is_some_and(|r| r.meeting == meeting);
    let letters = case.letters.values().filter(move |state| state.letter.roster.is_some_and(of_meeting));
    letters.filter(|state| state.letter.sequence.is_some())
}

/// `reply`: by the addressee. The answer goes to who runs the case and to the author's partner; why it is so stays
/// with the one who answers (12.1).
pub fn judge_reply(
    house: &House,
    case: &CaseState,
    reply: &Reply,
    by: MemberId,
    at: Moment,
) -> Result<(), Refusal> {
    case.require_open()?;
    let own = house.member(by, at)?.partner;
    let state = case.letters.get(&reply.letter).ok_or(Refusal::UnknownLetter)?;
    if state.letter.to != by {
        return Err(Refusal::UnknownLetter);
    }
    let author = house.partner_of(state.by);
    let told: Vec<PartnerId> = author.into_iter().chain([own]).collect();
    require_grants(house, &reply.grant_answer, &kept_by(house, case, &told)?)?;
    require_grants(house, &reply.grant_reason, &[case.kept_in(house, own)?])
}

/// The vaults of who runs the case and of these partners, as far as these may still be given something.
pub fn kept_by<'a>(
    house: &'a House,
    case: &'a CaseState,
    partners: &[PartnerId],
) -> Result<Vec<&'a VaultState>, Refusal> {
    let mut vaults = vec![case.directors(house)?];
    for partner in partners.iter().filter(|partner| Some(**partner) != house.house_partner()) {
        if house.partner(*partner).is_ok() {
            vaults.push(case.kept_in(house, *partner)?);
        }
    }
    Ok(vaults)
}
