// To whom a letter goes, chosen from who can get one; and what somebody is asked that the others are not.

import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";

import type { App } from "../../app/app.ts";
import type { AddressableSeen } from "../../desk/writing.ts";
import { type Field, TextField } from "../../ui/form.ts";
import { type Content } from "../../ui/parts.ts";

/** Of more people than this one looks for a name. */
const MANY = 8;

export class AddresseesField implements Field {
  readonly id = "addressees";
  error: string | undefined;
  private readonly taken = new Set<string>();
  private readonly asked = new Map<string, TextField>();
  private sought = "";

  constructor(
    private readonly app: App,
    private readonly people: readonly AddressableSeen[],
    /** Whether each can be asked something of its own. */
    private readonly isAsking: boolean,
    /** Whether it goes to all of them, unless somebody says otherwise. */
    private readonly isToAll: boolean,
    private readonly changed: () => void,
  ) {
    if (isToAll) for (const { member, refused } of people) if (refused === undefined) this.taken.add(member);
  }

  get chosen(): readonly { readonly member: string; readonly asked: string }[] {
    return this.people
      .filter(({ member }) => this.taken.has(member))
      .map(({ member }) => ({ member, asked: this.isAsking ? this.askedOf(member).value : "" }));
  }

  get label(): string {
    return this.app.words.letters.write.whom;
  }

  /** As it is kept while somebody types. */
  get value(): string {
    return JSON.stringify(this.chosen.map(({ member, asked }) => [member, asked]));
  }

  set value(kept: string) {
    const before = readKept(kept);
    if (before === undefined) return;
    this.taken.clear();
    for (const [member, asked] of before) {
      // Whoever can get none any more is not chosen by a draft either.
      if (!this.people.some((each) => each.member === member && each.refused === undefined)) continue;
      this.taken.add(member);
      this.askedOf(member).value = asked;
    }
  }

  judge(): string | undefined {
    return this.taken.size === 0 ? this.app.words.letters.write.whomEmpty : undefined;
  }

  private askedOf(member: string): TextField {
    const known = this.asked.get(member);
    if (known !== undefined) return known;
    const made = new TextField(`asked-${this.asked.size}`, this.changed);
    this.asked.set(member, made);
    return made;
  }

  view(): TemplateResult {
    const { write: words } = this.app.words.letters;
    const { error } = this;
    const wanted = this.sought.trim().toLowerCase();
    const fits = ({ name, partner }: AddressableSeen): boolean => `${name} ${partner}`.toLowerCase().includes(wanted);
    const found = this.people.filter(fits);
    const shown = this.people.filter((each) => found.includes(each) || this.taken.has(each.member));
    const partners = [...new Set(shown.map(({ partner }) => partner))];
    const described = error === undefined ? "addressees-help" : "addressees-help addressees-error";
    return html`<fieldset class="plain ${error ? "utrecht-form-field--invalid" : ""}" aria-describedby=${described}>
      <legend class="utrecht-heading-2">${words.whom}</legend>
      <div class="utrecht-form-field-description" id="addressees-help">${this.isToAll ? words.directorsHelp : words.whomHelp}</div>
      ${error ? html`<div class="utrecht-form-field-error-message" id="addressees-error">${error}</div>` : nothing}
      ${this.people.length > MANY ? this.search(found.length, wanted) : nothing}
      <div tabindex="-1" id="addressees" role="group" aria-label=${words.whom}>
        ${partners.map((partner) => this.ofPartner(partner, shown))}
      </div>
      <p class="utrecht-paragraph" role="status">${words.chosen(this.taken.size)}</p>
    </fieldset>`;
  }

  private search(found: number, wanted: string): TemplateResult {
    const { write: words } = this.app.words.letters;
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

  private ofPartner(partner: string, shown: readonly AddressableSeen[]): TemplateResult {
    return html`<fieldset class="plain invited">
      <legend class="utrecht-heading-3">${partner}</legend>
      ${shown.filter((each) => each.partner === partner).map((each) => this.person(each))}
    </fieldset>`;
  }

  private person({ member, name, refused }: AddressableSeen): TemplateResult {
    const isTaken = this.taken.has(member);
    const chosen = (event: Event): void => {
      if ((event.target as HTMLInputElement).checked) this.taken.add(member);
      else this.taken.delete(member);
      this.changed();
      this.app.draw();
    };
    return html`<label class="choice">
        <input type="checkbox" ?disabled=${refused !== undefined} .checked=${live(isTaken)} @change=${chosen} />
        <span
          >${name} ${refused === undefined ? nothing : html`<span class="choice__means">${refused[this.app.language]}</span>`}</span
        >
      </label>
      ${isTaken && this.isAsking ? html`<div class="choice__means">${this.question(member, name)}</div>` : nothing}`;
  }

  private question(member: string, name: string): Content {
    const { write: words } = this.app.words.letters;
    return this.askedOf(member).view({ label: words.asked(name), help: words.askedHelp, rows: 2 });
  }
}

/** Enter looks for a name; it does not send the form. */
function withoutSending(event: KeyboardEvent): void {
  if (event.key === "Enter") event.preventDefault();
}

/** What this program kept; what it can't read is no reason to refuse the screen. */
function readKept(text: string): readonly (readonly [string, string])[] | undefined {
  try {
    const kept: unknown = JSON.parse(text);
    const isPair = (pair: unknown): pair is readonly [string, string] =>
      Array.isArray(pair) && pair.length === 2 && pair.every((each) => typeof each === "string");
    return Array.isArray(kept) && kept.every(isPair) ? kept : undefined;
  } catch {
    return undefined;
  }
}
