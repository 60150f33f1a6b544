// Sleutels maken: from the paper slip to keys that wait for the house.

import { html, type TemplateResult } from "lit-html";

import type { App, Screen } from "../app/app.ts";
import { hasPasskeys, make } from "../app/touch.ts";
import type { PasskeyGave, SlipRead } from "../desk/desk.ts";
import { DeskRefusal } from "../desk/line.ts";
import { CodeField, codeShown, isSameCode, userNameField } from "../ui/code.ts";
import { facts } from "../ui/facts.ts";
import { form, TextField } from "../ui/form.ts";
import { buttons, heading, primary, secondary, text } from "../ui/parts.ts";
import type { Words } from "../words/nl.ts";

type Step = "slip" | "passkey" | "code";
const STEPS: readonly Step[] = ["slip", "passkey", "code"];
/** Why a passkey can't be had on this device. */
const WITHOUT: readonly string[] = ["passkey-none", "passkey-no-prf"];

export function enrol(app: App): Screen {
  let step: Step = "slip";
  let read: SlipRead | undefined;
  let code = "";
  let busy = false;
  /** Whether this device turned out to have no passkey that opens keys. */
  let isWithout = !hasPasskeys();

  const slip = new TextField("slip");
  const again = new CodeField("again", app, (typed) => (isSameCode(typed, code) ? undefined : app.words.enrol.wrong));
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
      } catch (error) {
        isWithout ||= error instanceof DeskRefusal && WITHOUT.includes(error.code);
        throw error;
      } finally {
        busy = false;
      }
    });
  };
  const withPasskey = (): void => begin(() => make(nameOf(read)));
  const withoutPasskey = (): void => begin(async () => undefined);
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
      ${facts([
        [words.enrol.name, read?.name],
        [words.enrol.mail, read?.mail],
        [words.enrol.hub, read?.hub],
      ])}
      <p class="utrecht-paragraph quiet">${words.enrol.notMe}</p>
    </section>
    <section class="card">
      ${isWithout
        ? heading(words.keys.withoutTitle)
        : html`${heading(words.enrol.passkeyTitle)} ${text(words.enrol.passkeyHelp)}`}
      ${buttons(
        isWithout
          ? primary(busy ? words.wait : words.enrol.withoutPasskey, withoutPasskey, { busy })
          : html`${primary(busy ? words.wait : words.enrol.withPasskey, withPasskey, { busy })}
            ${secondary(words.enrol.withoutPasskey, withoutPasskey, { busy })}`,
      )}
      <p class="utrecht-paragraph quiet">${words.enrol.withoutHelp}</p>
    </section>
  `;
  const codeView = ({ enrol: words }: Words): TemplateResult => html`
    ${codeShown(code, {
      title: words.codeTitle,
      how: `${words.codeText} ${words.codeHow}`,
      print: words.print,
      printed: words.printed(read?.name ?? ""),
    })}
    <section class="card no-print">
      ${codeForm.view({
        content: html`${userNameField(read?.mail)}
        ${again.view({ label: words.again, help: words.againHelp, empty: words.wrong, autocomplete: "new-password" })}`,
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

function nameOf(read: SlipRead | undefined): { name: string; displayName: string } {
  return { name: read?.mail ?? "", displayName: read?.name ?? "" };
}
