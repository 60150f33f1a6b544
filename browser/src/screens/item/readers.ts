// Wie heeft dit gelezen: for an item's supplier and who runs the case, loaded while the item is read already.

import { html, nothing, type TemplateResult } from "lit-html";

import { refusedBy, WentElsewhere, type App, type Refused } from "../../app/app.ts";
import { shortMoment } from "../../app/dates.ts";
import type { ReaderSeen, ReadersSeen } from "../../desk/readers.ts";
import { alert, buttons, heading, list, secondary, text, type Content } from "../../ui/parts.ts";

type State =
  | { readonly kind: "looking" }
  | { readonly kind: "seen"; readonly seen: ReadersSeen }
  | { readonly kind: "refused"; readonly refused: Refused };

export class Readers {
  private state: State = { kind: "looking" };
  private isLeft = false;

  constructor(
    private readonly app: App,
    private readonly number: string,
    private readonly item: string,
  ) {}

  /** What is refused is told here: the item stays as it is. */
  async load(): Promise<void> {
    this.show({ kind: "looking" });
    try {
      this.show({ kind: "seen", seen: await this.app.desk.readers(this.number, this.item) });
    } catch (error) {
      if (!(error instanceof WentElsewhere)) this.show({ kind: "refused", refused: refusedBy(error) });
    }
  }

  private show(state: State): void {
    if (this.isLeft) return;
    this.state = state;
    if (state.kind !== "looking") this.app.waits = undefined;
    this.app.draw();
  }

  leave(): void {
    this.isLeft = true;
  }

  view(): TemplateResult {
    const { readers: words } = this.app.words.reading;
    const isLooking = this.state.kind === "looking";
    return html`<section class="card" id="readers" tabindex="-1" aria-busy=${isLooking ? "true" : nothing}>
      ${heading(words.title)} ${this.content()}
    </section>`;
  }

  private content(): Content {
    const { app, state } = this;
    const { readers: words } = app.words.reading;
    if (state.kind === "looking") return html`<p class="utrecht-paragraph quiet" role="status">${words.looking}</p>`;
    if (state.kind === "refused") {
      const why = html`${text(state.refused[app.language])}
        <p class="utrecht-paragraph quiet">${app.words.errors.code(state.refused.code)}</p>`;
      return html`${alert("error", why)} ${buttons(secondary(app.words.again, () => this.again()))}`;
    }
    const { readers, alarms } = state.seen;
    return html`${this.alarms(alarms)}
      ${readers.length === 0
        ? text(words.nobody)
        : html`<ul class="work-list">
            ${readers.map((reader) => this.row(reader))}
          </ul>`}
      <p class="utrecht-paragraph quiet">${words.word} ${words.vaults}</p>`;
  }

  private row({ name, given, opened, refused }: ReaderSeen): TemplateResult {
    const { app } = this;
    const { readers: words } = app.words.reading;
    const when = (moment: string): string => shortMoment(moment, app.language);
    const [first, last, wanted] = [opened[0], opened.at(-1), refused.at(-1)];
    const signed = [
      given.approved && words.approved(when(given.approved)),
      given.released && words.released(when(given.released)),
      given.withdrawn && words.withdrawn(when(given.withdrawn)),
    ].filter((line) => line !== undefined);
    const recorded = [
      first === undefined || last === undefined
        ? words.unopened
        : first === last
          ? words.opened(when(first))
          : words.openedAgain(when(first), when(last)),
      wanted && words.refused(when(wanted)),
    ].filter((line) => line !== undefined);
    return html`<li class="work-row">
      <div>
        <span class="work-row__title">${name}</span>
        ${recorded.map((line) => html`<div>${line}</div>`)}
        ${signed.map((line) => html`<div class="quiet">${line}</div>`)}
      </div>
    </li>`;
  }

  /** What the hub says and can't be proven. */
  private alarms(alarms: ReadersSeen["alarms"]): Content {
    const { journal: words } = this.app.words;
    if (alarms.length === 0) return nothing;
    const all = list(alarms.map((alarm) => alarm[this.app.language]));
    return alert("error", html`<strong>${words.alarms}</strong> ${text(words.alarmsHelp)} ${all}`);
  }

  /** Its button is gone then: whoever pressed it goes on here. */
  private again(): void {
    void this.load();
    document.getElementById("readers")?.focus();
  }
}
