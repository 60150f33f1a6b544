// A row of signed statements with their attachments, as it is sent to the hub and kept in the home.

import { utf8 } from "../protocol/bytes.ts";
import { digestOf, type Digest } from "../protocol/id.ts";
import { Statement } from "../protocol/statement.ts";
import { bytes, exactly, jsonBytes, list, readJson, text } from "./json.ts";

/**
 * One transaction: all of it is recorded, or none. JSON, bytes in standard base64:
 * `{"entries":[{"statement":"…","signature":"…"}],"attachments":["…"]}`.
 */
export interface Batch {
  readonly entries: readonly Signed[];
  readonly attachments: readonly Uint8Array[];
}

/** A statement's exact text and its signature. */
export interface Signed {
  readonly statement: string;
  readonly signature: Uint8Array;
}

const SIGNED = exactly({ statement: text, signature: bytes });
const BATCH = exactly({ entries: list(SIGNED), attachments: list(bytes) });

/** The digest that names the statement. */
export function idOf(signed: Signed): Digest {
  return digestOf(utf8(signed.statement));
}

/** Reads the statement. Throws BadStatement. */
export function parsed(signed: Signed): Statement {
  return Statement.parse(utf8(signed.statement));
}

/** The batch as JSON. */
export function batchBytes(batch: Batch): Uint8Array {
  return jsonBytes(batch);
}

/** Reads what `batchBytes` writes, as the command line does. Throws NotA. */
export function readBatch(json: Uint8Array | string): Batch {
  return readJson(json, BATCH);
}
