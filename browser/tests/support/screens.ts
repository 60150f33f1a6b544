// Every screen of the portal, in each state in which somebody may find it: who sees it, and how one comes there, in
// either language. Nothing is signed on the way, but for the keys of whoever enrols.

import { readFileSync } from "node:fs";

import type { Page, Route } from "playwright-core";

import { type Place, type PlaceName, placeOf } from "../../src/app/router.ts";
import { RecoveryCode } from "../../src/protocol/recovery.ts";
import { en } from "../../src/words/en.ts";
import { nl, type Words } from "../../src/words/nl.ts";
import type { Demo } from "./demo.ts";
import type { Known } from "./known.ts";
import { settled, shownIn } from "./person.ts";

/** Where somebody looks. */
export interface Scene {
  readonly page: Page;
  readonly demo: Demo;
  readonly known: Known;
}

/** Sets right what was done to come to a state. */
export type Undo = () => Promise<unknown>;

export interface State<N extends PlaceName> {
  /** What one sees, for who reads of a fault. */
  readonly is: string;
  /** Whom of the example house; without it nobody who unlocked. */
  readonly who?: string;
  /** Of what; without it what is first of its kind. */
  readonly about?: (known: Known) => Partial<Extract<Place, { name: N }>>;
  /** Where one begins, if not there. */
  readonly from?: PlaceName;
  /** What is wrong beforehand. */
  readonly when?: (scene: Scene) => Promise<Undo>;
  /** What somebody does there. */
  readonly then?: (scene: Scene) => Promise<Undo | void>;
}

