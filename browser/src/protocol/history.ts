// What a row of statements makes true, in memory.
//
// The hub and the clients judge by these same lines. Who holds the whole journal replays it; who is shown a part of it
// checks that part, in which whatever it builds on is there.

import { equal } from "./bytes.ts";
import type { CaseState } from "./case.ts";
import { BadSignature, type PublicCert } from "./cert.ts";
import { only, signedBy, type SignedBy } from "./directory/keys.ts";
import type { House } from "./directory.ts";
import { applyEntry } from "./history/apply.ts";
import { audienceOf, type Shown } from "./history/audience.ts";
import { judgeEntry } from "./history/judge.ts";
import { Verified } from "./history/verified.ts";
import { digestOf, unix, yearAndCount, type CaseNumber, type Digest, type Moment, type VaultId } from "./id.ts";
import { refusal, refuseUnless, there } from "./refusal.ts";
import { later } from "./rules.ts";
import { caseOf, type Kind, type Statement, type Vault } from "./statement.ts";
import { ownerVault, type Carried, type VaultState } from "./vault.ts";
import { isOfCase, type Owner } from "./words/composed.ts";

/** A member's clock may be so many seconds off the hub's. */
export const CLOCK_TOLERANCE = 300;

/** Whether the judge has every statement, or only those shown to a member. */
export type View = "whole" | "shown";

/** A statement as it came, or as it stands in the journal. */
export interface Entry {
  readonly id: Digest;
  readonly statement: Statement;
  /** The exact bytes that were signed. */
  readonly text: Uint8Array;
  readonly signature: Uint8Array;
  /** Its place in the journal: entries are recorded in this order, those of the house and of cases alike. */
  readonly leaf: number;
  /** When the hub recorded it. */
  readonly at: Moment;
  /** The certs that came with it, by digest. */
  readonly certs: ReadonlyMap<Digest, Uint8Array>;
}

/** Which statements are to be shown to whom from now on. */
export type { Shown } from "./history/audience.ts";

/** The kinds that only the authority signs. */
const BY_AUTHORITY: ReadonlySet<Kind> = new Set([
  "slip",
  "membership",
  "admission",
  "directory",
  "revocation",
  "exclusion",
]);

/** The house, and the cases that are of interest. */
export class History {
  /** The first leaf that the next entry can have. */
  private nextLeaf = 0;
  /** The earliest moment that it can have. */
  private nextAt: Moment | undefined = undefined;
  /** The record that is being made, behind which the next one waits. */
  private turn: Promise<unknown> = Promise.resolve();

  private constructor(
    readonly house: House,
    readonly cases: Map<CaseNumber, CaseState>,
    private readonly verified: Verified,
  ) {}

  /**
   * From a house to which nothing has happened, or as it was kept, to go on from there. Its authority is pinned. What was
   * verified before, for another history, is not verified again.
   */
  static of(house: House, verified = new Verified()): History {
    return new History(house, new Map(), verified);
  }

  /** A history like this one, that goes on apart from it. What is being recorded meanwhile is not in it. */
  clone(): History {
    const cases = new Map([...this.cases].map(([number, theCase]) => [number, theCase.clone()]));
    const copy = new History(this.house.clone(), cases, this.verified);
    copy.nextLeaf = this.nextLeaf;
    copy.nextAt = this.nextAt;
    return copy;
  }

  /** A case that is there. */
  case(number: CaseNumber): CaseState {
    return there(this.cases.get(number), "unknown-case");
  }

  /**
   * Judges an entry and, if it is good, makes it true. Says who may see which statements from now on. Entries are
   * judged one by one, in the order in which they were given. Throws a Refusal; nothing has changed then.
   */
  record(entry: Entry, view: View, carried?: Carried): Promise<Shown> {
    const made = this.turn.then(() => this.recordNow(entry, view, carried));
    this.turn = made.catch(() => undefined);
    return made;
  }

  private async recordNow(entry: Entry, view: View, carried: Carried | undefined): Promise<Shown> {
    this.requirePlace(entry);
    await this.verifySignature(entry);
    await judgeEntry(this, entry, view, carried);
    return this.replay(entry);
  }

  /** Makes an entry true that was judged when it was recorded, in a journal that this machine keeps. */
  async replay(entry: Entry): Promise<Shown> {
    await applyEntry(this, entry);
    this.nextLeaf = Math.max(this.nextLeaf, entry.leaf + 1);
    this.nextAt = later(this.nextAt ?? entry.at, entry.at);
    return audienceOf(this, entry);
  }

