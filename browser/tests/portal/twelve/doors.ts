// Stories 4, 9 and 12: who may be let in. A partner that has not signed, somebody who moved, and a thief.

import assert from "node:assert/strict";

import type { Batch } from "../../../src/client/batch.ts";
import { codeOf } from "../../../src/client/error.ts";
import { Remote } from "../../../src/client/remote.ts";
import type { KeyBundle } from "../../../src/client/secret.ts";
import { Draft } from "../../../src/client/sign.ts";
import { caseNumber, digest, memberId, momentOf, type Digest, type MemberId } from "../../../src/protocol/id.ts";
import { HURRIED } from "../../support/demo.ts";
import type { Hand } from "../../support/hand.ts";
import { inDays, type Person } from "../../support/house.ts";
import { settled } from "../../support/person.ts";
import { Smuggler } from "../../support/smuggle.ts";
import * as tale from "./tale.ts";
import {
  AGENDA,
  AMRANI,
  DAAN,
  FEMKE,
  FILES,
  JORIS,
  LOTTE,
  LOTTE_OF_CARE,
  MAX,
  MILA,
  NOOR,
  PIETER,
  SANNE,
  says,
  VERA,
  VIJF,
  WRITTEN,
} from "./tale.ts";

const POLICE_ITEM = WRITTEN["title of the police"];
const CHILDREN_ITEM = WRITTEN["title of the children"];
const HOUR = 60 * 60;
/** Where somebody looks with the same keys, who has seen nothing yet. */
const NOOR_ELSEWHERE: Person = { ...NOOR, mail: "elsewhere.example" };

/** 4. Joris can't choose Vera in the portal, and is told why; nor can Mila on the command line. Nothing is sent. */
export async function nobodyOfAnUnsignedPartner(told: tale.Tale): Promise<void> {
  const vera = told.cast.hand(VERA);
  await vera.page.getByText(`${VIJF} heeft het convenant niet ondertekend.`).waitFor();
  assert.equal(await vera.page.getByRole("navigation").count(), 0, "she is not in");

  const joris = await told.cast.isIn(JORIS);
  await joris.at("werk");
  await joris.press("Overleg plannen", "link");
  await joris.press("Overleg plannen");
  says(await joris.text(), [`Nog niet getekend, en daarom niet uit te nodigen: ${VIJF}.`], [VERA.name]);
  assert.equal(await joris.page.getByLabel(VERA.name, { exact: true }).count(), 0);

  const before = await told.recorded();
  const of = (who: { mail: string }): string => `${who.mail}:${WRITTEN["ground for presence"]}`;
  const roster = ["--date", `${inDays(3)} 09:00`, "--participant", of(NOOR), "--participant", of(VERA)];
  says(told.refused(MILA, "roster", ...roster), [`${VIJF} has not signed the agreement`]);
  const letter = ["--to", VERA.mail, "--text", WRITTEN.message];
  says(told.refused(MILA, "message", ...letter), [`${VIJF} has not signed the agreement`]);
  assert.equal(await told.recorded(), before, "nothing is on record");
  assert.deepEqual(told.types<{ rosters: unknown[] }>(MILA, "case show").rosters, []);

  await joris.fill("Doel", WRITTEN.purpose);
  await joris.fill("Onderwerpen", WRITTEN.topic);
  await joris.fill("Dag en tijd van het overleg", `${inDays(3)}T09:00`);
  for (const { name } of [NOOR, DAAN, SANNE, LOTTE]) await joris.page.getByLabel(name, { exact: true }).check();
  await joris.page.getByLabel(`Rol van ${DAAN.name}`).selectOption("deputy");
  await joris.fill(`Op welke grond mag ${tale.CHILDREN} erbij zijn?`, WRITTEN["ground for presence"]);
  await joris.press(/Zet deze grond ook/);
  await joris.press("Verder");
  await joris.press("Ja, overleg vastleggen");
  says(JSON.stringify(told.types(MILA, "case show")), [NOOR.name, DAAN.name], [VERA.name, VIJF]);
}

