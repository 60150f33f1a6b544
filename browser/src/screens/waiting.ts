// Wachten op het huis: the words to read aloud, and whether it was done.

import { html } from "lit-html";

import type { App, Screen } from "../app/app.ts";
import type { Standing } from "../desk/desk.ts";
import { alert, text } from "../ui/parts.ts";

/** How often it is looked, in milliseconds. */
const OFTEN = 3000;

export function waiting(app: App): Screen {
  let standing: Standing | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let left = false;
  const look = async (): Promise<void> => {
    standing = await app.desk.standing();
    if (left) return;
    if (standing.kind === "in") return app.entered(standing);
    app.draw();
    timer = setTimeout(() => void look().catch(() => (timer = setTimeout(() => void look(), OFTEN))), OFTEN);
  };
  return {
    isNarrow: true,
    title: (words) => words.waiting.title,
    arrive: look,
    leave() {
      left = true;
      clearTimeout(timer);
    },
    view: ({ waiting: words, wait }) => {
      if (standing?.kind !== "waiting") return html`<section class="card" aria-busy="true">${text(wait)}</section>`;
      return html`
        <section class="card">
          ${standing.words === undefined
            ? text(words.noWords)
            : html`${text(words.intro)}
                <p class="code" id="check-words">${standing.words}</p>
                ${text(words.why)}`}
          ${standing.why === undefined ? "" : alert("info", standing.why)}
          <p class="utrecht-paragraph quiet">${words.looking}</p>
        </section>
      `;
    },
  };
}
