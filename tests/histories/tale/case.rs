//! Deeds in a case.

use std::collections::BTreeMap;

use zegel::protocol::case::{CaseState, may_follow};
use zegel::protocol::id::{Digest, MemberId};
use zegel::protocol::letter::kept_by;
use zegel::protocol::statement::*;
use zegel::protocol::words::*;

use super::{Says, Tale, name_of};
use crate::deeds::{Deed, What, pick};
use crate::story::*;

const DIRECTORS: &[&str] = &["Joris", "Mila"];

impl Tale {
    pub fn new_case(&mut self, deed: Deed) -> Option<Says> {
        let who = self.one_of(&["Sanne", "Hugo", "Bram"], deed);
        let mut case = self.story.history.house.next_case(self.story.now);
        case.count += u32::from(deed.how % 8 == 7);
        let kind = pick(CaseKind::ALL, deed.how)?;
        Some((who.clone(), Case { case, kind, partner: partner(works_for(&who)) }.into()))
    }

    fn state(&self) -> &CaseState {
        self.story.state()
    }

    pub fn in_case(&mut self, deed: Deed) -> Option<Says> {
        let house = &self.story.history.house;
        // Else the story has nothing to seal to.
        self.state().directors(house).ok()?;
        self.state().told_outcomes(house).ok()?;
        let director = self.one_of(DIRECTORS, deed);
        match deed.what {
            What::CaseVault => {
                let holders = &[&["Joris"][..], &["Joris", "Mila"], &["Mila"], &["Joris", "Sanne"]];
                let holders =
                    if deed.how.is_multiple_of(8) { holders[3] } else { holders[usize::from(deed.how) % 3] };
                Some((director, self.story.vault_of("case", holders).into()))
            }
            What::Phase => Some((director, self.phase(deed)?.into())),
            What::Referral | What::Contribution | What::OfTheDirector => self.item(deed),
            What::Retraction => {
                let (item, supplier) = self.some_item(deed)?;
                let who = self.one_of(&people_of(&supplier), deed);
                Some((who, Retraction { case: self.story.number(), item }.into()))
            }
            What::Letter | What::Invitation | What::Minutes => self.letter(deed),
            What::Reply => self.reply(deed),
            // All else has a vault of the case's own behind it.
            _ if self.state().vault.is_some() => self.at_meeting(deed, director),
            _ => None,
        }
    }

    fn phase(&self, deed: Deed) -> Option<PhaseChange> {
        let state = self.state();
        let next: Vec<Phase> = Phase::ALL
            .iter()
            .copied()
            .filter(|next| may_follow(state.kind, state.phase, *next))
            // A case should not end before much was done in it.
            .filter(|next| *next != Phase::Ended || deed.how % 16 == 1)
            .collect();
        let phase =
            if deed.how.is_multiple_of(16) { pick(Phase::ALL, deed.about) } else { pick(&next, deed.how) };
        Some(self.story.phase(phase?))
    }

    fn item(&mut self, deed: Deed) -> Option<Says> {
        let referrers = people_of(&self.state().partner);
        let (who, kind) = match deed.what {
            What::Referral => (self.one_of(&referrers, deed), ItemKind::Referral),
            What::Contribution => {
                (self.one_of(&["Femke", "Pieter", "Amrani", "Noor"], deed), ItemKind::Contribution)
            }
            _ => (self.one_of(DIRECTORS, deed), pick(ItemKind::ALL, deed.how)?),
        };
        self.story.history.house.vault_of(partner(works_for(&who)))?;
        let mut item = Item { kind, ..self.story.item(&who, &format!("item {}", self.count)) };
        match deed.how % 8 {
            0 => {
                item.director = Director::Label;
                item.grant_body.truncate(1);
            }
            1 => item.approval = ApprovalRule::Never,
            2 => drop(item.phase.remove(usize::from(deed.about) % 3)),
            3 => item.withheld = Withheld::Shown,
            _ => {}
        }
        Some((who, item.into()))
    }

    /// An item, and its supplier.
    fn some_item(&self, deed: Deed) -> Option<(Digest, zegel::protocol::id::PartnerId)> {
        let items = self.state().items.iter();
        let there = items.filter(|(_, state)| !state.retracted || deed.how.is_multiple_of(8));
        let items: Vec<_> = there.map(|(id, state)| (*id, state.item.supplier)).collect();
        pick(&items, deed.about)
    }

