// Wachten op het huis: the words to read aloud, and whether it was done.

import { html, nothing } from "lit-html";

import type { App, Screen } from "../app/app.ts";
import { Watch } from "../app/watch.ts";
import type { Standing } from "../desk/desk.ts";
import { alert, buttons, secondary, text } from "../ui/parts.ts";

/** How often it is looked, in milliseconds. */
const OFTEN = 3000;

export function waiting(app: App): Screen {
  let standing: Standing | undefined;
  const look = async (): Promise<void> => {
    const now = await app.desk.standing();
    if (watch.isOver) return;
    standing = now;
    if (now.kind === "in") return app.entered(now);
    app.draw();
  };
  const watch = new Watch(app, look, OFTEN);
  return {
    isNarrow: true,
    title: (words) => words.waiting.title,
    async arrive() {
      await look();
      watch.begin();
    },
    leave: () => watch.end(),
    view: ({ waiting: words, keys, wait }) => {
      if (standing?.kind !== "waiting") return html`<section class="card" aria-busy="true">${text(wait)}</section>`;
      const { words: toRead, why } = standing;
      return html`
        <section class="card">
          ${toRead === undefined
            ? nothing
            : html`${text(words.intro)}
                <p class="code" id="check-words">${toRead}</p>
                ${text(words.why)}`}
          ${why === undefined ? nothing : alert("info", why)}
          <p class="utrecht-paragraph quiet">${words.looking}</p>
          ${buttons(secondary(keys.waitingOut, () => void app.lock()))}
        </section>
      `;
    },
  };
}
