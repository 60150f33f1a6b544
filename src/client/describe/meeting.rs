//! Statements about meetings: who is at them, and what is given to whom.

use super::Says;
use crate::protocol::statement::*;
use crate::protocol::words::*;

/// Says what the statement says, if it is one of these.
pub fn words(body: &Body, says: &mut Says<'_>) {
    match body {
        Body::Roster(b) => roster(b, says),
        Body::Ask(b) => ask(b, says),
        Body::Approval(b) => approval(b, says),
        Body::NoApproval(b) => refusal(b, says),
        Body::Consultation(b) => consultation(b, says),
        Body::Release(b) => release(b, says),
        Body::Withdrawal(b) => withdrawal(b, says),
        _ => {}
    }
}

fn roster(b: &Roster, says: &mut Says<'_>) {
    let name = |p: &Participant| match p.seat {
        Seat::Delegate => says.people([p.member]),
        Seat::Deputy => format!("{} ({})", says.people([p.member]), says.words("vervanger", "deputy")),
    };
    let people = b.participant.iter().map(name).collect::<Vec<_>>().join(", ");
    let (date, deadline) = (says.at(b.date), says.at(b.deadline));
    let (from, until) = (says.at(b.from), says.at(b.until));
    let (of, phase) = (b.meeting, says.pick(b.phase.called()).to_owned());
    says.line(
        format!(
            "Deelnemerslijst {} voor het overleg op {date} over casus {} ({phase}): {people}.",
            b.number, b.case
        ),
        format!("Roster {} for the meeting at {date} about case {} ({phase}): {people}.", b.number, b.case),
    );
    says.line(
        format!("Overleg {of}. Antwoord van verstrekkers uiterlijk {deadline}. Informatiepakketten zijn open van {from} tot {until}."),
        format!("Meeting {of}. Suppliers answer by {deadline}. Packs are open from {from} until {until}."),
    );
    match b.agenda.map(|agenda| says.item(b.case, &agenda)) {
        Some(agenda) => says.line(format!("Agenda: {agenda}."), format!("Agenda: {agenda}.")),
        None => says.line("Er is geen agenda bij.", "There is no agenda with it."),
    }
    if b.urgent == YesNo::Yes {
        says.line("Dit is spoed.", "This is urgent.");
    }
    if let Some(previous) = b.previous.map(|previous| says.roster(b.case, &previous)) {
        says.line(
            format!("Dit vervangt {previous}. Eerdere akkoorden gelden niet voor deze nieuwe lijst."),
            format!("This replaces {previous}. Earlier approvals don't hold for this new roster."),
        );
    }
    let what = ("Waarom ieder erbij mag zijn", "Why each may be present");
    says.note(what, &b.grounds.digest, &b.grant_grounds);
}

fn ask(b: &Ask, says: &mut Says<'_>) {
    let (partner, items) = (says.partner(b.supplier), says.items(b.case, &b.item));
    let (roster, at) = (says.roster(b.case, &b.roster), says.at(b.deadline));
    says.line(
        format!("U vraagt {partner} om akkoord in casus {}, voor {roster}, uiterlijk {at}: {items}.", b.case),
        format!("You ask {partner} for approval in case {}, for {roster}, by {at}: {items}.", b.case),
    );
    if b.agenda_label.is_some() {
        let label = says.readers(b.agenda_label);
        let body = says.readers(b.agenda_body);
        says.line(
            format!("De agenda kan dan worden gelezen met de kluis van: {body} (hoe zij heet: {label})."),
            format!("The agenda can then be read with the vault of: {body} (what it is called: {label})."),
        );
    }
}

fn approval(b: &Approval, says: &mut Says<'_>) {
    let (reader, item) = (reader(b.case, b.roster, b.reader, says), says.item(b.case, &b.item));
    let (roster, from, until) = (says.roster(b.case, &b.roster), says.at(b.from), says.at(b.until));
    says.line(
        format!("U geeft {reader} toegang tot {item} in casus {}, voor {roster}, van {from} tot {until}, als de procesregisseur het vrijgeeft. Anderen kunnen het niet lezen.", b.case),
        format!("You give {reader} access to {item} in case {}, for {roster}, from {from} until {until}, if the procesregisseur releases it. Others can't read it.", b.case),
    );
    let by = says.readers(b.grant_grants.iter().copied());
    says.line(
        format!("Alleen deze mensen kunnen het vrijgeven: {by}."),
        format!("Only these people can release it: {by}."),
    );
}

