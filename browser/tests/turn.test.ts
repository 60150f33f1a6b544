import assert from "node:assert/strict";
import { test } from "node:test";

import { Turns, WentElsewhere } from "../src/app/turn.ts";
import { DeskRefusal, type FarDesk } from "../src/desk/line.ts";

/** A desk that answers when it is told to. */
function slowDesk(): { desk: FarDesk; answer: (text: string) => void; refuse: () => void } {
  let answer: (text: string) => void = () => undefined;
  let refuse: () => void = () => undefined;
  const hubName = (): Promise<string> => {
    return new Promise((resolve, reject) => {
      answer = resolve;
      refuse = () => reject(new DeskRefusal("expired", "te laat", "too late"));
    });
  };
  return { desk: { hubName } as unknown as FarDesk, answer: (text) => answer(text), refuse: () => refuse() };
}

test("what is asked is answered, and refused, as the desk does it", async () => {
  const { desk, answer, refuse } = slowDesk();
  const seen = new Turns().of(desk);
  const asked = seen.hubName();
  answer("hub.example");
  assert.equal(await asked, "hub.example");
  const again = seen.hubName();
  refuse();
  await assert.rejects(again, { name: "DeskRefusal", nl: "te laat" });
});

test("what was asked before a lock is answered to nobody, nor is it told that it was refused", async () => {
  const { desk, answer, refuse } = slowDesk();
  const turns = new Turns();
  const seen = turns.of(desk);
  const asked = seen.hubName();
  turns.end();
  answer("hub.example");
  await assert.rejects(asked, WentElsewhere);
  const refused = seen.hubName();
  turns.end();
  refuse();
  await assert.rejects(refused, WentElsewhere);
  const next = seen.hubName();
  answer("hub.example");
  assert.equal(await next, "hub.example", "whoever comes next is answered");
});
