// The fields of a mail's head (RFC 5322, encoded words of RFC 2047), each value with one spelling.

import { base64, joined, textOf, utf8 } from "../bytes.ts";
import { type Moment, moment } from "../id.ts";
import { mailAddress, name } from "../words.ts";
import { BadLetter } from "./bad.ts";
import { type Mailbox, type MessageId, messageId } from "./message.ts";

/** The bytes of text in one encoded word: with its frame it stays within 75 characters. */
const WORD = 45;

/** Text as it stands in a head: ASCII as it is, anything else in encoded words on lines of their own. */
export function text(value: string): string {
  const plain = /^[ -~]*$/.test(value) && !value.includes("=?");
  return plain ? value : words(value);
}

function words(value: string): string {
  const cut = [""];
  for (const character of value) {
    const longer = cut.at(-1)! + character;
    if (utf8(longer).length <= WORD) cut[cut.length - 1] = longer;
    else cut.push(character);
  }
  return cut.map((word) => `=?utf-8?B?${base64.encode(utf8(word))}?=`).join("\r\n ");
}

/** Reads what `text` wrote; other spellings too, which whoever asks has to refuse. */
export function readText(value: string): string {
  if (!value.startsWith("=?")) return value;
  const pieces = value.split("\r\n ").map((word) => {
    const [, encoded] = /^=\?utf-8\?B\?(.*)\?=$/.exec(word) ?? [];
    return bad(() => base64.decode(encoded ?? "="));
  });
  return textOf(joined(pieces)) ?? refuse();
}

/** `"Name" <address>`, or the name in encoded words. */
export function mailbox({ name: who, address }: Mailbox): string {
  const encoded = text(who);
  const shown = encoded === who ? `"${who.replace(/[\\"]/g, "\\$&")}"` : encoded;
  return `${shown} <${address}>`;
}

/** Reads what `mailbox` wrote, and nothing else. */
export function readMailbox(value: string): Mailbox {
  const at = value.lastIndexOf(" <");
  if (at < 0 || !value.endsWith(">")) return refuse();
  const shown = value.slice(0, at);
  const quoted = /^"(.*)"$/s.exec(shown)?.[1];
  const who = quoted === undefined ? readText(shown) : unescaped(quoted);
  const read = bad(() => ({ name: name(who), address: mailAddress(value.slice(at + 2, -1)) }));
  return mailbox(read) === value ? read : refuse();
}

/** What stands behind each backslash, without it. */
export function unescaped(escaped: string): string {
  return escaped.replace(/\\(.?)/gs, "$1");
}

/** A moment as in `Date` (RFC 5322 section 3.3), in UTC. */
export function date(at: Moment): string {
  return new Date(at).toUTCString().replace("GMT", "+0000");
}

/** Reads what `date` wrote, and nothing else. */
export function readDate(value: string): Moment {
  const parsed = Date.parse(value);
  if (Number.isNaN(parsed)) return refuse();
  const at = bad(() => moment(`${new Date(parsed).toISOString().slice(0, 19)}Z`));
  return date(at) === value ? at : refuse();
}

/** Reads a Message-ID. */
export function readMessageId(value: string): MessageId {
  return bad(() => messageId(value));
}

/** The fields of a head that are still to be taken. */
export class Head {
  constructor(private text: string) {}

  /** What was not taken yet. */
  get rest(): string {
    return this.text;
  }

  /** Whether the field of this name is next. */
  isNext(field: string): boolean {
    return this.text.startsWith(`${field}: `);
  }

  /** Takes the field of this name off the front; its value still has its folds. Throws a BadLetter with `head`. */
  take(field: string): string {
    if (!this.isNext(field)) return refuse();
    const start = field.length + 2;
    let end = this.text.indexOf("\r\n", start);
    while (end >= 0 && this.text[end + 2] === " ") end = this.text.indexOf("\r\n", end + 2);
    if (end < 0) return refuse();
    const value = this.text.slice(start, end);
    this.text = this.text.slice(end + 2);
    return value;
  }
}

function refuse(): never {
  throw new BadLetter("head");
}

/** What the work gives; whatever it throws is refused. */
function bad<T>(work: () => T): T {
  try {
    return work();
  } catch {
    return refuse();
  }
}
