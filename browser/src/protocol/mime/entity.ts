// What is inside the seal: the protected head (RFC 9788), the text, the calendar file and the attachments.

import { base64, joined, textOf, utf8 } from "../bytes.ts";
import { safeFileName } from "../label/text.ts";
import { BadLetter } from "./bad.ts";
import { type Calendar, calendarText, readCalendar } from "./calendar.ts";
import * as field from "./field.ts";
import {
  type Attachment,
  isLine,
  MAX_ATTACHED,
  MAX_ATTACHMENTS,
  MAX_SUBJECT,
  MAX_TEXT,
  MEDIA,
  mediaOfName,
  type Message,
} from "./message.ts";
import { SUBJECT } from "./outer.ts";
import * as quoted from "./quoted.ts";

/** Between the parts. It stands in no quoted-printable and no base64. */
const BOUNDARY = "=_zegel";
/** What is sealed is a whole number of these, in bytes: how long a letter is says what kind it is, and more. */
const BLOCK = 1024;
const PADDING = "X-Padding";
/** So many characters of padding stand on one line: no line of a mail is over 998 (RFC 5322 section 2.1.1). */
const LONG = 900;
const TEXT = "text/plain; charset=utf-8";
const QUOTED = "Content-Transfer-Encoding: quoted-printable";
const CALENDAR_HEAD = [
  "Content-Type: text/calendar; charset=utf-8; method=PUBLISH",
  'Content-Disposition: attachment; filename="overleg.ics"',
  "Content-Transfer-Encoding: base64",
].join("\r\n");

/** Whether the head is protected within encryption, or only signed. */
export type Protection = "cipher" | "clear";

/** What is signed and sealed: ASCII, lines ended by CRLF. Throws a BadLetter when a message says what no mail can. */
export function entityOf(message: Message, protection: Protection): string {
  requireSound(message);
  const head = headOf(message, protection);
  const rest = restOf(message, protection);
  return head + (protection === "cipher" ? padding(head.length + rest.length) : "") + rest;
}

/** Reads what `entityOf` wrote, and nothing else. Throws a BadLetter. */
export function readEntity(entity: string, protection: Protection): Message {
  try {
    const read = parsed(entity);
    if (entityOf(read, protection) !== entity) throw new BadLetter("inside");
    return read;
  } catch (error) {
    // In ASCII small letters: without the flag `u` no other letter is taken for one of these.
    const isHtml = error instanceof BadLetter && /content-type: text\/html/i.test(entity);
    throw isHtml ? new BadLetter("html") : error;
  }
}

/** All behind the padding. */
function restOf(message: Message, protection: Protection): string {
  const hp = `hp="${protection}"; protected-headers="v1"`;
  const text = quoted.encode(message.text);
  if (message.calendar === undefined && message.attachments.length === 0) {
    return `MIME-Version: 1.0\r\nContent-Type: ${TEXT}; ${hp}\r\n${QUOTED}\r\n\r\n${text}`;
  }
  const parts = [
    part(`Content-Type: ${TEXT}\r\n${QUOTED}`, text),
    ...(message.calendar === undefined ? [] : [part(CALENDAR_HEAD, calendarContent(message.calendar))]),
    ...message.attachments.map((attachment) => part(attachmentHead(attachment), inLines(attachment.bytes))),
  ];
  const kind = `multipart/mixed; boundary="${BOUNDARY}"; ${hp}`;
  return `MIME-Version: 1.0\r\nContent-Type: ${kind}\r\n\r\n${parts.join("")}--${BOUNDARY}--\r\n`;
}

function calendarContent(calendar: Calendar): string {
  return inLines(utf8(calendarText(calendar)));
}

function headOf(message: Message, protection: Protection): string {
  const outside = (subject: string): string[] => [
    `From: ${field.mailbox(message.from)}`,
    `To: ${field.mailbox(message.to)}`,
    `Date: ${field.date(message.date)}`,
    `Message-ID: ${message.id}`,
    `Subject: ${subject}`,
  ];
  const hidden = protection === "cipher" ? outside(SUBJECT).map((line) => `HP-Outer: ${line}`) : [];
  return [...outside(field.text(message.subject)), ...hidden].map((line) => `${line}\r\n`).join("");
}

function requireSound({ from, subject, text, calendar, attachments }: Message): void {
  if (!isLine(subject, MAX_SUBJECT)) throw new BadLetter("subject");
  if (!isText(text)) throw new BadLetter("text");
  // RFC 5546 asks for an organizer: nobody but the house may be asked back.
  if (calendar !== undefined && calendar.organizer !== from.address) throw new BadLetter("calendar");
  const together = attachments.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (attachments.length > MAX_ATTACHMENTS || together > MAX_ATTACHED) throw new BadLetter("attachments");
  // A file that is not of the kind that its name says would be shown as one and opened as the other.
  const isSound = ({ name, media }: Attachment): boolean =>
    (media === "application/octet-stream" || media === mediaOfName(name)) && safeFileName(name) === name;
  if (!attachments.every(isSound)) throw new BadLetter("file-name");
}

/** A field that mail programs pass over, with so many `x` that the whole is as long as many others are. */
function padding(length: number): string {
  const lacking = Math.ceil(length / BLOCK) * BLOCK - length;
  if (lacking === 0) return "";
  const frame = `${PADDING}: \r\n`.length;
  const filler = lacking > frame ? lacking - frame : lacking + BLOCK - frame;
  const value = "x".repeat(filler);
  const folded = filler > LONG ? `${value.slice(0, LONG / 2)}\r\n ${value.slice(LONG / 2 + 3)}` : value;
  return `${PADDING}: ${folded}\r\n`;
}

