// Berichten: what was written to a member and by a member, one letter that was opened, the answer to it, and how the
// member gets its letters.

import type { Context } from "../client/context.ts";
import type { Word } from "../client/letter/said.ts";
import type { MailState } from "../client/remote/letters.ts";
import type { Both } from "../client/say.ts";
import type { World } from "../client/trust.ts";
import { enter, look, titleOf, type Entered } from "../client/verbs/choose.ts";
import { hasPlace } from "../client/verbs/contribute.ts";
import { directoryOf } from "../client/verbs/directory.ts";
import { answersTo, changeDelivery, deliveryNow, listLetters, readLetter, reply } from "../client/verbs/letter.ts";
import type { Unread } from "../client/verbs/letter/answer.ts";
import type { ReceivedLine, SentLine } from "../client/verbs/letter/read.ts";
import type { Answering } from "../client/verbs/letter/reply.ts";
import { replacedBy, type AnswerLine } from "../client/verbs/letter/said.ts";
import { failureWords } from "../client/verbs/letter/words.ts";
import { Work } from "../client/context.ts";
import type { CaseState } from "../protocol/case.ts";
import { digest, memberId, type CaseNumber, type Digest, type MemberId, type Moment } from "../protocol/id.ts";
import { forTerminal } from "../protocol/label.ts";
import { refusal } from "../protocol/refusal.ts";
import type { Delivery } from "../protocol/statement.ts";
import type { DeliveryWay, LetterKind } from "../protocol/words.ts";
import { named, type Named } from "./named.ts";
import type { Plans, Prepared } from "./plans.ts";
import { Underways, type Tell } from "./underway.ts";

export interface LettersSeen {
  readonly received: readonly ReceivedSeen[];
  readonly sent: readonly SentSeen[];
  /** How one's own letters come. */
  readonly delivery: { readonly way: DeliveryWay; readonly language: Delivery["language"]; readonly mail: string };
}

interface LineSeen {
  /** Whether it asks for an answer that was not given and still can be. */
  readonly waits: boolean;
  /** Whether a later letter took its place. */
  readonly isReplaced: boolean;
  readonly letter: Digest;
  readonly case: CaseNumber;
  readonly kind: LetterKind;
  readonly from: Named;
  readonly to: Named;
  readonly at: Moment;
  /** The last answer; nothing where there is none, or none that can be read. */
  readonly answer: Word | undefined;
}

export interface ReceivedSeen extends LineSeen {
  readonly standing: ReceivedLine["standing"];
}

export interface SentSeen extends LineSeen {
  readonly isOwn: boolean;
  readonly subject: string | undefined;
  readonly isCopyKeptBack: boolean;
  readonly isAnswered: boolean;
  readonly mail: { readonly state: MailState; readonly failure: Both | undefined } | undefined;
}

export async function seeLetters(ctx: Context): Promise<LettersSeen> {
  const work = await Work.begin(ctx);
  const { world } = work;
  const { received, sent } = await listLetters(work);
  const { way, language } = await deliveryNow(work);
  const cases = new Map((await work.cases()).map((of) => [of.number, of]));
  return {
    received: received.map((line) => ({ ...lineSeen(world, cases, line), standing: line.standing })),
    sent: sent.map((line) => sentSeen(world, cases, line)),
    delivery: { way, language, mail: world.myMembership().mail },
  };
}

/** Whether a letter asks for an answer, and there is none yet. */
export function waitsForAnswer(of: CaseState, id: Digest): boolean {
  const kind = of.letters.get(id)?.letter.letterKind;
  const asks = kind === "request" || kind === "invitation";
  const isAnswered = [...of.replies.values()].some(({ letter }) => letter === id);
  return asks && !isAnswered && of.phase !== "ended" && replacedBy(of, id) === undefined;
}

type Cases = ReadonlyMap<CaseNumber, CaseState>;

function lineSeen(world: World, cases: Cases, line: ReceivedLine | SentLine): LineSeen {
  const { letter, case: number, kind, at, answer } = line;
  const [from, to] = [named(world.house, line.from), named(world.house, line.to)];
  const of = cases.get(number);
  const isReplaced = of !== undefined && replacedBy(of, letter) !== undefined;
  const waits = of !== undefined && waitsForAnswer(of, letter);
  return { letter, case: number, kind, from, to, at, answer: answer?.answer, waits, isReplaced };
}

function sentSeen(world: World, cases: Cases, line: SentLine): SentSeen {
  const { isOwn, subject, isCopyKeptBack, delivery, answer } = line;
  const last = delivery?.last_failure;
  const failure = last === undefined ? undefined : failureWords(last);
  const mail = delivery && { state: delivery.state, failure };
  const shown = subject && forTerminal(subject);
  return { ...lineSeen(world, cases, line), isOwn, subject: shown, isCopyKeptBack, isAnswered: answer !== undefined, mail };
}

