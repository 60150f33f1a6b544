// Akkoord: the items, the people and their organisations, why, and until when. Ja, deels, of nee.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App, Screen } from "../app/app.ts";
import { momentText } from "../app/dates.ts";
import type { Answer, AskSeen } from "../desk/approvals.ts";
import { Agree } from "../ui/agree.ts";
import { TextField } from "../ui/form.ts";
import { alert, buttons, heading, list, primary, secondary, text } from "../ui/parts.ts";
import type { Words } from "../words/nl.ts";

export function approve(app: App, { number }: { number: string }): Screen {
  let asks: readonly AskSeen[] | undefined;
  /** What was left out, of each roster. */
  const left = new Map<string, Set<string>>();
  let refusing: AskSeen | undefined;
  const reason = new TextField("reason");
  const agree = new Agree(app);
  const again = (): void => void app.tries(async () => void (asks = await app.desk.asks(number)));

  const leftOf = (ask: AskSeen): Set<string> => {
    const known = left.get(ask.roster) ?? new Set<string>();
    left.set(ask.roster, known);
    return known;
  };
  const answerOf = (ask: AskSeen): Answer => {
    const without = leftOf(ask);
    return {
      roster: ask.roster,
      items: ask.items.map(({ id }) => id).filter((id) => !without.has(id)),
      readers: ask.readers.map(({ member }) => member).filter((member) => !without.has(member)),
    };
  };
  const done = (): void => {
    refusing = undefined;
    reason.clear();
    app.go({ name: "work" });
  };
  const back = (): void => {
    refusing = undefined;
  };

  const says = (ask: AskSeen): void => {
    const answer = answerOf(ask);
    const { approve: words } = app.words;
    const people = ask.readers.filter(({ member }) => answer.readers.includes(member));
    agree.ask(() => app.desk.planApproval(number, answer), {
      summary: html`${text(words.gives(people.length, answer.items.length))}
      ${list(people.map(({ name, partner }) => `${name}, ${partner}`))}
      ${text(words.until(momentText(ask.until, app.language)))} ${text(words.undo)}`,
      go: words.sign,
      done,
      back,
    });
  };
  const saysNo = (ask: AskSeen): void => {
    const { approve: words } = app.words;
    const answer = { roster: ask.roster, items: ask.items.map(({ id }) => id), readers: ask.readers.map((r) => r.member) };
    agree.ask(() => app.desk.planRefusal(number, answer, reason.value), {
      summary: text(words.refusing(answer.items.length)),
      go: words.signNo,
      done,
      back,
    });
  };

  const choice = (ask: AskSeen, id: string, label: unknown): TemplateResult => {
    const without = leftOf(ask);
    const changed = (event: Event): void => {
      if ((event.target as HTMLInputElement).checked) without.delete(id);
      else without.add(id);
      app.draw();
    };
    return html`<label class="choice">
      <input type="checkbox" ?checked=${!without.has(id)} @change=${changed} />
      <span>${label}</span>
    </label>`;
  };

  const askView = (ask: AskSeen, { approve: words, wait }: Words): TemplateResult => {
    const answer = answerOf(ask);
    const isNothing = answer.items.length === 0 || answer.readers.length === 0;
    const isPart = answer.items.length < ask.items.length || answer.readers.length < ask.readers.length;
    const busy = agree.isBusy;
    return html`<section class="card">
      ${heading(words.meeting(momentText(ask.date, app.language)))}
      ${ask.isUrgent ? alert("warning", words.urgent) : nothing}
      ${text(words.deadline(momentText(ask.deadline, app.language)))} ${agendaView(app, ask)}
      <fieldset class="plain">
        <legend class="utrecht-heading-3">${words.items}</legend>
        ${ask.items.map((item) =>
          choice(
            ask,
            item.id,
            item.closed?.isAlarm ? html`${item.title} ${alert("error", item.closed[app.language])}` : item.title,
          ),
        )}
      </fieldset>
      <fieldset class="plain">
        <legend class="utrecht-heading-3">${words.readers}</legend>
        ${ask.readers.map(({ member, name, partner }) =>
          choice(ask, member, html`${name}, <span class="quiet">${partner}</span>`),
        )}
      </fieldset>
      ${refusing === ask
        ? html`${reason.view({ label: words.reason, help: words.reasonHelp, rows: 3 })}
          ${buttons(
            primary(busy ? wait : words.no, () => saysNo(ask), { busy }),
            secondary(app.words.back, () => {
              refusing = undefined;
              app.draw();
            }),
          )}`
        : buttons(
            primary(busy ? wait : isPart ? words.yesPart : words.yes, () => says(ask), { busy, disabled: isNothing }),
            secondary(words.no, () => saysNo(ask), { danger: true, busy }),
            secondary(words.noWithReason, () => {
              refusing = ask;
              app.draw();
              document.getElementById("reason")?.focus();
            }),
          )}
    </section>`;
  };

  return {
    title: (words) => words.approve.title(number),
    arrive: async () => void (asks = await app.desk.asks(number)),
    leave: () => reason.clear(),
    view: (words) => {
      if (agree.isOpen) return html`${agree.view()}`;
      if (asks === undefined) return html`<div aria-busy="true">${text(words.wait)}</div>`;
      if (asks.length === 0) {
        return html`<section class="card">${text(words.approve.nothing)} ${buttons(secondary(words.again, again))}</section>`;
      }
      return html`${asks.map((ask) => askView(ask, words))}`;
    },
  };
}

/** Why the meeting is held, as the procesregisseur wrote it. */
function agendaView(app: App, { agenda, agendaAlarm }: AskSeen): TemplateResult {
  const { approve: words } = app.words;
  if (agendaAlarm !== undefined) return alert("error", agendaAlarm[app.language]);
  if (agenda === undefined) return text(words.noAgenda);
  return html`<h3 class="utrecht-heading-3">${words.purpose}</h3>
    <p class="utrecht-paragraph">${agenda.title}</p>
    ${agenda.text === undefined ? nothing : html`<p class="utrecht-paragraph lines">${agenda.text}</p>`}`;
}
