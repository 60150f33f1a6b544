// Uitnodigen: everyone on a roster gets a letter of their own, with a file for the calendar; also when something changes,
// or when the meeting is off.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App, Screen } from "../../app/app.ts";
import { momentText } from "../../app/dates.ts";
import { address } from "../../app/router.ts";
import type { InvitationWanted, InvitedSeen, InvitingSeen } from "../../desk/inviting.ts";
import { told } from "../../desk/line.ts";
import { ChoiceField } from "../../ui/choice.ts";
import { KeptDraft } from "../../ui/draft.ts";
import { catchDrops } from "../../ui/files.ts";
import { form, TextField, type Field, type Form } from "../../ui/form.ts";
import { alert, heading, link, text, type Content } from "../../ui/parts.ts";
import { AlongField } from "../letters/along.ts";
import { SendLetters } from "../letters/sending.ts";
import { agendaIn } from "./agenda.ts";

type What = InvitationWanted["what"];

/** How long a meeting takes, where nobody says otherwise; at least and at most. In minutes. */
const [USUAL, SHORTEST, LONGEST] = [90, 10, 600];

export function invite(app: App, { number, roster }: { number: string; roster: string }): Screen {
  return new Invite(app, number, roster);
}

class Invite implements Screen {
  private seen: InvitingSeen | undefined;
  private what = new ChoiceField<What>("what", [], undefined);
  private readonly purpose: TextField;
  private readonly topics: TextField;
  private readonly decisions: TextField;
  private readonly minutes: TextField;
  private readonly place: TextField;
  private readonly link: TextField;
  private readonly why: TextField;
  private readonly along: AlongField;
  private readonly asked = new Map<string, TextField>();
  private draft: KeptDraft | undefined;
  private readonly form: Form;
  private readonly sending: SendLetters;
  private readonly freeDrops = catchDrops();

  constructor(
    private readonly app: App,
    private readonly number: string,
    private readonly roster: string,
  ) {
    const changed = (): void => this.draft?.changed();
    const words = (): App["words"]["inviting"] => app.words.inviting;
    this.purpose = new TextField("purpose", changed);
    this.topics = new TextField("topics", changed);
    this.decisions = new TextField("decisions", changed);
    this.minutes = new TextField("minutes", changed, (typed) => {
      const long = Number(typed);
      return Number.isInteger(long) && long >= SHORTEST && long <= LONGEST ? undefined : words().minutesWrong;
    });
    this.place = new TextField("place", changed, (typed) =>
      typed.trim() === "" && this.link.value.trim() === "" ? words().placeEmpty : undefined,
    );
    this.link = new TextField("link", changed, (typed) => (isLink(typed.trim()) ? undefined : words().linkWrong));
    this.why = new TextField("why", changed);
    this.along = new AlongField(app, changed);
    this.sending = new SendLetters(app);
    const shown = (): Field[] => this.fields;
    this.form = form(app, {
      get fields() {
        return shown();
      },
      submit: async () => this.submit(),
    });
  }

  title({ inviting }: App["words"]): string {
    return inviting.title(this.number);
  }

  /** Those in sight. */
  private get fields(): Field[] {
    if (this.what.chosen === "cancel") return [this.what, this.why, this.along];
    if (this.what.chosen === undefined) return [this.what];
    const { purpose, topics, decisions, minutes, place, link: online, asked, along } = this;
    return [this.what, purpose, topics, decisions, minutes, place, online, ...asked.values(), along];
  }

  async arrive(): Promise<void> {
    const seen = await this.app.desk.inviting(this.number, this.roster);
    this.propose(seen);
    const texts = [this.purpose, this.topics, this.decisions, this.minutes, this.place, this.link, this.why];
    const kept = [...texts, this.along, ...this.asked.values()];
    const draft = new KeptDraft(this.app, `invite/${this.number}/${this.roster}`, kept);
    await draft.find();
    this.draft = draft;
    // Nothing is typed before what was typed last time is back.
    this.seen = seen;
  }

  leave(): void {
    this.draft?.leave();
    this.freeDrops();
  }

  private propose(seen: InvitingSeen): void {
    const { last, people, isAnyoneInvited } = seen;
    const agenda = agendaIn(seen.agenda ?? "");
    this.purpose.value = last?.purpose ?? agenda.purpose;
    this.topics.value = last?.topics.join("\n") ?? agenda.topics;
    this.decisions.value = last?.decisions.join("\n") ?? agenda.decisions;
    this.minutes.value = String(last?.minutes ?? USUAL);
    this.place.value = last?.place ?? "";
    this.link.value = last?.link ?? "";
    people.forEach(({ member, asked }, at) => {
      const field = new TextField(`asked-${at}`, () => this.draft?.changed());
      field.value = asked;
      this.asked.set(member, field);
    });
    const isAnyoneNew = people.some(({ isInvited }) => !isInvited);
    const all: What[] = [...(isAnyoneNew ? ["invite" as const] : []), ...(isAnyoneInvited ? (["change", "cancel"] as const) : [])];
    this.what = new ChoiceField("what", all, isAnyoneNew ? "invite" : undefined, () => this.app.draw());
  }

