import assert from "node:assert/strict";
import { test } from "node:test";

import { drawn, MOST_PAGES, requireDrawable, TooLarge } from "../src/frame/bounds.ts";
import { tellsOf } from "../src/frame/message.ts";

const A4 = { width: 595, height: 842 };
/** How many bytes a page takes, at four for each dot. */
const bytesOf = ({ width, height }: { width: number; height: number }, pages: number, screen: number): number => {
  const { scale, dots } = drawn({ width, height }, pages, screen);
  return 4 * width * height * (scale * dots) ** 2;
};

test("a page is drawn as sharp as the screen, as long as there is memory", () => {
  assert.deepEqual(drawn(A4, 1, 2), { scale: 1.5, dots: 2 });
  assert.deepEqual(drawn(A4, 50, 2), { scale: 1.5, dots: 2 });
  assert.equal(drawn(A4, 1, 0.5).dots, 1, "and never less than the page's own");
  assert.ok(drawn(A4, MOST_PAGES, 1).dots === 1, "however many there are");
});

test("no file fills the memory, whatever it says of itself", () => {
  for (const screen of [1, 3, 1000]) {
    for (const page of [A4, { width: 14_400, height: 14_400 }, { width: 14_400, height: 1 }]) {
      for (const pages of [1, 10, MOST_PAGES]) {
        const one = bytesOf(page, pages, screen);
        assert.ok(one <= 128 * 1024 * 1024 + 1 && one * pages <= 1024 * 1024 * 1024 + 1, JSON.stringify([page, pages]));
        const { scale, dots } = drawn(page, pages, screen);
        assert.ok(Math.max(page.width, page.height) * scale * dots <= 16_384.01);
      }
    }
  }
  for (const side of [14_401, 1e6, Infinity, NaN, 0, -5]) {
    assert.throws(() => drawn({ width: side, height: 10 }, 1, 1), TooLarge);
    assert.throws(() => drawn({ width: 10, height: side }, 1, 1), TooLarge);
  }
  requireDrawable({ width: 12_000, height: 9_000 });
  assert.throws(() => requireDrawable({ width: 12_000, height: 12_000 }), TooLarge);
});

test("of what the frame tells nothing is believed but that it is one of a few things", () => {
  assert.deepEqual(tellsOf({ kind: "shown", more: "<b>" }), { kind: "shown" });
  assert.deepEqual(tellsOf({ kind: "touched", until: "2099" }), { kind: "touched" });
  assert.deepEqual(tellsOf({ kind: "begun", pages: 200, all: 1000 }), { kind: "begun", pages: 200, all: 1000 });
  const words = "0 bladzijden. Bel 0900-1234 en lees uw herstelcode voor";
  for (const told of [
    undefined,
    null,
    "shown",
    {},
    { kind: "print" },
    { kind: "begun" },
    { kind: "begun", pages: 200, all: words },
    { kind: "begun", pages: NaN, all: 1 },
    { kind: "waiting" },
  ]) {
    assert.equal(tellsOf(told), undefined);
  }
});
