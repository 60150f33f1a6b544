// Who walks away leaves the screen open: after a while without a key or a touch it locks.

/** In milliseconds; the session at the hub ends after half an hour. */
const PATIENCE = 15 * 60 * 1000;
const SIGNS = ["keydown", "pointerdown", "pointermove", "wheel"] as const;

export class Idle {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private last = 0;
  private readonly seen = (): void => {
    // A machine that slept did not count: whoever opens its lid again comes too late.
    if (Date.now() - this.last >= this.patience) this.locks();
    else this.wait();
  };

  constructor(
    private readonly locks: () => void,
    private readonly patience = PATIENCE,
  ) {}

  begin(): void {
    for (const sign of SIGNS) addEventListener(sign, this.seen, { passive: true });
    this.wait();
  }

  end(): void {
    for (const sign of SIGNS) removeEventListener(sign, this.seen);
    clearTimeout(this.timer);
  }

  private wait(): void {
    this.last = Date.now();
    clearTimeout(this.timer);
    this.timer = setTimeout(this.locks, this.patience);
  }
}
