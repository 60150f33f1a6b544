// The event of a leaf: a signed statement, or the hub's record of something that it did or saw.

import { utf8 } from "../bytes.ts";
import { digest, memberId, moment, NotA, type Digest, type MemberId, type Moment, type Read } from "../id.ts";

/** The longest text of an event, in bytes. */
export const MAX_EVENT = 512;

/**
 * What a leaf says happened, at the hub's own time. One event has one text:
 *
 *     zegel/1 leaf                        zegel/1 record
 *     at: 2026-11-23T18:20:01Z            at: 2026-12-02T10:11:12Z
 *     statement: sha256:…                 record: opened
 *     signature: sha256:…                 member: mem_…
 *                                         about: sha256:…
 */
export type JournalEvent =
  /** A statement's id, and the digest of its signature's bytes. */
  | {
      readonly kind: "statement";
      readonly at: Moment;
      readonly statement: Digest;
      readonly signature: Digest;
    }
  /** What the hub records by itself. */
  | { readonly kind: "record"; readonly at: Moment; readonly record: JournalRecord };

/** What the hub records by itself: who, and about what. */
export type JournalRecord =
  /** A member opened a session. */
  | { readonly name: "signed-in"; readonly member: MemberId }
  /** A member was served an item of a released pack, named by its statement. */
  | { readonly name: "opened"; readonly member: MemberId; readonly about: Digest }
  /** A member was refused something: an item, or a statement, or nothing that has a name. */
  | { readonly name: "refused"; readonly member: MemberId; readonly about: Digest | undefined }
  /** A letter, named by its statement, was handed to the mail server for a member. */
  | { readonly name: "mailed"; readonly member: MemberId; readonly about: Digest }
  /** The hub serves this bundle as its portal from now on. */
  | { readonly name: "portal"; readonly about: Digest };

export type BadEventCode = "too-long" | "not-lines" | "unknown-kind" | "field" | "extra";

/** Why some text is no event. */
export class BadEvent extends Error {
  override readonly name = "BadEvent";
  constructor(
    readonly code: BadEventCode,
    problem: string,
  ) {
    super(problem);
  }
}

/** The lines of an event that are still to be read. */
class EventLines {
  private taken = 0;
  constructor(private readonly lines: readonly string[]) {}

  /** The next line; none behind the last. */
  next(): string | undefined {
    const line = this.lines[this.taken];
    this.taken += 1;
    return line;
  }

  get isAtEnd(): boolean {
    return this.taken >= this.lines.length;
  }

  /** Takes the next line, which must be `name: value`. */
  field<T>(name: string, read: Read<T>): T {
    const bad = new BadEvent("field", `the event's line \`${name}\` is missing, out of order or not valid`);
    const line = this.next();
    if (line === undefined || !line.startsWith(`${name}: `)) throw bad;
    try {
      return read(line.slice(name.length + 2));
    } catch (error) {
      throw error instanceof NotA ? bad : error;
    }
  }
}

/** Reads what `eventText` writes, and nothing else. Throws BadEvent. */
export function readEvent(text: string): JournalEvent {
  if (utf8(text).length > MAX_EVENT) throw new BadEvent("too-long", "the event is too long");
  if (!text.endsWith("\n") || text.includes("\r")) {
    throw new BadEvent("not-lines", "the event is not lines that each end in one LF");
  }
  const lines = new EventLines(text.slice(0, -1).split("\n"));
  const event = readKind(lines);
  if (!lines.isAtEnd) throw new BadEvent("extra", "the event has a line too many");
  return event;
}

function readKind(lines: EventLines): JournalEvent {
  switch (lines.next()) {
    case "zegel/1 leaf":
      return {
        kind: "statement",
        at: lines.field("at", moment),
        statement: lines.field("statement", digest),
        signature: lines.field("signature", digest),
      };
    case "zegel/1 record":
      return { kind: "record", at: lines.field("at", moment), record: readRecord(lines) };
    default:
      throw new BadEvent("unknown-kind", "the event is of an unknown kind");
  }
}

function readRecord(lines: EventLines): JournalRecord {
  const name = lines.field("record", recordName);
  if (name === "portal") return { name, about: lines.field("about", digest) };
  const member = lines.field("member", memberId);
  if (name === "signed-in") return { name, member };
  if (name === "refused" && lines.isAtEnd) return { name, member, about: undefined };
  return { name, member, about: lines.field("about", digest) };
}

const RECORDS = ["signed-in", "opened", "refused", "mailed", "portal"] as const;

function recordName(text: string): JournalRecord["name"] {
  const name = RECORDS.find((each) => each === text);
  if (name === undefined) throw new NotA("a record of the hub");
  return name;
}

/** The event's one text. */
export function eventText(event: JournalEvent): string {
  if (event.kind === "statement") {
    return `zegel/1 leaf\nat: ${event.at}\nstatement: ${event.statement}\nsignature: ${event.signature}\n`;
  }
  const { record } = event;
  const member = "member" in record ? `member: ${record.member}\n` : "";
  const about = "about" in record && record.about !== undefined ? `about: ${record.about}\n` : "";
  return `zegel/1 record\nat: ${event.at}\nrecord: ${record.name}\n${member}${about}`;
}
