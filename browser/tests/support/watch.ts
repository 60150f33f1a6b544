// Every browser of a story is watched: the portal says nothing in the console, goes against no policy, asks nothing of
// anybody but its hub, and no page of it breaks down.

import type { BrowserContext, Page } from "playwright-core";

/** Of our own making, whoever made it: nothing is asked of anybody. */
const OWN = new Set(["blob:", "data:"]);
const LOOPBACK = new Set(["localhost", "127.0.0.1"]);

export class Watch {
  /** What should not have been, each in a line: what, where. Against a policy is an error in the console. */
  readonly seen: string[] = [];
  private readonly allowed: RegExp[] = [];
  private readonly hubs = new Set<string>();
  private readonly watched = new Map<Page, Promise<void>>();

  private constructor(private readonly context: BrowserContext) {}

  /** Over all pages of a browser, with their frames and workers, those that open later too. */
  static over(context: BrowserContext): Watch {
    const watch = new Watch(context);
    context.on("console", (said) => watch.sees(`console ${said.type()}: ${said.text()}`, said.location().url));
    context.on("weberror", (failed) => watch.sees(String(failed.error()), failed.location().url));
    context.on("request", (request) => watch.asks(request.url(), request.resourceType()));
    context.on("page", (page) => void watch.over(page));
    for (const page of context.pages()) void watch.over(page);
    return watch;
  }

  /** Over one page: once it is, nothing escapes that a worker of it does. */
  over(page: Page): Promise<void> {
    const begun = this.watched.get(page) ?? this.begin(page);
    this.watched.set(page, begun);
    return begun;
  }

  private async begin(page: Page): Promise<void> {
    page.on("crash", () => this.sees("crash", page.url()));
    page.on("websocket", (line) => this.asks(line.url(), "websocket"));
    try {
      const devtools = await this.context.newCDPSession(page);
      // What a worker is refused, Chromium tells who asks its page; also what it told before.
      devtools.on("Log.entryAdded", ({ entry }) => {
        if (entry.source === "worker") this.sees(`worker ${entry.level}: ${entry.text}`, entry.url ?? page.url());
      });
      await devtools.send("Log.enable");
    } catch (error) {
      if (!page.isClosed()) this.sees(`not watched: ${String(error)}`, page.url());
    }
  }

  /** The story goes to this address too. Without a word it goes to one only: the first that it opens. */
  alsoAt(hub: URL | string): void {
    this.hubs.add(new URL(hub).origin);
  }

  /** The story itself brings about what this matches. */
  allow(...lines: readonly RegExp[]): void {
    this.allowed.push(...lines);
  }

  /** Throws with all that was seen and should not have been. */
  async ends(): Promise<void> {
    // What any of them did before it answers was told before; who does not answer is not waited for.
    const late = new Promise((resolve) => setTimeout(resolve, 5000).unref());
    await Promise.race([this.answers(), late]);
    const wrong = this.seen.filter((line) => !this.allowed.some((each) => each.test(line)));
    if (wrong.length > 0) throw new Error(`in the browser:\n${wrong.join("\n")}`);
  }

  private async answers(): Promise<void> {
    const pages = this.context.pages();
    const workers = pages.flatMap((page) => page.workers()).map((each) => each.evaluate(() => 0));
    await Promise.allSettled(workers);
    // What a worker did is told by its page.
    await Promise.allSettled(pages.flatMap((page) => page.frames()).map((each) => each.evaluate(() => 0)));
  }

  private sees(what: string, where: string): void {
    this.seen.push(`${what.trim()} (${where})`);
  }

  private asks(address: string, kind: string): void {
    const { protocol, hostname, origin } = new URL(address.replace(/^ws/, "http"));
    if (OWN.has(protocol)) return;
    // Nothing is open before the story goes somewhere itself.
    if (this.hubs.size === 0 && LOOPBACK.has(hostname)) this.hubs.add(origin);
    if (!this.hubs.has(origin)) this.sees(`${kind} from elsewhere`, address);
  }
}
