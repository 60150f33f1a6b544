// The keys: of a file, and of who opens it. The public one that it is sealed to is in recipient.ts.

import { x25519 } from "@noble/curves/ed25519.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bech32 } from "@scure/base";

import { equal, hex, utf8 } from "../bytes.ts";
import { bytesOf, type Mac, mac, NotA } from "../id.ts";
import { type Recipient, recipientAt } from "./recipient.ts";

/** What the commitment to a file key authenticates. */
const COMMITMENT = utf8("zegel/1 commit");

/** The code that these 32 bytes are. */
export function macFrom(bytes: Uint8Array): Mac {
  return mac(`hmac-sha256:${hex.encode(bytes)}`);
}

/** The key of one payload: 16 random bytes, never shown. */
export class FileKey {
  static readonly LENGTH = 16;
  readonly #bytes: Uint8Array;

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  static generate(): FileKey {
    return new FileKey(crypto.getRandomValues(new Uint8Array(FileKey.LENGTH)));
  }

  /** A key that was kept elsewhere; the given 16 bytes remain with the caller. */
  static fromBytes(bytes: Uint8Array): FileKey {
    if (bytes.length !== FileKey.LENGTH) throw new NotA("a file key (16 bytes)");
    return new FileKey(bytes.slice());
  }

  /** The key itself, not a copy of it. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /**
   * The code that binds a statement to this one key: HMAC-SHA256 under it over `zegel/1 commit`. Without it one payload
   * could be made to open to two texts, under two keys.
   */
  get commitment(): Mac {
    return macFrom(hmac(sha256, this.#bytes, COMMITMENT));
  }

  /** True if the commitment is to this key. Takes the same time either way. */
  matches(commitment: Mac): boolean {
    return equal(hmac(sha256, this.#bytes, COMMITMENT), bytesOf(commitment));
  }

  /** Overwrites it. It opens nothing any more. */
  wipe(): void {
    this.#bytes.fill(0);
  }
}

/** An age X25519 identity: what a member or a vault opens with. Never shown but by `toText`. */
export class SealingKey {
  readonly recipient: Recipient;
  readonly #secret: Uint8Array;
  #isWiped = false;

  private constructor(secret: Uint8Array) {
    this.#secret = secret;
    this.recipient = recipientAt(x25519.getPublicKey(secret));
  }

  static generate(): SealingKey {
    return new SealingKey(crypto.getRandomValues(new Uint8Array(32)));
  }

  /** The identity that has these 32 bytes for its secret (any bytes will do); they remain with the caller. */
  static fromBytes(secret: Uint8Array): SealingKey {
    if (secret.length !== 32) throw new NotA("an X25519 secret (32 bytes)");
    return new SealingKey(secret.slice());
  }

  /** Reads `AGE-SECRET-KEY-1…`, in upper case, as `toText` and `age-keygen` write it. Throws NotA. */
  static parse(text: string): SealingKey {
    const secret = secretOf(text);
    if (secret?.length !== 32 || shown(secret) !== text) throw new NotA("an age secret key (AGE-SECRET-KEY-1…)");
    return new SealingKey(secret);
  }

  /** `AGE-SECRET-KEY-1…`: the secret itself, for a key bundle or an export. Of one that was wiped there is none to keep. */
  toText(): string {
    if (this.#isWiped) throw new TypeError("a key that was wiped");
    return shown(this.#secret);
  }

  /**
   * The secret that it shares with the owner of a public key; nothing if that is one with which anyone could guess it.
   */
  agree(share: Uint8Array): Uint8Array | undefined {
    try {
      return x25519.getSharedSecret(this.#secret, share);
    } catch {
      return undefined;
    }
  }

  get isWiped(): boolean {
    return this.#isWiped;
  }

  /** Overwrites it. It opens nothing any more. */
  wipe(): void {
    this.#isWiped = true;
    this.#secret.fill(0);
  }
}

function shown(secret: Uint8Array): string {
  return bech32.encodeFromBytes("age-secret-key-", secret).toUpperCase();
}

function secretOf(text: string): Uint8Array | undefined {
  try {
    const { prefix, bytes } = bech32.decodeToBytes(text);
    return prefix === "age-secret-key-" ? bytes : undefined;
  } catch {
    return undefined;
  }
}
