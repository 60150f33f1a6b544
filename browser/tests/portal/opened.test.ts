// What somebody opened is shown, and does no harm: a text, a picture, a PDF; a page with programs in it is only saved.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Browser } from "../support/chromium.ts";
import { Demo } from "../support/demo.ts";
import { at, settled, visit } from "../support/person.ts";

test("Noor reads a text, a picture and a PDF in a frame that reaches nothing", async () => {
  const demo = await Demo.begin();
  const browser = await Browser.open();
  try {
    const page = await browser.tab();
    const said: string[] = [];
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", (error) => said.push(String(error)));
    await visit(page, demo.url, "Noor");
    const shows = async (title: RegExp, seen: string): Promise<void> => {
      await at(page, "casus/ZVH-2026-0001/pakket");
      await page.getByRole("link", { name: title }).click();
      await page.locator("iframe.content").waitFor();
      await settled(page);
      await page.frameLocator("iframe.content").locator(seen).first().waitFor();
      await page.getByRole("heading", { level: 1, name: title }).waitFor();
      assert.doesNotMatch(await page.title(), title, "what a page is called, the browser keeps");
    };
    await shows(/Doel en agenda/, "pre");
    await shows(/Foto van de voordeur/, "img");
    await shows(/Overzicht zorgmeldingen/, ".sheet canvas");
    const words = await page.frameLocator("iframe.content").locator(".textLayer").first().textContent();
    assert.match(words ?? "", /zorgmelding/i, "the text of the PDF can be read aloud");

    const isTranslated = () => document.documentElement.translate;
    assert.deepEqual(await Promise.all(page.frames().map((each) => each.evaluate(isTranslated))), [false, false]);

    const frame = page.frames().find((each) => each !== page.mainFrame());
    const reaches = await frame?.evaluate(async () => {
      const tries: Record<string, () => unknown> = {
        origin: () => self.origin,
        page: () => parent.document.title,
        storage: () => localStorage.length,
        databases: async () => (await indexedDB.databases()).length,
        hub: async () => (await fetch("/v1/hub")).status,
      };
      const answers: Record<string, string> = {};
      for (const [name, tried] of Object.entries(tries)) {
        answers[name] = await Promise.resolve()
          .then(tried)
          .then(String, () => "refused");
      }
      return answers;
    });
    const refused = { page: "refused", storage: "refused", databases: "refused", hub: "refused" };
    assert.deepEqual(reaches, { origin: "null", ...refused });
    // Its policy refused the last of these, and the browser says so.
    assert.deepEqual(said.filter((line) => !line.includes("/v1/hub")), []);
  } finally {
    await browser.close();
    await demo.end();
  }
});
