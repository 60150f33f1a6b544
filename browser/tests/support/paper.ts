// What stands on paper: the text of each page of a PDF, as the portal's own frame reads it.

import type { Page } from "playwright-core";

/** What the frame told last stands in its document, as nobody is around it here who hears. */
async function hears(page: Page): Promise<void> {
  await page.addInitScript(() => {
    if (window !== window.top) return;
    window.addEventListener("message", (event: MessageEvent<{ kind: string }>) => {
      if (!["ready", "shown", "failed"].includes(event.data.kind)) return;
      event.stopImmediatePropagation();
      document.documentElement.dataset["told"] = event.data.kind;
    });
  });
}

/** The text of each page of a PDF; `hub` is where the portal is, `page` any page of the same browser. */
export async function pagesOf(page: Page, hub: URL, pdf: Uint8Array): Promise<string[]> {
  const reader = await page.context().newPage();
  await hears(reader);
  await reader.goto(new URL("frame.html", hub).href);
  await reader.locator("html[data-told=ready]").waitFor();
  await reader.evaluate((bytes) => {
    window.frames[0]!.postMessage({ kind: "pdf", bytes: new Uint8Array(bytes).buffer }, "*");
  }, [...pdf]);
  await reader.locator("html[data-told=shown]").waitFor();
  const pages = await reader.frameLocator("iframe").locator(".textLayer").allTextContents();
  await reader.close();
  return pages.map((words) => words.replace(/\s+/g, " "));
}

/** What an opened item is, to be printed. */
export interface Content {
  readonly kind: "text" | "pdf";
  readonly bytes: Uint8Array;
}

/**
 * What comes out of the printer when the frame of an opened item prints this with this line: the frame's own document, as
 * a page by itself, since a browser prints a frame as one.
 */
export async function printed(page: Page, hub: URL, what: Content, line: string): Promise<Uint8Array> {
  const frame = await page.context().newPage();
  await hears(frame);
  const address = new URL("alone.html", hub).href;
  await frame.goto(new URL("frame.html", hub).href);
  const inside = await frame.locator("iframe").getAttribute("srcdoc");
  if (inside === null) throw new Error(`there is no frame in frame.html`);
  await frame.route(address, (route) => route.fulfill({ contentType: "text/html", body: inside }));
  await frame.goto(address);
  await frame.locator("html[data-told=ready]").waitFor();
  await frame.evaluate(
    ({ kind, bytes }) => window.postMessage({ kind, bytes: new Uint8Array(bytes).buffer }, "*"),
    { kind: what.kind, bytes: [...what.bytes] },
  );
  await frame.locator("html[data-told=shown]").waitFor();
  await frame.evaluate((line) => {
    window.print = () => undefined;
    window.postMessage({ kind: "print", line }, "*");
  }, line);
  await frame.locator("#line", { hasText: line }).waitFor({ state: "attached" });
  const paper = await frame.pdf({ format: "A4" });
  await frame.close();
  return paper;
}
