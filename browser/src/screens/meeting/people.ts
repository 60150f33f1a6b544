// Deelnemers: who will be at a meeting, chosen from the directory, with the seat of each and the ground per organisation
// on which its people may be present (9.2e).

import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";

import type { App } from "../../app/app.ts";
import type { InvitableSeen, MeetingWanted, ReaderRow } from "../../desk/meetings.ts";
import type { Seat } from "../../protocol/words.ts";
import { type Field, TextField } from "../../ui/form.ts";
import { subtle, type Content } from "../../ui/parts.ts";

type Participant = MeetingWanted["participants"][number];

/** Of more people than this one looks for a name. */
const MANY = 8;

export class PeopleField implements Field {
  readonly id = "people";
  error: string | undefined;
  private readonly seats = new Map<string, Seat>();
  private readonly grounds = new Map<string, TextField>();
  /** What was on record of someone, for as long as the ground of the organisation is not typed anew. */
  private readonly groundsBefore = new Map<string, string>();
  private sought = "";

  constructor(
    private readonly app: App,
    private readonly people: readonly InvitableSeen[],
    before: readonly ReaderRow[],
    private readonly isTriage: boolean,
    private readonly changed: () => void,
  ) {
    for (const { member, partner, seat, ground } of before) {
      this.seats.set(member, seat);
      this.groundsBefore.set(member, ground);
      const field = this.groundOf(partner);
      if (field.value === "") field.value = ground;
    }
  }

  /** The grounds of the organisations that were chosen, each a field of its own. */
  get fields(): Field[] {
    return this.partners.map((partner) => this.groundOf(partner));
  }

  get chosen(): Participant[] {
    return this.members.map(({ member, partner }) => {
      const typed = this.groundOf(partner).value.trim();
      const before = this.groundsBefore.get(member);
      const first = this.members.find((each) => each.partner === partner)?.member ?? member;
      // Untouched, everyone keeps their own.
      const isSame = typed === (this.groundsBefore.get(first) ?? "").trim();
      const ground = isSame && before !== undefined && before !== "" ? before : typed;
      return { member, seat: this.seats.get(member) ?? "delegate", ground };
    });
  }

  /** Those who were chosen, for the eye of who signs. */
  get named(): string[] {
    return this.members.map(({ name, partner }) => `${name}, ${partner}`);
  }

  get label(): string {
    return this.app.words.meeting.form.peopleLegend;
  }

  /** As it is kept while somebody types. */
  get value(): string {
    const grounds = this.partners.map((partner) => [partner, this.groundOf(partner).value]);
    return JSON.stringify({ seats: [...this.seats], grounds });
  }

  set value(text: string) {
    const kept = readKept(text);
    if (kept === undefined) return;
    this.seats.clear();
    for (const [member, seat] of kept.seats) if (this.people.some((each) => each.member === member)) this.seats.set(member, seat);
    for (const [partner, ground] of kept.grounds) this.groundOf(partner).value = ground;
  }

  judge(): string | undefined {
    const { form: words } = this.app.words.meeting;
    if (this.seats.size === 0) return words.peopleEmpty;
    return this.isTriage && this.partners.length > 1 ? words.onePartner : undefined;
  }

  private get members(): InvitableSeen[] {
    return this.people.filter(({ member }) => this.seats.has(member));
  }

  private get partners(): string[] {
    return [...new Set(this.members.map(({ partner }) => partner))];
  }

  private groundOf(partner: string): TextField {
    const known = this.grounds.get(partner);
    if (known !== undefined) return known;
    const made = new TextField(`ground-${this.grounds.size}`, this.changed);
    this.grounds.set(partner, made);
    return made;
  }

  view(): TemplateResult {
    const { meeting } = this.app.words;
    const { form: words } = meeting;
    const { error } = this;
    const wanted = this.sought.trim().toLowerCase();
    const fits = ({ name, partner }: InvitableSeen): boolean => `${name} ${partner}`.toLowerCase().includes(wanted);
    const found = this.people.filter(fits);
    const shown = this.people.filter((each) => found.includes(each) || this.seats.has(each.member));
    const partners = [...new Set(shown.map(({ partner }) => partner))];
    return html`<fieldset class="plain ${error ? "utrecht-form-field--invalid" : ""}" aria-describedby="people-help">
      <legend class="utrecht-heading-2">${words.peopleLegend}</legend>
      <div class="utrecht-form-field-description" id="people-help">${words.peopleHelp}</div>
      ${error ? html`<div class="utrecht-form-field-error-message" id="people-error">${error}</div>` : nothing}
      ${this.people.length > MANY ? this.search(found.length, wanted) : nothing}
      <div tabindex="-1" id="people" role="group" aria-label=${words.peopleLegend}>
        ${partners.map((partner) => this.ofPartner(partner, shown))}
      </div>
      <p class="utrecht-paragraph" role="status">${words.chosen(this.seats.size)}</p>
    </fieldset>`;
  }

