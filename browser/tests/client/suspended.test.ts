// One reader of many can't be given anything: whoever approves is told who it is, and can go on without.

import assert from "node:assert/strict";
import { test } from "node:test";

import { codeOf, isCode, sentenceOf } from "../../src/client/error.ts";
import { endSuspension, suspend } from "../../src/client/verbs/directory.ts";
import { approve, asks } from "../../src/client/verbs/meeting.ts";
import { caseNumber, plus } from "../../src/protocol/id.ts";
import { Demo, NO_HUB } from "../support/demo.ts";

const NUMBER = caseNumber("ZVH-2026-0001");

test("a roster with somebody who is suspended", { skip: NO_HUB }, async () => {
  const demo = await Demo.begin();
  try {
    const [femke, ellen] = [await demo.person("femke"), await demo.person("ellen")];
    const [ask] = await asks(femke, NUMBER);
    const { items, readers } = ask!;
    const [daan, bram] = [(await demo.bundle("daan")).member, (await demo.bundle("bram")).member];
    for (const out of [daan, bram]) assert.ok(readers.includes(out));
    const wish = { items: items.map(({ item }) => item), readers, waitingOnly: true };

    await (await suspend(ellen, daan, plus(ellen.clock.now(), 24 * 3600))).send();
    const refused = await approve(femke, NUMBER, wish).catch((error: unknown) => error);
    assert.equal(codeOf(refused), "readers-not-now");
    for (const [language, asked] of [
      ["nl", /geschorst .*zonder Daan Smeets .*vraag de procesregisseur om de deelnemerslijst te wijzigen/],
      ["en", /suspended .*without Daan Smeets .*ask the procesregisseur to change the roster/],
    ] as const) {
      const sentence = sentenceOf(refused, language);
      assert.match(sentence, asked);
      assert.doesNotMatch(sentence, /Bram|Sanne|Amrani/);
    }

    await (await suspend(ellen, bram, plus(ellen.clock.now(), 24 * 3600))).send();
    const both = await approve(femke, NUMBER, wish).catch((error: unknown) => error);
    assert.match(sentenceOf(both, "nl"), /Daan Smeets.*Bram Hoekstra|Bram Hoekstra.*Daan Smeets/, "all of them at once");
    await assert.rejects(demo.zegel("femke", "approve", NUMBER, "--reader", "Daan"), /zonder Daan Smeets/);

    const others = readers.filter((reader) => reader !== daan && reader !== bram);
    const plan = await approve(femke, NUMBER, { ...wish, readers: others });
    assert.deepEqual(new Set(plan.approvals.map(({ reader }) => reader)), new Set(others));
    // Who names nobody is not refused either: the two are left out, and told.
    const all = await approve(femke, NUMBER, { waitingOnly: true });
    assert.ok(all.left.every(({ pair, why }) => [daan, bram].includes(pair.reader) && isCode(why, "suspended")));
    assert.equal((await plan.send()).length, others.length * items.length);
  } finally {
    await demo.end();
  }
});

test("a suspension is signed once and ended once, and none that can't be meant", { skip: NO_HUB }, async () => {
  const demo = await Demo.begin();
  try {
    const [ellen, joris] = [await demo.person("ellen"), await demo.person("joris")];
    const [daan, me] = [(await demo.bundle("daan")).member, (await demo.bundle("ellen")).member];
    const now = ellen.clock.now();
    const day = plus(now, 24 * 3600);
    const refused = async (code: string, planned: Promise<unknown>): Promise<void> => {
      await assert.rejects(planned, (error) => isCode(error, code), code);
    };
    await refused("not-manager", suspend(joris, daan, day));
    await refused("not-manager", endSuspension(joris, daan));
    await refused("own-suspension", suspend(ellen, me, day));
    await refused("suspension-past", suspend(ellen, daan, now));
    await refused("not-suspended", endSuspension(ellen, daan));

    const deeds = [suspend, suspend, endSuspension, endSuspension, suspend] as const;
    const made: boolean[] = [];
    for (const deed of deeds) made.push((await (await deed(ellen, daan, day)).send()).new);
    assert.deepEqual(made, [true, false, true, false, true]);
  } finally {
    await demo.end();
  }
});
