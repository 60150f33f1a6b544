import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { Idle } from "../src/app/idle.ts";

const PATIENCE = 1000;
let locked = 0;
let idle: Idle;
const page = new EventTarget();

beforeEach(() => {
  locked = 0;
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  Object.assign(globalThis, {
    addEventListener: page.addEventListener.bind(page),
    removeEventListener: page.removeEventListener.bind(page),
  });
  idle = new Idle(() => {
    locked += 1;
    idle.end();
  }, PATIENCE);
  idle.begin();
});
afterEach(() => {
  idle.end();
  mock.timers.reset();
});

/** Work that is done when this is called. */
function endless(): { readonly work: () => Promise<void>; readonly end: () => void } {
  let end: () => void = () => undefined;
  const done = new Promise<void>((resolve) => (end = resolve));
  return { work: () => done, end };
}
/** Lets what was resolved go on. */
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

test("it locks when nobody is there, and a key puts that off", () => {
  mock.timers.tick(PATIENCE - 1);
  page.dispatchEvent(new Event("keydown"));
  mock.timers.tick(PATIENCE - 1);
  assert.equal(locked, 0);
  mock.timers.tick(1);
  assert.equal(locked, 1);
});

test("who reads in a frame is there, for as long as the frame's word is good for", () => {
  for (let read = 0; read < 5; read += 1) {
    mock.timers.tick(PATIENCE - 1);
    idle.hears();
  }
  assert.equal(locked, 0);
  // A file that got hold of the frame can say so for ever.
  mock.timers.tick(PATIENCE - 1);
  idle.hears();
  mock.timers.tick(1);
  assert.equal(locked, 1);
});

test("a sign in the page itself lets somebody read on in the frame", () => {
  for (let read = 0; read < 20; read += 1) {
    mock.timers.tick(PATIENCE - 1);
    if (read % 3 === 0) page.dispatchEvent(new Event("wheel"));
    else idle.hears();
  }
  assert.equal(locked, 0);
});

test("a frame's word comes too late for a machine that slept, and does not unlock one", () => {
  mock.timers.setTime(Date.now() + 2 * PATIENCE);
  idle.hears();
  assert.equal(locked, 1);
  idle.hears();
  mock.timers.tick(10 * PATIENCE);
  assert.equal(locked, 1);
});

test("what is under way is not cut off, and the time begins anew when it is done", async () => {
  const { work, end } = endless();
  const under = idle.during(work);
  mock.timers.tick(10 * PATIENCE);
  assert.equal(locked, 0);
  page.dispatchEvent(new Event("keydown"));
  mock.timers.tick(10 * PATIENCE);
  end();
  await under;
  mock.timers.tick(PATIENCE - 1);
  assert.equal(locked, 0);
  mock.timers.tick(1);
  assert.equal(locked, 1);
});

test("what fails is over too", async () => {
  await assert.rejects(idle.during(() => Promise.reject(new Error("cut"))));
  mock.timers.tick(PATIENCE);
  assert.equal(locked, 1);
});

test("of two things the longer one counts", async () => {
  const [one, other] = [endless(), endless()];
  const both = [idle.during(one.work), idle.during(other.work)];
  one.end();
  await turns();
  mock.timers.tick(5 * PATIENCE);
  assert.equal(locked, 0);
  other.end();
  await Promise.all(both);
  mock.timers.tick(PATIENCE);
  assert.equal(locked, 1);
});

test("where a line stays away, nobody being there counts", async () => {
  const line = endless();
  void idle.during(() => idle.except(line.work));
  mock.timers.tick(PATIENCE - 1);
  assert.equal(locked, 0);
  mock.timers.tick(1);
  assert.equal(locked, 1);
});

test("a machine that slept locks at the first key; what is under way may take a moment longer", async () => {
  const { work, end } = endless();
  const under = idle.during(work);
  mock.timers.setTime(Date.now() + 5 * PATIENCE);
  page.dispatchEvent(new Event("keydown"));
  assert.equal(locked, 0);
  end();
  await under;
  mock.timers.setTime(Date.now() + 5 * PATIENCE);
  page.dispatchEvent(new Event("keydown"));
  assert.equal(locked, 1);
});

test("a machine that slept is locked, also with something under way", async () => {
  const { work, end } = endless();
  const under = idle.during(work);
  mock.timers.setTime(Date.now() + PATIENCE + 60_000);
  page.dispatchEvent(new Event("keydown"));
  assert.equal(locked, 1);
  end();
  await under;
});
