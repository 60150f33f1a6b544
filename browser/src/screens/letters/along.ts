// What goes along with letters: files, as few and as small as a letter has room for.

import { html } from "lit-html";

import type { App } from "../../app/app.ts";
import type { FileChosen } from "../../desk/wishes.ts";
import { MAX_ATTACHED, MAX_ATTACHMENTS } from "../../protocol/mime/message.ts";
import { FilesField } from "../../ui/files.ts";
import { heading, type Content } from "../../ui/parts.ts";

export class AlongField extends FilesField {
  constructor(
    private readonly letters: App,
    changed: () => void,
  ) {
    const wrong = (files: readonly File[]): string | undefined => {
      const together = files.reduce((sum, { size }) => sum + size, 0);
      const hasRoom = files.length <= MAX_ATTACHMENTS && together <= MAX_ATTACHED;
      return hasRoom ? undefined : letters.words.letters.write.alongTooLarge;
    };
    super(letters, "along", changed, { isNeeded: () => false, hasTitles: false, wrong });
  }

  get files(): readonly Pick<FileChosen, "file" | "fileName">[] {
    return this.chosen.map(({ file, fileName }) => ({ file, fileName }));
  }

  card(): Content {
    const { along, alongChoose: label, alongHelp: help, alongAgain: again } = this.letters.words.letters.write;
    return html`<section class="card">${heading(along)} ${this.view({ label, help, again })}</section>`;
  }
}
