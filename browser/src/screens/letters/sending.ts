// Letters that are about to be sent: each as it will be read, and then gone.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App } from "../../app/app.ts";
import { sizeText } from "../../app/dates.ts";
import type { Place } from "../../app/router.ts";
import type { LettersPrepared } from "../../desk/writing.ts";
import { Agree } from "../../ui/agree.ts";
import { alert, buttons, list, primary, subtle, text, type Content } from "../../ui/parts.ts";
import { Progress } from "../../ui/progress.ts";

export class SendLetters {
  private readonly agree: Agree;
  private prepared: LettersPrepared | undefined;
  private names: string[] = [];
  isDone = false;

  /** How much of what goes along was sealed. */
  readonly progress: Progress;

  constructor(private readonly app: App) {
    this.agree = new Agree(app);
    this.progress = new Progress(app);
  }

  get isAsking(): boolean {
    return this.agree.isOpen;
  }

  get isBusy(): boolean {
    return this.agree.isBusy;
  }

  question(): Content {
    return this.agree.view();
  }

  /** How far it is with what takes longer than a moment. */
  underway(): Content {
    return this.isBusy && this.progress.isUnderway ? html`<div aria-busy="true">${this.progress.view()}</div>` : nothing;
  }

  /** Shows them, with what is said above them, and sends them when that is agreed to. */
  ask(prepare: () => Promise<LettersPrepared>, says: (count: number) => string, sent: () => void): void {
    const { app } = this;
    const again = async (): Promise<LettersPrepared> => {
      this.prepared = await prepare();
      return this.prepared;
    };
    this.names = [];
    this.progress.clear();
    this.agree.ask(again, {
      summary: () => this.summary(says),
      go: app.words.letters.write.sign,
      send: async (plan) => {
        const { letters = [], left = 0 } = this.prepared ?? {};
        await app.desk.send(plan);
        this.names.push(...letters.map(({ name, partner }) => `${name}, ${partner}`));
        return left > 0 ? again() : undefined;
      },
      done: () => {
        this.isDone = true;
        sent();
        app.draw();
        document.getElementById("done")?.focus();
      },
      back: () => undefined,
    });
  }

  private summary(says: (count: number) => string): Content {
    const { prepared } = this;
    if (prepared === undefined) return nothing;
    const { write: words } = this.app.words.letters;
    const { letters, before, left, files } = prepared;
    if (letters.length === 0) return text(words.same);
    return html`${text(says(letters.length))} ${before.length === 0 ? nothing : alert("info", words.before(before))}
      ${left === 0 ? nothing : alert("info", words.left(left))} ${letters.map((each, at) => this.letter(each, at === 0))}
      ${files.length === 0 ? nothing : html`${text(words.sendsAlong)} ${list(files.map((file) => this.file(file)))}`}
      ${text(words.copy)}`;
  }

  private file({ name, length }: LettersPrepared["files"][number]): Content {
    return this.app.words.letters.letter.kept(name, sizeText(length, this.app.language));
  }

  /** A letter as it will be read. */
  private letter({ name, partner, way, subject, text: body }: LettersPrepared["letters"][number], isOpen: boolean): TemplateResult {
    const { write: words } = this.app.words.letters;
    return html`<details ?open=${isOpen}>
      <summary>${words.reads(name, partner)}</summary>
      <p class="utrecht-paragraph quiet">${words.ways[way]}</p>
      <div class="quote">
        <p class="utrecht-paragraph"><strong>${subject}</strong></p>
        <div class="lines letter">${body}</div>
      </div>
    </details>`;
  }

  /** That it was sent, and to whom; and the way back. */
  finished(back: Place, label: string): TemplateResult {
    const { app, names } = this;
    const { write: words } = app.words.letters;
    return html`<section class="card" id="done" tabindex="-1">
      ${alert("ok", words.done)} ${names.length === 0 ? nothing : list([...names])}
      ${buttons(
        primary(label, () => app.go(back)),
        subtle(words.toLetters, () => app.go({ name: "letters" })),
      )}
    </section>`;
  }
}
