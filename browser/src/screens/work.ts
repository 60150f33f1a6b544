// Mijn werk: what waits for whoever is here, urgent first, then by deadline.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App, Screen } from "../app/app.ts";
import { leftUntil, momentText, shortMoment } from "../app/dates.ts";
import { address, type Place } from "../app/router.ts";
import { Watch } from "../app/watch.ts";
import type { WorkSeen } from "../desk/work.ts";
import { Loaded } from "../ui/loaded.ts";
import { badge, text, type Content } from "../ui/parts.ts";

/** How often it is looked whether more waits, in milliseconds. */
const OFTEN = 60_000;

export function work(app: App): Screen {
  const loaded = new Loaded(app, () => app.desk.work());
  const look = async (): Promise<void> => {
    await loaded.load();
    if (!watch.isOver) app.draw();
  };
  const watch = new Watch(app, look, OFTEN);
  return {
    title: (words) => words.work.title,
    async arrive() {
      await loaded.arrive();
      watch.begin();
    },
    leave() {
      watch.end();
      loaded.leave();
    },
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
  const { title, more, asks, place } = saying(app, seen);
  return html`<li class="work-row ${seen.isUrgent ? "work-row--urgent" : ""}">
    <div>
      <a class="utrecht-link utrecht-link--html-a work-row__title" href=${address(place)}>${title}</a>
      <div class="quiet">${seen.case}${more === "" ? nothing : html`: ${more}`}</div>
      ${asks === undefined ? nothing : html`<div class="quiet">${asks}</div>`}
    </div>
    <div>
      ${seen.isUrgent ? badge("danger", words.urgent) : nothing}
      ${seen.deadline === undefined ? nothing : deadlineOf(app, seen.deadline)}
    </div>
  </li>`;
}

/** How long is left, in words, and until when. */
function deadlineOf(app: App, deadline: string): Content {
  const { work: words } = app.words;
  const left = leftUntil(deadline);
  const told = (): TemplateResult => {
    if (left === undefined) return badge("danger", words.over);
    return badge(left.unit === "days" ? "neutral" : "warning", words.left[left.unit](left.count));
  };
  return html`${told()}
    <div class="quiet">${words.until(momentText(deadline, app.language))}</div>`;
}

interface Saying {
  readonly title: string;
  readonly more: string;
  /** Who asks it, where somebody does. */
  readonly asks?: string;
  readonly place: Place;
}

function saying(app: App, seen: WorkSeen): Saying {
  const { work: words, letters } = app.words;
  const number = seen.case;
  const place: Place = { name: "meeting", number };
  const meeting = "date" in seen ? words.meeting(shortMoment(seen.date, app.language)) : "";
  switch (seen.kind) {
    case "approve": {
      const repeated = seen.repeated === 0 ? [] : [words.repeated(seen.repeated)];
      const more = [...seen.items, ...repeated].join(", ");
      const asks = words.asks(seen.from.name, seen.from.partner);
      return { title: words.approve(seen.items.length, seen.readers), more, asks, place: { name: "approve", number } };
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
      const title = told(letters.kinds[letterKind], from.name);
      return { title, more: from.partner, place: { name: "letter", number, letter } };
    }
  }
}
