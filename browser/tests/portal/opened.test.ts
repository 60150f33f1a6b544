// What somebody opened is shown, and does no harm: a text, a picture, a PDF; a page with programs in it is only saved.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Browser } from "../support/chromium.ts";
import { Demo } from "../support/demo.ts";
import { at, settled, shownIn, visit } from "../support/person.ts";
import { Tap } from "../support/tap.ts";

test("Noor reads a text, a picture and a PDF in a frame that reaches nothing", async () => {
  const demo = await Demo.begin();
  const browser = await Browser.open();
  try {
    const page = await browser.tab();
    await visit(page, demo.url, "Noor");
    const shows = async (title: RegExp, seen: string): Promise<void> => {
      await at(page, "casus/ZVH-2026-0001/pakket");
      await page.getByRole("link", { name: title }).click();
      await page.locator("iframe.content").waitFor();
      await settled(page);
      await shownIn(page).locator(seen).first().waitFor();
      await page.getByRole("heading", { level: 1, name: title }).waitFor();
      assert.doesNotMatch(await page.title(), title, "what a page is called, the browser keeps");
    };
    await shows(/Doel en agenda/, "pre");
    await shows(/Foto van de voordeur/, "img");
    await shows(/Overzicht zorgmeldingen/, ".sheet canvas");
    const words = await shownIn(page).locator(".textLayer").first().textContent();
    assert.match(words ?? "", /zorgmelding/i, "the text of the PDF can be read aloud");

    const isTranslated = () => document.documentElement.translate;
    assert.deepEqual(await Promise.all(page.frames().map((each) => each.evaluate(isTranslated))), [false, false, false]);

    const asks = ["publickey-credentials-get", "publickey-credentials-create"];
    const mayNot = ["camera", "microphone", "geolocation", "display-capture", "clipboard-read", "usb", "serial", "local-fonts"];
    const mayAsk = (names: readonly string[]): string[] => {
      const { featurePolicy } = document as { featurePolicy?: { allowsFeature(name: string): boolean } };
      return names.filter((name) => featurePolicy?.allowsFeature(name));
    };
    const [ofPage, ...ofFrames] = await Promise.all(page.frames().map((each) => each.evaluate(mayAsk, [...asks, ...mayNot])));
    assert.deepEqual([ofPage, ofFrames], [asks, [[], []]]);

    const frame = page.frames().at(-1);
    const reaches = await frame?.evaluate(async (hub) => {
      const tries: Record<string, () => unknown> = {
        origin: () => self.origin,
        page: () => parent.document.title,
        storage: () => localStorage.length,
        databases: async () => (await indexedDB.databases()).length,
        hub: async () => (await fetch(`${hub}v1/hub`)).status,
        others: () => new RTCPeerConnection(),
      };
      const answers: Record<string, string> = {};
      for (const [name, tried] of Object.entries(tries)) {
        answers[name] = await Promise.resolve()
          .then(tried)
          .then(String, () => "refused");
      }
      return answers;
    }, String(demo.url));
    const refused = { page: "refused", storage: "refused", databases: "refused", hub: "refused", others: "refused" };
    assert.deepEqual(reaches, { origin: "null", ...refused });
    // Its policy refused the hub, and the browser says so.
    browser.watch.allow(/^console error: .*http:\/\/localhost:\d+\/v1\/hub\b.* violates .* Content Security Policy/);
    // Asked for databases there, Chromium drops a promise of its own.
    browser.watch.allow(/^undefined \(\)$/);
  } finally {
    await browser.close();
    await demo.end();
  }
});

/** What Chromium says of each thing that somebody tries there, and is refused. */
const REFUSED = [
  /^console error: Framing '(http:[^']*\/)?' violates the following Content Security Policy/,
  /^console error: (Connecting to|Loading the (image|script|stylesheet|font)|Fetching content from) 'http:[^']*\?gelekt-[\w-]+' violates the following Content/,
  /^TypeError: Failed to fetch dynamically imported module: http:[^']*\?gelekt-imports/,
  /^console error: Unsafe attempt to initiate navigation .* The frame attempting navigation .*is sandboxed/,
  /^console error: Blocked (opening|form submission to) 'http:[^']*\?gelekt-[\w-]+' .* sandboxed/,
];

test("who gets hold of what shows an item can tell nobody what is in it, the hub least of all", async () => {
  const demo = await Demo.begin();
  const tap = await Tap.before(demo.url);
  const browser = await Browser.open();
  try {
    const page = await browser.tab();
    await visit(page, tap.url, "Noor");
    /** What somebody would try who runs a program of theirs in there. */
    const WAYS: Record<string, (to: string) => void> = {
      goes: (to) => (location.href = to),
      replaces: (to) => location.replace(to),
      follows: (to) => {
        const link = document.createElement("a");
        Object.assign(link, { href: to, ping: to });
        document.body.append(link);
        link.click();
      },
      refreshes: (to) => {
        const meta = document.createElement("meta");
        Object.assign(meta, { httpEquiv: "refresh", content: `0;url=${to}` });
        document.head.append(meta);
      },
      frames: (to) => {
        const frame = document.createElement("iframe");
        frame.src = to;
        document.body.append(frame);
      },
      "takes the frame around": (to) => (parent.location.href = to),
      "takes the page": (to) => (top!.location.href = to),
      opens: (to) => void open(to),
      shows: (to) => (new Image().src = to),
      beacons: (to) => void navigator.sendBeacon(to, to),
      sends: (to) => {
        const form = document.createElement("form");
        Object.assign(form, { action: to, method: "post" });
        document.body.append(form);
        form.submit();
      },
      imports: (to) => void import(to),
      "runs a program": (to) => {
        const script = document.createElement("script");
        script.src = to;
        document.head.append(script);
      },
      dresses: (to) => {
        const link = document.createElement("link");
        Object.assign(link, { rel: "stylesheet", href: to });
        document.head.append(link);
      },
      "loads what it may need": (to) => {
        for (const [rel, as] of [
          ["preload", "script"],
          ["preload", "style"],
          ["preload", "font"],
          ["modulepreload", "script"],
          ["prefetch", "document"],
          ["icon", ""],
        ]) {
          const link = document.createElement("link");
          Object.assign(link, { rel, as, href: to });
          document.head.append(link);
        }
      },
      "goes to what it made": (to) => {
        const made = `<meta http-equiv="refresh" content="0;url=${to}"><img src="${to}">`;
        location.href = URL.createObjectURL(new Blob([made], { type: "text/html" }));
      },
    };
    for (const [name, way] of Object.entries(WAYS)) {
      await at(page, "casus/ZVH-2026-0001/pakket");
      await page.getByRole("link", { name: /Doel en agenda/ }).click();
      await shownIn(page).locator("pre").waitFor();
      const to = `${tap.url}frame.html?gelekt-${name.replaceAll(" ", "-")}`;
      // What is refused may throw; what is let go takes the program away that asked.
      await page.frames().at(-1)!.evaluate(`(${String(way)})(${JSON.stringify(to)})`).catch(() => undefined);
      await page.waitForTimeout(300);
      assert.deepEqual(tap.finds({ [name]: "gelekt-" }), []);
    }
    browser.watch.allow(...REFUSED);
    await page.evaluate((to) => fetch(to), `${tap.url}?gelekt-control`);
    assert.equal(tap.finds({ control: "gelekt-" }).length, 1, "the search finds what is there");
  } finally {
    await browser.close();
    await tap.end();
    await demo.end();
  }
});
