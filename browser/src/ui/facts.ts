// Names and what they stand for, in rows.

import { html, type TemplateResult } from "lit-html";

import type { Content } from "./parts.ts";

export function facts(rows: readonly (readonly [string, Content | undefined])[]): TemplateResult {
  return html`<dl class="utrecht-data-list utrecht-data-list--rows facts">
    ${rows.map(
      ([label, value]) =>
        html`<div class="utrecht-data-list__item">
          <dt class="utrecht-data-list__item-key">${label}</dt>
          <dd class="utrecht-data-list__item-value utrecht-data-list__item-value--html-dd">${value}</dd>
        </div>`,
    )}
  </dl>`;
}
