// What a supplier says of what it puts in: under which law, what for, and who may see it. What was chosen last is
// proposed again; the rules are told in sentences, and folded away until somebody wants others.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App } from "../app/app.ts";
import { dayText } from "../app/dates.ts";
import { dayBegins, dayEnds, dayFromNow } from "../app/days.ts";
import type { Ground } from "../desk/contributions.ts";
import type { Said } from "../desk/wishes.ts";
import type { FactOrOpinion, Onward, Regime } from "../protocol/label.ts";
import type { ApprovalRule, Director, Phase, Withheld } from "../protocol/words.ts";
import { ChoiceField, ChoicesField } from "./choice.ts";
import type { Kept } from "./draft.ts";
import { type Field, TextField } from "./form.ts";
import { heading, list, type Content } from "./parts.ts";

type Sharing = Extract<Phase, "triage" | "rto" | "plan">;

const REGIMES: readonly Regime[] = ["avg", "wpg", "wjsg", "medical"];
const ONWARDS: readonly Onward[] = ["no", "own-organisation", "ask"];
const SHARINGS: readonly Sharing[] = ["triage", "rto", "plan"];

/** The ground that is usual under a law. Medical secrecy has no usual one: each time it is weighed and written down. */
const USUAL: Readonly<Record<Regime, string>> = {
  avg: "AVG art. 6 lid 1 sub e",
  wpg: "Wpg art. 20",
  wjsg: "Wjsg art. 39f",
  medical: "",
};
/** An item is kept a year unless its supplier says otherwise. */
const KEPT_DAYS = 365;
const LONGEST = { ground: 500, use: 2000, reliability: 200 } as const;

export interface SaidPlan {
  /** Tells the fields of several apart. */
  readonly id: string;
  /** The phases of an item that has no others; else the supplier chooses. */
  readonly phases?: readonly Phase[];
  /** Whether the procesregisseur has to read it: a referral can't be judged by its title. */
  readonly isForDirector?: boolean;
  /** Whether it stands below a heading of its own. */
  readonly isPart?: boolean;
  changed(): void;
}

export class SaidForm {
  private readonly regime: ChoiceField<Regime>;
  private readonly ground: TextField;
  private readonly use: TextField;
  private readonly onward: ChoiceField<Onward>;
  private readonly kind: ChoiceField<FactOrOpinion>;
  private readonly reliability: TextField;
  private readonly director: ChoiceField<Director>;
  private readonly approval: ChoiceField<ApprovalRule>;
  private readonly phases: ChoicesField<Sharing>;
  private readonly from: TextField;
  private readonly until: TextField;
  private readonly withheld: ChoiceField<Withheld>;
  private readonly retention: TextField;
  private isUnfolded = false;
  private isAboutOpen = false;

  constructor(
    private readonly app: App,
    private readonly plan: SaidPlan,
  ) {
    const { id, changed } = plan;
    const drawn = (): void => {
      changed();
      app.draw();
    };
    const words = (): App["words"]["contributing"]["said"] => app.words.contributing.said;
    const short = (most: number) => (value: string) => ([...value].length > most ? words().tooLong(most) : undefined);
    this.regime = new ChoiceField(`${id}-regime`, REGIMES, undefined, () => this.underOther());
    this.ground = new TextField(`${id}-ground`, drawn, short(LONGEST.ground));
    this.use = new TextField(`${id}-use`, drawn, short(LONGEST.use));
    this.onward = new ChoiceField(`${id}-onward`, ONWARDS, "no", drawn);
    this.kind = new ChoiceField(`${id}-police`, ["fact", "opinion"], undefined, drawn);
    this.reliability = new TextField(`${id}-reliability`, changed, short(LONGEST.reliability));
    this.director = new ChoiceField(`${id}-director`, ["reads", "label"], "reads", drawn);
    this.approval = new ChoiceField(`${id}-approval`, ["ask", "never"], "ask", drawn);
    this.phases = new ChoicesField(`${id}-phases`, SHARINGS, ["rto"], drawn);
    this.from = new TextField(`${id}-from`, drawn);
    this.until = new TextField(`${id}-until`, drawn, (value) => this.wrongUntil(value));
    this.withheld = new ChoiceField(`${id}-withheld`, ["silent", "shown"], "silent", drawn);
    this.retention = new TextField(`${id}-retention`, drawn, (value) => {
      return value !== "" && value < dayFromNow(0) ? words().past : undefined;
    });
    this.use.value = app.words.contributing.said.useProposed;
  }

