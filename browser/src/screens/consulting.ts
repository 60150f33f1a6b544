// The partner that referred a case signs that it was consulted on what is released (9.2f), so that nobody else has to.

import { html } from "lit-html";

import type { App } from "../app/app.ts";
import { momentText } from "../app/dates.ts";
import { Agree } from "../ui/agree.ts";
import { KeptDraft } from "../ui/draft.ts";
import { form, TextField } from "../ui/form.ts";
import { heading, subtle, text } from "../ui/parts.ts";
import { framed, type PhaseForm, type PhaseFormPlan } from "./phase.ts";

export function consulting(app: App, { seen, done, back }: Omit<PhaseFormPlan, "next">): PhaseForm {
  const agree = new Agree(app);
  const { number, path } = seen;
  const { roster = "", date = "" } = path.toConsult ?? {};
  const outcome = new TextField("outcome", () => draft.changed());
  const draft = new KeptDraft(app, `consulted-${number}-${roster.replace(/^sha256:/, "")}`, [outcome]);
  const words = (): App["words"]["path"]["consult"] => app.words.path.consult;
  const submit = async (): Promise<void> =>
    agree.ask(() => app.desk.planConsultation(number, { roster, form: "signed", outcome: outcome.value }), {
      summary: html`${text(words().says(momentText(date, app.language)))}
        <p class="utrecht-paragraph lines quote">${outcome.value.trim()}</p>
        ${text(words().readers)} ${text(words().decides)}`,
      go: words().sign,
      done: () => {
        void draft.forget();
        done();
      },
      back: () => undefined,
    });
  const signing = form(app, { fields: [outcome], submit });
  return {
    get title() {
      return words().open;
    },
    arrive: () => draft.find(),
    leave: draft.leave,
    view: () =>
      framed(app, agree, draft, () => {
        const { open, intro, decides, outcome: label, readers, outcomeEmpty, go } = words();
        const content = html`${heading(open)} ${text(intro(momentText(date, app.language)))} ${text(decides)}
        ${outcome.view({ label, help: readers, empty: outcomeEmpty, rows: 4 })}`;
        return signing.view({ content, go, isPreparing: agree.isBusy, beside: subtle(app.words.path.back, back) });
      }),
  };
}