/** Not only blanks, at most so long, in lines that each end with LF, and without other control characters. */
function isText(text: string): boolean {
  const shown = /[^ \n]/.test(text);
  const controls = /[\0-\x09\x0b-\x1f\x7f-\x9f]/.test(text);
  return shown && !controls && text.endsWith("\n") && utf8(text).length <= MAX_TEXT;
}

function part(head: string, content: string): string {
  return `--${BOUNDARY}\r\n${head}\r\n\r\n${content}\r\n`;
}

/** Base64 in lines of 76 characters, CRLF between them and none behind the last. */
function inLines(bytes: Uint8Array): string {
  return (base64.encode(bytes).match(/.{1,76}/g) ?? []).join("\r\n");
}

/** The head of an attachment. */
function attachmentHead({ name, media }: Attachment): string {
  const plain = /^[ -~]*$/.test(name);
  const named = plain ? `filename="${name}"` : `filename*=utf-8''${percent(name)}`;
  const disposition = `Content-Disposition: attachment; ${named}`;
  return `Content-Type: ${media}\r\n${disposition}\r\nContent-Transfer-Encoding: base64`;
}

/** RFC 2231, RFC 5987: letters, digits, `-`, `.` and `_` as they are. */
function percent(name: string): string {
  return Array.from(utf8(name), (byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9\-._]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }).join("");
}

function unpercent(encoded: string): string | undefined {
  const [first = "", ...others] = encoded.split("%");
  const pieces = [utf8(first)];
  for (const piece of others) {
    const byte = quoted.hexByte(piece);
    if (byte === undefined) return undefined;
    pieces.push(new Uint8Array([byte]), utf8(piece.slice(2)));
  }
  return textOf(joined(pieces));
}

/** What an entity says, in whatever spelling: whoever asks writes it again and compares. */
function parsed(entity: string): Message {
  const [head, body] = halves(entity);
  const lines = new field.Head(`${head}\r\n`);
  const from = field.readMailbox(lines.take("From"));
  const to = field.readMailbox(lines.take("To"));
  const date = field.readDate(lines.take("Date"));
  const id = field.readMessageId(lines.take("Message-ID"));
  const subject = field.readText(lines.take("Subject"));
  while (lines.isNext("HP-Outer")) lines.take("HP-Outer");
  if (lines.isNext(PADDING)) lines.take(PADDING);
  takeInside(lines, "MIME-Version");
  const kind = takeInside(lines, "Content-Type");
  const content = kind.startsWith("multipart/mixed;") ? readParts(body) : { text: readQuoted(body), ...NOTHING_MORE };
  return { from, to, date, id, subject, ...content };
}

type Content = Pick<Message, "text" | "calendar" | "attachments">;
const NOTHING_MORE = { calendar: undefined, attachments: [] } satisfies Omit<Content, "text">;

function readParts(body: string): Content {
  const [before, after] = [`--${BOUNDARY}\r\n`, `\r\n--${BOUNDARY}--\r\n`];
  if (!body.startsWith(before)) throw new BadLetter("inside");
  const rest = body.slice(before.length);
  if (!rest.endsWith(after)) throw new BadLetter("inside");
  const [first = "", ...others] = rest.slice(0, -after.length).split(`\r\n--${BOUNDARY}\r\n`);
  const text = readQuoted(halves(first)[1]);
  let calendar: Calendar | undefined;
  const attachments: Attachment[] = [];
  for (const other of others) {
    const [head, content] = halves(other);
    const bytes = readBase64(content.replaceAll("\r\n", ""));
    if (head === CALENDAR_HEAD) calendar = readCalendar(textOf(bytes) ?? refuseCalendar());
    else attachments.push(readAttachment(head, bytes));
  }
  return { text, calendar, attachments };
}

/** What stands before the first empty line, and behind it. */
function halves(text: string): [string, string] {
  const at = text.indexOf("\r\n\r\n");
  if (at < 0) throw new BadLetter("inside");
  return [text.slice(0, at), text.slice(at + 4)];
}

function takeInside(lines: field.Head, name: string): string {
  if (!lines.isNext(name)) throw new BadLetter("inside");
  return lines.take(name);
}

function readQuoted(text: string): string {
  const read = quoted.decode(text);
  if (read === undefined) throw new BadLetter("inside");
  return read;
}

function readBase64(text: string): Uint8Array {
  try {
    return base64.decode(text);
  } catch {
    throw new BadLetter("inside");
  }
}

function refuseCalendar(): never {
  throw new BadLetter("calendar");
}

function readAttachment(head: string, bytes: Uint8Array): Attachment {
  const lines = new field.Head(`${head}\r\n`);
  const kind = takeInside(lines, "Content-Type");
  const media = MEDIA.find((known) => known === kind);
  if (media === undefined) throw new BadLetter("inside");
  const disposition = takeInside(lines, "Content-Disposition");
  const [, plain] = /^attachment; filename="(.*)"$/s.exec(disposition) ?? [];
  const [, encoded] = /^attachment; filename\*=utf-8''(.*)$/s.exec(disposition) ?? [];
  const name = plain ?? (encoded === undefined ? undefined : unpercent(encoded));
  if (name === undefined) throw new BadLetter("inside");
  return { name, media, bytes };
}
