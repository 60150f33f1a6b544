// Letters: Joris asks Femke and Bram in the browser, and they read and answer on the command line; Pieter is asked on the
// command line, and answers in the browser; nobody sees what another was asked, nor why somebody answers as it does.

import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";

import type { Page } from "playwright-core";

import { Browser } from "../support/chromium.ts";
import { House, inDays, type Person } from "../support/house.ts";
import { at, settled } from "../support/person.ts";

const HOUSE = "Zorg- en Veiligheidshuis";
const [CITY, POLICE, PROBATION] = ["Gemeente", "Politie", "Reclassering"];
const roles = ["procesregisseur"];
const JORIS: Person = { name: "Joris van der Waal", partner: HOUSE, mail: "joris@huis.example", roles };
const MILA: Person = { name: "Mila Kuipers", partner: HOUSE, mail: "mila@huis.example", roles };
const SANNE: Person = { name: "Sanne Verhoeven", partner: CITY, mail: "sanne@gemeente.example" };
const HUGO: Person = { name: "Hugo Dijkgraaf", partner: CITY, mail: "hugo@gemeente.example" };
const FEMKE: Person = { name: "Femke Oosterhof", partner: POLICE, mail: "femke@politie.example" };
const PIETER: Person = { name: "Pieter Bouwman", partner: POLICE, mail: "pieter@politie.example" };
const BRAM: Person = { name: "Bram Hoekstra", partner: PROBATION, mail: "bram@reclassering.example" };
const YARA: Person = { name: "Yara Martina", partner: PROBATION, mail: "yara@reclassering.example" };
const PAIRS = [
  [JORIS, MILA],
  [SANNE, HUGO],
  [FEMKE, PIETER],
  [BRAM, YARA],
] as const;

const QUESTION = "Is er in het laatste jaar contact geweest met dit gezin?";
const OF_FEMKE = "Zijn er meldingen van dit adres?";
const REASON = "Er loopt een onderzoek.";
const COMMENT = "Bel mij gerust.";

interface Answer {
  readonly answer: string | null;
  readonly text: string;
  readonly reason: string | null;
}

interface Line {
  readonly letter: string;
  readonly kind: string;
  readonly standing?: string;
  readonly to_name?: string;
  readonly answer: Answer | null;
}

interface Letters {
  readonly received: readonly Line[];
  readonly sent: readonly Line[];
}

