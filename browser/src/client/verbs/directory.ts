// Who takes part, as the authority signed it; and the manager's suspensions.

import { plus, type MemberId, type Moment, type PartnerId } from "../../protocol/id.ts";
import { refused, there, type Refusal } from "../../protocol/refusal.ts";
import type { Fingerprint } from "../../protocol/cert.ts";
import type { Admission, Membership } from "../../protocol/statement.ts";
import type { PartnerKind, Role, Standing } from "../../protocol/words.ts";
import { KEY_WARNING, Work, type Context, type Plan } from "../context.ts";
import type { World } from "../trust.ts";

/** Everyone is warned so many seconds before the directory ends. */
const WARNING = 10 * 24 * 3600;

/** The directory, verified. */
export interface DirectoryReport {
  readonly number: number;
  readonly until: Moment;
  /** Whether it ends within ten days, or has ended. */
  readonly endsSoon: boolean;
  readonly authority: Fingerprint;
  readonly partners: readonly PartnerRow[];
  readonly members: readonly MemberRow[];
}

export interface PartnerRow {
  readonly partner: PartnerId;
  readonly name: string;
  readonly kind: PartnerKind;
  readonly standing: Standing;
  readonly excluded: boolean;
}

export interface MemberRow {
  readonly member: MemberId;
  readonly name: string;
  readonly mail: string;
  readonly partner: PartnerId;
  readonly partnerName: string;
  readonly roles: readonly Role[];
  readonly until: Moment;
  /** From when no letter can be sealed for the member any more; whether that is soon. */
  readonly mailUntil: Moment;
  readonly mailEndsSoon: boolean;
  /** The OpenPGP key's fingerprint. */
  readonly fingerprint: Fingerprint | undefined;
  /** Why the member is not in force now, if so. */
  readonly refused: Refusal | undefined;
}

/** Fetches and verifies the directory. */
export async function directory(ctx: Context): Promise<DirectoryReport> {
  return directoryOf((await Work.begin(ctx)).world);
}

/** The directory of a world. */
export function directoryOf(world: World): DirectoryReport {
  const { house, now } = world;
  const { number, until } = there(house.directory, "no-directory");
  const partners = [...house.partners.values()].map((admission) => partnerRow(world, admission));
  const members = [...house.members.values()].map((membership) => memberRow(world, membership));
  return {
    number,
    until,
    endsSoon: until <= plus(now, WARNING),
    authority: house.authorityFingerprint(),
    partners: partners.sort((one, other) => compare(one.kind, other.kind) || compare(one.name, other.name)),
    members: members.sort(
      (one, other) => compare(one.partnerName, other.partnerName) || compare(one.name, other.name),
    ),
  };
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function partnerRow({ house }: World, { partner, name, partnerKind: kind, standing }: Admission): PartnerRow {
  return { partner, name, kind, standing, excluded: house.excluded.has(partner) };
}

function memberRow({ house, now }: World, membership: Membership): MemberRow {
  const { member, name, mail, partner, role: roles, until } = membership;
  const mailUntil = house.mailUntil(membership);
  return {
    member,
    name,
    mail,
    partner,
    partnerName: house.partnerName(partner),
    roles,
    until,
    mailUntil,
    mailEndsSoon: mailUntil <= plus(now, KEY_WARNING),
    fingerprint: house.keys.get(membership.key)?.cert.fingerprint,
    refused: refused(() => house.member(member, now)),
  };
}

/** The manager suspends a member at once, until a moment; one that is past ends it. */
export async function suspend(ctx: Context, member: MemberId, until: Moment): Promise<Plan> {
  const work = await Work.begin(ctx);
  const draft = work.draft();
  draft.push({ kind: "suspension", member, until });
  return work.plan(draft);
}