/** In both languages, from its beginning: what a button or a link says. */
function named(pick: (words: Words) => string): RegExp {
  const both = [nl, en].map((words) => pick(words).replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^\\s*(?:${both.join("|")})`);
}

const button = (page: Page, pick: (words: Words) => string) =>
  page.locator("main").getByRole("button", { name: named(pick) }).first();
const presses =
  (pick: (words: Words) => string, shows: string) =>
  async ({ page }: Scene): Promise<void> => {
    await button(page, pick).click();
    await page.locator(shows).first().waitFor();
    await settled(page);
  };
const sends = (page: Page): Promise<void> => page.locator("main form button[type=submit]").last().click();
/** What is missing is said: a field that was proposed is emptied first. */
const wrong =
  (...emptied: string[]) =>
  async ({ page }: Scene): Promise<void> => {
    for (const field of emptied) await page.locator(field).fill("");
    await sends(page);
    await page.locator("#error-summary").waitFor();
  };
/** What will be signed is shown: these are typed, or chosen, before. */
const asks =
  (typed: Readonly<Record<string, string | true>> = {}) =>
  async ({ page }: Scene): Promise<void> => {
    for (const [field, text] of Object.entries(typed)) {
      if (text === true) await page.locator(field).first().check();
      else await page.locator(field).fill(text);
    }
    await sends(page);
    await agreeing(page);
  };
async function agreeing(page: Page): Promise<void> {
  await page.locator("#agree").waitFor();
  // Also what it is to the letter.
  await unfold(page);
}
export async function refused(page: Page): Promise<void> {
  await page.locator("#refused").waitFor();
}

/** What is asked of the hub is not answered before this is undone. */
export const stalls =
  (path = "**/v1/**") =>
  async ({ page }: Scene): Promise<Undo> => {
    const held: Route[] = [];
    await page.context().route(path, (route) => void held.push(route));
    return async () => {
      await page.context().unroute(path);
      for (const route of held) await route.continue().catch(() => undefined);
      await settled(page);
    };
  };

/** The hub answers with another bit than it has. */
const lies =
  (path: string) =>
  async ({ page }: Scene): Promise<Undo> => {
    await page.context().route(path, async (route) => {
      const answer = await route.fetch();
      const body = await answer.body();
      body[body.length - 1]! ^= 1;
      await route.fulfill({ response: answer, body });
    });
    return () => page.context().unroute(path);
  };

export async function offline({ page }: Scene): Promise<Undo> {
  await page.context().setOffline(true);
  return () => page.context().setOffline(false);
}

/** Goes through getting keys, up to the recovery code. An authenticator like this one holds three passkeys, no more. */
async function enrolling({ page, known }: Scene, how: "withPasskey" | "withoutPasskey"): Promise<string> {
  await slipRead({ page, known });
  await button(page, ({ enrol }) => enrol[how]).click();
  return page.locator("#recovery-code").innerText();
}
async function slipRead({ page, known }: Pick<Scene, "page" | "known">): Promise<void> {
  await page.locator("#slip").fill(readFileSync(known.slip, "utf8"));
  await sends(page);
  await button(page, ({ enrol }) => enrol.withPasskey).waitFor();
}

/** The same person in another window of the same browser, who has the keys there. */
async function elsewhere({ page, demo }: Scene): Promise<{ other: Page; enter: Page["locator"] }> {
  const other = await page.context().newPage();
  await other.goto(String(demo.url));
  await settled(other);
  return { other, enter: other.locator.bind(other) };
}
const stepsIn = (page: Page) => page.locator(".visitors").getByRole("button", { name: / Noor\b/ });

const isShown =
  (what: string) =>
  async ({ page }: Scene): Promise<void> =>
    shownIn(page).locator(what).first().waitFor();

export const SCREENS: { readonly [N in PlaceName]: readonly [State<N>, ...State<N>[]] } = {
  start: [
    { is: "locked" },
    {
      is: "somebody locked it",
      who: "Noor",
      from: "work",
      then: async ({ page }) => {
        await page.locator(".portal-bar button").first().click();
        await page.waitForURL(({ hash }) => placeOf(hash).name === "start");
      },
    },
    {
      is: "open in another window",
      then: async (scene) => {
        const { other } = await elsewhere(scene);
        await stepsIn(other).click();
        await other.locator(".portal-places").waitFor();
        await stepsIn(scene.page).click();
        await refused(scene.page);
        return () => other.close();
      },
    },
    {
      is: "locked by another window",
      who: "Noor",
      from: "work",
      then: async (scene) => {
        const { other } = await elsewhere(scene);
        await stepsIn(other).click();
        await button(other, ({ start }) => start.instead).click();
        await other.locator(".portal-places").waitFor();
        await scene.page.locator(".utrecht-alert--info").waitFor();
        return () => other.close();
      },
    },
  ],
  enrol: [
    { is: "the slip" },
    { is: "an error summary", then: wrong() },
    {
      is: "a slip that is none",
      then: async ({ page }) => {
        await page.locator("#slip").fill("geen strookje");
        await sends(page);
        await refused(page);
      },
    },
    { is: "the passkey", then: slipRead },
    { is: "the recovery code", then: async (scene) => void (await enrolling(scene, "withPasskey")) },
    {
      is: "the code typed over wrongly",
      then: async (scene) => {
        await enrolling(scene, "withoutPasskey");
        await scene.page.locator("#again").fill("0000");
        await wrong()(scene);
      },
    },
    {
      is: "the code typed over",
      then: async (scene) => scene.page.locator("#again").fill(await enrolling(scene, "withPasskey")),
    },
  ],
  waiting: [
    {
      is: "the words to read aloud",
      from: "enrol",
      then: async (scene) => {
        await scene.page.locator("#again").fill(await enrolling(scene, "withPasskey"));
        await sends(scene.page);
        await scene.page.locator("#check-words").waitFor();
      },
    },
  ],
  recover: [
    { is: "the code" },
    { is: "an error summary", then: wrong() },
    {
      is: "a code that the hub does not know",
      then: async ({ page }) => {
        await page.locator("#code").fill(RecoveryCode.generate().toText());
        await sends(page);
        await refused(page);
      },
    },
  ],
  work: [{ is: "what waits", who: "Noor" }, { is: "nothing waits", who: "Joris" }],
  cases: [{ is: "one", who: "Noor" }, { is: "none", who: "Karim" }],
  refer: [
    { is: "nothing typed", who: "Sanne" },
    { is: "an error summary", who: "Sanne", then: wrong() },
    {
      is: "Klopt dit?",
      who: "Sanne",
      then: asks({ "#kind": true, "#screening-text": "De school belt.", "#triage-text": "Kent u dit gezin?" }),
    },
  ],
  case: [
    { is: "a reader's", who: "Noor" },
    { is: "a supplier's", who: "Femke" },
    {
      is: "an approval to withdraw",
      who: "Femke",
      then: presses(({ contributing: { own } }) => own.withdraw, "#withdraw-readers"),
    },
    { is: "Klopt dit?", who: "Femke", then: presses(({ contributing: { own } }) => own.retract, "#agree") },
    { is: "the procesregisseur's", who: "Joris" },
    { is: "the next phase", who: "Joris", then: presses(({ path }) => path.further, "#phase-form") },
    {
      is: "one that is not there",
      who: "Joris",
      about: () => ({ number: "ZVH-2026-0099" }),
      then: ({ page }) => refused(page),
    },
  ],
  contribute: [
    { is: "nothing chosen", who: "Femke" },
    { is: "an error summary", who: "Femke", then: wrong() },
    { is: "Klopt dit?", who: "Bram", then: async (scene) => fileChosen(scene).then(() => asks()(scene)) },
    {
      is: "under way",
      who: "Sanne",
      then: async (scene) => {
        await fileChosen(scene);
        const undo = await stalls("**/v1/uploads**")(scene);
        await sends(scene.page);
        await scene.page.locator("progress").waitFor();
        return undo;
      },
    },
  ],
  item: [
    { is: "a text", who: "Noor", about: ({ items }) => ({ item: items.text }), then: isShown("pre") },
    { is: "a PDF", who: "Noor", about: ({ items }) => ({ item: items.pdf }), then: isShown(".sheet canvas") },
    { is: "a picture", who: "Noor", about: ({ items }) => ({ item: items.picture }), then: isShown("img") },
    { is: "what is not shown", who: "Noor", about: ({ items }) => ({ item: items.file }) },
    {
      is: "saved",
      who: "Noor",
      then: async ({ page }) => {
        await page.evaluate(() => Object.assign(globalThis, { showSaveFilePicker: undefined }));
        await button(page, ({ item }) => item.save).click();
        await page.locator("#saved").waitFor();
      },
    },
    { is: "a hub that lies", who: "Noor", when: lies("**/parts/body/payload**"), then: ({ page }) => refused(page) },
  ],
  meeting: [
    { is: "a meeting to come", who: "Joris", then: async ({ page }) => unfold(page) },
    { is: "a change to it", who: "Joris", then: presses(({ meeting }) => meeting.change, "#purpose") },
    {
      is: "an error summary",
      who: "Joris",
      then: async (scene) => {
        await presses(({ meeting }) => meeting.planAnother, "#purpose")(scene);
        await wrong()(scene);
      },
    },
    {
      is: "Klopt dit?",
      who: "Joris",
      then: async (scene) => {
        await presses(({ meeting }) => meeting.change, "#purpose")(scene);
        await asks({ "#purpose": "Het is thuis veilig.", "#topics": "Hoe gaat het thuis?" })(scene);
      },
    },
    { is: "not for who does not run it", who: "Noor" },
  ],
  approve: [
    { is: "a question", who: "Femke" },
    { is: "Klopt dit?", who: "Femke", then: presses(({ approve }) => approve.yes, "#agree") },
    { is: "a reason", who: "Femke", then: presses(({ approve }) => approve.noWithReason, "#reason") },
    { is: "nothing asked", who: "Noor" },
  ],
  pack: [{ is: "what was released", who: "Noor" }, { is: "nothing released", who: "Joris" }],
  letters: [
    { is: "some", who: "Noor" },
    { is: "none", who: "Karim" },
    { is: "how they are read", who: "Noor", then: presses(({ letters }) => letters.delivery.change, "#way") },
    { is: "those sent", who: "Joris" },
  ],
  letter: [
    { is: "to be answered", who: "Noor" },
    { is: "an error summary", who: "Noor", then: wrong() },
    { is: "Klopt dit?", who: "Noor", then: asks({ "#word": true }) },
    { is: "answered", who: "Noor", about: ({ letters }) => ({ letter: letters.minutes }) },
    { is: "sent", who: "Joris", about: ({ letters }) => ({ letter: letters.sent }) },
  ],
  question: [
    { is: "nothing typed", who: "Joris" },
    { is: "an error summary", who: "Joris", then: wrong() },
    {
      is: "Klopt dit?",
      who: "Joris",
      then: asks({ ".invited input:enabled": true, "#question": "Kent u dit gezin?" }),
    },
  ],
  write: [
    { is: "nothing typed", who: "Femke" },
    { is: "an error summary", who: "Femke", then: wrong() },
    { is: "Klopt dit?", who: "Femke", then: asks({ "#message": "Wilt u mij bellen?" }) },
  ],
  invite: [
    { is: "what to send", who: "Joris" },
    { is: "a change to tell", who: "Joris", then: async ({ page }) => page.locator("#what").check() },
    { is: "an error summary", who: "Joris", then: wrong() },
    { is: "Klopt dit?", who: "Joris", then: asks({ "#what-cancel": true, "#why": "De zaal is weg." }) },
  ],
  report: [
    { is: "nothing typed", who: "Joris" },
    { is: "an error summary", who: "Joris", then: wrong() },
    { is: "Klopt dit?", who: "Joris", then: asks({ "#text-1": "Het gaat beter." }) },
  ],
  house: [
    { is: "anybody's", who: "Noor" },
    { is: "the secretary's", who: "Karim" },
    {
      is: "what the secretary carries",
      who: "Karim",
      then: async ({ page, known }) => {
        await page.locator("#authority-files").setInputFiles(known.slip);
        await page.locator("#read-files").waitFor();
        await unfold(page);
      },
    },
  ],
  vault: [
    { is: "a partner's", who: "Femke" },
    { is: "Klopt dit?", who: "Femke", then: presses(({ vault }) => vault.renew, "#agree") },
    { is: "an error summary", who: "Femke", then: wrong() },
    { is: "of one who is alone", who: "Ruud" },
    { is: "for who may only look", who: "Tess" },
  ],
  caseVault: [
    { is: "a case's", who: "Joris" },
    { is: "Klopt dit?", who: "Joris", then: presses(({ vault }) => vault.renew, "#agree") },
  ],
  journal: [
    { is: "some", who: "Femke" },
    { is: "none", who: "Noor" },
    { is: "a hub that lies", who: "Femke", when: lies("**/v1/statements?**"), then: ({ page }) => refused(page) },
  ],
  account: [
    { is: "one's own", who: "Femke" },
    { is: "Klopt dit?", who: "Femke", then: presses(({ keys }) => keys.rotate, "#agree") },
    { is: "what still opens them", who: "Femke", then: presses(({ keys }) => keys.renew, "#kept") },
    {
      is: "a new recovery code",
      who: "Femke",
      then: async (scene) => {
        await presses(({ keys }) => keys.renew, "#kept")(scene);
        await presses(({ keys }) => keys.next, "#recovery-code")(scene);
      },
    },
  ],
  accessibility: [{ is: "to who has not unlocked" }, { is: "to who has", who: "Noor" }],
};

async function fileChosen({ page }: Scene): Promise<void> {
  const buffer = Buffer.from("Een melding.");
  await page.locator("#files").setInputFiles({ name: "melding.txt", mimeType: "text/plain", buffer });
  await page.locator("[id^=files-title]").first().waitFor();
}

async function unfold(page: Page): Promise<void> {
  const all = page.locator("main details");
  await all.evaluateAll((each) => each.forEach((details) => ((details as HTMLDetailsElement).open = true)));
}
