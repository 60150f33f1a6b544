//! Statements about cases: their path, and what is kept in them.

use super::Says;
use crate::protocol::statement::*;
use crate::protocol::words::*;

/// Says what the statement says, if it is one of these.
pub(super) fn words(body: &Body, says: &mut Says<'_>) {
    match body {
        Body::Case(b) => {
            let (partner, kind) = (says.partner(b.partner), says.pick(case_kind(b.kind)).to_owned());
            says.line(
                format!("{partner} meldt een casus aan: {} ({kind}).", b.case),
                format!("{partner} refers a case: {} ({kind}).", b.case),
            );
        }
        Body::PhaseChange(b) => {
            let phase = says.pick(b.phase.called()).to_owned();
            says.line(
                format!("Casus {} gaat naar de fase {phase}.", b.case),
                format!("Case {} goes to the phase {phase}.", b.case),
            );
            says.note(("De uitkomst", "The outcome"), &b.outcome.digest, &b.grant_outcome);
        }
        Body::Item(b) => item(b, says),
        Body::Retraction(b) => {
            let item = says.item(b.case, &b.item);
            says.line(
                format!("U neemt {item} terug uit casus {}.", b.case),
                format!("You take {item} out of case {}.", b.case),
            );
            says.line(
                "Wat iemand al heeft gelezen of opgeslagen, kunt u niet terughalen.",
                "What someone has read or saved already can't be recalled.",
            );
        }
        _ => {}
    }
}

fn item(b: &Item, says: &mut Says<'_>) {
    let (supplier, kind) = (says.partner(b.supplier), says.pick(item_kind(b.kind)).to_owned());
    let title = says.called(&b.body.digest);
    says.line(
        format!(
            "Een stuk van {supplier} in casus {} ({kind}): {title}. Bewaard tot en met {}.",
            b.case, b.retention
        ),
        format!("An item of {supplier} in case {} ({kind}): {title}. Kept through {}.", b.case, b.retention),
    );
    match b.director {
        Director::Reads => says.line("De procesregisseur kan het lezen.", "The procesregisseur can read it."),
        Director::Label => says.line(
            "De procesregisseur ziet alleen hoe het heet.",
            "The procesregisseur sees only what it is called.",
        ),
    }
    let (label, body) =
        (says.readers(b.grant_label.iter().copied()), says.readers(b.grant_body.iter().copied()));
    says.line(
        format!("Nu te lezen met de kluis van: {body}."),
        format!("Now read with the vault of: {body}."),
    );
    says.line(
        format!("Hoe het heet, is te zien met de kluis van: {label}."),
        format!("What it is called is seen with the vault of: {label}."),
    );
    approval(b, says);
    if let Some(from) = b.from.map(|from| says.at(from)) {
        says.line(format!("Niet vóór {from}."), format!("Not before {from}."));
    }
    if let Some(until) = b.until.map(|until| says.at(until)) {
        says.line(format!("Niet na {until}."), format!("Not after {until}."));
    }
    match b.withheld {
        Withheld::Silent => says.line(
            "Geeft u geen akkoord, dan zien lezers niet dat het er is.",
            "If you don't approve it, readers don't see that it exists.",
        ),
        Withheld::Shown => says.line(
            "Geeft u geen akkoord, dan zien lezers dat er iets ontbreekt.",
            "If you don't approve it, readers see that something is missing.",
        ),
    }
}

fn approval(b: &Item, says: &mut Says<'_>) {
    let phases: Vec<&str> = b.phase.iter().map(|of| says.pick(of.called())).collect();
    let phases = if phases.is_empty() { "-".to_owned() } else { phases.join(", ") };
    match b.approval {
        ApprovalRule::Ask => says.line(
            format!("Een ander leest het pas na uw akkoord, per persoon (fasen: {phases})."),
            format!("Others read it only after your approval, per person (phases: {phases})."),
        ),
        ApprovalRule::Never => says.line(
            format!("Niemand anders kan het lezen: het wordt alleen aan tafel besproken (fasen: {phases})."),
            format!("Nobody else can read it: it is spoken of at the table only (phases: {phases})."),
        ),
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
