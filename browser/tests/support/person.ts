// What someone does in a tab of the portal.

import type { FrameLocator, Page } from "playwright-core";

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

/** What of an item is shown: in a frame within the frame that keeps it where it is. */
export function shownIn(page: Page): FrameLocator {
  return page.frameLocator("iframe.content").frameLocator("iframe");
}

/**
 * The browser keeps so many bytes more for the page's hub than it holds now; as many as it likes without a number. For
 * half a minute Chromium believes what it asked last of how much room there is.
 */
export async function room(page: Page, more?: number): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const used = await page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0);
  const quotaSize = more === undefined ? {} : { quotaSize: used + more };
  const { origin } = new URL(page.url());
  await devtools.send("Storage.overrideQuotaForOrigin", { origin, ...quotaSize });
  await page.waitForTimeout(31_000);
}
