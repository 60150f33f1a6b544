// A real Chromium, as Debian ships it, with a virtual authenticator whose passkeys have PRF.

import { cpSync, lstatSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type BrowserContext, chromium, type Page } from "playwright-core";

import { Watch } from "./watch.ts";

/** What keeps it from calling anyone but us, and lets it run as root in a container. */
const FLAGS = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-gpu",
  "--disable-quic",
  "--disable-sync",
  "--no-first-run",
  "--no-sandbox",
];

/** Its lock is a link to nowhere. */
function isOfItsOwn(path: string): boolean {
  return !lstatSync(path).isSymbolicLink();
}

/** One person's browser: storage and passkeys of its own, gone when it is closed. */
export class Browser {
  private constructor(
    readonly context: BrowserContext,
    /** What may not be, in any story. */
    readonly watch: Watch,
    private readonly folder: string,
  ) {}

  static async open(options: { locale?: string; width?: number; height?: number; dark?: boolean } = {}): Promise<Browser> {
    const folder = mkdtempSync(join(tmpdir(), "zegel-browser-"));
    const context = await chromium.launchPersistentContext(folder, {
      executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
      args: FLAGS,
      headless: true,
      locale: options.locale ?? "nl-NL",
      viewport: { width: options.width ?? 1280, height: options.height ?? 900 },
      colorScheme: options.dark ? "dark" : "light",
    });
    // A machine that does much beside this is slow, not wrong.
    context.setDefaultTimeout(90_000);
    return new Browser(context, Watch.over(context), folder);
  }

  /** A new tab, whose passkeys come from a virtual authenticator; it may have no PRF, as older devices. */
  async tab({ prf = true } = {}): Promise<Page> {
    const page = await this.context.newPage();
    const devtools = await this.context.newCDPSession(page);
    await devtools.send("WebAuthn.enable");
    await devtools.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        ctap2Version: "ctap2_1",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        hasPrf: prf,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await this.watch.over(page);
    return page;
  }

  /** Closes all of these, and throws then, if any of them does. */
  static async closeAll(browsers: Iterable<Browser>): Promise<void> {
    const closed = await Promise.allSettled([...browsers].map((browser) => browser.close()));
    const wrong = closed.flatMap((each) => (each.status === "rejected" ? [String(each.reason)] : []));
    if (wrong.length > 0) throw new Error(wrong.join("\n"));
  }

  /**
   * Throws, once all is closed, with whatever its watch saw that should not have been. All that the browser kept goes,
   * or goes to this folder.
   */
  async close(kept?: string): Promise<void> {
    try {
      await this.watch.ends();
    } finally {
      await this.context.close();
      if (kept !== undefined) cpSync(this.folder, kept, { recursive: true, filter: isOfItsOwn });
      rmSync(this.folder, { recursive: true, force: true });
    }
  }
}
