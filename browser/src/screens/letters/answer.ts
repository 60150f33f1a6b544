// Answering a letter: what fits its kind. Why it is so stays with the own organisation (12.1).

import { html, nothing, type TemplateResult } from "lit-html";

import type { App } from "../../app/app.ts";
import { address } from "../../app/router.ts";
import type { Word } from "../../client/letter/said.ts";
import type { AnswerWanted, LetterSeen } from "../../desk/letters.ts";
import { Agree } from "../../ui/agree.ts";
import { ChoiceField, ChoicesField } from "../../ui/choice.ts";
import { KeptDraft } from "../../ui/draft.ts";
import { form, TextField, type Field, type Form } from "../../ui/form.ts";
import { alert, heading, link, list, text, type Content } from "../../ui/parts.ts";

/** The answers of which somebody may want to say why, among colleagues. */
const WITH_REASON: readonly Word[] = ["declined", "deputy", "no-contribution"];

export class AnswerForm {
  private readonly agree: Agree;
  private readonly word: ChoiceField<Word>;
  private readonly deputy: ChoiceField<string>;
  private readonly items: ChoicesField<string>;
  private readonly text: TextField;
  private readonly why: TextField;
  private readonly draft: KeptDraft;
  private readonly form: Form;

  constructor(
    private readonly app: App,
    private readonly letter: LetterSeen,
    private readonly done: () => void,
  ) {
    const { answers, colleagues, own } = letter;
    const changed = (): void => {
      this.draft.changed();
      app.draw();
    };
    const typed = (): void => this.draft.changed();
    this.agree = new Agree(app);
    this.word = new ChoiceField("word", answers, answers.length === 1 ? answers[0] : undefined, changed);
    this.deputy = new ChoiceField("deputy", colleagues.map(({ member }) => member), undefined, changed);
    this.items = new ChoicesField("items", own.map(({ item }) => item), [], changed);
    this.text = new TextField("text", typed);
    this.why = new TextField("why", typed);
    const kept = [this.word, this.deputy, this.items, this.text, this.why];
    this.draft = new KeptDraft(app, `reply-${letter.letter.replace(/^sha256:/, "")}`, kept);
    const shown = (): Field[] => this.fields;
    this.form = form(app, {
      get fields() {
        return shown();
      },
      submit: async () => this.submit(),
    });
  }

  /** Those in sight. */
  private get fields(): Field[] {
    const { chosen } = this.word;
    if (chosen === "deputy") return [this.word, this.deputy, this.text, this.why];
    if (chosen === "contributed") return [this.word, this.items, this.text];
    return this.hasReason ? [this.word, this.text, this.why] : [this.word, this.text];
  }

  private get hasReason(): boolean {
    const { chosen } = this.word;
    return chosen !== undefined && WITH_REASON.includes(chosen);
  }

  /** Whether what will be signed is shown, in place of the letter. */
  get isAsking(): boolean {
    return this.agree.isOpen;
  }

  question(): Content {
    return this.agree.view();
  }

  arrive(): Promise<void> {
    return this.draft.find();
  }

  leave(): void {
    this.draft.leave();
  }

  private submit(): void {
    const { app, letter } = this;
    const { answer: words } = app.words.letters;
    const word = this.word.chosen;
    if (word === undefined) return;
    const wanted: AnswerWanted = {
      word,
      text: this.text.value,
      reason: this.hasReason ? this.why.value : "",
      deputy: word === "deputy" ? this.deputy.chosen : undefined,
      items: word === "contributed" ? this.items.chosen : [],
    };
    this.agree.ask(() => app.desk.planReply(letter.case, letter.letter, wanted), {
      summary: ({ says }) => (says.nl.length === 0 ? text(words.same) : this.summary(wanted)),
      go: words.sign,
      done: () => {
        void this.draft.forget();
        this.done();
      },
      back: () => undefined,
    });
  }

  private summary({ word, text: typed, reason, deputy, items }: AnswerWanted): TemplateResult {
    const { answer: words } = this.app.words.letters;
    const { colleagues, own, from } = this.letter;
    const titles = own.filter(({ item }) => items.includes(item)).map(({ title }) => title);
    const instead = colleagues.find(({ member }) => member === deputy);
    return html`${text(words.summary(from.name))}
      <p class="utrecht-paragraph"><strong>${words.words[word]}</strong></p>
      ${instead === undefined ? nothing : text(words.deputy(instead.name))} ${titles.length === 0 ? nothing : list(titles)}
      ${typed.trim() === "" ? nothing : html`<p class="utrecht-paragraph lines quote">${typed.trim()}</p>`}
      ${reason.trim() === ""
        ? nothing
        : html`${text(words.summaryWhy)}
            <p class="utrecht-paragraph lines quote">${reason.trim()}</p>
            ${text(words.keeps)}`}
      ${text(words.undo)}`;
  }

  view(): TemplateResult {
    const { app, letter } = this;
    const { answer: words } = app.words.letters;
    const { chosen } = this.word;
    const content = html`
      ${letter.answers.length === 1
        ? nothing
        : this.word.view({ legend: words.word, labels: words.words, means: words.means, empty: words.wordEmpty })}
      ${chosen === "deputy" ? this.deputyView() : nothing} ${chosen === "contributed" ? this.itemsView() : nothing}
      ${this.text.view({ label: words.text, help: words.textHelp(letter.from.name), rows: 3 })}
      ${this.hasReason ? this.why.view({ label: words.why, help: words.whyHelp, rows: 2 }) : nothing}
    `;
    const go = letter.answers.length === 1 && chosen !== undefined ? `${words.words[chosen]}` : words.go;
    return html`<section class="card" id="answering" tabindex="-1" aria-labelledby="answering-title">
      <div id="answering-title">${heading(words.title)}</div>
      ${this.draft.isRestored ? alert("info", words.restored) : nothing}
      ${this.form.view({ content, go, isPreparing: this.agree.isBusy })}
    </section>`;
  }

  private deputyView(): Content {
    const { answer: words } = this.app.words.letters;
    const { colleagues } = this.letter;
    if (colleagues.length === 0) return alert("info", words.nobody);
    const labels = Object.fromEntries(colleagues.map(({ member, name }) => [member, name]));
    return this.deputy.view({ legend: words.who, labels, empty: words.whoEmpty });
  }

  private itemsView(): Content {
    const { answer: words } = this.app.words.letters;
    const { own, mayContribute, case: number } = this.letter;
    const way = mayContribute ? text(link(address({ name: "contribute", number }), words.contribute)) : nothing;
    if (own.length === 0) return html`${alert("info", words.noItems)} ${way}`;
    const labels = Object.fromEntries(own.map(({ item, title }) => [item, title]));
    return html`${this.items.view({ legend: words.which, labels, empty: words.whichEmpty })} ${way}`;
  }
}
