import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { batchBytes } from "../../src/client/batch.ts";
import { SYSTEM_CLOCK } from "../../src/client/clock.ts";
import { Work, type Context, type Plan } from "../../src/client/context.ts";
import { isCode, sentenceOf } from "../../src/client/error.ts";
import { LockedHome, MemoryScratches, MemoryStore, type Home } from "../../src/client/home.ts";
import { pendingBatch, REQUEST } from "../../src/client/pending.ts";
import { Remote } from "../../src/client/remote.ts";
import { changePhase, openCase, refer, showCase, type Referred } from "../../src/client/verbs/case.ts";
import { contribute, retentionOr, type NewFile, type Terms } from "../../src/client/verbs/contribute.ts";
import { catchUp, enrol, isUnderWay, readSlip, restore } from "../../src/client/verbs/enrol.ts";
import { addOpeners, openerOf, rotate, showKeys, type KeyRow } from "../../src/client/verbs/key.ts";
import {
  approve,
  ask,
  asks,
  consult,
  refuse,
  release,
  retract,
  roster,
  withdraw,
} from "../../src/client/verbs/meeting.ts";
import {
  attachedFiles,
  changeDelivery,
  invite,
  listLetters,
  message,
  minutesItem,
  minutesLetters,
  readLetter,
  reply,
  request,
} from "../../src/client/verbs/letter.ts";
import { openPack } from "../../src/client/verbs/pack.ts";
import { changeVault, showVault } from "../../src/client/verbs/vault.ts";
import { textOf, utf8 } from "../../src/protocol/bytes.ts";
import {
  caseNumber,
  digestOf,
  hubName,
  momentOf,
  plus,
  type CaseNumber,
  type Digest,
  type MemberId,
} from "../../src/protocol/id.ts";
import { passkeySecret } from "../../src/protocol/passkey.ts";
import { SealingKey } from "../../src/protocol/seal.ts";
import { Demo, HURRIED, NO_HUB } from "../support/demo.ts";
import { Liar } from "../support/liar.ts";
import { plainOf } from "../support/plain.ts";

