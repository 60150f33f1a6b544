// A file of 100 MB, sealed and opened in a browser, by turns with Debian's `age` on the same disk.

import { execFileSync } from "node:child_process";
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { build } from "esbuild";
import type { Page } from "playwright-core";

import { SealingKey } from "../../src/protocol/seal.ts";
import { PORTAL } from "../../tools/options.mjs";
import { Browser } from "../support/chromium.ts";
import { Served } from "../support/served.ts";
import { byTurns, randomFile, type Raced } from "./race.ts";
import type { Answered, Asked } from "./worker.ts";

declare const ROOT: string;

const ROUNDS = 7;
const PAGE = `<!doctype html><title>Files</title><input type="file" aria-label="File">`;

export async function sealAndOpen(): Promise<{ seal: Raced; open: Raced }> {
  const age = new Age();
  const browser = await Browser.open();
  const served = await Served.begin(await pageAndWorker());
  try {
    const page = await browser.tab();
    await page.goto(served.url);
    await page.getByLabel("File").setInputFiles(age.path("plain"));
    const seal = await byTurns(ROUNDS, () => asks(page, "seal"), async () => age.seals());
    const open = await byTurns(ROUNDS, () => asks(page, "open"), async () => age.opens());
    return { seal, open };
  } finally {
    await served.end();
    await browser.close();
    age.end();
  }
}

async function pageAndWorker(): Promise<(path: string) => string | Uint8Array | undefined> {
  const worker = join(ROOT, "browser", "tests", "bench", "worker.ts");
  const { outputFiles } = await build({ ...PORTAL, entryPoints: [worker] });
  return (path) => (path === "/index.html" ? PAGE : path === "/worker.js" ? outputFiles[0]?.contents : undefined);
}

/** The time in milliseconds, as the Worker has it. */
async function asks(page: Page, doing: Asked["doing"]): Promise<number> {
  const answered = await page.evaluate(
    (wanted) =>
      new Promise<Answered>((resolve) => {
        const here = self as unknown as { desk?: Worker };
        const worker = (here.desk ??= new Worker("/worker.js", { type: "module" }));
        worker.onmessage = ({ data }: MessageEvent<Answered>) => resolve(data);
        worker.onerror = (event) => resolve({ wrong: event.message ?? "the Worker can't be loaded" });
        const file = document.querySelector("input")?.files?.[0];
        worker.postMessage({ doing: wanted, file });
      }),
    doing,
  );
  if ("wrong" in answered) throw new Error(answered.wrong);
  return answered.took;
}

/** What people would use instead. */
class Age {
  readonly #folder = mkdtempSync(join(tmpdir(), "zegel-age-"));
  readonly #reader: string;

  constructor() {
    const key = SealingKey.generate();
    this.#reader = key.recipient;
    writeFileSync(this.path("key"), key.toText());
    randomFile(this.path("plain"));
    this.#age("-r", this.#reader, "-o", "sealed", "plain");
  }

  path(name: string): string {
    return join(this.#folder, name);
  }

  /** Until it is on disk: that is when ours is done too. */
  seals(): number {
    const began = performance.now();
    this.#age("-r", this.#reader, "-o", "out", "plain");
    const out = openSync(this.path("out"), "r");
    fsyncSync(out);
    closeSync(out);
    const took = performance.now() - began;
    rmSync(this.path("out"));
    return took;
  }

  /** To nowhere, as ours. */
  opens(): number {
    const began = performance.now();
    this.#age("-d", "-i", "key", "-o", "/dev/null", "sealed");
    return performance.now() - began;
  }

  end(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #age(...args: string[]): void {
    execFileSync("age", args, { cwd: this.#folder });
  }
}

