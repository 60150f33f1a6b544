import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { Work } from "../../src/client/context.ts";
import { MemoryScratches } from "../../src/client/home.ts";
import { showCase } from "../../src/client/verbs/case/show.ts";
import { directory } from "../../src/client/verbs/directory.ts";
import { listPacks, openPack } from "../../src/client/verbs/pack.ts";
import { caseNumber, type CaseNumber } from "../../src/protocol/id.ts";
import { safeFileName } from "../../src/protocol/label.ts";
import { Demo, NO_HUB } from "../support/demo.ts";
import { plainOf } from "../support/plain.ts";

const PEOPLE = ["joris", "femke", "noor"];

interface CliCase {
  readonly case: string;
  readonly phase: string;
  readonly items: number;
}

interface CliShow {
  readonly phase: string;
  readonly partner_name: string;
  readonly steps: readonly {
    statement: string;
    step: string;
    at: string;
    text: string | null;
    unread: string | null;
  }[];
  readonly items: readonly {
    item: string;
    title: string | null;
    file_name: string | null;
    closed: string | null;
    retracted: boolean;
  }[];
  readonly rosters: readonly {
    roster: string;
    number: number;
    latest: boolean;
    consulted: boolean;
    participants: readonly { member: string; seat: string; approved: number; released: number }[];
  }[];
}

type Participant = CliShow["rosters"][number]["participants"][number];

function compared({ member, seat, approved, released }: Participant): Participant {
  return { member, seat, approved, released };
}

interface CliPack {
  readonly release: string;
  readonly gaps: number;
  readonly items: readonly {
    item: string;
    label: { title: string } | null;
    refused: [string, string] | null;
    alarm: boolean;
  }[];
}

describe("the example house, seen by the portal", { skip: NO_HUB }, () => {
  let demo: Demo;
  let number: CaseNumber;
  before(async () => {
    demo = await Demo.begin({ recording: 20 });
    const { cases } = await demo.zegel<{ cases: CliCase[] }>("joris", "case", "list");
    number = caseNumber(cases[0]!.case);
  });
  after(() => demo.end());

  test("Joris, Femke and Noor sign in with their own keys and know of the cases that the CLI shows", async () => {
    for (const name of PEOPLE) {
      const work = await Work.begin(await demo.person(name));
      const seen = (await work.world.loadAll()).map((of) => ({
        case: of.number as string,
        phase: of.phase,
        items: [...of.items.values()].filter((item) => !item.retracted).length,
      }));
      const { cases } = await demo.zegel<{ cases: CliCase[] }>(name, "case", "list");
      assert.deepEqual(seen, cases.map(({ case: of, phase, items }) => ({ case: of, phase, items })), name);
      // All of it again, now held to what was remembered.
      await work.world.loadAll();
      assert.equal((await work.home.remembered())?.sent.size, 0);
    }
  });

  test("the directory is the one that the command line shows", async () => {
    const seen = await directory(await demo.person("femke"));
    interface Row {
      readonly member: string;
      readonly name: string;
      readonly mail_until: string;
      readonly refused: string | null;
      readonly fingerprint: string;
    }
    const cli = await demo.zegel<{ number: number; members: Row[] }>("femke", "directory");
    assert.equal(seen.number, cli.number);
    const rows = seen.members.map((row) => {
      return [row.member, row.name, row.mailUntil, row.refused?.code ?? null, row.fingerprint];
    });
    assert.deepEqual(
      rows.sort(),
      cli.members.map((row) => [row.member, row.name, row.mail_until, row.refused, row.fingerprint]).sort(),
    );
  });

  test("each of them sees of the case what the command line shows them", async () => {
    for (const name of PEOPLE) {
      const seen = await showCase(await demo.person(name), number);
      const cli = await demo.zegel<CliShow>(name, "case", "show", number);
      assert.deepEqual([seen.phase, seen.partnerName], [cli.phase, cli.partner_name]);
      const items = seen.itemLines.map(({ id, label, look, retracted }) => ({
        item: id as string,
        title: label?.title ?? null,
        file_name: label?.fileName ?? null,
        closed: look.kind === "closed" ? look.refusal.code : null,
        retracted,
      }));
      const of = ({ item, title, file_name, closed, retracted }: CliShow["items"][number]) => ({
        item,
        title,
        file_name,
        closed,
        retracted,
      });
      assert.deepEqual(items, cli.items.map(of), name);
      const steps = seen.steps.map(({ statement, step, at, text, unread }) => ({
        statement: statement as string,
        step: step as string,
        at: at as string,
        text: text ?? null,
        unread: unread ?? null,
      }));
      assert.deepEqual(
        steps,
        cli.steps.map(({ statement, step, at, text, unread }) => ({ statement, step, at, text, unread })),
        name,
      );
      const rosters = seen.rosters.map(({ id, roster, isLatest, isConsulted, participants }) => ({
        roster: id as string,
        number: roster.number,
        latest: isLatest,
        consulted: isConsulted,
        participants: participants.map(compared),
      }));
      assert.deepEqual(
        rosters,
        cli.rosters.map(({ roster, number: count, latest, consulted, participants }) => ({
          roster,
          number: count,
          latest,
          consulted,
          participants: participants.map(compared),
        })),
        name,
      );
    }
  });

  test("Noor's packs are those of the command line", async () => {
    const seen = (await listPacks(await demo.person("noor"))).map(({ release, gaps, items }) => ({
      release: release as string,
      gaps,
      items: items.map(({ id, label, refused, isAlarm }) => [id as string, label?.title, refused?.code, isAlarm]),
    }));
    const { packs } = await demo.zegel<{ packs: CliPack[] }>("noor", "pack", "list");
    assert.ok(packs.length > 0);
    const cli = packs.map(({ release, gaps, items }) => ({
      release,
      gaps,
      items: items.map(({ item, label, refused, alarm }) => [item, label?.title, refused?.[0], alarm]),
    }));
    assert.deepEqual(seen, cli);
  });

  test("what Noor opens is to the byte what the command line saves, and the age file is the same", async () => {
    const pack = await openPack(await demo.person("noor"), number, { incoming: new MemoryScratches() });
    const folder = join(demo.folder, "by-cli");
    const sealed = join(demo.folder, "by-cli-sealed");
    interface CliOpened {
      readonly opened: readonly { item: string; file: string }[];
      readonly refused: readonly { item: string; code: string }[];
    }
    const args = ["pack", "open", number, "--out", folder, `--sealed=${sealed}`];
    const cli = await demo.zegel<CliOpened>("noor", ...args);
    assert.deepEqual(pack.opened.map(({ item }) => item as string), cli.opened.map(({ item }) => item).sort());
    assert.deepEqual(pack.refused.map(({ item, code }) => ({ item: item as string, code })), cli.refused);
    assert.ok(pack.opened.length > 0);
    for (const opened of pack.opened) {
      const plain = await plainOf(opened);
      const file = cli.opened.find(({ item }) => item === opened.item)!.file;
      assert.deepEqual(Buffer.compare(plain, demo.read(join("by-cli", file.split("/").at(-1)!))), 0, file);
      assert.equal(file.split("/").at(-1), safeFileName(opened.label.fileName));
      const age = new Uint8Array(await (await opened.sealed()).arrayBuffer());
      assert.ok(readdirSync(sealed).some((name) => Buffer.compare(age, demo.read("by-cli-sealed", name)) === 0));
      await opened.done();
    }
  });
});
