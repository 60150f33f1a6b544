// Pages of statements with their proofs, as the hub shows them.

import { base64, hex, utf8 } from "../../protocol/bytes.ts";
import { BadSignature, MAX_CERT, verifyStatement, type PublicCert } from "../../protocol/cert.ts";
import { bytesOf, digestOf, NotA, type CaseNumber, type Digest, type Moment } from "../../protocol/id.ts";
import {
  BadCheckpoint,
  BadProof,
  halvesOf,
  hashOf,
  JournalPublicKey,
  verifyConsistency,
  verifyInclusion,
  type Checkpoint,
  type Leaf,
  type Scope,
} from "../../protocol/journal.ts";
import { BadStatement } from "../../protocol/lines.ts";
import { refusal } from "../../protocol/refusal.ts";
import { caseOf, Statement, type Directory } from "../../protocol/statement.ts";
import type { Home } from "../home.ts";
import { hashes, thirtyTwo, type Evidence, type EvidenceEntry, type Remote } from "../remote.ts";
import { TrustError } from "./error.ts";

/** A statement that was proven to be on record. */
export interface Known {
  readonly id: Digest;
  readonly leaf: number;
  /** When the hub recorded it. */
  readonly at: Moment;
  readonly statement: Statement;
  /** The exact text that was signed. */
  readonly text: Uint8Array;
  readonly signature: Uint8Array;
}

/** A checkpoint, and the signed note that it came in. */
export interface Noted {
  readonly checkpoint: Checkpoint;
  readonly note: string;
}

/** How much more a hub may show of one scope: far more than there can be, and less than fills the memory. */
export class Room {
  constructor(
    private pages = 4096,
    private bytes = 256 * 1024 * 1024,
  ) {}

  take({ entries, blobs }: Evidence): void {
    const lengthOf = (texts: readonly string[]): number => texts.reduce((sum, text) => sum + text.length, 0);
    const sizes = entries.map(
      ({ statement, signature, inclusion, consistency }) =>
        statement.length + signature.length + lengthOf(inclusion) + lengthOf(consistency),
    );
    this.pages -= 1;
    this.bytes -= sizes.reduce((sum, size) => sum + size, 0) + lengthOf([...(blobs?.values() ?? [])]);
    if (this.pages < 0 || this.bytes < 0) throw TrustError.malformed("length");
  }
}

interface Page {
  readonly note: string;
  readonly entries: readonly (readonly [Known, EvidenceEntry])[];
  readonly certs: ReadonlyMap<Digest, Uint8Array>;
}

/** All that the hub shows of a scope behind a leaf: read, but not believed. */
export class Pages {
  private constructor(
    private readonly scope: Scope,
    private readonly pages: readonly Page[],
  ) {}

  static async fetch(remote: Remote, of: CaseNumber | undefined, from: number | undefined): Promise<Pages> {
    const pages: Page[] = [];
    const room = new Room();
    for (let after = from; ; ) {
      const evidence = await remote.statements(of, after);
      room.take(evidence);
      pages.push(readPage(evidence, after));
      if (!evidence.more) return new Pages(of ?? "house", pages);
      after = evidence.entries.at(-1)?.leaf;
      if (after === undefined) throw TrustError.malformed("more");
    }
  }

  /** The case of which this is all that the hub shows. */
  get case(): CaseNumber | undefined {
    return this.scope === "house" ? undefined : this.scope;
  }

  /** Whether the journal grew between one page and the next: these are not all of one moment. */
  get grew(): boolean {
    return this.pages.some(({ note }) => note !== this.pages[0]?.note);
  }

  private get entries(): Known[] {
    return this.pages.flatMap(({ entries }) => entries.map(([known]) => known));
  }

  /** The newest of the directories that claim to be the authority's. */
  private newestDirectory(): { known: Known; directory: Directory } | undefined {
    let newest: { known: Known; directory: Directory } | undefined;
    for (const known of this.entries) {
      const { body, by } = known.statement;
      if (body.kind !== "directory" || by !== "authority") continue;
      if (newest === undefined || body.number >= newest.directory.number) newest = { known, directory: body };
    }
    return newest;
  }

