import assert from "node:assert/strict";
import { test } from "node:test";

import { utf8 } from "../src/protocol/bytes.ts";
import { History } from "../src/protocol/history.ts";
import { digestFrom, digestOf, memberId, moment, NotA, vaultId, type Moment } from "../src/protocol/id.ts";
import { refused } from "../src/protocol/refusal.ts";
import { partOf, statementAndPart, type PartName, type PartOf, type Vault } from "../src/protocol/statement.ts";
import { Given } from "../src/protocol/vault/given.ts";
import { MAX_SET, RekeyedSet, requireMayHold, VaultState } from "../src/protocol/vault.ts";
import type { Owner } from "../src/protocol/words/composed.ts";
import type { Role } from "../src/protocol/words.ts";
import { judged, people, tell, toldWell, unsigned, type Told } from "./scenes.ts";

const named = (name: string) => digestOf(utf8(name));
const setOf = (parts: readonly PartOf[]) => new RekeyedSet(new Map(parts.map((part) => [part, named("new header")])));

const released = await toldWell("history/released");
const member = people(released.history);
const theCase = [...released.history.cases.values()][0]!;

test("a re-keyed set has one text", () => {
  const [a, b] = [named("a"), named("b")];
  const set = new RekeyedSet(
    new Map([
      [partOf(b, "grants"), a],
      [partOf(a, "label"), b],
      [partOf(a, "body"), b],
    ]),
  );
  const text = set.toText();
  assert.equal(RekeyedSet.parse(text).toText(), text);
  assert.equal(RekeyedSet.parse(text).entries.size, 3);
  assert.ok(RekeyedSet.parse("").isEmpty);
  const lines = text.split(/(?<=\n)/);
  for (const bad of [
    lines.reverse().join(""),
    text.trimEnd(),
    text.replaceAll("\n", "\r\n"),
    `${text}\n`,
    text + text,
    text.replace("grants", "grounds "),
    text.replace(" label ", " title "),
    text.replaceAll("sha256:", ""),
    "\n",
  ]) {
    assert.throws(() => RekeyedSet.parse(bad), NotA, bad);
  }
});

test("a re-keyed set is not endless", () => {
  const numbered = (number: number): PartOf => {
    const bytes = new Uint8Array(32);
    new DataView(bytes.buffer).setUint32(0, number);
    return partOf(digestFrom(bytes), "body");
  };
  const set = (many: number) => setOf(Array.from({ length: many }, (_, number) => numbered(number))).toText();
  assert.equal(RekeyedSet.parse(set(MAX_SET)).entries.size, MAX_SET);
  assert.throws(() => RekeyedSet.parse(set(MAX_SET + 1)), NotA);
});

/** The next generation of a case's vault. */
function nextGeneration(told: Told): Vault {
  const last = told.entries.filter(({ statement: { body } }) => body.kind === "vault").at(-1)!;
  const vault = last.statement.body as Vault;
  const recipient = "age1zwlyl6h27gzv0lfntr7fcqrjrzqazap8sy5zylkxwneh7llf0dksu37mwt" as Vault["recipient"];
  return { ...vault, generation: vault.generation + 1, predecessor: last.id, recipient, set: named("set") };
}

test("a new generation carries over all and nothing else", async () => {
  const vault = unsigned(released, member("Joris"), nextGeneration(released));
  const [report, file] = [partOf(named("report"), "body"), partOf(named("file"), "label")];
  const carries = (set: PartOf[], open: PartOf[]) =>
    judged(released.history, vault, "whole", { set: setOf(set), open: new Set(open) });
  assert.equal(await carries([report, file], [file, report]), "good");
  assert.equal(await carries([report], [report, file]), "incomplete-set");
  assert.equal(await carries([report, file], [report]), "incomplete-set");
  assert.equal(await carries([report], [file]), "incomplete-set");
  // Who can't know what must be carried over does not judge it.
  assert.equal(await judged(released.history, vault, "shown"), "good");
});

test("a case has one vault, and its generations follow each other", async () => {
  const next = nextGeneration(released);
  const answer = (change: Partial<Vault>) =>
    judged(released.history, unsigned(released, member("Joris"), { ...next, ...change }), "shown");
  assert.equal(await answer({}), "good");
  const suspended = released.history.clone();
  suspended.house.suspended.set(member("Joris"), moment("2030-01-01T00:00:00Z"));
  assert.equal(await judged(suspended, unsigned(released, member("Joris"), next), "shown"), "suspended");
  assert.equal(await answer({ vault: vaultId("vlt_0123456789abcdef") }), "vault-twice");
  assert.equal(await answer({ vault: released.history.house.ownVault()!.vault }), "vault-twice");
  assert.equal(await answer({ generation: next.generation - 1 }), "vault-twice");
  assert.equal(await answer({ generation: next.generation + 1 }), "old-generation");
  assert.equal(await answer({ predecessor: undefined }), "old-generation");
  assert.equal(await answer({ recipient: theCase.vault!.recipient }), "vault-twice");
  assert.equal(await answer({ recipient: released.history.house.ownVault()!.recipient }), "vault-twice");
  assert.equal(await answer({ holder: [member("Joris"), member("Tess")] }), "holder-not-allowed");
  assert.equal(await answer({ holder: [member("Joris"), member("Ellen")] }), "holder-not-allowed");
});

