// A journal in memory, and whatever a hub proves with it.

import { generateKeyPairSync, sign } from "node:crypto";

import type { Signed } from "../../src/client/batch.ts";
import type { Evidence, EvidenceEntry } from "../../src/client/remote.ts";
import type { Noted } from "../../src/client/trust/evidence.ts";
import { base64, concat, hex, utf8 } from "../../src/protocol/bytes.ts";
import { bytesOf, digestOf, hubName, moment, type Digest } from "../../src/protocol/id.ts";
import {
  checkpointText,
  consistencyNodes,
  Frontier,
  halvesOf,
  hashOf,
  inclusionNodes,
  JournalPublicKey,
  type Leaf,
  type NodeId,
  type Scope,
} from "../../src/protocol/journal.ts";
import type { Seen } from "../../src/protocol/words/composed.ts";

export const HUB = hubName("hub.example");
export const AT = moment("2026-11-10T08:00:00Z");

/** A journal that grows, and whatever it proves. */
export class Journal {
  readonly key: JournalPublicKey;
  private readonly nodes = new Map<string, Digest>();
  private readonly frontier = Frontier.of(0, [])!;
  private readonly leaves: { leaf: Leaf; signed: Signed }[] = [];
  private readonly id: Uint8Array;

  /** With a key of its own, or with that of another journal. */
  constructor(private readonly pair = generateKeyPairSync("ed25519")) {
    const point = new Uint8Array(this.pair.publicKey.export({ format: "der", type: "spki" }).subarray(-32));
    const kind = concat(new Uint8Array([1]), point);
    this.id = bytesOf(digestOf(concat(utf8(`${HUB}/zegel\n`), kind))).subarray(0, 4);
    this.key = JournalPublicKey.parse(`${HUB}/zegel+${hex.encode(this.id)}+${base64.encode(kind)}`);
  }

  /** An empty one with the same key. */
  another(): Journal {
    return new Journal(this.pair);
  }

  get seen(): Seen {
    return { size: this.frontier.size, root: this.frontier.root() };
  }

  add(scope: Scope, signed: Signed): void {
    const scopeSalt = crypto.getRandomValues(new Uint8Array(32));
    const eventSalt = crypto.getRandomValues(new Uint8Array(32));
    const statement = digestOf(utf8(signed.statement));
    const event = { kind: "statement", at: AT, statement, signature: digestOf(signed.signature) } as const;
    const leaf = { scope, scopeSalt, eventSalt, event };
    this.leaves.push({ leaf, signed });
    for (const [node, hash] of this.frontier.append(hashOf(halvesOf(leaf)))) this.nodes.set(nameOf(node), hash);
  }

  note(): string {
    const text = checkpointText({ hub: HUB, ...this.seen });
    const signature = new Uint8Array(sign(null, utf8(text), this.pair.privateKey));
    return `${text}\n— ${HUB}/zegel ${base64.encode(concat(this.id, signature))}\n`;
  }

  noted(): Noted {
    return { checkpoint: { hub: HUB, ...this.seen }, note: this.note() };
  }

  consistency(old: number): string[] {
    const needed = consistencyNodes(old, this.frontier.size)!;
    return this.folded(needed);
  }

  page(more = false): Evidence {
    const entries = this.leaves.map(({ leaf, signed }, at): EvidenceEntry => {
      const seen = Number(/\njournal: (\d+) /.exec(signed.statement)![1]);
      return {
        leaf: at,
        at: AT,
        scope_salt: hex.encode(leaf.scopeSalt),
        event_salt: hex.encode(leaf.eventSalt),
        ...signed,
        inclusion: this.folded(inclusionNodes(at, this.frontier.size)!),
        consistency: seen === 0 ? [] : this.consistency(seen),
      };
    });
    return { checkpoint: this.note(), entries, blobs: new Map(), more };
  }

  private folded(needed: { ids: readonly NodeId[]; fold(hashes: readonly Digest[]): Digest[] | undefined }): string[] {
    const hashes = needed.ids.map((id) => this.nodes.get(nameOf(id))!);
    return needed.fold(hashes)!.map((hash) => hex.encode(bytesOf(hash)));
  }
}

const nameOf = ({ level, index }: NodeId): string => `${level}/${index}`;
