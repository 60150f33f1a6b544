// The rules of an item that is open, as its supplier signed them.

import { rightTo } from "../client/open.ts";
import { openingOf, type Entered } from "../client/verbs/choose.ts";
import type { CaseState } from "../protocol/case.ts";
import { ends, type Digest, type Moment } from "../protocol/id.ts";
import { known } from "../protocol/item.ts";
import { refused, there } from "../protocol/refusal.ts";
import { earlier } from "../protocol/rules.ts";
import type { Item } from "../protocol/statement.ts";
import { mayKnowReaders } from "./readers.ts";

export interface RulesSeen {
  readonly item: Item;
  /** Who signed them, as a partner. */
  readonly supplier: string;
  /** Whether that is the house, whose items its procesregisseurs have, and release without an approval. */
  readonly isOfHouse: boolean;
  /** For who reads it by a release: when that ends by itself, if nobody takes it back before. */
  readonly mine: Moment | undefined;
  /** Whether whoever looks may know who else reads it. */
  readonly mayKnowReaders: boolean;
}

/** What holds of an item that was opened. */
export function rulesSeen({ work, of }: Pick<Entered, "work" | "of">, id: Digest): RulesSeen {
  const { house } = work.world;
  const { item } = known(of, id);
  return {
    item,
    supplier: house.partnerName(item.supplier),
    isOfHouse: item.supplier === house.housePartner(),
    mine: myEnd({ work, of }, id),
    mayKnowReaders: mayKnowReaders({ work, of }, id),
  };
}

/** As it was when the case was fetched: a large item may be on its way for so long that its time is over since. */
function myEnd({ work, of }: Pick<Entered, "work" | "of">, id: Digest): Moment | undefined {
  let end: Moment | undefined;
  refused(() => {
    const right = rightTo({ ...openingOf(work, of), now: work.world.now }, id);
    if (right.kind === "release") end = endOf(of, right.release, id);
  });
  return end;
}

/** When an item of a release can be opened no more: what ends first of release, approval and the item's own rules. */
export function endOf(of: CaseState, release: Digest, id: Digest): Moment {
  const { item } = known(of, id);
  const given = there(of.releases.get(release), "not-released");
  const by = given.approved.find((each) => each.item === id)?.approval;
  const approval = by && of.approvals.get(by)?.approval;
  const all = [given.until, approval?.until, item.until].filter((end) => end !== undefined);
  return all.reduce(earlier, ends(item.retention));
}
