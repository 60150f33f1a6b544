// Whether a statement about who is who counts, and what it makes true.

import { sameKeys } from "../cert/certification.ts";
import type { PublicCert } from "../cert.ts";
import type { House } from "../directory.ts";
import { unix, type Digest, type MemberId, type Moment } from "../id.ts";
import { refuseUnless, there } from "../refusal.ts";
import type {
  Admission,
  Bundle,
  Directory,
  Exclusion,
  Membership,
  Revocation,
  Slip,
  Statement,
  Suspension,
} from "../statement.ts";
import { addKey, revokeKey } from "./keys.ts";

/** A directory may be signed for so many seconds ahead. */
export const DIRECTORY_MAX_SECONDS = 92 * 24 * 3600;

/** `slip`: a new member or an old one with a new slip, of a partner that is admitted. */
export function judgeSlip(house: House, slip: Slip): void {
  refuseUnless(house.knowsPartner(slip.partner), "unknown-partner");
  // One who moves gets a new membership, so that nothing of the old partner opens for it.
  refuseUnless(!worksElsewhere(house, slip), "unknown-member");
}

/**
 * `membership`: the key is on record for this member, unchanged but for the authority's certification, which is good or
 * not.
 */
export function judgeMembership(
  house: House,
  membership: Membership,
  certified: PublicCert,
  isCertified: boolean,
): void {
  const { member, key, name, mail, partner } = membership;
  const state = there(house.keys.get(key), "key-unknown");
  refuseUnless(state.member === member, "key-unknown");
  refuseUnless(!house.revoked.has(key), "revoked");
  const isAsSigned = state.key.cert === membership.cert && state.key.recipient === membership.recipient;
  refuseUnless(isAsSigned, "key-differs");
  // Mail programs go by the user id that the authority certifies, so it must be this person's.
  refuseUnless(certified.userId === `${name} <${mail}>`, "key-differs");
  refuseUnless(sameKeys(certified, state.cert) && isCertified, "key-differs");
  refuseUnless(house.knowsPartner(partner), "unknown-partner");
  refuseUnless(!worksElsewhere(house, membership), "key-differs");
}

/** Whether somebody was a member of another partner before. */
function worksElsewhere(house: House, { member, partner }: Slip | Membership): boolean {
  return [...house.memberships.values()].some((other) => other.member === member && other.partner !== partner);
}

/** `admission`: any, by the authority; the first is the house, and there is one house. */
export function judgeAdmission(house: House, admission: Admission): void {
  const isHouse = admission.partnerKind === "house";
  const first = [...house.admissions.values()].find((other) => other.partnerKind === "house");
  const isRight = first === undefined ? isHouse : isHouse === (first.partner === admission.partner);
  refuseUnless(isRight, "not-allowed");
}

/** `directory`: newer, not for too long, and all that it lists is on record, once. */
export function judgeDirectory(house: House, directory: Directory, signedAt: Moment): void {
  refuseUnless(directory.number > (house.directory?.number ?? 0), "older-directory");
  refuseUnless(unix(directory.until) - unix(signedAt) <= DIRECTORY_MAX_SECONDS, "directory-too-long");
  const admitted = directory.admission.map((id) => there(house.admissions.get(id), "directory-dangling"));
  const vouched = directory.membership.map((id) => there(house.memberships.get(id), "directory-dangling"));
  const partners = new Set(admitted.map(({ partner }) => partner));
  const members = new Set(vouched.map(({ member }) => member));
  const isOnce = partners.size === admitted.length && members.size === vouched.length;
  const isWhole =
    vouched.every(({ partner }) => partners.has(partner)) &&
    directory.revocation.every((id) => house.revocations.has(id)) &&
    directory.exclusion.every((id) => house.exclusions.has(id));
  refuseUnless(isOnce && isWhole, "directory-dangling");
}

