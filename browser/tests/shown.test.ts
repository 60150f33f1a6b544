import assert from "node:assert/strict";
import { test } from "node:test";

import { utf8 } from "../src/protocol/bytes.ts";
import { House } from "../src/protocol/directory.ts";
import { History } from "../src/protocol/history.ts";
import { digestOf, memberId, plus, type Digest, type MemberId } from "../src/protocol/id.ts";
import { caseOf, type Body, type Letter, type Roster } from "../src/protocol/statement.ts";
import {
  answerOf,
  answerTo,
  isShown,
  judged,
  people,
  sceneOf,
  scenesOf,
  tell,
  toldWell,
  unsigned,
  type Told,
} from "./scenes.ts";

const beginning = await toldWell("history/house");
const released = await toldWell("history/released");
const member = people(released.history);

/** The history of the scene that all others come after, as it is shown to everyone. */
async function shownBeginning(): Promise<History> {
  const { hub, authority } = beginning.history.house;
  const shown = History.of(new House(hub, authority));
  for (const entry of beginning.entries) {
    if (entry.statement.body.kind === "slip") continue;
    assert.equal(await judged(shown, entry, "shown"), "good", `leaf ${entry.leaf}`);
    await shown.replay(entry);
  }
  return shown;
}

const house = await shownBeginning();

/** What a member makes of the statements that it is shown, each of which it must be able to judge. */
async function asShownTo(told: Told, who: MemberId, what = ""): Promise<History> {
  const history = house.clone();
  const later = told.entries.slice(beginning.entries.length);
  for (const entry of later.filter(({ id }) => isShown(told, who, id))) {
    const about = `${what}: ${who} can't judge ${entry.statement.body.kind} at ${entry.leaf}`;
    assert.equal(await judged(history, entry, "shown"), "good", about);
    await history.replay(entry);
  }
  return history;
}

test("whoever is shown a part of the journal can judge each statement of it", async () => {
  for (const name of [...scenesOf("history"), ...scenesOf("opening")]) {
    const { expect, question } = sceneOf(name);
    if (expect !== "good" && question === undefined) continue;
    const { told } = await tell(name);
    for (const who of told.history.house.members.keys()) await asShownTo(told, who, name);
  }
});

test("a reader judges signatures too", async () => {
  const history = History.of(new House(released.history.house.hub, released.history.house.authority));
  const entries = released.entries.filter(({ id }) => isShown(released, member("Noor"), id));
  for (const entry of entries.slice(0, -1)) await history.record(entry, "shown");
  const last = entries.at(-1)!;
  const altered = { ...last, signature: entries.at(-2)!.signature };
  assert.equal(await answerOf(() => history.record(altered, "shown")), "bad-signature");
  assert.equal(await answerOf(() => history.record(last, "shown")), "good");
  assert.equal(await answerOf(() => history.record(last, "shown")), "recorded-twice");
});

/** Where a reader is not shown what closes its pack: that there is no such thing is the hub's word. */
const TOLD_OTHERWISE: Readonly<Record<string, string>> = {
  "opening/not-in-release": "unknown-item",
  "opening/off-the-roster": "good",
  "opening/retracted": "good",
  "opening/withdrawn": "good",
  "opening/withdrawn-own": "good",
};

test("a reader opens by what it is shown as the hub lets it", async () => {
  for (const name of scenesOf("opening")) {
    const { question, expect } = sceneOf(name);
    const { told } = await tell(name);
    const shown = await asShownTo(told, memberId(question!.reader), name);
    assert.equal(answerTo(shown, question!), TOLD_OTHERWISE[name] ?? expect, name);
  }
});

test("nobody is shown what is not for them", () => {
  const all = ["Joris", "Mila", "Tess", "Ellen", "Sanne", "Femke", "Pieter", "Yusra", "Bram", "Noor", "Daan", "Max"];
  const shownTo = (id: Digest) => all.filter((name) => isShown(released, member(name), id));
  // What the supplier did not approve, its own people and the procesregisseurs see.
  const file = find(released, (body) => body.kind === "item" && body.supplier === partnerOf(member("Yusra")));
  assert.deepEqual(shownTo(file), ["Joris", "Mila", "Yusra"]);
  // An approval goes to its reader only within a release, and that to its reader and the procesregisseurs.
  const toNoor = find(released, (body) => body.kind === "release" && body.reader === member("Noor"));
  assert.deepEqual(shownTo(toNoor), ["Joris", "Mila", "Noor"]);
  const forNoor = find(released, (body) => body.kind === "approval" && body.reader === member("Noor"));
  assert.deepEqual(shownTo(forNoor), ["Joris", "Mila", "Femke", "Pieter", "Noor"]);
  // In triage partners don't learn of each other.
  const rosters = released.entries.filter(
    ({ statement: { body } }) => body.kind === "roster" && body.phase === "triage",
  );
  assert.equal(rosters.length, 3);
  for (const { id } of rosters) {
    const outside = shownTo(id).filter((name) => name !== "Joris" && name !== "Mila");
    assert.equal(new Set(outside.map((name) => partnerOf(member(name)))).size, 1);
  }
  // Who has nothing to do with the case sees nothing of it.
  const ofCase = released.entries.filter(({ statement: { body } }) => caseOf(body) !== undefined);
  for (const { id } of ofCase) assert.ok(!shownTo(id).includes("Tess") && !shownTo(id).includes("Max"));
});

const partnerOf = (who: MemberId) => released.history.house.partnerOf(who);

/** The first statement of which this holds. */
function find(told: Told, holds: (body: Body) => boolean): Digest {
  const found = told.entries.find(({ statement }) => holds(statement.body));
  assert.ok(found !== undefined);
  return found.id;
}

// Who sees a letter alone can't count; but no calendar holds a higher number, whoever looks.
test("a number that no calendar holds is refused by whoever is shown it", async () => {
  const { told } = await tell("history/letter-invitation");
  const { statement } = told.entries.at(-1)!;
  const letter = statement.body as Letter;
  const invited = async (sequence: number | undefined) =>
    judged(await asShownTo(told, letter.to), unsigned(told, statement.by, { ...letter, sequence }), "shown");
  assert.equal(await invited(2 ** 31 - 1), "good");
  assert.equal(await invited(2 ** 31), "sequence-too-high");
});

// Who sees only some rosters of a meeting can't tell whether one is missing, but sees when two don't follow.
test("whoever is shown some rosters sees that they follow", async () => {
  const first = released.entries.filter(({ statement }) => statement.body.kind === "roster").at(-1)!;
  const noor = await asShownTo(released, member("Noor"));
  const next = { ...(first.statement.body as Roster), from: first.at, until: plus(first.at, 24 * 3600) };
  const shown = (change: Partial<Roster>) =>
    judged(noor, unsigned(released, first.statement.by, { ...next, ...change }), "shown");
  const unseen = digestOf(utf8("a roster that she is not on"));
  assert.equal(await shown({ number: 2, previous: first.id }), "good");
  assert.equal(await shown({ number: 3, previous: unseen }), "good");
  assert.equal(await shown({ number: 1, previous: undefined }), "other-roster");
  assert.equal(await shown({ number: 3, previous: undefined }), "other-roster");
  assert.equal(await shown({ number: 2, previous: unseen }), "other-roster");
  assert.equal(await shown({ number: 3, previous: first.id }), "other-roster");
});
