// Someone new enrols in the browser, and is in once the house has vouched.

import { test } from "node:test";

import { Browser } from "../support/chromium.ts";
import { House, type Person } from "../support/house.ts";

const FEMKE: Person = { name: "Femke Oosterhof", partner: "Politie", mail: "femke@politie.example" };

test("Femke enrols with a passkey, and the page lets her in when the house has vouched", async () => {
  const house = await House.open(["Zorg- en Veiligheidshuis", "Politie"]);
  const browser = await Browser.open();
  try {
    const page = await browser.tab();
    await page.goto(house.url);
    await page.getByRole("link", { name: "Sleutels maken met een strookje" }).click();
    await page.getByLabel("De tekst van uw strookje").fill(house.slip(FEMKE));
    await page.getByRole("button", { name: "Verder" }).click();
    await page.getByText("Bent u dit?").waitFor();
    await page.getByRole("button", { name: "Passkey maken" }).click();
    const code = await page.locator("#recovery-code").textContent();
    await page.getByLabel("Typ de code over").fill(code ?? "");
    await page.getByRole("button", { name: "Klaar, sleutels versturen" }).click();
    await page.getByRole("heading", { name: "Het huis moet u nog bevestigen" }).waitFor();
    await page.locator("#check-words").waitFor();
  } finally {
    await browser.close();
    await house.close();
  }
});
