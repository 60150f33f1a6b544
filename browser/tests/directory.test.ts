import assert from "node:assert/strict";
import { test } from "node:test";

import { gone, nameOf } from "../src/client/trust/names.ts";
import { hex, utf8 } from "../src/protocol/bytes.ts";
import { keyProof, signedBy } from "../src/protocol/directory/keys.ts";
import { digest, digestOf, hubName, memberId, moment, partnerId, plus } from "../src/protocol/id.ts";
import { recipient } from "../src/protocol/seal/recipient.ts";
import { Statement, type Body } from "../src/protocol/statement.ts";
import { NOTHING_SEEN } from "../src/protocol/words/composed.ts";
import { nonce } from "../src/protocol/words.ts";
import { people, tell, toldWell } from "./scenes.ts";
import { json } from "./vectors.ts";

const { history } = await toldWell("history/house");
const { house } = history;
const member = people(history);
const now = house.directorySigned!;

test("the proof of a first key is the one of the example", () => {
  const example = json<{ proof: string; proof_text: string; slip_secret: string }>("example.json");
  const [, hub, slip, who, cert, key] = example.proof_text.split("\n");
  const proven = {
    hub: hubName(hub!),
    slip: digest(slip!),
    member: memberId(who!),
    cert: digest(cert!),
    recipient: recipient(key!),
  };
  assert.equal(keyProof(hex.decode(example.slip_secret), proven), example.proof);
});

test("a member is in force from its first moment until, but not at, its last", () => {
  const joris = house.member(member("Joris"), now);
  const answer = (at: Parameters<typeof house.member>[1]) => house.isInForce(joris.member, at);
  assert.deepEqual([plus(joris.from, -1), joris.from, plus(joris.until, -1), joris.until].map(answer), [
    false,
    true,
    true,
    false,
  ]);
  assert.throws(() => house.member(joris.member, joris.until), { code: "not-in-force" });
  assert.throws(() => house.member(memberId("mem_0000000000000000"), now), { code: "unknown-member" });
});

test("a directory is fresh until its end", () => {
  const { until } = house.directory!;
  assert.equal(house.freshDirectory(plus(until, -1)), house.directory);
  assert.throws(() => house.freshDirectory(until), { code: "stale-directory", details: { until } });
});

test("who only is named can be given nothing", () => {
  const max = house.members.get(member("Max"))!;
  assert.equal(house.partnerName(max.partner), "Vijf");
  assert.equal(house.mayBeGiven(max.partner), false);
  assert.throws(() => house.partner(max.partner), { code: "not-signed-partner", details: { partner: "Vijf" } });
  assert.throws(() => house.member(max.member, now), { code: "not-signed-partner" });
  const unknown = partnerId("par_0000000000000000");
  assert.equal(house.partnerName(unknown), unknown);
  assert.throws(() => house.partner(unknown), { code: "unknown-partner" });
});

test("roles count in force, and a procesregisseur is of the house", () => {
  assert.ok(house.isProcesregisseur(member("Joris"), now));
  assert.ok(!house.isProcesregisseur(member("Tess"), now));
  assert.ok(house.hasRole(member("Ellen"), "manager", now));
  assert.ok(!house.hasRole(member("Ellen"), "manager", moment("2040-01-01T00:00:00Z")));
});

test("letters come as a member last said, else to the portal and in Dutch", async () => {
  const { told } = await tell("history/delivery");
  const { body, by } = { ...told.entries.at(-1)!.statement };
  assert.ok(body.kind === "delivery" && by !== "authority" && by !== "hub");
  assert.deepEqual(told.history.house.delivery(by), body);
  assert.deepEqual(house.delivery(by), { kind: "delivery", way: "portal", language: "nl" });
});

test("nobody can be written to when its membership is over", () => {
  const noor = house.members.get(member("Noor"))!;
  assert.equal(house.mailUntil(noor), noor.until);
});

test("a member had the key of its directory at each leaf", async () => {
  const { told } = await tell("history/vault-rotated");
  const rotated = [...told.history.house.keysSince].filter(([, keys]) => keys.length > 1);
  assert.equal(rotated.length, 1);
  const [who, [first, second]] = rotated[0]!;
  const at = (leaf: number) => told.history.house.keyAt(who, leaf);
  assert.deepEqual([at(first!.since - 1), at(first!.since)], [undefined, first!.key]);
  assert.deepEqual([at(second!.since - 1), at(second!.since)], [first!.key, second!.key]);
});

