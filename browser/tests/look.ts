// A picture of each screen of the example house, with one sentence: docs/portal. Made by
// `npm --prefix browser run look`.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Page } from "playwright-core";

import type { PlaceName } from "../src/app/router.ts";
import { Browser } from "./support/chromium.ts";
import { Demo } from "./support/demo.ts";
import { type Known, knownIn } from "./support/known.ts";
import { at, settled, shownIn, visit } from "./support/person.ts";
import { paletted } from "./support/png.ts";

declare const ROOT: string;

interface Picture {
  readonly file: string;
  readonly who?: string;
  readonly place: string | ((known: Known) => string);
  /** What somebody does there. */
  readonly then?: (page: Page, known: Known) => Promise<void>;
  readonly says: string;
  /** Only what is in sight at once. */
  readonly isWindow?: boolean;
  readonly dark?: boolean;
  readonly width?: number;
}

const CASE = "casus/ZVH-2026-0001";
/** In an address there is no colon. */
const id = encodeURIComponent;

/** Of each place one, in the order of the work. */
const PLACES: Record<PlaceName, Picture> = {
  start: {
    file: "inloggen",
    place: "",
    says: "Inloggen: one touch of a passkey unlocks the keys and signs in.",
  },
  enrol: {
    file: "sleutels-maken",
    place: "sleutels-maken",
    says: "Sleutels maken: from the paper slip, in four steps.",
  },
  waiting: {
    file: "wachten",
    place: "sleutels-maken",
    then: enrols,
    says: "Wachten: the words to read aloud, until the house has vouched for the new keys.",
  },
  recover: {
    file: "herstellen",
    place: "herstellen",
    says: "Inloggen met een herstelcode, for who has no passkey at hand.",
  },
  work: {
    file: "mijn-werk",
    who: "Noor",
    place: "werk",
    says: "Mijn werk: what waits, urgent first, then by deadline.",
  },
  cases: { file: "casussen", who: "Joris", place: "casussen", says: "Casussen: those that one may know of." },
  case: {
    file: "casus",
    who: "Joris",
    place: CASE,
    says: "Casus: where it stands, on whose behalf, what is in it, and what comes next.",
  },
  refer: {
    file: "aanmelden",
    who: "Sanne",
    place: "aanmelden",
    says: "Aanmelden: a part for the screening and a part for the triage.",
  },
  question: {
    file: "vraag",
    who: "Joris",
    place: `${CASE}/vraag`,
    says: "Vraag aan partners: what is asked, and of whom; each sees only its own question.",
  },
  contribute: {
    file: "bijdragen",
    who: "Femke",
    place: `${CASE}/bijdragen`,
    says: "Bijdragen: a file, what it is under, and who may see it.",
  },
  meeting: {
    file: "overleg",
    who: "Joris",
    place: `${CASE}/overleg`,
    says: "Overleg: purpose, people with the ground for their presence, approvals, release.",
  },
  invite: {
    file: "uitnodigen",
    who: "Joris",
    place: ({ rosters }) => `${CASE}/overleg/${id(rosters.ahead)}/uitnodigen`,
    then: (page) => page.locator("#what").check(),
    says: "Uitnodigen: what everyone on the roster is told, and what each is asked to bring.",
  },
  approve: {
    file: "akkoord",
    who: "Femke",
    place: `${CASE}/akkoord`,
    says: "Akkoord: the items, the people and their organisations, why, and until when.",
  },
  pack: {
    file: "informatiepakket",
    who: "Noor",
    place: `${CASE}/pakket`,
    says: "Informatiepakket: what was released to this reader, with the gaps said.",
  },
  item: {
    file: "stuk",
    who: "Noor",
    place: ({ items }) => `${CASE}/stuk/${id(items.pdf)}`,
    then: (page) => shownIn(page).locator(".sheet canvas").first().waitFor(),
    isWindow: true,
    says: "Stuk: its content in a frame that reaches nothing, and what its supplier says of it.",
  },
  report: {
    file: "verslag",
    who: "Joris",
    place: ({ rosters }) => `${CASE}/overleg/${id(rosters.over)}/verslag`,
    says: "Verslag: what was said and from which items, what was decided, and who does what.",
  },
  letters: {
    file: "berichten",
    who: "Noor",
    place: "berichten",
    says: "Berichten: letters, each sealed to one person.",
  },
  letter: {
    file: "bericht",
    who: "Noor",
    place: ({ letters }) => `${CASE}/bericht/${id(letters.invitation)}`,
    says: "Bericht: an invitation, verified, with its file for the calendar, and the answer.",
  },
  write: {
    file: "schrijven",
    who: "Femke",
    place: `${CASE}/bericht`,
    says: "Bericht schrijven: to who runs the case, sealed to each of them.",
  },
  house: {
    file: "huis",
    who: "Karim",
    place: "huis",
    says: "Huis: partners and people, and the keys that wait to be vouched for.",
  },
  vault: {
    file: "kluis",
    who: "Femke",
    place: "huis/kluis",
    says: "Kluis: who can open one's partner's vault, and letting a colleague in.",
  },
  caseVault: {
    file: "kluis-van-casus",
    who: "Joris",
    place: `${CASE}/kluis`,
    says: "Kluis van een casus: which procesregisseurs can open it.",
  },
  journal: {
    file: "logboek",
    who: "Femke",
    place: "logboek",
    says: "Logboek: who did what with one's partner's items, with proofs.",
  },
  account: {
    file: "mijn-sleutels",
    who: "Femke",
    place: "sleutels",
    says: "Mijn sleutels: passkeys, the recovery code, sessions, and what to do when a device is lost.",
  },
  accessibility: {
    file: "toegankelijkheid",
    place: "toegankelijkheid",
    says: "Toegankelijkheid: what is checked, and what could be better.",
  },
};

