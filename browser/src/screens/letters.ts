// Berichten: what was written to whoever is here, what still waits first; what was sent, and how it stands.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App, Screen } from "../app/app.ts";
import { shortMoment } from "../app/dates.ts";
import { address } from "../app/router.ts";
import type { LettersSeen, ReceivedSeen, SentSeen } from "../desk/letters.ts";
import { Loaded } from "../ui/loaded.ts";
import { alert, badge, buttons, heading, secondary, text, type Content } from "../ui/parts.ts";
import { DeliveryChoice } from "./letters/delivery.ts";

/** How many are shown at first, and each time that somebody wants more. */
const SOME = 20;

export function letters(app: App): Screen {
  const loaded = new Loaded(app, () => app.desk.letters());
  const renewed = (): void => void app.tries(() => loaded.renew());
  const delivery = new DeliveryChoice(app, () => {
    renewed();
    document.getElementById("work")?.focus();
  });
  let [received, sent] = [SOME, SOME];

  const more = (count: number, show: () => void): Content => {
    if (count <= 0) return nothing;
    const shown = (): void => {
      show();
      app.draw();
    };
    return buttons(secondary(app.words.letters.more(Math.min(count, SOME)), shown));
  };

  const view = (seen: LettersSeen): TemplateResult => {
    const { letters: words } = app.words;
    const toMe = [...seen.received].sort(byStanding);
    return html`
      <p class="utrecht-paragraph">${words.intro}</p>
      <section class="card" aria-labelledby="received-title">
        <div id="received-title">${heading(words.received)}</div>
        ${toMe.length === 0
          ? text(words.noneReceived)
          : html`<ul class="work-list">
              ${toMe.slice(0, received).map((line) => receivedRow(app, line))}
            </ul>`}
        ${more(toMe.length - received, () => (received += SOME))}
      </section>
      <section class="card" aria-labelledby="sent-title">
        <div id="sent-title">${heading(words.sent)}</div>
        ${seen.sent.length === 0
          ? text(words.noneSent)
          : html`<ul class="work-list">
              ${seen.sent.slice(0, sent).map((line) => sentRow(app, line))}
            </ul>`}
        ${more(seen.sent.length - sent, () => (sent += SOME))}
      </section>
      ${delivery.view(seen.delivery)}
    `;
  };

  return {
    title: (words) => words.letters.title,
    arrive: () => loaded.arrive(),
    leave: () => loaded.leave(),
    view: () => (delivery.isAsking ? html`${delivery.question()}` : loaded.view(view)),
  };
}

type Standing = ReceivedSeen["standing"] | "waits" | "replaced";

/** Who has read a question has not answered it yet. */
function standingOf({ standing, waits, isReplaced }: ReceivedSeen): Standing {
  if (isReplaced) return "replaced";
  return standing === "read" && waits ? "waits" : standing;
}

/** Unread first, then what waits for an answer; of each the newest first, as they came. */
function byStanding(one: ReceivedSeen, other: ReceivedSeen): number {
  const order = (line: ReceivedSeen): number => ["new", "waits"].indexOf(standingOf(line)) >>> 0;
  return Math.sign(order(one) - order(other));
}

function receivedRow(app: App, line: ReceivedSeen): TemplateResult {
  const { letters: words } = app.words;
  const { case: number, letter, kind, from, at } = line;
  const standing = standingOf(line);
  const looks = { new: "warning", waits: "warning", read: "neutral", answered: "safe", replaced: "neutral" } as const;
  return html`<li class="work-row">
    <div>
      <a class="utrecht-link utrecht-link--html-a work-row__title" href=${address({ name: "letter", number, letter })}
        >${words.from(words.kinds[kind], from.name)}</a
      >
      <div class="quiet">${from.partner}. ${number}, ${shortMoment(at, app.language)}</div>
    </div>
    <div>${badge(looks[standing], words.standings[standing])}</div>
  </li>`;
}

function sentRow(app: App, line: SentSeen): TemplateResult {
  const { letters: words } = app.words;
  const { case: number, letter, kind, from, to, at, isOwn, subject, isCopyKeptBack } = line;
  const title = words.to(words.kinds[kind], to.name);
  return html`<li class="work-row">
    <div>
      ${subject === undefined
        ? html`<span class="work-row__title">${title}</span>`
        : html`<a
            class="utrecht-link utrecht-link--html-a work-row__title"
            href=${address({ name: "letter", number, letter })}
            >${title}</a
          >`}
      <div class="quiet">
        ${to.partner}. ${number}, ${shortMoment(at, app.language)}${isOwn ? nothing : html`, ${words.by(from.name)}`}
      </div>
      ${failure(app, line)} ${isCopyKeptBack ? alert("error", words.copyKeptBack) : nothing}
    </div>
    <div>
      ${mailBadge(app, line)} ${answerBadge(app, line)}
    </div>
  </li>`;
}

function mailBadge(app: App, { mail }: SentSeen): Content {
  if (mail === undefined) return nothing;
  const { state } = mail;
  return badge(state === "given-up" ? "danger" : "neutral", app.words.letters.states[state]);
}

/** What was answered, or that an answer is waited for. */
function answerBadge(app: App, { answer, isAnswered, isReplaced, waits }: SentSeen): Content {
  const { letters: words } = app.words;
  if (isAnswered) return badge("safe", answer === undefined ? words.answered : words.said[answer]);
  if (isReplaced) return badge("neutral", words.standings.replaced);
  return waits ? badge("warning", words.noAnswer) : nothing;
}

/** Why it did not arrive, while it has not. */
function failure(app: App, { mail }: SentSeen): Content {
  if (mail?.failure === undefined || mail.state === "sent" || mail.state === "portal") return nothing;
  return html`<div>${mail.failure[app.language]}</div>`;
}
