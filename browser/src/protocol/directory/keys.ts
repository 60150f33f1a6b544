// A member's keys: how one follows another, which of them waits, and by which a signature is judged.

import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";

import { hex, utf8 } from "../bytes.ts";
import type { PublicCert } from "../cert.ts";
import type { House, KeyState } from "../directory.ts";
import { digestOf, mac, type Digest, type HubName, type Mac, type MemberId, type Moment } from "../id.ts";
import { Refusal, refusal, refuseUnless, there } from "../refusal.ts";
import type { Recipient } from "../seal/recipient.ts";
import type { Body, Key } from "../statement.ts";

/**
 * By which certs a signature in a signer's name can be good, and what stands against the signer. The latter is for who
 * can sign in that name to hear, and for nobody else.
 */
export interface SignedBy {
  /** None where nobody of that name has a key on record. */
  readonly certs: readonly PublicCert[];
  readonly against: Refusal | undefined;
}

/** A signer against whom nothing stands. */
export function only(cert: PublicCert): SignedBy {
  return { certs: [cert], against: undefined };
}

/**
 * By what a member's statement is judged now: the key in force; or, to keep a bundle and see how it stands while not
 * vouched yet, the key that waits; or else whatever key there is, with why it does not count.
 */
export function signedBy(house: House, member: MemberId, body: Body, at: Moment): SignedBy {
  const membership = house.inForce(member, at);
  const listed = listedKey(house, member);
  if (!(membership instanceof Refusal) && listed !== undefined) return only(listed.cert);
  const refused = membership instanceof Refusal ? membership : refusal("key-unknown");
  const waiting = waitingKey(house, member, listed);
  if (waiting !== undefined && (body.kind === "bundle" || body.kind === "login")) return only(waiting.cert);
  const isNew = waiting !== undefined && refused.code === "unknown-member";
  const keys = [listed, newest(keysOf(house, member))].filter((key) => key !== undefined);
  return { certs: keys.map((key) => key.cert), against: isNew ? refusal("not-vouched") : refused };
}

function listedKey(house: House, member: MemberId): KeyState | undefined {
  const membership = house.members.get(member);
  return membership && house.keys.get(membership.key);
}

type OnRecord = readonly [id: Digest, key: KeyState];

function keysOf(house: House, member: MemberId): OnRecord[] {
  return [...house.keys].filter(([, key]) => key.member === member);
}

function newest(keys: readonly OnRecord[]): KeyState | undefined {
  return keys.map(([, key]) => key).sort((one, other) => other.order - one.order)[0];
}

/**
 * The newest key that may still come into force. Only one that came after the one in force waits; one that it replaced
 * is gone for good.
 */
function waitingKey(house: House, member: MemberId, listed: KeyState | undefined): KeyState | undefined {
  const after = listed === undefined ? 0 : listed.order + 1;
  return newest(keysOf(house, member).filter(([id, key]) => key.order >= after && !house.revoked.has(id)));
}

/** Whether the authority has signed a membership for a key. */
function isVouchedFor(house: House, key: Digest): boolean {
  return [...house.memberships.values()].some((membership) => membership.key === key);
}

/** What the proof of a first key binds. */
export interface Proven {
  readonly hub: HubName;
  readonly slip: Digest;
  readonly member: MemberId;
  readonly cert: Digest;
  readonly recipient: Recipient;
}

/**
 * The proof in a `key` statement: HMAC-SHA256 under the slip's secret (32 bytes) over `zegel/1 key` and the fields that
 * it binds, each on a line of its own.
 */
export function keyProof(secret: Uint8Array, { hub, slip, member, cert, recipient }: Proven): Mac {
  const text = `zegel/1 key\n${hub}\n${slip}\n${member}\n${cert}\n${recipient}\n`;
  return mac(`hmac-sha256:${hex.encode(hmac(sha256, secret, utf8(text)))}`);
}

/**
 * `key`: with an unused ticket in time, or after the previous key, which is in force; and nobody's before. Whose keys
 * there are is told only to who may add one.
 */
export function judgeKey(house: House, key: Key, cert: PublicCert, member: MemberId, at: Moment): void {
  if (key.previous === undefined) requireSlip(house, key, member, at);
  else refuseUnless(house.member(member, at).key === key.previous, "key-unknown");
  const isTaken = [...house.keys.values()].some(
    (other) => other.key.recipient === key.recipient || other.cert.fingerprint === cert.fingerprint,
  );
  refuseUnless(!isTaken && cert.fingerprint !== house.authorityFingerprint(), "key-differs");
}

/** Refuses a first key without a slip of its member's that waits for it. */
export function requireSlip(house: House, key: Key, member: MemberId, at: Moment): void {
  const { slip, usedBy } = there(key.slip && house.slips.get(key.slip), "slip-unknown");
  const ticket = there(key.ticket, "slip-unknown");
  const fits = slip.member === member && digestOf(hex.decode(ticket)) === slip.ticket;
  refuseUnless(fits && at < slip.until, "slip-unknown");
  refuseUnless(usedBy === undefined, "slip-used");
}

/**
 * Puts a key on record. Of several rotations the newest waits, so that who lost the answer to the first, or its keys,
 * can try again; the earlier ones stay on record: the house may have vouched for one by now, on its own machine.
 */
export function addKey(house: House, id: Digest, key: Key, member: MemberId, cert: PublicCert): void {
  const slip = key.slip && house.slips.get(key.slip);
  if (key.slip !== undefined && slip !== undefined) house.slips.set(key.slip, { ...slip, usedBy: id });
  house.keys.set(id, { key, member, cert, order: house.keyCount });
  house.keyCount += 1;
}

/**
 * Revokes a key, with every key that follows it and that nobody has vouched for: whoever stole a key could else go on
 * with one that it signed. A key that the authority vouched for stands by itself.
 */
export function revokeKey(house: House, key: Digest, revocation: Digest): void {
  house.revoked.set(key, revocation);
  for (const [id, other] of house.keys) {
    if (other.key.previous === key && !isVouchedFor(house, id)) revokeKey(house, id, revocation);
  }
}
