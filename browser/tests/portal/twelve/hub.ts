// Stories 8 and 11: a hub that lies, and a hub that was stolen.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { SealingKey } from "../../../src/protocol/seal.ts";
import { filesIn } from "../../support/files.ts";
import { Liar, type About, type Lie } from "../../support/liar.ts";
import { settled } from "../../support/person.ts";
import { found } from "../../support/tap.ts";
import * as tale from "./tale.ts";
import { BIRDS, BRAM, FEMKE, FILES, NOOR, PIETER, SANNE, says, WRITTEN } from "./tale.ts";

const POLICE_ITEM = WRITTEN["title of the police"];

/** 8. The hub swaps Bram's key, or gives another item's header: Femke's portal refuses before anything is wrapped. */
export async function theHubSwaps(told: tale.Tale): Promise<void> {
  const { cast, house, number } = told;
  // Something more to approve, so that a header can be taken for another.
  const more = told.file("foto.txt", WRITTEN["item of the police"]);
  const law = ["--regime", "wpg", "--ground", "artikel 20 Wpg", "--police", "fact", "--reliability", "foto"];
  told.types(PIETER, "contribute", more, "--title", WRITTEN["other title of the police"], ...law);
  told.types(tale.MILA, "ask");
  const titles = [POLICE_ITEM, WRITTEN["other title of the police"]] as const;
  const [one, other] = titles.map((title) => told.itemCalled(title, PIETER));
  const approvedForBram = () => told.seated(PIETER).find(({ name }) => name.startsWith(BRAM.name))!.approved;
  assert.equal(approvedForBram(), 0);
  const bram = (await told.keysIn(house.homeOf(BRAM))).keys[0]!.sealing.recipient;
  const headers = (part: string): About => [
    [`/v1/statements/${one}/parts/${part}/headers`, `/v1/statements/${other}/parts/${part}/headers`],
  ];
  const lies: readonly [Lie, About, string][] = [
    ["other-recipient", [[bram, SealingKey.generate().recipient]], "not-in-journal"],
    ["other-header", headers("body"), "commitment"],
  ];

  const liar = await Liar.before(new URL(house.portal));
  try {
    const femke = cast.hand(FEMKE);
    cast.browserOf(femke).watch.alsoAt(liar.url);
    await femke.page.goto(liar.url.href);
    await settled(femke.page);
    await femke.press("Inloggen met uw passkey");
    await femke.page.getByRole("heading", { name: "Mijn werk" }).waitFor();
    for (const [lie, about, code] of lies) {
      await femke.at("werk");
      await femke.at(`casus/${number}/akkoord`);
      const [before, posted] = [await told.recorded(), liar.posted];
      liar.lie(lie, about);
      await femke.press(/^Akkoord geven/);
      const said = await femke.refusal();
      says(said, [`Melding: ${code}`]);
      assert.match(said, /[Bb]el het huis/, `${lie}: it says what to do`);
      const question = femke.page.getByRole("heading", { name: "Klopt dit?" });
      assert.equal(await question.count(), 0, "she is not asked to sign");
      assert.deepEqual([await told.recorded(), liar.posted], [before, posted], "nothing was signed or sent");
      liar.truth();
    }
    // Told the truth, she approves: for Bram, and not for Sanne.
    await femke.at("werk");
    await femke.at(`casus/${number}/akkoord`);
    await femke.tick(/^Sanne Verhoeven/);
    await femke.press("Akkoord geven voor wat is aangevinkt");
    await femke.press("Ja, akkoord");
    assert.equal(approvedForBram(), titles.length);
    // Back at the hub itself.
    await femke.page.goto(house.portal);
    await settled(femke.page);
    await femke.press("Inloggen met uw passkey");
    await femke.page.getByRole("heading", { name: "Mijn werk" }).waitFor();
  } finally {
    await liar.end();
  }
  assert.deepEqual(told.pack(BRAM), [], "approved is not yet released");
}

/**
 * 11. Max has the database, the files, the log and the mail that waits; nothing of what was written in either place is
 * in them. (Backups are not built yet.)
 */
export async function theHubIsBlind(told: tale.Tale): Promise<void> {
  const { house } = told;
  const canaries = { ...BIRDS, ...FILES };
  const named = (file: string): string[] => found(readFileSync(file), canaries).map((what) => `${what} in ${file}`);
  const stolen = (): string[] => filesIn(house.path("hub")).flatMap(named);
  assert.deepEqual(stolen(), [], "while it runs");
  assert.deepEqual(found(Buffer.from(house.printed), canaries), [], "what it printed");
  await house.stop();
  assert.deepEqual(stolen(), [], "when it was stopped");

  // The search finds what is there: who took part, and when.
  const all = filesIn(house.path("hub")).map((file) => readFileSync(file));
  const known = { "a partner's name": tale.CHILDREN, "a member's name": SANNE.name, "a case": told.number };
  for (const [what, text] of Object.entries(known)) {
    assert.ok(all.some((bytes) => found(bytes, { [what]: text }).length > 0), what);
  }
  assert.ok(filesIn(house.path("hub", "mail")).length > 0, `a letter to ${NOOR.name} was mailed`);
}
