// Approved and released, side by side for each reader; and what is missing, with what to do about it.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App } from "../../app/app.ts";
import { momentText } from "../../app/dates.ts";
import type { CellSeen, ColumnSeen } from "../../desk/cells.ts";
import type { MeetingSeen, ReaderRow } from "../../desk/meetings.ts";
import { alert, badge, heading, list, type Content } from "../../ui/parts.ts";

type Missing = Exclude<CellSeen, "released" | "kept" | "approved" | "own" | "house">;

/** The columns in which a reader's cell is one of these. */
export function columnsWith(meeting: MeetingSeen, reader: ReaderRow, ...cells: CellSeen[]): ColumnSeen[] {
  return meeting.columns.filter((_, at) => cells.includes(reader.cells[at]!));
}

export function compared(app: App, meeting: MeetingSeen, referrer: string): Content {
  const { table: words, form } = app.words.meeting;
  if (meeting.columns.length === 0) return nothing;
  const labels = [words.reader, words.approved, words.released, words.missing];
  const cell = (at: number, content: Content): TemplateResult =>
    html`<td class="utrecht-table__cell" role="cell" data-label=${labels[at]!}>${content}</td>`;
  const row = (reader: ReaderRow): TemplateResult => html`<tr class="utrecht-table__row" role="row">
    <th class="utrecht-table__cell" role="rowheader" scope="row">
      ${reader.name} ${reader.seat === "deputy" ? badge("neutral", form.seats.deputy) : nothing}
      <div class="quiet">${reader.partner}</div>
      ${reader.refused === undefined ? nothing : html`<div class="quiet">${reader.refused[app.language]}</div>`}
    </th>
    ${cell(1, approved(app, meeting, reader))}
    ${cell(2, released(app, meeting, reader))} ${cell(3, missing(app, meeting, reader))}
  </tr>`;
  return html`<section class="card">
    ${heading(words.heading)}
    <table class="utrecht-table compared" role="table" aria-label=${words.heading}>
      <thead class="utrecht-table__header" role="rowgroup">
        <tr class="utrecht-table__row" role="row">
          ${labels.map((label) => html`<th class="utrecht-table__header-cell" role="columnheader" scope="col">${label}</th>`)}
        </tr>
      </thead>
      <tbody class="utrecht-table__body" role="rowgroup">
        ${meeting.readers.map(row)}
      </tbody>
    </table>
    ${toDo(app, meeting, referrer)}
  </section>`;
}

/** What suppliers approved; and the agenda, for which nobody but the house has to. */
function approved(app: App, meeting: MeetingSeen, reader: ReaderRow): Content {
  const { table: words } = app.words.meeting;
  const agenda = columnsWith(meeting, reader, "house").filter(({ isAgenda }) => isAgenda);
  const columns = columnsWith(meeting, reader, "approved");
  if (agenda.length + columns.length === 0) return words.nothing;
  return html`<ul class="bare">
    ${agenda.map(({ title }) => html`<li>${title} <span class="quiet">(${words.states.house})</span></li>`)}
    ${columns.map(({ title }) => html`<li>${title}</li>`)}
  </ul>`;
}

function released(app: App, meeting: MeetingSeen, reader: ReaderRow): Content {
  const { table: words } = app.words.meeting;
  const now = columnsWith(meeting, reader, "released");
  // Of an earlier roster, until something is released for this one.
  const kept = meeting.columns.filter((column) => reader.pack.includes(column.item) && !now.includes(column));
  if (now.length + kept.length === 0) return words.nothing;
  return html`<ul class="bare">
    ${now.map(({ title }) => html`<li>${title}</li>`)}
    ${kept.map(({ title }) => html`<li>${title} <span class="quiet">(${words.kept})</span></li>`)}
  </ul>`;
}

function missing(app: App, meeting: MeetingSeen, reader: ReaderRow): Content {
  const { table: words } = app.words.meeting;
  const here = meeting.columns.flatMap((column, at) => {
    const cell = reader.cells[at]!;
    // What readers have already nobody misses, nor what the house itself can give.
    const isThere = cell === "released" || cell === "kept" || cell === "approved" || cell === "own";
    return isThere || cell === "house" ? [] : [{ column, cell }];
  });
  if (here.length === 0) return words.nothing;
  return html`<ul class="bare">
    ${here.map(({ column, cell }) => html`<li>${column.title} <span class="quiet">(${words.states[cell]})</span></li>`)}
  </ul>`;
}

/** Each item that is missing for the same reason, with all for whom it is. */
function toDo(app: App, meeting: MeetingSeen, referrer: string): Content {
  const { table: words } = app.words.meeting;
  const deadline = momentText(meeting.deadline, app.language);
  const says: string[] = [];
  if (meeting.isInUse && meeting.needsConsultation && meeting.consultation === undefined) says.push(words.noConsultation(referrer));
  for (const cell of ["refused", "withdrawn", "waiting", "late", "unasked"] satisfies Missing[]) {
    for (const group of groupsOf(app, meeting, cell)) says.push(words.todos[cell](group, deadline));
  }
  for (const { name, refused } of meeting.readers) if (refused !== undefined) says.push(`${words.notNow(name)} ${refused[app.language]}`);
  if (says.length === 0 || !meeting.isInUse) return nothing;
  return alert("info", html`<h3 class="utrecht-heading-3">${words.todo}</h3> ${list(says)}`);
}

/** What is missing for one reason: a supplier's items together that the same people lack. */
function groupsOf(app: App, meeting: MeetingSeen, cell: CellSeen): string[] {
  const { table: words } = app.words.meeting;
  const groups = new Map<string, { supplier: string; names: string; titles: string[] }>();
  for (const [at, { title, supplier }] of meeting.columns.entries()) {
    const readers = meeting.readers.filter((reader) => reader.cells[at] === cell);
    if (readers.length === 0) continue;
    const others = meeting.readers.some((reader) => reader.cells[at] !== cell && reader.cells[at] !== "own");
    const names = others ? readers.map(({ name }) => name).join(", ") : words.everyone;
    const group = groups.get(`${supplier} ${names}`) ?? { supplier, names, titles: [] };
    group.titles.push(title);
    groups.set(`${supplier} ${names}`, group);
  }
  return [...groups.values()].map(({ supplier, names, titles: all }) => words.what(supplier, all.join(", "), names));
}
