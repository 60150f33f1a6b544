// What a supplier seals in an approval the hub can't see. Where that is nonsense, Joris is told of which item, of whom and
// for whom, before he signs; all else goes to the table, with a gap where the item would have been.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { Work, type Context } from "../../src/client/context.ts";
import { codeOf, isCode, sentenceOf } from "../../src/client/error.ts";
import { ReaderGrants } from "../../src/client/grant.ts";
import { approve, ask, consult, release } from "../../src/client/verbs/meeting.ts";
import { listPacks } from "../../src/client/verbs/pack.ts";
import { utf8 } from "../../src/protocol/bytes.ts";
import { digestOf, type MemberId } from "../../src/protocol/id.ts";
import { PayloadDigest } from "../../src/protocol/payload.ts";
import { FileKey, sealSmall, SealingKey } from "../../src/protocol/seal.ts";
import { Browser } from "../support/chromium.ts";
import { Demo, HURRIED } from "../support/demo.ts";
import { Hand } from "../support/hand.ts";
import { Liar } from "../support/liar.ts";
import { beforeMeeting, done, type Table } from "../support/meeting.ts";
import { visit } from "../support/person.ts";

/** What Femke's program puts in, where the reader's grants belong. */
const INSIDE = ["no grants", "other grants", "for a stranger", "garbage"] as const;
type Inside = (typeof INSIDE)[number];

const READERS = [
  { who: "noor", name: "Noor Wijngaarden", inside: "no grants" },
  { who: "daan", name: "Daan Smeets", inside: "other grants" },
  { who: "bram", name: "Bram Hoekstra", inside: "for a stranger" },
  { who: "yara", name: "Yara Martina", inside: "garbage" },
] as const satisfies readonly { who: string; name: string; inside: Inside }[];

const SUPPLIER = "Politie, basisteam Midden-Linge";

