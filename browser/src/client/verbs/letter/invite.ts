// Who is on a roster is invited, told of a change, or told that the meeting is off.
//
// The calendar's entry keeps its name (of the case and the meeting), and its number goes up with every change, above
// that of all letters of the meeting so far. The hub refuses a number that is taken: of two procesregisseurs who change
// a meeting at once, one is told to look again.

import type { CaseState, LetterState } from "../../../protocol/case.ts";
import {
  moment,
  type CaseNumber,
  type Digest,
  type MeetingId,
  type MemberId,
  type Moment,
} from "../../../protocol/id.ts";
import { isOn } from "../../../protocol/meeting.ts";
import { refusal, refused, there } from "../../../protocol/refusal.ts";
import type { Roster } from "../../../protocol/statement.ts";
import type { LetterKind } from "../../../protocol/words.ts";
import type { Context } from "../../context.ts";
import { short } from "../../describe.ts";
import { ClientError } from "../../error.ts";
import {
  appointmentIn,
  requireContent,
  SHORTEST_MEETING,
  tidy,
  type Appointment,
  type Content,
  type Invitation,
} from "../../letter/content.ts";
import type { Warning } from "../../say.ts";
import type { World } from "../../trust.ts";
import { enter, rosterIn, type Entered } from "../choose.ts";
import { copyOf } from "./said.ts";
import { sendLetters, type Sending, type To } from "./send.ts";
import { postOf, type Along } from "./write.ts";

/** An invitation as it is to be sent. What is not given is as it was in the meeting's last one. */
export interface Inviting extends Along {
  /** To who is on the roster and was not invited; also to who was; or, that it is off, to who was. */
  readonly what: "invite" | "change" | "cancel";
  /** Without it the only one in use. */
  readonly roster?: Digest;
  /** Only these people. */
  readonly to?: readonly MemberId[];
  readonly purpose?: string;
  readonly topics?: readonly string[];
  readonly decisions?: readonly string[];
  /** The contribution that is asked of somebody. */
  readonly asked?: ReadonlyMap<MemberId, string>;
  readonly minutes?: number;
  readonly place?: string;
  readonly link?: string;
  /** Why the meeting is off. */
  readonly why?: string;
}

/** Invitations, changes or cancellations, as each of them gets it. */
export async function invite(ctx: Context, number: CaseNumber, inviting: Inviting): Promise<Sending> {
  const entered = await enter(ctx, number);
  const { work, of } = entered;
  const { world } = work;
  const now = work.now();
  of.requireDirector(world.house, world.me, now);
  const { id, roster } = rosterIn(of, inviting.roster, now);
  const meeting = await Meeting.look(entered, roster.meeting);
  const isWanted = (member: MemberId): boolean => inviting.to?.includes(member) ?? true;
  const isCancelled = inviting.what === "cancel";
  const to = isCancelled
    ? cancellations(inviting, of, meeting, isWanted)
    : invitations(inviting, entered, meeting, roster, isWanted);
  if (to.length === 0) throw nobody(inviting.what);
  // Who is named must be on the roster: the rule of letters says so, with its reason.
  const post = { ...postOf(number, inviting), roster: id, to };
  return sendLetters(entered, post, inviting.portal, meeting.badCopies(world));
}

/** The last letter of a meeting to a member: all of it by its proven statement, but for the copy. */
interface Last {
  readonly letter: Digest;
  readonly by: MemberId;
  readonly member: MemberId;
  readonly roster: Digest;
  readonly kind: LetterKind;
  readonly sequence: number;
  /**
   * What its author says that was said; nothing if that is not of this letter. The addressee may have been told
   * something else, so nothing is taken from it that a statement says.
   */
  readonly copy: Content | undefined;
}

/** The letters of a meeting that have a number, the last one to each member. */
class Meeting {
  private constructor(
    readonly id: MeetingId,
    /** The highest number so far. */
    readonly sequence: number | undefined,
    readonly last: ReadonlyMap<MemberId, Last>,
  ) {}

  /** What was said so far, from the copies that those who run the case have. */
  static async look(entered: Entered, id: MeetingId): Promise<Meeting> {
    const { of } = entered;
    const last = new Map<MemberId, Last>();
    const letters = [...of.letters].flatMap(([letter, state]) => numbered(of, id, letter, state));
    letters.sort((one, other) => other.sequence - one.sequence);
    for (const each of letters) {
      if (last.has(each.member)) continue;
      last.set(each.member, { ...each, copy: await copyFor(entered, each, id) });
    }
    return new Meeting(id, letters[0]?.sequence, last);
  }

