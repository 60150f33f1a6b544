//! `zegel invite`: who is on a roster is invited, told of a change, or told that the meeting is off.
//!
//! The calendar's entry keeps its name (of the case and the meeting), and its number goes up with every change, above that of
//! all letters of the meeting so far. The hub refuses a number that is taken: of two procesregisseurs who change a
//! meeting at once, one is told to look again.

use std::path::PathBuf;

use crate::client::context::Context;
use crate::client::describe::short;
use crate::client::error::{ClientError, Result};
use crate::client::grant::Keyring;
use crate::client::letter::content::{Appointment, Cancellation, Content, Invitation, MINUTES, tidy};
use crate::client::letter::post::{Post, To};
use crate::client::trust::World;
use crate::client::verbs::choose::{enter, members_named, roster_named};
use crate::protocol::case::{CaseState, LetterState};
use crate::protocol::id::{CaseNumber, Digest, MeetingId, MemberId, Moment};
use crate::protocol::label::for_terminal;
use crate::protocol::refusal::{Language, Refusal};
use crate::protocol::statement::Roster;
use crate::protocol::words::{LetterKind, Seat};

use super::answer::copy_of;
use super::send::{Desk, Sent, send};
use super::{Own, attached};

/// What is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum What {
    /// To who is on the roster and was not invited.
    #[default]
    Invite,
    /// Also to who was.
    Change,
    /// To who was.
    Cancel,
}

/// An invitation as it is to be sent. What is not given is as it was in the meeting's last one.
#[derive(Clone, Debug, Default)]
pub struct Inviting {
    pub what: What,
    /// The roster, by id or meeting; without it the only one in use.
    pub roster: Option<String>,
    /// Only these people.
    pub to: Vec<String>,
    pub purpose: Option<String>,
    pub topics: Vec<String>,
    pub decisions: Vec<String>,
    /// The contribution that is asked of somebody.
    pub asked: Vec<(String, String)>,
    pub minutes: Option<u32>,
    pub place: Option<String>,
    pub link: Option<String>,
    /// Why the meeting is off.
    pub why: Option<String>,
    pub attachments: Vec<PathBuf>,
    /// Who gets none after all.
    pub without: Vec<String>,
}

/// Sends invitations, changes or cancellations.
pub async fn invite(ctx: &mut Context<'_>, number: CaseNumber, inviting: &Inviting) -> Result<Sent> {
    let attachments = attached(&inviting.attachments)?;
    let (secrets, world, case) = enter(ctx, number).await?;
    let now = ctx.clock.now();
    case.require_director(world.house(), world.me, now)?;
    let id = roster_named(&case, inviting.roster.as_deref(), now)?;
    let roster = case.rosters.get(&id).ok_or(Refusal::UnknownRoster)?;
    let mut keys = Keyring::new(ctx.remote, &secrets);
    let meeting = Meeting::look(&mut keys, &world, &case, roster.meeting).await?;
    meeting.tell_of_bad_copies(ctx, &world)?;
    let only = members_named(&world, &inviting.to)?;
    let wanted = |member: &MemberId| only.is_empty() || only.contains(member);
    let to = match inviting.what {
        What::Cancel => cancellations(inviting, &case, &meeting, wanted)?,
        _ => invitations(inviting, (&world, &case), &meeting, roster, wanted, now)?,
    };
    if to.is_empty() {
        return Err(nobody(inviting.what));
    }
    // Who is named must be on the roster: the rule of letters says so, with its reason.
    let post = Post { case: number, roster: Some(id), to, attachments, again: ctx.again };
    let desk = Desk { secrets: &secrets, world: &world, case: &case };
    send(ctx, &desk, post, &inviting.without).await
}

/// The letters of a meeting that have a number, the last one to each member.
struct Meeting {
    id: MeetingId,
    /// The highest number so far.
    sequence: Option<u64>,
    last: Vec<Last>,
}

/// The last such letter to a member: all of it by its proven statement, but for the copy.
struct Last {
    letter: Digest,
    by: MemberId,
    member: MemberId,
    roster: Digest,
    kind: LetterKind,
    sequence: u64,
    /// What its author says that was said; nothing if that is not of this letter. The addressee may have been told
    /// something else, so nothing is taken from it that a statement says.
    copy: Option<Content>,
}

