// The supplier lets named readers read its items, for one roster. This makes the keys.

import type { CaseState } from "../../../protocol/case.ts";
import type { CaseNumber, Digest, MemberId, Moment } from "../../../protocol/id.ts";
import { known } from "../../../protocol/item.ts";
import { isOn, judgeApproval, latestRoster } from "../../../protocol/meeting.ts";
import { Refusal, refusal, refused, refuseUnless, there, type Language } from "../../../protocol/refusal.ts";
import { earlier, later } from "../../../protocol/rules.ts";
import type { Approval } from "../../../protocol/statement.ts";
import type { Context, Plan } from "../../context.ts";
import { short } from "../../describe.ts";
import { ClientError, codeOf, sentenceOf } from "../../error.ts";
import { memberRecipient, ReaderGrants, vaultRecipient, type ItemKeys } from "../../grant.ts";
import { NOTHING, NO_PAYLOAD } from "../../planned.ts";
import type { Draft } from "../../sign.ts";
import type { World } from "../../trust.ts";
import { warningsAbout } from "../../vault.ts";
import { enter, labelIn, rosterIn, type Entered } from "../choose.ts";
import { fileKeys, inOrder, unapproved, waitingFor, windowOf, wipeAll, type Waiting, type Window } from "../meeting.ts";
import { askLine, type AskLine } from "./ask.ts";

/** What is approved, of all that waits. Without items and readers: all. */
export interface ApproveWish {
  readonly roster?: Digest;
  readonly items?: readonly Digest[];
  readonly readers?: readonly MemberId[];
  /** Only what was approved for an earlier roster of the meeting. */
  readonly repeat?: boolean;
  /** Only what was asked and not answered yet: what was refused before stays refused. */
  readonly waitingOnly?: boolean;
  /** A shorter window than roster and rules allow. */
  readonly from?: Moment;
  readonly until?: Moment;
}

export interface ApprovalLine extends Window {
  readonly approval: Digest;
  readonly roster: Digest;
  readonly item: Digest;
  readonly reader: MemberId;
}

/** What is approved, with what to show of it first. */
export interface Approvals extends Plan<readonly ApprovalLine[]> {
  readonly approvals: readonly ApprovalLine[];
  /** Each roster with its agenda, items and readers. */
  readonly lines: readonly AskLine[];
  /** What waits and can't be given now, with why. */
  readonly left: readonly { readonly pair: Waiting; readonly why: Refusal }[];
}

/**
 * Approves: all that waits, or what was chosen of it. An item that nobody asked about can be approved by name. Refuses
 * what was chosen by name and is not possible; of the rest, what is not possible is left out, and told. Nobody approves
 * what the hub does not let them see: it could be any of their items.
 */
export async function approve(ctx: Context, number: CaseNumber, wish: ApproveWish = {}): Promise<Approvals> {
  const entered = await enter(ctx, number);
  const { work, of } = entered;
  const { world } = work;
  const own = world.myVaultIn(of);
  const pairs = chosen(entered, wish);
  if (isByName(wish)) requireReaders(entered, pairs);
  const { given, left } = givable(entered, wish, pairs);
  const lines = await linesOf(entered, given);
  for (const line of lines) requireLabels(line, work.language);
  const keys = await fileKeys(entered, given.map(({ item }) => item));
  const draft = work.draft();
  for (const { items } of lines) for (const { item, title } of items) draft.call(item, title);
  const approvals = given.map((pair) => draftOne(draft, world, of, pair, keys.get(pair.item)!));
  wipeAll(keys);
  const send = async (): Promise<readonly ApprovalLine[]> => {
    if (approvals.length > 0) await work.send(draft);
    return approvals;
  };
  return { draft, warnings: given.length === 0 ? [] : warningsAbout(world, own), approvals, lines, left, send };
}

/** An item for a reader, with the window in which it may be open. */
interface Pair extends Window {
  readonly roster: Digest;
  readonly item: Digest;
  readonly reader: MemberId;
}

/** What waits, as far as it was chosen. */
function chosen({ work, of }: Entered, { roster, items, readers, repeat, waitingOnly }: ApproveWish): Waiting[] {
  const { world } = work;
  const now = work.now();
  const supplier = world.myPartner();
  const all = waitingFor(world.house, of, supplier, now);
  let pairs = roster === undefined ? all : all.filter((pair) => pair.roster === roster);
  const waiting = new Set(pairs.map(({ item }) => item));
  for (const item of waitingOnly === true ? [] : (items ?? [])) {
    if (waiting.has(item) && readers === undefined) continue;
    const asked = roster === undefined ? pairs.find((pair) => pair.item === item)?.roster : roster;
    const { id } = rosterIn(of, asked, now);
    pairs = [...pairs, ...unapproved(world.house, of, id, item, supplier)];
  }
  pairs = inOrder(pairs).filter(({ item }) => items === undefined || items.includes(item));
  const absent = readers?.find((reader) => !pairs.some((pair) => pair.reader === reader));
  if (absent !== undefined) requireOnSome(of, absent);
  pairs = pairs.filter(({ reader }) => readers === undefined || readers.includes(reader));
  return repeat === true ? pairs.filter(({ isApprovedBefore }) => isApprovedBefore) : pairs;
}

