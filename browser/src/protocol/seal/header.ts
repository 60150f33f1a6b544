// The header of an age file for one reader, apart from its payload.

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { x25519 } from "@noble/curves/ed25519.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";

import { base64nopad, concat, equal, textOf, utf8 } from "../bytes.ts";
import { type Digest, digestOf, type Mac } from "../id.ts";
import { FileKey, type SealingKey } from "./keys.ts";
import { pointOf, type Recipient } from "./recipient.ts";
import { Refused } from "./refused.ts";

const VERSION = "age-encryption.org/v1";
const KIND = "X25519";
/** The sealed file key's nonce: the key that seals it is used once. */
const NONCE = new Uint8Array(12);
/** The characters of a full line of a stanza's body. */
const LINE = 64;

/**
 * A grant: a file key wrapped for one reader. 168 bytes, the exact header of an age v1 file with one X25519 stanza and
 * no other (https://c2sp.org/age#header), so that header and payload are such a file.
 */
export class Header {
  /** The length in bytes of every header. */
  static readonly LENGTH = 168;

  private constructor(
    /** The ephemeral public key. */
    private readonly share: Uint8Array,
    /** The sealed file key. */
    private readonly wrapped: Uint8Array,
    private readonly mac: Uint8Array,
  ) {}

  /** Wraps a file key for one reader. Never the same twice. */
  static wrap(fileKey: FileKey, reader: Recipient): Header {
    const ephemeral = crypto.getRandomValues(new Uint8Array(32));
    const share = x25519.getPublicKey(ephemeral);
    const point = pointOf(reader);
    // Does not throw: no recipient is a point with which anyone could guess what is shared.
    const key = wrappingKey(x25519.getSharedSecret(ephemeral, point), share, point);
    const wrapped = chacha20poly1305(key, NONCE).encrypt(fileKey.bytes);
    ephemeral.fill(0);
    key.fill(0);
    return new Header(share, wrapped, macOf(fileKey, upToMac(share, wrapped)));
  }

  /**
   * Reads exactly what `toBytes` writes. Refuses with `extra stanza` a good age header that has more stanzas, with
   * `malformed header` all else.
   */
  static parse(bytes: Uint8Array): Header {
    const { stanzas, mac } = read(bytes);
    const [first, ...others] = stanzas;
    if (first === undefined) throw new Refused("malformed header");
    if (others.length > 0) throw new Refused("extra stanza");
    // Of whatever kind the stanza says it is: it is written again and compared.
    const [, share, ...more] = first.words;
    const fits = more.length === 0 && first.body.length === 32;
    if (share === undefined || !fits) throw new Refused("malformed header");
    const header = new Header(thirtyTwo(share), first.body, mac);
    if (!equal(header.toBytes(), bytes)) throw new Refused("malformed header");
    return header;
  }

  /** The header as it begins an age file, up to and including the line feed of its last line. */
  toBytes(): Uint8Array {
    return concat(upToMac(this.share, this.wrapped), utf8(` ${base64nopad.encode(this.mac)}\n`));
  }

  /** The SHA-256 digest of its bytes, by which statements name it. */
  get digest(): Digest {
    return digestOf(this.toBytes());
  }

  /**
   * Unwraps the file key. Refuses with `wrong reader`, `altered mac`, or `malformed header` for an ephemeral key that
   * no sealer makes. The key may still be of another payload: see `openCommitted`.
   */
  open(key: SealingKey): FileKey {
    const shared = key.agree(this.share);
    if (shared === undefined) throw new Refused("malformed header");
    const wrapping = wrappingKey(shared, this.share, pointOf(key.recipient));
    const bytes = opened(wrapping, this.wrapped);
    wrapping.fill(0);
    if (bytes === undefined) throw new Refused("wrong reader");
    const fileKey = FileKey.fromBytes(bytes);
    bytes.fill(0);
    if (!equal(macOf(fileKey, upToMac(this.share, this.wrapped)), this.mac)) throw new Refused("altered mac");
    return fileKey;
  }

  /** Unwraps the file key, and refuses with `commitment` unless it is the one committed to. */
  openCommitted(key: SealingKey, commitment: Mac): FileKey {
    const fileKey = this.open(key);
    if (!fileKey.matches(commitment)) throw new Refused("commitment");
    return fileKey;
  }
}

/**
 * Gives a further reader the file key of a header that one can open: the payload stays as it is. Refuses as
 * `openCommitted` does, before anything is wrapped.
 */
export function regrant(header: Header, key: SealingKey, commitment: Mac, reader: Recipient): Header {
  const fileKey = header.openCommitted(key, commitment);
  const granted = Header.wrap(fileKey, reader);
  fileKey.wipe();
  return granted;
}

interface Stanza {
  readonly words: string[];
  readonly body: Uint8Array;
}

/** The stanzas and the MAC of an age header and nothing behind it, in the spelling of the specification. */
function read(bytes: Uint8Array): { stanzas: Stanza[]; mac: Uint8Array } {
  const lines = (textOf(bytes) ?? "").split("\n");
  const next = (): string => {
    const line = lines.shift();
    if (line === undefined) throw new Refused("malformed header");
    return line;
  };
  if (next() !== VERSION) throw new Refused("malformed header");
  const stanzas: Stanza[] = [];
  let line = next();
  for (; line.startsWith("->"); line = next()) stanzas.push(stanzaOf(line, next));
  const [, mac] = /^--- (.+)$/.exec(line) ?? [];
  // Its line feed is the last byte of all.
  if (mac === undefined || lines.length !== 1 || lines[0] !== "") throw new Refused("malformed header");
  return { stanzas, mac: thirtyTwo(mac) };
}

function stanzaOf(first: string, next: () => string): Stanza {
  if (!/^->( [!-~]+)+$/.test(first)) throw new Refused("malformed header");
  let line = next();
  let body = line;
  for (; line.length === LINE; body += line) line = next();
  const bytes = line.length < LINE ? decoded(body) : undefined;
  if (bytes === undefined) throw new Refused("malformed header");
  return { words: first.split(" ").slice(1), body: bytes };
}

/** What the MAC is over: all before it, without the space. */
function upToMac(share: Uint8Array, wrapped: Uint8Array): Uint8Array {
  return utf8(`${VERSION}\n-> ${KIND} ${base64nopad.encode(share)}\n${base64nopad.encode(wrapped)}\n---`);
}

function macOf(fileKey: FileKey, text: Uint8Array): Uint8Array {
  return hmac(sha256, hkdf(sha256, fileKey.bytes, undefined, utf8("header"), 32), text);
}

/** The key that seals a file key. The shared secret is used up. */
function wrappingKey(shared: Uint8Array, share: Uint8Array, point: Uint8Array): Uint8Array {
  const key = hkdf(sha256, shared, concat(share, point), utf8("age-encryption.org/v1/X25519"), 32);
  shared.fill(0);
  return key;
}

/** The 16 bytes in a sealed file key; nothing if another key sealed it. */
function opened(key: Uint8Array, wrapped: Uint8Array): Uint8Array | undefined {
  try {
    return chacha20poly1305(key, NONCE).decrypt(wrapped);
  } catch {
    return undefined;
  }
}

/** Reads 32 bytes in base64 without padding, in its one canonical spelling. */
function thirtyTwo(text: string): Uint8Array {
  const bytes = decoded(text);
  if (bytes?.length !== 32) throw new Refused("malformed header");
  return bytes;
}

function decoded(text: string): Uint8Array | undefined {
  try {
    return base64nopad.decode(text);
  } catch {
    return undefined;
  }
}
