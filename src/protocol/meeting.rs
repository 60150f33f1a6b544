//! The meeting: roster, ask, approval and refusal, consultation, release, withdrawal; and whether a
//! reader may open an item now.

use std::collections::BTreeSet;

use super::case::{CaseState, require_grants};
use super::directory::House;
use super::id::{Digest, MemberId, Moment, PartnerId};
use super::item::{ItemState, known, require_supplier_holder};
use super::refusal::Refusal;
use super::rules::{Situation, Use, allows, within};
use super::statement::*;
use super::words::*;

/// `roster`: by the procesregisseur, in a phase that has meetings, of people who may be invited (9.2e).
pub fn judge_roster(
    house: &House,
    case: &CaseState,
    roster: &Roster,
    by: MemberId,
    at: Moment,
) -> Result<(), Refusal> {
    case.require_director(house, by, at)?;
    if roster.phase != case.phase || !roster.phase.has_meetings() {
        return Err(Refusal::WrongPhase { phase: case.phase });
    }
    require_later(case, roster)?;
    let mut partners = Vec::new();
    for participant in &roster.participant {
        partners.push(house.member(participant.member, at)?.partner);
    }
    partners.dedup();
    if roster.phase == Phase::Triage && partners.len() > 1 {
        return Err(Refusal::OnePartnerInTriage);
    }
    if let Some(agenda) = roster.agenda {
        let agenda = known(case, agenda)?;
        (agenda.item.kind == ItemKind::Agenda).then_some(()).ok_or(Refusal::UnknownItem)?;
    }
    if roster.until <= at {
        return Err(Refusal::TooLate { until: roster.until });
    }
    require_grants(house, &roster.grant_grounds, &[case.directors(house)?])
}

/// Whether it is the very next roster of its meeting.
pub fn follows(case: &CaseState, roster: &Roster) -> bool {
    let latest = case.latest.get(&roster.meeting);
    let number = latest.and_then(|id| case.rosters.get(id)).map_or(0, |before| before.number.0);
    roster.previous.as_ref() == latest && roster.number.0 == number + 1
}

/// A meeting's rosters follow each other, also for who sees only some of them.
fn require_later(case: &CaseState, roster: &Roster) -> Result<(), Refusal> {
    let Some(latest) = case.latest.get(&roster.meeting) else {
        return Ok(());
    };
    let number = case.rosters.get(latest).map_or(0, |before| before.number.0);
    let follows = match roster.previous {
        Some(previous) if previous == *latest => roster.number.0 == number + 1,
        Some(_) => roster.number.0 > number + 1,
        None => false,
    };
    follows.then_some(()).ok_or(Refusal::OtherRoster)
}

/// Makes a roster the latest of its meeting. Whoever is not on it loses the pack for good: back on a later one, a
/// reader gets what suppliers approve for that.
pub fn apply_roster(case: &mut CaseState, id: Digest, roster: &Roster) {
    // Who is shown a roster but not the one before it, was not on that one.
    let next = roster.previous == case.latest.insert(roster.meeting, id);
    let stays = |reader: MemberId| next && require_participant(roster, reader).is_ok();
    case.released.retain(|(meeting, reader), _| *meeting != roster.meeting || stays(*reader));
    case.rosters.insert(id, roster.clone());
}

/// What was released in a roster's meeting to readers who are not on it, and is not in a pack of another meeting that
/// they still have.
pub fn no_longer_given(case: &CaseState, roster: &Roster) -> BTreeSet<(MemberId, Digest)> {
    let of_meeting = |release: &&Release| {
        case.rosters.get(&release.roster).is_some_and(|other| other.meeting == roster.meeting)
    };
    let off = |release: &&Release| require_participant(roster, release.reader).is_err();
    let packs = case.releases.values().filter(of_meeting).filter(off);
    let given = packs.flat_map(|release| released_items(release).map(|item| (release.reader, item)));
    let standing: BTreeSet<(MemberId, Digest)> = case
        .released
        .values()
        .filter_map(|id| case.releases.get(id))
        .flat_map(|release| released_items(release).map(|item| (release.reader, item)))
        .collect();
    given.filter(|pack| !standing.contains(pack)).collect()
}

