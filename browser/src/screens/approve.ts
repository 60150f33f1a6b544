// Akkoord: the items, the people and their organisations, why, and until when. Ja, deels, of nee.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App, Screen } from "../app/app.ts";
import { momentText } from "../app/dates.ts";
import type { Answer, ApprovalPrepared, AskSeen, Gives, ReaderSeen } from "../desk/approvals.ts";
import { Agree } from "../ui/agree.ts";
import { TextField } from "../ui/form.ts";
import { Loaded } from "../ui/loaded.ts";
import { alert, badge, buttons, heading, list, primary, secondary, text, type Content } from "../ui/parts.ts";
import { Ticks, type TickGroup } from "../ui/ticks.ts";
import type { Words } from "../words/nl.ts";

export function approve(app: App, { number }: { number: string }): Screen {
  const loaded = new Loaded(app, () => app.desk.asks(number));
  /** What was chosen, of each roster. */
  const chosen = new Map<string, Ticks>();
  let refusing: AskSeen | undefined;
  const reason = new TextField("reason");
  const agree = new Agree(app);
  /** What will be signed gives this: it is shown, and not what was on the screen when somebody chose. */
  let gives: Gives = { readers: [], items: [], pairs: 0 };
  const planned = (answer: Answer) => async (): Promise<ApprovalPrepared> => {
    const prepared = await app.desk.planApproval(number, answer);
    gives = prepared.gives;
    return prepared;
  };

  const ticksOf = (ask: AskSeen): Ticks => {
    const known = chosen.get(ask.roster) ?? new Ticks(app);
    chosen.set(ask.roster, known);
    return known;
  };
  const answerOf = (ask: AskSeen): Answer => {
    const ticks = ticksOf(ask);
    return {
      roster: ask.roster,
      items: ask.items.map(({ id }) => id).filter((id) => ticks.has(id)),
      readers: ask.readers.map(({ member }) => member).filter((member) => ticks.has(member)),
    };
  };
  const done = (news: (words: Words) => string) => (): void => {
    refusing = undefined;
    reason.clear();
    app.goWith(news, { name: "work" });
  };
  const approved = done((words) => words.approve.done);
  const declined = done((words) => words.approve.doneNo);
  const back = (): void => {
    refusing = undefined;
  };
  const undo = (ask: AskSeen): TemplateResult => {
    const { approve: words } = app.words;
    return html`${text(words.until(momentText(ask.until, app.language)))} ${text(words.undo)}`;
  };

  const says = (ask: AskSeen): void => {
    const { approve: words } = app.words;
    const summary = (): TemplateResult => {
      const { readers, items } = gives;
      const [others, otherItems] = [ask.readers.length - readers.length, ask.items.length - items.length];
      return html`${text(givesText(words, gives))} ${givenView(app, gives)} ${others > 0 ? text(words.rest(others)) : nothing}
      ${otherItems > 0 ? text(words.restItems(otherItems)) : nothing} ${undo(ask)}`;
    };
    agree.ask(planned(answerOf(ask)), {
      summary,
      go: words.sign,
      done: approved,
      back,
    });
  };
  const repeats = (ask: AskSeen): void => {
    const { approve: words } = app.words;
    const answer = { roster: ask.roster, items: [], readers: [], isRepeated: true };
    agree.ask(planned(answer), {
      summary: () => html`${text(words.repeats(gives.pairs))} ${givenView(app, gives)} ${undo(ask)}`,
      go: words.sign,
      done: approved,
      back,
    });
  };
  const saysNo = (ask: AskSeen): void => {
    const { approve: words } = app.words;
    const answer = { roster: ask.roster, items: ask.items.map(({ id }) => id), readers: ask.readers.map((r) => r.member) };
    agree.ask(() => app.desk.planRefusal(number, answer, reason.value), {
      summary: html`${text(words.refusing(answer.items.length))} ${list(ask.items.map(({ title }) => words.gave(title)))}`,
      go: words.signNo,
      done: declined,
      back,
    });
  };

  const askView = (ask: AskSeen): TemplateResult => {
    const { approve: words } = app.words;
    return html`<section class="card">
      ${heading(words.meeting(momentText(ask.date, app.language)))}
      ${ask.isUrgent ? alert("warning", words.urgent) : nothing}
      ${text(words.deadline(momentText(ask.deadline, app.language)))} ${agendaView(app, ask)} ${repeating(ask)}
      ${ticksOf(ask).view(words.items, [{ all: ask.items.map((item) => ({ id: item.id, label: itemLabel(app, item) })) }])}
      ${ticksOf(ask).view(words.readers, readerGroups(app, ask))} ${answering(ask)}
    </section>`;
  };

  /** Where it was approved for an earlier roster, that is repeated in one step. */
  const repeating = (ask: AskSeen): Content => {
    const { approve: words } = app.words;
    const { pairs, before, others } = repeatedIn(ask);
    if (pairs.length === 0) return nothing;
    const busy = agree.isBusy;
    return html`${alert(
      "info",
      html`<h3 class="utrecht-heading-3">${words.repeatTitle}</h3>
        ${text(words.repeatText(pairs.length, before.map(({ name }) => name).join(", ")))}
        ${others.length === 0 ? nothing : text(words.repeatNew(others.map(named).join("; ")))}`,
    )}
    ${buttons(primary(busy ? app.words.wait : words.repeat, () => repeats(ask), { busy }))}`;
  };

  const answering = (ask: AskSeen): TemplateResult => {
    const { approve: words } = app.words;
    const answer = answerOf(ask);
    const isNothing = answer.items.length === 0 || answer.readers.length === 0;
    const isPart = answer.items.length < ask.items.length || answer.readers.length < ask.readers.length;
    const busy = agree.isBusy;
    if (refusing === ask) {
      const stop = (): void => {
        refusing = undefined;
        app.draw();
      };
      return html`${reason.view({ label: words.reason, help: words.reasonHelp, rows: 3 })}
      ${buttons(primary(busy ? app.words.wait : words.no, () => saysNo(ask), { busy }), secondary(app.words.back, stop))}`;
    }
    const withReason = (): void => {
      refusing = ask;
      app.draw();
      document.getElementById("reason")?.focus();
    };
    // One primary action: who can repeat does that first.
    const yes = repeatedIn(ask).pairs.length > 0 ? secondary : primary;
    return buttons(
      yes(busy ? app.words.wait : isPart ? words.yesPart : words.yes, () => says(ask), { busy, disabled: isNothing }),
      secondary(words.no, () => saysNo(ask), { danger: true, busy }),
      secondary(words.noWithReason, withReason),
    );
  };

  return {
    title: (words) => words.approve.title(number),
    arrive: () => loaded.arrive(),
    leave: () => {
      loaded.leave();
      reason.clear();
    },
    view: (words) => {
      if (agree.isOpen) return html`${agree.view()}`;
      return loaded.view((asks) =>
        asks.length === 0
          ? html`<section class="card">
              ${text(words.approve.nothing)} ${buttons(secondary(words.approve.look, () => loaded.again()))}
            </section>`
          : html`${asks.map(askView)}`,
      );
    },
  };
}

