// What comes next in a case, for whoever looks: one step that stands out, and what can be done beside it.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App } from "../app/app.ts";
import type { Place } from "../app/router.ts";
import type { CaseSeen } from "../desk/case.ts";
import type { PathSeen } from "../desk/path.ts";
import { hasMeetings, Phase } from "../protocol/words.ts";
import { buttons, heading, primary, secondary, text, type Content } from "../ui/parts.ts";

/** What a case's screen does itself. */
export interface CaseDeeds {
  readonly isBusy: boolean;
  open(): void;
  /** Shows the form that takes it further. */
  further(): void;
  /** Shows the form in which who referred it signs that it was consulted. */
  consult(): void;
}

interface NextStep {
  readonly label: string;
  readonly help?: string;
  go(): void;
}

/** Whether whoever looks waits for the procesregisseur, having referred it. */
function isWaiting({ phase }: CaseSeen, { isReferrer, next }: PathSeen): boolean {
  return isReferrer && next.length === 0 && (phase === "referral" || phase === "screening");
}

/** All that can be done, the most pressing first. */
function stepsOf(app: App, seen: CaseSeen, path: PathSeen, deeds: CaseDeeds): NextStep[] {
  const { path: told } = app.words;
  const { number } = seen;
  const to = (place: Place) => () => app.go(place);
  const steps: NextStep[] = [];
  if (seen.toApprove > 0) {
    steps.push({ label: told.answer, help: told.answerHelp, go: to({ name: "approve", number }) });
  }
  if (seen.toRead > 0) steps.push({ label: told.read, help: told.readHelp, go: to({ name: "pack", number }) });
  if (path.mayOpen) steps.push({ label: told.open, help: told.openHelp, go: deeds.open });
  if (path.next.length > 0) steps.push(...director(app, seen, deeds));
  // Who just referred it has nothing to add yet, most often: it does not stand out.
  if (path.mayContribute && !isWaiting(seen, path)) {
    steps.push({ label: told.contribute, help: told.contributeHelp, go: to({ name: "contribute", number }) });
  }
  if (path.toConsult !== undefined) steps.push({ label: told.consult.open, help: told.consult.help, go: deeds.consult });
  return steps;
}

function director(app: App, { number, kind, phase }: CaseSeen, deeds: CaseDeeds): NextStep[] {
  const { path: told } = app.words;
  const go = deeds.further;
  // Aftercare has no checklist: its procesregisseur chooses where it goes at once.
  if (kind === "complex" && phase === "referral") return [{ label: told.begin, help: told.beginHelp, go }];
  if (kind === "complex" && phase === "screening") return [{ label: told.screen, help: told.screenHelp, go }];
  const further = { label: told.further, go };
  if (!hasMeetings(phase)) return [further];
  const meeting = phase === "plan" ? told.meetingPlan : told.meeting;
  const prepare = { label: meeting, help: told.meetingHelp, go: () => app.go({ name: "meeting", number }) };
  return [prepare, further];
}

export function nextView(app: App, seen: CaseSeen, path: PathSeen, deeds: CaseDeeds): TemplateResult {
  const { path: words } = app.words;
  const [first, ...others] = stepsOf(app, seen, path, deeds);
  const busy = deeds.isBusy;
  const waits = isWaiting(seen, path);
  return html`<section class="card card--next" aria-labelledby="next-title">
    <div id="next-title">${heading(words.next)}</div>
    ${first === undefined
      ? html`${text(waits ? words.waits : words.nothing)} ${waits ? beside(app, seen, path) : nothing}`
      : html`${first.help === undefined ? nothing : text(first.help)}
        ${buttons(
          primary(busy ? app.words.wait : first.label, first.go, { busy }),
          ...others.map(({ label, go }) => secondary(label, go, { busy })),
        )}`}
  </section>`;
}

/** Whoever waits for the procesregisseur may still add something. */
function beside(app: App, { number }: CaseSeen, { mayContribute }: PathSeen): Content {
  if (!mayContribute) return nothing;
  return buttons(secondary(app.words.path.contribute, () => app.go({ name: "contribute", number })));
}

/** The phases of a case, with the one that it is in. */
export function phasesView(app: App, { phase: now }: CaseSeen): TemplateResult {
  const { path: words, phases } = app.words;
  const at = Phase.all.indexOf(now);
  const one = (phase: Phase, index: number): TemplateResult =>
    html`<li class="path__step ${index < at ? "path__step--done" : ""}" aria-current=${index === at ? "step" : nothing}>
      ${phases[phase]}${index === at ? html`<span class="visually-hidden"> (${words.now})</span>` : nothing}
    </li>`;
  return html`<ol class="path" aria-label=${words.label}>
    ${Phase.all.map(one)}
  </ol>`;
}
