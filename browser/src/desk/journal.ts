// Logboek: who did what with the items of one's own partner, each line proven; and which portal the hub serves.

import { Work, type Context } from "../client/context.ts";
import { codeOf, sentenceOf } from "../client/error.ts";
import type { Both } from "../client/say.ts";
import { nameOf, TrustError, type Known, type World } from "../client/trust.ts";
import { provenOfItem, provenPortal, type ItemRecord, type Proven } from "../client/trust/records.ts";
import { keysOf, look, titleOf } from "../client/verbs/choose.ts";
import type { CaseNumber, Digest, MemberId, Moment } from "../protocol/id.ts";

/** What somebody did with an item. */
export type Did = "put-in" | "taken-out" | "approved" | "declined" | "withdrawn" | "opened" | "refused";

export interface DeedSeen {
  readonly leaf: number;
  readonly at: Moment;
  readonly did: Did;
  readonly by: string;
  /** For whom, where that is not who did it. */
  readonly readers: readonly string[];
}

export interface JournalItem {
  readonly id: Digest;
  readonly case: CaseNumber;
  readonly title: string;
  /** What people signed about it, in order. */
  readonly deeds: readonly DeedSeen[];
}

export interface JournalSeen {
  readonly partner: string;
  /** The newest first. */
  readonly items: readonly JournalItem[];
}

/** What the hub recorded of an item. */
export interface RecordsSeen {
  readonly deeds: readonly DeedSeen[];
  /** Of what it says and can't be proven: why not. */
  readonly alarms: readonly (Both & { readonly code: string })[];
}

/** The items of one's own partner in all cases, with what people signed about them. */
export async function seeJournal(ctx: Context): Promise<JournalSeen> {
  const work = await Work.begin(ctx);
  const { world } = work;
  const own = world.myPartner();
  const items: (JournalItem & { readonly leaf: number })[] = [];
  for (const of of await world.loadAll()) {
    const { number } = of;
    const entered = { work, of, keys: keysOf(work) };
    const mine = [...of.items].flatMap(([id, { item }]) => (item.supplier === own ? [id] : []));
    const looks = await look(entered, mine);
    const statements = world.statementsOf(number);
    for (const id of mine) {
      const deeds = together(deedsOf(world, statements, id));
      const title = titleOf(entered, looks, id);
      items.push({ id, case: number, title, deeds, leaf: deeds[0]?.leaf ?? 0 });
    }
  }
  items.sort((one, other) => other.leaf - one.leaf);
  return { partner: world.house.partnerName(own), items };
}

function deedsOf({ house }: World, statements: readonly Known[], item: Digest): DeedSeen[] {
  return statements.flatMap(({ id, leaf, at, statement }): DeedSeen[] => {
    const { body } = statement;
    const member = statement.member();
    const by = member === undefined ? "" : nameOf(house, member);
    const names = (readers: readonly MemberId[]): string[] => readers.map((reader) => nameOf(house, reader));
    if (id === item) return [{ leaf, at, did: "put-in", by, readers: [] }];
    if (!("item" in body) || body.item !== item) return [];
    switch (body.kind) {
      case "approval":
        return [{ leaf, at, did: "approved", by, readers: names([body.reader]) }];
      case "withdrawal":
        return [{ leaf, at, did: "withdrawn", by, readers: names(body.reader) }];
      case "refusal":
        return [{ leaf, at, did: "declined", by, readers: [] }];
      case "retraction":
        return [{ leaf, at, did: "taken-out", by, readers: [] }];
      default:
        return [];
    }
  });
}

/** What somebody agreed to at one moment is told on one line, for all whom it was for. */
function together(deeds: readonly DeedSeen[]): DeedSeen[] {
  const all: DeedSeen[] = [];
  for (const deed of deeds) {
    const last = all.at(-1);
    const isSame = last !== undefined && last.did === deed.did && last.by === deed.by && last.at === deed.at;
    if (!isSame || deed.readers.length === 0) all.push(deed);
    else all[all.length - 1] = { ...last, readers: [...last.readers, ...deed.readers] };
  }
  return all;
}

/** What the hub recorded of an item, each entry proven by itself. */
export async function seeRecords(ctx: Context, number: CaseNumber, item: Digest): Promise<RecordsSeen> {
  const work = await Work.begin(ctx);
  const { proven, alarms } = await recordsOf(work, number, item);
  const deeds = proven.map(({ leaf, at, record }): DeedSeen => {
    return { leaf, at, did: record.name, by: nameOf(work.world.house, record.member), readers: [] };
  });
  return { deeds, alarms };
}

/** The same as it was recorded, for who goes on with it. */
export async function recordsOf(
  { world, remote }: Work,
  number: CaseNumber,
  item: Digest,
): Promise<{ readonly proven: readonly Proven<ItemRecord>[]; readonly alarms: RecordsSeen["alarms"] }> {
  const { answer, checkpoint } = await world.under(() => remote.records(item));
  const all = provenOfItem(answer.records, number, item, checkpoint);
  return {
    proven: all.flatMap((one) => (one instanceof TrustError ? [] : [one])),
    alarms: all.flatMap((one) => (one instanceof TrustError ? [alarmOf(one)] : [])),
  };
}

function alarmOf(error: unknown): Both & { readonly code: string } {
  return { code: codeOf(error), nl: sentenceOf(error, "nl"), en: sentenceOf(error, "en") };
}

/** The portal that the hub says it serves. */
export interface PortalSeen {
  readonly digest: Digest | undefined;
  /** Since when it is on record. */
  readonly at: Moment | undefined;
  /** Why it is not believed to be on record. */
  readonly alarm: (Both & { readonly code: string }) | undefined;
}

export async function seePortal(ctx: Context): Promise<PortalSeen> {
  const { world, remote } = await Work.begin(ctx);
  const { answer, checkpoint } = await world.under(() => remote.portal());
  const { digest, record } = answer;
  try {
    const at = digest && record && provenPortal(record, digest, checkpoint).at;
    return { digest, at, alarm: undefined };
  } catch (error) {
    if (!(error instanceof TrustError)) throw error;
    return { digest, at: undefined, alarm: alarmOf(error) };
  }
}