test("an exclusion of the directory's own second goes on", async () => {
  const [partner] = [...house.partners.keys()].slice(-2);
  const { hub } = house;
  const signed = (by: number, body: Body) =>
    new Statement({ hub, journal: NOTHING_SEEN, body, by: "authority", signedAt: plus(now, by) });
  const told = (statement: Statement, leaf: number) => ({
    ...{ id: statement.id(), statement, text: statement.toBytes(), signature: new Uint8Array() },
    ...{ leaf, at: statement.signedAt, certs: new Map() },
  });
  const next = { ...house.directory!, number: house.directory!.number + 1 };
  const isExcluded = async (exclusion: number, directory: number) => {
    const copy = history.clone();
    await copy.replay(told(signed(exclusion, { kind: "exclusion", partner: partner! }), 1000));
    assert.ok(copy.house.excluded.has(partner!));
    await copy.replay(told(signed(directory, next), 1001));
    return copy.house.excluded.has(partner!);
  };
  assert.deepEqual([await isExcluded(10, 9), await isExcluded(10, 10), await isExcluded(10, 11)], [true, true, false]);
});

test("a key waits that came after the one in force, and is not revoked", () => {
  const copy = house.clone();
  const max = copy.members.get(member("Max"))!;
  const listed = copy.keys.get(max.key)!;
  const waiting = digestOf(utf8("the next key"));
  const cert = copy.keys.get(copy.members.get(member("Daan"))!.key)!.cert;
  const bundle: Body = { kind: "bundle", number: 1, digest: waiting, fetch: [waiting] };
  // Max is of a partner that is only named, so nothing but a bundle counts by the key that waits.
  const by = (body: Body) => {
    const { certs, against } = signedBy(copy, max.member, body, now);
    return [certs.map(({ fingerprint }) => fingerprint), against?.code];
  };
  const [old, next] = [listed.cert.fingerprint, cert.fingerprint];
  assert.deepEqual(by(bundle), [[old, old], "not-signed-partner"]);
  copy.keys.set(waiting, { ...listed, cert, order: listed.order + 1 });
  assert.deepEqual(by(bundle), [[next], undefined]);
  assert.deepEqual(by({ kind: "exclusion", partner: max.partner }), [[old, next], "not-signed-partner"]);
  copy.revoked.set(waiting, waiting);
  assert.deepEqual(by(bundle), [[old, next], "not-signed-partner"]);
  copy.revoked.delete(waiting);
  copy.keys.set(waiting, { ...listed, cert, order: listed.order - 1 });
  assert.deepEqual(by(bundle), [[old, old], "not-signed-partner"]);
});

test("who is in no directory yet hears that it is not vouched for", () => {
  const copy = house.clone();
  const max = copy.members.get(member("Max"))!;
  copy.members = new Map([...copy.members].filter(([id]) => id !== max.member));
  const against = (body: Body) => signedBy(copy, max.member, body, now).against?.code;
  assert.equal(against({ kind: "exclusion", partner: max.partner }), "not-vouched");
  assert.equal(against({ kind: "login", nonce: nonce("0".repeat(64)) }), undefined);
  copy.keys.clear();
  assert.equal(against({ kind: "login", nonce: nonce("0".repeat(64)) }), "unknown-member");
  assert.deepEqual(signedBy(copy, max.member, { kind: "exclusion", partner: max.partner }, now).certs, []);
});

test("who left is called by name and partner, and said to have left", () => {
  const copy = house.clone();
  const femke = copy.members.get(member("Femke"))!;
  const before = nameOf(copy, femke.member);
  assert.equal(gone(copy, femke.member, undefined), undefined);
  copy.members = new Map([...copy.members].filter(([id]) => id !== femke.member));
  copy.partners = new Map([...copy.partners].filter(([id]) => id !== femke.partner));
  assert.equal(nameOf(copy, femke.member), before);
  assert.ok(!before.includes(femke.partner), before);
  assert.match(gone(copy, femke.member, undefined)!.nl, /staat niet meer in de adreslijst/);
  assert.match(gone(copy, femke.member, "lost")!.nl, /staat niet meer in de adreslijst/);
  assert.match(gone(copy, femke.member, "left")!.nl, /werkt hier niet meer/);
  const nobody = memberId("mem_0000000000000000");
  assert.deepEqual([nameOf(copy, nobody), gone(copy, nobody, undefined)], [nobody, undefined]);
});
