// Bundles and runs a program of tests/ that is no test. Needs the program as cargo built it, or the one in ZEGEL.
//
//   node tools/run.mjs look       makes the pictures in docs/portal, or only those named
//   node tools/run.mjs bench …    measures the portal; the bench of cargo reads what it prints
//   node tools/run.mjs measure 9  prints how long a member waits in a house of nine cases more than the example's

import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const browser = join(dirname(fileURLToPath(import.meta.url)), "..");
const [name, ...args] = process.argv.slice(2);
const out = join(browser, "node_modules", ".run", String(process.pid), `${name}.mjs`);
await build({
  entryPoints: [join(browser, "tests", `${name}.ts`)],
  outfile: out,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "es2022",
  loader: { ".hbs": "text" },
  external: ["playwright-core", "esbuild"],
  banner: {
    js: "import { createRequire as requireHere } from 'node:module'; const require = requireHere(import.meta.url);",
  },
  define: { ROOT: JSON.stringify(join(browser, "..")) },
});
const ran = spawnSync(process.execPath, ["--enable-source-maps", out, ...args], { stdio: "inherit" });
rmSync(dirname(out), { recursive: true, force: true });
process.exit(ran.status ?? 1);
