// Whether mail can be sealed for a cert, and until when. Other than for statements expiry and revocations in the cert
// count here: mail programs go by them. No library's policy is asked, since those ask for the time.

import { type Moment, momentOf, unix } from "../../id.ts";
import { BadLetter } from "../../mime/bad.ts";
import type { Key } from "../key.ts";
import { type Made, MAY } from "../made.ts";
import type { BoundKey, PublicCert } from "../public.ts";
import * as sub from "../subpackets.ts";

/** From when to when a key counts, in seconds since 1970; the end is the first second in which it does not. */
interface Life {
  readonly from: number;
  readonly until: number;
}

/** That of a key, by the newest of each of these sets of self-signatures on it. */
function lifeOf(key: Key, ...sets: (readonly Made[])[]): Life {
  const ends = sets.flatMap(newest).map((made) => end(key.created, made));
  return { from: key.created, until: Math.min(...ends, Number.POSITIVE_INFINITY) };
}

function holds(life: Life, at: number): boolean {
  return life.from <= at && at < life.until;
}

/** When a self-signature, or what it says of the key that was made then, ends. */
function end(made: number, signature: Made): number {
  // A period of nothing is no end at all.
  const plus = (from: number, period = 0): number => (period === 0 ? Number.POSITIVE_INFINITY : from + period);
  const own = plus(created(signature), signature.number(sub.EXPIRES));
  return Math.min(own, plus(made, signature.number(sub.KEY_EXPIRES)));
}

/** The newest; more than one if they are of the same second, of which then the strictest counts. */
function newest(signatures: readonly Made[]): Made[] {
  const last = Math.max(...signatures.map(created));
  return signatures.filter((made) => created(made) === last);
}

function created(signature: Made): number {
  return signature.created ?? 0;
}

/** The keys that mail can be sealed for at a moment, the newest first; never none. Throws what `usableForMail` does. */
export function encryptionKeys(cert: PublicCert, moment: Moment): readonly [Key, ...Key[]] {
  const at = unix(moment);
  const primary = lifeOfPrimary(cert);
  const made = encrypting(cert).filter(({ life }) => Math.max(life.from, primary.from) <= at);
  if (made.length === 0) throw new BadLetter("cannot-encrypt");
  const valid = made.filter(({ revoked }) => !revoked);
  if (valid.length === 0 || isRevoked(cert)) throw new BadLetter("revoked");
  const alive = valid.filter(({ life }) => holds(life, at) && holds(primary, at)).map(({ key }) => key);
  const [first, ...others] = alive.sort(
    (a, b) => b.created - a.created || (a.fingerprint < b.fingerprint ? -1 : 1),
  );
  if (first === undefined) throw new BadLetter("expired");
  return [first, ...others];
}

/** From when on no mail can be sealed for a cert, if that was said. One that can't be sealed for at all has no end. */
export function mailExpires(cert: PublicCert): Moment | undefined {
  const ends = encrypting(cert).map(({ life }) => life.until);
  // The last key ends it; one without end leaves the primary's own.
  const keys = ends.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...ends);
  const until = Math.min(keys, lifeOfPrimary(cert).until);
  return Number.isFinite(until) ? momentOf(until) : undefined;
}

/** Refuses an author whose cert, or that one key of it, mail programs do not take any more at a moment. */
export function requireAuthor(cert: PublicCert, signer: Key, moment: Moment): void {
  const at = unix(moment);
  const subkey = cert.subkeys.find(({ key }) => key.fingerprint === signer.fingerprint);
  const keyHolds =
    subkey === undefined || (holds(lifeOf(subkey.key, subkey.signatures), at) && subkey.revocations.length === 0);
  if (!keyHolds || !holds(lifeOfPrimary(cert), at) || isRevoked(cert)) throw new BadLetter("author");
}

/** The subkeys that may encrypt mail, how long, and whether they are revoked. */
function encrypting(cert: PublicCert): { key: Key; life: Life; revoked: boolean }[] {
  const may = ({ key, signatures }: BoundKey): boolean =>
    key.kind === "curve25519" && newest(signatures).every((made) => made.allows(MAY.encryptMail));
  return cert.subkeys.filter(may).map(({ key, signatures, revocations }) => ({
    key,
    life: lifeOf(key, signatures),
    revoked: revocations.length > 0,
  }));
}

/** That of the primary key: the end may stand on the key itself, or on the user id. */
function lifeOfPrimary(cert: PublicCert): Life {
  return lifeOf(cert.primary.key, cert.primary.signatures, cert.named.signatures);
}

/** By its own key, whenever it says that it was: a cert is given anew when it is good again. */
function isRevoked(cert: PublicCert): boolean {
  return cert.primary.revocations.length > 0 || cert.named.revocations.length > 0;
}