  get hasDirectory(): boolean {
    return this.newestDirectory() !== undefined;
  }

  /** The journal's key, from the newest directory here, if the authority signed that. */
  async journalKey(authority: PublicCert): Promise<JournalPublicKey> {
    const newest = this.newestDirectory();
    if (newest === undefined) throw refusal("no-directory");
    const { id, text, signature, statement } = newest.known;
    try {
      await verifyStatement(authority, "directory", text, signature, statement.signedAt);
      return JournalPublicKey.parse(newest.directory.journalKey);
    } catch (error) {
      if (error instanceof NotA) throw TrustError.malformed("journal-key");
      if (!(error instanceof BadSignature)) throw error;
      const why = refusal("bad-signature", { problem: error.flaw });
      throw new TrustError({ code: "forged-statement", id, kind: "directory", refusal: why });
    }
  }

  /**
   * The checkpoint of each page with its note, if each is signed, and if each statement stands under it where it is
   * said to and saw a past of it.
   */
  async prove(key: JournalPublicKey): Promise<Noted[]> {
    const proven: Noted[] = [];
    for (const page of this.pages) proven.push(await provePage(page, this.scope, key));
    return proven;
  }

  /** Adds what is here to what is known. Refuses a statement that is known at another place. */
  addTo(known: Map<Digest, Known>, certs: Map<Digest, Uint8Array>): void {
    for (const page of this.pages) for (const [digest, cert] of page.certs) certs.set(digest, cert);
    for (const now of this.entries) {
      const before = known.get(now.id);
      known.set(now.id, now);
      if (before === undefined || (before.leaf === now.leaf && before.at === now.at)) continue;
      const { kind } = now.statement.body;
      throw new TrustError({ code: "forged-statement", id: now.id, kind, refusal: refusal("recorded-twice") });
    }
  }
}

function readPage({ checkpoint, entries, blobs }: Evidence, after: number | undefined): Page {
  let last = after ?? -1;
  for (const { leaf } of entries) {
    if (leaf <= last) throw TrustError.malformed("leaf");
    last = leaf;
  }
  const certs = [...(blobs ?? [])].map(([digest, blob]) => [digest, readBlob(digest, blob)] as const);
  return { note: checkpoint, entries: entries.map((entry) => [readEntry(entry), entry]), certs: new Map(certs) };
}

function readBlob(digest: Digest, blob: string): Uint8Array {
  const bytes = blob.length <= 2 * MAX_CERT ? decoded(blob) : undefined;
  if (bytes === undefined || bytes.length > MAX_CERT || digestOf(bytes) !== digest) throw TrustError.malformed("blobs");
  return bytes;
}

function decoded(blob: string): Uint8Array | undefined {
  try {
    return base64.decode(blob);
  } catch {
    return undefined;
  }
}

function readEntry({ leaf, at, statement, signature }: EvidenceEntry): Known {
  const text = utf8(statement);
  try {
    return { id: digestOf(text), leaf, at, statement: Statement.parse(text), text, signature };
  } catch (error) {
    throw error instanceof BadStatement ? TrustError.malformed("statement") : error;
  }
}

async function provePage(page: Page, scope: Scope, key: JournalPublicKey): Promise<Noted> {
  const checkpoint = await opened(key, page.note);
  for (const [known, entry] of page.entries) {
    if ((caseOf(known.statement.body) ?? "house") !== scope) {
      throw new TrustError({ code: "wrong-scope", id: known.id });
    }
    provePlace(known, entry, scope, checkpoint);
    proveSeen(known, entry, checkpoint);
  }
  return { checkpoint, note: page.note };
}

/** The checkpoint in a note, if the journal's key signed it. */
export async function opened(key: JournalPublicKey, note: string): Promise<Checkpoint> {
  try {
    return await key.open(note);
  } catch (error) {
    throw error instanceof BadCheckpoint ? new TrustError({ code: "bad-checkpoint", problem: error }) : error;
  }
}

