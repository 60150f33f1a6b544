// The addressee answers. The answer goes to who runs the case and to the letter's author; why it is so stays with the
// own organisation (12.1).

import type { CaseState } from "../../../protocol/case.ts";
import type { CaseNumber, Digest, MemberId } from "../../../protocol/id.ts";
import { judgeReply, keptBy } from "../../../protocol/letter.ts";
import { refusal, refuseUnless, there } from "../../../protocol/refusal.ts";
import type { Reply } from "../../../protocol/statement.ts";
import type { LetterKind } from "../../../protocol/words.ts";
import type { Context, Plan, Work } from "../../context.ts";
import { short } from "../../describe.ts";
import { wishOf } from "../../done.ts";
import { ClientError } from "../../error.ts";
import { distinct, vaultRecipient } from "../../grant.ts";
import { tidy } from "../../letter/content.ts";
import { answerBytes, reasonBytes, type Answer, type Word } from "../../letter/said.ts";
import { said } from "../../say.ts";
import { callItems, enter, type Entered } from "../choose.ts";
import { replacedBy } from "./said.ts";
import { ANSWER_WORDS } from "./words.ts";

/** An answer as it is to be given. */
export type Answering = {
  /** For who runs the case, and the letter's author. */
  readonly text?: string;
  /** For the own organisation only. */
  readonly reason?: string;
  /** That the very same is wanted once more, and for which time. */
  readonly again?: number;
} & (
  | { readonly word: "accepted" | "declined" | "no-contribution" | "read" }
  /** A colleague comes instead. */
  | { readonly word: "deputy"; readonly deputy: MemberId }
  /** Items of the own organisation. */
  | { readonly word: "contributed"; readonly items: readonly [Digest, ...Digest[]] }
);

/** Answers a letter. The plan is empty where the very same answer was the last. */
export async function reply(ctx: Context, number: CaseNumber, id: Digest, answering: Answering): Promise<Plan> {
  const entered = await enter(ctx, number);
  const { work, of } = entered;
  const { world } = work;
  const { letter, by } = there(of.letters.get(id), "unknown-letter");
  if (letter.to !== world.me) throw refusal("unknown-letter");
  requireFits(letter.letterKind, answering.word);
  requireLatest(of, id, answering.word);
  const answer = answerOf(entered, answering);
  const own = world.myPartner();
  const author = world.house.partnerOf(by);
  const vaults = distinct(keptBy(world.house, of, author === undefined ? [own] : [author, own]));
  const forReason = of.keptIn(world.house, own);
  const draft = work.draft();
  for (const vault of [...vaults, forReason]) vaultRecipient(world.house, vault, draft.signedAt);
  const reason = tidy(answering.reason ?? "");
  const wish = wishOf("reply", id, answer, reason, answering.again);
  // Who answered otherwise since means it anew.
  const last = [...of.replies].filter(([, other]) => other.letter === id).at(-1)?.[0];
  const sent = await work.sentBefore(wish);
  if (sent !== undefined && sent.id === last) return { draft, warnings: [], send: async () => sent };
  const sealedAnswer = draft.seal(answerBytes(answer), vaults);
  const sealedReason = draft.seal(reasonBytes(reason), [forReason]);
  draft.call(sealedAnswer.payload.digest, answerInWords(work, answer));
  draft.call(sealedReason.payload.digest, reason === "" ? "-" : reason);
  await callItems(entered, draft, answer.items);
  const body: Reply = {
    kind: "reply",
    case: number,
    letter: id,
    answer: sealedAnswer.payload,
    grantAnswer: sealedAnswer.grants,
    reason: sealedReason.payload,
    grantReason: sealedReason.grants,
  };
  judgeReply(world.house, of, body, world.me, draft.signedAt);
  draft.push(body);
  return work.planOnce(wish, draft);
}

/** The answer in words, for the eye of who signs it. */
function answerInWords({ world, language }: Work, { answer, deputy, items, text }: Answer): string {
  const who = deputy === undefined ? "" : `: ${world.nameOf(deputy)}`;
  const what = items.map((item) => ` ${short(item)}`).join("");
  return `${said(ANSWER_WORDS[answer], language)}${who}${what}${text === "" ? "" : `\n${text}`}`;
}

/**
 * The answers that go with a kind of letter. Coming and going is of invitations, contributing of these and of
 * questions.
 */
export function answersTo(kind: LetterKind): Word[] {
  const contributing: Word[] = ["contributed", "no-contribution", "read"];
  if (kind === "invitation") return ["accepted", "declined", "deputy", ...contributing];
  return kind === "request" ? contributing : ["read"];
}

function requireFits(kind: LetterKind, word: Word): void {
  if (answersTo(kind).includes(word)) return;
  throw wrongUse("Dit antwoord past niet bij dit bericht.", "This answer does not go with this letter.");
}

function wrongUse(nl: string, en: string): ClientError {
  return ClientError.said("wrong-use", nl, en);
}

/** Who comes, says so of the meeting as it is now: date and place may be others than in the letter at hand. */
function requireLatest(of: CaseState, letter: Digest, word: Word): void {
  const isOfComing = word === "accepted" || word === "declined" || word === "deputy";
  const newer = isOfComing ? replacedBy(of, letter) : undefined;
  if (newer === undefined) return;
  throw ClientError.said(
    "invitation-replaced",
    `Deze uitnodiging is vervangen door een later bericht (${short(newer)}). Lees die eerst.`,
    `This invitation was replaced by a later letter (${short(newer)}). Read that first.`,
  );
}

function answerOf(entered: Entered, answering: Answering): Answer {
  const text = tidy(answering.text ?? "");
  const none = { answer: answering.word, deputy: undefined, items: [], text };
  switch (answering.word) {
    case "deputy":
      requireColleague(entered.work, answering.deputy);
      return { ...none, deputy: answering.deputy };
    case "contributed":
      requireOwn(entered, answering.items);
      return { ...none, items: [...new Set(answering.items)].sort() };
    default:
      return none;
  }
}

/** A deputy is a colleague, who can be on the roster. */
function requireColleague(work: Work, deputy: MemberId): void {
  const { world } = work;
  const { partner } = world.house.member(deputy, work.now());
  if (partner === world.myPartner() && deputy !== world.me) return;
  throw wrongUse(
    "Een vervanger is een collega van uw eigen organisatie.",
    "A deputy is a colleague of your own organisation.",
  );
}

function requireOwn({ work: { world }, of }: Entered, items: readonly Digest[]): void {
  const own = world.myPartner();
  const isOwn = (id: Digest): boolean => {
    const state = of.items.get(id);
    return state !== undefined && state.item.supplier === own && !state.retracted;
  };
  refuseUnless(items.every(isOwn), "not-supplier");
}
