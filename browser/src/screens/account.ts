// Mijn sleutels: one's own keys, what opens them, where one is signed in, and what to do when a device is gone.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App, Screen } from "../app/app.ts";
import { momentText, shortMoment } from "../app/dates.ts";
import { save } from "../app/save.ts";
import { hasPasskeys, make } from "../app/touch.ts";
import { Watch } from "../app/watch.ts";
import type { AccountSeen, KeySeen } from "../desk/account.ts";
import type { Prepared } from "../desk/plans.ts";
import { Agree } from "../ui/agree.ts";
import { facts } from "../ui/facts.ts";
import { alert, badge, buttons, heading, primary, secondary, subtle, text, type Content } from "../ui/parts.ts";
import { Sessions } from "../ui/sessions.ts";
import { Renewing } from "./account/renewing.ts";

/** How often it is looked whether the house vouched for new keys, in milliseconds. */
const OFTEN = 15_000;

export function account(app: App): Screen {
  let seen: AccountSeen | undefined;
  let done: string | undefined;
  let busy = false;
  const agree = new Agree(app);
  const sessions = new Sessions(app);

  const load = async (): Promise<AccountSeen> => {
    const now = await app.desk.account();
    seen = now;
    app.draw();
    return now;
  };
  /** Looks again while new keys wait: the screen says so when they count. */
  const look = async (): Promise<void> => {
    if (agree.isOpen || renewing.isOpen || seen?.keys[0]?.standing !== "waiting") return;
    const now = await load();
    if (now.keys[0]?.standing === "in-force") done = app.words.keys.vouched;
    app.draw();
  };
  const watch = new Watch(app, look, OFTEN);
  const finished = (words: string): void => {
    done = words;
    void app.tries(async () => {
      await load();
      document.getElementById("done")?.focus();
    });
  };
  const renewing = new Renewing(app, () => finished(app.words.keys.renewed));

  const add = (): void => {
    done = undefined;
    const { mail, name } = seen ?? { mail: "", name: "" };
    const { keys: words } = app.words;
    const prepare = async (): Promise<Prepared> => {
      await app.desk.requireFresh();
      return app.desk.planPasskey(await make({ name: mail, displayName: name }));
    };
    agree.ask(prepare, {
      summary: text(words.adding),
      go: words.addSign,
      done: () => finished(words.added),
      back: () => undefined,
    });
  };
  const rotate = (why?: string): void => {
    done = undefined;
    const { keys: words } = app.words;
    agree.ask(() => app.desk.planRotation(), {
      summary: html`${why === undefined ? nothing : alert("info", why)} ${text(words.rotating)}`,
      go: words.rotateSign,
      done: () => finished(words.rotated),
      // Perhaps it was sent, and only the answer got lost.
      back: () => void app.tries(async () => void (await load())),
    });
  };
  const sendAgain = (): void => {
    if (busy) return;
    busy = true;
    app.draw();
    void app.tries(async () => {
      let isSent: boolean;
      try {
        isSent = await app.desk.rotateAgain();
      } finally {
        busy = false;
      }
      if (isSent) return finished(app.words.keys.rotated);
      await load();
      rotate(app.words.keys.tooLate);
    });
  };

  const own = ({ name, partner, mail, until, keys, cert, isSending, ends }: AccountSeen): TemplateResult => {
    const { keys: words, wait } = app.words;
    const inForce = keys.find(({ standing }) => standing === "in-force");
    const next = keys.find(({ standing }) => standing === "waiting");
    const old = keys.filter(({ standing }) => standing === "old");
    return html`<section class="card">
      ${heading(words.own)} ${ends === undefined ? nothing : alert("warning", ends[app.language])}
      ${isSending
        ? alert(
            "warning",
            html`${text(words.sending)} ${buttons(secondary(busy ? wait : words.sendAgain, sendAgain, { busy }))}`,
          )
        : next === undefined
          ? nothing
          : alert("info", html`${text(words.waits)} ${wordsOf(next, "check-words")} ${text(words.waitsHelp)}`)}
      ${facts([
        [words.name, name],
        [words.partner, partner],
        [words.mail, mail],
        [words.until, momentText(until, app.language)],
      ])}
      ${inForce === undefined
        ? nothing
        : html`<h3 class="utrecht-heading-3">${words.words}</h3>
            ${wordsOf(inForce, "own-words")}
            <p class="utrecht-paragraph quiet">${words.wordsHelp}</p>`}
      ${old.length === 0 ? nothing : oldKeys(old)}
      ${buttons(
        secondary(words.rotate, () => rotate(), { busy: agree.isBusy, disabled: next !== undefined || isSending }),
      )}
      <p class="utrecht-paragraph quiet">${words.rotateHelp}</p>
      ${buttons(subtle(words.certificate, () => save(`${mail}.asc`, "application/pgp-keys", cert)))}
      <p class="utrecht-paragraph quiet">${words.certificateHelp}</p>
    </section>`;
  };

  const oldKeys = (old: readonly KeySeen[]): TemplateResult => {
    const { keys: words } = app.words;
    return html`<details>
      <summary>${words.oldKeys(old.length)}</summary>
      ${text(words.oldHelp)}
      <ul class="utrecht-unordered-list">
        ${old.map(
          (key) =>
            html`<li class="utrecht-unordered-list__item">
              <span class="code code--small">${key.words}</span> ${badge("neutral", words.standings[key.standing])}
              ${key.at === undefined
                ? nothing
                : html`<div class="quiet">${words.since(shortMoment(key.at, app.language))}</div>`}
            </li>`,
        )}
      </ul>
    </details>`;
  };

  const openers = ({ passkeys, openedBy }: AccountSeen): TemplateResult => {
    const { keys: words, wait } = app.words;
    const { isBusy } = agree;
    return html`<section class="card">
      ${heading(words.openers)} ${text(words.openersAre(passkeys))}
      ${openedBy === undefined ? nothing : html`<p class="utrecht-paragraph quiet">${words.openedBy[openedBy]}</p>`}
      ${buttons(
        hasPasskeys() ? primary(isBusy ? wait : words.add, add, { busy: isBusy }) : nothing,
        secondary(words.renew, () => {
          done = undefined;
          renewing.begin();
        }),
      )}
      ${hasPasskeys() ? html`<p class="utrecht-paragraph quiet">${words.addHelp}</p>` : nothing}
    </section>`;
  };

  const lost = (): TemplateResult => {
    const { keys: words } = app.words;
    return html`<section class="card">
      ${heading(words.lost)}
      <ol class="utrecht-ordered-list sentence-list">
        ${words.lostSteps.map((step) => html`<li class="utrecht-ordered-list__item">${step}</li>`)}
      </ol>
      <p class="utrecht-paragraph quiet">${words.lostAll}</p>
    </section>`;
  };

  return {
    title: (words) => (renewing.isOpen ? words.keys.renewTitle : words.keys.account),
    async arrive() {
      await load();
      await sessions.load();
      watch.begin();
    },
    leave() {
      watch.end();
      renewing.leave();
    },
    view: (words) => {
      if (seen === undefined) return html`<div aria-busy="true">${text(words.wait)}</div>`;
      if (renewing.isOpen) return renewing.view();
      if (agree.isOpen) return html`${agree.view()}`;
      return html`
        ${done === undefined ? nothing : html`<div id="done" tabindex="-1">${alert("ok", done)}</div>`} ${own(seen)}
        ${openers(seen)} ${sessions.view()} ${lost()}
      `;
    },
  };
}

function wordsOf({ words }: KeySeen, id: string): Content {
  return html`<p class="code" id=${id}>${words}</p>`;
}
