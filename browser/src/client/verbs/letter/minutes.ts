// Minutes: an item of that kind, and a letter to each participant.
//
// The item is a file in TOML, as the command line takes it. Its label cites all sources, so that the suppliers' rules
// can be found back. An addressee sees a source only if it was released to it, or is its own partner's: else the
// minutes would tell that it exists.

import { utf8 } from "../../../protocol/bytes.ts";
import { digestOf, type CaseNumber, type Day, type Digest, type MemberId, type Moment } from "../../../protocol/id.ts";
import { latestRoster } from "../../../protocol/meeting.ts";
import { refused } from "../../../protocol/refusal.ts";
import type { Roster } from "../../../protocol/statement.ts";
import type { Context, Plan } from "../../context.ts";
import { requireContent, tidy, type Minutes, type Source } from "../../letter/content.ts";
import { momentWords } from "../../letter/dates.ts";
import { addressee } from "../../letter/mail.ts";
import { rightFromRelease } from "../../open.ts";
import { NOTHING } from "../../planned.ts";
import { enter, labelIn, look, rosterIn, titleOf, type Entered, type Looks } from "../choose.ts";
import { contribute, retentionOr, type NewFile, type Sending as Files } from "../contribute.ts";
import { sendLetters, somebodyCannot, type Sending } from "./send.ts";
import { postOf, type Along } from "./write.ts";

/** Someone of the directory, or whoever else was there by a name. */
export type Person = { readonly member: MemberId } | { readonly name: string };

/** Minutes as they are to be sent. What goes along with them goes into the case first, as an item. */
export interface Reporting extends Omit<Along, "attachments" | "progress"> {
  /** Without it the only one in use. */
  readonly roster?: Digest;
  /** Only to these people; else to all delegates, and to deputies who were present. */
  readonly to?: readonly MemberId[];
  readonly title: string;
  /** The legal basis, in words. */
  readonly ground: string;
  readonly retention?: Day;
  readonly present: readonly Person[];
  readonly absent: readonly Person[];
  readonly paragraphs: readonly Reported[];
  readonly decisions: readonly string[];
  readonly actions: readonly { readonly who: Person; readonly what: string; readonly until?: Moment }[];
  /** Until when to say that something is not right. */
  readonly until?: Moment;
}

/** A paragraph, and the items that it is drawn from. */
export interface Reported {
  readonly heading?: string;
  readonly text: string;
  readonly sources: readonly Digest[];
}

/**
 * The item, first: what will be signed for it, and its id. All is judged as it would be sent, before it leaves. The
 * plan is empty where these very minutes are in the case already.
 */
export async function minutesItem(
  ctx: Context,
  number: CaseNumber,
  reporting: Reporting,
  files: Files,
): Promise<Plan<Digest>> {
  const entered = await enter(ctx, number);
  const { work, of } = entered;
  const { world } = work;
  const now = work.now();
  of.requireDirector(world.house, world.me, now);
  const roster = rosterOf(entered, reporting);
  requireContent(minutesOf(entered, reporting, roster, NOTHING, () => []), now);
  requireAddressees(entered, receiversOf(roster, reporting), reporting, now);
  const file = fileOf(entered, reporting);
  const known = await onRecord(entered, digestOf(file));
  if (known !== undefined) return { draft: work.draft(), warnings: [], send: async () => known };
  const plan = await contribute(ctx, number, [newFile(reporting, file, roster.date, now)], files);
  return { ...plan, send: async () => (await plan.send()).items[0]!.item };
}

/** The letters, once the item is on record: as each of them gets it. */
export async function minutesLetters(
  ctx: Context,
  number: CaseNumber,
  reporting: Reporting,
  item: Digest,
): Promise<Sending> {
  const entered = await enter(ctx, number);
  const { work, of } = entered;
  of.requireDirector(work.world.house, work.world.me, work.now());
  const { id } = rosterIn(of, reporting.roster, work.now());
  const roster = rosterOf(entered, reporting);
  const looks = await look(entered, new Set(reporting.paragraphs.flatMap(({ sources }) => sources)));
  const to = receiversOf(roster, reporting).map((member) => {
    const shown = (sources: readonly Digest[]): Source[] => shownTo(entered, looks, sources, member);
    return { member, content: minutesOf(entered, reporting, roster, item, shown) };
  });
  return sendLetters(entered, { ...postOf(number, reporting), roster: id, to }, reporting.portal);
}

function rosterOf({ work, of }: Entered, { roster }: Reporting): Roster {
  return latestRoster(of, rosterIn(of, roster, work.now()).id);
}

function nameIn({ work: { world } }: Entered, person: Person): string {
  return "member" in person ? world.nameOf(person.member) : tidy(person.name);
}

