// Notes: what is written to a sealed part of a statement, be it a reason, an outcome, or the grounds of a roster.
//
// A note is one JSON object, then spaces, and a line feed as the last byte, up to whole KiB, so that its length tells
// little: who refuses with one word looks like who refuses with a page.

import { memberId, type MemberId } from "../protocol/id.ts";
import { ClientError } from "./error.ts";
import * as json from "./json.ts";
import type { Shape, Shaped } from "./json.ts";

/** Notes are padded to a multiple of this many bytes. */
const STEP = 1024;
/** No note is longer than this many bytes. */
const MOST = 64 * STEP;

/** A text: a reason, or an outcome. */
export const TEXT = json.exactly({ text: json.text });

/** Why each participant of a roster may lawfully be present (9.2e). */
export type Grounds = Shaped<typeof GROUNDS>;
export const GROUNDS = json.exactly({
  grounds: json.list(json.exactly({ member: json.as(memberId), ground: json.text })),
});

/** The ground that was given for a member. */
export function groundOf({ grounds }: Grounds, member: MemberId): string | undefined {
  return grounds.find((ground) => ground.member === member)?.ground;
}

/** The padded bytes to seal. Refuses a note that is longer than so many bytes. */
export function noteBytes(note: unknown, most: number = MOST): Uint8Array {
  const written = json.jsonBytes(note);
  return padded(written, Math.ceil((written.length + 1) / STEP) * STEP, most);
}

/** The same, but of a certain length, whatever the note says. */
export function noteOfLength(note: unknown, length: number): Uint8Array {
  const written = json.jsonBytes(note);
  return padded(written, Math.max(length, written.length + 1), length);
}

function padded(written: Uint8Array, length: number, most: number): Uint8Array {
  if (length > most) {
    const kilobytes = Math.floor(most / STEP);
    throw ClientError.said(
      "note-too-long",
      `De tekst is te lang (hoogstens ${kilobytes} KB). Maak de tekst korter, of voeg een stuk toe.`,
      `The text is too long (${kilobytes} KB at most). Make it shorter, or contribute a file.`,
    );
  }
  const bytes = new Uint8Array(length).fill(0x20);
  bytes.set(written);
  bytes[length - 1] = 0x0a;
  written.fill(0);
  return bytes;
}

/** Reads what `noteBytes` writes. */
export function readNote<T>(bytes: Uint8Array, shape: Shape<T>, most: number = MOST): T {
  if (bytes.length > most || bytes.length % STEP !== 0) throw ClientError.badAnswer("note");
  try {
    return json.readJson(bytes, shape);
  } catch {
    throw ClientError.badAnswer("note");
  }
}
