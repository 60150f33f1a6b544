// Overleg met de aanmelder: how, with whom, and what came of it (9.2f).

import { html, type TemplateResult } from "lit-html";

import type { App } from "../../app/app.ts";
import type { MeetingSeen, MeetingsSeen } from "../../desk/meetings.ts";
import type { Agree } from "../../ui/agree.ts";
import { ChoiceField } from "../../ui/choice.ts";
import { KeptDraft } from "../../ui/draft.ts";
import { form, TextField, type Form } from "../../ui/form.ts";
import { text, type Content } from "../../ui/parts.ts";

const FORMS = ["phone", "mail", "meeting"] as const;

export class ConsultForm {
  private readonly how: ChoiceField<(typeof FORMS)[number]>;
  private readonly outcome: TextField;
  private readonly draft: KeptDraft;
  private readonly form: Form;

  constructor(
    private readonly app: App,
    private readonly seen: MeetingsSeen,
    private readonly meeting: MeetingSeen,
    private readonly agree: Agree,
    private readonly done: () => void,
  ) {
    const changed = (): void => {
      this.draft.changed();
      app.draw();
    };
    this.how = new ChoiceField("consulted", FORMS, undefined, changed);
    this.outcome = new TextField("outcome", changed);
    this.draft = new KeptDraft(app, `consult/${seen.number}/${meeting.roster}`, [this.how, this.outcome]);
    this.form = form(app, { fields: [this.how, this.outcome], submit: async () => this.submit() });
  }

  arrive(): Promise<void> {
    return this.draft.find();
  }

  leave(): void {
    this.draft.leave();
  }

  private submit(): void {
    const { app, seen, meeting } = this;
    const { consult: words } = app.words.meeting;
    const how = this.how.chosen;
    if (how === undefined) return;
    const wanted = { roster: meeting.roster, form: how, outcome: this.outcome.value };
    this.agree.ask(() => app.desk.planConsultation(seen.number, wanted), {
      summary: html`${text(words.summary(seen.referrer))}
        <p class="utrecht-paragraph lines">${words.forms[how]}: ${wanted.outcome.trim()}</p>
        ${text(words.outcomeHelp(seen.referrer))}`,
      go: words.sign,
      done: () => {
        void this.draft.forget();
        this.done();
      },
      back: () => undefined,
    });
  }

  view(beside: Content): TemplateResult {
    const { app, seen } = this;
    const { consult: words } = app.words.meeting;
    const content = html`${this.how.view({ legend: words.form, labels: words.forms, empty: words.formEmpty })}
    ${this.outcome.view({ label: words.outcome, help: words.outcomeHelp(seen.referrer), empty: words.outcomeEmpty, rows: 3 })}`;
    return this.form.view({ content, isPreparing: this.agree.isBusy, go: words.go, beside });
  }
}
