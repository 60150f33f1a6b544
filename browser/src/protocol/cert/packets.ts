// Where each OpenPGP packet begins and ends (RFC 9580 section 4.2), read more strictly than a library would:
// whole packets of a stated length and nothing else, so that one text of bytes has one reading.

import { concat } from "../bytes.ts";

/** A packet with its tag and its body. */
export interface Packet {
  readonly tag: number;
  readonly body: Uint8Array;
}

export const SESSION_KEY = 1;
export const SIGNATURE = 2;
export const PASSWORD_KEY = 3;
export const ONE_PASS = 4;
export const SECRET_KEY = 5;
export const PUBLIC_KEY = 6;
export const SECRET_SUBKEY = 7;
/** Encryption of old, without integrity protection. */
export const UNPROTECTED = 9;
export const LITERAL = 11;
export const USER_ID = 13;
export const PUBLIC_SUBKEY = 14;
export const PROTECTED = 18;
/** GnuPG's own kind of protection. */
export const AEAD = 20;

/** A header: the tag, how long the body is, and where it begins. */
interface Header {
  tag: number;
  length: number;
  start: number;
}

/**
 * Takes the first packet off; what follows it is `rest`. Nothing when there is no whole packet of a stated length
 * (partial and indeterminate lengths are for messages).
 */
export function first(bytes: Uint8Array): { packet: Packet; rest: Uint8Array } | undefined {
  const header = headerOf(bytes);
  if (header === undefined) return undefined;
  const end = header.start + header.length;
  if (end > bytes.length) return undefined;
  const packet = { tag: header.tag, body: bytes.subarray(header.start, end) };
  return { packet, rest: bytes.subarray(end) };
}

/** All packets, or nothing when the bytes are not whole packets and nothing else. */
export function all(bytes: Uint8Array): Packet[] | undefined {
  const packets: Packet[] = [];
  for (let rest = bytes; rest.length > 0; ) {
    const taken = first(rest);
    if (taken === undefined) return undefined;
    packets.push(taken.packet);
    rest = taken.rest;
  }
  return packets;
}

/** Writes a packet of the new format, whose body is these parts in a row, with the shortest length. */
export function write(tag: number, ...body: Uint8Array[]): Uint8Array {
  const length = body.reduce((sum, part) => sum + part.length, 0);
  return concat(new Uint8Array([0xc0 | tag, ...newLength(length)]), ...body);
}

function newLength(length: number): number[] {
  if (length < 192) return [length];
  if (length < 8384) return [192 + ((length - 192) >> 8), (length - 192) & 0xff];
  return [0xff, length >>> 24, (length >>> 16) & 0xff, (length >>> 8) & 0xff, length & 0xff];
}

function headerOf(bytes: Uint8Array): Header | undefined {
  const header = bytes[0];
  if (header === undefined) return undefined;
  if (header >> 6 === 0b11) return newFormat(header, bytes);
  if (header >> 6 === 0b10) return oldFormat(header, bytes);
  return undefined;
}

function newFormat(header: number, bytes: Uint8Array): Header | undefined {
  const tag = header & 0x3f;
  const length = bytes[1];
  if (length === undefined) return undefined;
  if (length < 192) return { tag, length, start: 2 };
  if (length < 224) {
    const second = bytes[2];
    return second === undefined ? undefined : { tag, length: ((length - 192) << 8) + second + 192, start: 3 };
  }
  return length === 255 ? bigEndian(tag, 2, 4, bytes) : undefined;
}

function oldFormat(header: number, bytes: Uint8Array): Header | undefined {
  const size = header & 3;
  return size === 3 ? undefined : bigEndian((header >> 2) & 0x0f, 1, 1 << size, bytes);
}

function bigEndian(tag: number, at: number, octets: number, bytes: Uint8Array): Header | undefined {
  const start = at + octets;
  if (start > bytes.length) return undefined;
  return { tag, length: bytes.subarray(at, start).reduce((sum, octet) => sum * 256 + octet, 0), start };
}