impl Meeting {
    /// What was said so far, from the copies that those who run the case have.
    async fn look(keys: &mut Keyring<'_>, world: &World, case: &CaseState, id: MeetingId) -> Result<Self> {
        let of_meeting = |state: &LetterState| {
            let roster = state.letter.roster.and_then(|roster| case.rosters.get(&roster));
            roster.is_some_and(|roster| roster.meeting == id)
        };
        let mut letters: Vec<(u64, Digest, &LetterState)> = case
            .letters
            .iter()
            .filter(|(_, state)| of_meeting(state))
            .filter_map(|(id, state)| Some((state.letter.sequence?.0, *id, state)))
            .collect();
        letters.sort_by_key(|(sequence, ..)| *sequence);
        let mut last: Vec<Last> = Vec::new();
        for (sequence, letter, state) in letters.iter().rev() {
            if last.iter().any(|last| last.member == state.letter.to) {
                continue;
            }
            let copy = copy_of(keys, world, *letter).await?.ok().map(|copy| copy.content);
            last.push(Last {
                letter: *letter,
                by: state.by,
                member: state.letter.to,
                roster: state.letter.roster.ok_or(Refusal::UnknownRoster)?,
                kind: state.letter.kind,
                sequence: *sequence,
                copy: copy.filter(|copy| is_of(copy, state.letter.kind, id, *sequence)),
            });
        }
        Ok(Self { id, sequence: letters.last().map(|(sequence, ..)| *sequence), last })
    }

    fn last(&self, member: MemberId) -> Option<&Last> {
        self.last.iter().find(|last| last.member == member)
    }

    /// Who was invited, and not told since that it is off.
    fn is_invited(&self, member: MemberId) -> bool {
        self.last(member).is_some_and(|last| last.kind == LetterKind::Invitation)
    }

    /// Says whose copy is not used, so that nothing is left out in silence.
    fn tell_of_bad_copies(&self, ctx: &mut Context<'_>, world: &World) -> Result<()> {
        for last in self.last.iter().filter(|last| last.copy.is_none()) {
            let name = |member| for_terminal(&world.name_of(member)).to_string();
            let (to, by, id) = (name(last.member), name(last.by), short(&last.letter));
            let line = match ctx.language {
                Language::Dutch => format!(
                    "LET OP: het afschrift van het laatste bericht aan {to} ({id}, van {by}) klopt niet of is niet te lezen. Het is niet gebruikt. Deze persoon krijgt wel een bericht; wat alleen aan deze persoon was gevraagd, staat er niet meer in. Vraag {by} hiernaar, of bel het huis."
                ),
                Language::English => format!(
                    "NOTE: the copy of the last letter to {to} ({id}, from {by}) is not right or can't be read. It was not used. This person does get a letter; what only this person was asked is not in it any more. Ask {by} about this, or call the house."
                ),
            };
            ctx.say(&line)?;
        }
        Ok(())
    }

    fn next(&self) -> u64 {
        self.sequence.map_or(0, |sequence| sequence + 1)
    }

    /// The newest invitation: what is not given stays as it says.
    fn newest(&self) -> Option<&Invitation> {
        let known = self.last.iter().filter_map(|last| Some((last.sequence, last.invitation()?)));
        known.max_by_key(|(sequence, _)| *sequence).map(|(_, invitation)| invitation)
    }
}

impl Last {
    fn invitation(&self) -> Option<&Invitation> {
        match &self.copy {
            Some(Content::Invitation(invitation)) => Some(invitation),
            _ => None,
        }
    }
}

/// Whether a copy is of the letter that was signed, and says what a letter can say.
fn is_of(copy: &Content, kind: LetterKind, meeting: MeetingId, sequence: u64) -> bool {
    let same = |when: &Appointment| when.meeting == meeting && when.sequence == sequence;
    // Its terms may be past by now, so it is looked at as if it were long ago.
    let in_form = copy.check(Moment::from_unix(0)).is_ok();
    copy.kind() == kind && copy.appointment().is_some_and(same) && in_form
}

/// The date of a roster that a proven letter names.
fn date_of(case: &CaseState, roster: Digest) -> Result<Moment> {
    Ok(case.rosters.get(&roster).ok_or(Refusal::UnknownRoster)?.date)
}

fn invitations(
    inviting: &Inviting,
    (world, case): (&World, &CaseState),
    meeting: &Meeting,
    roster: &Roster,
    wanted: impl Fn(&MemberId) -> bool,
    now: Moment,
) -> Result<Vec<To>> {
    let change = inviting.what == What::Change;
    let own = Own::of(world, &inviting.asked)?;
    let on_roster = |member: MemberId| roster.participant.iter().any(|p| p.member == member);
    if let Some(stranger) = own.members().find(|member| !on_roster(*member)) {
        return Err(not_on_roster(&world.name_of(stranger)));
    }
    let base = base(inviting, meeting, roster, now)?;
    let mut to = Vec::new();
    for participant in roster.participant.iter().filter(|participant| wanted(&participant.member)) {
        let member = participant.member;
        let invited = meeting.is_invited(member);
        if invited && !change {
            continue;
        }
        let last = meeting.last(member);
        let last_invited = last.filter(|_| invited);
        let before = last_invited.and_then(Last::invitation);
        let date_before = last_invited.map(|last| date_of(case, last.roster)).transpose()?;
        let sequence = match (change, last) {
            // A newcomer's entry has the number of everyone's.
            (false, None) => meeting.sequence.unwrap_or(0),
            _ => meeting.next(),
        };
        let mut invitation = base.clone();
        invitation.when.sequence = sequence;
        invitation.asked = own.get(member).or_else(|| before.and_then(|before| before.asked.clone()));
        invitation.deputy = participant.seat == Seat::Deputy;
        invitation.change = invited;
        invitation.was = date_before.filter(|was| *was != roster.date);
        to.push(To::new(member, Content::Invitation(invitation)));
    }
    // What is asked of who gets no letter would be left out in silence.
    let left_out = own.members().find(|member| to.iter().all(|to| to.member != *member));
    match left_out.filter(|_| !to.is_empty()) {
        Some(member) => Err(asked_in_no_letter(&world.name_of(member))),
        None => Ok(to),
    }
}

