// An item in a list: what it is called, whose it is, and what one may do with it.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App } from "../app/app.ts";
import { sizeText } from "../app/dates.ts";
import { address } from "../app/router.ts";
import type { ItemSeen } from "../desk/items.ts";
import { alert, badge, type Content } from "./parts.ts";

/** One line of a list of items, with a way to it, and with what can be done with it. */
export function itemRow(app: App, number: string, seen: ItemSeen, actions: Content = nothing): TemplateResult {
  const { items: words } = app.words;
  const { id, title, supplier, label, closed, isRetracted, item } = seen;
  const to = address({ name: "item", number, item: id });
  const kind = item === undefined ? app.words.item.title : words.kinds[item.itemKind];
  // What it is called stands in its label only: of what does not open one sees what kind it is, and whose.
  const [name, about] = label === undefined ? [kind, supplier] : [title, `${kind}, ${supplier}`];
  return html`<li class="work-row">
    <div>
      ${label === undefined || isRetracted
        ? html`<span class="work-row__title">${name}</span>`
        : html`<a class="utrecht-link utrecht-link--html-a work-row__title" href=${to}>${name}</a>`}
      <div class="quiet">
        ${about}${label === undefined ? nothing : html`, ${sizeText(label.bodyLength, app.language)}`}
      </div>
      ${closed === undefined ? nothing : whyClosed(app, closed)} ${actions}
    </div>
    <div>
      ${isRetracted ? badge("neutral", words.retracted) : nothing}
      ${label === undefined && !isRetracted && closed !== undefined && !closed.isAlarm ? badge("neutral", words.closed) : nothing}
    </div>
  </li>`;
}

function whyClosed(app: App, closed: NonNullable<ItemSeen["closed"]>): Content {
  const sentence = closed[app.language];
  return closed.isAlarm ? alert("error", sentence) : html`<div class="quiet">${sentence}</div>`;
}
