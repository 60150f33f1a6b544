// Who will be at a meeting, and why each may be. A change is a new roster, for which no earlier approval holds.

import type { CaseState } from "../../../protocol/case.ts";
import {
  newMeetingId,
  plus,
  type CaseNumber,
  type Digest,
  type MeetingId,
  type MemberId,
  type Moment,
} from "../../../protocol/id.ts";
import { judgeRoster } from "../../../protocol/meeting.ts";
import { there } from "../../../protocol/refusal.ts";
import type { Roster } from "../../../protocol/statement.ts";
import type { Participant } from "../../../protocol/words/composed.ts";
import type { Phase, Seat, YesNo } from "../../../protocol/words.ts";
import type { Context, Plan } from "../../context.ts";
import { wishOf } from "../../done.ts";
import { ClientError } from "../../error.ts";
import { vaultRecipient } from "../../grant.ts";
import { groundOf, GROUNDS, noteBytes, readNote, type Grounds } from "../../note.ts";
import type { Draft } from "../../sign.ts";
import type { World } from "../../trust.ts";
import { warningsAbout } from "../../vault.ts";
import { callItems, enter, type Entered } from "../choose.ts";

const DAY = 24 * 3600;

/** Someone to be on the roster. */
export interface Invited {
  readonly member: MemberId;
  readonly seat: Seat;
  /** The ground on which this person may lawfully be present (9.2e). */
  readonly ground: string;
}

/** A meeting as it should be. What is not given stays as it was on the roster before. */
export interface MeetingWish {
  /** The meeting that changes; without one a new meeting. */
  readonly meeting?: MeetingId;
  readonly phase?: Phase;
  readonly date?: Moment;
  readonly deadline?: Moment;
  readonly urgent?: boolean;
  readonly agenda?: Digest;
  readonly from?: Moment;
  readonly until?: Moment;
  /** Everyone, in place of who was there before. */
  readonly participants?: readonly Invited[];
  readonly add?: readonly Invited[];
  readonly remove?: readonly MemberId[];
  /** That the very same is wanted once more, and for which time. */
  readonly again?: number;
}

export interface Planned {
  readonly roster: Digest;
  readonly meeting: MeetingId;
  readonly number: number;
  readonly participants: number;
  /** False if it was on record before, by the same wish. */
  readonly isNew: boolean;
}

/** A roster to be signed. The plan is empty where the very same wish was done before. */
export async function roster(ctx: Context, number: CaseNumber, wanted: MeetingWish): Promise<Plan<Planned>> {
  const entered = await enter(ctx, number);
  const { work, of } = entered;
  const { world } = work;
  of.requireDirector(world.house, world.me, work.now());
  const wish = wishOf("roster", number, wanted);
  const sent = await work.sentBefore(wish);
  const planned = sent && plannedBefore(of, wanted, sent.id);
  if (planned !== undefined) return { draft: work.draft(), warnings: [], send: async () => planned };
  const draft = work.draft();
  const made = await draftRoster(entered, draft, wanted);
  const send = async (): Promise<Planned> => {
    await work.sendOnce(wish, draft);
    return made;
  };
  return { draft, warnings: warningsAbout(world, of.directors(world.house)), send };
}

/** Adds a roster to a draft, judged. Whatever the draft calls the agenda is what it is called. */
export async function draftRoster(entered: Entered, draft: Draft, wanted: MeetingWish): Promise<Planned> {
  const { work, of } = entered;
  const { world } = work;
  const vault = of.directors(world.house);
  vaultRecipient(world.house, vault, draft.signedAt);
  const before = beforeOf(of, wanted);
  const people = peopleOf(world, before?.roster, await groundsBefore(entered, before?.id, wanted), wanted);
  const grounds: Grounds = { grounds: people.map(({ member, ground }) => ({ member, ground })) };
  const sealed = draft.seal(noteBytes(grounds), [vault]);
  const said = people.map(({ member, ground }) => `${world.nameOf(member)}: ${ground}`);
  draft.call(sealed.payload.digest, said.join("; "));
  const agenda = wanted.agenda ?? before?.roster.agenda;
  if (agenda !== undefined && !draft.called.has(agenda)) await callItems(entered, draft, [agenda]);
  const body: Roster = {
    kind: "roster",
    case: of.number,
    meeting: wanted.meeting ?? newMeetingId(),
    number: (before?.roster.number ?? 0) + 1,
    previous: before?.id,
    phase: wanted.phase ?? of.phase,
    ...timesOf(wanted, before?.roster, work.now()),
    agenda,
    participant: people.map(({ member, seat }) => ({ member, seat })),
    grounds: sealed.payload,
    grantGrounds: sealed.grants,
  };
  judgeRoster(world.house, of, body, world.me, draft.signedAt);
  const id = draft.push(body);
  return { roster: id, meeting: body.meeting, number: body.number, participants: people.length, isNew: true };
}

