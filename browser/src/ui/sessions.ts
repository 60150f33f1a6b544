// Where somebody is signed in, and how to end it elsewhere.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App } from "../app/app.ts";
import { shortMoment } from "../app/dates.ts";
import type { SessionSeen } from "../desk/account.ts";
import { alert, badge, buttons, heading, secondary, text } from "./parts.ts";

export class Sessions {
  private all: readonly SessionSeen[] | undefined;
  private busy = false;
  private ended: number | undefined;

  constructor(private readonly app: App) {}

  async load(): Promise<void> {
    this.all = await this.app.desk.sessions();
    this.app.draw();
  }

  view(): TemplateResult {
    const { app, all, ended } = this;
    const { keys: words, wait } = app.words;
    const others = (all ?? []).filter((row) => !row.this);
    return html`<section class="card" id="sessions" tabindex="-1" aria-busy=${all === undefined ? "true" : nothing}>
      ${heading(words.sessions)} ${text(words.sessionsHelp)}
      ${ended === undefined ? nothing : alert("ok", words.ended(ended))}
      ${all === undefined
        ? text(wait)
        : html`<ul class="work-list">
            ${all.map((row) => this.row(row))}
          </ul>`}
      ${others.length > 1
        ? buttons(secondary(this.busy ? wait : words.endOthers, () => this.end(others), { busy: this.busy }))
        : nothing}
      ${all !== undefined && others.length === 0 ? text(words.noOthers) : nothing}
    </section>`;
  }

  private row(row: SessionSeen): TemplateResult {
    const { app } = this;
    const { keys: words } = app.words;
    const begun = shortMoment(row.begun, app.language);
    const label = html`${words.end}<span class="visually-hidden">: ${words.endOf(begun)}</span>`;
    return html`<li class="work-row">
      <div>
        <span class="work-row__title">${words.begun} ${begun}</span>
        <div class="quiet">${words.seen} ${shortMoment(row.seen, app.language)}</div>
      </div>
      ${row.this ? badge("safe", words.here) : secondary(label, () => this.end([row]), { busy: this.busy })}
    </li>`;
  }

  private end(rows: readonly SessionSeen[]): void {
    if (this.busy) return;
    this.busy = true;
    this.app.draw();
    void this.app.tries(async () => {
      try {
        for (const { session } of rows) await this.app.desk.endSession(session);
        this.ended = rows.length;
        await this.load();
      } finally {
        this.busy = false;
      }
      this.app.draw();
      document.getElementById("sessions")?.focus();
    });
  }
}
