// From an item that was opened to where a person wants it: chunk by chunk, a few MiB at a time.

import type { Opened } from "../client/open.ts";
import type { Progress } from "../client/remote.ts";

/** So many bytes are written at once: many small writes are slow. */
export const GATHERED = 4 * 1024 * 1024;

/** Of no kind that a browser would run: how it is shown is the page's to say. */
const PLAIN = { type: "application/octet-stream" };

/** The plain text as a blob. Its pieces are the browser's to keep as soon as each is made. */
export async function together(
  one: Opened,
  requireWanted: () => void,
  progress: (done: number) => void = () => undefined,
): Promise<Blob> {
  const pieces: Blob[] = [];
  let done = 0;
  for await (const piece of gathered(one)) {
    requireWanted();
    pieces.push(new Blob([piece]));
    done += piece.length;
    progress(done);
  }
  return new Blob(pieces, PLAIN);
}

/** As much of a file that a person chose as it takes to write to it. */
export type ChosenFile = Pick<FileSystemFileHandle, "getFile" | "createWritable"> & {
  /** Not every browser can. */
  remove?(): Promise<void>;
};

/** Writes the plain text to a file: all of it, or the file is as it was before. Each chunk is authentic by itself. */
export async function saveInto(
  one: Opened,
  file: ChosenFile,
  progress: Progress,
  requireWanted: () => void,
): Promise<void> {
  const isNew = await isEmpty(file);
  let to: FileSystemWritableFileStream | undefined;
  let done = 0;
  try {
    // What was there stays as it was until this is closed.
    to = await file.createWritable();
    for await (const piece of gathered(one)) {
      requireWanted();
      await to.write(piece);
      done += piece.length;
      progress(done, one.label.bodyLength);
    }
    await to.close();
  } catch (error) {
    await to?.abort().catch(() => undefined);
    if (isNew) await remove(file);
    throw error;
  }
}

/** Takes away a name that the person gave and that stands for nothing. */
export async function removeEmpty(file: ChosenFile): Promise<void> {
  if (await isEmpty(file)) await remove(file);
}

async function isEmpty(file: ChosenFile): Promise<boolean> {
  return (await file.getFile()).size === 0;
}

/** Where a browser can't, it stays, empty. */
async function remove(file: ChosenFile): Promise<void> {
  await file.remove?.().catch(() => undefined);
}

/** The plain text in larger pieces. Each is overwritten once it was taken. */
async function* gathered(one: Opened): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const held = new Uint8Array(GATHERED);
  let filled = 0;
  try {
    for await (const piece of one.plain()) {
      if (filled + piece.length > held.length) {
        yield held.subarray(0, filled);
        filled = 0;
      }
      held.set(piece, filled);
      filled += piece.length;
      piece.fill(0);
    }
    if (filled > 0) yield held.subarray(0, filled);
  } finally {
    held.fill(0);
  }
}
