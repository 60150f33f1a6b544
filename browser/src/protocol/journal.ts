// The journal: every deed is a leaf of a Merkle tree (RFC 6962 section 2.1), whose size and root the hub signs.
//
// A leaf says *where* it belongs and *what* happened in two salted halves. Erasing a case drops the events and their
// salts; the halves stay, so the tree stands and anyone can check that only the named case's leaves went.

import { concat, utf8 } from "./bytes.ts";
import { bytesOf, type CaseNumber, caseNumber, type Digest, digestOf, NotA, type Read } from "./id.ts";
import { eventText, type JournalEvent } from "./journal/event.ts";
import { leafHash } from "./journal/tree.ts";

export {
  BadCheckpoint,
  type BadCheckpointCode,
  type Checkpoint,
  checkpointText,
  JournalKey,
  JournalPublicKey,
  MAX_NOTE,
} from "./journal/checkpoint.ts";
export {
  BadEvent,
  type BadEventCode,
  eventText,
  type JournalEvent,
  type JournalRecord,
  MAX_EVENT,
  readEvent,
} from "./journal/event.ts";
export { Tile } from "./journal/tile.ts";
export {
  BadProof,
  type BadProofCode,
  consistencyNodes,
  emptyRoot,
  Frontier,
  inclusionNodes,
  leafHash,
  MAX_SIZE,
  Needed,
  nodeHash,
  type NodeId,
  rootNodes,
  verifyConsistency,
  verifyInclusion,
} from "./journal/tree.ts";

/** What a leaf belongs to: one case, or the house. */
export type Scope = "house" | CaseNumber;
export const scope: Read<Scope> = (text) => {
  if (text === "house") return text;
  try {
    return caseNumber(text);
  } catch {
    throw new NotA("a case number (ZVH-2026-0014) or house");
  }
};

/** Thirty-two random bytes that keep a half of a leaf from being guessed. */
export type Salt = Uint8Array;

/** A leaf with all that it is made of. */
export interface Leaf {
  readonly scope: Scope;
  readonly scopeSalt: Salt;
  readonly eventSalt: Salt;
  readonly event: JournalEvent;
}

/** What remains of a leaf after erasure; its hash is the same as before. */
export interface Halves {
  readonly scope: Digest;
  readonly event: Digest;
}

/** The two halves, of which the second stays when the event is erased. */
export function halvesOf(leaf: Leaf): Halves {
  return {
    scope: salted(leaf.scopeSalt, leaf.scope),
    event: salted(leaf.eventSalt, eventText(leaf.event)),
  };
}

/** The halves of a leaf whose event is erased: the scope is still told, of the event only its half is left. */
export function erasedHalves(scope: Scope, scopeSalt: Salt, event: Digest): Halves {
  return { scope: salted(scopeSalt, scope), event };
}

/** The leaf's hash in the tree: SHA-256 of 0x00 and both halves. */
export function hashOf({ scope, event }: Halves): Digest {
  return leafHash(concat(bytesOf(scope), bytesOf(event)));
}

/** SHA-256 of the salt and the text. The salt's length is fixed, so there is one way to read it. */
function salted(salt: Salt, text: string): Digest {
  if (salt.length !== 32) throw new NotA("a salt (32 bytes)");
  return digestOf(concat(salt, utf8(text)));
}
