// Folders, to be searched.

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** All files in a folder and those in it. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}
