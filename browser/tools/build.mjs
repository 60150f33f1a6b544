// Makes the portal's static bundle: browser/dist, which the hub takes in when it is built.
//
// Every file but the page carries its digest in its name, the page names each with its digest (SRI), and the same
// sources make the same bytes: so the digest of the whole can be compared by anyone (docs/administration.md).

import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const browser = join(dirname(fileURLToPath(import.meta.url)), "..");
const source = join(browser, "src");
const dist = join(browser, "dist");

const common = {
  bundle: true,
  minify: true,
  format: "esm",
  platform: "browser",
  target: ["es2022"],
  charset: "utf8",
  legalComments: "none",
  write: false,
  loader: { ".hbs": "text" },
  logLevel: "warning",
};

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });

const style = keep("portal", "css", await bundled("theme/portal.css"));
const desk = keep("desk", "js", await bundled("desk/worker.ts"));
const script = keep("portal", "js", await bundled("main.ts", { define: { DESK: JSON.stringify(desk.name) } }));
writeFileSync(join(dist, "icon.svg"), readFileSync(join(source, "icon.svg")));

const tags = [
  `<link rel="stylesheet" href="${style.name}" integrity="${style.integrity}" />`,
  `<script type="module" src="${script.name}" integrity="${script.integrity}"></script>`,
].join("\n    ");
const page = readFileSync(join(source, "index.html"), "utf8");
writeFileSync(join(dist, "index.html"), page.replace("<!-- bundle -->", tags));

/** The bytes of one entry point and all that it imports. */
async function bundled(entry, options = {}) {
  const { outputFiles } = await build({ ...common, ...options, entryPoints: [join(source, entry)] });
  return outputFiles[0].contents;
}

/** Writes a file under a name of its own digest. */
function keep(name, extension, contents) {
  const digest = createHash("sha384").update(contents).digest();
  const file = `${name}.${digest.toString("hex").slice(0, 16)}.${extension}`;
  writeFileSync(join(dist, file), contents);
  return { name: file, integrity: `sha384-${digest.toString("base64")}` };
}
