// Vaults: whose they are, who holds them, and how a new generation takes over from the old.

import type { House } from "./directory.ts";
import { digest, NotA, type Digest, type MemberId, type Moment, type VaultId } from "./id.ts";
import { refusal, refuseUnless, refused, there } from "./refusal.ts";
import type { Recipient } from "./seal/recipient.ts";
import { partOf, statementAndPart, type PartOf, type Vault } from "./statement.ts";
import { isOfCase, type Owner, type Signer, type VaultGeneration } from "./words/composed.ts";

/** A vault in its latest generation, which is also its name in a grant. */
export class VaultState implements VaultGeneration {
  /** The statement of this generation. */
  readonly id: Digest;
  readonly vault: VaultId;
  readonly generation: number;
  readonly owner: Owner;
  readonly recipient: Recipient;

  constructor(
    id: Digest,
    of: Vault,
    /** Each holder, with the key that it had when it became one. */
    readonly holders: ReadonlyMap<MemberId, Digest>,
    /** The statements of all generations, the first one first. */
    readonly generations: readonly Digest[],
    /** Every recipient that it has had. */
    readonly recipients: readonly Recipient[],
  ) {
    this.id = id;
    this.vault = of.vault;
    this.generation = of.generation;
    this.owner = of.owner;
    this.recipient = of.recipient;
  }

  /** Whether a member holds it with the key that is in force. */
  isHeldBy(house: House, member: MemberId): boolean {
    const key = this.holders.get(member);
    return key !== undefined && key === house.members.get(member)?.key;
  }

  /** Whether a member reads by it: it holds the vault, and its roles still allow that. */
  isReadBy(house: House, member: MemberId, at: Moment): boolean {
    const mayHold = () => refused(() => requireMayHold(house, this.owner, member, at)) === undefined;
    return this.isHeldBy(house, member) && mayHold();
  }

  /**
   * Refuses a vault with a holder whose key was revoked or replaced: it takes nothing new until there is a generation
   * without that key.
   */
  requireSound(house: House): void {
    const isSound = [...this.holders].every(
      ([member, key]) => !house.revoked.has(key) && house.members.get(member)?.key === key,
    );
    refuseUnless(isSound, "vault-unsound");
  }

  /** Refuses a member who does not hold it now. */
  requireHolder(house: House, member: MemberId): void {
    refuseUnless(this.isHeldBy(house, member), "not-holder");
  }
}

/** The vault of an owner. */
export function ownerVault(vaults: ReadonlyMap<VaultId, VaultState>, owner: Owner): VaultState | undefined {
  return [...vaults.values()].find((vault) => vault.owner === owner);
}

/** What a new generation carries over, and what it has to: the parts that the predecessor has a header for. */
export interface Carried {
  readonly set: RekeyedSet;
  readonly open: ReadonlySet<PartOf>;
}

/** A new generation, by whom and when, after the one before it, if there is one. */
export interface NewGeneration {
  readonly vault: Vault;
  readonly by: Signer;
  readonly current: VaultState | undefined;
  readonly at: Moment;
}

/** `vault`. `carried` is left out where the judge cannot know all that must be carried over. */
export function judgeVault(house: House, next: NewGeneration, carried: Carried | undefined): void {
  const { vault, by, current, at } = next;
  requireLineage(house, next);
  // What is shown to a vault is shown to its holders: a second vault of that name would see it too.
  const owner = house.vaultOwners.get(vault.vault);
  refuseUnless(owner === undefined || owner === vault.owner, "vault-twice");
  for (const holder of vault.holder) requireMayHold(house, vault.owner, holder, at);
  const others = [...house.vaults.values(), current];
  const isTaken = others.some((other) => other?.recipients.includes(vault.recipient));
  refuseUnless(!isTaken, "vault-twice");
  if (carried !== undefined) requireCarried(carried, by);
}

/** All that was open goes along; but the authority carries nothing over. */
function requireCarried({ set, open }: Carried, by: Signer): void {
  const due = by === "authority" ? new Set<PartOf>() : open;
  const isWhole = set.entries.size === due.size && [...set.entries.keys()].every((part) => due.has(part));
  refuseUnless(isWhole, "incomplete-set");
}

