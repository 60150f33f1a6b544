// The steps of a meeting: which are done, and which one is next.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App } from "../../app/app.ts";
import type { MeetingSeen } from "../../desk/meetings.ts";
import { badge } from "../../ui/parts.ts";

type Standing = "done" | "now" | "later" | "notNeeded";

export function stepsOf(app: App, meeting: MeetingSeen): TemplateResult {
  const { steps: words } = app.words.meeting;
  const { next, isAsked, needsConsultation, consultation } = meeting;
  const isReleased = meeting.readers.some(({ cells }) => cells.includes("released"));
  const steps: [string, Standing][] = [
    [words.plan, "done"],
    [words.ask, next === "ask" ? "now" : isAsked ? "done" : "later"],
    [words.consult, !needsConsultation ? "notNeeded" : consultation !== undefined ? "done" : next === "consult" ? "now" : "later"],
    [words.release, next === "release" ? "now" : isReleased ? "done" : "later"],
  ];
  return html`<ol class="steps" aria-label=${words.label}>
    ${steps.map(
      ([label, standing]) =>
        html`<li aria-current=${standing === "now" ? "step" : nothing}>
          ${label} ${badge(standing === "done" ? "safe" : standing === "now" ? "warning" : "neutral", words[standing])}
        </li>`,
    )}
  </ol>`;
}
