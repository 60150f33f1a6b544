// What the hub answers, as JSON. Nothing of it is believed before it is proven.

import { caseNumber, digest, memberId, moment, partnerId, type Digest } from "../../protocol/id.ts";
import { Header } from "../../protocol/seal.ts";
import { PartName } from "../../protocol/statement.ts";
import { Reader } from "../../protocol/words/composed.ts";
import { CaseKind, Phase } from "../../protocol/words.ts";
import * as json from "../json.ts";
import type { Shaped } from "../json.ts";

/** One recorded statement of a batch; `new` is false if it was on record before. */
export type Recorded = Shaped<typeof RECORDED>;
const RECORDED = json.object({ id: json.as(digest), leaf: json.count, at: json.as(moment), new: json.flag });

/** The answer to a batch, with a signed note. */
export type RecordedBatch = Shaped<typeof RECORDED_BATCH>;
export const RECORDED_BATCH = json.object({ recorded: json.list(RECORDED), checkpoint: json.text });

/** What the hub says of itself to anyone. */
export type HubInfo = Shaped<typeof HUB_INFO>;
export const HUB_INFO = json.object({
  hub: json.text,
  size: json.count,
  checkpoint: json.text,
  portal: json.maybe(json.text),
});

/** A text to sign in with, 64 hexadecimal digits. */
export const NONCE = json.object({ nonce: json.text, until: json.as(moment) });

/** A session for reading. The token is to be kept as a secret: who has it reads as the member. */
export type Session = Shaped<typeof SESSION>;
export const SESSION = json.object({
  token: json.text,
  session: json.text,
  member: json.as(memberId),
  in_force: json.flag,
  until: json.as(moment),
});

/** A session of the member's, as the hub lists them. */
export type SessionRow = Shaped<typeof SESSION_ROW>;
export const SESSION_ROW = json.object({
  session: json.text,
  begun: json.as(moment),
  seen: json.as(moment),
  until: json.as(moment),
  this: json.flag,
});

/** How a member stands, by the hub's word. */
export type Me = Shaped<typeof ME>;
export const ME = json.object({
  member: json.as(memberId),
  partner: json.maybe(json.as(partnerId)),
  in_force: json.flag,
  refusal: json.maybe(json.object({ code: json.text, sentence: json.text })),
});

export type EvidenceEntry = Shaped<typeof EVIDENCE_ENTRY>;
const EVIDENCE_ENTRY = json.object({
  leaf: json.count,
  at: json.as(moment),
  scope_salt: json.text,
  event_salt: json.text,
  statement: json.text,
  signature: json.bytes,
  inclusion: json.list(json.text),
  consistency: json.list(json.text),
});

/** A page of statements with their proofs; `blobs` are the certs that the entries name, by digest, in base64. */
export type Evidence = Shaped<typeof EVIDENCE>;
export const EVIDENCE = json.object({
  checkpoint: json.text,
  entries: json.list(EVIDENCE_ENTRY),
  blobs: json.maybe(json.dictionary(digest, json.text)),
  more: json.flag,
});

/** A leaf of the hub's own with its proof. */
export type RecordEntry = Shaped<typeof RECORD_ENTRY>;
const RECORD_ENTRY = json.object({
  leaf: json.count,
  scope_salt: json.text,
  event_salt: json.text,
  event: json.text,
  inclusion: json.list(json.text),
});

/** Some of the hub's records. */
export type Records = Shaped<typeof RECORDS>;
export const RECORDS = json.object({ checkpoint: json.text, records: json.list(RECORD_ENTRY) });

/** The portal that the hub serves; `digest` is of the whole bundle. */
export type Portal = Shaped<typeof PORTAL>;
export const PORTAL = json.object({
  digest: json.maybe(json.as(digest)),
  checkpoint: json.text,
  record: json.maybe(RECORD_ENTRY),
});

/**
 * A case that the member may know of, by the hub's word; `leaf` is its referral's, and what follows it comes behind.
 */
export type CaseRow = Shaped<typeof CASE_ROW>;
const CASE_ROW = json.object({
  case: json.as(caseNumber),
  kind: json.as(CaseKind.read),
  phase: json.as(Phase.read),
  partner: json.as(partnerId),
  at: json.as(moment),
  leaf: json.count,
});
export const CASES = json.object({ cases: json.list(CASE_ROW), more: json.flag });

/** The headers of a part, as they travel: they are read one by one. */
export const HEADERS = json.object({
  headers: json.list(json.object({ reader: json.as(Reader.read), header: json.bytes })),
});

/** A header that the member can use. */
export interface HeaderRow {
  readonly reader: Reader;
  readonly header: Header;
}

/** The headers of a vault, as they travel. */
export const VAULT_HEADERS = json.object({
  headers: json.list(json.object({ statement: json.as(digest), part: json.as(PartName.read), header: json.bytes })),
});

/** A header of a vault's present generation. */
export interface VaultHeaderRow {
  readonly statement: Digest;
  readonly part: PartName;
  readonly header: Header;
}

export const PROOF = json.object({ proof: json.list(json.text) });

/** A member's bundle, still sealed, and the statement that it came with. Nothing of it is proven. */
export interface FetchedBundle {
  readonly sealed: Uint8Array;
  readonly statement: Uint8Array;
  readonly signature: Uint8Array;
}
