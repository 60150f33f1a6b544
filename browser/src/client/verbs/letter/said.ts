// What was said in a letter, and what was answered, as far as the member's vaults open it.

import type { CaseState } from "../../../protocol/case.ts";
import type { Digest, MemberId, Moment } from "../../../protocol/id.ts";
import { there } from "../../../protocol/refusal.ts";
import type { Keyring } from "../../grant.ts";
import { readAnswer, readCopy, type Copy, type Word } from "../../letter/said.ts";
import { readNote, TEXT } from "../../note.ts";
import type { World } from "../../trust.ts";
import { openedPart, type Unread } from "./answer.ts";

/** An answer that is on record, whether the member can read it or not. */
export interface AnswerLine {
  readonly reply: Digest;
  readonly by: MemberId | undefined;
  readonly at: Moment;
  /** Nothing where it can't be read; then why. */
  readonly answer: Word | undefined;
  readonly unread: Unread | undefined;
  readonly deputy: MemberId | undefined;
  /** Whether the deputy is no colleague of who answered, so that the answer does not count. */
  readonly isNoColleague: boolean;
  readonly items: readonly Digest[];
  readonly text: string;
  /** Why: where the member is a colleague of who answered. */
  readonly reason: string | undefined;
  /** Why a reason that is there for the member can't be read, if it can't. */
  readonly reasonUnread: Exclude<Unread, "not-for-you"> | undefined;
  /** Whether the invitation that it answers was replaced by a later letter. */
  readonly isReplaced: boolean;
}

/** What was said in a letter, if a vault of the member opens the copy. Throws where the hub gives no answer. */
export function copyOf(
  keys: Keyring,
  world: World,
  letter: Digest,
): Promise<{ readonly text: Copy } | { readonly unread: Unread }> {
  return openedPart(keys, world, letter, "copy", readCopy);
}

/**
 * The last reply to a letter. Throws where the hub gives no answer; whoever seals nonsense must not keep other letters
 * from being seen.
 */
export async function answerTo(
  keys: Keyring,
  world: World,
  of: CaseState,
  letter: Digest,
): Promise<AnswerLine | undefined> {
  const last = [...of.replies].filter(([, reply]) => reply.letter === letter).at(-1);
  if (last === undefined) return undefined;
  const [id] = last;
  const known = there(world.statement(id), "unknown-letter");
  const by = known.statement.member();
  const opened = await openedPart(keys, world, id, "answer", readAnswer);
  const answer = "text" in opened ? opened.text : undefined;
  // Why is beside the answer: where it is nonsense, the answer still shows.
  const reason = await openedPart(keys, world, id, "reason", (bytes) => readNote(bytes, TEXT).text);
  return {
    reply: id,
    by,
    at: known.at,
    answer: answer?.answer,
    unread: "unread" in opened ? opened.unread : undefined,
    deputy: answer?.deputy,
    isNoColleague: answer?.deputy !== undefined && !areColleagues(world, by, answer.deputy),
    items: answer?.items ?? [],
    text: answer?.text ?? "",
    reason: "text" in reason && reason.text !== "" ? reason.text : undefined,
    // It is for colleagues only; others are not told that they miss it.
    reasonUnread: "unread" in reason && reason.unread !== "not-for-you" ? reason.unread : undefined,
    isReplaced: replacedBy(of, letter) !== undefined,
  };
}

/**
 * A deputy is another member of the same partner. The program of who answers says so too; but answers are sealed, so
 * that the hub can't.
 */
function areColleagues({ house }: World, by: MemberId | undefined, deputy: MemberId): boolean {
  const partner = by && house.partnerOf(by);
  return by !== deputy && partner !== undefined && partner === house.partnerOf(deputy);
}

/**
 * The letter that took the place of an invitation: the last invitation or cancellation of the same meeting to the same
 * member.
 */
export function replacedBy(of: CaseState, invitation: Digest): Digest | undefined {
  const letter = of.letters.get(invitation)?.letter;
  const meetingOf = (roster: Digest | undefined) => roster && of.rosters.get(roster)?.meeting;
  const meeting = meetingOf(letter?.roster);
  if (letter?.sequence === undefined || meeting === undefined) return undefined;
  let [latest, highest]: [Digest | undefined, number] = [undefined, letter.sequence];
  for (const [id, { letter: other }] of of.letters) {
    const isSame = other.to === letter.to && meetingOf(other.roster) === meeting;
    if (!isSame || other.sequence === undefined || other.sequence <= highest) continue;
    [latest, highest] = [id, other.sequence];
  }
  return latest;
}
