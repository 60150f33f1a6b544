// Overleg, for who runs the case: planned, asked, consulted, released; one step at a time.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App, Screen } from "../app/app.ts";
import { momentText, shortMoment } from "../app/dates.ts";
import { address } from "../app/router.ts";
import type { MeetingSeen, MeetingsSeen } from "../desk/meetings.ts";
import { Agree } from "../ui/agree.ts";
import { Loaded } from "../ui/loaded.ts";
import { alert, badge, buttons, heading, link, list, primary, secondary, text, type Content } from "../ui/parts.ts";
import { unreadView } from "../ui/unread.ts";
import { ConsultForm } from "./meeting/consult.ts";
import { PlanForm } from "./meeting/plan.ts";
import { releaseAll, ReleasePart } from "./meeting/release.ts";
import { stepsOf } from "./meeting/steps.ts";
import { compared } from "./meeting/table.ts";

export function meeting(app: App, { number }: { number: string }): Screen {
  const agree = new Agree(app);
  const loaded = new Loaded(app, () => app.desk.meetings(number));
  let planning: PlanForm | undefined;
  let consulting: { roster: string; form: ConsultForm } | undefined;
  let part: { roster: string; form: ReleasePart } | undefined;

  const focus = (id: string): void => {
    app.draw();
    document.getElementById(id)?.focus();
  };
  /** After something was signed: how it stands now, and where to go on. */
  const renew = async (then: (seen: MeetingsSeen) => void = () => undefined): Promise<void> => {
    planning = consulting = part = undefined;
    await loaded.renew();
    if (loaded.now !== undefined) {
      await beginConsulting(loaded.now);
      then(loaded.now);
    }
    focus("next");
  };
  const renewed = (then?: (seen: MeetingsSeen) => void): void => void app.tries(() => renew(then));

  /** Where a consultation is next its form is there, with what was typed before. */
  const beginConsulting = async (seen: MeetingsSeen): Promise<void> => {
    const next = seen.meetings.find((each) => each.next === "consult" && !each.isHeld);
    if (next !== undefined) await consult(seen, next);
  };
  const consult = async (seen: MeetingsSeen, of: MeetingSeen): Promise<void> => {
    if (consulting?.roster === of.roster) return;
    consulting?.form.leave();
    consulting = { roster: of.roster, form: new ConsultForm(app, seen, of, agree, () => renewed()) };
    await consulting.form.arrive();
  };

  const plan = (seen: MeetingsSeen, before: MeetingSeen | undefined): void => {
    const wasAsked = before !== undefined && (before.isAsked || before.wasAskedBefore);
    const back = (): void => {
      planning = undefined;
      focus("next");
    };
    const done = (): void =>
      renewed((now) => {
        // In the same breath: suppliers are asked again.
        const changed = now.meetings.find((each) => each.meeting === before?.meeting);
        if (wasAsked && changed !== undefined && changed.toAsk.length > 0) ask(now, changed);
      });
    planning = new PlanForm(app, { seen, before, agree, done, back });
    void app.tries(async () => planning?.arrive()).then(() => focus("plan"));
  };

  const ask = (seen: MeetingsSeen, of: MeetingSeen): void => {
    const { ask: words } = app.words.meeting;
    const partners = [...new Set(of.toAsk.map(({ supplier }) => supplier))].join(", ");
    const items = of.toAsk.map(({ item }) => item);
    agree.ask(() => app.desk.planAsk(seen.number, of.roster, items), {
      summary: html`${text(words.summary(of.toAsk.length, partners))}
      ${list(of.toAsk.map(({ title, supplier }) => `${title} (${supplier})`))} ${text(words.summaryHelp)}`,
      go: words.sign,
      done: () => renewed(),
      back: () => undefined,
    });
  };

  const waits = (of: MeetingSeen): Content => {
    const { waiting: words } = app.words.meeting;
    if (!of.isAsked) return nothing;
    if (of.waiting === 0) return text(words.none);
    const until = of.isLate ? words.late : words.until(momentText(of.deadline, app.language));
    return alert("info", `${words.open(of.waiting, of.waitingFor.join(", "))} ${until}`);
  };

  const consultButton = (seen: MeetingsSeen, of: MeetingSeen): Content => {
    if (!of.needsConsultation || of.consultation !== undefined) return nothing;
    const open = (): void => void app.tries(() => consult(seen, of)).then(() => focus("consulted"));
    return secondary(app.words.meeting.consult.open, open, { busy: agree.isBusy });
  };
  const releasing = (seen: MeetingsSeen, of: MeetingSeen) => ({ seen, meeting: of, agree, done: () => renewed() });

  const askStep = (seen: MeetingsSeen, of: MeetingSeen): TemplateResult => {
    const { ask: words } = app.words.meeting;
    const isAgain = !of.isAsked && of.wasAskedBefore;
    const busy = agree.isBusy;
    const go = busy ? app.words.wait : isAgain ? words.goAgain : words.go;
    return html`${heading(isAgain ? words.headingAgain : words.heading)} ${text(words.text(of.toAsk.length))}
    ${list(of.toAsk.map(({ title, supplier }) => html`${title}, <span class="quiet">${supplier}</span>`))}
    ${isAgain ? text(words.again) : nothing} ${waits(of)}
    ${buttons(primary(go, () => ask(seen, of), { busy }), consultButton(seen, of))}`;
  };
  const consultStep = (seen: MeetingsSeen, of: MeetingSeen): TemplateResult => {
    const { consult: words, release, ask: asking } = app.words.meeting;
    const early =
      of.toRelease.length === 0
        ? nothing
        : secondary(release.go, () => releaseAll(app, releasing(seen, of)), { busy: agree.isBusy });
    return html`${heading(words.heading(seen.referrer))} ${text(words.why(seen.referrer))}
    ${of.isAsked ? waits(of) : alert("info", asking.nothing)}
    ${consulting?.roster === of.roster ? consulting.form.view(early) : buttons(consultButton(seen, of), early)}`;
  };
  const releaseStep = (seen: MeetingsSeen, of: MeetingSeen): TemplateResult => {
    const { release: words } = app.words.meeting;
    const busy = agree.isBusy;
    const back = (): void => {
      part = undefined;
      focus("next");
    };
    const some = (): void => {
      part = { roster: of.roster, form: new ReleasePart(app, releasing(seen, of), back) };
      focus("part");
    };
    return html`${heading(words.heading)} ${text(words.text(of.toRelease.length))} ${waits(of)}
    ${part?.roster === of.roster
      ? part.form.view()
      : buttons(
          primary(busy ? app.words.wait : words.go, () => releaseAll(app, releasing(seen, of)), { busy }),
          secondary(words.part, some, { busy }),
        )}`;
  };
  const restStep = (of: MeetingSeen): TemplateResult => {
    const { release: words } = app.words.meeting;
    const isSome = of.readers.some(({ cells }) => cells.includes("released"));
    return html`${heading(isSome ? words.headingDone : words.headingWait)} ${text(isSome ? words.done : words.nothing)}
    ${waits(of)}`;
  };
  const step = (seen: MeetingsSeen, of: MeetingSeen): TemplateResult => {
    switch (of.next) {
      case "ask":
        return askStep(seen, of);
      case "consult":
        return consultStep(seen, of);
      case "release":
        return releaseStep(seen, of);
      default:
        return restStep(of);
    }
  };

  const inviteButton = (of: MeetingSeen): Content =>
    of.isHeld ? nothing : secondary(app.words.inviting.open, () => app.go({ name: "invite", number, roster: of.roster }));

  const reportButton = ({ phase }: MeetingsSeen, of: MeetingSeen): Content =>
    of.isHeld && phase !== "ended" ? secondary(app.words.report.open, () => app.go({ name: "report", number, roster: of.roster })) : nothing;

  const about = (seen: MeetingsSeen, of: MeetingSeen): TemplateResult => {
    const { meeting: words } = app.words;
    return html`<section class="card">
      ${heading(words.when(momentText(of.date, app.language)))}
      <p class="utrecht-paragraph">
        ${badge("neutral", app.words.phases[of.phase])} ${badge("neutral", words.roster(of.number))}
        ${of.isUrgent ? badge("danger", words.urgent) : nothing}
      </p>
      ${of.isInUse ? stepsOf(app, of) : nothing}
      ${of.isInUse ? text(`${words.deadline(momentText(of.deadline, app.language))} ${words.until(momentText(of.until, app.language))}`) : nothing}
      ${consulted(app, of)} ${agendaView(app, of)} ${participants(app, of)}
      ${of.isInUse ? buttons(secondary(words.change, () => plan(seen, of), { busy: agree.isBusy }), inviteButton(of), reportButton(seen, of)) : buttons(reportButton(seen, of))}
    </section>`;
  };
  const one = (seen: MeetingsSeen, of: MeetingSeen, at: number): TemplateResult => html`
    ${of.isInUse
      ? html`<section class="card card--next" id=${at === 0 && !of.isHeld ? "next" : `next-${at}`} tabindex="-1">${step(seen, of)}</section>`
      : nothing}
    ${about(seen, of)} ${compared(app, of, seen.referrer)}
  `;

  const view = (seen: MeetingsSeen): TemplateResult => {
    const { meeting: words } = app.words;
    const toCase = text(link(address({ name: "case", number }), words.toCase(number)));
    if (!seen.isDirector) return html`<section class="card">${text(words.notDirector)} ${toCase}</section>`;
    const isAhead = ({ isInUse, isHeld }: MeetingSeen): boolean => isInUse && !isHeld;
    const ahead = seen.meetings.filter(isAhead);
    const over = seen.meetings.filter((each) => !isAhead(each));
    const isTriage = seen.phase === "triage";
    const more = seen.hasMeetings && ahead.length > 0;
    return html`
      ${!seen.hasMeetings ? html`<section class="card" id="next" tabindex="-1">${text(words.noMeetings)} ${toCase}</section>` : nothing}
      ${seen.hasMeetings && ahead.length === 0
        ? html`<section class="card card--next" id="next" tabindex="-1">
            ${text(words.none)} ${text(words.noneHelp)} ${isTriage ? text(words.nonePerPartner) : nothing}
            ${buttons(primary(words.plan, () => plan(seen, undefined)))}
          </section>`
        : nothing}
      ${ahead.map((of, at) => one(seen, of, at))}
      ${more
        ? html`<section class="card">
            ${isTriage ? text(words.nonePerPartner) : nothing}
            ${buttons(secondary(words.planAnother, () => plan(seen, undefined), { busy: agree.isBusy }))}
          </section>`
        : nothing}
      ${over.length === 0
        ? nothing
        : html`<details>
            <summary>${words.over}</summary>
            ${over.map((of, at) => one(seen, of, ahead.length + at))}
          </details>`}
    `;
  };

  return {
    title: ({ meeting: words }) => {
      if (planning === undefined) return words.title(number);
      return `${planning.isNew ? words.form.newTitle : words.form.changeTitle}: ${number}`;
    },
    async arrive() {
      await loaded.arrive();
      if (loaded.now !== undefined) await beginConsulting(loaded.now);
    },
    leave() {
      loaded.leave();
      planning?.leave();
      consulting?.form.leave();
    },
    view: () => {
      if (agree.isOpen) return html`${agree.view()}`;
      if (planning !== undefined) return planning.view();
      return loaded.view(view);
    },
  };
}

