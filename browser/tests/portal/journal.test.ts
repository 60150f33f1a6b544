// Logboek: Femke sees who opened what her partner contributed, and what a hub makes up is an alarm.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import type { Page } from "playwright-core";

import { Browser } from "../support/chromium.ts";
import { Demo } from "../support/demo.ts";
import { settled, visit } from "../support/person.ts";

let demo: Demo;
before(async () => {
  demo = await Demo.begin();
});
after(async () => demo.end());

async function inBrowser(tell: (page: Page) => Promise<void>): Promise<void> {
  const browser = await Browser.open();
  try {
    await tell(await browser.tab());
  } finally {
    await browser.close();
  }
}

/** Goes to the journal, and waits until all of it was checked. */
async function reads(page: Page): Promise<void> {
  await page.getByRole("navigation").getByRole("link", { name: "Logboek" }).click();
  await page.getByRole("heading", { name: "Logboek", level: 1 }).waitFor();
  await settled(page);
}

/** All lines, each without blanks. */
async function lines(page: Page): Promise<string[]> {
  const all = await page.locator(".journal li").allInnerTexts();
  return all.map((line) => line.replace(/\s+/g, " "));
}

test("Femke reads who opened her items and to whom they were approved; it takes one press", async () => {
  await inBrowser(async (page) => {
    await visit(page, demo.url, "Femke");
    await reads(page);
    const all = await lines(page);
    assert.ok(all.some((line) => /Noor Wijngaarden .* opende/.test(line)), all.join("\n"));
    const approved = /Femke Oosterhof .* gaf akkoord voor .*(Daan Smeets.*, Noor|Noor.*, Daan Smeets)/;
    assert.ok(all.some((line) => approved.test(line)));
    assert.ok(all.some((line) => /Pieter Bouwman .* trok het akkoord in voor Daan Smeets/.test(line)));
    assert.equal(all.some((line) => line.includes("Amrani")), false, "nothing of another partner's items");
    // One item at a time.
    await page.getByLabel("Welk stuk?").selectOption({ label: "Foto van de voordeur, 12 oktober (ZVH-2026-0001)" });
    const some = await lines(page);
    assert.ok(some.length > 0 && some.every((line) => line.includes("Foto van de voordeur")));
    await page.getByRole("heading", { name: "Waar u bent ingelogd" }).waitFor();
    await page.getByText(/Dat staat sinds .* in het logboek/).waitFor();
    await page.getByRole("contentinfo").getByText(/in het logboek sinds/).waitFor();
  });
});

test("a record that the hub altered is not shown, and told as an alarm", async () => {
  await inBrowser(async (page) => {
    await page.context().route("**/records", async (route) => {
      const answer = await route.fetch();
      const json = (await answer.json()) as { records: { event: string }[] };
      const [first] = json.records;
      if (first !== undefined) first.event = first.event.replace("record: opened", "record: refused");
      await route.fulfill({ response: answer, json });
    });
    await visit(page, demo.url, "Femke");
    await reads(page);
    await page.getByRole("alert").getByText("De hub toont iets wat niet klopt").waitFor();
    const all = await lines(page);
    assert.equal(all.some((line) => line.includes("wilde openen")), false);
  });
});
