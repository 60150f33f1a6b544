// What stands around every screen.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App, Refused } from "../app/app.ts";
import type { Look } from "../app/look.ts";
import { momentText, shortMoment } from "../app/dates.ts";
import { above, address, type Place, type PlaceName } from "../app/router.ts";
import { alert, link, subtle, text, type Content } from "./parts.ts";

export interface Framed {
  readonly title: string;
  readonly work: TemplateResult;
  readonly isNarrow: boolean;
  readonly refused: Refused | undefined;
}

/** The whole page. */
export function frame(app: App, { title, work, isNarrow, refused }: Framed): TemplateResult {
  const { words, who } = app;
  return html`
    <a class="utrecht-skip-link utrecht-skip-link--visible-on-focus" href="#work" @click=${skip}>${words.skip}</a>
    <div class="portal-page ${isPrinted(app) ? "portal-page--printed" : ""}">
      <header class="portal-bar">
        <a class="portal-mark" href=${address({ name: who ? "work" : "start" })}>
          <img src="icon.svg" alt="" />${words.name}
        </a>
        <div class="portal-bar__end">${own(app)} ${otherLanguage(app)}</div>
      </header>
      <div class="portal-body ${who ? "portal-body--places" : ""}">
        ${who ? places(app) : nothing}
        <main class="portal-work ${isNarrow ? "portal-narrow" : ""}" id="work" tabindex="-1">
          ${back(app)}
          <h1 class="utrecht-heading-1">${title}</h1>
          ${app.news ? alert("ok", app.news(words)) : nothing} ${refused ? refusal(app, refused) : nothing}
          ${waits(app)} ${unkept(app)} ${work}
          ${app.place.name === "item" ? html`<p class="utrecht-paragraph only-print">${words.item.printHow}</p>` : nothing}
        </main>
      </div>
      <footer class="portal-foot">
        <a class="utrecht-link utrecht-link--html-a" href=${address({ name: "accessibility" })}>
          ${words.foot.accessibility}
        </a>
        ${look(app)} ${portal(app)}
      </footer>
      ${isPrinted(app) ? printedBy(app) : nothing}
    </div>
  `;
}

/** The places that show what others wrote. */
const PRINTED: readonly PlaceName[] = ["case", "item", "meeting", "approve", "pack", "letter"];

function isPrinted({ place, who }: App): boolean {
  return who !== undefined && PRINTED.includes(place.name);
}

/** On paper: who printed it, and when. */
function printedBy({ who, words: { item }, language }: App): Content {
  const now = momentText(new Date().toISOString(), language);
  return html`<div class="only-print portal-printed">${item.printed(who?.name ?? "", now)}</div>`;
}

/** Goes to the work without changing the place in the address. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("work")?.focus();
}

/** The way back to what this is a part of. */
function back({ place, who, words: { backTo } }: App): Content {
  // The sentence on accessibility is for everyone, wherever they came from.
  const to = place.name === "accessibility" ? ({ name: who ? "work" : "start" } as const) : above(place);
  if (to === undefined) return nothing;
  const label = to.name === "case" ? backTo.case(to.number) : backTo[to.name];
  const named = html`<span aria-hidden="true">‹ </span>${label}`;
  return html`<p class="portal-back no-print">${link(address(to), named)}</p>`;
}

/** What was refused, and its stable name for who is called about it. */
function refusal(app: App, refused: Refused): TemplateResult {
  const content = html`${text(refused[app.language])}
    <p class="utrecht-paragraph quiet">${app.words.errors.code(refused.code)}</p>`;
  return html`<div id="refused" tabindex="-1">${alert("error", content)}</div>`;
}

function waits({ waits: sentence }: App): Content {
  return sentence ? alert("info", sentence) : nothing;
}

/** What was typed and can't be kept: in sight, wherever on the page somebody is typing. */
function unkept({ unkept: all, words: { unkept: words } }: App): Content {
  const said = [...all.values()].map(({ labels, why }) => text(words[why](labels.length === 0 ? words.typed : labels.join(", "))));
  return said.length === 0 ? nothing : html`<div class="portal-unkept">${alert("warning", html`${said}`)}</div>`;
}

/** Whose screen it is, and how to leave it. */
function own(app: App): Content {
  const { who, words } = app;
  if (!who) return nothing;
  return html`<span class="portal-who">${who.name}, ${who.partner}</span>
    ${subtle(words.foot.lock, () => void app.lock())}`;
}

/** Which pages these are, to be compared by who wants to. */
function portal(app: App): Content {
  const { journal: words } = app.words;
  const { digest, at, alarm: doubt } = app.portal ?? {};
  if (digest === undefined) return nothing;
  if (doubt !== undefined) return html`<span class="alarming">${words.footAlarm}: ${doubt[app.language]}</span>`;
  const short = digest.slice("sha256:".length).slice(0, 16);
  const said = at === undefined ? words.foot(short) : words.footSince(short, shortMoment(at, app.language));
  return html`<span title=${digest}>${said}</span>`;
}

function places(app: App): TemplateResult {
  const { places: words } = app.words;
  const all: [Place, string][] = [
    [{ name: "work" }, words.work],
    [{ name: "cases" }, words.cases],
    [{ name: "refer" }, words.refer],
    [{ name: "letters" }, words.letters],
    [{ name: "house" }, words.house],
    [{ name: "journal" }, words.journal],
    [{ name: "account" }, words.account],
  ];
  const item = ([place, label]: [Place, string]): TemplateResult =>
    html`<li>
      <a href=${address(place)} aria-current=${app.place.name === place.name ? "page" : nothing}>${label}</a>
    </li>`;
  return html`<nav class="portal-places" aria-label=${words.label}>
    <ul>
      ${all.map(item)}
    </ul>
  </nav>`;
}

function otherLanguage(app: App): TemplateResult {
  const { language } = app.words;
  const other = app.language === "nl" ? "en" : "nl";
  return html`<button
    type="button"
    class="utrecht-button utrecht-button--subtle"
    lang=${language.otherTag}
    @click=${() => app.speak(other)}
  >
    ${language.other}
  </button>`;
}

/** Light or dark: chosen once, so it stands at the foot. */
function look(app: App): TemplateResult {
  const { look } = app.words;
  const chosen = (event: Event): void => app.showAs((event.target as HTMLSelectElement).value as Look);
  const looks: [Look, string][] = [
    ["auto", look.auto],
    ["light", look.light],
    ["dark", look.dark],
  ];
  return html`<label class="portal-look">
    ${look.label}
    <select class="utrecht-select" @change=${chosen}>
      ${looks.map(([value, label]) => html`<option value=${value} ?selected=${app.look === value}>${label}</option>`)}
    </select>
  </label>`;
}
