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
  ["Noor", ["werk", "casussen", "casus/ZVH-2026-0001", "casus/ZVH-2026-0001/pakket", "berichten", "huis"]],
  ["Femke", ["werk", "casus/ZVH-2026-0001", "casus/ZVH-2026-0001/akkoord", "casus/ZVH-2026-0001/bijdragen", "casus/ZVH-2026-0001/bericht", "aanmelden"]],
  ["Joris", ["werk", "casus/ZVH-2026-0001", "casus/ZVH-2026-0001/overleg", "casus/ZVH-2026-0001/vraag", "berichten"]],
  ["Karim", ["huis", "logboek", "sleutels"]],
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
