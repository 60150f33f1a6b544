// The accessibility statement.

import { html } from "lit-html";

import type { Screen } from "../app/app.ts";
import { heading, list, text } from "../ui/parts.ts";

export function accessibility(): Screen {
  return {
    isNarrow: true,
    title: (words) => words.accessibility.title,
    view: ({ accessibility: words }) => html`
      ${text(words.intro)}
      <section class="card">${heading(words.done)} ${list(words.points)} ${text(words.stories)}</section>
      <section class="card">${heading(words.limits)} ${text(words.limitsText)} ${text(words.people)}</section>
      <section class="card">${text(words.contact)}</section>
    `,
  };
}
