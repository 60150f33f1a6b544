// A cert without its secrets: the exact bytes as they came, and what they say.

import { concat, hex, textOf, utf8 } from "../bytes.ts";
import { type Digest, digestOf, type Moment } from "../id.ts";
import { armored, dearmored } from "./armor.ts";
import { BadCert } from "./bad.ts";
import { type Fingerprint, framed, Key } from "./key.ts";
import { Made, MAY } from "./made.ts";
import { encryptionKeys, mailExpires } from "./mail/usable.ts";
import * as packets from "./packets.ts";
import type { Packet } from "./packets.ts";
import * as sub from "./subpackets.ts";
import type { Subpacket } from "./subpackets.ts";

/** The largest cert that is read, in bytes. */
export const MAX_CERT = 64 * 1024;
/** The most subkeys that a cert may have. */
const MAX_SUBKEYS = 8;
/**
 * The most signatures that a cert may hold, whoever made them, those within signatures counted in. Each of its own is
 * verified, and ours have four; nobody is to be kept busy by a cert of hundreds.
 */
const MAX_SIGNATURES = 32;
/** The longest user id, in bytes: a name and a mail address. */
const MAX_USER_ID = 512;

const DIRECT_KEY = 0x1f;
const KEY_REVOCATION = 0x20;
export const CERTIFICATIONS = [0x10, 0x11, 0x12, 0x13];
const CERTIFICATION_REVOCATION = 0x30;
const SUBKEY_BINDING = 0x18;
const SUBKEY_REVOCATION = 0x28;
const PRIMARY_BINDING = 0x19;

/** What was signed of one part of a cert. The first two are good, and by its own primary key. */
export interface Signed {
  readonly signatures: readonly Made[];
  readonly revocations: readonly Made[];
  /** By other keys, of which nothing is verified. */
  readonly byOthers: readonly Made[];
}

export interface BoundKey extends Signed {
  readonly key: Key;
}

interface BoundUserId extends Signed {
  readonly text: string;
  /** As signatures hash it. */
  readonly framed: Uint8Array;
}

/**
 * One narrow shape: a version 4 Ed25519 primary key, at most a few Ed25519 or Curve25519 subkeys, one user id, each
 * bound by good self-signatures. A cert is judged by what it *is*, never by the clock: expiry and revocation packets
 * in it are for mail programs. Whether a key still counts, the journal says.
 */
export class PublicCert {
  /** The digest of its bytes, by which statements name this cert. */
  readonly digest: Digest;

  private constructor(
    /** The bytes as they came. */
    readonly bytes: Uint8Array,
    readonly primary: BoundKey,
    readonly named: BoundUserId,
    readonly subkeys: readonly BoundKey[],
  ) {
    this.digest = digestOf(bytes);
  }

  /** Reads one binary cert of this shape, at most MAX_CERT bytes. Throws a BadCert. */
  static async read(bytes: Uint8Array): Promise<PublicCert> {
    if (bytes.length > MAX_CERT) throw new BadCert("too-large");
    const kept = bytes.slice();
    const parts = partsOf(requirePackets(kept));
    const primary = await boundKey(parts.primary, undefined);
    const named = await boundUserId(parts.userId, primary.key);
    const subkeys: BoundKey[] = [];
    for (const part of parts.subkeys) subkeys.push(await boundKey(part, primary.key));
    const cert = new PublicCert(kept, primary, named, subkeys);
    if (cert.signingKeys().length === 0) throw new BadCert("cannot-sign");
    return cert;
  }

  /** Reads an armored cert, as files with `.asc` hold it. Throws a BadCert. */
  static async fromArmor(text: Uint8Array): Promise<PublicCert> {
    const bytes = dearmored("PUBLIC KEY BLOCK", text);
    if (bytes === undefined) throw new BadCert("malformed");
    return PublicCert.read(bytes);
  }

  /** The fingerprint of the primary key. */
  get fingerprint(): Fingerprint {
    return this.primary.key.fingerprint;
  }

  /** The one user id, `Name <mail>` for a person. */
  get userId(): string {
    return this.named.text;
  }

  /** The text of an `.asc` file, which holds exactly these bytes. */
  armored(): string {
    return armored("PUBLIC KEY BLOCK", this.bytes);
  }

  /** The keys that may sign: each says so in a good self-signature. */
  signingKeys(): Key[] {
    const subkeys = this.subkeys.filter(({ signatures }) => signatures.some((made) => made.allows(MAY.sign)));
    const all = subkeys.map(({ key }) => key);
    return this.primaryMay(MAY.sign) ? [this.primary.key, ...all] : all;
  }

  /**
   * Refuses a cert that mail can't be sealed for at a moment: throws a BadLetter with `cannot-encrypt` (it has no key
   * for that, or none yet), `revoked` or `expired`.
   */
  usableForMail(at: Moment): void {
    encryptionKeys(this, at);
  }

  /** From when on no mail can be sealed for it, if that was said. One that can't be sealed for at all has no end. */
  mailExpires(): Moment | undefined {
    return mailExpires(this);
  }

  /** Whether the primary key says on itself, or on the user id, that it may do this. */
  primaryMay(flag: number): boolean {
    return [...this.primary.signatures, ...this.named.signatures].some((made) => made.allows(flag));
  }
}

/** Whether a text can be a user id: in plain text, and not too long. */
export function isUserId(text: string): boolean {
  return text !== "" && utf8(text).length <= MAX_USER_ID && !/\p{Cc}/u.test(text);
}

