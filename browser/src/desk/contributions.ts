// Bijdragen en aanmelden: files are sealed and sent first, so that what is signed is known to its last byte, and shown.

import type { Context } from "../client/context.ts";
import { Work } from "../client/context.ts";
import { OpfsScratches, type Scratches } from "../client/home.ts";
import type { World } from "../client/trust.ts";
import { refer, type NumberTaken, type Referred } from "../client/verbs/case.ts";
import { contribute, type Contributed, type NewFile } from "../client/verbs/contribute.ts";
import { Outbox } from "../client/verbs/contribute/outgoing.ts";
import type { CaseNumber, Digest } from "../protocol/id.ts";
import type { Regime } from "../protocol/label.ts";
import { refused } from "../protocol/refusal.ts";
import type { VaultState } from "../protocol/vault.ts";
import type { CaseKind, Phase } from "../protocol/words.ts";
import { named } from "./named.ts";
import type { Plans, Prepared } from "./plans.ts";
import type { Tell as TellAll, Underways } from "./underway.ts";
import { filesOf, type FileChosen, type Said } from "./wishes.ts";

/** What to know before putting something in. */
export interface Ground {
  /** Under which law the partner keeps most of what it has, as far as its name tells. */
  readonly regime: Regime;
  /** Who of the house will see what is put in. */
  readonly directors: readonly string[];
  /** The colleagues who hold the partner's own vault; nobody where it has none yet. */
  readonly colleagues: readonly string[];
  /** Where the case is; nothing for one that is yet to be referred. */
  readonly phase: Phase | undefined;
  /** Whether the partner can put anything in at all. */
  readonly hasVault: boolean;
}

/** Of the referral of a case that has no number yet, or of one that is there. */
export async function seeGround(ctx: Context, number: CaseNumber | undefined): Promise<Ground> {
  const { world } = await Work.begin(ctx);
  const of = number === undefined ? undefined : await world.loadCase(number);
  const { house } = world;
  const partner = world.myPartner();
  const vault = of === undefined ? house.vaultOf(partner) : vaultIn(() => of.keptIn(house, partner));
  const directors = of === undefined ? house.ownVault() : vaultIn(() => of.directors(house));
  return {
    regime: regimeOf(house.partnerName(partner)),
    directors: holdersOf(world, directors),
    colleagues: holdersOf(world, vault),
    phase: of?.phase,
    hasVault: vault !== undefined && directors !== undefined,
  };
}

function vaultIn(find: () => VaultState): VaultState | undefined {
  let found: VaultState | undefined;
  refused(() => (found = find()));
  return found;
}

function holdersOf({ house }: World, vault: VaultState | undefined): string[] {
  return [...(vault?.holders.keys() ?? [])].map((member) => named(house, member).name);
}

/** Words in a partner's name that tell the law it most often works under. Only a proposal: whoever puts in says it. */
const TELLING: readonly (readonly [RegExp, Regime])[] = [
  [/\bpolitie|\bmarechaussee/i, "wpg"],
  [/\bggz|psychiatr|verslavingszorg|huisarts|ziekenhuis|medisch/i, "medical"],
  [/reclassering|openbaar ministerie|parket|penitentiair|dienst justiti/i, "wjsg"],
];

export function regimeOf(partnerName: string): Regime {
  return TELLING.find(([words]) => words.test(partnerName))?.[1] ?? "avg";
}

/** Told while files are sealed and sent. */
export type Tell = TellAll<"sealing" | "sending">;

/** What the desk works with. */
export interface Sender {
  readonly ctx: Context;
  readonly plans: Plans;
  readonly underways: Underways;
}

/** Where sealed files lie until they are on record: a folder for each member, as each clears up its own. */
function outgoingOf({ home }: Pick<Context, "home">): Promise<Scratches> {
  return OpfsScratches.open(`outgoing-${home.settings.member}`);
}

export interface ContributionWanted {
  readonly files: readonly FileChosen[];
  readonly said: Said;
}

export async function planContribution(
  { ctx, plans, underways }: Sender,
  number: CaseNumber,
  wanted: ContributionWanted,
  tell: Tell,
): Promise<Prepared> {
  const { progress, requireWanted } = underways.begin(tell);
  const files = filesOf(ctx, "contribution", wanted.files, wanted.said);
  const plan = await contribute(ctx, number, files, {
    outgoing: await outgoingOf(ctx),
    progress: ({ fileName }, doing) => progress(doing, fileName),
  });
  // A plan takes the place of the one before it, which may be of another screen.
  requireWanted();
  return plans.prepare(ctx, plan);
}

/** What came of a contribution. */
export interface ContributedSeen {
  readonly items: readonly { readonly item: Digest; readonly title: string; readonly isNew: boolean }[];
}

export async function sendContribution({ ctx, plans }: Sender, plan: number): Promise<ContributedSeen> {
  const { case: number, items } = (await plans.send(plan)) as Contributed;
  // What lies here of tries before is not wanted any more. That it can't be cleared away now is no refusal.
  await dropOutgoing(ctx, number).catch(() => undefined);
  return { items: items.map(({ item, title, isNew }) => ({ item, title, isNew })) };
}

/** A case that is put forward: for whoever screens it, and for whom is asked in triage. */
export interface ReferralWanted {
  readonly kind: CaseKind;
  readonly screening: ContributionWanted;
  readonly triage: ContributionWanted;
}

export async function planReferral(
  { ctx, plans, underways }: Sender,
  wanted: ReferralWanted,
  tell: Tell,
): Promise<Prepared> {
  const { progress, requireWanted } = underways.begin(tell);
  const files: NewFile[] = [wanted.screening, wanted.triage].flatMap((part) =>
    filesOf(ctx, "referral", part.files, part.said),
  );
  const sending = {
    outgoing: await outgoingOf(ctx),
    progress: ({ fileName }: NewFile, doing: "sealing" | "sending") => progress(doing, fileName),
  };
  const plan = await refer(ctx, { kind: wanted.kind, files }, sending);
  requireWanted();
  return plans.prepare(ctx, plan);
}

/** The number of the case; or, where another referral took it meanwhile, what to agree to anew. */
export type ReferralSent =
  | { readonly case: CaseNumber; readonly isNew: boolean }
  | { readonly taken: CaseNumber; readonly next: Prepared };

export async function sendReferral({ ctx, plans }: Sender, plan: number): Promise<ReferralSent> {
  const sent = (await plans.send(plan)) as Referred | NumberTaken;
  if ("taken" in sent) return { taken: sent.taken, next: await plans.prepare(ctx, sent.next) };
  await dropOutgoing(ctx, undefined).catch(() => undefined);
  return { case: sent.case, isNew: sent.isNew };
}

/** Clears away what was sealed for a case (or for a referral) and is not on record: it will not be sent after all. */
export async function dropOutgoing(ctx: Context, number: CaseNumber | undefined): Promise<void> {
  const outbox = await Outbox.open(ctx.home, await outgoingOf(ctx));
  const beginning = `${number ?? "referral"} `;
  const all = await outbox.waiting();
  await outbox.forget(all.filter(({ record }) => record.purpose.startsWith(beginning)));
}