/** What the same wish planned. A change of a meeting that has changed again since is wanted anew. */
export function plannedBefore(of: CaseState, wanted: MeetingWish, id: Digest): Planned | undefined {
  const roster = of.rosters.get(id);
  if (roster === undefined) return undefined;
  const { meeting, number, participant } = roster;
  if (wanted.meeting !== undefined && of.latest.get(meeting) !== id) return undefined;
  return { roster: id, meeting, number, participants: participant.length, isNew: false };
}

/** The roster that this one follows. */
function beforeOf(of: CaseState, { meeting }: MeetingWish): { id: Digest; roster: Roster } | undefined {
  if (meeting === undefined) return undefined;
  const id = there(of.latest.get(meeting), "unknown-roster");
  return { id, roster: there(of.rosters.get(id), "unknown-roster") };
}

async function groundsBefore(
  { work: { world }, keys }: Entered,
  id: Digest | undefined,
  { participants = [] }: MeetingWish,
): Promise<Grounds> {
  if (id === undefined || participants.length > 0) return { grounds: [] };
  return readNote(await keys.text(world, id, "grounds", "vault"), GROUNDS);
}

/** Everyone with the ground on which they are present: who was there, without who leaves, with who comes. */
function peopleOf(
  world: World,
  before: Roster | undefined,
  grounds: Grounds,
  { participants = [], add = [], remove = [] }: MeetingWish,
): Invited[] {
  const stays = participants.length > 0 ? [] : (before?.participant ?? []);
  const people = new Map<MemberId, Invited>();
  for (const participant of stays) people.set(participant.member, withGround(world, grounds, participant));
  for (const member of remove) people.delete(member);
  for (const invited of [...participants, ...add]) {
    const ground = invited.ground.trim();
    if (ground === "") throw noGround(world, invited.member);
    people.set(invited.member, { ...invited, ground });
  }
  return [...people.values()];
}

function withGround(world: World, grounds: Grounds, participant: Participant): Invited {
  const ground = groundOf(grounds, participant.member);
  if (ground === undefined) throw noGround(world, participant.member);
  return { ...participant, ground };
}

function noGround(world: World, member: MemberId): ClientError {
  const name = world.nameOf(member);
  return ClientError.said(
    "no-ground",
    `Leg vast op welke grond ${name} aanwezig mag zijn.`,
    `Put down on which ground ${name} may be present.`,
  );
}

type Times = Pick<Roster, "date" | "deadline" | "urgent" | "from" | "until">;

/** A new meeting needs a date. Packs are open from now until a day after it; suppliers answer a day before. */
function timesOf(wanted: MeetingWish, before: Roster | undefined, now: Moment): Times {
  const date = wanted.date ?? before?.date;
  if (date === undefined) throw noDate();
  // What was derived from another date is derived anew.
  const sameDate = before?.date === date ? before : undefined;
  const dayBefore = plus(date, -DAY) > now ? plus(date, -DAY) : date;
  const urgent: YesNo | undefined = wanted.urgent === undefined ? before?.urgent : wanted.urgent ? "yes" : "no";
  return {
    date,
    deadline: wanted.deadline ?? sameDate?.deadline ?? dayBefore,
    urgent: urgent ?? "no",
    from: wanted.from ?? before?.from ?? now,
    until: wanted.until ?? sameDate?.until ?? plus(date, DAY),
  };
}

function noDate(): ClientError {
  return ClientError.said(
    "no-date",
    "Wanneer is het overleg? Geef de dag en de tijd op.",
    "When is the meeting? Give its day and time.",
  );
}
