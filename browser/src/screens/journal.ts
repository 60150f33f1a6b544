// Logboek: who did what with the items of one's own partner, where one is signed in, and which pages the hub serves.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App, Screen } from "../app/app.ts";
import { momentText, shortMoment } from "../app/dates.ts";
import type { DeedSeen, JournalItem, JournalSeen, RecordsSeen } from "../desk/journal.ts";
import { alert, buttons, field, heading, list, secondary, text, type Content } from "../ui/parts.ts";
import { Sessions } from "../ui/sessions.ts";

/** How many lines are shown at first, and each time that somebody wants more. */
const LINES = 50;

interface Line extends DeedSeen {
  readonly item: JournalItem;
}

export function journal(app: App): Screen {
  let seen: JournalSeen | undefined;
  const records = new Map<string, RecordsSeen>();
  const sessions = new Sessions(app);
  let chosen = "";
  let most = LINES;
  let left = false;

  /** One after another, the newest item first: the hub gives its records item by item. */
  const look = async (): Promise<void> => {
    for (const { id, case: number } of seen?.items ?? []) {
      if (left) return;
      records.set(id, await app.desk.records(number, id));
      app.draw();
    }
  };

  const lines = ({ items }: JournalSeen): Line[] =>
    items
      .filter(({ id }) => chosen === "" || id === chosen)
      .flatMap((item) => [...item.deeds, ...(records.get(item.id)?.deeds ?? [])].map((deed) => ({ ...deed, item })))
      .sort((one, other) => other.leaf - one.leaf);

  const filter = ({ items }: JournalSeen): TemplateResult => {
    const { journal: words } = app.words;
    const choose = (event: Event): void => {
      chosen = (event.target as HTMLSelectElement).value;
      most = LINES;
      app.draw();
    };
    return field(
      { id: "item", label: words.filter },
      () =>
        html`<select class="utrecht-select" id="item" @change=${choose}>
          <option value="" ?selected=${chosen === ""}>${words.all}</option>
          ${items.map(
            ({ id, title, case: number }) =>
              html`<option value=${id} ?selected=${chosen === id}>${words.alarmOf(title, number)}</option>`,
          )}
        </select>`,
    );
  };

  const table = (all: Line[]): TemplateResult => {
    const { journal: words } = app.words;
    return html`<ul class="journal">
      ${all.slice(0, most).map(
        ({ at, by, did, readers, item }) =>
          html`<li>
            <span class="quiet">${shortMoment(at, app.language)}</span>
            <span><strong>${by}</strong> ${words.did[did]} ${readers.join(", ")}</span>
            <span>${item.title} <span class="quiet">${item.case}</span></span>
          </li>`,
      )}
    </ul>`;
  };

  const deeds = (of: JournalSeen): Content => {
    const { journal: words } = app.words;
    const { items, partner } = of;
    if (items.length === 0) return html`<section class="card">${text(words.empty)}</section>`;
    const isLooking = records.size < items.length;
    const looking = words.looking(records.size + 1, items.length);
    const all = lines(of);
    const more = all.length - most;
    return html`${alarms(of)}
      <section class="card" aria-busy=${isLooking ? "true" : nothing}>
        ${text(words.intro(partner))}
        ${isLooking
          ? html`<p class="utrecht-paragraph quiet" role="status">${looking}</p>
              <progress max=${items.length} value=${records.size} aria-label=${looking}></progress>`
          : nothing}
        ${filter(of)} ${table(all)}
        ${more <= 0
          ? nothing
          : buttons(
              secondary(words.more(Math.min(more, LINES)), () => {
                most += LINES;
                app.draw();
              }),
            )}
        <p class="utrecht-paragraph quiet">${words.limits}</p>
      </section>`;
  };

  /** What the hub says and can't be proven. */
  const alarms = ({ items }: JournalSeen): Content => {
    const { journal: words } = app.words;
    const all = items.flatMap(({ id, title, case: number }) =>
      (records.get(id)?.alarms ?? []).map((alarm) => html`${words.alarmOf(title, number)}: ${alarm[app.language]}`),
    );
    if (all.length === 0) return nothing;
    return alert("error", html`<strong>${words.alarms}</strong> ${text(words.alarmsHelp)} ${list(all)}`);
  };

  return {
    title: (words) => words.journal.title,
    async arrive() {
      seen = await app.desk.journal();
      app.draw();
      await sessions.load();
      await look();
    },
    leave() {
      left = true;
    },
    view: (words) =>
      seen === undefined
        ? html`<div aria-busy="true">${text(words.wait)}</div>`
        : html`${deeds(seen)} ${sessions.view()} ${pages(app)}`,
  };
}

/** Which pages these are. */
function pages({ portal, words: { journal: words }, language }: App): Content {
  if (portal?.digest === undefined) return nothing;
  const { digest, at, alarm: doubt } = portal;
  return html`<section class="card">
    ${heading(words.portal)}
    <p class="utrecht-paragraph code code--small">${words.portalText(digest)}</p>
    ${doubt === undefined
      ? at === undefined
        ? alert("warning", words.portalNone)
        : text(words.portalSince(momentText(at, language)))
      : alert("error", doubt[language])}
    <p class="utrecht-paragraph quiet">${words.portalHelp}</p>
  </section>`;
}
