import assert from "node:assert/strict";
import { test } from "node:test";

import { base64, hex, utf8 } from "../src/protocol/bytes.ts";
import { caseNumber, type Digest, digest, digestOf, hubName, moment } from "../src/protocol/id.ts";
import {
  BadCheckpoint,
  BadEvent,
  BadProof,
  checkpointText,
  consistencyNodes,
  emptyRoot,
  erasedHalves,
  eventText,
  Frontier,
  halvesOf,
  hashOf,
  inclusionNodes,
  JournalKey,
  JournalPublicKey,
  leafHash,
  MAX_SIZE,
  type Needed,
  nodeHash,
  readEvent,
  rootNodes,
  scope,
  Tile,
  verifyConsistency,
  verifyInclusion,
} from "../src/protocol/journal.ts";
import { json, names } from "./vectors.ts";

function refusal(work: () => unknown): string {
  try {
    work();
    return "good";
  } catch (error) {
    if (error instanceof BadProof || error instanceof BadCheckpoint || error instanceof BadEvent) return error.code;
    throw error;
  }
}

function raise(error: unknown): never {
  throw error;
}

interface Judged {
  comment: string;
  expect: string;
}

test("every file of the journal's vectors is looked at", () => {
  const files = ["checkpoints", "consistency", "events", "inclusion", "leaves", "roots"].map((name) => `${name}.json`);
  assert.deepEqual(names("journal"), files);
});

test("the trees of Certificate Transparency have their roots", () => {
  const vectors = json<{ leaves: string[]; root: string }[]>("journal", "roots.json");
  for (const { leaves, root } of vectors) {
    const frontier = new Frontier();
    for (const leaf of leaves) frontier.append(leafHash(hex.decode(leaf)));
    assert.equal(frontier.root(), root);
  }
  assert.equal(vectors.length, 9);
});

test("a leaf is two salted halves", () => {
  const vectors = json<
    { scope: string; scope_salt: string; event_salt: string; event: string; halves: string[]; hash: string }[]
  >("journal", "leaves.json");
  for (const vector of vectors) {
    const leaf = {
      scope: scope(vector.scope),
      scopeSalt: hex.decode(vector.scope_salt),
      eventSalt: hex.decode(vector.event_salt),
      event: readEvent(vector.event),
    };
    const halves = halvesOf(leaf);
    assert.deepEqual([halves.scope, halves.event], vector.halves);
    assert.equal(hashOf(halves), vector.hash);
  }
  assert.ok(vectors.length > 0);
});

test("an event has one text, or is refused for its one reason", () => {
  const vectors = json<(Judged & { event: string })[]>("journal", "events.json");
  for (const { comment, expect, event } of vectors) {
    assert.equal(refusal(() => readEvent(event)), expect, comment);
    if (expect === "good") assert.equal(eventText(readEvent(event)), event, comment);
  }
  assert.ok(vectors.length > 0);
});

test("a proof of inclusion holds, or is refused for its one reason", () => {
  const vectors = json<(Judged & { leaf: string; index: number; size: number; proof: string[]; root: string })[]>(
    "journal",
    "inclusion.json",
  );
  for (const { comment, expect, leaf, index, size, proof, root } of vectors) {
    const judge = (): void => verifyInclusion(digest(leaf), index, size, proof.map(digest), digest(root));
    assert.equal(refusal(judge), expect, comment);
  }
  assert.ok(vectors.length > 0);
});

test("a proof of consistency holds, or is refused for its one reason", () => {
  const vectors = json<(Judged & { old: number; old_root: string; new: number; new_root: string; proof: string[] })[]>(
    "journal",
    "consistency.json",
  );
  for (const { comment, expect, old, old_root, new: now, new_root, proof } of vectors) {
    const judge = (): void => verifyConsistency(old, digest(old_root), now, digest(new_root), proof.map(digest));
    assert.equal(refusal(judge), expect, comment);
  }
  assert.ok(vectors.length > 0);
});

test("a checkpoint is the hub's, or is refused for its one reason", async () => {
  const vectors = json<(Judged & { key: string; note: string })[]>("journal", "checkpoints.json");
  for (const { comment, expect, key, note } of vectors) {
    const journalKey = JournalPublicKey.parse(key);
    const opened = await journalKey.open(note).catch((error: unknown) => refusal(() => raise(error)));
    assert.equal(typeof opened === "string" ? opened : "good", expect, comment);
    if (typeof opened !== "string") assert.ok(note.startsWith(`${checkpointText(opened)}\n`), comment);
  }
  assert.ok(vectors.length > 0);
});

