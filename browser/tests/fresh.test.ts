// Whoever finds a laptop open can't make a passkey or a code of their own.

import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";

import { sentenceOf } from "../src/client/error.ts";
import { Openers } from "../src/desk/account.ts";
import type { Entrance, PasskeyGave } from "../src/desk/entrance.ts";
import { Fresh } from "../src/desk/fresh.ts";
import { Plans } from "../src/desk/plans.ts";

const MINUTE = 60 * 1000;
const NOT_FRESH = { code: "not-fresh" };

afterEach(() => mock.restoreAll());

/** Somebody's openers, and a clock. */
function openers(): { of: Openers; fresh: Fresh; later: (minutes: number) => void } {
  let now = 1000;
  mock.method(performance, "now", () => now);
  const fresh = new Fresh();
  const home = { bundle: { recipients: [] } };
  const of = new Openers({ fresh, home, openedWith: undefined } as unknown as Entrance, new Plans());
  return { of, fresh, later: (minutes) => (now += minutes * MINUTE) };
}

const passkey = (): PasskeyGave => ({ fetchId: new Uint8Array(32), secret: crypto.getRandomValues(new Uint8Array(32)) });

test("who unlocked just now may, who did so longer ago may not, and says so with what to do", () => {
  const { of, fresh, later } = openers();
  assert.throws(() => of.requireFresh(), NOT_FRESH, "nobody unlocked");
  fresh.begin();
  later(10);
  of.requireFresh();
  later(0.1);
  assert.throws(
    () => of.requireFresh(),
    (error) => /log opnieuw in/.test(sentenceOf(error, "nl")) && /sign in again/.test(sentenceOf(error, "en")),
  );
  fresh.begin();
  of.requireFresh();
  fresh.end();
  assert.throws(() => of.requireFresh(), NOT_FRESH, "who locked has to unlock");
});

test("neither a passkey nor a code is taken from who found the screen open", async () => {
  const { of, fresh, later } = openers();
  fresh.begin();
  later(11);
  await assert.rejects(of.planPasskey(passkey()), NOT_FRESH);
  assert.throws(() => of.keptPasskeys(undefined), NOT_FRESH);
  assert.throws(() => of.newCode(), { code: "not-allowed" });
  await assert.rejects(of.planOnly(), { code: "not-allowed" });
});

test("who began in time has the time that it takes to write a code down", () => {
  const { of, fresh, later } = openers();
  fresh.begin();
  assert.equal(of.keptPasskeys(undefined), 0);
  later(60);
  assert.match(of.newCode(), /^[0-9A-Z]{4}-/);
  of.clear();
  assert.throws(() => of.newCode(), { code: "not-allowed" }, "and begins anew after a lock");
});