/// What all are told.
fn base(inviting: &Inviting, meeting: &Meeting, roster: &Roster, now: Moment) -> Result<Invitation> {
    let newest = meeting.newest();
    let missing = |what: &str, nl: &str, en: &str| {
        let (nl, en) = (format!("{nl} Geef {what}."), format!("{en} Give {what}."));
        ClientError::said("wrong-use", nl, en)
    };
    let purpose = inviting.purpose.as_deref().map(tidy).or_else(|| newest.map(|n| n.purpose.clone()));
    let purpose = purpose.ok_or_else(|| {
        missing("--purpose", "Wat is het doel van het overleg?", "What is the meeting for?")
    })?;
    let minutes = inviting.minutes.or(newest.map(|newest| newest.when.minutes));
    let minutes =
        minutes.ok_or_else(|| missing("--minutes-long", "Hoe lang duurt het?", "How long does it take?"))?;
    let tidied = |given: &[String], before: Option<&Vec<String>>| match given {
        [] => before.cloned().unwrap_or_default(),
        given => given.iter().map(|line| tidy(line)).collect(),
    };
    let (mut place, mut link) = (inviting.place.as_deref().map(tidy), inviting.link.as_deref().map(tidy));
    if place.is_none() && link.is_none() {
        (place, link) = newest.map(|n| (n.when.place.clone(), n.when.link.clone())).unwrap_or_default();
    }
    Ok(Invitation {
        when: Appointment { meeting: meeting.id, sequence: 0, date: roster.date, minutes, place, link },
        purpose,
        topics: tidied(&inviting.topics, newest.map(|newest| &newest.topics)),
        decisions: tidied(&inviting.decisions, newest.map(|newest| &newest.decisions)),
        asked: None,
        until: Some(roster.deadline).filter(|deadline| *deadline > now),
        deputy: false,
        change: false,
        was: None,
    })
}

/// To everyone who was invited, whatever became of the copies.
fn cancellations(
    inviting: &Inviting,
    case: &CaseState,
    meeting: &Meeting,
    wanted: impl Fn(&MemberId) -> bool,
) -> Result<Vec<To>> {
    let invited = meeting.last.iter().filter(|last| last.kind == LetterKind::Invitation);
    let why = inviting.why.as_deref().map(tidy);
    let mut to = Vec::new();
    for last in invited.filter(|last| wanted(&last.member)) {
        let known = last.invitation().or_else(|| meeting.newest()).map(|invitation| &invitation.when);
        let when = Appointment {
            meeting: meeting.id,
            sequence: meeting.next(),
            date: date_of(case, last.roster)?,
            // An entry that goes away needs a length, not a right one; and no place, nor a link to lead anyone astray.
            minutes: known.map_or(*MINUTES.start(), |when| when.minutes),
            place: None,
            link: None,
        };
        let content = Content::Cancellation(Cancellation { when, why: why.clone() });
        // Who is off the roster since is told by the one that it was on.
        to.push(To { roster: Some(last.roster), ..To::new(last.member, content) });
    }
    Ok(to)
}

fn nobody(what: What) -> ClientError {
    match what {
        What::Invite => ClientError::said(
            "already-invited",
            "Iedereen op de deelnemerslijst is al uitgenodigd. Is er iets veranderd? Geef --change.",
            "Everyone on the roster was invited already. Has anything changed? Give --change.",
        ),
        What::Change => ClientError::said(
            "nobody-left",
            "Er is niemand om aan te sturen. Kijk wie er op de deelnemerslijst staan: zegel case show.",
            "There is nobody to send to. See who is on the roster: zegel case show.",
        ),
        What::Cancel => Refusal::NotInvited.into(),
    }
}

fn not_on_roster(name: &str) -> ClientError {
    ClientError::said(
        "not-on-roster",
        format!("{name} staat niet op de deelnemerslijst. Zet die persoon er eerst op (zegel roster --add)."),
        format!("{name} is not on the roster. Put that person on it first (zegel roster --add)."),
    )
}

fn asked_in_no_letter(name: &str) -> ClientError {
    ClientError::said(
        "wrong-use",
        format!(
            "{name} krijgt nu geen bericht, dus ook niet wat u van die persoon vraagt. Er is niets verstuurd. Noem die persoon ook met --to; wie al is uitgenodigd, krijgt een bericht met --change."
        ),
        format!(
            "{name} gets no letter now, and so not what you ask of that person either. Nothing was sent. Name that person with --to as well; who was invited already gets a letter with --change."
        ),
    )
}
