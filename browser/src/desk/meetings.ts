// Overleg: a meeting as who runs it sees it, and what is signed for it.

import { Work, type Context } from "../client/context.ts";
import { codeOf, sentenceOf } from "../client/error.ts";
import { MemoryScratches } from "../client/home.ts";
import { short } from "../client/describe.ts";
import { GROUNDS, groundOf, readNote, TEXT, type Grounds } from "../client/note.ts";
import type { Both } from "../client/say.ts";
import type { Draft } from "../client/sign.ts";
import { nameOf, type World } from "../client/trust.ts";
import { enter, look, titleOf, type Entered, type Looks } from "../client/verbs/choose.ts";
import { directoryOf } from "../client/verbs/directory.ts";
import { openedPart, type Unread } from "../client/verbs/letter/answer.ts";
import { agendaFile, ask, consult, meet, release, roster, type MeetingWish } from "../client/verbs/meeting.ts";
import { askLine } from "../client/verbs/meeting/ask.ts";
import {
  digest,
  meetingId,
  memberId,
  moment,
  type CaseNumber,
  type Digest,
  type MeetingId,
  type MemberId,
  type Moment,
} from "../protocol/id.ts";
import type { CaseState } from "../protocol/case.ts";
import { forTerminal } from "../protocol/label.ts";
import { refused } from "../protocol/refusal.ts";
import { releasedItems } from "../protocol/statement.ts";
import { hasMeetings, type ConsultationForm, type Phase, type Seat } from "../protocol/words.ts";
import { cellsOf, columnsOf, packOf, type CellSeen, type ColumnSeen } from "./cells.ts";
import { named } from "./named.ts";
import type { Plans, Prepared } from "./plans.ts";
import { latestRosters, standingOf, type MeetingStanding, type NextStep } from "./standing.ts";

export interface MeetingsSeen {
  readonly number: CaseNumber;
  readonly phase: Phase;
  /** Whether people meet in this phase. */
  readonly hasMeetings: boolean;
  readonly isDirector: boolean;
  readonly referrer: string;
  /** Those that are ahead first, then those that were held, the last one first. */
  readonly meetings: readonly MeetingSeen[];
  readonly people: readonly InvitableSeen[];
  /** Partners that have not signed: nobody of theirs can be invited. */
  readonly unsigned: readonly string[];
}

/** Someone of a signed partner, in the directory. */
export interface InvitableSeen {
  readonly member: MemberId;
  readonly name: string;
  readonly partner: string;
  /** Why not, if so. */
  readonly refused: Both | undefined;
}

export interface MeetingSeen {
  readonly meeting: MeetingId;
  readonly roster: Digest;
  readonly number: number;
  readonly phase: Phase;
  readonly date: Moment;
  readonly deadline: Moment;
  readonly until: Moment;
  readonly isUrgent: boolean;
  readonly next: NextStep;
  readonly isInUse: boolean;
  readonly isHeld: boolean;
  readonly agenda: { readonly title: string; readonly text: string | undefined } | undefined;
  readonly agendaAlarm: (Both & { readonly code: string }) | undefined;
  /** The items that can be asked for and were not. */
  readonly toAsk: readonly ColumnSeen[];
  /** Whether anything was asked for this roster, or for one before it. */
  readonly isAsked: boolean;
  readonly wasAskedBefore: boolean;
  /** How many answers are open, and of whom. */
  readonly waiting: number;
  readonly waitingFor: readonly string[];
  readonly isLate: boolean;
  readonly needsConsultation: boolean;
  readonly consultation: ConsultationSeen | undefined;
  readonly columns: readonly ColumnSeen[];
  readonly readers: readonly ReaderRow[];
  /** Why the grounds on which they may be present can't be read, if so. */
  readonly groundsUnread: Unread | undefined;
  /** Who can be given something that they don't have. */
  readonly toRelease: readonly MemberId[];
}

export interface ConsultationSeen {
  readonly at: Moment;
  readonly by: string;
  readonly form: ConsultationForm;
  readonly text: string | undefined;
  /** Why there is no text. */
  readonly unread: Unread | undefined;
}

export interface ReaderRow {
  readonly member: MemberId;
  readonly name: string;
  readonly partner: string;
  readonly seat: Seat;
  /** On which ground this person may be present; empty where that can't be read. */
  readonly ground: string;
  /** Why nothing can be given to this person now, if so. */
  readonly refused: Both | undefined;
  /** What this person can read now. */
  readonly pack: readonly Digest[];
  /** One for each column. */
  readonly cells: readonly CellSeen[];
}

