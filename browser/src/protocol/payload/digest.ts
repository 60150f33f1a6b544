// What names a payload: a hash over its parts, so that each can be checked when it comes in.

import { sha256 } from "@noble/hashes/sha2.js";

import { concat } from "../bytes.ts";
import { bytesOf, type Digest, digestFrom, digestOf } from "../id.ts";

/** The bytes of a payload (not of its plain text) in a part of its digest; only the last one is shorter. */
export const PART = 8 * 1024 * 1024;

/** The digest of a payload, as it is written or comes in: an RFC 6962 tree over its parts of 8 MiB. */
export class PayloadDigest {
  readonly #leaves: Digest[] = [];
  #part = newLeaf();
  #inPart = 0;

  update(bytes: Uint8Array): this {
    for (let rest = bytes; rest.length > 0; ) {
      if (this.#inPart === PART) this.#endPart();
      const now = rest.subarray(0, PART - this.#inPart);
      this.#part.update(now);
      this.#inPart += now.length;
      rest = rest.subarray(now.length);
    }
    return this;
  }

  /** The digest, and the length in bytes of all that was given. Nothing may be given after it. */
  finish(): { digest: Digest; length: number } {
    const { leaves, length } = this.finishParts();
    return { digest: rootOfParts(leaves), length };
  }

  /** The leaf of each part, in order, and the length in bytes of all that was given. */
  finishParts(): { leaves: Digest[]; length: number } {
    const length = this.#leaves.length * PART + this.#inPart;
    if (length > 0) this.#endPart();
    return { leaves: [...this.#leaves], length };
  }

  #endPart(): void {
    this.#leaves.push(digestFrom(this.#part.digest()));
    this.#part = newLeaf();
    this.#inPart = 0;
  }
}

/**
 * The same digest, for payloads of any size: the browser's own digests each part, beside what else goes on. More than two
 * parts are never in memory.
 */
export class PartsDigest {
  readonly #leaves: Promise<Digest>[] = [];
  /** A zero byte, and what came of a part. */
  readonly #held = new Uint8Array(1 + PART);
  #inPart = 0;

  /** To be awaited: bytes may come in faster than they are digested. */
  async update(bytes: Uint8Array): Promise<void> {
    for (let rest = bytes; rest.length > 0; ) {
      if (this.#inPart === PART) await this.#endPart();
      const now = rest.subarray(0, PART - this.#inPart);
      this.#held.set(now, 1 + this.#inPart);
      this.#inPart += now.length;
      rest = rest.subarray(now.length);
    }
  }

  /** The digest, and the length in bytes of all that was given. Nothing may be given after it. */
  async finish(): Promise<{ digest: Digest; length: number }> {
    const length = this.#leaves.length * PART + this.#inPart;
    if (length > 0) await this.#endPart();
    return { digest: rootOfParts(await Promise.all(this.#leaves)), length };
  }

  async #endPart(): Promise<void> {
    await this.#leaves.at(-1);
    // What is held is copied before this returns.
    const leaf = crypto.subtle.digest("SHA-256", this.#held.subarray(0, 1 + this.#inPart));
    this.#leaves.push(leaf.then((bytes) => digestFrom(new Uint8Array(bytes))));
    this.#inPart = 0;
  }
}

function newLeaf(): ReturnType<typeof sha256.create> {
  return sha256.create().update(new Uint8Array([0]));
}

/** The leaf of one part: SHA-256 over a zero byte and its bytes. */
export function partLeaf(part: Uint8Array): Digest {
  return digestFrom(newLeaf().update(part).digest());
}

/** The digest of a payload from the leaves of its parts, in order (RFC 6962 section 2.1). */
export function rootOfParts(leaves: readonly Digest[]): Digest {
  const [first, ...others] = leaves;
  if (first === undefined) return digestOf(new Uint8Array());
  if (others.length === 0) return first;
  // The largest power of two that is smaller than their number.
  const half = 2 ** Math.floor(Math.log2(others.length));
  const [left, right] = [rootOfParts(leaves.slice(0, half)), rootOfParts(leaves.slice(half))];
  return digestOf(concat(new Uint8Array([1]), bytesOf(left), bytesOf(right)));
}
