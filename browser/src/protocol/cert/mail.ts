// Sealing and opening a mail's text with OpenPGP: one author, one addressee, integrity protection of version 1, and
// nothing that could be read in two ways. Beside statements this is all that OpenPGP is used for.

import { concat, equal, hex } from "../bytes.ts";
import { type Moment, unix } from "../id.ts";
import { BadLetter, type BadLetterCode } from "../mime/bad.ts";
import { CertError } from "./bad.ts";
import { EDDSA, type Key } from "./key.ts";
import type { Made } from "./made.ts";
import * as protect from "./mail/protected.ts";
import { encryptionKeys, requireAuthor } from "./mail/usable.ts";
import { sign as signBytes } from "./openpgp.ts";
import * as packets from "./packets.ts";
import type { PublicCert } from "./public.ts";
import type { SecretCert } from "./secret.ts";
import { BadSignature, kindOf, readSignature, requireSubpackets, requireTime } from "./signature.ts";
import * as sub from "./subpackets.ts";

/** The head of a literal packet: bytes, without a name or a time, which no signature would cover. */
const LITERAL_HEAD = new Uint8Array([0x62, 0, 0, 0, 0, 0]);
/** The hash of signatures that we make. */
const SHA512 = 10;

/**
 * Signs a text and seals it for one cert, both at this moment. Throws what `PublicCert.usableForMail` does, or a
 * BadLetter with `author` when mail programs don't take the author's signatures then.
 */
export async function signAndSeal(
  plain: Uint8Array,
  author: SecretCert,
  addressee: PublicCert,
  at: Moment,
): Promise<Uint8Array> {
  const [newest] = encryptionKeys(addressee, at);
  const signature = await signDetached(plain, author, at);
  const inside = concat(
    packets.write(packets.ONE_PASS, onePass(SHA512, author.signer.key)),
    packets.write(packets.LITERAL, LITERAL_HEAD, plain),
    signature,
  );
  const sealed = await protect.seal(inside, newest);
  inside.fill(0);
  return sealed;
}

/** A signature that stands beside its text. Throws a BadLetter as `signAndSeal` does for the author. */
export async function signDetached(text: Uint8Array, author: SecretCert, at: Moment): Promise<Uint8Array> {
  try {
    const { signer } = author;
    if (unix(at) < signer.key.created) throw new CertError("before-key");
    requireAuthor(author.public, signer.key, at);
    return packets.write(packets.SIGNATURE, await signBytes(signer, text, at));
  } catch (error) {
    throw error instanceof CertError ? new BadLetter(error.code === "not-allowed" ? "author" : "date") : error;
  }
}

/** Version 3, for bytes, by this hash and key; no signature follows inside. */
function onePass(hash: number, issuer: Key): Uint8Array {
  return concat(new Uint8Array([3, 0, hash, EDDSA]), hex.decode(issuer.id), new Uint8Array([1]));
}

/**
 * Refuses what is not sealed for exactly one key, one of this cert's that can be sealed for then, with integrity
 * protection of version 1. Needs no secret: what is inside is not looked at. Throws what `PublicCert.usableForMail`
 * does; a BadLetter with `sealed` for what is not whole OpenPGP packets, then `layers`, `unprotected`, `recipients`.
 */
export function requireSealedFor(sealed: Uint8Array, addressee: PublicCert, at: Moment): void {
  readSealedFor(sealed, addressee, at);
}

function readSealedFor(sealed: Uint8Array, addressee: PublicCert, at: Moment): { read: protect.Sealed; key: Key } {
  const keys = encryptionKeys(addressee, at);
  const read = protect.read(sealed);
  const key = keys.find(({ id }) => id === read.recipient);
  if (key === undefined) throw new BadLetter("recipients");
  return { read, key };
}

/**
 * Opens a sealed text and verifies that this author signed it at this moment; all of it, before any is given out.
 * Throws what `requireSealedFor` does; `sealed` when it does not open whole; `unsigned` and `layers` for what is
 * inside; what `verifyDetached` does.
 */
