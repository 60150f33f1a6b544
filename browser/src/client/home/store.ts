// Where this browser keeps small things by name. What is put is there as a whole or not at all.

import { stored } from "../error.ts";
import { HomeError } from "./error.ts";

/** A full store refuses with `no-room`; one that can't be used, with `file`. */
export interface Store {
  get(name: string): Promise<Uint8Array | undefined>;
  put(name: string, bytes: Uint8Array): Promise<void>;
  /** Puts and removes (`undefined`) all of these in one step. */
  change(all: ReadonlyMap<string, Uint8Array | undefined>): Promise<void>;
  remove(name: string): Promise<void>;
  names(): Promise<string[]>;
  /** Gives it up, for another window. */
  close(): Promise<void>;
}

/** A store in memory, for tests. */
export class MemoryStore implements Store {
  constructor(private readonly all = new Map<string, Uint8Array>()) {}

  async get(name: string): Promise<Uint8Array | undefined> {
    return this.all.get(name)?.slice();
  }

  put(name: string, bytes: Uint8Array): Promise<void> {
    return this.change(new Map([[name, bytes]]));
  }

  async change(all: ReadonlyMap<string, Uint8Array | undefined>): Promise<void> {
    for (const [name, bytes] of all) {
      if (bytes === undefined) this.all.delete(name);
      else this.all.set(name, bytes.slice());
    }
  }

  remove(name: string): Promise<void> {
    return this.change(new Map([[name, undefined]]));
  }

  async names(): Promise<string[]> {
    return [...this.all.keys()].sort();
  }

  async close(): Promise<void> {}
}

const TABLE = "kept";

/** How a window comes by a store, and gives it up. */
export interface Holding {
  /** Whether another window that has it is asked to give it up. */
  readonly takes: boolean;
  /** Told when another window asks for it. */
  asked(): void;
}

/** How long another window has to put away what it does, in milliseconds. */
const PATIENCE = 10_000;

/** A store in this browser's own database, which one window holds at a time. */
export class IndexedDbStore implements Store {
  private constructor(
    private readonly database: IDBDatabase,
    private readonly release: () => void,
  ) {}

  /** Removes the store of that name and all that is in it, unless another window has it. Whether it is gone. */
  static async remove(name: string): Promise<boolean> {
    let release: () => void;
    try {
      release = await locked(name);
    } catch {
      return false;
    }
    try {
      await answerOf(indexedDB.deleteDatabase(name));
      return true;
    } finally {
      release();
    }
  }

  /** Opens the store of that name to look into it, whichever window has it. */
  static async look(name: string): Promise<IndexedDbStore> {
    return new IndexedDbStore(await answerOf(openingOf(name)), () => undefined);
  }

  /**
   * Opens the store of that name, and locks other windows out. Refuses with `home-locked` if one has it, or with
   * `home-held` if one was asked to give it up and does not.
   */
  static async open(name: string, { takes, asked }: Holding): Promise<IndexedDbStore> {
    const release = takes ? await taken(name) : await locked(name);
    const door = new BroadcastChannel(name);
    door.onmessage = () => asked();
    const leave = (): void => {
      door.close();
      release();
    };
    try {
      return new IndexedDbStore(await answerOf(openingOf(name)), leave);
    } catch (error) {
      leave();
      throw error;
    }
  }

  async get(name: string): Promise<Uint8Array | undefined> {
    const found: unknown = await answerOf(this.table.get(name));
    return found instanceof Uint8Array ? found : undefined;
  }

  put(name: string, bytes: Uint8Array): Promise<void> {
    return this.change(new Map([[name, bytes]]));
  }

  async change(all: ReadonlyMap<string, Uint8Array | undefined>): Promise<void> {
    // Strict: a power cut must not take back what the hub was told after this.
    const transaction = this.transaction("readwrite", { durability: "strict" });
    const table = transaction.objectStore(TABLE);
    for (const [name, bytes] of all) {
      if (bytes === undefined) table.delete(name);
      else table.put(bytes.slice(), name);
    }
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(stored(transaction.error ?? new DOMException("aborted", "AbortError")));
    });
  }

  remove(name: string): Promise<void> {
    return this.change(new Map([[name, undefined]]));
  }

  async names(): Promise<string[]> {
    return (await answerOf(this.table.getAllKeys())).map(String).sort();
  }

  async close(): Promise<void> {
    this.database.close();
    this.release();
  }

  private get table(): IDBObjectStore {
    return this.transaction("readonly").objectStore(TABLE);
  }

  private transaction(mode: IDBTransactionMode, options?: IDBTransactionOptions): IDBTransaction {
    try {
      return this.database.transaction(TABLE, mode, options);
    } catch (error) {
      throw stored(error);
    }
  }
}

function openingOf(name: string): IDBOpenDBRequest {
  const opening = indexedDB.open(name, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(TABLE);
  return opening;
}

function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(stored(request.error ?? new DOMException("failed", "UnknownError")));
  });
}

/** Takes a lock that ends with this window; how it is given up before. */
function locked(name: string): Promise<() => void> {
  return requested(name, { ifAvailable: true });
}

/** Asks the window that has the lock to give it up, and waits until it has put everything away: it is never forced. */
async function taken(name: string): Promise<() => void> {
  const door = new BroadcastChannel(name);
  door.postMessage("leave");
  try {
    return await requested(name, { signal: AbortSignal.timeout(PATIENCE) });
  } catch (error) {
    const isHeld = error instanceof DOMException && error.name === "TimeoutError";
    throw isHeld ? new HomeError({ kind: "home-held" }) : error;
  } finally {
    door.close();
  }
}

function requested(name: string, options: LockOptions): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const held = navigator.locks.request(name, options, (lock) => {
      if (lock === null) throw new HomeError({ kind: "home-locked" });
      return new Promise<void>((release) => resolve(release));
    });
    held.catch(reject);
  });
}
