import assert from "node:assert/strict";
import { test } from "node:test";

import { sideBySide } from "../../src/client/side.ts";

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

test("what is done side by side is answered in order, and a few at a time", async () => {
  let [under, most] = [0, 0];
  const all = Array.from({ length: 40 }, (_, place) => place);
  const answers = await sideBySide(all, async (each) => {
    under += 1;
    most = Math.max(most, under);
    // The later ones are quicker.
    for (let left = (40 - each) % 7; left >= 0; left -= 1) await turn();
    under -= 1;
    return each * 2;
  });
  assert.deepEqual(answers, all.map((each) => each * 2));
  assert.equal(most, 6);
  assert.deepEqual(await sideBySide([], turn), []);
});

test("the first failure ends it: what did not begin does not begin any more", async () => {
  const begun: number[] = [];
  const all = Array.from({ length: 40 }, (_, place) => place);
  const failing = sideBySide(all, async (each) => {
    begun.push(each);
    await turn();
    if (each === 3) throw new RangeError("three");
  });
  await assert.rejects(failing, RangeError);
  for (let turns = 0; turns < 20; turns += 1) await turn();
  assert.ok(begun.length <= 12, begun.join());
});
