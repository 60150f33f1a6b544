//! What a client believes: nothing that the hub shows, before all of it is proven.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::clock::Clock;
use crate::protocol::case::CaseState;
use crate::protocol::directory::House;
use crate::protocol::history::History;
use crate::protocol::id::{CaseNumber, Digest, MemberId, Moment, PartnerId};
use crate::protocol::refusal::Refusal;
use crate::protocol::statement::{Membership, Statement};
use crate::protocol::vault::VaultState;
use crate::protocol::words::Seen;

use super::error::Result;
use super::home::Home;
use super::remote::Remote;

/// Why what the hub showed was not believed. Each means: nothing of it was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrustError {
    /// A statement is not what may have been signed.
    Statement { id: Digest, refusal: Refusal },
}

impl TrustError {
    pub fn code(&self) -> &'static str {
        todo!()
    }

    /// In Dutch and in English.
    pub fn sentences(&self) -> (String, String) {
        todo!()
    }
}

/// A statement that was proven to be on record.
#[derive(Clone, Debug)]
pub struct Known {
    pub id: Digest,
    pub leaf: u64,
    /// When the hub recorded it.
    pub at: Moment,
    pub statement: Statement,
    pub signature: Vec<u8>,
}

/// All that was proven: the house, and the cases that were loaded.
pub struct World {
    pub history: History,
    /// The last checkpoint, as statements name it.
    pub seen: Seen,
    /// When this was fetched.
    pub now: Moment,
    pub me: MemberId,
    known: BTreeMap<Digest, Known>,
}

impl World {
    /// Fetches and verifies who is who, and remembers what was seen.
    pub async fn house_of(home: &Home, remote: &Remote, clock: &dyn Clock) -> Result<Self> {
        let _ = (home, remote, clock);
        todo!()
    }

    /// Fetches and verifies what the member may see of a case, and remembers what was seen.
    pub async fn load_case(
        &mut self,
        home: &Home,
        remote: &Remote,
        number: CaseNumber,
    ) -> Result<Arc<CaseState>> {
        let _ = (home, remote, number);
        todo!()
    }

    pub fn house(&self) -> &House {
        &self.history.house
    }

    /// A case that was loaded.
    pub fn case(&self, number: CaseNumber) -> Result<Arc<CaseState>> {
        Ok(self.history.cases.get(&number).cloned().ok_or(Refusal::UnknownCase)?)
    }

    /// A statement that was proven.
    pub fn statement(&self, id: Digest) -> Option<&Known> {
        self.known.get(&id)
    }

    /// All statements of a case that were proven, in the order of the journal.
    pub fn statements_of(&self, case: CaseNumber) -> Vec<&Known> {
        let mut all: Vec<_> =
            self.known.values().filter(|known| known.statement.body.case() == Some(case)).collect();
        all.sort_by_key(|known| known.leaf);
        all
    }

    /// My membership, if it is in force.
    pub fn my_membership(&self) -> Result<&Membership> {
        Ok(self.house().member(self.me, self.now)?)
    }

    /// The partner that I work for.
    pub fn my_partner(&self) -> Result<PartnerId> {
        Ok(self.my_membership()?.partner)
    }

    /// My partner's vault. Refuses if there is none, or if I don't hold it.
    pub fn my_vault(&self) -> Result<&VaultState> {
        let vault = self.house().vault_of(self.my_partner()?).ok_or(Refusal::NoVault)?;
        vault.require_holder(self.house(), self.me)?;
        Ok(vault)
    }

    /// Someone in the directory, by membership id, mail address or name. Refuses an ambiguous name.
    pub fn member_named(&self, text: &str) -> Result<&Membership> {
        let _ = text;
        todo!()
    }

    /// A partner in the directory, by id or name.
    pub fn partner_named(&self, text: &str) -> Result<PartnerId> {
        let _ = text;
        todo!()
    }

    /// `Femke de Boer (Politie)`, or the id of someone who is not in the directory.
    pub fn name_of(&self, member: MemberId) -> String {
        let _ = member;
        todo!()
    }
}
