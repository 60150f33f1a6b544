// What somebody does in a tab of the portal: presses, ticks, reads; and how often.

import type { Page } from "playwright-core";

import { at } from "./person.ts";

/** Where screenshots go, for who wants to look. */
const SHOTS = process.env["SHOTS"];

/** Counts what somebody presses and ticks. */
export class Hand {
  clicks = 0;

  constructor(readonly page: Page) {}

  async press(name: string | RegExp, role: "button" | "link" = "button"): Promise<void> {
    this.clicks += 1;
    const shown = this.page.locator("main").getByRole(role, { name, exact: typeof name === "string" });
    await shown.first().click();
    await this.done();
  }

  async tick(name: string | RegExp): Promise<void> {
    this.clicks += 1;
    const main = this.page.locator("main");
    await main.getByRole("checkbox", { name }).or(main.getByRole("radio", { name })).click();
  }

  async fill(label: string, text: string): Promise<void> {
    await this.page.getByLabel(label, { exact: true }).fill(text);
  }

  /** Goes to a place by its address, and looks how it is now; what stands there. */
  async at(place: string): Promise<string> {
    // Who is there already goes away first: a page is not fetched anew by itself.
    if (new URL(this.page.url()).hash === `#/${place}`) await at(this.page, "toegankelijkheid");
    await at(this.page, place);
    await this.done();
    return this.text();
  }

  async done(): Promise<void> {
    // What was sent is followed by fetching how it stands now.
    const until = Date.now() + 30_000;
    for (let calm = 0; calm < 3 && Date.now() < until; calm += 1) {
      await this.page.waitForTimeout(50);
      const waits = await this.page.locator(".utrecht-button--busy, [aria-busy=true]").count();
      if (waits > 0) calm = -1;
    }
  }

  async text(): Promise<string> {
    return this.page.locator("main").innerText();
  }

  /** What somebody is told who was refused something. */
  async refusal(): Promise<string> {
    const refused = this.page.locator("#refused");
    await refused.waitFor();
    return refused.innerText();
  }

  async shot(name: string): Promise<void> {
    if (SHOTS !== undefined) await this.page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
  }
}
