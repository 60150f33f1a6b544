// What was shown once must be shown again. A hub could else leave out a vault's newer generation, a suspension or a
// withdrawal, and all that remains would still be proven.

import type { Audience, CaseState } from "../../protocol/case.ts";
import type { History } from "../../protocol/history.ts";
import type { CaseNumber, Digest, MemberId, Moment, VaultId } from "../../protocol/id.ts";
import { refused } from "../../protocol/refusal.ts";
import { caseOf } from "../../protocol/statement.ts";
import type { Remembered, Shown, ShownCase } from "../home/remembered.ts";
import { TrustError } from "./error.ts";
import type { Known } from "./evidence.ts";

/** Who may see each statement, as far as the statements that are known say so. */
export type Audiences = ReadonlyMap<Digest, ReadonlySet<Audience>>;

/** What was proven and judged, and by whom it is looked at. */
export interface View {
  readonly history: History;
  readonly known: ReadonlyMap<Digest, Known>;
  readonly me: MemberId;
  readonly now: Moment;
}

/**
 * Refuses what lacks something that was shown before, or that the hub said it recorded. `asked` are the cases of which
 * all was asked for: of one that was shown, the hub can't show nothing.
 */
export function requireAll(remembered: Remembered, view: View, asked: ReadonlySet<CaseNumber>): void {
  const isMissing = (id: Digest): boolean => !view.known.has(id);
  const fetched = new Set([...view.history.cases.keys(), ...asked]);
  const due = [...remembered.shown.house];
  for (const number of fetched) {
    const shown = remembered.shown.cases.get(number);
    if (shown !== undefined) due.push(...mustShow(shown, view, view.history.cases.get(number)));
  }
  const missing = due.find(isMissing);
  if (missing !== undefined) throw new TrustError({ code: "held-back", id: missing });
  const own = [...remembered.sent].filter(([, number]) => showsOwn(view, number, asked));
  const ids = own.map(([id]) => id).filter(isMissing).sort();
  if (ids.length > 0) throw new TrustError({ code: "not-kept", ids });
}

/** What of a case must be there still: what was shown by a vault only if the member still reads by that. */
function mustShow(shown: ShownCase, view: View, of: CaseState | undefined): Digest[] {
  const read = [...shown.vaults].filter(([vault]) => readsBy(view, of, vault));
  return [...shown.always, ...read.flatMap(([, ids]) => [...ids])];
}

function readsBy({ history, me, now }: View, of: CaseState | undefined, id: VaultId): boolean {
  const vault = of?.vault?.vault === id ? of.vault : history.house.vaults.get(id);
  return vault?.isReadBy(history.house, me, now) ?? false;
}

/**
 * Whether the hub must show the member its own statements there. In a case that was not fetched it need not now; and
 * what someone of the house signs in a case is shown to the directors' vault only. Of a case that was asked for and of
 * which nothing came, the hub swallowed the referral itself.
 */
function showsOwn(view: View, number: CaseNumber | undefined, asked: ReadonlySet<CaseNumber>): boolean {
  if (number === undefined) return true;
  const { history, me, now } = view;
  const { house } = history;
  const isOfHouse = house.partnerOf(me) === house.housePartner();
  const of = history.cases.get(number);
  if (of === undefined) return asked.has(number) && !isOfHouse;
  if (!isOfHouse) return true;
  let reads = false;
  refused(() => (reads = of.directors(house).isReadBy(house, me, now)));
  return reads;
}

/** What was shown now, and why. */
export function shownNow(view: View, audiences: Audiences): Shown {
  const house = new Set<Digest>();
  const cases = new Map<CaseNumber, { always: Set<Digest>; vaults: Map<VaultId, Set<Digest>> }>();
  for (const [id, known] of view.known) {
    const number = caseOf(known.statement.body);
    if (number === undefined) {
      house.add(id);
      continue;
    }
    const of = view.history.cases.get(number);
    if (of === undefined) continue;
    const shown = cases.get(number) ?? { always: new Set(), vaults: new Map() };
    cases.set(number, shown);
    for (const who of audiences.get(id) ?? []) {
      if (isForGood(view, who)) shown.always.add(id);
      else if (isVault(who) && readsBy(view, of, who)) {
        shown.vaults.set(who, (shown.vaults.get(who) ?? new Set()).add(id));
      }
    }
  }
  return { house, cases };
}

function isForGood({ history, me }: View, who: Audience): boolean {
  return who === "all" || who === me || who === history.house.partnerOf(me);
}

function isVault(who: Audience): who is VaultId {
  return who.startsWith("vlt_");
}
