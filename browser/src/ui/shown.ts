// What was opened, as far as it can be shown without harm: a text as text, a picture as a picture, a PDF page by page. Anything
// else is saved.
//
// It is shown in a frame of opaque origin (frame/frame.ts), which knows nothing of the page around it.

import { html, type TemplateResult } from "lit-html";
import { ref } from "lit-html/directives/ref.js";

import type { OpenedSeen } from "../desk/opened.ts";
import type { Prints, Shows, Tells } from "../frame/message.ts";
import type { Words } from "../words/nl.ts";
import { text } from "./parts.ts";

export class Shown {
  private frame: HTMLIFrameElement | undefined;
  private state: "waiting" | "shown" | "failed" = "waiting";
  private readonly hears = (event: MessageEvent<Tells>): void => void this.heard(event);

  private constructor(
    private readonly opened: OpenedSeen,
    private readonly draw: () => void,
  ) {
    addEventListener("message", this.hears);
  }

  static of(opened: OpenedSeen, draw: () => void): Shown {
    return new Shown(opened, draw);
  }

  get canPrint(): boolean {
    return this.state === "shown";
  }

  view({ item: words }: Words): TemplateResult {
    if (this.opened.shown === undefined || this.state === "failed") return text(words.notShown);
    const takes = (element: Element | undefined): void => {
      this.frame = element instanceof HTMLIFrameElement ? element : undefined;
    };
    return html`<iframe
      class="content"
      sandbox="allow-scripts allow-modals"
      referrerpolicy="no-referrer"
      src="frame.html"
      title=${words.content}
      aria-busy=${this.state === "waiting" ? "true" : "false"}
      ${ref(takes)}
    ></iframe>`;
  }

  /** Prints it, with this line on every page. */
  print(line: string): void {
    this.send({ kind: "print", line });
  }

  close(): void {
    removeEventListener("message", this.hears);
  }

  private async heard({ source, data }: MessageEvent<Tells>): Promise<void> {
    if (this.frame === undefined || source !== this.frame.contentWindow) return;
    if (data.kind !== "ready") {
      this.state = data.kind;
      this.draw();
      return;
    }
    const { label, shown } = this.opened;
    if (shown === undefined) return;
    const bytes = await shown.content.arrayBuffer();
    const { as: kind } = shown;
    if (kind === "picture") this.send({ kind, bytes, mediaType: label.mediaType }, [bytes]);
    else this.send({ kind, bytes }, [bytes]);
  }

  private send(what: Shows | Prints, transfer: Transferable[] = []): void {
    // Its origin is opaque: there is no other name for it. The window is the frame's own.
    this.frame?.contentWindow?.postMessage(what, "*", transfer);
  }
}
