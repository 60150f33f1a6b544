// Hash tiles, as C2SP tlog-tiles names them: 256 neighbouring nodes of every eighth level of the tree in one file.

import { NotA } from "../id.ts";
import { MAX_SIZE, type NodeId } from "./tree.ts";

/** How many nodes a whole tile holds. */
const WIDTH = 256;
/** The highest level of tiles in the largest tree. */
const MAX_LEVEL = 6;

/**
 * A hash tile, whole or the left part of one that is still growing. Shown as `tile/LEVEL/INDEX[.p/WIDTH]`, the index in
 * groups of three digits, all but the last with an `x` before it. Its content is its nodes' hashes, 32 bytes each.
 */
export class Tile {
  private constructor(
    readonly level: number,
    readonly index: number,
    readonly width: number,
  ) {}

  /** A tile. Nothing when no tree has it: `level` is 0 to 6, `width` 1 to 256. */
  static of(level: number, index: number, width: number): Tile | undefined {
    const isWithin = (number: number, least: number, most: number): boolean =>
      Number.isInteger(number) && number >= least && number <= most;
    const fits = isWithin(level, 0, MAX_LEVEL) && isWithin(width, 1, WIDTH) && isWithin(index, 0, MAX_SIZE / WIDTH);
    return fits ? new Tile(level, index, width) : undefined;
  }

  /** Reads a tile's name. Throws NotA. */
  static parse(text: string): Tile {
    const [, level, index, width] = /^tile\/(\d)\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d{1,3}))?$/.exec(text) ?? [];
    const count = Number((index ?? "").replace(/[x/]/g, ""));
    const tile = Tile.of(Number(level), count, width === undefined ? WIDTH : Number(width));
    // Only the one spelling that we write counts.
    if (tile === undefined || tile.toText() !== text) {
      throw new NotA("a hash tile (tile/0/x001/234 or tile/0/x001/234.p/5)");
    }
    return tile;
  }

  toText(): string {
    const groups = [threeDigits(this.index % 1000)];
    for (let rest = Math.floor(this.index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
      groups.unshift(`x${threeDigits(rest % 1000)}`);
    }
    return `tile/${this.level}/${groups.join("/")}${this.width < WIDTH ? `.p/${this.width}` : ""}`;
  }

  /** Whether a tree of this size has the tile, so far at least. */
  isIn(size: number): boolean {
    return this.index * WIDTH + this.width <= Math.floor(size / 2 ** (8 * this.level));
  }

  /** The nodes whose hashes make the tile, from left to right. */
  nodes(): NodeId[] {
    const [level, first] = [8 * this.level, this.index * WIDTH];
    return Array.from({ length: this.width }, (_, place) => ({ level, index: first + place }));
  }
}

function threeDigits(number: number): string {
  return String(number).padStart(3, "0");
}