/** 9. Lotte goes to work for the mental health care: what was given to her with the police does not open for her. */
export async function lotteMoves(told: tale.Tale): Promise<void> {
  const { cast, house } = told;
  const lotte = cast.hand(LOTTE);
  says(await lotte.at(`casus/${told.number}/pakket`), [CHILDREN_ITEM]);
  const oldCode = cast.code(LOTTE);
  house.recovers(LOTTE, oldCode);
  assert.equal(told.opens(LOTTE, CHILDREN_ITEM, FILES["file of the children"]), WRITTEN["item of the children"]);

  house.authority("revoke", LOTTE.mail, "--reason", "left");
  await cast.published();
  house.types(PIETER, "vault", "remove");
  await cast.enrol([LOTTE_OF_CARE]);
  house.types(AMRANI, "vault", "add", LOTTE_OF_CARE.mail);

  // What she did, she did under her name; and she is said to have left.
  const joris = cast.hand(JORIS);
  says(await joris.at(`casus/${told.number}`), [LOTTE.name], ["mem_"]);
  says(await joris.at(`casus/${told.number}/overleg`), [LOTTE.name, "Deze persoon werkt hier niet meer."], ["mem_"]);
  says(await cast.hand(DAAN).at("logboek"), [`${LOTTE.name} (${tale.POLICE}) opende`], ["mem_"]);

  // With her old keys she is nobody's any more, in the portal as she left it, and on the command line.
  await lotte.at(`casus/${told.number}`);
  says(await lotte.refusal(), ["Melding: unknown-member"]);
  says(await lotte.text(), [], [CHILDREN_ITEM, POLICE_ITEM]);
  says(told.opensNothing(LOTTE, CHILDREN_ITEM), ["This member is not in the directory."]);
  await unlocks(lotte, house.portal, oldCode);
  says(await isNotLetIn(lotte), ["Melding: unknown-member"], [CHILDREN_ITEM]);

  // With her new ones she sees what the mental health care put in, and nothing of what she had been given.
  const now = await cast.isIn(LOTTE_OF_CARE);
  says(await now.at(`casus/${told.number}`), [WRITTEN["title of the care"]], [CHILDREN_ITEM, POLICE_ITEM]);
  says(await now.at(`casus/${told.number}/pakket`), ["nu niets voor u vrijgegeven"], [CHILDREN_ITEM, POLICE_ITEM]);
  const tries = [told.itemCalled(CHILDREN_ITEM, NOOR), digest(`sha256:${"0".repeat(64)}`)];
  const said: string[] = [];
  for (const item of tries) {
    await now.at(`casus/${told.number}/stuk/${encodeURIComponent(item)}`);
    said.push((await now.refusal()).replaceAll(item, "…"));
  }
  assert.equal(said[0], said[1], "the answer is that of what never was");
  house.recovers(LOTTE_OF_CARE, cast.code(LOTTE_OF_CARE));
  assert.deepEqual(told.pack(LOTTE_OF_CARE), []);
  says(told.opensNothing(LOTTE_OF_CARE, CHILDREN_ITEM), ["There is nothing called"]);
}

/** What Max took from Femke while nobody knew: her code, typed in a browser of his, and on a command line of his. */
interface Stolen {
  /** In seconds since 1970. */
  readonly at: number;
  readonly hand: Hand;
  readonly code: string;
  readonly bundle: KeyBundle;
  /** What he saw, and can name. */
  readonly seen: { readonly size: number; readonly root: string };
  readonly item: Digest;
  readonly reader: MemberId;
}

async function maxSteals(told: tale.Tale): Promise<Stolen> {
  const { cast, house } = told;
  const code = cast.code(FEMKE);
  const hand = await cast.newHand();
  await unlocks(hand, house.portal, code);
  await isIn(hand, `casus/${told.number}`);
  await hand.page.getByRole("button", { name: `Akkoord intrekken (${POLICE_ITEM})`, exact: true }).waitFor();
  house.recovers(MAX, code);
  const item = told.itemCalled(POLICE_ITEM, MAX);
  const reader = told.seated(MAX).find(({ approved }) => approved > 0)!.member;
  const bundle = await told.keysIn(house.homeOf(MAX));
  return { at: seconds(), hand, code, bundle, seen: await seenIn(told), item, reader: memberId(reader) };
}

function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

async function seenIn({ house }: tale.Tale): Promise<Stolen["seen"]> {
  const { checkpoint } = (await (await fetch(`${house.url}v1/hub`)).json()) as { checkpoint: string };
  const [, size, root] = checkpoint.split("\n");
  return { size: Number(size), root: `sha256:${Buffer.from(root!, "base64").toString("hex")}` };
}

