// What everyone on the way can see: seven fields, and one sealed part (RFC 3156 section 4).

import { base64, textOf, utf8 } from "../bytes.ts";
import { armored } from "../cert/armor.ts";
import type { Moment } from "../id.ts";
import { BadLetter } from "./bad.ts";
import * as field from "./field.ts";
import { type Mailbox, MAX_MAIL, type MessageId } from "./message.ts";

/** The subject outside of what is sealed, of every mail. */
export const SUBJECT = "[...]";

const BEFORE = [
  'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted";',
  ' boundary="=_zegel_sealed"',
  "",
  "--=_zegel_sealed",
  "Content-Type: application/pgp-encrypted",
  "",
  "Version: 1",
  "",
  "--=_zegel_sealed",
  'Content-Type: application/octet-stream; name="encrypted.asc"',
  'Content-Disposition: inline; filename="encrypted.asc"',
  "",
  "",
].join("\r\n");
const AFTER = "\r\n--=_zegel_sealed--\r\n";

/** The fields before `Content-Type`. */
export interface OuterHead {
  readonly from: Mailbox;
  readonly to: Mailbox;
  readonly date: Moment;
  readonly id: MessageId;
  /** Whether it is the hub's own, so that nothing answers it by itself (RFC 3834). */
  readonly automatic: boolean;
}

/** A sealed mail, as far as it can be read without a key. */
export interface Outer extends OuterHead {
  /** The OpenPGP message. */
  readonly sealed: Uint8Array;
}

/** The whole mail, ASCII, lines ended by CRLF. */
export function outerBytes(outer: Outer): Uint8Array {
  return utf8(outerText(outer));
}

function outerText(outer: Outer): string {
  return headText(outer) + BEFORE + withCrlf(armored("MESSAGE", outer.sealed)) + AFTER;
}

/** A text whose lines end with LF, with lines that end with CRLF. */
export function withCrlf(text: string): string {
  return text.replaceAll("\n", "\r\n");
}

export function headText({ from, to, date, id, automatic }: OuterHead): string {
  const lines = [
    `From: ${field.mailbox(from)}`,
    `To: ${field.mailbox(to)}`,
    `Date: ${field.date(date)}`,
    `Message-ID: ${id}`,
    `Subject: ${SUBJECT}`,
    "MIME-Version: 1.0",
    ...(automatic ? ["Auto-Submitted: auto-generated"] : []),
  ];
  return lines.map((line) => `${line}\r\n`).join("");
}

/** Reads a whole mail of exactly this form. Throws a BadLetter. */
export function readOuter(bytes: Uint8Array): Outer {
  const mail = mailText(bytes);
  const { head, rest } = readHead(mail);
  if (!rest.startsWith(BEFORE) || !rest.endsWith(AFTER)) throw new BadLetter("form");
  const outer = { ...head, sealed: dearmored(rest.slice(BEFORE.length, -AFTER.length)) };
  if (outerText(outer) !== mail) throw new BadLetter("form");
  return outer;
}

/** A mail as text, if it is any and not too large. */
export function mailText(bytes: Uint8Array): string {
  if (bytes.length > MAX_MAIL) throw new BadLetter("too-large");
  const text = textOf(bytes);
  if (text === undefined) throw new BadLetter("form");
  return text;
}

/** Takes the fields before `Content-Type` off the front, in whatever spelling. */
export function readHead(mail: string): { head: OuterHead; rest: string } {
  const lines = new field.Head(mail);
  const from = field.readMailbox(lines.take("From"));
  const to = field.readMailbox(lines.take("To"));
  const date = field.readDate(lines.take("Date"));
  const id = field.readMessageId(lines.take("Message-ID"));
  if (lines.take("Subject") !== SUBJECT) throw new BadLetter("outer-subject");
  lines.take("MIME-Version");
  const automatic = lines.isNext("Auto-Submitted");
  if (automatic) lines.take("Auto-Submitted");
  if (!lines.isNext("Content-Type")) throw new BadLetter("head");
  return { head: { from, to, date, id, automatic }, rest: lines.rest };
}

/** The bytes in armor, in whatever spelling: whoever asks writes it again and compares. */
export function dearmored(armor: string): Uint8Array {
  const lines = armor.split("\r\n").slice(2);
  const end = lines.findIndex((line) => line.startsWith("="));
  try {
    return base64.decode(lines.slice(0, end < 0 ? lines.length : end).join(""));
  } catch {
    throw new BadLetter("form");
  }
}
