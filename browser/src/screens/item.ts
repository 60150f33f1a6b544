// Stuk: its content, shown in a frame that can do nothing, or saved; the rules that are enforced, and what its supplier
// says of it; and who read it, for who may know that.

import { html, nothing, type TemplateResult } from "lit-html";

import { type App, type Screen, WentElsewhere } from "../app/app.ts";
import { dayText, momentText, sizeText } from "../app/dates.ts";
import { chooseFile, type Chosen, save } from "../app/save.ts";
import { told } from "../desk/line.ts";
import type { OpenedSeen } from "../desk/opened.ts";
import { forTerminal } from "../protocol/label.ts";
import { facts } from "../ui/facts.ts";
import { alert, buttons, heading, secondary, text, type Content } from "../ui/parts.ts";
import { Progress } from "../ui/progress.ts";
import { Shown } from "../ui/shown.ts";
import type { Words } from "../words/nl.ts";
import { Readers } from "./item/readers.ts";
import { ruleRows } from "./item/rules.ts";

export function item(app: App, { number, item: id }: { number: string; item: string }): Screen {
  let opened: OpenedSeen | undefined;
  let shown: Shown | undefined;
  let readers: Readers | undefined;
  let saving: "no" | "now" | "done" = "no";
  let isLeft = false;
  const progress = new Progress(app);

  const says = (words: Words, { label, fileName }: OpenedSeen): TemplateResult => {
    const { item: of } = words;
    const period = [label.periodFrom, label.periodUntil].filter((day) => day !== undefined);
    const rows: [string, Content][] = [
      [of.regime, of.regimes[label.regime]],
      [of.ground, forTerminal(label.legalGround)],
      [of.use, html`<span class="lines">${label.allowedUse.split("\n").map(forTerminal).join("\n")}</span>`],
      [of.onward, of.onwards[label.onward]],
    ];
    if (period.length > 0) rows.push([of.period, period.map((day) => dayText(day, app.language)).join(" - ")]);
    if (label.police !== undefined) {
      rows.push([of.police, `${of.policeKinds[label.police.kind]}: ${forTerminal(label.police.reliability)}`]);
    }
    rows.push([of.file, `${fileName}, ${sizeText(label.bodyLength, app.language)}`]);
    return facts(rows);
  };

  const saveTo = async ({ fileName }: OpenedSeen, chosen: Exclude<Chosen, "nowhere">): Promise<void> => {
    const tell = told(progress.tell);
    try {
      if (chosen === "anywhere") save(fileName, "application/octet-stream", await app.desk.wholeItem(tell));
      else await app.desk.saveTo(chosen, tell);
      saving = "done";
    } catch (error) {
      saving = "no";
      throw isLeft ? new WentElsewhere() : error;
    }
  };
  const saves = async (now: OpenedSeen): Promise<void> => {
    if (saving === "now") return;
    saving = "now";
    progress.clear();
    // The question is the browser's own: how long somebody thinks about it is not time in which anything is under way.
    const chosen = await chooseFile(now.fileName);
    if (chosen === "nowhere") {
      saving = "no";
      return;
    }
    app.draw();
    document.getElementById("saving")?.focus();
    await app.tries(() => saveTo(now, chosen));
    document.getElementById("saved")?.focus();
  };

  const saved = ({ item: words }: Words): Content => {
    if (saving === "no") return nothing;
    if (saving === "done") return html`<div id="saved" tabindex="-1">${alert("ok", words.savedNow)}</div>`;
    return html`<div id="saving" tabindex="-1" aria-busy="true">${text(words.saving)} ${progress.view()}</div>`;
  };

  return {
    title: (words) => opened?.title ?? words.item.title,
    tab: (words) => words.item.title,
    async arrive() {
      const now = await app.desk.open(number, id, told(progress.tell));
      // It came just as somebody left: nothing of it stays.
      if (isLeft) throw new WentElsewhere();
      opened = now;
      shown = Shown.of(
        opened,
        () => app.draw(),
        () => app.touched(),
      );
      if (!now.rules.mayKnowReaders) return;
      readers = new Readers(app, number, id);
      // Whoever reads does not wait for it.
      void readers.load();
    },
    leave() {
      isLeft = true;
      shown?.close();
      readers?.leave();
      app.desk.leaveItem().catch(() => undefined);
    },
    view: (words) => {
      if (opened === undefined || shown === undefined) {
        return html`<div aria-busy="true">${text(words.item.opening)} ${progress.view()}</div>`;
      }
      const now = opened;
      const prints = (): void => {
        const when = momentText(new Date().toISOString(), app.language);
        shown?.print(words.item.printed(app.who?.name ?? "", when));
      };
      return html`
        <section class="card">${shown.view(words)}
          <div class="no-print">
            ${buttons(
              secondary(words.item.save, () => void saves(now), { busy: saving === "now" }),
              shown.canPrint ? secondary(words.item.print, prints) : nothing,
            )}
            ${saved(words)}
            <p class="utrecht-paragraph quiet">${words.item.saved}</p>
          </div>
        </section>
        <section class="card">
          ${heading(words.reading.rules.title)} ${text(words.reading.rules.intro(now.rules.supplier))}
          ${facts(ruleRows(words, app.language, now.rules))}
        </section>
        <section class="card">${heading(words.item.rules)} ${says(words, now)}</section>
        ${readers?.view() ?? nothing}
      `;
    },
  };
}
