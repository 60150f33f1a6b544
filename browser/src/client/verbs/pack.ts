// What was released to a reader, and opening it.
//
// What a release names and the hub does not serve is an alarm, never a shorter list. A pack need not be complete: a
// supplier may keep something to itself without anyone seeing that.

import type { CaseState } from "../../protocol/case.ts";
import type { CaseNumber, Digest, MeetingId, Moment } from "../../protocol/id.ts";
import type { Label } from "../../protocol/label.ts";
import { Refusal, refusal, there, type Language } from "../../protocol/refusal.ts";
import { releasedItems, type Item, type Release } from "../../protocol/statement.ts";
import { Work, type Context } from "../context.ts";
import { ClientError, codeOf, isNoAnswer, isOfThisMachine, sentenceOf } from "../error.ts";
import type { Keyring } from "../grant.ts";
import type { Scratches } from "../home/scratch.ts";
import { openBody, rightFromRelease, rightFromVault, type Opened, type OpeningProgress, type Right } from "../open.ts";
import type { Both } from "../say.ts";
import { byNumber } from "../trust.ts";
import { enter, keysOf, labelIn, lookBy, openingOf, type Entered, type Look, type Looks } from "./choose.ts";

/** What was released to the member for one meeting. */
export interface Pack {
  readonly case: CaseNumber;
  readonly meeting: MeetingId;
  readonly release: Digest;
  readonly date: Moment;
  readonly from: Moment;
  readonly until: Moment;
  /** Items that are not in it and whose supplier lets that be seen. There may be others. */
  readonly gaps: number;
  readonly items: readonly PackItem[];
}

export interface PackItem {
  readonly id: Digest;
  readonly item: Item | undefined;
  /** The supplier's name. */
  readonly supplier: string | undefined;
  readonly label: Label | undefined;
  /** Why it does not open now. */
  readonly refused: RefusedItem | undefined;
  /** Whether the hub keeps back what the release names. */
  readonly isAlarm: boolean;
}

/** Why an item does not open: a stable name, and a sentence that says by whose word. */
export interface RefusedItem {
  readonly code: string;
  readonly sentence: string;
}

/** The sentence that stands under every pack. */
export const NOT_COMPLETE: Both = {
  nl: "Een informatiepakket hoeft niet compleet te zijn: een verstrekker kan iets voor zich houden zonder dat u dat ziet.",
  en: "A pack need not be complete: a supplier may keep something to itself without you seeing that.",
};

/** The packs in one case, or in all. */
export async function listPacks(ctx: Context, number?: CaseNumber): Promise<Pack[]> {
  const work = await Work.begin(ctx);
  const cases = number === undefined ? await work.cases() : [await work.world.loadCase(number)];
  const keys = keysOf(work);
  const packs: Pack[] = [];
  for (const of of cases) {
    for (const [id, release] of releasesTo(of, work)) packs.push(await packOf(work, keys, of, id, release));
  }
  return packs.sort(inOrder);
}

function inOrder(one: Pack, other: Pack): number {
  if (one.date !== other.date) return one.date < other.date ? -1 : 1;
  return byNumber(one.case, other.case) || (one.meeting < other.meeting ? -1 : 1);
}

/** The latest release to the member of each meeting. */
export function releasesTo(of: CaseState, { world }: Work): [Digest, Release][] {
  const mine = [...of.released.values()].map((ofMeeting) => ofMeeting.get(world.me));
  return mine.flatMap((id) => {
    const release = id && of.releases.get(id);
    return id === undefined || release === undefined ? [] : [[id, release] as [Digest, Release]];
  });
}

async function packOf(work: Work, keys: Keyring, of: CaseState, id: Digest, release: Release): Promise<Pack> {
  const roster = there(of.rosters.get(release.roster), "unknown-roster");
  const opening = openingOf(work, of);
  // By the right of the release, also where the reader could open an item otherwise.
  const looks = await lookBy(work, keys, releasedItems(release), (item) => rightFromRelease(opening, item));
  return {
    case: of.number,
    meeting: roster.meeting,
    release: id,
    date: roster.date,
    from: release.from,
    until: release.until,
    gaps: release.gaps,
    items: releasedItems(release).map((item) => packItem(work, of, looks, item)),
  };
}

function packItem(work: Work, of: CaseState, looks: Looks, id: Digest): PackItem {
  const item = of.items.get(id)?.item;
  const look = looks.get(id);
  return {
    id,
    item,
    supplier: item && work.world.house.partnerName(item.supplier),
    label: labelIn(look),
    refused: refusedIn(look, work.language),
    // An item whose statement is missing could not be judged: that is the hub keeping it back too.
    isAlarm: item === undefined || (look?.kind === "alarm" && isAlarm(codeOf(look.error))),
  };
}