/** A passkey whose output is this byte over and over. */
const touched = (byte: number): { identity: SealingKey; fetchId: Uint8Array } => ({
  identity: SealingKey.fromBytes(passkeySecret(new Uint8Array(32).fill(byte))),
  fetchId: new Uint8Array(32).fill(byte),
});

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
    for (const lines of await work.describe(plan.draft)) {
      assert.ok(lines.length > 0 && lines.every((line) => line !== ""));
    }
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
    assert.deepEqual(
      twice.items.map(({ item, isNew }) => [item, isNew]),
      [groot, klein, geheim].map((item) => [item, false]),
    );
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
      const plain = await plainOf(opened);
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
    const holders = async (): Promise<MemberId[]> => {
      return (await showVault(joris!, number)).holders.map(({ member }) => member);
    };
    assert.ok((await holders()).includes(mila));
    const told: (readonly [done: number, all: number])[] = [];
    const progress = (done: number, all: number): void => void told.push([done, all]);
    await agreed(joris!, changeVault(joris!, { case: number, remove: [mila], progress }));
    assert.deepEqual(told, told.map((_, at) => [at + 1, told.length]), "each part that is wrapped anew is told");
    assert.ok(told.length > 0);
    assert.ok(!(await holders()).includes(mila));
    await agreed(joris!, changeVault(joris!, { case: number, add: [mila] }));
    await agreed(femke!, changeVault(femke!, {}));
    type CliVault = { generation: number; holders: { holds: boolean }[] };
    const cliVault = await demo.zegel<CliVault>("mila", "vault", "show", "--case", number);
    assert.deepEqual([cliVault.generation, cliVault.holders.every(({ holds }) => holds)], [3, true]);
    type CliItems = { items: { title: string | null; retracted: boolean }[] };
    const shown = await demo.zegel<CliItems>("mila", "case", "show", number);
    assert.ok(shown.items.every(({ title, retracted }) => retracted || title !== null));
  });

  test("letters go out, are read and answered, in the portal as on the command line", async () => {
    const { cases } = await demo.zegel<{ cases: { case: string }[] }>("joris", "case", "list");
    const number = caseNumber(cases[0]!.case);
    const people = await Promise.all(["joris", "femke", "noor", "pieter"].map((name) => demo.person(name)));
    const [joris, femke, noor] = people as [Context, Context, Context];
    const [toFemke, toNoor, pieter] = await Promise.all(["femke", "noor", "pieter"].map(memberOf));
    const portal = demo.url.href;

    // What the command line lists, with the same answers.
    interface CliLetters {
      readonly received: readonly { letter: string; kind: string; answer: { answer: string } | null }[];
      readonly sent: readonly { letter: string; subject: string | null; delivery: { state: string } | null }[];
    }
    for (const [name, ctx] of [["joris", joris], ["femke", femke], ["noor", noor]] as const) {
      const seen = await listLetters(ctx);
      const cli = await demo.zegel<CliLetters>(name, "letters");
      assert.deepEqual(
        seen.received.map(({ letter, kind, answer }) => [letter, kind, answer?.answer ?? null]),
        cli.received.map(({ letter, kind, answer }) => [letter, kind, answer?.answer ?? null]),
      );
      assert.deepEqual(
        seen.sent.map(({ letter, subject, delivery }) => [letter, subject ?? null, delivery?.state]),
        cli.sent.map(({ letter, subject, delivery }) => [letter, subject ?? null, delivery?.state]),
      );
      for (const { letter, case: of } of seen.received) {
        const read = await readLetter(ctx, of, letter);
        type CliLetter = { subject: string; text: string; files: { name: string }[] };
        const byCli = await demo.zegel<CliLetter>(name, "read", letter);
        const compared = ({ subject, text, files }: CliLetter): unknown[] => [subject, text, files.map((file) => file.name)];
        assert.deepEqual(compared({ ...read, files: [...read.files] }), compared(byCli));
      }
    }

    // A question, with a file; the very same wish sends nobody the same twice.
    const attachments = await attachedFiles([{ file: new Blob(["bijlage"]), fileName: "../bijlage.txt" }]);
    const tooLarge = [4, 4].map((half) => ({ file: new Blob([new Uint8Array(half << 20)]), fileName: "groot.bin" }));
    await assert.rejects(attachedFiles(tooLarge), (error) => isCode(error, "attachments-too-large"));
    const tooMany = new Array<(typeof tooLarge)[0]>(21).fill({ file: new Blob(["1"]), fileName: "een.txt" });
    await assert.rejects(attachedFiles(tooMany), (error) => isCode(error, "attachments-too-large"));
    const until = plus(SYSTEM_CLOCK.now(), 5 * 24 * 3600);
    const asked = new Map([[toNoor!, "En de school?"]]);
    const asking = { to: [toFemke!], question: "Wat weet u?", asked, until, attachments, portal };
    const plan = await request(joris, number, asking);
    assert.equal(plan.letters.length, 2);
    assert.ok(plan.letters.some(({ composed }) => composed.text.includes("En de school?")));
    const sent = await agreed(joris, Promise.resolve(plan));
    assert.deepEqual((await (await request(joris, number, asking)).send()).map(({ isNew }) => isNew), [false, false]);
    const question = sent.find(({ to }) => to === toFemke)!.letter;
    const { received } = await listLetters(femke, number);
    assert.equal(received.find(({ letter }) => letter === question)?.standing, "new");
    const heard: [number, number][] = [];
    const read = await readLetter(femke, number, question, (...far) => heard.push(far));
    assert.ok(heard.length > 0 && heard.at(-1)![0] === heard.at(-1)![1], "how far it is, to the end");
    assert.ok(read.text.includes("Wat weet u?") && !read.text.includes("En de school?"));
    assert.equal(textOf(read.files[0]!.bytes!), "bijlage");
    const byCli = await demo.zegel<{ text: string; files: { name: string }[] }>("femke", "read", question);
    assert.deepEqual([byCli.text, byCli.files.map(({ name }) => name)], [read.text, ["bijlage.txt"]]);
    assert.equal((await readLetter(joris, number, question)).isCopy, true);
    await assert.rejects(readLetter(noor, number, question), (error) => isCode(error, "unknown-letter"));

    // Femke answers; why stays with her own.
    const answering = { word: "no-contribution", text: "Wij hebben niets.", reason: "Loopt nog." } as const;
    await agreed(femke, reply(femke, number, question, answering));
    assert.equal((await agreed(femke, reply(femke, number, question, answering))).new, false);
    const ofJoris = (await listLetters(joris, number)).sent.find(({ letter }) => letter === question)?.answer;
    assert.deepEqual([ofJoris?.answer, ofJoris?.text], ["no-contribution", "Wij hebben niets."]);
    assert.equal(ofJoris?.reason, undefined);
    const ofFemke = (await listLetters(femke, number)).received.find(({ letter }) => letter === question)?.answer;
    assert.equal(ofFemke?.reason, "Loopt nog.");
    await assert.rejects(reply(femke, number, question, { word: "accepted" }), (error) => isCode(error, "wrong-use"));

    // A meeting: invitations, a change, an answer with a deputy, and then it is off.
    const ground = "Betrokken.";
    const participants = [toFemke!, toNoor!].map((member) => ({ member, seat: "delegate" as const, ground }));
    const date = plus(SYSTEM_CLOCK.now(), 4 * 24 * 3600);
    const planned = await agreed(joris, roster(joris, number, { date, participants }));
    const words = { purpose: "Samen verder.", topics: ["Hoe gaat het?"], minutes: 60, place: "Zaal 2" };
    const inviting = { roster: planned.roster, ...words, portal };
    const invited = await agreed(joris, invite(joris, number, { ...inviting, what: "invite" }));
    assert.equal(invited.length, 2);
    const anew = invite(joris, number, { ...inviting, what: "invite" });
    await assert.rejects(anew, (error) => isCode(error, "already-invited"));
    // Femke gets no letter now, so that nothing can be asked of her in it.
    const ofFemkeOnly = new Map([[toFemke!, "En de buurt?"]]);
    const inSilence = invite(joris, number, { ...inviting, what: "change", to: [toNoor!], asked: ofFemkeOnly });
    await assert.rejects(inSilence, (error) => {
      return isCode(error, "wrong-use") && sentenceOf(error, "nl").includes("krijgt nu geen bericht");
    });
    const first = invited.find(({ to }) => to === toFemke)!.letter;
    const change = { what: "change", roster: planned.roster, place: "Zaal 3", portal } as const;
    const changed = await agreed(joris, invite(joris, number, change));
    const second = changed.find(({ to }) => to === toFemke)!.letter;
    assert.match((await readLetter(femke, number, second)).text, /Zaal 3/);
    assert.deepEqual((await readLetter(femke, number, second)).files.map(({ name }) => name), ["overleg.ics"]);
    const tooLate = reply(femke, number, first, { word: "accepted" });
    await assert.rejects(tooLate, (error) => isCode(error, "invitation-replaced"));
    await agreed(femke, reply(femke, number, second, { word: "deputy", deputy: pieter! }));
    const ofAnother = reply(femke, number, second, { word: "deputy", deputy: toNoor! });
    await assert.rejects(ofAnother, (error) => isCode(error, "wrong-use"));
    const off = { what: "cancel", roster: planned.roster, why: "Ziek.", portal } as const;
    const cancelled = await agreed(joris, invite(joris, number, off));
    assert.equal(cancelled.length, 2);
    await demo.zegel("noor", "read", cancelled.find(({ to }) => to === toNoor)!.letter);

    // Minutes: an item, then the letters.
    const reporting = {
      roster: planned.roster,
      title: "Verslag van",
      ground: "artikel 7",
      present: [{ member: toFemke! }, { name: "gezinscoach" }],
      absent: [{ member: toNoor! }],
      paragraphs: [{ heading: "Thuis", text: 'Het gaat "goed".\nEcht.', sources: [] }],
      decisions: ["Verder."],
      actions: [{ who: { member: toFemke! }, what: "belt", until }],
      portal,
    };
    const item = await agreed(joris, minutesItem(joris, number, reporting, { outgoing: new MemoryScratches() }));
    assert.equal(await agreed(joris, minutesItem(joris, number, reporting, { outgoing: new MemoryScratches() })), item);
    const minutes = await agreed(joris, minutesLetters(joris, number, reporting, item));
    const ofNoor = minutes.find(({ to }) => to === toNoor)!.letter;
    assert.match((await readLetter(noor, number, ofNoor)).text, /Het gaat "goed"\./);

    // A message to who runs the case, and how one wants letters.
    const told = await agreed(femke, message(femke, number, { text: "Belt u mij?", portal }));
    assert.ok(told.length > 0);
    await agreed(femke, changeDelivery(femke, { way: "portal", language: "en" }));
    assert.deepEqual(await demo.zegel("femke", "delivery"), { way: "portal", language: "en", statement: null });
    const { letters } = await request(joris, number, { ...asking, again: 2 });
    assert.match(letters.map(({ composed }) => composed.subject).join(), /a question for you/);
  });

  test("Zoë enrols with her slip, is vouched for, rotates, and recovers", async (t) => {
    const slipFile = join(demo.folder, "zoe.txt");
    const until = plus(SYSTEM_CLOCK.now(), 9 * 24 * 3600).slice(0, 10);
    const person = ["--name", "Zoë de Wit", "--mail", "zoe@politie.example"];
    const rest = [...person, "--until", until, "--out", slipFile];
    await demo.authority("slip", "--partner", "Politie", ...rest).catch(async () => {
      const { partners } = await demo.zegel<{ partners: { name: string; partner: string }[] }>("joris", "directory");
      const police = partners.find(({ name }) => name.includes("olitie"))!;
      await demo.authority("slip", "--partner", police.partner, ...rest);
    });
    await demo.authority("publish", "--url", demo.url.href);
    const slip = readSlip(textOf(demo.read("zoe.txt"))!);
    const store = new MemoryStore();
    const remote = new Remote(demo.url, { language: "nl", waits: HURRIED });
    const passkey = touched(9);
    const passkeys = [openerOf(passkey.identity, passkey.fetchId)];
    const how = { store, base: demo.url, remote, clock: SYSTEM_CLOCK, language: "nl" as const, passkeys };
    const enrolment = await enrol(how, slip);
    const code = enrolment.code;
    const enrolled = await enrolment.send();
    assert.equal(enrolled.words.split(" ").length, 6);
    await assert.rejects(enrol(how, slip).then((each) => each.send()), (error) => isCode(error, "home-taken"));

    // Before the house vouches for her she may see how she stands.
    const home = await (await LockedHome.in(store)).unlock(passkey.identity);
    assert.equal(await isUnderWay(home), false);
    await assert.rejects((await LockedHome.in(store)).unlock(touched(0).identity), (error) => {
      return isCode(error, "wrong-secret");
    });
    const zoe: Context = { home, remote, clock: SYSTEM_CLOCK, language: "nl" };
    await vouch(home);
    const work = await Work.begin(zoe);
    assert.equal(work.world.nameOf(work.world.me).startsWith("Zoë de Wit ("), true);

    // By a hub that lies: nobody's bundle brings nothing back.
    const liar = await Liar.before(demo.url);
    t.after(() => liar.end());
    const lost = new MemoryStore();
    const restored = (into: MemoryStore): Promise<Home> =>
      restore({
        store: into,
        base: liar.url,
        hub: hubName("localhost"),
        remote: new Remote(liar.url, { language: "nl", waits: HURRIED }),
        language: "nl",
        identity: code.identity,
        fetchId: code.fetchId,
      });
    liar.lie("others-bundle");
    await assert.rejects(restored(lost), (error) => isCode(error, "wrong reader"));
    assert.deepEqual(await lost.names(), []);
    liar.truth();
    await restored(lost);

    // New keys; the house vouches for those.
    const plan = (await rotate(zoe)) as Plan<KeyRow>;
    const row = await plan.send();
    const { keys } = await showKeys(home);
    assert.deepEqual(keys.map(({ words }) => words)[1], row.words);
    await vouch(home);
    assert.equal((await Work.begin(zoe)).world.myKey(), row.key);

    // It is a bundle of hers, with her statement; but what she made since is not in it.
    liar.lie("older-bundle");
    const old: Context = { ...zoe, home: await restored(new MemoryStore()) };
    await assert.rejects(Work.begin(old), (error) => isCode(error, "bundle-number"));
    assert.equal(liar.posted, 0);

    // Another browser, by the recovery code; and one by the passkey, after that was added there.
    const elsewhere = { base: demo.url, hub: hubName("localhost"), language: "nl" as const };
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
    const added = touched(3);
    await (await addOpeners(context, [openerOf(added.identity, added.fetchId)])).send();
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
