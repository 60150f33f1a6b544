// Schorsen: the manager suspends somebody at once, until a day, and ends that. The form takes the place of the screen
// until it is agreed to or left.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App } from "../../app/app.ts";
import { dayText, shortMoment } from "../../app/dates.ts";
import { dayEnds, dayFromNow } from "../../app/days.ts";
import type { MemberSeen } from "../../desk/house.ts";
import type { Prepared } from "../../desk/plans.ts";
import { Agree } from "../../ui/agree.ts";
import { form, TextField, type Form } from "../../ui/form.ts";
import { alert, heading, list, secondary, text, type Content } from "../../ui/parts.ts";
import type { Words } from "../../words/nl.ts";

type Deed = "suspend" | "end";

/** Who is to be suspended, and what was typed. */
interface Asked {
  readonly member: MemberSeen;
  readonly until: TextField;
  readonly form: Form;
}

export class Suspending {
  private readonly agree: Agree;
  private asked: Asked | undefined;
  private isFetching = false;
  /** What was done, to be told above the list. */
  private deed: ((words: Words) => string) | undefined;

  constructor(
    private readonly app: App,
    /** Shows the house as it is now. */
    private readonly again: () => Promise<void>,
  ) {
    this.agree = new Agree(app);
  }

  /** Whether it takes the screen. */
  get isOpen(): boolean {
    return this.agree.isOpen || this.asked !== undefined || this.isFetching;
  }

  view(): TemplateResult {
    const { agree, asked, app } = this;
    if (this.isFetching) return html`<div aria-busy="true">${text(app.words.wait)}</div>`;
    return agree.isOpen || asked === undefined ? html`${agree.view()}` : this.formView(asked);
  }

  /** Told once the list is back. */
  news(): Content {
    const { app, deed } = this;
    return deed === undefined ? nothing : html`<div id="done" tabindex="-1">${alert("ok", deed(app.words))}</div>`;
  }

  /** How long somebody is suspended, in the list. */
  standing({ suspension }: MemberSeen): string | undefined {
    if (suspension?.kind !== "suspended") return undefined;
    return this.app.words.suspending.standing(this.moment(suspension.until));
  }

  /** What can be done about one person in the list. */
  choices(member: MemberSeen): Content {
    const { suspending: words } = this.app.words;
    const begin = (): void => this.begin(member);
    switch (member.suspension?.kind) {
      case undefined:
        return nothing;
      case "may":
        return this.choice("suspend", member, words.suspend, begin);
      case "suspended":
        return html`${this.choice("end", member, words.end, () => this.asksEnd(member))}
        ${this.choice("suspend", member, words.change, begin)}`;
    }
  }

  private choice(deed: Deed, member: MemberSeen, label: string, press: () => void): TemplateResult {
    const named = html`${label}<span class="visually-hidden">: ${whoOf(member)}</span>`;
    return html`<span id=${placeOf(deed, member)}>${secondary(named, press, { busy: this.agree.isBusy })}</span>`;
  }

  private moment(until: string): string {
    return shortMoment(until, this.app.language);
  }

  private begin(member: MemberSeen): void {
    const { app } = this;
    const until = new TextField("suspended-until", undefined, (day) => this.wrong(day));
    const submit = async (): Promise<void> => this.asks(member, until.value);
    this.deed = undefined;
    this.asked = { member, until, form: form(app, { fields: [until], submit }) };
    app.draw();
    document.getElementById("suspending")?.focus();
  }

  private wrong(day: string): string | undefined {
    const { suspending: words } = this.app.words;
    if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return words.untilWrong;
    return day < dayFromNow(0) ? words.untilPast : undefined;
  }

  private formView({ member, until, form: typing }: Asked): TemplateResult {
    const { app, agree } = this;
    const { suspending: words, cancel } = app.words;
    return html`<section class="card" id="suspending" tabindex="-1" aria-labelledby="suspending-title">
      <div id="suspending-title">${heading(words.title(whoOf(member)))}</div>
      ${this.meaning(member)}
      ${typing.view({
        content: until.view({ label: words.until, help: words.untilHelp, empty: words.untilEmpty, type: "date" }),
        isPreparing: agree.isBusy,
        go: words.suspend,
        beside: secondary(cancel, () => this.toList(placeOf("suspend", member)), { busy: agree.isBusy }),
      })}
    </section>`;
  }

  private meaning({ name, suspension }: MemberSeen): TemplateResult {
    const { suspending: words } = this.app.words;
    const what =
      suspension?.kind === "suspended"
        ? text(words.replaces(this.moment(suspension.until)))
        : html`${text(words.atOnce)} ${list(words.means(name))}`;
    return html`${what} ${text(words.canEnd)}`;
  }

  private asks(member: MemberSeen, day: string): void {
    const { app, agree } = this;
    const { suspending: words } = app.words;
    const who = whoOf(member);
    agree.ask(() => app.desk.planSuspension(member.member, dayEnds(day)), {
      summary: html`${text(html`<strong>${words.says(who, dayText(day, app.language))}</strong>`)}
      ${this.meaning(member)}`,
      go: words.sign,
      done: () => this.isDone(({ suspending }) => suspending.done(who, dayText(day, app.language))),
      // Once the form is drawn again.
      back: () => queueMicrotask(() => goesTo("suspended-until")),
    });
  }

  private asksEnd(member: MemberSeen): void {
    const { app, agree } = this;
    const { suspending: words } = app.words;
    const who = whoOf(member);
    this.deed = undefined;
    // What was ended elsewhere meanwhile is shown so.
    const prepare = async (): Promise<Prepared> => {
      try {
        return await app.desk.planSuspensionEnd(member.member);
      } catch (error) {
        void this.again().catch(() => undefined);
        throw error;
      }
    };
    agree.ask(prepare, {
      summary: html`${text(html`<strong>${words.saysEnd(who)}</strong>`)} ${text(words.endMeans(member.name))}`,
      go: words.signEnd,
      done: () => this.isDone(({ suspending }) => suspending.ended(who)),
      back: () => this.toList(placeOf("end", member)),
    });
  }

  private isDone(deed: (words: Words) => string): void {
    this.deed = deed;
    this.toList("done");
  }

  /** Back to the list as it is now: what was sent may be on record without an answer. The focus goes to this place. */
  private toList(place: string): void {
    this.asked = undefined;
    this.isFetching = true;
    this.app.draw();
    const fetches = async (): Promise<void> => {
      try {
        await this.again();
      } finally {
        this.isFetching = false;
      }
    };
    void this.app.tries(fetches).then((isThere) => {
      if (isThere) goesTo(place);
    });
  }
}

/** Two people can have one name. */
function whoOf({ name, partnerName }: MemberSeen): string {
  return `${name} (${partnerName})`;
}

function placeOf(deed: Deed, { member }: MemberSeen): string {
  return `${deed}-${member}`;
}

/** Gives the focus to what has this id, or to its button. */
function goesTo(id: string): void {
  const place = document.getElementById(id);
  (place?.querySelector("button") ?? place)?.focus();
}