/// A reader by name, and whether it comes in another's place.
fn reader(
    case: crate::protocol::id::CaseNumber,
    roster: crate::protocol::id::Digest,
    member: crate::protocol::id::MemberId,
    says: &Says<'_>,
) -> String {
    let roster = says.names.cases.get(&case).and_then(|case| case.rosters.get(&roster));
    let mut seats = roster.into_iter().flat_map(|roster| &roster.participant);
    let deputy = seats.any(|seat| seat.member == member && seat.seat == Seat::Deputy);
    let name = says.people([member]);
    if deputy { format!("{name} ({})", says.words("vervanger", "deputy")) } else { name }
}

fn refusal(b: &NoApproval, says: &mut Says<'_>) {
    let (item, people) = (says.item(b.case, &b.item), says.people(b.reader.iter().copied()));
    let roster = says.roster(b.case, &b.roster);
    says.line(
        format!("U geeft geen akkoord voor {item} in casus {}, voor {roster}, aan: {people}.", b.case),
        format!("You do not approve {item} in case {}, for {roster}, for: {people}.", b.case),
    );
    says.line(
        "Het komt niet in hun informatiepakket. De procesregisseur ziet dat, uw reden niet.",
        "It will not be in their pack. The procesregisseur sees that, not your reason.",
    );
    says.note(("Uw reden", "Your reason"), &b.reason.digest, &b.grant_reason);
}

fn consultation(b: &Consultation, says: &mut Says<'_>) {
    let (partner, roster) = (says.partner(b.partner), says.roster(b.case, &b.roster));
    let how = says.pick(form(b.form)).to_owned();
    says.line(
        format!("Er is overlegd met {partner} over casus {} ({how}), voor {roster}.", b.case),
        format!("{partner} was consulted about case {} ({how}), for {roster}.", b.case),
    );
    says.note(("De uitkomst", "The outcome"), &b.outcome.digest, &b.grant_outcome);
}

/// How someone was consulted, in Dutch and in English.
fn form(form: ConsultationForm) -> (&'static str, &'static str) {
    match form {
        ConsultationForm::Mail => ("per mail", "by mail"),
        ConsultationForm::Meeting => ("in een gesprek", "in a meeting"),
        ConsultationForm::Phone => ("per telefoon", "by phone"),
        ConsultationForm::Signed => ("zelf ondertekend", "signed by that partner"),
    }
}

fn release(b: &Release, says: &mut Says<'_>) {
    let (reader, roster) = (reader(b.case, b.roster, b.reader, says), says.roster(b.case, &b.roster));
    let (from, until, gaps) = (says.at(b.from), says.at(b.until), b.gaps);
    says.line(
        format!("U geeft vrij aan {reader}, in casus {}, voor {roster}, van {from} tot {until}.", b.case),
        format!("You release to {reader}, in case {}, for {roster}, from {from} until {until}.", b.case),
    );
    let approved = says.items(b.case, b.approved.iter().map(|approved| &approved.item));
    let own = says.items(b.case, b.own.iter().map(|own| &own.item));
    says.line(
        format!("Met akkoord van de verstrekker: {approved}."),
        format!("Approved by the supplier: {approved}."),
    );
    says.line(format!("Van het huis zelf: {own}."), format!("Of the house itself: {own}."));
    match gaps.0 {
        0 => says.line("De lezer ziet geen open plekken.", "The reader sees no gaps."),
        1 => says.line("De lezer ziet dat er 1 stuk ontbreekt.", "The reader sees that 1 item is missing."),
        n => says.line(
            format!("De lezer ziet dat er {n} stukken ontbreken."),
            format!("The reader sees that {n} items are missing."),
        ),
    }
    match b.consultation.map(|consultation| says.called(&consultation)) {
        Some(id) => says.line(format!("Na overleg {id}."), format!("After the consultation {id}.")),
        None => says.line("Zonder overleg vooraf.", "Without a consultation before."),
    }
}

fn withdrawal(b: &Withdrawal, says: &mut Says<'_>) {
    let (item, people) = (says.item(b.case, &b.item), says.people(b.reader.iter().copied()));
    says.line(
        format!("U trekt uw akkoord in voor {item} in casus {}, voor: {people}.", b.case),
        format!("You withdraw your approval of {item} in case {}, for: {people}.", b.case),
    );
    says.line(
        "Wat iemand al heeft gelezen of opgeslagen, kunt u niet terughalen.",
        "What someone has read or saved already can't be recalled.",
    );
}
