// What will be signed, shown before it is: nothing leaves before the person says so.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App } from "../app/app.ts";
import { DeskRefusal } from "../desk/line.ts";
import type { Prepared } from "../desk/plans.ts";
import { alert, buttons, primary, secondary, type Content } from "./parts.ts";

export interface Agreeing {
  /** In plain words, what happens. */
  readonly summary: Content | ((prepared: Prepared) => Content);
  readonly go: string;
  /** Sends it, where that gives more than that it was sent: perhaps what to agree to anew. */
  send?(plan: number): Promise<Prepared | undefined>;
  /** After it was sent. */
  done(): void;
  /** Back, without having signed. */
  back(): void;
}

/** One question: shall this be signed and sent? */
export class Agree {
  private prepared: Prepared | undefined;
  private prepare: (() => Promise<Prepared>) | undefined;
  private isAnew = false;
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
        [this.prepare, this.agreeing, this.isAnew] = [prepare, agreeing, false];
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
    const { summary } = agreeing;
    return html`<section class="card" id="agree" tabindex="-1" aria-labelledby="agree-title">
      <h2 class="utrecht-heading-2" id="agree-title">${words.title}</h2>
      ${this.isAnew ? alert("info", words.anew) : nothing}
      ${typeof summary === "function" ? summary(prepared) : summary}
      ${prepared.warnings.map((warning) => alert("warning", warning[app.language]))}
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
      let next: Prepared | undefined;
      try {
        next = await this.sent(plan, agreeing);
        this.prepared = next;
        if (next === undefined) this.prepare = this.agreeing = undefined;
      } finally {
        this.busy = false;
      }
      if (next === undefined) return agreeing.done();
      this.isAnew = true;
      this.app.draw();
      document.getElementById("agree")?.focus();
    });
  }

  /** Sends it. Gives what to agree to anew, where that is needed: it was thought about for too long, say. */
  private async sent(plan: number, agreeing: Agreeing): Promise<Prepared | undefined> {
    try {
      if (agreeing.send !== undefined) return await agreeing.send(plan);
      await this.app.desk.send(plan);
      return undefined;
    } catch (error) {
      const isLate = error instanceof DeskRefusal && error.code === "took-too-long";
      if (!isLate || this.prepare === undefined) throw error;
      return this.prepare();
    }
  }

  private close(agreeing: Agreeing): void {
    this.prepared = this.prepare = this.agreeing = undefined;
    agreeing.back();
    this.app.draw();
  }
}

