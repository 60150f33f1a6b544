// A statement's signature: made in one way, and read in no other.
//
// It is one detached, binary, version 4 OpenPGP signature over the statement's exact bytes, made at `signed-at`, with a
// hashed, non-critical notation that names the statement's kind: so a signed mail, or a signature for another kind, can
// never pass for it. (A critical notation would make GnuPG 2.2 call the signature bad.)

import { equal, utf8 } from "../bytes.ts";
import { type Moment, unix } from "../id.ts";
import type { Flaw } from "../refusal.ts";
import { BINARY, Made, TEXT } from "./made.ts";
import * as packets from "./packets.ts";
import type { PublicCert } from "./public.ts";
import * as sub from "./subpackets.ts";
import type { Subpacket } from "./subpackets.ts";

/** The notation that says of which kind a signed statement is. */
export const KIND_NOTATION = "kind@zegel.example";
/** The largest signature that is read, in bytes. */
export const MAX_SIGNATURE = 4096;

const PROBLEMS = {
  "too-large": "the signature is larger than 4 KiB",
  armored: "the signature is text; it must be binary",
  malformed: "this is not an OpenPGP signature",
  several: "there is more than one signature",
  trailing: "something follows the signature",
  "not-version-4": "the signature is not of version 4",
  "for-text": "the signature is for text, not for bytes",
  "wrong-type": "the signature is not for a document",
  "weak-hash": "the signature's hash is weak or unknown",
  critical: "the signature demands what we do not know",
  expires: "the signature expires",
  "wrong-time": "the signature was not made at the time that the statement says",
  "kind-not-signed": "the statement's kind stands outside of what is signed",
  "no-kind": "the signature does not say for what kind of statement it is",
  "two-kinds": "the signature names a kind of statement twice",
  "kind-critical": "the signature's kind is marked as critical",
  "wrong-kind": "the signature is for another kind of statement",
  "unknown-issuer": "the signature names no key of this cert that may sign",
  wrong: "the signature is not this key's over this statement",
} as const;

/** What more than a broken program makes. */
const IN_DUTCH: Readonly<Partial<Record<BadSignatureCode, string>>> = {
  "wrong-time": "zij is niet gezet op het moment dat de verklaring noemt",
  "unknown-issuer": "zij is niet met de juiste sleutel onder deze verklaring gezet",
  wrong: "zij is niet met de juiste sleutel onder deze verklaring gezet",
};

/** In the order in which they are found. */
export type BadSignatureCode = keyof typeof PROBLEMS;

/** Why a signature does not count for a statement. */
export class BadSignature extends Error {
  override readonly name = "BadSignature";
  constructor(readonly code: BadSignatureCode) {
    super(PROBLEMS[code]);
  }

  /** What is wrong, to be told in a sentence. */
  get flaw(): Flaw {
    return { nl: IN_DUTCH[this.code] ?? this.code, en: this.message };
  }
}

/**
 * Verifies a statement's signature; throws a BadSignature. The same bytes get the same answer on any day: no clock is
 * asked, and the cert's own expiry and revocations do not count.
 */
export async function verifyStatement(
  signer: PublicCert,
  kind: string,
  text: Uint8Array,
  signature: Uint8Array,
  signedAt: Moment,
): Promise<void> {
  const made = readSignature(signature);
  requireSubpackets(made);
  requireTime(made, signedAt);
  requireKind(made, kind);
  const keys = signer.signingKeys().filter((key) => made.names(key));
  if (keys.length === 0) throw new BadSignature("unknown-issuer");
  const answers = await Promise.all(keys.map((key) => made.isBy(key, text)));
  if (!answers.includes(true)) throw new BadSignature("wrong");
}

/** Reads exactly one packet of a version 4, binary document signature with a strong hash. */
export function readSignature(bytes: Uint8Array): Made {
  if (bytes.length > MAX_SIGNATURE) throw new BadSignature("too-large");
  if (startsWith(bytes, "-----BEGIN")) throw new BadSignature("armored");
  const taken = packets.first(bytes);
  if (taken?.packet.tag !== packets.SIGNATURE) throw new BadSignature("malformed");
  if (packets.first(taken.rest)?.packet.tag === packets.SIGNATURE) throw new BadSignature("several");
  if (taken.rest.length > 0) throw new BadSignature("trailing");
  if (taken.packet.body[0] !== 4) throw new BadSignature("not-version-4");
  const made = Made.read(taken.packet.body);
  if (made === undefined) throw new BadSignature("malformed");
  if (made.type === TEXT) throw new BadSignature("for-text");
  if (made.type !== BINARY) throw new BadSignature("wrong-type");
  if (!made.isStrong) throw new BadSignature("weak-hash");
  return made;
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  const start = utf8(text);
  return equal(bytes.subarray(0, start.length), start);
}

/**
 * Nothing that we would have to obey and do not know, and no end date: a signature counts by its place in the journal.
 */
export function requireSubpackets(made: Made): void {
  const known = (subpacket: Subpacket): boolean =>
    [sub.CREATED, sub.EXPIRES, sub.ISSUER, sub.ISSUER_FINGERPRINT].includes(subpacket.type) ||
    kindOf(subpacket) !== undefined;
  if (made.both.some((subpacket) => subpacket.critical && !known(subpacket))) throw new BadSignature("critical");
  if (made.both.some(({ type }) => type === sub.EXPIRES)) throw new BadSignature("expires");
}

/** One creation time, among what is signed, to the second. */
export function requireTime(made: Made, signedAt: Moment): void {
  const times = made.hashed.filter(({ type }) => type === sub.CREATED).map(({ body }) => sub.numberOf(body));
  // Of 32 bits each: a moment after 2106 is none of them.
  if (times.length !== 1 || times[0] !== unix(signedAt)) throw new BadSignature("wrong-time");
}

/** One kind, among what is signed, not critical, and the right one. */
function requireKind(made: Made, kind: string): void {
  if (made.unhashed.some((subpacket) => kindOf(subpacket) !== undefined)) throw new BadSignature("kind-not-signed");
  const [first, second] = made.hashed.filter((subpacket) => kindOf(subpacket) !== undefined);
  if (first === undefined) throw new BadSignature("no-kind");
  if (second !== undefined) throw new BadSignature("two-kinds");
  if (first.critical) throw new BadSignature("kind-critical");
  if (!equal(kindOf(first)!, utf8(kind))) throw new BadSignature("wrong-kind");
}

/** The value of a notation of a statement's kind; nothing of any other subpacket. */
export function kindOf(subpacket: Subpacket): Uint8Array | undefined {
  const notation = subpacket.type === sub.NOTATION ? sub.notationOf(subpacket.body) : undefined;
  return notation?.name === KIND_NOTATION ? notation.value : undefined;
}
