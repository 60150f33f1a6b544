// Putting things in: Sanne refers, Joris takes it up and screens, Femke contributes on the command line and Pieter in
// the browser; the command line lists all of it, and opens what came from the browser to the same bytes.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";

import type { Page } from "playwright-core";

import { Browser } from "../support/chromium.ts";
import { House, inDays, type Person } from "../support/house.ts";
import { at, settled, shownIn } from "../support/person.ts";

const HOUSE = "Zorg- en Veiligheidshuis";
const [CITY, POLICE] = ["Gemeente", "Politie"];
const roles = ["procesregisseur"];
const JORIS: Person = { name: "Joris van der Waal", partner: HOUSE, mail: "joris@huis.example", roles };
const MILA: Person = { name: "Mila Kuipers", partner: HOUSE, mail: "mila@huis.example", roles };
const SANNE: Person = { name: "Sanne Verhoeven", partner: CITY, mail: "sanne@gemeente.example" };
const HUGO: Person = { name: "Hugo Dijkgraaf", partner: CITY, mail: "hugo@gemeente.example" };
const FEMKE: Person = { name: "Femke Oosterhof", partner: POLICE, mail: "femke@politie.example" };
const PIETER: Person = { name: "Pieter Bouwman", partner: POLICE, mail: "pieter@politie.example" };

const REFERRAL = "Het gezin heeft zorgen op meer gebieden.\nDe school belt wekelijks.";
const QUESTION = "Kent u zorgen die dit gezin raken?";
/** More than one part of an upload. */
const RECORDING = Buffer.from(new Uint8Array(9 * 1024 * 1024 + 17).map((_, index) => (index * 31) >> 3));

interface Shown {
  readonly phase: string;
  readonly kind: string;
  readonly steps: readonly { readonly step: string; readonly text: string | null }[];
  readonly items: readonly {
    readonly title: string | null;
    readonly kind: string;
    readonly retracted: boolean;
  }[];
  readonly rosters: readonly {
    readonly roster: string;
    readonly participants: readonly { readonly approved: number }[];
  }[];
}

