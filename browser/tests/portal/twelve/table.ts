// Stories 1, 2, 3, 5 and 6: the meeting. meeting.test.ts tells 1, 3 and 5 too, with all eight readers and their clicks
// counted; here others of the people work on the command line.

import assert from "node:assert/strict";

import type { Hand } from "../../support/hand.ts";
import { inDays } from "../../support/house.ts";
import { shownIn } from "../../support/person.ts";
import * as tale from "./tale.ts";
import {
  AGENDA,
  AMRANI,
  BRAM,
  CARE,
  CITY,
  DAAN,
  FEMKE,
  FILES,
  HUGO,
  IRIS,
  JORIS,
  LOTTE,
  MILA,
  NOOR,
  PIETER,
  SANNE,
  says,
  WRITTEN,
} from "./tale.ts";

const [POLICE_ITEM, CARE_ITEM, CHILDREN_ITEM] = [
  WRITTEN["title of the police"],
  WRITTEN["title of the care"],
  WRITTEN["title of the children"],
];

/** Sanne refers in the portal; Mila takes it to the table on the command line, and asks partners. */
export async function comesToTheTable(told: tale.Tale): Promise<void> {
  const sanne = await told.cast.isIn(SANNE);
  await sanne.at("aanmelden");
  await sanne.page.getByLabel("Nazorg detentie").check();
  await sanne.page.locator("#screening-text").fill(WRITTEN.referral);
  await sanne.press("Verzegelen en versturen");
  await sanne.press("Ja, aanmelden");
  told.number = /ZVH-\d{4}-\d{4}/.exec(await sanne.page.locator("#case-number").innerText())![0];
  told.types(MILA, "case open");
  told.types(MILA, "case phase", "rto", "--outcome", told.file("uitkomst.txt", WRITTEN["outcome of a phase"]));
  const to = [FEMKE, PIETER, AMRANI, NOOR].flatMap(({ mail }) => ["--to", mail]);
  const question = told.file("vraag.txt", WRITTEN.question);
  told.types(MILA, "request", ...to, "--question-file", question, "--until", inDays(2));
}

/** What three partners put in, on the command line. */
function suppliersContribute(told: tale.Tale): void {
  const wpg = ["--regime", "wpg", "--ground", "artikel 20 Wpg", "--police", "fact", "--reliability", "gezien"];
  for (const [who, of, law] of [
    [PIETER, "police", wpg],
    [AMRANI, "care", ["--regime", "medical", "--ground", "in overleg"]],
    [NOOR, "children", ["--ground", "artikel 1:240 BW"]],
  ] as const) {
    const file = told.file(FILES[`file of the ${of}`], WRITTEN[`item of the ${of}`]);
    told.types(who, "contribute", file, "--title", WRITTEN[`title of the ${of}`], ...law);
  }
}

/** Joris asks in the portal; the suppliers answer, each where they work. */
export async function suppliersAreAsked(told: tale.Tale): Promise<void> {
  suppliersContribute(told);
  const joris = told.cast.hand(JORIS);
  await joris.at(`casus/${told.number}/overleg`);
  await joris.press("Om akkoord vragen");
  await joris.press("Ja, vragen");
  const femke = await told.cast.isIn(FEMKE);
  await femke.at("werk");
  await femke.press(/Akkoord gevraagd: 1 stuk/, "link");
  says(await femke.text(), [WRITTEN.purpose, POLICE_ITEM], [CARE_ITEM, CHILDREN_ITEM]);
  await femke.tick(/^Sanne Verhoeven/);
  await femke.press("Akkoord geven voor wat is aangevinkt");
  says(await femke.text(), [NOOR.name, DAAN.name, "Anderen kunnen het niet lezen."], [SANNE.name]);
  await femke.press("Ja, akkoord");
  told.types(NOOR, "approve", "--item", CHILDREN_ITEM, "--reader", LOTTE.mail);
  told.types(AMRANI, "refuse", "--reason", told.file("reden.txt", WRITTEN["reason not to approve"]));
}

