// Casus: where it stands, on whose behalf, what is in it, and what comes next.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App, Screen } from "../app/app.ts";
import { momentText, shortMoment } from "../app/dates.ts";
import { address } from "../app/router.ts";
import type { CaseSeen, MeetingSeen, StepSeen } from "../desk/case.ts";
import { Agree } from "../ui/agree.ts";
import { itemRow } from "../ui/item.ts";
import { alert, badge, heading, link, text, type Content } from "../ui/parts.ts";
import { unreadView } from "../ui/unread.ts";
import type { Words } from "../words/nl.ts";
import { lettersInCase } from "./letters/incase.ts";
import { consulting } from "./consulting.ts";
import { nextView, phasesView } from "./next.ts";
import { OwnItems } from "./own.ts";
import { nextPhase, screening, type PhaseForm } from "./phase.ts";

export function oneCase(app: App, { number }: { number: string }): Screen {
  let seen: CaseSeen | undefined;
  let further: PhaseForm | undefined;
  const agree = new Agree(app);
  const look = async (): Promise<void> => {
    further?.leave();
    further = undefined;
    // What was before is not shown any more: something of it has changed.
    seen = undefined;
    app.draw();
    seen = await app.desk.case(number);
  };
  /** Something was signed: shows the case as it is now, from its top. */
  const done = (): void => {
    void app.tries(look).then(() => document.getElementById("work")?.focus());
  };
  const own = new OwnItems(app, number, done);

  const openIt = ({ path }: CaseSeen): void => {
    const { path: words } = app.words;
    agree.ask(() => app.desk.planOpening(number, path.holders.map(({ member }) => member)), {
      summary: html`${text(words.opening(path.holders.map(({ name }) => name)))} ${text(words.openingUndo)}`,
      go: words.signOpen,
      done,
      back: () => undefined,
    });
  };
  const goFurther = (now: CaseSeen): void => {
    const isScreened = now.kind === "complex" && now.phase === "screening";
    const form = isScreened ? screening : nextPhase;
    show(form(app, { seen: now, next: now.path.next, done, back }));
  };
  const back = (): void => {
    further?.leave();
    further = undefined;
    app.draw();
    document.getElementById("work")?.focus();
  };
  const show = (opened: PhaseForm): void => {
    void app.tries(async () => {
      // Nothing is typed before what was typed last time is back.
      await opened.arrive();
      further = opened;
      app.draw();
      document.getElementById("phase-form")?.focus();
    });
  };

  const caseView = (words: Words, now: CaseSeen): TemplateResult => {
    const isOwn = (id: string): boolean => now.path.own.some(({ item }) => item === id);
    const items = now.items.filter(({ id, item }) => item?.itemKind !== "agenda" && !isOwn(id));
    const consult = (): void => show(consulting(app, { seen: now, done, back }));
    const deeds = { isBusy: agree.isBusy, open: () => openIt(now), further: () => goFurther(now), consult };
    return html`
      ${nextView(app, now, now.path, deeds)}
      <section class="card">
        ${phasesView(app, now)}
        <p class="utrecht-paragraph">${words.caseKinds[now.kind]}. ${words.case.referred(now.referrer)}</p>
        ${now.directors.length === 0
          ? alert("info", words.case.nobody)
          : text(words.case.run(now.directors.join(", "), now.referrer))}
        ${now.isDirector && now.isOpened
          ? text(link(address({ name: "caseVault", number }), words.vault.ofCase))
          : nothing}
      </section>
      ${own.view(now, now.path)}
      ${items.length === 0 && now.path.own.length > 0
        ? nothing
        : html`<section class="card">
            ${heading(words.case.items)}
            ${items.length === 0
              ? text(words.case.noItems)
              : html`<ul class="work-list">
                  ${items.map((each) => itemRow(app, number, each))}
                </ul>`}
          </section>`}
      ${lettersInCase(app, now)} ${meetings(app, now)} ${steps(app, now)}
    `;
  };

  return {
    title: () => (further === undefined ? number : `${number}: ${further.title}`),
    arrive: look,
    leave: () => further?.leave(),
    view: (words) => {
      if (seen === undefined) return html`<div aria-busy="true">${text(words.wait)}</div>`;
      if (agree.isOpen) return html`${agree.view()}`;
      if (own.isOpen) return html`${own.question()}`;
      return further?.view() ?? caseView(words, seen);
    },
  };
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
      ${consultedBadge(app, meeting)}
    </p>
    <div
      class="utrecht-table-container utrecht-table-container--overflow-inline"
      tabindex="0"
      role="group"
      aria-label="${words.meetings}: ${momentText(meeting.date, app.language)}"
    >
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

/** In triage none is due, nor for a meeting that is over. */
function consultedBadge(app: App, { isConsulted, phase, date }: MeetingSeen): Content {
  const { case: words } = app.words;
  if (isConsulted) return badge("safe", words.consulted);
  const isDue = phase !== "triage" && Date.parse(date) > Date.now();
  return isDue ? badge("warning", words.notConsulted) : nothing;
}

function steps(app: App, { steps: all }: CaseSeen): Content {
  const { case: words } = app.words;
  if (all.length === 0) return nothing;
  const one = (step: StepSeen): TemplateResult =>
    html`<li class="utrecht-ordered-list__item">
      <strong>${words.steps[step.step]}${step.phase === undefined ? "" : `: ${app.words.phases[step.phase]}`}</strong
      >${step.item === undefined ? nothing : `: ${step.item}`}
      <div class="quiet">${shortMoment(step.at, app.language)}, ${step.by}</div>
      ${step.text === undefined ? unreadView(app, "text", step.unread) : html`<div class="lines">${step.text}</div>`}
    </li>`;
  return html`<section class="card">
    ${heading(words.history)}
    <ol class="utrecht-ordered-list">
      ${all.map(one)}
    </ol>
  </section>`;
}
