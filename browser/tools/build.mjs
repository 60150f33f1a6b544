// Makes the portal's static bundle: browser/dist, which the hub takes in when it is built.
//
// Every file but the page carries its digest in its name, the page names each with its digest (SRI), and the same
// sources make the same bytes: so the digest of the whole can be compared by anyone (docs/administration.md).

import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { PORTAL } from "./options.mjs";

const browser = join(dirname(fileURLToPath(import.meta.url)), "..");
const source = join(browser, "src");
const dist = join(browser, "dist");

/** What the bundle holds, by name. */
const files = new Map();

const style = keep("portal", "css", await bundled("theme/portal.css"));
const desk = keep("desk", "js", await bundled("desk/worker.ts"));
const script = keep("portal", "js", await bundled("main.ts", { define: { DESK: JSON.stringify(desk.name) } }));
const frameStyle = keep("frame", "css", await bundled("frame/frame.css"));
const frameScript = keep("frame", "js", await bundled("frame/frame.ts"));
files.set("icon.svg", readFileSync(join(source, "icon.svg")));
page("index.html", "index.html", style, script);
page("frame/frame.html", "frame.html", frameStyle, frameScript);
write();

/** Writes all of it, the pages last, and removes what was there before: whoever is served meanwhile gets the one or the other. */
function write() {
  mkdirSync(dist, { recursive: true });
  const pagesLast = [...files].sort(([one], [other]) => Number(one.endsWith(".html")) - Number(other.endsWith(".html")));
  for (const [name, contents] of pagesLast) writeFileSync(join(dist, name), contents);
  for (const name of readdirSync(dist)) if (!files.has(name)) rmSync(join(dist, name), { recursive: true });
}

/** Writes a page that names its style and its script, each with its digest. */
function page(from, to, style, script) {
  const tags = [
    `<link rel="stylesheet" crossorigin href="${style.name}" integrity="${style.integrity}" />`,
    `<script type="module" crossorigin src="${script.name}" integrity="${script.integrity}"></script>`,
  ].join("\n    ");
  files.set(to, readFileSync(join(source, from), "utf8").replace("<!-- bundle -->", tags));
}

/** The bytes of one entry point and all that it imports. */
async function bundled(entry, options = {}) {
  const { outputFiles } = await build({ ...PORTAL, ...options, entryPoints: [join(source, entry)] });
  return outputFiles[0].contents;
}

/** Writes a file under a name of its own digest. */
function keep(name, extension, contents) {
  const digest = createHash("sha384").update(contents).digest();
  const file = `${name}.${digest.toString("hex").slice(0, 16)}.${extension}`;
  files.set(file, contents);
  return { name: file, integrity: `sha384-${digest.toString("base64")}` };
}
