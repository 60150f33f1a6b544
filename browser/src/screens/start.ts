// Inloggen: one touch of a passkey unlocks the keys and signs in.

import { html } from "lit-html";

import type { App, Screen } from "../app/app.ts";
import { address } from "../app/router.ts";
import { buttons, heading, link, primary, text } from "../ui/parts.ts";

export function start(_app: App): Screen {
  return {
    title: (words) => words.start.title,
    view: ({ start: words }) => html`
      <div class="portal-narrow">
        <section class="card">
          ${text(words.intro)} ${buttons(primary(words.unlock, () => {}))}
          <p class="utrecht-paragraph quiet">${words.unlockHelp}</p>
          ${text(link(address({ name: "recover" }), words.withCode))}
        </section>
        <section class="card">
          ${heading(words.newHere)} ${text(words.newHereHelp)} ${text(link(address({ name: "enrol" }), words.enrol))}
        </section>
      </div>
    `,
  };
}
