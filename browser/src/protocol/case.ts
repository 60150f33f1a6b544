// A case: who referred it, the phase it is in, its vault, and all that was signed in it so far.

import type { House } from "./directory.ts";
import { apart } from "./history/apart.ts";
import type { CaseNumber, Digest, MeetingId, MemberId, Moment, PartnerId, VaultId } from "./id.ts";
import type { ItemState } from "./item.ts";
import { refusal, refuseUnless, there } from "./refusal.ts";
import type {
  Approval,
  Ask,
  Case,
  Consultation,
  Letter,
  NoApproval,
  PhaseChange,
  Release,
  Reply,
  Roster,
} from "./statement.ts";
import type { VaultState } from "./vault.ts";
import { VaultGeneration, type VaultGrant } from "./words/composed.ts";
import { type CaseKind, type Phase, phaseWords } from "./words.ts";

/** Someone to whom statements are shown. A vault stands for whoever holds it now. */
export type Audience = "all" | PartnerId | MemberId | VaultId;

/** An approval, and whether its supplier took it back. */
export interface ApprovalState {
  readonly approval: Approval;
  readonly withdrawn: boolean;
}

/** A letter, and who wrote it. */
export interface LetterState {
  readonly letter: Letter;
  readonly by: MemberId;
}

/** A case at one moment of the journal. Only `history` changes it. */
export class CaseState {
  readonly id: Digest;
  readonly number: CaseNumber;
  readonly kind: CaseKind;
  /** The referring partner, on whose behalf the procesregisseur acts (9.3). */
  readonly partner: PartnerId;
  phase: Phase = "referral";
  vault: VaultState | undefined = undefined;
  readonly phases: Digest[] = [];
  readonly items = new Map<Digest, ItemState>();
  readonly rosters = new Map<Digest, Roster>();
  /** The latest roster of each meeting. */
  readonly latest = new Map<MeetingId, Digest>();
  readonly asks = new Map<Digest, Ask>();
  readonly approvals = new Map<Digest, ApprovalState>();
  readonly refusals = new Map<Digest, NoApproval>();
  readonly consultations = new Map<Digest, Consultation>();
  readonly releases = new Map<Digest, Release>();
  /** The latest release of each meeting to each reader. */
  readonly released = new Map<MeetingId, ReadonlyMap<MemberId, Digest>>();
  /** The items of each release that their supplier took back. */
  readonly takenBack = new Map<Digest, ReadonlySet<Digest>>();
  readonly letters = new Map<Digest, LetterState>();
  readonly replies = new Map<Digest, Reply>();
  /** Who may know that the case exists. */
  readonly knownTo = new Set<Audience>();
  /** Every statement of the case. */
  readonly recorded = new Set<Digest>();

  /** A case as its referral makes it. */
  constructor(id: Digest, referral: Case) {
    this.id = id;
    this.number = referral.case;
    this.kind = referral.caseKind;
    this.partner = referral.partner;
  }

  /** A case like this one, that goes on apart from it. */
  clone(): CaseState {
    return apart(this);
  }

  /** The vault of those who run the case: its own, or before there is one the house's. Refuses if neither is there. */
  directors(house: House): VaultState {
    return there(this.vault ?? house.ownVault(), "no-vault");
  }

  /**
   * The vault in which a partner keeps what it has in this case: its own, but for the house, which has a case by the
   * vault of those who run it only. Whoever of the house runs other cases learns nothing of this one.
   */
  keptIn(house: House, partner: PartnerId): VaultState {
    if (partner === house.housePartner()) return this.directors(house);
    return there(house.vaultOf(partner), "no-vault");
  }

  /**
   * To whom outcomes are sealed: those who run the case, and the partner that referred it, for as long as anything may
   * be given to that partner.
   */
  toldOutcomes(house: House): VaultState[] {
    const directors = this.directors(house);
    return house.mayBeGiven(this.partner) ? [directors, this.keptIn(house, this.partner)] : [directors];
  }

  /** Refuses whoever is not a procesregisseur holding the case's own vault. */
  requireDirector(house: House, member: MemberId, at: Moment): void {
    const vault = there(this.vault, "no-vault");
    refuseUnless(house.isProcesregisseur(member, at) && vault.isHeldBy(house, member), "not-director");
  }

  /** Refuses a case that has ended. */
  requireOpen(): void {
    refuseUnless(this.phase !== "ended", "case-ended");
  }

  /** Whether a member may know that the case exists. */
  isKnownTo(house: House, member: MemberId): boolean {
    return [...this.knownTo].some((who) => this.isAmong(house, who, member));
  }

  private isAmong(house: House, who: Audience, member: MemberId): boolean {
    if (who === "all" || who === member) return true;
    if (who === house.members.get(member)?.partner) return true;
    const vault = who === this.vault?.vault ? this.vault : house.vaults.get(who as VaultId);
    return vault?.isHeldBy(house, member) ?? false;
  }
}

/** `case`: by a member of the partner that refers it. */
export function judgeCase(house: House, referral: Case, by: MemberId, at: Moment): void {
  refuseUnless(house.member(by, at).partner === referral.partner, "not-allowed");
}

/**
 * `phase`: by the procesregisseur, to a phase that may follow, its outcome sealed to the case vault and the referring
 * partner's, unless that partner is excluded or gone.
 */
export function judgePhase(house: House, theCase: CaseState, change: PhaseChange, by: MemberId, at: Moment): void {
  theCase.requireDirector(house, by, at);
  refuseUnless(mayFollow(theCase.kind, theCase.phase, change.phase), "wrong-phase", { phase: phaseWords(theCase.phase) });
  requireGrants(house, change.grantOutcome, theCase.toldOutcomes(house));
}

/** The phases that may follow each. */
const NEXT: Readonly<Record<Phase, readonly Phase[]>> = {
  referral: ["screening"],
  screening: ["triage", "ended"],
  triage: ["rto", "ended"],
  rto: ["plan", "ended"],
  plan: ["rto", "ended"],
  ended: [],
};

/** The path of a case. Aftercare has no test of Bijlage 2, so it may go to triage or the table at once. */
export function mayFollow(kind: CaseKind, now: Phase, next: Phase): boolean {
  const atOnce = kind === "aftercare" && now === "referral" && (next === "triage" || next === "rto");
  return atOnce || NEXT[now].includes(next);
}

/** Refuses grants that are not for exactly these vaults, each in its present generation and sound. */
export function requireGrants(house: House, grants: readonly VaultGrant[], vaults: readonly VaultState[]): void {
  for (const vault of vaults) vault.requireSound(house);
  const expected = new Set(vaults.map((vault) => VaultGeneration.write(vault)));
  const given = new Set(grants.map((grant) => VaultGeneration.write(grant)));
  const isExact = given.size === expected.size && [...given].every((vault) => expected.has(vault));
  if (isExact && grants.length === given.size) return;
  const isOlder = (grant: VaultGrant): boolean =>
    vaults.some((vault) => vault.vault === grant.vault && vault.generation > grant.generation);
  throw refusal(grants.some(isOlder) ? "old-generation" : "wrong-grants");
}
