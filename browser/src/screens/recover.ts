// Inloggen met een herstelcode: typed over from paper, or filled in by a password manager.

import { html } from "lit-html";

import type { App, Screen } from "../app/app.ts";
import { form, secretField } from "../ui/form.ts";
import { text } from "../ui/parts.ts";

export function recover(app: App): Screen {
  const code = secretField("code");
  const unlock = form(app, {
    fields: [code],
    submit: async () => app.entered(await app.desk.unlockByCode(code.taken())),
  });
  return {
    isNarrow: true,
    title: (words) => words.recover.title,
    leave: () => code.clear(),
    view: ({ recover: words }) => html`
      <section class="card">
        ${text(words.intro)}
        ${unlock.view({
          content: code.view({ label: words.code, help: words.codeHelp, empty: words.empty, autocomplete: "current-password" }),
          go: words.go,
        })}
        <p class="utrecht-paragraph quiet">${words.lost}</p>
      </section>
    `,
  };
}
