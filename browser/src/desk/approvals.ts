// Akkoord: what a supplier is asked, and its answer.

import type { Context } from "../client/context.ts";
import { codeOf, sentenceOf } from "../client/error.ts";
import type { Both } from "../client/say.ts";
import type { World } from "../client/trust.ts";
import { Work } from "../client/context.ts";
import { approve, asks, refuse, type AskLine, type ApproveWish } from "../client/verbs/meeting.ts";
import type { CaseNumber, Digest, MemberId, Moment } from "../protocol/id.ts";
import { closedOf, type ItemSeen } from "./items.ts";
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
}

/** What waits in one case. */
export async function seeAsks(ctx: Context, number: CaseNumber): Promise<AskSeen[]> {
  const { world } = await Work.begin(ctx);
  return (await asks(ctx)).filter((line) => line.case === number).map((line) => askSeen(world, line));
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
    readers: line.readers.map((member) => {
      const membership = house.members.get(member);
      const partner = membership === undefined ? "" : house.partnerName(membership.partner);
      return { member, name: membership?.name ?? member, partner };
    }),
    waiting: line.waiting.map(({ item, reader, isApprovedBefore }) => ({ item, reader, isRepeated: isApprovedBefore })),
  };
}

/** What is answered: some items, for some readers. */
export interface Answer {
  readonly roster: Digest;
  readonly items: readonly Digest[];
  readonly readers: readonly MemberId[];
}

export async function planApproval(ctx: Context, plans: Plans, number: CaseNumber, answer: Answer): Promise<Prepared> {
  const wish: ApproveWish = answer;
  return plans.prepare(ctx, await approve(ctx, number, wish));
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
