// The one place that calls the OpenPGP library: to make keys and signatures, and to wrap session keys. It is given
// bytes and gives bytes back, which our own readers judge.
//
// The library's packets are used, and not its functions for whole messages: those ask the time and a policy whether a
// key may be used, which is ours to say. Their types don't tell of all that they do, so it is told here.

import {
  config,
  enums,
  generateKey,
  PublicKeyEncryptedSessionKeyPacket,
  PublicKeyPacket,
  PublicSubkeyPacket,
  SecretKeyPacket,
  SecretSubkeyPacket,
  SignaturePacket,
  UserIDPacket,
} from "openpgp";

import { concat, utf8 } from "../bytes.ts";
import { type Moment, unix } from "../id.ts";
import { CertError } from "./bad.ts";
import { EDDSA, type Key } from "./key.ts";

interface Readable {
  read(body: Uint8Array): void | Promise<void>;
}

interface Signing {
  sign(key: object, data: object, date: Date, detached: boolean, settings: typeof config): Promise<void>;
  write(): Uint8Array;
}

interface SessionKey extends Readable {
  sessionKey: Uint8Array | null;
  sessionKeyAlgorithm: number | null;
  encrypt(key: object): Promise<void>;
  decrypt(key: object): Promise<void>;
  write(): Uint8Array;
}

/** A secret key of a cert, unlocked: its public half, and the body of its secret packet. */
export interface SecretKey {
  readonly key: Key;
  readonly body: Uint8Array;
}

/** What a signature says beside its time and whose it is. */
export interface Notation {
  readonly name: string;
  readonly value: string;
}

/** OpenPGP's time has 32 bits. Throws a CertError for later moments. */
function dateOf(at: Moment): Date {
  if (unix(at) > 0xffff_ffff) throw new CertError("moment");
  return new Date(unix(at) * 1000);
}

/**
 * A new secret key as binary packets: an Ed25519 primary key that certifies and signs, and perhaps a subkey for mail.
 */
export async function newSecretKey(
  userId: { name: string; email?: string },
  created: Moment,
  seconds: number,
  forMail: boolean,
): Promise<Uint8Array> {
  const made = await generateKey({
    type: "ecc",
    curve: "ed25519Legacy",
    userIDs: [userId],
    date: dateOf(created),
    keyExpirationTime: seconds,
    subkeys: forMail ? [{}] : [],
    format: "binary",
    // The features named in the cert: without this a sender may choose an encryption that GnuPG 2.2 can't read.
    config: { aeadProtect: false, v6Keys: false },
  });
  return made.privateKey;
}

/** The body of a signature over bytes. Throws a CertError for a moment before the key was made, or after 2106. */
export function sign(signer: SecretKey, bytes: Uint8Array, at: Moment, notation?: Notation): Promise<Uint8Array> {
  return signed(signer, enums.signature.binary, { text: null, getBytes: () => bytes }, at, notation);
}

/** The body of a certification that a key is this user's. Throws what `sign` throws. */
export async function signUserId(signer: SecretKey, key: Key, userId: string, at: Moment): Promise<Uint8Array> {
  const packet = await read(new PublicKeyPacket(), key.body);
  const userID = await read(new UserIDPacket(), utf8(userId));
  return signed(signer, enums.signature.certPositive, { key: packet, userID }, at);
}

async function signed(
  { key, body }: SecretKey,
  type: enums.signature,
  data: object,
  at: Moment,
  notation?: Notation,
): Promise<Uint8Array> {
  const date = dateOf(at);
  if (unix(at) < key.created) throw new CertError("before-key");
  const packet = new SignaturePacket();
  packet.signatureType = type;
  packet.publicKeyAlgorithm = EDDSA;
  packet.hashAlgorithm = enums.hash.sha512;
  if (notation !== undefined) {
    const { name, value } = notation;
    packet.rawNotations.push({ name, value: utf8(value), humanReadable: true, critical: false });
  }
  const signing = packet as unknown as Signing;
  await signing.sign(await read(new SecretKeyPacket(), body), data, date, true, config);
  return signing.write();
}

/** The body of a packet with an AES-256 session key that only this key's owner can take out. */
export async function wrapSessionKey(sessionKey: Uint8Array, key: Key): Promise<Uint8Array> {
  const packet = new PublicKeyEncryptedSessionKeyPacket() as unknown as SessionKey;
  // Version, key id, algorithm; what was wrapped is put in below.
  await packet.read(concat(new Uint8Array([3]), keyId(key), new Uint8Array([18]), NOTHING_WRAPPED));
  packet.sessionKey = sessionKey;
  packet.sessionKeyAlgorithm = enums.symmetric.aes256;
  await packet.encrypt(await read(new PublicSubkeyPacket(), key.body));
  return packet.write();
}

const NOTHING_WRAPPED = new Uint8Array([0, 1, 1, 0]);

function keyId(key: Key): Uint8Array {
  return Uint8Array.from(key.id.match(/../g) ?? [], (octet) => Number.parseInt(octet, 16));
}

/** The AES-256 session key of such a packet's body; nothing of any other, or for another key. */
export async function unwrapSessionKey(body: Uint8Array, secret: SecretKey): Promise<Uint8Array | undefined> {
  const packet = new PublicKeyEncryptedSessionKeyPacket() as unknown as SessionKey;
  try {
    await packet.read(body);
    await packet.decrypt(await read(new SecretSubkeyPacket(), secret.body));
  } catch {
    // The library tells apart what went wrong in words only, and an attacker should not be told.
    return undefined;
  }
  const { sessionKey, sessionKeyAlgorithm } = packet;
  return sessionKeyAlgorithm === enums.symmetric.aes256 && sessionKey?.length === 32 ? sessionKey : undefined;
}

async function read<T extends object>(packet: T, body: Uint8Array): Promise<T> {
  await (packet as unknown as Readable).read(body);
  return packet;
}
