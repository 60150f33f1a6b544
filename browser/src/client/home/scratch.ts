// Room for files that are sealed still: on their way out, or not yet whole on their way in. Nothing in plain text comes
// to lie here.

import { ClientError, stored } from "../error.ts";

/** One file of sealed bytes. */
export interface Scratch {
  readonly name: string;
  size(): Promise<number>;
  /** Cuts it to so many bytes, and adds what is written from there on. */
  append(at: number): Promise<Appending>;
  /** What it holds, to be read in pieces; not while something is added. */
  blob(): Promise<Blob>;
  /** Removes it; done if it is gone. */
  remove(): Promise<void>;
}

/** Bytes that are being added. */
export interface Appending {
  write(bytes: Uint8Array): Promise<void>;
  /** All that was written is kept from here on. */
  close(): Promise<void>;
}

/** A folder of such files. */
export interface Scratches {
  /** The file of that name; made when something is first added. */
  file(name: string): Scratch;
  names(): Promise<string[]>;
}

/** A folder in memory, for tests and for browsers that have no other. */
export class MemoryScratches implements Scratches {
  readonly #files = new Map<string, Uint8Array[]>();

  file(name: string): Scratch {
    const files = this.#files;
    const held = (): Uint8Array[] => files.get(name) ?? [];
    return {
      name,
      size: async () => held().reduce((sum, piece) => sum + piece.length, 0),
      async append(at) {
        const pieces = upTo(held(), at);
        files.set(name, pieces);
        return {
          write: async (bytes) => void pieces.push(bytes.slice()),
          close: async () => undefined,
        };
      },
      blob: async () => new Blob(held() as Uint8Array<ArrayBuffer>[]),
      remove: async () => void files.delete(name),
    };
  }

  async names(): Promise<string[]> {
    return [...this.#files.keys()];
  }
}

/** The first so many bytes. */
function upTo(pieces: readonly Uint8Array[], length: number): Uint8Array[] {
  const kept: Uint8Array[] = [];
  let room = length;
  for (const piece of pieces) {
    const now = piece.slice(0, room);
    if (now.length > 0) kept.push(now);
    room -= now.length;
  }
  return kept;
}

/** The folder of a browser's own file system. Only a Worker can write there. */
export class OpfsScratches implements Scratches {
  private constructor(private readonly folder: FileSystemDirectoryHandle) {}

  static async open(name: string): Promise<OpfsScratches> {
    const root = await navigator.storage.getDirectory();
    return new OpfsScratches(await root.getDirectoryHandle(name, { create: true }));
  }

  file(name: string): Scratch {
    const { folder } = this;
    const found = (): Promise<FileSystemFileHandle | undefined> =>
      folder.getFileHandle(name).catch((error: unknown) => nothingThere(error));
    return {
      name,
      size: async () => (await (await found())?.getFile())?.size ?? 0,
      async append(at) {
        const file = await folder.getFileHandle(name, { create: true });
        return appending(await file.createSyncAccessHandle(), at);
      },
      blob: async () => (await (await found())?.getFile()) ?? new Blob(),
      remove: async () => void (await folder.removeEntry(name).catch((error: unknown) => nothingThere(error))),
    };
  }

  /** Removes what nobody added to since a moment, in milliseconds since 1970. What is in use stays. */
  async clear(before: number): Promise<void> {
    for (const name of await this.names()) {
      const found = await this.folder.getFileHandle(name);
      const { lastModified } = await found.getFile();
      if (lastModified < before) await this.folder.removeEntry(name).catch(() => undefined);
    }
  }

  async names(): Promise<string[]> {
    const names: string[] = [];
    for await (const name of this.folder.keys()) names.push(name);
    return names;
  }
}

function appending(handle: FileSystemSyncAccessHandle, from: number): Appending {
  handle.truncate(from);
  let at = from;
  return {
    async write(bytes) {
      const written = inOurWords(() => handle.write(bytes as Uint8Array<ArrayBuffer>, { at }));
      at += written;
      // A disk that is full takes less than it was given, and says nothing.
      if (written < bytes.length) throw new ClientError({ kind: "no-room" });
    },
    async close() {
      try {
        inOurWords(() => handle.flush());
      } finally {
        handle.close();
      }
    },
  };
}

function inOurWords<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw stored(error);
  }
}

function nothingThere(error: unknown): undefined {
  if (error instanceof DOMException && error.name === "NotFoundError") return undefined;
  throw error;
}
