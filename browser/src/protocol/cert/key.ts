// One public key of version 4 (RFC 9580 section 5.5.2), of the two kinds that we take.

import { sha1 } from "@noble/hashes/legacy.js";

import { concat, equal, hex } from "../bytes.ts";
import { NotA, type Read, type Text } from "../id.ts";
import { verify } from "./ed25519.ts";

/** The fingerprint of a version 4 key: 40 lower-case hexadecimal digits. */
export type Fingerprint = Text<"Fingerprint">;
export const fingerprint: Read<Fingerprint> = (text) => {
  if (!/^[0-9a-f]{40}$/.test(text)) throw new NotA("a fingerprint (40 lower-case hexadecimal digits)");
  return text as Fingerprint;
};

/** EdDSA of old, the only kind of signature that we take; and ECDH. */
export const EDDSA = 22;
export const ECDH = 18;

// Each with the octet that says how long it is.
const ED25519 = hex.decode("092b06010401da470f01");
const CURVE25519 = hex.decode("0a2b060104019755010501");
/** A point in native form: an MPI of 263 bits whose first octet is 0x40. */
const NATIVE_POINT = hex.decode("010740");
/** The parameters of key derivation: three octets, of which the first is 1. */
const DERIVATION = hex.decode("0301");
/** Version, creation time, algorithm. */
const HEAD = 6;

/** A public key, primary or subkey: Ed25519 signs, Curve25519 is encrypted for. */
export class Key {
  readonly fingerprint: Fingerprint;

  private constructor(
    readonly kind: "ed25519" | "curve25519",
    /** Seconds since 1970. */
    readonly created: number,
    /** The body of its public packet. */
    readonly body: Uint8Array,
    private readonly point: Uint8Array,
  ) {
    this.fingerprint = fingerprint(hex.encode(sha1(framed(body))));
  }

  /** Reads the body of a public key's packet; nothing if it is no Ed25519 or Curve25519 key. */
  static read(body: Uint8Array): Key | undefined {
    const taken = Key.first(body);
    return taken?.rest.length === 0 ? taken.key : undefined;
  }

  /** Takes a public key off the front: a secret key's packet goes on behind it. */
  static first(body: Uint8Array): { key: Key; rest: Uint8Array } | undefined {
    if (body.length < HEAD || body[0] !== 4) return undefined;
    const kind = body[5] === EDDSA ? "ed25519" : body[5] === ECDH ? "curve25519" : undefined;
    if (kind === undefined) return undefined;
    const form = concat(kind === "ed25519" ? ED25519 : CURVE25519, NATIVE_POINT);
    const point = HEAD + form.length;
    const behind = point + 32;
    const end = kind === "ed25519" ? behind : behind + DERIVATION.length + 2;
    if (body.length < end || !equal(body.subarray(HEAD, point), form)) return undefined;
    const derives = equal(body.subarray(behind, behind + DERIVATION.length), DERIVATION);
    if (kind === "curve25519" && !derives) return undefined;
    const created = new DataView(body.buffer, body.byteOffset).getUint32(1);
    const key = new Key(kind, created, body.subarray(0, end), body.subarray(point, behind));
    return { key, rest: body.subarray(end) };
  }

  /** The last 16 digits of the fingerprint. */
  get id(): string {
    return this.fingerprint.slice(-16);
  }

  /** Whether an issuer, as 16 digits of a key id or a whole fingerprint, names this key. */
  isNamed(issuer: string): boolean {
    return issuer.length >= 16 && this.fingerprint.endsWith(issuer);
  }

  /** Whether this key made an Ed25519 signature over these bytes. */
  async made(signature: Uint8Array, over: Uint8Array): Promise<boolean> {
    return this.kind === "ed25519" && verify(this.point, signature, over);
  }
}

/** A key as fingerprints and signatures hash it (RFC 9580 section 5.2.4). */
export function framed(body: Uint8Array): Uint8Array {
  return concat(new Uint8Array([0x99, body.length >> 8, body.length & 0xff]), body);
}
