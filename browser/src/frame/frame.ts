// What somebody opened is shown here: a frame of opaque origin, which can ask for nothing, keep nothing, and reach nothing of
// the page around it. Whatever is wrong with a file stays in here.

import * as pdf from "pdfjs-dist";
import * as pdfWorker from "pdfjs-dist/build/pdf.worker.mjs";

import type { Prints, Shows, Tells } from "./message.ts";

// The frame may start no program beside its own: it reads here.
(globalThis as { pdfjsWorker?: unknown }).pdfjsWorker = pdfWorker;

/** How large a page is drawn, in dots for each point of the paper; more for screens that have more. */
const SCALE = 1.5;

const content = document.getElementById("content");
const line = document.getElementById("line");

function tell(what: Tells): void {
  // The page has no say over what this origin is; and what is told holds nothing.
  parent.postMessage(what, "*");
}

addEventListener("message", ({ source, data }: MessageEvent<Shows | Prints>) => {
  if (source !== parent || content === null || line === null) return;
  if (data.kind === "print") {
    line.textContent = data.line;
    print();
    return;
  }
  show(content, data).then(
    () => tell({ kind: "shown" }),
    () => tell({ kind: "failed" }),
  );
});
tell({ kind: "ready" });

async function show(into: HTMLElement, what: Shows): Promise<void> {
  into.replaceChildren();
  switch (what.kind) {
    case "text": {
      const text = document.createElement("pre");
      text.textContent = new TextDecoder().decode(what.bytes);
      into.append(text);
      return;
    }
    case "picture": {
      const picture = document.createElement("img");
      picture.alt = document.title;
      picture.src = URL.createObjectURL(new Blob([what.bytes], { type: what.mediaType }));
      await picture.decode();
      into.append(picture);
      return;
    }
    case "pdf":
      await showPdf(into, what.bytes);
  }
}

async function showPdf(into: HTMLElement, bytes: ArrayBuffer): Promise<void> {
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
  for (let number = 1; number <= file.numPages; number += 1) into.append(await pageOf(file, number));
}

async function pageOf(file: pdf.PDFDocumentProxy, number: number): Promise<HTMLElement> {
  const page = await file.getPage(number);
  const viewport = page.getViewport({ scale: SCALE });
  const sheet = document.createElement("div");
  sheet.className = "sheet";
  sheet.style.setProperty("--total-scale-factor", String(SCALE));
  sheet.style.aspectRatio = `${viewport.width} / ${viewport.height}`;
  sheet.style.inlineSize = `${viewport.width}px`;
  const canvas = document.createElement("canvas");
  const dots = Math.max(devicePixelRatio, 1);
  canvas.width = Math.floor(viewport.width * dots);
  canvas.height = Math.floor(viewport.height * dots);
  sheet.append(canvas);
  await page.render({ canvas, viewport, transform: [dots, 0, 0, dots, 0, 0] }).promise;
  // The text lies over it unseen: to be read aloud, searched and copied.
  const text = document.createElement("div");
  text.className = "textLayer";
  sheet.append(text);
  await new pdf.TextLayer({ textContentSource: page.streamTextContent(), container: text, viewport }).render();
  return sheet;
}
