// Informatiepakket: what a reader was given, with the gaps said.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App, Screen } from "../app/app.ts";
import { momentText } from "../app/dates.ts";
import type { PackSeen } from "../desk/packs.ts";
import { itemRow } from "../ui/item.ts";
import { alert, heading, text } from "../ui/parts.ts";

export function pack(app: App, { number }: { number: string }): Screen {
  let packs: readonly PackSeen[] | undefined;
  const view = (seen: PackSeen): TemplateResult => {
    const { pack: words } = app.words;
    return html`<section class="card">
      ${heading(words.meeting(momentText(seen.date, app.language)))}
      ${text(words.until(momentText(seen.until, app.language)))}
      <ul class="work-list">
        ${seen.items.map((item) => itemRow(app, number, item))}
      </ul>
      ${seen.gaps === 0 ? nothing : alert("warning", words.gaps(seen.gaps))}
      <p class="utrecht-paragraph quiet">${words.notComplete}</p>
    </section>`;
  };
  return {
    title: (words) => words.pack.title(number),
    arrive: async () => void (packs = await app.desk.packs(number)),
    view: (words) => {
      if (packs === undefined) return html`<div aria-busy="true">${text(words.wait)}</div>`;
      if (packs.length === 0) return html`<section class="card">${text(words.pack.nothing)}</section>`;
      return html`${packs.map(view)}`;
    },
  };
}