const PICTURES: readonly Picture[] = [
  ...Object.values(PLACES),
  { file: "donker", who: "Noor", place: CASE, dark: true, says: "The same case in the dark." },
  { file: "telefoon", who: "Noor", place: "werk", width: 360, says: "Mijn werk on a phone." },
];

/** Somebody new makes keys, with a slip. */
async function enrols(page: Page, { slip }: Known): Promise<void> {
  const sends = page.locator("main form button[type=submit]");
  await page.locator("#slip").fill(readFileSync(slip, "utf8"));
  await sends.click();
  await page.getByRole("button", { name: "Passkey maken" }).click();
  await page.locator("#again").fill(await page.locator("#recovery-code").innerText());
  await sends.click();
  await page.locator("#check-words").waitFor();
}

async function take(demo: Demo, known: Known, folder: string, picture: Picture): Promise<void> {
  const { file, who, place, then, isWindow = false, dark = false, width = 1100 } = picture;
  const browser = await Browser.open({ dark, width, height: 760 });
  try {
    const page: Page = await browser.tab();
    await visit(page, demo.url, who);
    await at(page, typeof place === "string" ? place : place(known));
    await then?.(page, known);
    await settled(page);
    writeFileSync(join(folder, `${file}.png`), paletted(await page.screenshot({ fullPage: !isWindow })));
  } finally {
    await browser.close();
  }
}

const folder = join(ROOT, "docs", "portal");
// Without a name all of them are made, else only those.
const wanted = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const demo = await Demo.begin();
try {
  const known = await knownIn(demo, "Vera");
  const made = PICTURES.filter(({ file }) => wanted.length === 0 || wanted.includes(file));
  for (const picture of made) await take(demo, known, folder, picture);
} finally {
  await demo.end();
}
const lines = PICTURES.map(({ file, says }) => `## ${says}\n\n![](${file}.png)\n`);
const head = "# The portal, screen by screen\n\nOf the example house; made by `npm --prefix browser run look`.\n";
writeFileSync(join(folder, "README.md"), [head, ...lines].join("\n"));
