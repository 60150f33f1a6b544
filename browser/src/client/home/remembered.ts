// What was verified last, and all that was shown: the hub must never show less, or other, than this.

import { caseNumber, digest, vaultId, type CaseNumber, type Digest, type VaultId } from "../../protocol/id.ts";
import { JournalPublicKey } from "../../protocol/journal/checkpoint.ts";
import * as json from "../json.ts";
import type { Shape, Shaped } from "../json.ts";

const SET = (value: unknown): Set<Digest> => new Set(json.list(json.as(digest))(value));

/** What was verified last, as it travels in a key bundle: who recovers the keys holds the hub to it. */
export type Pins = Shaped<typeof PINS>;
export const PINS = json.exactly({
  size: json.count,
  root: json.as(digest),
  /** The newest directory's number and statement. */
  directory: json.count,
  directory_id: json.as(digest),
});

/** The statements of a case, by why they were shown. */
export interface ShownCase {
  /** To the member itself or its partner, so for good. */
  readonly always: ReadonlySet<Digest>;
  /** To whoever holds a vault, for as long as the member does. */
  readonly vaults: ReadonlyMap<VaultId, ReadonlySet<Digest>>;
}

/**
 * The statements that were shown to the member. Absence proves nothing by itself, but what was there can't go away: a
 * vault's newer generation, a suspension, a withdrawal.
 */
export interface Shown {
  /** Those of no case: shown to all, for good. */
  readonly house: ReadonlySet<Digest>;
  readonly cases: ReadonlyMap<CaseNumber, ShownCase>;
}

export const NOTHING_SHOWN: Shown = { house: new Set(), cases: new Map() };

/** What the hub must be held to. */
export interface Remembered {
  readonly size: number;
  readonly root: Digest;
  /** The signed note, as evidence; empty if it came with the keys, from a recovery. */
  readonly note: string;
  readonly journalKey: JournalPublicKey | undefined;
  /** The newest directory's number and statement. */
  readonly directory: number;
  readonly directoryId: Digest;
  /** The `key` statement of mine that was in force. */
  readonly key: Digest | undefined;
  readonly shown: Shown;
  /** What I signed and the hub said it recorded, until it was seen in the journal; with its case. */
  readonly sent: ReadonlyMap<Digest, CaseNumber | undefined>;
}

const SHOWN_CASE: Shape<ShownCase> = json.exactly({ always: SET, vaults: json.dictionary(vaultId, SET) });
const SHOWN: Shape<Shown> = json.exactly({ house: SET, cases: json.dictionary(caseNumber, SHOWN_CASE) });

const REMEMBERED = json.exactly({
  size: json.count,
  root: json.as(digest),
  note: json.text,
  journal_key: json.maybe(json.as((text) => JournalPublicKey.parse(text))),
  directory: json.count,
  directory_id: json.as(digest),
  key: json.maybe(json.as(digest)),
  shown: SHOWN,
  sent: json.dictionary(digest, json.maybe(json.as(caseNumber))),
});

/** As the command line writes its `trust.json`. */
export function rememberedBytes(remembered: Remembered): Uint8Array {
  const { size, root, note, directory, key, shown, sent } = remembered;
  return json.jsonBytes({
    size,
    root,
    note,
    journal_key: remembered.journalKey?.toText() ?? null,
    directory,
    directory_id: remembered.directoryId,
    key: key ?? null,
    shown,
    sent: new Map([...sent].map(([id, of]) => [id, of ?? null])),
  });
}

/** Reads what `rememberedBytes` writes. Throws NotA. */
export function readRemembered(bytes: Uint8Array): Remembered {
  const { journal_key: journalKey, directory_id: directoryId, ...same } = json.readJson(bytes, REMEMBERED);
  return { ...same, journalKey, directoryId };
}

export function pinsOf({ size, root, directory, directoryId }: Remembered): Pins {
  return { size, root, directory, directory_id: directoryId };
}

/** All that is left after a recovery. */
export function rememberedOf({ size, root, directory, directory_id: directoryId }: Pins): Remembered {
  const nothing = { note: "", journalKey: undefined, key: undefined, shown: NOTHING_SHOWN, sent: new Map() };
  return { size, root, directory, directoryId, ...nothing };
}

/** What was shown before and now. Nothing is ever taken out. */
export function bothShown(before: Shown, now: Shown): Shown {
  const cases = new Map(before.cases);
  for (const [number, of] of now.cases) cases.set(number, bothOf(cases.get(number), of));
  return { house: new Set([...before.house, ...now.house]), cases };
}

function bothOf(before: ShownCase | undefined, now: ShownCase): ShownCase {
  const vaults = new Map(before?.vaults);
  for (const [vault, ids] of now.vaults) vaults.set(vault, new Set([...(vaults.get(vault) ?? []), ...ids]));
  return { always: new Set([...(before?.always ?? []), ...now.always]), vaults };
}
