// Makes the portal's static bundle: browser/dist, which the hub takes in when it is built; and browser/compressed, the same
// files as they go over the line.
//
// Every file but the page carries its digest in its name, the page names each with its digest (SRI), and the same
// sources make the same bytes: so the digest of the whole can be compared by anyone (docs/administration.md).

import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, brotliDecompressSync, gunzipSync, gzip } from "node:zlib";

import { PORTAL } from "./options.mjs";

const browser = join(dirname(fileURLToPath(import.meta.url)), "..");
const source = join(browser, "src");
const dist = join(browser, "dist");
const compressed = join(browser, "compressed");

/** What the bundle holds, by name. */
const files = new Map();

const style = keep("portal", "css", await bundled("theme/portal.css"));
const desk = keep("desk", "js", await bundled("desk/worker.ts"));
const script = keep("portal", "js", await bundled("main.ts", { define: { DESK: JSON.stringify(desk.name) } }));
const frameStyle = keep("frame", "css", await bundled("frame/frame.css"));
const frameScript = keep("frame", "js", await bundled("frame/frame.ts"));
files.set("icon.svg", readFileSync(join(source, "icon.svg")));
files.set("index.html", bundledPage("index.html", style, script));
const inside = bundledPage("frame/inside.html", frameStyle, frameScript);
files.set("frame.html", bundledPage("frame/frame.html", frameStyle).replace("<!-- inside -->", quoted(inside)));
// A file of which there is no small one goes out as it is, so it doesn't matter which are written first.
write(compressed, await allCompressed());
write(dist, files);

/** Every file as small as it gets, by the digest of the plain one: the hub looks for it by what it would serve. */
async function allCompressed() {
  const encodings = {
    br: { compress: promisify(brotliCompress), unpack: brotliDecompressSync },
    gzip: { compress: promisify((contents, done) => gzip(contents, { level: 9 }, done)), unpack: gunzipSync },
  };
  const all = [...files.values()].flatMap((contents) =>
    Object.entries(encodings).map(async ([encoding, { compress, unpack }]) => {
      const name = `${createHash("sha256").update(contents).digest("hex")}.${encoding}`;
      return [name, before(name, unpack, contents) ?? (await compress(contents))];
    }),
  );
  return new Map(await Promise.all(all));
}

/** The same file as it was compressed before, if it is whole: brotli takes seconds for what hardly ever changes. */
function before(name, unpack, contents) {
  try {
    const kept = readFileSync(join(compressed, name));
    return unpack(kept).equals(contents) ? kept : undefined;
  } catch {
    return undefined;
  }
}

/** Writes all of it to a folder, the pages last, and removes what was there before: whoever is served meanwhile gets the one or the other. */
function write(folder, all) {
  mkdirSync(folder, { recursive: true });
  const pagesLast = [...all].sort(([one], [other]) => Number(one.endsWith(".html")) - Number(other.endsWith(".html")));
  for (const [name, contents] of pagesLast) writeFileSync(join(folder, name), contents);
  for (const name of readdirSync(folder)) if (!all.has(name)) rmSync(join(folder, name), { recursive: true });
}

/** A page that names its style and its script, if it has one, each with its digest. */
function bundledPage(from, style, script) {
  const tags = [`<link rel="stylesheet" crossorigin href="${style.name}" integrity="${style.integrity}" />`];
  if (script) tags.push(`<script type="module" crossorigin src="${script.name}" integrity="${script.integrity}"></script>`);
  return readFileSync(join(source, from), "utf8").replace("<!-- bundle -->", tags.join("\n    "));
}

/** A text as it stands in an attribute. */
function quoted(text) {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
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
