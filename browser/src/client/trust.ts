// What a client believes: nothing that the hub shows, before all of it is proven.
//
// In order: the authority is the one on the slip; the newest directory that it signed names the journal's key; each
// checkpoint is signed with it and has the remembered one for a past; each statement stands in that journal, and saw a
// past of it; in the journal's order, each was signed by who may; and nothing is missing that was shown before.

import type { CaseState } from "../protocol/case.ts";
import { PublicCert } from "../protocol/cert.ts";
import { House } from "../protocol/directory.ts";
import { History } from "../protocol/history.ts";
import type { CaseNumber, Digest, MemberId, Moment, PartnerId } from "../protocol/id.ts";
import type { Checkpoint, JournalPublicKey } from "../protocol/journal.ts";
import { Refusal, refusal, there } from "../protocol/refusal.ts";
import { caseOf, type Membership, type PartOf } from "../protocol/statement.ts";
import type { VaultState } from "../protocol/vault.ts";
import { Given } from "../protocol/vault/given.ts";
import { NOTHING_SEEN, type Seen } from "../protocol/words/composed.ts";
import { idOf, parsed, type Batch } from "./batch.ts";
import type { Clock } from "./clock.ts";
import { ClientError, isNoAnswer } from "./error.ts";
import type { Home } from "./home.ts";
import { bothShown, NOTHING_SHOWN, type Remembered } from "./home/remembered.ts";
import type { RecordedBatch, Remote } from "./remote.ts";
import type { Both } from "./say.ts";
import { sideBySide } from "./side.ts";
import { TrustError } from "./trust/error.ts";
import { opened, Pages, requirePast, tellOnce, type Known, type Noted } from "./trust/evidence.ts";
import { gone, lastKnown, memberNamed, nameOf, partnerNamed } from "./trust/names.ts";
import { requireAll, shownNow, type Audiences } from "./trust/shown.ts";

export { TrustError, type Distrust } from "./trust/error.ts";
export type { Known } from "./trust/evidence.ts";
export { lastKnown, nameOf, partnerNamed } from "./trust/names.ts";

/** What is at hand where a member works. */
export interface Desk {
  readonly home: Home;
  readonly remote: Remote;
  readonly clock: Clock;
}

/** All that was proven, and what it makes true. */
interface Proven {
  readonly history: History;
  readonly audiences: Audiences;
  readonly known: ReadonlyMap<Digest, Known>;
  readonly certs: ReadonlyMap<Digest, Uint8Array>;
  /** The last checkpoint. */
  readonly last: Noted | undefined;
}

/** All that was fetched, and is not believed yet. */
interface Fetched {
  readonly ofCases: readonly Pages[];
  readonly ofHouse: Pages;
}

/** All that was proven: the house, and the cases that were loaded. */
export class World {
  /** When this was fetched. */
  readonly now: Moment;
  readonly me: MemberId;
  #proven: Proven;
  #journalKey: JournalPublicKey;

  private constructor(
    private readonly desk: Desk,
    private readonly authority: PublicCert,
    journalKey: JournalPublicKey,
  ) {
    this.now = desk.clock.now();
    this.me = desk.home.settings.member;
    this.#journalKey = journalKey;
    const history = History.of(new House(desk.home.settings.hub, authority));
    this.#proven = { history, audiences: new Map(), known: new Map(), certs: new Map(), last: undefined };
  }

  /** Fetches and verifies who is who, and remembers what was seen. */
  static houseOf(desk: Desk): Promise<World> {
    return desk.home.inTurn(() => World.fetched(desk));
  }

  private static async fetched(desk: Desk): Promise<World> {
    const authority = await pinnedAuthority(desk);
    const pages = await Pages.fetch(desk.remote, undefined, undefined);
    const journalKey = await pages.journalKey(authority);
    if (journalKey.hub !== desk.home.settings.hub) throw refusal("wrong-hub");
    const world = new World(desk, authority, journalKey);
    await world.take({ ofCases: [], ofHouse: pages }).catch((error: unknown) => tellOnce(desk.home, error));
    return world;
  }

  /** Fetches and verifies what the member may see of a case, and remembers what was seen. */
  async loadCase(number: CaseNumber): Promise<CaseState> {
    await this.loadCases([number]);
    return this.case(number);
  }

