// A working day: what waits says who asks and how long is left; who referred signs that it was consulted; and one person
// in two windows.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import type { Page } from "playwright-core";

import { Browser } from "../support/chromium.ts";
import { Demo } from "../support/demo.ts";
import { inDays } from "../support/house.ts";
import { at, settled, visit } from "../support/person.ts";

const CASE = "ZVH-2026-0001";

let demo: Demo;
before(async () => {
  demo = await Demo.begin();
});
after(async () => demo.end());

async function within(who: string, told: (page: Page) => Promise<void>): Promise<void> {
  const browser = await Browser.open();
  try {
    const page = await browser.tab();
    await visit(page, demo.url, who);
    await told(page);
  } finally {
    await browser.close();
  }
}

const text = (page: Page): Promise<string> => page.locator("main").innerText();

test("Femke sees what she is asked, by whom, and until when; urgent first, then by deadline", async () => {
  const ask = (until: string, question: string): Promise<unknown> =>
    demo.zegel("joris", "request", CASE, "--to", "Femke", "--until", until, "--question", question);
  await ask(inDays(9), "Zijn er sinds november meldingen?");
  await ask(inDays(3), "Is de ruit gemaakt?");
  const when = ["--date", `${inDays(6)} 09:00`, "--urgent"];
  await demo.zegel("joris", "roster", CASE, ...when, "--participant", "Sanne:Artikel 9.2e.");
  await demo.zegel("joris", "ask", CASE, "--roster", await latestRoster());
  await within("Femke", async (page) => {
    const rows = await page.locator(".work-row").allInnerTexts();
    const of = (part: RegExp): number => rows.findIndex((row) => part.test(row));
    const [urgent, near, far] = [of(/Spoed/), of(/nog 3 dagen/), of(/nog 9 dagen/)];
    assert.equal(urgent, 0, rows.join("\n\n"));
    assert.ok(0 < near && near < far, rows.join("\n\n"));
    assert.match(rows[urgent]!, /Joris van der Waal vraagt dit namens Gemeente Lingewaarden/);
    assert.match(rows[near]!, /Vraag van Joris van der Waal beantwoorden[^]*Zorg- en Veiligheidshuis/);
    // What was only looked at for its term was not read.
    await at(page, "berichten");
    assert.match(await text(page), /Vraag van Joris van der Waal[^]*nieuw/);
  });
});

test("what comes in while Femke looks at it shows by itself", async () => {
  const browser = await Browser.open();
  try {
    const page = await browser.tab();
    await page.clock.install();
    await visit(page, demo.url, "Femke");
    const question = ["--until", inDays(12), "--question", "Wie was er bij?"];
    await demo.zegel("joris", "request", CASE, "--to", "Femke", ...question);
    assert.doesNotMatch(await text(page), /nog 12 dagen/);
    await page.clock.runFor("01:01");
    await page.locator(".work-row", { hasText: "nog 12 dagen" }).waitFor();
  } finally {
    await browser.close();
  }
});

test("Sanne, who referred, signs that she was consulted; then Joris is not asked to say so", async () => {
  await within("Sanne", async (page) => {
    await at(page, `casus/${CASE}`);
    await page.getByRole("button", { name: "Overleg bevestigen" }).click();
    await page.getByLabel("Met wie hebt u overlegd").fill("Joris belde mij: wij zijn het eens.");
    await page.getByRole("button", { name: "Verder" }).click();
    await page.getByRole("button", { name: "Ja, ondertekenen" }).click();
    await page.getByRole("heading", { name: "Wat er is besloten" }).waitFor();
    assert.match(await text(page), /Overleg\s[^]*Joris belde mij: wij zijn het eens\./);
    assert.equal(await page.getByRole("button", { name: "Overleg bevestigen" }).count(), 0);
  });
  await within("Joris", async (page) => {
    await at(page, `casus/${CASE}/overleg`);
    assert.match(await text(page), /Overlegd \(ondertekend door de partner\)[^]*Joris belde mij: wij zijn het eens\./);
  });
});

test("Karim goes on in a second window, and the first one locks", async () => {
  await within("Karim", async (first) => {
    const second = await first.context().newPage();
    await second.goto(String(demo.url));
    await settled(second);
    await second.getByRole("button", { name: / Karim\b/ }).click();
    await second.getByText("Zegel is al open in een ander venster.").waitFor();
    await second.getByRole("button", { name: "Hier verdergaan" }).click();
    await second.getByRole("heading", { level: 1, name: "Mijn werk" }).waitFor();
    await first.getByText("U bent verdergegaan in een ander venster.").waitFor();
    assert.equal(await first.getByRole("navigation").count(), 0);
    await at(second, "huis");
    await second.getByRole("heading", { level: 1, name: "Huis" }).waitFor();
  });
});

/** The roster that was made last. */
async function latestRoster(): Promise<string> {
  const { rosters } = await demo.zegel<{ rosters: { roster: string }[] }>("joris", "case", "show", CASE);
  return rosters.at(-1)!.roster;
}
