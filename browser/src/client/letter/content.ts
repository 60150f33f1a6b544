// What a letter says to one addressee, before it is written out in a language.

import { digest, meetingId, moment, plus, type Moment } from "../../protocol/id.ts";
import type { LetterKind } from "../../protocol/words.ts";
import { ClientError } from "../error.ts";
import * as json from "../json.ts";
import type { Shape, Shaped } from "../json.ts";

/** A meeting lasts at least and at most so many minutes. */
export const SHORTEST_MEETING = 10;
export const LONGEST_MEETING = 600;
/** The longest single line, in characters: a topic, a place. */
const LONGEST_LINE = 300;
/** The longest text of a letter's author, in bytes. */
const LONGEST_TEXT = 24 * 1024;
/** What the paragraphs of minutes are together: a copy has room for them twice, as text and as what it was made of. */
const LONGEST_MINUTES = 96 * 1024;
/** No letter lists more of anything. */
const MOST_LINES = 100;

/** When and where a meeting is: what its calendar file says. */
export type Appointment = Shaped<typeof APPOINTMENT>;
const APPOINTMENT = json.exactly({
  meeting: json.as(meetingId),
  /** Goes up with each invitation, change and cancellation. */
  sequence: json.count,
  date: json.as(moment),
  minutes: json.count,
  place: json.maybe(json.text),
  link: json.maybe(json.text),
});

const kind = <K extends string>(name: K): Shape<K> => (value) => {
  if (value !== name) throw new TypeError("another kind");
  return name;
};

/** A question to a partner (9.2b). `asked` is for this addressee, beside the question that all get. */
const REQUEST = json.exactly({
  kind: kind("request"),
  question: json.text,
  asked: json.maybe(json.text),
  until: json.as(moment),
});

/** An invitation, or a change of one (9.2c-e). */
export type Invitation = Shaped<typeof INVITATION>;
const INVITATION = json.exactly({
  kind: kind("invitation"),
  when: APPOINTMENT,
  purpose: json.text,
  topics: json.list(json.text),
  /** The kind of decisions that may be taken. */
  decisions: json.list(json.text),
  /** The contribution that is asked of this addressee. */
  asked: json.maybe(json.text),
  /** Until when to say who comes. */
  until: json.maybe(json.as(moment)),
  /** Whether the addressee comes in another's place. */
  deputy: json.flag,
  /** Whether it takes the place of an invitation before. */
  change: json.flag,
  /** When the meeting was before, if that changed. */
  was: json.maybe(json.as(moment)),
});

/** The meeting is off for the addressee. */
const CANCELLATION = json.exactly({ kind: kind("cancellation"), when: APPOINTMENT, why: json.maybe(json.text) });

/** An item that a paragraph is drawn from. */
export type Source = Shaped<typeof SOURCE>;
const SOURCE = json.exactly({ item: json.as(digest), title: json.text, supplier: json.text });

/** What was said and decided at a meeting. */
export type Minutes = Shaped<typeof MINUTES>;
const MINUTES = json.exactly({
  kind: kind("minutes"),
  date: json.as(moment),
  /** The item that they are. */
  item: json.as(digest),
  present: json.list(json.text),
  absent: json.list(json.text),
  /** Each with what it is drawn from, as far as the addressee may know. */
  paragraphs: json.list(
    json.exactly({ heading: json.maybe(json.text), text: json.text, sources: json.list(SOURCE) }),
  ),
  decisions: json.list(json.text),
  actions: json.list(json.exactly({ who: json.text, what: json.text, until: json.maybe(json.as(moment)) })),
  /** Until when to say that something is not right. */
  until: json.maybe(json.as(moment)),
});

/** Anything else. */
const MESSAGE = json.exactly({ kind: kind("message"), text: json.text, until: json.maybe(json.as(moment)) });

const KINDS = {
  request: REQUEST,
  invitation: INVITATION,
  cancellation: CANCELLATION,
  minutes: MINUTES,
  message: MESSAGE,
} satisfies Readonly<Record<LetterKind, Shape<unknown>>>;

/** What is said, by the kind of letter. */
export type Content = { [K in LetterKind]: Shaped<(typeof KINDS)[K]> }[LetterKind];

/** Content as it stands in a copy. */
export const CONTENT: Shape<Content> = (value) => {
  const name = json.object({ kind: json.text })(value).kind;
  if (!Object.hasOwn(KINDS, name)) throw new TypeError("no kind of letter");
  return KINDS[name as LetterKind](value);
};

/** When and where the meeting is, of what has a calendar file. */
export function appointmentIn(content: Content): Appointment | undefined {
  return content.kind === "invitation" || content.kind === "cancellation" ? content.when : undefined;
}

/** When it is over. */
export function endOf({ date, minutes }: Appointment): Moment {
  return plus(date, minutes * 60);
}

/** Refuses what no letter can say: terms that are past, texts that are too long or hide something. */
export function requireContent(content: Content, now: Moment): void {
  switch (content.kind) {
    case "request":
      requireText("question", content.question);
      if (content.asked !== undefined) requireText("asked", content.asked);
      return requireAhead("until", content.until, now);
    case "invitation":
      return requireInvitation(content, now);
    case "cancellation":
      requireForm(content.when);
      if (content.why !== undefined) requireText("why", content.why);
      return;
    case "minutes":
      return requireMinutes(content, now);
    case "message":
      requireText("text", content.text);
      return requireAhead("until", content.until, now);
  }
}

