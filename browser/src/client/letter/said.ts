// The sealed parts of letters and replies: the copy of what was said, the answer, and why.

import { digest, memberId } from "../../protocol/id.ts";
import { REPLY_PART } from "../../protocol/statement.ts";
import { words } from "../../protocol/words.ts";
import { ClientError } from "../error.ts";
import * as json from "../json.ts";
import type { Shaped } from "../json.ts";
import { noteBytes, noteOfLength, readNote } from "../note.ts";
import { CONTENT } from "./content.ts";

/** Each part of a reply has so many bytes before it is sealed. */
const REPLY_TEXT = REPLY_PART - 32;
/** A copy has at most so many bytes before it is sealed. */
const MOST_COPY = 256 * 1024;

/**
 * What was said in a letter, for colleagues who hold a vault that it is sealed to. The files are the addressee's only.
 */
export type Copy = Shaped<typeof COPY>;
const COPY = json.exactly({
  subject: json.text,
  text: json.text,
  content: CONTENT,
  attachments: json.list(json.exactly({ name: json.text, digest: json.as(digest), length: json.count })),
});

export function copyBytes(copy: Copy): Uint8Array {
  return noteBytes(copy, MOST_COPY);
}

export function readCopy(bytes: Uint8Array): Copy {
  return readNote(bytes, COPY, MOST_COPY);
}

/** What the addressee answers. */
export type Word = (typeof Word.all)[number];
export const Word = words("an answer", "accepted", "declined", "deputy", "contributed", "no-contribution", "read");

/** The answer, for who runs the case, the letter's author, and the own colleagues. */
export type Answer = Shaped<typeof ANSWER>;
const ANSWER = json.exactly({
  answer: json.as(Word.read),
  /** Who comes instead, where the answer is `deputy`. */
  deputy: json.maybe(json.as(memberId)),
  /** The items, where the answer is `contributed`. */
  items: json.list(json.as(digest)),
  /** Some words beside it; may be empty. */
  text: json.text,
});

/** The bytes to seal, always as many. */
export function answerBytes(answer: Answer): Uint8Array {
  return noteOfLength(answer, REPLY_TEXT);
}

/** Reads what `answerBytes` writes; refuses an answer that contradicts itself. */
export function readAnswer(bytes: Uint8Array): Answer {
  const answer = readNote(bytes, ANSWER);
  const isSound =
    (answer.deputy !== undefined) === (answer.answer === "deputy") &&
    (answer.items.length === 0) === (answer.answer !== "contributed");
  if (!isSound) throw ClientError.badAnswer("answer");
  return answer;
}

/** Why: for the own colleagues only. Always there, so that its presence tells nothing. */
export function reasonBytes(reason: string): Uint8Array {
  return noteOfLength({ text: reason }, REPLY_TEXT);
}