    /// The latest roster of a meeting, as a rule.
    fn some_roster(&self, deed: Deed) -> Option<Digest> {
        let latest: Vec<Digest> = self.state().latest.values().copied().collect();
        let all: Vec<Digest> = self.state().rosters.keys().copied().collect();
        pick(if deed.how.is_multiple_of(16) { &all } else { &latest }, deed.how)
    }

    fn some_reader(&self, roster: Digest, deed: Deed) -> Option<String> {
        let readers = self.state().rosters.get(&roster)?.participant.iter();
        let readers: Vec<String> = readers.map(|participant| name_of(participant.member)).collect();
        let anyone = PEOPLE[usize::from(deed.about) % PEOPLE.len()].0.to_owned();
        if deed.who.is_multiple_of(16) { Some(anyone) } else { pick(&readers, deed.about / 2) }
    }

    fn at_meeting(&mut self, deed: Deed, director: String) -> Option<Says> {
        let case = self.story.number();
        match deed.what {
            What::Roster => Some((director, self.roster(deed)?.into())),
            What::Ask => {
                let (roster, (_, supplier)) = (self.some_roster(deed)?, self.some_item(deed)?);
                let items = self.state().items.iter().filter(|(_, state)| state.item.supplier == supplier);
                let askable = items.filter(|(_, state)| !state.retracted || deed.how.is_multiple_of(8));
                let items: Vec<Digest> = askable.map(|(id, _)| *id).collect();
                let supplier = PARTNERS.iter().find(|(name, ..)| partner(name) == supplier)?.0;
                self.story.history.house.vault_of(partner(supplier))?;
                Some((director, self.story.ask(supplier, roster, &items).into()))
            }
            What::Approval => {
                let ((item, supplier), roster) = (self.some_item(deed)?, self.some_roster(deed)?);
                let who = self.one_of(&people_of(&supplier), deed);
                let reader = self.some_reader(roster, deed)?;
                Some((who, self.story.approval(item, roster, &reader).into()))
            }
            What::Refusal => {
                let ((item, supplier), roster) = (self.some_item(deed)?, self.some_roster(deed)?);
                let who = self.one_of(&people_of(&supplier), deed);
                self.story.history.house.vault_of(partner(works_for(&who)))?;
                let reader = self.some_reader(roster, deed)?;
                Some((who.clone(), self.story.no_approval(&who, item, roster, &[&reader]).into()))
            }
            What::Consultation => {
                let roster = self.some_roster(deed)?;
                let form = pick(ConsultationForm::ALL, deed.how)?;
                let referrer = self.one_of(&people_of(&self.state().partner), deed);
                let who = if form == ConsultationForm::Signed { referrer } else { director };
                Some((who, self.story.consultation(roster, form).into()))
            }
            What::Release => Some((director, self.release(deed)?.into())),
            What::Withdrawal => {
                let (item, supplier) = self.some_item(deed)?;
                let given = self.state().approvals.values().filter(|state| state.approval.item == item);
                let readers: Vec<MemberId> = given.map(|state| state.approval.reader).collect();
                let reader = pick(&readers, deed.how).unwrap_or(member("Noor"));
                let who = self.one_of(&people_of(&supplier), deed);
                Some((who, Withdrawal { case, item, reader: vec![reader] }.into()))
            }
            _ => None,
        }
    }

    fn roster(&self, deed: Deed) -> Option<Roster> {
        let tables =
            [&["Noor", "Daan"][..], &["Femke", "Noor", "Amrani"], &["Noor", "Bram"], &["Femke", "Pieter"]];
        let alone = [&["Noor", "Daan"][..], &["Femke", "Pieter"], &["Amrani"], &["Bram"]];
        let people = match self.state().phase {
            Phase::Triage if !deed.how.is_multiple_of(8) => alone[usize::from(deed.how / 2) % 4],
            _ => tables[usize::from(deed.how / 2) % 4],
        };
        let mut roster = self
            .story
            .roster_of(["table", "second table"][usize::from(deed.about.is_multiple_of(4))], people);
        let agendas = self.state().items.iter().filter(|(_, state)| state.item.kind == ItemKind::Agenda);
        let agendas: Vec<Digest> = agendas.map(|(id, _)| *id).collect();
        roster.agenda = pick(&agendas, deed.how).filter(|_| deed.how.is_multiple_of(2));
        roster.number.0 += u64::from(deed.how % 16 == 15);
        Some(roster)
    }

