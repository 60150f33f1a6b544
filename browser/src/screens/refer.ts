// Aanmelden: a partner puts a case forward, with a part for whoever screens it, and a part with which others can be
// asked something in triage. Each part is typed, or files, or both, and has rules of its own.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App, Screen } from "../app/app.ts";
import { address } from "../app/router.ts";
import type { Ground, ReferralSent, ReferralWanted } from "../desk/contributions.ts";
import { told } from "../desk/line.ts";
import type { FileChosen } from "../desk/wishes.ts";
import type { CaseKind, Phase } from "../protocol/words.ts";
import { Agree } from "../ui/agree.ts";
import { ChoiceField } from "../ui/choice.ts";
import { KeptDraft, type Kept } from "../ui/draft.ts";
import { catchDrops, FilesField } from "../ui/files.ts";
import { form, type Field, TextField } from "../ui/form.ts";
import { alert, buttons, heading, link, list, primary, subtle, text, type Content } from "../ui/parts.ts";
import { SaidForm } from "../ui/said.ts";
import { Transfer } from "../ui/transfer.ts";
import type { Words } from "../words/nl.ts";

type PartName = "screening" | "triage";

/** Past the screening the first part may be given at the table; the second is for the questions only. */
const PHASES: Readonly<Record<PartName, readonly Phase[]>> = { screening: ["rto"], triage: ["triage"] };
const LAST: Readonly<Record<PartName, string>> = { screening: "last-referral", triage: "last-referral-triage" };

/** One of the two parts. */
class Part {
  readonly text: TextField;
  readonly files: FilesField;
  readonly said: SaidForm;

  constructor(
    private readonly app: App,
    readonly name: PartName,
    changed: () => void,
  ) {
    this.text = new TextField(`${name}-text`, changed, () => {
      // Either will do.
      const isMissing = name === "screening" && this.isEmpty;
      return isMissing ? app.words.contributing.refer.screeningEmpty : undefined;
    });
    this.files = new FilesField(app, `${name}-files`, changed, { isNeeded: () => false });
    this.said = new SaidForm(app, { id: name, phases: PHASES[name], isForDirector: true, isPart: true, changed });
  }

  get isEmpty(): boolean {
    return this.text.value.trim() === "" && this.files.isEmpty;
  }

  get fields(): readonly Field[] {
    const isSaid = this.name === "screening" || !this.isEmpty;
    return [this.text, ...this.files.fields, ...(isSaid ? this.said.fields : [])];
  }

  get kept(): readonly Kept[] {
    return [this.text, this.files, ...this.said.kept];
  }

  get last(): KeptDraft {
    return new KeptDraft(this.app, LAST[this.name], this.said.lasting);
  }

  /** What was typed becomes a text file of its own. */
  chosen(): readonly FileChosen[] {
    const { refer: words } = this.app.words.contributing;
    const typed = this.text.value.trim();
    if (typed === "") return this.files.chosen;
    const file = new Blob([`${typed}\n`], { type: "text/plain" });
    return [{ file, fileName: words.textFile[this.name], title: words.textTitle[this.name] }, ...this.files.chosen];
  }

  view(ground: Ground): TemplateResult {
    const { refer: words, files } = this.app.words.contributing;
    const { name } = this;
    return html`<section class="card" aria-labelledby="${name}-title">
      <div id="${name}-title">${heading(words[name])}</div>
      ${text(name === "screening" ? words.screeningHelp : words.triageHelp)}
      ${this.text.view({ label: words.text, help: words.textHelp, rows: 6 })}
      ${this.files.view({ label: files.choose, help: files.help })}
      ${name === "screening" || !this.isEmpty ? html`${this.said.aboutView()} ${this.said.rulesView(ground)}` : nothing}
    </section>`;
  }
}

