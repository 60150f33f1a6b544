// Items: what is kept in a case, who supplied it, and whether it is still there.

import { requireGrants, type CaseState } from "./case.ts";
import type { House } from "./directory.ts";
import { ends, type Digest, type MemberId, type Moment } from "./id.ts";
import { refusal, refuseUnless, there } from "./refusal.ts";
import { within } from "./rules.ts";
import type { Item, Retraction } from "./statement.ts";

/** An item on record. */
export interface ItemState {
  readonly item: Item;
  readonly by: MemberId;
  readonly retracted: boolean;
}

/**
 * `item`: by a member of its supplier, sealed to the supplier's vault and the case's, and to the latter only as far as
 * the director rule says.
 */
export function judgeItem(house: House, theCase: CaseState, item: Item, by: MemberId, at: Moment): void {
  theCase.requireOpen();
  const membership = house.member(by, at);
  refuseUnless(membership.partner === item.supplier, "not-supplier");
  requireKind(house, theCase, item, by, at);
  refuseUnless(at < ends(item.retention), "too-late", { until: ends(item.retention) });
  const supplier = theCase.keptIn(house, item.supplier);
  const directors = theCase.directors(house);
  requireGrants(house, item.grantLabel, [supplier, directors]);
  requireGrants(house, item.grantBody, item.director === "reads" ? [supplier, directors] : [supplier]);
}

/** Some kinds of items only some may make. */
function requireKind(house: House, theCase: CaseState, item: Item, by: MemberId, at: Moment): void {
  switch (item.itemKind) {
    case "referral":
      refuseUnless(item.supplier === theCase.partner, "not-allowed");
      return;
    case "screening":
    case "agenda":
    case "minutes":
      theCase.requireDirector(house, by, at);
      return;
    case "contribution":
    case "plan":
      return;
  }
}

/** `retraction`: by a member of the supplier who holds its vault, once. */
export function judgeRetraction(
  house: House,
  theCase: CaseState,
  retraction: Retraction,
  by: MemberId,
  at: Moment,
): void {
  requireSupplierHolder(house, theCase, known(theCase, retraction.item), by, at);
}

/** The item, if it is there and not taken out. */
export function known(theCase: CaseState, id: Digest): ItemState {
  const item = there(theCase.items.get(id), "unknown-item");
  if (item.retracted) throw refusal("retracted");
  return item;
}

/**
 * Refuses what was sealed to a vault and may not be opened by it now: the hub asks before it serves a holder, the
 * holder's client before it opens. Of an item the last day must not be over; other parts have none.
 */
export function mayOpenByVault(house: House, theCase: CaseState, id: Digest, now: Moment): void {
  house.freshDirectory(now);
  if (theCase.items.has(id)) within(undefined, ends(known(theCase, id).item.retention), now);
}

/** Refuses whoever is not a member of the item's supplier who holds its vault. */
export function requireSupplierHolder(
  house: House,
  theCase: CaseState,
  item: ItemState,
  by: MemberId,
  at: Moment,
): void {
  const membership = house.member(by, at);
  refuseUnless(membership.partner === item.item.supplier, "not-supplier");
  theCase.keptIn(house, membership.partner).requireHolder(house, by);
}
