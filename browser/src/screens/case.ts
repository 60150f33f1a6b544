// Casus: where it stands, on whose behalf, what is in it, and what comes next.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App, Screen } from "../app/app.ts";
import { momentText, shortMoment } from "../app/dates.ts";
import { address } from "../app/router.ts";
import type { CaseSeen, MeetingSeen, StepSeen } from "../desk/case.ts";
import { itemRow } from "../ui/item.ts";
import { alert, badge, heading, link, text, type Content } from "../ui/parts.ts";
import type { Words } from "../words/nl.ts";

export function oneCase(app: App, { number }: { number: string }): Screen {
  let seen: CaseSeen | undefined;
  return {
    title: () => number,
    arrive: async () => void (seen = await app.desk.case(number)),
    view: (words) => {
      if (seen === undefined) return html`<div aria-busy="true">${text(words.wait)}</div>`;
      const items = seen.items.filter(({ item }) => item?.itemKind !== "agenda");
      return html`
        ${next(words, seen)}
        <section class="card">
          <p class="utrecht-paragraph">
            ${badge("neutral", words.phases[seen.phase])} ${words.caseKinds[seen.kind]}
          </p>
          ${text(words.case.referred(seen.referrer))}
          ${seen.directors.length === 0
            ? alert("info", words.case.nobody)
            : text(words.case.run(seen.directors.join(", "), seen.referrer))}
        </section>
        <section class="card">
          ${heading(words.case.items)}
          ${items.length === 0 ? text(words.case.noItems) : html`<ul class="work-list">${items.map((each) => itemRow(app, number, each))}</ul>`}
        </section>
        ${meetings(app, seen)} ${steps(app, seen)}
      `;
    },
  };
}

/** The next step, if one waits for whoever looks. */
function next({ case: words }: Words, { number, toApprove, toRead }: CaseSeen): Content {
  const steps = [
    toApprove > 0 ? link(address({ name: "approve", number }), words.toApprove) : undefined,
    toRead > 0 ? link(address({ name: "pack", number }), words.toRead) : undefined,
  ].filter((step) => step !== undefined);
  if (steps.length === 0) return nothing;
  return alert("info", html`${steps.map((step) => html`<p class="utrecht-paragraph">${step}</p>`)}`);
}

function meetings(app: App, { meetings: all }: CaseSeen): Content {
  const { case: words } = app.words;
  const latest = all.filter(({ isLatest }) => isLatest);
  if (latest.length === 0) return nothing;
  return html`<section class="card">
    ${heading(words.meetings)} ${latest.map((meeting) => meetingView(app, meeting))}
  </section>`;
}

function meetingView(app: App, meeting: MeetingSeen): TemplateResult {
  const { case: words } = app.words;
  return html`<h3 class="utrecht-heading-3">${momentText(meeting.date, app.language)}</h3>
    <p class="utrecht-paragraph">
      ${app.words.phases[meeting.phase]} ${meeting.isUrgent ? badge("danger", app.words.work.urgent) : nothing}
      ${meeting.isConsulted ? badge("safe", words.consulted) : badge("warning", words.notConsulted)}
    </p>
    <div class="utrecht-table-container utrecht-table-container--overflow-inline">
      <table class="utrecht-table">
        <thead class="utrecht-table__header">
          <tr class="utrecht-table__row">
            ${[words.participant, words.partner, words.seat, words.approved, words.released].map(
              (label) => html`<th class="utrecht-table__header-cell" scope="col">${label}</th>`,
            )}
          </tr>
        </thead>
        <tbody class="utrecht-table__body">
          ${meeting.participants.map(
            ({ name, partner, seat, approved, released }) =>
              html`<tr class="utrecht-table__row">
                <td class="utrecht-table__cell">${name}</td>
                <td class="utrecht-table__cell">${partner}</td>
                <td class="utrecht-table__cell">${words.seats[seat]}</td>
                <td class="utrecht-table__cell utrecht-table__cell--numeric-column">${approved}</td>
                <td class="utrecht-table__cell utrecht-table__cell--numeric-column">${released}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

function steps(app: App, { steps: all }: CaseSeen): Content {
  const { case: words } = app.words;
  if (all.length === 0) return nothing;
  const one = (step: StepSeen): TemplateResult =>
    html`<li class="utrecht-ordered-list__item">
      <strong>${words.steps[step.step]}${step.phase === undefined ? "" : `: ${app.words.phases[step.phase]}`}</strong>
      ${step.item === undefined ? nothing : html`, ${step.item}`}
      <div class="quiet">${shortMoment(step.at, app.language)}, ${step.by}</div>
      ${step.text === undefined ? nothing : html`<div class="lines">${step.text}</div>`}
    </li>`;
  return html`<section class="card">
    ${heading(words.history)}
    <ol class="utrecht-ordered-list">
      ${all.map(one)}
    </ol>
  </section>`;
}
