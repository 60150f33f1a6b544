// The Merkle tree (RFC 6962 section 2.1, RFC 9162 section 2.1): growing it, proving from it, checking proofs.
//
// Only *complete* subtrees are ever stored, each once, when its last leaf comes; they never change. Whatever else a
// root or a proof needs is folded from them.
//
// Sizes go up to 2^53 - 1, where the language's operators for bits do not reach: numbers are halved instead.

import { concat } from "../bytes.ts";
import { bytesOf, type Digest, digestOf } from "../id.ts";

/** The largest tree: what a browser can still count. */
export const MAX_SIZE = Number.MAX_SAFE_INTEGER;

/** A complete subtree: the `index`-th from the left that has 2^`level` leaves. */
export interface NodeId {
  readonly level: number;
  readonly index: number;
}

/** The root of the tree without leaves: the digest of nothing. */
export function emptyRoot(): Digest {
  return digestOf(new Uint8Array());
}

/** The hash of a leaf's data: SHA-256 of 0x00 and the data. */
export function leafHash(data: Uint8Array): Digest {
  return digestOf(concat(new Uint8Array([0]), data));
}

/** The hash of two subtrees side by side: SHA-256 of 0x01 and both hashes. */
export function nodeHash(left: Digest, right: Digest): Digest {
  return digestOf(concat(new Uint8Array([1]), bytesOf(left), bytesOf(right)));
}

/** What is needed to let a tree grow: its size, and the complete subtrees that it falls into, largest first. */
export class Frontier {
  #size = 0;
  #peaks: Digest[] = [];

  /**
   * The frontier of a stored tree: `peaks` are the hashes of `rootNodes(size)`, in that order. Nothing when they are
   * too many or too few, or the tree is full.
   */
  static of(size: number, peaks: readonly Digest[]): Frontier | undefined {
    if (size >= MAX_SIZE || peaks.length !== subtrees(0, size).length) return undefined;
    const frontier = new Frontier();
    frontier.#size = size;
    frontier.#peaks = [...peaks];
    return frontier;
  }

  get size(): number {
    return this.#size;
  }

