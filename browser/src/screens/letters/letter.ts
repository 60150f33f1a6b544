// Bericht: one letter, shown once all of it is verified, what came with it, and the answer.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App, Screen } from "../../app/app.ts";
import { momentText, shortMoment, sizeText } from "../../app/dates.ts";
import { address } from "../../app/router.ts";
import { save } from "../../app/save.ts";
import { told } from "../../desk/line.ts";
import type { AnswerSeen, FileSeen, LetterSeen } from "../../desk/letters.ts";
import { facts } from "../../ui/facts.ts";
import { alert, buttons, heading, link, list, secondary, subtle, text, type Content } from "../../ui/parts.ts";
import { Progress } from "../../ui/progress.ts";
import { AnswerForm } from "./answer.ts";

/** What a letter's calendar file is called. */
const CALENDAR = /\.ics$/;

export function letter(app: App, { number, letter: id }: { number: string; letter: string }): Screen {
  let seen: LetterSeen | undefined;
  let answering: AnswerForm | undefined;
  let isSent = false;
  const progress = new Progress(app);

  const look = async (): Promise<void> => {
    progress.clear();
    seen = await app.desk.letter(number, id, told(progress.tell));
    if (seen.answer === undefined) await begin(seen);
  };
  const begin = async (now: LetterSeen): Promise<void> => {
    if (now.answers.length === 0) return;
    const opened = new AnswerForm(app, now, () => void app.tries(sent));
    // Nothing is typed before what was typed last time is back.
    await opened.arrive();
    answering = opened;
  };
  const sent = async (): Promise<void> => {
    answering = undefined;
    seen = undefined;
    app.draw();
    await look();
    isSent = true;
    app.draw();
    document.getElementById("answer")?.focus();
  };
  const anew = (now: LetterSeen): void => {
    isSent = false;
    void app.tries(async () => {
      await begin(now);
      app.draw();
      document.getElementById("answering")?.focus();
    });
  };

  const view = (now: LetterSeen): TemplateResult => {
    const { letters: words } = app.words;
    return html`
      ${now.replacedBy === undefined ? nothing : alert("warning", html`${text(words.letter.replaced)} ${later(app, now.replacedBy, number)}`)}
      <section class="card">
        ${head(app, now)}
        <div class="lines letter">${now.text}</div>
        <p class="utrecht-paragraph quiet">${now.isCopy ? words.letter.copy : words.letter.verified(now.from.name)}</p>
      </section>
      ${files(app, now)}
      ${now.answer === undefined
        ? nothing
        : html`<section class="card" id="answer" tabindex="-1" aria-labelledby="answer-title">
            ${isSent ? alert("ok", words.answer.sentNow) : nothing}
            <div id="answer-title">${heading(now.isCopy ? words.answer.given : words.answer.own)}</div>
            ${given(app, now.answer)}
            ${answering === undefined && now.answers.length > 0 ? buttons(subtle(words.answer.anew, () => anew(now))) : nothing}
          </section>`}
      ${answering === undefined ? nothing : answering.view()}
      <p class="utrecht-paragraph">
        ${link(address({ name: "letters" }), words.letter.back)} · ${link(address({ name: "case", number }), words.letter.toCase(number))}
      </p>
    `;
  };

  return {
    // Not the subject: what a page is called, the browser keeps.
    title: ({ letters: words }) => words.letter.title(words.kinds[seen?.kind ?? "message"], number),
    arrive: look,
    leave: () => answering?.leave(),
    view: () => {
      if (seen === undefined) return html`<div aria-busy="true">${progress.view()}</div>`;
      return answering?.isAsking === true ? html`${answering.question()}` : view(seen);
    },
  };
}

function later(app: App, letter: string, number: string): Content {
  return link(address({ name: "letter", number, letter }), app.words.letters.letter.later);
}

function head(app: App, { subject, from, to, signedAt }: LetterSeen): TemplateResult {
  const { letters: words } = app.words;
  const { letter } = words;
  const who = ({ name, partner }: LetterSeen["from"]): string => (partner === "" ? name : `${name}, ${partner}`);
  return html`<h2 class="utrecht-heading-2">${subject}</h2>
    ${facts([
      [letter.fromWhom, who(from)],
      [letter.toWhom, who(to)],
      [letter.when, momentText(signedAt, app.language)],
    ])}`;
}

function files(app: App, { files: all }: LetterSeen): Content {
  if (all.length === 0) return nothing;
  const { letter: words } = app.words.letters;
  const one = (file: FileSeen): Content => {
    const { name, length, bytes } = file;
    const size = sizeText(length, app.language);
    if (bytes === undefined) return words.kept(name, size);
    const isCalendar = CALENDAR.test(name);
    // Of no kind that a browser would run; a calendar is what opens the person's own.
    const mediaType = isCalendar ? "text/calendar" : "application/octet-stream";
    const label = isCalendar ? words.calendar(size) : words.save(name, size);
    return secondary(label, () => save(name, mediaType, bytes.slice()));
  };
  const canSave = all.some(({ bytes }) => bytes !== undefined);
  return html`<section class="card">
    ${heading(words.files)} ${canSave ? buttons(...all.map(one)) : list(all.map(one))}
    ${canSave ? html`<p class="utrecht-paragraph quiet">${words.saved}</p>` : nothing}
  </section>`;
}

/** An answer that was given, as far as it is for whoever looks. */
function given(app: App, answer: AnswerSeen): TemplateResult {
  const { letters: words } = app.words;
  const { answer: told } = words;
  const { by, at, answer: word, unread, deputy, isNoColleague, items, text: typed, isReplaced } = answer;
  const { reason, reasonUnread } = answer;
  return html`
    ${isReplaced ? alert("warning", told.before) : nothing}
    ${word === undefined
      ? alert(unread === "not-for-you" ? "info" : "error", told.unread[unread ?? "not-for-you"])
      : html`<p class="utrecht-paragraph"><strong>${by}: ${words.said[word]}</strong></p>`}
    ${deputy === undefined ? nothing : text(told.deputy(deputy))} ${isNoColleague ? alert("error", told.noColleague) : nothing}
    ${items.length === 0 ? nothing : list([...items])}
    ${typed === "" ? nothing : html`<p class="utrecht-paragraph lines quote">${typed}</p>`}
    ${reason === undefined
      ? nothing
      : html`<p class="utrecht-paragraph quiet">${told.reason}:</p>
          <p class="utrecht-paragraph lines quote">${reason}</p>`}
    ${reasonUnread === undefined ? nothing : alert("error", told.reasonUnread[reasonUnread])}
    <p class="utrecht-paragraph quiet">${told.by(by, shortMoment(at, app.language))}</p>
  `;
}
