// The hub's own records: who opened an item or was refused it, and which portal it serves. Each is proven by itself;
// what can't be is an alarm.

import {
  BadEvent,
  readEvent,
  type Checkpoint,
  type JournalRecord,
  type Leaf,
  type Scope,
} from "../../protocol/journal.ts";
import type { Digest, Moment } from "../../protocol/id.ts";
import { thirtyTwo, type RecordEntry } from "../remote.ts";
import { TrustError } from "./error.ts";
import { isInJournal, read } from "./evidence.ts";

/** A record that was proven to stand in the journal. */
export interface Proven<R extends JournalRecord = JournalRecord> {
  readonly leaf: number;
  /** By the hub's clock. */
  readonly at: Moment;
  readonly record: R;
}

/** The records that name an item. */
export type ItemRecord = Extract<JournalRecord, { name: "opened" | "refused" }>;

/** What the hub says of an item, entry by entry: proven, or why it is not believed. */
export function provenOfItem(
  entries: readonly RecordEntry[],
  scope: Scope,
  item: Digest,
  checkpoint: Checkpoint,
): (Proven<ItemRecord> | TrustError)[] {
  let last = -1;
  return entries.map((entry) => {
    try {
      if (entry.leaf <= last) throw TrustError.malformed("leaf");
      last = entry.leaf;
      const { record, ...place } = provenRecord(entry, scope, checkpoint);
      const isOfItem = record.name === "opened" || record.name === "refused";
      if (!isOfItem || record.about !== item) throw new TrustError({ code: "wrong-scope", id: item });
      return { ...place, record };
    } catch (error) {
      if (error instanceof TrustError) return error;
      throw error;
    }
  });
}

/**
 * The record of the portal that is served. Throws a TrustError where it does not stand in the journal, or is of
 * another.
 */
export function provenPortal(entry: RecordEntry, digest: Digest, checkpoint: Checkpoint): Proven {
  const proven = provenRecord(entry, "house", checkpoint);
  if (proven.record.name !== "portal" || proven.record.about !== digest) {
    throw new TrustError({ code: "not-in-journal", id: digest });
  }
  return proven;
}

function provenRecord(entry: RecordEntry, scope: Scope, checkpoint: Checkpoint): Proven {
  const event = readRecord(entry.event);
  const leaf: Leaf = {
    scope,
    scopeSalt: read("salt", () => thirtyTwo(entry.scope_salt)),
    eventSalt: read("salt", () => thirtyTwo(entry.event_salt)),
    event,
  };
  if (!isInJournal(leaf, entry.leaf, entry.inclusion, checkpoint)) {
    const about = "about" in event.record ? event.record.about : undefined;
    if (about === undefined) throw TrustError.malformed("inclusion");
    throw new TrustError({ code: "not-in-journal", id: about });
  }
  return { leaf: entry.leaf, at: event.at, record: event.record };
}

function readRecord(text: string): Extract<ReturnType<typeof readEvent>, { kind: "record" }> {
  try {
    const event = readEvent(text);
    if (event.kind === "record") return event;
  } catch (error) {
    if (!(error instanceof BadEvent)) throw error;
  }
  throw TrustError.malformed("event");
}
