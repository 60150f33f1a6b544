// Who locks does not wait for the hub, however silent it is; whoever comes next shares nothing with what was under way.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import type { Page, Route } from "playwright-core";

import { Browser } from "../support/chromium.ts";
import { Demo } from "../support/demo.ts";
import { visit } from "../support/person.ts";

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
