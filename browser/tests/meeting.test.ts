import assert from "node:assert/strict";
import { test } from "node:test";

import { utf8 } from "../src/protocol/bytes.ts";
import type { CaseState } from "../src/protocol/case.ts";
import type { History } from "../src/protocol/history.ts";
import { digestOf, plus, type Digest } from "../src/protocol/id.ts";
import { keptBy } from "../src/protocol/letter.ts";
import { noLongerGiven } from "../src/protocol/meeting/opening.ts";
import { applyRoster } from "../src/protocol/meeting.ts";
import {
  releasedItems,
  type Approval,
  type Ask,
  type Body,
  type Item,
  type Letter,
  type NoApproval,
  type Release,
  type Roster,
} from "../src/protocol/statement.ts";
import { judged, people, tell, toldWell, unsigned, type Answer, type Told } from "./scenes.ts";

const asked = await toldWell("history/asked");
const released = await toldWell("history/released");
const refusal = (await tell("history/refusal")).told;
const member = people(released.history);
const [joris, noor, daan] = [member("Joris"), member("Noor"), member("Daan")];

/** The last statement of a kind. */
function last<B extends Body>(told: Told, kind: B["kind"]): { readonly id: Digest; readonly body: B } {
  const { id, statement } = told.entries.filter(({ statement: { body } }) => body.kind === kind).at(-1)!;
  return { id, body: statement.body as B };
}

const caseOf = (history: History): CaseState => [...history.cases.values()][0]!;

/** The history of a scene, with something changed. */
function changed(told: Told, change: (theCase: CaseState, history: History) => void): History {
  const history = told.history.clone();
  change(caseOf(history), history);
  return history;
}

function alter(id: Digest, rules: Partial<Item>): (theCase: CaseState) => void {
  return ({ items }) => {
    const state = items.get(id)!;
    items.set(id, { ...state, item: { ...state.item, ...rules } });
  };
}

test("what the house releases of its own keeps to its rules", async () => {
  const release = [...caseOf(released.history).releases.values()].find(({ own }) => own.length > 0)!;
  const [agenda] = release.own;
  const again = (history: History) => judged(history, unsigned(released, joris, release));
  assert.equal(await again(released.history), "good");
  const rules: [Partial<Item>, Answer][] = [
    [{ phase: ["plan"] }, "outside-phase"],
    [{ approval: "never" }, "never-approved"],
    [{ until: plus(release.until, -1) }, "outside-window"],
  ];
  for (const [rule, expect] of rules) assert.equal(await again(changed(released, alter(agenda!.item, rule))), expect);
});

test("a supplier is given the whole agenda, sealed to its vault, or none", async () => {
  const { body } = last<Ask>(asked, "ask");
  const answer = (change: Partial<Ask>) => judged(asked.history, unsigned(asked, joris, { ...body, ...change }));
  assert.equal(await answer({}), "good");
  const house = asked.history.house.ownVault()!;
  const elsewhere = { vault: house.vault, generation: house.generation, header: body.agendaBody!.header };
  assert.equal(await answer({ agendaLabel: elsewhere }), "wrong-grants");
  assert.equal(await answer({ agendaBody: elsewhere }), "wrong-grants");
  assert.equal(await answer({ agendaLabel: undefined, agendaBody: undefined }), "wrong-grants");
  const without = changed(asked, ({ rosters }) => {
    rosters.set(body.roster, { ...rosters.get(body.roster)!, agenda: undefined });
  });
  assert.equal(await judged(without, unsigned(asked, joris, body)), "wrong-grants");
  assert.equal(
    await judged(without, unsigned(asked, joris, { ...body, agendaLabel: undefined, agendaBody: undefined })),
    "good",
  );
});

test("a withdrawal takes back from each of its readers what was given", async () => {
  const { body } = last<Approval>(released, "approval");
  const { case: number, item } = body;
  const femke = member("Femke");
  const answer = (...reader: (typeof noor)[]) =>
    judged(released.history, unsigned(released, femke, { kind: "withdrawal", case: number, item, reader }));
  assert.equal(await answer(noor, daan), "good");
  assert.equal(await answer(noor, member("Bram")), "not-approved");
});

