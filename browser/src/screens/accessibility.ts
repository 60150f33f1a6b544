// The accessibility statement.

import { html } from "lit-html";

import type { Screen } from "../app/app.ts";
import { heading, list, text } from "../ui/parts.ts";

export function accessibility(): Screen {
  return {
    title: (words) => words.accessibility.title,
    view: ({ accessibility: words }) => html`
      <div class="portal-narrow">
        ${text(words.intro)} ${heading(words.done)} ${list(words.points)} ${heading(words.limits)} ${text(words.limitsText)}
        ${text(words.contact)}
      </div>
    `,
  };
}
