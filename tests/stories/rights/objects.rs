//! What can be asked about: the statements, vaults, letters and uploads of the house, each with a name for the table
//! and with one of its kind that never was.

use std::collections::BTreeSet;

use zegel::protocol::id::Digest;
use zegel::protocol::statement::{Body, PartName, Statement};
use zegel::protocol::words::{Owner, Signer};

use super::house::House;

/// Something in a path.
pub struct Object {
    pub name: String,
    pub id: String,
    /// Of the same form, and of nothing.
    pub never: String,
}

/// A statement that never was.
pub fn never() -> String {
    Digest::of(b"never was").to_string()
}

fn object(name: impl Into<String>, id: impl ToString) -> Object {
    Object { name: name.into(), id: id.to_string(), never: never() }
}

/// Items, by the names that the house gave them.
pub fn items(house: &House) -> Vec<Object> {
    named(house, |body| matches!(body, Body::Item(_)))
}

pub fn letters(house: &House) -> Vec<Object> {
    let mut letters = named(house, |body| matches!(body, Body::Letter(_)));
    // What is there but is no letter, is no letter to who sees it either.
    letters.push(object("the report, which is no letter", house.named["the report"]));
    letters
}

fn named(house: &House, is: impl Fn(&Body) -> bool) -> Vec<Object> {
    let of_kind = |id: &Digest| house.statements.iter().any(|(known, s)| known == id && is(&s.body));
    house.named.iter().filter(|(_, id)| of_kind(id)).map(|(name, id)| object(*name, id)).collect()
}

pub fn vaults(house: &House) -> Vec<Object> {
    let stage = &house.play.stage;
    let of = |is: &dyn Fn(&Statement) -> bool| {
        let vault = |s: &Statement| match &s.body {
            Body::Vault(vault) if is(s) => Some((vault.vault, vault.owner)),
            _ => None,
        };
        house.statements.iter().find_map(|(_, s)| vault(s)).unwrap().0
    };
    let owned = |owner: Owner| of(&|s| matches!(&s.body, Body::Vault(vault) if vault.owner == owner));
    let made_by = |who: &str| of(&|s| s.by == Signer::Member(stage.member(who).unwrap()));
    [
        ("the supplier's", made_by("femke")),
        ("the house's", made_by("joris")),
        ("the case's", owned(Owner::Case(house.case))),
        ("the other case's", owned(Owner::Case(house.other))),
    ]
    .map(|(name, id)| Object { never: "vlt_0000000000000000".to_owned(), ..object(name, id) })
    .into()
}

/// Statements with each of their parts; those that have none are asked for one all the same.
pub fn parts(house: &House) -> Vec<(Object, PartName)> {
    let mut parts = Vec::new();
    let named = house.named.iter().map(|(name, id)| ((*name).to_owned(), *id));
    for (name, id) in named.chain(others(house)) {
        let (_, statement) = house.statements.iter().find(|(known, _)| *known == id).unwrap();
        let mut own: Vec<PartName> = statement.body.parts().iter().map(|part| part.name).collect();
        if own.is_empty() || name == "the report" {
            own.push(PartName::Grounds);
        }
        parts.extend(own.into_iter().map(|part| (object(name.clone(), id), part)));
    }
    every_part_is_among(house, &parts);
    parts
}

/// Statements of the first case that have no name yet.
fn others(house: &House) -> Vec<(String, Digest)> {
    let member = |who: &str| house.play.stage.member(who).unwrap();
    let report = house.named["the report"];
    let find = |name: &str, is: &dyn Fn(&Body) -> bool| {
        let here = |s: &Statement| s.body.case().is_none_or(|case| case == house.case);
        let found = house.statements.iter().find(|(_, s)| here(s) && is(&s.body));
        (name.to_owned(), found.unwrap_or_else(|| panic!("no {name}")).0)
    };
    let approved = |body: &Body, who: &str| matches!(body, Body::Approval(b) if b.item == report && b.reader == member(who));
    vec![
        find("the membership", &|body| matches!(body, Body::Membership(_))),
        find("the case", &|body| matches!(body, Body::Case(_))),
        find(
            "the case's vault",
            &|body| matches!(body, Body::Vault(b) if b.owner == Owner::Case(house.case)),
        ),
        find("the phase", &|body| matches!(body, Body::PhaseChange(_))),
        find("the first roster", &|body| matches!(body, Body::Roster(b) if b.number.0 == 1)),
        find("the second roster", &|body| matches!(body, Body::Roster(b) if b.number.0 == 2)),
        find("the ask", &|body| matches!(body, Body::Ask(b) if b.item.contains(&report))),
        find("the approval for the reader", &|body| approved(body, "noor")),
        find("the approval that was withdrawn", &|body| approved(body, "amrani")),
        find("the refusal", &|body| matches!(body, Body::NoApproval(_))),
        find("the consultation", &|body| matches!(body, Body::Consultation(_))),
        find("the reader's release", &|body| matches!(body, Body::Release(b) if b.reader == member("noor"))),
        find("the withdrawal", &|body| matches!(body, Body::Withdrawal(_))),
        find("the retraction", &|body| matches!(body, Body::Retraction(_))),
    ]
}

/// A kind that begins to carry a sealed part needs a statement of it in this house.
fn every_part_is_among(house: &House, parts: &[(Object, PartName)]) {
    let kind_of = |id: &str| {
        let (_, statement) = house.statements.iter().find(|(known, _)| known.to_string() == id).unwrap();
        statement.body.kind()
    };
    let asked: BTreeSet<_> = parts.iter().map(|(object, part)| (kind_of(&object.id), *part)).collect();
    for (_, statement) in &house.statements {
        for part in statement.body.parts() {
            let kind = statement.body.kind();
            assert!(asked.contains(&(kind, part.name)), "nobody asks for the {} of a {kind}", part.name);
        }
    }
    let every = asked.iter().map(|(_, part)| *part).collect::<BTreeSet<_>>().len();
    assert_eq!(every, 8, "some part is in no statement of this house");
}
