// Choices of a form: one of a few, or some of them. All are in sight, and each has a name.

import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";

import type { Field } from "./form.ts";
import type { Content } from "./parts.ts";

export interface ChoiceWords<V extends string> {
  /** What is asked. */
  readonly legend: Content;
  readonly help?: string | undefined;
  readonly labels: Readonly<Record<V, string>>;
  /** What a choice means, below its name. */
  readonly means?: Readonly<Partial<Record<V, string>>>;
  /** What to say if nothing was chosen; may be left open without it. */
  readonly empty?: string;
  /** How much the question weighs on its page. */
  readonly isHeading?: boolean;
}

interface Options {
  readonly id: string;
  readonly type: "radio" | "checkbox";
  readonly error: string | undefined;
  isChosen(value: string): boolean;
  choose(value: string, isChosen: boolean): void;
}

function fieldset<V extends string>(all: readonly V[], words: ChoiceWords<V>, options: Options): TemplateResult {
  const { id, type, error } = options;
  const described = [words.help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(" ");
  const one = (value: V, at: number): TemplateResult => {
    const means = words.means?.[value];
    const own = at === 0 ? id : `${id}-${value}`;
    return html`<label class="choice">
        <input
          type=${type}
          id=${own}
          name=${id}
          value=${value}
          aria-describedby=${means === undefined ? nothing : `${own}-means`}
          aria-invalid=${error && type === "radio" ? "true" : nothing}
          .checked=${live(options.isChosen(value))}
          @change=${(event: Event) => options.choose(value, (event.target as HTMLInputElement).checked)}
        />
        <span>${words.labels[value]}</span>
      </label>
      ${means === undefined ? nothing : html`<div class="choice__means" id="${own}-means">${means}</div>`}`;
  };
  return html`<fieldset
    class="plain ${error ? "utrecht-form-field--invalid" : ""}"
    aria-describedby=${described || nothing}
  >
    <legend class=${words.isHeading ? "utrecht-heading-2" : "utrecht-form-label"}>${words.legend}</legend>
    ${words.help ? html`<div class="utrecht-form-field-description" id="${id}-help">${words.help}</div>` : nothing}
    ${error ? html`<div class="utrecht-form-field-error-message" id="${id}-error">${error}</div>` : nothing}
    ${all.map(one)}
  </fieldset>`;
}

/** One of a few. */
export class ChoiceField<V extends string> implements Field {
  error: string | undefined;
  private missing: string | undefined;
  private taken: V | undefined;

  constructor(
    readonly id: string,
    private readonly all: readonly V[],
    first: V | undefined,
    private readonly changed: () => void = () => undefined,
    /** What else can be wrong with it. */
    private readonly wrong: () => string | undefined = () => undefined,
  ) {
    this.taken = first;
  }

  get chosen(): V | undefined {
    return this.taken;
  }

  /** As it is kept; what is none of the choices is none. */
  get value(): string {
    return this.taken ?? "";
  }

  set value(text: string) {
    this.taken = this.all.find((each) => each === text);
  }

  judge(): string | undefined {
    return this.taken === undefined ? this.missing : this.wrong();
  }

  view(words: ChoiceWords<V>): TemplateResult {
    this.missing = words.empty;
    return fieldset(this.all, words, {
      id: this.id,
      type: "radio",
      error: this.error,
      isChosen: (value) => value === this.taken,
      choose: (value) => {
        this.value = value;
        this.changed();
      },
    });
  }
}

/** Some of a few, or none. */
export class ChoicesField<V extends string> implements Field {
  error: string | undefined;
  private missing: string | undefined;
  private readonly taken: Set<V>;

  constructor(
    readonly id: string,
    private readonly all: readonly V[],
    first: readonly V[],
    private readonly changed: () => void = () => undefined,
    /** What else can be wrong with it. */
    private readonly wrong: () => string | undefined = () => undefined,
  ) {
    this.taken = new Set(first);
  }

  get chosen(): readonly V[] {
    return this.all.filter((each) => this.taken.has(each));
  }

  get value(): string {
    return this.chosen.join(",");
  }

  set value(text: string) {
    const wanted = text.split(",");
    this.taken.clear();
    for (const each of this.all) if (wanted.includes(each)) this.taken.add(each);
  }

  judge(): string | undefined {
    return (this.taken.size === 0 ? this.missing : undefined) ?? this.wrong();
  }

  view(words: ChoiceWords<V>): TemplateResult {
    this.missing = words.empty;
    return fieldset(this.all, words, {
      id: this.id,
      type: "checkbox",
      error: this.error,
      isChosen: (value) => this.taken.has(value as V),
      choose: (value, isChosen) => {
        if (isChosen) this.taken.add(value as V);
        else this.taken.delete(value as V);
        this.changed();
      },
    });
  }
}
