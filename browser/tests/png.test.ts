// What the pictures in docs/portal are made with.

import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync, inflateSync } from "node:zlib";

import { paletted } from "./support/png.ts";

const WIDTH = 3;
/** Rows as they were before they were filtered: red, green, blue of each pixel. */
const ROWS = [
  [255, 255, 255, 30, 80, 120, 255, 255, 255],
  [30, 80, 120, 255, 255, 255, 30, 80, 120],
  [255, 255, 255, 30, 80, 120, 200, 0, 0],
  [200, 0, 0, 200, 0, 0, 255, 255, 255],
  [255, 255, 255, 255, 255, 255, 30, 80, 120],
];

/** Each row with another of the five filters (PNG, section 9.2), written down from the definition. */
function filtered(): Buffer {
  const bytes = ROWS.flatMap((row, y) => {
    const raw = (at: number, up: number): number => (at < 0 || y - up < 0 ? 0 : ROWS[y - up]![at]!);
    const guesses = [
      () => 0,
      (at: number) => raw(at - 3, 0),
      (at: number) => raw(at, 1),
      (at: number) => Math.floor((raw(at - 3, 0) + raw(at, 1)) / 2),
      (at: number) => {
        const [a, b, c] = [raw(at - 3, 0), raw(at, 1), raw(at - 3, 1)];
        const near = [a, b, c].map((each) => Math.abs(a + b - c - each));
        return [a, b, c][near.indexOf(Math.min(...near))]!;
      },
    ];
    return [y, ...row.map((value, at) => (value - guesses[y]!(at)) & 0xff)];
  });
  return Buffer.from(bytes);
}

function png(data: Buffer): Buffer {
  const head = Buffer.from([0, 0, 0, WIDTH, 0, 0, 0, ROWS.length, 8, 2, 0, 0, 0]);
  const chunk = (name: string, body: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(body.length);
    // Nobody looks at the sum of what is read here.
    return Buffer.concat([length, Buffer.from(name, "latin1"), body, Buffer.alloc(4)]);
  };
  const parts = [chunk("IHDR", head), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([Buffer.alloc(8), ...parts]);
}

test("a picture of few colours stays the very same", () => {
  const small = paletted(png(deflateSync(filtered())));
  const body = (name: string): Buffer => {
    const at = small.indexOf(name, 0, "latin1");
    return small.subarray(at + 4, at + 4 + small.readUInt32BE(at - 4));
  };
  const palette = body("PLTE");
  const indices = inflateSync(body("IDAT"));
  assert.equal(indices.length, (WIDTH + 1) * ROWS.length);
  const colour = (index: number): number[] => [...palette.subarray(index * 3, index * 3 + 3)];
  const row = (y: number): Buffer => indices.subarray(y * (WIDTH + 1) + 1, (y + 1) * (WIDTH + 1));
  const shown = ROWS.map((_, y) => [...row(y)].flatMap(colour));
  assert.deepEqual(shown, ROWS);
});
