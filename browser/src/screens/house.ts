// Huis: who holds one's own vault, partners and people; for the secretary the keys that wait to be vouched for, and for
// the manager suspensions.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App, Screen } from "../app/app.ts";
import { momentText } from "../app/dates.ts";
import { Watch } from "../app/watch.ts";
import type { HouseSeen, MemberSeen } from "../desk/house.ts";
import { alert, badge, heading, text } from "../ui/parts.ts";
import { Secretary } from "./house/secretary.ts";
import { Suspending } from "./house/suspending.ts";
import { vaultCard } from "./house/vault.ts";

/** How often the secretary's list of keys is looked at again, in milliseconds. */
const OFTEN = 15_000;

export function house(app: App): Screen {
  let seen: HouseSeen | undefined;
  const look = async (): Promise<void> => {
    const now = await app.desk.house();
    if (watch.isOver) return;
    seen = now;
    app.draw();
  };
  const watch = new Watch(app, look, OFTEN);
  const secretary = app.who?.roles.includes("secretaris") ? new Secretary(app, look) : undefined;
  const suspending = app.who?.roles.includes("manager") ? new Suspending(app, look) : undefined;
  return {
    title: (words) => words.house.title,
    async arrive() {
      await look();
      if (secretary !== undefined) watch.begin();
    },
    leave: () => watch.end(),
    view: ({ house: words, wait }) => {
      if (seen === undefined) return html`<div aria-busy="true">${text(wait)}</div>`;
      if (suspending?.isOpen === true) return suspending.view();
      const { report } = seen;
      const until = momentText(report.until, app.language);
      const labels = [words.name, words.partner, words.roles, words.standing];
      return html`
        ${suspending?.news() ?? nothing} ${report.endsSoon ? alert("warning", words.endsSoon(until)) : nothing}
        ${secretary === undefined ? nothing : secretary.view(seen.waiting)}
        ${seen.vault === undefined ? nothing : vaultCard(app, seen.vault)}
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
        <section
          class="card utrecht-table-container utrecht-table-container--overflow-inline"
          tabindex="0"
          aria-label=${words.people}
        >
          ${heading(words.people)}
          <table class="utrecht-table">
            <thead class="utrecht-table__header">
              <tr class="utrecht-table__row">
                ${[...labels, ...(suspending === undefined ? [] : [app.words.suspending.column])].map(
                  (label) => html`<th class="utrecht-table__header-cell" scope="col">${label}</th>`,
                )}
              </tr>
            </thead>
            <tbody class="utrecht-table__body">
              ${report.members.map((member) => row(app, member, suspending))}
            </tbody>
          </table>
        </section>
        <p class="utrecht-paragraph quiet">${words.directory(report.number, until)}</p>
      `;
    },
  };
}

function row(app: App, member: MemberSeen, suspending: Suspending | undefined): TemplateResult {
  const { house: words } = app.words;
  const { name, partnerName, roles, refused } = member;
  const standing = refused === undefined ? words.inForce : refused[app.language];
  return html`<tr class="utrecht-table__row">
    <td class="utrecht-table__cell">${name}</td>
    <td class="utrecht-table__cell">${partnerName}</td>
    <td class="utrecht-table__cell">${roles.map((role) => words.roleNames[role]).join(", ")}</td>
    <td class="utrecht-table__cell">${suspending?.standing(member) ?? standing}</td>
    ${suspending === undefined ? nothing : html`<td class="utrecht-table__cell">${suspending.choices(member)}</td>`}
  </tr>`;
}
