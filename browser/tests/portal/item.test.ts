// Stuk: whoever reads sees the rules that are enforced; its supplier and the procesregisseur see who read it, and nobody
// else does.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import type { Page } from "playwright-core";

import { found } from "../support/faults.ts";
import { Browser } from "../support/chromium.ts";
import { Demo } from "../support/demo.ts";
import { at, settled, shownIn, visit } from "../support/person.ts";

const CONTACTS = /Contactmomenten en afspraken/;
const PHOTO = /Foto van de voordeur/;

let demo: Demo;
before(async () => {
  demo = await Demo.begin();
});
after(async () => demo.end());

/** Somebody's browser. */
async function inBrowser(who: string, tell: (page: Page) => Promise<void>, locale = "nl-NL"): Promise<void> {
  const browser = await Browser.open({ locale });
  try {
    const page = await browser.tab();
    await visit(page, demo.url, who);
    await tell(page);
  } finally {
    await browser.close();
  }
}

/** Opens an item, and waits until all that is said of it is there. */
async function opens(page: Page, title: RegExp, place = "casus/ZVH-2026-0001"): Promise<void> {
  await at(page, place);
  await page.getByRole("link", { name: title }).click();
  await page.getByRole("heading", { level: 1, name: title }).waitFor();
  await settled(page);
}

/** What a card says, each line without more blanks than it needs. */
async function card(page: Page, title: string): Promise<string> {
  const all = page.locator(".card").filter({ has: page.getByRole("heading", { name: title, exact: true }) });
  return (await all.innerText()).replace(/[^\S\n]+/g, " ");
}

/** Who is told to have read it, a line for each. */
async function readers(page: Page): Promise<string[]> {
  const all = await page.locator("#readers li").allInnerTexts();
  return all.map((line) => line.replace(/\s+/g, " "));
}

test("Bram sees the rules that he signed and that nobody read it yet; once Femke did, he sees when", async () => {
  await inBrowser("Bram", async (page) => {
    await opens(page, CONTACTS);
    const rules = await card(page, "Regels");
    assert.match(rules, /Reclassering\b.*ondertekend, en Zegel dwingt ze af\. .* afspraken tussen mensen\./);
    assert.match(rules, /Andere partners\s+Alleen per persoon: na akkoord van de verstrekker/);
    assert.match(rules, /Te lezen in de fase\s+Overleg \(RTO\)/);
    assert.match(rules, /De procesregisseur ziet\s+Het hele stuk/);
    assert.match(rules, /Zonder akkoord\s+Dan merken lezers niet dat er een stuk is/);
    assert.match(rules, /Bewaard tot en met\s+\d+ \p{L}+ \d{4}\. Daarna kan niemand het meer openen\./u);
    assert.doesNotMatch(rules, /Te lezen vanaf|Te lezen tot|U kunt het openen tot/, "no row for what is not set");
    await page.getByText("is het woord van de hub").waitFor();
    const femke = (await readers(page)).filter((line) => line.includes("Femke Oosterhof"));
    assert.equal(femke.length, 1);
    assert.match(femke[0]!, /Nog niet geopend Akkoord op \d+ \p{L}+\.? \d{4}/u);
    assert.doesNotMatch(femke[0]!, /Vrijgegeven/, "a supplier is not shown what was released");
    assert.deepEqual(await found(page), []);
  });

  await inBrowser("Femke", async (page) => {
    const asked: string[] = [];
    // What its Worker asks goes by here, and by no event of the page.
    await page.context().route("**/v1/**", (route) => {
      asked.push(route.request().url());
      return route.continue();
    });
    await opens(page, CONTACTS, "casus/ZVH-2026-0001/pakket");
    const rules = await card(page, "Regels");
    assert.match(rules, /^Regels\n+Reclassering/);
    assert.match(rules, /U kunt het openen tot\s+\p{L}+dag \d+ \p{L}+ \d{4} om \d\d:\d\d/u);
    assert.match(rules, /Te lezen in de fase\s+Overleg \(RTO\)/);
    const all = await page.locator("main").innerText();
    assert.doesNotMatch(all, /Wie heeft dit gelezen|Noor|Sanne|Daan/, "a reader is not told of the others");
    assert.ok(asked.some((url) => url.endsWith("/parts/body/payload")), "what is asked of the hub is seen here");
    assert.deepEqual(asked.filter((url) => url.endsWith("/records")), [], "nor asks the hub for them");
    assert.deepEqual(await found(page), []);
  });

  await inBrowser("Bram", async (page) => {
    await opens(page, CONTACTS);
    const all = await readers(page);
    const femke = all.findIndex((line) => line.includes("Femke Oosterhof"));
    assert.match(all[femke]!, /\(Politie.*\) Geopend op \d+ \p{L}+\.? \d{4}, \d\d:\d\d Akkoord op/u);
    const sanne = all.findIndex((line) => line.includes("Sanne"));
    assert.match(all[sanne]!, /Nog niet geopend/);
    assert.ok(femke < sanne, "who read it comes first");
  });
});

