// Pictures of screens, made small: a screen has few colours, so a palette of 64 shows all of it as sharp as it was.

import { crc32, deflateSync, inflateSync } from "node:zlib";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** How many colours a picture keeps: with fewer its text begins to fray. */
const MOST = 64;

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Each pixel as 0xRRGGBB, row by row. */
  readonly colours: Uint32Array;
}

/** The same picture with 64 colours at most. Takes what a browser's screenshot is: 8 bits a channel, not interlaced. */
export function paletted(png: Uint8Array): Buffer {
  const { width, height, colours } = pixelsOf(Buffer.from(png));
  const { palette, nearest } = paletteOf(colours);
  const rows = Buffer.alloc((width + 1) * height);
  for (let at = 0; at < colours.length; at += 1) rows[at + Math.floor(at / width) + 1] = nearest(colours[at]!);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const plte = Buffer.from(palette.flatMap(channels));
  const data = deflateSync(rows, { level: 9 });
  return Buffer.concat([SIGNATURE, chunk("IHDR", head), chunk("PLTE", plte), chunk("IDAT", data), chunk("IEND")]);
}

/** A picture of this size without anything on it: some bytes, however large it is. */
export function blank(width: number, height: number): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  // One bit for each dot, in grey.
  head.set([1, 0, 0, 0, 0], 8);
  const data = deflateSync(Buffer.alloc((Math.ceil(width / 8) + 1) * height), { level: 9 });
  return Buffer.concat([SIGNATURE, chunk("IHDR", head), chunk("IDAT", data), chunk("IEND")]);
}

/** The colours that are there most, and which of them is nearest to any. */
function paletteOf(colours: Uint32Array): { palette: number[]; nearest: (colour: number) => number } {
  const counts = new Map<number, number>();
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const palette = [...counts].sort(([, one], [, other]) => other - one).slice(0, MOST).map(([colour]) => colour);
  const known = new Map(palette.map((colour, index) => [colour, index]));
  const nearest = (colour: number): number => {
    const index = known.get(colour) ?? nearestIn(palette, colour);
    known.set(colour, index);
    return index;
  };
  return { palette, nearest };
}

function nearestIn(palette: readonly number[], colour: number): number {
  const [red, green, blue] = channels(colour);
  let [best, least] = [0, Infinity];
  for (const [index, other] of palette.entries()) {
    const [r, g, b] = channels(other);
    const distance = (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2;
    if (distance < least) [best, least] = [index, distance];
  }
  return best;
}

function channels(colour: number): [red: number, green: number, blue: number] {
  return [(colour >> 16) & 0xff, (colour >> 8) & 0xff, colour & 0xff];
}

function pixelsOf(png: Buffer): Pixels {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const [depth, kind, , , interlaced] = png.subarray(24, 29);
  if (depth !== 8 || (kind !== 2 && kind !== 6) || interlaced !== 0) throw new Error("another kind of PNG");
  const size = kind === 2 ? 3 : 4;
  const rows = unfiltered(inflateSync(dataOf(png)), width * size, size);
  const colours = new Uint32Array(width * height);
  for (let at = 0; at < colours.length; at += 1) colours[at] = rows.readUIntBE(at * size, 3);
  return { width, height, colours };
}

/** All that is in its IDAT chunks. */
function dataOf(png: Buffer): Buffer {
  const data: Buffer[] = [];
  for (let at = SIGNATURE.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString("latin1", at + 4, at + 8) === "IDAT") data.push(png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  return Buffer.concat(data);
}

/** The rows as they were before each was written as what differs from its neighbours (PNG, section 9). */
function unfiltered(filtered: Buffer, length: number, size: number): Buffer {
  const height = filtered.length / (length + 1);
  const rows = Buffer.alloc(length * height);
  for (let row = 0; row < height; row += 1) {
    const filter = filtered[row * (length + 1)]!;
    for (let at = 0; at < length; at += 1) {
      const here = row * length + at;
      const left = at < size ? 0 : rows[here - size]!;
      const up = row === 0 ? 0 : rows[here - length]!;
      const corner = at < size || row === 0 ? 0 : rows[here - length - size]!;
      rows[here] = filtered[here + row + 1]! + guess(filter, left, up, corner);
    }
  }
  return rows;
}

function guess(filter: number, left: number, up: number, corner: number): number {
  switch (filter) {
    case 0:
      return 0;
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    default: {
      const [toLeft, toUp] = [Math.abs(up - corner), Math.abs(left - corner)];
      const toCorner = Math.abs(left + up - 2 * corner);
      if (toLeft <= toUp && toLeft <= toCorner) return left;
      return toUp <= toCorner ? up : corner;
    }
  }
}

function chunk(name: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
