// A browser without room: that is told as what it is, and what was sent when it came about is done, once.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Page } from "playwright-core";

import { Browser } from "../support/chromium.ts";
import { Demo } from "../support/demo.ts";
import { at, room, visit } from "../support/person.ts";

const CASE = "ZVH-2026-0001";
const NO_ROOM = /Er is geen ruimte meer op dit apparaat\. .* Maak ruimte, en doe het opnieuw\.\s+Melding: no-room/;

interface Shown {
  readonly rosters: readonly { readonly participants: readonly { readonly approved: number }[] }[];
}

async function refused(page: Page): Promise<string> {
  const shown = page.locator("#refused");
  await shown.waitFor();
  return shown.innerText();
}

test("without room Femke is told so, after what she sent too; and with room both are done", async () => {
  const demo = await Demo.begin();
  const browser = await Browser.open();
  const approved = async (): Promise<number> => {
    const { rosters } = await demo.zegel<Shown>("joris", "case", "show", CASE);
    return rosters.flatMap(({ participants }) => participants).reduce((sum, each) => sum + each.approved, 0);
  };
  try {
    const page = await browser.tab();
    await visit(page, demo.url, "Femke");
    await at(page, `casus/${CASE}/akkoord`);
    await page.getByRole("button", { name: "Akkoord geven", exact: true }).click();
    const yes = page.getByRole("button", { name: "Ja, akkoord" });
    await yes.waitFor();
    const before = await approved();
    await room(page, 1);
    const recorded = page.waitForResponse(`${demo.url}v1/statements`);
    await yes.click();
    assert.ok((await recorded).ok(), "the hub has it");
    assert.match(await refused(page), NO_ROOM);
    const after = await approved();
    assert.ok(after > before);

    await at(page, "casussen");
    assert.match(await refused(page), NO_ROOM);
    await room(page);
    await page.getByRole("button", { name: "Opnieuw ophalen" }).click();
    await page.getByRole("link", { name: CASE }).waitFor();
    await at(page, `casus/${CASE}/akkoord`);
    await page.getByText("Er wordt u nu niets gevraagd in deze casus.").waitFor();
    assert.equal(await approved(), after, "it was done once");
  } finally {
    await browser.close();
    await demo.end();
  }
});
