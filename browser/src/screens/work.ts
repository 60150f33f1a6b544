// Mijn werk: what waits for whoever is here, urgent first, then by deadline.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App, Screen } from "../app/app.ts";
import { momentText } from "../app/dates.ts";
import { address, type Place } from "../app/router.ts";
import type { WorkSeen } from "../desk/work.ts";
import { badge, text } from "../ui/parts.ts";

export function work(app: App): Screen {
  let all: readonly WorkSeen[] | undefined;
  return {
    title: (words) => words.work.title,
    async arrive() {
      all = await app.desk.work();
    },
    view: ({ work: words, wait }) => {
      if (all === undefined) return html`<div aria-busy="true">${text(wait)}</div>`;
      if (all.length === 0) {
        return html`<section class="card">${text(words.empty)} ${text(words.emptyHelp)}</section>`;
      }
      return html`<ul class="work-list">
        ${all.map((seen) => row(app, seen))}
      </ul>`;
    },
  };
}

function row(app: App, seen: WorkSeen): TemplateResult {
  const { work: words } = app.words;
  const { title, more, place } = saying(app, seen);
  return html`<li class="work-row ${seen.isUrgent ? "work-row--urgent" : ""}">
    <div>
      <a class="utrecht-link utrecht-link--html-a work-row__title" href=${address(place)}>${title}</a>
      <div class="quiet">${seen.case}${more === "" ? nothing : html`: ${more}`}</div>
    </div>
    <div>
      ${seen.isUrgent ? badge("danger", words.urgent) : nothing}
      ${seen.deadline === undefined ? nothing : html`<div>${words.until(momentText(seen.deadline, app.language))}</div>`}
    </div>
  </li>`;
}

function saying(app: App, seen: WorkSeen): { title: string; more: string; place: Place } {
  const { work: words } = app.words;
  const number = seen.case;
  switch (seen.kind) {
    case "approve":
      return {
        title: words.approve(seen.items.length, seen.readers),
        more: seen.items.join(", "),
        place: { name: "approve", number },
      };
    case "read":
      return { title: words.read(seen.items), more: "", place: { name: "pack", number } };
    case "open-case":
      return { title: words.openCase(seen.partner), more: "", place: { name: "case", number } };
  }
}
