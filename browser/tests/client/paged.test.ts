// A case that is too large for one page. What is recorded while Noor fetches it is no lie of the hub's, though what a
// release builds on was recorded long before, and so stands on a page that she has already. A lie is told twice.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { SYSTEM_CLOCK } from "../../src/client/clock.ts";
import { Work, type Context } from "../../src/client/context.ts";
import { isCode } from "../../src/client/error.ts";
import { Remote } from "../../src/client/remote.ts";
import { approve, ask, consult, release, roster } from "../../src/client/verbs/meeting.ts";
import { plus } from "../../src/protocol/id.ts";
import { Demo, HURRIED, NO_HUB } from "../support/demo.ts";
import { beforeMeeting, done, type Table } from "../support/meeting.ts";

describe("a case of several pages", { skip: NO_HUB }, () => {
  let demo: Demo;
  let table: Table;
  let joris: Context;
  before(async () => {
    demo = await Demo.begin();
    joris = await demo.person("joris");
  });
  after(() => demo.end());

  /** All is ready to be released to Noor. How many statements she sees. */
  async function ready(): Promise<number> {
    table = await beforeMeeting(demo, ["noor"]);
    const { number, planned } = table;
    // What comes after the report, so that this does not stand on the last page.
    for (const hour of [1, 2]) {
      const date = plus(SYSTEM_CLOCK.now(), 3 * 24 * 3600 + hour * 3600);
      await done(roster(joris, number, { meeting: planned.meeting, date }));
    }
    await done(ask(joris, number));
    await done(approve(await demo.person("femke"), number, {}));
    await done(consult(joris, number, { form: "phone", outcome: "Sanne: akkoord." }));
    const work = await Work.begin(await demo.person("noor"));
    await work.world.loadCase(number);
    return work.world.statementsOf(number).length;
  }

  /** Noor, to whom the case comes in pages of so many statements. */
  async function noorWith(few: number, page: (answer: Response) => Promise<Response>): Promise<Context> {
    const paged: typeof fetch = async (input, init) => {
      const url = new URL(String(input));
      if (url.pathname !== "/v1/statements" || url.searchParams.get("scope") !== table.number) return fetch(input, init);
      url.searchParams.set("limit", String(few));
      return page(await fetch(url, init));
    };
    const remote = new Remote(demo.url, { language: "nl", waits: HURRIED, fetch: paged });
    return { ...(await demo.person("noor")), remote };
  }

  test("something is released between one page and the next", async () => {
    const shown = await ready();
    let pages = 0;
    const noor = await noorWith(shown - 1, async (answer) => {
      pages += 1;
      if (pages === 1) await done(release(joris, table.number));
      return answer;
    });
    const work = await Work.begin(noor);
    const of = await work.world.loadCase(table.number);
    assert.ok(of.items.has(table.report));
    assert.ok(pages > 2, "the second page was not believed");
  });

  test("a hub that shows a release without its approval does so twice, and is not believed", async () => {
    const shown = await ready();
    let pages = 0;
    const bent = async (answer: Response): Promise<Response> => {
      const page = (await answer.json()) as { entries: { statement: string }[] };
      const entries = page.entries.filter(({ statement }) => !statement.startsWith("zegel/1 approval\n"));
      return Response.json({ ...page, entries });
    };
    const lied = await noorWith(shown - 1, async (answer) => {
      pages += 1;
      if (pages === 1) await done(release(joris, table.number));
      return bent(answer);
    });
    const work = await Work.begin(lied);
    await assert.rejects(work.world.loadCase(table.number), (error) => isCode(error, "forged-statement"));
    assert.ok(pages > 2);
    // Nor is it asked again where nothing came in between.
    pages = 0;
    const whole = await noorWith(500, async (answer) => {
      pages += 1;
      return bent(answer);
    });
    const other = await Work.begin(whole);
    await assert.rejects(other.world.loadCase(table.number), (error) => isCode(error, "forged-statement"));
    assert.equal(pages, 1);
  });
});
