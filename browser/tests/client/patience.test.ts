import assert from "node:assert/strict";
import { test } from "node:test";

import { Patience, SILENCE, WAITS, waitingSentence, type Why } from "../../src/client/remote/patience.ts";

const waits = (why: Why): number[] => {
  const patience = new Patience(WAITS);
  const all: number[] = [];
  for (let wait = patience.next(why); wait !== undefined; wait = patience.next(why)) all.push(wait);
  return all;
};

test("patience ends", () => {
  assert.deepEqual(waits(SILENCE), [300, 900, 2700]);
  assert.deepEqual(waits({ kind: "told", wait: 5000 }), [5000, 5000, 5000, 5000, 5000]);
  assert.deepEqual(waits({ kind: "told", wait: 3_600_000 }), Array(5).fill(15_000), "no hub keeps us for an hour");
});

test("who waits is told for what", () => {
  assert.equal(waitingSentence(SILENCE, 900, "nl"), undefined);
  assert.match(waitingSentence({ kind: "told", wait: 5000 }, 5000, "nl")!, /Over 5 seconden probeer ik het opnieuw/);
  assert.match(waitingSentence(SILENCE, 2700, "en")!, /again in 3 seconds/);
});
