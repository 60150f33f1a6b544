// Overleg plannen of wijzigen: what for, when, and who.

import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";

import type { App } from "../../app/app.ts";
import { momentText } from "../../app/dates.ts";
import { dayBefore, localAt, momentAt } from "../../app/moments.ts";
import type { MeetingSeen, MeetingsSeen, MeetingWanted } from "../../desk/meetings.ts";
import type { Agree } from "../../ui/agree.ts";
import { KeptDraft } from "../../ui/draft.ts";
import { form, TextField, type Form } from "../../ui/form.ts";
import { alert, buttons, list, secondary, subtle, text, type Content } from "../../ui/parts.ts";
import { unreadView } from "../../ui/unread.ts";
import { agendaIn, agendaText } from "./agenda.ts";
import { PeopleField } from "./people.ts";

export interface Planning {
  readonly seen: MeetingsSeen;
  /** The meeting that changes; nothing for a new one. */
  readonly before: MeetingSeen | undefined;
  readonly agree: Agree;
  /** After it was put on record. */
  done(): void;
  /** Back, with nothing changed. */
  back(): void;
}

export class PlanForm {
  private readonly draft: KeptDraft;
  private readonly form: Form;
  private readonly people: PeopleField;
  private readonly purpose: TextField;
  private readonly decisions: TextField;
  private readonly topics: TextField;
  private readonly date: TextField;
  private readonly deadline: TextField;
  isUrgent = false;
  /** The deadline follows the date until somebody chooses it. */
  private isDeadlineChosen = false;

  constructor(
    private readonly app: App,
    private readonly planning: Planning,
  ) {
    const { seen, before } = planning;
    const changed = (): void => this.changed();
    this.purpose = new TextField("purpose", changed);
    this.decisions = new TextField("decisions", changed);
    this.topics = new TextField("topics", changed);
    this.date = new TextField("date", () => this.dated(), (value) => this.wrongDate(value));
    this.deadline = new TextField(
      "deadline",
      () => {
        this.isDeadlineChosen = true;
        changed();
      },
      (value) => this.wrongDeadline(value),
    );
    this.people = new PeopleField(app, withThoseBefore(seen, before), before?.readers ?? [], seen.phase === "triage", changed);
    this.fill();
    const urgent = new Urgent(this);
    const texts = [this.purpose, this.decisions, this.topics, this.date, this.deadline];
    this.draft = new KeptDraft(app, `meeting/${seen.number}/${before?.roster ?? "new"}`, [...texts, this.people, urgent]);
    const { people } = this;
    this.form = form(app, {
      get fields() {
        return [...texts, people, ...people.fields];
      },
      submit: async () => this.submit(),
    });
  }

  /** Whether there was no meeting before. */
  get isNew(): boolean {
    return this.planning.before === undefined;
  }

  /** Puts back what was typed before. */
  async arrive(): Promise<void> {
    await this.draft.find();
    if (this.draft.isRestored) this.isDeadlineChosen = true;
  }

  leave(): void {
    this.draft.leave();
  }

  private fill(): void {
    const { before } = this.planning;
    if (before === undefined) return;
    const { purpose, decisions, topics } = agendaIn(before.agenda?.text ?? "");
    [this.purpose.value, this.decisions.value, this.topics.value] = [purpose, decisions, topics];
    [this.date.value, this.deadline.value] = [localAt(before.date), localAt(before.deadline)];
    this.isUrgent = before.isUrgent;
  }

  private changed(): void {
    this.draft.changed();
    this.app.draw();
  }

  private dated(): void {
    const { value } = this.date;
    if (!this.isDeadlineChosen && momentAt(value) !== undefined) this.deadline.value = dayBefore(value);
    this.changed();
  }

  private wrongDate(value: string): string | undefined {
    const { form: words } = this.app.words.meeting;
    const at = momentAt(value);
    if (at === undefined) return words.dateEmpty;
    const { before } = this.planning;
    const isSame = before !== undefined && localAt(before.date) === value;
    return !isSame && Date.parse(at) <= Date.now() ? words.datePast : undefined;
  }

  private wrongDeadline(value: string): string | undefined {
    const { form: words } = this.app.words.meeting;
    const [at, date] = [momentAt(value), momentAt(this.date.value)];
    if (at === undefined) return words.deadlineEmpty;
    if (date !== undefined && at > date) return words.deadlineLate;
    const { before } = this.planning;
    const isSame = before !== undefined && localAt(before.deadline) === value;
    return !isSame && Date.parse(at) <= Date.now() ? words.deadlinePast : undefined;
  }

