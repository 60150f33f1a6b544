// The parts of minutes of which there are as many as somebody wants: paragraphs with their sources, and actions.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App } from "../../app/app.ts";
import { dayEnds } from "../../app/days.ts";
import type { ReportingSeen, ReportWanted } from "../../desk/minutes.ts";
import { ChoicesField } from "../../ui/choice.ts";
import { type Field, TextField } from "../../ui/form.ts";
import { subtle } from "../../ui/parts.ts";

interface Paragraph {
  readonly heading: TextField;
  readonly text: TextField;
  readonly sources: ChoicesField<string>;
}

interface Action {
  readonly who: TextField;
  readonly what: TextField;
  readonly until: TextField;
}

/** Rows of some fields each. */
abstract class Rows<R extends object> {
  protected rows: R[] = [];
  private made = 0;

  constructor(
    protected readonly app: App,
    protected readonly changed: () => void,
  ) {}

  abstract readonly id: string;
  abstract get label(): string;
  protected abstract make(at: number): R;
  protected abstract fieldsOf(row: R): readonly (Field & { value: string })[];

  get fields(): Field[] {
    return this.rows.flatMap((row) => this.fieldsOf(row));
  }

  /** As they are kept while somebody types. */
  get value(): string {
    return JSON.stringify(this.rows.map((row) => this.fieldsOf(row).map(({ value }) => value)));
  }

  set value(kept: string) {
    this.rows = readKept(kept).map((values) => {
      const row = this.fresh();
      this.fieldsOf(row).forEach((field, at) => (field.value = values[at] ?? ""));
      return row;
    });
  }

  protected fresh(): R {
    this.made += 1;
    return this.make(this.made);
  }

  add(): void {
    const row = this.fresh();
    this.rows.push(row);
    this.changed();
    this.app.draw();
    document.getElementById(this.fieldsOf(row)[0]?.id ?? "")?.focus();
  }

  protected remove(row: R): void {
    this.rows = this.rows.filter((each) => each !== row);
    this.changed();
    this.app.draw();
    document.getElementById("work")?.focus();
  }
}

export class ParagraphRows extends Rows<Paragraph> {
  readonly id = "paragraphs";

  constructor(
    app: App,
    private readonly items: ReportingSeen["items"],
    changed: () => void,
  ) {
    super(app, changed);
    this.rows = [this.fresh()];
  }

  get label(): string {
    return this.app.words.report.said;
  }

  get all(): ReportWanted["paragraphs"] {
    return this.rows.map(({ heading, text, sources }) => ({ heading: heading.value, text: text.value, sources: sources.chosen }));
  }

  protected make(at: number): Paragraph {
    const sources = new ChoicesField<string>(`sources-${at}`, this.items.map(({ item }) => item), [], this.changed);
    const [heading, text] = [new TextField(`heading-${at}`, this.changed), new TextField(`text-${at}`, this.changed)];
    return { heading, text, sources };
  }

  protected fieldsOf({ heading, text, sources }: Paragraph): readonly (Field & { value: string })[] {
    return [heading, text, sources];
  }

  view(): TemplateResult {
    const { report: words } = this.app.words;
    const labels = Object.fromEntries(this.items.map(({ item, title, supplier }) => [item, `${title}, ${supplier}`]));
    return html`${this.rows.map(
      (row, at) =>
        html`<fieldset class="plain">
          <legend class="utrecht-heading-3">${words.paragraph(at + 1)}</legend>
          ${row.heading.view({ label: words.heading })} ${row.text.view({ label: words.text, empty: words.textEmpty(at + 1), rows: 4 })}
          ${this.items.length === 0 ? nothing : row.sources.view({ legend: words.sources, help: words.sourcesHelp, labels })}
          ${this.rows.length > 1 ? subtle(words.remove(words.paragraph(at + 1)), () => this.remove(row)) : nothing}
        </fieldset>`,
    )}`;
  }
}

export class ActionRows extends Rows<Action> {
  readonly id = "actions";

  get label(): string {
    return this.app.words.report.actions;
  }

  /** Whoever is on the roster by that name is meant, else it is a name. */
  all(people: ReportingSeen["people"]): ReportWanted["actions"] {
    return this.rows.map(({ who, what, until }) => {
      const name = who.value.trim();
      // Of two of one name nobody knows which is meant.
      const [one, another] = people.filter((each) => each.name === name);
      const member = another === undefined ? one?.member : undefined;
      return { member, who: name, what: what.value, until: until.value === "" ? "" : dayEnds(until.value) };
    });
  }

  protected make(at: number): Action {
    const [who, what] = [new TextField(`who-${at}`, this.changed), new TextField(`what-${at}`, this.changed)];
    return { who, what, until: new TextField(`by-${at}`, this.changed) };
  }

  protected fieldsOf({ who, what, until }: Action): readonly (Field & { value: string })[] {
    return [who, what, until];
  }

  view(people: ReportingSeen["people"]): TemplateResult {
    const { report: words } = this.app.words;
    const names = people.map(({ name }) => name).join(", ");
    return html`${this.rows.map(
      (row, at) =>
        html`<fieldset class="plain">
          <legend class="utrecht-heading-3">${words.action(at + 1)}</legend>
          ${row.who.view({ label: words.who, help: words.whoHelp(names), empty: words.whoEmpty(at + 1) })}
          ${row.what.view({ label: words.what, empty: words.whatEmpty(at + 1) })}
          ${row.until.view({ label: words.by, type: "date" })}
          ${subtle(words.remove(words.action(at + 1)), () => this.remove(row))}
        </fieldset>`,
    )}`;
  }
}

/** What this program kept; what it can't read is no reason to refuse the screen. */
function readKept(text: string): readonly (readonly string[])[] {
  try {
    const kept: unknown = JSON.parse(text);
    const isRow = (row: unknown): row is readonly string[] => Array.isArray(row) && row.every((each) => typeof each === "string");
    return Array.isArray(kept) ? kept.filter(isRow) : [];
  } catch {
    return [];
  }
}