function requireInvitation(invitation: Invitation, now: Moment): void {
  const { when, purpose, topics, decisions, asked, until } = invitation;
  requireForm(when);
  requireAhead("date", when.date, now);
  requireText("purpose", purpose);
  if (topics.length === 0) throw bad("topics", "er is minstens één onderwerp nodig", "it takes one topic at least");
  requireLines("topics", topics);
  requireLines("decisions", decisions);
  if (asked !== undefined) requireText("asked", asked);
  if (when.place === undefined && when.link === undefined) {
    throw bad("place", "zeg waar het is, of geef een link", "say where it is, or give a link");
  }
  requireAhead("until", until, now);
}

function requireForm({ minutes, place, link }: Appointment): void {
  if (minutes < SHORTEST_MEETING || minutes > LONGEST_MEETING) {
    throw bad("minutes", "een overleg duurt 10 tot 600 minuten", "a meeting takes 10 to 600 minutes");
  }
  for (const where of [place, link].filter((each) => each !== undefined)) {
    requireLine("place, link", where);
    if (where.includes("\\")) {
      throw bad("place, link", "een agenda kan geen \\ aan", "a calendar can't have a \\ in it");
    }
  }
  if (link !== undefined && !isAddress(link)) {
    throw bad(
      "link",
      "het moet een adres zijn dat begint met https://",
      "it must be an address that begins with https://",
    );
  }
}

function isAddress(link: string): boolean {
  try {
    const url = new URL(link);
    return url.protocol === "https:" && url.hostname !== "";
  } catch {
    return false;
  }
}

function requireMinutes(minutes: Minutes, now: Moment): void {
  const { present, absent, paragraphs, decisions, actions } = minutes;
  if (present.length === 0 || paragraphs.length === 0) {
    const nl = "een verslag zegt wie er waren en wat er is besproken";
    throw bad("present, paragraphs", nl, "minutes say who was there and what was discussed");
  }
  for (const list of [present, absent, decisions]) requireLines("present, absent, decisions", list);
  for (const { heading, text } of paragraphs) {
    if (heading !== undefined) requireLine("heading", heading);
    requireText("text", text);
  }
  for (const { who, what } of actions) {
    requireLine("who", who);
    requireLine("what", what);
  }
  if (paragraphs.reduce((sum, { text }) => sum + bytesIn(text), 0) > LONGEST_MINUTES) {
    throw bad(
      "paragraphs",
      "het verslag is te lang (hoogstens 96 KB, dat is ongeveer 30 bladzijden); doe de rest in een stuk",
      "the minutes are too long (96 KB at most, some 30 pages); put the rest in an item",
    );
  }
  if (actions.length > MOST_LINES || paragraphs.length > MOST_LINES) {
    throw bad("actions, paragraphs", "het zijn er te veel", "there are too many");
  }
  requireAhead("until", minutes.until, now);
}

function bad(what: string, nl: string, en: string): ClientError {
  return ClientError.said(
    "bad-letter-content",
    `${what}: ${nl}. Verbeter het; er is niets verstuurd.`,
    `${what}: ${en}. Correct it; nothing was sent.`,
  );
}

function requireAhead(what: string, at: Moment | undefined, now: Moment): void {
  if (at === undefined || at > now) return;
  throw ClientError.said(
    "date-past",
    `${what}: dat moment is al voorbij. Kies een later moment; er is niets verstuurd.`,
    `${what}: that moment is past. Choose a later one; nothing was sent.`,
  );
}

function bytesIn(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** A text of lines: not empty, not too long, nothing in it that moves a cursor or hides. */
function requireText(what: string, text: string): void {
  if (text.trim() === "") throw bad(what, "er staat niets in", "there is nothing in it");
  if (bytesIn(text) > LONGEST_TEXT) {
    throw bad(
      what,
      "de tekst is te lang (hoogstens 24 KB); doe de rest in een bijlage",
      "the text is too long (24 KB at most); put the rest in an attachment",
    );
  }
  if (!/[\p{Cc}\u2028\u2029]/u.test(text.replaceAll("\n", ""))) return;
  throw bad(what, "er staan tekens in die niet te zien zijn", "it has characters that can't be seen");
}

function requireLine(what: string, words: string): void {
  requireText(what, words);
  if (!words.includes("\n") && [...words].length <= LONGEST_LINE) return;
  throw bad(
    what,
    "het moet één regel zijn van hoogstens 300 tekens",
    "it must be one line of 300 characters at most",
  );
}

function requireLines(what: string, all: readonly string[]): void {
  if (all.length > MOST_LINES) throw bad(what, "het zijn er te veel", "there are too many");
  for (const words of all) requireLine(what, words);
}

/** The text with the line ends of Unix, and no blanks around it. */
export function tidy(text: string): string {
  const lines = text.trim().split(/\r?\n/).map((line) => line.trimEnd());
  return lines.join("\n").replaceAll("\t", "    ");
}
