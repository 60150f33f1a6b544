// Writing letters: a question to partners, each of whom sees only what it is asked itself, and any other message.

import { Work, type Context } from "../client/context.ts";
import { sentenceOf } from "../client/error.ts";
import { addressee } from "../client/letter/mail.ts";
import type { Both } from "../client/say.ts";
import type { World } from "../client/trust.ts";
import { enter, type Entered } from "../client/verbs/choose.ts";
import { directoryOf } from "../client/verbs/directory.ts";
import { attachedFiles, message, request, type GivenFile, type Sending } from "../client/verbs/letter.ts";
import { memberId, moment, type CaseNumber, type MemberId, type Moment } from "../protocol/id.ts";
import { refused } from "../protocol/refusal.ts";
import { hasMeetings, type DeliveryWay, type Phase } from "../protocol/words.ts";
import type { Plans, Prepared } from "./plans.ts";
import { Underways, type Tell } from "./underway.ts";

export interface WritingSeen {
  readonly phase: Phase;
  readonly isDirector: boolean;
  /** Whether partners are asked in this phase, by whoever looks. */
  readonly mayAsk: boolean;
  readonly mayWrite: boolean;
  /** Who can be written to: by who runs the case anyone, by others who runs it. */
  readonly people: readonly AddressableSeen[];
}

export interface AddressableSeen {
  readonly member: MemberId;
  readonly name: string;
  readonly partner: string;
  /** Of the house itself: written to, but not asked. */
  readonly isOfHouse: boolean;
  /** Why no letter can be sealed for this person now, if so. */
  readonly refused: Both | undefined;
}

export async function seeWriting(ctx: Context, number: CaseNumber): Promise<WritingSeen> {
  const entered = await enter(ctx, number);
  const { work, of } = entered;
  const { world } = work;
  const isDirector = runs(entered, world.me);
  const isOpen = of.vault !== undefined && of.phase !== "ended";
  const all = isOpen ? directoryOf(world).members : [];
  const people = all
    .filter(({ member, partner }) => member !== world.me && world.house.mayBeGiven(partner))
    .filter(({ member }) => isDirector || runs(entered, member))
    .map(({ member, name, partner, partnerName }) => ({
      member,
      name,
      partner: partnerName,
      isOfHouse: partner === world.house.housePartner(),
      refused: cannotGet(world, member, work.now()),
    }));
  return {
    phase: of.phase,
    isDirector,
    mayAsk: isOpen && isDirector && hasMeetings(of.phase),
    mayWrite: isOpen && people.length > 0,
    people,
  };
}

function runs({ work, of }: Entered, member: MemberId): boolean {
  return refused(() => of.requireDirector(work.world.house, member, work.now())) === undefined;
}

function cannotGet(world: World, member: MemberId, now: Moment): Both | undefined {
  try {
    addressee(world.house, member, now);
    return undefined;
  } catch (error) {
    return world.gone(member) ?? { nl: sentenceOf(error, "nl"), en: sentenceOf(error, "en") };
  }
}

/** Letters that are about to be sent, each as its addressee reads it. */
export interface LettersPrepared extends Prepared {
  readonly letters: readonly {
    readonly name: string;
    readonly partner: string;
    readonly way: DeliveryWay;
    readonly subject: string;
    readonly text: string;
  }[];
  /** What goes along with each, under the names that it gets; lengths in bytes. */
  readonly files: Sending["files"];
  /** Who got the very same before, and gets it no second time. */
  readonly before: readonly string[];
  /** How many have to wait for a next batch. */
  readonly left: number;
}

export interface QuestionWanted {
  /** For all. */
  readonly question: string;
  /** Each with what only this person is asked, if anything. */
  readonly to: readonly { readonly member: string; readonly asked: string }[];
  readonly until: string;
  /** What goes along. */
  readonly files: readonly GivenFile[];
}

export async function planQuestion(
  ctx: Context,
  plans: Plans,
  number: CaseNumber,
  portal: string,
  wanted: QuestionWanted,
  tell: SealingTold,
): Promise<LettersPrepared> {
  const to = wanted.to.map(({ member }) => memberId(member));
  const typed = wanted.to.filter(({ asked }) => asked.trim() !== "");
  const asked = new Map(typed.map((each) => [memberId(each.member), each.asked]));
  const { question } = wanted;
  const along = { ...(await alongOf(wanted.files, tell)), portal };
  const work = await Work.begin(ctx);
  const sending = await request(work, number, { ...along, to, question, asked, until: moment(wanted.until) });
  return prepared(work, plans, sending, to.length);
}

export interface MessageWanted {
  readonly to: readonly string[];
  readonly text: string;
  /** Until when an answer is hoped for; may be empty. */
  readonly until: string;
  readonly files: readonly GivenFile[];
}

export async function planMessage(
  ctx: Context,
  plans: Plans,
  number: CaseNumber,
  portal: string,
  wanted: MessageWanted,
  tell: SealingTold,
): Promise<LettersPrepared> {
  const to = wanted.to.map((each) => memberId(each));
  const until = wanted.until === "" ? {} : { until: moment(wanted.until) };
  const along = { ...(await alongOf(wanted.files, tell)), portal };
  const work = await Work.begin(ctx);
  const sending = await message(work, number, { ...along, to, text: wanted.text, ...until });
  return prepared(work, plans, sending, to.length);
}

/** Told how much of what goes along was sealed. */
export type SealingTold = Tell<"sealing">;

/** What goes along with letters of any kind. Refuses what no letter has room for. */
export async function alongOf(files: readonly GivenFile[], tell: SealingTold) {
  const { progress } = new Underways().begin(tell);
  return { attachments: await attachedFiles(files), progress: progress("sealing") };
}

export async function prepared(work: Work, plans: Plans, sending: Sending, all: number): Promise<LettersPrepared> {
  const { world } = work;
  const { letters, before, files } = sending;
  return {
    ...(await plans.prepare(work, sending)),
    letters: letters.map(({ to: { membership, delivery }, composed }) => ({
      name: membership.name,
      partner: world.house.partnerName(membership.partner),
      way: delivery.way,
      subject: composed.subject,
      text: composed.text,
    })),
    files,
    before: before.map(({ to }) => world.nameOf(to)),
    left: Math.max(all - letters.length - before.length, 0),
  };
}
