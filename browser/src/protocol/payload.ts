// The payload of a part: a nonce and the sealed text, as age v1 writes it after its header, and the digest that names
// it.
//
// Sealing follows https://c2sp.org/age#payload: HKDF-SHA256 of the file key (salt: the nonce of 16 bytes; info:
// `payload`) gives a key for ChaCha20-Poly1305 over chunks of 64 KiB. A chunk's nonce is its number in eleven bytes and
// a byte that says whether it is the last, so that chunks can't be swapped, dropped or added. Naming follows RFC 6962
// section 2.1, over parts of 8 MiB, so that up- and downloads can be checked part by part.

import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";

import { utf8 } from "./bytes.ts";
import { type Cipher, cipherWith } from "./payload/cipher.ts";
import type { FileKey } from "./seal/keys.ts";
import { Refused } from "./seal/refused.ts";

export { PART, partLeaf, PartsDigest, PayloadDigest, rootOfParts } from "./payload/digest.ts";

/** The bytes of plain text in a chunk; only the last one is shorter. */
export const CHUNK = 64 * 1024;
/** The bytes of the nonce that a payload begins with. */
export const NONCE = 16;
/** The bytes by which a chunk grows when it is sealed. */
export const TAG = 16;

/** Where sealed or opened bytes go, piece by piece; each piece is the receiver's own. */
export type Out = (bytes: Uint8Array) => void;

/** The length in bytes of the payload of a plain text of so many bytes. */
export function payloadLength(plaintext: number): number {
  return NONCE + plaintext + TAG * Math.max(1, Math.ceil(plaintext / CHUNK));
}

/** The cipher of one payload. */
class Stream {
  readonly #cipher: Cipher;

  constructor(fileKey: FileKey, nonce: Uint8Array) {
    this.#cipher = cipherWith(hkdf(sha256, fileKey.bytes, nonce, utf8("payload"), 32));
  }

  seal(number: number, last: boolean, chunk: Uint8Array): Uint8Array {
    return this.#cipher.seal(chunkNonce(number, last), chunk);
  }

  open(number: number, last: boolean, sealed: Uint8Array): Uint8Array | undefined {
    return sealed.length < TAG ? undefined : this.#cipher.open(chunkNonce(number, last), sealed);
  }
}

function chunkNonce(number: number, last: boolean): Uint8Array {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setBigUint64(3, BigInt(number));
  nonce[11] = last ? 1 : 0;
  return nonce;
}

/** Cuts what comes in into pieces of one size. A full piece is held back until more arrives: it may be the last. */
class Pieces {
  readonly #held: Uint8Array;
  #filled = 0;

  constructor(
    size: number,
    private readonly full: Out,
  ) {
    this.#held = new Uint8Array(size);
  }

  push(bytes: Uint8Array): void {
    const size = this.#held.length;
    for (let rest = bytes; rest.length > 0; ) {
      if (this.#filled === size) {
        this.full(this.#held);
        this.#filled = 0;
      }
      if (this.#filled === 0 && rest.length > size) {
        this.full(rest.subarray(0, size));
        rest = rest.subarray(size);
        continue;
      }
      const now = rest.subarray(0, size - this.#filled);
      this.#held.set(now, this.#filled);
      this.#filled += now.length;
      rest = rest.subarray(now.length);
    }
  }

  /** The last piece, full or not. */
  rest(): Uint8Array {
    return this.#held.subarray(0, this.#filled);
  }

  wipe(): void {
    this.#held.fill(0);
  }
}

/** Seals what is given to it, chunk by chunk. Only `finish` makes the payload whole. */
export class Sealer {
  readonly #stream: Stream;
  readonly #pieces: Pieces;
  readonly #out: Out;
  #sealed = 0;

  private constructor(fileKey: FileKey, nonce: Uint8Array, out: Out) {
    this.#stream = new Stream(fileKey, nonce);
    this.#pieces = new Pieces(CHUNK, (chunk) => this.#seal(chunk, false));
    this.#out = out;
    out(nonce);
  }

  /** Begins a payload with a nonce of its own. */
  static begin(fileKey: FileKey, out: Out): Sealer {
    return new Sealer(fileKey, crypto.getRandomValues(new Uint8Array(NONCE)), out);
  }

  /** Begins a payload with a given nonce: for test vectors. Two texts under one file key and nonce give both away. */
  static withNonce(fileKey: FileKey, nonce: Uint8Array, out: Out): Sealer {
    return new Sealer(fileKey, nonce.slice(), out);
  }

  update(text: Uint8Array): void {
    this.#pieces.push(text);
  }

  /** Seals the last chunk. */
  finish(): void {
    this.#seal(this.#pieces.rest(), true);
    this.#pieces.wipe();
  }

  #seal(chunk: Uint8Array, last: boolean): void {
    this.#out(this.#stream.seal(this.#sealed, last, chunk));
    this.#sealed += 1;
  }
}

/**
 * Opens the payload that is given to it. It hands out plain text of chunks that are authentic, and nothing else; what
 * it handed out is whole only once `finish` has returned. `update` and `finish` throw a Refused at what is broken, and
 * again whenever they are called after that.
 */
export class Opener {
  readonly #fileKey: FileKey;
  readonly #out: Out;
  readonly #nonce = new Uint8Array(NONCE);
  readonly #pieces: Pieces;
  #inNonce = 0;
  #stream: Stream | undefined;
  #opened = 0;
  #broken: Refused | undefined;

  constructor(fileKey: FileKey, out: Out) {
    this.#fileKey = fileKey;
    this.#out = out;
    this.#pieces = new Pieces(CHUNK + TAG, (chunk) => this.#open(chunk, false));
  }

  update(sealed: Uint8Array): void {
    if (this.#broken !== undefined) throw this.#broken;
    const nonce = sealed.subarray(0, NONCE - this.#inNonce);
    this.#nonce.set(nonce, this.#inNonce);
    this.#inNonce += nonce.length;
    if (this.#inNonce < NONCE) return;
    this.#stream ??= new Stream(this.#fileKey, this.#nonce);
    this.#pieces.push(sealed.subarray(nonce.length));
  }

  /** Opens the last chunk. Throws a Refused if what came is not a whole payload. */
  finish(): void {
    if (this.#broken !== undefined) throw this.#broken;
    this.#open(this.#pieces.rest(), true);
  }

  #open(sealed: Uint8Array, last: boolean): void {
    // A payload without a byte after its nonce still lacks one chunk.
    if (this.#stream === undefined || (last && sealed.length < TAG)) throw this.#break("truncated payload");
    const text = this.#stream.open(this.#opened, last, sealed);
    if (text === undefined) throw this.#elsewhere(this.#stream, sealed, last);
    if (last && this.#opened > 0 && text.length === 0) throw this.#break("empty last chunk");
    this.#opened += 1;
    this.#out(text);
  }

  /** In which way a chunk is not what should be there. */
  #elsewhere(stream: Stream, sealed: Uint8Array, last: boolean): Refused {
    const text = stream.open(this.#opened, !last, sealed);
    if (text === undefined) return this.#break("altered payload");
    // A full chunk that is authentic but for what follows it is handed out still, as other programs do.
    if (text.length === CHUNK) this.#out(text);
    return this.#break(last ? "truncated payload" : "trailing data");
  }

  #break(code: "truncated payload" | "altered payload" | "trailing data" | "empty last chunk"): Refused {
    this.#broken = new Refused(code);
    return this.#broken;
  }
}
