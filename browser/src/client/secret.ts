// A member's secrets, and the bundle that they are kept in.

import { base64 } from "../protocol/bytes.ts";
import { SecretCert, type Fingerprint } from "../protocol/cert.ts";
import { fingerprint } from "../protocol/cert/key.ts";
import { digest, hubName, memberId, NotA, type Digest, type HubName, type Mac, type MemberId } from "../protocol/id.ts";
import {
  openFile,
  recipient,
  Refused,
  sealFile,
  SealingKey,
  type FileKey,
  type Header,
  type Recipient,
} from "../protocol/seal.ts";
import { ClientError } from "./error.ts";
import { PINS, type Pins } from "./home/remembered.ts";
import * as json from "./json.ts";

/** The keys of a member that are in force, and others that still open what was sealed to them. Never shown. */
export class Secrets {
  constructor(
    readonly member: MemberId,
    readonly sealing: SealingKey,
    readonly cert: SecretCert,
    /** Of keys that are not in force: they open, but sign nothing. */
    readonly others: readonly SealingKey[],
    /** Every cert by its `key` statement, that in force among them: mail was sealed for one of these. */
    readonly certs: ReadonlyMap<Digest, SecretCert>,
  ) {}

  /** Every key that may open something, the one in force first. */
  get sealingKeys(): readonly SealingKey[] {
    return [this.sealing, ...this.others];
  }

  /**
   * Opens a header for this member with whichever of its keys fits. Refuses as `openCommitted` with the key in force.
   */
  openHeader(header: Header, commitment: Mac): FileKey {
    return header.openCommitted(this.sealingKeys.find((key) => fits(header, key)) ?? this.sealing, commitment);
  }
}

function fits(header: Header, key: SealingKey): boolean {
  try {
    header.open(key).wipe();
    return true;
  } catch (error) {
    return !(error instanceof Refused && error.code === "wrong reader");
  }
}

/** One pair of keys, and the `key` statement that they stand in. */
export interface Pair {
  readonly key: Digest;
  readonly sealing: SealingKey;
  readonly cert: SecretCert;
}

const FORMAT = "bundle/1";
/** The most keys that a bundle keeps. */
const MOST_KEYS = 64;

const BUNDLE = json.exactly({
  zegel: json.text,
  hub: json.as(hubName),
  authority: json.as(fingerprint),
  member: json.as(memberId),
  number: json.count,
  keys: json.list(json.exactly({ key: json.as(digest), sealing: json.text, cert: json.bytes })),
  recipients: json.list(json.as(recipient)),
  fetch: json.list(json.as(digest)),
  seen: json.maybe(PINS),
});

interface Contents {
  readonly hub: HubName;
  readonly authority: Fingerprint;
  readonly member: MemberId;
  /** The number of the `bundle` statement that it came with. */
  readonly number: number;
  /** The oldest first; the directory says which one is in force. */
  readonly keys: readonly Pair[];
  /** Whom the bundle itself is sealed to. Kept nowhere else, so that the hub can't add one. */
  readonly recipients: readonly Recipient[];
  /** The digests of the ids by which it may be fetched. */
  readonly fetch: readonly Digest[];
  /** What its member had verified when it was made; nothing at enrolment. */
  readonly seen: Pins | undefined;
}

/**
 * All that a member's client must not lose, sealed as one age file. As JSON: `{"zegel":"bundle/1","hub","authority",
 * "member","number","keys":[{"key","sealing","cert"}],"recipients":["age1…"],"fetch":["sha256:…"],
 * "seen":{"size","root","directory","directory_id"}}`, certs in base64; `seen` may be left out.
 */
export class KeyBundle implements Contents {
  readonly hub: HubName;
  readonly authority: Fingerprint;
  readonly member: MemberId;
  readonly number: number;
  readonly keys: readonly Pair[];
  readonly recipients: readonly Recipient[];
  readonly fetch: readonly Digest[];
  readonly seen: Pins | undefined;