export async function seeMeetings(ctx: Context, number: CaseNumber): Promise<MeetingsSeen> {
  const entered = await enter(ctx, number);
  const { work, of } = entered;
  const { world } = work;
  const now = work.now();
  const isDirector = refused(() => of.requireDirector(world.house, world.me, now)) === undefined;
  const looks = isDirector ? await look(entered, of.items.keys()) : new Map();
  const meetings: MeetingSeen[] = [];
  for (const [meeting, id, roster] of isDirector ? latestRosters(of) : []) {
    const standing = standingOf(world, of, id, roster, now);
    meetings.push(await meetingSeen(entered, looks, meeting, standing));
  }
  return {
    number,
    phase: of.phase,
    hasMeetings: hasMeetings(of.phase),
    isDirector,
    referrer: world.house.partnerName(of.partner),
    meetings: [...meetings.filter(isAhead), ...meetings.filter((each) => !isAhead(each)).reverse()],
    people: isDirector ? invitable(world) : [],
    unsigned: isDirector ? unsignedOf(world) : [],
  };
}

function isAhead({ isInUse, isHeld }: MeetingSeen): boolean {
  return isInUse && !isHeld;
}

function invitable(world: World): InvitableSeen[] {
  const { house } = world;
  const own = house.housePartner();
  return directoryOf(world)
    .members.filter(({ partner }) => partner !== own && house.mayBeGiven(partner))
    .map(({ member, name, partnerName, refused: why }) => {
      return { member, name, partner: partnerName, refused: world.gone(member) ?? bothOf(why) };
    });
}

function unsignedOf(world: World): string[] {
  const { house } = world;
  const isClosed = ({ partner }: { partner: ReturnType<World["myPartner"]> }): boolean => !house.mayBeGiven(partner);
  return directoryOf(world)
    .partners.filter(isClosed)
    .map(({ name }) => name);
}

function bothOf(why: { sentence(language: "nl" | "en"): string } | undefined): Both | undefined {
  return why && { nl: why.sentence("nl"), en: why.sentence("en") };
}

async function meetingSeen(
  entered: Entered,
  looks: Looks,
  meeting: MeetingId,
  standing: MeetingStanding,
): Promise<MeetingSeen> {
  const { work, of } = entered;
  const { house } = work.world;
  const { id, roster, waiting } = standing;
  const { agenda } = await askLine(entered, id, []);
  const grounds = await groundsOf(entered, id);
  const alarm = agenda !== undefined && "alarm" in agenda ? agenda.alarm : undefined;
  const columns = columnsOf(entered, standing, (item) => titleOf(entered, looks, item));
  const asksBefore = [...of.asks.values()].filter((other) => {
    const earlier = of.rosters.get(other.roster);
    return earlier?.meeting === meeting && earlier.number < roster.number;
  });
  return {
    meeting,
    roster: id,
    number: roster.number,
    phase: roster.phase,
    date: roster.date,
    deadline: roster.deadline,
    until: roster.until,
    isUrgent: roster.urgent === "yes",
    next: standing.next,
    isInUse: standing.isInUse,
    isHeld: standing.isHeld,
    agenda: agenda !== undefined && "title" in agenda ? agenda : undefined,
    agendaAlarm: alarm === undefined ? undefined : { code: codeOf(alarm), nl: sentenceOf(alarm, "nl"), en: sentenceOf(alarm, "en") },
    toAsk: columns.filter(({ item }) => standing.toAsk.includes(item)),
    isAsked: standing.asked.size > 0,
    wasAskedBefore: asksBefore.length > 0,
    waiting: waiting.length,
    waitingFor: [...new Set(waiting.map(({ supplier }) => house.partnerName(supplier)))].sort(),
    isLate: standing.isLate,
    needsConsultation: standing.needsConsultation,
    consultation: await consultationOf(entered, id),
    columns,
    readers: readerRows(entered, standing, columns, "text" in grounds ? grounds.text : undefined),
    groundsUnread: "unread" in grounds ? grounds.unread : undefined,
    toRelease: standing.toRelease,
  };
}

async function consultationOf({ work: { world }, of, keys }: Entered, roster: Digest): Promise<ConsultationSeen | undefined> {
  const found = [...of.consultations].find(([, consultation]) => consultation.roster === roster);
  const known = found && world.statement(found[0]);
  if (found === undefined || known === undefined) return undefined;
  const [id, { form }] = found;
  const opened = await openedPart(keys, world, id, "outcome", (bytes) => readNote(bytes, TEXT).text);
  const by = known.statement.member();
  const name = by === undefined ? "" : nameOf(world.house, by);
  const [text, unread] = "text" in opened ? [opened.text, undefined] : [undefined, opened.unread];
  return { at: known.at, by: name, form, text, unread };
}

function readerRows(
  entered: Entered,
  standing: MeetingStanding,
  columns: readonly ColumnSeen[],
  grounds: Grounds | undefined,
): ReaderRow[] {
  const { work, of } = entered;
  const { world } = work;
  const { house } = world;
  const rows = standing.roster.participant.map(({ member, seat }) => {
    return {
      member,
      ...named(house, member),
      seat,
      ground: (grounds && groundOf(grounds, member)) ?? "",
      refused: world.gone(member) ?? bothOf(refused(() => house.member(member, work.now()))),
      pack: packOf(of, standing.roster, member),
      cells: cellsOf(house, of, standing, columns, member),
    };
  });
  const order = ({ partner, seat, name }: ReaderRow): string => `${partner} ${seat === "delegate" ? 0 : 1} ${name}`;
  return rows.sort((one, other) => (order(one) < order(other) ? -1 : 1));
}