test("the example of the protocol's page is a leaf of its journal", async () => {
  const example = json<Record<string, string>>("example.json");
  const said = (name: string): string => example[name]!;
  const leaf = {
    scope: scope(said("scope")),
    scopeSalt: hex.decode(said("scope_salt")),
    eventSalt: hex.decode(said("event_salt")),
    event: readEvent(said("event")),
  };
  const halves = halvesOf(leaf);
  assert.deepEqual(halves, { scope: `sha256:${said("scope_half")}`, event: `sha256:${said("event_half")}` });
  assert.equal(hashOf(halves), `sha256:${said("leaf")}`);
  const root = nodeHash(hashOf(halves), digest(`sha256:${said("other_leaf")}`));
  assert.equal(root, `sha256:${said("root_of_two")}`);
  assert.deepEqual(await JournalPublicKey.parse(said("journal_key")).open(said("checkpoint")), {
    hub: "zvh-ml.example",
    size: 2,
    root,
  });
});

test("a journal key has one spelling", () => {
  const key = json<Record<string, string>>("example.json")["journal_key"]!;
  assert.equal(JournalPublicKey.parse(key).toText(), key);
  for (const bad of [key.replace("zvh", "zwh"), key.replace("/zegel", ""), key.slice(0, -4), `${key} `, "", "a+b+c"]) {
    assert.throws(() => JournalPublicKey.parse(bad), bad);
  }
});

test("a journal key survives being written and read, and signs what it opens", async () => {
  const key = JournalKey.generate(hubName("zvh-ml.example"));
  const read = JournalKey.parse(key.toText());
  assert.equal(read.public.toText(), key.public.toText());
  assert.deepEqual(await read.public.open(key.sign(7, emptyRoot())), { hub: key.public.hub, size: 7, root: emptyRoot() });
  for (const bad of [key.toText().replace("zvh", "zwh"), key.public.toText(), key.toText().slice(8), ""]) {
    assert.throws(() => JournalKey.parse(bad));
  }
  const example = json<Record<string, string>>("example.json");
  const sevens = `PRIVATE+KEY+${example["journal_key"]!.split("+").slice(0, 2).join("+")}`;
  const known = JournalKey.parse(`${sevens}+${base64.encode(new Uint8Array([1, ...new Uint8Array(32).fill(7)]))}`);
  assert.equal(known.sign(2, digest(`sha256:${example["root_of_two"]}`)), example["checkpoint"]);
});

/** A journal as a database keeps it: complete subtrees, and roots by size. */
class Tree {
  readonly leaves: Digest[] = [];
  readonly nodes = new Map<string, Digest>();
  readonly frontier = new Frontier();

  constructor(size: number) {
    for (let index = 0; index < size; index += 1) {
      const leaf = leafHash(utf8(String(index)));
      this.leaves.push(leaf);
      for (const [{ level, index: at }, hash] of this.frontier.append(leaf)) {
        assert.ok(!this.nodes.has(`${level}/${at}`), "a node is stored once");
        this.nodes.set(`${level}/${at}`, hash);
      }
    }
  }

  fetch(needed: Needed | undefined): Digest[] {
    return needed!.fold(needed!.ids.map(({ level, index }) => this.nodes.get(`${level}/${index}`)!))!;
  }

  root(size: number): Digest {
    return naiveRoot(this.leaves.slice(0, size));
  }
}

/** The root as RFC 6962 section 2.1 defines it, without a thought for speed. */
function naiveRoot(leaves: Digest[]): Digest {
  if (leaves.length < 2) return leaves[0] ?? emptyRoot();
  let middle = 1;
  while (2 * middle < leaves.length) middle *= 2;
  return nodeHash(naiveRoot(leaves.slice(0, middle)), naiveRoot(leaves.slice(middle)));
}

const tree = new Tree(300);

test("all small trees prove all that they hold", () => {
  for (let now = 0; now <= 40; now += 1) {
    const root = tree.root(now);
    assert.equal(tree.fetch(rootNodes(now))[0] ?? emptyRoot(), root);
    const peaks = rootNodes(now).ids.map(({ level, index }) => tree.nodes.get(`${level}/${index}`)!);
    assert.equal(Frontier.of(now, peaks)!.root(), root);
    for (let index = 0; index < now; index += 1) {
      verifyInclusion(tree.leaves[index]!, index, now, tree.fetch(inclusionNodes(index, now)), root);
    }
    for (let old = 0; old <= now; old += 1) {
      verifyConsistency(old, tree.root(old), now, root, tree.fetch(consistencyNodes(old, now)));
    }
  }
});

