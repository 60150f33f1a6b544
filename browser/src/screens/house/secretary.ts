// What the house's secretary carries: keys that wait, to the authority, which works offline; and back what it made,
// slips to print and statements to publish.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App } from "../../app/app.ts";
import { momentText, shortMoment } from "../../app/dates.ts";
import { save } from "../../app/save.ts";
import type { BatchSeen, FilesSeen, PublishedSeen, SlipSeen } from "../../desk/files.ts";
import type { KeyWaiting } from "../../desk/house.ts";
import { alert, badge, buttons, heading, primary, secondary, text, type Content } from "../../ui/parts.ts";

export class Secretary {
  private files: FilesSeen | undefined;
  private published: readonly PublishedSeen[] | undefined;
  private busy = false;

  constructor(
    private readonly app: App,
    /** Shows the house as it is after something was published. */
    private readonly again: () => Promise<void>,
  ) {}

  view(waiting: readonly KeyWaiting[]): TemplateResult {
    return html`${this.keys(waiting)} ${this.carried()} ${this.paper()}`;
  }

  private keys(waiting: readonly KeyWaiting[]): TemplateResult {
    const { house: words, carrying } = this.app.words;
    return html`<section class="card" aria-live="polite">
      ${heading(words.waiting)}
      ${waiting.length === 0 ? text(carrying.noneWait) : text(words.waitingHelp)}
      <ul class="work-list">
        ${waiting.map((key) => this.key(key))}
      </ul>
      <p class="utrecht-paragraph quiet">${carrying.live}</p>
    </section>`;
  }

  private key({ userId, at, words: toHear, member, request }: KeyWaiting): TemplateResult {
    const { app } = this;
    const { house: words } = app.words;
    const carry = (): void => save(`key-request-${member}.json`, "application/json", request);
    return html`<li class="work-row">
      <div>
        <span class="work-row__title">${userId}</span>
        <div class="quiet">${shortMoment(at, app.language)}</div>
        <div>${words.words} <strong>${toHear}</strong></div>
      </div>
      ${buttons(secondary(html`${words.carry}<span class="visually-hidden">: ${userId}</span>`, carry))}
    </li>`;
  }

  private carried(): TemplateResult {
    const { app, files, published } = this;
    const { carrying: words } = app.words;
    const id = "authority-files";
    return html`<section class="card">
      ${heading(words.title)}
      <div class="utrecht-form-field-description" id="${id}-help">${words.help}</div>
      <input
        class="visually-hidden drop__input"
        id=${id}
        type="file"
        multiple
        accept=".txt,.json"
        aria-describedby="${id}-help"
        @change=${(event: Event) => this.chosen(event.target as HTMLInputElement)}
      />
      <label class="utrecht-button utrecht-button--secondary-action drop__button" for=${id}>${words.choose}</label>
      ${files === undefined ? nothing : this.read(files)} ${published === undefined ? nothing : this.outcome(published)}
    </section>`;
  }

  private chosen(input: HTMLInputElement): void {
    const files = [...(input.files ?? [])];
    // So that the same files can be chosen again.
    input.value = "";
    this.files = this.published = undefined;
    this.app.draw();
    void this.app.tries(async () => {
      this.files = await this.app.desk.readFiles(files);
      this.app.draw();
      document.getElementById("read-files")?.focus();
    });
  }

  private read({ slips, batches, others }: FilesSeen): TemplateResult {
    const { carrying: words } = this.app.words;
    const isNothing = slips.length === 0 && batches.length === 0;
    return html`<div id="read-files" class="stack" tabindex="-1">
      ${others.length === 0 ? nothing : alert("warning", words.others(others.join(", ")))}
      ${isNothing ? text(words.nothing) : nothing} ${slips.length === 0 ? nothing : this.slips(slips)}
      ${batches.length === 0 ? nothing : this.batches(batches)}
    </div>`;
  }

  private slips(slips: readonly SlipSeen[]): TemplateResult {
    const { app } = this;
    const { carrying: words } = app.words;
    return html`<h3 class="utrecht-heading-3">${words.slips(slips.length)}</h3>
      ${alert("warning", words.slipsHelp)}
      <ul class="work-list">
        ${slips.map(
          ({ name, until, lines }) =>
            html`<li>
              ${words.slipFor(name, momentText(until, app.language))}
              <details>
                <summary>${words.showSlip}<span class="visually-hidden">: ${name}</span></summary>
                <pre class="code code--small lines">${lines.join("\n")}</pre>
              </details>
            </li>`,
        )}
      </ul>
      ${buttons(secondary(words.print, () => window.print()))}
      <p class="utrecht-paragraph quiet">${words.printHelp}</p>`;
  }

  /** On paper only: one on a page. */
  private paper(): Content {
    const { app, files } = this;
    if (files === undefined || files.slips.length === 0) return nothing;
    const { carrying: words } = app.words;
    return html`<div class="slips" aria-hidden="true">
      ${files.slips.map(
        ({ name, until, lines }) =>
          html`<section class="slip">
            <h2 class="utrecht-heading-2">${words.paperTitle}</h2>
            <p>${words.slipFor(name, momentText(until, app.language))}</p>
            <p>${words.paperHow(location.origin)}</p>
            <pre>${lines.join("\n")}</pre>
            <p>${words.paperSecret}</p>
            <p>${words.paperCall} ______________________</p>
          </section>`,
      )}
    </div>`;
  }

  private batches(batches: readonly BatchSeen[]): TemplateResult {
    const { app, busy } = this;
    const { carrying: words, wait } = app.words;
    return html`<h3 class="utrecht-heading-3">${words.batches(batches.length)}</h3>
      <ul class="utrecht-unordered-list">
        ${batches.map(
          ({ file, says }) =>
            html`<li class="utrecht-unordered-list__item">
              <span class="quiet">${file}</span>
              ${says[app.language].map((line) => html`<div>${line}</div>`)}
            </li>`,
        )}
      </ul>
      ${buttons(primary(busy ? wait : words.publish, () => this.publish(), { busy }))}`;
  }

  private publish(): void {
    if (this.busy) return;
    this.busy = true;
    this.app.draw();
    void this.app.tries(async () => {
      try {
        this.published = await this.app.desk.publishFiles();
        // Slips stay, to be printed.
        this.files = this.files && { ...this.files, batches: [] };
      } finally {
        this.busy = false;
      }
      await this.again();
      document.getElementById("published")?.focus();
    });
  }

  private outcome(published: readonly PublishedSeen[]): TemplateResult {
    const { app } = this;
    const { carrying: words } = app.words;
    const good = published.filter(({ refused }) => refused === undefined);
    const bad = published.filter(({ refused }) => refused !== undefined);
    return html`<div id="published" class="stack" tabindex="-1">
      ${good.length === 0 ? nothing : alert("ok", words.published(good.length))}
      ${bad.map(({ file, refused }) =>
        alert("error", html`${badge("danger", words.refused)} ${file}: ${refused?.[app.language] ?? nothing}`),
      )}
    </div>`;
  }
}
