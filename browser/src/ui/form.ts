// Forms: what is typed stays, what is missing is said at its field and above the form, and the one button sends it.

import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";

import type { App } from "../app/app.ts";
import { errorSummary, field, type Content } from "./parts.ts";

/** A control of a form, and what was typed into it. */
export interface Field {
  readonly id: string;
  /** What is wrong with it, in words; nothing while it was not looked at. */
  error: string | undefined;
  /** Says what is wrong with it now. */
  judge(): string | undefined;
}

export interface TextWords {
  readonly label: string;
  readonly help?: string;
  /** What to say if nothing was typed; may be left empty without it. */
  readonly empty?: string;
  readonly autocomplete?: string;
  readonly rows?: number;
  readonly type?: string;
}

/** A text that somebody types. */
export class TextField implements Field {
  error: string | undefined;
  value = "";
  /** As it was shown last. */
  label = "";
  private missing: string | undefined;

  constructor(
    readonly id: string,
    private readonly draw: () => void = () => undefined,
    /** What else can be wrong with it. */
    private readonly wrong: (value: string) => string | undefined = () => undefined,
  ) {}

  judge(): string | undefined {
    if (this.value.trim() === "" && this.missing !== undefined) return this.missing;
    return this.wrong(this.value);
  }

  clear(): void {
    this.value = "";
    this.error = undefined;
  }

  /** What was typed, which is not kept here any more. */
  taken(): string {
    return this.value;
  }

  view(words: TextWords): TemplateResult {
    this.missing = words.empty;
    this.label = words.label;
    const typed = (event: Event): void => {
      this.value = (event.target as HTMLInputElement).value;
      this.draw();
    };
    const { id, error } = this;
    return field({ id, label: words.label, help: words.help, error }, (described) =>
      words.rows === undefined
        ? html`<input
            class="utrecht-textbox utrecht-textbox--html-input"
            id=${id}
            name=${id}
            type=${words.type ?? "text"}
            autocomplete=${words.autocomplete ?? "off"}
            autocapitalize="off"
            spellcheck="false"
            aria-describedby=${described}
            aria-invalid=${error ? "true" : nothing}
            aria-required=${words.empty ? "true" : nothing}
            .value=${live(this.value)}
            @input=${typed}
          />`
        : html`<textarea
            class="utrecht-textarea utrecht-textarea--html-textarea"
            id=${id}
            name=${id}
            rows=${words.rows}
            autocomplete=${words.autocomplete ?? "off"}
            spellcheck="false"
            aria-describedby=${described}
            aria-invalid=${error ? "true" : nothing}
            aria-required=${words.empty ? "true" : nothing}
            .value=${live(this.value)}
            @input=${typed}
          ></textarea>`,
    );
  }
}

/** One whose value a password manager may hold and fill in. */
export function secretField(id: string): TextField {
  return new TextField(id);
}

export interface FormPlan {
  readonly fields: readonly Field[];
  /** Does what the form is for; what it throws is shown as a refusal, and all that was typed stays. */
  submit(): Promise<void>;
}

export interface FormWords {
  readonly content: Content;
  /** What was sent is still being prepared, by whoever asks to agree to it. */
  readonly isPreparing?: boolean;
  /** On the one button. */
  readonly go: string;
  /** Beside it. */
  readonly beside?: Content;
}

/** A form with one button. */
export interface Form {
  readonly isBusy: boolean;
  view(words: FormWords): TemplateResult;
}

export function form(app: App, plan: FormPlan): Form {
  let busy = false;
  let waits = false;
  const judged = (): boolean => {
    for (const each of plan.fields) each.error = each.judge();
    return plan.fields.every((each) => each.error === undefined);
  };
  const submitted = (event: Event): void => {
    event.preventDefault();
    if (waits) return;
    if (!judged()) {
      app.draw();
      document.getElementById("error-summary")?.focus();
      return;
    }
    busy = true;
    app.draw();
    void app.tries(async () => {
      try {
        await plan.submit();
      } finally {
        busy = false;
      }
    });
  };
  return {
    get isBusy() {
      return busy;
    },
    view({ content, go, beside, isPreparing = false }) {
      waits = busy || isPreparing;
      // What was mended is not wrong any more.
      for (const each of plan.fields) if (each.error !== undefined) each.error = each.judge();
      const wrong = plan.fields.flatMap(({ id, error }) => (error === undefined ? [] : [{ id, error }]));
      return html`<form novalidate @submit=${submitted}>
        ${errorSummary(app.words.errors.title(wrong.length), wrong)} ${content}
        <div class="utrecht-button-group">
          <button
            type="submit"
            class="utrecht-button utrecht-button--primary-action ${waits ? "utrecht-button--busy" : ""}"
            aria-disabled=${waits ? "true" : nothing}
          >
            ${waits ? app.words.wait : go}
          </button>
          ${beside ?? nothing}
        </div>
      </form>`;
    },
  };
}
