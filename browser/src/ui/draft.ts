// What was typed and not sent: kept sealed in this browser while somebody types, and put back when the screen is opened
// again.

import type { App } from "../app/app.ts";

/** A control whose value is kept. */
export interface Kept {
  readonly id: string;
  /** What it is called on screen, if it is called anything. */
  readonly label?: string;
  value: string;
}

/** So long after the last key it is kept, in milliseconds. */
const PAUSE = 400;

export class KeptDraft {
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Until it was looked for, what stands in the fields is nobody's. */
  private isFound = false;
  /** Whether something was found that was typed before. */
  isRestored = false;

  constructor(
    private readonly app: App,
    private readonly place: string,
    private readonly fields: readonly Kept[],
  ) {}

  /** Puts back what was typed before. */
  async find(): Promise<void> {
    const draft = await this.app.desk.draft(this.place);
    for (const field of this.fields) {
      const before = draft[field.id];
      if (before === undefined || before === field.value) continue;
      field.value = before;
      this.isRestored = true;
    }
    this.isFound = true;
  }

  /** To be called at every change. */
  readonly changed = (): void => {
    if (!this.isFound) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.keep(), PAUSE);
  };

  /** Keeps it now: somebody goes elsewhere. */
  readonly leave = (): void => {
    if (this.timer !== undefined) void this.keep();
  };

  async keep(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const draft = Object.fromEntries(this.fields.map(({ id, value }) => [id, value]));
    // Who locked meanwhile has no home to keep it in; nothing is lost that is not on the screen.
    const unkept = await this.app.desk.keepDraft(this.place, draft).catch(() => undefined);
    this.app.tellUnkept(this.place, unkept && { why: unkept.why, labels: this.labelsOf(unkept.fields) });
  }

  /** It was sent, or is not wanted any more. */
  async forget(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.isRestored = false;
    this.app.tellUnkept(this.place, undefined);
    await this.app.desk.forgetDraft(this.place);
  }

  private labelsOf(fields: readonly string[]): string[] {
    return this.fields.flatMap(({ id, label = "" }) => (fields.includes(id) && label !== "" ? [label] : []));
  }
}