/** 12. Femke has new keys. Max takes access away in her name, by a clock that is right and by one set back: refused. */
export async function maxIsRefused(told: tale.Tale): Promise<void> {
  const max = await maxSteals(told);
  const { cast, house } = told;
  house.authority("revoke", FEMKE.mail, "--reason", "stolen");
  await cast.published();
  await cast.enrolAgain(FEMKE, max.bundle.member);
  house.types(PIETER, "vault", "remove");
  house.types(PIETER, "vault", "add", FEMKE.mail);
  const before = await told.recorded();

  // In the window that he has open, and by a clock at the time of the theft. Not before: no key signs for a moment
  // before it was made, and hers was made in this story.
  await max.hand.press(`Akkoord intrekken (${POLICE_ITEM})`);
  await max.hand.press("Akkoord intrekken");
  says(await max.hand.refusal(), ["De handtekening klopt niet", "Melding: bad-signature"]);
  await setsClockBack(max.hand, seconds() - max.at);
  await unlocks(max.hand, house.portal, max.code);
  says(await isNotLetIn(max.hand), ["Melding: bad-signature"]);
  says(told.refused(MAX, "withdraw", "--item", POLICE_ITEM), ["The signature is not right"]);
  // By hand, with her key and a clock of his choice: the hub looks at both.
  for (const [at, why] of [
    [seconds(), "bad-signature"],
    [max.at, "bad-signature"],
    [seconds() + HOUR, "clock-off"],
  ] as const) {
    assert.equal(await posts(told, await withdrawal(told, max, at)), why);
  }
  assert.equal(await told.recorded(), before, "nothing of his is on record");
  await nobodyBelievesIt(told, max);

  // What he wanted to take away is there, and Femke is in with her new keys.
  assert.ok(told.pack(NOOR).includes(POLICE_ITEM));
  says(await cast.hand(DAAN).at(`casus/${told.number}/pakket`), [AGENDA, POLICE_ITEM]);
  const femke = await cast.isIn(FEMKE);
  says(await femke.at(`casus/${told.number}`), [POLICE_ITEM]);
}

/** That Femke takes Noor's access away, signed by Max at some moment. */
async function withdrawal({ number }: tale.Tale, max: Stolen, at: number): Promise<Batch> {
  const { bundle, seen, item, reader } = max;
  const draft = Draft.of(bundle.hub, { size: seen.size, root: digest(seen.root) }, bundle.member, momentOf(at));
  draft.push({ kind: "withdrawal", case: caseNumber(number), item, reader: [reader] });
  return draft.sign(bundle.keys[0]!.cert);
}

/** With which code the hub refuses it. */
async function posts({ house }: tale.Tale, batch: Batch): Promise<string> {
  const remote = new Remote(new URL(house.url), { language: "nl", waits: HURRIED });
  return remote.post(batch).then(() => "recorded", codeOf);
}

/** The hub helps him, and records it: whoever is shown it refuses it, in the portal and on the command line. */
async function nobodyBelievesIt(told: tale.Tale, max: Stolen): Promise<void> {
  const { cast, house } = told;
  const smuggler = await Smuggler.of({ url: new URL(house.url), folder: house.folder });
  const daan = await cast.newHand();
  await unlocks(daan, house.portal, cast.code(DAAN));
  says(await isIn(daan, `casus/${told.number}/pakket`), [POLICE_ITEM]);
  house.recovers(NOOR_ELSEWHERE, cast.code(NOOR));
  assert.ok(told.pack(NOOR_ELSEWHERE).includes(POLICE_ITEM));
  const { entries } = await withdrawal(told, max, max.at);
  await smuggler.record(entries[0]!);
  try {
    await daan.at(`casus/${told.number}/pakket`);
    says(await daan.refusal(), ["withdrawal", "Er is niets van geloofd. Bel het huis.", "Melding: forged-statement"]);
    says(await daan.text(), [], [POLICE_ITEM]);
    const said = told.opensNothing(NOOR_ELSEWHERE, POLICE_ITEM);
    says(said, ["withdrawal", "None of it was believed. Call the house."]);
  } finally {
    await smuggler.takeBack();
    await smuggler.end();
  }
}

/** What stands at a place, for somebody who unlocked just now. */
async function isIn(hand: Hand, place: string): Promise<string> {
  await hand.page.locator(".portal-places").waitFor();
  return hand.at(place);
}

/** A browser whose programs all think that it is earlier, from here on. */
async function setsClockBack({ page }: Hand, by: number): Promise<void> {
  const earlier = `{ const Now = Date; globalThis.Date = class extends Now {
    constructor(...given) { if (given.length === 0) super(Now.now() - ${by * 1000}); else super(...given); }
    static now() { return Now.now() - ${by * 1000}; }
  }; }\n`;
  await page.context().route(/\/desk\.[0-9a-f]+\.js$/, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: earlier + (await answer.text()) });
  });
}

/** Types a recovery code at the door. */
async function unlocks({ page }: Hand, url: string, code: string): Promise<void> {
  await page.goto(url);
  await page.reload();
  await settled(page);
  await page.getByRole("link", { name: "Inloggen met uw herstelcode" }).click();
  await page.getByLabel("Herstelcode", { exact: true }).fill(code);
  await page.getByRole("button", { name: "Inloggen", exact: true }).click();
}

/** Why the door stays shut. */
async function isNotLetIn(hand: Hand): Promise<string> {
  const said = await hand.refusal();
  assert.equal(await hand.page.locator(".portal-places").count(), 0, "nobody is in");
  return said;
}