function provePlace(known: Known, entry: EvidenceEntry, scope: Scope, checkpoint: Checkpoint): void {
  const leaf: Leaf = {
    scope,
    scopeSalt: read("salt", () => thirtyTwo(entry.scope_salt)),
    eventSalt: read("salt", () => thirtyTwo(entry.event_salt)),
    event: { kind: "statement", at: known.at, statement: known.id, signature: digestOf(known.signature) },
  };
  if (!isInJournal(leaf, known.leaf, entry.inclusion, checkpoint)) {
    throw new TrustError({ code: "not-in-journal", id: known.id });
  }
}

/** Whether a leaf stands at a place under a checkpoint, by the hashes that the hub gave. */
export function isInJournal(
  leaf: Leaf,
  place: number,
  inclusion: readonly string[],
  { size, root }: Checkpoint,
): boolean {
  const proof = read("inclusion", () => hashes(inclusion));
  return isProven(() => verifyInclusion(hashOf(halvesOf(leaf)), place, size, proof, root));
}

function proveSeen(known: Known, entry: EvidenceEntry, { size, root }: Checkpoint): void {
  const { journal: seen } = known.statement;
  const proof = read("consistency", () => hashes(entry.consistency));
  const isPast = isProven(() => verifyConsistency(seen.size, seen.root, size, root, proof));
  // Nor can anyone have seen a journal with its own statement in it before signing that.
  if (!isPast || seen.size > known.leaf) throw new TrustError({ code: "other-journal", id: known.id });
}

/** What the hub spelled, or that it can't be read. */
export function read<T>(what: string, attempt: () => T): T {
  try {
    return attempt();
  } catch (error) {
    throw error instanceof NotA ? TrustError.malformed(what) : error;
  }
}

function isProven(verify: () => void): boolean {
  try {
    verify();
    return true;
  } catch (error) {
    if (error instanceof BadProof) return false;
    throw error;
  }
}

/** Refuses a checkpoint that does not have the one before for a past, and keeps both as evidence. */
export async function requirePast(home: Home, remote: Remote, before: Noted | undefined, now: Noted): Promise<void> {
  if (before === undefined) return;
  const [old, next] = [before.checkpoint, now.checkpoint];
  const isTrivial = old.size === 0 || old.size >= next.size;
  const proof = isTrivial ? [] : await remote.consistency(old.size, next.size);
  if (isProven(() => verifyConsistency(old.size, old.root, next.size, next.root, proof))) return;
  throw new TrustError({ code: "forked-journal", evidence: await keepEvidence(home, before, now, proof) });
}

/** Both signed notes: together they show that the hub told two stories. */
function keepEvidence(home: Home, before: Noted, now: Noted, proof: readonly Digest[]): Promise<string> {
  const spelled = proof.map((hash) => hex.encode(bytesOf(hash)));
  const evidence = { before: before.note, now: now.note, proof: spelled };
  const name = digestOf(utf8(JSON.stringify(evidence))).slice("sha256:".length).slice(0, 16);
  return home.keepEvidence(`forked-${name}.json`, evidence);
}

/**
 * What the hub said it recorded, and did not, is told once, all of it. It was signed too long ago to be recorded later,
 * so whoever was told must be able to go on, and do it again. The numbers are kept.
 */
export async function tellOnce(home: Home, error: unknown): Promise<never> {
  if (!(error instanceof TrustError) || error.why.code !== "not-kept") throw error;
  const { ids } = error.why;
  const remembered = await home.remembered();
  const [first] = ids;
  if (remembered === undefined || first === undefined) throw error;
  const missing = ids.map((id) => ({ statement: id, case: remembered.sent.get(id) ?? null }));
  const name = first.slice("sha256:".length).slice(0, 16);
  await home.keepEvidence(`not-kept-${name}.json`, { missing, before: remembered.note });
  const sent = new Map([...remembered.sent].filter(([id]) => !ids.includes(id)));
  await home.remember({ ...remembered, sent });
  throw error;
}
