// A letter written out for its addressee: subject, text, and the appointment for a calendar.

import type { CaseNumber, HubName, Moment } from "../../protocol/id.ts";
import { meetingUid } from "../../protocol/mime.ts";
import type { Language } from "../../protocol/refusal.ts";
import { short } from "../describe.ts";
import { nlEn } from "../say.ts";
import { appointmentIn, endOf, type Appointment, type Content, type Invitation, type Minutes } from "./content.ts";
import { byWords, momentWords } from "./dates.ts";
import { fill, type Filled, type Values } from "./fill.ts";

/** From whom, to whom, about which case. */
export interface Envelope {
  readonly case: CaseNumber;
  /** The hub's address, which is the portal's. */
  readonly portal: string;
  readonly from: string;
  /** The author's partner. */
  readonly partner: string;
  readonly to: string;
  /** The addressee's. */
  readonly language: Language;
}

/** A letter as its addressee reads it. */
export interface Composed extends Filled {
  readonly calendar: Entry | undefined;
}

/** What the calendar file says: nothing of the case. */
export interface Entry {
  readonly uid: string;
  readonly sequence: number;
  readonly start: Moment;
  readonly end: Moment;
  readonly cancelled: boolean;
  readonly summary: string;
  readonly location: string | undefined;
}

/** Writes a letter out. */
export function compose(content: Content, envelope: Envelope, hub: HubName): Composed {
  const when = appointmentIn(content);
  const isCancelled = content.kind === "cancellation";
  const calendar = when && entryOf(when, isCancelled, envelope, hub);
  return { ...filled(content, envelope), calendar };
}

function filled(content: Content, { language, ...envelope }: Envelope): Filled {
  const by = (until: Moment | undefined): string | undefined => until && byWords(until, language);
  const as = (template: Parameters<typeof fill>[0], values: Values): Filled =>
    fill(template, language, { ...envelope, ...values });
  switch (content.kind) {
    case "request":
      return as("request", { question: content.question, asked: content.asked, until: by(content.until) });
    case "invitation":
      return as(content.change ? "change" : "invitation", invitationValues(content, language));
    case "cancellation":
      return as("cancellation", { when: momentWords(content.when.date, language), why: content.why });
    case "minutes":
      return as("minutes", minutesValues(content, language));
    case "message":
      return as("message", { text: content.text, until: by(content.until) });
  }
}

function entryOf(when: Appointment, cancelled: boolean, { case: number, language }: Envelope, hub: HubName): Entry {
  const { place, link } = when;
  return {
    uid: meetingUid(number, when.meeting, hub),
    sequence: when.sequence,
    start: when.date,
    end: endOf(when),
    cancelled,
    summary: nlEn(language, "Overleg", "Meeting"),
    location: place !== undefined && link !== undefined ? `${place} / ${link}` : (place ?? link),
  };
}

function invitationValues({ when, until, was, ...invitation }: Invitation, language: Language): Values {
  return {
    when: momentWords(when.date, language),
    minutes: when.minutes,
    place: when.place,
    link: when.link,
    purpose: invitation.purpose,
    topics: invitation.topics,
    decisions: invitation.decisions,
    asked: invitation.asked,
    until: until && byWords(until, language),
    deputy: invitation.deputy,
    was: was && momentWords(was, language),
  };
}

function minutesValues(minutes: Minutes, language: Language): Values {
  const term = (until: Moment | undefined): string | undefined => until && byWords(until, language);
  return {
    when: momentWords(minutes.date, language),
    present: minutes.present,
    absent: minutes.absent,
    paragraphs: minutes.paragraphs.map(({ heading, text, sources }) => {
      const named = sources.map(({ title, supplier, item }) => `${title}, ${supplier}, ${short(item)}`);
      return { heading, text, sources: named.join("; ") };
    }),
    decisions: minutes.decisions,
    actions: minutes.actions.map(({ who, what, until }) => ({ who, what, until: term(until) })),
    until: term(minutes.until),
  };
}
