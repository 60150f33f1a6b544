// Inloggen met een herstelcode: typed over from paper, or filled in by a password manager.

import { html, nothing } from "lit-html";

import type { App, Screen } from "../app/app.ts";
import { CodeField, userNameField } from "../ui/code.ts";
import { form } from "../ui/form.ts";
import { instead } from "../ui/instead.ts";
import { secondary, text } from "../ui/parts.ts";

export function recover(app: App): Screen {
  const code = new CodeField("code", app);
  const enter = async (takes: boolean): Promise<void> => app.entered(await app.desk.unlockByCode(code.taken(), takes));
  let busy = false;
  const goOn = (): void => {
    busy = true;
    app.draw();
    void app.tries(() => enter(true).finally(() => (busy = false)));
  };
  const unlock = form(app, { fields: [code], submit: () => enter(false) });
  return {
    isNarrow: true,
    title: (words) => words.recover.title,
    leave: () => code.clear(),
    view: ({ recover: words, keys }) => html`
      ${instead(app, busy || unlock.isBusy, goOn)}
      <section class="card">
        ${text(words.intro)}
        ${unlock.view({
          content: html`${userNameField()}
          ${code.view({
            label: words.code,
            help: words.codeHelp,
            empty: words.empty,
            autocomplete: "current-password",
          })}`,
          go: words.go,
          beside: unlock.isBusy ? secondary(keys.stopTrying, () => void app.desk.lock()) : nothing,
        })}
        <p class="utrecht-paragraph quiet">${words.lost}</p>
      </section>
    `,
  };
}