  private search(found: number, wanted: string): TemplateResult {
    const { form: words } = this.app.words.meeting;
    const typed = (event: Event): void => {
      this.sought = (event.target as HTMLInputElement).value;
      this.app.draw();
    };
    return html`<div class="field utrecht-form-field">
      <label class="utrecht-form-label" for="find">${words.find}</label>
      <div class="field__input">
        <input
          class="utrecht-textbox utrecht-textbox--html-input"
          id="find"
          type="search"
          autocomplete="off"
          .value=${live(this.sought)}
          @input=${typed}
          @keydown=${withoutSending}
        />
      </div>
      <div class="quiet" role="status">${wanted === "" ? nothing : words.found(found)}</div>
    </div>`;
  }

  private ofPartner(partner: string, shown: readonly InvitableSeen[]): TemplateResult {
    const isChosen = this.partners.includes(partner);
    return html`<fieldset class="plain invited">
      <legend class="utrecht-heading-3">${partner}</legend>
      ${shown.filter((each) => each.partner === partner).map((each) => this.person(each))}
      ${isChosen ? this.ground(partner) : nothing}
    </fieldset>`;
  }

  private person({ member, name, refused }: InvitableSeen): TemplateResult {
    const { form: words } = this.app.words.meeting;
    const seat = this.seats.get(member);
    const chosen = (event: Event): void => {
      if ((event.target as HTMLInputElement).checked) this.seats.set(member, "delegate");
      else this.seats.delete(member);
      this.changed();
      this.app.draw();
    };
    const seated = (event: Event): void => {
      this.seats.set(member, (event.target as HTMLSelectElement).value as Seat);
      this.changed();
      this.app.draw();
    };
    // Who is on the roster can be taken off it, in force or not.
    const isClosed = refused !== undefined && seat === undefined;
    return html`<div class="invited__person">
      <label class="choice">
        <input type="checkbox" ?disabled=${isClosed} .checked=${live(seat !== undefined)} @change=${chosen} />
        <span>${name} ${refused === undefined ? nothing : html`<span class="choice__means">${refused[this.app.language]}</span>`}</span>
      </label>
      ${seat === undefined
        ? nothing
        : html`<select class="utrecht-select" aria-label=${words.seat(name)} @change=${seated}>
            ${(["delegate", "deputy"] as const).map(
              (each) => html`<option value=${each} ?selected=${each === seat}>${words.seats[each]}</option>`,
            )}
          </select>`}
    </div>`;
  }

  private ground(partner: string): Content {
    const { form: words } = this.app.words.meeting;
    const field = this.groundOf(partner);
    const others = this.partners.filter((other) => other !== partner && this.groundOf(other).value.trim() === "");
    const copy = (): void => {
      for (const other of others) this.groundOf(other).value = field.value;
      this.changed();
      this.app.draw();
    };
    const isTyped = field.value.trim() !== "";
    return html`${field.view({ label: words.ground(partner), help: words.groundHelp, empty: words.groundEmpty(partner) })}
    ${isTyped && others.length > 0 ? subtle(words.sameGround, copy) : nothing}`;
  }
}

/** Enter looks for a name; it does not send the form. */
function withoutSending(event: KeyboardEvent): void {
  if (event.key === "Enter") event.preventDefault();
}

interface Kept {
  readonly seats: readonly (readonly [string, Seat])[];
  readonly grounds: readonly (readonly [string, string])[];
}

/** What this program kept; what it can't read is no reason to refuse the screen. */
function readKept(text: string): Kept | undefined {
  try {
    const kept = JSON.parse(text) as Partial<Kept>;
    const isPairs = (all: unknown): boolean =>
      Array.isArray(all) && all.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every((each) => typeof each === "string"));
    return isPairs(kept.seats) && isPairs(kept.grounds) ? (kept as Kept) : undefined;
  } catch {
    return undefined;
  }
}
