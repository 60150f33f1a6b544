// Kluis: who can open one's own partner's vault, or a case's; letting in, taking out, or a new key for the same people.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App, Screen } from "../../app/app.ts";
import { momentText, shortMoment } from "../../app/dates.ts";
import { address } from "../../app/router.ts";
import { told } from "../../desk/line.ts";
import type { PersonSeen, VaultPrepared, VaultSeen, VaultWanted } from "../../desk/vault.ts";
import type { MemberId } from "../../protocol/id.ts";
import { Agree } from "../../ui/agree.ts";
import { ChoicesField } from "../../ui/choice.ts";
import { form, type Form } from "../../ui/form.ts";
import { Loaded } from "../../ui/loaded.ts";
import { alert, heading, link, list, secondary, text, type Content } from "../../ui/parts.ts";
import type { Words } from "../../words/nl.ts";

/** One's own partner's. */
export function vault(app: App): Screen {
  return vaultScreen(app, undefined);
}

export function caseVault(app: App, { number }: { number: string }): Screen {
  return vaultScreen(app, number);
}

/** In Huis: who can open one's own partner's vault, with the way to the screen that changes it. */
export function vaultCard(app: App, seen: VaultSeen): TemplateResult {
  const { vault: words } = app.words;
  const may = seen.generation === undefined ? words.make : words.look;
  const label = seen.mayChange ? may : words.lookOnly;
  const title = titleOf(app.words, seen);
  return html`<section class="card">
    ${heading(title)} ${seen.warnings.map((warning) => alert("warning", warning[app.language]))}
    ${seen.generation === undefined ? text(words.none) : html`${text(words.who)} ${list(holdersOf(app, seen))}`}
    <p class="utrecht-paragraph">
      ${link(address({ name: "vault" }), html`${label}<span class="visually-hidden">: ${title}</span>`)}
    </p>
  </section>`;
}

function titleOf({ vault: words }: Words, { kind, owner }: VaultSeen): string {
  return kind === "case" ? words.titleOfCase(owner) : words.titleOf(owner);
}

function holdersOf(app: App, { people }: VaultSeen): Content[] {
  return people
    .filter(({ standing }) => standing.kind === "holds")
    .map((person) => html`${nameOf(app, person)}<span class="quiet">, ${standingText(app, person)}</span>`);
}

function nameOf({ words }: App, { name, isMe }: PersonSeen): string {
  return isMe ? words.vault.me(name) : name;
}

function standingText({ words: { vault: words }, language }: App, { standing }: PersonSeen): string | undefined {
  switch (standing.kind) {
    case "holds":
      return standing.since === undefined ? words.holds : words.since(shortMoment(standing.since, language));
    case "may":
      return standing.hasNewKeys ? words.hasNewKeys : undefined;
    case "out":
      return standing.why[language];
  }
}

/** What was done, to be told on top. */
type Deed = "made" | "changed" | "renewed";
const SIGN = { made: "signMake", changed: "sign", renewed: "signRenew" } as const;

/** The ticks of somebody who may change it, and the vault as it was when they were made. */
interface Changing {
  readonly of: VaultSeen;
  readonly ticks: ChoicesField<MemberId>;
  readonly form: Form;
}