/** Refuses whoever is on no roster that is in use. */
function requireOnSome(of: CaseState, reader: MemberId): void {
  const rosters = [...of.latest.values()].map((id) => of.rosters.get(id));
  refuseUnless(rosters.some((roster) => roster !== undefined && isOn(roster, reader)), "not-on-roster");
}

function isByName({ items, readers }: ApproveWish): boolean {
  return items !== undefined || readers !== undefined;
}

/** Refuses readers who can be given nothing now, and says who they are: the others can. */
function requireReaders({ work }: Entered, pairs: readonly Waiting[]): void {
  const { world } = work;
  const now = work.now();
  const out = [...new Set(pairs.map(({ reader }) => reader))].flatMap((reader) => {
    const why = refused(() => void world.house.member(reader, now));
    return why === undefined ? [] : [{ name: world.nameOf(reader), why }];
  });
  if (out.length === 0) return;
  const names = out.map(({ name }) => name).join(", ");
  const whys = (language: Language): string => out.map(({ name, why }) => `${name}: ${why.sentence(language)}`).join(" ");
  throw ClientError.said(
    "readers-not-now",
    `${whys("nl")} Er is niets ondertekend. Geef akkoord voor de anderen, zonder ${names}; of vraag de procesregisseur om de deelnemerslijst te wijzigen.`,
    `${whys("en")} Nothing was signed. Approve for the others, without ${names}; or ask the procesregisseur to change the roster.`,
  );
}

/** Judges each pair, before anything is wrapped. */
function givable(entered: Entered, wish: ApproveWish, pairs: readonly Waiting[]): { given: Pair[]; left: Left[] } {
  const given: Pair[] = [];
  const left: Left[] = [];
  for (const pair of pairs) {
    try {
      given.push(judged(entered, wish, pair));
    } catch (error) {
      if (isByName(wish) || !(error instanceof Refusal)) throw error;
      left.push({ pair, why: error });
    }
  }
  return { given, left };
}

type Left = Approvals["left"][number];

function judged({ work, of }: Entered, wish: ApproveWish, { roster: id, item, reader }: Waiting): Pair {
  const { house, me } = work.world;
  const now = work.now();
  const window = there(windowOf(latestRoster(of, id), known(of, item).item), "outside-window");
  const from = later(wish.from ?? window.from, window.from);
  const until = earlier(wish.until ?? window.until, window.until);
  if (from >= until) throw refusal("outside-window");
  memberRecipient(house, reader, now);
  const { vault, generation } = of.directors(house);
  const planned: Approval = {
    kind: "approval",
    case: of.number,
    roster: id,
    item,
    reader,
    readerLabel: NOTHING,
    readerBody: NOTHING,
    grants: NO_PAYLOAD,
    grantGrants: [{ vault, generation, header: NOTHING }],
    from,
    until,
  };
  judgeApproval(house, of, planned, me, now);
  return { roster: id, item, reader, from, until };
}

async function linesOf(entered: Entered, pairs: readonly Pair[]): Promise<AskLine[]> {
  const lines: AskLine[] = [];
  for (const roster of new Set(pairs.map((pair) => pair.roster))) {
    const ofRoster = pairs.filter((pair) => pair.roster === roster);
    const waiting = ofRoster.map(({ item, reader }) => ({ roster, item, reader, isApprovedBefore: false }));
    lines.push(await askLine(entered, roster, waiting));
  }
  return lines;
}

function requireLabels({ items }: AskLine, language: Language): void {
  const hidden = items.find(({ look }) => labelIn(look) === undefined);
  if (hidden === undefined || hidden.look.kind === "label") return;
  const why = hidden.look.kind === "closed" ? hidden.look.refusal : hidden.look.error;
  const [id, sentence] = [short(hidden.item), sentenceOf(why, language)];
  const told =
    language === "nl"
      ? `U kunt niet zien hoe uw stuk ${id} heet: ${sentence} U kunt er dan geen akkoord voor geven; er is niets ondertekend. Blijft het zo, bel dan het huis.`
      : `You can't see what your item ${id} is called: ${sentence} So you can't approve it; nothing was signed. If it stays like this, call the house.`;
  throw new ClientError({ kind: "again", code: codeOf(why), sentence: told });
}

function draftOne(draft: Draft, { house }: World, of: CaseState, pair: Pair, keys: ItemKeys): ApprovalLine {
  const reader = memberRecipient(house, pair.reader, draft.signedAt);
  const directors = of.directors(house);
  vaultRecipient(house, directors, draft.signedAt);
  const made = ReaderGrants.wrap(keys, reader);
  // Until the release only those who run the case can take them out.
  const { payload, grants } = draft.seal(made.toBytes(), [directors]);
  const approval = draft.push({
    kind: "approval",
    case: of.number,
    ...pair,
    readerLabel: made.label.digest,
    readerBody: made.body.digest,
    grants: payload,
    grantGrants: grants,
  });
  return { approval, ...pair };
}