test("the first generation of a partner's vault is its own members'", async () => {
  const told = await toldWell("history/house");
  const history = told.history.clone();
  const { house } = history;
  const max = house.members.get(member("Max"))!;
  const vijf = house.partners.get(max.partner)!;
  house.partners = new Map([...house.partners, [vijf.partner, { ...vijf, standing: "signed" }]]);
  const police = house.vaultOf(house.partnerOf(member("Femke"))!)!;
  const first: Vault = {
    ...nextGeneration(told),
    vault: vaultId("vlt_0123456789abcdef"),
    ...{ generation: 1, owner: vijf.partner, predecessor: undefined, holder: [max.member], set: undefined },
  };
  const answer = (change: Partial<Vault> = {}, by = max.member) =>
    judged(history, unsigned(told, by, { ...first, ...change }));
  assert.equal(await answer(), "good");
  assert.equal(await answer({}, member("Femke")), "not-holder");
  assert.equal(await answer({ generation: 2 }), "old-generation");
  assert.equal(await answer({ vault: police.vault }), "old-generation");
  assert.equal(await answer({ predecessor: police.id }), "old-generation");
  assert.equal(await judged(history, unsigned(told, "authority", first)), "wrong-signer");
  // Who may not hold it itself makes none for others.
  const colleague = { ...max, member: memberId("mem_0123456789abcdef") };
  const support: typeof max = { ...max, role: ["support"] };
  house.members = new Map([...house.members, [max.member, support], [colleague.member, colleague]]);
  assert.equal(await answer({ holder: [colleague.member] }), "holder-not-allowed");
  assert.equal(await answer({ holder: [colleague.member] }, colleague.member), "good");
});

test("who has another key by now holds a vault no more, and it takes nothing new", () => {
  const house = released.history.house.clone();
  const vault = theCase.vault!;
  const joris = house.members.get(member("Joris"))!;
  assert.ok(vault.isHeldBy(house, joris.member) && vault.isReadBy(house, joris.member, joris.from));
  assert.equal(
    refused(() => vault.requireSound(house)),
    undefined,
  );
  assert.ok(!vault.isHeldBy(house, member("Ellen")));
  house.members = new Map([...house.members, [joris.member, { ...joris, key: named("another key") }]]);
  assert.ok(!vault.isHeldBy(house, joris.member) && !vault.isReadBy(house, joris.member, joris.from));
  assert.equal(refused(() => vault.requireSound(house))?.code, "vault-unsound");
  // Nor does it while the key is revoked, though it is still listed.
  const other = released.history.house.clone();
  other.revoked.set(joris.key, named("revocation"));
  assert.equal(refused(() => vault.requireSound(other))?.code, "vault-unsound");
});

test("a partner's vault is for its members, but for those whose only role is support", () => {
  const now = released.entries.at(-1)!.at;
  const house = released.history.house.clone();
  const femke = house.members.get(member("Femke"))!;
  const mayHold = (role: readonly Role[], owner: Owner = femke.partner) => {
    house.members = new Map([...house.members, [femke.member, { ...femke, role }]]);
    return refused(() => requireMayHold(house, owner, femke.member, now))?.code ?? "good";
  };
  assert.deepEqual(
    [mayHold([]), mayHold(["support"]), mayHold(["manager", "support"]), mayHold(["procesregisseur"])],
    ["good", "holder-not-allowed", "good", "good"],
  );
  // A case's is for procesregisseurs of the house, whatever others call theirs.
  assert.equal(mayHold(["procesregisseur"], theCase.number), "holder-not-allowed");
  assert.equal(mayHold([], house.housePartner()!), "holder-not-allowed");
});

test("the authority, where no holder is left, carries nothing over", async () => {
  const before = await toldWell("history/house");
  const { told } = await tell("history/vault-authority");
  const history = before.history.clone();
  const own = told.entries.slice(before.entries.length);
  for (const entry of own.slice(0, -1)) await history.replay(entry);
  const vault = own.at(-1)!;
  assert.ok(vault.statement.body.kind === "vault" && vault.statement.by === "authority");
  const report = partOf(named("report"), "body");
  const carries = (set: PartOf[]) => judged(history, vault, "whole", { set: setOf(set), open: new Set([report]) });
  assert.equal(await carries([]), "good");
  assert.equal(await carries([report]), "incomplete-set");
});

