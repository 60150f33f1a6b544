//! The meeting: who is at it, what is asked of whom, and what each reader is given.
//!
//! In order: [`roster`], [`ask`], then at the supplier [`approve`] or [`decide`], and [`release`].

pub mod approve;
pub mod ask;
pub mod decide;
pub mod release;
pub mod roster;

use std::collections::{BTreeMap, BTreeSet};

use crate::client::error::Result;
use crate::client::grant::{Keyring, Through};
use crate::client::trust::World;
use crate::protocol::case::CaseState;
use crate::protocol::directory::House;
use crate::protocol::id::{Digest, MemberId, Moment, PartnerId};
use crate::protocol::item::known;
use crate::protocol::meeting::latest_roster;
use crate::protocol::refusal::Refusal;
use crate::protocol::rules::{Situation, Use, allows};
use crate::protocol::seal::FileKey;
use crate::protocol::statement::{Item, PartName, Roster};

/// An item and a reader that a supplier has been asked about and has not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pending {
    pub roster: Digest,
    pub item: Digest,
    pub reader: MemberId,
    /// Whether it approved the same for an earlier roster of this meeting.
    pub before: bool,
}

/// Everything that waits for a supplier in a case: what was asked for the rosters that are the latest of
/// their meeting and have not ended. Nobody is asked about a reader who holds the supplier's own vault.
pub fn pending(house: &House, case: &CaseState, supplier: PartnerId, now: Moment) -> Vec<Pending> {
    let mut pending = Vec::new();
    for (_, ask) in case.asks.iter().filter(|(_, ask)| ask.supplier == supplier) {
        let Some(roster) = case.rosters.get(&ask.roster) else { continue };
        if case.latest.get(&roster.meeting) != Some(&ask.roster) || now >= roster.until {
            continue;
        }
        for item in ask.item.iter().filter(|item| known(case, **item).is_ok()) {
            let readers = readers_of(house, case, roster, supplier);
            let open = readers.into_iter().filter(|reader| !is_answered(case, ask.roster, *item, *reader));
            pending.extend(open.map(|reader| Pending {
                roster: ask.roster,
                item: *item,
                reader,
                before: was_approved(case, roster, *item, reader),
            }));
        }
    }
    pending.sort();
    pending.dedup();
    pending
}

/// The participants who can't open the supplier's items as holders of its vault.
pub fn readers_of(house: &House, case: &CaseState, roster: &Roster, supplier: PartnerId) -> Vec<MemberId> {
    let vault = case.kept_in(house, supplier);
    let holds = |member: &MemberId| vault.as_ref().is_ok_and(|vault| vault.held_by(house, *member));
    roster.participant.iter().map(|participant| participant.member).filter(|member| !holds(member)).collect()
}

/// What a supplier can still approve of an item for a roster, asked or not, refused before or not.
pub fn unapproved(
    house: &House,
    case: &CaseState,
    id: Digest,
    item: Digest,
    supplier: PartnerId,
) -> Result<Vec<Pending>, Refusal> {
    let roster = latest_roster(case, id)?;
    let open =
        readers_of(house, case, roster, supplier).into_iter().filter(|r| !is_approved(case, id, item, *r));
    let pending =
        |reader| Pending { roster: id, item, reader, before: was_approved(case, roster, item, reader) };
    Ok(open.map(pending).collect())
}

fn is_answered(case: &CaseState, roster: Digest, item: Digest, reader: MemberId) -> bool {
    is_approved(case, roster, item, reader)
        || case.refusals.iter().any(|(_, refusal)| {
            refusal.roster == roster && refusal.item == item && refusal.reader.contains(&reader)
        })
}

fn is_approved(case: &CaseState, roster: Digest, item: Digest, reader: MemberId) -> bool {
    case.approvals.values().any(|state| {
        let approval = &state.approval;
        approval.roster == roster && approval.item == item && approval.reader == reader && !state.withdrawn
    })
}

/// Whether an earlier roster of the same meeting has this approval, not taken back.
fn was_approved(case: &CaseState, roster: &Roster, item: Digest, reader: MemberId) -> bool {
    case.approvals.values().any(|state| {
        let approval = &state.approval;
        let earlier = case
            .rosters
            .get(&approval.roster)
            .is_some_and(|other| other.meeting == roster.meeting && other.number < roster.number);
        earlier && approval.item == item && approval.reader == reader && !state.withdrawn
    })
}

/// The longest window within that of the roster in which an item may be open; none if there is no such.
pub fn window(roster: &Roster, item: &Item) -> Option<(Moment, Moment)> {
    let gone = item.retention.ends();
    let from = item.from.map_or(roster.from, |from| from.max(roster.from));
    let until = item.until.map_or(gone, |until| until.min(gone)).min(roster.until);
    (from < until).then_some((from, until))
}

/// Whether an item's rules let it be given for a roster at all, at this moment.
pub fn can_be_given(case: &CaseState, roster: &Roster, item: Digest, now: Moment) -> bool {
    let Ok(state) = known(case, item) else { return false };
    let Some((from, until)) = window(roster, &state.item) else { return false };
    let situation = Situation { use_: Use::Give { from, until }, phase: roster.phase, now };
    allows(&state.rules(), situation).is_ok()
}

/// The keys of a label and a body.
pub type ItemKeys = (FileKey, FileKey);

/// The file keys of some items that a vault of the member opens, each the one that its statement commits to.
pub async fn file_keys(
    keys: &mut Keyring<'_>,
    world: &World,
    items: impl Iterator<Item = Digest>,
) -> Result<BTreeMap<Digest, ItemKeys>> {
    let mut all = BTreeMap::new();
    for item in items.collect::<BTreeSet<_>>() {
        let label = keys.file_key(world, item, PartName::Label, Through::Vault).await?;
        let body = keys.file_key(world, item, PartName::Body, Through::Vault).await?;
        all.insert(item, (label, body));
    }
    Ok(all)
}
