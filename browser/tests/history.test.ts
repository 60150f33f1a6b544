import assert from "node:assert/strict";
import { test } from "node:test";

import { House } from "../src/protocol/directory.ts";
import { Verified } from "../src/protocol/history/verified.ts";
import { History, type Entry } from "../src/protocol/history.ts";
import { caseNumber, plus, vaultId } from "../src/protocol/id.ts";
import { Refusal } from "../src/protocol/refusal.ts";
import { Statement } from "../src/protocol/statement.ts";
import { answerOf, entryOf, sceneOf, scenesOf, tell, toldWell } from "./scenes.ts";

const asked = await toldWell("history/asked");
const released = await toldWell("history/released");
const [approval, ...more] = released.entries.slice(asked.entries.length);

test("every scene of a history ends as it says", async () => {
  const scenes = scenesOf("history");
  assert.ok(scenes.length >= 270, `${scenes.length}`);
  for (const name of scenes) {
    const { what, expect } = sceneOf(name);
    assert.equal((await tell(name)).answer, expect, `${name}: ${what}`);
  }
});

test("every opening is answered as it says", async () => {
  const scenes = scenesOf("opening");
  assert.ok(scenes.length >= 30, `${scenes.length}`);
  for (const name of scenes) {
    const { what, expect, question } = sceneOf(name);
    assert.ok(question, name);
    assert.equal((await tell(name)).answer, expect, `${name}: ${what}`);
  }
});

test("replay gives the same state, and a refusal changes nothing", async () => {
  for (const name of [...scenesOf("history"), ...scenesOf("opening")]) {
    const { after } = sceneOf(name);
    if (after === undefined) continue;
    const before = await toldWell(after);
    const { told } = await tell(name);
    const replayed = before.history.clone();
    for (const entry of told.entries.slice(before.entries.length)) await replayed.replay(entry);
    assert.deepEqual(replayed.house, told.history.house, name);
    assert.deepEqual(replayed.cases, told.history.cases, name);
  }
});

test("a history goes on apart from its clone", async () => {
  const [one, other] = [asked.history.clone(), asked.history.clone()];
  for (const entry of [approval!, ...more]) await one.replay(entry);
  assert.deepEqual(other.cases, asked.history.cases);
  assert.deepEqual(other.house, asked.history.house);
  assert.notDeepEqual(one.cases, other.cases);
});

test("entries that come at once are judged one after another", async () => {
  const history = asked.history.clone();
  const altered = { ...approval!, signature: more[0]!.signature };
  const answers = [altered, approval!, approval!, ...more].map((entry) =>
    answerOf(() => history.record(entry, "whole")),
  );
  const good = more.map(() => "good");
  assert.deepEqual(await Promise.all(answers), ["bad-signature", "good", "recorded-twice", ...good]);
  assert.deepEqual(history.cases, released.history.cases);
});

test("what is judged is what was signed", async () => {
  const refused = (entry: Entry) => answerOf(() => asked.history.clone().record(entry, "whole"));
  const [other] = more;
  assert.equal(await refused(approval!), "good");
  assert.equal(await refused({ ...approval!, statement: other!.statement }), "bad-text");
  assert.equal(await refused({ ...approval!, id: other!.id }), "bad-text");
  assert.equal(await refused({ ...approval!, text: other!.text }), "bad-text");
});

test("what is wrong with the form of a signature is told, and else only that it is wrong", async () => {
  const says = async (signature: Uint8Array, statement = approval!) => {
    const history = asked.history.clone();
    const problem = await history.record({ ...statement, signature }, "whole").catch((error: unknown) => error);
    assert.ok(problem instanceof Refusal && problem.code === "bad-signature");
    return problem.message;
  };
  const told = (what: string): string => `The signature is not right: ${what}. Sign again; if that fails too, call the house.`;
  const wrong = told("the signature is not this key's over this statement");
  assert.equal(await says(new Uint8Array()), told("this is not an OpenPGP signature"));
  // By another key, and by nobody's: the same words.
  const { signature } = more.find(({ statement }) => statement.body.kind === "consultation")!;
  assert.equal(await says(signature), told("the signature was not made at the time that the statement says"));
  const ofNobody = sceneOf("history/unknown-member").entries.at(-1)!;
  const entry = entryOf({ ...ofNobody, leaf: 10_000, at: approval!.at }, asked.certs);
  const inTime = { ...entry, at: entry.statement.signedAt };
  assert.equal(await answerOf(() => History.of(asked.history.house.clone()).record(inTime, "whole")), "bad-signature");
  const problem = await History.of(asked.history.house.clone())
    .record(inTime, "whole")
    .catch((error: unknown) => error);
  assert.ok(problem instanceof Refusal);
  assert.equal(problem.message, wrong);
});

test("a journal does not go back, in leaf or in time", async () => {
  const last = asked.entries.at(-1)!;
  const refused = (entry: Entry) => answerOf(() => asked.history.clone().record(entry, "whole"));
  assert.equal(await refused({ ...approval!, leaf: last.leaf }), "out-of-order");
  assert.equal(await refused({ ...approval!, leaf: last.leaf + 1 }), "good");
  assert.equal(await refused({ ...approval!, leaf: last.leaf + 1000 }), "good");
  assert.equal(await refused({ ...approval!, at: plus(last.at, -1) }), "out-of-order");
  assert.equal(await refused({ ...approval!, at: last.at }), "good");
});