/** `revocation`: the key is on record for this member. */
export function judgeRevocation(house: House, revocation: Revocation): void {
  refuseUnless(house.keys.get(revocation.key)?.member === revocation.member, "key-unknown");
}

/** `exclusion`: of a partner that was ever admitted. */
export function judgeExclusion(house: House, exclusion: Exclusion): void {
  refuseUnless(house.knowsPartner(exclusion.partner), "unknown-partner");
}

/** `suspension`: by a manager, of someone in the directory. */
export function judgeSuspension(house: House, suspension: Suspension, by: MemberId, at: Moment): void {
  refuseUnless(house.hasRole(by, "manager", at), "not-manager", { member: by });
  refuseUnless(house.members.has(suspension.member), "unknown-member");
}

/** `bundle`: the very next of this member, so that no number is so high that none can follow. */
export function judgeBundle(house: House, bundle: Bundle, by: MemberId): void {
  const next = (house.bundles.get(by) ?? 0) + 1;
  refuseUnless(bundle.number === next, "bundle-number", { next });
}

/**
 * Records what a statement about who is who makes true; `cert` is the one that a `key` attaches. Call only after its
 * judgement.
 */
export function applyToHouse(
  house: House,
  leaf: number,
  id: Digest,
  statement: Statement,
  cert: PublicCert | undefined,
): void {
  const { body, signedAt } = statement;
  const member = statement.member();
  switch (body.kind) {
    case "slip":
      house.slips.set(id, { slip: body, usedBy: undefined });
      return;
    case "key":
      if (member !== undefined && cert !== undefined) addKey(house, id, body, member, cert);
      return;
    case "bundle":
      if (member !== undefined) house.bundles.set(member, body.number);
      return;
    case "delivery":
      if (member !== undefined) house.deliveries.set(member, body);
      return;
    case "membership":
      house.memberships.set(id, body);
      return;
    case "admission":
      house.admissions.set(id, body);
      return;
    case "directory":
      list(house, leaf, body, signedAt);
      return;
    case "revocation":
      revokeKey(house, body.key, id);
      house.revocations.add(id);
      return;
    case "suspension":
      house.suspended.set(body.member, body.until);
      return;
    case "exclusion":
      exclude(house, id, body, signedAt);
      return;
    default:
      return;
  }
}

function exclude(house: House, id: Digest, { partner }: Exclusion, signed: Moment): void {
  house.exclusions.set(id, { partner, signed });
  // One that was carried in late, behind a directory that was signed after it, is over already.
  const counts = house.directorySigned === undefined || house.directorySigned <= signed;
  if (counts) house.excluded = new Set([...house.excluded, partner]);
}

function list(house: House, leaf: number, directory: Directory, signedAt: Moment): void {
  const admissions = directory.admission.map((id) => house.admissions.get(id)).filter((one) => one !== undefined);
  const memberships = directory.membership.map((id) => house.memberships.get(id)).filter((one) => one !== undefined);
  house.partners = new Map(admissions.map((admission) => [admission.partner, admission]));
  house.members = new Map(memberships.map((membership) => [membership.member, membership]));
  for (const admission of admissions) house.listedPartners.set(admission.partner, admission);
  for (const membership of memberships) {
    const { member, key } = membership;
    house.listedMembers.set(member, membership);
    const keys = house.keysSince.get(member) ?? [];
    if (keys.at(-1)?.key !== key) house.keysSince.set(member, [...keys, { since: leaf, key }]);
  }
  // An exclusion that the directory no longer lists is over; one that was signed after it goes on, so that nobody ends
  // it by keeping a directory back. Of the same second it goes on too: a script may be that quick.
  const goesOn = [...house.exclusions].filter(
    ([id, { signed }]) => directory.exclusion.includes(id) || signed >= signedAt,
  );
  house.excluded = new Set(goesOn.map(([, { partner }]) => partner));
  house.directory = directory;
  house.directorySigned = signedAt;
}
