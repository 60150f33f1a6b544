// Every screen, in both languages, light and dark, on a phone and enlarged: axe finds nothing, and nothing falls off.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";

import type { Page } from "playwright-core";

import { Browser } from "../support/chromium.ts";
import { Demo } from "../support/demo.ts";
import { at, visit } from "../support/person.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Who looks, and where. Those without a name are seen by who has not unlocked. */
const PLACES: readonly [who: string | undefined, places: readonly string[]][] = [
  [undefined, ["", "sleutels-maken", "herstellen", "toegankelijkheid"]],
  ["Noor", ["werk", "casussen", "casus/ZVH-2026-0001", "casus/ZVH-2026-0001/pakket", "berichten", "huis", "huis/kluis"]],
  ["Femke", ["werk", "casus/ZVH-2026-0001", "casus/ZVH-2026-0001/akkoord", "casus/ZVH-2026-0001/bijdragen", "casus/ZVH-2026-0001/bericht", "aanmelden", "huis/kluis"]],
  ["Joris", ["werk", "casus/ZVH-2026-0001", "casus/ZVH-2026-0001/overleg", "casus/ZVH-2026-0001/vraag", "berichten", "casus/ZVH-2026-0001/kluis"]],
  ["Karim", ["huis", "huis/kluis", "logboek", "sleutels"]],
];

let demo: Demo;
before(async () => {
  demo = await Demo.begin();
});
after(async () => demo.end());

/** What axe finds wrong, each with where. */
async function found(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async (rules) => {
    const { axe } = globalThis as unknown as {
      axe: { run(what: Document, how: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run(document, { runOnly: rules });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  }, RULES);
}

/** By how many pixels the page is wider than its window. */
function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

for (const [locale, dark] of [
  ["nl-NL", false],
  ["nl-NL", true],
  ["en-GB", false],
  ["en-GB", true],
] as const) {
  test(`axe finds nothing on any screen: ${locale}, ${dark ? "dark" : "light"}`, async () => {
    for (const [who, places] of PLACES) {
      const browser = await Browser.open({ locale, dark });
      try {
        const page = await browser.tab();
        await visit(page, demo.url, who);
        for (const place of places) {
          await at(page, place);
          assert.deepEqual(await found(page), [], `${who ?? "nobody"} at ${place}`);
        }
      } finally {
        await browser.close();
      }
    }
  });
}

test("nothing falls off a phone of 320 pixels, nor a screen that is enlarged to 200 %", async () => {
  for (const [who, places] of PLACES) {
    // At 200 % a window of 1280 pixels has room for 640.
    for (const width of [320, 640]) {
      const browser = await Browser.open({ width, height: 800 });
      try {
        const page = await browser.tab();
        await visit(page, demo.url, who);
        for (const place of places) {
          await at(page, place);
          assert.equal(await overflow(page), 0, `${who ?? "nobody"} at ${place}, ${width} pixels`);
        }
      } finally {
        await browser.close();
      }
    }
  }
});

/** The first table, row by row, by the browser's own tree for assistive technology: what each cell is, and what it says. */
async function tableOf(page: Page): Promise<{ readonly name: string; readonly rows: readonly string[][] }> {
  const devtools = await page.context().newCDPSession(page);
  const { nodes } = await devtools.send("Accessibility.getFullAXTree");
  type Node = (typeof nodes)[number];
  const known = new Map(nodes.map((node) => [node.nodeId, node]));
  const roleOf = ({ ignored, role }: Node): unknown => (ignored === true ? undefined : role?.value);
  const within = (node: Node, roles: readonly string[]): Node[] =>
    (node.childIds ?? []).flatMap((id) => {
      const part = known.get(id)!;
      return roles.includes(String(roleOf(part))) ? [part] : within(part, roles);
    });
  const table = nodes.find((node) => roleOf(node) === "table");
  assert.ok(table, "there is a table");
  const rows = within(table, ["row"]).map((row) =>
    within(row, ["columnheader", "rowheader", "cell"]).map((cell) => {
      const said = within(cell, ["StaticText"]).map(({ name }) => String(name?.value).trim());
      return `${String(roleOf(cell))}: ${said.join(" ")}`;
    }),
  );
  return { name: String(table.name?.value ?? ""), rows };
}

test("what was released to whom is a table to a screen reader, also as cards on a phone of 320 pixels", async () => {
  const tables: Awaited<ReturnType<typeof tableOf>>[] = [];
  for (const width of [1280, 320]) {
    const browser = await Browser.open({ width, height: 800 });
    try {
      const page = await browser.tab();
      await visit(page, demo.url, "Joris");
      await at(page, "casus/ZVH-2026-0001/overleg");
      tables.push(await tableOf(page));
      // Chromium knows a table that is shown as blocks; not every browser does, unless each part says what it is.
      const parts = page.locator(".compared, .compared :is(thead, tbody, tr, th, td)");
      assert.equal(await parts.evaluateAll((all) => all.filter((part) => !part.hasAttribute("role")).length), 0);
    } finally {
      await browser.close();
    }
  }
  const [wide, narrow] = tables;
  const [head = [], ...body] = wide!.rows;
  const titles = ["Lezer", "Akkoord, nog niet vrijgegeven", "Vrijgegeven", "Niet in het pakket"];
  assert.deepEqual(head, titles.map((title) => `columnheader: ${title}`));
  assert.equal(body.length, 6, "a row for each reader");
  for (const row of body) {
    assert.deepEqual(row.map((cell) => cell.split(":")[0]), ["rowheader", "cell", "cell", "cell"]);
    for (const cell of row) assert.match(cell, /: \p{L}/u, "no cell is silent");
  }
  assert.match(body.find(([who]) => who!.includes("Noor"))![2]!, /Overzicht zorgmeldingen/);
  // On a card each cell says its column as well: not every reader of cards knows the one above it.
  const onCards = body.map(([who, ...cells]) => [who, ...cells.map((cell, at) => cell.replace(": ", `: ${titles[at + 1]} `))]);
  assert.deepEqual(narrow, { name: wide!.name, rows: [head, ...onCards] });
  assert.equal(narrow!.name, "Akkoord en vrijgegeven, per lezer");
});
