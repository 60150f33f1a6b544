//! Statements about cases: items, meetings, approvals, releases.

use super::{people, short, shown};
use crate::protocol::directory::House;
use crate::protocol::refusal::Language;
use crate::protocol::statement::*;
use crate::protocol::words::*;

/// In Dutch and in English; the language is for dates.
pub fn words(body: &Body, house: &House, language: Language) -> Option<(String, String)> {
    let at = |moment| shown(moment, language);
    let partner = |id| house.partner_name(id);
    let (nl, en) = match body {
        Body::Case(b) => (
            format!("{} meldt een casus aan: {} ({}).", partner(b.partner), b.case, case_kind(b.kind).0),
            format!("{} refers a case: {} ({}).", partner(b.partner), b.case, case_kind(b.kind).1),
        ),
        Body::PhaseChange(b) => (
            format!("Casus {} gaat naar de fase {}. De uitkomst is verzegeld.", b.case, phase(b.phase).0),
            format!("Case {} goes to the phase {}. The outcome is sealed.", b.case, phase(b.phase).1),
        ),
        Body::Item(b) => item(b, house, language),
        Body::Retraction(b) => (
            format!(
                "U neemt het stuk {} terug uit casus {}. Wat iemand al heeft gelezen of opgeslagen, kunt u niet terughalen.",
                short(&b.item),
                b.case
            ),
            format!(
                "You take the item {} out of case {}. What someone has read or saved already can't be recalled.",
                short(&b.item),
                b.case
            ),
        ),
        Body::Roster(b) => roster(b, house, language),
        Body::Ask(b) => (
            format!(
                "U vraagt {} om akkoord voor {} stuk(ken) in casus {}, uiterlijk {}.",
                partner(b.supplier),
                b.item.len(),
                b.case,
                at(b.deadline)
            ),
            format!(
                "You ask {} to approve {} item(s) in case {}, by {}.",
                partner(b.supplier),
                b.item.len(),
                b.case,
                at(b.deadline)
            ),
        ),
        Body::Approval(b) => (
            format!(
                "U geeft {} toegang tot het stuk {} (casus {}), van {} tot {}, als de procesregisseur het vrijgeeft. Anderen kunnen het niet lezen.",
                people(house, [b.reader]),
                short(&b.item),
                b.case,
                at(b.from),
                at(b.until)
            ),
            format!(
                "You give {} access to the item {} (case {}), from {} until {}, if the procesregisseur releases it. Others can't read it.",
                people(house, [b.reader]),
                short(&b.item),
                b.case,
                at(b.from),
                at(b.until)
            ),
        ),
        Body::NoApproval(b) => (
            format!(
                "U geeft geen akkoord voor het stuk {} (casus {}) aan: {}.\nHet komt niet in hun informatiepakket. De procesregisseur ziet dat, uw reden niet.",
                short(&b.item),
                b.case,
                people(house, b.reader.iter().copied())
            ),
            format!(
                "You do not approve the item {} (case {}) for: {}.\nIt will not be in their pack. The procesregisseur sees that, not your reason.",
                short(&b.item),
                b.case,
                people(house, b.reader.iter().copied())
            ),
        ),
        Body::Consultation(b) => (
            format!(
                "Er is overlegd met {} over casus {} ({}). De uitkomst is verzegeld.",
                partner(b.partner),
                b.case,
                b.form
            ),
            format!(
                "{} was consulted about case {} ({}). The outcome is sealed.",
                partner(b.partner),
                b.case,
                b.form
            ),
        ),
        Body::Release(b) => release(b, house, language),
        Body::Withdrawal(b) => (
            format!(
                "U trekt uw akkoord in voor het stuk {} (casus {}), voor: {}.\nWat iemand al heeft gelezen of opgeslagen, kunt u niet terughalen.",
                short(&b.item),
                b.case,
                people(house, b.reader.iter().copied())
            ),
            format!(
                "You withdraw your approval of the item {} (case {}), for: {}.\nWhat someone has read or saved already can't be recalled.",
                short(&b.item),
                b.case,
                people(house, b.reader.iter().copied())
            ),
        ),
        _ => return None,
    };
    Some((nl, en))
}

