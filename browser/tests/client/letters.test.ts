// Letters read the same whoever's program wrote them: as the command line's own snapshots have them.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { codeOf, isCode } from "../../src/client/error.ts";
import { compose, type Entry } from "../../src/client/letter/compose.ts";
import {
  requireContent,
  tidy,
  type Appointment,
  type Content,
  type Invitation,
} from "../../src/client/letter/content.ts";
import { byWords, momentWords } from "../../src/client/letter/dates.ts";
import { answerBytes, copyBytes, readAnswer, readCopy, reasonBytes } from "../../src/client/letter/said.ts";
import { caseNumber, digest, hubName, meetingId, moment, type Moment } from "../../src/protocol/id.ts";
import type { Language } from "../../src/protocol/refusal.ts";

declare const ROOT: string;
const SNAPSHOTS = join(ROOT, "tests", "snapshots");
const NOW = moment("2026-11-20T09:00:00Z");
const HUB = hubName("zvh-ml.example");

const when = (sequence: number, changed: Partial<Appointment> = {}): Appointment => ({
  meeting: meetingId("mtg_0123456789abcdef"),
  sequence,
  date: moment("2026-12-02T13:00:00Z"),
  minutes: 90,
  place: "Zaal 2, Stationsplein 1, Lingewaarden",
  link: undefined,
  ...changed,
});

const invitation = (changed: Partial<Invitation> = {}): Invitation => ({
  kind: "invitation",
  when: when(1),
  purpose: "De kinderen zijn weer veilig thuis, en wij weten wie wat doet.",
  topics: ["Hoe is het nu thuis?", "Wie komt er langs, en hoe vaak?"],
  decisions: ["Wie de regie heeft", "Het plan van aanpak"],
  asked: "Vertel wat de politie de laatste drie maanden op dit adres heeft gezien.",
  until: moment("2026-11-27T23:00:00Z"),
  deputy: false,
  change: false,
  was: undefined,
  ...changed,
});

const at = (hex: string) => digest(`sha256:${hex.repeat(32)}`);

const LETTERS: Readonly<Record<string, Content>> = {
  a_question: {
    kind: "request",
    question: "Is er in de laatste twaalf maanden contact geweest met dit gezin?",
    asked: "Wij horen graag of er meldingen zijn van dit adres, en wat daarmee is gedaan.",
    until: moment("2026-11-27T23:00:00Z"),
  },
  a_question_that_asks_the_same_of_all: {
    kind: "request",
    question: "Is er contact met dit gezin?\n\nEn zo ja: wie is de vaste persoon?",
    asked: undefined,
    until: moment("2026-11-27T11:30:00Z"),
  },
  an_invitation: invitation(),
  an_invitation_of_a_deputy_with_a_link: invitation({
    when: when(1, { place: undefined, link: "https://overleg.example/zaal-2" }),
    decisions: [],
    asked: undefined,
    until: undefined,
    deputy: true,
  }),
  a_change: invitation({
    when: when(2, { date: moment("2026-12-04T08:30:00Z") }),
    change: true,
    was: moment("2026-12-02T13:00:00Z"),
  }),
  a_cancellation: {
    kind: "cancellation",
    when: when(3),
    why: "Er is eerst meer informatie nodig. Wij laten u weten wanneer het wel kan.",
  },
  a_cancellation_without_a_word: { kind: "cancellation", when: when(3), why: undefined },
  minutes_of_a_meeting: {
    kind: "minutes",
    date: moment("2026-12-02T13:00:00Z"),
    item: at("41"),
    present: ["Femke de Boer (Politie)", "Noor Bakker (Raad voor de Kinderbescherming)"],
    absent: ["dr. Samira Amrani (GGZ De Oever)"],
    paragraphs: [
      {
        heading: "Hoe is het nu thuis?",
        text: "De politie is dit najaar twee keer langs geweest.\nDe laatste keer was het rustig.",
        sources: [{ item: at("ab"), title: "Zorgmelding", supplier: "Politie" }],
      },
      { heading: undefined, text: "Iedereen vindt dat één persoon de regie moet hebben.", sources: [] },
    ],
    decisions: ["De wijkteams hebben de regie."],
    actions: [
      { who: "Femke de Boer (Politie)", what: "belt de wijkagent", until: moment("2026-12-09T23:00:00Z") },
      { who: "het gezin", what: "krijgt een brief", until: undefined },
    ],
    until: moment("2026-12-16T23:00:00Z"),
  },
  short_minutes: {
    kind: "minutes",
    date: moment("2026-12-02T13:00:00Z"),
    item: at("41"),
    present: ["Femke de Boer (Politie)"],
    absent: [],
    paragraphs: [{ heading: undefined, text: "Er was niets nieuws.", sources: [] }],
    decisions: [],
    actions: [],
    until: undefined,
  },
  a_message: {
    kind: "message",
    text: "Wilt u mij vandaag bellen?\nHet gaat over {{morgen}} <b>.",
    until: undefined,
  },
};

function written(content: Content, language: Language) {
  requireContent(content, NOW);
  const envelope = {
    case: caseNumber("ZVH-2026-0014"),
    portal: "https://zvh-ml.example/",
    from: "Joris Visser",
    partner: "Zorg- en Veiligheidshuis Midden-Lingewaarden",
    to: "Femke de Boer",
    language,
  };
  return compose(content, envelope, HUB);
}

