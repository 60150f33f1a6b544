// Files on their way: how far each is, and what takes longer than a second says how fast and how long still.

import { html, type TemplateResult } from "lit-html";

import type { App } from "../app/app.ts";
import { sizeText } from "../app/dates.ts";
import { DeskRefusal } from "../desk/line.ts";
import type { Underway } from "../desk/contributions.ts";
import { alert, buttons, heading, secondary, text } from "./parts.ts";

/** What takes less needs no number, in milliseconds. */
const WORTH_A_NUMBER = 1000;
/** How long after a cut it is tried again by itself, in milliseconds. */
const AGAIN = 10_000;

export class Transfer {
  private underway: Underway | undefined;
  /** Where and when this part of the work began. */
  private began = { of: "", at: 0, done: 0 };
  private awaited: (() => void) | undefined;
  private isLeft = false;

  constructor(
    private readonly app: App,
    private readonly names: () => readonly string[],
  ) {}

  /** Told by the desk. */
  readonly tell = (underway: Underway): void => {
    const of = `${underway.doing} ${underway.fileName}`;
    if (this.began.of !== of) this.began = { of, at: performance.now(), done: underway.done };
    this.underway = underway;
    this.app.draw();
  };

  /** Does what may be cut off, over as many cuts as it takes: what was sent already stays sent. */
  async persists<T>(work: () => Promise<T>): Promise<T> {
    this.underway = undefined;
    this.began = { of: "", at: 0, done: 0 };
    for (;;) {
      try {
        return await work();
      } catch (error) {
        // Whoever left is told nothing of it, wherever that person is now.
        if (this.isLeft) return new Promise(() => undefined);
        const isCut = error instanceof DeskRefusal && (error.code === "network" || error.code === "unavailable");
        if (!isCut) throw error;
      }
      await this.connection();
    }
  }

  /** Nobody looks any more: what is under way is left, and goes on where it stopped when it is wanted again. */
  leave(): void {
    this.isLeft = true;
    void this.app.desk.leaveSending();
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
          ? this.progress()
          : html`<div id="cut" tabindex="-1">${alert("warning", words.cut)}</div>
              ${buttons(secondary(words.now, awaited))}`}
      </div>
      <p class="utrecht-paragraph quiet">${words.close}</p>
    </section>`;
  }

  private progress(): TemplateResult {
    const { app, underway } = this;
    const { transfer: words } = app.words.contributing;
    if (underway === undefined) return text(app.words.wait);
    const { doing, fileName, done, all } = underway;
    const names = this.names();
    const which = names.length > 1 ? ` (${words.which(names.indexOf(fileName) + 1, names.length)})` : "";
    const label = doing === "sealing" ? words.sealing : words.sending;
    return html`<p class="utrecht-paragraph"><strong>${label}</strong> ${fileName}${which}</p>
      <progress aria-label="${label} ${fileName}" max=${Math.max(all, 1)} value=${done}></progress>
      <p class="utrecht-paragraph quiet">
        ${sizeText(done, app.language)} / ${sizeText(all, app.language)}${this.pace(underway)}
      </p>`;
  }

  private pace({ done, all }: Underway): string {
    const { app, began } = this;
    const passed = performance.now() - began.at;
    const moved = done - began.done;
    if (passed < WORTH_A_NUMBER || moved <= 0) return "";
    const perSecond = (moved / passed) * 1000;
    const left = Math.max(1, Math.ceil((all - done) / perSecond));
    return app.words.contributing.transfer.pace(sizeText(perSecond, app.language), left);
  }
}
