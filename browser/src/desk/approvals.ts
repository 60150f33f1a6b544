// Akkoord: what a supplier is asked, and its answer.

import type { Context } from "../client/context.ts";
import { codeOf, sentenceOf } from "../client/error.ts";
import type { Both } from "../client/say.ts";
import type { World } from "../client/trust.ts";
import { Work } from "../client/context.ts";
import { approve, asks, refuse, type Approvals, type AskLine, type ApproveWish } from "../client/verbs/meeting.ts";
import type { CaseNumber, Digest, MemberId, Moment } from "../protocol/id.ts";
import type { House } from "../protocol/directory.ts";
import type { Roster } from "../protocol/statement.ts";
import type { Seat } from "../protocol/words.ts";
import { closedOf, type ItemSeen } from "./items.ts";
import { named } from "./named.ts";
import type { Plans, Prepared } from "./plans.ts";

/** One roster for which the partner is asked. */
export interface AskSeen {
  readonly case: CaseNumber;
  readonly roster: Digest;
  readonly date: Moment;
  readonly deadline: Moment;
  readonly from: Moment;
  readonly until: Moment;
  readonly isUrgent: boolean;
  readonly agenda: { readonly title: string; readonly text: string | undefined } | undefined;
  /** Why the agenda does not open, though it should. */
  readonly agendaAlarm: (Both & { readonly code: string }) | undefined;
  readonly items: readonly Pick<ItemSeen, "id" | "title" | "label" | "closed">[];
  readonly readers: readonly ReaderSeen[];
  /** The pairs that wait: an item, and a reader. */
  readonly waiting: readonly { readonly item: Digest; readonly reader: MemberId; readonly isRepeated: boolean }[];
}

export interface ReaderSeen {
  readonly member: MemberId;
  readonly name: string;
  readonly partner: string;
  readonly seat: Seat;
}

function readerSeen(house: House, { participant }: Roster, member: MemberId): ReaderSeen {
  const seat = participant.find((each) => each.member === member)?.seat ?? "delegate";
  return { member, ...named(house, member), seat };
}

/** Organisations by name, and of each the participants before their deputies. */
function byPartner(one: ReaderSeen, other: ReaderSeen): number {
  const order = ({ partner, seat, name }: ReaderSeen): string => `${partner} ${seat === "delegate" ? 0 : 1} ${name}`;
  return order(one) < order(other) ? -1 : 1;
}

/** What waits in one case. */
export async function seeAsks(ctx: Context, number: CaseNumber): Promise<AskSeen[]> {
  const work = await Work.begin(ctx);
  return (await asks(work, number)).map((line) => askSeen(work.world, line));
}

function askSeen({ house }: World, line: AskLine): AskSeen {
  const { roster, agenda } = line;
  const alarm = agenda !== undefined && "alarm" in agenda ? agenda.alarm : undefined;
  return {
    case: line.case,
    roster: line.id,
    date: roster.date,
    deadline: roster.deadline,
    from: roster.from,
    until: roster.until,
    isUrgent: roster.urgent === "yes",
    agenda: agenda !== undefined && "title" in agenda ? agenda : undefined,
    agendaAlarm:
      alarm === undefined
        ? undefined
        : { code: codeOf(alarm), nl: sentenceOf(alarm, "nl"), en: sentenceOf(alarm, "en") },
    items: line.items.map(({ item, title, look }) => ({
      id: item,
      title,
      label: look.kind === "label" ? look.label : undefined,
      closed: closedOf(look),
    })),
    readers: line.readers.map((member) => readerSeen(house, roster, member)).sort(byPartner),
    waiting: line.waiting.map(({ item, reader, isApprovedBefore }) => ({ item, reader, isRepeated: isApprovedBefore })),
  };
}

/** What is answered: some items, for some readers. */
export interface Answer {
  readonly roster: Digest;
  readonly items: readonly Digest[];
  readonly readers: readonly MemberId[];
  /** Instead of what is named: all that was approved for an earlier roster of the meeting. */
  readonly isRepeated?: boolean;
}

/** What an approval gives: perhaps not every item to every reader, as some of it was answered before. */
export interface Gives {
  readonly readers: readonly ReaderGiven[];
  readonly items: readonly Pick<ItemSeen, "id" | "title">[];
  /** The pairs of an item and a reader. */
  readonly pairs: number;
}

export interface ReaderGiven extends ReaderSeen {
  readonly gets: readonly Digest[];
}

/** An approval that is about to be given, with what it gives. More may wait by now than when somebody looked. */
export interface ApprovalPrepared extends Prepared {
  readonly gives: Gives;
}

export async function planApproval(
  ctx: Context,
  plans: Plans,
  number: CaseNumber,
  answer: Answer,
): Promise<ApprovalPrepared> {
  const { roster, items, readers, isRepeated } = answer;
  // What was refused before stays so: only what waits is approved.
  const wish: ApproveWish = isRepeated === true ? { roster, repeat: true } : { roster, items, readers, waitingOnly: true };
  const work = await Work.begin(ctx);
  const planned = await approve(work, number, wish);
  const left = planned.left.map(({ pair, why }) => {
    const name = work.world.nameOf(pair.reader);
    return { nl: `${name}: ${why.sentence("nl")}`, en: `${name}: ${why.sentence("en")}` };
  });
  const prepared = await plans.prepare(ctx, { ...planned, warnings: [...planned.warnings, ...left] });
  return { ...prepared, gives: givenBy(work.world, planned) };
}

function givenBy({ house }: World, { lines, approvals }: Approvals): Gives {
  const getsOf = (id: Digest, member: MemberId): Digest[] =>
    approvals.filter(({ roster, reader }) => roster === id && reader === member).map(({ item }) => item);
  const readers = lines.flatMap(({ id, roster, readers: all }) =>
    all.map((member) => ({ ...readerSeen(house, roster, member), gets: getsOf(id, member) })),
  );
  const items = lines.flatMap((line) => line.items.map(({ item, title }) => ({ id: item, title })));
  return { readers: readers.sort(byPartner), items, pairs: approvals.length };
}

export async function planRefusal(
  ctx: Context,
  plans: Plans,
  number: CaseNumber,
  answer: Answer,
  reason: string,
): Promise<Prepared> {
  return plans.prepare(ctx, await refuse(ctx, number, answer, reason));
}