function vaultScreen(app: App, number: string | undefined): Screen {
  const agree = new Agree(app);
  let changing: Changing | undefined;
  let deed: Deed | undefined;
  let renewing: { readonly done: number; readonly all: number } | undefined;
  const seen = new Loaded(app, async () => {
    const now = await app.desk.vault(number);
    if (!now.mayChange) changing = undefined;
    // What was ticked stays, unless it was about another state.
    else if (changing === undefined || stateOf(changing.of) !== stateOf(now)) changing = changingOf(app, now, asks);
    return now;
  });

  const tell = (done: number, all: number): void => {
    renewing = { done, all };
    app.draw();
  };
  const asks = (kind: Deed, wanted: VaultWanted): void => {
    deed = renewing = undefined;
    let prepared: VaultPrepared | undefined;
    const prepare = async (): Promise<VaultPrepared> => {
      try {
        return (prepared = await app.desk.planVault(number, wanted, told(tell)));
      } finally {
        renewing = undefined;
      }
    };
    agree.ask(prepare, {
      summary: () => (prepared === undefined ? nothing : summary(app, kind, prepared, seen.now)),
      go: app.words.vault[SIGN[kind]],
      done: () => finished(kind, prepared?.losesMe === true),
      // Perhaps it was sent, and only the answer got lost.
      back: () => again(),
    });
  };
  const again = (): void => {
    void app.tries(() => seen.renew()).then((isThere) => isThere && document.getElementById("work")?.focus());
  };
  const finished = (kind: Deed, losesMe: boolean): void => {
    // Who runs the case no longer may not be shown it any more.
    if (number !== undefined && losesMe) return app.goWith((words) => words.vault.left(number), { name: "cases" });
    deed = kind;
    void app.tries(async () => {
      await seen.renew();
      app.draw();
      document.getElementById("done")?.focus();
    });
  };

  const renewingView = (): Content => {
    const { vault: words } = app.words;
    if (renewing === undefined) return nothing;
    const { done, all } = renewing;
    return html`<p class="utrecht-paragraph quiet">${words.renewing(done, all)}</p>
      <progress aria-label=${words.renewingLabel} max=${all} value=${done}></progress>`;
  };

  const changingView = ({ ticks, form: made }: Changing, now: VaultSeen): TemplateResult => {
    const { vault: words } = app.words;
    const isFirst = now.generation === undefined;
    const choices = choicesOf(now);
    const busy = agree.isBusy;
    const labels = Object.fromEntries(choices.map((person) => [person.member, nameOf(app, person)]));
    const means = Object.fromEntries(choices.map((person) => [person.member, standingText(app, person)]));
    const empty = isFirst ? {} : { empty: words.nobodyLeft };
    const question = { legend: words.who, labels, means, isHeading: true, ...empty };
    const isAlone = choices.every(({ isMe }) => isMe);
    return html`${made.view({
      content: html`${choices.length === 0 ? nothing : ticks.view(question)}
      ${isAlone ? text(words.alone) : nothing} ${renewingView()}`,
      isPreparing: busy,
      go: isFirst ? words.make : words.change,
      beside: isFirst ? nothing : secondary(words.renew, () => asks("renewed", { add: [], remove: [] }), { busy }),
    })}
    ${isFirst ? nothing : html`<p class="utrecht-paragraph quiet">${words.renewHelp}</p>`}`;
  };

  return {
    title: (words) => (seen.now === undefined ? words.vault.title : titleOf(words, seen.now)),
    arrive: () => seen.arrive(),
    leave: () => seen.leave(),
    view: ({ vault: words }) => {
      if (agree.isOpen) return html`${agree.view()}`;
      return seen.view(
        (now) => html`
          ${deed === undefined ? nothing : html`<div id="done" tabindex="-1">${alert("ok", words[deed])}</div>`}
          <section class="card">
            ${now.warnings.map((warning) => alert("warning", warning[app.language]))} ${text(words.about[now.kind])}
            ${now.generation === undefined ? none(app, now) : nothing}
            ${changing === undefined ? readView(app, now) : changingView(changing, now)} ${outView(app, now)}
            ${versionView(app, now)}
          </section>
        `,
      );
    },
  };
}

/** Who can be ticked. Who makes a first vault is in it. */
function choicesOf({ people, generation }: VaultSeen): PersonSeen[] {
  return people.filter(({ standing, isMe }) => standing.kind !== "out" && !(generation === undefined && isMe));
}

