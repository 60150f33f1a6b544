// Vrijgeven: all that was approved, or some of it.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App } from "../../app/app.ts";
import type { ColumnSeen } from "../../desk/cells.ts";
import { DeskRefusal } from "../../desk/line.ts";
import type { MeetingSeen, MeetingsSeen, ReaderRow, ReleaseWanted } from "../../desk/meetings.ts";
import type { Prepared } from "../../desk/plans.ts";
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

/** What each gets, and what each loses. */
interface Given {
  readonly reader: ReaderRow;
  readonly gets: readonly ColumnSeen[];
  readonly loses: readonly ColumnSeen[];
}

/** Asks whether all that was approved shall be released. */
export function releaseAll(app: App, releasing: Releasing): void {
  const { meeting } = releasing;
  const readers = meeting.readers.filter(({ member }) => meeting.toRelease.includes(member));
  const given = readers.map((reader) => givenTo(meeting, reader, undefined));
  releaseThese(app, releasing, given, { roster: meeting.roster, readers: undefined, items: undefined });
}

function givenTo(meeting: MeetingSeen, reader: ReaderRow, items: ReadonlySet<string> | undefined): Given {
  const fits = ({ item }: ColumnSeen): boolean => items === undefined || items.has(item);
  const ofHouse = columnsWith(meeting, reader, "house").filter(({ isAgenda }) => items !== undefined || isAgenda);
  const given = [...columnsWith(meeting, reader, "approved", "released"), ...ofHouse].filter(fits);
  const gets = meeting.columns.filter((column) => given.includes(column));
  const loses = meeting.columns.filter((column) => reader.pack.includes(column.item) && !gets.includes(column));
  return { reader, gets, loses };
}

function releaseThese(app: App, { seen, agree, done }: Releasing, given: readonly Given[], wanted: ReleaseWanted): void {
  const { release: words } = app.words.meeting;
  const named = ({ title }: ColumnSeen): string => title;
  const losing = given.filter(({ loses }) => loses.length > 0);
  agree.ask(() => planned(app, seen, wanted), {
    summary: html`${text(words.summary(given.length))}
    ${list(given.map(({ reader, gets }) => words.gets(`${reader.name} (${reader.partner})`, gets.map(named).join(", "))))}
    ${losing.map(({ reader, loses }) => alert("warning", words.shrinks(reader.name, loses.map(named).join(", "))))}
    ${text(words.undo)}`,
    go: words.sign,
    done,
    back: () => undefined,
  });
}

/** What is refused for want of a consultation is said in the portal's own words: what to do stands on this page. */
async function planned(app: App, { number, referrer }: MeetingsSeen, wanted: ReleaseWanted): Promise<Prepared> {
  try {
    return await app.desk.planRelease(number, wanted);
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
    const given = this.chosenReaders.map((reader) => givenTo(meeting, reader, items)).filter(({ gets }) => gets.length > 0);
    this.isEmpty = given.length === 0;
    if (given.length === 0) return app.draw();
    releaseThese(app, this.releasing, given, {
      roster: meeting.roster,
      readers: given.map(({ reader }) => reader.member),
      items: [...items],
    });
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
