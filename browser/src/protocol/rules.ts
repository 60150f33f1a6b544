// The release rules of an item: one pure function, for hub and clients.
//
// Only what is enforced stands here. What a reader promises (use, onward rule) is in the sealed label.

import { ends, type Day, type Moment } from "./id.ts";
import { refuseUnless } from "./refusal.ts";
import type { Item } from "./statement.ts";
import type { ApprovalRule, Director, Phase, Withheld } from "./words.ts";

/** The rules that an `item` statement sets. */
export interface Rules {
  readonly director: Director;
  readonly approval: ApprovalRule;
  /** The phases in which it may be approved, released and opened. */
  readonly phases: readonly Phase[];
  readonly from: Moment | undefined;
  readonly until: Moment | undefined;
  readonly withheld: Withheld;
  /** The last day on which it is kept. */
  readonly retention: Day;
}

export function rulesOf(item: Item): Rules {
  const { director, approval, phase, from, until, withheld, retention } = item;
  return { director, approval, phases: phase, from, until, withheld, retention };
}

/** What someone wants to do with an item. */
export type Use =
  /** Approve or release it, to be open in a window. */
  | { readonly kind: "give"; readonly from: Moment; readonly until: Moment }
  /** Open it now. */
  | { readonly kind: "open" };

/** Where and when. */
export interface Situation {
  readonly use: Use;
  readonly phase: Phase;
  readonly now: Moment;
}

/**
 * Refuses a use that the rules don't allow, with `never-approved`, `outside-phase`, `outside-window`, `too-early` or
 * `too-late`. Tightening any rule never turns a no into a yes.
 */
export function allows(rules: Rules, { use, phase, now }: Situation): void {
  refuseUnless(rules.approval !== "never", "never-approved");
  refuseUnless(rules.phases.includes(phase), "outside-phase");
  const gone = ends(rules.retention);
  const until = earlier(rules.until ?? gone, gone);
  if (use.kind === "open") {
    within(rules.from, until, now);
    return;
  }
  // Nothing is given for a time that is over.
  const last = earlier(until, use.until);
  refuseUnless(now < last, "too-late", { until: last });
  const begins = rules.from === undefined || rules.from <= use.from;
  refuseUnless(begins && use.until <= until && use.from < use.until, "outside-window");
}

/** Refuses a moment that is not in a window: from its beginning, until but not at its end. */
export function within(from: Moment | undefined, until: Moment, now: Moment): void {
  if (from !== undefined) refuseUnless(now >= from, "too-early", { from });
  refuseUnless(now < until, "too-late", { until });
}

/** Whichever is first. */
export function earlier(one: Moment, other: Moment): Moment {
  return one < other ? one : other;
}

/** Whichever is last. */
export function later(one: Moment, other: Moment): Moment {
  return one > other ? one : other;
}
