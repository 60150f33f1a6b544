//! What was verified last, and all that was shown: the hub must never show less, or other, than this.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::protocol::id::{CaseNumber, Digest, VaultId};
use crate::protocol::journal::JournalPublicKey;

/// `trust.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remembered {
    pub size: u64,
    pub root: Digest,
    /// The signed note, as evidence; empty if it came with the keys, from a recovery.
    pub note: String,
    pub journal_key: Option<JournalPublicKey>,
    /// The newest directory's number and statement.
    pub directory: u64,
    pub directory_id: Digest,
    /// The `key` statement of mine that was in force.
    pub key: Option<Digest>,
    #[serde(default)]
    pub shown: Shown,
    /// What I signed and the hub said it recorded, until it was seen in the journal; with its case.
    #[serde(default)]
    pub sent: BTreeMap<Digest, Option<CaseNumber>>,
}

/// The statements that were shown to the member. Absence proves nothing by itself, but what was there can't
/// go away: a vault's newer generation, a suspension, a withdrawal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    /// Those of no case: shown to all, for good.
    pub house: BTreeSet<Digest>,
    pub cases: BTreeMap<CaseNumber, ShownCase>,
}

/// The statements of a case, by why they were shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShownCase {
    /// To the member itself or its partner, so for good.
    pub always: BTreeSet<Digest>,
    /// To whoever holds a vault, for as long as the member does.
    pub vaults: BTreeMap<VaultId, BTreeSet<Digest>>,
}

/// What was verified last, as it travels in a key bundle: who recovers the keys holds the hub to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pins {
    pub size: u64,
    pub root: Digest,
    pub directory: u64,
    pub directory_id: Digest,
}

impl Remembered {
    pub fn pins(&self) -> Pins {
        let Self { size, root, directory, directory_id, .. } = *self;
        Pins { size, root, directory, directory_id }
    }

    /// All that is left after a recovery.
    pub fn of_pins(pins: Pins) -> Self {
        let Pins { size, root, directory, directory_id } = pins;
        let (note, journal_key, key) = (String::new(), None, None);
        let (shown, sent) = (Shown::default(), BTreeMap::new());
        Self { size, root, note, journal_key, directory, directory_id, key, shown, sent }
    }
}

impl Shown {
    /// Adds what was shown now. Nothing is ever taken out.
    pub fn extend(&mut self, now: Self) {
        self.house.extend(now.house);
        for (number, case) in now.cases {
            let known = self.cases.entry(number).or_default();
            known.always.extend(case.always);
            for (vault, ids) in case.vaults {
                known.vaults.entry(vault).or_default().extend(ids);
            }
        }
    }
}
