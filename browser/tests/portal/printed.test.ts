// Paper: whatever of a case is printed says on every page who printed it, and when; the page itself, and what was opened.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import type { Page } from "playwright-core";

import { utf8 } from "../../src/protocol/bytes.ts";
import { Browser } from "../support/chromium.ts";
import { Demo } from "../support/demo.ts";
import { pagesOf, printed } from "../support/paper.ts";
import { at, settled, shownIn, visit } from "../support/person.ts";

const CASE = "casus/ZVH-2026-0001";
/** As both pages and frames say it. Where a line ends, a PDF has no space. */
const PRINTED = (name: string): RegExp =>
  new RegExp(`Afgedrukt door ${name}, \\p{L}+ \\d+ \\p{L}+ \\d{4} om \\d{2}:\\d{2}\\.`.replaceAll(" ", " ?"), "u");

let demo: Demo;
before(async () => {
  demo = await Demo.begin();
});
after(async () => demo.end());

async function within(who: string, told: (page: Page) => Promise<void>): Promise<void> {
  const browser = await Browser.open();
  try {
    const page = await browser.tab();
    await page.clock.install();
    await visit(page, demo.url, who);
    await told(page);
  } finally {
    await browser.close();
  }
}

/** Each page of this says who printed it, and has nothing to press. */
async function saysWho(page: Page, paper: Uint8Array, name: string): Promise<string[]> {
  const pages = await pagesOf(page, demo.url, paper);
  for (const [index, words] of pages.entries()) {
    assert.match(words, PRINTED(name), `page ${index + 1} of ${pages.length}`);
    assert.doesNotMatch(words, /Vergrendelen|Mijn sleutels/, "no menu on paper");
  }
  return pages;
}

/** Of what is printed from within the frame: the line that it got, and how often it was to print. */
async function printsWithin(page: Page, title: RegExp, seen: string): Promise<{ line: string; times: number }> {
  await at(page, `${CASE}/pakket`);
  await page.getByRole("link", { name: title }).click();
  await settled(page);
  await shownIn(page).locator(seen).first().waitFor();
  const frame = page.frames().at(-1)!;
  await frame.evaluate(() => {
    Object.assign(window, { times: 0 });
    window.print = () => void ((window as unknown as { times: number }).times += 1);
  });
  // Somebody reads for a while before printing: what counts is when it is printed.
  await page.clock.runFor("05:00");
  await page.getByRole("button", { name: "Afdrukken", exact: true }).click();
  await shownIn(page).locator("#line", { hasText: "Afgedrukt" }).waitFor({ state: "attached" });
  const line = (await shownIn(page).locator("#line").textContent()) ?? "";
  const now = await page.evaluate(() =>
    new Date().toLocaleTimeString("nl-NL", { timeStyle: "short", timeZone: "Europe/Amsterdam" }),
  );
  assert.ok(line.includes(now), `${line} at ${now}`);
  return { line, times: await frame.evaluate(() => (window as unknown as { times: number }).times) };
}

test("each page of a case, and of a pack, says who printed it, and when", async () => {
  await within("Joris", async (page) => {
    await at(page, CASE);
    const pages = await saysWho(page, await page.pdf({ format: "A4" }), "Joris van der Waal");
    assert.ok(pages.length > 1);
  });
  await within("Noor", async (page) => {
    await at(page, `${CASE}/pakket`);
    // A pack of this house fits on one page; on smaller paper it does not.
    const pages = await saysWho(page, await page.pdf({ format: "A6" }), "Noor Wijngaarden");
    assert.ok(pages.length > 1);
    const all = pages.join("").replaceAll(" ", "");
    for (const title of ["Overzichtzorgmeldingen", "Contactmomenten", "hoeftnietcompleettezijn"]) assert.ok(all.includes(title), title);
  });
});

test("each page of what was opened says who printed it, and when: a text, and a PDF of more pages than one", async () => {
  await within("Noor", async (page) => {
    const text = await printsWithin(page, /Doel en agenda/, "pre");
    assert.match(text.line, PRINTED("Noor Wijngaarden"));
    const long = Array.from({ length: 150 }, (_, at) => `Regel ${at + 1} van het verslag.`).join("\n");
    const onPaper = await printed(page, demo.url, { kind: "text", bytes: utf8(long) }, text.line);
    const ofText = await saysWho(page, onPaper, "Noor Wijngaarden");
    assert.ok(ofText.length > 2);
    const all = ofText.join(" ");
    for (const at of [1, 75, 150]) assert.ok(all.includes(`Regel ${at} van`), `line ${at} is on paper`);

    const { line, times } = await printsWithin(page, /Overzicht zorgmeldingen/, ".sheet canvas");
    assert.deepEqual([times, text.times], [1, 1]);
    // What the case looks like on paper is a PDF of some pages itself.
    await at(page, CASE);
    const bytes = new Uint8Array(await page.pdf({ format: "A4" }));
    const before = await pagesOf(page, demo.url, bytes);
    assert.ok(before.length > 1);
    const paper = await printed(page, demo.url, { kind: "pdf", bytes }, line);
    const sheets = await saysWho(page, paper, "Noor Wijngaarden");
    assert.equal(sheets.length, before.length, "a page of paper for each page of the PDF");
  });
});
