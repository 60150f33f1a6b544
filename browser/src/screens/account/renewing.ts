// A new recovery code, and only the passkeys that are touched: what was lost opens nothing any more.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App } from "../../app/app.ts";
import { hasPasskeys, touch } from "../../app/touch.ts";
import { Agree } from "../../ui/agree.ts";
import { CodeField, codeShown, isSameCode, userNameField } from "../../ui/code.ts";
import { form } from "../../ui/form.ts";
import { alert, buttons, primary, secondary, text } from "../../ui/parts.ts";

type Step = "keep" | "code" | "agree";
const STEPS: readonly Step[] = ["keep", "code", "agree"];

export class Renewing {
  private step: Step | undefined;
  private kept = 0;
  private busy = false;
  private code = "";
  private mail = "";
  private readonly agree: Agree;
  private readonly again: CodeField;
  private readonly form;

  constructor(
    private readonly app: App,
    private readonly done: () => void,
  ) {
    this.agree = new Agree(app);
    this.again = new CodeField("again", app, (typed) =>
      isSameCode(typed, this.code) ? undefined : app.words.enrol.wrong,
    );
    this.form = form(app, { fields: [this.again], submit: async () => this.asks() });
  }

  get isOpen(): boolean {
    return this.step !== undefined;
  }

  begin(): void {
    void this.app.tries(async () => {
      this.kept = await this.app.desk.keptPasskeys();
      this.mail = (await this.app.desk.account()).mail;
      this.go("keep");
    });
  }

  leave(): void {
    this.step = undefined;
    this.code = "";
    this.again.clear();
  }

  private go(step: Step): void {
    this.step = step;
    this.app.draw();
    document.getElementById("work")?.focus();
  }

  private touches(): void {
    if (this.busy) return;
    this.busy = true;
    this.app.draw();
    void this.app.tries(async () => {
      try {
        this.kept = await this.app.desk.keptPasskeys(await touch());
      } finally {
        this.busy = false;
      }
    });
  }

  private makesCode(): void {
    void this.app.tries(async () => {
      this.code = await this.app.desk.newCode();
      this.go("code");
    });
  }

  private asks(): void {
    const { keys: words } = this.app.words;
    this.step = "agree";
    this.agree.ask(() => this.app.desk.planOpeners(), {
      summary: html`${text(words.renewing(this.kept))} ${alert("info", words.renewThief)}`,
      go: words.renewSign,
      done: () => {
        this.leave();
        this.done();
      },
      back: () => this.go("code"),
    });
  }

  view(): TemplateResult {
    const { step, app } = this;
    const { keys: words } = app.words;
    if (step === undefined) return html``;
    const name = words.renewSteps[step];
    return html`<p class="utrecht-paragraph quiet no-print">${words.renewStep(STEPS.indexOf(step) + 1, name)}</p>
      ${step === "keep" ? this.keepView() : this.agree.isOpen ? this.agree.view() : this.codeView()}`;
  }

  private keepView(): TemplateResult {
    const { app, kept, busy } = this;
    const { keys: words, wait, cancel } = app.words;
    const touched = hasPasskeys() ? secondary(busy ? wait : words.keep, () => this.touches(), { busy }) : nothing;
    return html`<section class="card">
      ${text(words.keepIntro)}
      <p class="utrecht-paragraph" role="status" id="kept">${words.kept(kept)}</p>
      ${kept === 0 ? html`<p class="utrecht-paragraph quiet">${words.codeOnly}</p>` : nothing}
      ${buttons(
        touched,
        primary(words.next, () => this.makesCode()),
        secondary(cancel, () => this.cancels()),
      )}
    </section>`;
  }

  private cancels(): void {
    this.leave();
    this.app.draw();
    document.getElementById("work")?.focus();
  }

  private codeView(): TemplateResult {
    const { app, code, again } = this;
    const { keys: words, enrol, cancel } = app.words;
    return html`${codeShown(code, {
        title: words.newCode,
        how: words.newCodeHow,
        print: enrol.print,
        printed: enrol.printed(app.who?.name ?? ""),
      })}
      <section class="card no-print">
        ${this.form.view({
          content: html`${userNameField(this.mail)}
          ${again.view({
            label: enrol.again,
            help: enrol.againHelp,
            empty: enrol.wrong,
            autocomplete: "new-password",
          })}`,
          go: words.next,
          beside: secondary(cancel, () => this.cancels()),
        })}
      </section>`;
  }
}
