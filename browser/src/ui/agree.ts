// What will be signed, shown before it is: nothing leaves before the person says so.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App } from "../app/app.ts";
import type { Prepared } from "../desk/plans.ts";
import { alert, buttons, primary, secondary, type Content } from "./parts.ts";

export interface Agreeing {
  /** In plain words, what happens. */
  readonly summary: Content;
  readonly go: string;
  /** After it was sent. */
  done(): void;
  /** Back, without having signed. */
  back(): void;
}

/** One question: shall this be signed and sent? */
export class Agree {
  private prepared: Prepared | undefined;
  private agreeing: Agreeing | undefined;
  private busy = false;

  constructor(private readonly app: App) {}

  get isOpen(): boolean {
    return this.prepared !== undefined;
  }

  /** Prepares what will be signed, and asks. What is refused is shown where one is. */
  ask(prepare: () => Promise<Prepared>, agreeing: Agreeing): void {
    if (this.busy) return;
    this.busy = true;
    this.app.draw();
    void this.app.tries(async () => {
      try {
        this.prepared = await prepare();
        this.agreeing = agreeing;
      } finally {
        this.busy = false;
      }
      this.app.draw();
      document.getElementById("agree")?.focus();
    });
  }

  get isBusy(): boolean {
    return this.busy;
  }

  view(): Content {
    const { prepared, agreeing, app, busy } = this;
    if (prepared === undefined || agreeing === undefined) return nothing;
    const { agree: words } = app.words;
    return html`<section class="card" id="agree" tabindex="-1" aria-labelledby="agree-title">
      <h2 class="utrecht-heading-2" id="agree-title">${words.title}</h2>
      ${agreeing.summary} ${prepared.warnings.map((warning) => alert("warning", warning[app.language]))}
      ${this.exactly(prepared)}
      ${buttons(
        primary(busy ? app.words.wait : agreeing.go, () => this.send(prepared, agreeing), { busy }),
        secondary(app.words.back, () => this.close(agreeing), { busy }),
      )}
    </section>`;
  }

  /** The statements' own lines, for who wants to see them. */
  private exactly({ says }: Prepared): TemplateResult {
    const { app } = this;
    const statements = says[app.language];
    return html`<details>
      <summary>${app.words.agree.exactly(statements.length)}</summary>
      ${statements.map((lines) => html`<p class="utrecht-paragraph">${lines.map((line) => html`${line}<br />`)}</p>`)}
    </details>`;
  }

  private send({ plan }: Prepared, agreeing: Agreeing): void {
    this.busy = true;
    this.app.draw();
    void this.app.tries(async () => {
      try {
        await this.app.desk.send(plan);
        this.prepared = this.agreeing = undefined;
      } finally {
        this.busy = false;
      }
      agreeing.done();
    });
  }

  private close(agreeing: Agreeing): void {
    this.prepared = this.agreeing = undefined;
    agreeing.back();
    this.app.draw();
  }
}

