// Inloggen: one touch of a passkey unlocks the keys and signs in.

import { html, nothing } from "lit-html";

import type { App, Screen } from "../app/app.ts";
import { address } from "../app/router.ts";
import { visitors, type Visitor } from "../app/served.ts";
import { hasPasskeys, touch } from "../app/touch.ts";
import type { Standing } from "../desk/desk.ts";
import { instead, lockedBy } from "../ui/instead.ts";
import { alert, buttons, heading, link, primary, secondary, text, type Content } from "../ui/parts.ts";
import type { Words } from "../words/nl.ts";

export function start(app: App): Screen {
  let busy = false;
  let here: readonly Visitor[] = [];
  /** What was tried last, so that it can be done in the place of another window. */
  let tried: ((takes: boolean) => Promise<Standing>) | undefined;
  const enter = (unlock: (takes: boolean) => Promise<Standing>, takes = false): void => {
    tried = unlock;
    busy = true;
    app.draw();
    void app.tries(async () => {
      try {
        app.entered(await unlock(takes));
      } finally {
        busy = false;
      }
    });
  };
  const withPasskey = (): void => enter(async (takes) => app.desk.unlock(await touch(), takes));

  const visiting = ({ start: words }: Words): Content => {
    if (here.length === 0) return nothing;
    const step = ({ name, partner, code }: Visitor): Content =>
      html`${secondary(words.visit(name), () => enter((takes) => app.desk.unlockByCode(code, takes)), { busy })}
        <span class="quiet">${partner}</span>`;
    return html`<section class="card">
      ${heading(words.visitors)} ${text(words.visitorsHelp)}
      <ul class="visitors">
        ${here.map((visitor) => html`<li>${step(visitor)}</li>`)}
      </ul>
    </section>`;
  };

  return {
    isNarrow: true,
    title: (words) => words.start.title,
    async arrive() {
      // Also clears away what enrolments left that came to nothing.
      await app.desk.knowsSomebody();
      here = await visitors();
    },
    view: (words) => html`
      ${lockedBy(app)} ${instead(app, busy, () => tried && enter(tried, true))}
      <section class="card">
        ${text(words.start.intro)}
        ${hasPasskeys()
          ? html`${buttons(
                primary(busy ? words.wait : words.start.unlock, withPasskey, { busy }),
                busy ? secondary(words.keys.stopTrying, () => void app.desk.lock()) : nothing,
              )}
              <p class="utrecht-paragraph quiet">${words.start.unlockHelp}</p>`
          : alert("info", words.start.noPasskey)}
        ${text(link(address({ name: "recover" }), words.start.withCode))}
      </section>
      <section class="card">
        ${heading(words.start.newHere)} ${text(words.start.newHereHelp)}
        ${text(link(address({ name: "enrol" }), words.start.enrol))}
      </section>
      ${visiting(words)}
    `,
  };
}
