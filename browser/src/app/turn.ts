// The desk as one screen after the other has it: what was asked before a lock is answered to nobody after it.
//
// What somebody began may be done when they are gone and another works here: then nothing of it may move what that one sees,
// or tell how it ended.

import type { FarDesk } from "../desk/line.ts";

/** Whoever began something went elsewhere before it was done, and is told nothing of how it ended. */
export class WentElsewhere extends Error {
  override readonly name = "WentElsewhere";
}

type Asks = (...args: unknown[]) => Promise<unknown>;

/** From one unlocking to the next. */
export class Turns {
  #turn = 0;

  /** Whatever is still asked is answered to nobody. */
  end(): void {
    this.#turn += 1;
  }

  /** A desk that answers within the turn in which it was asked, or throws WentElsewhere. */
  of(desk: FarDesk): FarDesk {
    const asked = (name: string | symbol): Asks => {
      return (...args) => this.within(() => (Reflect.get(desk, name) as Asks)(...args));
    };
    return new Proxy(desk, { get: (_, name) => asked(name) });
  }

  private async within<T>(ask: () => Promise<T>): Promise<T> {
    const turn = this.#turn;
    const requireSame = (): void => {
      if (turn !== this.#turn) throw new WentElsewhere();
    };
    try {
      return await ask();
    } finally {
      // Also in the place of what was refused: that is nobody else's to read.
      requireSame();
    }
  }
}