/** Who may sign which generation (design section 2). */
function requireLineage(house: House, { vault, by, current, at }: NewGeneration): void {
  if (by === "hub") throw refusal("wrong-signer");
  if (current === undefined) {
    if (by === "authority") throw refusal("wrong-signer");
    requireFirst(house, vault, by, at);
    return;
  }
  const isThis = current.vault === vault.vault && current.owner === vault.owner;
  refuseUnless(isThis && vault.generation > current.generation, "vault-twice");
  const isNext = vault.generation === current.generation + 1 && vault.predecessor === current.id;
  refuseUnless(isNext, "old-generation");
  if (by === "authority") {
    requireNobodyLeft(house, current, at);
    return;
  }
  house.member(by, at);
  current.requireHolder(house, by);
}

/** The authority steps in only where no holder is left, and carries nothing over. */
function requireNobodyLeft(house: House, current: VaultState, at: Moment): void {
  const isLeft = (holder: MemberId): boolean => current.isHeldBy(house, holder) && house.isInForce(holder, at);
  refuseUnless(![...current.holders.keys()].some(isLeft), "wrong-signer");
}

function requireFirst(house: House, vault: Vault, by: MemberId, at: Moment): void {
  const membership = house.member(by, at);
  refuseUnless(vault.generation === 1 && !house.vaults.has(vault.vault), "old-generation");
  if (!isOfCase(vault.owner)) {
    refuseUnless(membership.partner === vault.owner, "not-holder");
    refuseUnless(vault.predecessor === undefined, "old-generation");
    requireMayHold(house, vault.owner, by, at);
    return;
  }
  const ofHouse = there(house.ownVault(), "no-vault");
  refuseUnless(vault.predecessor === ofHouse.id, "old-generation");
  ofHouse.requireHolder(house, by);
}

/** A partner's vault is held by its members, a case's and the house's by procesregisseurs. */
export function requireMayHold(house: House, owner: Owner, member: MemberId, at: Moment): void {
  const { partner, role } = house.member(member, at);
  const isForDirectors = isOfCase(owner) || owner === house.housePartner();
  const isSupportOnly = role.length === 1 && role[0] === "support";
  const mayHold = isForDirectors ? house.isProcesregisseur(member, at) : partner === owner && !isSupportOnly;
  refuseUnless(mayHold, "holder-not-allowed");
}

/** The state after a generation that was judged good, at its leaf. */
export function nextState(
  house: House,
  leaf: number,
  id: Digest,
  vault: Vault,
  current: VaultState | undefined,
): VaultState {
  const holders = new Map<MemberId, Digest>();
  for (const member of vault.holder) {
    const key = house.keyAt(member, leaf);
    if (key !== undefined) holders.set(member, key);
  }
  const generations = [...(current?.generations ?? []), id];
  const recipients = [...(current?.recipients ?? []), vault.recipient];
  return new VaultState(id, vault, holders, generations, recipients);
}

/** The most parts that one vault can carry over at a time. */
export const MAX_SET = 100_000;

/**
 * What a new generation carries over: for each statement's part, the digest of the new header. As a text it has a line
 * `STATEMENT PART HEADER` for each, in ascending order; the headers are attached.
 */
export class RekeyedSet {
  constructor(readonly entries: ReadonlyMap<PartOf, Digest> = new Map()) {}

  /** Reads what `toText` writes, and nothing else. Throws NotA. */
  static parse(text: string): RekeyedSet {
    const notA = new NotA("a re-keyed set (lines of statement, part, header's digest)");
    const lines = text.split("\n").slice(0, -1);
    if (lines.length > MAX_SET) throw notA;
    const set = new RekeyedSet(new Map(lines.map(entryOf)));
    // Other orders, doubles and endings are other texts.
    if (set.toText() !== text) throw notA;
    return set;
  }

  get isEmpty(): boolean {
    return this.entries.size === 0;
  }

  toText(): string {
    const lines = [...this.entries].map(([part, header]) => `${part} ${header}\n`);
    return lines.sort().join("");
  }
}

function entryOf(line: string): [PartOf, Digest] {
  const space = line.lastIndexOf(" ");
  const { statement, part } = statementAndPart(line.slice(0, Math.max(space, 0)));
  return [partOf(statement, part), digest(line.slice(space + 1))];
}
