// What can be written in a case, by whoever looks.

import { html, nothing } from "lit-html";

import type { App } from "../../app/app.ts";
import type { CaseSeen } from "../../desk/case.ts";
import { hasMeetings } from "../../protocol/words.ts";
import { buttons, heading, secondary, type Content } from "../../ui/parts.ts";

export function lettersInCase(app: App, { number, phase, isOpened, isDirector }: CaseSeen): Content {
  const { write: words } = app.words.letters;
  if (!isOpened || phase === "ended") return nothing;
  const ask = (): void => app.go({ name: "question", number });
  const message = (): void => app.go({ name: "write", number });
  return html`<section class="card">
    ${heading(words.inCase)}
    ${buttons(
      isDirector && hasMeetings(phase) ? secondary(words.ask, ask) : nothing,
      secondary(isDirector ? words.message : words.messageToDirector, message),
    )}
  </section>`;
}
