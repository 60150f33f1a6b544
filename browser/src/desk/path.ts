// The path of a case: what comes next, and what a supplier can take back.

import type { Context } from "../client/context.ts";
import type { World } from "../client/trust.ts";
import { changePhase, openCase } from "../client/verbs/case.ts";
import type { Entered } from "../client/verbs/choose.ts";
import { hasPlace } from "../client/verbs/contribute.ts";
import { retract, withdraw } from "../client/verbs/meeting.ts";
import { mayFollow, type CaseState } from "../protocol/case.ts";
import type { CaseNumber, Digest, MemberId, Moment } from "../protocol/id.ts";
import { judgeRetraction } from "../protocol/item.ts";
import { refused } from "../protocol/refusal.ts";
import { Phase } from "../protocol/words.ts";
import { named } from "./named.ts";
import type { Plans, Prepared } from "./plans.ts";
import { latestRosters } from "./standing.ts";

export interface PathSeen {
  /** Whether whoever looks can take up the referral. */
  readonly mayOpen: boolean;
  /** Who will run it then. */
  readonly holders: readonly { readonly member: MemberId; readonly name: string }[];
  /** Where it may go next, for who runs it. */
  readonly next: readonly Phase[];
  /** Whether whoever looks works for the partner that referred it. */
  readonly isReferrer: boolean;
  readonly mayContribute: boolean;
  /** For who works for that partner: a meeting ahead on which no consultation is on record yet (9.2f). */
  readonly toConsult: { readonly roster: Digest; readonly date: Moment } | undefined;
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
    toConsult: isDirector ? undefined : toConsult(entered),
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
function willRun({ work, of }: Entered): PathSeen["holders"] {
  const { house } = work.world;
  const ofHouse = of.directors(house);
  return [...ofHouse.holders.keys()]
    .filter((member) => ofHouse.isHeldBy(house, member) && house.isProcesregisseur(member, work.now()))
    .map((member) => ({ member, name: named(house, member).name }));
}

/** The first meeting ahead, as far as it is known to the partner that referred the case. */
function toConsult({ work, of }: Entered): PathSeen["toConsult"] {
  const { world } = work;
  const now = work.now();
  if (of.partner !== world.myPartner() || refused(() => world.myVaultIn(of)) !== undefined) return undefined;
  const isConsulted = (id: Digest): boolean => [...of.consultations.values()].some(({ roster }) => roster === id);
  const isDue = ([, id, { phase, date }]: ReturnType<typeof latestRosters>[number]): boolean =>
    phase === of.phase && phase !== "triage" && now < date && !isConsulted(id);
  const next = latestRosters(of).find(isDue);
  return next && { roster: next[1], date: next[2].date };
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
  return [...readers].map((member) => ({ member, ...named(house, member) }));
}

/** For those who were shown, and nobody who came to hold the house's vault since. */
export async function planOpening(
  ctx: Context,
  plans: Plans,
  number: CaseNumber,
  holders: readonly MemberId[],
): Promise<Prepared> {
  return plans.make(ctx, (work) => openCase(work, number, holders));
}

export async function planPhase(
  ctx: Context,
  plans: Plans,
  number: CaseNumber,
  phase: Phase,
  outcome: string,
): Promise<Prepared> {
  return plans.make(ctx, (work) => changePhase(work, number, phase, outcome));
}

export async function planRetraction(ctx: Context, plans: Plans, number: CaseNumber, item: Digest): Promise<Prepared> {
  return plans.make(ctx, (work) => retract(work, number, item));
}

export async function planWithdrawal(
  ctx: Context,
  plans: Plans,
  number: CaseNumber,
  item: Digest,
  readers: readonly MemberId[],
): Promise<Prepared> {
  return plans.make(ctx, (work) => withdraw(work, number, item, readers));
}
