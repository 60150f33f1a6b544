// Stuk: what it says, its rules, and its content: shown in a frame that can do nothing, or saved.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App, Screen } from "../app/app.ts";
import { dayText, momentText, sizeText } from "../app/dates.ts";
import { told } from "../desk/line.ts";
import type { OpenedSeen } from "../desk/packs.ts";
import { Shown } from "../ui/shown.ts";
import { buttons, heading, secondary, text } from "../ui/parts.ts";
import type { Words } from "../words/nl.ts";

export function item(app: App, { number, item: id }: { number: string; item: string }): Screen {
  let opened: OpenedSeen | undefined;
  let shown: Shown | undefined;
  let progress: { done: number; all: number } | undefined;

  const says = (words: Words, { label }: OpenedSeen): TemplateResult => {
    const { item: of } = words;
    const period = [label.periodFrom, label.periodUntil].filter((day) => day !== undefined);
    const rows: [string, unknown][] = [
      [of.regime, of.regimes[label.regime]],
      [of.ground, label.legalGround],
      [of.use, html`<span class="lines">${label.allowedUse}</span>`],
      [of.onward, of.onwards[label.onward]],
      ...(period.length === 0
        ? []
        : [[of.period, period.map((day) => dayText(day, app.language)).join(" - ")] as [string, unknown]]),
      ...(label.police === undefined
        ? []
        : [[of.police, `${of.policeKinds[label.police.kind]}: ${label.police.reliability}`] as [string, unknown]]),
      [of.file, `${label.fileName}, ${sizeText(label.bodyLength, app.language)}`],
    ];
    return html`<dl class="utrecht-data-list utrecht-data-list--rows">
      ${rows.map(
        ([key, value]) =>
          html`<div class="utrecht-data-list__item">
            <dt class="utrecht-data-list__item-key">${key}</dt>
            <dd class="utrecht-data-list__item-value utrecht-data-list__item-value--html-dd">${value}</dd>
          </div>`,
      )}
    </dl>`;
  };

  return {
    title: (words) => opened?.label.title ?? words.item.title,
    async arrive() {
      const far = told((done: number, all: number) => {
        progress = { done, all };
        app.draw();
      });
      opened = await app.desk.open(number, id, far);
      shown = Shown.of(opened, () => app.draw());
      progress = undefined;
    },
    leave: () => shown?.close(),
    view: (words) => {
      if (opened === undefined || shown === undefined) {
        return html`<div aria-busy="true">
          ${text(words.wait)}
          ${progress === undefined
            ? nothing
            : html`<progress
                  aria-label=${words.item.opening}
                  max=${Math.max(progress.all, 1)}
                  value=${progress.done}
                ></progress>
                ${text(`${sizeText(progress.done, app.language)} / ${sizeText(progress.all, app.language)}`)}`}
        </div>`;
      }
      const { content, fileName } = opened;
      const when = momentText(new Date().toISOString(), app.language);
      const prints = (): void => shown?.print(words.item.printed(app.who?.name ?? "", when));
      return html`
        <section class="card">${shown.view(words)}
          <div class="no-print">
            ${buttons(
              secondary(words.item.save, () => save(content, fileName)),
              shown.canPrint ? secondary(words.item.print, prints) : nothing,
            )}
            <p class="utrecht-paragraph quiet">${words.item.saved}</p>
          </div>
        </section>
        <section class="card">${heading(words.item.rules)} ${says(words, opened)}</section>
      `;
    },
  };
}

/** Hands the content to the browser as a file of that name. */
function save(content: Blob, fileName: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
