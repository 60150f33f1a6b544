// What a version 4 signature says of itself (RFC 9580 section 5.2.3.7): the subpackets of one area.

import { hex, textOf } from "../bytes.ts";

export const CREATED = 2;
export const EXPIRES = 3;
export const KEY_EXPIRES = 9;
export const ISSUER = 16;
export const NOTATION = 20;
export const KEY_FLAGS = 27;
export const EMBEDDED = 32;
export const ISSUER_FINGERPRINT = 33;
export const INTENDED_RECIPIENT = 35;

/** What the body of each type must be like; those of others may be anything. */
const FORMS: ReadonlyMap<number, (body: Uint8Array) => boolean> = new Map([
  [CREATED, ofLength(4)],
  [EXPIRES, ofLength(4)],
  // Whether it may be exported, how far it is trusted, for which user ids, whether it can be revoked.
  [4, isBoolean],
  [5, ofLength(2)],
  [6, (body) => body.at(-1) === 0],
  [7, isBoolean],
  [KEY_EXPIRES, ofLength(4)],
  // Who else may revoke it.
  [12, (body) => body.length >= 22 && body[0]! >= 0x80],
  [ISSUER, ofLength(8)],
  [NOTATION, (body) => notationOf(body) !== undefined],
  // Whether it is the user id to be shown, why it was revoked, which signature it is about.
  [25, isBoolean],
  [29, (body) => body.length > 0],
  [31, (body) => body.length >= 2],
  [ISSUER_FINGERPRINT, isFingerprint],
  [INTENDED_RECIPIENT, isFingerprint],
  // Other signatures that are approved, which not every program reads.
  [37, () => false],
  // Pairs of a cipher and how it is used.
  [39, (body) => body.length % 2 === 0],
]);

function ofLength(length: number): (body: Uint8Array) => boolean {
  return (body) => body.length === length;
}

function isBoolean(body: Uint8Array): boolean {
  return body.length === 1 && body[0]! <= 1;
}

function isFingerprint(body: Uint8Array): boolean {
  return body[0] === 4 ? body.length === 21 : body[0] === 6 && body.length === 33;
}

export interface Subpacket {
  readonly type: number;
  readonly critical: boolean;
  readonly body: Uint8Array;
}

/** The subpackets of an area; nothing if they do not fill it, or one is not of its type's form. */
export function subpackets(area: Uint8Array): Subpacket[] | undefined {
  const found: Subpacket[] = [];
  for (let at = 0; at < area.length; ) {
    const { length, start } = lengthAt(area, at);
    const type = area[start];
    if (type === undefined || length === 0 || start + length > area.length) return undefined;
    const body = area.subarray(start + 1, start + length);
    if (FORMS.get(type & 0x7f)?.(body) === false) return undefined;
    found.push({ type: type & 0x7f, critical: type >= 0x80, body });
    at = start + length;
  }
  return found;
}

function lengthAt(area: Uint8Array, at: number): { length: number; start: number } {
  const octet = (place: number): number => area[at + place] ?? 0;
  const one = octet(0);
  if (one < 192) return { length: one, start: at + 1 };
  if (one < 255) return { length: ((one - 192) << 8) + octet(1) + 192, start: at + 2 };
  return { length: ((octet(1) * 256 + octet(2)) * 256 + octet(3)) * 256 + octet(4), start: at + 5 };
}

export interface Notation {
  readonly name: string;
  readonly value: Uint8Array;
}

/** A notation's name and value. */
export function notationOf(body: Uint8Array): Notation | undefined {
  if (body.length < 8) return undefined;
  const view = new DataView(body.buffer, body.byteOffset);
  const value = 8 + view.getUint16(4);
  const name = textOf(body.subarray(8, value));
  if (name === undefined || body.length !== value + view.getUint16(6)) return undefined;
  return { name, value: body.subarray(value) };
}

/** The 32 bits of a time or a period. */
export function numberOf(body: Uint8Array): number {
  return new DataView(body.buffer, body.byteOffset).getUint32(0);
}

/** The fingerprint of a version 4 key, as hexadecimal digits; nothing of another version. */
export function fingerprintOf(body: Uint8Array): string | undefined {
  return body[0] === 4 ? hex.encode(body.subarray(1)) : undefined;
}
