// How far something is; what takes longer than a second says how fast and how long still.

import { html, type TemplateResult } from "lit-html";

import type { App } from "../app/app.ts";
import { sizeText } from "../app/dates.ts";
import type { Underway } from "../desk/underway.ts";
import { text } from "./parts.ts";

/** What takes less needs no number, in milliseconds. */
const WORTH_A_NUMBER = 1000;
const NOTHING = { of: "", at: 0, done: 0 };

export class Progress {
  private underway: Underway | undefined;
  /** Of what, and where and when this part of the work began. */
  private began = NOTHING;

  constructor(
    private readonly app: App,
    /** The files that it is about, where there may be several. */
    private readonly names: () => readonly string[] = () => [],
  ) {}

  /** Told by the desk. */
  readonly tell = (underway: Underway): void => {
    const of = `${underway.doing} ${underway.fileName ?? ""}`;
    if (this.began.of !== of) this.began = { of, at: performance.now(), done: underway.done };
    this.underway = underway;
    this.app.draw();
  };

  get isUnderway(): boolean {
    return this.underway !== undefined;
  }

  /** Something else begins, or this is over. */
  clear(): void {
    this.underway = undefined;
    this.began = NOTHING;
  }

  view(): TemplateResult {
    const { app, underway } = this;
    if (underway === undefined) return text(app.words.wait);
    const { doing, fileName = "", done, all } = underway;
    const { progress: words } = app.words;
    const names = this.names();
    const which = names.length > 1 ? ` (${words.which(names.indexOf(fileName) + 1, names.length)})` : "";
    const label = words.doing[doing];
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
    return app.words.progress.pace(sizeText(perSecond, app.language), left);
  }
}