test("Femke sees from whom it was taken back, and that he had read it; Joris sees what was released", async () => {
  await inBrowser("Femke", async (page) => {
    await opens(page, PHOTO);
    await shownIn(page).locator("img").waitFor();
    const all = await readers(page);
    const of = (name: string): string => all.find((line) => line.includes(name)) ?? "";
    assert.match(of("Daan Smeets"), /[Gg]eopend op .* Akkoord ingetrokken op \d/);
    assert.match(of("Noor Wijngaarden"), /[Gg]eopend op .* Akkoord op \d/);
    assert.deepEqual(await found(page), []);
  });
  await inBrowser(
    "Joris",
    async (page) => {
      await opens(page, PHOTO);
      assert.match(await card(page, "Rules"), /The procesregisseur sees\s+The whole item/);
      const noor = (await readers(page)).find((line) => line.includes("Noor Wijngaarden")) ?? "";
      assert.match(noor, /[Oo]pened on .* Approved on .* Released on \d/);
      await page.getByText("is the hub's word").waitFor();
      assert.deepEqual(await found(page), []);
      // What the house puts in needs nobody's approval.
      await opens(page, /Doel en agenda/);
      const rules = await card(page, "Rules");
      assert.match(rules, /Other partners\s+Only per person, when the procesregisseur releases it/);
      assert.doesNotMatch(rules, /Without approval/);
    },
    "en-GB",
  );
});

test("who read it holds nobody up, is refused where it stands, and is believed only where it is proven", async () => {
  await inBrowser("Femke", async (page) => {
    let answers: "never" | "late" | "altered" | "well" = "late";
    let goOn = (): void => undefined;
    const asked = new Promise<void>((resolve) => (goOn = resolve));
    await page.context().route("**/records", async (route) => {
      if (answers === "well") return route.continue();
      if (answers === "never") return route.abort();
      if (answers === "late") {
        await asked;
        return route.abort();
      }
      const answer = await route.fetch();
      const json = (await answer.json()) as { records: { event: string }[] };
      for (const each of json.records) each.event = each.event.replace("record: opened", "record: refused");
      return route.fulfill({ response: answer, json });
    });
    await at(page, "casus/ZVH-2026-0001");
    await page.getByRole("link", { name: PHOTO }).click();
    await shownIn(page).locator("img").waitFor();
    await page.getByRole("heading", { name: "Regels", exact: true }).waitFor();
    await page.getByText("Wij kijken na wie dit stuk kreeg en opende.").waitFor();
    assert.equal(await page.locator("#readers").getAttribute("aria-busy"), "true");
    assert.deepEqual(await found(page), []);

    answers = "never";
    goOn();
    await page.locator("#readers").getByRole("alert").waitFor();
    await shownIn(page).locator("img").waitFor();
    assert.equal(await page.locator("#refused").count(), 0, "the screen itself is not refused");
    assert.deepEqual(await readers(page), []);
    assert.deepEqual(await found(page), []);

    answers = "altered";
    await page.locator("#readers").getByRole("button", { name: "Opnieuw ophalen" }).click();
    assert.equal(await page.evaluate(() => document.activeElement?.id), "readers", "the focus stays where it was");
    await page.getByText("De hub toont iets wat niet klopt").waitFor();
    const doubted = (await readers(page)).join("\n");
    assert.match(doubted, /Noor Wijngaarden/, "what was signed stands");
    assert.doesNotMatch(doubted, /[Gg]eopend op|geweigerd/);

    answers = "well";
    await opens(page, PHOTO);
    assert.match((await readers(page)).join("\n"), /[Gg]eopend op/);
  });
});