/// In triage partners don't learn of each other: with a roster goes what the referring partner, the house and the
/// partner whose people are on it supply, and of no other.
pub fn require_unmixed(
    house: &House,
    case: &CaseState,
    roster: &Roster,
    supplier: PartnerId,
) -> Result<(), Refusal> {
    let questioned = roster.participant.first().and_then(|p| house.partner_of(p.member));
    let own = [Some(case.partner), house.house_partner(), questioned];
    let unmixed = roster.phase != Phase::Triage || own.contains(&Some(supplier));
    unmixed.then_some(()).ok_or(Refusal::OnePartnerInTriage)
}

/// The roster, if it is the latest of its meeting.
pub fn latest_roster(case: &CaseState, id: Digest) -> Result<&Roster, Refusal> {
    let roster = case.rosters.get(&id).ok_or(Refusal::UnknownRoster)?;
    let latest = case.latest.get(&roster.meeting) == Some(&id);
    latest.then_some(roster).ok_or(Refusal::OtherRoster)
}

/// The latest roster of a meeting in the phase that the case is in. A roster of the triage can't be kept to
/// release by it at the table, where consultation is due.
fn present_roster(case: &CaseState, id: Digest) -> Result<&Roster, Refusal> {
    let roster = latest_roster(case, id)?;
    match roster.phase == case.phase {
        true => Ok(roster),
        false => Err(Refusal::WrongPhase { phase: case.phase }),
    }
}

fn require_participant(roster: &Roster, member: MemberId) -> Result<(), Refusal> {
    let there = roster.participant.iter().any(|participant| participant.member == member);
    there.then_some(()).ok_or(Refusal::NotOnRoster)
}

/// `ask`: by the procesregisseur, about items of one supplier, which gets the agenda to judge by.
pub fn judge_ask(
    house: &House,
    case: &CaseState,
    ask: &Ask,
    by: MemberId,
    at: Moment,
) -> Result<(), Refusal> {
    case.require_director(house, by, at)?;
    let roster = present_roster(case, ask.roster)?;
    house.partner(ask.supplier)?;
    require_unmixed(house, case, roster, ask.supplier)?;
    for id in &ask.item {
        let item = known(case, *id)?;
        if item.item.supplier != ask.supplier {
            return Err(Refusal::NotSupplier);
        }
        if item.item.approval == ApprovalRule::Never {
            return Err(Refusal::NeverApproved);
        }
        if !item.item.phase.contains(&case.phase) {
            return Err(Refusal::OutsidePhase);
        }
    }
    match (roster.agenda, ask.agenda_label, ask.agenda_body) {
        (Some(agenda), Some(label), Some(body)) => {
            // Keys to what was taken out would open nothing, and could not be carried over either.
            known(case, agenda)?;
            let vault = case.kept_in(house, ask.supplier)?;
            require_grants(house, &[label], &[vault])?;
            require_grants(house, &[body], &[vault])
        }
        (None, None, None) => Ok(()),
        _ => Err(Refusal::WrongGrants),
    }
}

/// `approval`: by a holder of the supplier's vault, for one reader on the latest roster; the keys are
/// sealed to the case vault.
pub fn judge_approval(
    house: &House,
    case: &CaseState,
    approval: &Approval,
    by: MemberId,
    at: Moment,
) -> Result<(), Refusal> {
    let item = known(case, approval.item)?;
    require_supplier_holder(house, case, item, by, at)?;
    let roster = present_roster(case, approval.roster)?;
    require_unmixed(house, case, roster, item.item.supplier)?;
    require_participant(roster, approval.reader)?;
    house.member(approval.reader, at)?;
    if approval.from < roster.from || approval.until > roster.until {
        return Err(Refusal::OutsideWindow);
    }
    require_given(case, item, approval.from, approval.until, at)?;
    require_grants(house, &approval.grant_grants, &[case.directors(house)?])
}