export async function openAndVerify(
  sealed: Uint8Array,
  addressee: SecretCert,
  author: PublicCert,
  at: Moment,
): Promise<Uint8Array> {
  const { read, key } = readSealedFor(sealed, addressee.public, at);
  const inside = await protect.open(read, addressee.secretOf(key));
  if (inside === undefined) throw new BadLetter("sealed");
  const signed = readSigned(inside);
  const verified = await verify(signed.text, signed.signature, author, addressee.public, at);
  // Programs that go by the announcement say the same as we, then.
  if (!equal(signed.announcement, onePass(verified.hash, verified.issuer))) throw new BadLetter("layers");
  return signed.text;
}

/**
 * Verifies that a signature beside a text is this author's, made at this moment, and none of a statement. Throws a
 * BadLetter with `signer`, then `author` when the author's key had ended, `for-statement`, `date`, and `to` when it
 * says that it was meant for somebody.
 */
export async function verifyDetached(
  text: Uint8Array,
  signature: Uint8Array,
  author: PublicCert,
  at: Moment,
): Promise<void> {
  await verify(text, signature, author, undefined, at);
}

/** The three packets that are in a sealed text: the bodies of two, and the signature as a whole packet. */
interface SignedText {
  readonly announcement: Uint8Array;
  readonly text: Uint8Array;
  readonly signature: Uint8Array;
}

function readSigned(inside: Uint8Array): SignedText {
  const all = packets.all(inside);
  if (all === undefined) throw new BadLetter("layers");
  const [first, literal, last] = all;
  if (all.length === 1 && first?.tag === packets.LITERAL) throw new BadLetter("unsigned");
  const tags = all.map(({ tag }) => tag).join();
  const isWhole = tags === [packets.ONE_PASS, packets.LITERAL, packets.SIGNATURE].join();
  if (!isWhole || first === undefined || literal === undefined || last === undefined) throw new BadLetter("layers");
  const isBytes = equal(literal.body.subarray(0, 2), LITERAL_HEAD.subarray(0, 2));
  if (literal.body.length < LITERAL_HEAD.length || !isBytes) throw new BadLetter("layers");
  return {
    announcement: first.body,
    text: literal.body.subarray(LITERAL_HEAD.length),
    signature: packets.write(packets.SIGNATURE, last.body),
  };
}

/** What made a good signature. */
interface Verified {
  readonly hash: number;
  readonly issuer: Key;
}

async function verify(
  text: Uint8Array,
  signature: Uint8Array,
  author: PublicCert,
  reader: PublicCert | undefined,
  at: Moment,
): Promise<Verified> {
  const made = or("signer", () => readMade(signature));
  const named = author.signingKeys().filter((key) => made.names(key));
  const answers = await Promise.all(named.map((key) => made.isBy(key, text)));
  const issuer = named[answers.indexOf(true)];
  if (issuer === undefined) throw new BadLetter("signer");
  requireAuthor(author, issuer, at);
  if (made.both.some((subpacket) => kindOf(subpacket) !== undefined)) throw new BadLetter("for-statement");
  or("date", () => requireTime(made, at));
  const meantFor = made.both.filter(({ type }) => type === sub.INTENDED_RECIPIENT);
  const isReader = ({ body }: sub.Subpacket): boolean => sub.fingerprintOf(body) === reader?.fingerprint;
  if (reader === undefined ? meantFor.length > 0 : !meantFor.every(isReader)) throw new BadLetter("to");
  return { hash: made.hash, issuer };
}

/** A signature of the form of a statement's, with one time among what is signed. */
function readMade(signature: Uint8Array): Made {
  const made = readSignature(signature);
  requireSubpackets(made);
  if (made.hashed.filter(({ type }) => type === sub.CREATED).length !== 1) throw new BadLetter("signer");
  return made;
}

/** What the work gives, or the refusal of a letter for that of a statement. */
function or<T>(code: BadLetterCode, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof BadSignature ? new BadLetter(code) : error;
  }
}
