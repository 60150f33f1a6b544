// Ours and a peer by turns, so that whatever else the machine does hits both.

import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";

/** The size of a large file, in bytes. */
export const SIZE = 100_000_000;

/** How long each turn took, in milliseconds. */
export interface Raced {
  readonly ours: number[];
  readonly peer: number[];
}

/** Work that tells how long it took, in milliseconds. */
type Timed = () => Promise<number>;

export async function byTurns(rounds: number, ours: Timed, peer: Timed): Promise<Raced> {
  const raced: Raced = { ours: [], peer: [] };
  for (let round = 0; round < rounds; round += 1) {
    raced.ours.push(await ours());
    raced.peer.push(await peer());
  }
  return raced;
}

/** Writes a file of that size that does not repeat within a megabyte, and is on disk. */
export function randomFile(path: string): void {
  const block = randomBytes(1_000_000);
  const file = openSync(path, "w");
  for (let at = 0; at < SIZE; at += block.length) writeSync(file, block);
  fsyncSync(file);
  closeSync(file);
}
