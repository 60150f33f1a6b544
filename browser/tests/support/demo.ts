// The example house, as nobody touched it yet: a real hub, and people whose folders open without a passphrase.

import { execFile, spawn, type ChildProcess } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import type { Context } from "../../src/client/context.ts";
import { Home, MemoryStore, type Settings, type Store } from "../../src/client/home.ts";
import { Remote, WAITS, type Waits } from "../../src/client/remote.ts";
import { KeyBundle } from "../../src/client/secret.ts";
import { SYSTEM_CLOCK } from "../../src/client/clock.ts";
import { textOf } from "../../src/protocol/bytes.ts";
import type { Language } from "../../src/protocol/refusal.ts";
import { openFile, SealingKey } from "../../src/protocol/seal.ts";
import { beside, ends } from "./beside.ts";

declare const ROOT: string;

/** The program that the stories run against: of the environment, else as cargo built it. */
export const ZEGEL = process.env["ZEGEL"] ?? join(ROOT, "target", "debug", "zegel");

/** Where the story lies as it was told once for all that run together, or comes to lie. */
const TOLD = process.env["ZEGEL_TOLD"];

/** Why a story can't be told here, if it can't. */
export const NO_HUB = existsSync(ZEGEL) ? false : `there is no ${ZEGEL}: build it, or set ZEGEL`;

/** No test waits long for a hub that is not there. */
export const HURRIED: Waits = { ...WAITS, first: 5, longest: 5 };

export interface DemoOptions {
  /** The size of the largest file, in megabytes. */
  readonly recording?: number;
}

/** The example house in a folder of its own. */
export class Demo {
  private constructor(
    readonly folder: string,
    readonly port: number,
    private hub: ChildProcess,
  ) {}

  /** Tells the story (half a minute) or takes a copy of it as told before in this run, and serves its hub. */
  static async begin({ recording }: DemoOptions = {}): Promise<Demo> {
    const folder = mkdtempSync(join(tmpdir(), "zegel-portal-"));
    const port = await freePort();
    if (recording === undefined && TOLD !== undefined) await retell(TOLD, folder, port);
    else await tell(folder, port, recording);
    const demo = new Demo(folder, port, serve(folder));
    await demo.answers();
    return demo;
  }

  /** Ends the hub and begins it again: it knows only what stands in its database. */
  async restart(): Promise<void> {
    await this.stop();
    this.hub = serve(this.folder);
    await this.answers();
  }

  get url(): URL {
    return new URL(`http://localhost:${this.port}/`);
  }

  private async answers(): Promise<void> {
    for (let tries = 0; tries < 100; tries += 1) {
      const answer = await fetch(new URL("v1/hub", this.url)).catch(() => undefined);
      if (answer?.ok === true) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error("the hub does not answer");
  }

  /**
   * A person's keys in a browser's home of their own, in memory: as the command line has them, and nothing remembered.
   */
  async home(name: string, language: Language = "nl", store: Store = new MemoryStore()): Promise<Home> {
    const bundle = await this.bundle(name);
    const { hub, authority, member } = bundle;
    const settings: Settings = { hub, authority, member, language };
    return Home.create(store, settings, bundle);
  }

  /** The same, ready to work. */
  async person(
    name: string,
    options: { base?: URL; waits?: Waits; language?: Language; store?: Store } = {},
  ): Promise<Context> {
    const { base = this.url, waits = HURRIED, language = "nl", store } = options;
    const remote = new Remote(base, { language, waits });
    return { home: await this.home(name, language, store), remote, clock: SYSTEM_CLOCK, language };
  }

  /** The key bundle in somebody's folder, as the command line sealed it. */
  async bundle(name: string): Promise<KeyBundle> {
    const identity = textOf(this.read("people", name, "identity.txt"))!.trim();
    const sealed = this.read("people", name, "secrets.age");
    return KeyBundle.fromBytes(await openFile(sealed, SealingKey.parse(identity)));
  }

  read(...path: string[]): Uint8Array {
    return new Uint8Array(readFileSync(join(this.folder, ...path)));
  }

  /** What the command line answers somebody, as JSON. */
  async zegel<T>(name: string, ...args: string[]): Promise<T> {
    const home = join("people", name);
    const options = { cwd: this.folder, maxBuffer: 64 * 1024 * 1024 };
    const { stdout } = await promisify(execFile)(ZEGEL, ["--home", home, "--json", "--yes", ...args], options);
    return JSON.parse(stdout) as T;
  }

  /** What the house does on its own machine. */
  async authority(...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(ZEGEL, ["authority", ...args, "--yes"], { cwd: this.folder });
    return stdout;
  }

  /** The house signs a new directory, and what it signed is carried to the hub. */
  async publish(): Promise<void> {
    await this.authority("directory");
    await this.authority("publish", "--url", this.url.href);
  }

  private async stop(): Promise<void> {
    await ends(this.hub);
  }

  async end(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The whole story, in this folder. */
async function tell(folder: string, port: number, recording = 1): Promise<void> {
  const args = ["demo", "--folder", folder, "--port", String(port), "--recording", String(recording), "--yes"];
  await promisify(execFile)(ZEGEL, args, { cwd: folder });
}

/** A copy of the story, served at this port; who is first tells it. Letters that left keep the port of the telling. */
async function retell(told: string, folder: string, port: number): Promise<void> {
  if (!existsSync(told)) {
    const first = mkdtempSync(`${told}-`);
    await tell(first, port);
    try {
      renameSync(first, told);
    } catch (error) {
      // Two were first: the one's story is as good as the other's.
      if (!existsSync(told)) throw error;
    }
  }
  cpSync(told, folder, { recursive: true });
  const people = readdirSync(join(folder, "people")).map((name) => join("people", name, "home.toml"));
  for (const name of [join("hub", "zegel.toml"), ...people]) {
    const file = join(folder, name);
    writeFileSync(file, readFileSync(file, "utf8").replace(/(localhost|127\.0\.0\.1):[1-9]\d+/, `$1:${port}`));
  }
}

function serve(folder: string): ChildProcess {
  const args = ["serve", "--config", join("hub", "zegel.toml")];
  return beside(spawn(ZEGEL, args, { cwd: folder, stdio: "ignore" }), folder);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
