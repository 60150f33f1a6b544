// Who walks away leaves the screen open: after a while without a key or a touch it locks. What is under way is not cut
// off by that; once it is done the while begins anew.

import { SIGNS } from "../frame/message.ts";

/** In milliseconds; the session at the hub ends after half an hour. */
const PATIENCE = 15 * 60 * 1000;
/** No timer is so late on a machine that is awake, in milliseconds. */
const ASLEEP = 60 * 1000;
/** So many times as long somebody may read in a frame without a sign in the page itself. */
const READING = 4;

export class Idle {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private last = 0;
  /** When there was a sign in the page itself. */
  private lastHere = 0;
  private isOn = false;
  /** How much is under way. */
  private underway = 0;
  private readonly seen = (): void => {
    this.lastHere = Date.now();
    this.wait();
  };

  constructor(
    private readonly locks: () => void,
    private readonly patience = PATIENCE,
  ) {}

  begin(): void {
    this.isOn = true;
    this.last = this.lastHere = Date.now();
    for (const sign of SIGNS) addEventListener(sign, this.seen, { passive: true });
    this.wait();
  }

  end(): void {
    this.isOn = false;
    for (const sign of SIGNS) removeEventListener(sign, this.seen);
    clearTimeout(this.timer);
  }

  /**
   * A frame says that somebody reads in it. It shows what somebody else made, so its word alone keeps no screen open for
   * good.
   */
  hears(): void {
    if (Date.now() - this.lastHere < READING * this.patience) this.wait();
  }

  /** Does something that no lock cuts off. */
  during<T>(work: () => Promise<T>): Promise<T> {
    return this.counted(1, work);
  }

  /** Does a part of that during which nothing moves, and nobody knows for how long. */
  except<T>(work: () => Promise<T>): Promise<T> {
    return this.counted(-1, work);
  }

  private async counted<T>(step: 1 | -1, work: () => Promise<T>): Promise<T> {
    this.underway += step;
    this.wait();
    try {
      return await work();
    } finally {
      this.underway -= step;
      this.wait();
    }
  }

  private wait(): void {
    if (!this.isOn) return;
    if (this.isTooLate()) return this.locks();
    this.last = Date.now();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.wait(), this.patience);
  }

  /** A machine that slept did not count: whoever opens its lid again comes too late, also while something is under way. */
  private isTooLate(): boolean {
    return Date.now() - this.last >= this.patience + (this.underway === 0 ? 0 : ASLEEP);
  }
}
