//! A story that goes on at random: what each deed comes to when it is done.

mod case;
mod house;

use std::collections::BTreeMap;

use zegel::protocol::id::{Digest, MemberId};
use zegel::protocol::refusal::Refusal;
use zegel::protocol::statement::*;

use crate::deeds::{Deed, What, pick};
use crate::hub::{Hub, predecessor};
use crate::real::{Real, Signed};
use crate::story::*;

/// An id to fetch a bundle by that anybody could take.
pub const ANYBODYS: &str = "fetch id";

/// Who signs what.
pub type Says = (String, Body);

#[derive(Clone)]
pub struct Tale {
    pub story: Story,
    pub real: Real,
    /// What is on record, in order, with all that goes with it.
    pub recorded: Vec<Signed>,
    /// The names of keys, by the ticket that they are made with and by their cert.
    names: BTreeMap<Digest, String>,
    /// Slips and keys on record, with the name of the keys.
    slips: Vec<(String, Digest)>,
    keys: Vec<(String, Digest)>,
    /// Whose new keys come into force with the next directory.
    vouched: BTreeMap<String, (String, Digest)>,
    /// How many things were made so far.
    count: usize,
}

impl Tale {
    /// Goes on from a house that stands.
    pub fn of(house: &Story) -> Self {
        let real = Real::default();
        let recorded = house.told.iter().map(|told| real.signed(told.clone(), house)).collect();
        Self {
            story: house.clone(),
            real,
            recorded,
            names: BTreeMap::new(),
            slips: Vec::new(),
            keys: Vec::new(),
            vouched: BTreeMap::new(),
            count: 0,
        }
    }

    /// A deed, signed now; none where it can't even be written down.
    pub async fn signs(&mut self, hub: &Hub, deed: Deed) -> Option<Signed> {
        self.count += 1;
        self.story.case = pick(&self.cases(), deed.about.rotate_left(3));
        let (who, body) = self.body(deed)?;
        let body = match body {
            Body::Vault(vault) => self.with_set(hub, vault, &who, deed).await,
            body => body,
        };
        let statement = self.real.makes(&self.story.statement(&who, body))?;
        let key = match &statement.body {
            // A first key signs for itself.
            Body::Key(first) if first.previous.is_none() => &self.names[&first.cert],
            _ => self.story.key_of.get(&who).unwrap_or(&who),
        };
        let told = self.story.tells(statement, key);
        Some(self.real.signed(told, &self.story))
    }

    fn cases(&self) -> Vec<zegel::protocol::id::CaseNumber> {
        self.story.history.cases.keys().copied().collect()
    }

    fn body(&mut self, deed: Deed) -> Option<Says> {
        match deed.what {
            What::TimePasses | What::Again => None,
            What::Slip
            | What::FirstKey
            | What::NextKey
            | What::Bundle
            | What::Membership
            | What::Directory
            | What::Admission
            | What::Revocation
            | What::Suspension
            | What::Exclusion
            | What::Delivery
            | What::PartnerVault => self.of_house(deed),
            What::Case => self.new_case(deed),
            _ => self.story.case.and_then(|_| self.in_case(deed)),
        }
    }

    /// A generation carries over all that the one before opens, and nothing if it is the authority's, who can open
    /// nothing; now and then it is otherwise.
    async fn with_set(&mut self, hub: &Hub, vault: Vault, who: &str, deed: Deed) -> Body {
        let opens = hub.opens(&vault, predecessor(&self.story, &vault)).await;
        let all_but = match (who, deed.how % 8) {
            ("authority", 7) => 0,
            ("authority", _) => opens.len(),
            (_, how) => usize::from(how == 7).min(opens.len()),
        };
        self.real.carries_over(vault, opens, all_but).into()
    }

    /// Whoever may, or now and then anyone at all.
    fn one_of(&self, may: &[&str], deed: Deed) -> String {
        let anyone: Vec<&str> = PEOPLE.iter().map(|(name, ..)| *name).collect();
        let from = if deed.who.is_multiple_of(8) { &anyone[..] } else { may };
        pick(from, deed.who / 8).unwrap_or("Joris").to_owned()
    }

    /// What the story's own history says; what is good is true from now on.
    pub fn judges(&mut self, signed: &Signed) -> Result<(), Refusal> {
        self.story.tries_told(signed.told.clone())?;
        self.recorded.push(signed.clone());
        self.learns(signed.told.id, &signed.told.statement.body);
        Ok(())
    }

    /// Whether the hub may say no where history does not: it has the headers that a vault has to carry over, and the
    /// ids by which others fetch their bundles.
    pub fn is_for_the_hub(&self, signed: &Signed, deed: Deed, code: &str) -> bool {
        match &signed.told.statement.body {
            Body::Vault(_) => code == "incomplete-set" && deed.how % 8 == 7,
            Body::Bundle(bundle) => code == "not-allowed" && bundle.fetch == [named(ANYBODYS)],
            _ => false,
        }
    }

    fn learns(&mut self, id: Digest, body: &Body) {
        match body {
            Body::Slip(slip) => self.slips.push((self.names[&slip.ticket].clone(), id)),
            Body::Key(key) => self.keys.push((self.names[&key.cert].clone(), id)),
            Body::Membership(membership) => {
                let first = name_of(membership.member);
                self.story.remember(&format!("membership {first}"), id);
                let keys = self.keys.iter().find(|(_, key)| *key == membership.key);
                let keys = keys.cloned().map(|keys| (first, keys));
                self.vouched.extend(keys);
            }
            Body::Directory(_) => {
                for (first, (name, key)) in std::mem::take(&mut self.vouched) {
                    self.story.remember(&format!("key {first}"), key);
                    self.story.key_of.insert(first, name);
                }
            }
            Body::Admission(admission) => {
                let name = PARTNERS.iter().find(|(name, ..)| partner(name) == admission.partner);
                name.map(|(name, ..)| self.story.remember(&format!("admission {name}"), id));
            }
            _ => {}
        }
    }
}

/// The first name of a member.
pub fn name_of(id: MemberId) -> String {
    PEOPLE.iter().find(|(name, ..)| member(name) == id).map_or("Joris", |(name, ..)| name).to_owned()
}
