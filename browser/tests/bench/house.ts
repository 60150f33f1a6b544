// A house for what people do in the portal: a case at the table, five items of the police's in it, and twenty people
// who are to read them.

import { mkdirSync, writeFileSync } from "node:fs";

import type { Locator, Page } from "playwright-core";

import { Browser } from "../support/chromium.ts";
import { House, inDays, type Person } from "../support/house.ts";
import { at, settled } from "../support/person.ts";
import { Tap } from "../support/tap.ts";
import { byTurns, randomFile, type Raced } from "./race.ts";

const HOUSE = "Zorg- en Veiligheidshuis";
const [CITY, POLICE] = ["Gemeente", "Politie"] as const;
const OTHERS = ["GGZ De Oever", "Reclassering", "Raad", "Jeugdzorg"];
const roles = ["procesregisseur"];
const JORIS: Person = { name: "Joris van der Waal", partner: HOUSE, mail: "joris@huis.example", roles };
const MILA: Person = { name: "Mila Kuipers", partner: HOUSE, mail: "mila@huis.example", roles };
const SANNE: Person = { name: "Sanne Verhoeven", partner: CITY, mail: "sanne@gemeente.example" };
const HUGO: Person = { name: "Hugo Dijkgraaf", partner: CITY, mail: "hugo@gemeente.example" };
const FEMKE: Person = { name: "Femke Oosterhof", partner: POLICE, mail: "femke@politie.example" };
const PIETER: Person = { name: "Pieter Bouwman", partner: POLICE, mail: "pieter@politie.example" };
const ITEMS = ["Aangifte", "Melding", "Overzicht", "Mutatie", "Verhoor"];
const READERS: readonly Person[] = OTHERS.flatMap((partner, of) =>
  ["Anna", "Bas", "Carla", "Dirk", "Eva"].map((name) => ({
    name: `${name} ${partner.split(" ")[0]}`,
    partner,
    mail: `${name.toLowerCase()}@partner-${of}.example`,
  })),
);

/** No machine takes longer to seal and send 100 MB, in milliseconds. */
const LONGEST = 600_000;

/** What somebody sees who waits for the first time. */
export interface Loaded {
  /** Until one can sign in, in milliseconds. */
  readonly took: number;
  /** All that came, in bytes: as it was sent with its headers, and unpacked. */
  readonly sent: number;
  readonly unpacked: number;
}

export class BenchHouse {
  private number = "";
  private code = "";
  private meetings = 0;

  private constructor(private readonly house: House) {}

  static async open(): Promise<BenchHouse> {
    const bench = new BenchHouse(await House.open([HOUSE, CITY, POLICE, ...OTHERS]));
    try {
      bench.fill();
      return bench;
    } catch (error) {
      await bench.close();
      throw error;
    }
  }

  private fill(): void {
    const { house } = this;
    this.code = house.enrol(FEMKE);
    for (const each of [JORIS, MILA, SANNE, HUGO, PIETER, ...READERS]) house.enrol(each);
    for (const [one, other] of [[JORIS, MILA], [SANNE, HUGO], [FEMKE, PIETER]] as const) {
      house.types(one, "vault", "add", other.mail);
    }
    const referral = this.file("aanmelding.txt", "Wie helpt dit gezin?");
    const law = ["--kind", "aftercare", "--ground", "convenant 1.7"];
    this.number = (house.types(SANNE, "case", "refer", referral, ...law) as { case: string }).case;
    house.types(JORIS, "case", "open", this.number);
    const outcome = this.file("uitkomst.txt", "Past bij het huis.");
    house.types(JORIS, "case", "phase", this.number, "rto", "--outcome", outcome);
    const question = ["--question-file", this.file("vraag.txt", "Kent u dit gezin?"), "--until", inDays(2)];
    house.types(JORIS, "request", this.number, "--to", FEMKE.mail, ...question);
    const files = ITEMS.map((title) => this.file(`${title}.txt`, `Dit is ${title}.`));
    const titles = ITEMS.flatMap((title) => ["--title", title]);
    const wpg = ["--regime", "wpg", "--ground", "Wpg art. 20"];
    const police = ["--police", "fact", "--reliability", "eigen waarneming"];
    house.types(FEMKE, "contribute", this.number, ...files, ...titles, ...wpg, ...police);
  }

  private file(name: string, content: string): string {
    mkdirSync(this.house.path("files"), { recursive: true });
    writeFileSync(this.house.path("files", name), content);
    return this.house.path("files", name);
  }

  async close(): Promise<void> {
    await this.house.close();
  }

  /** A new meeting with all readers, of which the police is asked; the roster. */
  private asked(): string {
    this.meetings += 1;
    const date = ["--date", `${inDays(3 + this.meetings)} 09:00`];
    const readers = READERS.flatMap(({ mail }) => ["--participant", `${mail}:artikel 9.2e`]);
    const { roster } = this.house.types(JORIS, "roster", this.number, ...date, ...readers) as { roster: string };
    this.house.types(JORIS, "ask", this.number, "--roster", roster);
    return roster;
  }

  /** All five for all twenty, until it is on record: on screen, without the time that somebody reads; and typed. */
  async approve(rounds: number): Promise<Raced> {
    return this.withFemke((page) =>
      byTurns(
        rounds,
        async () => {
          this.asked();
          await at(page, "werk");
          await at(page, `casus/${this.number}/akkoord`);
          const planned = await pressed(page, "Akkoord geven", "#agree");
          return planned + (await pressed(page, "Ja, akkoord", ":root:not(:has(#agree))"));
        },
        async () => {
          const roster = this.asked();
          const began = performance.now();
          this.house.types(FEMKE, "approve", this.number, "--roster", roster);
          return performance.now() - began;
        },
      ),
    );
  }