  /** What stays the same from one time to the next, so is proposed again. Fact or opinion is said of each item anew. */
  get lasting(): readonly Kept[] {
    const { regime, ground, use, onward, reliability, director, approval, withheld } = this;
    return [regime, ground, use, onward, reliability, director, approval, withheld];
  }

  /** All that is kept of a draft. */
  get kept(): readonly Kept[] {
    return [...this.lasting, this.kind, this.phases, this.from, this.until, this.retention];
  }

  /** Those that count now. */
  get fields(): readonly Field[] {
    const police = this.regime.chosen === "wpg" ? [this.kind, this.reliability] : [];
    return [this.regime, this.ground, ...police, this.use, this.onward, ...this.rules];
  }

  private get rules(): readonly Field[] {
    const { director, approval, phases, from, until, withheld, retention } = this;
    return [
      ...(this.plan.isForDirector ? [] : [director]),
      approval,
      ...(this.plan.phases ? [] : [phases]),
      from,
      until,
      withheld,
      retention,
    ];
  }

  /** What a first contribution of this partner, in this phase, most likely is. */
  propose({ regime, phase }: Ground): void {
    this.regime.value = regime;
    this.underOther();
    if (phase === "plan") this.phases.value = "plan";
  }

  /** What was said; to be asked for when all fields are right. */
  get said(): Said {
    const { plan } = this;
    return {
      regime: this.regime.chosen ?? "avg",
      legalGround: this.ground.value,
      allowedUse: this.use.value,
      onward: this.onward.chosen ?? "no",
      policeKind: this.kind.chosen,
      reliability: this.reliability.value,
      director: plan.isForDirector ? "reads" : (this.director.chosen ?? "label"),
      approval: this.approval.chosen ?? "ask",
      phases: plan.phases ?? this.phases.chosen,
      from: this.from.value === "" ? "" : dayBegins(this.from.value),
      until: this.until.value === "" ? "" : dayEnds(this.until.value),
      withheld: this.withheld.chosen ?? "silent",
      retention: this.retention.value,
    };
  }

  /** Another law was chosen: the ground that is usual under it, unless somebody wrote one. */
  private underOther(): void {
    const { chosen } = this.regime;
    const isUsual = ["", ...Object.values(USUAL)].includes(this.ground.value);
    if (chosen !== undefined && isUsual) this.ground.value = USUAL[chosen];
    // What falls under medical secrecy is shown to nobody by itself.
    this.director.value = chosen === "medical" ? "label" : "reads";
    this.plan.changed();
    this.app.draw();
  }

  private wrongUntil(value: string): string | undefined {
    const { said: words } = this.app.words.contributing;
    if (value === "") return undefined;
    if (value < dayFromNow(0)) return words.past;
    return this.from.value !== "" && value < this.from.value ? words.untilFirst : undefined;
  }

  /** Under which law, and what for: in one sentence where all of it is proposed, with what only this item can tell. */
  aboutView(): TemplateResult {
    const { said: words } = this.app.words.contributing;
    const { regime, ground, use, onward, kind, reliability } = this;
    const proposed = [regime, ground, use, onward];
    const isOpen = this.isAboutOpen || proposed.some(({ error }) => error !== undefined) || ground.value.trim() === "";
    // Once it is open it stays: nothing goes away under somebody's hands.
    this.isAboutOpen = isOpen;
    const toggled = (event: Event): void => {
      this.isAboutOpen = (event.target as HTMLDetailsElement).open;
    };
    return html`${this.heading(words.regime)} ${list(this.aboutSentences())}
      ${regime.chosen === "wpg"
        ? html`${kind.view({ legend: words.police, labels: words.policeKinds, empty: words.policeEmpty })}
          ${reliability.view({ label: words.reliability, help: words.reliabilityHelp, empty: words.reliabilityEmpty })}`
        : nothing}
      <details ?open=${isOpen} @toggle=${toggled}>
        <summary>${words.changeAbout}</summary>
        ${regime.view({ legend: words.regime, labels: this.app.words.item.regimes, empty: words.regimeEmpty })}
        ${ground.view({
          label: words.ground,
          help: regime.chosen === "medical" ? words.groundMedical : words.groundHelp,
          empty: words.groundEmpty,
        })}
        ${use.view({ label: words.use, empty: words.useEmpty, rows: 2 })}
        ${onward.view({ legend: words.onward, labels: this.app.words.item.onwards, help: words.onwardHelp })}
      </details>`;
  }