/** What a vault was given keys to, by all that was told. */
function givenIn({ entries }: Told): Given {
  const given = new Given();
  for (const { id, statement } of entries) given.add(id, statement);
  return given;
}

test("a vault is due what was sealed to it, and what it took over", () => {
  const { history, entries } = released;
  const now = entries.at(-1)!.at;
  const due = givenIn(released).due(history, theCase.vault!, member("Joris"), now);
  const partsOfKind = (kind: string): PartName[] => {
    const ids = new Set(entries.filter(({ statement }) => statement.body.kind === kind).map(({ id }) => id));
    const parts = [...due].map(statementAndPart).filter(({ statement }) => ids.has(statement));
    return [...new Set(parts.map(({ part }) => part))].sort();
  };
  assert.deepEqual(partsOfKind("item"), ["body", "label"]);
  assert.deepEqual(partsOfKind("approval"), ["grants"]);
  assert.deepEqual(partsOfKind("roster"), ["grounds"]);
  assert.deepEqual(partsOfKind("phase"), ["outcome"]);
  assert.deepEqual(partsOfKind("consultation"), ["outcome"]);
  // What was referred before the case had a vault came along from the house's.
  const referrals = [...theCase.items].filter(([, { item }]) => item.itemKind === "referral");
  assert.equal(referrals.length, 2);
  for (const [id] of referrals) assert.ok(due.has(partOf(id, "body")));
});

/** What the vault of the one case is due, for Joris. */
function dueIn(told: Told, now: Moment): Set<PartOf> {
  const [of] = told.history.cases.values();
  return givenIn(told).due(told.history, of!.vault!, member("Joris"), now);
}

test("what was taken out or withdrawn is not due, nor what is over its last day", async () => {
  const now = released.entries.at(-1)!.at;
  const { told } = await tell("history/retraction");
  const out = [...told.history.cases.values()].flatMap((of) => [...of.items].filter(([, { retracted }]) => retracted));
  assert.equal(out.length, 1);
  const whole = { ...told, history: (await toldWell("history/case")).history.clone() };
  await whole.history.replay(told.entries.at(-2)!);
  const parts = (["label", "body"] as const).map((part) => partOf(out[0]![0], part));
  for (const part of parts) assert.deepEqual([dueIn(whole, now).has(part), dueIn(told, now).has(part)], [true, false]);

  const withdrawn = (await tell("opening/withdrawn")).told;
  const [of] = withdrawn.history.cases.values();
  const [approval] = [...of!.approvals].find(([, state]) => state.withdrawn)!;
  assert.ok(dueIn(released, now).has(partOf(approval, "grants")));
  assert.ok(!dueIn(withdrawn, now).has(partOf(approval, "grants")));

  // Other parts have no last day.
  const later = [...dueIn({ ...released, history: extended(released) }, moment("2027-11-02T00:00:00Z"))];
  const ofItems = later.filter((part) => ["label", "body"].includes(statementAndPart(part).part));
  assert.deepEqual([ofItems.length, later.length > 0], [0, true]);
});

/** The same history with memberships that last. */
function extended({ history }: Told): History {
  const house = history.house.clone();
  const until = moment("2030-01-01T00:00:00Z");
  house.members = new Map([...house.members].map(([id, membership]) => [id, { ...membership, until }]));
  const copy = History.of(house);
  for (const [number, of] of history.cases) copy.cases.set(number, of.clone());
  return copy;
}

test("what the house's vault was given in a case is due while its holder is told of the case", () => {
  const { history, entries } = released;
  const now = entries.at(-1)!.at;
  const ofHouse = history.house.ownVault()!;
  const parts = givenIn(released).due(history, ofHouse, member("Joris"), now);
  // The two referrals, before the case had a vault of its own.
  assert.equal(parts.size, 4);
  // Nothing is due of a case that one does not know, nor to who does not read by the house's vault.
  assert.equal(givenIn(released).due(History.of(history.house), theCase.vault!, member("Joris"), now).size, 0);
  const before = history.clone();
  before.house.vaults.delete(ofHouse.vault);
  const [referral] = [...theCase.items].find(([, { item }]) => item.itemKind === "referral")!;
  assert.ok(!givenIn(released).due(before, theCase.vault!, member("Joris"), now).has(partOf(referral, "body")));
  const without = history.clone();
  const own = [...without.cases.values()][0]!;
  own.vault = new VaultState(own.vault!.id, nextGeneration(released), new Map(), [], []);
  assert.equal(givenIn(released).due(without, ofHouse, member("Joris"), now).size, 0);
});