fn require_given(
    case: &CaseState,
    item: &ItemState,
    from: Moment,
    until: Moment,
    now: Moment,
) -> Result<(), Refusal> {
    allows(&item.rules(), Situation { use_: Use::Give { from, until }, phase: case.phase, now })
}

/// `refusal`: by a holder of the supplier's vault; the reason stays in it.
pub fn judge_refusal(
    house: &House,
    case: &CaseState,
    refusal: &NoApproval,
    by: MemberId,
    at: Moment,
) -> Result<(), Refusal> {
    let item = known(case, refusal.item)?;
    require_supplier_holder(house, case, item, by, at)?;
    let roster = latest_roster(case, refusal.roster)?;
    require_unmixed(house, case, roster, item.item.supplier)?;
    refusal.reader.iter().try_for_each(|reader| require_participant(roster, *reader))?;
    let own = case.kept_in(house, item.item.supplier)?;
    require_grants(house, &refusal.grant_reason, &[own])
}

/// `consultation`: with the referring partner, signed by it or recorded by the procesregisseur. Of one that is
/// excluded or gone the procesregisseur records what was done instead, for those who run the case.
pub fn judge_consultation(
    house: &House,
    case: &CaseState,
    consultation: &Consultation,
    by: MemberId,
    at: Moment,
) -> Result<(), Refusal> {
    let roster = latest_roster(case, consultation.roster)?;
    // In triage no consultation is due, and it would show the referring partner who is questioned.
    if roster.phase == Phase::Triage {
        return Err(Refusal::WrongPhase { phase: roster.phase });
    }
    if consultation.partner != case.partner {
        return Err(Refusal::NotConsulted { partner: house.partner_name(case.partner) });
    }
    match consultation.form {
        ConsultationForm::Signed => {
            let own = house.member(by, at)?.partner == consultation.partner;
            own.then_some(()).ok_or(Refusal::NotAllowed)?;
        }
        _ => case.require_director(house, by, at)?,
    }
    require_grants(house, &consultation.grant_outcome, &case.told_outcomes(house)?)
}

/// `release`: by the procesregisseur, to one reader on the latest roster, after consultation, of what each
/// supplier approved for this reader and roster (9.2f). In triage no consultation is asked.
pub fn judge_release(
    house: &House,
    case: &CaseState,
    release: &Release,
    by: MemberId,
    at: Moment,
) -> Result<(), Refusal> {
    case.require_director(house, by, at)?;
    let roster = present_roster(case, release.roster)?;
    require_participant(roster, release.reader)?;
    house.member(release.reader, at)?;
    require_consulted(house, case, release, roster)?;
    if release.from < roster.from || release.until > roster.until {
        return Err(Refusal::OutsideWindow);
    }
    for approved in &release.approved {
        require_approved(case, release, *approved, at)?;
    }
    for own in &release.own {
        let item = known(case, own.item)?;
        if Some(item.item.supplier) != house.house_partner() {
            return Err(Refusal::NotApproved);
        }
        require_given(case, item, release.from, release.until, at)?;
    }
    Ok(())
}

fn require_consulted(
    house: &House,
    case: &CaseState,
    release: &Release,
    roster: &Roster,
) -> Result<(), Refusal> {
    match release.consultation {
        Some(id) => {
            let consultation = case.consultations.get(&id).ok_or(Refusal::WrongConsultation)?;
            (consultation.roster == release.roster).then_some(()).ok_or(Refusal::WrongConsultation)
        }
        None if roster.phase == Phase::Triage => Ok(()),
        None => Err(Refusal::NotConsulted { partner: house.partner_name(case.partner) }),
    }
}

fn require_approved(
    case: &CaseState,
    release: &Release,
    approved: Approved,
    at: Moment,
) -> Result<(), Refusal> {
    let item = known(case, approved.item)?;
    let state = case.approvals.get(&approved.approval).ok_or(Refusal::NotApproved)?;
    let approval = &state.approval;
    if approval.item != approved.item || approval.reader != release.reader {
        return Err(Refusal::NotApproved);
    }
    if approval.roster != release.roster {
        return Err(Refusal::OtherRoster);
    }
    if state.withdrawn {
        return Err(Refusal::Withdrawn);
    }
    let (from, until) = (release.from.max(approval.from), release.until.min(approval.until));
    require_given(case, item, from, until, at)
}

