import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { batchBytes } from "../../src/client/batch.ts";
import { SYSTEM_CLOCK } from "../../src/client/clock.ts";
import { Work, type Context, type Plan } from "../../src/client/context.ts";
import { isCode } from "../../src/client/error.ts";
import { LockedHome, MemoryScratches, MemoryStore, passkeyIdentity } from "../../src/client/home.ts";
import { pendingBatch, REQUEST } from "../../src/client/pending.ts";
import { Remote } from "../../src/client/remote.ts";
import { changePhase, openCase, refer, showCase, type Referred } from "../../src/client/verbs/case.ts";
import { contribute, retentionOr, type NewFile, type Terms } from "../../src/client/verbs/contribute.ts";
import { catchUp, enrol, isUnderWay, readSlip, restore } from "../../src/client/verbs/enrol.ts";
import { addOpeners, rotate, showKeys, type KeyRow } from "../../src/client/verbs/key.ts";
import { approve, ask, asks, consult, refuse, release, retract, roster, withdraw } from "../../src/client/verbs/meeting.ts";
import { openPack } from "../../src/client/verbs/pack.ts";
import { changeVault, showVault } from "../../src/client/verbs/vault.ts";
import { textOf, utf8 } from "../../src/protocol/bytes.ts";
import { digestOf, hubName, momentOf, plus, type CaseNumber, type Digest, type MemberId } from "../../src/protocol/id.ts";
import { Demo, HURRIED, NO_HUB } from "../support/demo.ts";

const terms = (changed: Partial<Terms> = {}): Terms => ({
  kind: "contribution",
  director: "reads",
  approval: "ask",
  phases: ["triage", "rto", "plan"],
  from: undefined,
  until: undefined,
  withheld: "shown",
  retention: retentionOr(undefined, SYSTEM_CLOCK.now()),
  ...changed,
});

const paper = (fileName: string, text: Uint8Array, changed: Partial<Terms> = {}): NewFile => ({
  file: new Blob([text as Uint8Array<ArrayBuffer>], { type: "text/plain;charset=utf-8" }),
  fileName,
  terms: terms(changed),
  about: {
    regime: "avg",
    legalGround: "artikel 7",
    allowedUse: "Voor dit overleg.",
    onward: "no",
    cites: [],
  },
});

