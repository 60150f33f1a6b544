//! Who sees a statement, and what it builds on.

use std::collections::BTreeSet;

use super::Entry;
use crate::protocol::case::{Audience, CaseState};
use crate::protocol::directory::House;
use crate::protocol::id::{Digest, PartnerId};
use crate::protocol::statement::*;
use crate::protocol::words::*;

/// The kinds that say who is who go to every member, save the slips and the bundles.
pub(super) fn house_audience(entry: &Entry<'_>) -> Option<Audience> {
    match (&entry.statement.body, entry.statement.by) {
        (Body::Slip(_) | Body::Login(_), _) => None,
        (Body::Bundle(_), Signer::Member(member)) => Some(Audience::Member(member)),
        _ => Some(Audience::All),
    }
}

/// Any other goes to its signer's partner, to those who run the case, and to its addressee.
pub(super) fn case_audience(house: &House, case: &CaseState, entry: &Entry<'_>) -> BTreeSet<Audience> {
    let mut audience = BTreeSet::new();
    if let Ok(vault) = case.directors(house) {
        audience.insert(Audience::Vault(vault.vault));
    }
    // The house's own people see a case only if they hold its vault.
    let outside = |partner: Option<PartnerId>| {
        partner.filter(|p| Some(*p) != house.house_partner()).map(Audience::Partner)
    };
    audience.extend(outside(entry.statement.member().and_then(|member| house.partner_of(member))));
    match &entry.statement.body {
        Body::Roster(b) => audience.extend(b.participant.iter().map(|p| Audience::Member(p.member))),
        Body::Ask(b) => audience.extend([Audience::Partner(b.supplier)]),
        Body::Consultation(b) => audience.extend([Audience::Partner(b.partner)]),
        Body::Release(b) => audience.extend([Audience::Member(b.reader)]),
        Body::Letter(b) => audience.extend([Audience::Member(b.to)]),
        // Its author waits for the answer, and the vault that its partner renews has a key to it.
        Body::Reply(b) => {
            let author = case.letters.get(&b.letter).and_then(|letter| house.partner_of(letter.by));
            audience.extend(outside(author))
        }
        // Whoever knows of the case knows who runs it and in which phase it is.
        Body::Vault(_) | Body::PhaseChange(_) => audience.extend(case.known_to.iter().copied()),
        _ => {}
    }
    audience
}

pub(super) fn show_with_grounds(
    case: &CaseState,
    entry: &Entry<'_>,
    who: Audience,
    shown: &mut BTreeSet<(Digest, Audience)>,
) {
    let mut waiting = vec![entry.id, case.id];
    waiting.extend(case.vault.iter().flat_map(|vault| vault.generations.iter().copied()));
    waiting.extend(case.phases.iter().copied());
    let first_vault = matches!(&entry.statement.body, Body::Vault(vault) if vault.generation.0 == 1);
    if first_vault
        && matches!(who, Audience::Vault(vault) if case.vault.as_ref().is_some_and(|v| v.vault == vault))
    {
        waiting.extend(case.items.keys().copied());
    }
    while let Some(id) = waiting.pop() {
        if shown.insert((id, who)) {
            waiting.extend(builds_on(case, id));
        }
    }
}

/// What a statement of a case builds on, beside the case, its vault and its phases.
fn builds_on(case: &CaseState, id: Digest) -> Vec<Digest> {
    if let Some(roster) = case.rosters.get(&id) {
        return roster.agenda.into_iter().collect();
    }
    if let Some(state) = case.approvals.get(&id) {
        return vec![state.approval.roster, state.approval.item];
    }
    if let Some(consultation) = case.consultations.get(&id) {
        return vec![consultation.roster];
    }
    if let Some(release) = case.releases.get(&id) {
        let approvals = release.approved.iter().map(|approved| approved.approval);
        let grounds = [release.roster].into_iter().chain(release.consultation);
        return grounds.chain(approvals).chain(released_items(release)).collect();
    }
    if let Some((_, ask)) = case.asks.iter().find(|(ask, _)| *ask == id) {
        return [ask.roster].into_iter().chain(ask.item.iter().copied()).collect();
    }
    if let Some((_, refusal)) = case.refusals.iter().find(|(refusal, _)| *refusal == id) {
        return vec![refusal.roster, refusal.item];
    }
    if let Some(state) = case.letters.get(&id) {
        return state.letter.roster.into_iter().chain(state.letter.item).collect();
    }
    if let Some((_, reply)) = case.replies.iter().find(|(reply, _)| *reply == id) {
        return vec![reply.letter];
    }
    Vec::new()
}
