// What was verified before. A client judges all that it knows anew each time that it learns more: the same bytes are
// the same cert still, and a signature that was good is good still. What a statement is allowed to do, and whose key is
// in force, is never taken from here.

import { equal } from "../bytes.ts";
import { BadCert, BadSignature, isCertifiedBy, PublicCert, verifyStatement } from "../cert.ts";
import type { Entry } from "../history.ts";
import type { Digest } from "../id.ts";
import { refusal } from "../refusal.ts";

/** No more certs are remembered than this, */
const MOST_CERTS = 1000;
/** nor more signatures. */
const MOST_SIGNATURES = 100_000;

/** Good certs, certifications, and signatures of statements; for as long as whoever has it wants it. */
export class Verified {
  readonly #certs = new Map<Digest, PublicCert>();
  /** By whom, and of whom. */
  readonly #certified = new Map<string, true>();
  /** By the cert that made it and the statement that it is of. */
  readonly #signatures = new Map<string, Uint8Array>();

  /** The cert of these bytes, whose digest this is. Refuses what is none. */
  async cert(digest: Digest, bytes: Uint8Array): Promise<PublicCert> {
    const cert = this.#certs.get(digest) ?? (await readCert(bytes));
    keep(this.#certs, MOST_CERTS, digest, cert);
    return cert;
  }

  /** Whether the authority certified the user id of a member's cert. */
  async isCertified(member: PublicCert, authority: PublicCert): Promise<boolean> {
    const name = `${authority.digest} ${member.digest}`;
    if (this.#certified.has(name)) return true;
    if (!(await isCertifiedBy(member, authority))) return false;
    keep(this.#certified, MOST_CERTS, name, true);
    return true;
  }

  /** Why a cert did not make an entry's signature, if it did not. Its id and statement must be those of its text. */
  async problemWith({ id, statement, text, signature }: Entry, cert: PublicCert): Promise<BadSignature | undefined> {
    const name = `${cert.digest} ${id}`;
    const before = this.#signatures.get(name);
    if (before !== undefined && equal(before, signature)) return undefined;
    try {
      await verifyStatement(cert, statement.body.kind, text, signature, statement.signedAt);
    } catch (error) {
      if (error instanceof BadSignature) return error;
      throw error;
    }
    keep(this.#signatures, MOST_SIGNATURES, name, signature);
    return undefined;
  }
}

function keep<K, V>(all: Map<K, V>, most: number, name: K, value: V): void {
  if (all.size >= most && !all.has(name)) all.clear();
  all.set(name, value);
}

async function readCert(bytes: Uint8Array): Promise<PublicCert> {
  try {
    return await PublicCert.read(bytes);
  } catch (error) {
    throw error instanceof BadCert ? refusal("bad-cert", { problem: error.flaw }) : error;
  }
}