test("a proof holds for its leaf, index, size and root only", () => {
  for (const [index, size] of [
    [0, 300],
    [255, 300],
    [256, 257],
    [299, 300],
    [17, 40],
  ] as const) {
    const [leaf, root, other] = [tree.leaves[index]!, tree.root(size), leafHash(utf8("other"))];
    const proof = tree.fetch(inclusionNodes(index, size));
    const judged = (of: Digest, at: number, path: Digest[], to: Digest): string =>
      refusal(() => verifyInclusion(of, at, size, path, to));
    assert.equal(judged(leaf, index, proof, root), "good");
    for (const at of [index ^ 1, index + 1, index + size, -1, 0.5]) {
      assert.notEqual(judged(leaf, at, proof, root), "good");
    }
    assert.notEqual(judged(other, index, proof, root), "good");
    assert.notEqual(judged(leaf, index, proof, other), "good");
    assert.equal(judged(leaf, index, [...proof, leaf], root), "length");
    proof.forEach((_, place) => {
      assert.notEqual(judged(leaf, index, proof.slice(0, place), root), "good");
      assert.equal(judged(leaf, index, proof.map((hash, at) => (at === place ? other : hash)), root), "root");
    });
  }
});

test("growth is proved and nothing else is", () => {
  for (const [old, now] of [
    [1, 2],
    [128, 300],
    [255, 256],
    [200, 300],
    [299, 300],
  ] as const) {
    const [from, to, other] = [tree.root(old), tree.root(now), leafHash(utf8("other"))];
    const proof = tree.fetch(consistencyNodes(old, now));
    const judged = (oldRoot: Digest, path: Digest[], root: Digest): string =>
      refusal(() => verifyConsistency(old, oldRoot, now, root, path));
    assert.equal(judged(from, proof, to), "good");
    assert.notEqual(judged(other, proof, to), "good");
    assert.equal(judged(from, proof, other), "root");
    assert.notEqual(judged(from, [...proof, other], to), "good");
    proof.forEach((_, place) => {
      assert.notEqual(judged(from, proof.slice(0, place), to), "good");
      assert.notEqual(judged(from, proof.map((hash, at) => (at === place ? other : hash)), to), "good");
    });
  }
});

test("the nodes of the largest tree can be named", () => {
  assert.equal(inclusionNodes(MAX_SIZE - 1, MAX_SIZE)!.ids.length, 52);
  assert.ok(inclusionNodes(0, MAX_SIZE)!.ids.every(({ level }) => level < 53));
  assert.ok(consistencyNodes(1, MAX_SIZE) !== undefined);
  assert.equal(inclusionNodes(0, MAX_SIZE + 1), undefined);
  assert.equal(consistencyNodes(2, 1), undefined);
  assert.equal(Frontier.of(3, [emptyRoot()]), undefined);
});

test("erasing an event leaves the leaf in its place", () => {
  const event = {
    kind: "statement",
    at: moment("2026-11-23T18:20:01Z"),
    statement: digestOf(utf8("statement")),
    signature: digestOf(utf8("signature")),
  } as const;
  const [scopeSalt, eventSalt] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  const halves = halvesOf({ scope: caseNumber("ZVH-2026-0014"), scopeSalt, eventSalt, event });
  const kept = erasedHalves(caseNumber("ZVH-2026-0014"), scopeSalt, halves.event);
  assert.equal(hashOf(kept), hashOf(halves));
  assert.notEqual(hashOf(erasedHalves("house", scopeSalt, halves.event)), hashOf(halves));
});

test("a tile has one name", () => {
  for (const [level, index, width, name] of [
    [0, 0, 256, "tile/0/000"],
    [0, 0, 1, "tile/0/000.p/1"],
    [1, 999, 255, "tile/1/999.p/255"],
    [0, 1_234_067, 256, "tile/0/x001/x234/067"],
    [6, 1000, 256, "tile/6/x001/000"],
  ] as const) {
    assert.equal(Tile.of(level, index, width)!.toText(), name);
    assert.deepEqual(Tile.parse(name), Tile.of(level, index, width));
  }
  for (const bad of [
    "tile/0/0",
    "tile/0/x000/001",
    "tile/0/000.p/256",
    "tile/0/000.p/0",
    "tile/0/000.p/01",
    "tile/7/000",
    "tile/00/000",
    "tile/0/001/000",
    "tile/0/+01",
    "tile/0/000/",
    "tile/entries/000",
    "/tile/0/000",
  ]) {
    assert.throws(() => Tile.parse(bad), bad);
  }
});

test("a tile is there once its last node is", () => {
  assert.ok(Tile.parse("tile/0/000.p/5").isIn(5) && !Tile.parse("tile/0/000.p/5").isIn(4));
  assert.ok(Tile.parse("tile/1/000.p/1").isIn(256) && !Tile.parse("tile/1/000.p/1").isIn(255));
  assert.deepEqual(Tile.parse("tile/1/001.p/1").nodes(), [{ level: 8, index: 256 }]);
});