  private get wanted(): MeetingWanted {
    const { before } = this.planning;
    const said = { purpose: this.purpose.value, decisions: this.decisions.value, topics: this.topics.value };
    const was = before?.agenda?.text;
    const isSame = was !== undefined && agendaText(agendaIn(was)) === agendaText(said);
    return {
      meeting: before?.meeting,
      date: momentAt(this.date.value) ?? "",
      deadline: momentAt(this.deadline.value) ?? "",
      isUrgent: this.isUrgent,
      agenda: isSame ? undefined : { title: "Doel en agenda", text: agendaText(said) },
      participants: this.people.chosen,
    };
  }

  private submit(): void {
    const { app, planning } = this;
    const { agreePlan: words } = app.words.meeting;
    const { seen, before, agree } = planning;
    const { wanted } = this;
    const isAsked = before !== undefined && (before.isAsked || before.wasAskedBefore);
    agree.ask(() => app.desk.planMeeting(seen.number, wanted), {
      summary: html`${text(words.summary(momentText(wanted.date, app.language), wanted.participants.length))}
      ${list(this.people.named)}
      ${wanted.agenda === undefined ? nothing : text(words.agenda)} ${text(words.grounds)}
      ${before === undefined ? text(words.next) : alert("warning", app.words.meeting.form.changing)}
      ${isAsked ? text(words.askNext) : nothing}`,
      go: before === undefined ? words.goNew : words.goChange,
      done: () => {
        void this.draft.forget();
        planning.done();
      },
      back: () => undefined,
    });
  }

  /** What becomes of the agenda that there was; or why its fields are empty. */
  private agendaBefore(): Content {
    const { app } = this;
    const { before } = this.planning;
    if (before?.agendaAlarm !== undefined) return alert("error", before.agendaAlarm[app.language]);
    return before?.agenda === undefined ? nothing : text(app.words.meeting.form.keepAgenda);
  }

  private discard(): void {
    void this.draft.forget();
    this.planning.back();
  }

  view(): TemplateResult {
    const { app, planning } = this;
    const { form: words } = app.words.meeting;
    const { before, agree } = planning;
    const ticked = (event: Event): void => {
      this.isUrgent = (event.target as HTMLInputElement).checked;
      this.changed();
    };
    const content = html`
      ${this.draft.isRestored
        ? alert("info", html`${text(words.restored)} ${buttons(subtle(words.discard, () => this.discard()))}`)
        : nothing}
      ${before === undefined ? nothing : alert("info", words.changing)}
      <section class="card">
        <h2 class="utrecht-heading-2" id="plan" tabindex="-1">${words.purposeLegend}</h2>
        ${this.agendaBefore()}
        ${this.purpose.view({ label: words.purpose, help: words.purposeHelp, empty: words.purposeEmpty, rows: 3 })}
        ${this.decisions.view({ label: words.decisions, help: words.decisionsHelp, rows: 2 })}
        ${this.topics.view({ label: words.topics, help: words.topicsHelp, rows: 3 })}
      </section>
      <section class="card">
        <h2 class="utrecht-heading-2">${words.whenLegend}</h2>
        ${this.date.view({ label: words.date, empty: words.dateEmpty, type: "datetime-local" })}
        ${this.deadline.view({ label: words.deadline, help: words.deadlineHelp, empty: words.deadlineEmpty, type: "datetime-local" })}
        <label class="choice">
          <input type="checkbox" id="urgent" .checked=${live(this.isUrgent)} @change=${ticked} />
          <span>${words.urgent}<span class="choice__means">${words.urgentHelp}</span></span>
        </label>
      </section>
      <section class="card">
        ${unreadView(app, "grounds", before?.groundsUnread)} ${this.people.view()}
        ${planning.seen.unsigned.length === 0
          ? nothing
          : html`<p class="utrecht-paragraph quiet">${words.unsigned(planning.seen.unsigned.join(", "))}</p>`}
      </section>
    `;
    return this.form.view({
      content,
      isPreparing: agree.isBusy,
      go: words.go,
      beside: secondary(app.words.back, () => planning.back()),
    });
  }
}

/** Whether it is urgent, as it is kept. */
class Urgent {
  readonly id = "urgent";
  constructor(private readonly of: PlanForm) {}

  get value(): string {
    return this.of.isUrgent ? "yes" : "no";
  }

  set value(text: string) {
    this.of.isUrgent = text === "yes";
  }
}

/** Those who can be invited, and those on the roster who could not any more: they can be taken off it. */
function withThoseBefore({ people }: MeetingsSeen, before: MeetingSeen | undefined): MeetingsSeen["people"] {
  const known = new Set(people.map(({ member }) => member));
  const others = (before?.readers ?? []).filter(({ member }) => !known.has(member));
  return [...people, ...others.map(({ member, name, partner, refused }) => ({ member, name, partner, refused }))];
}
