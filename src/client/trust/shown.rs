//! What was shown once must be shown again. A hub could else leave out a vault's newer generation, a
//! suspension or a withdrawal, and all that remains would still be proven.

use std::collections::{BTreeMap, BTreeSet};

use super::{Known, TrustError};
use crate::client::home::{Remembered, Shown, ShownCase};
use crate::protocol::case::{Audience, CaseState};
use crate::protocol::history::History;
use crate::protocol::id::{CaseNumber, Digest, MemberId, Moment, VaultId};

/// Who may see each statement, as far as the statements that are known say so.
pub type Audiences = BTreeMap<Digest, BTreeSet<Audience>>;

/// Refuses what lacks something that was shown before, or that the hub said it recorded. `asked` are the cases of
/// which all was asked for: of one that was shown, the hub can't show nothing.
pub fn require_all(
    remembered: &Remembered,
    history: &History,
    known: &BTreeMap<Digest, Known>,
    asked: &BTreeSet<CaseNumber>,
    me: MemberId,
    now: Moment,
) -> Result<(), TrustError> {
    let is_missing = |id: &&Digest| !known.contains_key(*id);
    let of_house = remembered.shown.house.iter();
    let fetched: BTreeSet<&CaseNumber> = history.cases.keys().chain(asked).collect();
    let of_cases = fetched.into_iter().flat_map(|number| {
        let (shown, case) = (remembered.shown.cases.get(number), history.cases.get(number));
        shown.into_iter().flat_map(move |shown| must_show(shown, history, case.map(|case| &**case), me, now))
    });
    if let Some(id) = of_house.chain(of_cases).find(is_missing) {
        return Err(TrustError::HeldBack { id: *id });
    }
    let sent = remembered.sent.iter().filter(|(_, case)| shows_own(history, **case, asked, me, now));
    let ids: Vec<Digest> = sent.map(|(id, _)| id).filter(is_missing).copied().collect();
    if ids.is_empty() { Ok(()) } else { Err(TrustError::NotKept { ids }) }
}

/// What of a case must be there still: what was shown by a vault only if the member still reads by that.
fn must_show<'a>(
    shown: &'a ShownCase,
    history: &'a History,
    case: Option<&'a CaseState>,
    me: MemberId,
    now: Moment,
) -> impl Iterator<Item = &'a Digest> {
    let read = shown.vaults.iter().filter(move |(vault, _)| reads_by(history, case, **vault, me, now));
    shown.always.iter().chain(read.flat_map(|(_, ids)| ids))
}

fn reads_by(history: &History, case: Option<&CaseState>, vault: VaultId, me: MemberId, now: Moment) -> bool {
    let of_case = case.and_then(|case| case.vault.as_ref()).filter(|of_case| of_case.vault == vault);
    let vault = of_case.or_else(|| history.house.vaults.get(&vault));
    vault.is_some_and(|vault| vault.read_by(&history.house, me, now))
}

/// Whether the hub must show the member its own statements there. In a case that was not fetched it need not
/// now; and what someone of the house signs in a case is shown to the directors' vault only. Of a case that was asked for
/// and of which nothing came, the hub swallowed the referral itself.
fn shows_own(
    history: &History,
    case: Option<CaseNumber>,
    asked: &BTreeSet<CaseNumber>,
    me: MemberId,
    now: Moment,
) -> bool {
    let (Some(number), house) = (case, &history.house) else { return true };
    let of_house = house.partner_of(me) == house.house_partner();
    match history.cases.get(&number) {
        Some(case) => !of_house || case.directors(house).is_ok_and(|vault| vault.read_by(house, me, now)),
        None => asked.contains(&number) && !of_house,
    }
}

/// What was shown now, and why.
pub fn shown(
    history: &History,
    known: &BTreeMap<Digest, Known>,
    audiences: &Audiences,
    me: MemberId,
    now: Moment,
) -> Shown {
    let mut shown = Shown::default();
    for (id, known) in known {
        let Some(number) = known.statement.body.case() else {
            shown.house.insert(*id);
            continue;
        };
        let Some(case) = history.cases.get(&number) else { continue };
        let why = audiences.get(id).into_iter().flatten();
        let partner = history.house.partner_of(me);
        let of_case = shown.cases.entry(number).or_default();
        for who in why {
            match who {
                Audience::All => _ = of_case.always.insert(*id),
                Audience::Member(member) if *member == me => _ = of_case.always.insert(*id),
                Audience::Partner(one) if Some(*one) == partner => _ = of_case.always.insert(*id),
                Audience::Vault(vault) if reads_by(history, Some(case), *vault, me, now) => {
                    of_case.vaults.entry(*vault).or_default().insert(*id);
                }
                _ => {}
            }
        }
    }
    shown
}

#[cfg(test)]
mod tests;