/// How many gaps a release must show: the items asked for its roster that it leaves out and whose
/// supplier lets a gap be seen. Only the hub and the procesregisseurs can know.
pub fn shown_gaps(case: &CaseState, release: &Release) -> u64 {
    let asked = case.asks.iter().filter(|(_, ask)| ask.roster == release.roster);
    let mut items: Vec<Digest> = asked.flat_map(|(_, ask)| ask.item.clone()).collect();
    items.sort();
    items.dedup();
    let left_out = |id: &&Digest| !released_items(release).any(|released| released == **id);
    let shown = |id: &&Digest| case.items.get(*id).is_some_and(|item| item.item.withheld == Withheld::Shown);
    items.iter().filter(left_out).filter(shown).count() as u64
}

/// `withdrawal`: by a holder of the supplier's vault, of approvals that were given, or, by the house, of
/// its own item that was released without one.
pub fn judge_withdrawal(
    house: &House,
    case: &CaseState,
    withdrawal: &Withdrawal,
    by: MemberId,
    at: Moment,
) -> Result<(), Refusal> {
    let item = case.items.get(&withdrawal.item).ok_or(Refusal::UnknownItem)?;
    require_supplier_holder(house, case, item, by, at)?;
    let approved = |reader: &MemberId| {
        case.approvals.values().any(|a| a.approval.item == withdrawal.item && a.approval.reader == *reader)
    };
    let released = |reader: &MemberId| {
        let mut to_reader = case.releases.values().filter(|release| release.reader == *reader);
        to_reader.any(|release| release.own.iter().any(|own| own.item == withdrawal.item))
    };
    let given = withdrawal.reader.iter().all(|reader| approved(reader) || released(reader));
    given.then_some(()).ok_or(Refusal::NotApproved)
}

/// Whether a reader may open an item of a release now: the hub asks before it serves, the reader's client
/// before it opens (design section 4, "Opening").
pub fn may_open(
    house: &House,
    case: &CaseState,
    release_id: Digest,
    item_id: Digest,
    reader: MemberId,
    now: Moment,
) -> Result<(), Refusal> {
    house.fresh_directory(now)?;
    house.member(reader, now)?;
    let release = case.releases.get(&release_id).ok_or(Refusal::NotReleased)?;
    if release.reader != reader {
        return Err(Refusal::NotReleased);
    }
    // A newer roster closes the pack of who is not on it; the others keep theirs.
    let meeting = case.rosters.get(&release.roster).ok_or(Refusal::UnknownRoster)?.meeting;
    let latest = case.latest.get(&meeting).and_then(|latest| case.rosters.get(latest));
    require_participant(latest.ok_or(Refusal::UnknownRoster)?, reader)?;
    if case.released.get(&(meeting, reader)) != Some(&release_id) {
        return Err(Refusal::NotReleased);
    }
    within(Some(release.from), release.until, now)?;
    let item = known(case, item_id)?;
    if case.taken_back.contains(&(release_id, item_id)) {
        return Err(Refusal::Withdrawn);
    }
    require_in_release(case, release, item_id, now)?;
    allows(&item.rules(), Situation { use_: Use::Open, phase: case.phase, now })
}

fn require_in_release(case: &CaseState, release: &Release, item: Digest, now: Moment) -> Result<(), Refusal> {
    if release.own.iter().any(|own| own.item == item) {
        return Ok(());
    }
    let approved =
        release.approved.iter().find(|approved| approved.item == item).ok_or(Refusal::NotReleased)?;
    let state = case.approvals.get(&approved.approval).ok_or(Refusal::NotApproved)?;
    if state.withdrawn {
        return Err(Refusal::Withdrawn);
    }
    within(Some(state.approval.from), state.approval.until, now)
}