describe("letters", () => {
  let house: House;
  let number = "";
  const codes = new Map<Person, string>();
  const browsers = new Map<Person, Browser>();

  before(async () => {
    house = await House.open([HOUSE, CITY!, POLICE!, PROBATION!]);
    for (const each of PAIRS.flat()) codes.set(each, house.enrol(each));
    for (const [one, other] of PAIRS) house.types(one, "vault", "add", other.mail);
    mkdirSync(house.path("files"));
    const paper = file("aanmelding.txt", "Wie helpt dit gezin?");
    const about = ["--kind", "aftercare", "--ground", "convenant 1.7", "--title", "Aanmelding"];
    number = (house.types(SANNE, "case", "refer", paper, ...about) as { case: string }).case;
    house.types(JORIS, "case", "open", number);
    house.types(JORIS, "case", "phase", number, "rto", "--outcome", file("uitkomst.txt", "Past bij het huis."));
  });
  after(async () => {
    await Browser.closeAll(browsers.values());
    await house?.close();
  });

  function file(name: string, text: string): string {
    const path = house.path("files", name);
    writeFileSync(path, text);
    return path;
  }

  /** A tab of someone's own browser, unlocked with the recovery code. One tab at a time has the keys. */
  async function tabOf(who: Person): Promise<Page> {
    const browser = browsers.get(who) ?? (await Browser.open());
    browsers.set(who, browser);
    for (const other of browser.context.pages()) if (other.url().startsWith(house.url)) await other.close();
    const page = await browser.tab();
    await page.goto(`${house.url}#/herstellen`);
    await page.getByLabel("Herstelcode").first().fill(codes.get(who)!);
    await page.getByRole("button", { name: "Inloggen", exact: true }).click();
    await page.getByRole("heading", { name: "Mijn werk" }).waitFor();
    await settled(page);
    return page;
  }

  const text = (page: Page): Promise<string> => page.locator("main").innerText();
  const button = (page: Page, name: string): ReturnType<Page["getByRole"]> =>
    page.locator("main").getByRole("button", { name, exact: true });
  const follow = async (page: Page, name: string | RegExp): Promise<void> => {
    await page.locator("main").getByRole("link", { name }).first().click();
    await page.waitForTimeout(50);
    await settled(page);
  };
  const agrees = async (page: Page, name: string): Promise<string> => {
    await page.getByRole("heading", { name: "Klopt dit?" }).waitFor();
    const said = await text(page);
    await button(page, name).click();
    await page.getByRole("heading", { name: "Klopt dit?" }).waitFor({ state: "detached" });
    await settled(page);
    return said;
  };
  const lettersOf = (who: Person): Letters => house.types(who, "letters", number) as Letters;
  /** The letter of a kind that came last, as the command line reads it. */
  const reads = (who: Person, kind: string): { id: string; text: string } => {
    const id = lettersOf(who).received.find((line) => line.kind === kind)!.letter;
    return { id, text: (house.types(who, "read", id) as { text: string }).text };
  };

  test("Joris asks two partners, and what he typed survives a closed tab", async () => {
    const before = await tabOf(JORIS);
    await at(before, `casus/${number}`);
    await button(before, "Vraag aan partners").click();
    await settled(before);
    await button(before, "Verder").click();
    assert.equal(await before.evaluate(() => document.activeElement?.id), "error-summary");
    assert.match(await text(before), /Kies aan wie u schrijft/);
    assert.equal(await before.getByLabel(MILA.name).count(), 0, "who runs the case is not asked");
    await before.getByLabel("Wat vraagt u?").fill(QUESTION);
    await before.getByLabel(FEMKE.name, { exact: true }).check();
    await before.getByLabel(`Alleen voor ${FEMKE.name}`).fill(OF_FEMKE);
    await before.waitForTimeout(1000);
    await before.close();

    const page = await tabOf(JORIS);
    await at(page, `casus/${number}/vraag`);
    await page.getByText("Dit had u de vorige keer ingevuld").waitFor();
    assert.equal(await page.getByLabel("Wat vraagt u?").inputValue(), QUESTION);
    assert.equal(await page.getByLabel(`Alleen voor ${FEMKE.name}`).inputValue(), OF_FEMKE);
    await page.getByLabel(BRAM.name, { exact: true }).check();
    await button(page, "Verder").click();
    const said = await agrees(page, "Ja, versturen");
    assert.match(said, /U vraagt 2 mensen iets\. Ieder ziet alleen de eigen vraag/);
    assert.match(said, /Zo leest Femke Oosterhof \(Politie\) het/);
    await page.getByText("Het is verstuurd").waitFor();
    // What was sent is no draft any more.
    await button(page, "Terug naar de casus").click();
    await settled(page);
    await button(page, "Vraag aan partners").click();
    await page.getByLabel("Aan wie?").waitFor();
    assert.equal(await page.getByLabel("Wat vraagt u?").inputValue(), "");
    await page.close();
  });

  test("Femke and Bram read it on the command line, each their own question, and answer", () => {
    const [femke, bram] = [reads(FEMKE, "request"), reads(BRAM, "request")];
    assert.ok(femke.text.includes(QUESTION) && femke.text.includes(OF_FEMKE));
    assert.ok(bram.text.includes(QUESTION) && !bram.text.includes(OF_FEMKE));
    assert.ok(!bram.text.includes(FEMKE.name) && !femke.text.includes(BRAM.name));
    house.types(FEMKE, "reply", femke.id, "read", "--text", COMMENT);
    house.types(BRAM, "reply", bram.id, "no-contribution", "--reason-file", file("reden.txt", REASON));
  });

  test("Joris sees both answers, and not why", async () => {
    const page = await tabOf(JORIS);
    await at(page, "berichten");
    const all = await text(page);
    assert.match(all, /Vraag aan Femke Oosterhof\s+Politie\. .*\s+.*heeft het gelezen/);
    assert.match(all, /Vraag aan Bram Hoekstra\s+Reclassering\. .*\s+.*geen bijdrage/);
    await follow(page, "Vraag aan Femke Oosterhof");
    assert.match(await text(page), new RegExp(COMMENT));
    assert.match(await text(page), new RegExp(OF_FEMKE.replace("?", "\\?")), "the copy of what was asked");
    await at(page, "berichten");
    await follow(page, "Vraag aan Bram Hoekstra");
    assert.ok(!(await text(page)).includes(REASON));
    await page.close();
  });

  test("Pieter is asked on the command line, and answers in the browser; why stays with the police", async () => {
    const attached = file("lijst.txt", "Adres\nPeriode\n");
    const asked = ["--to", PIETER.mail, "--question-file", file("vraag.txt", QUESTION), "--until", inDays(2)];
    house.types(JORIS, "request", number, ...asked, "--attach", attached);
    const page = await tabOf(PIETER);
    await follow(page, "Vraag van Joris van der Waal beantwoorden");
    assert.match(await text(page), /Is er in het laatste jaar contact geweest/);
    assert.ok(!(await page.title()).includes("vraag aan u"), "what it is about is not in the browser's history");
    const [download] = await Promise.all([page.waitForEvent("download"), button(page, "lijst.txt opslaan (14 B)").click()]);
    assert.equal(readFileSync(await download.path(), "utf8"), "Adres\nPeriode\n");
    await button(page, "Verder").click();
    assert.equal(await page.evaluate(() => document.activeElement?.id), "error-summary");
    await page.getByLabel("Geen bijdrage").check();
    await page.getByLabel("Waarom?").fill(REASON);
    await button(page, "Verder").click();
    const said = await agrees(page, "Ja, versturen");
    assert.match(said, /Dit leest alleen uw eigen organisatie:\s+Er loopt een onderzoek/);
    await page.getByText("Uw antwoord is verstuurd").waitFor();
    await at(page, "werk");
    assert.ok(!(await text(page)).includes("Vraag van Joris"), "nothing waits any more");
    const ofPieter = lettersOf(JORIS).sent.find(({ to_name }) => to_name?.startsWith(PIETER.name));
    assert.equal(ofPieter?.answer?.answer, "no-contribution");
    assert.equal(ofPieter?.answer?.reason, null);
    await page.close();
  });

  test("Pieter writes to who runs the case, and Joris reads it on the command line", async () => {
    const page = await tabOf(PIETER);
    await at(page, `casus/${number}`);
    await button(page, "Bericht aan de procesregisseur").click();
    await settled(page);
    assert.ok(await page.getByLabel(JORIS.name, { exact: true }).isChecked());
    await page.getByLabel(MILA.name, { exact: true }).uncheck();
    await page.getByLabel("Uw bericht").fill("Wilt u mij bellen?");
    await button(page, "Verder").click();
    assert.match(await agrees(page, "Ja, versturen"), /U stuurt 1 persoon een bericht/);
    assert.match(reads(JORIS, "message").text, /Wilt u mij bellen\?/);
    assert.equal(lettersOf(MILA).received.length, 0);
    await page.close();
  });

  test("Joris sends a file along; Femke has it to the byte on the command line, and sends one back", async () => {
    const drawing = Buffer.from(new Uint8Array(3 * 1024 * 1024 + 5).map((_, index) => (index * 7) >> 2));
    const page = await tabOf(JORIS);
    await at(page, `casus/${number}`);
    await button(page, "Bericht sturen").click();
    await page.getByLabel("Uw bericht").fill("Zie de bijlage.");
    await page.getByLabel(FEMKE.name, { exact: true }).check();
    const along = page.locator("#along");
    const chooses = (...files: readonly (readonly [string, Buffer])[]): Promise<void> =>
      along.setInputFiles(files.map(([name, buffer]) => ({ name, mimeType: "application/octet-stream", buffer })));
    // What no letter has room for is said before anything is read, and stays to be mended.
    await chooses(["film.bin", Buffer.alloc(8 * 1024 * 1024)]);
    await button(page, "Verder").click();
    assert.match(await page.locator("#error-summary").innerText(), /te veel of te grote bestanden/);
    await page.getByRole("button", { name: "Weghalen film.bin" }).click();
    await chooses(["plattegrond.pdf", drawing], ["\u202efdp.exe", Buffer.from("leeg")]);
    await button(page, "Verder").click();
    const said = await agrees(page, "Ja, versturen");
    assert.match(said, /Dit stuurt u mee:\s+plattegrond\.pdf \(3,1 MB\)\s+fdp\.exe \(4 B\)/);
    await page.getByText("Het is verstuurd").waitFor();

    const { id } = reads(FEMKE, "message");
    const into = house.path("files", "along");
    house.types(FEMKE, "read", id, "--out", into);
    assert.ok(drawing.equals(readFileSync(`${into}/plattegrond.pdf`)));
    assert.deepEqual(readdirSync(into).sort(), ["fdp.exe", "plattegrond.pdf"]);

    const list = file("meldingen.csv", "dag;aantal\nma;2\n");
    const answer = ["--to", JORIS.mail, "--text-file", file("antwoord.txt", "Zie ook dit.")];
    house.types(FEMKE, "message", number, ...answer, "--attach", list);
    await at(page, "berichten");
    await follow(page, `Bericht van ${FEMKE.name}`);
    const save = button(page, "meldingen.csv opslaan (16 B)");
    const [download] = await Promise.all([page.waitForEvent("download"), save.click()]);
    assert.deepEqual(readFileSync(await download.path()), readFileSync(list));
    // Of what he sent himself the copy has the names.
    await at(page, "berichten");
    await follow(page, `Bericht aan ${FEMKE.name}`);
    assert.match(await text(page), /plattegrond\.pdf \(3,1 MB\)/);
    assert.equal(await page.getByRole("button", { name: /opslaan/ }).count(), 0);
    await page.close();
  });

  test("a question takes a file along too, and what was chosen is asked for again after a closed tab", async () => {
    const before = await tabOf(JORIS);
    await at(before, `casus/${number}/vraag`);
    await before.getByLabel("Wat vraagt u?").fill("Klopt deze lijst?");
    await before.locator("#along").setInputFiles(file("lijst.txt", "Adres\nPeriode\n"));
    await before.waitForTimeout(1000);
    await before.close();
    const page = await tabOf(JORIS);
    await at(page, `casus/${number}/vraag`);
    assert.match(await text(page), /Kies deze opnieuw:\s+lijst\.txt/);
    await page.locator("#along").setInputFiles(house.path("files", "lijst.txt"));
    await page.getByLabel(BRAM.name, { exact: true }).check();
    await button(page, "Verder").click();
    assert.match(await agrees(page, "Ja, versturen"), /Dit stuurt u mee:\s+lijst\.txt/);
    const { id, text: said } = reads(BRAM, "request");
    assert.match(said, /Klopt deze lijst\?/);
    const into = house.path("files", "asked");
    house.types(BRAM, "read", id, "--out", into);
    assert.equal(readFileSync(`${into}/lijst.txt`, "utf8"), "Adres\nPeriode\n");
    await page.close();
  });

  test("Pieter chooses to read in his mail program, and the command line knows", async () => {
    const page = await tabOf(PIETER);
    await at(page, "berichten");
    await button(page, "Wijzigen").click();
    await page.getByLabel("In mijn mailprogramma, versleuteld").check();
    await button(page, "Verder").click();
    assert.match(await agrees(page, "Ja, wijzigen"), /Zet eerst uw sleutel in uw mailprogramma/);
    await page.getByText(/In uw mailprogramma, versleuteld, op pieter@politie\.example/).waitFor();
    assert.match(JSON.stringify(house.types(PIETER, "delivery")), /"mail"/);
    await page.close();
  });

  test("Joris invites in the browser with a file; Femke gets it and one for her calendar on the command line, sends Pieter, and is told that it is off", async () => {
    const ground = ":Artikel 9.2e.";
    house.types(JORIS, "roster", number, "--date", `${inDays(4)} 09:00`, "--participant", FEMKE.mail + ground, "--participant", BRAM.mail + ground);
    const page = await tabOf(JORIS);
    await at(page, `casus/${number}/overleg`);
    await button(page, "Uitnodigen").click();
    await page.getByLabel("Doel").waitFor();
    await button(page, "Verder").click();
    assert.match(await text(page), /Vul in waar het is, of geef een link/);
    await page.getByLabel("Doel").fill("Het is thuis veilig.");
    await page.getByLabel("Onderwerpen").fill("Hoe gaat het thuis?\nWie heeft de regie?");
    await page.getByLabel("Plaats").fill("Zaal 2");
    await page.getByLabel(`Welke bijdrage vraagt u van ${FEMKE.name}?`).fill(OF_FEMKE);
    const route = file("route.csv", "lijn;halte\n4;Markt\n");
    await page.locator("#along").setInputFiles(route);
    await button(page, "Verder").click();
    assert.match(await agrees(page, "Ja, versturen"), /U nodigt 2 mensen uit[^]*Dit stuurt u mee:\s+route\.csv \(19 B\)/);
    const [femke, bram] = [reads(FEMKE, "invitation"), reads(BRAM, "invitation")];
    assert.ok(femke.text.includes(OF_FEMKE) && !bram.text.includes(OF_FEMKE));
    house.types(FEMKE, "read", femke.id, "--out", house.path("files", "in"));
    assert.match(readFileSync(house.path("files", "in", "overleg.ics"), "utf8"), /METHOD:PUBLISH/);
    assert.deepEqual(readFileSync(house.path("files", "in", "route.csv")), readFileSync(route));
    house.types(FEMKE, "reply", femke.id, "deputy", PIETER.mail);
    await at(page, "berichten");
    await follow(page, `Uitnodiging aan ${FEMKE.name}`);
    await page.getByText(`In de plaats komt ${PIETER.name}.`).waitFor();

    await at(page, `casus/${number}/overleg`);
    await button(page, "Uitnodigen").click();
    await page.getByLabel("Het overleg gaat niet door").check();
    await page.getByLabel("Waarom gaat het niet door?").fill("De zaal is weg.");
    await page.locator("#along").setInputFiles(file("brand.txt", "Er was brand."));
    await button(page, "Verder").click();
    assert.match(await agrees(page, "Ja, versturen"), /U laat 2 mensen weten dat het overleg niet doorgaat/);
    const off = reads(FEMKE, "cancellation");
    assert.match(off.text, /De zaal is weg/);
    house.types(FEMKE, "read", off.id, "--out", house.path("files", "off"));
    assert.equal(readFileSync(house.path("files", "off", "brand.txt"), "utf8"), "Er was brand.");
    await page.close();
  });
});