  /**
   * A statement counts once, at a leaf behind all others, and journals don't go back in time: else an old approval
   * could be shown again after its withdrawal, or at a moment when an old key counted.
   */
  private requirePlace({ id, statement, leaf, at }: Entry): void {
    const number = caseOf(statement.body);
    const inCase = number && this.cases.get(number)?.recorded.has(id);
    refuseUnless(!this.house.recorded.has(id) && inCase !== true, "recorded-twice");
    const isBehind = leaf >= this.nextLeaf && (this.nextAt === undefined || this.nextAt <= at);
    refuseUnless(isBehind, "out-of-order");
  }

  /** The hub's name, the clock, and exactly one good signature by a key in force. */
  async verifySignature(entry: Entry): Promise<void> {
    const { statement, text, at } = entry;
    // What is judged must be what was signed, whoever made this entry.
    const isThis = equal(statement.toBytes(), text) && digestOf(text) === entry.id;
    refuseUnless(isThis, "bad-text", {
      problem: { nl: "nummer en tekst horen niet bij elkaar", en: "its id or its text is another's" },
    });
    refuseUnless(statement.hub === this.house.hub, "wrong-hub");
    const ahead = unix(statement.signedAt) - unix(at);
    // The authority works offline; what it signed may arrive much later, but not before it was signed.
    const isInTime = ahead <= CLOCK_TOLERANCE && (ahead >= -CLOCK_TOLERANCE || statement.by === "authority");
    refuseUnless(isInTime, "clock-off", { at });
    const signed = await this.signedBy(entry);
    await this.requireSigned(entry, signed.certs);
    if (signed.against !== undefined) throw signed.against;
  }

  private async signedBy(entry: Entry): Promise<SignedBy> {
    const { body, by } = entry.statement;
    const isByAuthority = BY_AUTHORITY.has(body.kind);
    if (by === "authority") {
      refuseUnless(isByAuthority || body.kind === "vault", "wrong-signer");
      return only(this.house.authority);
    }
    if (by === "hub" || isByAuthority) throw refusal("wrong-signer");
    // A first key signs for itself; the slip's proof and the authority vouch for it.
    if (body.kind === "key" && body.previous === undefined) return only(await this.certIn(entry, body.cert));
    return signedBy(this.house, by, body, entry.at);
  }

  /**
   * Refuses a signature that none of these certs made. Whether there is somebody of that name, and how it stands, shows
   * in no answer to who can't sign.
   */
  private async requireSigned(entry: Entry, certs: readonly PublicCert[]): Promise<void> {
    const answers = await Promise.all(certs.map((cert) => this.verified.problemWith(entry, cert)));
    if (answers.includes(undefined)) return;
    // The form of a signature in the name of nobody is looked at all the same, by whichever cert.
    const first = answers[0] ?? (await this.verified.problemWith(entry, this.house.authority));
    const isForm = first !== undefined && first.code !== "unknown-issuer" && first.code !== "wrong";
    throw refusal("bad-signature", { problem: (isForm ? first : new BadSignature("wrong")).flaw });
  }

  /** A cert that came along. Whoever put it there may have put another in its place. */
  async certIn(entry: Entry, digest: Digest): Promise<PublicCert> {
    const bytes = there(entry.certs.get(digest), "missing-attachment");
    refuseUnless(digestOf(bytes) === digest, "missing-attachment");
    return this.verified.cert(digest, bytes);
  }

  /** Whether the authority certified the user id of a cert. */
  isCertified(cert: PublicCert): Promise<boolean> {
    return this.verified.isCertified(cert, this.house.authority);
  }

  /** The generation that a vault has now. */
  currentVault(vault: Vault): VaultState | undefined {
    const { owner } = vault;
    return isOfCase(owner) ? this.cases.get(owner)?.vault : ownerVault(this.house.vaults, owner);
  }

  /** Counts a case whose statements are not of interest, so that the next gets the next number. */
  countCase(number: CaseNumber): void {
    const { year, count } = yearAndCount(number);
    this.house.cases.set(year, Math.max(this.house.cases.get(year) ?? 0, count));
  }

  /** Counts a vault of a case whose statements are not of interest, so that no other takes its id. */
  countVault(vault: VaultId, owner: Owner): void {
    this.house.vaultOwners.set(vault, owner);
  }
}
