//! Statements that say who is who.

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
        Body::Slip(b) => (
            format!(
                "Het strookje voor {} van {} is geldig tot {}.",
                b.member,
                partner(b.partner),
                at(b.until)
            ),
            format!("The slip for {} of {} is valid until {}.", b.member, partner(b.partner), at(b.until)),
        ),
        Body::Key(b) if b.previous.is_some() => (
            "U vervangt uw sleutels door nieuwe. De oude gelden tot het huis voor de nieuwe instaat.".into(),
            "You replace your keys by new ones. The old ones count until the house vouches for the new."
                .into(),
        ),
        Body::Key(_) => (
            "Dit zijn uw sleutels. Ze gelden zodra het huis ervoor instaat.".into(),
            "These are your keys. They count as soon as the house vouches for them.".into(),
        ),
        Body::Bundle(b) => (
            format!("Uw sleutelbos (versie {}), verzegeld: alleen uw herstelcode opent hem.", b.number),
            format!("Your key bundle (version {}), sealed: only your recovery code opens it.", b.number),
        ),
        Body::Membership(b) => membership(b, house, language),
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
                people(house, [b.member]),
                b.reason
            ),
            format!(
                "The key {} of {} no longer counts from now on ({}).",
                short(&b.key),
                people(house, [b.member]),
                b.reason
            ),
        ),
        Body::Suspension(b) => (
            format!(
                "{} is geschorst tot {}: kan niets openen, ondertekenen of krijgen.",
                people(house, [b.member]),
                at(b.until)
            ),
            format!(
                "{} is suspended until {}: can open, sign or be given nothing.",
                people(house, [b.member]),
                at(b.until)
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
        Body::Vault(b) => vault(b, house),
        Body::Login(_) => ("U meldt zich aan, om te lezen.".into(), "You sign in, to read.".into()),
        _ => return None,
    };
    Some((nl, en))
}

fn membership(b: &Membership, house: &House, language: Language) -> (String, String) {
    let roles: Vec<&str> = b.role.iter().map(|role| role.word()).collect();
    let roles = if roles.is_empty() { "-".to_owned() } else { roles.join(", ") };
    let (partner, until) = (house.partner_name(b.partner), shown(b.until, language));
    (
        format!(
            "{} <{}> werkt voor {partner} (rollen: {roles}), tot {until}. Het huis staat in voor de sleutel {}.",
            b.name,
            b.mail,
            short(&b.key)
        ),
        format!(
            "{} <{}> works for {partner} (roles: {roles}), until {until}. The house vouches for the key {}.",
            b.name,
            b.mail,
            short(&b.key)
        ),
    )
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

fn vault(b: &Vault, house: &House) -> (String, String) {
    let holders = people(house, b.holder.iter().copied());
    let (nl, en) = match b.owner {
        Owner::Partner(partner) => {
            let name = house.partner_name(partner);
            (format!("van {name}"), format!("of {name}"))
        }
        Owner::Case(case) => (format!("van casus {case}"), format!("of case {case}")),
    };
    let mut words = (
        format!(
            "De kluis {nl} krijgt een nieuwe sleutel (versie {}). Alleen deze mensen kunnen hem openen: {holders}.",
            b.generation
        ),
        format!(
            "The vault {en} gets a new key (generation {}). Only these people can open it: {holders}.",
            b.generation
        ),
    );
    if b.generation.0 > 1 {
        words.0.push_str("\nWat iemand al heeft gelezen of opgeslagen, kunt u niet terughalen.");
        words.1.push_str("\nWhat someone has read or saved already can't be recalled.");
    }
    words
}