test("a cert that is not the one that was named is missing, and one that is none is bad", async () => {
  const { told } = await tell("history/slip-used");
  const key = told.entries.find(({ statement }) => statement.body.kind === "key")!;
  const { body } = key.statement;
  assert.ok(body.kind === "key");
  const before = told.entries.slice(0, told.entries.indexOf(key));
  const history = History.of((await toldWell("history/house")).history.house.clone());
  assert.ok(before.length > 0);
  const without = { ...key, certs: new Map() };
  const another = { ...key, certs: new Map([[body.cert, new Uint8Array([1])]]) };
  await assert.rejects(history.certIn(without, body.cert), { code: "missing-attachment" });
  await assert.rejects(history.certIn(another, body.cert), { code: "missing-attachment" });
  assert.equal((await history.certIn(key, body.cert)).digest, body.cert);
});

test("what was verified is not verified again, and nothing else passes for it", async () => {
  const { entries, history } = await toldWell("history/released");
  const { hub, authority } = history.house;
  const verified = new Verified();
  const [before, end] = [entries.slice(0, -1), entries.at(-1)!];
  let verifications = 0;
  const { subtle } = crypto;
  const verify = subtle.verify.bind(subtle);
  const counted = async (...args: Parameters<typeof verify>): Promise<boolean> => {
    verifications += 1;
    return verify(...args);
  };
  const ending = async (last: Entry): Promise<string> => {
    const anew = History.of(new House(hub, authority), verified);
    for (const entry of before) await anew.record(entry, "whole");
    return answerOf(() => anew.record(last, "whole"));
  };
  Object.assign(subtle, { verify: counted });
  try {
    assert.equal(await ending(end), "good");
    assert.ok(verifications >= entries.length);
    verifications = 0;
    assert.equal(await ending(end), "good");
    assert.equal(verifications, 0);
    assert.equal(await ending({ ...end, signature: before.at(-1)!.signature }), "bad-signature");
    const bent = end.signature.slice();
    bent[bent.length - 1]! ^= 1;
    assert.equal(await ending({ ...end, signature: bent }), "bad-signature");
    assert.equal(await ending(end), "good");
  } finally {
    Reflect.deleteProperty(subtle, "verify");
  }
});

test("a statement shows what it builds on, and nothing else", async () => {
  const history = asked.history.clone();
  const shown = await history.replay(approval!);
  const { body } = approval!.statement;
  assert.ok(body.kind === "approval");
  const of = history.case(body.case);
  const { agenda } = of.rosters.get(body.roster)!;
  const grounds = [approval!.id, body.roster, body.item, agenda!, of.id, ...of.vault!.generations, ...of.phases];
  assert.deepEqual([...shown.keys()].sort(), grounds.sort());
  // To those who run the case, and to the supplier; the reader is shown it with a release.
  const supplier = of.items.get(body.item)!.item.supplier;
  for (const who of shown.values()) assert.deepEqual(who, new Set([supplier, of.vault!.vault]));
});

test("the first vault of a case is shown all that was referred", async () => {
  const { told } = await tell("history/case");
  const house = await toldWell("history/house");
  const history = house.history.clone();
  const own = told.entries.slice(house.entries.length);
  const isFirst = (entry: Entry) => entry.statement.body.kind === "vault";
  const items = own.filter(({ statement }) => statement.body.kind === "item").map(({ id }) => id);
  for (const entry of own) {
    const shown = await history.replay(entry);
    const theCase = [...history.cases.values()][0]!;
    const toVault = [...shown].filter(([, who]) => theCase.vault && who.has(theCase.vault.vault)).map(([id]) => id);
    const seen = items.filter((id) => toVault.includes(id));
    assert.deepEqual(seen, isFirst(entry) ? items : [], `leaf ${entry.leaf}`);
    // The house's vault and the referring partner saw them when they came.
    const others = items.filter((id) => [...(shown.get(id) ?? [])].some((who) => who !== theCase.vault?.vault));
    assert.deepEqual(others, items.includes(entry.id) ? [entry.id] : []);
  }
});

test("what the authority can't sign is refused whoever signed it", async () => {
  const { statement } = approval!;
  const { hub, journal, body, signedAt } = statement;
  const by = (by: "authority" | "hub") => {
    const forged = new Statement({ hub, journal, body, by, signedAt });
    return { ...approval!, id: forged.id(), statement: forged, text: forged.toBytes() };
  };
  const refused = (entry: Entry) => answerOf(() => asked.history.clone().record(entry, "whole"));
  assert.deepEqual([await refused(by("authority")), await refused(by("hub"))], ["wrong-signer", "wrong-signer"]);
});

test("cases and vaults that are of no interest count", () => {
  const history = asked.history.clone();
  const at = asked.entries.at(-1)!.at;
  assert.equal(history.house.nextCase(at), "ZVH-2026-0002");
  history.countCase(caseNumber("ZVH-2026-0007"));
  history.countCase(caseNumber("ZVH-2026-0003"));
  history.countVault(vaultId("vlt_0123456789abcdef"), caseNumber("ZVH-2026-0007"));
  assert.equal(history.house.nextCase(at), "ZVH-2026-0008");
  assert.equal(history.house.vaultOwners.get(vaultId("vlt_0123456789abcdef")), "ZVH-2026-0007");
  assert.throws(() => history.case(caseNumber("ZVH-2026-0007")), { code: "unknown-case" });
});