    /// What was approved for a reader of a roster, and agendas of the house's own.
    fn release(&self, deed: Deed) -> Option<Release> {
        let roster = self.some_roster(deed)?;
        let reader = self.some_reader(roster, deed)?;
        let given = self.state().approvals.iter().filter(|(_, state)| {
            let (approval, strict) = (&state.approval, deed.how % 8 != 1);
            let right = approval.roster == roster && approval.reader == member(&reader) && !state.withdrawn;
            right || !strict
        });
        let approved: BTreeMap<Digest, Digest> =
            given.map(|(id, state)| (state.approval.item, *id)).collect();
        let approved: Vec<(Digest, Digest)> = approved.into_iter().collect();
        let of_house = partner(works_for("Joris"));
        let own = self.state().items.iter().filter(|(_, state)| state.item.supplier == of_house);
        let own: Vec<Digest> = own.filter(|(_, state)| !state.retracted).map(|(id, _)| *id).collect();
        let own = if deed.how.is_multiple_of(2) { own } else { Vec::new() };
        let mut release = self.story.release(roster, &reader, &approved, &own);
        release.gaps.0 += u64::from(deed.how % 16 == 15);
        Some(release)
    }

    fn letter(&mut self, deed: Deed) -> Option<Says> {
        let to = PEOPLE[usize::from(deed.about) % PEOPLE.len()].0;
        let key = self.story.history.house.members.get(&member(to))?.key;
        let who = self.one_of(&["Joris", "Mila", "Sanne"], deed);
        self.can_keep(&[&who])?;
        let (kind, roster) = (self.letter_kind(deed), self.some_roster(deed));
        let mut letter = Letter { key, ..self.story.letter(&who, kind, to) };
        match kind {
            LetterKind::Invitation | LetterKind::Cancellation => {
                letter.roster = Some(roster?);
                letter.sequence = Some(Number(u64::from(deed.how % 4)));
            }
            LetterKind::Minutes => {
                let minutes = self.state().items.iter().filter(|(_, s)| s.item.kind == ItemKind::Minutes);
                let minutes: Vec<Digest> = minutes.map(|(id, _)| *id).collect();
                (letter.roster, letter.item) = (Some(roster?), Some(pick(&minutes, deed.how)?));
            }
            LetterKind::Request | LetterKind::Message => {}
        }
        let sealed_for = self.story.key_of.get(to).cloned().unwrap_or_else(|| to.to_owned());
        letter.message = self.real.mail(&self.story, &who, to, &sealed_for)?;
        Some((who, letter.into()))
    }

    fn letter_kind(&self, deed: Deed) -> LetterKind {
        match deed.what {
            What::Invitation if deed.how % 8 < 6 => LetterKind::Invitation,
            What::Invitation => LetterKind::Cancellation,
            What::Minutes => LetterKind::Minutes,
            _ if deed.how.is_multiple_of(2) => LetterKind::Message,
            _ => LetterKind::Request,
        }
    }

    fn reply(&mut self, deed: Deed) -> Option<Says> {
        let letters = self.state().letters.iter();
        let letters: Vec<_> = letters.map(|(id, state)| (*id, state.letter.to, state.by)).collect();
        let (letter, to, by) = pick(&letters, deed.about)?;
        let who = self.one_of(&[&name_of(to)], deed);
        self.can_keep(&[&who, &name_of(by)])?;
        self.story.history.house.vault_of(partner(works_for(&who)))?;
        self.state().vault.as_ref()?;
        Some((who.clone(), self.story.reply(&who, letter).into()))
    }

    /// Whether there are vaults to seal a copy to.
    fn can_keep(&self, people: &[&str]) -> Option<()> {
        let partners: Vec<_> = people.iter().map(|name| partner(works_for(name))).collect();
        kept_by(&self.story.history.house, self.state(), &partners).ok().map(drop)
    }
}

/// Everyone who works for a partner.
fn people_of(id: &zegel::protocol::id::PartnerId) -> Vec<&'static str> {
    let people = PEOPLE.iter().filter(|(_, _, works_for, _)| partner(works_for) == *id);
    people.map(|(name, ..)| *name).collect()
}
