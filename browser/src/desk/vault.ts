// Kluis: who can open a vault, and changing that.

import { Work, type Context } from "../client/context.ts";
import { ClientError } from "../client/error.ts";
import type { Both, Warning } from "../client/say.ts";
import type { World } from "../client/trust.ts";
import { warningsAbout } from "../client/vault.ts";
import { changeVault, vaultOf } from "../client/verbs/vault.ts";
import type { CaseNumber, MemberId, Moment } from "../protocol/id.ts";
import { refused } from "../protocol/refusal.ts";
import { requireMayHold, type VaultState } from "../protocol/vault.ts";
import { isOfCase, type Owner } from "../protocol/words/composed.ts";
import { named } from "./named.ts";
import type { Plans, Prepared } from "./plans.ts";

/** Whose it is. The house's own takes in what is referred; a case's is a part of that. */
export type VaultKind = "partner" | "house" | "case";

export interface VaultSeen {
  readonly kind: VaultKind;
  /** The partner's name, or the case's number. */
  readonly owner: string;
  /** Nothing where there is no vault yet. */
  readonly generation: GenerationSeen | undefined;
  /** All who can open it, could be let in, or are on its list and can't open it any more. By name. */
  readonly people: readonly PersonSeen[];
  /** Whether whoever looks may change who can open it; where there is none yet, may make it. */
  readonly mayChange: boolean;
  readonly warnings: readonly Warning[];
}

export interface GenerationSeen {
  readonly number: number;
  readonly at: Moment | undefined;
  /** Nobody where the house's authority made it. */
  readonly by: string | undefined;
}

export interface PersonSeen {
  readonly member: MemberId;
  readonly name: string;
  readonly isMe: boolean;
  readonly standing: HolderStanding;
}

/** How somebody stands to a vault. */
export type HolderStanding =
  /** Can open it, without a break since then. */
  | { readonly kind: "holds"; readonly since: Moment | undefined }
  /** Can't, and may be let in. Whoever made new keys was a holder with the old ones. */
  | { readonly kind: "may"; readonly hasNewKeys: boolean }
  /** Was let in once, can't open it any more, and can't be let in now. */
  | { readonly kind: "out"; readonly why: Both };

/** The vault of a case, or of one's own partner. */
export async function seeVault(ctx: Context, number: CaseNumber | undefined): Promise<VaultSeen> {
  const { world } = await Work.begin(ctx);
  const vault = await vaultOf(world, number);
  return vaultSeen(world, number ?? world.myPartner(), vault);
}

/** The vault of one's own partner, as the directory has it; nothing for who is in no partner now. */
export function ownVault(world: World): VaultSeen | undefined {
  const partner = world.house.members.get(world.me)?.partner;
  return partner && vaultSeen(world, partner, world.house.vaultOf(partner));
}

function vaultSeen(world: World, owner: Owner, vault: VaultState | undefined): VaultSeen {
  const { house, me, now } = world;
  const mayHold = (member: MemberId): boolean => whyNot(world, owner, member) === undefined;
  const members = new Set([...(vault?.holders.keys() ?? []), ...[...house.members.keys()].filter(mayHold)]);
  const people = [...members].map((member) => ({
    member,
    name: named(house, member).name,
    isMe: member === me,
    standing: standingOf(world, owner, vault, member),
  }));
  return {
    kind: isOfCase(owner) ? "case" : owner === house.housePartner() ? "house" : "partner",
    owner: isOfCase(owner) ? owner : house.partnerName(owner),
    generation: vault && generationSeen(world, vault),
    people: people.sort((one, other) => (one.name < other.name ? -1 : 1)),
    mayChange: vault === undefined ? mayHold(me) : vault.isHeldBy(house, me) && house.isInForce(me, now),
    warnings: vault === undefined ? [] : warningsAbout(world, vault),
  };
}

/** Why somebody can't be let in, if so. */
function whyNot({ house, now }: World, owner: Owner, member: MemberId): Both | undefined {
  const no = refused(() => requireMayHold(house, owner, member, now));
  return no && { nl: no.sentence("nl"), en: no.sentence("en") };
}

function standingOf(world: World, owner: Owner, vault: VaultState | undefined, member: MemberId): HolderStanding {
  const why = whyNot(world, owner, member);
  if (why !== undefined) return { kind: "out", why };
  if (vault?.isHeldBy(world.house, member)) return { kind: "holds", since: sinceOf(world, vault, member) };
  return { kind: "may", hasNewKeys: vault?.holders.has(member) ?? false };
}

/** Since when somebody holds a vault without a break, with the key that it has now. */
function sinceOf(world: World, vault: VaultState, member: MemberId): Moment | undefined {
  let since: Moment | undefined;
  for (const id of [...vault.generations].reverse()) {
    const known = world.statement(id);
    const body = known?.statement.body;
    if (known === undefined || body?.kind !== "vault" || !body.holder.includes(member)) break;
    if (world.house.keyAt(member, known.leaf) !== vault.holders.get(member)) break;
    since = known.at;
  }
  return since;
}

function generationSeen(world: World, { id, generation: number }: VaultState): GenerationSeen {
  const known = world.statement(id);
  const by = known?.statement.member();
  return { number, at: known?.at, by: by && named(world.house, by).name };
}

/** Who is to be let in and who taken out; nobody at all to give it a new key for the same people. */
export interface VaultWanted {
  readonly add: readonly MemberId[];
  readonly remove: readonly MemberId[];
}

/** What becomes of a vault, by what will be signed. */
export interface VaultPrepared extends Prepared {
  readonly holders: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Who go by themselves: they could not open it any more, or may not hold it now. */
  readonly dropped: readonly string[];
  /** Whether whoever signs leaves it. */
  readonly losesMe: boolean;
}

/** Told how many parts were wrapped anew, of how many. */
export type RenewingTold = (done: number, all: number) => void;

/** More often is not seen. */
const EVERY = 20;

export async function planVault(
  ctx: Context,
  plans: Plans,
  number: CaseNumber | undefined,
  wanted: VaultWanted,
  tell: RenewingTold,
): Promise<VaultPrepared> {
  const work = await Work.begin(ctx);
  const { world } = work;
  const progress: RenewingTold = (done, all) => {
    if (done % EVERY === 0 || done === all) tell(done, all);
  };
  const ofCase = number === undefined ? {} : { case: number };
  const plan = await changeVault(work, { ...wanted, ...ofCase, progress });
  const body = plan.draft.statements.at(-1)?.body;
  if (body?.kind !== "vault") throw isSoAlready();
  const before = number === undefined ? world.house.vaultOf(world.myPartner()) : world.case(number).vault;
  const after = new Set(body.holder);
  const left = [...(before?.holders.keys() ?? [])].filter((member) => !after.has(member));
  const names = (members: readonly MemberId[]): string[] => members.map((member) => named(world.house, member).name);
  const prepared = await plans.prepare(work, plan);
  return {
    ...prepared,
    holders: names(body.holder),
    added: names(body.holder.filter((member) => !before?.isHeldBy(world.house, member))),
    removed: names(left.filter((member) => wanted.remove.includes(member))),
    dropped: names(left.filter((member) => !wanted.remove.includes(member))),
    losesMe: !after.has(world.me),
  };
}

function isSoAlready(): ClientError {
  return ClientError.said(
    "is-so-already",
    "Dit staat al vast: een collega deed het net, of het lukte daarnet toch. Er is niets gedaan. Kijk hoe het er nu voor staat.",
    "This is on record already: a colleague did it just now, or it was done before after all. Nothing was done. See how it stands now.",
  );
}
