// Bundles and runs tests/look.ts, which makes the pictures in docs/portal. Needs the program as cargo built it.

import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const browser = join(dirname(fileURLToPath(import.meta.url)), "..");
const out = join(browser, "node_modules", ".look", "look.mjs");
await build({
  entryPoints: [join(browser, "tests", "look.ts")],
  outfile: out,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "es2022",
  loader: { ".hbs": "text" },
  external: ["playwright-core"],
  banner: {
    js: "import { createRequire as requireHere } from 'node:module'; const require = requireHere(import.meta.url);",
  },
  define: { ROOT: JSON.stringify(join(browser, "..")) },
});
const ran = spawnSync(process.execPath, ["--enable-source-maps", out], { stdio: "inherit" });
rmSync(dirname(out), { recursive: true, force: true });
process.exit(ran.status ?? 1);
