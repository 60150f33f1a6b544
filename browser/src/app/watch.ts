// Looks now and then whether something changed, for as long as a screen is shown.

import type { App } from "./app.ts";

export class Watch {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private ended = false;

  constructor(
    private readonly app: App,
    private readonly look: () => Promise<void>,
    /** In milliseconds, from the end of one look to the next. */
    private readonly often: number,
  ) {}

  get isOver(): boolean {
    return this.ended;
  }

  begin(): void {
    if (this.ended) return;
    this.timer = setTimeout(() => void this.again(), this.often);
  }

  end(): void {
    this.ended = true;
    clearTimeout(this.timer);
  }

  private async again(): Promise<void> {
    // Nobody looks at a page that is not shown. What is missed once comes the next time.
    if (document.visibilityState === "visible") {
      const isThere = await this.look().then(
        () => true,
        () => false,
      );
      // The hub answered: nothing is waited for any more.
      if (isThere && !this.ended && this.app.waits !== undefined) {
        this.app.waits = undefined;
        this.app.draw();
      }
    }
    this.begin();
  }
}
