// Sleutels maken: from the paper slip to keys that wait for the house.

import { html, nothing, type TemplateResult } from "lit-html";

import type { App, Screen } from "../app/app.ts";
import { hasPasskeys, make } from "../app/touch.ts";
import type { PasskeyGave, SlipRead } from "../desk/desk.ts";
import { form, TextField } from "../ui/form.ts";
import { buttons, heading, primary, secondary, text } from "../ui/parts.ts";
import type { Words } from "../words/nl.ts";

type Step = "slip" | "passkey" | "code";
const STEPS: readonly Step[] = ["slip", "passkey", "code"];

export function enrol(app: App): Screen {
  let step: Step = "slip";
  let read: SlipRead | undefined;
  let code = "";
  let busy = false;

  const slip = new TextField("slip");
  const again = new TextField("again", undefined, (typed) =>
    isSame(typed, code) ? undefined : app.words.enrol.wrong,
  );
  const go = (next: Step): void => {
    step = next;
    app.draw();
    document.getElementById("work")?.focus();
  };
  const slipForm = form(app, {
    fields: [slip],
    submit: async () => {
      read = await app.desk.readSlip(slip.value);
      go("passkey");
    },
  });
  const codeForm = form(app, {
    fields: [again],
    submit: async () => {
      const standing = await app.desk.endEnrolment();
      forget();
      app.entered(standing);
    },
  });
  const begin = (passkey: () => Promise<PasskeyGave | undefined>): void => {
    busy = true;
    app.draw();
    void app.tries(async () => {
      try {
        code = await app.desk.beginEnrolment(slip.value, await passkey());
        slip.clear();
        go("code");
      } finally {
        busy = false;
      }
    });
  };
  const forget = (): void => {
    code = "";
    slip.clear();
    again.clear();
  };

  const slipView = ({ enrol: words }: Words): TemplateResult => html`
    <section class="card">
      ${slipForm.view({
        content: slip.view({ label: words.slip, help: words.slipHelp, empty: words.slipEmpty, rows: 9 }),
        go: words.read,
      })}
    </section>
  `;
  const passkeyView = (words: Words): TemplateResult => html`
    <section class="card">
      ${heading(words.enrol.whoTitle)} ${text(words.enrol.who)}
      <dl class="utrecht-data-list utrecht-data-list--rows">
        ${row(words.enrol.name, read?.name)} ${row(words.enrol.mail, read?.mail)} ${row(words.enrol.hub, read?.hub)}
      </dl>
      <p class="utrecht-paragraph quiet">${words.enrol.notMe}</p>
    </section>
    <section class="card">
      ${heading(words.enrol.passkeyTitle)} ${text(words.enrol.passkeyHelp)}
      ${buttons(
        hasPasskeys()
          ? primary(busy ? words.wait : words.enrol.withPasskey, () => begin(() => make(nameOf(read))), { busy })
          : nothing,
        secondary(words.enrol.withoutPasskey, () => begin(async () => undefined), { busy }),
      )}
      <p class="utrecht-paragraph quiet">${words.enrol.withoutHelp}</p>
    </section>
  `;
  const codeView = ({ enrol: words }: Words): TemplateResult => html`
    <section class="card">
      ${heading(words.codeTitle)} ${text(words.codeText)}
      <p class="utrecht-paragraph only-print">${words.printed(read?.name ?? "")}</p>
      <p class="code" id="recovery-code">${code}</p>
      <p class="utrecht-paragraph no-print">${words.codeHow}</p>
      <div class="no-print">${buttons(secondary(words.print, () => window.print()))}</div>
    </section>
    <section class="card no-print">
      ${codeForm.view({
        content: again.view({
          label: words.again,
          help: words.againHelp,
          empty: words.wrong,
          autocomplete: "new-password",
        }),
        go: words.done,
      })}
    </section>
  `;
  const VIEWS: Record<Step, (words: Words) => TemplateResult> = {
    slip: slipView,
    passkey: passkeyView,
    code: codeView,
  };

  return {
    isNarrow: true,
    title: (words) => words.enrol.title,
    leave: forget,
    view: (words) => html`
      <p class="utrecht-paragraph quiet no-print">
        ${words.enrol.step(STEPS.indexOf(step) + 1, words.enrol.steps.length)}:
        ${words.enrol.steps[STEPS.indexOf(step)]}
      </p>
      ${VIEWS[step](words)}
    `,
  };
}

function row(label: string, value: string | undefined): TemplateResult {
  return html`<div class="utrecht-data-list__item">
    <dt class="utrecht-data-list__item-key">${label}</dt>
    <dd class="utrecht-data-list__item-value utrecht-data-list__item-value--html-dd">${value}</dd>
  </div>`;
}

function nameOf(read: SlipRead | undefined): { name: string; displayName: string } {
  return { name: read?.mail ?? "", displayName: read?.name ?? "" };
}

/** Whether both are the same code, however they are spelled. */
function isSame(typed: string, shown: string): boolean {
  const plain = (text: string): string => text.toUpperCase().replace(/[\s-]/g, "");
  const read = plain(typed).replace(/O/g, "0").replace(/[IL]/g, "1");
  return plain(shown) === read;
}
