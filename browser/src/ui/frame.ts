// What stands around every screen.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App } from "../app/app.ts";
import type { Look } from "../app/look.ts";
import { address } from "../app/router.ts";

/** The whole page. */
export function frame(app: App, title: string, work: TemplateResult): TemplateResult {
  const { words } = app;
  return html`
    <a class="utrecht-skip-link utrecht-skip-link--visible-on-focus" href="#work" @click=${skip}>${words.skip}</a>
    <div class="portal-page">
      <header class="portal-bar">
        <a class="portal-mark" href=${address({ name: "start" })}><img src="icon.svg" alt="" />${words.name}</a>
        <div class="portal-bar__end">${choices(app)}</div>
      </header>
      <div class="portal-body">
        <main class="portal-work" id="work" tabindex="-1">
          <h1 class="utrecht-heading-1">${title}</h1>
          ${work}
        </main>
      </div>
      <footer class="portal-foot">
        <a class="utrecht-link utrecht-link--html-a" href=${address({ name: "accessibility" })}>
          ${words.foot.accessibility}
        </a>
        ${nothing}
      </footer>
    </div>
  `;
}

/** Goes to the work without changing the place in the address. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("work")?.focus();
}

function choices(app: App): TemplateResult {
  const { language, look } = app.words;
  const other = app.language === "nl" ? "en" : "nl";
  const chosen = (event: Event) => app.showAs((event.target as HTMLSelectElement).value as Look);
  const looks: [Look, string][] = [
    ["auto", look.auto],
    ["light", look.light],
    ["dark", look.dark],
  ];
  return html`
    <button class="utrecht-button utrecht-button--subtle" lang=${language.otherTag} @click=${() => app.speak(other)}>
      ${language.other}
    </button>
    <label class="portal-look">
      <span class="visually-hidden">${look.label}</span>
      <select class="utrecht-select" @change=${chosen}>
        ${looks.map(([value, text]) => html`<option value=${value} ?selected=${app.look === value}>${text}</option>`)}
      </select>
    </label>
  `;
}
