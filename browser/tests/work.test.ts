// What waits, and until when: in a letter's own words, and in words of how long is left.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { leftUntil } from "../src/app/dates.ts";
import { byWords, byWritten } from "../src/client/letter/dates.ts";
import { fill } from "../src/client/letter/fill.ts";
import { termIn } from "../src/client/verbs/letter/term.ts";
import { moment } from "../src/protocol/id.ts";

/** Ends of days and moments within them, in winter, in summer, and where the clocks change. */
const TERMS = [
  "2026-12-08T23:00:00Z",
  "2026-12-31T23:00:00Z",
  "2026-07-01T22:00:00Z",
  "2026-07-14T09:05:00Z",
  "2026-03-28T23:00:00Z",
  "2026-03-29T22:00:00Z",
  "2026-10-24T22:00:00Z",
  "2026-10-25T23:00:00Z",
  "2026-10-25T12:30:00Z",
].map((text) => moment(text));

describe("until when a question is to be answered", () => {
  for (const language of ["nl", "en"] as const) {
    test(`is read back from its subject: ${language}`, () => {
      for (const term of TERMS) {
        const values = { case: "ZVH-2026-0001", to: "Femke", until: byWords(term, language), question: "?" };
        const rest = { asked: undefined, portal: "", from: "", partner: "" };
        const { subject } = fill("request", language, { ...values, ...rest });
        assert.equal(termIn(subject), term, subject);
      }
    });
  }

  test("is not guessed: what is no day, or no such day, says nothing", () => {
    const others = ["morgen", "maandag 8 december 2026", "dinsdag 32 december 2026", "dinsdag 8 decembre 2026", ""];
    for (const words of others) {
      assert.equal(byWritten(words), undefined, words);
    }
    assert.equal(byWritten("dinsdag 8 december 2026"), moment("2026-12-08T23:00:00Z"));
    assert.equal(termIn("ZVH-2026-0001: bericht van Joris"), undefined);
  });
});

test("how long is left is rounded down, and is nothing when it is over", () => {
  const now = Date.parse("2026-12-01T12:00:00Z");
  const left = (moment: string) => leftUntil(moment, now);
  assert.deepEqual(left("2026-12-03T11:59:00Z"), { unit: "days", count: 1 });
  assert.deepEqual(left("2026-12-02T12:00:00Z"), { unit: "days", count: 1 });
  assert.deepEqual(left("2026-12-02T11:59:59Z"), { unit: "hours", count: 23 });
  assert.deepEqual(left("2026-12-01T13:00:00Z"), { unit: "hours", count: 1 });
  assert.deepEqual(left("2026-12-01T12:59:59Z"), { unit: "minutes", count: 59 });
  assert.deepEqual(left("2026-12-01T12:00:30Z"), { unit: "minutes", count: 0 });
  assert.equal(left("2026-12-01T11:59:59Z"), undefined);
});
