// Sanne works in a browser, with a tap on the line: nothing of what she writes, and none of her secrets, goes over it
// in clear, or lies in what her browser keeps, its history too. The twelve stories look for the same of everyone.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import type { Locator, Page } from "playwright-core";

import { KeyBundle } from "../../src/client/secret.ts";
import { openFile, SealingKey } from "../../src/protocol/seal.ts";
import { Browser } from "../support/chromium.ts";
import { filesIn } from "../support/files.ts";
import { House, type Person } from "../support/house.ts";
import { kept } from "../support/kept.ts";
import { at, settled, shownIn } from "../support/person.ts";
import { ofBundle, ofRecoveryCode } from "../support/secrets.ts";
import { found, Search, Tap, type Canaries } from "../support/tap.ts";

const HOUSE = "Zorg- en Veiligheidshuis";
const JORIS: Person = { name: "Joris van der Waal", partner: HOUSE, mail: "joris@huis.example", roles: ["procesregisseur"] };
const MILA: Person = { name: "Mila Kuipers", partner: HOUSE, mail: "mila@huis.example", roles: ["procesregisseur"] };
const SANNE: Person = { name: "Sanne Verhoeven", partner: "Gemeente", mail: "sanne@gemeente.example" };
const HUGO: Person = { name: "Hugo Dijkgraaf", partner: "Gemeente", mail: "hugo@gemeente.example" };

const WRITTEN = {
  referral: "kanarie-aanmelding: het gezin aan de Kweldijk",
  question: "kanarie-vraag: kent u zorgen over dit gezin?",
  "name of the file": "kanarie-bestand.txt",
  title: "kanarie-titel van een verslag",
  content: "kanarie-inhoud: de wijkcoach kwam langs",
  ground: "kanarie-grond: artikel 7",
  use: "kanarie-gebruik: alleen voor dit overleg",
};

/** Sanne's own secrets, as they lie on her command line too. */
async function secretsOf(house: House, code: string): Promise<Canaries> {
  const home = (name: string): Buffer => readFileSync(`${house.homeOf(SANNE)}/${name}`);
  const identity = SealingKey.parse(home("identity.txt").toString().trim());
  const bundle = await KeyBundle.fromBytes(await openFile(new Uint8Array(home("secrets.age")), identity));
  return { ...ofBundle("Sanne", bundle), ...ofRecoveryCode("Sanne", code) };
}

const button = (page: Page, name: string): Locator => page.locator("main").getByRole("button", { name, exact: true });

async function agrees(page: Page, name: string): Promise<void> {
  await page.getByRole("heading", { name: "Klopt dit?" }).waitFor();
  await button(page, name).click();
}

/** She comes in with her recovery code, and types a referral: a draft of it is kept. */
async function begins(page: Page, url: URL, code: string): Promise<void> {
  await page.goto(`${url.href}#/herstellen`);
  await page.getByLabel("Herstelcode").first().fill(code);
  await page.getByRole("button", { name: "Inloggen", exact: true }).click();
  await page.getByRole("heading", { name: "Mijn werk" }).waitFor();
  await settled(page);
  await at(page, "aanmelden");
  await page.getByLabel("Complexe casus").check();
  await page.locator("#screening-text").fill(WRITTEN.referral);
  await page.locator("#triage-text").fill(WRITTEN.question);
  await page.waitForTimeout(1500);
}

/** She sends it, and reads it again: what comes back is sealed too. The number of the case. */
async function refers(page: Page): Promise<string> {
  await button(page, "Verzegelen en versturen").click();
  await agrees(page, "Ja, aanmelden");
  const number = /ZVH-\d{4}-\d{4}/.exec(await page.locator("#case-number").innerText())![0];
  await button(page, "Naar de casus").click();
  await settled(page);
  await page.getByRole("link", { name: "Aanmelding", exact: true }).click();
  await shownIn(page).getByText(WRITTEN.referral).waitFor();
  return number;
}

/** She puts a file in, with what she has to say of it, and reads that again. */
async function contributes(page: Page, number: string): Promise<void> {
  await at(page, `casus/${number}/bijdragen`);
  const file = { name: WRITTEN["name of the file"], mimeType: "text/plain", buffer: Buffer.from(WRITTEN.content) };
  await page.getByLabel("Bestanden kiezen").setInputFiles(file);
  await page.getByLabel("Titel", { exact: true }).fill(WRITTEN.title);
  const folded = page.locator("main details:not([open]) > summary");
  while ((await folded.count()) > 0) await folded.first().click();
  await page.locator("#said-ground").fill(WRITTEN.ground);
  await page.locator("#said-use").fill(WRITTEN.use);
  await page.waitForTimeout(1500);
  await button(page, "Verzegelen en versturen").click();
  await agrees(page, "Ja, toevoegen");
  await page.getByText("Uw stuk staat in de casus.").waitFor();
  await at(page, `casus/${number}`);
  await page.getByRole("link", { name: WRITTEN.title }).click();
  await shownIn(page).getByText(WRITTEN.content).waitFor();
  await page.locator("main").getByText(WRITTEN.use).waitFor();
}

test("the line and the browser's own folder hold nothing of what Sanne refers and contributes", async () => {
  const house = await House.open([HOUSE, "Gemeente"]);
  const code = house.enrol(SANNE);
  for (const each of [JORIS, MILA, HUGO]) house.enrol(each);
  house.types(JORIS, "vault", "add", MILA.mail);
  house.types(SANNE, "vault", "add", HUGO.mail);
  const canaries = { ...WRITTEN, ...(await secretsOf(house, code)) };
  const tap = await Tap.before(new URL(house.url));
  const remains = house.path("remains");
  try {
    const browser = await Browser.open();
    try {
      const page = await browser.tab();
      await begins(page, tap.url, code);
      const drafted = await kept(page);
      assert.ok(drafted.length > 1000, "something is kept");
      assert.deepEqual(found(drafted, canaries), []);
      await contributes(page, await refers(page));
      assert.deepEqual(found(await kept(page), canaries), []);
    } finally {
      await browser.close(remains);
    }
    assert.ok(tap.bytesSent > 10_000, "it was sent over this line");
    assert.deepEqual(tap.finds(canaries), []);
    assert.equal(tap.finds({ "what is said of the control": "zegel/1 case" }).length, 1, "the search finds what is there");

    const search = new Search(canaries);
    const left = filesIn(remains);
    const seen = left.flatMap((path) => search.in([readFileSync(path)]).map((what) => `${what} in ${path}`));
    assert.deepEqual(seen, []);
    const history = readFileSync(left.find((path) => path.endsWith("/History"))!);
    assert.equal(found(history, { place: "#/aanmelden" }).length, 1, "where she was is found");
  } finally {
    await tap.end();
    await house.close();
  }
});
