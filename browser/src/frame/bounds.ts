// How much of a file is drawn. Whoever made it says how many pages it has and how large they are; the memory that it takes is
// this browser's.

/** Of how many pages the first are shown. */
export const MOST_PAGES = 200;
/** The longest side of a page, in points: a PDF's own limit (ISO 32000, annex C), five metres. */
const LONGEST = 14_400;
/** How large a page is drawn, in CSS pixels for each point. */
const SCALE = 1.5;
/** The most dots of one page, and of all pages together; each takes four bytes. */
const MOST_OF_PAGE = 32 * 1024 * 1024;
const MOST_OF_ALL = 256 * 1024 * 1024;
/** The most dots in a row that every browser draws. */
const LONGEST_ROW = 16_384;
/** The most dots of a picture. */
const MOST_OF_PICTURE = 128 * 1024 * 1024;

/** A width and a height, in one unit or another. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** How a page is drawn. */
export interface Drawn {
  /** In CSS pixels for each point. */
  readonly scale: number;
  /** For each CSS pixel. */
  readonly dots: number;
}

/** More than a browser bears. */
export class TooLarge extends Error {
  override readonly name = "TooLarge";
}

/** How a page of this many points is drawn, one of so many, on a screen with so many dots. Throws TooLarge. */
export function drawn({ width, height }: Size, pages: number, dotsOfScreen: number): Drawn {
  const isPage = width > 0 && height > 0 && Math.max(width, height) <= LONGEST;
  if (!isPage) throw new TooLarge();
  const most = Math.min(MOST_OF_PAGE, MOST_OF_ALL / pages);
  const bySize = Math.sqrt(most / (width * height)) / SCALE;
  const byRow = LONGEST_ROW / (Math.max(width, height) * SCALE);
  return { scale: SCALE, dots: Math.min(Math.max(dotsOfScreen, 1), bySize, byRow) };
}

/** Throws TooLarge at a picture that fills the memory. Its bytes say little of that. */
export function requireDrawable({ width, height }: Size): void {
  if (width * height > MOST_OF_PICTURE) throw new TooLarge();
}
