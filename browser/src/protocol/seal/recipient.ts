// An age X25519 recipient: the public key that something is sealed to, and that statements name.

import { bech32 } from "@scure/base";

import { hex } from "../bytes.ts";
import { NotA, type Read, type Text } from "../id.ts";

const WHAT = "an age recipient (age1…)";

/** An age X25519 recipient, `age1…` in lower case. Equal keys have equal text. */
export type Recipient = Text<"Recipient">;

/** Reads a recipient: Bech32 in its one spelling, of a point that keeps what is sealed to it secret. */
export const recipient: Read<Recipient> = (text) => {
  const point = decoded(text);
  // Bech32 may be written in upper case too.
  if (point === undefined || encoded(point) !== text || !isSafePoint(point)) throw new NotA(WHAT);
  return text as Recipient;
};

/** The recipient at a point, which is its 32 bytes. Throws NotA for a point that nothing may be sealed to. */
export function recipientAt(point: Uint8Array): Recipient {
  return recipient(encoded(point));
}

/** The 32 bytes of its point. */
export function pointOf(recipient: Recipient): Uint8Array {
  const point = decoded(recipient);
  if (point === undefined) throw new NotA(WHAT);
  return point;
}

function encoded(point: Uint8Array): string {
  return bech32.encodeFromBytes("age", point);
}

function decoded(text: string): Uint8Array | undefined {
  try {
    const { prefix, bytes } = bech32.decodeToBytes(text);
    return prefix === "age" && bytes.length === 32 ? bytes : undefined;
  } catch {
    return undefined;
  }
}

/** The field's prime, 2^255 - 19. */
const PRIME = (1n << 255n) - 19n;

/** The points of small order: 0, 1, the prime less one, and two more, as X25519 writes them. */
const SMALL_ORDER = new Set([
  0n,
  1n,
  PRIME - 1n,
  fromBytes(hex.decode("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")),
  fromBytes(hex.decode("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157")),
]);

/**
 * False for a second spelling of a point (RFC 7748 section 5 reads these as the first), and for the five points with
 * which anyone could guess what was agreed on.
 */
function isSafePoint(point: Uint8Array): boolean {
  const number = fromBytes(point);
  return number < PRIME && !SMALL_ORDER.has(number);
}

/** The number that these bytes are, the lowest first. */
function fromBytes(bytes: Uint8Array): bigint {
  return BigInt(`0x${hex.encode(Uint8Array.from(bytes).reverse())}`);
}
