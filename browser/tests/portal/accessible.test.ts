// Every screen in every state, in both languages, light and dark, on a phone and enlarged: axe finds nothing, nothing
// falls off, nothing moves for who wants no motion, and Tab comes to all of it.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import type { Page } from "playwright-core";

import { Browser } from "../support/chromium.ts";
import { Demo } from "../support/demo.ts";
import { moving, WIDE, wrongWith } from "../support/faults.ts";
import { knownIn } from "../support/known.ts";
import { at, visit } from "../support/person.ts";
import { walk } from "../support/walk.ts";

/** What the browser says of a hub that does not answer, or that knows nothing of what it is asked. */
const TOLD = [/net::ERR_INTERNET_DISCONNECTED/, /the server responded with a status of 40\d/];

let demo: Demo;
before(async () => {
  demo = await Demo.begin();
});
after(async () => demo.end());

describe("every screen in every state", { concurrency: 2 }, () => {
  for (const locale of ["nl-NL", "en-GB"]) {
    test(`axe finds nothing, nothing falls off at 320 pixels or 200 %, and all is in reach: ${locale}`, async () => {
      const known = await knownIn(demo, locale === "nl-NL" ? "Vera" : "Wim");
      const browser = await Browser.open({ locale, ...WIDE });
      browser.watch.allow(...TOLD);
      const wrong: string[] = [];
      let moved = 0;
      try {
        const page = await browser.tab();
        const missed = await walk({ page, demo, known }, async (name) => {
          // Who did not ask for less sees that something is waited for.
          moved += (await moving(page)).length;
          wrong.push(...(await wrongWith(page)).map((one) => `${name}: ${one}`));
        });
        wrong.push(...missed);
      } finally {
        await browser.close().catch((seen: unknown) => wrong.push(String(seen)));
      }
      assert.deepEqual(wrong, []);
      assert.ok(moved > 0, "the search finds what moves");
    });
  }
});

test("what looks for faults finds them", async () => {
  const browser = await Browser.open(WIDE);
  try {
    const page = await browser.tab();
    await visit(page, demo.url);
    assert.deepEqual(await wrongWith(page), []);
    await page.evaluate(() => {
      const adds = (name: string, text: string): HTMLElement => {
        const part = document.createElement(name);
        part.textContent = text;
        document.querySelector("main")!.append(part);
        return part;
      };
      const [nameless, wide] = [adds("button", ""), adds("p", "Dit loopt door. ".repeat(50))];
      const [hidden, beyond] = [adds("div", "Dit is weg."), adds("button", "Buiten bereik")];
      nameless.style.setProperty("outline", "none", "important");
      nameless.style.setProperty("transition-duration", "1s", "important");
      wide.style.whiteSpace = "nowrap";
      Object.assign(hidden.style, { overflow: "hidden", inlineSize: "20px", blockSize: "20px" });
      beyond.tabIndex = -1;
    });
    const wrong = (await wrongWith(page)).join("\n");
    for (const fault of [
      /light: button-name/,
      /dark: button-name/,
      /less motion: moves: <button/,
      /320 pixels: the page is \d+ pixels too wide/,
      /640 pixels: cut off: Dit loopt door/,
      /320 pixels: cut off: Dit is weg/,
      /by keyboard: no focus is seen on <button/,
      /by keyboard: Tab never comes to <button tabindex="-1">/,
    ]) {
      assert.match(wrong, fault);
    }
  } finally {
    await browser.close();
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
