// Who is who: slips, keys, memberships, partners, and the directory that says which are in force.
//
// A House is what the statements of these kinds have made true so far, in the journal's order. A membership counts once
// a directory lists it, with the key that it names, until a revocation, an exclusion or the next directory; so a
// statement is judged by what was in force at its own leaf.

import type { Fingerprint, PublicCert } from "./cert.ts";
import { apart } from "./history/apart.ts";
import {
  caseNumberOf,
  type CaseNumber,
  type Digest,
  type HubName,
  type MemberId,
  type Moment,
  type PartnerId,
  type VaultId,
} from "./id.ts";
import { Refusal, refusal, there } from "./refusal.ts";
import { earlier } from "./rules.ts";
import type { Admission, Delivery, Directory, Key, Membership, Slip } from "./statement.ts";
import { ownerVault, type VaultState } from "./vault.ts";
import type { Owner } from "./words/composed.ts";
import type { Role } from "./words.ts";

/** A slip on record, and the key that used it. */
export interface SlipState {
  readonly slip: Slip;
  readonly usedBy: Digest | undefined;
}

/** A key on record. Whether it is in force depends on the directory. */
export interface KeyState {
  readonly key: Key;
  readonly member: MemberId;
  readonly cert: PublicCert;
  /** How many keys were on record before it. */
  readonly order: number;
}

/** An exclusion on record: of whom, and when the authority signed. */
export interface ExclusionState {
  readonly partner: PartnerId;
  readonly signed: Moment;
}

/** A key that was in force from the leaf of the directory that listed it. */
export interface KeySince {
  readonly since: number;
  readonly key: Digest;
}

/** The house at one moment of the journal. Only `history` changes it. */
export class House {
  readonly slips = new Map<Digest, SlipState>();
  readonly keys = new Map<Digest, KeyState>();
  /** How many keys were ever on record. */
  keyCount = 0;
  readonly memberships = new Map<Digest, Membership>();
  readonly admissions = new Map<Digest, Admission>();
  /** Revoked keys by key statement, with the latest revocation's id. */
  readonly revoked = new Map<Digest, Digest>();
  readonly revocations = new Set<Digest>();
  readonly suspended = new Map<MemberId, Moment>();
  readonly exclusions = new Map<Digest, ExclusionState>();
  excluded: ReadonlySet<PartnerId> = new Set();
  /** The number of each member's latest bundle. */
  readonly bundles = new Map<MemberId, number>();
  /** How members want their letters, who said so. */
  readonly deliveries = new Map<MemberId, Delivery>();
  directory: Directory | undefined = undefined;
  /** When the authority signed the directory. */
  directorySigned: Moment | undefined = undefined;
  /** What the directory lists, by membership and by partner. */
  members: ReadonlyMap<MemberId, Membership> = new Map();
  partners: ReadonlyMap<PartnerId, Admission> = new Map();
  /** The keys that each member has had in force, the first one first. */
  readonly keysSince = new Map<MemberId, readonly KeySince[]>();
  /** Every member and partner ever listed, as they were listed last. A membership never moves to another partner. */
  readonly listedMembers = new Map<MemberId, Membership>();
  readonly listedPartners = new Map<PartnerId, Admission>();
  /** The vaults of partners, the house's among them. */
  readonly vaults = new Map<VaultId, VaultState>();
  /** Whose each vault is, those of cases among them: no two have one id. */
  readonly vaultOwners = new Map<VaultId, Owner>();
  /** How many cases began in each year. */
  readonly cases = new Map<number, number>();
  /** Every statement of no case. */
  readonly recorded = new Set<Digest>();

  /** The house before anything happened, with its authority pinned by whoever holds this. */
  constructor(
    readonly hub: HubName,
    readonly authority: PublicCert,
  ) {}

  /** A house like this one, that goes on apart from it. */
  clone(): House {
    return apart(this);
  }

  /** The fingerprint that everyone pins. */
  authorityFingerprint(): Fingerprint {
    return this.authority.fingerprint;
  }

  /** The directory; refuses if there is none, or it has expired. */
  freshDirectory(at: Moment): Directory {
    const directory = there(this.directory, "no-directory");
    if (at < directory.until) return directory;
    throw refusal("stale-directory", { until: directory.until });
  }

