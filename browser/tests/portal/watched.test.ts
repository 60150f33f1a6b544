// The watch over every story's browser sees what it is there for: these pages do what the portal may not do, and their
// browser does not close in silence.

import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import { after, before, describe, test } from "node:test";

import { Browser } from "../support/chromium.ts";

/** As the portal has it. */
const POLICY =
  "default-src 'none'; script-src 'self'; connect-src 'self'; img-src data:; worker-src 'self'; frame-src 'self'; " +
  "require-trusted-types-for 'script'; trusted-types made";

const PLACES = ["page", "frame", "worker"] as const;
type Place = (typeof PLACES)[number];

/** What runs there, at once. */
const BEGINS: Readonly<Record<Place, string>> = {
  page: "<script src=/made.js></script>",
  frame: "<iframe sandbox=allow-scripts src=/frame.html></iframe>",
  worker: "<script src=/begins.js></script>",
};
const BEGINS_WORKER =
  "const policy = self.trustedTypes.createPolicy('made', { createScriptURL: (text) => text });" +
  "new Worker(policy.createScriptURL('/made.js'));";

interface Deed {
  /** The program that does it; `elsewhere` is an address that is not the hub's. */
  readonly does: string;
  /** What is seen of it, alone or with more of the same. */
  readonly seen: RegExp;
  /** Where no policy stops it. */
  readonly unstopped?: true;
}

const DEEDS: Readonly<Record<string, Deed>> = {
  "asks elsewhere, against the policy": {
    does: "fetch(elsewhere).catch(() => 0)",
    seen: /^(console|worker) error: Connecting to 'http:\/\/127[^']*' violates the following Content Security Policy/m,
  },
  "makes a text a program, against the policy": {
    does: "try { eval('1') } catch {}",
    seen: /^(console|worker) error: .*(TrustedScript|unsafe-eval)/m,
  },
  "asks elsewhere": {
    does: "fetch(elsewhere).catch(() => 0)",
    seen: /^fetch from elsewhere \(http:\/\/127/m,
    unstopped: true,
  },
  "says something": { does: "console.debug('a line')", seen: /^console debug: a line/m },
  throws: { does: "throw new Error('a fault')", seen: /^(Uncaught )?Error: .*a fault/m },
  rejects: { does: "void Promise.reject(new Error('a fault'))", seen: /^(Uncaught \(in promise\) )?Error: .*a fault/m },
};

const SILENT: Deed = { does: "new Blob()", seen: /^$/ };

describe("what the portal may not do is seen", () => {
  let server: Server;
  let [elsewhere, home] = ["", ""];
  let [where, deed]: [Place, Deed] = ["page", SILENT];

  before(async () => {
    const html = "<!doctype html><link rel=icon href=data:,>";
    server = createServer(({ url = "/" }, answer) => {
      const found: Readonly<Record<string, string>> = {
        "/": `${html}<h1>page</h1>${BEGINS[where]}`,
        "/frame.html": html + BEGINS.page,
        "/begins.js": BEGINS_WORKER,
        "/made.js": `const elsewhere = "${elsewhere}"; ${deed.does}`,
      };
      answer.writeHead(200, {
        "content-type": url.endsWith(".js") ? "text/javascript" : "text/html",
        ...(deed.unstopped ? {} : { "content-security-policy": POLICY }),
      });
      answer.end(found[url] ?? "");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("it does not listen");
    elsewhere = `http://127.0.0.1:${address.port}/`;
    home = `http://localhost:${address.port}/`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  /** Does all of these there, each in a page of its own. */
  async function does(browser: Browser, there: Place, deeds: readonly Deed[], port = home): Promise<void> {
    const page = await browser.tab();
    for (const each of deeds) {
      [where, deed] = [there, each];
      await page.goto(port);
      await page.waitForTimeout(300);
    }
  }
  const closes = (browser: Browser): Promise<string> =>
    browser.close().then(() => "in silence", (error: Error) => error.message);

  for (const place of PLACES) {
    test(`that a ${place} does`, async () => {
      const browser = await Browser.open();
      await does(browser, place, Object.values(DEEDS));
      const said = await closes(browser);
      for (const [name, { seen }] of Object.entries(DEEDS)) assert.match(said, seen, `${name}: ${said}`);
    });
  }

  test("and nothing where there is nothing", async () => {
    const browser = await Browser.open();
    for (const place of PLACES) await does(browser, place, [SILENT]);
    assert.equal(await closes(browser), "in silence");
  });

  test("that a page breaks down, and that it goes elsewhere; but for what the story says beforehand", async () => {
    for (const [isTold, expected] of [
      [false, /^document from elsewhere \(http:\/\/127.*\n(.*\n)*crash/m],
      [true, /^in silence$/],
    ] as const) {
      const browser = await Browser.open();
      await does(browser, "page", [SILENT]);
      if (isTold) {
        browser.watch.alsoAt(elsewhere);
        browser.watch.allow(/^crash \(/);
      }
      await does(browser, "page", [SILENT], elsewhere);
      const page = browser.context.pages().at(-1)!;
      const devtools = await browser.context.newCDPSession(page);
      const gone = page.waitForEvent("crash");
      void devtools.send("Page.crash").catch(() => undefined);
      await gone;
      assert.match(await closes(browser), expected);
    }
  });

  test("all browsers are closed, whichever of them has something to tell", async () => {
    const browsers = await Promise.all([Browser.open(), Browser.open()]);
    await does(browsers[0]!, "page", [DEEDS["says something"]!]);
    await assert.rejects(Browser.closeAll(browsers), /a line/);
    for (const { context } of browsers) assert.equal(context.pages().length, 0);
  });
});
