// Whether a key made an Ed25519 signature (docs/protocol.md section 5): one answer, whichever program finds it.
//
// The browser's own WebCrypto is thirty times as quick as arithmetic in JavaScript, but engines differ in what they
// take. So what is strict comes first, and is ours: each point in its one spelling and none of small order, S below
// the order of the group. What is left is the equation [S]B = R + [k]A. Chromium's BoringSSL and Node's OpenSSL
// compute [S]B - [k]A, with k reduced by the order, and compare it with the bytes of R: as R has one spelling, that is
// the equation. What an engine can still do is to take more, by another equation that holds more often: so its yes
// counts only after it said no to signatures that fit such equations. Its no is looked at again by our own arithmetic:
// some take less than we do.

import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToNumberLE } from "@noble/curves/utils.js";
import { sha512 } from "@noble/hashes/sha2.js";

import { concat, hex } from "../bytes.ts";

/** What of WebCrypto is used. */
export type Engine = Pick<SubtleCrypto, "importKey" | "verify">;

/** Whether the key with this point (32 bytes) made a signature (64 bytes) over these bytes. All of it is public. */
export type Verify = (point: Uint8Array, signature: Uint8Array, over: Uint8Array) => Promise<boolean>;

/** Verifies with an engine where it can be relied on, else with our own arithmetic: the answers are the same. */
export function verifierBy(engine: Engine | undefined): Verify {
  const saysYes = engine && askingOf(engine);
  let relied: Promise<boolean> | undefined;
  return async (point, signature, over) => {
    if (!isStrict(point, signature)) return false;
    relied ??= isReliable(saysYes);
    if (saysYes !== undefined && (await relied) && (await saysYes(point, signature, over))) return true;
    return fits(point, signature, over);
  };
}

/** By this browser's engine. A page without a safe origin has none. */
export const verify: Verify = verifierBy(globalThis.crypto?.subtle);

/** The field's prime and the group's order, as Ed25519 writes numbers: the lowest octet first. */
const PRIME = hex.decode(`ed${"ff".repeat(30)}7f`);
const ORDER = hex.decode("edd3f55c1a631258d69cf7a2def9de14" + "00000000000000000000000000000010");

/** The y-coordinates of the points of order 1, 2, 4 and 8. */
const SMALL_ORDER: ReadonlySet<string> = new Set([
  "0100000000000000000000000000000000000000000000000000000000000000",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "0000000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
]);

/** Whether both points and the number can have no second spelling, and no point fits by being of small order. */
function isStrict(point: Uint8Array, signature: Uint8Array): boolean {
  if (point.length !== 32 || signature.length !== 64) return false;
  return isSound(point) && isSound(signature.subarray(0, 32)) && isBelow(signature.subarray(32), ORDER);
}

function isSound(point: Uint8Array): boolean {
  const y = point.slice();
  // The highest bit is the sign of x, which is 0 for two points only: both are of small order.
  y[31]! &= 0x7f;
  return isBelow(y, PRIME) && !SMALL_ORDER.has(hex.encode(y));
}

/** Compares two numbers of the same length. */
function isBelow(number: Uint8Array, limit: Uint8Array): boolean {
  for (let at = limit.length - 1; at >= 0; at -= 1) {
    if (number[at] !== limit[at]) return number[at]! < limit[at]!;
  }
  return false;
}

/** No more keys stay imported than this; to import one takes as long as to verify. */
const MOST_KEYS = 1000;

/** Whether an engine says yes. One that refuses to answer does not. */
function askingOf(engine: Engine): Verify {
  const keys = new Map<string, CryptoKey>();
  return async (point, signature, over) => {
    const name = hex.encode(point);
    try {
      const before = keys.get(name);
      const key = before ?? (await engine.importKey("raw", point as BufferSource, "Ed25519", false, ["verify"]));
      if (keys.size >= MOST_KEYS) keys.clear();
      keys.set(name, key);
      return (await engine.verify("Ed25519", key, signature as BufferSource, over as BufferSource)) === true;
    } catch {
      return false;
    }
  };
}

/**
 * Whether [S]B = R + [k]A, without the factor of eight (RFC 8032 section 5.1.7 leaves that open, and the library
 * multiplies by it).
 */
function fits(point: Uint8Array, signature: Uint8Array, over: Uint8Array): boolean {
  const { Point } = ed25519;
  const r = signature.subarray(0, 32);
  try {
    const [A, R] = [Point.fromBytes(point), Point.fromBytes(r)];
    const k = Point.Fn.create(bytesToNumberLE(sha512(concat(r, point, over))));
    return Point.BASE.multiplyUnsafe(bytesToNumberLE(signature.subarray(32))).equals(R.add(A.multiplyUnsafe(k)));
  } catch {
    // Not on the curve.
    return false;
  }
}

async function isReliable(saysYes: Verify | undefined): Promise<boolean> {
  if (saysYes === undefined) return false;
  const answers = TRICKY.map(({ point, r, s, over }) =>
    saysYes(hex.decode(point), hex.decode(r + s), Uint8Array.of(over)),
  );
  return (await Promise.all(answers)).every((answer, at) => answer === (TRICKY[at]!.what === "good"));
}

/** A signature over one octet, all in hexadecimal digits. Each is strict; all but the first one are not good. */
export interface Tricky {
  readonly what: string;
  readonly point: string;
  readonly r: string;
  readonly s: string;
  readonly over: number;
}

const KEY = "0f7608783489684c04726001595638e5258c2ed0bdb3d18d9e3453ea8bb458ad";
/** The same with a part of order 8. */
const MIXED = "0c95d2c54a230a9843a7a11a732688babe27ac7437b217d568354ab47bd1d58b";
const R = "b31b20f50426242514d81b383548bd90de72fd0b8cf2382a88f9f52ce5076b23";
const S = "e845bda02c9d3058fd3614bd256cf55c2f68484da81d4628f800768dc44bca08";

/** What an engine is tried by. All but the first two fit an equation that is not ours. */
export const TRICKY: readonly Tricky[] = [
  { what: "good", point: KEY, r: R, s: S, over: 0 },
  { what: "over another text", point: KEY, r: R, s: S, over: 1 },
  {
    what: "the other sign in R",
    point: KEY,
    r: "b31b20f50426242514d81b383548bd90de72fd0b8cf2382a88f9f52ce5076ba3",
    s: "e8aab5ee8d7c385b3a7d18a916460f5ba9350f6056bcdfdfc97fa616a4b3fe0f",
    over: 0,
  },
  {
    what: "R with a part of order 8",
    point: KEY,
    r: "4c261951fba9f4ba7ece40431f212269f58becc2473c54cecda0e8f1e6f9d253",
    s: "98a7cb12c9b60ebe6698f258b673bd3828f6bcbfb51e87a3e12c50be8238c705",
    over: 0,
  },
  {
    what: "R with a part of order 2",
    point: KEY,
    r: "3ae4df0afbd9dbdaeb27e4c7cab7426f218d02f4730dc7d577060ad31af894dc",
    s: "297eb07dfd26d05d869824619a95caecf4a7d76be370a0023457277fc40e1204",
    over: 0,
  },
  {
    what: "a key with a part of order 8",
    point: MIXED,
    r: R,
    s: "e84e8556db1004003ae5754375fa178b53b507d44ab0e127c7d10813ad0c660b",
    over: 0,
  },
  {
    what: "a key with a part of order 8, and k not reduced",
    point: MIXED,
    r: R,
    s: "210eabd3d796ae94155c0777a2f3b7f0540101d463364c42efb6668e25f84c0f",
    over: 13,
  },
];
