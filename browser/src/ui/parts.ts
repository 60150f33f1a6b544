// The parts that screens are made of.

import { html, nothing, type TemplateResult } from "lit-html";

export type Content = TemplateResult | string | typeof nothing;

interface ButtonLooks {
  /** Work is under way: the button says so, and takes no second press. */
  busy?: boolean;
  disabled?: boolean;
  danger?: boolean;
}

function button(look: string, label: Content, press: () => void, looks: ButtonLooks): TemplateResult {
  const kinds = [`utrecht-button utrecht-button--${look}`];
  if (looks.danger) kinds.push("utrecht-button--danger");
  if (looks.busy) kinds.push("utrecht-button--busy");
  return html`<button
    type="button"
    class=${kinds.join(" ")}
    ?disabled=${looks.disabled === true}
    aria-disabled=${looks.busy ? "true" : nothing}
    @click=${() => (looks.busy ? undefined : press())}
  >
    ${label}
  </button>`;
}

/** The one thing that a screen is for. */
export function primary(label: Content, press: () => void, looks: ButtonLooks = {}): TemplateResult {
  return button("primary-action", label, press, looks);
}

export function secondary(label: Content, press: () => void, looks: ButtonLooks = {}): TemplateResult {
  return button("secondary-action", label, press, looks);
}

export function subtle(label: Content, press: () => void, looks: ButtonLooks = {}): TemplateResult {
  return button("subtle", label, press, looks);
}

export function buttons(...all: Content[]): TemplateResult {
  return html`<div class="utrecht-button-group">${all}</div>`;
}

export type AlertKind = "info" | "ok" | "warning" | "error";

/** A message that stands out. An error or a warning is read out at once. */
export function alert(kind: AlertKind, content: Content): TemplateResult {
  const loud = kind === "error" || kind === "warning";
  return html`<div class="utrecht-alert utrecht-alert--${kind}" role=${loud ? "alert" : "status"}>
    <div class="utrecht-alert__content">${content}</div>
  </div>`;
}

export type BadgeKind = "neutral" | "safe" | "warning" | "danger";

/** A status in a word or two; its colour only repeats what the word says. */
export function badge(kind: BadgeKind, text: string): TemplateResult {
  return html`<span class="utrecht-status-badge utrecht-status-badge--${kind}">${text}</span>`;
}

export function link(href: string, text: Content): TemplateResult {
  return html`<a class="utrecht-link utrecht-link--html-a" href=${href}>${text}</a>`;
}

export function text(content: Content): TemplateResult {
  return html`<p class="utrecht-paragraph">${content}</p>`;
}

export function heading(content: Content): TemplateResult {
  return html`<h2 class="utrecht-heading-2">${content}</h2>`;
}

export function list(items: Content[]): TemplateResult {
  return html`<ul class="utrecht-unordered-list">
    ${items.map((item) => html`<li class="utrecht-unordered-list__item">${item}</li>`)}
  </ul>`;
}

export interface FieldWords {
  id: string;
  label: string;
  help?: string | undefined;
  /** What is wrong with it, and what to do. */
  error?: string | undefined;
}

/** A label, its help, what is wrong, and the control that all of these belong to. */
export function field(words: FieldWords, control: (described: string | typeof nothing) => TemplateResult): TemplateResult {
  const { id, label, help, error } = words;
  const described = [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(" ");
  return html`<div class="field utrecht-form-field ${error ? "utrecht-form-field--invalid" : ""}">
    <label class="utrecht-form-label" for=${id}>${label}</label>
    ${help ? html`<div class="utrecht-form-field-description" id="${id}-help">${help}</div>` : nothing}
    ${error ? html`<div class="utrecht-form-field-error-message" id="${id}-error">${error}</div>` : nothing}
    <div class="field__input">${control(described || nothing)}</div>
  </div>`;
}

/** What is wrong with a form, all of it, with a way to each field. It takes the focus when it appears. */
export function errorSummary(title: string, errors: { id: string; error: string }[]): Content {
  if (errors.length === 0) return nothing;
  const to = (id: string) => (event: Event) => {
    event.preventDefault();
    document.getElementById(id)?.focus();
  };
  return html`<div class="utrecht-alert utrecht-alert--error" role="alert" tabindex="-1" id="error-summary">
    <div class="utrecht-alert__content">
      <h2 class="utrecht-heading-3">${title}</h2>
      <ul class="utrecht-unordered-list">
        ${errors.map(
          ({ id, error }) =>
            html`<li class="utrecht-unordered-list__item">
              <a class="utrecht-link utrecht-link--html-a" href="#${id}" @click=${to(id)}>${error}</a>
            </li>`,
        )}
      </ul>
    </div>
  </div>`;
}