describe("what the portal signs, the hub and the command line take", { skip: NO_HUB }, () => {
  let demo: Demo;
  before(async () => {
    demo = await Demo.begin();
  });
  after(() => demo.end());

  /** Sends what was shown, in words, beforehand. */
  async function agreed<T>(ctx: Context, planned: Promise<Plan<T>>): Promise<T> {
    const plan = await planned;
    const work = await Work.begin(ctx);
    for (const lines of await work.describe(plan.draft)) assert.ok(lines.length > 0 && lines.every((line) => line !== ""));
    return plan.send();
  }

  const memberOf = async (name: string): Promise<MemberId> => (await demo.bundle(name)).member;

  test("a case goes from a referral to an opened pack", async () => {
    const people = new Map<string, Context>();
    for (const name of ["sanne", "joris", "femke", "noor", "mila"]) people.set(name, await demo.person(name));
    const [sanne, joris, femke, noor] = ["sanne", "joris", "femke", "noor"].map((name) => people.get(name)!);

    // Sanne refers.
    const outgoing = new MemoryScratches();
    const files = [paper("aanmelding.txt", utf8("Wie helpt dit gezin?"), { kind: "referral" })];
    const referral = { kind: "aftercare" as const, files };
    const referred = (await agreed(sanne!, refer(sanne!, referral, { outgoing }))) as Referred;
    assert.equal(referred.isNew, true);
    const number: CaseNumber = referred.case;
    assert.deepEqual(await outgoing.names(), []);
    // The same once more is no second case.
    const again = (await agreed(sanne!, refer(sanne!, referral, { outgoing }))) as Referred;
    assert.deepEqual([again.case, again.isNew], [number, false]);

    // Joris opens it, and takes it to the table.
    await agreed(joris!, openCase(joris!, number));
    await agreed(joris!, changePhase(joris!, number, "rto", "Er is haast bij."));
    const seen = await showCase(joris!, number);
    assert.deepEqual(
      [seen.phase, seen.steps.map(({ text }) => text), seen.itemLines.map(({ label }) => label?.title)],
      ["rto", ["Er is haast bij."], ["aanmelding.txt"]],
    );
    const cli = await demo.zegel<{ phase: string; items: { title: string }[] }>("joris", "case", "show", number);
    assert.deepEqual([cli.phase, cli.items.map(({ title }) => title)], ["rto", ["aanmelding.txt"]]);

    // Joris plans a meeting: from then on Femke knows of the case.
    const date = plus(SYSTEM_CLOCK.now(), 3 * 24 * 3600);
    const participants = await Promise.all(
      ["femke", "noor"].map(async (name) => {
        return { member: await memberOf(name), seat: "delegate" as const, ground: "Betrokken." };
      }),
    );
    const wanted = { date, participants };
    const planned = await agreed(joris!, roster(joris!, number, wanted));
    assert.equal((await agreed(joris!, roster(joris!, number, wanted))).roster, planned.roster, "once");

    // Femke contributes three pieces, one of them of more than a part.
    const large = new Uint8Array(9 * 1024 * 1024 + 17).map((_, at) => (at * 31) >> 3);
    const three = [paper("groot.bin", large), paper("klein.txt", utf8("kort")), paper("geheim.txt", utf8("nee"))];
    const contributed = await agreed(femke!, contribute(femke!, number, three, { outgoing }));
    assert.equal(contributed.items.length, 3);
    const [groot, klein, geheim] = contributed.items.map(({ item }) => item) as [Digest, Digest, Digest];
    const twice = await agreed(femke!, contribute(femke!, number, three, { outgoing }));
    assert.deepEqual(twice.items.map(({ item, isNew }) => [item, isNew]), [groot, klein, geheim].map((item) => [item, false]));
    await assert.rejects(
      contribute(femke!, number, [paper("klein.txt", utf8("kort"), { withheld: "silent" })], { outgoing }).then(
        (plan) => plan.draft.statements.length === 1 && Promise.reject(new Error("another item")),
      ),
    );

    // Joris asks.
    assert.equal((await agreed(joris!, ask(joris!, number))).length, 2);
    assert.equal((await agreed(joris!, ask(joris!, number))).length, 0);

    // Femke answers.
    const waiting = (await asks(femke!)).filter((line) => line.case === number);
    assert.deepEqual(waiting.map(({ items }) => items.length), [3]);
    const reader = await memberOf("noor");
    const approved = await agreed(femke!, approve(femke!, number, { items: [groot, klein] }));
    assert.deepEqual(approved.map((line) => line.reader), [reader, reader]);
    await agreed(femke!, refuse(femke!, number, {}, "Loopt nog."));
    assert.equal((await asks(femke!)).filter((line) => line.case === number).length, 0);
    const reasons = (await showCase(femke!, number)).steps.filter(({ step }) => step === "refusal");
    assert.deepEqual(reasons.map(({ text }) => text), ["Loopt nog."]);
    assert.deepEqual(
      (await showCase(joris!, number)).steps.filter(({ step }) => step === "refusal").map(({ unread }) => unread),
      ["not-for-you"],
    );

    // Joris consults and releases.
    await assert.rejects(release(joris!, number), (error) => isCode(error, "not-consulted"));
    await agreed(joris!, consult(joris!, number, { form: "phone", outcome: "Sanne: akkoord." }));
    const releases = await agreed(joris!, release(joris!, number));
    assert.deepEqual(releases.map(({ reader: to, items }) => [to, items]), [[reader, 2]]);
    assert.equal((await agreed(joris!, release(joris!, number))).length, 0);

    // Noor opens, as does the command line.
    const incoming = new MemoryScratches();
    const pack = await openPack(noor!, number, { incoming });
    assert.deepEqual([pack.opened.length, pack.refused.length], [2, 0]);
    for (const opened of pack.opened) {
      const plain = new Uint8Array(await new Response(opened.stream()).arrayBuffer());
      assert.equal(digestOf(plain), digestOf(opened.item === groot ? large : utf8("kort")));
      await opened.done();
    }
    assert.deepEqual(await incoming.names(), []);
    await demo.zegel("noor", "pack", "open", number, "--out", join(demo.folder, "noors"));
    assert.equal(digestOf(demo.read("noors", "groot.bin")), digestOf(large));

    // Femke takes back.
    await agreed(femke!, withdraw(femke!, number, klein));
    await agreed(femke!, retract(femke!, number, groot));
    const after_ = await openPack(noor!, number, { incoming });
    assert.deepEqual(
      after_.refused.map(({ item, code, isAlarm }) => [item, code, isAlarm]),
      [[groot, "retracted", false] as const, [klein, "withdrawn", false] as const].sort(),
    );

    // Joris shares the case's vault with nobody else; Mila is taken out and added.
    const mila = await memberOf("mila");
    const holders = async (): Promise<MemberId[]> => (await showVault(joris!, number)).holders.map(({ member }) => member);
    assert.ok((await holders()).includes(mila));
    await agreed(joris!, changeVault(joris!, { case: number, remove: [mila] }));
    assert.ok(!(await holders()).includes(mila));
    await agreed(joris!, changeVault(joris!, { case: number, add: [mila] }));
    await agreed(femke!, changeVault(femke!, {}));
    const cliVault = await demo.zegel<{ generation: number; holders: { holds: boolean }[] }>("mila", "vault", "show", "--case", number);
    assert.deepEqual([cliVault.generation, cliVault.holders.every(({ holds }) => holds)], [3, true]);
    const shown = await demo.zegel<{ items: { title: string | null; retracted: boolean }[] }>("mila", "case", "show", number);
    assert.ok(shown.items.every(({ title, retracted }) => retracted || title !== null));
  });

  test("Zoë enrols with her slip, is vouched for, rotates, and recovers", async () => {
    const slipFile = join(demo.folder, "zoe.txt");
    const until = plus(SYSTEM_CLOCK.now(), 9 * 24 * 3600).slice(0, 10);
    const person = ["--name", "Zoë de Wit", "--mail", "zoe@politie.example"];
    await demo.authority("slip", "--partner", "Politie", ...person, "--until", until, "--out", slipFile).catch(async () => {
      const { partners } = await demo.zegel<{ partners: { name: string; partner: string }[] }>("joris", "directory");
      const police = partners.find(({ name }) => name.includes("olitie"))!;
      await demo.authority("slip", "--partner", police.partner, ...person, "--until", until, "--out", slipFile);
    });
    await demo.authority("publish", "--url", demo.url.href);
    const slip = readSlip(textOf(demo.read("zoe.txt"))!);
    const store = new MemoryStore();
    const remote = new Remote(demo.url, { language: "nl", waits: HURRIED });
    const passkey = {
      credential: new Uint8Array([1, 2, 3]),
      salt: new Uint8Array(32).fill(7),
      identity: passkeyIdentity(new Uint8Array(32).fill(9)),
      fetchId: new Uint8Array(32).fill(5),
    };
    const how = { store, base: demo.url, remote, clock: SYSTEM_CLOCK, language: "nl" as const, passkeys: [passkey] };
    const enrolment = await enrol(how, slip);
    const code = enrolment.code;
    const enrolled = await enrolment.send();
    assert.equal(enrolled.words.split(" ").length, 6);
    await assert.rejects(enrol(how, slip).then((each) => each.send()), (error) => isCode(error, "home-taken"));

    // Before the house vouches for her she may see how she stands.
    const home = await (await LockedHome.in(store)).unlock(passkey.identity);
    assert.equal(await isUnderWay(home), false);
    await assert.rejects((await LockedHome.in(store)).unlock(passkeyIdentity(new Uint8Array(32))), (error) => {
      return isCode(error, "wrong-secret");
    });
    const zoe: Context = { home, remote, clock: SYSTEM_CLOCK, language: "nl" };
    await vouch(home);
    const work = await Work.begin(zoe);
    assert.equal(work.world.nameOf(work.world.me).startsWith("Zoë de Wit ("), true);

    // New keys; the house vouches for those.
    const plan = (await rotate(zoe)) as Plan<KeyRow>;
    const row = await plan.send();
    const { keys } = await showKeys(home);
    assert.deepEqual(keys.map(({ words }) => words)[1], row.words);
    await vouch(home);
    assert.equal((await Work.begin(zoe)).world.myKey(), row.key);

    // Another browser, by the recovery code; and one by the passkey, after that was added there.
    const elsewhere = { base: demo.url, hub: hubName("localhost"), language: "nl" as const, passkeys: [] };
    const other = await restore({
      ...elsewhere,
      store: new MemoryStore(),
      remote: new Remote(demo.url, { language: "nl", waits: HURRIED }),
      identity: code.identity,
      fetchId: code.fetchId,
    });
    assert.equal(other.bundle.number, 2);
    assert.equal((await other.remembered())?.note, "", "held to what was verified before");
    const context: Context = { ...zoe, home: other, remote: new Remote(demo.url, { language: "nl", waits: HURRIED }) };
    const added = { identity: passkeyIdentity(new Uint8Array(32).fill(3)), fetchId: new Uint8Array(32).fill(4) };
    await (await addOpeners(context, [added])).send();
    await Work.begin(context);
    // The first browser hears that its bundle is old, and catches up.
    await assert.rejects(Work.begin(zoe), (error) => isCode(error, "bundle-number"));
    assert.equal(await catchUp(home, remote, passkey.identity, passkey.fetchId), true);
    await Work.begin(zoe);
    const third = await restore({
      ...elsewhere,
      store: new MemoryStore(),
      remote: new Remote(demo.url, { language: "nl", waits: HURRIED }),
      ...added,
    });
    assert.equal(third.bundle.keys.length, 2);

    async function vouch(of: typeof home): Promise<void> {
      const request = await pendingBatch(of, REQUEST);
      writeFileSync(join(demo.folder, "request.json"), batchBytes(request!));
      const last = momentOf(Date.now() / 1000 + 300 * 24 * 3600).slice(0, 10);
      await demo.authority("vouch", "request.json", "--until", last);
      await demo.publish();
    }
  });
});
