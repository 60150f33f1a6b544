// Letters, written in one and read in the other; and story 7, as far as it is built: the minutes.

import assert from "node:assert/strict";

import type { Hand } from "../../support/hand.ts";
import * as tale from "./tale.ts";
import { AMRANI, BRAM, DAAN, FEMKE, JORIS, MILA, NOOR, PIETER, SANNE, says, WRITTEN, type Letters } from "./tale.ts";

const [POLICE_ITEM, CARE_ITEM] = [WRITTEN["title of the police"], WRITTEN["title of the care"]];

/** Somebody opens the letter in the portal that waits in Mijn werk. */
async function opensLetter(hand: Hand, name: string | RegExp): Promise<string> {
  await hand.at("werk");
  await hand.press(name, "link");
  return hand.page.locator(".letter").innerText();
}

/** Mila asked on the command line; Femke answers in the portal, dr. Amrani on the command line; both read both. */
export async function questionsAndAnswers(told: tale.Tale): Promise<void> {
  const femke = await told.cast.isIn(FEMKE);
  says(await opensLetter(femke, `Vraag van ${MILA.name} beantwoorden`), [WRITTEN.question], [AMRANI.name]);
  await femke.page.getByLabel("Ik heb dit gelezen").check();
  await femke.fill("Toelichting", WRITTEN.answer);
  await femke.press("Verder");
  await femke.press("Ja, versturen");
  await femke.page.getByText("Uw antwoord is verstuurd").waitFor();
  const { id, text } = told.reads(AMRANI, "request");
  says(text, [WRITTEN.question], [FEMKE.name]);
  told.house.types(AMRANI, "reply", id, "no-contribution");

  const { sent } = told.types<Letters>(MILA, "letters");
  const answerOf = (name: string) => sent.find(({ to_name }) => to_name?.startsWith(name))?.answer;
  assert.deepEqual([answerOf(FEMKE.name)?.answer, answerOf(FEMKE.name)?.text], ["read", WRITTEN.answer]);
  assert.equal(answerOf(AMRANI.name)?.answer, "no-contribution");
  // Joris, who runs the case too, reads the same in the portal.
  const joris = await told.cast.isIn(JORIS);
  const seen = [`Vraag aan ${FEMKE.name}`, "heeft het gelezen", `Vraag aan ${AMRANI.name}`, "geen bijdrage"];
  says(await joris.at("berichten"), seen);
}

/** Noor writes on the command line, Joris reads and writes back in the portal; each reads what the other wrote. */
export async function messagesBothWays(told: tale.Tale): Promise<void> {
  told.types(NOOR, "message", "--to", JORIS.mail, "--text", WRITTEN.message);
  const joris = told.cast.hand(JORIS);
  says(await opensLetter(joris, `Bericht van ${NOOR.name} lezen`), [WRITTEN.message]);
  says(await joris.text(), [`helemaal van ${NOOR.name} komt`]);
  await joris.at(`casus/${told.number}/bericht`);
  await joris.page.getByLabel(NOOR.name, { exact: true }).check();
  await joris.fill("Uw bericht", WRITTEN["message back"]);
  await joris.press("Verder");
  await joris.press("Ja, versturen");
  says(told.reads(NOOR, "message").text, [WRITTEN["message back"], JORIS.name]);
  for (const who of [PIETER, AMRANI]) {
    const { received } = told.types<Letters>(who, "letters");
    assert.ok(received.every(({ kind }) => kind !== "message"), `${who.name} knows nothing of it`);
  }
}

/**
 * 7, as far as it is built: the minutes cite police and mental health care, and of a source each reader is told only
 * what was given to that reader. They say that every supplier has to consent before they go to anyone else. A consent,
 * and a disclosure to the housing corporation to be refused, do not exist yet: nobody outside the house can be sent
 * anything.
 */
export async function minutesKeepTheirSources(told: tale.Tale): Promise<void> {
  const file = told.file(
    "verslag.toml",
    `present = ["${NOOR.name}", "${SANNE.name}", "${DAAN.name}"]
decisions = ["${WRITTEN.decision}"]
[[paragraph]]
text = "${WRITTEN.minutes}"
sources = ["${POLICE_ITEM}", "${CARE_ITEM}"]
`,
  );
  told.types(MILA, "minutes", file);
  const daan = told.cast.hand(DAAN);
  const toDaan = await opensLetter(daan, `Verslag van ${MILA.name} lezen`);
  says(toDaan, [WRITTEN.minutes, WRITTEN.decision, `Uit: ${POLICE_ITEM}`], [CARE_ITEM, tale.CARE]);
  const sanne = told.cast.hand(SANNE);
  says(await opensLetter(sanne, `Verslag van ${MILA.name} lezen`), [WRITTEN.minutes], [POLICE_ITEM, CARE_ITEM]);
  says(told.reads(NOOR, "minutes").text, [WRITTEN.minutes, POLICE_ITEM], [CARE_ITEM]);
  says(told.reads(BRAM, "minutes").text, [WRITTEN.minutes], [POLICE_ITEM, CARE_ITEM]);

  // What Daan has to say of it goes back to the command line.
  await daan.at(`casus/${told.number}/bericht`);
  await daan.page.getByLabel(JORIS.name, { exact: true }).uncheck();
  await daan.fill("Uw bericht", WRITTEN.remark);
  await daan.press("Verder");
  await daan.press("Ja, versturen");
  says(told.reads(MILA, "message").text, [WRITTEN.remark, DAAN.name]);

  const joris = told.cast.hand(JORIS);
  await joris.at(`casus/${told.number}`);
  await joris.press(/^Verslag/, "link");
  says(await joris.text(), ["Alleen na vooraf schriftelijke toestemming van de verstrekker"]);
  const corporation = ["--to", "info@woonborg.example", "--text", WRITTEN.message];
  says(told.refused(MILA, "message", ...corporation), ["This member is not in the directory."]);
  says(await joris.at(`casus/${told.number}/bericht`), [NOOR.name], ["woonborg", "Woonborg"]);
}
