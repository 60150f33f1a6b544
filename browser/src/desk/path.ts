// The path of a case: what comes next, and what a supplier can take back.

import type { Context } from "../client/context.ts";
import type { World } from "../client/trust.ts";
import { changePhase, openCase } from "../client/verbs/case.ts";
import type { Entered } from "../client/verbs/choose.ts";
import { hasPlace } from "../client/verbs/contribute.ts";
import { retract, withdraw } from "../client/verbs/meeting.ts";
import { mayFollow, type CaseState } from "../protocol/case.ts";
import type { CaseNumber, Digest, MemberId } from "../protocol/id.ts";
import { judgeRetraction } from "../protocol/item.ts";
import { refused } from "../protocol/refusal.ts";
import { Phase } from "../protocol/words.ts";
import type { Plans, Prepared } from "./plans.ts";

export interface PathSeen {
  /** Whether whoever looks can take up the referral. */
  readonly mayOpen: boolean;
  /** Who will run it then. */
  readonly holders: readonly string[];
  /** Where it may go next, for who runs it. */
  readonly next: readonly Phase[];
  /** Whether whoever looks works for the partner that referred it. */
  readonly isReferrer: boolean;
  readonly mayContribute: boolean;
  /** The partner's own items that may be taken back, with those who were given an approval that still holds. */
  readonly own: readonly OwnSeen[];
}

export interface OwnSeen {
  readonly item: Digest;
  readonly approved: readonly { readonly member: MemberId; readonly name: string; readonly partner: string }[];
}

export function pathOf(entered: Entered): PathSeen {
  const { work, of } = entered;
  const { world } = work;
  const { house, me } = world;
  const now = work.now();
  const isDirector = refused(() => of.requireDirector(house, me, now)) === undefined;
  return {
    mayOpen: mayOpen(entered),
    holders: mayOpen(entered) ? willRun(entered) : [],
    next: isDirector ? Phase.all.filter((phase) => mayFollow(of.kind, of.phase, phase)) : [],
    isReferrer: of.partner === world.myPartner(),
    mayContribute: of.phase !== "ended" && hasPlace(entered),
    own: [...of.items.keys()]
      .filter((item) => isRetractable(entered, item))
      .map((item) => ({ item, approved: approvedOf(world, of, item) })),
  };
}

function mayOpen({ work, of }: Entered): boolean {
  const { house, me } = work.world;
  const isHolder = (): boolean => refused(() => of.directors(house).requireHolder(house, me)) === undefined;
  return of.vault === undefined && house.isProcesregisseur(me, work.now()) && isHolder();
}

/** As the verb takes them where nobody is named: the holders of the house's vault. */
function willRun({ work, of }: Entered): string[] {
  const { house } = work.world;
  const ofHouse = of.directors(house);
  return [...ofHouse.holders.keys()]
    .filter((member) => ofHouse.isHeldBy(house, member) && house.isProcesregisseur(member, work.now()))
    .map((member) => house.members.get(member)?.name ?? member);
}

function isRetractable({ work, of }: Entered, item: Digest): boolean {
  const { house, me } = work.world;
  const body = { kind: "retraction" as const, case: of.number, item };
  return refused(() => judgeRetraction(house, of, body, me, work.now())) === undefined;
}

function approvedOf({ house }: World, of: CaseState, item: Digest): OwnSeen["approved"] {
  const readers = new Set<MemberId>();
  for (const { approval, withdrawn } of of.approvals.values()) {
    if (approval.item === item && !withdrawn) readers.add(approval.reader);
  }
  return [...readers].map((member) => {
    const membership = house.members.get(member);
    const partner = membership === undefined ? "" : house.partnerName(membership.partner);
    return { member, name: membership?.name ?? member, partner };
  });
}

export async function planOpening(ctx: Context, plans: Plans, number: CaseNumber): Promise<Prepared> {
  return plans.prepare(ctx, await openCase(ctx, number));
}

export async function planPhase(
  ctx: Context,
  plans: Plans,
  number: CaseNumber,
  phase: Phase,
  outcome: string,
): Promise<Prepared> {
  return plans.prepare(ctx, await changePhase(ctx, number, phase, outcome));
}

export async function planRetraction(ctx: Context, plans: Plans, number: CaseNumber, item: Digest): Promise<Prepared> {
  return plans.prepare(ctx, await retract(ctx, number, item));
}

export async function planWithdrawal(
  ctx: Context,
  plans: Plans,
  number: CaseNumber,
  item: Digest,
  readers: readonly MemberId[],
): Promise<Prepared> {
  return plans.prepare(ctx, await withdraw(ctx, number, item, readers));
}