  constructor(contents: Contents) {
    this.hub = contents.hub;
    this.authority = contents.authority;
    this.member = contents.member;
    this.number = contents.number;
    this.keys = contents.keys;
    this.recipients = contents.recipients;
    this.fetch = contents.fetch;
    this.seen = contents.seen;
  }

  /** The same but for what is given. */
  with(changed: Partial<Contents>): KeyBundle {
    return new KeyBundle({ ...this, ...changed });
  }

  /** The bytes to seal. Whoever asks wipes them. */
  toBytes(): Uint8Array {
    const { hub, authority, member, number, recipients, fetch, seen } = this;
    const keys = this.keys.map(({ key, sealing, cert }) => {
      const bytes = cert.toBytes();
      const pair = { key, sealing: sealing.toText(), cert: base64.encode(bytes) };
      bytes.fill(0);
      return pair;
    });
    return json.jsonBytes({ zegel: FORMAT, hub, authority, member, number, keys, recipients, fetch, seen });
  }

  /** Reads what `toBytes` wrote. Throws NotA or BadCert. */
  static async fromBytes(bytes: Uint8Array): Promise<KeyBundle> {
    const { zegel, keys, ...same } = json.readJson(bytes, BUNDLE);
    if (zegel !== FORMAT || keys.length === 0 || keys.length > MOST_KEYS) throw new NotA("a key bundle");
    const pairs: Pair[] = [];
    for (const { key, sealing, cert } of keys) {
      pairs.push({ key, sealing: SealingKey.parse(sealing), cert: await SecretCert.fromBytes(cert) });
      cert.fill(0);
    }
    return new KeyBundle({ ...same, keys: pairs });
  }

  /** The age file for the hub, which only the bundle's own recipients open. */
  async seal(): Promise<Uint8Array> {
    const bytes = this.toBytes();
    try {
      return await sealFile(bytes, this.recipients);
    } finally {
      bytes.fill(0);
    }
  }

  /** Opens what `seal` made. Throws Refused, or NotA. */
  static async open(sealed: Uint8Array, key: SealingKey): Promise<KeyBundle> {
    const bytes = await openFile(sealed, key);
    try {
      return await KeyBundle.fromBytes(bytes);
    } finally {
      bytes.fill(0);
    }
  }

  /** Refuses to begin a pair of keys with which the bundle could not be read any more. */
  requireRoom(): void {
    if (this.keys.length >= MOST_KEYS) throw bundleFull();
  }

  /**
   * The keys to work with, when this `key` statement is in force; the newest ones if none is yet. Refuses where the key
   * in force is not in the bundle.
   */
  secrets(inForce: Digest | undefined): Secrets {
    const pair = inForce === undefined ? this.keys.at(-1) : this.keys.find(({ key }) => key === inForce);
    if (pair === undefined) throw keyNotHere();
    const others = this.keys.filter((other) => other !== pair).reverse();
    const certs = new Map(this.keys.map(({ key, cert }) => [key, cert]));
    return new Secrets(this.member, pair.sealing, pair.cert, others.map(({ sealing }) => sealing), certs);
  }

  /** Overwrites all secrets. */
  wipe(): void {
    for (const { sealing, cert } of this.keys) {
      sealing.wipe();
      cert.wipe();
    }
  }
}

function bundleFull(): ClientError {
  return ClientError.said(
    "bundle-full",
    `Uw sleutelbos is vol: er passen ${MOST_KEYS} sleutels in. Er is niets gemaakt. Bel het huis: met een nieuw strookje begint u opnieuw.`,
    `Your key bundle is full: it keeps ${MOST_KEYS} keys. Nothing was made. Call the house: with a new slip you begin anew.`,
  );
}

function keyNotHere(): ClientError {
  return ClientError.said(
    "key-not-here",
    "De sleutel waarvoor het huis instaat, ligt niet in deze browser. Herstel uw sleutels met de herstelcode, of bel het huis.",
    "The key that the house vouches for is not in this browser. Restore your keys with the recovery code, or call the house.",
  );
}
