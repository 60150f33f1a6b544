// Casussen: those that a member may know of.

import { html } from "lit-html";

import type { App, Screen } from "../app/app.ts";
import { address } from "../app/router.ts";
import type { CaseLine } from "../client/verbs/case.ts";
import { link, text } from "../ui/parts.ts";

export function cases(app: App): Screen {
  let lines: readonly CaseLine[] | undefined;
  return {
    title: (words) => words.cases.title,
    async arrive() {
      lines = await app.desk.cases();
    },
    view: (words) => {
      if (lines === undefined) return html`<div aria-busy="true">${text(words.wait)}</div>`;
      if (lines.length === 0) return html`<section class="card">${text(words.cases.empty)}</section>`;
      const row = (line: CaseLine) => html`<tr class="utrecht-table__row">
        <td class="utrecht-table__cell">${link(address({ name: "case", number: line.case }), line.case)}</td>
        <td class="utrecht-table__cell">${words.phases[line.phase]}</td>
        <td class="utrecht-table__cell">${words.caseKinds[line.kind]}</td>
        <td class="utrecht-table__cell">${line.partnerName}</td>
        <td class="utrecht-table__cell utrecht-table__cell--numeric-column">${line.items}</td>
      </tr>`;
      const { number, phase, kind, partner, items } = words.cases;
      return html`<div
        class="card utrecht-table-container utrecht-table-container--overflow-inline"
        tabindex="0"
        role="group"
        aria-label=${words.cases.title}
      >
        <table class="utrecht-table">
          <thead class="utrecht-table__header">
            <tr class="utrecht-table__row">
              ${[number, phase, kind, partner, items].map(
                (label) => html`<th class="utrecht-table__header-cell" scope="col">${label}</th>`,
              )}
            </tr>
          </thead>
          <tbody class="utrecht-table__body">
            ${lines.map(row)}
          </tbody>
        </table>
      </div>`;
    },
  };
}