function named({ name, partner }: ReaderSeen): string {
  return `${name}, ${partner}`;
}

/** Whether every reader gets every item. */
function isOfEach({ readers, items, pairs }: Gives): boolean {
  return pairs === readers.length * items.length;
}

function givesText(words: Words["approve"], gives: Gives): string {
  const { readers, items, pairs } = gives;
  return isOfEach(gives) ? words.gives(readers.length, items.length) : words.givesSome(readers.length, pairs);
}

/** Who gets what. */
function givenView(app: App, gives: Gives): TemplateResult {
  const { readers, items } = gives;
  const { gave } = app.words.approve;
  if (isOfEach(gives)) return html`${list(readers.map(named))} ${list(items.map(({ title }) => gave(title)))}`;
  const of = (gets: readonly string[]): Content[] =>
    items.filter(({ id }) => gets.includes(id)).map(({ title }) => gave(title));
  return list(readers.map((reader) => html`${named(reader)} ${list(of(reader.gets))}`));
}

/** What can be repeated, for whom; and who is new. */
function repeatedIn(ask: AskSeen): { pairs: AskSeen["waiting"]; before: ReaderSeen[]; others: ReaderSeen[] } {
  const pairs = ask.waiting.filter(({ isRepeated }) => isRepeated);
  const known = new Set(pairs.map(({ reader }) => reader));
  return {
    pairs,
    before: ask.readers.filter(({ member }) => known.has(member)),
    others: ask.readers.filter(({ member }) => !known.has(member)),
  };
}

function itemLabel(app: App, { title, closed }: AskSeen["items"][number]): Content {
  return closed?.isAlarm ? html`${title} ${alert("error", closed[app.language])}` : title;
}

/** By organisation, so that one tick is enough for all of it. */
function readerGroups(app: App, ask: AskSeen): TickGroup[] {
  const { approve: words } = app.words;
  const { pairs, before } = repeatedIn(ask);
  const label = (reader: ReaderSeen): Content => {
    const isBefore = before.includes(reader);
    return html`${reader.name}, <span class="quiet">${reader.partner}${reader.seat === "deputy" ? `, ${words.deputy}` : ""}</span>
      ${pairs.length === 0 ? nothing : badge(isBefore ? "safe" : "warning", isBefore ? words.before : words.isNew)}`;
  };
  const partners = [...new Set(ask.readers.map(({ partner }) => partner))];
  return partners.map((partner) => ({
    everyone: words.everyoneOf(partner),
    all: ask.readers
      .filter((reader) => reader.partner === partner)
      .map((reader) => ({ id: reader.member, label: label(reader) })),
  }));
}

/** Why the meeting is held, as the procesregisseur wrote it. */
function agendaView(app: App, { agenda, agendaAlarm }: AskSeen): TemplateResult {
  const { approve: words } = app.words;
  if (agendaAlarm !== undefined) return alert("error", agendaAlarm[app.language]);
  if (agenda === undefined) return text(words.noAgenda);
  return html`<h3 class="utrecht-heading-3">${words.purpose}</h3>
    ${agenda.title === words.purpose ? nothing : html`<p class="utrecht-paragraph">${agenda.title}</p>`}
    ${agenda.text === undefined ? nothing : html`<p class="utrecht-paragraph lines">${agenda.text}</p>`}`;
}
