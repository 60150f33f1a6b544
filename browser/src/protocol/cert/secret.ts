// The secret half of a cert: made, kept, exported and put to use.

import { joined } from "../bytes.ts";
import { type Moment, unix } from "../id.ts";
import { armored, dearmored } from "./armor.ts";
import { BadCert, CertError } from "./bad.ts";
import { type Fingerprint, Key } from "./key.ts";
import { newSecretKey, type SecretKey, sign } from "./openpgp.ts";
import * as packets from "./packets.ts";
import { isUserId, MAX_CERT, PublicCert } from "./public.ts";
import { KIND_NOTATION } from "./signature.ts";

/** A cert with its secrets, unlocked. It is never shown. */
export class SecretCert {
  /** The public half. */
  readonly public: PublicCert;
  readonly #bytes: Uint8Array;
  readonly #keys: ReadonlyMap<Fingerprint, SecretKey>;
  #isWiped = false;

  private constructor(cert: PublicCert, bytes: Uint8Array, keys: ReadonlyMap<Fingerprint, SecretKey>) {
    this.public = cert;
    this.#bytes = bytes;
    this.#keys = keys;
  }

  /**
   * A member's new cert: the primary key certifies and signs, a subkey encrypts. `created` is also the time of its own
   * signatures; no signature may be older. It does not expire, but for `until`: from then on mail programs take the
   * cert for expired. Throws a CertError.
   */
  static async generate(name: string, mail: string, created: Moment, until?: Moment): Promise<SecretCert> {
    const seconds = until === undefined ? 0 : unix(until) - unix(created);
    // OpenPGP reads a lifetime of nothing as no end at all.
    if (until !== undefined && (seconds <= 0 || seconds > 0xffff_ffff)) throw new CertError("moment");
    const bytes = await newSecretKey(person(name, mail), created, seconds, true);
    try {
      return await SecretCert.fromBytes(bytes);
    } finally {
      bytes.fill(0);
    }
  }

  /** The authority's new cert, which certifies members' certs and signs statements. Throws a CertError. */
  static async generateAuthority(name: string, created: Moment): Promise<SecretCert> {
    if (!isUserId(name)) throw new CertError("user-id");
    return SecretCert.fromBytes(await newSecretKey({ name }, created, 0, false));
  }

  /** Reads what `toBytes` wrote, or another program's binary, unlocked secret key of our shape. Throws a BadCert. */
  static async fromBytes(bytes: Uint8Array): Promise<SecretCert> {
    if (bytes.length > MAX_CERT) throw new BadCert("too-large");
    const kept = bytes.slice();
    const all = packets.all(kept);
    if (all === undefined) throw new BadCert("malformed");
    if (all.filter(({ tag }) => tag === packets.SECRET_KEY).length !== 1) throw new BadCert("no-secret");
    if (all.some(({ tag }) => tag === packets.PUBLIC_SUBKEY)) throw new BadCert("no-secret");
    const keys = new Map<Fingerprint, SecretKey>();
    const parts = all.map(({ tag, body }) => {
      if (tag !== packets.SECRET_KEY && tag !== packets.SECRET_SUBKEY) return packets.write(tag, body);
      const key = unlocked(body);
      keys.set(key.fingerprint, { key, body });
      return packets.write(tag === packets.SECRET_KEY ? packets.PUBLIC_KEY : packets.PUBLIC_SUBKEY, key.body);
    });
    return new SecretCert(await PublicCert.read(joined(parts)), kept, keys);
  }

  /** Reads an armored secret key, as `armored` writes it. Throws a BadCert. */
  static async fromArmor(text: Uint8Array): Promise<SecretCert> {
    const bytes = dearmored("PRIVATE KEY BLOCK", text);
    if (bytes === undefined) throw new BadCert("malformed");
    return SecretCert.fromBytes(bytes);
  }

  /** The binary secret key, for the key bundle. Whoever asks wipes it. */
  toBytes(): Uint8Array {
    this.requireWhole();
    return this.#bytes.slice();
  }

  /** The secret key as an `.asc` file for a mail program. It is not locked: who holds the file holds the key. */
  armored(): string {
    this.requireWhole();
    return armored("PRIVATE KEY BLOCK", this.#bytes);
  }

  /** The secret key of the first key that may sign. */
  get signer(): SecretKey {
    const [first] = this.public.signingKeys();
    if (first === undefined) throw new CertError("not-allowed");
    return this.secretOf(first);
  }

  /** The secret half of one of its keys. Throws a CertError for the key of another cert. */
  secretOf(key: Key): SecretKey {
    this.requireWhole();
    const secret = this.#keys.get(key.fingerprint);
    if (secret === undefined) throw new CertError("not-allowed");
    return secret;
  }

  /** Overwrites the secrets. It can't be used any more. */
  wipe(): void {
    this.#isWiped = true;
    this.#bytes.fill(0);
  }

  /** Of one that was wiped nothing is kept, and with it nothing is signed. */
  private requireWhole(): void {
    if (this.#isWiped) throw new TypeError("a cert that was wiped");
  }
}

/**
 * Signs a statement's exact bytes, in binary form. `kind` and `signedAt` are the statement's own. Throws a CertError
 * when the moment is before the key was made or after 2106.
 */
export async function signStatement(
  signer: SecretCert,
  kind: string,
  text: Uint8Array,
  signedAt: Moment,
): Promise<Uint8Array> {
  const body = await sign(signer.signer, text, signedAt, { name: KIND_NOTATION, value: kind });
  return packets.write(packets.SIGNATURE, body);
}

/** The public half of a secret key's packet, which must be neither locked nor empty (RFC 9580 section 5.5.3). */
function unlocked(body: Uint8Array): Key {
  if (body[0] !== 4) throw new BadCert("not-version-4");
  const taken = Key.first(body);
  if (taken === undefined) throw new BadCert("algorithm");
  if (taken.rest[0] !== 0) throw new BadCert("no-secret");
  const secret = taken.rest.subarray(1, -2);
  const [high = 0, low = 0] = taken.rest.subarray(-2);
  const sum = secret.reduce((total, octet) => (total + octet) & 0xffff, 0);
  const bits = ((secret[0] ?? 0) << 8) + (secret[1] ?? 0);
  const isWhole = bits > 0 && bits <= 256 && secret.length === 2 + Math.ceil(bits / 8);
  if (!isWhole || sum !== (high << 8) + low) throw new BadCert("malformed");
  return taken.key;
}

function person(name: string, mail: string): { name: string; email: string } {
  const plain = (text: string): boolean => !/[<>()",\\]/.test(text) && text === text.trim();
  const isMail = /^[!-?A-~]+@[!-?A-~]+$/.test(mail);
  if (name === "" || !plain(name) || !plain(mail) || !isMail || !isUserId(`${name} <${mail}>`)) {
    throw new CertError("user-id");
  }
  return { name, email: mail };
}
