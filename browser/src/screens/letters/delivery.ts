// How somebody reads letters: here, or in a mail program; and in which language.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App } from "../../app/app.ts";
import type { LettersSeen } from "../../desk/letters.ts";
import { Agree } from "../../ui/agree.ts";
import { ChoiceField } from "../../ui/choice.ts";
import { form, type Form } from "../../ui/form.ts";
import { buttons, heading, secondary, subtle, text, type Content } from "../../ui/parts.ts";

type Delivery = LettersSeen["delivery"];

export class DeliveryChoice {
  private readonly agree: Agree;
  private isOpen = false;
  private way = new ChoiceField<Delivery["way"]>("way", ["portal", "mail"], undefined);
  private language = new ChoiceField<Delivery["language"]>("language", ["nl", "en"], undefined);
  private readonly form: Form;

  constructor(
    private readonly app: App,
    private readonly done: () => void,
  ) {
    this.agree = new Agree(app);
    this.form = form(app, { fields: [this.way, this.language], submit: async () => this.submit() });
  }

  get isAsking(): boolean {
    return this.agree.isOpen;
  }

  question(): Content {
    return this.agree.view();
  }

  private open({ way, language }: Delivery): void {
    this.way.value = way;
    this.language.value = language;
    this.isOpen = true;
    this.app.draw();
    document.getElementById("delivery")?.focus();
  }

  private close(): void {
    this.isOpen = false;
    this.app.draw();
    document.getElementById("delivery")?.focus();
  }

  private submit(): void {
    const { app } = this;
    const { delivery: words } = app.words.letters;
    const [way, language] = [this.way.chosen, this.language.chosen];
    if (way === undefined || language === undefined) return;
    this.agree.ask(() => app.desk.planDelivery(way, language), {
      summary: ({ says }) =>
        says.nl.length === 0
          ? text(words.same)
          : html`${text(words.summary[way])} ${text(words.language[language])} ${text(words.public)}`,
      go: words.sign,
      done: () => {
        this.isOpen = false;
        this.done();
      },
      back: () => undefined,
    });
  }

  view(now: Delivery): TemplateResult {
    const { delivery: words } = this.app.words.letters;
    return html`<section class="card" id="delivery" tabindex="-1" aria-labelledby="delivery-title">
      <div id="delivery-title">${heading(words.title)}</div>
      ${text(`${words.now[now.way](now.mail)} ${words.language[now.language]}`)}
      ${this.isOpen ? this.fields() : buttons(secondary(words.change, () => this.open(now)))}
    </section>`;
  }

  private fields(): Content {
    const { delivery: words } = this.app.words.letters;
    return this.form.view({
      content: html`${this.way.view({ legend: words.way, labels: words.ways, means: words.means })}
      ${this.language.view({ legend: words.languages, labels: words.languageNames })}`,
      go: words.go,
      isPreparing: this.agree.isBusy,
      beside: this.agree.isBusy ? nothing : subtle(words.back, () => this.close()),
    });
  }
}