  /** How long the page was held up at most while 100 MB are sealed and sent, in milliseconds; of each round. */
  async longestBlocks(rounds: number): Promise<number[]> {
    return this.withFemke(async (page) => {
      const blocks: number[] = [];
      const path = this.house.path("opname.bin");
      randomFile(path);
      const button = (name: string): Locator => page.locator("main").getByRole("button", { name, exact: true });
      for (let round = 0; round < rounds; round += 1) {
        await at(page, "werk");
        await at(page, `casus/${this.number}/bijdragen`);
        if (round > 0) {
          await button("Alles wissen en opnieuw beginnen").click();
          await page.getByText("Kies deze opnieuw").waitFor({ state: "detached" });
          await settled(page);
        }
        await page.getByLabel("Bestanden kiezen").setInputFiles(path);
        await page.getByLabel("Feit").check();
        await page.getByLabel("Hoe betrouwbaar is het?").fill("opname van de meldkamer");
        await page.evaluate(beginBeating);
        await button("Verzegelen en versturen").click();
        await page.locator("#agree").waitFor({ timeout: LONGEST });
        blocks.push(await page.evaluate(endBeating));
      }
      return blocks;
    });
  }

  /** The page until one can sign in, in a browser that was never here. */
  async firstLoads(rounds: number): Promise<Loaded[]> {
    const loads: Loaded[] = [];
    for (let round = 0; round < rounds; round += 1) loads.push(await firstLoad(this.house.url));
    return loads;
  }

  private async withFemke<T>(work: (page: Page) => Promise<T>): Promise<T> {
    const browser = await Browser.open();
    try {
      const page = await browser.tab();
      await page.goto(`${this.house.url}#/herstellen`);
      await page.getByLabel("Herstelcode").first().fill(this.code);
      await page.getByRole("button", { name: "Inloggen", exact: true }).click();
      await page.getByRole("heading", { name: "Mijn werk" }).waitFor();
      await settled(page);
      return await work(page);
    } finally {
      await browser.close();
    }
  }
}

/** How long it takes in milliseconds, in the page's own time, from pressing a button until this matches something. */
async function pressed(page: Page, name: string, until: string): Promise<number> {
  const button = page.locator("main").getByRole("button", { name, exact: true });
  return button.evaluate(
    (element, selector) =>
      new Promise<number>((resolve) => {
        const began = performance.now();
        const observer = new MutationObserver(() => {
          if (document.querySelector(selector) === null) return;
          observer.disconnect();
          resolve(performance.now() - began);
        });
        observer.observe(document, { subtree: true, childList: true });
        (element as HTMLElement).click();
      }),
    until,
  );
}

/** How late a clock of the page's own was at most, in milliseconds; and what the browser noted of long tasks. */
interface Beating {
  latest: number;
  tasks: PerformanceEntryList;
  stop(): void;
}

function beginBeating(): void {
  const every = 5;
  let last = performance.now();
  const beating: Beating = { latest: 0, tasks: [], stop: () => undefined };
  const timer = setInterval(() => {
    const now = performance.now();
    beating.latest = Math.max(beating.latest, now - last - every);
    last = now;
  }, every);
  const observer = new PerformanceObserver((list) => beating.tasks.push(...list.getEntries()));
  observer.observe({ entryTypes: ["longtask"] });
  beating.stop = () => {
    clearInterval(timer);
    beating.tasks.push(...observer.takeRecords());
  };
  (globalThis as unknown as { beating: Beating }).beating = beating;
}

/** A clock that is late by more than the browser notes as a task was late because the machine had no core for it. */
function endBeating(): number {
  const { beating } = globalThis as unknown as { beating: Beating };
  beating.stop();
  const longest = Math.max(0, ...beating.tasks.map(({ duration }) => duration));
  return longest > 0 ? longest : Math.min(beating.latest, 50);
}

async function firstLoad(url: string): Promise<Loaded> {
  // Before the hub, as a browser does not tell of all that it fetches for a Worker.
  const tap = await Tap.before(new URL(url));
  const browser = await Browser.open();
  try {
    const page = await browser.tab();
    await page.addInitScript(watchForEntrance);
    await page.goto(tap.url.href);
    const entrance = await page.waitForFunction(() => (globalThis as unknown as { entrance?: number }).entrance);
    const sent = tap.bytesReceived;
    const sizes = await Promise.all(tap.paths.map((path) => sizeOf(new URL(path, url))));
    return { took: (await entrance.jsonValue()) ?? 0, sent, unpacked: sizes.reduce((sum, size) => sum + size, 0) };
  } finally {
    await browser.close();
    await tap.end();
  }
}

/** The bytes of an answer, unpacked. */
async function sizeOf(url: URL): Promise<number> {
  return (await (await fetch(url)).arrayBuffer()).byteLength;
}

/** Notes, in the page's own time, when one can sign in. */
function watchForEntrance(): void {
  const note = (): void => {
    const isWaiting = document.querySelector("[aria-busy=true]") !== null;
    const button = document.querySelector<HTMLButtonElement>("main button");
    if (isWaiting || button === null || button.disabled) return;
    observer.disconnect();
    (globalThis as unknown as { entrance?: number }).entrance = performance.now();
  };
  const observer = new MutationObserver(note);
  observer.observe(document, { subtree: true, childList: true, attributes: true });
}