/** The packets must be one public cert's, and of the kinds that we know. */
function requirePackets(bytes: Uint8Array): Packet[] {
  const all = packets.all(bytes);
  if (all === undefined || all.length === 0) throw new BadCert("malformed");
  all.forEach((packet, place) => requirePacket(packet, place));
  const count = (tag: number): number => all.filter((packet) => packet.tag === tag).length;
  if (count(packets.USER_ID) !== 1) throw new BadCert("user-id");
  if (count(packets.PUBLIC_SUBKEY) > MAX_SUBKEYS || hasKeyTwice(all)) throw new BadCert("subkeys");
  return all;
}

function requirePacket({ tag, body }: Packet, place: number): void {
  switch (tag) {
    case packets.SECRET_KEY:
    case packets.SECRET_SUBKEY:
      throw new BadCert("secret");
    case packets.PUBLIC_KEY:
      if (place > 0) throw new BadCert("several");
      if (body[0] !== 4) throw new BadCert("not-version-4");
      return;
    case packets.PUBLIC_SUBKEY:
    case packets.SIGNATURE:
      if (body[0] !== 4) throw new BadCert("not-version-4");
      return;
    case packets.USER_ID:
      return;
    default:
      throw new BadCert("unexpected");
  }
}

/** Of a key that is there twice, some would look at the signatures behind one place only. */
function hasKeyTwice(all: Packet[]): boolean {
  const keys = all.filter(({ tag }) => tag === packets.PUBLIC_KEY || tag === packets.PUBLIC_SUBKEY);
  return new Set(keys.map(({ body }) => hex.encode(body))).size < keys.length;
}

/** A key or user id, and the signatures that follow it. */
interface Part {
  readonly body: Uint8Array;
  readonly signatures: Made[];
}

function partsOf(all: Packet[]): { primary: Part; userId: Part; subkeys: Part[] } {
  const parts: (Part & { tag: number })[] = [];
  for (const { tag, body } of all) {
    if (tag !== packets.SIGNATURE) {
      parts.push({ tag, body, signatures: [] });
      continue;
    }
    const made = Made.read(body);
    const part = parts.at(-1);
    if (made === undefined || part === undefined) throw new BadCert("malformed");
    part.signatures.push(made);
  }
  const [primary] = parts;
  const userId = parts.find(({ tag }) => tag === packets.USER_ID);
  if (primary?.tag !== packets.PUBLIC_KEY || userId === undefined) throw new BadCert("malformed");
  const made = parts.flatMap(({ signatures }) => signatures);
  const count = made.reduce((all, each) => all + 1 + backs(each).length, 0);
  if (count > MAX_SIGNATURES) throw new BadCert("signatures");
  return { primary, userId, subkeys: parts.filter(({ tag }) => tag === packets.PUBLIC_SUBKEY) };
}

/** A key with what its primary key says of it; the primary key itself if there is none above it. */
async function boundKey(part: Part, primary: Key | undefined): Promise<BoundKey> {
  const key = Key.read(part.body);
  if (key === undefined) throw new BadCert("algorithm");
  if (primary === undefined) {
    return { key, ...(await signed(part, key, [DIRECT_KEY], KEY_REVOCATION, [framed(key.body)])) };
  }
  const over = [framed(primary.body), framed(key.body)];
  const bound = await signed(part, primary, [SUBKEY_BINDING], SUBKEY_REVOCATION, over);
  const claims = [...bound.signatures, ...bound.revocations].filter((made) => made.allows(MAY.sign));
  const answers = await Promise.all(claims.map((made) => isBoundBack(made, key, over)));
  if (bound.signatures.length === 0 || answers.includes(false)) throw new BadCert("self-signature");
  return { key, ...bound };
}

async function boundUserId(part: Part, primary: Key): Promise<BoundUserId> {
  const text = textOf(part.body);
  const head = new Uint8Array([0xb4, 0, 0, part.body.length >> 8, part.body.length & 0xff]);
  const over = [framed(primary.body), head, part.body];
  const bound = await signed(part, primary, CERTIFICATIONS, CERTIFICATION_REVOCATION, over);
  if (bound.signatures.length === 0) throw new BadCert("self-signature");
  if (text === undefined || !isUserId(text)) throw new BadCert("user-id");
  return { text, framed: concat(head, part.body), ...bound };
}

/** Parts what the primary key signed from what others did. What it signed must be good, and strong if it binds. */
async function signed(
  part: Part,
  primary: Key,
  types: number[],
  revocation: number,
  over: Uint8Array[],
): Promise<Signed> {
  const own = part.signatures.filter((made) => made.names(primary));
  const mayBind = (made: Made): boolean => types.includes(made.type) && made.isStrong;
  if (!own.every((made) => made.type === revocation || mayBind(made))) throw new BadCert("self-signature");
  const answers = await Promise.all(own.map((made) => made.isBy(primary, ...over)));
  if (answers.includes(false)) throw new BadCert("self-signature");
  return {
    signatures: own.filter((made) => made.type !== revocation),
    revocations: own.filter((made) => made.type === revocation),
    byOthers: part.signatures.filter((made) => !made.names(primary)),
  };
}

/** A key that signs says that it belongs to this primary key: else anyone could bind the key of somebody else. */
async function isBoundBack(binding: Made, subkey: Key, over: Uint8Array[]): Promise<boolean> {
  const made = backs(binding).map(({ body }) => Made.read(body));
  const claims = made.filter((back) => back?.type === PRIMARY_BINDING);
  return (await Promise.all(claims.map((back) => back?.isBy(subkey, ...over)))).includes(true);
}

/** The signatures within a signature, in either area. */
function backs(made: Made): Subpacket[] {
  return made.both.filter(({ type }) => type === sub.EMBEDDED);
}
