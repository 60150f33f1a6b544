// The authority's word for a member's user id, which travels beside the cert so that mail programs agree.

import { concat } from "../bytes.ts";
import type { Moment } from "../id.ts";
import { CertError } from "./bad.ts";
import { framed } from "./key.ts";
import { MAY } from "./made.ts";
import { signUserId } from "./openpgp.ts";
import * as packets from "./packets.ts";
import { CERTIFICATIONS, PublicCert } from "./public.ts";
import type { SecretCert } from "./secret.ts";

/**
 * The member's cert with the authority's certification of its user id in it.
 *
 * Throws a CertError when the authority's key may not certify, or `at` is before it was made or after 2106.
 */
export async function certify(authority: SecretCert, member: PublicCert, at: Moment): Promise<PublicCert> {
  if (!authority.public.primaryMay(MAY.certify)) throw new CertError("not-allowed");
  const { primary } = authority.public;
  const certification = await signUserId(authority.secretOf(primary.key), member.primary.key, member.userId, at);
  return PublicCert.read(withCertification(member, packets.write(packets.SIGNATURE, certification)));
}

/** The cert with a signature more behind those of its user id. */
function withCertification(member: PublicCert, signature: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  let inUserId = false;
  for (let rest = member.bytes; rest.length > 0; ) {
    const taken = packets.first(rest)!;
    if (inUserId && taken.packet.tag !== packets.SIGNATURE) {
      parts.push(signature);
      inUserId = false;
    }
    inUserId ||= taken.packet.tag === packets.USER_ID;
    parts.push(rest.subarray(0, rest.length - taken.rest.length));
    rest = taken.rest;
  }
  return concat(...parts, ...(inUserId ? [signature] : []));
}

/**
 * Whether the authority's primary key certified the member's user id, with a strong hash, at any time.
 *
 * It makes mail programs agree with the `membership` statement, which is what counts.
 */
export async function isCertifiedBy(member: PublicCert, authority: PublicCert): Promise<boolean> {
  if (!authority.primaryMay(MAY.certify)) return false;
  const over = [framed(member.primary.key.body), member.named.framed];
  const certifications = member.named.byOthers.filter((made) => CERTIFICATIONS.includes(made.type) && made.isStrong);
  return (await Promise.all(certifications.map((made) => made.isBy(authority.primary.key, ...over)))).includes(true);
}

/** Whether both certs hold the same primary key, subkeys and user id, so that at most certifications differ. */
export function sameKeys(one: PublicCert, other: PublicCert): boolean {
  const subkeys = (cert: PublicCert): string =>
    cert.subkeys
      .map(({ key }) => key.fingerprint)
      .sort()
      .join();
  return (
    one.fingerprint === other.fingerprint && one.userId === other.userId && subkeys(one) === subkeys(other)
  );
}