/** Why each may be present. */
function groundsOf({ work: { world }, keys }: Entered, id: Digest): ReturnType<typeof openedPart<Grounds>> {
  return openedPart(keys, world, id, "grounds", (bytes) => readNote(bytes, GROUNDS));
}

// What is signed.

/** A meeting as it was filled in. */
export interface MeetingWanted {
  /** The meeting that changes; nothing for a new one. */
  readonly meeting: string | undefined;
  readonly date: string;
  readonly deadline: string;
  readonly isUrgent: boolean;
  /** A new agenda; without one it stays as it was. */
  readonly agenda: { readonly title: string; readonly text: string } | undefined;
  readonly participants: readonly { readonly member: string; readonly seat: Seat; readonly ground: string }[];
}

/** Agendas on their way out: a few lines, so in memory. */
const outgoing = new MemoryScratches();

export async function planMeeting(ctx: Context, plans: Plans, number: CaseNumber, wanted: MeetingWanted): Promise<Prepared> {
  const { meeting, agenda } = wanted;
  const wish: MeetingWish = {
    ...(meeting === undefined ? {} : { meeting: meetingId(meeting) }),
    date: moment(wanted.date),
    deadline: moment(wanted.deadline),
    urgent: wanted.isUrgent,
    participants: wanted.participants.map(({ member, seat, ground }) => ({ member: memberId(member), seat, ground })),
  };
  if (agenda === undefined) return plans.make(ctx, (work) => roster(work, number, wish));
  const file = agendaFile(agenda.title, agenda.text, ctx.clock.now());
  return plans.prepare(ctx, await meet(ctx, number, wish, file, outgoing));
}

/** Asks for the items that were shown, and no other. */
export async function planAsk(
  ctx: Context,
  plans: Plans,
  number: CaseNumber,
  id: Digest,
  items: readonly Digest[],
): Promise<Prepared> {
  return plans.make(ctx, (work) => ask(work, number, { roster: id, items }));
}

export async function planConsultation(
  ctx: Context,
  plans: Plans,
  number: CaseNumber,
  wanted: { readonly roster: string; readonly form: ConsultationForm; readonly outcome: string },
): Promise<Prepared> {
  return plans.make(ctx, (work) => consult(work, number, { ...wanted, roster: digest(wanted.roster) }));
}

/** What is released: all that was approved, or some of it. */
export interface ReleaseWanted {
  readonly roster: string;
  readonly readers: readonly string[] | undefined;
  readonly items: readonly string[] | undefined;
}

/** A release that is about to be given, with what it gives and takes. More may be approved by now than when somebody looked. */
export interface ReleasePrepared extends Prepared {
  readonly gives: readonly ReaderGiven[];
}

export interface ReaderGiven {
  readonly member: MemberId;
  readonly name: string;
  readonly partner: string;
  readonly gets: readonly { readonly item: Digest; readonly title: string }[];
  /** What is in the present pack and not in this one. */
  readonly loses: readonly Digest[];
}

export async function planRelease(
  ctx: Context,
  plans: Plans,
  number: CaseNumber,
  wanted: ReleaseWanted,
): Promise<ReleasePrepared> {
  const { readers, items } = wanted;
  const wish = {
    roster: digest(wanted.roster),
    ...(readers && { readers: readers.map((each) => memberId(each)) }),
    ...(items && { items: items.map((each) => digest(each)) }),
  };
  const work = await Work.begin(ctx);
  const planned = await release(work, number, wish);
  // Who is given nothing is told with what is signed: nobody finds out at the table.
  const left = planned.left.map(({ reader, why }) => {
    const name = work.world.nameOf(reader);
    return { nl: `${name}: ${why.sentence("nl")}`, en: `${name}: ${why.sentence("en")}` };
  });
  const prepared = await plans.prepare(work, { ...planned, warnings: [...planned.warnings, ...left] });
  return { ...prepared, gives: givenBy(work.world, await work.world.loadCase(number), planned.draft) };
}

function givenBy(world: World, of: CaseState, { statements, called }: Draft): ReaderGiven[] {
  return statements.flatMap(({ body }): ReaderGiven[] => {
    const roster = body.kind === "release" ? of.rosters.get(body.roster) : undefined;
    if (body.kind !== "release" || roster === undefined) return [];
    const items = releasedItems(body);
    return [
      {
        member: body.reader,
        ...named(world.house, body.reader),
        gets: items.map((item) => ({ item, title: forTerminal(called.get(item) ?? short(item)) })),
        loses: packOf(of, roster, body.reader).filter((item) => !items.includes(item)),
      },
    ];
  });
}