  /** Who gets a letter now. */
  private addressed({ people }: InvitingSeen): InvitedSeen[] {
    return this.what.chosen === "invite" ? people.filter(({ isInvited }) => !isInvited) : [...people];
  }

  private submit(): void {
    const { app, number, roster, seen } = this;
    const what = this.what.chosen;
    if (seen === undefined || what === undefined) return;
    const addressed = this.addressed(seen);
    const wanted: InvitationWanted = {
      roster,
      what,
      purpose: this.purpose.value,
      topics: linesOf(this.topics.value),
      decisions: linesOf(this.decisions.value),
      minutes: Number(this.minutes.value),
      place: this.place.value,
      link: this.link.value,
      asked: addressed.map(({ member }) => ({ member, asked: this.asked.get(member)?.value ?? "" })),
      why: this.why.value,
      without: addressed.filter(({ refused }) => refused !== undefined).map(({ member }) => member),
      files: this.along.files,
    };
    const tell = told(this.sending.progress.tell);
    const says = app.words.inviting.says[what];
    this.sending.ask(() => app.desk.planInvitation(number, wanted, tell), says, () => void this.draft?.forget());
  }

  view(all: App["words"]): TemplateResult {
    const { seen, sending, number } = this;
    if (sending.isAsking) return html`${sending.question()}`;
    if (sending.isDone) return sending.finished({ name: "meeting", number }, all.inviting.back);
    if (seen === undefined) return html`<div aria-busy="true">${text(all.wait)}</div>`;
    const { inviting: words } = all;
    const back = link(address({ name: "meeting", number }), words.back);
    if (!seen.isAhead) return html`<section class="card">${text(words.over)} ${text(back)}</section>`;
    const what = this.what.chosen;
    const isFirst = !seen.isAnyoneInvited;
    return html`<p class="utrecht-paragraph">${words.intro(momentText(seen.date, this.app.language))}</p>
      ${this.draft?.isRestored === true ? alert("info", words.restored) : nothing}
      ${this.form.view({
        content: html`
          ${isFirst
            ? nothing
            : html`<section class="card">
                ${this.what.view({ legend: words.what, labels: words.whats, means: words.means, empty: words.whatEmpty })}
              </section>`}
          ${what === undefined ? nothing : what === "cancel" ? this.cancelView() : this.sayingView(seen)}
          ${what === undefined ? nothing : this.along.card()} ${sending.underway()}
        `,
        go: words.go,
        isPreparing: sending.isBusy,
        beside: back,
      })}`;
  }

  private cancelView(): Content {
    const { inviting: words } = this.app.words;
    return html`<section class="card">${this.why.view({ label: words.why, help: words.whyHelp, rows: 3 })}</section>`;
  }

  private sayingView(seen: InvitingSeen): Content {
    const { inviting: words } = this.app.words;
    return html`<section class="card">
        ${heading(words.about)}
        ${this.purpose.view({ label: words.purpose, empty: words.purposeEmpty, rows: 3 })}
        ${this.topics.view({ label: words.topics, help: words.linesHelp, empty: words.topicsEmpty, rows: 4 })}
        ${this.decisions.view({ label: words.decisions, help: words.linesHelp, rows: 2 })}
      </section>
      <section class="card">
        ${heading(words.where)} ${this.place.view({ label: words.place })}
        ${this.link.view({ label: words.link, help: words.linkHelp, type: "url" })}
        ${this.minutes.view({ label: words.minutes, type: "number" })}
      </section>
      <section class="card">
        ${heading(words.people)} ${text(words.peopleHelp)}
        <ul class="work-list">
          ${this.addressed(seen).map((each) => html`<li class="work-row work-row--field">${this.person(each)}</li>`)}
        </ul>
      </section>`;
  }

  private person({ member, name, partner, seat, refused }: InvitedSeen): TemplateResult {
    const { inviting: words, meeting } = this.app.words;
    const asked = this.asked.get(member);
    return html`<div>
      <strong>${name}</strong>
      <div class="quiet">${partner}, ${meeting.form.seats[seat]}</div>
      ${refused === undefined
        ? (asked?.view({ label: words.asked(name), help: words.askedHelp, rows: 2 }) ?? nothing)
        : alert("warning", html`${words.without} ${refused[this.app.language]}`)}
    </div>`;
  }
}

function linesOf(typed: string): string[] {
  return typed
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** An address that a calendar may hold, or none. */
function isLink(typed: string): boolean {
  if (typed === "") return true;
  const url = URL.canParse(typed) ? new URL(typed) : undefined;
  return url?.protocol === "https:" && url.hostname !== "";
}