  /**
   * A member who is in force at a moment, whatever the directory's end: listed, in its dates, of a signed partner, not
   * suspended, excluded or revoked. Refuses any other.
   */
  member(id: MemberId, at: Moment): Membership {
    return given(this.inForce(id, at));
  }

  /** Whether a member is in force at a moment. */
  isInForce(id: MemberId, at: Moment): boolean {
    return !(this.inForce(id, at) instanceof Refusal);
  }

  /** A member in force, or why it is not. */
  inForce(id: MemberId, at: Moment): Membership | Refusal {
    const membership = this.members.get(id);
    if (membership === undefined) return refusal("unknown-member");
    if (this.revoked.has(membership.key)) return refusal("revoked");
    if (at < membership.from || at >= membership.until) return refusal("not-in-force");
    const until = this.suspended.get(id);
    if (until !== undefined && at < until) return refusal("suspended", { until });
    const partner = this.admitted(membership.partner);
    return partner instanceof Refusal ? partner : membership;
  }

  /** A partner that signed the agreement and is not excluded (9.2e, 20.2). Refuses any other. */
  partner(id: PartnerId): Admission {
    return given(this.admitted(id));
  }

  /** Whether anything may be given to a partner: it signed the agreement and is not excluded. */
  mayBeGiven(id: PartnerId): boolean {
    return !(this.admitted(id) instanceof Refusal);
  }

  private admitted(id: PartnerId): Admission | Refusal {
    const admission = this.partners.get(id);
    if (admission === undefined) return refusal("unknown-partner");
    if (this.excluded.has(id)) return refusal("excluded");
    if (admission.standing === "named") return refusal("not-signed-partner", { partner: admission.name });
    return admission;
  }

  /** The partner that a member works for, or worked for. */
  partnerOf(member: MemberId): PartnerId | undefined {
    return this.listedMembers.get(member)?.partner;
  }

  /** A partner's name, as the directory listed it last, or the id of one that it never did. */
  partnerName(id: PartnerId): string {
    return (this.partners.get(id) ?? this.listedPartners.get(id))?.name ?? id;
  }

  /** The partner that is the house itself. */
  housePartner(): PartnerId | undefined {
    return [...this.partners.values()].find((admission) => admission.partnerKind === "house")?.partner;
  }

  /** Whether a member in force has a role. */
  hasRole(id: MemberId, role: Role, at: Moment): boolean {
    const membership = this.inForce(id, at);
    return !(membership instanceof Refusal) && membership.role.includes(role);
  }

  /** A procesregisseur in force, who works for the house. */
  isProcesregisseur(id: MemberId, at: Moment): boolean {
    return this.hasRole(id, "procesregisseur", at) && this.members.get(id)?.partner === this.housePartner();
  }

  /** From when nobody can write to a member any more: its cert ends, or its membership, whichever is first. */
  mailUntil(membership: Membership): Moment {
    const cert = this.keys.get(membership.key)?.cert.mailExpires();
    return earlier(cert ?? membership.until, membership.until);
  }

  /** How a member gets its letters: as it last said, else in the portal and in Dutch. */
  delivery(member: MemberId): Delivery {
    return this.deliveries.get(member) ?? { kind: "delivery", way: "portal", language: "nl" };
  }

  /** The key that a member had in force at a leaf. */
  keyAt(member: MemberId, leaf: number): Digest | undefined {
    const keys = this.keysSince.get(member) ?? [];
    return keys.filter(({ since }) => since <= leaf).at(-1)?.key;
  }

  /** The latest generation of a partner's vault. */
  vaultOf(partner: PartnerId): VaultState | undefined {
    return ownerVault(this.vaults, partner);
  }

  /** The vault of the house. */
  ownVault(): VaultState | undefined {
    const partner = this.housePartner();
    return partner === undefined ? undefined : this.vaultOf(partner);
  }

  /** Whether the authority ever admitted a partner, listed or not. */
  knowsPartner(id: PartnerId): boolean {
    return [...this.admissions.values()].some((admission) => admission.partner === id);
  }

  /** The number that the next case of a year takes. */
  nextCase(at: Moment): CaseNumber {
    const year = Number(at.slice(0, 4));
    return caseNumberOf(year, (this.cases.get(year) ?? 0) + 1);
  }
}

function given<T>(answer: T | Refusal): T {
  if (answer instanceof Refusal) throw answer;
  return answer;
}
