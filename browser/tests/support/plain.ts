// What an item that was opened holds.

import type { Opened } from "../../src/client/open.ts";

/** All of its plain text. */
export async function plainOf(opened: Opened): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of opened.plain()) pieces.push(piece);
  return Buffer.concat(pieces);
}
