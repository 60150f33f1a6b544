//! What a statement says, in plain words, for the one who is about to sign it: all of it that means something.

pub mod case;
mod house;
mod mail;
mod meeting;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::protocol::case::CaseState;
use crate::protocol::directory::House;
use crate::protocol::id::{CaseNumber, Digest, MemberId, Moment, PartnerId, VaultId};
use crate::protocol::label::for_terminal;
use crate::protocol::refusal::Language;
use crate::protocol::statement::Statement;
use crate::protocol::words::{Owner, VaultGrant};
use crate::protocol::zone::shown;

use super::context::nl_en;
use super::trust::name_of;

/// What things are called: items and notes by what the statement names them by.
pub type Called = BTreeMap<Digest, String>;

/// By what people know whom and what a statement names. What is not known is shown by its id.
#[derive(Clone, Copy)]
pub struct Names<'a> {
    pub house: &'a House,
    pub cases: &'a BTreeMap<CaseNumber, Arc<CaseState>>,
    pub called: &'a Called,
}

/// A few plain sentences, a line each, safe for a terminal.
pub fn describe(statement: &Statement, names: Names<'_>, language: Language) -> String {
    let mut says = Says { names, language, lines: Vec::new() };
    house::words(statement, &mut says);
    case::words(&statement.body, &mut says);
    meeting::words(&statement.body, &mut says);
    mail::words(&statement.body, &mut says);
    if says.lines.is_empty() {
        let kind = statement.body.kind();
        says.line(format!("Een verklaring: {kind}."), format!("A statement: {kind}."));
    }
    says.lines.iter().flat_map(|line| line.lines()).map(for_terminal).collect::<Vec<_>>().join("\n")
}

/// The sentences, in one of two languages.
struct Says<'a> {
    names: Names<'a>,
    language: Language,
    lines: Vec<String>,
}

impl Says<'_> {
    fn line(&mut self, nl: impl Into<String>, en: impl Into<String>) {
        self.lines.push(match self.language {
            Language::Dutch => nl.into(),
            Language::English => en.into(),
        });
    }

    fn words<'t>(&self, nl: &'t str, en: &'t str) -> &'t str {
        nl_en(self.language, nl, en)
    }

    fn pick<'t>(&self, (nl, en): (&'t str, &'t str)) -> &'t str {
        nl_en(self.language, nl, en)
    }

    fn at(&self, moment: Moment) -> String {
        shown(moment, self.language)
    }

    fn partner(&self, partner: PartnerId) -> String {
        self.names.house.partner_name(partner)
    }

    fn people(&self, members: impl IntoIterator<Item = MemberId>) -> String {
        let names: Vec<_> = members.into_iter().map(|member| name_of(self.names.house, member)).collect();
        names.join(", ")
    }

    /// What something is called, or else the beginning of its id.
    fn called(&self, id: &Digest) -> String {
        self.names.called.get(id).cloned().unwrap_or_else(|| short(id))
    }

    /// `Melding (Politie, 41aa90b3c2d1)`, as far as it is known.
    fn item(&self, case: CaseNumber, id: &Digest) -> String {
        let state = self.names.cases.get(&case).and_then(|case| case.items.get(id));
        let supplier = state.map(|state| self.partner(state.item.supplier));
        let known = self.names.called.get(id).map(|title| format!("\"{title}\""));
        let title = known.or_else(|| Some(self.pick(case::item_kind(state?.item.kind)).to_owned()));
        let beside: Vec<String> = supplier.into_iter().chain([short(id)]).collect();
        match title {
            Some(title) => format!("{title} ({})", beside.join(", ")),
            None => short(id),
        }
    }

    fn items<'i>(&self, case: CaseNumber, ids: impl IntoIterator<Item = &'i Digest>) -> String {
        let items: Vec<String> = ids.into_iter().map(|id| self.item(case, id)).collect();
        if items.is_empty() { "-".to_owned() } else { items.join("; ") }
    }

    /// A roster by its meeting, if it is known.
    fn roster(&self, case: CaseNumber, id: &Digest) -> String {
        let roster = self.names.cases.get(&case).and_then(|case| case.rosters.get(id));
        let (number, meeting) = (self.words("lijst", "roster"), self.words("overleg", "meeting"));
        match roster {
            Some(roster) => {
                format!("{meeting} {}, {number} {} ({})", self.at(roster.date), roster.number, short(id))
            }
            None => format!("{number} {}", short(id)),
        }
    }

    /// Who can open what is sealed to these vaults: whose each is, and its holders.
    fn readers(&self, grants: impl IntoIterator<Item = VaultGrant>) -> String {
        let all: BTreeSet<_> = grants.into_iter().map(|grant| grant.vault).collect();
        let vault = |vault: &crate::protocol::words::VaultGeneration| {
            format!("{}/{}", self.vault(vault.vault), vault.generation)
        };
        if all.is_empty() { "-".to_owned() } else { all.iter().map(vault).collect::<Vec<_>>().join("; ") }
    }

    fn vault(&self, id: VaultId) -> String {
        let of_cases = self.names.cases.values().filter_map(|case| case.vault.as_ref());
        let vault = self.names.house.vaults.values().chain(of_cases).find(|vault| vault.vault == id);
        let owner = |owner: Owner| match owner {
            Owner::Partner(partner) => self.partner(partner),
            Owner::Case(case) => case.to_string(),
        };
        match (vault, self.names.house.vault_owners.get(&id)) {
            (Some(vault), _) => {
                format!("{} ({}) {id}", owner(vault.owner), self.people(vault.holders.keys().copied()))
            }
            (None, Some(known)) => format!("{} {id}", owner(*known)),
            (None, None) => id.to_string(),
        }
    }

    /// To whom a note is sealed, and what it says if that is known.
    fn note(&mut self, what: (&str, &str), note: &Digest, grants: &[VaultGrant]) {
        let readers = self.readers(grants.iter().copied());
        let says = self.names.called.get(note).map(|text| format!(" \"{}\"", text.replace('\n', " / ")));
        let says = says.unwrap_or_default();
        self.line(
            format!("{}{says}, verzegeld voor: {readers}.", what.0),
            format!("{}{says}, sealed for: {readers}.", what.1),
        );
    }
}

/// The beginning of a digest: enough to tell statements apart by eye.
pub fn short(digest: &Digest) -> String {
    hex::encode(&digest.0[..6])
}