  private heading(content: string): TemplateResult {
    return this.plan.isPart ? html`<h3 class="utrecht-heading-3">${content}</h3>` : heading(content);
  }

  /** Under which law, and what for, in plain words. */
  private aboutSentences(): Content[] {
    const { regime, ground, use, onward, app } = this;
    const { item } = app.words;
    const law = regime.chosen === undefined ? "" : item.regimes[regime.chosen];
    const basis = ground.value.trim() === "" ? law : `${law}: ${ground.value.trim()}`;
    const passing = onward.chosen === undefined ? "" : item.onwards[onward.chosen];
    const named = (name: string, said: string): string => (said === "" ? "" : `${name}: ${said}`);
    return [basis, named(item.use, use.value.trim()), named(item.onward, passing)].filter((said) => said !== "");
  }

  /** Who may see it: in sentences, with the rules behind them. */
  rulesView(ground: Ground): TemplateResult {
    const { said: words } = this.app.words.contributing;
    // A rule that is wrong can't stay out of sight.
    const isOpen = this.isUnfolded || this.rules.some(({ error }) => error !== undefined);
    const toggled = (event: Event): void => {
      this.isUnfolded = (event.target as HTMLDetailsElement).open;
    };
    return html`${this.heading(words.who)} ${list(this.sentences(ground))}
      <details ?open=${isOpen} @toggle=${toggled}>
        <summary>${words.change}</summary>
        ${this.plan.isForDirector
          ? nothing
          : this.director.view({ legend: words.director, labels: words.directors, means: words.directorMeans })}
        ${this.approval.view({ legend: words.approval, labels: words.approvals })}
        ${this.plan.phases
          ? nothing
          : this.phases.view({
              legend: words.phases,
              help: words.phasesHelp,
              labels: words.phaseNames,
              empty: words.phasesEmpty,
            })}
        ${this.withheld.view({ legend: words.withheld, labels: words.withhelds, means: words.withheldMeans })}
        ${this.from.view({ label: words.from, help: words.fromHelp, type: "date" })}
        ${this.until.view({ label: words.until, help: words.untilHelp, type: "date" })}
        ${this.retention.view({ label: words.retention, help: words.retentionHelp, type: "date" })}
      </details>`;
  }

  /** The rules once more, for who is about to agree. */
  told(ground: Ground): TemplateResult {
    return list([...this.aboutSentences(), ...this.sentences(ground)]);
  }

  /** The rules in plain words. */
  private sentences({ directors, colleagues }: Ground): Content[] {
    const { app, said } = this;
    const { said: words } = app.words.contributing;
    const day = (typed: string): string => dayText(typed, app.language);
    const phases = said.phases.map((phase) => app.words.phases[phase]);
    return [
      words.saysOwn(colleagues),
      said.director === "reads" ? words.saysReads(directors) : words.saysLabel(directors),
      said.approval === "ask" ? words.saysAsk(phases) : words.saysNever,
      ...(said.approval === "never" ? [] : [said.withheld === "silent" ? words.saysSilent : words.saysShown]),
      ...(this.from.value === "" ? [] : [words.saysFrom(day(this.from.value))]),
      ...(this.until.value === "" ? [] : [words.saysUntil(day(this.until.value))]),
      words.saysKept(day(said.retention === "" ? dayFromNow(KEPT_DAYS) : said.retention)),
    ];
  }
}
