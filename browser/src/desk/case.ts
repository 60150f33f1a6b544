// Casus: one case as a member may know it.

import type { Context } from "../client/context.ts";
import type { Both } from "../client/say.ts";
import { nameOf, type World } from "../client/trust.ts";
import { reportOf, type ItemLine, type RosterLine, type Step } from "../client/verbs/case/show.ts";
import { enter, type Entered } from "../client/verbs/choose.ts";
import type { Unread } from "../client/verbs/letter/answer.ts";
import { waitingFor } from "../client/verbs/meeting.ts";
import type { CaseNumber, Digest, MeetingId, MemberId, Moment } from "../protocol/id.ts";
import { refused } from "../protocol/refusal.ts";
import type { CaseKind, Phase, Seat } from "../protocol/words.ts";
import { closedOf, type ItemSeen } from "./items.ts";
import { named } from "./named.ts";
import { pathOf, type PathSeen } from "./path.ts";

export interface CaseSeen {
  readonly number: CaseNumber;
  readonly kind: CaseKind;
  readonly phase: Phase;
  /** Who referred it, and on whose behalf its procesregisseurs act (9.3). */
  readonly referrer: string;
  readonly directors: readonly string[];
  /** Whether whoever looks runs it. */
  readonly isDirector: boolean;
  /** Whether its own vault was opened yet. */
  readonly isOpened: boolean;
  readonly steps: readonly StepSeen[];
  readonly items: readonly ItemSeen[];
  readonly meetings: readonly MeetingSeen[];
  /** How many pairs of an item and a reader wait for the approval of one's own partner. */
  readonly toApprove: number;
  /** How many items were released to whoever looks, and can be read now. */
  readonly toRead: number;
  readonly path: PathSeen;
}

export interface StepSeen {
  readonly step: Step["step"];
  readonly phase: Phase | undefined;
  readonly item: string | undefined;
  readonly by: string;
  readonly at: Moment;
  readonly text: string | undefined;
  /** Why there is no text. */
  readonly unread: Unread | undefined;
}

export interface MeetingSeen {
  readonly roster: Digest;
  readonly meeting: MeetingId;
  readonly number: number;
  readonly isLatest: boolean;
  readonly phase: Phase;
  readonly date: Moment;
  readonly deadline: Moment;
  readonly until: Moment;
  readonly isUrgent: boolean;
  readonly isConsulted: boolean;
  readonly agenda: string | undefined;
  readonly participants: readonly ParticipantSeen[];
}

export interface ParticipantSeen {
  readonly member: MemberId;
  readonly name: string;
  readonly partner: string;
  readonly seat: Seat;
  readonly approved: number;
  readonly released: number;
}

/** The sentences that stand with any item, whoever looks. */
export type Sentence = Both;

export async function seeCase(ctx: Context, number: CaseNumber): Promise<CaseSeen> {
  const entered = await enter(ctx, number);
  const { work, of } = entered;
  const { world } = work;
  const report = await reportOf(entered);
  const items = report.itemLines.map((line) => itemSeen(world, line));
  const titles = new Map(items.map(({ id, title }) => [id, title]));
  const release = [...of.released.values()].map((ofMeeting) => ofMeeting.get(world.me));
  return {
    number,
    kind: of.kind,
    phase: of.phase,
    referrer: report.partnerName,
    directors: report.directors.map((member) => named(world.house, member).name),
    isDirector: refused(() => of.requireDirector(world.house, world.me, work.now())) === undefined,
    isOpened: of.vault !== undefined,
    steps: report.steps.map((step) => stepSeen(world, titles, step)),
    items,
    meetings: report.rosters.map((line) => meetingSeen(world, titles, line)),
    toApprove: toApprove(entered),
    toRead: release.filter((id) => id !== undefined).length,
    path: pathOf(entered),
  };
}

function toApprove({ work, of }: Entered): number {
  const { world } = work;
  if (refused(() => world.myVaultIn(of)) !== undefined) return 0;
  return waitingFor(world.house, of, world.myPartner(), work.now()).length;
}

function itemSeen(world: World, { id, item, retracted, shown, label, look }: ItemLine): ItemSeen {
  const known = world.statement(id);
  return {
    id,
    title: shown,
    supplier: world.house.partnerName(item.supplier),
    isOwn: item.supplier === world.myPartner(),
    item,
    label,
    closed: closedOf(look),
    isRetracted: retracted,
    at: known?.at,
  };
}

function stepSeen(world: World, titles: ReadonlyMap<Digest, string>, step: Step): StepSeen {
  const { step: kind, phase, item, by, at, text, unread } = step;
  const name = by === undefined ? "" : nameOf(world.house, by);
  return { step: kind, phase, item: item && titles.get(item), by: name, at, text, unread };
}

function meetingSeen({ house }: World, titles: ReadonlyMap<Digest, string>, line: RosterLine): MeetingSeen {
  const { id, roster, meeting, isLatest, isConsulted } = line;
  const { number, phase, date, deadline, until, urgent, agenda } = roster;
  return {
    roster: id,
    meeting,
    number,
    isLatest,
    phase,
    date,
    deadline,
    until,
    isUrgent: urgent === "yes",
    isConsulted,
    agenda: agenda && titles.get(agenda),
    participants: line.participants.map(({ member, seat, approved, released }) => {
      return { member, ...named(house, member), seat, approved, released };
    }),
  };
}
