// The calendar file of an invitation (RFC 5545, 5546): one event, published, with nobody on it, so that no program
// answers it in plain text. Its words are neutral: whoever sees the calendar learns that there is a meeting.

import { utf8 } from "../bytes.ts";
import { type CaseNumber, digestOf, type HubName, type MeetingId, type Moment, moment } from "../id.ts";
import { type MailAddress, mailAddress } from "../words.ts";
import { BadLetter } from "./bad.ts";
import { unescaped } from "./field.ts";
import { isLine } from "./message.ts";

/** The longest line, in bytes without its CRLF (RFC 5545 section 3.1). */
const LINE = 75;
/** The most characters of a text. */
const MOST = 500;
/** The highest number of a meeting's letters. RFC 5545 section 3.3.8: a calendar's numbers have 32 bits. */
export const MAX_SEQUENCE = 2 ** 31 - 1;

/** One event. UID and sequence tell a calendar which event it is, and which of two states is newer. */
export interface Calendar {
  /** The same for every state of one meeting: `meetingUid`. */
  readonly uid: string;
  /** At most 2^31 - 1. */
  readonly sequence: number;
  /** When this state was written. */
  readonly stamp: Moment;
  readonly start: Moment;
  readonly end: Moment;
  readonly cancelled: boolean;
  readonly summary: string;
  readonly location: string | undefined;
  /** The house's address: RFC 5546 asks for an organizer. */
  readonly organizer: MailAddress;
}

/**
 * The UID of a case's meeting. A meeting's id is chosen by who plans it: so the case is in it too, and nobody who runs
 * one case can move or cancel a meeting of another in people's calendars. It tells who sees the calendar nothing.
 */
export function meetingUid(number: CaseNumber, meeting: MeetingId, hub: HubName): string {
  const digits = digestOf(utf8(`${number} ${meeting}`)).slice("sha256:".length);
  return `${digits.slice(0, 32)}@${hub}`;
}

const BEFORE = [
  "BEGIN:VCALENDAR",
  "VERSION:2.0",
  "PRODID:-//Zegel//zegel 1//NL",
  "CALSCALE:GREGORIAN",
  "METHOD:PUBLISH",
  "BEGIN:VEVENT",
];
const AFTER = ["END:VEVENT", "END:VCALENDAR"];

/**
 * The file, lines ended by CRLF. Throws a BadLetter with `calendar` where the end is not after the start, a text is not
 * one line of at most 500 characters without backslashes, the UID not ASCII, or the sequence too large for a calendar.
 */
export function calendarText(calendar: Calendar): string {
  requireSound(calendar);
  const { location } = calendar;
  const lines = [
    ...BEFORE,
    `UID:${escaped(calendar.uid)}`,
    `DTSTAMP:${basic(calendar.stamp)}`,
    `DTSTART:${basic(calendar.start)}`,
    `DTEND:${basic(calendar.end)}`,
    `SEQUENCE:${calendar.sequence}`,
    `STATUS:${calendar.cancelled ? "CANCELLED" : "CONFIRMED"}`,
    "CLASS:CONFIDENTIAL",
    `SUMMARY:${escaped(calendar.summary)}`,
    ...(location === undefined ? [] : [`LOCATION:${escaped(location)}`]),
    `ORGANIZER:mailto:${calendar.organizer}`,
    ...AFTER,
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join("");
}

function requireSound({ uid, summary, location, start, end, sequence }: Calendar): void {
  // Programs in use read an escaped backslash before an n as the end of a line.
  const isSound = (text: string): boolean => isLine(text, MOST) && !text.includes("\\");
  const lines = [uid, summary, ...(location === undefined ? [] : [location])].every(isSound);
  const counts = Number.isInteger(sequence) && sequence >= 0 && sequence <= MAX_SEQUENCE;
  if (start >= end || !lines || !/^[\0-\x7f]*$/.test(uid) || !counts) throw new BadLetter("calendar");
}

/** Reads what `calendarText` wrote, and nothing else. Throws a BadLetter with `calendar`. */
export function readCalendar(text: string): Calendar {
  const lines = text.replaceAll("\r\n ", "").split("\r\n");
  const maybe = (name: string): string | undefined =>
    lines.find((line) => line.startsWith(`${name}:`))?.slice(name.length + 1);
  const value = (name: string): string => maybe(name) ?? refuse();
  const location = maybe("LOCATION");
  const read: Calendar = {
    uid: unescaped(value("UID")),
    sequence: /^\d{1,10}$/.test(value("SEQUENCE")) ? Number(value("SEQUENCE")) : refuse(),
    stamp: readBasic(value("DTSTAMP")),
    start: readBasic(value("DTSTART")),
    end: readBasic(value("DTEND")),
    cancelled: value("STATUS") === "CANCELLED",
    summary: unescaped(value("SUMMARY")),
    location: location === undefined ? undefined : unescaped(location),
    organizer: organizer(value("ORGANIZER")),
  };
  return calendarText(read) === text ? read : refuse();
}

function organizer(value: string): MailAddress {
  const [, address] = /^mailto:(.*)$/s.exec(value) ?? [];
  try {
    return mailAddress(address ?? "");
  } catch {
    return refuse();
  }
}

/** `20261201T080000Z`. */
function basic(at: Moment): string {
  return at.replace(/[-:]/g, "");
}

function readBasic(text: string): Moment {
  try {
    return moment(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  } catch {
    return refuse();
  }
}

/** RFC 5545 section 3.3.11. */
function escaped(text: string): string {
  return text.replace(/[;,]/g, "\\$&");
}

/** A long line goes on behind CRLF and a blank; no character is cut in two. */
function folded(line: string): string {
  let out = "";
  let column = 0;
  for (const character of line) {
    const width = utf8(character).length;
    if (column + width > LINE) {
      out += "\r\n ";
      column = 1;
    }
    out += character;
    column += width;
  }
  return out;
}

function refuse(): never {
  throw new BadLetter("calendar");
}