test("a refusal is of readers who are on the roster, and the house takes back its own", async () => {
  const theCase = caseOf(released.history);
  const { id: roster } = last<Roster>(released, "roster");
  const release = [...theCase.releases.values()].find(({ own }) => own.length > 0)!;
  const { item } = release.own[0]!;
  const no = last<NoApproval>(refusal, "refusal").body;
  const refuses = (...reader: (typeof noor)[]) =>
    judged(refusal.history, unsigned(refusal, refusal.entries.at(-1)!.statement.by, { ...no, reader }));
  assert.equal(await refuses(noor, daan), "good");
  assert.equal(await refuses(noor, member("Bram")), "not-on-roster");
  // Its own item needs no approval, and need not be the only one in the pack.
  const more = changed(released, ({ releases }) => {
    for (const [id, of] of releases) {
      if (of.own.length > 0) releases.set(id, { ...of, own: [...of.own, { ...of.own[0]!, item: roster }] });
    }
  });
  const takesBack = (reader: typeof noor) =>
    judged(more, unsigned(released, joris, { kind: "withdrawal", case: theCase.number, item, reader: [reader] }));
  assert.equal(await takesBack(noor), "good");
  assert.equal(await takesBack(daan), "not-approved");
});

test("a copy is kept by whom it may be given to", () => {
  const { house } = released.history;
  const theCase = caseOf(released.history);
  const [police, health] = [house.partnerOf(member("Femke"))!, house.partnerOf(member("Yusra"))!];
  const vaults = (of: typeof house, ...partners: (typeof police)[]) =>
    keptBy(of, theCase, partners).map(({ owner }) => owner);
  assert.deepEqual(vaults(house, police, health), [theCase.number, police, health]);
  // The house has a case by the vault of those who run it.
  assert.deepEqual(vaults(house, house.housePartner()!, police), [theCase.number, police]);
  const without = house.clone();
  without.excluded = new Set([police]);
  assert.deepEqual(vaults(without, police, health), [theCase.number, health]);
});

test("whose word no longer counts hears that first", async () => {
  const { told } = await tell("history/letter-message");
  const { body } = last<Letter>(told, "letter");
  const author = told.entries.at(-1)!.statement.member()!;
  const suspended = changed(told, (_, { house }) => {
    house.suspended.set(author, plus(told.entries.at(-1)!.at, 3600));
  });
  assert.equal(await judged(suspended, unsigned(told, author, { ...body, to: noor })), "suspended");
  assert.equal(await judged(told.history, unsigned(told, author, { ...body, to: noor })), "only-to-director");
  assert.equal(await judged(told.history, unsigned(told, author, body)), "good");
});

test("gaps are counted by what was asked, left out and may be seen", async () => {
  const { body } = last<Release>(released, "release");
  const gaps = (history: History, number: number) => {
    const change = { ...body, gaps: number };
    return judged(history, unsigned(released, joris, change));
  };
  assert.equal(await gaps(released.history, body.gaps), "good");
  assert.equal(await gaps(released.history, body.gaps + 1), "wrong-gaps");
  // One more that was asked for, left out, and is no secret.
  const given = new Set(body.approved.map(({ item }) => item));
  const left = [...caseOf(released.history).asks.values()].flatMap((ask) => ask.item).find((id) => !given.has(id))!;
  const seen = changed(released, alter(left, { withheld: "shown" }));
  const silent = changed(released, alter(left, { withheld: "silent" }));
  assert.equal(await gaps(seen, 1), "good");
  assert.equal(await gaps(silent, 0), "good");
  assert.equal(await gaps(silent, 1), "wrong-gaps");
});

test("who is off the roster no longer has what was released", () => {
  const { id: previous, body } = last<Roster>(released, "roster");
  const participant = body.participant.filter(({ member }) => member !== daan);
  const next: Roster = { ...body, number: body.number + 1, previous, participant };
  const off = changed(released, (theCase) => applyRoster(theCase, digestOf(utf8("the next roster")), next));
  const theCase = caseOf(off);
  const [pack, ofDaan] = [...theCase.releases].find(([, { reader }]) => reader === daan)!;
  assert.deepEqual(noLongerGiven(theCase, next), new Map([[daan, new Set(releasedItems(ofDaan))]]));
  assert.deepEqual(noLongerGiven(theCase, body), new Map());
  // What is in a pack of another meeting that stands is not gone.
  theCase.released.set("mtg_0123456789abcdef" as Roster["meeting"], new Map([[daan, pack]]));
  assert.deepEqual(noLongerGiven(theCase, next), new Map());
});