/** What ticks are about: they are made anew where it changed. */
function stateOf({ generation, people }: VaultSeen): string {
  return JSON.stringify([generation?.number, people.map(({ member, standing }) => [member, standing.kind])]);
}

function changingOf(app: App, of: VaultSeen, asks: (kind: Deed, wanted: VaultWanted) => void): Changing {
  const choices = choicesOf(of);
  const before = choices.filter(({ standing }) => standing.kind === "holds").map(({ member }) => member);
  const wanted = (): VaultWanted => ({
    add: ticks.chosen.filter((member) => !before.includes(member)),
    remove: before.filter((member) => !ticks.chosen.includes(member)),
  });
  // A generation without those who can't open it any more is a change too.
  const isLasting = of.generation !== undefined && of.people.every(({ standing }) => !isStale(standing));
  const unchanged = (): string | undefined => {
    const { add, remove } = wanted();
    return isLasting && add.length + remove.length === 0 ? app.words.vault.nothingChanged : undefined;
  };
  const all = choices.map(({ member }) => member);
  const ticks = new ChoicesField<MemberId>("holders", all, before, () => app.draw(), unchanged);
  const submit = async (): Promise<void> => asks(of.generation === undefined ? "made" : "changed", wanted());
  return { of, ticks, form: form(app, { fields: [ticks], submit }) };
}

/** Whether somebody stands among the holders without being able to open it. */
function isStale(standing: PersonSeen["standing"]): boolean {
  return standing.kind === "out" || (standing.kind === "may" && standing.hasNewKeys);
}

function none({ words: { vault: words } }: App, { mayChange }: VaultSeen): TemplateResult {
  return html`${text(words.none)} ${text(mayChange ? words.noneMake : words.noneAsk)}`;
}

/** For who may look, and not change it. */
function readView(app: App, seen: VaultSeen): Content {
  const { vault: words } = app.words;
  if (seen.generation === undefined) return nothing;
  const names = seen.people.filter(({ standing }) => standing.kind === "holds").map(({ name }) => name);
  if (names.length === 0) return alert("warning", words.nobody);
  return html`${heading(words.who)} ${list(holdersOf(app, seen))} ${text(words.ask(names))}`;
}

function outView(app: App, { people, mayChange }: VaultSeen): Content {
  const { vault: words } = app.words;
  const out = people.filter(({ standing }) => standing.kind === "out");
  if (out.length === 0) return nothing;
  return html`<h3 class="utrecht-heading-3">${words.out}</h3>
    ${list(out.map((person) => html`${nameOf(app, person)}<div class="quiet">${standingText(app, person)}</div>`))}
    ${mayChange ? text(words.outHelp) : nothing}`;
}

function versionView({ words: { vault: words }, language }: App, { generation }: VaultSeen): Content {
  if (generation?.at === undefined) return nothing;
  const { number, at, by } = generation;
  return html`<p class="utrecht-paragraph quiet">${words.version(number, momentText(at, language), by)}</p>`;
}

/** What happens, and what can't be undone. */
function summary(app: App, kind: Deed, prepared: VaultPrepared, seen: VaultSeen | undefined): TemplateResult {
  const { vault: words } = app.words;
  const { added, removed, dropped, holders, losesMe } = prepared;
  if (kind === "made") return html`${text(words.after(holders))} ${text(words.undoFirst)}`;
  const strong = (said: string): TemplateResult => text(html`<strong>${said}</strong>`);
  return html`${added.length === 0
    ? nothing
    : html`${strong(words.added(added))} ${text(words.addedMeans[seen?.kind ?? "partner"])}`}
  ${removed.length === 0 ? nothing : strong(words.removed(removed))}
  ${dropped.length === 0 ? nothing : text(words.dropped(dropped))}
  ${removed.length + dropped.length === 0 ? nothing : text(words.removedMeans)}
  ${losesMe ? alert("warning", words.losesMe) : nothing} ${text(words.after(holders))} ${text(words.undo)}`;
}