/** 3. Mila releases on the command line; Joris sees in the portal whom to consult, and does. */
export async function consultationComesFirst(told: tale.Tale): Promise<void> {
  const before = await told.recorded();
  says(told.refused(MILA, "release"), [CITY]);
  assert.equal(await told.recorded(), before, "nothing is on record");
  assert.deepEqual(told.pack(NOOR), []);
  const joris = told.cast.hand(JORIS);
  says(await joris.at(`casus/${told.number}/overleg`), [`Overleg met ${CITY}`, "Zonder dat kunt u niets vrijgeven."]);
  await joris.press("Alles vrijgeven wat akkoord is");
  says(await joris.refusal(), [`Bel ${CITY}`, "Er is niets vrijgegeven.", "not-consulted"]);
  await joris.tick("Telefoon");
  await joris.fill("Met wie, wanneer, en wat kwam eruit?", WRITTEN.consultation);
  await joris.press("Verder");
  await joris.press("Ja, vastleggen");
  const { steps } = told.types<{ steps: { step: string; text: string | null }[] }>(MILA, "case show");
  assert.equal(steps.find(({ step }) => step === "consultation")?.text, WRITTEN.consultation);
}

/** 1. To delegates first. Who was approved for opens it; to the others it is as if it did not exist. */
export async function onlyTheApprovedOpen(told: tale.Tale): Promise<void> {
  const joris = told.cast.hand(JORIS);
  await joris.at(`casus/${told.number}/overleg`);
  await joris.press("Een deel vrijgeven");
  await joris.press("Alleen deelnemers, nog geen vervangers");
  await joris.press("Vrijgeven wat is aangevinkt");
  says(await joris.text(), [`${NOOR.name} (Raad): ${AGENDA}, ${POLICE_ITEM}`, SANNE.name, LOTTE.name], [DAAN.name]);
  await joris.press("Ja, vrijgeven");

  assert.deepEqual(told.pack(NOOR), [AGENDA, POLICE_ITEM]);
  assert.equal(told.opens(NOOR, POLICE_ITEM, FILES["file of the police"]), WRITTEN["item of the police"]);
  const lotte = await told.cast.isIn(LOTTE);
  says(await lotte.at(`casus/${told.number}/pakket`), [AGENDA, CHILDREN_ITEM], [CARE_ITEM]);
  await lotte.press(CHILDREN_ITEM, "link");
  await shownIn(lotte.page).getByText(WRITTEN["item of the children"]).waitFor();

  const sanne = told.cast.hand(SANNE);
  const seen = await everythingOf(told, sanne);
  says(seen, [AGENDA], [POLICE_ITEM, CHILDREN_ITEM, CARE_ITEM, "zit er niet in"]);
  // Hugo is at no table, but his partner referred it.
  const tries = [POLICE_ITEM, "Wat nooit bestond"];
  const said = tries.map((title) => told.opensNothing(HUGO, title).replaceAll(title, "…"));
  assert.equal(said[0], said[1], "the answer is that of what never was");
}

/** What somebody sees of the case, on all pages of the portal that can say something of it. */
async function everythingOf({ number }: tale.Tale, hand: Hand): Promise<string> {
  const seen: string[] = [];
  for (const place of ["werk", "casussen", `casus/${number}`, `casus/${number}/pakket`, "berichten", "logboek"]) {
    seen.push(await hand.at(place));
  }
  return seen.join("\n");
}

