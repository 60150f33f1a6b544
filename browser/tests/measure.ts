// How long a member waits in a large house of so many cases: `node tools/run.mjs measure 100`. Prints milliseconds.

import { performance } from "node:perf_hooks";

import { SYSTEM_CLOCK } from "../src/client/clock.ts";
import { Work, type Context } from "../src/client/context.ts";
import { noteBytes } from "../src/client/note.ts";
import { toldOutcomes } from "../src/client/verbs/case.ts";
import { listLetters, message } from "../src/client/verbs/letter.ts";
import { draftGeneration } from "../src/client/vault.ts";
import { seeLetters } from "../src/desk/letters.ts";
import { seeWork } from "../src/desk/work.ts";
import { caseNumberOf, newVaultId, yearAndCount, type CaseNumber } from "../src/protocol/id.ts";
import { there } from "../src/protocol/refusal.ts";
import { Browser } from "./support/chromium.ts";
import { Demo } from "./support/demo.ts";
import { at, visit } from "./support/person.ts";

/** How often each case goes from the table to its plan and back. */
const PHASES = 8;
const LETTERS = 30;

async function measured<T>(what: string, work: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  const answer = await work();
  console.log(`${Math.round(performance.now() - begun)} ms`.padStart(9), what);
  return answer;
}

/** Refers so many cases in one batch, has Joris take them in, and moves each between the table and its plan. */
async function fill(sanne: Context, joris: Context, cases: number): Promise<CaseNumber[]> {
  const referring = await Work.begin(sanne);
  const { year, count } = yearAndCount(referring.world.house.nextCase(SYSTEM_CLOCK.now()));
  const before = (await sanne.remote.cases()).length;
  const numbers = Array.from({ length: cases }, (_, at) => caseNumberOf(year, Math.max(count, before + 1) + at));
  const referrals = referring.draft();
  const partner = referring.world.myPartner();
  for (const number of numbers) referrals.push({ kind: "case", case: number, caseKind: "aftercare", partner });
  await referring.send(referrals);

  const opening = await Work.begin(joris);
  const vaults = opening.draft();
  const ofHouse = there(opening.world.house.ownVault(), "no-vault");
  const holders = [...ofHouse.holders.keys()].sort();
  await opening.world.loadCases(numbers);
  for (const owner of numbers) {
    const next = { vault: newVaultId(), generation: 1, owner, predecessor: ofHouse, holders };
    await draftGeneration(vaults, opening.world, next, undefined);
  }
  await opening.send(vaults);

  const moving = await Work.begin(joris);
  await moving.world.loadCases(numbers);
  const moves = moving.draft();
  for (const number of numbers) {
    for (let place = 0; place < PHASES; place += 1) {
      const told = toldOutcomes(moving.world, moving.world.case(number), moving.now());
      const { payload, grants } = moves.seal(noteBytes({ text: `Stap ${place}` }), told);
      const phase = place % 2 === 0 ? "rto" : "plan";
      moves.push({ kind: "phase", case: number, phase, outcome: payload, grantOutcome: grants });
    }
  }
  await moving.send(moves);
  return numbers;
}

const cases = Number(process.argv[2] ?? 30);
const demo = await Demo.begin();
try {
  const [sanne, joris] = [await demo.person("sanne"), await demo.person("joris")];
  const numbers = await fill(sanne, joris, cases);
  const to = [(await demo.bundle("sanne")).member];
  for (let letter = 0; letter < LETTERS; letter += 1) {
    const text = `Bericht ${letter}`;
    const sending = await message(joris, numbers[letter % numbers.length]!, { to, text, portal: demo.url.href });
    await sending.send();
  }
  const mila = await demo.person("mila");
  console.log(`${cases} cases of ${PHASES + 2} statements, ${LETTERS} letters; Mila runs them too`);
  const { world } = await measured("a first visit: who is who", () => Work.begin(mila));
  await measured("a first visit: all cases", () => world.loadAll());
  await measured("again: who is who", () => Work.begin(mila));
  await measured("again: all cases", () => world.loadAll());
  await measured("Mijn werk", () => seeWork(mila));
  await measured("her letters", () => listLetters(mila));
  await measured("Berichten", () => seeLetters(mila));
  const browser = await Browser.open();
  const page = await browser.tab();
  await measured("in Chromium: stepping in, up to Mijn werk", () => visit(page, demo.url, "Mila"));
  await measured("in Chromium: Berichten", () => at(page, "berichten"));
  await measured("in Chromium: Mijn werk again", () => at(page, "werk"));
  await browser.close();
} finally {
  await demo.end();
}