function refusedIn(look: Look | undefined, language: Language): RefusedItem | undefined {
  if (look?.kind === "closed") return { code: look.refusal.code, sentence: look.refusal.sentence(language) };
  return look?.kind === "alarm" ? refusedBy(look.error, language) : undefined;
}

/** What a reader can't know of beforehand, and the hub says with a reason, is no alarm. */
function isAlarm(code: string): boolean {
  return !["withdrawn", "retracted", "suspended", "excluded", "not-in-force", "revoked"].includes(code);
}

/** Why an item did not open, and by whose word: what we can't check ourselves may be said to keep an item back. */
export function refusedBy(error: unknown, language: Language): RefusedItem {
  const code = codeOf(error);
  const sentence = sentenceOf(error, language);
  const isByHub = error instanceof ClientError && error.problem.kind === "refused";
  if (!isByHub || isAlarm(code)) return { code, sentence };
  const check =
    language === "nl"
      ? "Klopt dat niet met wat u weet? Bel de procesregisseur."
      : "Is that not what you know? Call the procesregisseur.";
  return { code, sentence: `${sentence} ${check}` };
}

/** What of a case is to be opened. */
export interface OpenWish {
  /** Without any the whole pack, of every meeting that is not over. */
  readonly items?: readonly Digest[];
  /** Where payloads lie until they are whole. */
  readonly incoming: Scratches;
  readonly progress?: (item: Digest) => OpeningProgress;
}

/** What was opened, and what was not. */
export interface OpenedPack {
  readonly case: CaseNumber;
  /** Each is `done` with by whoever asked. */
  readonly opened: readonly Opened[];
  readonly refused: readonly (RefusedItem & { readonly item: Digest; readonly isAlarm: boolean })[];
  readonly gaps: number;
}

/**
 * Opens the items of the packs in a case, or those that were named, by a release or by a vault that the member holds.
 */
export async function openPack(ctx: Context, number: CaseNumber, wish: OpenWish): Promise<OpenedPack> {
  const entered = await enter(ctx, number);
  const { work, of } = entered;
  const releases = openPacks(of, work).map(([, release]) => release);
  const inPacks = releases.flatMap((release) => releasedItems(release));
  if (wish.items === undefined && inPacks.length === 0) throw refusal("not-released");
  const opened: Opened[] = [];
  const refusals: OpenedPack["refused"][number][] = [];
  for (const item of [...new Set(wish.items ?? inPacks)].sort()) {
    try {
      opened.push(await openOne(entered, item, wish));
    } catch (error) {
      // Of the whole house, or of this machine: no use to go on.
      if (isNoAnswer(error) || isOfThisMachine(error)) throw error;
      const isClosed = error instanceof Refusal && error.code !== "unknown-item";
      const alarm = !isClosed && isAlarm(codeOf(error)) && codeOf(error) !== "label-only";
      refusals.push({ ...refusedBy(error, work.language), item, isAlarm: alarm });
    }
  }
  const gaps = releases.reduce((sum, release) => sum + release.gaps, 0);
  return { case: number, opened, refused: refusals, gaps };
}

/**
 * The packs that are open by their own dates and phase. Where all are closed, all of them, so that each can say why.
 */
function openPacks(of: CaseState, work: Work): [Digest, Release][] {
  const all = releasesTo(of, work);
  const now = work.now();
  const open = all.filter(
    ([, release]) => now < release.until && of.rosters.get(release.roster)?.phase === of.phase,
  );
  return open.length === 0 ? all : open;
}

async function openOne({ work, of, keys }: Entered, item: Digest, wish: OpenWish): Promise<Opened> {
  const right = rightOf({ work, of, keys }, item, wish.items !== undefined);
  const { remote, world } = work;
  return openBody({ remote, world, keys, incoming: wish.incoming }, item, right, wish.progress?.(item));
}

/** Who names an item may open it by a vault as well; a pack is what was released. */
function rightOf({ work, of }: Entered, item: Digest, isNamed: boolean): Right {
  const opening = openingOf(work, of);
  try {
    return rightFromRelease(opening, item);
  } catch (error) {
    if (!isNamed || !(error instanceof Refusal)) throw error;
    try {
      return rightFromVault(opening, item);
    } catch (other) {
      throw other instanceof Refusal && other.code === "not-holder" ? error : other;
    }
  }
}
