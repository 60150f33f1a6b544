// A picture of each screen of the example house, with one sentence: docs/portal. Made by `npm --prefix browser run look`.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Page } from "playwright-core";

import { Browser } from "./support/chromium.ts";
import { Demo } from "./support/demo.ts";
import { paletted } from "./support/png.ts";
import { at, settled, visit } from "./support/person.ts";

declare const ROOT: string;

interface Picture {
  readonly file: string;
  readonly who?: string;
  readonly place: string;
  /** What to press there, by its name. */
  readonly press?: RegExp;
  readonly says: string;
  readonly dark?: boolean;
  readonly width?: number;
}

const CASE = "casus/ZVH-2026-0001";
const PICTURES: readonly Picture[] = [
  { file: "inloggen", place: "", says: "Inloggen: one touch of a passkey unlocks the keys and signs in." },
  { file: "sleutels-maken", place: "sleutels-maken", says: "Sleutels maken: from the paper slip, in four steps." },
  { file: "herstellen", place: "herstellen", says: "Inloggen met een herstelcode, for who has no passkey at hand." },
  { file: "mijn-werk", who: "Noor", place: "werk", says: "Mijn werk: what waits, urgent first, then by deadline." },
  { file: "casussen", who: "Joris", place: "casussen", says: "Casussen: those that one may know of." },
  { file: "casus", who: "Joris", place: CASE, says: "Casus: where it stands, on whose behalf, what is in it, and what comes next." },
  { file: "bijdragen", who: "Femke", place: `${CASE}/bijdragen`, says: "Bijdragen: a file, what it is under, and who may see it." },
  { file: "aanmelden", who: "Sanne", place: "aanmelden", says: "Aanmelden: a part for the screening and a part for the triage." },
  { file: "overleg", who: "Joris", place: `${CASE}/overleg`, says: "Overleg: purpose, people with the ground for their presence, approvals, release." },
  { file: "akkoord", who: "Femke", place: `${CASE}/akkoord`, says: "Akkoord: the items, the people and their organisations, why, and until when." },
  { file: "informatiepakket", who: "Noor", place: `${CASE}/pakket`, says: "Informatiepakket: what was released to this reader, with the gaps said." },
  { file: "stuk", who: "Noor", place: `${CASE}/pakket`, press: /Overzicht zorgmeldingen/, says: "Stuk: its content in a frame that reaches nothing, and what its supplier says of it." },
  { file: "berichten", who: "Noor", place: "berichten", says: "Berichten: letters, each sealed to one person." },
  { file: "huis", who: "Karim", place: "huis", says: "Huis: partners and people, and the keys that wait to be vouched for." },
  { file: "kluis", who: "Femke", place: "huis/kluis", says: "Kluis: who can open one's partner's vault, and letting a colleague in." },
  { file: "logboek", who: "Femke", place: "logboek", says: "Logboek: who did what with one's partner's items, with proofs." },
  { file: "mijn-sleutels", who: "Femke", place: "sleutels", says: "Mijn sleutels: passkeys, the recovery code, sessions, and what to do when a device is lost." },
  { file: "donker", who: "Noor", place: CASE, dark: true, says: "The same case in the dark." },
  { file: "telefoon", who: "Noor", place: "werk", width: 360, says: "Mijn werk on a phone." },
];

async function take(demo: Demo, folder: string, picture: Picture): Promise<void> {
  const { file, who, place, press, dark = false, width = 1100 } = picture;
  const browser = await Browser.open({ dark, width, height: 760 });
  try {
    const page: Page = await browser.tab();
    await visit(page, demo.url, who);
    await at(page, place);
    if (press !== undefined) {
      await page.getByRole("link", { name: press }).click();
      await settled(page);
      await page.waitForTimeout(1500);
    }
    writeFileSync(join(folder, `${file}.png`), paletted(await page.screenshot({ fullPage: press === undefined })));
  } finally {
    await browser.close();
  }
}

const folder = join(ROOT, "docs", "portal");
mkdirSync(folder, { recursive: true });
const demo = await Demo.begin();
try {
  for (const picture of PICTURES) await take(demo, folder, picture);
} finally {
  await demo.end();
}
const lines = PICTURES.map(({ file, says }) => `## ${says}\n\n![](${file}.png)\n`);
const head = "# The portal, screen by screen\n\nOf the example house; made by `npm --prefix browser run look`.\n";
writeFileSync(join(folder, "README.md"), [head, ...lines].join("\n"));
