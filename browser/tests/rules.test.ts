import assert from "node:assert/strict";
import { test } from "node:test";

import { day, moment, plus, type Moment } from "../src/protocol/id.ts";
import { refused } from "../src/protocol/refusal.ts";
import { allows, earlier, later, within, type Rules, type Situation } from "../src/protocol/rules.ts";
import { Phase } from "../src/protocol/words.ts";

const BEGIN = moment("2026-12-01T00:00:00Z");

/** The same row of numbers every time: each below `most`. */
function dice(seed: number): (most: number) => number {
  let state = seed;
  return (most) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
}

type Roll = (most: number) => number;

const someMoment = (roll: Roll): Moment => plus(BEGIN, roll(40) * 3600);
const maybeMoment = (roll: Roll): Moment | undefined => (roll(2) === 0 ? undefined : someMoment(roll));

function someRules(roll: Roll): Rules {
  return {
    director: roll(2) === 0 ? "reads" : "label",
    approval: roll(4) === 0 ? "never" : "ask",
    phases: (["plan", "rto", "triage"] as const).filter(() => roll(3) > 0),
    from: maybeMoment(roll),
    until: maybeMoment(roll),
    withheld: "silent",
    retention: day(roll(2) === 0 ? "2026-12-01" : "2026-12-02"),
  };
}

function someSituation(roll: Roll): Situation {
  const window = { kind: "give", from: someMoment(roll), until: someMoment(roll) } as const;
  const phase = Phase.all[roll(Phase.all.length)]!;
  return { use: roll(2) === 0 ? { kind: "open" } : window, phase, now: someMoment(roll) };
}

/** The rules with one of them tighter. */
function tightened(rules: Rules, which: number, by: Moment): Rules {
  switch (which) {
    case 0:
      return { ...rules, approval: "never" };
    case 1:
      return { ...rules, phases: rules.phases.slice(1) };
    case 2:
      return { ...rules, director: "label" };
    case 3:
      return { ...rules, from: later(rules.from ?? by, by) };
    case 4:
      return { ...rules, until: earlier(rules.until ?? by, by) };
    default:
      return { ...rules, retention: day("2026-11-30") };
  }
}

const answer = (rules: Rules, situation: Situation): string => refused(() => allows(rules, situation))?.code ?? "good";

test("tighter rules never turn a no into a yes", () => {
  const roll = dice(1);
  let yes = 0;
  for (let round = 0; round < 5000; round += 1) {
    const [rules, situation] = [someRules(roll), someSituation(roll)];
    if (answer(rules, situation) === "good") yes += 1;
    else assert.notEqual(answer(tightened(rules, roll(6), someMoment(roll)), situation), "good");
  }
  assert.ok(yes > 100, `${yes}`);
});

test("whatever may be given now may be opened at each moment of its window", () => {
  const roll = dice(2);
  let given = 0;
  for (let round = 0; round < 40_000; round += 1) {
    const [rules, situation, when] = [someRules(roll), someSituation(roll), someMoment(roll)];
    const { use, phase } = situation;
    if (use.kind === "open" || answer(rules, situation) !== "good") continue;
    if (when < use.from || when >= use.until) continue;
    assert.equal(answer(rules, { use: { kind: "open" }, phase, now: when }), "good");
    given += 1;
  }
  assert.ok(given > 50, `${given}`);
});

const RULES: Rules = {
  director: "reads",
  approval: "ask",
  phases: ["rto"],
  from: moment("2026-12-01T08:00:00Z"),
  until: moment("2026-12-02T08:00:00Z"),
  withheld: "silent",
  retention: day("2026-12-31"),
};

test("an item opens in its time and not before or after", () => {
  const opens = (now: string) => answer(RULES, { use: { kind: "open" }, phase: "rto", now: moment(now) });
  assert.equal(opens("2026-12-01T07:59:59Z"), "too-early");
  assert.equal(opens("2026-12-01T08:00:00Z"), "good");
  assert.equal(opens("2026-12-02T07:59:59Z"), "good");
  assert.equal(opens("2026-12-02T08:00:00Z"), "too-late");
});

test("the first reason is told", () => {
  const now = moment("2027-01-01T00:00:00Z");
  const open = { kind: "open" } as const;
  assert.equal(answer({ ...RULES, approval: "never" }, { use: open, phase: "plan", now }), "never-approved");
  assert.equal(answer(RULES, { use: open, phase: "plan", now }), "outside-phase");
  const give = { kind: "give", from: now, until: now } as const;
  assert.equal(answer(RULES, { use: give, phase: "rto", now }), "too-late");
  assert.equal(answer(RULES, { use: give, phase: "rto", now: BEGIN }), "outside-window");
});

test("an item is gone at the end of its last day", () => {
  const rules = { ...RULES, from: undefined, until: undefined };
  const opens = (now: string) => answer(rules, { use: { kind: "open" }, phase: "rto", now: moment(now) });
  assert.equal(opens("2026-12-31T23:59:59Z"), "good");
  assert.equal(opens("2027-01-01T00:00:00Z"), "too-late");
});

test("a window holds from its first moment until, but not at, its last", () => {
  const [from, until] = [BEGIN, plus(BEGIN, 10)];
  const at = (now: Moment) => refused(() => within(from, until, now))?.code ?? "good";
  assert.deepEqual(
    [-1, 0, 9, 10].map((second) => at(plus(BEGIN, second))),
    ["too-early", "good", "good", "too-late"],
  );
});
