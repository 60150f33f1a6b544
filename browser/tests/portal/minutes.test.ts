// Verslag: Joris writes down what was said at the meeting that was held, and from which item it comes; each reads of a source
// only what was released to them, and the item is on record.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Browser } from "../support/chromium.ts";
import { Demo } from "../support/demo.ts";
import { at, settled, visit } from "../support/person.ts";

const NUMBER = "ZVH-2026-0001";
const SOURCE = "Overzicht zorgmeldingen, juni tot en met oktober";

let demo: Demo;
before(async () => {
  demo = await Demo.begin();
});
after(async () => demo.end());

interface Letters {
  readonly received: readonly { readonly letter: string; readonly kind: string }[];
}

/** The minutes that came last, as the command line reads them. */
async function reads(name: string): Promise<string> {
  const { received } = await demo.zegel<Letters>(name, "letters", NUMBER);
  const { letter } = received.find(({ kind }) => kind === "minutes")!;
  return (await demo.zegel<{ text: string }>(name, "read", letter)).text;
}

test("Joris puts minutes on record and sends them; a source shows to whom it was released, and to nobody else", async () => {
  const browser = await Browser.open();
  try {
    const page = await browser.tab();
    await visit(page, demo.url, "Joris");
    await at(page, `casus/${NUMBER}/overleg`);
    const main = page.locator("main");
    const press = async (name: string): Promise<void> => {
      await main.getByRole("button", { name, exact: true }).first().click();
      await page.waitForTimeout(50);
      await settled(page);
    };
    await main.getByText("Eerdere overleggen").click();
    await press("Verslag");
    await main.getByText("Wat is er besproken?").waitFor();
    await press("Verder");
    await main.getByRole("link", { name: "Schrijf de tekst van alinea 1." }).waitFor();
    await main.getByLabel("Tekst").fill("Het was rustig.");
    await main.getByLabel(new RegExp(SOURCE)).check();
    await press("Nog een alinea");
    await main.getByLabel("Tekst").nth(1).fill("Noor belt elke week.");
    await main.getByLabel("Wat is er besloten?").fill("Noor is het vaste aanspreekpunt.");
    await press("Een actie toevoegen");
    await main.getByLabel("Wie", { exact: true }).fill("Femke Oosterhof");
    await main.getByLabel("Wat", { exact: true }).fill("belt de wijkagent");
    await press("Verder");
    await main.getByText("U legt dit verslag vast als stuk van de casus.").waitFor();
    assert.match(await main.innerText(), new RegExp(`Het was rustig[^]*${SOURCE}`));
    await press("Ja, vastleggen");
    await main.getByText("U stuurt 3 mensen het verslag.").waitFor();
    await press("Ja, versturen");
    await main.getByText("Het is verstuurd.").waitFor();
  } finally {
    await browser.close();
  }
  const [noor, sanne] = [await reads("noor"), await reads("sanne")];
  for (const text of [noor, sanne]) assert.match(text, /Het was rustig[^]*Noor belt elke week[^]*belt de wijkagent/);
  assert.ok(noor.includes(SOURCE));
  assert.ok(!sanne.includes(SOURCE), "nothing of what was not released to her");
});
