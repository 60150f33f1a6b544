// A hub that lies to a browser: each lie is refused on the screen, in words, and nothing was signed.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Browser } from "../support/chromium.ts";
import { Demo } from "../support/demo.ts";
import { Liar, type Lie } from "../support/liar.ts";
import { at, visit } from "../support/person.ts";

let demo: Demo;
let liar: Liar;
before(async () => {
  demo = await Demo.begin();
  liar = await Liar.before(demo.url);
});
after(async () => {
  await liar.end();
  await demo.end();
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
      await page.getByRole("button", { name: "Opnieuw proberen" }).click();
      await page.getByRole("link", { name: "ZVH-2026-0001" }).waitFor();
      await at(page, "werk");
    }
  } finally {
    await browser.close();
  }
});