describe("putting things in", () => {
  let house: House;
  let number = "";
  const codes = new Map<Person, string>();
  const browsers = new Map<Person, Browser>();

  before(async () => {
    house = await House.open([HOUSE, CITY, POLICE]);
    for (const each of [JORIS, MILA, SANNE, HUGO, FEMKE, PIETER]) codes.set(each, house.enrol(each));
    for (const [one, other] of [
      [JORIS, MILA],
      [SANNE, HUGO],
      [FEMKE, PIETER],
    ] as const) {
      house.types(one, "vault", "add", other.mail);
    }
    mkdirSync(house.path("files"));
  });
  after(async () => {
    await Browser.closeAll(browsers.values());
    await house?.close();
  });

  /** A tab of someone's own browser, unlocked with the recovery code. */
  async function tabOf(who: Person): Promise<Page> {
    const browser = browsers.get(who) ?? (await Browser.open());
    browsers.set(who, browser);
    const page = await browser.tab();
    await page.goto(`${house.url}#/herstellen`);
    await unlocks(page, who);
    return page;
  }

  async function unlocks(page: Page, who: Person): Promise<void> {
    await page.getByLabel("Herstelcode").first().fill(codes.get(who)!);
    await page.getByRole("button", { name: "Inloggen", exact: true }).click();
    await page.getByRole("heading", { name: "Mijn werk" }).waitFor();
    await settled(page);
  }

  const text = (page: Page): Promise<string> => page.locator("main").innerText();
  const button = (page: Page, name: string): ReturnType<Page["getByRole"]> =>
    page.locator("main").getByRole("button", { name, exact: true });
  const agrees = async (page: Page, name: string): Promise<string> => {
    await page.getByRole("heading", { name: "Klopt dit?" }).waitFor();
    const said = await text(page);
    await button(page, name).click();
    await page.getByRole("heading", { name: "Klopt dit?" }).waitFor({ state: "detached" });
    await settled(page);
    return said;
  };
  const file = (name: string, content: string | Uint8Array): string => {
    const path = house.path("files", name);
    writeFileSync(path, content);
    return path;
  };
  const shown = (who: Person): Shown => house.types(who, "case", "show", number) as Shown;

  test("Sanne refers, and what she typed survives a closed tab", async () => {
    const before = await tabOf(SANNE);
    await at(before, "aanmelden");
    await button(before, "Verzegelen en versturen").click();
    assert.equal(await before.evaluate(() => document.activeElement?.id), "error-summary");
    await before.getByLabel("Complexe casus").check();
    await before.locator("#screening-text").fill(REFERRAL);
    await before.waitForTimeout(1000);
    await before.close();

    const page = await tabOf(SANNE);
    await at(page, "aanmelden");
    await page.getByText("Dit had u de vorige keer ingevuld").waitFor();
    assert.equal(await page.locator("#screening-text").inputValue(), REFERRAL);
    assert.ok(await page.getByLabel("Complexe casus").isChecked());
    await page.locator("#triage-text").fill(QUESTION);
    assert.match(await text(page), /alleen in de fase Triage/);
    await button(page, "Verzegelen en versturen").click();
    const said = await agrees(page, "Ja, aanmelden");
    assert.match(said, /te lezen door .*Joris van der Waal/);
    number = /ZVH-\d{4}-\d{4}/.exec(await page.locator("#case-number").innerText())![0];
    await button(page, "Naar de casus").click();
    await settled(page);
    await page.getByText("De procesregisseur beoordeelt uw aanmelding").waitFor();
    // What was sent is no draft any more.
    await at(page, "aanmelden");
    assert.equal(await page.locator("#screening-text").inputValue(), "");
    await page.close();
    const { items, kind } = shown(SANNE);
    assert.equal(kind, "complex");
    assert.deepEqual(items.map(({ title }) => title).sort(), ["Aanmelding", "Vraag aan partners"]);
  });

  test("Joris takes it up, and a checklist that does not fit is refused before it is signed", async () => {
    const page = await tabOf(JORIS);
    await page.getByRole("link", { name: `Nieuwe aanmelding van ${CITY}` }).click();
    await settled(page);
    await button(page, "Aanmelding oppakken").click();
    const opening = await agrees(page, "Ja, oppakken");
    for (const { name } of [JORIS, MILA]) assert.ok(opening.includes(name), opening);
    await page.getByRole("link", { name: "Aanmelding", exact: true }).click();
    const content = shownIn(page).locator("body");
    await content.getByText("De school belt wekelijks.").waitFor();
    await at(page, `casus/${number}`);
    await button(page, "Screening beginnen").click();
    await button(page, "Verder").click();
    await agrees(page, "Ja, naar deze fase");
    await button(page, "Screening invullen").click();
    for (const answer of ["a-no", "b-no", "c", "d"]) await page.locator(`#answer-${answer}`).check();
    await page.getByLabel("Met wie van de aanmelder").fill("Sanne Verhoeven, telefonisch.");
    await page.getByLabel("De casus past", { exact: true }).check();
    await button(page, "Verder").click();
    await page.locator("#error-summary").getByText("Volgens de lijst past deze casus niet").waitFor();
    assert.equal(shown(JORIS).phase, "screening");
    await page.locator("#answer-b").check();
    await page.getByLabel("Toelichting").fill("De zorgen raken het hele gezin.");
    await button(page, "Verder").click();
    const said = await agrees(page, "Ja, naar deze fase");
    assert.match(said, /Overlegd met: Sanne Verhoeven, telefonisch\./);
    await button(page, "Naar een volgende fase").click();
    await page.getByLabel("Overleg (RTO)").check();
    await page.getByLabel("Waarom?").fill("De partners zijn bekend.");
    await button(page, "Verder").click();
    await agrees(page, "Ja, naar deze fase");
    await page.close();
    const { phase, steps } = shown(SANNE);
    assert.equal(phase, "rto");
    const outcome = steps.map(({ text: said }) => said ?? "");
    assert.equal(outcome[0], "De aanmelding is opgepakt.");
    assert.match(outcome[1]!, /\(a\) .* Nee\.\n\(b\) .* Ja\.\n\(c\) .* Ja\.\n\(d\) .* Ja\.\n/);
    assert.match(outcome[1]!, /Conclusie: De casus past\.\nDe zorgen raken het hele gezin\.$/);
    assert.equal(outcome[2], "De partners zijn bekend.");
  });

  test("Femke contributes on the command line, Pieter in the browser in seven clicks", async () => {
    const ground = `${FEMKE.mail}:artikel 9.2e`;
    house.types(JORIS, "roster", number, "--date", `${inDays(3)} 09:00`, "--participant", ground);
    const report = file("zorgmelding.txt", "Melding van de wijkagent.\n");
    const law = ["--regime", "wpg", "--ground", "Wpg art. 20"];
    const police = [...law, "--police", "fact", "--reliability", "eigen waarneming"];
    house.types(FEMKE, "contribute", number, report, "--title", "Zorgmelding", ...police);

    const page = await tabOf(PIETER);
    let clicks = 0;
    const click = async (locator: ReturnType<Page["getByRole"]>): Promise<void> => {
      clicks += 1;
      await locator.click();
      await page.waitForTimeout(100);
      await settled(page);
    };
    await click(page.getByRole("link", { name: "Casussen" }));
    await click(page.getByRole("link", { name: number }));
    assert.match(await text(page), /Zorgmelding/);
    await click(button(page, "Bijdragen"));
    assert.match(await text(page), /U hoeft niet te zeggen of u deze persoon kent\./);
    clicks += 1;
    await page.getByLabel("Bestanden kiezen").setInputFiles(file("opname_12_oktober.bin", RECORDING));
    assert.equal(await page.getByLabel("Titel", { exact: true }).inputValue(), "opname 12 oktober");
    // The police's law is proposed, fact or opinion is not.
    assert.match(await text(page), /Wpg \(politiegegevens\): Wpg art\. 20/);
    clicks += 1;
    await page.getByLabel("Feit").check();
    await page.getByLabel("Hoe betrouwbaar is het?").fill("opname van de meldkamer");
    await click(button(page, "Verzegelen en versturen"));
    clicks += 1;
    const said = await agrees(page, "Ja, toevoegen");
    assert.match(said, /Van uw eigen organisatie: .*Femke Oosterhof/);
    assert.match(said, /Geeft u geen akkoord, dan merkt een lezer niet dat dit stuk er is\./);
    await page.getByText("Uw stuk staat in de casus.").waitFor();
    assert.ok(clicks <= 7, `${clicks} clicks`);
    // What he said last is proposed again, but for fact or opinion.
    await button(page, "Nog iets bijdragen").click();
    await settled(page);
    assert.equal(await page.getByLabel("Hoe betrouwbaar is het?").inputValue(), "opname van de meldkamer");
    assert.ok(!(await page.getByLabel("Feit").isChecked()));
    await page.close();

    const { items } = shown(JORIS);
    assert.deepEqual(
      items.map(({ title }) => title).sort(),
      ["Aanmelding", "Vraag aan partners", "Zorgmelding", "opname 12 oktober"].sort(),
    );
    house.types(JORIS, "pack", "open", number, "--item", "opname 12 oktober", "--out", house.path("opened"));
    assert.ok(RECORDING.equals(readFileSync(house.path("opened", "opname_12_oktober.bin"))));
  });

  test("an upload goes on after the hub was away, and in a new tab where it stopped", async () => {
    const large = Buffer.alloc(40 * 1024 * 1024, 7);
    const path = file("camera.bin", large);
    const sent: string[] = [];
    const page = await tabOf(PIETER);
    const begins = async (tab: Page): Promise<void> => {
      await at(tab, `casus/${number}/bijdragen`);
      await tab.getByLabel("Bestanden kiezen").setInputFiles(path);
      await tab.getByLabel("Oordeel").check();
      await button(tab, "Verzegelen en versturen").click();
    };
    // Once a part was sent the hub goes away.
    let gone: Promise<void> | undefined;
    const counts = (tab: Page): void => {
      tab.context().on("response", (answer) => {
        if (answer.request().method() !== "PATCH" || !answer.ok()) return;
        sent.push(answer.request().headers()["upload-offset"] ?? "?");
        if (sent.length === 1) gone = house.stop();
      });
    };
    counts(page);
    await begins(page);
    await page.locator("#cut").waitFor({ timeout: 60_000 });
    await gone;
    assert.match(await text(page), /Er is niets verloren\. Wij gaan vanzelf verder/);
    await page.close();
    await house.serve();

    const other = await tabOf(PIETER);
    await at(other, `casus/${number}/bijdragen`);
    const again = await text(other);
    assert.match(again, /Uw browser geeft bestanden maar één keer/);
    assert.match(again, /camera\.bin/);
    assert.ok(await other.getByLabel("Oordeel").isChecked());
    await begins(other);
    await agrees(other, "Ja, toevoegen");
    await other.close();
    // Each part went once.
    assert.equal(new Set(sent).size, sent.length, sent.join(" "));
    house.types(JORIS, "pack", "open", number, "--item", "camera", "--out", house.path("opened"));
    assert.ok(large.equals(readFileSync(house.path("opened", "camera.bin"))));
  });

  test("who locks while a file is under way finds what was typed, and can drop it", async () => {
    const page = await tabOf(PIETER);
    await at(page, `casus/${number}/bijdragen`);
    await page.getByLabel("Bestanden kiezen").setInputFiles(file("lang.bin", Buffer.alloc(64 * 1024 * 1024, 3)));
    await page.getByLabel("Titel", { exact: true }).fill("Lange opname");
    await page.getByLabel("Feit").check();
    await button(page, "Verzegelen en versturen").click();
    await page.locator("#transfer progress").waitFor();
    await page.getByRole("button", { name: "Vergrendelen" }).click();
    await page.getByRole("heading", { name: "Inloggen" }).waitFor();
    await at(page, "herstellen");
    await unlocks(page, PIETER);
    await at(page, `casus/${number}/bijdragen`);
    assert.match(await text(page), /Kies deze opnieuw; .*\s+lang\.bin/);
    await button(page, "Alles wissen en opnieuw beginnen").click();
    await page.getByText("Kies deze opnieuw").waitFor({ state: "detached" });
    await settled(page);
    assert.ok(!(await page.getByLabel("Feit").isChecked()));
    await page.close();
    assert.ok(!shown(JORIS).items.some(({ title }) => title === "Lange opname"));
  });

  test("Pieter takes an item back, and withdraws an approval", async () => {
    house.types(JORIS, "roster", number, "--date", `${inDays(4)} 09:00`, "--participant", `${SANNE.mail}:artikel 9.2e`);
    const { roster } = shown(JORIS).rosters.at(-1)!;
    house.types(JORIS, "ask", number, "--roster", roster);
    house.types(FEMKE, "approve", number, "--roster", roster, "--item", "Zorgmelding");
    const approved = (): number[] => {
      const { participants } = shown(FEMKE).rosters.find((each) => each.roster === roster)!;
      return participants.map((each) => each.approved);
    };
    assert.deepEqual(approved(), [1]);

    const page = await tabOf(PIETER);
    await at(page, `casus/${number}`);
    await button(page, "Akkoord intrekken (Zorgmelding)").click();
    assert.ok(await page.getByLabel("Sanne Verhoeven, Gemeente").isChecked());
    await button(page, "Akkoord intrekken").click();
    assert.match(await agrees(page, "Ja, intrekken"), /Wat iemand al heeft gelezen .* kunt u niet terughalen/);
    assert.deepEqual(approved(), [0]);
    await button(page, "Terugnemen (camera)").click();
    await agrees(page, "Ja, terugnemen");
    assert.match(await text(page), /Teruggenomen/);
    await page.close();
    assert.equal(shown(FEMKE).items.filter(({ retracted }) => retracted).length, 1);
  });

  test("somebody else takes the number meanwhile: Sanne is shown the next, and agrees anew", async () => {
    const page = await tabOf(SANNE);
    await at(page, "aanmelden");
    await page.getByLabel("Nazorg detentie").check();
    await page.locator("#screening-text").fill("Iemand komt vrij, en heeft geen huis.");
    await button(page, "Verzegelen en versturen").click();
    await page.getByRole("heading", { name: "Klopt dit?" }).waitFor();
    const paper = file("aanmelding.txt", "Een andere casus.");
    const { case: taken } = house.types(HUGO, "case", "refer", paper, "--ground", "convenant 1.7") as { case: string };
    await button(page, "Ja, aanmelden").click();
    await page.getByText("Er is intussen iets veranderd.").waitFor();
    await agrees(page, "Ja, aanmelden");
    const count = (of: string): number => Number(of.slice(-4));
    const given = /ZVH-\d{4}-\d{4}/.exec(await page.locator("#case-number").innerText())![0];
    assert.equal(count(given), count(taken) + 1);
    await page.close();
    const { kind } = house.types(JORIS, "case", "show", given) as Shown;
    assert.equal(kind, "aftercare");
  });
});