fn item(b: &Item, house: &House, language: Language) -> (String, String) {
    let supplier = house.partner_name(b.supplier);
    let (kind_nl, kind_en) = item_kind(b.kind);
    let mut nl = format!(
        "Een stuk van {supplier} in casus {}: {kind_nl}, bewaard tot en met {}.",
        b.case, b.retention
    );
    let mut en =
        format!("An item of {supplier} in case {}: {kind_en}, kept through {}.", b.case, b.retention);
    let mut add = |dutch: &str, english: &str| {
        nl.push('\n');
        nl.push_str(dutch);
        en.push('\n');
        en.push_str(english);
    };
    match b.director {
        Director::Reads => add("De procesregisseur kan het lezen.", "The procesregisseur can read it."),
        Director::Label => add(
            "De procesregisseur ziet alleen hoe het heet.",
            "The procesregisseur sees only what it is called.",
        ),
    }
    match b.approval {
        ApprovalRule::Ask => {
            let list = |dutch: bool| {
                let words = b.phase.iter().map(|p| if dutch { phase(*p).0 } else { phase(*p).1 });
                words.collect::<Vec<_>>().join(", ")
            };
            add(
                &format!("Een ander leest het pas na uw akkoord, per persoon (fasen: {}).", list(true)),
                &format!("Others read it only after your approval, per person (phases: {}).", list(false)),
            );
        }
        ApprovalRule::Never => add(
            "Niemand anders kan het lezen: het wordt alleen aan tafel besproken.",
            "Nobody else can read it: it is spoken of at the table only.",
        ),
    }
    if let Some(from) = b.from.map(|from| shown(from, language)) {
        add(&format!("Niet vóór {from}."), &format!("Not before {from}."));
    }
    if let Some(until) = b.until.map(|until| shown(until, language)) {
        add(&format!("Niet na {until}."), &format!("Not after {until}."));
    }
    match b.withheld {
        Withheld::Silent => add(
            "Geeft u geen akkoord, dan zien lezers niet dat het er is.",
            "If you don't approve it, readers don't see that it exists.",
        ),
        Withheld::Shown => add(
            "Geeft u geen akkoord, dan zien lezers dat er iets ontbreekt.",
            "If you don't approve it, readers see that something is missing.",
        ),
    }
    (nl, en)
}

fn roster(b: &Roster, house: &House, language: Language) -> (String, String) {
    let seat = |seat: Seat| match seat {
        Seat::Delegate => ("", ""),
        Seat::Deputy => (" (vervanger)", " (deputy)"),
    };
    let names = |dutch: bool| {
        let name = |p: &Participant| {
            let (nl, en) = seat(p.seat);
            format!("{}{}", people(house, [p.member]), if dutch { nl } else { en })
        };
        b.participant.iter().map(name).collect::<Vec<_>>().join(", ")
    };
    let (date, deadline) = (shown(b.date, language), shown(b.deadline, language));
    let (mut nl, mut en) = (
        format!(
            "Deelnemerslijst {} voor het overleg op {date} over casus {}: {}.\nAntwoord van verstrekkers uiterlijk {deadline}.",
            b.number,
            b.case,
            names(true)
        ),
        format!(
            "Roster {} for the meeting at {date} about case {}: {}.\nSuppliers answer by {deadline}.",
            b.number,
            b.case,
            names(false)
        ),
    );
    if b.urgent == YesNo::Yes {
        nl.push_str("\nDit is spoed.");
        en.push_str("\nThis is urgent.");
    }
    if b.previous.is_some() {
        nl.push_str("\nEerdere akkoorden gelden niet voor deze nieuwe lijst.");
        en.push_str("\nEarlier approvals don't hold for this new roster.");
    }
    (nl, en)
}

fn release(b: &Release, house: &House, language: Language) -> (String, String) {
    let count = released_items(b).count();
    let (reader, from, until) =
        (people(house, [b.reader]), shown(b.from, language), shown(b.until, language));
    (
        format!(
            "U geeft {count} stuk(ken) van casus {} vrij aan {reader}, van {from} tot {until}. Open plekken die te zien zijn: {}.",
            b.case, b.gaps
        ),
        format!(
            "You release {count} item(s) of case {} to {reader}, from {from} until {until}. Gaps that show: {}.",
            b.case, b.gaps
        ),
    )
}

/// A phase, in Dutch and in English.
pub fn phase(phase: Phase) -> (&'static str, &'static str) {
    match phase {
        Phase::Referral => ("aanmelding", "referral"),
        Phase::Screening => ("screening", "screening"),
        Phase::Triage => ("triage", "triage"),
        Phase::Rto => ("overleg (RTO)", "meeting (RTO)"),
        Phase::Plan => ("plan van aanpak", "plan"),
        Phase::Ended => ("afgesloten", "ended"),
    }
}

/// A kind of case, in Dutch and in English.
pub fn case_kind(kind: CaseKind) -> (&'static str, &'static str) {
    match kind {
        CaseKind::Complex => ("complexe problematiek", "complex problems"),
        CaseKind::Aftercare => ("nazorg detentie", "aftercare of detention"),
    }
}

/// A kind of item, in Dutch and in English.
pub fn item_kind(kind: ItemKind) -> (&'static str, &'static str) {
    match kind {
        ItemKind::Agenda => ("doel en agenda", "agenda"),
        ItemKind::Contribution => ("bijdrage", "contribution"),
        ItemKind::Minutes => ("verslag", "minutes"),
        ItemKind::Plan => ("plan van aanpak", "plan"),
        ItemKind::Referral => ("aanmelding", "referral"),
        ItemKind::Screening => ("screening", "screening"),
    }
}
