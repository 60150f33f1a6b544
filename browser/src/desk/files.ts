// What the house's secretary carries: slips to print, and what the authority signed, on its way to the hub. The
// authority works offline; none of this needs a key of the secretary's.

import { readBatch, parsed, type Batch, type Signed } from "../client/batch.ts";
import { Work, type Context } from "../client/context.ts";
import { describe, type Names } from "../client/describe.ts";
import { codeOf, isPassing, sentenceOf } from "../client/error.ts";
import type { Both } from "../client/say.ts";
import { readSlip } from "../client/verbs/enrol.ts";
import type { MemberId, Moment } from "../protocol/id.ts";

/** A paper slip, to be printed for its person and nobody else. */
export interface SlipSeen {
  readonly file: string;
  readonly name: string;
  readonly mail: string;
  readonly until: Moment;
  /** Line by line, as it is typed over. */
  readonly lines: readonly string[];
}

/** Statements of the authority's, and what they say. */
export interface BatchSeen {
  readonly file: string;
  readonly says: { readonly nl: readonly string[]; readonly en: readonly string[] };
}

export interface FilesSeen {
  readonly slips: readonly SlipSeen[];
  readonly batches: readonly BatchSeen[];
  /** Files that are neither. */
  readonly others: readonly string[];
}

/** How it went with a file. */
export interface PublishedSeen {
  readonly file: string;
  /** Whether all of it was on record before. */
  readonly isOld: boolean;
  readonly refused: (Both & { readonly code: string }) | undefined;
}

/** No slip is longer, in bytes. */
const MOST_SLIP = 8 * 1024;
/** No batch of an authority's is longer, in bytes. */
const MOST_BATCH = 16 * 1024 * 1024;

export class AuthorityFiles {
  private constructor(
    readonly seen: FilesSeen,
    private readonly batches: readonly (readonly [string, Batch])[],
  ) {}

  /** Reads files as the authority made them; by name, which is the order in which it signed. */
  static async read(ctx: Context, files: readonly File[]): Promise<AuthorityFiles> {
    const { world } = await Work.begin(ctx);
    const names: Names = { house: world.house, cases: new Map(), called: new Map() };
    const slips: SlipSeen[] = [];
    // A slip's statement does not say whose it is; the paper does.
    const people = new Map<string, string>();
    const batches: (readonly [string, Batch])[] = [];
    const shown: BatchSeen[] = [];
    const others: string[] = [];
    for (const file of [...files].sort((one, other) => (one.name < other.name ? -1 : 1))) {
      const slip = await slipIn(file);
      const batch = slip === undefined ? await batchIn(file) : undefined;
      if (slip !== undefined) {
        slips.push(slip.seen);
        people.set(slip.member, slip.seen.name);
      } else if (batch === undefined) others.push(file.name);
      else {
        batches.push([file.name, batch]);
        const [nl, en] = [await said(batch, names, "nl"), await said(batch, names, "en")];
        shown.push({ file: file.name, says: { nl, en } });
      }
    }
    const named = shown.map(({ file, says: { nl, en } }) => ({
      file,
      says: { nl: withNames(nl, people), en: withNames(en, people) },
    }));
    return new AuthorityFiles({ slips, batches: named, others }, batches);
  }

  /** Sends all of it, in order. One that the hub refuses keeps none behind it: a revocation must not wait. */
  async publish(ctx: Context): Promise<PublishedSeen[]> {
    const { world, remote } = await Work.begin(ctx);
    const published: PublishedSeen[] = [];
    for (const [file, batch] of this.batches) {
      try {
        const before = await world.seenLast();
        const answer = await remote.post(batch);
        await world.holdTo({ ...batch, entries: batch.entries.filter(isShown) }, answer, before);
        published.push({ file, isOld: answer.recorded.every((each) => !each.new), refused: undefined });
      } catch (error) {
        // The hub is away: nothing was refused, and all may be sent again.
        if (isPassing(error)) throw error;
        const [nl, en] = [sentenceOf(error, "nl"), sentenceOf(error, "en")];
        published.push({ file, isOld: false, refused: { code: codeOf(error), nl, en } });
      }
    }
    return published;
  }
}

/** Whether whoever carries it is shown it afterwards, so that the hub can be held to it. */
function isShown(entry: Signed): boolean {
  const { kind } = parsed(entry).body;
  return kind !== "slip" && kind !== "vault";
}

/** The same lines, with people's names in the place of their ids. */
function withNames(lines: readonly string[], people: ReadonlyMap<string, string>): string[] {
  return lines.map((line) => [...people].reduce((text, [member, name]) => text.replaceAll(member, () => name), line));
}

async function slipIn(file: File): Promise<{ seen: SlipSeen; member: MemberId } | undefined> {
  if (file.size > MOST_SLIP) return undefined;
  try {
    const text = await file.text();
    const { name, mail, until, member, code } = readSlip(text);
    code.wipe();
    const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
    return { seen: { file: file.name, name, mail, until, lines }, member };
  } catch {
    return undefined;
  }
}

/** The batch in a file, if it is one of the authority's. */
async function batchIn(file: File): Promise<Batch | undefined> {
  if (file.size > MOST_BATCH) return undefined;
  try {
    const batch = readBatch(await file.text());
    const isOfAuthority = batch.entries.every((entry) => parsed(entry).by === "authority");
    return isOfAuthority && batch.entries.length > 0 ? batch : undefined;
  } catch {
    return undefined;
  }
}

async function said({ entries }: Batch, names: Names, language: "nl" | "en"): Promise<string[]> {
  return (await Promise.all(entries.map((entry) => describe(parsed(entry), names, language)))).flat();
}
