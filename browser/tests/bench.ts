// Measures the portal in a real Chromium against the program in ZEGEL, and prints what came out as JSON:
// `benches/ratios` reads it, and makes it rows of `make bench`. Which of seal, open, approve, block and load; else all.

import { sealAndOpen } from "./bench/files.ts";
import { BenchHouse } from "./bench/house.ts";
import type { Raced } from "./bench/race.ts";

/** What came out. Times are in milliseconds, of each round. */
interface Came {
  seal?: Raced;
  open?: Raced;
  approve?: Raced;
  block?: number[];
  load?: { took: number[]; sent: number; unpacked: number };
}

const asked = process.argv.slice(2);
const wants = (...rows: (keyof Came)[]): boolean => asked.length === 0 || rows.some((row) => asked.includes(row));
const came: Came = {};

if (wants("seal", "open")) Object.assign(came, await sealAndOpen());
if (wants("approve", "block", "load")) {
  const house = await BenchHouse.open();
  try {
    if (wants("load")) {
      const loads = await house.firstLoads(7);
      const { sent, unpacked } = loads[0]!;
      came.load = { took: loads.map(({ took }) => took), sent, unpacked };
    }
    if (wants("block")) came.block = await house.longestBlocks(3);
    if (wants("approve")) came.approve = await house.approve(5);
  } finally {
    await house.close();
  }
}
console.log(JSON.stringify(came));
