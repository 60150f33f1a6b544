// A hub that lies to a browser: each lie is refused on the screen, in words that say what to do, and nothing was signed.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import type { Page } from "playwright-core";

import { SYSTEM_CLOCK } from "../../src/client/clock.ts";
import { Work, type Context } from "../../src/client/context.ts";
import { toldOutcomes } from "../../src/client/verbs/case.ts";
import { reply } from "../../src/client/verbs/letter/reply.ts";
import { request } from "../../src/client/verbs/letter/write.ts";
import { caseNumber, plus } from "../../src/protocol/id.ts";
import { Browser } from "../support/chromium.ts";
import { Demo } from "../support/demo.ts";
import { Liar, type Lie } from "../support/liar.ts";
import { at, settled, visit } from "../support/person.ts";
import { Smuggler, smuggled, type Helpers, type SmuggledLie } from "../support/smuggle.ts";

const NUMBER = caseNumber("ZVH-2026-0001");

let demo: Demo;
let liar: Liar;
let journal: Smuggler;
let helpers: Helpers;
before(async () => {
  demo = await Demo.begin();
  liar = await Liar.before(demo.url);
  journal = await Smuggler.of(demo);
  const people = ["joris", "femke", "pieter", "noor"].map((name) => demo.person(name));
  const [joris, femke, pieter, noor] = await Promise.all(people);
  helpers = { number: NUMBER, joris: joris!, femke: femke!, pieter: pieter!, noor: noor! };
  for (const ctx of people) await Work.begin(await ctx);
});
after(async () => {
  await journal?.end();
  await liar?.end();
  await demo?.end();
});

/** Lies about what every page is made of, each with the code that the screen has to show. */
const LIES: readonly [Lie, string][] = [
  ["other-authority", "wrong-authority"],
  ["out-of-order", "malformed-evidence"],
  ["other-moment", "not-in-journal"],
  ["cut-proof", "not-in-journal"],
  ["forged-checkpoint", "bad-checkpoint"],
];

test("what a lying hub tells a browser is refused on the screen, and with the truth all goes on", async () => {
  const browser = await Browser.open();
  try {
    const page = await browser.tab();
    await visit(page, liar.url, "Noor");
    for (const [lie, code] of LIES) {
      liar.lie(lie);
      const posted = liar.posted;
      await at(page, "casussen");
      const refused = page.locator("#refused");
      await refused.waitFor({ timeout: 60_000 });
      const said = await refused.innerText();
      assert.match(said, new RegExp(`Melding: ${code}`), `${lie}: ${said}`);
      assert.equal(liar.posted, posted, "nothing was sent");
      liar.truth();
      await page.getByRole("button", { name: "Opnieuw ophalen" }).click();
      await page.getByRole("link", { name: "ZVH-2026-0001" }).waitFor();
      await at(page, "werk");
    }
  } finally {
    await browser.close();
  }
});

test("the reason of an answer that the hub keeps back is told as that", async () => {
  const { joris, femke } = helpers;
  const to = [(await Work.begin(femke)).world.me];
  const until = plus(SYSTEM_CLOCK.now(), 5 * 24 * 3600);
  const [asked] = await (await request(joris, NUMBER, { to, question: "Wat weet u?", until, portal: demo.url.href })).send();
  const question = asked!.letter;
  await (await reply(femke, NUMBER, question, { word: "no-contribution", reason: "Loopt nog." })).send();
  const browser = await Browser.open();
  try {
    const page = await browser.tab();
    await visit(page, liar.url, "Femke");
    const looks = async (): Promise<string> => {
      await at(page, "werk");
      await at(page, `casus/${NUMBER}/bericht/${question}`);
      return page.locator("main").innerText();
    };
    const keptBack = /De hub houdt de reden achter die voor uw organisatie is opgeschreven\. Bel het huis\./;
    liar.lie("no-headers", [["/parts/reason/headers", ""]]);
    const lied = await looks();
    assert.match(lied, keptBack);
    assert.match(lied, /Femke Oosterhof: geen bijdrage/, "the answer itself still shows");
    assert.doesNotMatch(lied, /Loopt nog\./);
    liar.truth();
    const told = await looks();
    assert.match(told, /Loopt nog\./);
    assert.doesNotMatch(told, keptBack);
  } finally {
    liar.truth();
    await browser.close();
  }
});

