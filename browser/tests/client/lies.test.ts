// The hub lies. Each lie is refused with a code of its own; nothing was opened or believed; and once the truth is told,
// what was refused is done. A lie without a row fails.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { SYSTEM_CLOCK } from "../../src/client/clock.ts";
import { Work, type Context } from "../../src/client/context.ts";
import { codeOf, isCode, sentenceOf } from "../../src/client/error.ts";
import { MemoryScratches } from "../../src/client/home.ts";
import { Remote } from "../../src/client/remote.ts";
import { signIn } from "../../src/client/session.ts";
import { refer, type Referred } from "../../src/client/verbs/case.ts";
import { contribute, retentionOr, type NewFile } from "../../src/client/verbs/contribute.ts";
import { listLetters, message, readLetter } from "../../src/client/verbs/letter.ts";
import { approve } from "../../src/client/verbs/meeting.ts";
import { listPacks, openPack } from "../../src/client/verbs/pack.ts";
import { changeVault } from "../../src/client/verbs/vault.ts";
import { base64 } from "../../src/protocol/bytes.ts";
import { SecretCert } from "../../src/protocol/cert.ts";
import { caseNumber, moment, type CaseNumber, type Digest } from "../../src/protocol/id.ts";
import { SealingKey } from "../../src/protocol/seal.ts";
import { Demo, HURRIED, NO_HUB } from "../support/demo.ts";
import { Liar, type About, type Lie } from "../support/liar.ts";
import { LIES } from "../support/lies.ts";
import { SMUGGLED, TWO_STORIES } from "../support/smuggle.ts";

declare const ROOT: string;

/** What somebody does while the hub lies: up to what would be signed, or all of it. */
type Deed = "approves" | "renews" | "contributes" | "adds" | "adds and looks" | "signs in" | "opens";

interface Row {
  readonly lie: Lie;
  readonly about?: () => About;
  readonly deed: Deed;
  readonly code: string;
  /** Where it is told, in words for the table. */
  readonly at?: string;
}

/** Lies that have a story of their own, below unless said where. */
const ELSEWHERE: readonly Lie[] = [
  "case-not-listed",
  "false-state",
  "other-cert",
  "other-letter",
  // deeds.test.ts
  "older-bundle",
  "others-bundle",
];