/** The snapshot's text, and the entry of the calendar behind it. */
function snapshot(name: string): { text: string; entry: string } {
  const file = readFileSync(join(SNAPSHOTS, `letters__${name}.snap`), "utf8");
  const [, body = ""] = /^---\n(?:.*\n)*?---\n([\s\S]*)$/.exec(file) ?? [];
  const [subject, text = "", entry = ""] = body.split("\n----\n");
  return { text: `${subject}\n----\n${text}`.trimEnd(), entry };
}

test("every letter of the snapshots reads as it does there", () => {
  const names = readdirSync(SNAPSHOTS).filter((name) => /^letters__.*_(nl|en)\.snap$/.test(name));
  assert.equal(names.length, 2 * Object.keys(LETTERS).length);
  for (const [name, content] of Object.entries(LETTERS)) {
    for (const language of ["nl", "en"] as const) {
      const { subject, text, calendar } = written(content, language);
      const expected = snapshot(`${name}_${language}`);
      assert.equal(`${subject}\n----\n${text}`.trimEnd(), expected.text, `${name} ${language}`);
      requireEntry(calendar, expected.entry, name);
    }
  }
});

function requireEntry(entry: Entry | undefined, expected: string, name: string): void {
  assert.equal(entry !== undefined, expected !== "", name);
  if (entry === undefined) return;
  const { uid, sequence, summary, cancelled, location, start, end } = entry;
  assert.ok(expected.includes(`uid: "${uid}"`) && expected.includes(`sequence: ${sequence},`), expected);
  assert.ok(expected.includes(`summary: "${summary}"`) && expected.includes(`cancelled: ${cancelled}`), expected);
  assert.ok(location === undefined ? expected.includes("None") : expected.includes(`"${location}"`), expected);
  assert.ok(start < end);
}

test("a moment is told by the clock on the wall, and a term that ends with a day ends on that day", () => {
  const told = (at_: string): string => momentWords(moment(at_), "nl");
  assert.equal(told("2026-12-02T13:00:00Z"), "woensdag 2 december 2026, 14.00 uur");
  assert.equal(momentWords(moment("2026-12-02T13:00:00Z"), "en"), "Wednesday 2 December 2026, 14:00");
  assert.equal(told("2026-07-05T22:05:00Z"), "maandag 6 juli 2026, 0.05 uur");
  const by = (at_: string): string => byWords(moment(at_), "nl");
  assert.equal(by("2026-11-27T23:00:00Z"), "vrijdag 27 november 2026");
  assert.equal(by("2026-11-27T11:30:00Z"), "vrijdag 27 november 2026, 12.30 uur");
  // The day on which the clocks go back has 25 hours.
  assert.equal(by("2026-10-25T23:00:00Z"), "zondag 25 oktober 2026");
});

test("what no letter can say is refused with the reason", () => {
  const refused = (content: Content): string => {
    try {
      requireContent(content, NOW);
      return "taken";
    } catch (error) {
      return codeOf(error);
    }
  };
  const past: Moment = moment("2026-11-19T09:00:00Z");
  assert.equal(refused(invitation({ when: when(1, { date: past }) })), "date-past");
  assert.equal(refused(invitation({ until: past })), "date-past");
  const bad: readonly [string, Partial<Invitation>][] = [
    ["no time at all", { when: when(1, { minutes: 0 }) }],
    ["a day and a night", { when: when(1, { minutes: 1440 }) }],
    ["nowhere", { when: when(1, { place: undefined }) }],
    ["a place of two lines", { when: when(1, { place: "Zaal 2\nATTENDEE:mailto:max@kwaad.example" }) }],
    ["a place that programs read as two lines", { when: when(1, { place: "Zaal 2\\nATTENDEE" }) }],
    ["a link that is no https", { when: when(1, { link: "http://overleg.example" }) }],
    ["a link that is none", { when: when(1, { link: "zaal 2" }) }],
    ["no topic", { topics: [] }],
    ["an empty topic", { topics: [" "] }],
    ["no purpose", { purpose: "" }],
    ["a control character", { purpose: "doel\u{1b}" }],
    ["a book", { purpose: "x".repeat(25 * 1024) }],
  ];
  for (const [name, changed] of bad) assert.equal(refused(invitation(changed)), "bad-letter-content", name);
  assert.equal(refused({ kind: "request", question: "?", asked: undefined, until: NOW }), "date-past");
});

test("all answers and reasons are as long, and a copy reads what it writes", () => {
  const answer = (word: "accepted" | "no-contribution" | "deputy", text: string) => {
    return { answer: word, deputy: undefined, items: [], text } as const;
  };
  for (const said of [answer("accepted", ""), answer("no-contribution", "x".repeat(9000))]) {
    const bytes = answerBytes(said);
    assert.equal(bytes.length, 16 * 1024);
    assert.deepEqual(readAnswer(bytes), said);
  }
  assert.equal(reasonBytes("").length, reasonBytes("Medisch geheim.").length);
  assert.throws(() => reasonBytes("x".repeat(16 * 1024)), (error) => isCode(error, "note-too-long"));
  assert.throws(() => readAnswer(answerBytes(answer("deputy", ""))), (error) => isCode(error, "bad-answer"));
  for (const content of Object.values(LETTERS)) {
    const copy = { subject: "s", text: "t", content, attachments: [] };
    assert.deepEqual(readCopy(copyBytes(copy)), copy);
  }
  assert.equal(tidy("  a \r\n\tb  \n"), "a\n    b");
});
