// What someone does in a tab of the portal.

import type { Page } from "playwright-core";

/** Waits until nothing is waited for any more. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector("h1") !== null && document.querySelector("[aria-busy=true]") === null);
}

/** Opens the portal of the example house, and steps in as someone (by the beginning of the name), if anyone. */
export async function visit(page: Page, url: URL | string, who?: string): Promise<void> {
  await page.goto(String(url));
  await settled(page);
  if (who === undefined) return;
  await page.getByRole("button", { name: new RegExp(` ${who}\\b`) }).click();
  await page.locator(".portal-places").waitFor();
  await settled(page);
}

/** Goes to a place by its address. */
export async function at(page: Page, place: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `#/${place}`);
  await page.waitForTimeout(50);
  await settled(page);
}
