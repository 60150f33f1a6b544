// Files on their way: how far each is, over as many cuts as it takes.

import { html, type TemplateResult } from "lit-html";

import { type App, WentElsewhere } from "../app/app.ts";
import { DeskRefusal } from "../desk/line.ts";
import { alert, buttons, heading, secondary } from "./parts.ts";
import { Progress } from "./progress.ts";

/** How long after a cut it is tried again by itself, in milliseconds. */
const AGAIN = 10_000;

export class Transfer {
  private readonly progress: Progress;
  private awaited: (() => void) | undefined;
  private isLeft = false;

  constructor(
    private readonly app: App,
    names: () => readonly string[],
  ) {
    this.progress = new Progress(app, names);
  }

  /** Told by the desk. */
  get tell(): Progress["tell"] {
    return this.progress.tell;
  }

  /** Does what may be cut off, over as many cuts as it takes: what was sent already stays sent. */
  async persists<T>(work: () => Promise<T>): Promise<T> {
    this.progress.clear();
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (this.isLeft) throw new WentElsewhere();
        const isCut = error instanceof DeskRefusal && (error.code === "network" || error.code === "unavailable");
        if (!isCut) throw error;
      }
      // Of a line that stays away nobody knows for how long: the screen locks if nobody is there.
      await this.app.idles(() => this.connection());
    }
  }

  /** Nobody looks any more: what is under way is left, and goes on where it stopped when it is wanted again. */
  leave(): void {
    this.isLeft = true;
    this.app.desk.leaveSending().catch(() => undefined);
    this.awaited?.();
  }

  /** Until there is a connection again, as far as the browser knows; or for a while; or until somebody says so. */
  private async connection(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.awaited = resolve;
      // What the desk said of its own tries is over.
      this.app.waits = undefined;
      const timer = setTimeout(resolve, AGAIN);
      addEventListener("online", () => resolve(), { once: true });
      this.app.draw();
      document.getElementById("cut")?.focus();
      const go = this.awaited;
      this.awaited = () => {
        clearTimeout(timer);
        go();
      };
    });
    this.awaited = undefined;
    this.app.draw();
  }

  view(): TemplateResult {
    const { transfer: words } = this.app.words.contributing;
    const { awaited } = this;
    return html`<section class="card" id="transfer" tabindex="-1" aria-labelledby="transfer-title" aria-busy="true">
      <div id="transfer-title">${heading(words.title)}</div>
      <div class="stack">
        ${awaited === undefined
          ? this.progress.view()
          : html`<div id="cut" tabindex="-1">${alert("warning", words.cut)}</div>
              ${buttons(secondary(words.now, awaited))}`}
      </div>
      <p class="utrecht-paragraph quiet">${words.close}</p>
    </section>`;
  }
}
