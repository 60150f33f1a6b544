// The meeting: Joris plans, asks, consults and releases; Femke approves, in part or again; and who was left out learns of
// nothing.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";

import { Browser } from "../support/chromium.ts";
import { Hand } from "../support/hand.ts";
import { House, inDays, type Person } from "../support/house.ts";
import { at, settled, shownIn } from "../support/person.ts";

const HOUSE = "Zorg- en Veiligheidshuis";
const [CITY, POLICE, CARE, PROBATION, CHILDREN] = ["Gemeente", "Politie", "GGZ De Oever", "Reclassering", "Raad"] as const;
const person = (name: string, partner: string, ...roles: string[]): Person => ({
  name,
  partner,
  mail: `${name.split(" ").at(-1)!.toLowerCase()}@${partner.split(/\W/)[0]!.toLowerCase()}.example`,
  roles,
});
const JORIS = person("Joris van der Waal", HOUSE, "procesregisseur");
const MILA = person("Mila Brands", HOUSE, "procesregisseur");
const SANNE = person("Sanne Verhoeven", CITY);
const HUGO = person("Hugo Dijkgraaf", CITY);
const FEMKE = person("Femke Oosterhof", POLICE);
const PIETER = person("Pieter Bouwman", POLICE);
const AMRANI = person("dr. Samira Amrani", CARE);
const IRIS = person("Iris de Bruin", CARE);
const BRAM = person("Bram Hoekstra", PROBATION);
const YARA = person("Yara Martina", PROBATION);
const NOOR = person("Noor Wijngaarden", CHILDREN);
const DAAN = person("Daan Smeets", CHILDREN);
const PAIRS = [
  [JORIS, MILA],
  [SANNE, HUGO],
  [FEMKE, PIETER],
  [AMRANI, IRIS],
  [BRAM, YARA],
  [NOOR, DAAN],
] as const;
const READERS = [SANNE, HUGO, AMRANI, IRIS, BRAM, YARA, NOOR, DAAN];

interface Packs {
  readonly packs: readonly { readonly case: string; readonly items: readonly { readonly label: { readonly title: string } | null }[] }[];
}

interface Shown {
  readonly rosters: readonly {
    readonly number: number;
    readonly latest: boolean;
    readonly consulted: boolean;
    readonly participants: readonly { readonly member: string; readonly approved: number; readonly released: number }[];
  }[];
}

