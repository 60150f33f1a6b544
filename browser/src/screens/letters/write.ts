// Writing in a case: a question to partners, of whom each sees only what it is asked itself; or any other message.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App, Screen } from "../../app/app.ts";
import { dayEnds, dayFromNow } from "../../app/days.ts";
import { address } from "../../app/router.ts";
import type { LettersPrepared, WritingSeen } from "../../desk/writing.ts";
import { told } from "../../desk/line.ts";
import { KeptDraft } from "../../ui/draft.ts";
import { catchDrops } from "../../ui/files.ts";
import { form, TextField, type Form } from "../../ui/form.ts";
import { alert, link, subtle, text, type Content } from "../../ui/parts.ts";
import { AddresseesField } from "./addressees.ts";
import { AlongField } from "./along.ts";
import { SendLetters } from "./sending.ts";

/** How many days partners have to answer, where nobody says otherwise. */
const DAYS = 7;

type Kind = "question" | "message";

export function question(app: App, { number }: { number: string }): Screen {
  return new Writing(app, number, "question");
}

export function write(app: App, { number }: { number: string }): Screen {
  return new Writing(app, number, "message");
}

class Writing implements Screen {
  private seen: WritingSeen | undefined;
  private to: AddresseesField | undefined;
  private words: TextField;
  private until: TextField;
  private along: AlongField;
  private draft: KeptDraft | undefined;
  private form: Form | undefined;
  private readonly sending: SendLetters;
  private readonly freeDrops = catchDrops();

  constructor(
    private readonly app: App,
    private readonly number: string,
    private readonly kind: Kind,
  ) {
    this.sending = new SendLetters(app);
    [this.words, this.until, this.along] = this.fresh();
  }

  title({ letters: { write: words } }: App["words"]): string {
    return this.isAsking ? words.questionTitle(this.number) : words.messageTitle(this.number);
  }

  private get isAsking(): boolean {
    return this.kind === "question";
  }

  private fresh(): [TextField, TextField, AlongField] {
    const changed = (): void => this.draft?.changed();
    const words = new TextField(this.isAsking ? "question" : "message", changed);
    const until = new TextField("until", changed, (day) => this.wrongDay(day));
    until.value = this.isAsking ? dayFromNow(DAYS) : "";
    return [words, until, new AlongField(this.app, changed)];
  }

  private wrongDay(day: string): string | undefined {
    const isPast = day !== "" && Date.parse(dayEnds(day)) <= Date.now();
    return isPast ? this.app.words.letters.write.untilPast : undefined;
  }

  async arrive(): Promise<void> {
    const seen = await this.app.desk.writing(this.number);
    const people = this.isAsking ? seen.people.filter(({ isOfHouse }) => !isOfHouse) : seen.people;
    const to = new AddresseesField(this.app, people, this.isAsking, !seen.isDirector, () => this.draft?.changed());
    const fields = [this.words, to, this.until, this.along];
    const draft = new KeptDraft(this.app, `${this.kind}-${this.number}`, fields);
    await draft.find();
    // The day that was proposed is not what somebody typed; one that is over is proposed anew.
    if (this.wrongDay(this.until.value) !== undefined) this.until.value = this.isAsking ? dayFromNow(DAYS) : "";
    [this.to, this.draft] = [to, draft];
    this.form = form(this.app, { fields, submit: async () => this.submit(to) });
    // Nothing is typed before what was typed last time is back.
    this.seen = seen;
  }

  leave(): void {
    this.draft?.leave();
    this.freeDrops();
  }

  private async discard(): Promise<void> {
    await this.draft?.forget();
    [this.words, this.until, this.along] = this.fresh();
    this.seen = undefined;
    this.app.draw();
    await this.arrive();
    this.app.draw();
    document.getElementById("work")?.focus();
  }

  private submit(to: AddresseesField): void {
    const { app, number, words: typed } = this;
    const { write: words } = app.words.letters;
    const until = this.until.value === "" ? "" : dayEnds(this.until.value);
    const wanted = to.chosen;
    const { files } = this.along;
    const tell = told(this.sending.progress.tell);
    const prepare = (): Promise<LettersPrepared> =>
      this.isAsking
        ? app.desk.planQuestion(number, { question: typed.value, to: wanted, until, files }, tell)
        : app.desk.planMessage(number, { text: typed.value, to: wanted.map(({ member }) => member), until, files }, tell);
    this.sending.ask(prepare, this.isAsking ? words.asks : words.writes, () => void this.draft?.forget());
  }

  view(all: App["words"]): TemplateResult {
    const { seen, form: typing, to, sending } = this;
    if (sending.isAsking) return html`${sending.question()}`;
    if (sending.isDone) return sending.finished({ name: "case", number: this.number }, all.letters.write.toCase);
    if (seen === undefined || typing === undefined || to === undefined) {
      return html`<div aria-busy="true">${text(all.wait)}</div>`;
    }
    const { write: words } = all.letters;
    const may = this.isAsking ? seen.mayAsk : seen.mayWrite;
    const back = link(address({ name: "case", number: this.number }), words.toCase);
    if (!may) {
      return html`<section class="card">${text(this.isAsking ? words.notAsking : words.notWriting)} ${text(back)}</section>`;
    }
    const intro = this.isAsking ? words.questionIntro : seen.isDirector ? words.messageIntro : words.toDirector;
    return html`<p class="utrecht-paragraph">${intro}</p>
      ${this.draft?.isRestored === true
        ? alert("info", html`${text(words.restored)} ${subtle(words.discard, () => void this.app.tries(() => this.discard()))}`)
        : nothing}
      ${typing.view({
        content: html`<section class="card">${this.typed()}</section>
          <section class="card">${to.view()}</section>
          ${this.along.card()}
          <section class="card">${this.day()}</section>
          ${sending.underway()}`,
        go: words.go,
        isPreparing: sending.isBusy,
        beside: back,
      })}`;
  }

  private typed(): Content {
    const { write: words } = this.app.words.letters;
    return this.isAsking
      ? this.words.view({ label: words.question, help: words.questionHelp, empty: words.questionEmpty, rows: 5 })
      : this.words.view({ label: words.text, help: words.textHelp, empty: words.textEmpty, rows: 6 });
  }

  private day(): Content {
    const { write: words } = this.app.words.letters;
    return this.isAsking
      ? this.until.view({ label: words.until, empty: words.untilEmpty, type: "date" })
      : this.until.view({ label: words.hoped, help: words.hopedHelp, type: "date" });
  }
}