function consulted(app: App, { consultation }: MeetingSeen): Content {
  if (consultation === undefined) return nothing;
  const { consult: words } = app.words.meeting;
  const { form, at, by, text: outcome, unread } = consultation;
  return html`${text(words.done(words.forms[form].toLowerCase(), shortMoment(at, app.language), by))}
  ${outcome === undefined ? unreadView(app, "text", unread) : html`<p class="utrecht-paragraph lines quiet">${outcome}</p>`}`;
}

function agendaView(app: App, { agenda, agendaAlarm }: MeetingSeen): Content {
  const { meeting: words } = app.words;
  if (agendaAlarm !== undefined) return alert("error", agendaAlarm[app.language]);
  if (agenda === undefined) return alert("warning", words.noAgenda);
  return html`<details>
    <summary>${words.agenda}</summary>
    <p class="utrecht-paragraph lines">${agenda.text ?? agenda.title}</p>
  </details>`;
}

/** Who will be there, and on which ground. */
function participants(app: App, { readers, groundsUnread }: MeetingSeen): TemplateResult {
  const { people: words, form } = app.words.meeting;
  return html`${unreadView(app, "grounds", groundsUnread)}
  <details>
    <summary>${words.heading} (${readers.length})</summary>
    <ul class="utrecht-unordered-list">
      ${readers.map(
        ({ name, partner, seat, ground }) =>
          html`<li class="utrecht-unordered-list__item">
            ${name}, ${partner}, ${form.seats[seat]}
            ${ground === "" ? nothing : html`<div class="quiet">${words.ground}: ${ground}</div>`}
          </li>`,
      )}
    </ul>
  </details>`;
}
