// Whether somebody unlocked just now. What opens the keys is changed only then: who finds a laptop open could else make a
// passkey or a code of their own, and come back with it at any time, from anywhere.

import { ClientError } from "../client/error.ts";

/** For how long it is just now, in milliseconds. */
const MOMENTS = 10 * 60 * 1000;

export class Fresh {
  #since: number | undefined;

  /** Somebody showed what opens the keys. */
  begin(): void {
    // Not by the clock of the day, which whoever sits there can set back.
    this.#since = performance.now();
  }

  end(): void {
    this.#since = undefined;
  }

  /** Refuses with `not-fresh` who unlocked longer ago. */
  require(): void {
    if (this.#since === undefined || performance.now() - this.#since > MOMENTS) throw notFresh();
  }
}

function notFresh(): ClientError {
  return ClientError.said(
    "not-fresh",
    "Wat uw sleutels opent, kunt u alleen veranderen als u net hebt ingelogd. Zo kan niemand dat doen die uw scherm open vindt. Vergrendel, log opnieuw in en doe het binnen 10 minuten.",
    "What opens your keys you can change only if you signed in just now. So nobody can do it who finds your screen open. Lock, sign in again and do it within 10 minutes.",
  );
}
