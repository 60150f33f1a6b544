// Bundles every test as the portal itself is bundled, and runs it with Node's own test runner.
//
//   node tools/test.mjs [part of a file's name]…

import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const browser = join(dirname(fileURLToPath(import.meta.url)), "..");
const out = join(browser, "node_modules", ".tests-p3");
const wanted = process.argv.slice(2);

const tests = readdirSync(join(browser, "tests"), { recursive: true })
  .filter((name) => name.endsWith(".test.ts"))
  .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
  .sort();
if (tests.length === 0) {
  console.error(`No test has ${wanted.join(" or ")} in its name.`);
  process.exit(2);
}

rmSync(out, { recursive: true, force: true });
await build({
  entryPoints: tests.map((name) => join(browser, "tests", name)),
  outdir: out,
  outbase: join(browser, "tests"),
  bundle: true,
  platform: "node",
  format: "esm",
  target: "es2022",
  sourcemap: "inline",
  external: ["playwright-core", "axe-core"],
  // What Node has itself stays Node's; everything else is in the bundle.
  outExtension: { ".js": ".mjs" },
  banner: { js: "import { createRequire as requireHere } from 'node:module'; const require = requireHere(import.meta.url);" },
  define: { ROOT: JSON.stringify(join(browser, "..")) },
  loader: { ".hbs": "text" },
  logLevel: "warning",
});
const files = tests.map((name) => join(out, name.replace(/\.ts$/, ".mjs")));
const ran = spawnSync(process.execPath, ["--enable-source-maps", "--test", ...files], { stdio: "inherit" });
process.exit(ran.status ?? 1);
