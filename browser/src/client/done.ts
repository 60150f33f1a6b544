// What was done here of late: which wish became which statement. So the same wish is done once, whenever the try before
// was cut off: after the hub had it, after this home had cleared up, or after the answer was shown. Who wants the very
// same once more says for which time.
//
// A wish is the digest of all that was asked for. It is sealed like everything in the home, as who guesses what was
// written could check it against the digest.

import { digest, digestOf, moment, plus, type Digest, type Moment } from "../protocol/id.ts";
import type { Home } from "./home.ts";
import * as json from "./json.ts";
import type { Shaped } from "./json.ts";

/** For so long is a wish known again, in seconds: a cut on Friday is found out on Monday. */
const KEPT = 7 * 24 * 3600;
const NAME = "done";

type Entry = Shaped<typeof ENTRY>;
const ENTRY = json.exactly({ wish: json.as(digest), statement: json.as(digest), at: json.as(moment) });
const ENTRIES = json.list(ENTRY);

/** The digest of a wish. */
export function wishOf(...allOfIt: readonly unknown[]): Digest {
  return digestOf(json.jsonBytes(allOfIt));
}

/** What this home remembers to have done. */
export class Done {
  private constructor(
    private readonly home: Home,
    private readonly now: Moment,
    private entries: readonly Entry[],
  ) {}

  /** What was done of late. What can't be read is of nobody's here, and begun anew. */
  static async open(home: Home, now: Moment): Promise<Done> {
    return new Done(home, now, await ofLate(home, now));
  }

  /** The statement that a wish became. */
  find(wish: Digest): Digest | undefined {
    return this.entries.find((entry) => entry.wish === wish)?.statement;
  }

  /** Remembers wishes with what each became, all in one step. */
  async add(all: Iterable<readonly [wish: Digest, statement: Digest]>): Promise<void> {
    const added = new Map(all);
    await this.home.inTurn(async () => {
      // Something else may have been done since this was opened: an upload takes its time.
      const others = (await ofLate(this.home, this.now)).filter(({ wish }) => !added.has(wish));
      this.entries = [...others, ...[...added].map(([wish, statement]) => ({ wish, statement, at: this.now }))];
      await this.home.keep(NAME, json.jsonBytes(this.entries));
    });
  }
}

async function ofLate(home: Home, now: Moment): Promise<readonly Entry[]> {
  const entries = await read(home).catch(() => []);
  return entries.filter(({ at }) => now < plus(at, KEPT));
}

async function read(home: Home): Promise<readonly Entry[]> {
  const bytes = await home.kept(NAME);
  return bytes === undefined ? [] : json.readJson(bytes, ENTRIES);
}
