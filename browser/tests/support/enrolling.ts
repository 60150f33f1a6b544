// Getting keys: somebody makes them in the portal with a slip, and the secretary carries them to the authority, which
// is offline, and back.

import { readdirSync } from "node:fs";

import type { Page } from "playwright-core";

import { inDays, type House, type Person } from "./house.ts";

/** Whoever presses what is on a page. */
interface Presses {
  readonly page: Page;
  press(name: string | RegExp, role?: "button" | "link"): Promise<void>;
}

/** A slip that the authority made offline, and published nothing of: its file. With the member who needs new keys. */
export function slipOf(house: House, { partner, name, mail }: Person, member?: string): string {
  const file = house.path(`slip-${mail}${member ?? ""}.txt`);
  const again = member === undefined ? [] : ["--member", member];
  const who = ["--partner", partner, "--name", name, "--mail", mail, ...again];
  house.authority("slip", ...who, "--until", inDays(14), "--out", file);
  return file;
}

/** Enrols in a browser, up to the words to read aloud. */
export async function enrols(hand: Presses, house: House, slip: string): Promise<{ code: string; words: string }> {
  const { page } = hand;
  await page.goto(house.portal);
  await hand.press("Sleutels maken met een strookje", "link");
  await page.getByLabel("De tekst van uw strookje").fill(slip);
  await hand.press("Verder");
  await page.getByText("Bent u dit?").waitFor();
  await hand.press("Passkey maken");
  const code = (await page.locator("#recovery-code").textContent()) ?? "";
  await page.getByLabel("Typ de code over").fill(code.toLowerCase());
  await hand.press("Klaar, sleutels versturen");
  await page.getByRole("heading", { name: "Het huis moet u nog bevestigen", level: 1 }).waitFor();
  const words = (await page.locator("#check-words").textContent()) ?? "";
  return { code, words };
}

export async function entersByCode(hand: Presses, house: House, code: string): Promise<void> {
  await hand.page.goto(house.portal);
  await hand.press("Inloggen met uw herstelcode", "link");
  await hand.page.getByLabel("Herstelcode", { exact: true }).fill(code);
  await hand.press("Inloggen");
}

/** Hands what the authority made since the last time to the portal of its secretary, and publishes. */
export class Carrier {
  private readonly carried = new Set<string>();

  constructor(
    private readonly house: House,
    private readonly hand: Presses,
  ) {
    for (const file of this.files()) this.carried.add(file);
  }

  private files(): string[] {
    return ["out", "sent"].flatMap((folder) =>
      readdirSync(this.house.path("authority", folder)).map((name) => this.house.path("authority", folder, name)),
    );
  }

  /** Chooses the new files, with these beside. How many statements there are to publish. */
  async brings(more: readonly string[] = []): Promise<number> {
    const fresh = this.files().filter((file) => !this.carried.has(file));
    for (const file of fresh) this.carried.add(file);
    await this.hand.page.getByLabel("Bestanden kiezen").setInputFiles([...fresh, ...more]);
    const count = fresh.length;
    const shown = count === 1 ? "1 bestand om te publiceren" : `${count} bestanden om te publiceren`;
    await this.hand.page.getByRole("heading", { name: shown }).waitFor();
    return count;
  }

  async publishes(count: number): Promise<void> {
    await this.hand.press("Publiceren");
    const said = count === 1 ? "1 bestand is gepubliceerd." : `${count} bestanden zijn gepubliceerd.`;
    await this.hand.page.getByText(said).waitFor();
  }

  /** Takes a key that waits to the authority, after hearing its words; the authority vouches, offline. */
  async takes({ name, roles = [] }: Person, words: string): Promise<void> {
    const row = this.hand.page.locator("li", { hasText: name });
    await row.getByText(words).waitFor();
    const [download] = await Promise.all([
      this.hand.page.waitForEvent("download"),
      row.getByRole("button", { name: /Bestand voor de autoriteit/ }).click(),
    ]);
    const request = this.house.path(download.suggestedFilename());
    await download.saveAs(request);
    this.house.authority("vouch", request, ...roles.flatMap((role) => ["--role", role]), "--until", inDays(365));
  }
}
