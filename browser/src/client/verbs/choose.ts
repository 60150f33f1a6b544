// Entering a case, and what a member sees of its items.

import type { CaseState } from "../../protocol/case.ts";
import type { CaseNumber, Digest, Moment } from "../../protocol/id.ts";
import { forTerminal, type Label } from "../../protocol/label.ts";
import { Refusal, there } from "../../protocol/refusal.ts";
import type { Roster } from "../../protocol/statement.ts";
import { Work, type Context } from "../context.ts";
import { itemKindWords, short } from "../describe.ts";
import { ClientError, isNoAnswer } from "../error.ts";
import { Keyring } from "../grant.ts";
import { labelOf, rightTo, type Opening, type Right } from "../open.ts";
import { said } from "../say.ts";
import { sideBySide } from "../side.ts";
import type { Draft } from "../sign.ts";

/** A member at work in a case, with the keys to what it holds. */
export interface Entered {
  readonly work: Work;
  readonly of: CaseState;
  readonly keys: Keyring;
}

/** Signs in where needed, and proves the house and one case. */
export async function enter(ctx: Context, number: CaseNumber): Promise<Entered> {
  const work = await Work.begin(ctx);
  const of = await work.world.loadCase(number);
  return { work, of, keys: keysOf(work) };
}

/** The keys to what the member holds. */
export function keysOf({ remote, secrets, home }: Work): Keyring {
  return new Keyring(remote, secrets, home);
}

/** By whom and when something of a case is opened. */
export function openingOf(work: Work, of: CaseState): Opening {
  return { house: work.world.house, of, me: work.world.me, now: work.now() };
}

/** What a member can see of an item's label. */
export type Look =
  /** Opened, by this right. */
  | { readonly kind: "label"; readonly label: Label; readonly right: Right }
  /** Not for this member, now; the reason. */
  | { readonly kind: "closed"; readonly refusal: Refusal }
  /** The hub does not serve it, or not rightly, though it should. */
  | { readonly kind: "alarm"; readonly error: unknown };

/** What a member can see of some items. */
export type Looks = ReadonlyMap<Digest, Look>;

/** The label that was opened, if it was. */
export function labelIn(look: Look | undefined): Label | undefined {
  return look?.kind === "label" ? look.label : undefined;
}

/** Looks at the labels of some items of a case, by any right that the member has. */
export function look({ work, of, keys }: Entered, items: Iterable<Digest>): Promise<Looks> {
  const opening = openingOf(work, of);
  return lookBy(work, keys, items, (item) => rightTo(opening, item));
}

/** Looks at the labels of some items by a certain right. */
export async function lookBy(
  work: Work,
  keys: Keyring,
  items: Iterable<Digest>,
  right: (item: Digest) => Right,
): Promise<Looks> {
  const looks = await sideBySide([...items], async (item) => [item, await lookAt(work, keys, item, right)] as const);
  return new Map(looks);
}

async function lookAt(
  { world }: Work,
  keys: Keyring,
  item: Digest,
  find: (item: Digest) => Right,
): Promise<Look> {
  try {
    const right = find(item);
    return await labelOf(keys, world, item, right).then(
      (label): Look => ({ kind: "label", label, right }),
      (error: unknown): Look => alarm(error),
    );
  } catch (error) {
    if (error instanceof Refusal) return { kind: "closed", refusal: error };
    throw error;
  }
}

function alarm(error: unknown): Look {
  // Of the whole house: no use to go on.
  if (isNoAnswer(error)) throw error;
  return { kind: "alarm", error };
}

/**
 * The title to show for an item, with what could turn around the words beside it made visible; without one its kind and
 * the beginning of its id.
 */
export function titleOf({ work, of }: Entered, looks: Looks, item: Digest): string {
  const label = labelIn(looks.get(item));
  if (label !== undefined) return forTerminal(label.title);
  const state = of.items.get(item);
  const kind = state === undefined ? "?" : said(itemKindWords(state.item.itemKind), work.language);
  return `${kind} ${short(item)}`;
}

/** Tells a draft what items are called, as far as the member may see that. */
export async function callItems(entered: Entered, draft: Draft, items: Iterable<Digest>): Promise<Looks> {
  const looks = await look(entered, items);
  for (const [item, seen] of looks) {
    const label = labelIn(seen);
    if (label !== undefined) draft.call(item, label.title);
  }
  return looks;
}

/** The roster that is meant; without one the only one that is in use. */
export function rosterIn(of: CaseState, id: Digest | undefined, now: Moment): { id: Digest; roster: Roster } {
  const chosen = id ?? onlyInUse(of, now);
  return { id: chosen, roster: there(of.rosters.get(chosen), "unknown-roster") };
}

function onlyInUse(of: CaseState, now: Moment): Digest {
  // A roster of an earlier phase takes nothing new.
  const isUsable = (roster: Roster | undefined): boolean =>
    roster !== undefined && now < roster.until && roster.phase === of.phase;
  const [one, ...others] = [...of.latest.values()].filter((id) => isUsable(of.rosters.get(id)));
  // Of several, or of none, that it does not exist would say nothing.
  if (one === undefined || others.length > 0) throw noRosterInUse(others.length > 0);
  return one;
}

function noRosterInUse(several: boolean): ClientError {
  if (several) {
    return ClientError.said(
      "unknown-roster",
      "Er gelden nu meer deelnemerslijsten. Kies voor welk overleg dit is.",
      "More than one roster is in use now. Choose for which meeting this is.",
    );
  }
  return ClientError.said(
    "unknown-roster",
    "In de fase waarin de casus nu is, geldt er geen deelnemerslijst. Plan eerst een overleg.",
    "There is no roster in use in the phase that the case is in now. Plan a meeting first.",
  );
}
