// Who can open a vault, and changing that.

import { newVaultId, type CaseNumber, type MemberId } from "../../protocol/id.ts";
import { refused, there } from "../../protocol/refusal.ts";
import type { VaultState } from "../../protocol/vault.ts";
import { isOfCase } from "../../protocol/words/composed.ts";
import { recordedBefore, Work, type Context, type Plan } from "../context.ts";
import { ClientError } from "../error.ts";
import type { Progress, Recorded } from "../remote.ts";
import type { Warning } from "../say.ts";
import type { World } from "../trust.ts";
import { draftGeneration, generationAfter, headersToCarry, vaultKey, warningsAbout, warningsOf } from "../vault.ts";
import { warningsOfClosed } from "./closed.ts";

/** A vault as it stands. */
export interface VaultReport {
  readonly vault: VaultState;
  readonly ownerName: string;
  /** Whether it takes something new: no holder's key was revoked or replaced. */
  readonly isSound: boolean;
  readonly isMine: boolean;
  readonly holders: readonly HolderRow[];
  readonly warnings: readonly Warning[];
}

export interface HolderRow {
  readonly member: MemberId;
  readonly name: string;
  /** Whether this holder can open it now. */
  readonly holds: boolean;
}

/** Shows the vault of a case, or of the member's partner. */
export async function showVault(ctx: Context, number?: CaseNumber): Promise<VaultReport> {
  const { world } = await Work.begin(ctx);
  return reportOn(world, there(await vaultOf(world, number), "no-vault"));
}

function reportOn(world: World, vault: VaultState): VaultReport {
  const { house } = world;
  const holder = (member: MemberId): HolderRow => {
    return { member, name: world.nameOf(member), holds: counts(world, vault, member) };
  };
  return {
    vault,
    ownerName: isOfCase(vault.owner) ? vault.owner : house.partnerName(vault.owner),
    isSound: refused(() => vault.requireSound(house)) === undefined,
    isMine: vault.isHeldBy(house, world.me),
    holders: [...vault.holders.keys()].sort().map(holder),
    warnings: warningsAbout(world, vault),
  };
}

function counts({ house, now }: World, vault: VaultState, member: MemberId): boolean {
  return vault.isReadBy(house, member, now);
}

/** The vault of a case, which must be there; or of the member's partner, if there is one. */
export async function vaultOf(world: World, number: CaseNumber | undefined): Promise<VaultState | undefined> {
  if (number === undefined) return world.house.vaultOf(world.myPartner());
  return there((await world.loadCase(number)).vault, "no-vault");
}

/** Whose vault changes: a case's, or the member's partner's; and how. */
export interface VaultChange {
  readonly case?: CaseNumber;
  readonly add?: readonly MemberId[];
  /** Beside these, everyone goes whose key no longer counts, or who may not hold it any more. */
  readonly remove?: readonly MemberId[];
  /** Told how many parts were wrapped anew, of how many. */
  readonly progress?: Progress;
}

/**
 * Adds and removes holders; the first generation of the partner's vault, with oneself, if there is none yet. The plan
 * is empty where all of it is on record already.
 */
export async function changeVault(ctx: Context, change: VaultChange): Promise<Plan> {
  const work = await Work.begin(ctx);
  const { world, remote, secrets } = work;
  world.house.freshDirectory(world.now);
  const current = await vaultOf(world, change.case);
  if (current === undefined) return firstVault(work, change.add ?? []);
  const before = doneBefore(world, current, change);
  if (before !== undefined) return { draft: work.draft(), warnings: [], send: async () => before };
  current.requireHolder(world.house, world.me);
  const holders = holdersAfter(world, current, change);
  // Everything in it is wrapped anew, so all that it stems from must be proven first.
  if (change.case === undefined) await world.loadAll();
  else await world.loadCases([]);
  const key = await vaultKey(remote, secrets, current);
  const open = await headersToCarry(remote, world, current, undefined);
  const draft = work.draft();
  const next = generationAfter(current, holders);
  const closed = await draftGeneration(draft, world, next, { remote, key, open, progress: change.progress });
  key.wipe();
  return work.plan(draft, [...(await warningsOfClosed(work, closed)), ...warningsOf(next)]);
}

async function firstVault(work: Work, add: readonly MemberId[]): Promise<Plan> {
  const { world } = work;
  const holders = [...new Set([world.me, ...add])].sort();
  const owner = world.myPartner();
  const next = { vault: newVaultId(), generation: 1, owner, predecessor: undefined, holders };
  const draft = work.draft();
  await draftGeneration(draft, world, next, undefined);
  return work.plan(draft, warningsOf(next));
}

/**
 * What is on record already of what is wanted, where nothing is left to do: whoever was cut off before the answer came
 * asks for the same again, and a generation for nothing would wrap everything anew.
 */
function doneBefore(
  world: World,
  current: VaultState,
  { add = [], remove = [] }: VaultChange,
): Recorded | undefined {
  const known = world.statement(current.id);
  if (known === undefined) return undefined;
  const isIn = (member: MemberId): boolean => counts(world, current, member);
  const holds = add.length > 0 && isIn(world.me) && [...current.holders.keys()].every(isIn) && add.every(isIn);
  const id = current.generations.at(-2);
  const before = id && world.statement(id)?.statement.body;
  const held = (member: MemberId): boolean =>
    before !== undefined && before.kind === "vault" && before.holder.includes(member) && !current.holders.has(member);
  const isRemoved = known.statement.by === world.me && remove.length > 0 && remove.every(held);
  const isAll = (add.length === 0 || holds) && (remove.length === 0 || isRemoved);
  return (holds || isRemoved) && isAll ? recordedBefore(known) : undefined;
}

/** Who is to hold it: who can open it now and is not removed, and who is added. */
function holdersAfter(
  world: World,
  current: VaultState,
  { add = [], remove = [] }: VaultChange,
): MemberId[] {
  for (const member of remove) if (!current.holders.has(member)) throw noHolder(world, member);
  const stays = [...current.holders.keys()].filter(
    (member) => !remove.includes(member) && counts(world, current, member),
  );
  const holders = [...new Set([...stays, ...add])].sort();
  if (holders.length > 0) return holders;
  throw ClientError.said(
    "nobody-left",
    "Zo kan niemand de kluis meer openen. Voeg eerst een collega toe.",
    "Nobody could open the vault any more. Add a colleague first.",
  );
}

function noHolder(world: World, member: MemberId): ClientError {
  const name = world.nameOf(member);
  return ClientError.said(
    "no-holder",
    `${name} is geen houder van deze kluis.`,
    `${name} does not hold this vault.`,
  );
}
