// Femke's line is cut while she sends a file, and then she closes the tab: what was sent stays sent, and what she typed
// is there again. The file lies sealed in her browser meanwhile.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import type { Page, Request } from "playwright-core";

import { Browser } from "../support/chromium.ts";
import { Demo } from "../support/demo.ts";
import { kept } from "../support/kept.ts";
import { at, visit } from "../support/person.ts";
import { found, Tap } from "../support/tap.ts";

const PLACE = "casus/ZVH-2026-0001/bijdragen";
const PART = 8 * 1024 * 1024;
const RELIABILITY = "kanarie: gezien door de wijkagent";

/** Five parts and a bit, no two places alike. */
function recording(): Buffer {
  const blocks = Array.from({ length: 42 }, (_, number) =>
    Buffer.concat(Array.from({ length: 32_768 }, (_, at) => createHash("sha256").update(`${number} ${at}`).digest())),
  );
  return Buffer.concat(blocks);
}

test("an upload goes on after the line was cut and after the tab was closed, and no part is sent twice", async () => {
  const demo = await Demo.begin();
  const tap = await Tap.before(demo.url);
  const browser = await Browser.open();
  try {
    const content = recording();
    const path = join(demo.folder, "camera.bin");
    writeFileSync(path, content);
    const { context } = browser;
    /** Where each part begins that the hub said it has, and those that were sent again after that. */
    const [taken, twice]: [number[], number[]] = [[], []];
    const seen: { count: number; then: () => void }[] = [];
    const beginning = (request: Request): number => Number(request.headers()["upload-offset"]);
    context.on("request", (request) => {
      if (request.method() === "PATCH" && taken.includes(beginning(request))) twice.push(beginning(request));
    });
    context.on("response", (answer) => {
      if (answer.request().method() !== "PATCH" || !answer.ok()) return;
      taken.push(beginning(answer.request()));
      for (const { count, then } of seen) if (taken.length === count) then();
    });
    const whenTaken = (count: number): Promise<void> => new Promise((then) => seen.push({ count, then }));
    const begins = async (page: Page): Promise<void> => {
      await page.getByLabel("Bestanden kiezen").setInputFiles(path);
      await page.getByRole("button", { name: "Verzegelen en versturen" }).click();
    };

    const page = await browser.tab();
    await visit(page, tap.url, "Femke");
    await at(page, PLACE);
    await page.getByLabel("Oordeel").check();
    await page.getByLabel("Hoe betrouwbaar is het?").fill(RELIABILITY);
    const [cut, closed] = [whenTaken(1), whenTaken(3)];
    await begins(page);
    await cut;
    await context.setOffline(true);
    await page.locator("#cut").waitFor();
    assert.match(await page.locator("main").innerText(), /Er is niets verloren\. Wij gaan vanzelf verder/);
    const secrets = { typed: RELIABILITY, file: content.subarray(0, 64), further: content.subarray(20 << 20, (20 << 20) + 64) };
    assert.deepEqual(found(await kept(page), secrets), []);
    await context.setOffline(false);
    // Nobody has to do anything.
    await closed;
    await page.close();

    const other = await browser.tab();
    await visit(other, tap.url, "Femke");
    await at(other, PLACE);
    const again = await other.locator("main").innerText();
    assert.match(again, /Dit had u de vorige keer ingevuld/);
    assert.match(again, /Kies deze opnieuw; [^]*camera\.bin/);
    assert.ok(await other.getByLabel("Oordeel").isChecked());
    assert.equal(await other.getByLabel("Hoe betrouwbaar is het?").inputValue(), RELIABILITY);
    const beforeTheRest = tap.bytesSent;
    await begins(other);
    await other.getByRole("button", { name: "Ja, toevoegen" }).click();
    await other.getByText("Uw stuk staat in de casus.").waitFor();
    assert.deepEqual(twice, [], "what the hub has is not sent again");
    const parts = Array.from({ length: Math.ceil(content.length / PART) }, (_, number) => number * PART);
    // Of the part that was under way when the tab went nobody was there to hear that the hub has it.
    const unheard = parts.filter((part) => !taken.includes(part));
    assert.ok(unheard.length <= 1, unheard.join());
    assert.deepEqual(taken, parts.filter((part) => !unheard.includes(part)), "each part once, in order");
    assert.ok(tap.bytesSent - beforeTheRest < content.length - 3 * PART + 1024 * 1024, `${tap.bytesSent - beforeTheRest} bytes`);
    assert.ok(tap.bytesSent < content.length + 2 * PART + 4 * 1024 * 1024, `${tap.bytesSent} bytes in all`);
    assert.deepEqual(tap.finds(secrets), []);

    const opened = join(demo.folder, "opened");
    await demo.zegel("femke", "pack", "open", "ZVH-2026-0001", "--item", "camera", "--out", opened);
    assert.ok(content.equals(readFileSync(join(opened, "camera.bin"))));
  } finally {
    await browser.close();
    await tap.end();
    await demo.end();
  }
});
