// A fictitious house of its own for one story: a hub that runs, an authority, and people who work on the command line or
// in a browser. All of it is the program that people install, in a folder that goes when the story ends.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { beside, ends } from "./beside.ts";

declare const ROOT: string;

/** The program, as it was built last. */
export const ZEGEL = process.env["ZEGEL"] ?? join(ROOT, "target", "debug", "zegel");

/** Someone of a partner, with the roles that the house vouches for. */
export interface Person {
  readonly name: string;
  readonly partner: string;
  readonly mail: string;
  readonly roles?: readonly string[];
}

/** What a command said: its answer, or its refusal. */
export interface Said {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

export class House {
  private hub: ChildProcess | undefined;
  /** Where browsers come in, if that is not at the hub itself. */
  door: string | undefined;

  private constructor(
    readonly folder: string,
    readonly port: number,
  ) {}

  /** A house with these partners, which are all signed; its own name comes first. */
  static async open(partners: readonly string[]): Promise<House> {
    const folder = mkdtempSync(join(tmpdir(), "zegel-house-"));
    const house = new House(folder, await freePort());
    const [own = "Huis", ...others] = partners;
    house.authority("init", "--hub", "localhost", "--name", own, "--unattended");
    const hub = ["--folder", house.path("hub"), "--authority", house.path("authority/authority.asc")];
    const listen = ["--listen", `127.0.0.1:${house.port}`, "--ops-listen", "127.0.0.1:0"];
    house.must("init", "--hub", "localhost", ...hub, ...listen);
    house.authority("admit", own, "--house");
    for (const partner of others) house.authority("admit", partner);
    house.authority("directory", "--hub-file", house.path("hub/hub.json"));
    await house.serve();
    house.publish();
    return house;
  }

  get url(): string {
    return `http://localhost:${this.port}/`;
  }

  /** Where people find the portal. */
  get portal(): string {
    return this.door ?? this.url;
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  /** A folder of one person's on this machine. */
  homeOf(person: Person): string {
    return this.path("people", person.mail);
  }

  /** The text of a paper slip for someone, published. */
  slip(person: Person): string {
    mkdirSync(this.path("slips"), { recursive: true });
    const file = this.path("slips", `${person.mail}.txt`);
    const who = ["--partner", person.partner, "--name", person.name, "--mail", person.mail];
    this.authority("slip", ...who, "--until", inDays(14), "--out", file);
    this.publish();
    return readFileSync(file, "utf8");
  }

  /** Vouches for keys of which this is the request, and publishes the directory. */
  vouch(person: Person, request: string): void {
    const roles = (person.roles ?? []).flatMap((role) => ["--role", role]);
    this.authority("vouch", request, ...roles, "--until", inDays(365));
    this.authority("directory");
    this.publish();
  }

  /** Enrols someone on the command line, and vouches. The recovery code. */
  enrol(person: Person): string {
    this.slip(person);
    const slip = this.path("slips", `${person.mail}.txt`);
    mkdirSync(this.path("people"), { recursive: true });
    const said = this.must("--home", this.homeOf(person), "enrol", "--slip", slip, "--url", this.url, "--unattended");
    this.vouch(person, join(this.homeOf(person), "key-request.json"));
    return /(?:[0-9A-Z]{4}-){8}[0-9A-Z*~$=]/.exec(said)?.[0] ?? "";
  }

  /** Takes keys to someone's command line, with the recovery code. */
  recovers(person: Person, code: string): void {
    mkdirSync(this.path("people"), { recursive: true });
    const who = ["--yes", "--home", this.homeOf(person)];
    const typed = ["enrol", "--recover", "--hub", "localhost", "--url", this.url, "--unattended"];
    // A code is only taken from a terminal, so it gets one.
    const command = [ZEGEL, ...who, ...typed].map((word) => `'${word}'`).join(" ");
    execFileSync("script", ["-qec", command, "/dev/null"], { input: `${code}\n`, stdio: ["pipe", "ignore", "ignore"] });
  }

  /** What someone types on the command line, agreed to beforehand; the answer in JSON. Throws what was refused. */
  types(person: Person, ...args: string[]): unknown {
    const out = this.must("--home", this.homeOf(person), "--json", "--lang", "en", ...args);
    return out.trim() === "" ? undefined : JSON.parse(out);
  }

  /** The same, refused or not. */
  tries(person: Person, ...args: string[]): Said {
    return this.run("--home", this.homeOf(person), "--json", "--lang", "en", ...args);
  }

  private get note(): string {
    return this.path("hub.log");
  }

  /** What the hub's program printed. */
  get printed(): string {
    return existsSync(this.note) ? readFileSync(this.note, "utf8") : "";
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Stops the hub, as its administrator does. */
  async stop(): Promise<void> {
    const { hub } = this;
    this.hub = undefined;
    if (hub) await ends(hub);
  }

  /** Runs the hub until it answers. */
  async serve(): Promise<void> {
    if (!existsSync(ZEGEL)) throw new Error(`${ZEGEL} is not built: cargo build --locked`);
    const args = ["--lang", "en", "serve", "--config", this.path("hub/zegel.toml")];
    // To a file: what is typed on the command line holds this process up, and a full pipe would hold up the hub.
    const note = openSync(this.note, "a");
    const hub = beside(spawn(ZEGEL, args, { stdio: ["ignore", note, note] }), this.folder);
    closeSync(note);
    this.hub = hub;
    for (let tries = 0; tries < 100; tries += 1) {
      if (hub.exitCode !== null) throw new Error(`the hub ended:\n${this.printed}`);
      if (await answers(`${this.url}v1/hub`)) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`the hub does not answer:\n${this.printed}`);
  }

  authority(...args: string[]): string {
    return this.must("authority", args[0]!, "--folder", this.path("authority"), ...args.slice(1));
  }

  publish(): void {
    if (this.hub) this.authority("publish", "--url", this.url);
  }

  private must(...args: string[]): string {
    const said = this.run(...args);
    if (said.code !== 0) throw new Error(`zegel ${args.join(" ")}\n${said.error}`);
    return said.out;
  }

  private run(...args: string[]): Said {
    try {
      const out = execFileSync(ZEGEL, ["--yes", ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
      return { code: 0, out, error: "" };
    } catch (error) {
      const { status, stdout, stderr } = error as { status: number | null; stdout: string; stderr: string };
      return { code: status ?? -1, out: stdout, error: stderr };
    }
  }
}

/** A day so many days from now. */
export function inDays(days: number): string {
  // By the clock of the house: around midnight it is another day than elsewhere.
  const then = new Date(Date.now() + days * 24 * 60 * 60 * 1000);
  return then.toLocaleDateString("sv-SE", { timeZone: "Europe/Amsterdam" });
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port"))));
    });
  });
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    (answer) => answer.ok,
    () => false,
  );
}
