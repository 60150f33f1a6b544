// How long we go on asking a hub that is busy or away, and what the person is told meanwhile.

import type { Language } from "../../protocol/refusal.ts";

/** How often something that may be repeated is tried when no answer comes. */
const TRIES = 4;
/** How often when the hub itself says when to come back. */
const TRIES_WHEN_TOLD = 6;
/** What takes less is not worth a word, in milliseconds. */
const WORTH_A_WORD = 1000;

/** How long the hub is waited for, in milliseconds. */
export interface Waits {
  /** Until it says the next thing. */
  readonly silence: number;
  /** Before something is tried for the second time; each time thereafter is three times as long. */
  readonly first: number;
  /** The longest that it can ask for. */
  readonly longest: number;
}

export const WAITS: Waits = { silence: 60_000, first: 300, longest: 15_000 };

/** Why another try is needed. */
export type Why =
  /** There was no answer, or one that says nothing. */
  | { readonly kind: "silence" }
  /** The hub said when to come back, in milliseconds. */
  | { readonly kind: "told"; readonly wait: number };

export const SILENCE: Why = { kind: "silence" };

/** What is left of our patience with one question. */
export class Patience {
  #silences = 0;
  #told = 0;

  constructor(private readonly waits: Waits) {}

  /** How long to wait before another try, in milliseconds; nothing when it was tried often enough. */
  next(why: Why): number | undefined {
    if (why.kind === "told") {
      this.#told += 1;
      return this.#told < TRIES_WHEN_TOLD ? Math.min(why.wait, this.waits.longest) : undefined;
    }
    this.#silences += 1;
    return this.#silences < TRIES ? this.waits.first * 3 ** (this.#silences - 1) : undefined;
  }
}

/** What to tell who waits, where that is long enough to wonder. */
export function waitingSentence(why: Why, wait: number, language: Language): string | undefined {
  if (wait < WORTH_A_WORD) return undefined;
  const seconds = Math.round(wait / 1000);
  if (language === "nl") {
    const time = seconds === 1 ? "1 seconde" : `${seconds} seconden`;
    const what = why.kind === "told" ? "De hub kan dit nu even niet doen" : "De hub antwoordt niet";
    return `${what}. Over ${time} probeer ik het opnieuw; er is niets verloren.`;
  }
  const time = seconds === 1 ? "1 second" : `${seconds} seconds`;
  const what = why.kind === "told" ? "The hub can't do this just now" : "The hub does not answer";
  return `${what}. I try again in ${time}; nothing is lost.`;
}
