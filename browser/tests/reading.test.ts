// What Stuk says beside the content: the rules that are enforced, and who read it.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { wordsOf } from "../src/app/language.ts";
import { givenOf, readersOf, type Given } from "../src/desk/readers.ts";
import { endOf, type RulesSeen } from "../src/desk/rules.ts";
import { caseNumber, day, digest, type Digest, type MemberId, moment, type Moment } from "../src/protocol/id.ts";
import { type Item, releasedItems, type Release } from "../src/protocol/statement.ts";
import { ruleRows } from "../src/screens/item/rules.ts";
import { people, tell, toldWell, unsigned, type Told } from "./scenes.ts";

const NUMBER = caseNumber("ZVH-2026-0001");
const released = await toldWell("history/released");
const who = people(released.history);
const [noor, daan] = [who("Noor"), who("Daan")];
/** Of the police, approved for Noor and Daan; and the agenda of the house, released to Noor only. */
const REPORT = digest("sha256:a02b6f03ccc2f04f75dda82139093a0a0dc752342dc3ba06cb9520a78f19e60f");
const AGENDA = digest("sha256:1b24ee41be05fd37a64dd00823e59af698b7270a412b1a23646f7de7e20dd19a");

describe("what was signed for each reader", () => {
  const given = ({ history, entries }: Told, item: Digest): [MemberId, Given][] => [
    ...givenOf(history.case(NUMBER), item, entries),
  ];
  const at = (time: string): Moment => moment(`2026-11-02T${time}:00Z`);

  test("is the approval, and the release that the reader has now", () => {
    assert.deepEqual(given(released, REPORT), [
      [noor, { approved: at("09:14"), released: at("09:17") }],
      [daan, { approved: at("09:15"), released: at("09:18") }],
    ]);
    assert.deepEqual(given(released, AGENDA), [[noor, { released: at("09:17") }]], "the house approves nothing");
  });

  test("is gone where the supplier took it back, for that reader and item only", async () => {
    const { told } = await tell("opening/withdrawn");
    assert.deepEqual(given(told, REPORT), [
      [noor, { withdrawn: at("09:19") }],
      [daan, { approved: at("09:15"), released: at("09:18") }],
    ]);
    assert.deepEqual(given(told, AGENDA), [[noor, { released: at("09:17") }]]);
    const { told: ofHouse } = await tell("opening/withdrawn-own");
    assert.deepEqual(given(ofHouse, AGENDA), [[noor, { withdrawn: at("09:19") }]]);
  });

  test("is what holds now: given again after it was taken back, or left out of a newer pack", async () => {
    const { told } = await tell("opening/withdrawn");
    const first = told.entries.find(({ statement: { body } }) => body.kind === "approval" && body.reader === noor)!;
    const again = unsigned(told, first.statement.by, first.statement.body);
    const anew = givenOf(told.history.case(NUMBER), REPORT, [...told.entries, again]);
    assert.deepEqual(anew.get(noor), { approved: again.at });

    const of = released.history.clone().case(NUMBER);
    const [id, release] = [...of.releases].find(([, { reader }]) => reader === noor)!;
    const roster = of.rosters.get(release.roster)!;
    const newer = digest(`sha256:${"0".repeat(64)}`);
    of.released.set(roster.meeting, new Map([...of.released.get(roster.meeting)!, [noor, newer]]));
    assert.ok(releasedItems(release).includes(REPORT) && of.releases.has(id));
    assert.deepEqual(givenOf(of, REPORT, released.entries).get(noor), { approved: at("09:14") });
  });

  test("ends by whatever ends first: the release, the approval, or the item's own rules", () => {
    type Ends = { until?: string; retention?: string; byRelease?: string };
    const ends = ({ until, retention, byRelease }: Ends): Moment => {
      const of = released.history.clone().case(NUMBER);
      const [id, release] = [...of.releases].find(([, { reader }]) => reader === daan)!;
      const state = of.items.get(REPORT)!;
      const rules = { ...(until && { until: moment(until) }), ...(retention && { retention: day(retention) }) };
      of.items.set(REPORT, { ...state, item: { ...state.item, ...rules } as Item });
      if (byRelease) of.releases.set(id, { ...release, until: moment(byRelease) } as Release);
      return endOf(of, id, REPORT);
    };
    assert.equal(ends({}), "2026-11-16T09:11:00Z");
    assert.equal(ends({ until: "2026-11-10T08:00:00Z" }), "2026-11-10T08:00:00Z");
    assert.equal(ends({ retention: "2026-11-05" }), "2026-11-06T00:00:00Z");
    assert.equal(ends({ byRelease: "2026-11-04T08:00:00Z" }), "2026-11-04T08:00:00Z");
    assert.equal(ends({ byRelease: "2027-01-01T08:00:00Z" }), "2026-11-16T09:11:00Z", "as it was approved");
  });
});

