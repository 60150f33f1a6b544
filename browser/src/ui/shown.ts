// What was opened, as far as it can be shown without harm: a text as text, a picture as a picture, a PDF page by page. Anything
// else is saved.
//
// It is shown in a frame of opaque origin (frame/frame.ts), which knows nothing of the page around it and can go nowhere.

import { html, nothing, type TemplateResult } from "lit-html";
import { ref } from "lit-html/directives/ref.js";

import type { OpenedSeen } from "../desk/opened.ts";
import { type Prints, type Shows, type Tells, tellsOf } from "../frame/message.ts";
import type { Words } from "../words/nl.ts";
import { alert, text } from "./parts.ts";

/** How far it is: what the frame told last, once it told more than that it listens. */
type State = { readonly kind: "waiting" } | Exclude<Tells, { kind: "ready" | "touched" }>;

export class Shown {
  private frame: HTMLIFrameElement | undefined;
  private state: State = { kind: "waiting" };
  private readonly hears = (event: MessageEvent<unknown>): void => void this.heard(event);

  private constructor(
    private readonly opened: OpenedSeen,
    private readonly draw: () => void,
    private readonly touched: () => void,
  ) {
    addEventListener("message", this.hears);
  }

  /** `touched` is told now and then while somebody reads in the frame. */
  static of(opened: OpenedSeen, draw: () => void, touched: () => void): Shown {
    return new Shown(opened, draw, touched);
  }

  /** Only all of it: paper that ends where the screen does would look whole. */
  get canPrint(): boolean {
    return this.state.kind === "shown";
  }

  view({ item: words }: Words): TemplateResult {
    const { state } = this;
    if (this.opened.shown === undefined || state.kind === "failed") return text(words.notShown);
    if (state.kind === "too-large") return text(words.tooLarge);
    const takes = (element: Element | undefined): void => {
      this.frame = element instanceof HTMLIFrameElement ? element : undefined;
    };
    return html`${state.kind === "begun" ? alert("warning", words.begun(state.pages, state.all)) : nothing}
      <iframe
      class="content"
      sandbox="allow-scripts allow-modals"
      referrerpolicy="no-referrer"
      src="frame.html"
      title=${words.content}
      aria-busy=${state.kind === "waiting" ? "true" : "false"}
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

  /** The window in which it is read: the frame's own only keeps that where it is. */
  private get inside(): Window | undefined {
    return this.frame?.contentWindow?.[0];
  }

  private async heard({ source, data }: MessageEvent<unknown>): Promise<void> {
    if (source === null || source !== this.inside) return;
    const tells = tellsOf(data);
    if (tells === undefined) return;
    if (tells.kind === "touched") return this.touched();
    if (tells.kind !== "ready") {
      this.state = tells;
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
    this.inside?.postMessage(what, "*", transfer);
  }
}
