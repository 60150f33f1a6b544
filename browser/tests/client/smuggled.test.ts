// What a hub records though it should refuse it, together with somebody who signs it. Whoever is shown it refuses it, in
// the words of the command line; nothing was opened, wrapped or sent; and once it is gone, what was refused is done.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { Work, type Context } from "../../src/client/context.ts";
import { codeOf, sentenceOf } from "../../src/client/error.ts";
import { MemoryScratches, MemoryStore } from "../../src/client/home.ts";
import { TrustError } from "../../src/client/trust.ts";
import { approve } from "../../src/client/verbs/meeting.ts";
import { listPacks, openPack } from "../../src/client/verbs/pack.ts";
import { changeVault } from "../../src/client/verbs/vault.ts";
import type { CaseNumber, Digest } from "../../src/protocol/id.ts";
import type { Language } from "../../src/protocol/refusal.ts";
import { Demo, NO_HUB } from "../support/demo.ts";
import { Liar } from "../support/liar.ts";
import {
  anotherDirectory,
  Smuggler,
  signedBy,
  SMUGGLED,
  smuggled,
  TWO_STORIES,
  type Helpers,
} from "../support/smuggle.ts";

declare const ROOT: string;

/** What somebody hears of a lie. */
interface Said {
  readonly code: string;
  readonly nl: string;
  readonly en: string;
}

/** By the lie and who hears it, as the command line says it: the stories there write it down. */
function saidThere(): Map<string, Said> {
  const said = new Map<string, Said>();
  for (const name of ["smuggled", "two-journals"]) {
    const text = readFileSync(join(ROOT, "tests", "stories", "lies", `${name}.snap`), "utf8");
    for (const block of text.split(/^---\n/m).at(-1)!.trim().split("\n\n")) {
      const [code, nl, en, ...rows] = block.split("\n").map((line) => line.trim());
      for (const row of rows) said.set(row, { code: code!, nl: plain(nl!.slice(4)), en: plain(en!.slice(4)) });
    }
  }
  return said;
}

/** Without what differs from one time to the next. */
function plain(sentence: string): string {
  const unnamed = sentence.replaceAll(/sha256:[0-9a-f]{64}/g, "…").replace(/(bewijs|evidence): .*\.$/, "$1: ….");
  return unnamed.replace(/(adreslijst|directory) \d+/, "$1 …");
}

function heard(error: unknown): Said {
  const says = (language: Language): string => plain(sentenceOf(error, language));
  return { code: codeOf(error), nl: says("nl"), en: says("en") };
}

/** Someone with a home that can be put back as it was. */
interface Reader {
  readonly ctx: Context;
  readonly kept: Map<string, Uint8Array>;
}

