// Huis: who takes part; for the house's secretary the keys that wait to be vouched for, and for its manager suspensions.

import { batchBytes } from "../client/batch.ts";
import { Work, type Context } from "../client/context.ts";
import { directoryOf, endSuspension, suspend, type DirectoryReport } from "../client/verbs/directory.ts";
import { PublicCert } from "../protocol/cert.ts";
import { checkWords, keyDigest } from "../protocol/checkwords.ts";
import { moment, type Digest, type MemberId, type Moment } from "../protocol/id.ts";
import { forTerminal } from "../protocol/label.ts";
import type { Refusal } from "../protocol/refusal.ts";
import type { Plans, Prepared } from "./plans.ts";
import { ownVault, type VaultSeen } from "./vault.ts";

export interface HouseSeen {
  readonly report: Omit<DirectoryReport, "members"> & { readonly members: readonly MemberSeen[] };
  readonly waiting: readonly KeyWaiting[];
  /** Nothing for who is in no partner now. */
  readonly vault: VaultSeen | undefined;
}

export interface MemberSeen extends Omit<DirectoryReport["members"][number], "refused"> {
  /** Why the member is not in force now, if so. */
  readonly refused: { readonly nl: string; readonly en: string } | undefined;
  /** What whoever looks can do about it; nothing for who is no manager, and of oneself. */
  readonly suspension: SuspensionSeen | undefined;
}

export type SuspensionSeen =
  /** Is in force, and can be suspended. */
  | { readonly kind: "may" }
  | { readonly kind: "suspended"; readonly until: Moment };

/** A key that the house has not vouched for. */
export interface KeyWaiting {
  readonly key: Digest;
  readonly member: MemberId;
  /** As the key says it; the house checks it. */
  readonly userId: string;
  readonly at: Moment;
  /** What its owner reads aloud. */
  readonly words: string;
  /** The file for `zegel authority vouch`. */
  readonly request: string;
}

export async function seeHouse(ctx: Context): Promise<HouseSeen> {
  const work = await Work.begin(ctx);
  const report = directoryOf(work.world);
  const members = report.members.map(({ refused, ...member }) => ({
    ...member,
    refused:
      work.world.gone(member.member) ?? (refused && { nl: refused.sentence("nl"), en: refused.sentence("en") }),
    suspension: suspensionSeen(work, member.member, refused),
  }));
  return { report: { ...report, members }, waiting: await waitingKeys(work), vault: ownVault(work.world) };
}

function suspensionSeen({ world }: Work, member: MemberId, refused: Refusal | undefined): SuspensionSeen | undefined {
  const { house, me, now } = world;
  if (member === me || !house.hasRole(me, "manager", now)) return undefined;
  if (refused === undefined) return { kind: "may" };
  const until = house.suspended.get(member);
  return refused.code === "suspended" && until !== undefined ? { kind: "suspended", until } : undefined;
}

export function planSuspension(ctx: Context, plans: Plans, member: MemberId, until: string): Promise<Prepared> {
  return plans.make(ctx, (work) => suspend(work, member, moment(until)));
}

export function planSuspensionEnd(ctx: Context, plans: Plans, member: MemberId): Promise<Prepared> {
  return plans.make(ctx, (work) => endSuspension(work, member));
}

/** Keys on record that no membership names and nobody revoked, the newest of each member. */
async function waitingKeys({ world }: Work): Promise<KeyWaiting[]> {
  const vouched = new Set([...world.house.memberships.values()].map(({ key }) => key));
  const waiting = new Map<MemberId, KeyWaiting>();
  for (const { id, at, text, signature, statement } of world.statementsOfHouse()) {
    const { body } = statement;
    const member = statement.member();
    if (body.kind !== "key" || member === undefined) continue;
    waiting.delete(member);
    const cert = world.cert(body.cert);
    if (vouched.has(id) || world.house.revoked.has(id) || cert === undefined) continue;
    const decoder = new TextDecoder();
    const batch = { entries: [{ statement: decoder.decode(text), signature }], attachments: [cert] };
    const request = decoder.decode(batchBytes(batch));
    const userId = forTerminal((await PublicCert.read(cert)).userId);
    const words = await checkWords(keyDigest(body.cert, body.recipient));
    waiting.set(member, { key: id, member, userId, at, words, request });
  }
  return [...waiting.values()];
}
