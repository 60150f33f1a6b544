// Vrijgeven: all that was approved, or some of it.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App } from "../../app/app.ts";
import type { Language } from "../../app/language.ts";
import type { ColumnSeen } from "../../desk/cells.ts";
import { DeskRefusal } from "../../desk/line.ts";
import type {
  MeetingSeen,
  MeetingsSeen,
  ReaderGiven,
  ReaderRow,
  ReleasePrepared,
  ReleaseWanted,
} from "../../desk/meetings.ts";
import type { Agree } from "../../ui/agree.ts";
import { Ticks } from "../../ui/ticks.ts";
import { alert, buttons, list, primary, secondary, subtle, text } from "../../ui/parts.ts";
import { en } from "../../words/en.ts";
import { nl } from "../../words/nl.ts";
import { columnsWith } from "./table.ts";

export interface Releasing {
  readonly seen: MeetingsSeen;
  readonly meeting: MeetingSeen;
  readonly agree: Agree;
  done(): void;
}

/** Asks whether all that was approved shall be released. */
export function releaseAll(app: App, releasing: Releasing): void {
  releaseThese(app, releasing, { roster: releasing.meeting.roster, readers: undefined, items: undefined });
}

/** Shows what will be signed gives each, and takes from each: not what was on the screen when somebody chose. */
function releaseThese(app: App, { seen, meeting, agree, done }: Releasing, wanted: ReleaseWanted): void {
  const { release: words } = app.words.meeting;
  let given: readonly ReaderGiven[] = [];
  const prepare = async (): Promise<ReleasePrepared> => {
    const prepared = await planned(app, seen, wanted);
    given = inOrder(meeting, prepared.gives);
    return prepared;
  };
  const titles = (items: readonly string[]): string => {
    const columns = meeting.columns.filter(({ item }) => items.includes(item));
    const others = items.filter((item) => !columns.some((column) => column.item === item));
    const titled = new Map(given.flatMap(({ gets }) => gets.map(({ item, title }) => [item as string, title] as const)));
    return [...columns.map(({ title }) => title), ...others.map((item) => titled.get(item) ?? item)].join(", ");
  };
  const gets = ({ name, partner, gets: all }: ReaderGiven): string =>
    words.gets(`${name} (${partner})`, titles(all.map(({ item }) => item)));
  agree.ask(prepare, {
    summary: () => html`${text(words.summary(given.length))} ${list(given.map(gets))}
    ${given.map(({ name, loses }) => (loses.length === 0 ? nothing : alert("warning", words.shrinks(name, titles(loses)))))}
    ${text(words.undo)}`,
    go: words.sign,
    done,
    back: () => undefined,
  });
}

/** As they stand in the table. */
function inOrder({ readers }: MeetingSeen, given: readonly ReaderGiven[]): readonly ReaderGiven[] {
  const place = ({ member }: ReaderGiven): number => readers.findIndex((reader) => reader.member === member);
  return [...given].sort((one, other) => place(one) - place(other));
}

/**
 * What is refused for want of a consultation is said in the portal's own words: what to do stands on this page. Where
 * nothing is left to give, there is nothing to sign: why not is said instead.
 */
async function planned(app: App, { number, referrer }: MeetingsSeen, wanted: ReleaseWanted): Promise<ReleasePrepared> {
  try {
    const prepared = await app.desk.planRelease(number, wanted);
    if (prepared.gives.length > 0) return prepared;
    const whys = (language: Language): string => prepared.warnings.map((warning) => ` ${warning[language]}`).join("");
    const [dutch, english] = [nl.meeting.release.nothingNew, en.meeting.release.nothingNew];
    throw new DeskRefusal("nothing-new", dutch + whys("nl"), english + whys("en"));
  } catch (error) {
    if (!(error instanceof DeskRefusal) || error.code !== "not-consulted") throw error;
    const [dutch, english] = [nl.meeting.consult.refused(referrer), en.meeting.consult.refused(referrer)];
    throw new DeskRefusal(error.code, dutch, english);
  }
}

/** Readers and items to choose from. */
export class ReleasePart {
  private readonly toReaders: Ticks;
  private readonly ofItems: Ticks;
  private isEmpty = false;

  constructor(
    private readonly app: App,
    private readonly releasing: Releasing,
    private readonly back: () => void,
  ) {
    const { columns } = releasing.meeting;
    // What the house itself has goes along only if somebody says so, beside the agenda.
    const own = columns.filter(({ isOfHouse, isAgenda }) => isOfHouse && !isAgenda);
    this.toReaders = new Ticks(app);
    this.ofItems = new Ticks(app, own.map(({ item }) => item));
  }

  private get meeting(): MeetingSeen {
    return this.releasing.meeting;
  }

  /** Readers for whom there is something. */
  private get readers(): ReaderRow[] {
    const { meeting } = this;
    return meeting.readers.filter((reader) => columnsWith(meeting, reader, "approved", "released", "house").length > 0);
  }

  private get chosenReaders(): ReaderRow[] {
    return this.readers.filter(({ member }) => this.toReaders.has(member));
  }

  /** Items that one of the chosen readers can be given. */
  private get items(): ColumnSeen[] {
    const { meeting } = this;
    const given = new Set(this.chosenReaders.flatMap((reader) => columnsWith(meeting, reader, "approved", "released", "house")));
    return meeting.columns.filter((column) => given.has(column));
  }

  private get chosenItems(): ColumnSeen[] {
    return this.items.filter(({ item }) => this.ofItems.has(item));
  }

  private release(): void {
    const { app, meeting } = this;
    const items = new Set<string>(this.chosenItems.map(({ item }) => item));
    const canBeGiven = (reader: ReaderRow): boolean =>
      columnsWith(meeting, reader, "approved", "released", "house").some(({ item }) => items.has(item));
    const readers = this.chosenReaders.filter(canBeGiven).map(({ member }) => member);
    this.isEmpty = readers.length === 0;
    if (readers.length === 0) return app.draw();
    releaseThese(app, this.releasing, { roster: meeting.roster, readers, items: [...items] });
  }

  view(): TemplateResult {
    const { app, releasing } = this;
    const { release: words, form } = app.words.meeting;
    const busy = releasing.agree.isBusy;
    const deputies = this.readers.filter(({ seat }) => seat === "deputy");
    const withoutDeputies = (): void => this.toReaders.set(deputies.map(({ member }) => member), false);
    const label = ({ name, partner, seat }: ReaderRow) =>
      html`${name}, <span class="quiet">${partner}${seat === "deputy" ? `, ${form.seats.deputy}` : ""}</span>`;
    const titled = ({ title, supplier }: ColumnSeen) => html`${title}, <span class="quiet">${supplier}</span>`;
    return html`<div id="part" tabindex="-1">
      ${text(words.partHelp)}
      ${this.toReaders.view(words.readers, [{ all: this.readers.map((reader) => ({ id: reader.member, label: label(reader) })) }])}
      ${deputies.length === 0 ? nothing : subtle(words.delegates, withoutDeputies)}
      ${this.ofItems.view(words.items, [{ all: this.items.map((column) => ({ id: column.item, label: titled(column) })) }])}
      ${this.isEmpty ? alert("error", words.nobody) : nothing}
      ${buttons(
        primary(busy ? app.words.wait : words.goPart, () => this.release(), { busy }),
        secondary(app.words.back, () => this.back(), { busy }),
      )}
    </div>`;
  }
}
