// Verslag: who was there, what was said and from which items it comes, what was decided, and who does what. It becomes an
// item of the case, and a letter to everyone of the roster.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App, Screen } from "../../app/app.ts";
import { momentText } from "../../app/dates.ts";
import { dayEnds } from "../../app/days.ts";
import { address } from "../../app/router.ts";
import type { ReportingSeen, ReportWanted } from "../../desk/minutes.ts";
import { Agree } from "../../ui/agree.ts";
import { ChoicesField } from "../../ui/choice.ts";
import { KeptDraft } from "../../ui/draft.ts";
import { form, TextField, type Field, type Form } from "../../ui/form.ts";
import { alert, buttons, heading, link, list, secondary, text, type Content } from "../../ui/parts.ts";
import { SendLetters } from "../letters/sending.ts";
import { ActionRows, ParagraphRows } from "./rows.ts";

export function report(app: App, { number, roster }: { number: string; roster: string }): Screen {
  return new Report(app, number, roster);
}

class Report implements Screen {
  private seen: ReportingSeen | undefined;
  private present = new ChoicesField<string>("present", [], []);
  private readonly others: TextField;
  private readonly decisions: TextField;
  private readonly until: TextField;
  private paragraphs: ParagraphRows | undefined;
  private readonly actions: ActionRows;
  private draft: KeptDraft | undefined;
  private readonly form: Form;
  private readonly agree: Agree;
  private readonly sending: SendLetters;

  constructor(
    private readonly app: App,
    private readonly number: string,
    private readonly roster: string,
  ) {
    this.others = new TextField("others", this.changed);
    this.decisions = new TextField("decisions", this.changed);
    this.until = new TextField("until", this.changed, (day) =>
      day !== "" && Date.parse(dayEnds(day)) <= Date.now() ? app.words.letters.write.untilPast : undefined,
    );
    this.actions = new ActionRows(app, this.changed);
    this.agree = new Agree(app);
    this.sending = new SendLetters(app);
    const shown = (): Field[] => this.fields;
    this.form = form(app, {
      get fields() {
        return shown();
      },
      submit: async () => this.submit(),
    });
  }

  private readonly changed = (): void => this.draft?.changed();

  title({ report }: App["words"]): string {
    return report.title(this.number);
  }

  private get fields(): Field[] {
    const paragraphs = this.paragraphs?.fields ?? [];
    return [this.present, this.others, ...paragraphs, this.decisions, ...this.actions.fields, this.until];
  }

  async arrive(): Promise<void> {
    const seen = await this.app.desk.reporting(this.number, this.roster);
    const members = seen.people.map(({ member }) => member);
    const delegates = seen.people.filter(({ seat }) => seat === "delegate").map(({ member }) => member);
    this.present = new ChoicesField<string>("present", members, delegates, () => {
      this.changed();
      this.app.draw();
    });
    this.paragraphs = new ParagraphRows(this.app, seen.items, this.changed);
    // Whoever writes the minutes was there, most often.
    const { who } = this.app;
    this.others.value = who === undefined ? "" : `${who.name} (${who.partner})`;
    const kept = [this.present, this.others, this.paragraphs, this.decisions, this.actions, this.until];
    const draft = new KeptDraft(this.app, `minutes/${this.number}/${this.roster}`, kept);
    await draft.find();
    this.draft = draft;
    // Nothing is typed before what was typed last time is back.
    this.seen = seen;
  }

  leave(): void {
    this.draft?.leave();
  }

  private wanted({ people }: ReportingSeen): ReportWanted {
    const present = this.present.chosen;
    const isAbsent = (member: string, seat: string): boolean => seat === "delegate" && !present.includes(member);
    return {
      roster: this.roster,
      present,
      absent: people.filter(({ member, seat }) => isAbsent(member, seat)).map(({ member }) => member),
      others: linesOf(this.others.value),
      paragraphs: this.paragraphs?.all ?? [],
      decisions: linesOf(this.decisions.value),
      actions: this.actions.all(people),
      until: this.until.value === "" ? "" : dayEnds(this.until.value),
    };
  }

  private submit(): void {
    const { app, number, seen } = this;
    if (seen === undefined) return;
    const { report: words } = app.words;
    const wanted = this.wanted(seen);
    this.agree.ask(() => app.desk.planMinutes(number, wanted), {
      summary: ({ says }) =>
        says.nl.length === 0 ? text(words.recorded) : this.summary(seen, wanted),
      go: words.sign,
      done: () => {
        const letters = () => app.desk.planMinutesLetters(number, wanted);
        this.sending.ask(letters, words.says, () => void this.draft?.forget());
      },
      back: () => undefined,
    });
  }

  /** What becomes an item: its text, and what it is drawn from. */
  private summary({ items }: ReportingSeen, { paragraphs, decisions }: ReportWanted): TemplateResult {
    const { report: words } = this.app.words;
    const sources = items.filter(({ item }) => paragraphs.some((paragraph) => paragraph.sources.includes(item)));
    return html`${text(words.summary)}
      ${paragraphs.map((each) => html`<p class="utrecht-paragraph lines quote">${each.text.trim()}</p>`)}
      ${decisions.length === 0 ? nothing : html`${text(words.decisions)} ${list([...decisions])}`}
      ${sources.length === 0
        ? nothing
        : html`${text(words.summaryRules)} ${list(sources.map(({ title, supplier }) => `${title}, ${supplier}`))}`}
      ${text(words.then)}`;
  }

  view(all: App["words"]): TemplateResult {
    const { seen, number, agree, sending, paragraphs } = this;
    const { report: words } = all;
    if (agree.isOpen) return html`${agree.view()}`;
    if (sending.isAsking) return html`${sending.question()}`;
    if (sending.isDone) return sending.finished({ name: "meeting", number }, all.inviting.back);
    if (seen === undefined || paragraphs === undefined) return html`<div aria-busy="true">${text(all.wait)}</div>`;
    const back = link(address({ name: "meeting", number }), all.inviting.back);
    if (!seen.isOpen) return html`<section class="card">${text(words.closed)} ${text(back)}</section>`;
    return html`<p class="utrecht-paragraph">${words.intro(momentText(seen.date, this.app.language))}</p>
      ${this.draft?.isRestored === true ? alert("info", all.inviting.restored) : nothing}
      ${this.form.view({
        content: html`
          <section class="card">${this.presentView(seen)}</section>
          <section class="card">
            ${heading(words.said)} ${paragraphs.view()} ${buttons(secondary(words.addParagraph, () => paragraphs.add()))}
          </section>
          <section class="card">
            ${this.decisions.view({ label: words.decisions, help: words.linesHelp, rows: 3 })}
          </section>
          <section class="card">
            ${heading(words.actions)} ${this.actions.view(seen.people)}
            ${buttons(secondary(words.addAction, () => this.actions.add()))}
          </section>
          <section class="card">${this.until.view({ label: words.until, help: words.untilHelp, type: "date" })}</section>
        `,
        go: words.go,
        isPreparing: agree.isBusy || sending.isBusy,
        beside: back,
      })}`;
  }

  private presentView({ people }: ReportingSeen): Content {
    const { report: words } = this.app.words;
    const labels = Object.fromEntries(people.map(({ member, name, partner }) => [member, `${name}, ${partner}`]));
    return html`${this.present.view({ legend: words.present, help: words.presentHelp, labels, empty: words.presentEmpty, isHeading: true })}
    ${this.others.view({ label: words.others, help: words.linesHelp, rows: 2 })}`;
  }
}

function linesOf(typed: string): string[] {
  return typed
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
