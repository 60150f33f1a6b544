// Bijdragen: one or more files into a case, with what their supplier says of them. They are sealed and sent, then shown
// once more, and on record only after the person said so.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App, Screen } from "../app/app.ts";
import { address } from "../app/router.ts";
import type { ContributedSeen, Ground } from "../desk/contributions.ts";
import { told } from "../desk/line.ts";
import { Agree } from "../ui/agree.ts";
import { KeptDraft } from "../ui/draft.ts";
import { catchDrops, FilesField } from "../ui/files.ts";
import { form } from "../ui/form.ts";
import { alert, buttons, heading, link, list, primary, subtle, text, type Content } from "../ui/parts.ts";
import { SaidForm } from "../ui/said.ts";
import { Transfer } from "../ui/transfer.ts";
import type { Words } from "../words/nl.ts";

/** What was said last, in whichever case. */
const LAST = "last-contribution";

export function contribute(app: App, { number }: { number: string }): Screen {
  let ground: Ground | undefined;
  let done: ContributedSeen | undefined;
  let sent: ContributedSeen | undefined;
  const changed = (): void => draft.changed();
  let files = new FilesField(app, "files", changed);
  let said = new SaidForm(app, { id: "said", changed });
  const agree = new Agree(app);
  const freeDrops = catchDrops();
  const transfer = new Transfer(app, () => files.chosen.map(({ fileName }) => fileName));
  const draftOf = (): KeptDraft => new KeptDraft(app, `contribute-${number}`, [files, ...said.kept]);
  let draft = draftOf();
  const last = (): KeptDraft => new KeptDraft(app, LAST, said.lasting);

  const arrive = async (): Promise<void> => {
    const found = await app.desk.ground(number);
    said.propose(found);
    await last().find();
    await draft.find();
    // Nothing is typed before what was typed last time is back.
    ground = found;
  };
  /** Under way still after it was sent: what is proposed next time is kept. */
  let kept: Promise<unknown> = Promise.resolve();
  const anew = async (): Promise<void> => {
    ground = done = undefined;
    app.draw();
    await kept;
    await draft.forget();
    files = new FilesField(app, "files", changed);
    said = new SaidForm(app, { id: "said", changed });
    draft = draftOf();
    await arrive();
  };

  const submit = async (): Promise<void> => {
    // Before the desk has its hands full.
    await draft.keep();
    const wanted = { files: files.chosen, said: said.said };
    const names = wanted.files.map(({ title }) => title);
    const { contribute: words } = app.words.contributing;
    agree.ask(() => transfer.persists(() => app.desk.planContribution(number, wanted, told(transfer.tell))), {
      summary: (prepared) =>
        prepared.says.nl.length === 0
          ? text(words.noneNew)
          : html`${text(words.adds(names.length))} ${list(names)}
            ${ground === undefined ? nothing : said.told(ground)} ${text(words.undo)}`,
      go: words.sign,
      async send(plan) {
        sent = await app.desk.sendContribution(plan);
        return undefined;
      },
      done: () => {
        done = sent;
        app.draw();
        document.getElementById("done")?.focus();
        // What was said now is what is proposed next time.
        kept = Promise.all([last().keep(), draft.forget()]);
      },
      back: () => undefined,
    });
    document.getElementById("transfer")?.focus();
  };
  const sending = form(app, {
    get fields() {
      return [...files.fields, ...said.fields];
    },
    submit,
  });

  const typing = ({ contributing: words }: Words, now: Ground): TemplateResult => html`
    <p class="utrecht-paragraph">${words.contribute.intro}</p>
    <p class="utrecht-paragraph quiet">${words.contribute.silence}</p>
    ${draft.isRestored
      ? alert(
          "info",
          html`${text(words.contribute.restored)} ${subtle(words.contribute.drop, () => void app.tries(dropAll))}`,
        )
      : nothing}
    ${sending.view({
      content: html`
        <section class="card">
          ${heading(words.contribute.files)}
          ${files.view({ label: words.files.choose, help: words.files.help, empty: words.files.empty })}
        </section>
        <section class="card">
          ${said.aboutView()}
          <p class="utrecht-paragraph quiet">${words.contribute.forAll}</p>
        </section>
        <section class="card">${said.rulesView(now)}</section>
      `,
      go: words.contribute.go,
    })}
  `;
  const dropAll = async (): Promise<void> => {
    await app.desk.dropOutgoing(number);
    await anew();
  };

  const finished = ({ contributing: { contribute: words } }: Words, seen: ContributedSeen): Content => html`
    <section class="card" id="done" tabindex="-1">
      ${alert("ok", words.done(seen.items.length))}
      ${list(seen.items.map(({ title, isNew }) => (isNew ? title : `${title} (${words.wasThere})`)))}
      ${buttons(
        primary(words.toCase, () => app.go({ name: "case", number })),
        subtle(words.more, () => void app.tries(anew)),
      )}
    </section>
  `;

  return {
    title: ({ contributing: words }) => words.contribute.title(number),
    arrive,
    leave() {
      draft.leave();
      transfer.leave();
      freeDrops();
    },
    view: (words) => {
      if (agree.isOpen) return html`${agree.view()}`;
      if (agree.isBusy) return transfer.view();
      if (done !== undefined) return html`${finished(words, done)}`;
      if (ground === undefined) return html`<div aria-busy="true">${text(words.wait)}</div>`;
      if (!ground.hasVault || ground.phase === "ended") {
        return html`<section class="card">
          ${text(words.contributing.contribute.noVault)}
          <a class="utrecht-link utrecht-link--html-a" href=${address({ name: "case", number })}
            >${words.contributing.contribute.toCase}</a
          >
          ${ground.hasVault ? nothing : text(link(address({ name: "vault" }), words.vault.ofOwn))}
        </section>`;
      }
      return typing(words, ground);
    },
  };
}