describe("the meeting", () => {
  let house: House;
  const codes = new Map<Person, string>();
  const browsers = new Map<Person, Browser>();

  before(async () => {
    house = await House.open([HOUSE, CITY, POLICE, CARE, PROBATION, CHILDREN]);
    for (const each of PAIRS.flat()) codes.set(each, house.enrol(each));
    for (const [one, other] of PAIRS) house.types(one, "vault", "add", other.mail);
    mkdirSync(house.path("files"));
  });
  after(async () => {
    await Browser.closeAll(browsers.values());
    await house?.close();
  });

  /** Someone's own browser, unlocked with the recovery code. */
  async function opens(who: Person, options: { width?: number } = {}): Promise<Hand> {
    const browser = browsers.get(who) ?? (await Browser.open(options));
    browsers.set(who, browser);
    // One window at a time has the keys.
    for (const other of browser.context.pages()) if (other.url().startsWith(house.url)) await other.close();
    const page = await browser.tab();
    await page.goto(`${house.url}#/herstellen`);
    await page.getByLabel("Herstelcode").first().fill(codes.get(who)!);
    await page.getByRole("button", { name: "Inloggen", exact: true }).click();
    await page.getByRole("heading", { name: "Mijn werk" }).waitFor();
    await settled(page);
    return new Hand(page);
  }

  function file(name: string, text: string): string {
    const path = house.path("files", name);
    writeFileSync(path, text);
    return path;
  }

  /** A case at the table, with something of the police in it. */
  function caseWith(...titles: string[]): string {
    const paper = file(`aanmelding-${titles[0]}.txt`, "Wie helpt dit gezin?");
    const referred = house.types(SANNE, "case", "refer", paper, "--kind", "aftercare", "--ground", "convenant 1.7", "--title", "Aanmelding") as {
      case: string;
    };
    const number = referred.case;
    house.types(JORIS, "case", "open", number);
    house.types(JORIS, "case", "phase", number, "rto", "--outcome", file("uitkomst.txt", "Past bij het huis."));
    // Who is asked something knows of the case.
    const question = file("vraag.txt", "Kent u dit gezin?");
    house.types(JORIS, "request", number, "--to", FEMKE.mail, "--question-file", question, "--until", inDays(2));
    for (const title of titles) {
      const path = file(`${title}.txt`, `Dit is ${title}.`);
      house.types(FEMKE, "contribute", number, path, "--title", title, "--regime", "wpg", "--police", "fact", "--reliability", "proces-verbaal", "--ground", "artikel 20 Wpg");
    }
    return number;
  }

  /** The titles of what was released to someone in a case, on the command line. */
  function pack(who: Person, number: string): string[] {
    const { packs } = house.types(who, "pack", "list") as Packs;
    return packs.filter((each) => each.case === number).flatMap(({ items }) => items.map(({ label }) => label?.title ?? "?")).sort();
  }

  test("Femke approves for five of eight, Joris releases, and to the others it is as if it did not exist", async (t) => {
    const number = caseWith("Zorgmelding");
    const joris = await opens(JORIS);

    await t.test("Joris plans the meeting", async () => {
      await joris.press("Overleg plannen", "link");
      assert.match(await joris.text(), /Er is nog geen overleg gepland/);
      await joris.press("Overleg plannen");
      // Nothing filled in: each thing that is missing is said, and the focus is there.
      await joris.press("Verder");
      assert.equal(await joris.page.evaluate(() => document.activeElement?.id), "error-summary");
      assert.match(await joris.text(), /Schrijf op waarvoor het overleg is/);
      await joris.page.getByLabel("Doel").fill("Het is thuis veilig.");
      await joris.page.getByLabel("Onderwerpen").fill("Hoe gaat het thuis?\nWie heeft de regie?");
      await joris.page.getByLabel("Dag en tijd van het overleg").fill(`${inDays(3)}T09:00`);
      assert.equal(await joris.page.getByLabel("Verstrekkers antwoorden uiterlijk").inputValue(), `${inDays(2)}T09:00`);
      for (const { name } of READERS) await joris.page.getByLabel(name, { exact: true }).check();
      await joris.page.getByLabel("Rol van Daan Smeets").selectOption("deputy");
      await joris.page.getByLabel(`Op welke grond mag ${CITY} erbij zijn?`).fill("Artikel 9.2e: meldt aan.");
      await joris.press(/Zet deze grond ook/);
      assert.equal(await joris.page.getByLabel(`Op welke grond mag ${CARE} erbij zijn?`).inputValue(), "Artikel 9.2e: meldt aan.");
      await joris.shot("meeting-plan");
      await joris.press("Verder");
      assert.match(await joris.text(), /U legt vast wie er bij het overleg .* 8 mensen/);
      await joris.shot("meeting-plan-agree");
      await joris.press("Ja, overleg vastleggen");
      const { rosters } = house.types(JORIS, "case", "show", number) as Shown;
      assert.deepEqual(rosters.map(({ participants }) => participants.length), [8]);
    });

    await t.test("Joris asks", async () => {
      assert.match(await joris.text(), /Zorgmelding, Politie/);
      await joris.shot("meeting-ask");
      joris.clicks = 0;
      await joris.press("Om akkoord vragen");
      await joris.press("Ja, vragen");
      assert.equal(joris.clicks, 2);
    });

    const femke = await opens(FEMKE);
    await t.test("Femke approves in part in five clicks", async () => {
      femke.clicks = 0;
      await femke.press(/Akkoord gevraagd: 1 stuk voor 8 mensen/, "link");
      assert.match(await femke.text(), /Hoe gaat het thuis\?/);
      await femke.shot("meeting-approve");
      await femke.tick(`Iedereen van ${PROBATION}`);
      await femke.tick(/^Iris de Bruin/);
      await femke.press("Akkoord geven voor wat is aangevinkt");
      const said = await femke.text();
      assert.match(said, /U geeft deze 5 mensen toegang tot dit stuk\. Anderen kunnen het niet lezen\./);
      assert.match(said, /Voor 3 mensen blijft het verzoek open/);
      await femke.shot("meeting-approve-agree");
      await femke.press("Ja, akkoord");
      assert.equal(femke.clicks, 5);
    });

    await t.test("Joris can't release without a consultation, and is told whom to consult", async () => {
      await at(joris.page, "werk");
      await at(joris.page, `casus/${number}/overleg`);
      await joris.shot("meeting-consult");
      await joris.press("Alles vrijgeven wat akkoord is");
      const refused = joris.page.locator("#refused");
      await refused.waitFor();
      assert.match(await refused.innerText(), /geen overleg vastgelegd met Gemeente, die de casus heeft aangemeld\. Bel Gemeente/);
      assert.equal(await joris.page.evaluate(() => document.activeElement?.id), "refused");
      assert.deepEqual(pack(NOOR, number), []);
      await joris.shot("meeting-refused");
    });

    await t.test("Joris consults, and releases", async () => {
      joris.clicks = 0;
      await joris.tick("Telefoon");
      await joris.page.getByLabel("Met wie, wanneer, en wat kwam eruit?").fill("Sanne gebeld: zij is het ermee eens.");
      await joris.press("Verder");
      await joris.press("Ja, vastleggen");
      assert.match(await joris.text(), /Voor 8 lezers is er iets om vrij te geven/);
      await joris.shot("meeting-release");
      await joris.press("Alles vrijgeven wat akkoord is");
      const said = await joris.text();
      assert.match(said, /Noor Wijngaarden \(Raad\): Doel en agenda, Zorgmelding/);
      assert.match(said, /Bram Hoekstra \(Reclassering\): Doel en agenda\n/);
      await joris.shot("meeting-release-agree");
      await joris.press("Ja, vrijgeven");
      assert.equal(joris.clicks, 5);
      assert.match(await joris.text(), /Alles is vrijgegeven waarvoor akkoord is/);
      await joris.shot("meeting-released");
      // Sanne, who was consulted, reads what came of it.
      const { steps } = house.types(SANNE, "case", "show", number) as { steps: { step: string; text: string | null }[] };
      assert.equal(steps.find(({ step }) => step === "consultation")?.text, "Sanne gebeld: zij is het ermee eens.");
    });

    await t.test("the five open it, on the command line and in the browser: there in two clicks", async () => {
      for (const who of [SANNE, HUGO, AMRANI, NOOR, DAAN]) assert.deepEqual(pack(who, number), ["Doel en agenda", "Zorgmelding"], who.name);
      for (const who of [SANNE, AMRANI]) {
        const out = house.path("open", who.mail);
        house.types(who, "pack", "open", number, "--out", out, "--item", "Zorgmelding");
        assert.equal(readFileSync(`${out}/Zorgmelding.txt`, "utf8"), "Dit is Zorgmelding.");
      }
      for (const who of [NOOR, DAAN]) {
        const hand = await opens(who);
        await hand.press(/Informatiepakket lezen/, "link");
        await hand.press("Zorgmelding", "link");
        await shownIn(hand.page).getByText("Dit is Zorgmelding.").waitFor();
        assert.equal(hand.clicks, 2, "from Mijn werk to what it says");
      }
    });

    await t.test("to the other three it is as if it did not exist", async () => {
      const canary = "Zorgmelding";
      for (const who of [BRAM, IRIS]) {
        assert.deepEqual(pack(who, number), ["Doel en agenda"], who.name);
        const shown = JSON.stringify(house.types(who, "case", "show", number));
        assert.ok(!shown.includes(canary) && !shown.includes('"Politie"'), who.name);
        const tried = house.tries(who, "pack", "open", number, "--out", house.path("open", who.mail), "--item", canary);
        assert.notEqual(tried.code, 0);
      }
      for (const who of [YARA, IRIS]) {
        const hand = await opens(who);
        const seen = [await hand.text()];
        for (const place of [`casus/${number}`, `casus/${number}/pakket`]) {
          await at(hand.page, place);
          seen.push(await hand.text());
        }
        assert.match(seen.join("\n"), /Doel en agenda/);
        assert.ok(!seen.join("\n").includes(canary), seen.join("\n"));
        assert.ok(!/[1-9] stuk(ken)? zit/.test(seen.join("\n")), "no gap is shown");
      }
    });
  });

  test("Bram is added: he reads nothing, suppliers are asked again in one step, and Femke repeats in three clicks", async (t) => {
    const number = caseWith("Overzicht", "Foto");
    const ground = ":Artikel 9.2e.";
    house.types(JORIS, "roster", number, "--date", `${inDays(4)} 09:00`, "--participant", NOOR.mail + ground, "--participant", AMRANI.mail + ground);
    house.types(JORIS, "ask", number);
    house.types(FEMKE, "approve", number);
    house.types(JORIS, "consult", number, "--form", "phone", "--outcome", file("overleg.txt", "Goed."));
    house.types(JORIS, "release", number, "--reader", NOOR.mail);
    assert.deepEqual(pack(NOOR, number), ["Foto", "Overzicht"]);

    const joris = await opens(JORIS);
    await t.test("Joris adds Bram, and asks again in the same breath", async () => {
      await at(joris.page, `casus/${number}/overleg`);
      await joris.press("Overleg wijzigen");
      assert.match(await joris.text(), /Eerdere akkoorden gelden daar niet voor/);
      await joris.page.getByLabel("Doel", { exact: true }).fill("Het is thuis veilig.");
      await joris.page.getByLabel(BRAM.name, { exact: true }).check();
      await joris.page.getByLabel(`Op welke grond mag ${PROBATION} erbij zijn?`).fill("Toezicht.");
      await joris.shot("meeting-change");
      await joris.press("Verder");
      await joris.press("Ja, wijziging vastleggen");
      // The next question is there already.
      await joris.page.getByText("U vraagt akkoord voor 3 stukken aan: Gemeente, Politie.").waitFor();
      await joris.shot("meeting-again");
      await joris.press("Ja, vragen");
      assert.match(await joris.text(), /Nog 9 antwoorden open, van: Gemeente, Politie/);
      const { rosters } = house.types(JORIS, "case", "show", number) as Shown;
      assert.deepEqual(rosters.map(({ latest, consulted, participants }) => [latest, consulted, participants.length]), [
        [false, true, 2],
        [true, false, 3],
      ]);
    });

    assert.deepEqual(pack(BRAM, number), [], "Bram reads nothing");
    assert.deepEqual(pack(NOOR, number), ["Foto", "Overzicht"], "Noor keeps what she has");

    const femke = await opens(FEMKE, { width: 320 });
    await t.test("Femke repeats what she approved, in three clicks", async () => {
      assert.match(await femke.text(), /eerdere akkoorden herhalen \(4\)/);
      femke.clicks = 0;
      await femke.press(/Akkoord gevraagd: 2 stukken voor 3 mensen/, "link");
      assert.match(await femke.text(), /Nieuw op de lijst: Bram Hoekstra, Reclassering/);
      await femke.shot("meeting-repeat");
      await femke.press("Eerdere akkoorden herhalen");
      await femke.press("Ja, akkoord");
      assert.equal(femke.clicks, 3);
    });
    await t.test("and refuses the rest in three", async () => {
      femke.clicks = 0;
      await femke.press(/Akkoord gevraagd: 2 stukken voor 1 persoon/, "link");
      await femke.press("Geen akkoord");
      await femke.press("Ja, geen akkoord");
      assert.equal(femke.clicks, 3);
      assert.ok(!/Akkoord gevraagd: 2 stukken/.test(await femke.text()));
    });

    // Sanne gives nothing, for a reason that stays with her.
    house.types(SANNE, "refuse", number, "--reason", file("reden.txt", "Loopt nog."));
    await t.test("Joris has it in his work: to consult, then to release a part", async () => {
      await at(joris.page, "werk");
      await joris.press(/Overleggen met Gemeente/, "link");
      await joris.tick("Mail");
      await joris.page.getByLabel("Met wie, wanneer, en wat kwam eruit?").fill("Sanne gemaild.");
      await joris.press("Verder");
      await joris.press("Ja, vastleggen");
      await at(joris.page, "werk");
      await joris.press(/Vrijgeven: er is akkoord voor 3 lezers/, "link");
      await joris.press("Een deel vrijgeven");
      await joris.tick(/^Foto/);
      await joris.tick(/^dr\. Samira Amrani/);
      await joris.shot("meeting-part");
      await joris.press("Vrijgeven wat is aangevinkt");
      assert.match(await joris.text(), /Noor Wijngaarden verliest wat nu in het pakket zit: Foto\./);
      await joris.press("Ja, vrijgeven");
    });
    assert.deepEqual(pack(NOOR, number), ["Doel en agenda", "Overzicht"]);
    assert.deepEqual(pack(BRAM, number), ["Doel en agenda"]);
    assert.deepEqual(pack(AMRANI, number), []);
    await t.test("and then all of it", async () => {
      await joris.press("Alles vrijgeven wat akkoord is");
      await joris.press("Ja, vrijgeven");
    });
    for (const who of [NOOR, AMRANI]) assert.deepEqual(pack(who, number), ["Doel en agenda", "Foto", "Overzicht"], who.name);
    assert.deepEqual(pack(BRAM, number), ["Doel en agenda"]);
  });

  test("all at once: Femke approves everything in three clicks", async () => {
    const number = caseWith("Verslag");
    house.types(JORIS, "roster", number, "--date", `${inDays(4)} 10:00`, "--urgent", "--participant", `${NOOR.mail}:Artikel 9.2e.`);
    house.types(JORIS, "ask", number);
    const femke = await opens(FEMKE);
    // Urgent comes first.
    assert.match(await femke.page.locator(".work-row").first().innerText(), new RegExp(number));
    await femke.press(/Akkoord gevraagd: 1 stuk voor 1 persoon/, "link");
    await femke.press("Akkoord geven");
    await femke.press("Ja, akkoord");
    assert.equal(femke.clicks, 3);
    const { rosters } = house.types(JORIS, "case", "show", number) as Shown;
    assert.deepEqual(rosters.map(({ participants }) => participants.map(({ approved }) => approved)), [[1]]);
  });

  test("what was refused for one reader is not given with the rest, and the question says who gets what", async () => {
    const number = caseWith("Rapport", "Tekening");
    const ground = ":Artikel 9.2e.";
    house.types(JORIS, "roster", number, "--date", `${inDays(4)} 11:00`, "--participant", NOOR.mail + ground, "--participant", AMRANI.mail + ground);
    house.types(JORIS, "ask", number);
    const reason = file("reden-tekening.txt", "Niet nodig voor de behandeling.");
    house.types(FEMKE, "refuse", number, "--item", "Tekening", "--reader", AMRANI.mail, "--reason", reason);
    const femke = await opens(FEMKE);
    await at(femke.page, `casus/${number}/akkoord`);
    await femke.press("Akkoord geven");
    const said = await femke.text();
    assert.match(said, /toegang, alleen tot wat bij de naam staat \(3 akkoorden\)\. Over de rest is al geantwoord\./);
    const given = femke.page.locator("#agree").getByRole("listitem");
    const ofAmrani = await given.filter({ hasText: AMRANI.name }).innerText();
    const ofNoor = await given.filter({ hasText: NOOR.name }).innerText();
    assert.deepEqual([ofAmrani, ofNoor].map((text) => [/Rapport/.test(text), /Tekening/.test(text)]), [[true, false], [true, true]]);
    await femke.press("Ja, akkoord");
    const { rosters } = house.types(JORIS, "case", "show", number) as Shown;
    assert.deepEqual(rosters.flatMap(({ participants }) => participants.map(({ approved }) => approved)).sort(), [1, 2]);
  });
});
