// What somebody opened is shown here: a frame of opaque origin, which can ask for nothing, keep nothing, and reach nothing of
// the page around it. Whatever is wrong with a file stays in here.
//
// It stands in a frame of its own (frame.html), which keeps it from going anywhere.

import * as pdf from "pdfjs-dist";
import * as pdfWorker from "pdfjs-dist/build/pdf.worker.mjs";

import { drawn, MOST_PAGES, requireDrawable, TooLarge } from "./bounds.ts";
import { type Prints, type Shows, SIGNS, type Tells } from "./message.ts";

// The frame may start no program beside its own: it reads here.
(globalThis as { pdfjsWorker?: unknown }).pdfjsWorker = pdfWorker;

// The one thing that talks to others whatever a policy says. It goes before a file is read, and comes back with no reload.
for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection"]) Reflect.deleteProperty(globalThis, name);

// All that it is made of is here. Nothing more may be loaded: by its address the hub would be told what is in the file. For
// a prefetch browsers go by the most that any line allows, so that none may allow what has an address.
const nothingMore = document.createElement("meta");
nothingMore.httpEquiv = "Content-Security-Policy";
nothingMore.content = "default-src 'none'; img-src blob: data:; font-src data: blob:";
document.head.append(nothingMore);

/** The page: the frame around this one does nothing. */
const portal = parent.parent;
const content = document.getElementById("content");
const line = document.getElementById("line");

function tell(what: Tells): void {
  // The page has no say over what this origin is; and what is told holds nothing.
  portal.postMessage(what, "*");
}

addEventListener("message", ({ source, data }: MessageEvent<Shows | Prints>) => {
  if (source !== portal || content === null || line === null) return;
  if (data.kind === "print") {
    line.textContent = data.line;
    print();
    return;
  }
  show(content, data).then(tell, (error: unknown) => {
    content.replaceChildren();
    tell({ kind: error instanceof TooLarge ? "too-large" : "failed" });
  });
});
tell({ kind: "ready" });

/** How often it is told that somebody reads here, in milliseconds: the page locks when nobody is there. */
const AT_MOST = 60 * 1000;
let toldAt = -Infinity;
function touched(): void {
  if (Date.now() - toldAt < AT_MOST) return;
  toldAt = Date.now();
  tell({ kind: "touched" });
}
for (const sign of SIGNS) addEventListener(sign, touched, { passive: true });

async function show(into: HTMLElement, what: Shows): Promise<Tells> {
  into.replaceChildren();
  switch (what.kind) {
    case "text": {
      const text = document.createElement("pre");
      text.textContent = new TextDecoder().decode(what.bytes);
      into.append(text);
      return { kind: "shown" };
    }
    case "picture": {
      const picture = document.createElement("img");
      picture.alt = document.title;
      await loaded(picture, URL.createObjectURL(new Blob([what.bytes], { type: what.mediaType })));
      requireDrawable({ width: picture.naturalWidth, height: picture.naturalHeight });
      await picture.decode();
      into.append(picture);
      return { kind: "shown" };
    }
    case "pdf":
      return showPdf(into, what.bytes);
  }
}

/** Until it is known how large a picture is, and before it is drawn. */
function loaded(picture: HTMLImageElement, src: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    picture.onload = resolve;
    picture.onerror = reject;
    picture.src = src;
  });
}

async function showPdf(into: HTMLElement, bytes: ArrayBuffer): Promise<Tells> {
  const file = await pdf.getDocument({
    data: new Uint8Array(bytes),
    // Nothing of it is run, and nothing is fetched for it.
    enableXfa: false,
    useWasm: false,
    useWorkerFetch: false,
    disableAutoFetch: true,
    stopAtErrors: false,
    // What it has to say could tell of what is in the file.
    verbosity: pdf.VerbosityLevel.ERRORS,
  }).promise;
  const all = file.numPages;
  const pages = Math.min(all, MOST_PAGES);
  for (let number = 1; number <= pages; number += 1) into.append(await pageOf(file, number, pages));
  return pages < all ? { kind: "begun", pages, all } : { kind: "shown" };
}

async function pageOf(file: pdf.PDFDocumentProxy, number: number, of: number): Promise<HTMLElement> {
  const page = await file.getPage(number);
  const { scale, dots } = drawn(page.getViewport({ scale: 1 }), of, devicePixelRatio);
  const viewport = page.getViewport({ scale });
  const sheet = document.createElement("div");
  sheet.className = "sheet";
  sheet.style.setProperty("--total-scale-factor", String(scale));
  sheet.style.aspectRatio = `${viewport.width} / ${viewport.height}`;
  sheet.style.inlineSize = `${viewport.width}px`;
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.floor(viewport.width * dots));
  canvas.height = Math.max(1, Math.floor(viewport.height * dots));
  sheet.append(canvas);
  await page.render({ canvas, viewport, transform: [dots, 0, 0, dots, 0, 0] }).promise;
  // The text lies over it unseen: to be read aloud, searched and copied.
  const text = document.createElement("div");
  text.className = "textLayer";
  sheet.append(text);
  await new pdf.TextLayer({ textContentSource: page.streamTextContent(), container: text, viewport }).render();
  return sheet;
}