/** What the hub records with somebody's help, who looks where, what the screen says of it, and what it shows in truth. */
const SMUGGLED: readonly (readonly [SmuggledLie, who: string, place: string, said: RegExp, truth: RegExp])[] = [
  [
    "old-roster",
    "Noor",
    `casus/${NUMBER}/pakket`,
    /verklaring \(approval, .*\) die niet mag bestaan: other-roster\./,
    /Overzicht zorgmeldingen/,
  ],
  [
    "release-unapproved",
    "Noor",
    `casus/${NUMBER}/pakket`,
    /verklaring \(release, .*\) die niet mag bestaan: not-approved\./,
    /Overzicht zorgmeldingen/,
  ],
  [
    "release-unconsulted",
    "Noor",
    `casus/${NUMBER}/pakket`,
    /verklaring \(release, .*\) die niet mag bestaan: not-consulted\./,
    /Overzicht zorgmeldingen/,
  ],
  [
    "strangers-generation",
    "Femke",
    `casus/${NUMBER}`,
    /verklaring \(vault, .*\) die niet mag bestaan: not-holder\./,
    /Overzicht zorgmeldingen/,
  ],
];

test("what stands in the journal and breaks a rule is refused on the screen, and nothing of it is shown", async () => {
  const main = (page: Page): Promise<string> => page.locator("main").innerText();
  /** Someone at a place, in a browser that saw nothing before. */
  const arrives = async (who: string, place: string): Promise<{ browser: Browser; page: Page }> => {
    const browser = await Browser.open();
    const page = await browser.tab();
    await visit(page, liar.url, who);
    await at(page, place);
    return { browser, page };
  };
  for (const [lie, who, place, says, truth] of SMUGGLED) {
    const statement = await smuggled(lie, helpers);
    const { browser, page } = await arrives(who, place);
    try {
      assert.match(await main(page), truth, `${lie}: before it is told`);
      await at(page, "sleutels");
      const [size, posted] = [await journal.size(), liar.posted];
      await journal.record(statement);
      await at(page, place);
      await page.locator("#refused").waitFor({ timeout: 60_000 });
      const said = await page.locator("#refused").innerText();
      assert.match(said, says, lie);
      assert.match(said, /Er is niets van geloofd\. Bel het huis\.\s+Melding: forged-statement/, lie);
      assert.ok(!/\bzegel [a-z]/.test(said), `${lie}: no command that nobody can type here: ${said}`);
      assert.doesNotMatch(await main(page), truth, `${lie}: nothing is shown of it`);
      assert.deepEqual([await journal.size(), liar.posted], [size + 1, posted], `${lie}: nothing was sent or opened`);
    } finally {
      await journal.takeBack();
      await browser.close();
    }
    const told = await arrives(who, place);
    assert.match(await main(told.page), truth, `${lie}, and then the truth`);
    await told.browser.close();
  }
});

/** Joris signs a consultation whose outcome is no text at all. */
async function signsNonsense(ctx: Context): Promise<void> {
  const work = await Work.begin(ctx);
  const of = await work.world.loadCase(NUMBER);
  const [before] = of.consultations.values();
  const draft = work.draft();
  const { payload, grants } = draft.seal(new Uint8Array(1024).fill(0x7b), toldOutcomes(work.world, of, draft.signedAt));
  draft.push({ ...before!, outcome: payload, grantOutcome: grants });
  await work.send(draft);
}

