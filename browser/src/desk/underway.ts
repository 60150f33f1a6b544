// What takes long enough to be told about, and to be left before it is done.

import type { Progress } from "../client/remote.ts";

/** What is done with a file. */
export type Doing = "sealing" | "sending" | "fetching" | "checking" | "saving";

/** How far it is. */
export interface Underway<D extends Doing = Doing> {
  readonly doing: D;
  /** Nothing where only one file can be meant. */
  readonly fileName: string | undefined;
  /** In bytes, of this file. */
  readonly done: number;
  readonly all: number;
}

/** Told while something is under way. */
export type Tell<D extends Doing = Doing> = (underway: Underway<D>) => void;

/** So often is the page told how far it is, in milliseconds: more is not seen, and each time costs. */
const OFTEN = 100;

/** Whoever began it looks at something else now. */
export class Left extends Error {
  override readonly name = "Left";
}

/** Something that was begun. */
export interface Begun<D extends Doing> {
  /** Tells how far it is, and stops what was left. */
  progress(doing: D, fileName?: string): Progress;
  /** Throws Left if it was left. */
  requireWanted(): void;
}

/** What is under way just now, one thing at a time. Wanted again, it goes on where it stopped. */
export class Underways {
  #last: { isLeft: boolean } | undefined;

  leave(): void {
    if (this.#last !== undefined) this.#last.isLeft = true;
  }

  begin<D extends Doing>(tell: Tell<D>): Begun<D> {
    this.leave();
    const now = (this.#last = { isLeft: false });
    const requireWanted = (): void => {
      if (now.isLeft) throw new Left();
    };
    let last = 0;
    const progress = (doing: D, fileName?: string): Progress => {
      return (done, all) => {
        requireWanted();
        const at = performance.now();
        if (at - last < OFTEN && done < all) return;
        last = at;
        tell({ doing, fileName, done, all });
      };
    };
    return { progress, requireWanted };
  }
}