describe("what a rule forbids is refused, though it stands in the journal", { skip: NO_HUB }, () => {
  let demo: Demo;
  let liar: Liar;
  let journal: Smuggler;
  let helpers: Helpers;
  let number: CaseNumber;
  let item: Digest;
  let released: Digest;
  const told = saidThere();

  before(async () => {
    demo = await Demo.begin();
    liar = await Liar.before(demo.url);
    journal = await Smuggler.of(demo);
    const [joris, femke, pieter, noor] = await Promise.all(
      ["joris", "femke", "pieter", "noor"].map((name) => demo.person(name)),
    );
    const { world } = await Work.begin(femke!);
    const [of] = await world.loadAll();
    number = of!.number;
    helpers = { number, joris: joris!, femke: femke!, pieter: pieter!, noor: noor! };
    item = [...of!.items].find(([, each]) => {
      return each.item.supplier === world.myPartner() && !each.retracted && each.item.approval === "ask";
    })![0];
    const packs = await listPacks(noor!, number);
    released = packs.flatMap((pack) => pack.items.filter(({ label }) => label !== undefined))[0]!.id;
    // What the police contributed is of the vault's generation before.
    await (await changeVault(femke!, {})).send();
  });
  after(async () => {
    await journal?.end();
    await liar?.end();
    await demo?.end();
  });

  /** Someone who has looked at everything by way of the liar, and is signed in. */
  async function reader(who: "femke" | "noor"): Promise<Reader> {
    const kept = new Map<string, Uint8Array>();
    const ctx = await demo.person(who, { base: liar.url, store: new MemoryStore(kept) });
    await (await Work.begin(ctx)).world.loadAll();
    return { ctx, kept };
  }

  /** Noor opens her pack; Femke is about to approve something. */
  async function does(who: "femke" | "noor", ctx: Context): Promise<void> {
    if (who === "femke") {
      assert.ok((await approve(ctx, number, { items: [item] })).approvals.length > 0);
      return;
    }
    const incoming = new MemoryScratches();
    try {
      const pack = await openPack(ctx, number, { items: [released], incoming });
      assert.deepEqual([pack.opened.length, pack.refused], [1, []]);
      for (const opened of pack.opened) await opened.done();
    } finally {
      assert.deepEqual(await incoming.names(), [], "nothing is left");
    }
  }

  const looks = async (ctx: Context): Promise<void> => {
    await (await Work.begin(ctx)).world.loadCase(number);
  };

  async function refused(row: string, deed: Promise<void>): Promise<unknown> {
    return deed.then(
      () => assert.fail(`${row}: it was believed`),
      (problem: unknown) => problem,
    );
  }

  test("each that the command line is told is told here, to the same person", () => {
    const here = [
      ...SMUGGLED.map(({ lie, who }) => `${lie}: ${who}`),
      ...TWO_STORIES.map((lie) => `${lie}: femke`),
      "two-journals: noor",
    ];
    assert.deepEqual(here.sort(), [...told.keys()].sort());
  });

  test("each is refused in the same words, and then the truth is done", async () => {
    for (const { lie, who, rule } of SMUGGLED) {
      const row = `${lie}: ${who}`;
      const statement = await smuggled(lie, helpers);
      const { ctx, kept } = await reader(who);
      const before = new Map(kept);
      const [size, posted] = [await journal.size(), liar.posted];
      await journal.record(statement);
      const error = await refused(row, does(who, ctx));
      assert.ok(error instanceof TrustError && error.why.code === "forged-statement", `${row}: ${String(error)}`);
      assert.equal(error.why.refusal.code, rule, row);
      assert.deepEqual(heard(error), told.get(row), row);
      assert.equal(liar.posted, posted, `${row}: nothing was sent`);
      assert.equal(await journal.size(), size + 1, `${row}: nothing was recorded`);

      // As if it had never been: who saw a checkpoint would rightly miss what stood under it.
      await journal.takeBack();
      kept.clear();
      before.forEach((bytes, name) => kept.set(name, bytes));
      await does(who, ctx);
    }
  });

  test("another directory of the number that was shown before is none", async () => {
    await demo.publish();
    const { ctx } = await reader("femke");
    const { first, other } = await anotherDirectory(ctx);
    const posted = liar.posted;
    await journal.record(other);
    liar.lie("left-out", [
      ["zegel/1 directory\n", ""],
      [`\nnumber: ${first.number}\n`, ""],
      [`\nuntil: ${first.until}\n`, ""],
    ]);
    const error = await refused("other-directory", does("femke", ctx));
    liar.truth();
    await journal.takeBack();
    assert.deepEqual(heard(error), told.get("other-directory: femke"));
    await does("femke", ctx);
    assert.equal(liar.posted, posted);
  });

  test("two journals give the hub away, to who is shown both and to who sees what the other signed", async () => {
    const [femke, noor] = [await reader("femke"), await reader("noor")];
    const chooses = (language: Language) => ({ kind: "delivery", way: "mail", language }) as const;
    await journal.record(await signedBy(helpers.pieter, chooses("nl")));
    await looks(femke.ctx);
    const work = await Work.begin(femke.ctx);
    const draft = work.draft();
    draft.push(chooses("nl"));
    const [hers] = (await work.sign(draft)).entries;
    assert.match(hers!.statement, /^journal: [1-9]/m);

    await journal.takeBack();
    await journal.record(await signedBy(helpers.pieter, chooses("en")));
    const fork = await refused("two-journals: femke", looks(femke.ctx));
    assert.deepEqual(heard(fork), told.get("two-journals: femke"));
    const evidence = [...femke.kept.keys()].filter((name) => name.startsWith("evidence/"));
    assert.equal(evidence.length, 1, "both checkpoints are kept");

    await looks(noor.ctx);
    await journal.record(hers!);
    const other = await refused("two-journals: noor", looks(noor.ctx));
    assert.deepEqual(heard(other), told.get("two-journals: noor"));
    await journal.takeBack();
    await looks(noor.ctx);
    await journal.takeBack();
  });
});
