// One version 4 signature (RFC 9580 section 5.2.3) and whether a key made it.

import { sha1 } from "@noble/hashes/legacy.js";
import { sha224, sha256, sha384, sha512 } from "@noble/hashes/sha2.js";

import { concat, equal, hex } from "../bytes.ts";
import { EDDSA, type Key } from "./key.ts";
import * as sub from "./subpackets.ts";
import { type Subpacket, subpackets } from "./subpackets.ts";

export const BINARY = 0x00;
export const TEXT = 0x01;

/** What a key may do, as its self-signatures say (RFC 9580 section 5.2.3.29). */
export const MAY = { certify: 0x01, sign: 0x02, encryptMail: 0x04 } as const;

/** The hashes of OpenPGP by number; those that we take, and two that revocations of old have. */
const HASHES = new Map([
  [2, sha1],
  [8, sha256],
  [9, sha384],
  [10, sha512],
  [11, sha224],
]);
const STRONG = [8, 9, 10];

/** How many numbers the signature of an algorithm has, */
const NUMBERS = new Map([
  [1, 1],
  [3, 1],
  [17, 2],
  [19, 2],
  [20, 2],
  [EDDSA, 2],
]);
/** or how many bytes, if it is none of numbers. */
const LENGTHS = new Map([
  [27, 64],
  [28, 114],
  [30, 64 + 3309],
  [31, 114 + 4627],
  [32, 7856],
  [33, 17088],
  [34, 29792],
]);
/** RSA, ElGamal, ECDH, X25519, X448 and ML-KEM, which only encrypt. What we don't know may sign. */
const ENCRYPTING = [2, 16, 18, 25, 26, 35, 36];

/** A signature as it stands in its packet; nothing of it is verified yet. */
export class Made {
  private constructor(
    readonly type: number,
    readonly algorithm: number,
    readonly hash: number,
    readonly hashed: readonly Subpacket[],
    readonly unhashed: readonly Subpacket[],
    /** From the version up to and including the hashed area: what is signed beside the text. */
    private readonly head: Uint8Array,
    /** The digest's first two octets, in the clear. */
    private readonly prefix: Uint8Array,
    /** 64 bytes, if it is one of Ed25519. */
    private readonly signature: Uint8Array | undefined,
  ) {}

  /** Reads the body of a signature's packet; nothing if it is not whole, or not of version 4. */
  static read(body: Uint8Array): Made | undefined {
    if (body[0] !== 4 || body.length < 10) return undefined;
    const [, type, algorithm, hash] = body as unknown as [number, number, number, number];
    const hashed = areaAt(body, 4);
    const unhashed = hashed && areaAt(body, hashed.end);
    if (hashed === undefined || unhashed === undefined || unhashed.end + 2 > body.length) return undefined;
    const behind = unhashed.end + 2;
    const numbers = numbersOf(algorithm, body.subarray(behind));
    if (numbers === undefined || !areSignatures([...hashed.subpackets, ...unhashed.subpackets])) return undefined;
    return new Made(
      type,
      algorithm,
      hash,
      hashed.subpackets,
      unhashed.subpackets,
      body.subarray(0, hashed.end),
      body.subarray(unhashed.end, behind),
      algorithm === EDDSA ? ed25519(numbers) : undefined,
    );
  }

  /** Whether its hash is one of SHA-256, SHA-384 and SHA-512. */
  get isStrong(): boolean {
    return STRONG.includes(this.hash);
  }

  /** The subpackets of both areas. */
  get both(): readonly Subpacket[] {
    return [...this.hashed, ...this.unhashed];
  }

  /** When it was made, in seconds since 1970. */
  get created(): number | undefined {
    return this.number(sub.CREATED);
  }

  /** What the last hashed subpacket of this type says, if it is a number of 32 bits. */
  number(type: number): number | undefined {
    const body = this.said(type);
    return body && sub.numberOf(body);
  }

  /** The body of the last hashed subpacket of this type. */
  said(type: number): Uint8Array | undefined {
    return this.hashed.filter((subpacket) => subpacket.type === type).at(-1)?.body;
  }

  /** Whether it says that the key that it is about may do this. */
  allows(flag: number): boolean {
    return ((this.said(sub.KEY_FLAGS)?.[0] ?? 0) & flag) !== 0;
  }

  /** Whether an issuer in either area, of which no other is signed, names this key. */
  names(key: Key): boolean {
    return this.both.some(({ type, body }) => {
      const issuer = type === sub.ISSUER ? hex.encode(body) : undefined;
      const named = type === sub.ISSUER_FINGERPRINT ? sub.fingerprintOf(body) : issuer;
      return named !== undefined && key.isNamed(named);
    });
  }

  /** Whether this key made it over these bytes in a row, not before the key was made, and its prefix is right. */
  async isBy(key: Key, ...over: Uint8Array[]): Promise<boolean> {
    const { created, signature } = this;
    if (created === undefined || created < key.created || signature === undefined) return false;
    const digest = this.digest(over);
    return digest !== undefined && equal(digest.subarray(0, 2), this.prefix) && key.made(signature, digest);
  }

  private digest(over: Uint8Array[]): Uint8Array | undefined {
    const hash = HASHES.get(this.hash)?.create();
    if (hash === undefined) return undefined;
    for (const part of over) hash.update(part);
    const trailer = new Uint8Array([4, 0xff, 0, 0, 0, 0]);
    new DataView(trailer.buffer).setUint32(2, this.head.length);
    return hash.update(this.head).update(trailer).digest();
  }
}

function areaAt(body: Uint8Array, at: number): { subpackets: Subpacket[]; end: number } | undefined {
  const start = at + 2;
  const end = start + ((body[at] ?? 0) << 8) + (body[at + 1] ?? 0);
  const found = start <= body.length && end <= body.length ? subpackets(body.subarray(start, end)) : undefined;
  return found && { subpackets: found, end };
}

/** Whether each signature within one is whole, and has none in turn. */
function areSignatures(within: Subpacket[]): boolean {
  const embedded = within.filter(({ type }) => type === sub.EMBEDDED).map(({ body }) => Made.read(body));
  return embedded.every((made) => made?.both.every(({ type }) => type !== sub.EMBEDDED));
}

/** The numbers of a signature (RFC 9580 section 3.2), each without zeros in front, and nothing behind them. */
function numbersOf(algorithm: number, bytes: Uint8Array): Uint8Array[] | undefined {
  const count = NUMBERS.get(algorithm);
  const fits = !ENCRYPTING.includes(algorithm) && (LENGTHS.get(algorithm) ?? bytes.length) === bytes.length;
  if (count === undefined) return fits ? [] : undefined;
  const numbers: Uint8Array[] = [];
  let at = 0;
  while (numbers.length < count) {
    if (at + 2 > bytes.length) return undefined;
    const bits = (bytes[at]! << 8) + bytes[at + 1]!;
    const number = bytes.subarray(at + 2, at + 2 + Math.ceil(bits / 8));
    const significant = number.length === 0 ? 0 : 8 * number.length - (Math.clz32(number[0]!) - 24);
    if (number.length !== Math.ceil(bits / 8) || significant !== bits) return undefined;
    numbers.push(number);
    at += 2 + number.length;
  }
  return at === bytes.length ? numbers : undefined;
}

/** Both halves, to 32 bytes each. */
function ed25519(numbers: Uint8Array[]): Uint8Array | undefined {
  if (numbers.some((number) => number.length > 32)) return undefined;
  return concat(...numbers.flatMap((number) => [new Uint8Array(32 - number.length), number]));
}
