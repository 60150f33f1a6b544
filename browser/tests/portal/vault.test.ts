// Who holds a vault: Femke makes her partner's and gives it to a colleague, in the browser; he opens what was in it on
// the command line. What comes after he was taken out stays closed to him. The same of a case's vault, by who runs it.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { Browser } from "../support/chromium.ts";
import { Hand } from "../support/hand.ts";
import { House, inDays, type Person } from "../support/house.ts";
import { settled, shownIn } from "../support/person.ts";

const HOUSE = "Zorg- en Veiligheidshuis";
const [CITY, POLICE] = ["Gemeente", "Politie"];
const roles = ["procesregisseur"];
const JORIS: Person = { name: "Joris van der Waal", partner: HOUSE, mail: "joris@huis.example", roles };
const MILA: Person = { name: "Mila Kuipers", partner: HOUSE, mail: "mila@huis.example", roles };
const ELLEN: Person = { name: "Ellen Vos", partner: HOUSE, mail: "ellen@huis.example", roles: ["manager"] };
const SANNE: Person = { name: "Sanne Verhoeven", partner: CITY, mail: "sanne@gemeente.example" };
const FEMKE: Person = { name: "Femke Oosterhof", partner: POLICE, mail: "femke@politie.example" };
const PIETER: Person = { name: "Pieter Bouwman", partner: POLICE, mail: "pieter@politie.example" };
const VERA: Person = { name: "Vera Smit", partner: POLICE, mail: "vera@politie.example" };

interface Vault {
  readonly generation: number;
  readonly sound: boolean;
  readonly mine: boolean;
  readonly holders: readonly { readonly name: string; readonly holds: boolean }[];
}

