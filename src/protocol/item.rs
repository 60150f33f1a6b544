//! Items: what is kept in a case, who supplied it, and whether it is still there.

use super::case::{CaseState, require_grants};
use super::directory::House;
use super::id::{Digest, MemberId, Moment};
use super::refusal::Refusal;
use super::rules::{Rules, within};
use super::statement::{Item, Retraction};
use super::words::{Director, ItemKind};

/// An item on record.
#[derive(Clone, Debug)]
pub struct ItemState {
    pub item: Item,
    pub by: MemberId,
    pub retracted: bool,
}

impl ItemState {
    pub fn rules(&self) -> Rules {
        Rules::from(&self.item)
    }
}

/// `item`: by a member of its supplier, sealed to the supplier's vault and the case's, and to the latter
/// only as far as the director rule says.
pub fn judge_item(
    house: &House,
    case: &CaseState,
    item: &Item,
    by: MemberId,
    at: Moment,
) -> Result<(), Refusal> {
    case.require_open()?;
    let membership = house.member(by, at)?;
    if membership.partner != item.supplier {
        return Err(Refusal::NotSupplier);
    }
    require_kind(house, case, item, by, at)?;
    if item.retention.ends() <= at {
        return Err(Refusal::TooLate { until: item.retention.ends() });
    }
    let supplier = case.kept_in(house, item.supplier)?;
    let directors = case.directors(house)?;
    require_grants(house, &item.grant_label, &[supplier, directors])?;
    match item.director {
        Director::Reads => require_grants(house, &item.grant_body, &[supplier, directors]),
        Director::Label => require_grants(house, &item.grant_body, &[supplier]),
    }
}

/// Some kinds of items only some may make.
fn require_kind(
    house: &House,
    case: &CaseState,
    item: &Item,
    by: MemberId,
    at: Moment,
) -> Result<(), Refusal> {
    match item.kind {
        ItemKind::Referral if item.supplier != case.partner => Err(Refusal::NotAllowed),
        ItemKind::Screening | ItemKind::Agenda | ItemKind::Minutes => case.require_director(house, by, at),
        ItemKind::Referral | ItemKind::Contribution | ItemKind::Plan => Ok(()),
    }
}

/// `retraction`: by a member of the supplier who holds its vault, once.
pub fn judge_retraction(
    house: &House,
    case: &CaseState,
    retraction: &Retraction,
    by: MemberId,
    at: Moment,
) -> Result<(), Refusal> {
    let item = known(case, retraction.item)?;
    require_supplier_holder(house, case, item, by, at)
}

/// The item, if it is there and not taken out.
pub fn known(case: &CaseState, item: Digest) -> Result<&ItemState, Refusal> {
    let item = case.items.get(&item).ok_or(Refusal::UnknownItem)?;
    (!item.retracted).then_some(item).ok_or(Refusal::Retracted)
}

/// Whether what was sealed to a vault may be opened by it now: the hub asks before it serves a holder, the
/// holder's client before it opens. Of an item the last day must not be over; other parts have none.
pub fn may_open_by_vault(house: &House, case: &CaseState, of: Digest, now: Moment) -> Result<(), Refusal> {
    house.fresh_directory(now)?;
    if !case.items.contains_key(&of) {
        return Ok(());
    }
    within(None, known(case, of)?.item.retention.ends(), now)
}

/// Refuses whoever is not a member of the item's supplier who holds its vault.
pub fn require_supplier_holder(
    house: &House,
    case: &CaseState,
    item: &ItemState,
    by: MemberId,
    at: Moment,
) -> Result<(), Refusal> {
    let membership = house.member(by, at)?;
    if membership.partner != item.item.supplier {
        return Err(Refusal::NotSupplier);
    }
    case.kept_in(house, membership.partner)?.require_holder(house, by)
}
