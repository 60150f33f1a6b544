//! Deeds of the house: who is who, and vaults.

use zegel::protocol::id::Digest;
use zegel::protocol::statement::*;
use zegel::protocol::words::*;

use super::{ANYBODYS, Says, Tale};
use crate::deeds::{Deed, What, pick};
use crate::story::*;

/// To whom things happen, so that others can go on.
const UNLUCKY: &[&str] = &["Daan", "Pieter", "Iris", "Hugo", "Lotte", "Bram"];

impl Tale {
    pub fn of_house(&mut self, deed: Deed) -> Option<Says> {
        let someone = PEOPLE[usize::from(deed.about) % PEOPLE.len()].0;
        let house = &self.story.history.house;
        let body: Body = match deed.what {
            What::Slip => self.slip(someone, deed).into(),
            What::FirstKey => return self.first_key(deed),
            What::NextKey => return self.next_key(someone, deed),
            What::Bundle => return Some(self.bundle(deed)),
            What::Membership => self.membership(deed)?.into(),
            What::Directory => self.directory(deed).into(),
            What::Admission => self.admission(deed)?.into(),
            What::Revocation => {
                let unlucky = member(pick(UNLUCKY, deed.about)?);
                let known = house.keys.iter().filter(|(_, state)| state.member == unlucky);
                let keys: Vec<Digest> = known.map(|(id, _)| *id).collect();
                let reason = pick(RevocationReason::ALL, deed.how)?;
                Revocation { member: unlucky, key: pick(&keys, deed.how)?, reason }.into()
            }
            What::Suspension => {
                let until = self.story.now.plus(i64::from(deed.how % 3) * DAY - DAY);
                let (who, unlucky) = (self.one_of(&["Ellen"], deed), pick(UNLUCKY, deed.about)?);
                return Some((who, Suspension { member: member(unlucky), until }.into()));
            }
            What::Exclusion => Exclusion { partner: partner(expendable(deed).0) }.into(),
            What::Delivery => {
                let (way, language) =
                    (pick(DeliveryWay::ALL, deed.how)?, pick(LanguageWord::ALL, deed.how / 2)?);
                return Some((someone.to_owned(), Delivery { way, language }.into()));
            }
            _ => return self.partner_vault(deed),
        };
        Some(("authority".to_owned(), body))
    }

    /// The name of somebody's next keys: there are a few for each.
    fn keys_name(&mut self, someone: &str, deed: Deed) -> String {
        let name = match someone == NEWCOMER && deed.how.is_multiple_of(2) {
            true => someone.to_owned(),
            false => format!("{someone} {}", 2 + deed.how % 5),
        };
        self.names.insert(keys(&name).cert.public().digest(), name.clone());
        name
    }

    fn slip(&mut self, someone: &str, deed: Deed) -> Slip {
        let name = self.keys_name(someone, deed);
        let slip = self.story.slip(&name);
        self.names.insert(slip.ticket, name);
        slip
    }

    fn first_key(&self, deed: Deed) -> Option<Says> {
        let (name, slip) = pick(&self.slips, deed.about)?;
        let first = name.split(' ').next()?.to_owned();
        Some((first, self.story.first_key(&name, slip).into()))
    }

    fn next_key(&mut self, someone: &str, deed: Deed) -> Option<Says> {
        let is_there = self.story.history.house.listed_members.contains_key(&member(someone));
        let name = self.keys_name(someone, deed);
        (is_there && someone != NEWCOMER).then(|| (someone.to_owned(), self.story.next_key(&name).into()))
    }

    fn bundle(&mut self, deed: Deed) -> Says {
        let who = self.one_of(&["Femke", "Noor", "Joris"], deed);
        let next = self.story.history.house.bundles.get(&member(&who)).map_or(1, |number| number + 1);
        let number = if deed.how.is_multiple_of(8) { u64::from(deed.how) } else { next };
        let digest = self.real.keeps(format!("bundle {number} of {who}").into_bytes());
        // Some keep theirs under an id of their own, some under one that anybody could take.
        let fetch = vec![named(if deed.how.is_multiple_of(4) { ANYBODYS } else { &who })];
        (who, Bundle { number: Number(number), digest, fetch }.into())
    }

    /// Of the last key on record, as a rule.
    fn membership(&self, deed: Deed) -> Option<Membership> {
        let (name, key) = match deed.how % 4 {
            0 => pick(&self.keys, deed.about)?,
            _ => self.keys.last()?.clone(),
        };
        let mut membership = self.story.membership(&name, key);
        if deed.how % 16 == 15 {
            membership.until = self.story.now.plus(2 * DAY);
        }
        Some(membership)
    }

    /// The next one; or without somebody, or with a number that is not the next.
    fn directory(&self, deed: Deed) -> Directory {
        let mut directory = self.story.directory();
        match deed.how % 16 {
            0 => {
                let without = self.story.membership_statement(UNLUCKY[usize::from(deed.about) % 4]);
                directory.membership.retain(|id| *id != without);
            }
            1 => directory.number = Number(u64::from(deed.about)),
            2 => directory.until = self.story.now.plus(2 * DAY),
            _ => {}
        }
        directory
    }

    fn admission(&self, deed: Deed) -> Option<Admission> {
        let (name, kind, _) = expendable(deed);
        let standing = pick(Standing::ALL, deed.how)?;
        Some(Admission { partner: partner(name), name: name.parse().ok()?, kind, standing })
    }

    fn partner_vault(&self, deed: Deed) -> Option<Says> {
        let (owner, ..) = a_partner(deed);
        let people = PEOPLE.iter().filter(|(_, _, partner, _)| *partner == owner);
        let people: Vec<&str> = people.map(|(name, ..)| *name).collect();
        let who = self.one_of(&people, deed);
        let holds = |place: &usize| deed.how >> (place % 8) & 1 == 0;
        let mut holders: Vec<&str> = (0..people.len()).filter(holds).map(|place| people[place]).collect();
        if holders.is_empty() {
            holders.push(&who);
        }
        let who = if deed.who % 16 == 1 { "authority".to_owned() } else { who.clone() };
        Some((who, self.story.vault_of(owner, &holders).into()))
    }
}

fn a_partner(deed: Deed) -> (&'static str, PartnerKind, Standing) {
    PARTNERS[usize::from(deed.about) % PARTNERS.len()]
}

/// One that is not needed for cases to go on.
fn expendable(deed: Deed) -> (&'static str, PartnerKind, Standing) {
    let all: Vec<_> = PARTNERS.iter().filter(|(name, ..)| ["Reclassering", "Vijf"].contains(name)).collect();
    *all[usize::from(deed.about) % all.len()]
}
