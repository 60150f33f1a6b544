// Sealing and opening: file keys, who they are wrapped for, and parts.
//
// A *part* is a payload, named by digest, length and key commitment, with a Header for each of its readers. A header
// with the payload behind it is an age v1 file, which any `age` opens. Whoever opens a header can give the same payload
// to another reader with `regrant`, without touching it.

import { joined } from "./bytes.ts";
import { Opener, PayloadDigest, Sealer } from "./payload.ts";
import { Header } from "./seal/header.ts";
import { FileKey, type SealingKey } from "./seal/keys.ts";
import type { Recipient } from "./seal/recipient.ts";
import { Refused } from "./seal/refused.ts";
import type { Payload } from "./words/composed.ts";

export { MOST_WORK, openFile, openWithPassphrase, sealFile, sealWithPassphrase, WORK_FACTOR } from "./seal/file.ts";
export { Header, regrant } from "./seal/header.ts";
export { FileKey, SealingKey } from "./seal/keys.ts";
export { type Recipient, recipient } from "./seal/recipient.ts";
export { Refused, type RefusedCode } from "./seal/refused.ts";

/** What names a sealed part in a statement. */
export type PartName = Payload;

/** A sealed part that is small enough to hold in memory: a label, a reason, an outcome. */
export interface SmallPart {
  readonly payload: Uint8Array;
  readonly name: PartName;
}

/**
 * Seals a small part: a header per reader, in their order. The file key is for giving it to more readers at once;
 * whoever asks wipes it. Refuses with `no readers`, since nobody could ever open it.
 */
export function sealSmall(
  plaintext: Uint8Array,
  readers: readonly Recipient[],
): { part: SmallPart; headers: Header[]; fileKey: FileKey } {
  if (readers.length === 0) throw new Refused("no readers");
  const fileKey = FileKey.generate();
  const headers = readers.map((reader) => Header.wrap(fileKey, reader));
  return { part: sealUnder(plaintext, fileKey), headers, fileKey };
}

function sealUnder(plaintext: Uint8Array, fileKey: FileKey): SmallPart {
  const pieces: Uint8Array[] = [];
  const sealer = Sealer.begin(fileKey, (sealed) => pieces.push(sealed));
  sealer.update(plaintext);
  sealer.finish();
  const payload = joined(pieces);
  return { payload, name: { ...new PayloadDigest().update(payload).finish(), commitment: fileKey.commitment } };
}

/**
 * Opens a small part, if it is the one named. Refuses, in this order, for its digest, length, header (reader, MAC),
 * commitment, payload; hands out the whole text or nothing.
 */
export function openSmall(header: Header, payload: Uint8Array, key: SealingKey, name: PartName): Uint8Array {
  requireNamed(new PayloadDigest().update(payload).finish(), name);
  const fileKey = header.openCommitted(key, name.commitment);
  const pieces: Uint8Array[] = [];
  const opener = new Opener(fileKey, (text) => pieces.push(text));
  try {
    opener.update(payload);
    opener.finish();
    return joined(pieces);
  } finally {
    fileKey.wipe();
    for (const piece of pieces) piece.fill(0);
  }
}

/** Refuses, with `digest` or `length`, a payload that is not the one named. */
export function requireNamed({ digest, length }: Omit<PartName, "commitment">, name: PartName): void {
  if (digest !== name.digest) throw new Refused("digest");
  if (length !== name.length) throw new Refused("length");
}