export function refer(app: App): Screen {
  let ground: Ground | undefined;
  let sent: ReferralSent | undefined;
  let done: { case: string; isNew: boolean } | undefined;
  let [kind, parts, draft] = begun();
  const agree = new Agree(app);
  const freeDrops = catchDrops();
  const transfer = new Transfer(app, () => parts.flatMap((part) => part.chosen().map(({ fileName }) => fileName)));

  function begun(): [ChoiceField<CaseKind>, readonly [Part, Part], KeptDraft] {
    const changed = (): void => draft.changed();
    const kind = new ChoiceField<CaseKind>("kind", ["complex", "aftercare"], undefined, changed);
    // The rules of a part are asked for once there is something in it.
    const drawn = (): void => {
      changed();
      app.draw();
    };
    const parts: readonly [Part, Part] = [new Part(app, "screening", changed), new Part(app, "triage", drawn)];
    return [kind, parts, new KeptDraft(app, "refer", [kind, ...parts.flatMap((part) => part.kept)])];
  }
  const arrive = async (): Promise<void> => {
    const found = await app.desk.ground(undefined);
    for (const part of parts) {
      part.said.propose(found);
      await part.last.find();
    }
    await draft.find();
    // Nothing is typed before what was typed last time is back.
    ground = found;
  };
  /** Under way still after it was sent: what is proposed next time is kept. */
  let kept: Promise<unknown> = Promise.resolve();
  const anew = async (): Promise<void> => {
    ground = done = undefined;
    app.draw();
    await kept;
    await draft.forget();
    [kind, parts, draft] = begun();
    await arrive();
  };
  const dropAll = async (): Promise<void> => {
    await app.desk.dropOutgoing(undefined);
    await anew();
  };

  const wanted = (): ReferralWanted => {
    const [screening, triage] = parts;
    return {
      kind: kind.chosen ?? "complex",
      screening: { files: screening.chosen(), said: screening.said.said },
      triage: { files: triage.chosen(), said: triage.said.said },
    };
  };
  const submit = async (): Promise<void> => {
    // Before the desk has its hands full.
    await draft.keep();
    const referral = wanted();
    const { refer: words } = app.words.contributing;
    const titles = ({ files }: ReferralWanted["screening"]): string[] => files.map(({ title }) => title);
    agree.ask(() => transfer.persists(() => app.desk.planReferral(referral, told(transfer.tell))), {
      summary: html`${text(words.says(app.words.caseKinds[referral.kind]))}
        ${text(words.saysScreening(ground?.directors ?? []))} ${list(titles(referral.screening))}
        ${referral.triage.files.length === 0
          ? nothing
          : html`${text(words.saysTriage)} ${list(titles(referral.triage))}`}
        ${text(words.undo)}`,
      go: words.sign,
      async send(plan) {
        sent = await app.desk.sendReferral(plan);
        return "taken" in sent ? sent.next : undefined;
      },
      done: () => {
        if (sent === undefined || "taken" in sent) return;
        done = sent;
        app.draw();
        document.getElementById("done")?.focus();
        // What was said now is what is proposed next time.
        const filled = parts.filter((each) => !each.isEmpty);
        kept = Promise.all([...filled.map((part) => part.last.keep()), draft.forget()]);
      },
      back: () => undefined,
    });
    document.getElementById("transfer")?.focus();
  };
  const sending = form(app, {
    get fields() {
      return [kind, ...parts.flatMap((part) => part.fields)];
    },
    submit,
  });

  const typing = ({ contributing: { refer: words }, caseKinds }: Words, now: Ground): TemplateResult => html`
    <p class="utrecht-paragraph">${words.intro}</p>
    ${draft.isRestored
      ? alert("info", html`${text(words.restored)} ${subtle(words.drop, () => void app.tries(dropAll))}`)
      : nothing}
    ${sending.view({
      content: html`
        <section class="card">
          ${kind.view({
            legend: words.kind,
            labels: caseKinds,
            means: words.kindMeans,
            empty: words.kindEmpty,
            isHeading: true,
          })}
        </section>
        ${parts.map((part) => part.view(now))}
      `,
      go: words.go,
    })}
  `;

  const finished = (
    { contributing: { refer: words } }: Words,
    { case: number, isNew }: { case: string; isNew: boolean },
  ): Content => html`
    <section class="card" id="done" tabindex="-1">
      ${alert("ok", html`<strong id="case-number">${isNew ? words.done(number) : words.doneBefore(number)}</strong>`)}
      ${text(words.doneNext)}
      ${buttons(
        primary(words.toCase, () => app.go({ name: "case", number })),
        subtle(words.more, () => void app.tries(anew)),
      )}
    </section>
  `;

  return {
    title: ({ contributing: { refer: words } }) => (done === undefined ? words.title : words.doneTitle),
    arrive,
    leave() {
      draft.leave();
      transfer.leave();
      freeDrops();
    },
    view: (words) => {
      if (agree.isOpen) return html`${agree.view()}`;
      if (agree.isBusy) return transfer.view();
      if (done !== undefined) return html`${finished(words, done)}`;
      if (ground === undefined) return html`<div aria-busy="true">${text(words.wait)}</div>`;
      if (!ground.hasVault) {
        return html`<section class="card">
          ${text(words.contributing.refer.noVault)} ${text(link(address({ name: "vault" }), words.vault.ofOwn))}
        </section>`;
      }
      return typing(words, ground);
    },
  };
}
