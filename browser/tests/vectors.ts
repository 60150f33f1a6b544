// The vectors that every client of Zegel must agree on, as they lie in tests/vectors.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

declare const ROOT: string;

const folder = join(ROOT, "tests", "vectors");

/** The bytes of one vector file. */
export function bytes(...path: string[]): Uint8Array {
  return new Uint8Array(readFileSync(join(folder, ...path)));
}

/** One vector file, read as JSON. */
export function json<T>(...path: string[]): T {
  return JSON.parse(readFileSync(join(folder, ...path), "utf8")) as T;
}

/** The names of the files in a folder of vectors, sorted; without folders. */
export function names(...path: string[]): string[] {
  return readdirSync(join(folder, ...path), { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .sort();
}