/** A letter that was opened and verified, or the copy of one that was written. */
export interface LetterSeen {
  readonly letter: Digest;
  readonly case: CaseNumber;
  readonly kind: LetterKind;
  readonly from: Named;
  readonly to: Named;
  readonly signedAt: Moment;
  readonly subject: string;
  readonly text: string;
  readonly isCopy: boolean;
  readonly files: readonly FileSeen[];
  readonly answer: AnswerSeen | undefined;
  /** The later letter that took its place. */
  readonly replacedBy: Digest | undefined;
  /** What can be answered now; nothing where no answer can be given. */
  readonly answers: readonly Word[];
  /** Who could come instead. */
  readonly colleagues: readonly { readonly member: MemberId; readonly name: string }[];
  /** What the own organisation put into the case. */
  readonly own: readonly { readonly item: Digest; readonly title: string }[];
  readonly mayContribute: boolean;
}

/** A file that came with it, under a name that is safe anywhere; of a copy without its bytes. */
export interface FileSeen {
  readonly name: string;
  readonly length: number;
  readonly bytes: Uint8Array | undefined;
}

export interface AnswerSeen {
  readonly by: string;
  readonly at: Moment;
  /** Nothing where it can't be read; then why. */
  readonly answer: Word | undefined;
  readonly unread: Unread | undefined;
  readonly deputy: string | undefined;
  readonly isNoColleague: boolean;
  readonly items: readonly string[];
  readonly text: string;
  /** Of the own organisation only. */
  readonly reason: string | undefined;
  /** Why a reason that is there for the reader can't be read. */
  readonly reasonUnread: AnswerLine["reasonUnread"];
  readonly isReplaced: boolean;
}

export async function seeLetter(
  ctx: Context,
  number: CaseNumber,
  id: Digest,
  tell: Tell<"fetching">,
): Promise<LetterSeen> {
  const work = await Work.begin(ctx);
  const read = await readLetter(work, number, id, new Underways().begin(tell).progress("fetching"));
  const entered = await enter(work, number);
  const { of } = entered;
  const { world } = work;
  const { letter, kind, signedAt, subject, text, isCopy, files, answer } = read;
  const newer = replacedBy(of, id);
  const isOpen = !isCopy && of.phase !== "ended";
  const answers = isOpen ? answersTo(kind).filter((word) => newer === undefined || !isOfComing(word)) : [];
  return {
    letter,
    case: number,
    kind,
    from: named(world.house, read.from),
    to: named(world.house, read.to),
    signedAt,
    subject: forTerminal(subject),
    text,
    isCopy,
    files,
    answer: answer && (await answerSeen(entered, answer)),
    replacedBy: newer,
    answers,
    colleagues: answers.includes("deputy") ? colleagues(world) : [],
    own: answers.includes("contributed") ? await ownItems(entered) : [],
    mayContribute: answers.includes("contributed") && hasPlace(entered),
  };
}

function isOfComing(word: Word): boolean {
  return word === "accepted" || word === "declined" || word === "deputy";
}

async function answerSeen(entered: Entered, line: AnswerLine): Promise<AnswerSeen> {
  const { world } = entered.work;
  const { answer, unread, isNoColleague, text, reason, reasonUnread, isReplaced, at } = line;
  const looks = await look(entered, line.items);
  return {
    by: line.by === undefined ? "" : named(world.house, line.by).name,
    at,
    answer,
    unread,
    deputy: line.deputy && named(world.house, line.deputy).name,
    isNoColleague,
    items: line.items.map((item) => titleOf(entered, looks, item)),
    text,
    reason,
    reasonUnread,
    isReplaced,
  };
}

function colleagues(world: World): LetterSeen["colleagues"] {
  const own = world.myPartner();
  return directoryOf(world)
    .members.filter(({ member, partner, refused }) => partner === own && member !== world.me && refused === undefined)
    .map(({ member, name }) => ({ member, name }));
}

async function ownItems(entered: Entered): Promise<LetterSeen["own"]> {
  const { work, of } = entered;
  const own = work.world.myPartner();
  const items = [...of.items].filter(([, { item, retracted }]) => item.supplier === own && !retracted);
  const looks = await look(entered, items.map(([id]) => id));
  return items.map(([item]) => ({ item, title: titleOf(entered, looks, item) })).reverse();
}

/** An answer as it was filled in. */
export interface AnswerWanted {
  readonly word: Word;
  /** For who wrote the letter, and who runs the case. */
  readonly text: string;
  /** For the own organisation. */
  readonly reason: string;
  readonly deputy: string | undefined;
  readonly items: readonly string[];
}

export async function planReply(
  ctx: Context,
  plans: Plans,
  number: CaseNumber,
  id: Digest,
  wanted: AnswerWanted,
): Promise<Prepared> {
  return plans.prepare(ctx, await reply(ctx, number, id, answeringOf(wanted)));
}

function answeringOf({ word, text, reason, deputy, items }: AnswerWanted): Answering {
  const beside = { text, reason };
  switch (word) {
    case "deputy":
      if (deputy === undefined) throw refusal("unknown-member");
      return { ...beside, word, deputy: memberId(deputy) };
    case "contributed": {
      const [first, ...others] = items.map((item) => digest(item));
      if (first === undefined) throw refusal("unknown-item");
      return { ...beside, word, items: [first, ...others] };
    }
    default:
      return { ...beside, word };
  }
}

export type DeliveryWanted = readonly [way: DeliveryWay, language: Delivery["language"]];

export async function planDelivery(ctx: Context, plans: Plans, ...[way, language]: DeliveryWanted): Promise<Prepared> {
  return plans.prepare(ctx, await changeDelivery(ctx, { way, language }));
}