describe("one supplier's nonsense keeps nothing else from the table", () => {
  let demo: Demo;
  let liar: Liar;
  let joris: Context;
  before(async () => {
    demo = await Demo.begin();
    liar = await Liar.before(demo.url);
    joris = await demo.person("joris");
  });
  after(async () => {
    await liar?.end();
    await demo?.end();
  });

  async function approvesWith({ number, planned, report }: Table, reader: MemberId, inside: Inside): Promise<void> {
    const work = await Work.begin(await demo.person("femke"));
    const of = await work.world.loadCase(number);
    const draft = work.draft();
    const directors = of.directors(work.world.house);
    const stranger = SealingKey.generate();
    const key = FileKey.generate();
    const made = ReaderGrants.wrap({ label: key, body: key }, stranger.recipient);
    const text = inside === "no grants" ? new Uint8Array(336).fill(7) : made.toBytes();
    const to = inside === "for a stranger" ? stranger.recipient : directors.recipient;
    const { part, headers } = sealSmall(text, [to]);
    if (inside === "garbage") part.payload[40]! ^= 1;
    draft.attach(part.payload);
    const isOther = inside === "other grants";
    const { from, until } = of.rosters.get(planned.roster)!;
    draft.push({
      kind: "approval",
      case: number,
      roster: planned.roster,
      item: report,
      reader,
      readerLabel: isOther ? digestOf(utf8("label")) : made.label.digest,
      readerBody: isOther ? digestOf(utf8("body")) : made.body.digest,
      grants: { ...new PayloadDigest().update(part.payload).finish(), commitment: part.name.commitment },
      grantGrants: [draft.grant(headers[0]!, directors)],
      from,
      until,
    });
    await work.send(draft);
  }

  /** All was approved by Sanne, and nothing but nonsense by Femke. */
  async function ready(): Promise<Table> {
    const table = await beforeMeeting(demo, READERS.map(({ who }) => who));
    await done(ask(joris, table.number));
    await done(approve(await demo.person("sanne"), table.number, {}));
    for (const { who, inside } of READERS) await approvesWith(table, (await demo.bundle(who)).member, inside);
    await done(consult(joris, table.number, { form: "phone", outcome: "Sanne: akkoord." }));
    return table;
  }

  /** What the readers have of a case: how many items, and how many gaps. */
  async function packs({ number }: Table): Promise<(readonly [number, number])[]> {
    const all: (readonly [number, number])[] = [];
    for (const { who } of READERS) {
      const lists = (await listPacks(await demo.person(who))).filter((pack) => pack.case === number);
      all.push(...lists.map(({ items, gaps }) => [items.length, gaps] as const));
    }
    return all;
  }
  const ONE_EACH = READERS.map(() => [1, 1] as const);

  test("in the portal's own client", async () => {
    const table = await ready();
    const { number, report } = table;
    // What the hub changed is no supplier's fault.
    const lied = await demo.person("joris", { base: liar.url, waits: HURRIED });
    liar.lie("altered-bit", [["/parts/grants/payload", ""]]);
    await assert.rejects(release(lied, number), (error) => isCode(error, "digest"));
    const { world } = await Work.begin(joris);
    const sannes = [...(await world.loadCase(number)).approvals].filter(([, { approval }]) => approval.item !== report);
    const [one, other] = sannes.map(([id]) => `/v1/statements/${id}/parts/grants/headers`);
    liar.lie("other-header", [[one!, other!]]);
    await assert.rejects(release(lied, number), (error) => isCode(error, "commitment"));
    liar.truth();
    // Whoever wants just this is told why not.
    const refused = await release(joris, number, { items: [report] }).catch((error: unknown) => error);
    assert.equal(codeOf(refused), "wrong-grants");
    for (const { name } of READERS) {
      assert.ok(sentenceOf(refused, "nl").includes(`"Zorgmelding" van ${SUPPLIER} gaat niet mee naar ${name}`));
      assert.ok(sentenceOf(refused, "en").includes(`"Zorgmelding" of ${SUPPLIER} does not go along to ${name}`));
    }
    assert.deepEqual(await packs(table), []);
    const released = await release(joris, number);
    assert.equal(released.warnings.filter(({ nl }) => nl.includes("gaat niet mee naar")).length, READERS.length);
    assert.deepEqual(released.releases.map(({ items, gaps }) => [items, gaps]), [...ONE_EACH, [1, 1]], "Femke's too");
    await released.send();
    const again = await release(joris, number);
    assert.deepEqual([again.releases.length, again.warnings.length], [0, READERS.length]);
    assert.deepEqual(await packs(table), ONE_EACH);
  });

  test("on the command line", async () => {
    const table = await ready();
    const { releases } = await demo.zegel<{ releases: unknown[] }>("joris", "release", table.number);
    assert.equal(releases.length, READERS.length + 1);
    assert.deepEqual(await packs(table), ONE_EACH);
  });

  test("in the browser", async () => {
    const table = await ready();
    const browser = await Browser.open();
    try {
      const page = await browser.tab();
      await visit(page, demo.url, "Joris");
      const hand = new Hand(page);
      await hand.at(`casus/${table.number}/overleg`);
      await hand.press("Alles vrijgeven wat akkoord is");
      const agree = page.locator("#agree");
      await agree.waitFor();
      const said = await agree.innerText();
      for (const { name } of READERS) {
        assert.ok(said.includes(`"Zorgmelding" van ${SUPPLIER} gaat niet mee naar ${name} (`), said);
        assert.match(said, new RegExp(`${name} \\(.*\\): Aanmelding\\n`));
      }
      await hand.press("Ja, vrijgeven");
      assert.deepEqual(await packs(table), ONE_EACH);
      // There is nothing new then: that is said, and why, and nothing is asked to be signed.
      await hand.press("Alles vrijgeven wat akkoord is");
      const again = await hand.refusal();
      assert.match(again, /Er is niets nieuws om vrij te geven/);
      assert.ok(again.includes(`gaat niet mee naar ${READERS[0].name} (`), again);
      assert.equal(await page.locator("#agree").count(), 0);
    } finally {
      await browser.close();
    }
  });
});
