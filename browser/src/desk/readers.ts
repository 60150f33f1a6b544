// Whom an item was given to and who opened it: for its supplier, and for who runs the case.

import type { Context } from "../client/context.ts";
import { nameOf, type Known } from "../client/trust.ts";
import type { ItemRecord } from "../client/trust/records.ts";
import { enter, type Entered } from "../client/verbs/choose.ts";
import type { CaseState } from "../protocol/case.ts";
import type { CaseNumber, Digest, MemberId, Moment } from "../protocol/id.ts";
import { refused } from "../protocol/refusal.ts";
import { releasedItems, type Release } from "../protocol/statement.ts";
import { recordsOf, type RecordsSeen } from "./journal.ts";

/** What was signed for one reader, as far as it still holds. Releases are shown to who runs the case only. */
export interface Given {
  readonly approved?: Moment;
  readonly released?: Moment;
  /** When the supplier took back what it had given. */
  readonly withdrawn?: Moment;
}

/** One reader: what was signed, and what the hub recorded, in its order. */
export interface ReaderSeen {
  readonly member: MemberId;
  readonly name: string;
  readonly given: Given;
  readonly opened: readonly Moment[];
  readonly refused: readonly Moment[];
}

export interface ReadersSeen {
  /** Who opened it first comes first, then who did not. */
  readonly readers: readonly ReaderSeen[];
  /** Of what the hub says and can't be proven: why not. */
  readonly alarms: RecordsSeen["alarms"];
}

/** Whether a member may know who reads an item, as the hub judges it too. */
export function mayKnowReaders({ work, of }: Pick<Entered, "work" | "of">, item: Digest): boolean {
  const { world } = work;
  const isOwn = of.items.get(item)?.item.supplier === world.myPartner();
  return isOwn || refused(() => of.requireDirector(world.house, world.me, work.now())) === undefined;
}

/** Who was given an item, and who opened it. The hub refuses whoever may not know. */
export async function seeReaders(ctx: Context, number: CaseNumber, item: Digest): Promise<ReadersSeen> {
  const { work, of } = await enter(ctx, number);
  const { proven, alarms } = await recordsOf(work, number, item);
  const { world } = work;
  const given = givenOf(of, item, world.statementsOf(number));
  return { readers: readersOf(given, proven, (member) => nameOf(world.house, member)), alarms };
}

/** What was signed for each reader of an item, by a case's statements in the journal's order. */
export function givenOf(
  of: CaseState,
  item: Digest,
  statements: readonly Pick<Known, "id" | "at" | "statement">[],
): Map<MemberId, Given> {
  const given = new Map<MemberId, Given>();
  for (const { id, at, statement } of statements) {
    const { body } = statement;
    if (body.kind === "approval" && body.item === item) {
      const { withdrawn: _, ...before } = given.get(body.reader) ?? {};
      given.set(body.reader, { ...before, approved: at });
    }
    if (body.kind === "withdrawal" && body.item === item) {
      for (const reader of body.reader) given.set(reader, { withdrawn: at });
    }
    if (body.kind === "release" && isInPack(of, id, body, item)) {
      given.set(body.reader, { ...given.get(body.reader), released: at });
    }
  }
  return given;
}

/** Whether a release is its reader's pack still, with the item in it. */
function isInPack(of: CaseState, id: Digest, release: Release, item: Digest): boolean {
  const meeting = of.rosters.get(release.roster)?.meeting;
  const isLatest = meeting !== undefined && of.released.get(meeting)?.get(release.reader) === id;
  return isLatest && releasedItems(release).includes(item) && of.takenBack.get(id)?.has(item) !== true;
}

/** Readers one by one: those to whom something was signed, and those of whom the hub recorded something. */
export function readersOf(
  given: ReadonlyMap<MemberId, Given>,
  records: readonly { readonly at: Moment; readonly record: ItemRecord }[],
  nameOf: (member: MemberId) => string,
): ReaderSeen[] {
  const members = new Set([...given.keys(), ...records.map(({ record }) => record.member)]);
  const readers = [...members].map((member) => {
    const when = (name: ItemRecord["name"]): Moment[] =>
      records.filter(({ record }) => record.member === member && record.name === name).map(({ at }) => at);
    const [opened, refused] = [when("opened"), when("refused")];
    return { member, name: nameOf(member), given: given.get(member) ?? {}, opened, refused };
  });
  return readers.sort(inOrder);
}

function inOrder(one: ReaderSeen, other: ReaderSeen): number {
  const [first, second] = [one.opened[0], other.opened[0]];
  if (first === second) return one.name < other.name ? -1 : 1;
  if (first === undefined || second === undefined) return first === undefined ? 1 : -1;
  return first < second ? -1 : 1;
}
