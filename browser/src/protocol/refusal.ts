// Why something is refused: a closed list, with one sentence in Dutch and one in English, each of which says what is
// wrong and what to do now. Hub and clients refuse in the same words.

import type { CaseNumber, MemberId, Moment } from "./id.ts";
import type { BadStatement } from "./lines.ts";
import { SENTENCES } from "./refusal/sentences.ts";
import { shown } from "./zone.ts";

/** The languages that people read here. */
export type Language = "nl" | "en";

/**
 * How a refusal is answered over HTTP: the request is wrong in itself, nothing changes that; the caller may not; it
 * collides with what is there; or it is not there for the caller.
 */
export type Class = "malformed" | "forbidden" | "conflict" | "not-found";

/**
 * What is told within a sentence, in both languages. A fault that only a broken program makes is named in Dutch as
 * programs name it, for whoever is called.
 */
export interface Flaw {
  readonly nl: string;
  readonly en: string;
}

/** A reason's stable name. */
export type Code = keyof typeof SENTENCES;

/** All codes. */
export const CODES = Object.keys(SENTENCES) as readonly Code[];

/** What some refusals tell beside their code. */
interface Details {
  readonly "bad-text": { readonly problem: Flaw };
  readonly "bad-signature": { readonly problem: Flaw };
  readonly "bad-cert": { readonly problem: Flaw };
  readonly "clock-off": { readonly at: Moment };
  readonly "stale-directory": { readonly until: Moment };
  readonly suspended: { readonly until: Moment };
  readonly "not-signed-partner": { readonly partner: string };
  readonly "bundle-number": { readonly next: number };
  readonly "case-number-taken": { readonly next: CaseNumber };
  readonly "wrong-phase": { readonly phase: Flaw };
  readonly "too-early": { readonly from: Moment };
  readonly "too-late": { readonly until: Moment };
  readonly "not-consulted": { readonly partner: string };
  readonly "wrong-gaps": { readonly gaps: number };
  readonly "bad-letter": { readonly problem: Flaw };
  readonly "no-usable-cert": { readonly problem: Flaw };
  readonly "sequence-too-high": { readonly most: number };
  readonly "not-manager": { readonly member: MemberId };
}

/** The details that go with a code, as the second argument of a Refusal; none with most. */
type DetailsOf<C extends Code> = C extends keyof Details ? [details: Details[C]] : [];

/** What fills the places in a sentence: what reads alike in any language, or what doesn't. */
type Filling = Readonly<Record<string, string | number | Flaw>>;

/** A closed reason. Its message is the English sentence. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: Code;
  readonly details: Filling;

  constructor(code: Code, details: Filling) {
    super(sentence(code, details, "en"));
    this.code = code;
    this.details = details;
  }

  /** What kind of no it is. */
  get class(): Class {
    return SENTENCES[this.code][0];
  }

  /** The sentence for a person. */
  sentence(language: Language): string {
    return sentence(this.code, this.details, language);
  }
}

/** The places that hold a moment, which people read by the clock of the house. */
const MOMENTS: readonly string[] = ["at", "from", "until"];

function sentence(code: Code, details: Filling, language: Language): string {
  const [, nl, en] = SENTENCES[code];
  const told = (name: string, filled: Filling[string] = ""): string => {
    if (typeof filled === "object") return filled[language];
    return MOMENTS.includes(name) ? shown(filled as Moment, language) : String(filled);
  };
  return (language === "nl" ? nl : en).replace(/\{([a-z]+)\}/g, (_, name: string) => told(name, details[name]));
}

/** A refusal with what it tells beside its code. */
export function refusal<C extends Code>(code: C, ...[details]: DetailsOf<C>): Refusal {
  return new Refusal(code, { ...details });
}

/** Refuses unless something holds. */
export function refuseUnless<C extends Code>(holds: boolean, code: C, ...details: DetailsOf<C>): asserts holds {
  if (!holds) throw refusal(code, ...details);
}

/** What is there; refuses if it is not. */
export function there<T, C extends Code>(value: T | undefined, code: C, ...details: DetailsOf<C>): T {
  if (value === undefined) throw refusal(code, ...details);
  return value;
}

/** The refusal that something ends in, if it does. Any other error is nobody's answer and is thrown on. */
export function refused(attempt: () => unknown): Refusal | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** Why a text that is no statement is refused. */
export function refusalOf(problem: BadStatement): Refusal {
  return refusal("bad-text", { problem: problem.flaw });
}
