// What a supplier can take back in a case: an item, or an approval.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App } from "../app/app.ts";
import type { CaseSeen } from "../desk/case.ts";
import type { ItemSeen } from "../desk/items.ts";
import type { OwnSeen, PathSeen } from "../desk/path.ts";
import type { MemberId } from "../protocol/id.ts";
import { Agree } from "../ui/agree.ts";
import { ChoicesField } from "../ui/choice.ts";
import { form } from "../ui/form.ts";
import { itemRow } from "../ui/item.ts";
import { heading, list, secondary, subtle, text, type Content } from "../ui/parts.ts";

/** The approvals of one item that are to be withdrawn. */
interface Withdrawing {
  readonly own: OwnSeen;
  readonly readers: ChoicesField<MemberId>;
  readonly view: () => TemplateResult;
}

export class OwnItems {
  private readonly agree: Agree;
  private withdrawing: Withdrawing | undefined;

  constructor(
    private readonly app: App,
    private readonly number: string,
    /** After something was taken back. */
    private readonly tookBack: () => void,
  ) {
    this.agree = new Agree(app);
  }

  private readonly done = (): void => {
    this.withdrawing = undefined;
    this.tookBack();
  };

  /** Whether something else than the case has to be seen now. */
  get isOpen(): boolean {
    return this.agree.isOpen;
  }

  question(): Content {
    return this.agree.view();
  }

  view({ items }: CaseSeen, { own: all }: PathSeen): Content {
    if (all.length === 0) return nothing;
    const { own: words } = this.app.words.contributing;
    const rows = all.flatMap((own) => {
      const seen = items.find(({ id }) => id === own.item);
      return seen === undefined ? [] : [this.row(seen, own)];
    });
    return html`<section class="card" aria-busy=${this.agree.isBusy ? "true" : nothing}>
      ${heading(words.title)}
      <ul class="work-list">
        ${rows}
      </ul>
    </section>`;
  }

  private row(seen: ItemSeen, own: OwnSeen): TemplateResult {
    const { app, withdrawing } = this;
    const { own: words } = app.words.contributing;
    const named = (word: string): Content => html`${word} <span class="visually-hidden">(${seen.title})</span>`;
    const approved = own.approved.map(({ name }) => name).join(", ");
    const actions = html`
      <p class="utrecht-paragraph quiet">${approved === "" ? words.nobody : `${words.approved} ${approved}`}</p>
      <div class="utrecht-button-group">
        ${own.approved.length === 0 ? nothing : secondary(named(words.withdraw), () => this.choose(own))}
        ${subtle(named(words.retract), () => this.retract(seen), { danger: true })}
      </div>
      ${withdrawing?.own.item === own.item ? withdrawing.view() : nothing}
    `;
    return itemRow(app, this.number, seen, actions);
  }

  private retract(seen: ItemSeen): void {
    const { app, number } = this;
    const { own: words } = app.words.contributing;
    this.agree.ask(() => app.desk.planRetraction(number, seen.id), {
      summary: html`${text(words.retracting)} ${list([seen.title])} ${text(words.retractUndo)}`,
      go: words.signRetract,
      done: this.done,
      back: () => undefined,
    });
  }

  /** Shows whose approval it can be, all of them at first. */
  private choose(own: OwnSeen): void {
    const { app } = this;
    const { own: words } = app.words.contributing;
    const members = own.approved.map(({ member }) => member);
    const readers = new ChoicesField("withdraw-readers", members, members);
    const labels = Object.fromEntries(own.approved.map(({ member, name, partner }) => [member, `${name}, ${partner}`]));
    const asking = form(app, { fields: [readers], submit: async () => this.withdraw(own, readers.chosen) });
    const back = (): void => {
      this.withdrawing = undefined;
      app.draw();
    };
    const view = (): TemplateResult =>
      asking.view({
        content: readers.view({ legend: words.whose, labels, empty: words.whoseEmpty }),
        go: words.withdraw,
        beside: subtle(app.words.cancel, back),
      });
    this.withdrawing = { own, readers, view };
    app.draw();
    document.getElementById("withdraw-readers")?.focus();
  }

  private withdraw(own: OwnSeen, readers: readonly MemberId[]): void {
    const { app, number } = this;
    const { own: words } = app.words.contributing;
    const people = own.approved
      .filter(({ member }) => readers.includes(member))
      .map(({ name, partner }) => `${name}, ${partner}`);
    this.agree.ask(() => app.desk.planWithdrawal(number, own.item, readers), {
      summary: html`${text(words.withdrawing)} ${list(people)} ${text(words.withdrawUndo)}`,
      go: words.signWithdraw,
      done: this.done,
      back: () => undefined,
    });
  }
}
