// A recovery code: shown once, typed over, and held by whatever holds passwords.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App } from "../app/app.ts";
import { BadCode, RecoveryCode } from "../protocol/recovery.ts";
import { codeSentence } from "../protocol/recovery/sentence.ts";
import { TextField, type TextWords } from "./form.ts";
import { buttons, heading, secondary } from "./parts.ts";

/** A field for a code. A password manager takes it for a password, so it can hold it and fill it in. */
export class CodeField extends TextField {
  private isShown = false;

  constructor(
    id: string,
    private readonly app: App,
    wrong?: (typed: string) => string | undefined,
  ) {
    super(id, undefined, wrong ?? ((typed) => codeProblem(app, typed)));
  }

  override view(words: TextWords): TemplateResult {
    const shown = (event: Event): void => {
      this.isShown = (event.target as HTMLInputElement).checked;
      this.app.draw();
    };
    return html`${super.view({ ...words, type: this.isShown ? "text" : "password" })}
      <label class="choice">
        <input type="checkbox" .checked=${this.isShown} @change=${shown} />
        <span>${this.app.words.keys.showCode}</span>
      </label>`;
  }

  override clear(): void {
    super.clear();
    this.isShown = false;
  }
}

/** What is wrong with a code as somebody typed it, before anybody is asked. */
function codeProblem(app: App, typed: string): string | undefined {
  try {
    RecoveryCode.parse(typed).wipe();
    return undefined;
  } catch (error) {
    if (error instanceof BadCode) return codeSentence(error)[app.language];
    throw error;
  }
}

/**
 * By what a password manager tells one code from another: the mail address, where it is known. Nobody sees or types it.
 */
export function userNameField(mail?: string): TemplateResult {
  return html`<input
    class="visually-hidden"
    type="text"
    name="username"
    autocomplete="username"
    tabindex="-1"
    aria-hidden="true"
    ?readonly=${mail !== undefined}
    value=${mail ?? nothing}
  />`;
}

export interface CodeWords {
  readonly title: string;
  readonly how: string;
  readonly print: string;
  /** What stands beside it on paper. */
  readonly printed: string;
}

/** A code that is shown once, to be printed or kept. */
export function codeShown(code: string, words: CodeWords): TemplateResult {
  return html`<section class="card">
    ${heading(words.title)}
    <p class="utrecht-paragraph only-print">${words.printed}</p>
    <p class="code" id="recovery-code">${code}</p>
    <p class="utrecht-paragraph no-print">${words.how}</p>
    <div class="no-print">${buttons(secondary(words.print, () => window.print()))}</div>
  </section>`;
}

/** Whether both are the same code, however they are spelled. */
export function isSameCode(typed: string, shown: string): boolean {
  const plain = (code: string): string => code.toUpperCase().replace(/[\s-]/g, "");
  const read = plain(typed).replace(/O/g, "0").replace(/[IL]/g, "1");
  return shown !== "" && plain(shown) === read;
}