  /** Who was invited, and not told since that it is off. */
  isInvited(member: MemberId): boolean {
    return this.last.get(member)?.kind === "invitation";
  }

  get next(): number {
    return this.sequence === undefined ? 0 : this.sequence + 1;
  }

  /** The newest invitation: what is not given stays as it says. */
  newest(): Invitation | undefined {
    const all = [...this.last.values()].sort((one, other) => other.sequence - one.sequence);
    return all.map(invitationIn).find((invitation) => invitation !== undefined);
  }

  /** Says whose copy is not used, so that nothing is left out in silence. */
  badCopies(world: World): Warning[] {
    return [...this.last.values()].filter(({ copy }) => copy === undefined).map((last) => badCopy(world, last));
  }
}

function badCopy(world: World, { letter, by, member }: Last): Warning {
  const [to, author, id] = [world.nameOf(member), world.nameOf(by), short(letter)];
  return {
    nl: `LET OP: het afschrift van het laatste bericht aan ${to} (${id}, van ${author}) klopt niet of is niet te lezen. Het is niet gebruikt. Deze persoon krijgt wel een bericht; wat alleen aan deze persoon was gevraagd, staat er niet meer in. Vraag ${author} hiernaar, of bel het huis.`,
    en: `NOTE: the copy of the last letter to ${to} (${id}, from ${author}) is not right or can't be read. It was not used. This person does get a letter; what only this person was asked is not in it any more. Ask ${author} about this, or call the house.`,
  };
}

function numbered(
  of: CaseState,
  meeting: MeetingId,
  id: Digest,
  { letter, by }: LetterState,
): Omit<Last, "copy">[] {
  const { roster, sequence, to: member, letterKind: kind } = letter;
  if (roster === undefined || sequence === undefined || of.rosters.get(roster)?.meeting !== meeting) return [];
  return [{ letter: id, by, member, roster, kind, sequence }];
}

async function copyFor(
  { work, keys }: Entered,
  last: Omit<Last, "copy">,
  meeting: MeetingId,
): Promise<Content | undefined> {
  const opened = await copyOf(keys, work.world, last.letter);
  if (!("text" in opened)) return undefined;
  const { content } = opened.text;
  return isOf(content, last, meeting) ? content : undefined;
}

/** Whether a copy is of the letter that was signed, and says what a letter can say. */
function isOf(content: Content, { kind, sequence }: Omit<Last, "copy">, meeting: MeetingId): boolean {
  const when = appointmentIn(content);
  const isSame = when !== undefined && when.meeting === meeting && when.sequence === sequence;
  return content.kind === kind && isSame && isInForm(content);
}

/** Its terms may be past by now, so it is looked at as if it were long ago. */
function isInForm(content: Content): boolean {
  try {
    requireContent(content, moment("2000-01-01T00:00:00Z"));
    return true;
  } catch (error) {
    if (error instanceof ClientError) return false;
    throw error;
  }
}

function invitationIn({ copy }: Last): Invitation | undefined {
  return copy?.kind === "invitation" ? copy : undefined;
}

/** The date of a roster that a proven letter names. */
function dateOf(of: CaseState, roster: Digest): Moment {
  return there(of.rosters.get(roster), "unknown-roster").date;
}

function invitations(
  inviting: Inviting,
  { work, of }: Entered,
  meeting: Meeting,
  roster: Roster,
  isWanted: (member: MemberId) => boolean,
): To[] {
  const isChange = inviting.what === "change";
  const own = inviting.asked ?? new Map<MemberId, string>();
  const stranger = [...own.keys()].find((member) => !isOn(roster, member));
  if (stranger !== undefined) throw notOnRoster(work.world.nameOf(stranger));
  const base = baseOf(inviting, meeting, roster, work.now());
  const to: To[] = [];
  for (const { member, seat } of roster.participant.filter((each) => isWanted(each.member))) {
    const isInvited = meeting.isInvited(member);
    if (isInvited && !isChange) continue;
    const last = meeting.last.get(member);
    const before = isInvited ? last : undefined;
    const dateBefore = before && dateOf(of, before.roster);
    const asked = own.get(member);
    // A newcomer's entry has the number of everyone's.
    const sequence = !isChange && last === undefined ? (meeting.sequence ?? 0) : meeting.next;
    const content: Invitation = {
      ...base,
      when: { ...base.when, sequence },
      asked: asked === undefined ? before && invitationIn(before)?.asked : tidy(asked),
      deputy: seat === "deputy",
      change: isInvited,
      was: dateBefore === roster.date ? undefined : dateBefore,
    };
    to.push({ member, content });
  }
  // What is asked of who gets no letter would be left out in silence.
  const leftOut = [...own.keys()].find((member) => to.every((each) => each.member !== member));
  if (leftOut !== undefined && to.length > 0) throw askedInNoLetter(work.world.nameOf(leftOut));
  return to;
}