test("readers are told one by one: who opened it first comes first, then who was only given it", () => {
  const at = (day: number): Moment => moment(`2026-11-0${day}T08:00:00Z`);
  const [first, later, tried] = [at(3), at(4), at(5)];
  const approved = moment("2026-11-02T09:15:00Z");
  const [femke, bram] = [who("Femke"), who("Bram")];
  const record = (name: "opened" | "refused", member: MemberId, at: Moment) => ({
    at,
    record: { name, member, about: REPORT },
  });
  const given = new Map([bram, noor, daan].map((member): [MemberId, Given] => [member, { approved }]));
  const records = [
    record("opened", noor, first),
    record("opened", daan, later),
    record("refused", femke, tried),
    record("opened", noor, later),
  ];
  const names = new Map([[noor, "Noor"], [daan, "Daan"], [femke, "Femke"], [bram, "Bram"]]);
  const readers = readersOf(given, records, (member) => names.get(member) ?? "");
  assert.deepEqual(readers, [
    { member: noor, name: "Noor", given: { approved }, opened: [first, later], refused: [] },
    { member: daan, name: "Daan", given: { approved }, opened: [later], refused: [] },
    { member: bram, name: "Bram", given: { approved }, opened: [], refused: [] },
    { member: femke, name: "Femke", given: {}, opened: [], refused: [tried] },
  ]);
  assert.deepEqual(readersOf(new Map(), [], String), []);
});

describe("the rules of an item", () => {
  const { item } = released.history.case(NUMBER).items.get(REPORT)!;
  const rules = (of: Partial<Item>, more: Partial<RulesSeen> = {}): RulesSeen => ({
    item: { ...item, phase: ["rto"], ...of },
    supplier: "Politie",
    isOfHouse: false,
    mine: undefined,
    mayKnowReaders: false,
    ...more,
  });
  const nl = (...args: Parameters<typeof rules>): Record<string, string> =>
    Object.fromEntries(ruleRows(wordsOf("nl"), "nl", rules(...args)));

  test("are told in words, and only those that are set", () => {
    assert.deepEqual(nl({}), {
      "Andere partners": "Alleen per persoon: na akkoord van de verstrekker, en als de procesregisseur het vrijgeeft",
      "Te lezen in de fase": "Overleg (RTO)",
      "De procesregisseur ziet": "Het hele stuk",
      "Zonder akkoord": "Dan zien lezers dat er een stuk ontbreekt",
      "Bewaard tot en met": "1 november 2027. Daarna kan niemand het meer openen.",
    });
    const en = ruleRows(wordsOf("en"), "en", rules({ director: "label", withheld: "silent" }));
    assert.deepEqual(en.slice(2), [
      ["The procesregisseur sees", "Only what it is called"],
      ["Without approval", "Then readers don't notice that there is an item"],
      ["Kept through", "1 November 2027. After that nobody can open it."],
    ]);
  });

  test("have moments by the clock of the house, and phases in the order of the path", () => {
    const from = moment("2026-11-30T23:00:00Z");
    const until = moment("2026-12-18T23:00:00Z");
    const said = nl({ from, until, phase: ["plan", "rto", "triage"] });
    assert.equal(said["Te lezen vanaf"], "dinsdag 1 december 2026 om 00:00");
    assert.equal(said["Te lezen tot"], "zaterdag 19 december 2026 om 00:00");
    assert.equal(said["Te lezen in de fase"], "Triage of Overleg (RTO) of Plan van aanpak");
    assert.equal(nl({ phase: [] })["Te lezen in de fase"], "Geen enkele");
    assert.equal(nl({}, { mine: until })["U kunt het openen tot"], "zaterdag 19 december 2026 om 00:00");
  });

  test("say nothing of when it is read, where it is spoken of at the table only", () => {
    assert.deepEqual(nl({ approval: "never", from: moment("2026-11-30T23:00:00Z") }), {
      "Andere partners": "Niemand: het wordt alleen aan tafel besproken",
      "De procesregisseur ziet": "Het hele stuk",
      "Bewaard tot en met": "1 november 2027. Daarna kan niemand het meer openen.",
    });
  });

  test("of the house need no approval, and its agenda goes with a question", () => {
    const said = nl({ itemKind: "agenda", director: "label" }, { isOfHouse: true });
    assert.equal(said["Andere partners"], "Alleen per persoon, als de procesregisseur het vrijgeeft");
    assert.equal(said["Wie om akkoord wordt gevraagd"], "Kan dit stuk bij die vraag te lezen krijgen");
    assert.equal("Zonder akkoord" in said || "De procesregisseur ziet" in said, false);
  });
});
