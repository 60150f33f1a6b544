// The forms with which a procesregisseur takes a case further: the screening by its checklist, and any other phase with
// a reason. What is written goes into the decision, sealed.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App } from "../app/app.ts";
import { address } from "../app/router.ts";
import type { CaseSeen } from "../desk/case.ts";
import type { Phase } from "../protocol/words.ts";
import { Agree } from "../ui/agree.ts";
import { ChoiceField } from "../ui/choice.ts";
import { KeptDraft } from "../ui/draft.ts";
import { form, type Form, TextField } from "../ui/form.ts";
import { alert, buttons, heading, link, subtle, text, type Content } from "../ui/parts.ts";

/** A form within a case. */
export interface PhaseForm {
  readonly title: string;
  view(): TemplateResult;
  arrive(): Promise<void>;
  leave(): void;
}

export interface PhaseFormPlan {
  readonly seen: CaseSeen;
  /** The phases that it may go to. */
  readonly next: readonly Phase[];
  /** After it was sent. */
  done(): void;
  /** Back to the case; what was typed is kept. */
  back(): void;
}

/** Shows what the decision says, and asks. */
function decide(app: App, agree: Agree, plan: PhaseFormPlan, phase: Phase, outcome: string, draft: KeptDraft): void {
  const { phase: words } = app.words.path;
  const { number, referrer } = plan.seen;
  agree.ask(() => app.desk.planPhase(number, phase, outcome), {
    summary: html`${text(words.says(number, app.words.phases[phase].toLowerCase()))}
      <p class="utrecht-paragraph lines quote">${outcome}</p>
      ${phase === "ended" ? alert("warning", words.ends) : nothing} ${text(words.readers(referrer))}`,
    go: words.sign,
    done: () => {
      void draft.forget();
      plan.done();
    },
    back: () => undefined,
  });
}

/** Its form, or what will be signed. */
export function framed(app: App, agree: Agree, draft: KeptDraft, content: () => TemplateResult): TemplateResult {
  if (agree.isOpen) return html`${agree.view()}`;
  return html`<section class="card" id="phase-form" tabindex="-1" aria-busy=${agree.isBusy ? "true" : nothing}>
    ${draft.isRestored ? alert("info", app.words.path.restored) : nothing} ${content()}
  </section>`;
}

const LETTERS = ["a", "b", "c", "d"] as const;
type Letter = (typeof LETTERS)[number];
type Outcome = "fit" | "unfit" | "more";

/** The checklist of Bijlage 2. */
export function screening(app: App, plan: PhaseFormPlan): PhaseForm {
  const agree = new Agree(app);
  const drawn = (): void => {
    draft.changed();
    app.draw();
  };
  const changed = (): void => draft.changed();
  const words = (): App["words"]["path"]["screening"] => app.words.path.screening;
  const answer = (letter: Letter) => new ChoiceField(`answer-${letter}`, ["yes", "no"], undefined, drawn);
  const answers = new Map(LETTERS.map((letter) => [letter, answer(letter)]));
  const isYes = (letter: Letter): boolean => answers.get(letter)?.chosen === "yes";
  const fits = (): boolean => (isYes("a") || isYes("b")) && isYes("c") && isYes("d");
  const misfit = (): string | undefined => (outcome.chosen === "fit" && !fits() ? words().notFit : undefined);
  const outcome: ChoiceField<Outcome> = new ChoiceField("outcome", ["fit", "unfit", "more"], undefined, drawn, misfit);
  const consulted = new TextField("consulted", changed);
  const reason = new TextField("reason", changed, (value) =>
    outcome.chosen === "unfit" && value.trim() === "" ? words().reasonEmpty : undefined,
  );
  const fields = [...answers.values(), consulted, outcome, reason];
  const draft = new KeptDraft(app, `screening-${plan.seen.number}`, fields);

  /** The checklist in words, as it stands in the decision. */
  const written = (): string => {
    const now = words();
    const lines = LETTERS.map((letter) => `${now[letter]} ${now.answers[isYes(letter) ? "yes" : "no"]}.`);
    const end = [
      `${now.consultedWith}: ${consulted.value.trim()}`,
      `${now.concluded}: ${now.outcomes[outcome.chosen ?? "unfit"]}.`,
    ];
    const why = reason.value.trim();
    return [now.heading, ...lines, ...end, ...(why === "" ? [] : [why])].join("\n");
  };
  const deciding: Form = form(app, {
    fields,
    submit: async () => {
      if (outcome.chosen === "more") return;
      decide(app, agree, plan, outcome.chosen === "fit" ? "triage" : "ended", written(), draft);
    },
  });

  return {
    get title() {
      return words().title;
    },
    arrive: () => draft.find(),
    leave: draft.leave,
    view: () =>
      framed(app, agree, draft, () => {
        const now = words();
        const asked = (letter: Letter): Content => {
          const said = { legend: now[letter], labels: now.answers, empty: now.answerEmpty(letter) };
          return answers.get(letter)?.view(said) ?? nothing;
        };
        const content = html`${text(now.intro)} ${LETTERS.map(asked)}
          <p class="utrecht-paragraph quiet">${now.rule}</p>
          ${consulted.view({ label: now.consulted, help: now.consultedHelp, empty: now.consultedEmpty })}
          ${outcome.view({
            legend: now.outcome,
            labels: now.outcomes,
            means: now.outcomeMeans,
            empty: now.outcomeEmpty,
          })}
          ${reason.view({ label: now.reason, help: now.reasonHelp, rows: 4 })}`;
        const beside = subtle(app.words.path.back, plan.back);
        if (outcome.chosen !== "more") return deciding.view({ content, go: now.go, beside });
        return html`${content} ${text(link(address({ name: "write", number: plan.seen.number }), now.toLetters))}
          <p class="utrecht-paragraph quiet">${now.kept}</p>
          ${buttons(beside)}`;
      }),
  };
}

/** Any other step: where it goes, and why. */
export function nextPhase(app: App, plan: PhaseFormPlan): PhaseForm {
  const agree = new Agree(app);
  const drawn = (): void => {
    draft.changed();
    app.draw();
  };
  const words = (): App["words"]["path"]["phase"] => app.words.path.phase;
  const isOnly = plan.next.length === 1;
  const phase = new ChoiceField<Phase>("phase", plan.next, isOnly ? plan.next[0] : undefined, drawn);
  const outcome = new TextField("outcome", () => draft.changed());
  const draft = new KeptDraft(app, `phase-${plan.seen.number}-${plan.seen.phase}`, [phase, outcome]);
  const deciding = form(app, {
    fields: [phase, outcome],
    submit: async () => {
      if (phase.chosen !== undefined) decide(app, agree, plan, phase.chosen, outcome.value.trim(), draft);
    },
  });
  // The first step needs no more than that it was taken.
  if (plan.seen.phase === "referral") outcome.value = app.words.path.begun;
  return {
    get title() {
      return words().title;
    },
    arrive: () => draft.find(),
    leave: draft.leave,
    view: () =>
      framed(app, agree, draft, () => {
        const now = words();
        const content = html`${heading(now.title)}
          ${phase.view({ legend: now.which, labels: app.words.phases, means: now.means, empty: now.whichEmpty })}
          ${outcome.view({ label: now.outcome, help: now.outcomeHelp, empty: now.outcomeEmpty, rows: 4 })}`;
        return deciding.view({ content, go: now.go, beside: subtle(app.words.path.back, plan.back) });
      }),
  };
}
