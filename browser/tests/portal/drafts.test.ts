// Nothing that was typed is lost in silence: a browser without room, and a text that is too long to keep.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import type { Page } from "playwright-core";

import { Browser } from "../support/chromium.ts";
import { Demo } from "../support/demo.ts";
import { at, room, visit } from "../support/person.ts";

const PLACE = "casus/ZVH-2026-0001/bericht";
const FIRST = "Wilt u mij bellen?";
const LONG = "Noor belt elke week. ".repeat(10_000);

describe("what was typed and can't be kept", () => {
  let demo: Demo;
  let browser: Browser;
  let page: Page;

  before(async () => {
    [demo, browser] = await Promise.all([Demo.begin(), Browser.open()]);
  });
  after(async () => {
    await browser?.close();
    await demo?.end();
  });

  const typed = () => page.getByLabel("Uw bericht");
  const warning = () => page.locator(".portal-unkept");
  /** Joris, in a new tab. */
  async function comes(): Promise<void> {
    page = await browser.tab();
    await visit(page, demo.url, "Joris");
    await at(page, PLACE);
    await typed().waitFor();
  }
  /** Whether the warning is wholly in the window. */
  const isInSight = () =>
    warning().evaluate((shown) => {
      const { top, bottom } = shown.getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight;
    });

  test("is told in a browser without room, at once and wherever one types, and is there as long as the tab is", async () => {
    await comes();
    await typed().fill(FIRST);
    await page.waitForTimeout(1500);
    assert.equal(await warning().count(), 0, "this was kept");
    await room(page, 150_000);
    await typed().fill(LONG);
    await warning().waitFor();
    assert.match(await warning().innerText(), /geen ruimte meer om dit te bewaren: Uw bericht\. Laat dit tabblad open/);
    assert.equal(await warning().getByRole("alert").count(), 1, "it is read out");
    await page.getByLabel("Antwoord graag uiterlijk op").focus();
    await page.mouse.wheel(0, 5000);
    await page.waitForTimeout(300);
    assert.ok(await isInSight(), "also below");

    await at(page, "casussen");
    assert.equal(await warning().count(), 1, "it is still so elsewhere");
    await at(page, PLACE);
    assert.equal(await typed().inputValue(), LONG);

    // Who closes the tab by accident is asked first.
    await typed().click();
    const [asked] = await Promise.all([page.waitForEvent("dialog"), page.close({ runBeforeUnload: true })]);
    assert.equal(asked.type(), "beforeunload");
    await asked.dismiss();

    // There is room again.
    await room(page);
    await typed().press("End");
    await typed().press("!");
    await warning().waitFor({ state: "detached" });
    await page.close();
    await comes();
    assert.equal((await typed().inputValue()).length, LONG.length + 1);
    await page.close();
  });

  test("is told when it is too long, and what was kept of it stays", async () => {
    await comes();
    await typed().fill(FIRST);
    await page.waitForTimeout(1500);
    await typed().evaluate((field: HTMLTextAreaElement) => {
      field.value = "x".repeat(17 * 1024 * 1024);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    await warning().waitFor();
    assert.match(await warning().innerText(), /te lang om te bewaren: Uw bericht\. Maak het korter/);
    await page.getByRole("button", { name: "Vergrendelen" }).click();
    await page.getByRole("button", { name: / Joris\b/, disabled: false }).waitFor();
    assert.equal(await warning().count(), 0, "who comes next is told nothing of it");
    await page.close();
    await comes();
    assert.equal(await typed().inputValue(), FIRST);
  });
});
