// Mijn werk: what waits for whoever is here, urgent first, then by deadline.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App, Screen } from "../app/app.ts";
import { momentText, shortMoment } from "../app/dates.ts";
import { address, type Place } from "../app/router.ts";
import type { WorkSeen } from "../desk/work.ts";
import { Loaded } from "../ui/loaded.ts";
import { badge, text } from "../ui/parts.ts";

export function work(app: App): Screen {
  const loaded = new Loaded(app, () => app.desk.work());
  return {
    title: (words) => words.work.title,
    arrive: () => loaded.arrive(),
    leave: () => loaded.leave(),
    view: ({ work: words }) =>
      loaded.view((all) =>
        all.length === 0
          ? html`<section class="card">${text(words.empty)} ${text(words.emptyHelp)}</section>`
          : html`<ul class="work-list">
              ${all.map((seen) => row(app, seen))}
            </ul>`,
      ),
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
  const { work: words, letters } = app.words;
  const number = seen.case;
  const place: Place = { name: "meeting", number };
  const meeting = "date" in seen ? words.meeting(shortMoment(seen.date, app.language)) : "";
  switch (seen.kind) {
    case "approve": {
      const repeated = seen.repeated === 0 ? [] : [words.repeated(seen.repeated)];
      const more = [...seen.items, ...repeated].join(", ");
      return { title: words.approve(seen.items.length, seen.readers), more, place: { name: "approve", number } };
    }
    case "read":
      return { title: words.read(seen.items), more: meeting, place: { name: "pack", number } };
    case "open-case":
      return { title: words.openCase(seen.partner), more: "", place: { name: "case", number } };
    case "plan":
      return { title: words.plan, more: "", place };
    case "ask":
      return { title: seen.isAgain ? words.askAgain(seen.items) : words.ask(seen.items), more: meeting, place };
    case "consult":
      return { title: words.consult(seen.partner), more: meeting, place };
    case "release":
      return { title: words.release(seen.readers), more: meeting, place };
    case "letter": {
      const { letter, letterKind, from, isAsked } = seen;
      const told = isAsked ? letters.work.answer : letters.work.read;
      return { title: told(letters.kinds[letterKind], from), more: "", place: { name: "letter", number, letter } };
    }
  }
}
