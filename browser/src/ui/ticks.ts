// Many things to choose from, all of them ticked at first: one by one, by group, or all and none.

import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";

import type { App } from "../app/app.ts";
import { buttons, subtle, type Content } from "./parts.ts";

export interface Tick {
  readonly id: string;
  readonly label: Content;
}

export interface TickGroup {
  /** What ticks the whole group; nothing for one that needs no tick of its own. */
  readonly everyone?: string;
  readonly all: readonly Tick[];
}

/** From so many on, all and none are worth a button. */
const SEVERAL = 3;

export class Ticks {
  private readonly without: Set<string>;

  constructor(
    private readonly app: App,
    first: Iterable<string> = [],
  ) {
    this.without = new Set(first);
  }

  has(id: string): boolean {
    return !this.without.has(id);
  }

  set(ids: Iterable<string>, isTicked: boolean): void {
    for (const id of ids) {
      if (isTicked) this.without.delete(id);
      else this.without.add(id);
    }
    this.app.draw();
  }

  view(legend: Content, groups: readonly TickGroup[]): TemplateResult {
    const { approve: words } = this.app.words;
    const ids = groups.flatMap(({ all }) => all.map(({ id }) => id));
    return html`<fieldset class="plain">
      <legend class="utrecht-heading-3">${legend}</legend>
      ${ids.length < SEVERAL
        ? nothing
        : buttons(subtle(words.all, () => this.set(ids, true)), subtle(words.none, () => this.set(ids, false)))}
      ${groups.map((group) => this.group(group))}
    </fieldset>`;
  }

  private group({ everyone, all }: TickGroup): TemplateResult {
    if (everyone === undefined || all.length < 2) return html`${all.map((tick) => this.one(tick))}`;
    const ids = all.map(({ id }) => id);
    const ticked = ids.filter((id) => this.has(id)).length;
    const changed = (event: Event): void => this.set(ids, (event.target as HTMLInputElement).checked);
    return html`<div class="ticks" role="group" aria-label=${everyone}>
      <label class="choice">
        <input
          type="checkbox"
          .checked=${live(ticked === ids.length)}
          .indeterminate=${live(ticked > 0 && ticked < ids.length)}
          @change=${changed}
        />
        <span>${everyone}</span>
      </label>
      <div class="ticks__all">${all.map((tick) => this.one(tick))}</div>
    </div>`;
  }

  private one({ id, label }: Tick): TemplateResult {
    const changed = (event: Event): void => this.set([id], (event.target as HTMLInputElement).checked);
    return html`<label class="choice">
      <input type="checkbox" .checked=${live(this.has(id))} @change=${changed} />
      <span>${label}</span>
    </label>`;
  }
}
