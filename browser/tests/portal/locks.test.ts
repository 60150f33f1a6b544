// Who locks does not wait for the hub, however silent it is; whoever comes next shares nothing with what was under way.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import type { Page, Route } from "playwright-core";

import { Browser } from "../support/chromium.ts";
import { Demo } from "../support/demo.ts";
import { at, shownIn, visit } from "../support/person.ts";

let demo: Demo;
let browser: Browser;
let page: Page;

before(async () => {
  [demo, browser] = await Promise.all([Demo.begin(), Browser.open()]);
  page = await browser.tab();
});
after(async () => {
  await browser?.close();
  await demo?.end();
});

const who = (name: string) => page.getByRole("button", { name: new RegExp(` ${name}\\b`), disabled: false });
const inside = (name: string) => page.locator(".portal-who").filter({ hasText: name });

/** The hub says nothing to such questions until it is told to; those it was asked meanwhile. */
async function silent(method: string, path: string): Promise<{ asked: Promise<void>; speak: () => Promise<void> }> {
  const held: Route[] = [];
  let wasAsked: () => void;
  const asked = new Promise<void>((resolve) => (wasAsked = resolve));
  const hold = async (route: Route): Promise<void> => {
    if (route.request().method() !== method) return route.continue();
    held.push(route);
    wasAsked();
  };
  await browser.context.route(path, hold);
  const speak = async (): Promise<void> => {
    await browser.context.unroute(path, hold);
    // What was given up meanwhile goes on no more.
    await Promise.all(held.map((route) => route.continue().catch(() => undefined)));
  };
  return { asked, speak };
}

describe("the hub is silent", () => {
  test("who locks is at the start at once, and the next person comes in and stays in", async () => {
    await visit(page, demo.url, "Noor");
    const { asked, speak } = await silent("GET", "**/v1/sessions");
    await page.getByRole("button", { name: "Vergrendelen" }).click();
    await asked;
    // Its silence lasts a minute before anyone gives up.
    await who("Joris").waitFor({ timeout: 20_000 });
    await who("Joris").click();
    await inside("Joris").waitFor({ timeout: 40_000 });
    const ended = page.waitForResponse((answer) => answer.request().method() === "DELETE");
    await speak();
    assert.equal((await ended).status(), 204, "the session that ends is the first one's");
    await page.getByRole("link", { name: "Casussen" }).click();
    await page.getByRole("link", { name: "ZVH-2026-0001" }).waitFor();
    assert.equal(await page.locator("#refused").count(), 0, "and the second one's goes on");
    await page.getByRole("button", { name: "Vergrendelen" }).click();
  });

  test("what was sent and is answered after the lock moves nothing that the next person sees, and tells nothing", async () => {
    await who("Femke").click();
    await inside("Femke").waitFor();
    await at(page, "casus/ZVH-2026-0001/akkoord");
    await page.getByRole("button", { name: "Akkoord geven", exact: true }).click();
    const { asked, speak } = await silent("POST", "**/v1/statements");
    await page.getByRole("button", { name: "Ja, akkoord" }).click();
    await asked;
    await page.getByRole("button", { name: "Vergrendelen" }).click();
    await who("Joris").click();
    await inside("Joris").waitFor();
    await at(page, "casussen");
    const recorded = page.waitForResponse((answer) => answer.request().method() === "POST" && answer.url().endsWith("/v1/statements"));
    await speak();
    assert.ok((await recorded).ok(), "it was recorded");
    // Longer than it takes to go elsewhere.
    await page.waitForTimeout(3000);
    assert.equal(new URL(page.url()).hash, "#/casussen");
    assert.doesNotMatch(await page.locator("body").innerText(), /akkoord is verstuurd/);
    assert.equal(await page.locator("#refused").count(), 0);
    await page.getByRole("button", { name: "Vergrendelen" }).click();
  });

  test("who gave up is not let in by an answer that comes late", async () => {
    await who("Noor").waitFor();
    const { asked, speak } = await silent("GET", "**/v1/me");
    await who("Noor").click();
    await asked;
    await page.getByRole("button", { name: "Stoppen" }).click();
    await speak();
    await who("Joris").click();
    await inside("Joris").waitFor();
    assert.equal(await inside("Noor").count(), 0);
  });
});

test("who reads in the frame of an item is there; who walked away is not", async () => {
  const reader = await Browser.open();
  try {
    const tab = await reader.tab();
    await tab.clock.install();
    await visit(tab, demo.url, "Noor");
    await at(tab, "casus/ZVH-2026-0001/pakket");
    await tab.getByRole("link", { name: /Doel en agenda/ }).click();
    await shownIn(tab).locator("pre").waitFor();
    const box = await tab.locator("iframe.content").boundingBox();
    await tab.mouse.move(box!.x + 50, box!.y + 50);
    /** So long nobody is at the page itself; then something is done in the frame. */
    const reads = async (deed: () => Promise<void>): Promise<void> => {
      await tab.clock.fastForward("14:00");
      await deed();
      // The frame says so in its own time.
      await tab.waitForTimeout(500);
    };
    await reads(() => tab.mouse.wheel(0, 20));
    await reads(() => tab.mouse.click(box!.x + 60, box!.y + 60));
    await reads(() => tab.keyboard.press("PageDown"));
    await tab.clock.fastForward("14:00");
    assert.equal(await tab.locator(".portal-who").count(), 1, "she still reads");
    await tab.clock.fastForward("01:30");
    await tab.getByRole("heading", { level: 1, name: "Inloggen" }).waitFor();
    assert.equal(await tab.locator("iframe.content").count(), 0);
  } finally {
    await reader.close();
  }
});
