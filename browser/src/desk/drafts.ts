// What somebody was typing when the tab closed, and what was chosen last: sealed in the home, to be found again.

import { isOfThisMachine } from "../client/error.ts";
import type { Home } from "../client/home.ts";
import * as json from "../client/json.ts";

const FOLDER = "drafts/";
/** More than this takes so long to seal, at every pause, that nothing else gets done; in bytes. */
const MOST = 16 * 1024 * 1024;

/** What was typed, by field. */
export type Draft = Readonly<Record<string, string>>;

const DRAFT = json.dictionary((field: string) => field, json.text);

/** What can't be kept as it was typed, and why: it is too long, or this browser has no room for it. */
export interface Unkept {
  readonly fields: readonly string[];
  readonly why: "long" | "room";
}

/** The drafts of one home, each after the one before: what was typed last is what stays. */
export class Drafts {
  /** What could not be kept as it was typed, by place: it is found again for as long as the keys are unlocked. */
  readonly #unkept = new Map<string, Draft>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(readonly home: Home) {}

  /**
   * Keeps what was typed in one place, instead of what was kept of it before. Of a field that can't be kept that stays;
   * the others are kept.
   */
  keep(place: string, draft: Draft): Promise<Unkept | undefined> {
    return this.inTurn(async () => {
      const unkept = await this.stored(place, draft);
      if (unkept === undefined) this.#unkept.delete(place);
      else this.#unkept.set(place, draft);
      return unkept;
    });
  }

  /** What was typed there, if anything was. */
  of(place: string): Promise<Draft> {
    return this.inTurn(async () => this.#unkept.get(place) ?? this.before(place));
  }

  forget(place: string): Promise<void> {
    return this.inTurn(async () => {
      this.#unkept.delete(place);
      await this.home.forget(FOLDER + place);
    });
  }

  /** Waits for what is on its way into the home. */
  async settled(): Promise<void> {
    await this.#turn;
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  private async stored(place: string, draft: Draft): Promise<Unkept | undefined> {
    let why = await this.refused(place, draft);
    if (why === undefined) return undefined;
    const before = await this.before(place);
    const length = (field: string): number => draft[field]?.length ?? 0;
    const changed = Object.keys(draft).filter((field) => draft[field] !== before[field]);
    const fields: string[] = [];
    let rest = draft;
    for (const field of changed.sort((one, other) => length(other) - length(one))) {
      fields.push(field);
      rest = instead(rest, field, before[field]);
      const still = fields.length < changed.length ? await this.refused(place, rest) : undefined;
      if (still === undefined) break;
      why = still;
    }
    return fields.length === 0 ? undefined : { fields, why };
  }

  /** Puts it into the home, or says why that can't be done. */
  private async refused(place: string, draft: Draft): Promise<Unkept["why"] | undefined> {
    const bytes = json.jsonBytes(draft);
    if (bytes.length > MOST) return "long";
    try {
      await this.home.keep(FOLDER + place, bytes);
      return undefined;
    } catch (error) {
      if (isOfThisMachine(error)) return "room";
      throw error;
    }
  }

  /** What lies in the home. What can't be read any more is no reason to refuse a screen. */
  private async before(place: string): Promise<Draft> {
    try {
      const bytes = await this.home.kept(FOLDER + place);
      return bytes === undefined ? {} : Object.fromEntries(json.readJson(bytes, DRAFT));
    } catch {
      return {};
    }
  }
}

/** A draft with something else in a field, or without it. */
function instead(draft: Draft, field: string, text: string | undefined): Draft {
  const others = Object.entries(draft).filter(([name]) => name !== field);
  return Object.fromEntries(text === undefined ? others : [...others, [field, text]]);
}
