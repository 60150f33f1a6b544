import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { dayBegins, dayEnds } from "../src/app/days.ts";
import { regimeOf } from "../src/desk/contributions.ts";
import { filesOf, type Said } from "../src/desk/wishes.ts";
import { moment } from "../src/protocol/id.ts";

const SAID: Said = {
  regime: "wpg",
  legalGround: " Wpg art. 20 ",
  allowedUse: "Alleen voor deze casus.",
  onward: "no",
  policeKind: "fact",
  reliability: "eigen waarneming",
  director: "label",
  approval: "ask",
  phases: ["rto"],
  from: "",
  until: "",
  withheld: "silent",
  retention: "",
};
const clock = { now: () => moment("2026-12-01T08:00:00Z") };
const files = (said: Partial<Said>, title = "Melding") =>
  filesOf({ clock }, "contribution", [{ file: new Blob(["x"]), fileName: "melding.pdf", title }], { ...SAID, ...said });

describe("what is said of a file that is put in", () => {
  test("a day begins and ends by the clock of the house, also when the clocks change", () => {
    assert.equal(dayBegins("2026-12-01"), "2026-11-30T23:00:00Z");
    assert.equal(dayBegins("2026-07-01"), "2026-06-30T22:00:00Z");
    const whole = (day: string): string[] => [dayBegins(day), dayEnds(day)];
    assert.deepEqual(whole("2026-03-29"), ["2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"]);
    assert.deepEqual(whole("2026-10-25"), ["2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"]);
    assert.equal(dayEnds("2026-12-31"), "2026-12-31T23:00:00Z");
  });

  test("a partner's name tells the law that is proposed, and no more than that", () => {
    const names = ["Politie, basisteam", "GGZ De Oever", "Reclassering Rivierenland", "Gemeente Linge", "Polis BV"];
    assert.deepEqual(names.map(regimeOf), ["wpg", "medical", "wjsg", "avg", "avg"]);
  });

  test("fact or opinion goes with police data only", () => {
    assert.deepEqual(files({})[0]!.about.police, { kind: "fact", reliability: "eigen waarneming" });
    assert.equal(files({ regime: "avg" })[0]!.about.police, undefined);
    assert.equal(files({})[0]!.about.legalGround, "Wpg art. 20");
  });

  test("without a title the file's name stands for it, and without a last day it is kept a year", () => {
    const [one] = files({}, " ");
    assert.equal(one!.title, "melding.pdf");
    assert.deepEqual(one!.terms.retention, { day: "2027-12-01", isGiven: false });
    assert.deepEqual(files({ retention: "2026-12-24" })[0]!.terms.retention, { day: "2026-12-24", isGiven: true });
  });

  test("what is no day and no moment is refused", () => {
    assert.throws(() => files({ retention: "morgen" }));
    assert.throws(() => files({ until: "2026-12-24" }));
    assert.equal(files({ until: dayEnds("2026-12-24") })[0]!.terms.until, "2026-12-24T23:00:00Z");
  });
});
