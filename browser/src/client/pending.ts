// A batch that the hub may or may not have on record: kept until the answer is sure, because keys hang on it.

import { CODES } from "../protocol/refusal.ts";
import { batchBytes, readBatch, type Batch } from "./batch.ts";
import { ClientError } from "./error.ts";
import type { Home } from "./home.ts";
import { HomeError } from "./home/error.ts";

/** The keys that someone enrols with, and those that are to take their place. */
export const ENROL = "enrol";
export const ROTATE = "rotate";
/** What the house has to see of new keys: a batch with the `key` statement alone. */
export const REQUEST = "request";

/** What is under way under a name, if anything. */
export async function pendingBatch(home: Home, name: string): Promise<Batch | undefined> {
  const bytes = await home.kept(name);
  if (bytes === undefined) return undefined;
  try {
    return readBatch(bytes);
  } catch {
    throw new HomeError({ kind: "home-damaged", what: name });
  }
}

/** What to keep of new keys before anyone hears of them. */
export function underWay(name: string, batch: Batch): Map<string, Uint8Array> {
  return new Map([
    [REQUEST, batchBytes(requestOf(batch))],
    [name, batchBytes(batch)],
  ]);
}

/** The `key` statement and its cert, for the authority. */
export function requestOf({ entries, attachments }: Batch): Batch {
  return { entries: entries.slice(0, 1), attachments: attachments.slice(0, 1) };
}

/**
 * Whether an error means that nothing of the batch is on record: a rule of the protocol was against it. Anything else,
 * such as a fault inside the hub, may have come after it was recorded.
 */
export function isRefused(error: unknown): boolean {
  const isByHub = error instanceof ClientError && error.problem.kind === "refused";
  return isByHub && (CODES as readonly string[]).includes(error.code);
}
