// What was opened, as far as it can be shown without harm: a text as text, a picture as a picture. Anything else is saved.
//
// It is shown in a frame of opaque origin in which nothing runs, and which knows nothing of the page around it.

import { html, type TemplateResult } from "lit-html";

import type { OpenedSeen } from "../desk/packs.ts";
import type { Words } from "../words/nl.ts";
import { text } from "./parts.ts";

/** The pictures that a browser draws without running anything. SVG can hold programs. */
const PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp"];
/** The longest text that is shown, in bytes. */
const MOST_TEXT = 1024 * 1024;

export class Shown {
  private constructor(private readonly url: string | undefined) {}

  static of({ label, content }: OpenedSeen): Shown {
    const kind = shownAs(label.mediaType, content.size);
    return new Shown(kind === undefined ? undefined : URL.createObjectURL(content.slice(0, content.size, kind)));
  }

  view({ item: words }: Words): TemplateResult {
    if (this.url === undefined) return text(words.notShown);
    return html`<iframe class="content" sandbox="" referrerpolicy="no-referrer" src=${this.url} title=${words.content}></iframe>`;
  }

  close(): void {
    if (this.url !== undefined) URL.revokeObjectURL(this.url);
  }
}

/** As what the browser is told to take it: never as what it would run. */
function shownAs(mediaType: string, size: number): string | undefined {
  if (PICTURES.includes(mediaType)) return mediaType;
  return mediaType.startsWith("text/") && size <= MOST_TEXT ? "text/plain;charset=utf-8" : undefined;
}
