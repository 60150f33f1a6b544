// What every client agrees on, held against the vectors in the browser that people use: the protocol as the portal
// ships it, in a Worker of a real Chromium.

import nodeAssert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import type { Page } from "playwright-core";

import { Browser } from "../support/chromium.ts";
import { allVectors, Units, UNITS } from "../support/units.ts";
import standIn from "../support/worker/assert.ts";

/** As many at once as a machine surely has cores for. */
const AT_ONCE = 2;
/** A unit that can't be loaded may never say so, in milliseconds. */
const LONGEST = 180_000;

describe("the units in Chromium", () => {
  let units: Units;
  let browser: Browser;
  let page: Page;

  before(async () => {
    units = await Units.serve();
    browser = await Browser.open();
    page = await browser.tab();
    await page.goto(units.url);
  });
  after(async () => {
    await browser?.close();
    await units?.end();
  });

  describe("each unit", { concurrency: AT_ONCE }, () => {
    for (const name of UNITS) {
      test(name, { timeout: LONGEST }, async () => {
        const ended = await units.run(page, name);
        nodeAssert.ok(ended.length > 0, "it has no test");
        const wrong = ended.filter((each) => each.wrong !== undefined);
        nodeAssert.deepEqual(wrong.map((each) => `${each.name}: ${each.wrong}`), []);
      });
    }
  });

  test("no vector is left out", () => {
    nodeAssert.deepEqual(allVectors().filter((name) => !units.read.has(name)), []);
  });

  test("one wrong vector is noticed", async () => {
    const change = (bytes: Buffer): Buffer => Buffer.from(bytes.toString().replace(/AGE-SECRET-KEY-1../, "$&Q"));
    units.altered = { name: "passkey/passkeys.json", change };
    const ended = await units.run(page, "passkey.test.ts");
    units.altered = undefined;
    nodeAssert.match(ended.map(({ wrong }) => wrong ?? "").join(), /AGE-SECRET-KEY-1/);
  });
});

class Twin {
  constructor(readonly value: number) {}
}

/** Things of which some are the same as some others. */
const THINGS: readonly (() => unknown)[] = [
  ...[0, -0, 1, NaN, "", "1", true, null, undefined, 1n].map((value) => () => value),
  ...[[], [1], [1, 2], [undefined], [[1]], new Array(1)].map((value) => () => value),
  ...[{}, { a: 1 }, { a: 1, b: undefined }, { b: undefined, a: 1 }, { a: [1] }].map((value) => () => ({ ...value })),
  () => new Twin(1),
  () => new Twin(2),
  () => ({ value: 1 }),
  () => Object.create(null) as object,
  () => Uint8Array.of(1),
  () => Uint8Array.of(2),
  () => Uint8Array.of(1, 2),
  () => Uint16Array.of(1),
  () => new Map([["a", [1]]]),
  () => new Map([["a", [2]]]),
  () => new Set([1, [2]]),
  () => new Set([[2], 1]),
  () => new Set([1, [3]]),
  () => new Date(0),
  () => new Date(1),
  () => /a/,
  () => /a/i,
  () => new Error("a"),
  () => new Error("b"),
  () => new TypeError("a"),
  () => Object.assign(new Error("a"), { code: "b" }),
];

test("the stand-in for Node's assertions judges as they do", async () => {
  type Assert = typeof nodeAssert;
  const ours = standIn as unknown as Assert;
  const agree = async (check: (assert: Assert) => unknown, what: string): Promise<void> => {
    const isGood = (assert: Assert): Promise<boolean> =>
      Promise.resolve(assert).then(check).then(
        () => true,
        () => false,
      );
    nodeAssert.equal(await isGood(ours), await isGood(nodeAssert), what);
  };
  for (const [at, one] of THINGS.entries()) {
    await agree((assert) => assert.ok(one()), `ok ${at}`);
    for (const [beside, other] of THINGS.entries()) {
      for (const name of ["equal", "notEqual", "deepEqual", "notDeepEqual"] as const) {
        await agree((assert) => assert[name](one(), other()), `${name} ${at} ${beside}`);
      }
    }
  }
  const error = (): never => {
    throw Object.assign(new TypeError("it is wrong"), { code: "wrong", details: { at: 1 } });
  };
  const expected = [
    TypeError,
    RangeError,
    (thrown: unknown) => thrown instanceof TypeError,
    (thrown: unknown) => thrown instanceof RangeError,
    /is wrong/,
    /TypeError/,
    /is right/,
    new TypeError("it is wrong"),
    new TypeError("it is right"),
    new RangeError("it is wrong"),
    { code: "wrong" },
    { code: "right" },
    { code: "wrong", details: { at: 1 } },
    { code: "wrong", details: { at: 2 } },
    { message: /wrong/ },
    { message: /right/ },
    { none: undefined },
  ];
  for (const [at, each] of expected.entries()) {
    await agree((assert) => assert.throws(error, each), `throws ${at}`);
    await agree((assert) => assert.throws(() => undefined, each), `nothing is thrown ${at}`);
    await agree((assert) => assert.rejects(async () => error(), each), `rejects ${at}`);
    await agree((assert) => assert.rejects(Promise.resolve(), each), `nothing is rejected ${at}`);
  }
  await agree((assert) => assert.throws(error), "throws");
  await agree((assert) => assert.throws(() => undefined), "nothing is thrown");
  for (const text of ["abc", "b", ""]) await agree((assert) => assert.match(text, /b/), `match ${text}`);
  await agree((assert) => assert.fail("a"), "fail");
});
