//! What vaults were given keys to, as far as the statements that one knows say so.

use std::collections::{BTreeMap, BTreeSet};

use super::VaultState;
use crate::protocol::case::CaseState;
use crate::protocol::history::History;
use crate::protocol::id::{CaseNumber, Digest, MemberId, Moment, VaultId};
use crate::protocol::item::ItemState;
use crate::protocol::statement::{Body, PartName, Statement, Vault};
use crate::protocol::words::{Owner, Signer};

type Parts = BTreeSet<(Digest, PartName)>;

/// The parts that each vault has keys to. An agenda that came with an `ask` is not among them: whom it was given to
/// is not shown that it was taken out.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// What was sealed to the vault itself.
    own: BTreeMap<VaultId, BTreeMap<CaseNumber, Parts>>,
    /// What a case's vault took over from the house's, which is named too.
    taken_over: BTreeMap<VaultId, (VaultId, CaseNumber, Parts)>,
    /// The vault of each generation's statement.
    generations: BTreeMap<Digest, VaultId>,
}

impl Given {
    /// Takes in the next statement, in the journal's order.
    pub fn add(&mut self, id: Digest, statement: &Statement) {
        if let Body::Vault(vault) = &statement.body {
            self.add_generation(id, vault, statement.by);
        }
        let Some(case) = statement.body.case() else { return };
        for part in statement.body.parts() {
            for grant in part.grants {
                let of_vault = self.own.entry(grant.vault.vault).or_default();
                of_vault.entry(case).or_default().insert((id, part.name));
            }
        }
    }

    fn add_generation(&mut self, id: Digest, new: &Vault, by: Signer) {
        self.generations.insert(id, new.vault);
        if by == Signer::Authority {
            // It carries nothing over.
            self.own.remove(&new.vault);
            self.taken_over.remove(&new.vault);
            return;
        }
        let (Owner::Case(case), 1) = (new.owner, new.generation.0) else { return };
        let of_house = new.predecessor.and_then(|before| self.generations.get(&before));
        let Some(of_house) = of_house.copied() else { return };
        let parts = self.own.get(&of_house).and_then(|cases| cases.get(&case)).cloned();
        self.taken_over.insert(new.vault, (of_house, case, parts.unwrap_or_default()));
    }

    /// What must be among a vault's headers, as far as one of its holders can know: what is still there, and of which
    /// that holder would be shown that it was taken out or withdrawn.
    pub fn due(&self, history: &History, vault: &VaultState, holder: MemberId, now: Moment) -> Parts {
        let house = &history.house;
        let reads = |vault: &VaultState| vault.read_by(house, holder, now);
        let of_house = house.house_partner().is_some_and(|partner| vault.owner == Owner::Partner(partner));
        // What happens in a case is shown to its directors: of one with a vault of its own, to the holders of that.
        let told = |case: &CaseState| !of_house || case.directors(house).is_ok_and(reads);
        let own = self.own.get(&vault.vault).into_iter().flatten();
        let own = own.filter(|(number, _)| history.cases.get(number).is_some_and(|case| told(case)));
        // What happened before that, to the holders of the house's.
        let before = self.taken_over.get(&vault.vault);
        let before = before.filter(|(before, ..)| house.vaults.get(before).is_some_and(reads));
        let all = own.chain(before.map(|(_, number, parts)| (number, parts)));
        let is_there = |number: &CaseNumber, id: Digest| {
            history.cases.get(number).is_some_and(|case| is_there(case, id, now))
        };
        all.flat_map(|(number, parts)| parts.iter().filter(move |(id, _)| is_there(number, *id)))
            .copied()
            .collect()
    }
}

/// Whether the hub must have a statement's parts still. From an item's last day on it may destroy it.
fn is_there(case: &CaseState, id: Digest, now: Moment) -> bool {
    let withdrawn = case.approvals.get(&id).is_some_and(|approval| approval.withdrawn);
    let over = |item: &ItemState| item.retracted || item.item.retention.ends() <= now;
    !withdrawn && !case.items.get(&id).is_some_and(over)
}