/** What all are told. */
function baseOf(inviting: Inviting, meeting: Meeting, roster: Roster, now: Moment): Invitation {
  const newest = meeting.newest();
  const given = (text: string | undefined): string | undefined => (text === undefined ? undefined : tidy(text));
  const purpose = given(inviting.purpose) ?? newest?.purpose;
  if (purpose === undefined) throw missing("Wat is het doel van het overleg?", "What is the meeting for?");
  const minutes = inviting.minutes ?? newest?.when.minutes;
  if (minutes === undefined) throw missing("Hoe lang duurt het?", "How long does it take?");
  const isElsewhere = inviting.place !== undefined || inviting.link !== undefined;
  const where: Pick<Appointment, "place" | "link"> = isElsewhere
    ? { place: given(inviting.place), link: given(inviting.link) }
    : { place: newest?.when.place, link: newest?.when.link };
  const { date, deadline } = roster;
  return {
    kind: "invitation",
    when: { meeting: meeting.id, sequence: 0, date, minutes, ...where },
    purpose,
    topics: [...(inviting.topics?.map(tidy) ?? newest?.topics ?? [])],
    decisions: [...(inviting.decisions?.map(tidy) ?? newest?.decisions ?? [])],
    asked: undefined,
    until: deadline > now ? deadline : undefined,
    deputy: false,
    change: false,
    was: undefined,
  };
}

function missing(nl: string, en: string): ClientError {
  return ClientError.said("wrong-use", nl, en);
}

/** To everyone who was invited, whatever became of the copies. */
function cancellations(
  inviting: Inviting,
  of: CaseState,
  meeting: Meeting,
  isWanted: (member: MemberId) => boolean,
): To[] {
  const invited = [...meeting.last.values()].filter(({ kind, member }) => kind === "invitation" && isWanted(member));
  const why = inviting.why === undefined ? undefined : tidy(inviting.why);
  return invited.map((last) => {
    const known = (invitationIn(last) ?? meeting.newest())?.when;
    const when: Appointment = {
      meeting: meeting.id,
      sequence: meeting.next,
      date: dateOf(of, last.roster),
      // An entry that goes away needs a length, not a right one; and no place, nor a link to lead anyone astray.
      minutes: known?.minutes ?? SHORTEST_MEETING,
      place: undefined,
      link: undefined,
    };
    // Who is off the roster since is told by the one that it was on.
    return { member: last.member, roster: last.roster, content: { kind: "cancellation", when, why } };
  });
}

function nobody(what: Inviting["what"]): Error {
  switch (what) {
    case "invite":
      return ClientError.said(
        "already-invited",
        "Iedereen op de deelnemerslijst is al uitgenodigd. Is er iets veranderd? Stuur dan een wijziging.",
        "Everyone on the roster was invited already. Has anything changed? Then send a change.",
      );
    case "change":
      return ClientError.said(
        "nobody-left",
        "Er is niemand om aan te sturen. Kijk wie er op de deelnemerslijst staan.",
        "There is nobody to send to. See who is on the roster.",
      );
    case "cancel":
      return refusal("not-invited");
  }
}

function notOnRoster(name: string): ClientError {
  return ClientError.said(
    "not-on-roster",
    `${name} staat niet op de deelnemerslijst. Zet die persoon er eerst op.`,
    `${name} is not on the roster. Put that person on it first.`,
  );
}

function askedInNoLetter(name: string): ClientError {
  return ClientError.said(
    "wrong-use",
    `${name} krijgt nu geen bericht, dus ook niet wat u van die persoon vraagt. Er is niets verstuurd. Kies die persoon ook; wie al is uitgenodigd, krijgt een bericht als u een wijziging stuurt.`,
    `${name} gets no letter now, and so not what you ask of that person either. Nothing was sent. Choose that person as well; who was invited already gets a letter if you send a change.`,
  );
}

/** Whether a member may invite in a case at all. */
export function mayInvite({ work, of }: Entered): boolean {
  return refused(() => of.requireDirector(work.world.house, work.world.me, work.now())) === undefined;
}
