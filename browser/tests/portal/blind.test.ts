// Sanne works in a browser, with a tap on the line: nothing of what she writes, and none of her secrets, goes over it in clear;
// nor does it lie in what her browser keeps, in its history, or in what it says to its console.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { Browser } from "../support/chromium.ts";
import { House, type Person } from "../support/house.ts";
import { kept } from "../support/kept.ts";
import { at, settled, shownIn } from "../support/person.ts";
import { found, Tap, type Canaries } from "../support/tap.ts";

const HOUSE = "Zorg- en Veiligheidshuis";
const JORIS: Person = { name: "Joris van der Waal", partner: HOUSE, mail: "joris@huis.example", roles: ["procesregisseur"] };
const MILA: Person = { name: "Mila Kuipers", partner: HOUSE, mail: "mila@huis.example", roles: ["procesregisseur"] };
const SANNE: Person = { name: "Sanne Verhoeven", partner: "Gemeente", mail: "sanne@gemeente.example" };
const HUGO: Person = { name: "Hugo Dijkgraaf", partner: "Gemeente", mail: "hugo@gemeente.example" };

const REFERRAL = "kanarie-aanmelding: het gezin aan de Kweldijk";
const QUESTION = "kanarie-vraag: kent u zorgen over dit gezin?";

/** Sanne's own secret, as she could take it to another program. */
function exported(house: House, ...what: string[]): string {
  const file = house.path(`exported${what.join("")}`);
  house.tries(SANNE, "key", "export", ...what, "--out", file);
  return readFileSync(file, "utf8");
}

test("the hub, the line and the browser's own store hold nothing of what Sanne refers", async () => {
  const house = await House.open([HOUSE, "Gemeente"]);
  const code = house.enrol(SANNE);
  for (const each of [JORIS, MILA, HUGO]) house.enrol(each);
  house.types(JORIS, "vault", "add", MILA.mail);
  house.types(SANNE, "vault", "add", HUGO.mail);
  const tap = await Tap.before(new URL(house.url));
  const browser = await Browser.open();
  const said: string[] = [];
  try {
    const page = await browser.tab();
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", (error) => said.push(String(error)));
    const places: string[] = [];
    page.on("framenavigated", (frame) => places.push(frame.url()));
    await page.goto(`${tap.url}#/herstellen`);
    await page.getByLabel("Herstelcode").first().fill(code);
    await page.getByRole("button", { name: "Inloggen", exact: true }).click();
    await page.getByRole("heading", { name: "Mijn werk" }).waitFor();
    await settled(page);

    await at(page, "aanmelden");
    await page.getByLabel("Complexe casus").check();
    await page.locator("#screening-text").fill(REFERRAL);
    await page.locator("#triage-text").fill(QUESTION);
    // A draft is kept meanwhile.
    await page.waitForTimeout(1500);
    const secrets: Canaries = {
      referral: REFERRAL,
      question: QUESTION,
      code,
      "code without dashes": code.replace(/-/g, ""),
      "age secret key": exported(house, "--age").match(/AGE-SECRET-KEY-1\w+/)![0],
      "OpenPGP secret key": exported(house, "--openpgp", "--secret").split("\n\n")[1]!.slice(0, 120),
    };
    const drafted = await kept(page);
    assert.ok(drafted.length > 1000, "something is kept");
    assert.deepEqual(found(drafted, secrets), []);

    await page.getByRole("button", { name: "Verzegelen en versturen" }).click();
    await page.getByRole("heading", { name: "Klopt dit?" }).waitFor();
    await page.getByRole("button", { name: "Ja, aanmelden" }).click();
    await page.locator("#case-number").waitFor();
    await page.getByRole("button", { name: "Naar de casus" }).click();
    await settled(page);
    // She reads it again: what comes back is sealed too.
    await page.getByRole("link", { name: "Aanmelding", exact: true }).click();
    await shownIn(page).getByText(REFERRAL).waitFor();

    assert.ok(tap.bytesSent > 10_000, "it was sent over this line");
    assert.deepEqual(tap.finds(secrets), []);
    assert.deepEqual(tap.finds({ "what is said of the control": "zegel/1 case" }).length, 1, "the search finds what is there");
    assert.deepEqual(found(await kept(page), secrets), []);
    assert.deepEqual(found(Buffer.from([...places, ...said, page.url()].join("\n")), secrets), []);
    assert.deepEqual(said, []);
    const others = places.filter((place) => new URL(place).origin !== tap.url.origin && !place.startsWith("about:"));
    assert.deepEqual(others, [], "nothing is asked of anybody else");
  } finally {
    await browser.close();
    await tap.end();
    await house.close();
  }
});
