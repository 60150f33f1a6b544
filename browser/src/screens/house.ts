// Huis: partners and people, and for the secretary the keys that wait to be vouched for.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App, Screen } from "../app/app.ts";
import { momentText, shortMoment } from "../app/dates.ts";
import type { HouseSeen, KeyWaiting, MemberSeen } from "../desk/house.ts";
import { alert, badge, buttons, heading, secondary, text, type Content } from "../ui/parts.ts";

export function house(app: App): Screen {
  let seen: HouseSeen | undefined;
  return {
    title: (words) => words.house.title,
    arrive: async () => void (seen = await app.desk.house()),
    view: ({ house: words, wait }) => {
      if (seen === undefined) return html`<div aria-busy="true">${text(wait)}</div>`;
      const { report } = seen;
      const until = momentText(report.until, app.language);
      return html`
        ${report.endsSoon ? alert("warning", words.endsSoon(until)) : nothing} ${waiting(app, seen)}
        <section class="card">
          ${heading(words.partners)}
          <ul class="utrecht-unordered-list">
            ${report.partners.map(
              ({ name, standing, excluded }) =>
                html`<li class="utrecht-unordered-list__item">
                  ${name} ${standing === "named" ? badge("warning", words.notSigned) : nothing}
                  ${excluded ? badge("danger", words.excluded) : nothing}
                </li>`,
            )}
          </ul>
        </section>
        <section class="card utrecht-table-container utrecht-table-container--overflow-inline">
          ${heading(words.people)}
          <table class="utrecht-table">
            <thead class="utrecht-table__header">
              <tr class="utrecht-table__row">
                ${[words.name, words.partner, words.roles, words.standing].map(
                  (label) => html`<th class="utrecht-table__header-cell" scope="col">${label}</th>`,
                )}
              </tr>
            </thead>
            <tbody class="utrecht-table__body">
              ${report.members.map((member) => row(app, member))}
            </tbody>
          </table>
        </section>
        <p class="utrecht-paragraph quiet">${words.directory(report.number, until)}</p>
      `;
    },
  };
}

function row(app: App, { name, partnerName, roles, refused }: MemberSeen): TemplateResult {
  const { house: words } = app.words;
  return html`<tr class="utrecht-table__row">
    <td class="utrecht-table__cell">${name}</td>
    <td class="utrecht-table__cell">${partnerName}</td>
    <td class="utrecht-table__cell">${roles.map((role) => words.roleNames[role]).join(", ")}</td>
    <td class="utrecht-table__cell">${refused === undefined ? words.inForce : refused[app.language]}</td>
  </tr>`;
}

/** What the secretary carries to the authority, which works offline. */
function waiting(app: App, { waiting: all }: HouseSeen): Content {
  const { house: words } = app.words;
  if (all.length === 0 || !app.who?.roles.includes("secretaris")) return nothing;
  const one = (key: KeyWaiting): TemplateResult =>
    html`<li class="work-row">
      <div>
        <span class="work-row__title">${key.userId}</span>
        <div class="quiet">${shortMoment(key.at, app.language)}</div>
        <div>${words.words} <strong>${key.words}</strong></div>
      </div>
      ${buttons(secondary(words.carry, () => carry(key)))}
    </li>`;
  return html`<section class="card">
    ${heading(words.waiting)} ${text(words.waitingHelp)}
    <ul class="work-list">
      ${all.map(one)}
    </ul>
  </section>`;
}

function carry({ request, member }: KeyWaiting): void {
  const url = URL.createObjectURL(new Blob([request], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `key-request-${member}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