  /** Adds a leaf at index `size`, and returns the subtrees that it completes, the leaf itself first. */
  append(leaf: Digest): [NodeId, Digest][] {
    let node = { level: 0, index: this.#size };
    let hash = leaf;
    const completed: [NodeId, Digest][] = [[node, hash]];
    while (isOdd(node.index)) {
      const left = this.#peaks.pop();
      if (left === undefined) break;
      hash = nodeHash(left, hash);
      node = { level: node.level + 1, index: half(node.index) };
      completed.push([node, hash]);
    }
    this.#peaks.push(hash);
    this.#size += 1;
    return completed;
  }

  /** The root of the tree. */
  root(): Digest {
    return folded(this.#peaks) ?? emptyRoot();
  }
}

/** The stored subtrees that a root or a proof is made from. Fetch `ids`, then `fold`. */
export class Needed {
  constructor(private readonly groups: readonly NodeId[][]) {}

  /** The subtrees to fetch, in order. */
  get ids(): NodeId[] {
    return this.groups.flat();
  }

  /**
   * Makes the proof (or, for `rootNodes`, the single root) from the hashes of `ids` in that order. Nothing when there
   * are too few or too many.
   */
  fold(hashes: readonly Digest[]): Digest[] | undefined {
    if (hashes.length !== this.ids.length) return undefined;
    let at = 0;
    return this.groups.map((group) => {
      const these = hashes.slice(at, at + group.length);
      at += group.length;
      return folded(these)!;
    });
  }
}

/** The hash over neighbouring complete subtrees, largest first. */
function folded(hashes: readonly Digest[]): Digest | undefined {
  const last = hashes.at(-1);
  return last && hashes.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last);
}

/**
 * The complete subtrees that the leaves from `start` up to `end` fall into, largest first. `start` must be where a
 * subtree of that many leaves can begin.
 */
function subtrees(start: number, end: number): NodeId[] {
  const nodes: NodeId[] = [];
  for (let from = start; from < end; ) {
    const level = logarithm(end - from);
    nodes.push({ level, index: Math.floor(from / 2 ** level) });
    from += 2 ** level;
  }
  return nodes;
}

/** The largest power of two smaller than a number of leaves, two at the least: where a tree parts in two. */
function split(leaves: number): number {
  return 2 ** logarithm(leaves - 1);
}

/** The exponent of the largest power of two that is not above a number. */
function logarithm(number: number): number {
  const near = Math.floor(Math.log2(number));
  // Of a number just below a power of two the logarithm is rounded up.
  return 2 ** near > number ? near - 1 : near;
}

/** What the root of a tree is made from. Without leaves nothing is needed, and the root is `emptyRoot`. */
export function rootNodes(size: number): Needed {
  return new Needed(size === 0 ? [] : [subtrees(0, size)]);
}

/**
 * What the proof is made from that a leaf stands in a tree (RFC 9162 section 2.1.3.1). Nothing when it is not in it.
 */
export function inclusionNodes(index: number, size: number): Needed | undefined {
  if (index >= size || size > MAX_SIZE) return undefined;
  let [start, end] = [0, size];
  const path: NodeId[][] = [];
  while (end - start > 1) {
    const middle = start + split(end - start);
    if (index < middle) {
      path.push(subtrees(middle, end));
      end = middle;
    } else {
      path.push(subtrees(start, middle));
      start = middle;
    }
  }
  return new Needed(path.reverse());
}

/**
 * What the proof is made from that a tree grew from a smaller one (RFC 9162 section 2.1.4.1). Nothing when it did not.
 * From the empty tree, and for equal sizes, the proof is empty.
 */
export function consistencyNodes(old: number, now: number): Needed | undefined {
  if (old > now || now > MAX_SIZE) return undefined;
  if (old === 0 || old === now) return new Needed([]);
  let [start, end] = [0, now];
  const path: NodeId[][] = [];
  while (end !== old) {
    const middle = start + split(end - start);
    if (old <= middle) {
      path.push(subtrees(middle, end));
      end = middle;
    } else {
      path.push(subtrees(start, middle));
      start = middle;
    }
  }
  // A subtree that is the whole old tree is known to who asks.
  if (start > 0) path.push(subtrees(start, end));
  return new Needed(path.reverse());
}

const PROBLEMS = {
  "out-of-range": "there is no such leaf or tree to prove",
  length: "the proof is too short or too long",
  root: "the proof does not lead to the root",
  "old-root": "the proof does not lead to the older root",
} as const;

/** A short name, as the test vectors use it. */
export type BadProofCode = keyof typeof PROBLEMS;

/** Why a proof does not hold. */
export class BadProof extends Error {
  override readonly name = "BadProof";
  constructor(readonly code: BadProofCode) {
    super(PROBLEMS[code]);
  }
}

/**
 * Checks that a leaf stands at an index of the tree with this size and root (RFC 9162 section 2.1.3.2). Throws a
 * BadProof.
 */
export function verifyInclusion(
  leaf: Digest,
  index: number,
  size: number,
  proof: readonly Digest[],
  root: Digest,
): void {
  if (!isCount(index) || index >= size || size > MAX_SIZE) throw new BadProof("out-of-range");
  const path = new Path(index, size - 1);
  let hash = leaf;
  for (const sibling of proof) hash = path.stepLeft() ? nodeHash(sibling, hash) : nodeHash(hash, sibling);
  path.end();
  if (hash !== root) throw new BadProof("root");
}

/**
 * Checks that the tree with the new size and root grew from the one with the old size and root, nothing in it changed
 * (RFC 9162 section 2.1.4.2; from the empty tree anything grows, with an empty proof). Throws a BadProof.
 */
export function verifyConsistency(
  old: number,
  oldRoot: Digest,
  now: number,
  nowRoot: Digest,
  proof: readonly Digest[],
): void {
  if (!isCount(old) || old > now || now > MAX_SIZE) throw new BadProof("out-of-range");
  if (old === 0 || old === now) return verifyTrivially(old, oldRoot, now, nowRoot, proof);
  // A complete subtree that is the whole old tree is left out of the proof: it is the old root itself.
  const [first, ...others] = 2 ** logarithm(old) === old ? [oldRoot, ...proof] : proof;
  if (first === undefined) throw new BadProof("length");
  const path = new Path(old - 1, now - 1);
  path.climbWhileRight();
  let [oldHash, nowHash] = [first, first];
  for (const sibling of others) {
    const isLeft = path.stepLeft();
    if (isLeft) oldHash = nodeHash(sibling, oldHash);
    nowHash = isLeft ? nodeHash(sibling, nowHash) : nodeHash(nowHash, sibling);
  }
  path.end();
  if (oldHash !== oldRoot) throw new BadProof("old-root");
  if (nowHash !== nowRoot) throw new BadProof("root");
}

function verifyTrivially(
  old: number,
  oldRoot: Digest,
  now: number,
  nowRoot: Digest,
  proof: readonly Digest[],
): void {
  if (proof.length > 0) throw new BadProof("length");
  if (old === 0 && oldRoot !== emptyRoot()) throw new BadProof("old-root");
  if (old === now && oldRoot !== nowRoot) throw new BadProof("root");
}

/** The way up from a node, past the siblings that a proof gives. */
class Path {
  constructor(
    private node: number,
    private last: number,
  ) {}

  /** Goes up by one sibling, and tells whether that stands to the left. */
  stepLeft(): boolean {
    if (this.last === 0) throw new BadProof("length");
    const isLeft = isOdd(this.node) || this.node === this.last;
    // The last node of a level that is not full has no sibling there: it is carried up until it has one.
    if (isLeft) while (this.node !== 0 && !isOdd(this.node)) this.climb();
    this.climb();
    return isLeft;
  }

  climbWhileRight(): void {
    while (isOdd(this.node)) this.climb();
  }

  /** Refuses a way that does not end at the root. */
  end(): void {
    if (this.last !== 0) throw new BadProof("length");
  }

  private climb(): void {
    this.node = half(this.node);
    this.last = half(this.last);
  }
}

function isCount(number: number): boolean {
  return Number.isSafeInteger(number) && number >= 0;
}

function isOdd(number: number): boolean {
  return number % 2 === 1;
}

function half(number: number): number {
  return Math.floor(number / 2);
}