/** 2. Dr. Amrani refused on the command line: no reader sees gap, count or supplier. Joris does; Iris also sees why. */
export async function aRefusalIsSilent(told: tale.Tale): Promise<void> {
  const hidden = [CARE, CARE_ITEM, "Amrani", WRITTEN["reason not to approve"]];
  const knows = JSON.stringify([told.types(NOOR, "case show"), told.house.types(NOOR, "pack", "list")]);
  says(knows, [POLICE_ITEM], [...hidden, "refusal"]);
  for (const who of [SANNE, LOTTE]) {
    says(await everythingOf(told, told.cast.hand(who)), [AGENDA], [...hidden, "Geen akkoord", "zit er niet in"]);
  }
  const joris = told.cast.hand(JORIS);
  const table = await joris.at(`casus/${told.number}/overleg`);
  says(table, [`${CARE_ITEM} (geen akkoord)`, CARE], [WRITTEN["reason not to approve"]]);
  says(await joris.at(`casus/${told.number}`), ["Geen akkoord", AMRANI.name], [WRITTEN["reason not to approve"]]);
  says(JSON.stringify(told.types(MILA, "case show")), ['"refusal"'], [WRITTEN["reason not to approve"]]);
  const iris = await told.cast.isIn(IRIS);
  says(await iris.at(`casus/${told.number}`), ["Geen akkoord", WRITTEN["reason not to approve"]]);
}

/** 6. On the day Noor is ill: Daan opens in her place in the portal, and Femke's journal shows it. */
export async function theDeputyOpens(told: tale.Tale): Promise<void> {
  const daan = await told.cast.isIn(DAAN);
  says(await daan.at(`casus/${told.number}/pakket`), ["nu niets voor u vrijgegeven"], [POLICE_ITEM]);
  assert.deepEqual(await openedBy(told), [NOOR.name]);

  const joris = told.cast.hand(JORIS);
  await joris.at(`casus/${told.number}/overleg`);
  await joris.press("Alles vrijgeven wat akkoord is");
  await joris.press("Ja, vrijgeven");
  says(await daan.at("werk"), ["Informatiepakket lezen"]);
  await daan.press(/^Informatiepakket lezen/, "link");
  await daan.press(POLICE_ITEM, "link");
  await shownIn(daan.page).getByText(WRITTEN["item of the police"]).waitFor();
  assert.deepEqual(await openedBy(told), [DAAN.name, NOOR.name]);
}

/** Who opened the item of the police, as Femke's journal has it in the portal. */
async function openedBy(told: tale.Tale): Promise<string[]> {
  const femke = told.cast.hand(FEMKE);
  await femke.at("logboek");
  await femke.done();
  const lines = await femke.page.locator(".journal li", { hasText: POLICE_ITEM }).allInnerTexts();
  const opened = lines.filter((line) => /\bopende\b/.test(line));
  const by = opened.map((line) => [NOOR, DAAN].find(({ name }) => line.includes(name))?.name ?? line);
  return [...new Set(by)].sort();
}

/** 5. Joris adds Bram in the portal, and asks again in the same breath; Pieter repeats it on the command line. */
export async function bramIsAdded(told: tale.Tale): Promise<void> {
  const joris = told.cast.hand(JORIS);
  await joris.at(`casus/${told.number}/overleg`);
  await joris.press("Overleg wijzigen");
  says(await joris.text(), ["Eerdere akkoorden gelden daar niet voor"]);
  await joris.page.getByLabel(BRAM.name, { exact: true }).check();
  await joris.fill(`Op welke grond mag ${tale.PROBATION} erbij zijn?`, WRITTEN["ground for presence"]);
  await joris.press("Verder");
  await joris.press("Ja, wijziging vastleggen");
  await joris.press("Ja, vragen");

  const { approvals } = told.types<{ approvals: unknown[] }>(PIETER, "approve", "--repeat");
  assert.equal(approvals.length, 2, "for Noor and Daan, as before");
  says(told.opensNothing(BRAM, POLICE_ITEM), [], ["wijkagent"]);
  assert.deepEqual(told.pack(BRAM), []);
  says(JSON.stringify(told.types(BRAM, "case show")), [], [POLICE_ITEM, CARE_ITEM, CHILDREN_ITEM]);
  assert.ok(told.pack(NOOR).includes(POLICE_ITEM), "Noor keeps what she has");
  const femke = told.cast.hand(FEMKE);
  says(await femke.at("werk"), ["Akkoord gevraagd: 1 stuk voor 2 mensen"], ["herhalen"]);
}