describe("a lie is refused with a code of its own and leaves nothing", { skip: NO_HUB }, () => {
  let demo: Demo;
  let liar: Liar;
  let femke: Context;
  let noor: Context;
  let number: CaseNumber;
  let other: CaseNumber;
  /** Two of Femke's own, and two that are released to Noor. */
  let items: Digest[];
  let released: Digest[];
  let files = 0;

  before(async () => {
    demo = await Demo.begin();
    liar = await Liar.before(demo.url);
    femke = await demo.person("femke", { base: liar.url });
    noor = await demo.person("noor", { base: liar.url });
    const { world } = await Work.begin(femke);
    const [of] = await world.loadAll();
    number = of!.number;
    const own = [...of!.items].filter(([, { item, retracted }]) => {
      return item.supplier === world.myPartner() && !retracted && item.approval === "ask";
    });
    items = own.map(([id]) => id);
    const packs = await listPacks(noor, number);
    released = packs.flatMap((pack) => pack.items.filter(({ label }) => label !== undefined).map(({ id }) => id));
    assert.ok(items.length >= 2 && released.length >= 2);
    const plan = await refer(femke, { kind: "aftercare", files: [paper({ kind: "referral" })] }, sending());
    other = caseNumber(((await plan.send()) as Referred).case);
    await liesOnTheWay();
  });
  after(async () => {
    await liar.end();
    await demo.end();
  });

  /** More is recorded than they were shown at first. */
  async function liesOnTheWay(): Promise<void> {
    for (const ctx of [femke, noor]) await (await Work.begin(ctx)).world.loadAll();
    await demo.publish();
    for (const ctx of [femke, noor]) await (await Work.begin(ctx)).world.loadAll();
  }

  const sending = () => ({ outgoing: new MemoryScratches() });

  function paper(changed: Partial<NewFile["terms"]> = {}): NewFile {
    files += 1;
    const retention = retentionOr(undefined, SYSTEM_CLOCK.now());
    return {
      file: new Blob([`nieuw ${files}`]),
      fileName: `nieuw${files}.txt`,
      terms: {
        kind: "contribution",
        director: "reads",
        approval: "ask",
        phases: ["rto"],
        from: undefined,
        until: undefined,
        withheld: "shown",
        retention,
        ...changed,
      },
      about: { regime: "avg", legalGround: "artikel 7", allowedUse: "Dit overleg.", onward: "no", cites: [] },
    };
  }

  async function does(deed: Deed, hurried: boolean): Promise<void> {
    const ctx = hurried ? impatient(femke) : femke;
    switch (deed) {
      case "approves":
        assert.ok((await approve(ctx, number, { items: [items[0]!] })).approvals.length > 0);
        return;
      case "renews":
        await changeVault(ctx, {});
        return;
      case "contributes":
        await contribute(ctx, number, [paper()], sending());
        return;
      case "adds":
      case "adds and looks": {
        const plan = await contribute(ctx, number, [paper()], sending());
        await plan.send();
        if (deed === "adds and looks") await (await Work.begin(ctx)).world.loadCase(number);
        return;
      }
      case "signs in":
        await signIn(ctx);
        return;
      case "opens": {
        const incoming = new MemoryScratches();
        const pack = await openPack(noor, number, { items: [released[0]!], incoming });
        const [refused] = pack.refused;
        if (refused === undefined) return;
        assert.deepEqual(await incoming.names(), [], "nothing is left");
        assert.equal(refused.isAlarm, true);
        throw Object.assign(new Error(refused.sentence), { code: refused.code });
      }
    }
  }

  function impatient(ctx: Context): Context {
    const remote = new Remote(liar.url, { language: "nl", waits: { ...HURRIED, silence: 1000 } });
    return { ...ctx, remote };
  }

  const part = (item: Digest, name: string): string => `/v1/statements/${item}/parts/${name}`;
  const statements = (): About => [["/v1/statements?", ""]];
  const headersOf = (name: string) => (): About => [
    [`${part(items[0]!, name)}/headers`, `${part(items[1]!, name)}/headers`],
  ];
  const releasedHeaders = (): About => [
    [`${part(released[0]!, "body")}/headers`, `${part(released[1]!, "body")}/headers`],
  ];
  const payloadOf = (name: string) => (): About => [
    [`${part(released[0]!, name)}/payload`, `${part(released[1]!, name)}/payload`],
  ];

  const ROWS: readonly Row[] = [
    { lie: "other-authority", deed: "approves", code: "wrong-authority" },
    {
      lie: "other-recipient",
      about: () => [[noor.home.bundle.keys[0]!.sealing.recipient, SealingKey.generate().recipient]],
      deed: "approves",
      code: "not-in-journal",
    },
    {
      lie: "changed-rule",
      about: () => [["\\ndirector: reads\\n", "\\ndirector: label\\n"]],
      deed: "approves",
      code: "not-in-journal",
    },
    {
      lie: "older-directory",
      about: () => [
        ["zegel/1 directory\n", ""],
        [`\nnumber: ${newest}\n`, ""],
      ],
      deed: "approves",
      code: "older-directory",
    },
    {
      lie: "left-out",
      at: "a roster",
      about: () => [["zegel/1 roster\n", ""]],
      deed: "approves",
      code: "forged-statement",
    },
    { lie: "left-out", at: "a case", about: () => [[number, ""]], deed: "renews", code: "held-back" },
    { lie: "left-out", at: "a release", about: () => [["zegel/1 release\n", ""]], deed: "opens", code: "held-back" },
    { lie: "other-case", about: () => [[number, other]], deed: "approves", code: "wrong-scope" },
    { lie: "out-of-order", deed: "approves", code: "malformed-evidence" },
    { lie: "duplicated", deed: "approves", code: "malformed-evidence" },
    { lie: "other-moment", deed: "opens", code: "not-in-journal" },
    { lie: "cut-proof", deed: "approves", code: "not-in-journal" },
    { lie: "forged-checkpoint", deed: "opens", code: "bad-checkpoint" },
    { lie: "older-journal", deed: "approves", code: "forked-journal" },
    { lie: "endless-pages", deed: "approves", code: "malformed-evidence" },
    { lie: "empty-pages", deed: "approves", code: "malformed-evidence" },
    { lie: "other-header", at: "label", about: headersOf("label"), deed: "approves", code: "commitment" },
    { lie: "other-header", at: "body", about: headersOf("body"), deed: "approves", code: "commitment" },
    { lie: "other-header", at: "released", about: releasedHeaders, deed: "opens", code: "commitment" },
    {
      lie: "other-part",
      about: () => [[`${part(released[0]!, "body")}/headers`, `${part(released[0]!, "label")}/headers`]],
      deed: "opens",
      code: "commitment",
    },
    // Of another length; labels have one.
    { lie: "other-payload", at: "body", about: payloadOf("body"), deed: "opens", code: "length" },
    { lie: "other-payload", at: "label", about: payloadOf("label"), deed: "opens", code: "digest" },
    { lie: "altered-bit", at: "body", about: payloadOf("body"), deed: "opens", code: "digest" },
    { lie: "altered-bit", at: "label", about: payloadOf("label"), deed: "opens", code: "digest" },
    { lie: "shorter", about: payloadOf("body"), deed: "opens", code: "length" },
    { lie: "longer", at: "body", about: payloadOf("body"), deed: "opens", code: "length" },
    { lie: "longer", at: "label", about: payloadOf("label"), deed: "opens", code: "bad-answer" },
    { lie: "endless-answer", at: "body", about: payloadOf("body"), deed: "opens", code: "length" },
    { lie: "cut-answer", at: "body", about: payloadOf("body"), deed: "opens", code: "network" },
    { lie: "two-stanzas", about: headersOf("body"), deed: "approves", code: "extra stanza" },
    { lie: "scrypt-stanza", about: releasedHeaders, deed: "opens", code: "malformed header" },
    { lie: "not-there", at: "label", about: headersOf("label"), deed: "approves", code: "unknown-item" },
    { lie: "not-there", at: "body", about: releasedHeaders, deed: "opens", code: "unknown-item" },
    { lie: "no-headers", at: "body", about: headersOf("body"), deed: "approves", code: "no-key" },
    { lie: "no-headers", at: "released", about: releasedHeaders, deed: "opens", code: "no-key" },
    { lie: "no-headers", at: "the vault", about: () => [["/headers", ""]], deed: "renews", code: "headers-left-out" },
    {
      lie: "header-left-out",
      about: () => [["/headers", `${items[0]!} body`]],
      deed: "renews",
      code: "headers-left-out",
    },
    {
      lie: "other-secret",
      about: () => [["/secret", femke.home.bundle.keys[0]!.sealing.recipient]],
      deed: "approves",
      code: "wrong-vault-key",
    },
    { lie: "altered-bit", at: "the vault", about: () => [["/secret", ""]], deed: "approves", code: "wrong-vault-key" },
    { lie: "other-nonce", deed: "signs in", code: "bad-answer" },
    { lie: "other-member", deed: "signs in", code: "bad-answer" },
    { lie: "signed-out", about: statements, deed: "approves", code: "signed-out" },
    { lie: "kept-back", deed: "adds", code: "kept" },
    { lie: "nothing-recorded", deed: "adds and looks", code: "not-kept" },
    { lie: "other-receipts", deed: "adds", code: "bad-receipt" },
    { lie: "no-receipts", deed: "adds", code: "bad-receipt" },
    { lie: "receipts-beyond", deed: "adds", code: "bad-receipt" },
    { lie: "lost-answer", deed: "adds", code: "network" },
    { lie: "upload-too-far", deed: "contributes", code: "bad-answer" },
    { lie: "upload-astray", deed: "contributes", code: "bad-answer" },
    { lie: "server-error", about: statements, deed: "approves", code: "network" },
    { lie: "always-busy", about: statements, deed: "approves", code: "network" },
    { lie: "elsewhere", about: () => [["/v1/statements?", demo.url.href]], deed: "approves", code: "network" },
    { lie: "cut-answer", about: statements, deed: "approves", code: "network" },
    { lie: "endless-answer", about: statements, deed: "approves", code: "bad-answer" },
    { lie: "huge-answer", about: statements, deed: "approves", code: "bad-answer" },
    { lie: "deep-answer", about: statements, deed: "approves", code: "bad-answer" },
    { lie: "bomb", about: statements, deed: "approves", code: "bad-answer" },
    { lie: "silent-answer", about: statements, deed: "approves", code: "network" },
    { lie: "trickling-answer", about: statements, deed: "approves", code: "network" },
    { lie: "false-words", about: statements, deed: "approves", code: "case-ended" },
    { lie: "false-words", at: "released", about: releasedHeaders, deed: "opens", code: "case-ended" },
    { lie: "false-code", about: statements, deed: "approves", code: "network" },
  ];

  let newest = 0;

  test("every lie has its row: each that the command line is told, and no other", () => {
    const told = [...ROWS.map(({ lie }) => lie), ...ELSEWHERE];
    assert.deepEqual(Object.keys(LIES).filter((lie) => !told.includes(lie as Lie)), []);
    // smuggled.test.ts
    const all = new Set<string>([...told, ...SMUGGLED.map(({ lie }) => lie), ...TWO_STORIES]);
    const listed = readFileSync(join(ROOT, "tests", "support", "liar", "lie.rs"), "utf8");
    const names = [...listed.matchAll(/^ {4}\w+ = "([a-z-]+)",$/gm)].map(([, name]) => name!);
    assert.deepEqual([...all].sort(), names.sort());
  });

  test("each is refused, and then the truth is done", async () => {
    newest = (await Work.begin(femke)).world.house.directory!.number;
    for (const { lie, about, deed, code, at = "" } of ROWS) {
      const row = `${lie} ${at}: ${deed}`;
      liar.lie(lie, about?.() ?? []);
      const isSlow = lie === "silent-answer" || lie === "trickling-answer";
      const posted = liar.posted;
      const error = await does(deed, isSlow).then(
        () => assert.fail(`${row}: it was believed`),
        (problem: unknown) => problem,
      );
      liar.truth();
      assert.equal(codeOf(error), code, `${row}: ${String(error)} ${(error as Error).stack}`);
      assert.equal(liar.posted > posted, deed.startsWith("adds"), `${row}: whether a batch was sent`);
      for (const language of ["nl", "en"] as const) {
        const sentence = deed === "opens" ? (error as Error).message : sentenceOf(error, language);
        assert.match(sentence, /^[^\p{Cc}\u202e]+$/u, row);
      }
      await does(deed, false);
    }
  });

  test("another letter in its place is not shown, and the hub writes nothing on a screen", async () => {
    const joris = await demo.person("joris", { base: liar.url });
    const to = [(await Work.begin(femke)).world.me];
    const texts = ["Belt u mij?", "Iets anders."];
    const letters: Digest[] = [];
    for (const text of texts) {
      const plan = await message(joris, number, { to, text, portal: demo.url.href });
      letters.push(...(await plan.send()).map(({ letter }) => letter));
    }
    const path = (letter: Digest): string => `/v1/letters/${letter}/message`;
    const [first, second] = [letters[0]!, letters[1]!];
    for (const [lie, code] of [
      ["other-letter", "other-message"],
      ["altered-bit", "other-message"],
      ["not-there", "unknown-item"],
    ] as const) {
      liar.lie(lie, [[path(first), lie === "other-letter" ? path(second) : ""]]);
      await assert.rejects(readLetter(femke, number, first), (error) => isCode(error, code), lie);
    }
    liar.truth();
    assert.ok((await readLetter(femke, number, first)).text.includes(texts[0]!));

    const sent = (await listLetters(joris, number)).sent.find(({ letter }) => letter === first);
    const state = sent!.delivery!.state;
    for (const [of, instead] of [
      [`"state":"${state}"`, '"state":"\\u001b]0;gemaild\\u0007"'],
      ['"last_failure":null', '"last_failure":"\\u001b[2Jbel 0900-1234"'],
    ] as const) {
      liar.lie("false-state", [[of, instead]]);
      const shown = JSON.stringify((await listLetters(joris, number)).sent);
      assert.ok(!shown.includes("0900") && !shown.includes("gemaild"), shown);
      await assert.rejects(joris.remote.letterDelivery(first), (error) => isCode(error, "bad-answer"));
    }
    liar.truth();
  });

  test("another cert in somebody's place is refused before a letter is sealed for it", async () => {
    const joris = await demo.person("joris", { base: liar.url });
    const to = [(await Work.begin(femke)).world.me];
    const cert = femke.home.bundle.keys[0]!.cert.public;
    const [, name, mail] = /^(.*) <(.*)>$/.exec(cert.userId)!;
    const own = (await SecretCert.generate(name!, mail!, moment("2026-11-02T08:00:00Z"))).public;
    const digests = [cert.digest, own.digest] as const;
    const bytes = [base64.encode(cert.bytes), base64.encode(own.bytes)] as const;
    const writes = () => message(joris, number, { to, text: "Belt u mij?", portal: demo.url.href });
    const posted = liar.posted;
    for (const [swap, code] of [
      [[digests], "malformed-evidence"],
      [[bytes], "malformed-evidence"],
      [[digests, bytes], "not-in-journal"],
    ] as const) {
      liar.lie("other-cert", swap);
      await assert.rejects(writes(), (error) => isCode(error, code), JSON.stringify(swap.length));
    }
    liar.truth();
    assert.equal((await (await writes()).send()).length, 1);
    assert.equal(liar.posted, posted + 1);
  });

  test("a case that the hub no longer lists is missed", async () => {
    liar.lie("case-not-listed", [[number, ""]]);
    const all = await (await Work.begin(femke)).world.loadAll();
    liar.truth();
    assert.ok(all.some((of) => of.number === number), "what was shown before is asked for all the same");
  });
});