test("a text that the hub keeps back is told as that, and never looks as if there was none", async () => {
  const browser = await Browser.open();
  try {
    const page = await browser.tab();
    await visit(page, liar.url, "Joris");
    const history = page.getByRole("listitem").filter({ has: page.locator("strong") });
    const of = async (step: string): Promise<string> => (await history.filter({ hasText: step }).allInnerTexts()).join("\n");
    const keptBack = /De hub houdt deze tekst achter\. Bel het huis\./;
    /** What a case and its meeting say. */
    const looks = async () => {
      await at(page, `casus/${NUMBER}`);
      const [consulted, phases, refusals] = [await of("Overleg"), await of("Fase"), await of("Geen akkoord")];
      await at(page, `casus/${NUMBER}/overleg`);
      return { consulted, phases, refusals, meeting: await page.locator("main").innerText() };
    };

    liar.lie("no-headers", [["/parts/outcome/headers", ""]]);
    const lied = await looks();
    assert.match(lied.consulted, keptBack);
    assert.match(lied.phases, keptBack);
    assert.doesNotMatch(lied.consulted, /Gebeld met Sanne/);
    assert.doesNotMatch(lied.refusals, keptBack, "a reason is for the supplier's own vault");
    assert.match(lied.meeting, keptBack);

    liar.lie("no-headers", [["/parts/grounds/headers", ""]]);
    const groundless = await looks();
    assert.match(groundless.meeting, /De hub houdt achter op welke grond deze mensen erbij mogen zijn\. Bel het huis\./);
    assert.doesNotMatch(groundless.meeting, keptBack);
    // Who changes the meeting is told why the fields are empty.
    await page.getByRole("button", { name: "Overleg wijzigen", exact: true }).click();
    await page.locator("#plan").waitFor();
    await page.getByText("De hub houdt achter op welke grond deze mensen erbij mogen zijn. Bel het huis.").waitFor();

    liar.truth();
    const told = await looks();
    assert.match(told.consulted, /Gebeld met Sanne/);
    assert.match(told.meeting, /Gebeld met Sanne/);
    for (const said of Object.values(told)) assert.doesNotMatch(said, /houdt .*achter|niet te lezen/);

    // What somebody sealed that is no text is no hub's doing.
    await signsNonsense(helpers.joris);
    await at(page, `casus/${NUMBER}`);
    assert.match(await of("Overleg"), /Deze tekst is niet te lezen\. Vraag wie hem schreef wat er staat\./);
    assert.doesNotMatch(await of("Overleg"), keptBack);
  } finally {
    liar.truth();
    await browser.close();
  }
});

test("nothing that was typed is lost when what the hub shows is refused, and with the truth it is sent", async () => {
  const statement = await smuggled("forged-membership", helpers);
  const browser = await Browser.open();
  try {
    const page = await browser.tab();
    await visit(page, liar.url, "Femke");
    await at(page, `casus/${NUMBER}/bijdragen`);
    const buffer = Buffer.from("Melding van vandaag.");
    const chosen = { name: "melding_vandaag.txt", mimeType: "text/plain", buffer };
    await page.getByLabel("Bestanden kiezen").setInputFiles(chosen);
    await page.getByLabel("Titel", { exact: true }).fill("Wat de buurt vandaag meldde");
    await page.getByLabel("Feit").check();
    await page.getByLabel("Hoe betrouwbaar is het?").fill("eigen waarneming");
    const send = page.locator("main").getByRole("button", { name: "Verzegelen en versturen", exact: true });
    const posted = liar.posted;
    await journal.record(statement);
    await send.click();
    await page.locator("#refused").waitFor({ timeout: 60_000 });
    const said = await page.locator("#refused").innerText();
    assert.match(said, /verklaring \(membership, .*\) die niet mag bestaan: bad-signature\. .* Bel het huis\.\s+Melding: forged-statement/);
    assert.equal(await page.getByLabel("Titel", { exact: true }).inputValue(), "Wat de buurt vandaag meldde");
    assert.equal(await page.getByLabel("Hoe betrouwbaar is het?").inputValue(), "eigen waarneming");
    assert.ok(await page.getByLabel("Feit").isChecked());
    assert.equal(liar.posted, posted, "nothing was signed");

    await journal.takeBack();
    // What it recorded unjudged it would else remember, and judge the truth by.
    await demo.restart();
    await send.click();
    await page.getByRole("heading", { name: "Klopt dit?" }).waitFor();
    await page.getByRole("button", { name: "Ja, toevoegen", exact: true }).click();
    await page.getByText("Uw stuk staat in de casus.").waitFor();
    await settled(page);
    assert.equal(liar.posted, posted + 1);
  } finally {
    await browser.close();
  }
});
