// The hub's own records: each is proven by itself, and what can't be is told as an alarm, never shown as a fact.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { RecordEntry } from "../../src/client/remote.ts";
import { TrustError } from "../../src/client/trust.ts";
import { provenOfItem, provenPortal } from "../../src/client/trust/records.ts";
import { hex, utf8 } from "../../src/protocol/bytes.ts";
import { bytesOf, caseNumber, digestOf, hubName, moment, newMemberId, type Digest } from "../../src/protocol/id.ts";
import {
  eventText,
  Frontier,
  halvesOf,
  hashOf,
  inclusionNodes,
  type Checkpoint,
  type JournalRecord,
  type Leaf,
  type NodeId,
  type Scope,
} from "../../src/protocol/journal.ts";

const AT = moment("2026-11-10T08:00:00Z");
const CASE = caseNumber("ZVH-2026-0014");
const ITEM = digestOf(utf8("an item"));
const PORTAL = digestOf(utf8("a bundle"));
const NOOR = newMemberId();

interface Told {
  readonly checkpoint: Checkpoint;
  readonly entries: RecordEntry[];
}

/** A journal of records, and the proofs that a hub gives of them. */
function journalOf(records: readonly (readonly [Scope, JournalRecord])[]): Told {
  const nodes = new Map<string, Digest>();
  const nameOf = ({ level, index }: NodeId): string => `${level}/${index}`;
  const frontier = Frontier.of(0, [])!;
  const leaves = records.map(([scope, record]): Leaf => {
    const salt = (): Uint8Array => crypto.getRandomValues(new Uint8Array(32));
    const [scopeSalt, eventSalt] = [salt(), salt()];
    const leaf: Leaf = { scope, scopeSalt, eventSalt, event: { kind: "record", at: AT, record } };
    for (const [node, hash] of frontier.append(hashOf(halvesOf(leaf)))) nodes.set(nameOf(node), hash);
    return leaf;
  });
  const entries = leaves.map(({ scopeSalt, eventSalt, event }, leaf): RecordEntry => {
    const needed = inclusionNodes(leaf, frontier.size)!;
    const proof = needed.fold(needed.ids.map((id) => nodes.get(nameOf(id))!))!;
    return {
      leaf,
      scope_salt: hex.encode(scopeSalt),
      event_salt: hex.encode(eventSalt),
      event: eventText(event),
      inclusion: proof.map((hash) => hex.encode(bytesOf(hash))),
    };
  });
  return { checkpoint: { hub: hubName("hub.example"), size: frontier.size, root: frontier.root() }, entries };
}

const opened: JournalRecord = { name: "opened", member: NOOR, about: ITEM };
const refused: JournalRecord = { name: "refused", member: NOOR, about: ITEM };

function told(entries: readonly RecordEntry[], checkpoint: Checkpoint): string[] {
  return provenOfItem(entries, CASE, ITEM, checkpoint).map((one) =>
    one instanceof TrustError ? one.code : `${one.record.name} ${one.leaf}`,
  );
}

test("who opened an item, and who was refused it, is proven entry by entry", () => {
  const { checkpoint, entries } = journalOf([[CASE, opened], [CASE, refused], [CASE, opened]]);
  assert.deepEqual(told(entries, checkpoint), ["opened 0", "refused 1", "opened 2"]);
});

test("a record that was made up, moved, altered or is of something else is an alarm, and the others stand", () => {
  const other = digestOf(utf8("another item"));
  const { checkpoint, entries } = journalOf([
    [CASE, opened],
    [CASE, { ...opened, about: other }],
    [caseNumber("ZVH-2026-0015"), opened],
    [CASE, { name: "signed-in", member: NOOR }],
    [CASE, refused],
  ]);
  assert.deepEqual(told(entries, checkpoint), ["opened 0", "wrong-scope", "not-in-journal", "wrong-scope", "refused 4"]);

  const [first] = entries as [RecordEntry];
  const ofAnother: JournalRecord = { ...opened, member: newMemberId() };
  const lies: [string, RecordEntry][] = [
    ["not-in-journal", { ...first, event: eventText({ kind: "record", at: AT, record: ofAnother }) }],
    ["not-in-journal", { ...first, event: first.event.replace("10T08", "11T08") }],
    ["not-in-journal", { ...first, leaf: 1 }],
    ["not-in-journal", { ...first, inclusion: first.inclusion.slice(1) }],
    ["malformed-evidence", { ...first, event: "zegel/1 record\n" }],
    ["malformed-evidence", { ...first, event_salt: "00" }],
    ["malformed-evidence", { ...first, inclusion: ["x"] }],
  ];
  for (const [code, lie] of lies) assert.deepEqual(told([lie], checkpoint), [code], JSON.stringify(lie));
  assert.deepEqual(told([first, first], checkpoint), ["opened 0", "malformed-evidence"], "one entry counts once");
});

test("the portal that is served must be the one on record", () => {
  const { checkpoint, entries } = journalOf([
    ["house", { name: "portal", about: PORTAL }],
    ["house", { name: "signed-in", member: NOOR }],
  ]);
  const [portal, other] = entries as [RecordEntry, RecordEntry];
  assert.equal(provenPortal(portal, PORTAL, checkpoint).at, AT);
  const isRefused = (error: unknown): boolean => error instanceof TrustError && error.code === "not-in-journal";
  assert.throws(() => provenPortal(portal, ITEM, checkpoint), isRefused);
  assert.throws(() => provenPortal(other, PORTAL, checkpoint), isRefused);
});
