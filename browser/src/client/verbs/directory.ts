// Who takes part, as the authority signed it; and the manager's suspensions.

import { plus, type MemberId, type Moment, type PartnerId } from "../../protocol/id.ts";
import { refused, there, type Refusal } from "../../protocol/refusal.ts";
import type { Fingerprint } from "../../protocol/cert.ts";
import { judgeSuspension } from "../../protocol/directory/judge.ts";
import { CLOCK_TOLERANCE } from "../../protocol/history.ts";
import type { Admission, Membership, Suspension } from "../../protocol/statement.ts";
import type { PartnerKind, Role, Standing } from "../../protocol/words.ts";
import { KEY_WARNING, recordedBefore, Work, type Context, type Plan } from "../context.ts";
import { ClientError } from "../error.ts";
import type { Draft } from "../sign.ts";
import type { Known, World } from "../trust.ts";

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

/**
 * The manager suspends a member at once, until a moment. The plan is empty where that is on record already. Refuses who is
 * no manager, oneself, and a moment that is past.
 */
export async function suspend(ctx: Context, member: MemberId, until: Moment): Promise<Plan> {
  const work = await Work.begin(ctx);
  const { world } = work;
  const draft = work.draft();
  const suspension: Suspension = { kind: "suspension", member, until };
  judgeSuspension(world.house, suspension, world.me, draft.signedAt);
  if (member === world.me) throw ownSuspension();
  // A mistake in the date must not look like somebody who is suspended.
  if (until <= draft.signedAt) throw suspensionPast();
  const last = lastSuspension(world, member);
  if (last?.body.until === until) return doneBefore(draft, last.known);
  draft.push(suspension);
  return work.plan(draft);
}

/**
 * The manager ends somebody's suspension at once. The plan is empty where that is on record already. Refuses who is no
 * manager, and of who is not suspended.
 */
export async function endSuspension(ctx: Context, member: MemberId): Promise<Plan> {
  const work = await Work.begin(ctx);
  const { world } = work;
  const draft = work.draft();
  // Past by the hub's clock also where this one is ahead of it.
  const ended: Suspension = { kind: "suspension", member, until: plus(draft.signedAt, -CLOCK_TOLERANCE) };
  judgeSuspension(world.house, ended, world.me, draft.signedAt);
  const last = lastSuspension(world, member);
  if (last !== undefined && draft.signedAt < last.body.until) {
    draft.push(ended);
    return work.plan(draft);
  }
  if (last !== undefined && last.body.until <= last.known.statement.signedAt) return doneBefore(draft, last.known);
  throw notSuspended(world.nameOf(member));
}

/** The member's last suspension on record, which is the one that counts; an end of one too. */
function lastSuspension(world: World, member: MemberId): { known: Known; body: Suspension } | undefined {
  const all = world.statementsOfHouse().flatMap((known) => {
    const { body } = known.statement;
    return body.kind === "suspension" && body.member === member ? [{ known, body }] : [];
  });
  return all.at(-1);
}

function doneBefore(draft: Draft, known: Known): Plan {
  return { draft, warnings: [], send: async () => recordedBefore(known) };
}

function ownSuspension(): ClientError {
  return ClientError.said(
    "own-suspension",
    "U kunt uzelf niet schorsen: u kon dat niet meer beëindigen. Vraag het een andere manager, of bel het huis.",
    "You can't suspend yourself: you could not end it any more. Ask another manager, or call the house.",
  );
}

function suspensionPast(): ClientError {
  return ClientError.said(
    "suspension-past",
    "Die dag is al voorbij. Er is niets ondertekend. Kies een latere dag.",
    "That day is over already. Nothing was signed. Choose a later day.",
  );
}

function notSuspended(name: string): ClientError {
  return ClientError.said(
    "not-suspended",
    `${name} is niet geschorst. Er valt niets te beëindigen.`,
    `${name} is not suspended. There is nothing to end.`,
  );
}
