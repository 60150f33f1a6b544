// One sealed text for one key: a PKESK and an SEIPD packet of version 1 (RFC 9580 sections 5.1.1 and 5.13.1), both of a
// stated length. Written out here, and not left to a library's messages, so that one text of bytes has one reading: a
// library passes over markers, padding, what it does not know and what it can make something of.

import { cfb } from "@noble/ciphers/aes.js";
import { sha1 } from "@noble/hashes/legacy.js";

import { concat, equal, hex } from "../../bytes.ts";
import { BadLetter } from "../../mime/bad.ts";
import { ECDH, type Key } from "../key.ts";
import { type SecretKey, unwrapSessionKey, wrapSessionKey } from "../openpgp.ts";
import * as packets from "../packets.ts";

/** The bytes of a key of AES-256, the only cipher: every program that we know of has it. */
const KEY = 32;
/** The bytes of a block of it. */
const BLOCK = 16;
/** A random block whose last two bytes are there twice, before the text. */
const PREFIX = BLOCK + 2;
/** The header of the packet with the digest, behind the text. */
const MDC = new Uint8Array([0xd3, 20]);
const DIGEST = 20;
/**
 * A version 3 PKESK for a Curve25519 key and an AES-256 session key: version, key id, algorithm, point, wrapped key.
 */
const WRAPPED = 48;
const PKESK_LENGTH = 1 + 8 + 1 + (2 + 33) + (1 + WRAPPED);
/** A point in native form, which is one of 263 bits. */
const NATIVE_POINT = new Uint8Array([0x01, 0x07, 0x40]);
/** Where text begins: the key is used once. */
const IV = new Uint8Array(BLOCK);

/** A sealed text, taken apart: for which key id, and what is to be decrypted. */
export interface Sealed {
  /** 16 hexadecimal digits. */
  readonly recipient: string;
  readonly session: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/** Seals packets for one key. Throws a BadLetter with `cannot-encrypt` for one with which anyone could open it. */
export async function seal(plain: Uint8Array, key: Key): Promise<Uint8Array> {
  const sessionKey = crypto.getRandomValues(new Uint8Array(KEY));
  const prefix = new Uint8Array(PREFIX);
  crypto.getRandomValues(prefix.subarray(0, BLOCK));
  prefix.copyWithin(BLOCK, BLOCK - 2, BLOCK);
  const whole = concat(prefix, plain, MDC, digestOf(prefix, plain, MDC));
  const ciphertext = cfb(sessionKey, IV).encrypt(whole);
  whole.fill(0);
  const session = await wrapSessionKey(sessionKey, key).catch(() => undefined);
  sessionKey.fill(0);
  if (session === undefined) throw new BadLetter("cannot-encrypt");
  return concat(
    packets.write(packets.SESSION_KEY, session),
    packets.write(packets.PROTECTED, new Uint8Array([1]), ciphertext),
  );
}

/**
 * Takes a sealed text apart, if it is exactly one session key and one protected text. Throws a BadLetter with `sealed`
 * for what is not whole packets, then `layers`, `unprotected` and `recipients`.
 */
export function read(sealed: Uint8Array): Sealed {
  const all = packets.all(sealed);
  if (all === undefined) throw new BadLetter("sealed");
  if (!all.every(({ tag }) => isKey(tag) || isText(tag))) throw new BadLetter("layers");
  if (all.some(isWeak)) throw new BadLetter("unprotected");
  const last = all.at(-1);
  const texts = all.filter(({ tag }) => isText(tag));
  if (texts.length !== 1 || last === undefined || !isText(last.tag)) throw new BadLetter("layers");
  const [session, ...others] = all.slice(0, -1);
  if (session === undefined || others.length > 0 || !isForOneKey(session)) throw new BadLetter("recipients");
  const recipient = hex.encode(session.body.subarray(1, 9));
  return { recipient, session: session.body, ciphertext: last.body.subarray(1) };
}

function isKey(tag: number): boolean {
  return tag === packets.SESSION_KEY || tag === packets.PASSWORD_KEY;
}

function isText(tag: number): boolean {
  return tag === packets.UNPROTECTED || tag === packets.PROTECTED || tag === packets.AEAD;
}

function isWeak({ tag, body }: packets.Packet): boolean {
  return isText(tag) && (tag !== packets.PROTECTED || body[0] !== 1);
}

function isForOneKey({ tag, body }: packets.Packet): boolean {
  return (
    tag === packets.SESSION_KEY &&
    body.length === PKESK_LENGTH &&
    body[0] === 3 &&
    body[9] === ECDH &&
    equal(body.subarray(10, 13), NATIVE_POINT) &&
    body[PKESK_LENGTH - WRAPPED - 1] === WRAPPED
  );
}

/** The packets inside, whole and unaltered. Nothing for any other key, and for whatever was altered. */
export async function open(sealed: Sealed, key: SecretKey): Promise<Uint8Array | undefined> {
  const sessionKey = await unwrapSessionKey(sealed.session, key);
  if (sessionKey === undefined || sealed.ciphertext.length === 0) return undefined;
  const plain = cfb(sessionKey, IV).decrypt(sealed.ciphertext);
  sessionKey.fill(0);
  const end = plain.length - DIGEST - MDC.length;
  if (end < PREFIX) return undefined;
  const [text, mdc] = [plain.subarray(0, end), plain.subarray(end)];
  const twice = equal(text.subarray(BLOCK - 2, BLOCK), text.subarray(BLOCK, PREFIX));
  const whole = equal(mdc, concat(MDC, digestOf(text, MDC)));
  return twice && whole ? text.subarray(PREFIX) : undefined;
}

/** The digest that version 1 has. Within encryption a weak hash is enough: nobody can compute it without the key. */
function digestOf(...parts: Uint8Array[]): Uint8Array {
  const hash = sha1.create();
  for (const part of parts) hash.update(part);
  return hash.digest();
}
