//! What the authority signed and still stands for. Nothing in it is secret.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::HubKeys;
use crate::client::as_text;
use crate::client::batch::{Batch, as_base64};
use crate::client::error::Result;
use crate::protocol::directory::House;
use crate::protocol::id::{Digest, MemberId, Moment, PartnerId};
use crate::protocol::refusal::Refusal;
use crate::protocol::statement::{Admission, Body, Membership, Statement};
use crate::protocol::words::{MailAddress, Name, Seen};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// The number of the last directory.
    pub directory: u64,
    /// Each partner's latest admission, as signed.
    pub partners: BTreeMap<PartnerId, String>,
    pub members: BTreeMap<MemberId, MemberEntry>,
    pub revocations: Vec<Revoked>,
    pub exclusions: BTreeMap<PartnerId, Digest>,
    pub hub: Option<HubKeys>,
    /// The last checkpoint: size and root.
    pub seen: Option<String>,
    /// The number of the last batch file whose statements stand here.
    #[serde(default)]
    pub noted: u64,
}

/// A person, from the slip on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberEntry {
    pub partner: PartnerId,
    #[serde(with = "as_text")]
    pub name: Name,
    #[serde(with = "as_text")]
    pub mail: MailAddress,
    pub slips: Vec<Digest>,
    /// The key that is vouched for, and its cert as it stood in the `key` statement.
    pub key: Option<Digest>,
    #[serde(with = "as_base64")]
    pub cert: Vec<u8>,
    /// Every key that was ever vouched for.
    #[serde(default)]
    pub keys: BTreeSet<Digest>,
    /// The latest membership, as signed.
    pub membership: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revoked {
    pub key: Digest,
    pub statement: Digest,
}

impl MemberEntry {
    pub fn new(partner: PartnerId, name: Name, mail: MailAddress) -> Self {
        let (slips, cert, keys) = (Vec::new(), Vec::new(), BTreeSet::new());
        Self { partner, name, mail, slips, key: None, cert, keys, membership: None }
    }
}

fn admission_of(text: &str) -> Option<Admission> {
    match Statement::parse(text.as_bytes()).ok()?.body {
        Body::Admission(admission) => Some(admission),
        _ => None,
    }
}

fn membership_of(text: &str) -> Option<Membership> {
    match Statement::parse(text.as_bytes()).ok()?.body {
        Body::Membership(membership) => Some(membership),
        _ => None,
    }
}

impl Register {
    pub fn seen(&self) -> Result<Option<Seen>> {
        Ok(self.seen.as_deref().map(str::parse).transpose()?)
    }

    pub fn member(&self, member: MemberId) -> Result<&MemberEntry> {
        Ok(self.members.get(&member).ok_or(Refusal::UnknownMember)?)
    }

    /// By id, mail address or name.
    pub fn member_named(&self, text: &str) -> Result<MemberId> {
        let is = |(id, entry): &(&MemberId, &MemberEntry)| {
            id.to_string() == text || entry.mail.to_string() == text || entry.name.as_str() == text
        };
        let mut found = self.members.iter().filter(is);
        match (found.next(), found.next()) {
            (Some((id, _)), None) => Ok(*id),
            _ => Err(Refusal::UnknownMember.into()),
        }
    }

    /// Someone with a new slip, who may have a new name too.
    pub fn add_slip(&mut self, member: MemberId, slip: Digest, entry: MemberEntry) {
        let known = self.members.entry(member).or_insert_with(|| entry.clone());
        (known.name, known.mail) = (entry.name, entry.mail);
        known.slips.push(slip);
    }

    pub fn admissions(&self) -> Vec<Digest> {
        self.partners.values().map(|text| Digest::of(text.as_bytes())).collect()
    }

    /// Whether this authority revoked a key.
    pub fn is_revoked(&self, key: Digest) -> bool {
        self.revocations.iter().any(|revoked| revoked.key == key)
    }

    /// A member's keys that count still, or could be made to.
    ///
    /// # Errors
    /// No key was vouched for (`key-unknown`), or each was revoked (`revoked`).
    pub fn keys_to_revoke(&self, member: MemberId) -> Result<Vec<Digest>> {
        let entry = self.member(member)?;
        let all: BTreeSet<Digest> = entry.keys.iter().copied().chain(entry.key).collect();
        let left: Vec<Digest> = all.iter().copied().filter(|key| !self.is_revoked(*key)).collect();
        match (all.is_empty(), left.is_empty()) {
            (true, _) => Err(Refusal::KeyUnknown.into()),
            (false, true) => Err(Refusal::Revoked.into()),
            (false, false) => Ok(left),
        }
    }

    /// Notes what stands in a batch that was written, where a crash came before it was noted. Of the cert there
    /// is only the certified one then, with the same keys.
    pub fn note_batch(&mut self, number: u64, batch: &Batch) -> Result<()> {
        for signed in &batch.entries {
            let statement = signed.parse().map_err(Refusal::from)?;
            if let Body::Membership(b) = &statement.body
                && let Some(entry) = self.members.get_mut(&b.member)
                && entry.key != Some(b.key)
            {
                let cert = batch.attachment(b.certified).unwrap_or_default().to_vec();
                (entry.key, entry.cert) = (Some(b.key), cert);
            }
            self.note(&statement);
        }
        self.noted = self.noted.max(number);
        Ok(())
    }

    /// The memberships that the next directory lists.
    pub fn memberships_in_force(&self, now: Moment) -> Vec<Digest> {
        let in_force =
            |text: &&String| membership_of(text).is_some_and(|m| now < m.until && !self.is_revoked(m.key));
        let texts = self.members.values().filter_map(|entry| entry.membership.as_ref());
        texts.filter(in_force).map(|text| Digest::of(text.as_bytes())).collect()
    }

    /// Notes what was signed.
    pub fn note(&mut self, statement: &Statement) {
        let (id, text) = (statement.id(), statement.to_text());
        match &statement.body {
            Body::Admission(b) => {
                self.partners.insert(b.partner, text);
            }
            Body::Membership(b) => {
                if let Some(entry) = self.members.get_mut(&b.member) {
                    entry.membership = Some(text);
                    entry.keys.insert(b.key);
                }
            }
            Body::Revocation(b) => {
                let revoked = Revoked { key: b.key, statement: id };
                if !self.revocations.contains(&revoked) {
                    self.revocations.push(revoked);
                }
            }
            Body::Exclusion(b) => {
                self.exclusions.insert(b.partner, id);
            }
            Body::Directory(b) => self.directory = self.directory.max(b.number.0),
            _ => {}
        }
    }

    /// Gives a house the names that are known here.
    pub fn name(&self, house: &mut House) {
        for admission in self.partners.values().filter_map(|text| admission_of(text)) {
            house.partners.insert(admission.partner, Arc::new(admission));
        }
        let memberships = self.members.values().filter_map(|entry| entry.membership.as_ref());
        for membership in memberships.filter_map(|text| membership_of(text)) {
            house.members.insert(membership.member, Arc::new(membership));
        }
    }
}
