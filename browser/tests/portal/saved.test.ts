// Noor saves a recording of forty megabytes: chunk by chunk into the file that she chose, all of it or nothing. Nothing
// in plain text lies in what her browser keeps, and no lock cuts her off while it is fetched.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import type { Page } from "playwright-core";

import { Browser } from "../support/chromium.ts";
import { Demo } from "../support/demo.ts";
import { at, settled, visit } from "../support/person.ts";
import { kept } from "../support/kept.ts";
import { found, Tap } from "../support/tap.ts";

const PACK = "casus/ZVH-2026-0001/pakket";
const RECORDING = /Opname van de melding/;
/** What the person chooses: a file in a folder of the browser's own, as no test can answer a dialog. */
const PICKED = "picked.bin";

async function digestOf(file: string): Promise<string> {
  const digest = createHash("sha256");
  for await (const piece of createReadStream(file)) digest.update(piece as Buffer);
  return digest.digest("hex");
}

/** The digest of what was saved to the file that was chosen; nothing where there is none. */
function picked(page: Page): Promise<string | undefined> {
  return page.evaluate(async (name) => {
    const folder = await navigator.storage.getDirectory();
    const handle = await folder.getFileHandle(name).catch(() => undefined);
    if (handle === undefined) return undefined;
    const bytes = await (await handle.getFile()).arrayBuffer();
    await folder.removeEntry(name);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }, PICKED);
}

/** Changes one byte in the middle of what lies here of the item that is open. */
function spoil(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    let spoilt = 0;
    // The types of a page know no way to walk through a folder.
    type Walked = { values(): AsyncIterable<FileSystemHandle> };
    const walk = (folder: FileSystemDirectoryHandle): Walked => folder as unknown as Walked;
    for await (const folder of walk(root).values()) {
      if (!folder.name.startsWith("incoming")) continue;
      for await (const entry of walk(folder as FileSystemDirectoryHandle).values()) {
        const file = entry as FileSystemFileHandle;
        const { size } = await file.getFile();
        const to = await file.createWritable({ keepExistingData: true });
        await to.write({ type: "write", position: Math.floor(size / 2), data: new Uint8Array([1, 2, 3, 4]) });
        await to.close();
        spoilt += 1;
      }
    }
    return spoilt;
  });
}

describe("a large file", () => {
  let demo: Demo;
  let tap: Tap;
  let browser: Browser;
  let page: Page;
  let whole = "";

  before(async () => {
    demo = await Demo.begin({ recording: 40 });
    const folder = join(demo.folder, "by-cli");
    const item = ["pack", "open", "ZVH-2026-0001", "--item", "Opname van de melding, 12 oktober", "--out", folder];
    const { opened } = await demo.zegel<{ opened: { file: string }[] }>("noor", ...item);
    whole = await digestOf(opened[0]!.file);
    tap = await Tap.before(demo.url);
    browser = await Browser.open();
    page = await browser.tab();
  });
  after(async () => {
    await browser?.close();
    await tap?.end();
    await demo?.end();
  });

  const save = () => page.getByRole("button", { name: "Opslaan", exact: true });
  const opens = async (): Promise<void> => {
    await at(page, PACK);
    await page.getByRole("link", { name: RECORDING }).click();
    await save().waitFor();
    await settled(page);
  };
  /** Lets the person choose a file from here on, or takes the way to choose one away. */
  const chooses = (can: boolean): Promise<void> =>
    page.evaluate(
      ([name, can]) => {
        const picker = async () => (await navigator.storage.getDirectory()).getFileHandle(name, { create: true });
        Object.assign(globalThis, { showSaveFilePicker: can ? picker : undefined });
      },
      [PICKED, can] as const,
    );

  test("goes to the file that was chosen, to the byte, and nothing of it stays behind", async () => {
    await visit(page, tap.url, "Noor");
    await chooses(true);
    await at(page, PACK);
    tap.slowness = 5;
    await page.getByRole("link", { name: RECORDING }).click();
    const main = page.locator("main");
    // Whoever waits for longer than a second knows for how long still.
    await main.getByText(/MB \/ [\d,]+ MB, [\d,]+ [kM]B per seconde, nog \d+ seconden?/).waitFor();
    assert.match(await main.innerText(), /^Ophalen$/m);
    tap.slowness = 0;
    await main.getByText("Controleren").waitFor();
    await save().waitFor();
    await settled(page);
    assert.match(await main.innerText(), /tonen wij niet in de browser/);
    await save().click();
    await page.getByText("Het stuk is opgeslagen.").waitFor();
    assert.equal(await picked(page), whole);
    const beginning = demo.read("by-cli", "opname.bin").subarray(0, 4096);
    const canaries = { beginning: beginning.subarray(0, 64), further: beginning.subarray(1024, 1088) };
    assert.equal(found(Buffer.from(beginning), canaries).length, 2, "the search finds what is there");
    assert.deepEqual(found(await kept(page), canaries), []);
  });

  test("is whole or not there at all, if she goes elsewhere meanwhile", async () => {
    await save().click();
    await at(page, PACK);
    await page.waitForTimeout(1500);
    assert.ok([undefined, whole].includes(await picked(page)));
    const left = await page.evaluate(async () => {
      const names: string[] = [];
      const root = (await navigator.storage.getDirectory()) as unknown as { keys(): AsyncIterable<string> };
      for await (const name of root.keys()) names.push(name);
      return names;
    });
    assert.ok(!left.some((name) => name.startsWith(PICKED)), left.join());
  });

  test("that was changed on her own disk after it was checked is not saved, and not by halves", async () => {
    await opens();
    assert.equal(await spoil(page), 1);
    await save().click();
    await page.locator("#refused").waitFor();
    assert.match(await page.locator("#refused").innerText(), /Er is niets opgeslagen\. Open het stuk opnieuw/);
    assert.equal(await picked(page), undefined);
    // Nor is it by who presses once more.
    await save().click();
    await page.getByText("Dit stuk is hier niet meer open.").waitFor();
    assert.equal(await picked(page), undefined);
    // What the hub has is right still.
    await opens();
    await save().click();
    await page.getByText("Het stuk is opgeslagen.").waitFor();
    assert.equal(await picked(page), whole);
  });

  test("is handed to a browser that asks nobody where to save, too", async () => {
    await chooses(false);
    await opens();
    const [download] = await Promise.all([page.waitForEvent("download"), save().click()]);
    assert.equal(download.suggestedFilename(), "opname.bin");
    assert.equal(await digestOf(await download.path()), whole);
  });

  test("is not cut off by the lock while it is fetched, and the time of nobody begins when it is there", async () => {
    await at(page, PACK);
    await page.clock.install();
    await visit(page, tap.url, "Noor");
    await at(page, PACK);
    let free: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (free = resolve));
    await page.route("**/parts/body/payload", async (route) => {
      await held;
      await route.continue();
    });
    await page.getByRole("link", { name: RECORDING }).click();
    await page.getByText("Het stuk wordt opgehaald en gecontroleerd").waitFor();
    await page.clock.runFor("20:00");
    await page.getByText("Het stuk wordt opgehaald en gecontroleerd").waitFor();
    free();
    await save().waitFor();
    await page.clock.fastForward("14:00");
    await save().waitFor();
    await page.clock.fastForward("02:00");
    await page.getByRole("heading", { name: "Inloggen" }).waitFor();
  });
});
