// Uitnodigen: who is on a roster is invited, told of a change, or told that the meeting is off.

import { Work, type Context } from "../client/context.ts";
import { sentenceOf } from "../client/error.ts";
import { appointmentIn, type Content, type Invitation } from "../client/letter/content.ts";
import { addressee } from "../client/letter/mail.ts";
import type { Both } from "../client/say.ts";
import { enter, type Entered } from "../client/verbs/choose.ts";
import { invite, mayInvite, type GivenFile } from "../client/verbs/letter.ts";
import type { Inviting } from "../client/verbs/letter/invite.ts";
import { copyOf } from "../client/verbs/letter/said.ts";
import { askLine } from "../client/verbs/meeting/ask.ts";
import { digest, memberId, type CaseNumber, type Digest, type MemberId, type Moment } from "../protocol/id.ts";
import { lastInvitation } from "../protocol/letter.ts";
import { refusal, there } from "../protocol/refusal.ts";
import type { Roster } from "../protocol/statement.ts";
import type { Seat } from "../protocol/words.ts";
import { named } from "./named.ts";
import type { Plans } from "./plans.ts";
import { alongOf, prepared, type LettersPrepared, type SealingTold } from "./writing.ts";

export interface InvitingSeen {
  readonly mayInvite: boolean;
  /** Whether the meeting is still to come, by its latest roster. */
  readonly isAhead: boolean;
  readonly date: Moment;
  readonly people: readonly InvitedSeen[];
  /** Whether anyone was invited and not told since that it is off: also who is off the roster now. */
  readonly isAnyoneInvited: boolean;
  /** What the last invitation said, if there was one. */
  readonly last: LastSeen | undefined;
  /** The agenda's text. */
  readonly agenda: string | undefined;
}

export interface InvitedSeen {
  readonly member: MemberId;
  readonly name: string;
  readonly partner: string;
  readonly seat: Seat;
  readonly isInvited: boolean;
  /** What this person was asked for. */
  readonly asked: string;
  /** Why no letter can be sealed for this person now, if so. */
  readonly refused: Both | undefined;
}

export interface LastSeen {
  readonly purpose: string;
  readonly topics: readonly string[];
  readonly decisions: readonly string[];
  readonly minutes: number;
  readonly place: string;
  readonly link: string;
}

export async function seeInviting(ctx: Context, number: CaseNumber, id: Digest): Promise<InvitingSeen> {
  const entered = await enter(ctx, number);
  const { work, of } = entered;
  const { house } = work.world;
  const roster = there(of.rosters.get(id), "unknown-roster");
  const may = mayInvite(entered);
  if (!may) throw refusal("not-director");
  const said = await invitationsOf(entered, roster);
  const { agenda } = await askLine(entered, id, []);
  const invited = (member: MemberId): boolean => lastInvitation(of, roster, member)?.letter.letterKind === "invitation";
  const people = roster.participant.map(({ member, seat }) => {
    return {
      member,
      ...named(house, member),
      seat,
      isInvited: invited(member),
      asked: said.find((each) => each.to === member)?.content.asked ?? "",
      refused: cannotGet(entered, member),
    };
  });
  const before = [...of.letters.values()].map(({ letter }) => letter.to);
  return {
    mayInvite: may,
    isAhead: roster.date > work.now() && of.latest.get(roster.meeting) === id && roster.phase === of.phase,
    date: roster.date,
    people,
    isAnyoneInvited: before.some(invited),
    last: said[0] && lastSeen(said[0].content),
    agenda: agenda !== undefined && "title" in agenda ? agenda.text : undefined,
  };
}

function cannotGet({ work }: Entered, member: MemberId): Both | undefined {
  try {
    addressee(work.world.house, member, work.now());
    return undefined;
  } catch (error) {
    return work.world.gone(member) ?? { nl: sentenceOf(error, "nl"), en: sentenceOf(error, "en") };
  }
}

/** What was said to whom of a meeting, by the copies; the newest first. */
async function invitationsOf(
  { work, of, keys }: Entered,
  roster: Roster,
): Promise<{ readonly to: MemberId; readonly content: Invitation }[]> {
  const ofMeeting = [...of.letters].filter(([, { letter }]) => {
    const its = letter.roster && of.rosters.get(letter.roster);
    return letter.letterKind === "invitation" && its !== undefined && its.meeting === roster.meeting;
  });
  const sequence = ({ letter }: (typeof ofMeeting)[number][1]): number => letter.sequence ?? 0;
  ofMeeting.sort(([, one], [, other]) => sequence(other) - sequence(one));
  const said: { to: MemberId; content: Invitation }[] = [];
  for (const [id, state] of ofMeeting) {
    const copy = await copyOf(keys, work.world, id);
    if ("text" in copy && isOf(copy.text.content, roster, sequence(state))) said.push({ to: state.letter.to, content: copy.text.content });
  }
  return said;
}

/** Whether a copy is of the letter that was signed: a proposal is made of nothing else. */
function isOf(content: Content, { meeting }: Roster, sequence: number): content is Invitation {
  const when = appointmentIn(content);
  return content.kind === "invitation" && when?.meeting === meeting && when.sequence === sequence;
}

function lastSeen({ purpose, topics, decisions, when }: Invitation): LastSeen {
  return { purpose, topics, decisions, minutes: when.minutes, place: when.place ?? "", link: when.link ?? "" };
}

/** Invitations as they were filled in; a line that is empty is none. */
export interface InvitationWanted {
  readonly roster: string;
  readonly what: Inviting["what"];
  readonly purpose: string;
  readonly topics: readonly string[];
  readonly decisions: readonly string[];
  readonly minutes: number;
  readonly place: string;
  readonly link: string;
  readonly asked: readonly { readonly member: string; readonly asked: string }[];
  /** Why it is off. */
  readonly why: string;
  /** Who gets none. */
  readonly without: readonly string[];
  readonly files: readonly GivenFile[];
}

export async function planInvitation(
  ctx: Context,
  plans: Plans,
  number: CaseNumber,
  portal: string,
  wanted: InvitationWanted,
  tell: SealingTold,
): Promise<LettersPrepared> {
  const { what } = wanted;
  const without = wanted.without.map((each) => memberId(each));
  const along = { ...(await alongOf(wanted.files, tell)), portal };
  const about = { ...along, what, roster: digest(wanted.roster), without };
  const inviting: Inviting = what === "cancel" ? { ...about, ...some("why", wanted.why) } : { ...about, ...saying(wanted) };
  const work = await Work.begin(ctx);
  const sending = await invite(work, number, inviting);
  return prepared(work, plans, sending, sending.letters.length + sending.before.length);
}

function saying({ purpose, topics, decisions, minutes, place, link, asked }: InvitationWanted): Partial<Inviting> {
  const typed = asked.filter((each) => each.asked.trim() !== "");
  return {
    purpose,
    topics,
    decisions,
    minutes,
    ...some("place", place),
    ...some("link", link),
    asked: new Map(typed.map((each) => [memberId(each.member), each.asked])),
  };
}

function some<const K extends string>(name: K, text: string): { readonly [Name in K]?: string } {
  return text.trim() === "" ? {} : ({ [name]: text.trim() } as { readonly [Name in K]: string });
}
