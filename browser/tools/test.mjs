// Bundles tests as the portal itself is bundled, and runs them with Node's own test runner.
//
//   node tools/test.mjs                  what needs nothing but Node
//   node tools/test.mjs --stories        what needs the program, and a browser
//   node tools/test.mjs PART…            the files with one of these in their names, of either kind

import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const browser = join(dirname(fileURLToPath(import.meta.url)), "..");
// Of this run only: another may be under way.
const out = join(browser, "node_modules", ".tests", String(process.pid));
const wanted = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const stories = process.argv.includes("--stories");

/** A story has people in it, and so the program that they use. */
const isStory = (name) => /support\/(house|demo|chromium)/.test(readFileSync(join(browser, "tests", name), "utf8"));
const isWanted = (name) =>
  wanted.length > 0 ? wanted.some((part) => name.includes(part)) : isStory(name) === stories;

const tests = readdirSync(join(browser, "tests"), { recursive: true })
  .filter((name) => name.endsWith(".test.ts"))
  .filter(isWanted)
  .sort();
if (tests.length === 0) {
  console.error(`No test has ${wanted.join(" or ")} in its name.`);
  process.exit(2);
}

await build({
  entryPoints: tests.map((name) => join(browser, "tests", name)),
  outdir: out,
  outbase: join(browser, "tests"),
  bundle: true,
  platform: "node",
  format: "esm",
  target: "es2022",
  sourcemap: "inline",
  outExtension: { ".js": ".mjs" },
  external: ["playwright-core", "axe-core", "esbuild"],
  // What Node has itself stays Node's; everything else is in the bundle.
  banner: {
    js: "import { createRequire as requireHere } from 'node:module'; const require = requireHere(import.meta.url);",
  },
  define: { ROOT: JSON.stringify(join(browser, "..")) },
  loader: { ".hbs": "text" },
  logLevel: "warning",
});
const files = tests.map((name) => join(out, name.replace(/\.ts$/, ".mjs")));
// Each story has a house and a browser of its own: a few at a time are enough for any machine.
const few = stories ? ["--test-concurrency=2"] : [];
const args = ["--enable-source-maps", "--test-reporter=spec", "--test", ...few, ...files];
// The example house is told once, and each story works in a copy of its own.
const env = { ...process.env, ZEGEL_TOLD: join(out, "told") };
const ran = spawnSync(process.execPath, args, { stdio: "inherit", env });
rmSync(out, { recursive: true, force: true });
process.exit(ran.status ?? 1);
