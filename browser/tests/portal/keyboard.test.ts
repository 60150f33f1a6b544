// Four stories by keyboard alone: Tab, the arrows, Enter, Space and letters; no pointer touches the page.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Page } from "playwright-core";

import { Browser } from "../support/chromium.ts";
import { Demo } from "../support/demo.ts";
import { House, type Person } from "../support/house.ts";
import { settled, shownIn } from "../support/person.ts";

/** What has the focus: its name, as a screen reader says it, and whether one sees where one is. */
async function focused(page: Page): Promise<{ name: string; isSeen: boolean }> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body) return { name: "", isSeen: false };
    const labels = "labels" in element ? [...((element as HTMLInputElement).labels ?? [])] : [];
    const name = element.getAttribute("aria-label") ?? labels.map((label) => label.innerText).join(" ");
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
    const isSeen = (outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none";
    return { name: (name || element.innerText || element.title).trim(), isSeen };
  });
}

/** Goes on with Tab until something of that name has the focus, which must be seen. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  const passed: string[] = [];
  for (let presses = 0; presses < 120; presses += 1) {
    await page.keyboard.press("Tab");
    const now = await focused(page);
    passed.push(now.name);
    if (!name.test(now.name)) continue;
    assert.ok(now.isSeen, `one does not see that ${now.name} has the focus`);
    return;
  }
  assert.fail(`Tab never comes to ${name}:\n${[...new Set(passed)].join("\n")}`);
}

async function presses(page: Page, name: RegExp, key = "Enter"): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.press(key);
}

test("Noor comes in, and reads her pack", async () => {
  const demo = await Demo.begin();
  const browser = await Browser.open();
  try {
    const page = await browser.tab();
    await page.goto(String(demo.url));
    await settled(page);
    await presses(page, /Binnenstappen als Noor/);
    await page.getByRole("heading", { name: "Mijn werk" }).waitFor();
    await settled(page);
    await presses(page, /^Informatiepakket lezen/);
    await page.getByRole("heading", { name: /^Informatiepakket:/ }).waitFor();
    await settled(page);
    // Where one arrives the focus is on the work, behind what stands on every page.
    await presses(page, /^Doel en agenda/);
    await shownIn(page).locator("pre").waitFor();
    await tabTo(page, /^Opslaan/);
  } finally {
    await browser.close();
    await demo.end();
  }
});

const HOUSE = "Zorg- en Veiligheidshuis";
const JORIS: Person = { name: "Joris van der Waal", partner: HOUSE, mail: "joris@huis.example", roles: ["procesregisseur"] };
const MILA: Person = { name: "Mila Kuipers", partner: HOUSE, mail: "mila@huis.example", roles: ["procesregisseur"] };
const SANNE: Person = { name: "Sanne Verhoeven", partner: "Gemeente", mail: "sanne@gemeente.example" };
const HUGO: Person = { name: "Hugo Dijkgraaf", partner: "Gemeente", mail: "hugo@gemeente.example" };

test("Hugo enrols, and Sanne refers a case", async () => {
  const house = await House.open([HOUSE, "Gemeente"]);
  const browsers: Browser[] = [];
  const tab = async (): Promise<Page> => {
    const browser = await Browser.open();
    browsers.push(browser);
    return browser.tab();
  };
  try {
    const code = house.enrol(SANNE);
    for (const each of [JORIS, MILA]) house.enrol(each);
    house.types(JORIS, "vault", "add", MILA.mail);
    house.types(SANNE, "vault", "add", SANNE.mail);

    const hugo = await tab();
    await hugo.goto(house.url);
    await settled(hugo);
    await presses(hugo, /^Sleutels maken met een strookje/);
    await tabTo(hugo, /^De tekst van uw strookje/);
    await hugo.keyboard.insertText(house.slip(HUGO));
    await presses(hugo, /^Verder/);
    await hugo.getByText("Bent u dit?").waitFor();
    await presses(hugo, /^Passkey maken/);
    const shown = await hugo.locator("#recovery-code").innerText();
    await tabTo(hugo, /^Typ de code over/);
    await hugo.keyboard.insertText(shown);
    await hugo.keyboard.press("Enter");
    await hugo.locator("#check-words").waitFor();

    const sanne = await tab();
    await sanne.goto(`${house.url}#/herstellen`);
    await settled(sanne);
    await tabTo(sanne, /^Herstelcode/);
    await sanne.keyboard.insertText(code);
    await sanne.keyboard.press("Enter");
    await sanne.getByRole("heading", { name: "Mijn werk" }).waitFor();
    await settled(sanne);
    await presses(sanne, /^Aanmelden$/);
    await sanne.locator("#screening-text").waitFor();
    await settled(sanne);
    await presses(sanne, /Complexe casus/, "Space");
    for (const [id, typed] of [
      ["screening-text", "De school belt wekelijks."],
      ["triage-text", "Kent u zorgen over dit gezin?"],
    ] as const) {
      await tabToId(sanne, id);
      await sanne.keyboard.insertText(typed);
    }
    await presses(sanne, /^Verzegelen en versturen/);
    await sanne.getByRole("heading", { name: "Klopt dit?" }).waitFor();
    await presses(sanne, /^Ja, aanmelden/);
    await sanne.locator("#case-number").waitFor();
  } finally {
    await Browser.closeAll(browsers);
    await house.close();
  }
});

test("Sanne lets Hugo open their partner's vault", async () => {
  const house = await House.open([HOUSE, "Gemeente"]);
  const browser = await Browser.open();
  try {
    const code = house.enrol(SANNE);
    house.enrol(HUGO);
    house.types(SANNE, "vault", "add", SANNE.mail);
    const page = await browser.tab();
    await page.goto(`${house.url}#/herstellen`);
    await settled(page);
    await tabTo(page, /^Herstelcode/);
    await page.keyboard.insertText(code);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Mijn werk" }).waitFor();
    await settled(page);
    await presses(page, /^Huis$/);
    await page.getByRole("heading", { name: "Huis", level: 1 }).waitFor();
    await settled(page);
    await presses(page, /^Bekijken en wijzigen/);
    await page.getByRole("heading", { name: "Kluis van Gemeente" }).waitFor();
    await settled(page);
    await presses(page, /^Hugo Dijkgraaf/, "Space");
    await presses(page, /^Wijzigen/);
    await page.getByRole("heading", { name: "Klopt dit?" }).waitFor();
    await presses(page, /^Ja, wijzigen/);
    await page.getByText("Het is gewijzigd.").waitFor();
    const { holders } = house.types(HUGO, "vault", "show") as { holders: readonly { readonly holds: boolean }[] };
    assert.deepEqual(holders.map(({ holds }) => holds), [true, true]);
  } finally {
    await browser.close();
    await house.close();
  }
});

async function tabToId(page: Page, id: string): Promise<void> {
  for (let tries = 0; tries < 120; tries += 1) {
    await page.keyboard.press("Tab");
    if ((await page.evaluate(() => document.activeElement?.id)) === id) return;
  }
  assert.fail(`Tab never comes to #${id}`);
}