describe("who holds a vault", () => {
  let house: House;
  let number = "";
  const codes = new Map<Person, string>();
  const browsers = new Map<Person, Browser>();

  before(async () => {
    house = await House.open([HOUSE, CITY, POLICE]);
    for (const each of [JORIS, MILA, ELLEN, SANNE, FEMKE, PIETER, VERA]) codes.set(each, house.enrol(each));
    house.types(JORIS, "vault", "add", MILA.mail);
    house.types(SANNE, "vault", "add", SANNE.mail);
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

  /** Someone's own browser, unlocked with the recovery code. */
  async function opens(who: Person): Promise<Hand> {
    const browser = browsers.get(who) ?? (await Browser.open());
    browsers.set(who, browser);
    for (const other of browser.context.pages()) if (other.url().startsWith(house.url)) await other.close();
    const page = await browser.tab();
    await page.goto(`${house.url}#/herstellen`);
    await page.getByLabel("Herstelcode").first().fill(codes.get(who)!);
    await page.getByRole("button", { name: "Inloggen", exact: true }).click();
    await page.getByRole("heading", { name: "Mijn werk" }).waitFor();
    await settled(page);
    return new Hand(page);
  }

  /** Agrees to what is shown, and gives what that said. */
  async function agrees(hand: Hand, name: string): Promise<string> {
    await hand.page.getByRole("heading", { name: "Klopt dit?" }).waitFor();
    const said = await hand.text();
    await hand.press(name);
    return said;
  }

  const ticked = (hand: Hand, { name }: Person): Promise<boolean> =>
    hand.page.getByRole("checkbox", { name }).isChecked();
  const vaultOf = (who: Person, ...args: string[]): Vault => house.types(who, "vault", "show", ...args) as Vault;
  const holders = ({ holders: all }: Vault): string[] => all.filter(({ holds }) => holds).map(({ name }) => name);

  /** Puts something of the police in the case, on the command line. */
  function contributes(title: string): void {
    const about = ["--title", title, "--regime", "wpg", "--police", "fact", "--reliability", "proces-verbaal"];
    const path = file(`${title}.txt`, `Dit is ${title}.`);
    house.types(FEMKE, "contribute", number, path, ...about, "--ground", "artikel 20 Wpg");
  }

  /** What someone opens of an item on the command line; or why not. */
  function read(who: Person, title: string): string {
    const out = house.path("opened", `${who.mail}-${title}-${Math.random()}`);
    const said = house.tries(who, "pack", "open", number, "--item", title, "--out", out);
    return said.code === 0 ? readFileSync(join(out, `${title}.txt`), "utf8") : `refused: ${said.error}`;
  }

  test("Femke makes her partner's first vault, and is told that she holds it alone", async () => {
    const femke = await opens(FEMKE);
    assert.match(await femke.at("huis"), /Kluis van Politie\s+Uw organisatie heeft nog geen kluis/);
    await femke.press(/^Kluis maken/, "link");
    assert.equal(await ticked(femke, PIETER), false, "nobody is let in by itself");
    assert.equal(await femke.page.getByRole("checkbox", { name: FEMKE.name }).count(), 0, "who makes it is in it");
    await femke.press("Kluis maken");
    const said = await agrees(femke, "Ja, kluis maken");
    assert.match(said, /Daarna kan alleen Femke Oosterhof de kluis openen/);
    assert.match(said, /maar één persoon kan deze kluis openen/);
    assert.match(await femke.text(), /De kluis is gemaakt[^]*Versie 1, sinds .*, gemaakt door Femke Oosterhof/);
    assert.equal(await femke.page.evaluate(() => document.activeElement?.id), "done");
    assert.deepEqual(vaultOf(FEMKE).generation, 1);

    const question = file("vraag.txt", "Kent u dit gezin?");
    house.types(JORIS, "request", number, "--to", FEMKE.mail, "--question-file", question, "--until", inDays(2));
    contributes("eerste");
  });

  test("Pieter, who does not hold it, sees who does, and has nothing to press", async () => {
    assert.match(read(PIETER, "eerste"), /^refused/);
    const pieter = await opens(PIETER);
    const shown = await pieter.at("huis/kluis");
    assert.match(shown, /Femke Oosterhof, kan hem openen sinds/);
    assert.match(shown, /Vraag het aan Femke Oosterhof\./);
    assert.equal(await pieter.page.locator("main button, main input").count(), 0);
  });

  test("Femke gives it to Pieter without a line, then with a lost answer; he opens what was in it", async () => {
    const femke = await opens(FEMKE);
    await femke.at("huis");
    await femke.press(/^Bekijken en wijzigen/, "link");
    // Nothing was changed: that is said, and nothing is prepared.
    await femke.press("Wijzigen");
    assert.equal(await femke.page.evaluate(() => document.activeElement?.id), "error-summary");
    assert.match(await femke.text(), /U hebt niets gewijzigd/);

    await femke.tick(PIETER.name);
    await femke.page.context().setOffline(true);
    await femke.press("Wijzigen");
    assert.match(await femke.refusal(), /niet bereikbaar/);
    assert.equal(await ticked(femke, PIETER), true, "what was ticked stays");
    await femke.page.context().setOffline(false);
    await femke.press("Wijzigen");
    await femke.page.getByRole("heading", { name: "Klopt dit?" }).waitFor();
    await femke.shot("vault-agree");
    await femke.page.context().route("**/v1/statements", async (route) => {
      await route.fetch();
      await route.abort();
    });
    const said = await agrees(femke, "Ja, wijzigen");
    assert.match(said, /Krijgt toegang: Pieter Bouwman\./);
    assert.match(said, /Daarna kunnen deze 2 mensen de kluis openen: /);
    assert.doesNotMatch(said, /Let op/, "two hold it: nothing to warn of");
    assert.match(await femke.refusal(), /niet bereikbaar/);
    await femke.page.context().unroute("**/v1/statements");
    await femke.press("Terug");
    assert.equal(await ticked(femke, PIETER), true);
    assert.match(await femke.text(), /Versie 2, /, "it was done, once");
    await femke.shot("vault");

    assert.deepEqual(vaultOf(PIETER).holders.length, 2);
    assert.equal(read(PIETER, "eerste"), "Dit is eerste.");
    const pieter = await opens(PIETER);
    await pieter.at(`casus/${number}`);
    await pieter.press(/eerste/, "link");
    assert.match(await shownIn(pieter.page).locator("pre").innerText(), /Dit is eerste\./);
  });

  test("nobody is let in who was suspended while Femke was ticking", async () => {
    const femke = await opens(FEMKE);
    await femke.at("huis/kluis");
    await femke.tick(VERA.name);
    house.types(ELLEN, "directory", "suspend", VERA.mail, "--until", inDays(30));
    await femke.press("Wijzigen");
    assert.match(await femke.refusal(), /geschorst/);
    assert.equal(vaultOf(FEMKE).generation, 2);
    await femke.at("huis/kluis");
    assert.equal(await femke.page.getByRole("checkbox", { name: VERA.name }).count(), 0);
  });

  test("Pieter makes new keys: the vault says so, and Femke lets him in again", async () => {
    house.types(PIETER, "key", "rotate");
    house.vouch(PIETER, join(house.homeOf(PIETER), "key-request.json"));
    assert.equal(vaultOf(FEMKE).sound, false);
    const femke = await opens(FEMKE);
    const shown = await femke.at("huis/kluis");
    assert.match(shown, /heeft geen geldige sleutel meer/);
    assert.match(shown, /heeft nu nieuwe sleutels: vink aan/);
    assert.equal(await ticked(femke, PIETER), false, "new keys are not let in by themselves");
    await femke.tick(PIETER.name);
    await femke.press("Wijzigen");
    assert.match(await agrees(femke, "Ja, wijzigen"), /Krijgt toegang: Pieter Bouwman/);
    const now = vaultOf(FEMKE);
    assert.deepEqual([now.generation, now.sound, holders(now).length], [3, true, 2]);
    assert.equal(read(PIETER, "eerste"), "Dit is eerste.");
  });

  test("Femke takes him out: what comes after he can't open", async () => {
    const femke = await opens(FEMKE);
    await femke.at("huis/kluis");
    await femke.tick(PIETER.name);
    await femke.press("Wijzigen");
    const said = await agrees(femke, "Ja, wijzigen");
    assert.match(said, /Verliest toegang: Pieter Bouwman\./);
    assert.match(said, /Wat iemand al heeft gelezen of opgeslagen, kunt u niet terughalen/);
    assert.match(said, /maar één persoon kan deze kluis openen/);
    assert.deepEqual(holders(vaultOf(PIETER)), ["Femke Oosterhof (Politie)"]);
    contributes("tweede");
    assert.match(read(PIETER, "tweede"), /^refused/);
    assert.equal(read(FEMKE, "tweede"), "Dit is tweede.");

    // The last one can't go.
    await femke.at("huis/kluis");
    await femke.tick(FEMKE.name);
    await femke.press("Wijzigen");
    assert.match(await femke.text(), /Zo kan niemand de kluis meer openen/);
  });

  test("a new key for the same people takes all along", async () => {
    const femke = await opens(FEMKE);
    await femke.at("huis/kluis");
    const before = vaultOf(FEMKE);
    await femke.press("Alleen vernieuwen");
    assert.doesNotMatch(await agrees(femke, "Ja, vernieuwen"), /Krijgt toegang|Verliest toegang/);
    assert.match(await femke.text(), /De kluis heeft een nieuwe sleutel/);
    const now = vaultOf(FEMKE);
    assert.deepEqual([now.generation, holders(now)], [before.generation + 1, holders(before)]);
    assert.deepEqual([read(FEMKE, "eerste"), read(FEMKE, "tweede")], ["Dit is eerste.", "Dit is tweede."]);
  });

  test("Joris takes Mila out of a case's vault and lets her in again; then she goes herself", async () => {
    const ofCase = ["--case", number];
    const joris = await opens(JORIS);
    await joris.at(`casus/${number}`);
    await joris.press("Wie kan de kluis van deze casus openen?", "link");
    await joris.tick(MILA.name);
    await joris.press("Wijzigen");
    assert.match(await agrees(joris, "Ja, wijzigen"), /Verliest toegang: Mila Kuipers\./);
    assert.deepEqual(holders(vaultOf(JORIS, ...ofCase)), [`Joris van der Waal (${HOUSE})`]);
    contributes("derde");
    assert.match(read(MILA, "derde"), /^refused/);
    assert.equal(read(JORIS, "derde"), "Dit is derde.");

    await joris.tick(MILA.name);
    await joris.press("Wijzigen");
    assert.match(await agrees(joris, "Ja, wijzigen"), /Krijgt toegang: Mila Kuipers\.[^]*ook vrijgeven/);
    assert.equal(read(MILA, "derde"), "Dit is derde.");

    const mila = await opens(MILA);
    await mila.at(`casus/${number}/kluis`);
    await mila.tick(MILA.name);
    await mila.press("Wijzigen");
    assert.match(await agrees(mila, "Ja, wijzigen"), /U haalt uzelf weg/);
    await mila.page.getByRole("heading", { name: "Casussen", level: 1 }).waitFor();
    assert.match(await mila.text(), /U kunt de kluis van casus .* niet meer openen/);
    assert.deepEqual(holders(vaultOf(JORIS, ...ofCase)), [`Joris van der Waal (${HOUSE})`]);
  });

  test("who is no procesregisseur any more goes out of the house's vault by herself", async () => {
    house.vouch({ ...MILA, roles: ["manager"] }, join(house.homeOf(MILA), "key-request.json"));
    const joris = await opens(JORIS);
    const shown = await joris.at("huis/kluis");
    assert.match(shown, /Kunnen hem niet meer openen\s+Mila Kuipers/);
    assert.match(shown, /Bij de volgende wijziging gaan zij er vanzelf uit/);
    assert.equal(await joris.page.getByRole("checkbox", { name: MILA.name }).count(), 0);
    await joris.press("Wijzigen");
    assert.match(await agrees(joris, "Ja, wijzigen"), /omdat de sleutel of de rol niet meer geldt: Mila Kuipers/);
    const { holders: all } = vaultOf(JORIS);
    assert.deepEqual(all.map(({ name }) => name), [`Joris van der Waal (${HOUSE})`]);
  });
});
