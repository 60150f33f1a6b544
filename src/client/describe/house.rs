//! Statements that say who is who.

use super::{Says, short};
use crate::protocol::checkwords::{check_words, key_digest};
use crate::protocol::statement::*;
use crate::protocol::words::*;

/// Says what the statement says, if it is one of these.
pub fn words(statement: &Statement, says: &mut Says<'_>) {
    match &statement.body {
        Body::Membership(b) => membership(b, says),
        Body::Vault(b) => vault(b, says),
        Body::Key(b) => key(b, says),
        Body::Suspension(b) => suspension(b, statement, says),
        body => {
            if let Some((nl, en)) = of_house(body, says) {
                says.line(nl, en);
            }
        }
    }
}

fn of_house(body: &Body, says: &Says<'_>) -> Option<(String, String)> {
    let at = |moment| says.at(moment);
    let partner = |id| says.partner(id);
    let people = |member| says.people([member]);
    let (nl, en) = match body {
        Body::Slip(b) => (
            format!(
                "Het strookje voor {} van {} is geldig tot {}.",
                b.member,
                partner(b.partner),
                at(b.until)
            ),
            format!("The slip for {} of {} is valid until {}.", b.member, partner(b.partner), at(b.until)),
        ),
        Body::Bundle(b) => (
            format!("Uw sleutelbos (versie {}), verzegeld: alleen uw herstelcode opent hem.", b.number),
            format!("Your key bundle (version {}), sealed: only your recovery code opens it.", b.number),
        ),
        Body::Admission(b) => admission(b),
        Body::Directory(b) => (
            format!(
                "Adreslijst {} met {} partners en {} mensen geldt tot {}.",
                b.number,
                b.admission.len(),
                b.membership.len(),
                at(b.until)
            ),
            format!(
                "Directory {} with {} partners and {} people holds until {}.",
                b.number,
                b.admission.len(),
                b.membership.len(),
                at(b.until)
            ),
        ),
        Body::Revocation(b) => (
            format!(
                "De sleutel {} van {} telt vanaf nu niet meer ({}).",
                short(&b.key),
                people(b.member),
                reason(b.reason).0
            ),
            format!(
                "The key {} of {} no longer counts from now on ({}).",
                short(&b.key),
                people(b.member),
                reason(b.reason).1
            ),
        ),
        Body::Exclusion(b) => (
            format!(
                "{} is meteen uitgesloten: niemand daar kan nog iets openen of krijgen.",
                partner(b.partner)
            ),
            format!(
                "{} is excluded at once: nobody there can open or be given anything.",
                partner(b.partner)
            ),
        ),
        Body::Login(_) => ("U meldt zich aan, om te lezen.".into(), "You sign in, to read.".into()),
        _ => return None,
    };
    Some((nl, en))
}

/// Why a key no longer counts, in Dutch and in English.
fn reason(reason: RevocationReason) -> (&'static str, &'static str) {
    match reason {
        RevocationReason::Left => ("vertrokken", "left"),
        RevocationReason::Lost => ("verloren", "lost"),
        RevocationReason::Other => ("anders", "other"),
        RevocationReason::Rotated => ("vervangen", "replaced"),
        RevocationReason::Stolen => ("gestolen", "stolen"),
    }
}

fn key(b: &Key, says: &mut Says<'_>) {
    match b.previous.map(|previous| short(&previous)) {
        Some(previous) => says.line(
            format!("U vervangt uw sleutels ({previous}) door nieuwe. De oude gelden tot het huis voor de nieuwe instaat."),
            format!("You replace your keys ({previous}) by new ones. The old ones count until the house vouches for the new."),
        ),
        None => says.line(
            "Dit zijn uw sleutels. Ze gelden zodra het huis ervoor instaat.",
            "These are your keys. They count as soon as the house vouches for them.",
        ),
    }
    let words = check_words(&key_digest(&b.cert, b.recipient.as_str()));
    says.line(format!("Controlewoorden: {words}."), format!("Check words: {words}."));
}

fn suspension(b: &Suspension, statement: &Statement, says: &mut Says<'_>) {
    let (who, until) = (says.people([b.member]), says.at(b.until));
    match b.until <= statement.signed_at {
        true => says.line(
            format!(
                "De schorsing van {who} is voorbij (sinds {until}): kan weer openen, ondertekenen en krijgen."
            ),
            format!(
                "The suspension of {who} is over (since {until}): can open, sign and be given things again."
            ),
        ),
        false => says.line(
            format!("{who} is geschorst tot {until}: kan niets openen, ondertekenen of krijgen."),
            format!("{who} is suspended until {until}: can open, sign or be given nothing."),
        ),
    }
}

fn membership(b: &Membership, says: &mut Says<'_>) {
    let roles: Vec<&str> = b.role.iter().map(|role| role.word()).collect();
    let roles = if roles.is_empty() { "-".to_owned() } else { roles.join(", ") };
    let (partner, from, until) = (says.partner(b.partner), says.at(b.from), says.at(b.until));
    let (name, mail, key) = (&b.name, &b.mail, short(&b.key));
    says.line(
        format!("{name} <{mail}> werkt voor {partner} (rollen: {roles}), van {from} tot {until}. Het huis staat in voor de sleutel {key}."),
        format!("{name} <{mail}> works for {partner} (roles: {roles}), from {from} until {until}. The house vouches for the key {key}."),
    );
}

fn admission(b: &Admission) -> (String, String) {
    match b.standing {
        Standing::Signed => (
            format!("{} heeft het convenant ondertekend en doet mee.", b.name),
            format!("{} signed the agreement and takes part.", b.name),
        ),
        Standing::Named => (
            format!("{} staat in het convenant maar heeft niet ondertekend: krijgt niets.", b.name),
            format!("{} is named in the agreement but has not signed: is given nothing.", b.name),
        ),
    }
}

fn vault(b: &Vault, says: &mut Says<'_>) {
    let holders = says.people(b.holder.iter().copied());
    let (nl, en) = match b.owner {
        Owner::Partner(partner) => {
            let name = says.partner(partner);
            (format!("van {name}"), format!("of {name}"))
        }
        Owner::Case(case) => (format!("van casus {case}"), format!("of case {case}")),
    };
    let (vault, generation, count) = (b.vault, b.generation, b.holder.len());
    says.line(
        format!("De kluis {nl} krijgt een nieuwe sleutel (versie {generation}, {vault}). Alleen deze mensen ({count}) kunnen hem openen: {holders}."),
        format!("The vault {en} gets a new key (generation {generation}, {vault}). Only these people ({count}) can open it: {holders}."),
    );
    if b.predecessor.is_some() {
        let set = b.set.map_or_else(|| "0".to_owned(), |set| says.called(&set));
        says.line(
            format!("Aantal onderdelen dat meegaat uit de vorige kluis: {set}."),
            format!("Number of parts that come along from the vault before: {set}."),
        );
    }
    if b.generation.0 > 1 {
        says.line(
            "Wat iemand al heeft gelezen of opgeslagen, kunt u niet terughalen.",
            "What someone has read or saved already can't be recalled.",
        );
    }
}
