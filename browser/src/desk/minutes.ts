// Verslag: what was said and decided at a meeting, as an item of the case and a letter to who was there.

import { Work, type Context } from "../client/context.ts";
import { MemoryScratches } from "../client/home.ts";
import { enter, labelIn, look, titleOf } from "../client/verbs/choose.ts";
import { minutesItem, minutesLetters, type Person, type Reporting } from "../client/verbs/letter.ts";
import { digest, memberId, moment, type CaseNumber, type Digest, type MemberId, type Moment } from "../protocol/id.ts";
import { refusal, there } from "../protocol/refusal.ts";
import type { Seat } from "../protocol/words.ts";
import { named } from "./named.ts";
import type { Plans, Prepared } from "./plans.ts";
import { prepared, type LettersPrepared } from "./writing.ts";

export interface ReportingSeen {
  readonly date: Moment;
  /** Whether minutes of it can be put on record now. */
  readonly isOpen: boolean;
  readonly people: readonly { readonly member: MemberId; readonly name: string; readonly partner: string; readonly seat: Seat }[];
  /** What a paragraph can be drawn from. */
  readonly items: readonly { readonly item: Digest; readonly title: string; readonly supplier: string }[];
}

export async function seeReporting(ctx: Context, number: CaseNumber, id: Digest): Promise<ReportingSeen> {
  const entered = await enter(ctx, number);
  const { work, of } = entered;
  const { house, me } = work.world;
  of.requireDirector(house, me, work.now());
  const roster = there(of.rosters.get(id), "unknown-roster");
  const items = [...of.items].filter(([, { item, retracted }]) => !retracted && item.itemKind !== "agenda" && item.itemKind !== "minutes");
  const looks = await look(entered, items.map(([item]) => item));
  return {
    date: roster.date,
    isOpen: of.latest.get(roster.meeting) === id && of.phase !== "ended",
    people: roster.participant.map(({ member, seat }) => ({ member, ...named(house, member), seat })),
    items: items
      .filter(([item]) => labelIn(looks.get(item)) !== undefined)
      .map(([item, state]) => ({ item, title: titleOf(entered, looks, item), supplier: house.partnerName(state.item.supplier) })),
  };
}

/** Minutes as they were filled in. What is no member's id is a name. */
export interface ReportWanted {
  readonly roster: string;
  readonly present: readonly string[];
  readonly absent: readonly string[];
  /** Others who were there, by name. */
  readonly others: readonly string[];
  readonly paragraphs: readonly { readonly heading: string; readonly text: string; readonly sources: readonly string[] }[];
  readonly decisions: readonly string[];
  readonly actions: readonly { readonly member: string | undefined; readonly who: string; readonly what: string; readonly until: string }[];
  readonly until: string;
}

/** Minutes on their way out: a few pages, so in memory. */
const outgoing = new MemoryScratches();

/** The item is put on record first: it is what the letters name. */
export async function planMinutes(
  ctx: Context,
  plans: Plans,
  number: CaseNumber,
  portal: string,
  wanted: ReportWanted,
): Promise<Prepared> {
  return plans.prepare(ctx, await minutesItem(ctx, number, reportingOf(portal, wanted), { outgoing }));
}

/** The letters, once the item is on record. */
export async function planMinutesLetters(
  ctx: Context,
  plans: Plans,
  number: CaseNumber,
  portal: string,
  wanted: ReportWanted,
): Promise<LettersPrepared> {
  const reporting = reportingOf(portal, wanted);
  // These very minutes are in the case by now, so that nothing is put in twice.
  const known = await minutesItem(ctx, number, reporting, { outgoing });
  // What was not agreed to is not signed here.
  if (known.draft.statements.length > 0) throw refusal("unknown-item");
  const item = await known.send();
  const work = await Work.begin(ctx);
  const sending = await minutesLetters(work, number, reporting, item);
  return prepared(work, plans, sending, sending.letters.length + sending.before.length);
}

function reportingOf(portal: string, wanted: ReportWanted): Reporting {
  const { roster, present, absent, others, paragraphs, decisions, actions, until } = wanted;
  const members = (all: readonly string[]): Person[] => all.map((each) => ({ member: memberId(each) }));
  return {
    roster: digest(roster),
    title: "Verslag",
    ground: "convenant, artikel 6.4",
    present: [...members(present), ...others.map((name) => ({ name }))],
    absent: members(absent),
    paragraphs: paragraphs.map(({ heading, text, sources }) => ({
      ...(heading.trim() === "" ? {} : { heading }),
      text,
      sources: sources.map((each) => digest(each)),
    })),
    decisions,
    actions: actions.map(({ member, who, what, until: by }) => ({
      who: member === undefined ? { name: who } : { member: memberId(member) },
      what,
      ...(by === "" ? {} : { until: moment(by) }),
    })),
    ...(until === "" ? {} : { until: moment(until) }),
    portal,
  };
}