  /** The same for several cases; none at all brings what the house signed since. */
  async loadCases(numbers: readonly CaseNumber[]): Promise<void> {
    const { home } = this.desk;
    const load = async (): Promise<void> => {
      const fetched = await this.fetch(numbers);
      try {
        await this.take(fetched);
      } catch (error) {
        if (!cameTooLate(error, fetched)) throw error;
        await this.take(await this.fetch(numbers));
      }
    };
    await home.inTurn(() => load().catch((error: unknown) => tellOnce(home, error)));
  }

  private async fetch(numbers: readonly CaseNumber[]): Promise<Fetched> {
    const { remote } = this.desk;
    const ofCases = await sideBySide(numbers, (number) => Pages.fetch(remote, number, undefined));
    // A case may build on what the house signed since, so that comes last.
    const last = this.statementsOfHouse().at(-1)?.leaf;
    const ofHouse = await Pages.fetch(remote, undefined, last);
    if (ofHouse.hasDirectory) this.#journalKey = await ofHouse.journalKey(this.authority);
    return { ofCases, ofHouse };
  }

  /** Proves new pages, judges all anew in the journal's order, and only then believes and remembers them. */
  private async take({ ofCases, ofHouse }: Fetched): Promise<void> {
    const { home, remote } = this.desk;
    const remembered = await home.remembered();
    let last = this.lastCheckpoint(remembered);
    const known = new Map(this.#proven.known);
    const certs = new Map(this.#proven.certs);
    const noted: Noted[] = [];
    for (const of of ofCases) noted.push(...(await of.prove(this.#journalKey)));
    // Those of cases came side by side, while the journal grew.
    noted.sort((one, other) => one.checkpoint.size - other.checkpoint.size);
    for (const page of [...noted, ...(await ofHouse.prove(this.#journalKey))]) {
      await requirePast(home, remote, last, page);
      last = page;
    }
    for (const of of [...ofCases, ofHouse]) of.addTo(known, certs);
    const nothing = History.of(new House(home.settings.hub, this.authority), home.verified);
    const judged = await judge(nothing, known, certs);
    requireNewerDirectory(judged.history, known, remembered);
    if (remembered !== undefined) {
      const asked = ofCases.map((of) => of.case).filter((number) => number !== undefined);
      requireAll(remembered, { history: judged.history, known, me: this.me, now: this.now }, new Set(asked));
    }
    this.#proven = { ...judged, known, certs, last };
    await this.remember(remembered);
  }

  /** The newest checkpoint that was verified: here, or by whatever was sent meanwhile. */
  private lastCheckpoint(remembered: Remembered | undefined): Noted | undefined {
    const { hub } = this.desk.home.settings;
    const { last } = this.#proven;
    if (remembered === undefined) return last;
    const { size, root, note } = remembered;
    return last !== undefined && last.checkpoint.size > size ? last : { checkpoint: { hub, size, root }, note };
  }

  private async remember(before: Remembered | undefined): Promise<void> {
    const { history, audiences, known, last } = this.#proven;
    if (last === undefined) return;
    const { number } = there(this.house.directory, "no-directory");
    const now = shownNow({ history, known, me: this.me, now: this.now }, audiences);
    await this.desk.home.remember({
      size: last.checkpoint.size,
      root: last.checkpoint.root,
      note: last.note,
      journalKey: this.#journalKey,
      directory: number,
      directoryId: there(directoryId(known, number), "no-directory"),
      key: this.myKey(),
      shown: bothShown(before?.shown ?? NOTHING_SHOWN, now),
      sent: new Map([...(before?.sent ?? [])].filter(([id]) => !known.has(id))),
    });
  }

  /** The newest checkpoint that was verified until now, whatever verified it. */
  async seenLast(): Promise<Noted | undefined> {
    return this.lastCheckpoint(await this.desk.home.remembered());
  }

  /**
   * Holds the hub to its answer to a batch: its checkpoint is the journal's, grew from the last one when it was sent,
   * and has room for what it says it recorded. What was sent must be there the next time. That is noted first: should
   * the hub not answer any more, it was recorded all the same, and the next time proves it.
   */
  holdTo(batch: Batch, answer: RecordedBatch, before: Noted | undefined): Promise<void> {
    return this.desk.home.inTurn(() => this.held(batch, answer, before));
  }

  private async held(batch: Batch, answer: RecordedBatch, before: Noted | undefined): Promise<void> {
    const { home, remote } = this.desk;
    const known = await home.remembered();
    const sent = new Map(known?.sent);
    for (const signed of batch.entries) sent.set(idOf(signed), caseOf(parsed(signed).body));
    const remembered = known && { ...known, sent };
    if (remembered !== undefined) await home.remember(remembered);
    const checkpoint = await opened(this.#journalKey, answer.checkpoint);
    if (answer.recorded.some(({ leaf }) => leaf >= checkpoint.size)) throw ClientError.badReceipt();
    if (remembered === undefined) return;
    const now = { checkpoint, note: answer.checkpoint };
    const last = this.lastCheckpoint(remembered);
    // What another deed saw meanwhile may well be newer than the answer, which is a past of it then.
    const isOvertaken = last !== undefined && last.checkpoint.size > checkpoint.size;
    try {
      await requirePast(home, remote, before, now);
      if (isOvertaken) return await requirePast(home, remote, now, last);
      if (last?.checkpoint.size !== before?.checkpoint.size) await requirePast(home, remote, last, now);
    } catch (error) {
      if (isNoAnswer(error)) return;
      throw error;
    }
    await home.remember({ ...remembered, size: checkpoint.size, root: checkpoint.root, note: answer.checkpoint });
  }

  /**
   * Asks for something that comes under a checkpoint, which must be the journal's and have the one before for a past.
   * That is taken before asking: what another deed saw meanwhile may well be newer than the answer.
   */
  async under<T extends { readonly checkpoint: string }>(
    ask: () => Promise<T>,
  ): Promise<{ answer: T; checkpoint: Checkpoint }> {
    const { home, remote } = this.desk;
    const before = await this.seenLast();
    const answer = await ask();
    const checkpoint = await opened(this.#journalKey, answer.checkpoint);
    await requirePast(home, remote, before, { checkpoint, note: answer.checkpoint });
    return { answer, checkpoint };
  }

  get history(): History {
    return this.#proven.history;
  }

  get house(): House {
    return this.history.house;
  }

  /** The last checkpoint, as statements name it. */
  get seen(): Seen {
    const last = this.#proven.last?.checkpoint;
    return last === undefined ? NOTHING_SEEN : { size: last.size, root: last.root };
  }

  /** The `key` statement of mine that is in force. */
  myKey(): Digest | undefined {
    return this.house.members.get(this.me)?.key;
  }

  /**
   * Fetches and verifies every case that the member knows of: what the hub lists, what it showed before, and what it
   * said it recorded. A hub that lists less would else keep a whole case back. The cases, by number.
   */
  async loadAll(): Promise<CaseState[]> {
    const listed = new Set((await this.desk.remote.cases()).map((row) => row.case));
    const remembered = await this.desk.home.remembered();
    const shown = remembered?.shown.cases.keys() ?? [];
    const sent = [...(remembered?.sent.values() ?? [])].filter((number) => number !== undefined);
    const all = [...new Set([...listed, ...shown, ...sent])].sort(byNumber);
    await this.loadCases(all);
    // Of those that it does not list, the member may see nothing any more.
    const isKnown = (number: CaseNumber): boolean => listed.has(number) || this.history.cases.has(number);
    return all.filter(isKnown).map((number) => this.case(number));
  }

  /** A case that was loaded. */
  case(number: CaseNumber): CaseState {
    return this.history.case(number);
  }

  /** A statement that was proven. */
  statement(id: Digest): Known | undefined {
    return this.#proven.known.get(id);
  }

  /** All statements of a case that were proven, in the order of the journal. */
  statementsOf(number: CaseNumber): Known[] {
    return inOrder([...this.#proven.known.values()].filter(({ statement }) => caseOf(statement.body) === number));
  }

  /** All statements of no case that were proven, in the order of the journal. */
  statementsOfHouse(): Known[] {
    return inOrder([...this.#proven.known.values()].filter(({ statement }) => caseOf(statement.body) === undefined));
  }

  /** The parts that a vault of mine must have keys to, as far as what was proven says so. */
  dueTo(vault: VaultState): Set<PartOf> {
    const given = new Given();
    for (const known of inOrder([...this.#proven.known.values()])) given.add(known.id, known.statement);
    return given.due(this.history, vault, this.me, this.now);
  }

  /** A cert that a shown statement names. */
  cert(digest: Digest): Uint8Array | undefined {
    return this.#proven.certs.get(digest);
  }

  /** My membership; refuses if it is not in force. */
  myMembership(): Membership {
    return this.house.member(this.me, this.now);
  }

  /** The partner that I work for. */
  myPartner(): PartnerId {
    return this.myMembership().partner;
  }

  /** My partner's vault. Refuses if there is none, or if I don't hold it. */
  myVault(): VaultState {
    const vault = there(this.house.vaultOf(this.myPartner()), "no-vault");
    vault.requireHolder(this.house, this.me);
    return vault;
  }

  /** The vault in which my partner keeps what it has in a case. Refuses if there is none, or if I don't hold it. */
  myVaultIn(of: CaseState): VaultState {
    const vault = of.keptIn(this.house, this.myPartner());
    vault.requireHolder(this.house, this.me);
    return vault;
  }

  memberNamed(text: string): Membership {
    return memberNamed(this.house, text);
  }

  partnerNamed(text: string): PartnerId {
    return partnerNamed(this.house, text);
  }

  /** `Femke de Boer (Politie)`, or the id of someone who was never in the directory. */
  nameOf(member: MemberId): string {
    return nameOf(this.house, member);
  }

  /** Why nothing can be given any more to somebody who left the house, or its directory; nothing of anyone else. */
  gone(member: MemberId): Both | undefined {
    const key = lastKnown(this.house, member)?.key;
    const revocation = key && this.house.revoked.get(key);
    const body = revocation && this.statement(revocation)?.statement.body;
    return gone(this.house, member, body?.kind === "revocation" ? body.reason : undefined);
  }
}

/**
 * Whether it may be for what was recorded while these pages were fetched. What is shown of a case from then on can stand
 * before the page that comes next; what shows so is fetched once more, and a hub that lies does so twice.
 */
function cameTooLate(error: unknown, { ofCases, ofHouse }: Fetched): boolean {
  if (!(error instanceof TrustError)) return false;
  // Who became a holder between one page and the next was shown less than a holder is.
  if (error.code === "held-back" || error.code === "not-kept") return true;
  // What a release builds on is shown to its reader with it, and was recorded before.
  return error.code === "forged-statement" && [...ofCases, ofHouse].some(({ grew }) => grew);
}

function inOrder(all: Known[]): Known[] {
  return all.sort((one, other) => one.leaf - other.leaf);
}

/** By year and count: a longer number is a higher one. */
export function byNumber(one: CaseNumber, other: CaseNumber): number {
  const [year, count] = [one.slice(0, 8), Number(one.slice(9))];
  const [otherYear, otherCount] = [other.slice(0, 8), Number(other.slice(9))];
  return year === otherYear ? count - otherCount : year < otherYear ? -1 : 1;
}

/** The authority's cert from the hub, if it is the one that the slip named. */
async function pinnedAuthority({ home, remote }: Desk): Promise<PublicCert> {
  const cert = await PublicCert.read(await remote.authority());
  const pinned = home.settings.authority;
  const shown = cert.fingerprint;
  if (shown !== pinned) throw new TrustError({ code: "wrong-authority", pinned, shown });
  return cert;
}

/** Judges all statements in the journal's order, as the hub did, from nothing on; and who may see each. */
async function judge(
  history: History,
  known: ReadonlyMap<Digest, Known>,
  certs: ReadonlyMap<Digest, Uint8Array>,
): Promise<Pick<Proven, "history" | "audiences">> {
  const audiences = new Map<Digest, Audiences extends ReadonlyMap<Digest, ReadonlySet<infer A>> ? Set<A> : never>();
  for (const entry of inOrder([...known.values()])) {
    const shows = await history.record({ ...entry, certs }, "shown").catch((error: unknown) => {
      if (!(error instanceof Refusal)) throw error;
      const { kind } = entry.statement.body;
      throw new TrustError({ code: "forged-statement", id: entry.id, kind, refusal: error });
    });
    for (const [id, who] of shows) audiences.set(id, new Set([...(audiences.get(id) ?? []), ...who]));
  }
  return { history, audiences };
}

function directoryId(known: ReadonlyMap<Digest, Known>, number: number): Digest | undefined {
  const all = [...known.values()];
  return all.find(({ statement: { body } }) => body.kind === "directory" && body.number === number)?.id;
}

/** A directory that was seen can't be unseen, nor be another. */
function requireNewerDirectory(
  history: History,
  known: ReadonlyMap<Digest, Known>,
  remembered: Remembered | undefined,
): void {
  const { number: shown } = there(history.house.directory, "no-directory");
  if (remembered === undefined) return;
  const { directory: seen, directoryId: id } = remembered;
  if (shown < seen) throw new TrustError({ code: "older-directory", seen, shown });
  if (!known.has(id)) throw new TrustError({ code: "other-directory", number: seen });
}
