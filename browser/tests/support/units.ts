// The units in a real browser: bundled as the portal is, each in a Worker of its own, as the desk is one. What they
// have of Node's has a stand-in there; the vectors are served, and who serves them knows which were read.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, normalize } from "node:path";

import { build, type Plugin } from "esbuild";
import type { Page } from "playwright-core";

import { PORTAL } from "../../tools/options.mjs";
import { Served } from "./served.ts";
import type { Ended } from "./worker/test.ts";

declare const ROOT: string;

const TESTS = join(ROOT, "browser", "tests");
const VECTORS = join(ROOT, "tests", "vectors");
/** What has no meaning in a browser: it reads our documentation and the hub's source, or is about what stories use. */
const OF_NODE = ["refusal.test.ts", "tap.test.ts"];

/** The units of what every client agrees on, by the names of their files. */
export const UNITS: readonly string[] = readdirSync(TESTS)
  .filter((name) => name.endsWith(".test.ts") && !OF_NODE.includes(name))
  .filter((name) => readFileSync(join(TESTS, name), "utf8").includes('"../src/protocol/'))
  .sort();

/** All files of vectors, as they are asked for. */
export function allVectors(): string[] {
  return readdirSync(VECTORS, { recursive: true, encoding: "utf8" })
    .filter((name) => name !== "README.md" && statSync(join(VECTORS, name)).isFile())
    .sort();
}

export class Units {
  /** The vectors that were read. */
  readonly read = new Set<string>();
  /** A vector that is served otherwise than it lies there. */
  altered: { readonly name: string; readonly change: (bytes: Buffer) => Buffer } | undefined;
  #served: Served | undefined;

  private constructor(private readonly bundles: ReadonlyMap<string, Uint8Array>) {}

  /** Bundles all of them, and serves them. */
  static async serve(): Promise<Units> {
    const { outputFiles } = await build({
      ...PORTAL,
      // What units have in common is made once.
      splitting: true,
      entryPoints: UNITS.map((name) => ({ in: `unit:${name}`, out: name })),
      outdir: "/",
      plugins: [STAND_INS],
    });
    const units = new Units(new Map(outputFiles.map(({ path, contents }) => [path, contents])));
    units.#served = await Served.begin((path) => units.#found(path));
    return units;
  }

  /** The page in which they run. */
  get url(): string {
    return this.#served?.url ?? "";
  }

  /** Runs a unit in a Worker of a page that is here. Throws if it can't be loaded. */
  async run(page: Page, name: string): Promise<Ended[]> {
    return page.evaluate(
      (script) =>
        new Promise<Ended[]>((resolve, reject) => {
          const worker = new Worker(script, { type: "module" });
          worker.onmessage = ({ data }: MessageEvent<Ended[]>) => {
            worker.terminate();
            resolve(data);
          };
          worker.onerror = (event) => reject(new Error(`${script}: ${event.message ?? "it can't be loaded"}`));
        }),
      `/${name}.js`,
    );
  }

  async end(): Promise<void> {
    await this.#served?.end();
  }

  #found(url: string): string | Uint8Array | undefined {
    if (url === "/index.html") return "<!doctype html><title>Units</title>";
    const [, name] = /^\/vectors\/(.+)$/.exec(url) ?? [];
    if (name === undefined) return this.bundles.get(url);
    const path = join(VECTORS, normalize(name));
    if (name.endsWith("/")) return JSON.stringify(filesIn(path));
    this.read.add(name);
    const bytes = readFileSync(path);
    return this.altered?.name === name ? this.altered.change(bytes) : bytes;
  }
}

/** The names of the files in a folder, sorted; without folders. */
function filesIn(folder: string): string[] {
  const all = readdirSync(folder, { withFileTypes: true });
  return all.filter((entry) => entry.isFile()).map((entry) => entry.name).sort();
}

/** A unit, and behind it what runs it; with what stands in for Node. */
const STAND_INS: Plugin = {
  name: "stand-ins",
  setup({ onResolve, onLoad }) {
    const standIn = (name: string): string => join(TESTS, "support", "worker", name);
    onResolve({ filter: /^node:test$/ }, () => ({ path: standIn("test.ts") }));
    onResolve({ filter: /^node:assert\/strict$/ }, () => ({ path: standIn("assert.ts") }));
    onResolve({ filter: /^\.\/vectors\.ts$/ }, () => ({ path: standIn("vectors.ts") }));
    onResolve({ filter: /^node:/ }, ({ path, importer }) => ({
      errors: [{ text: `${path} is not in a browser. Use what both have, or name ${importer} in OF_NODE.` }],
    }));
    onResolve({ filter: /^unit:/ }, ({ path }) => ({ path: path.slice("unit:".length), namespace: "unit" }));
    onLoad({ filter: /.*/, namespace: "unit" }, ({ path }) => ({
      contents: `import "./${path}"; import { runAll } from "node:test"; postMessage(await runAll());`,
      resolveDir: TESTS,
    }));
  },
};