function minutesOf(
  entered: Entered,
  reporting: Reporting,
  { date }: Roster,
  item: Digest,
  shown: (sources: readonly Digest[]) => Source[],
): Minutes {
  const names = (people: readonly Person[]): string[] => people.map((person) => nameIn(entered, person));
  return {
    kind: "minutes",
    date,
    item,
    present: names(reporting.present),
    absent: names(reporting.absent),
    paragraphs: reporting.paragraphs.map(({ heading, text, sources }) => ({
      heading: heading === undefined ? undefined : tidy(heading),
      text: tidy(text),
      sources: shown(sources),
    })),
    decisions: reporting.decisions.map(tidy),
    actions: reporting.actions.map(({ who, what, until }) => ({ who: nameIn(entered, who), what: tidy(what), until })),
    until: reporting.until,
  };
}

/** Who gets the minutes. */
function receiversOf({ participant }: Roster, { to, present }: Reporting): MemberId[] {
  if (to !== undefined && to.length > 0) return [...new Set(to)];
  const members = new Set(present.flatMap((person) => ("member" in person ? [person.member] : [])));
  return participant
    .filter(({ seat, member }) => seat === "delegate" || members.has(member))
    .map(({ member }) => member);
}

/** Before anything is sent, the item too: everyone can get a letter, or is left out. */
function requireAddressees(
  { work: { world } }: Entered,
  members: readonly MemberId[],
  { without = [] }: Reporting,
  now: Moment,
): void {
  const cannot: [MemberId, unknown][] = [];
  for (const member of members.filter((each) => !without.includes(each))) {
    try {
      addressee(world.house, member, now);
    } catch (error) {
      cannot.push([member, error]);
    }
  }
  if (cannot.length > 0) throw somebodyCannot(world, cannot);
}

/** The item, if this very file is in the case as minutes already: the letters were cut off. */
async function onRecord(entered: Entered, file: Digest): Promise<Digest | undefined> {
  const minutes = [...entered.of.items].filter(([, { item, retracted }]) => item.itemKind === "minutes" && !retracted);
  const looks = await look(entered, minutes.map(([id]) => id));
  return [...looks].find(([, seen]) => labelIn(seen)?.bodyDigest === file)?.[0];
}

/** The minutes as a file. What JSON writes for a text, TOML reads as the same text. */
function fileOf(entered: Entered, reporting: Reporting): Uint8Array {
  const text = (value: string): string => JSON.stringify(tidy(value)).replaceAll("\x7f", "\\u007f");
  const list = (values: readonly string[]): string => `[${values.map(text).join(", ")}]`;
  const names = (people: readonly Person[]): string => list(people.map((person) => nameIn(entered, person)));
  const until = (at: Moment | undefined): string[] => (at === undefined ? [] : [`until = ${text(at)}`]);
  const paragraphs = reporting.paragraphs.flatMap(({ heading, text: said, sources }) => [
    "",
    "[[paragraph]]",
    ...(heading === undefined ? [] : [`heading = ${text(heading)}`]),
    `text = ${text(said)}`,
    `sources = ${list(sources)}`,
  ]);
  const actions = reporting.actions.flatMap(({ who, what, until: at }) => [
    "",
    "[[action]]",
    `who = ${text(nameIn(entered, who))}`,
    `what = ${text(what)}`,
    ...until(at),
  ]);
  const head = [
    `present = ${names(reporting.present)}`,
    `absent = ${names(reporting.absent)}`,
    `decisions = ${list(reporting.decisions)}`,
    ...until(reporting.until),
  ];
  return utf8(`${[...head, ...paragraphs, ...actions].join("\n")}\n`);
}

function newFile(reporting: Reporting, file: Uint8Array, date: Moment, now: Moment): NewFile {
  return {
    file: new Blob([file as Uint8Array<ArrayBuffer>], { type: "application/toml" }),
    fileName: "verslag.toml",
    title: `${reporting.title} ${momentWords(date, "nl")}`,
    terms: {
      kind: "minutes",
      director: "reads",
      approval: "ask",
      phases: ["triage", "rto", "plan"],
      from: undefined,
      until: undefined,
      withheld: "silent",
      retention: retentionOr(reporting.retention, now),
    },
    about: {
      regime: "avg",
      legalGround: reporting.ground,
      allowedUse: "Alleen voor deze casus.",
      onward: "ask",
      cites: reporting.paragraphs.flatMap(({ sources }) => sources),
    },
  };
}

/** The sources that an addressee may know of. */
function shownTo(entered: Entered, looks: Looks, sources: readonly Digest[], member: MemberId): Source[] {
  const { work, of } = entered;
  const { house } = work.world;
  const opening = { house, of, me: member, now: work.now() };
  return [...new Set(sources)].sort().flatMap((item) => {
    const supplier = of.items.get(item)?.item.supplier;
    if (supplier === undefined) return [];
    const isOwn = supplier === house.partnerOf(member);
    const isKnown = isOwn || refused(() => rightFromRelease(opening, item)) === undefined;
    return isKnown ? [{ item, title: titleOf(entered, looks, item), supplier: house.partnerName(supplier) }] : [];
  });
}
