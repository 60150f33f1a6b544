// The homes in this browser: one for each member who works here, each in a database of its own. Whose it is shows only
// when its keys open it.

import { ClientError } from "../client/error.ts";
import { HomeError, IndexedDbStore, LockedHome, type Holding, type Home, type Store } from "../client/home.ts";
import type { SealingKey } from "../protocol/seal.ts";

const PREFIX = "zegel-home-";

/** The databases that hold a home, or were meant to. */
async function names(): Promise<string[]> {
  const all = await indexedDB.databases();
  return all.flatMap(({ name }) => (name?.startsWith(PREFIX) ? [name] : [])).sort();
}

/** A home, and the store that it lies in. */
export interface Kept {
  readonly home: Home;
  readonly store: Store;
}

/**
 * The home that this key opens; nothing where there is none. Refuses if another window has it, unless that gives it up:
 * it is asked for by who has shown to hold the key.
 */
export async function unlockHome(key: SealingKey, holding: Holding): Promise<Kept | undefined> {
  for (const name of await names()) {
    // Another window may have it: whose it is shows by looking, and only who opens it is told to go there.
    if (!(await isOpenedBy(name, key))) continue;
    const store = await IndexedDbStore.open(name, holding);
    try {
      return { home: await (await LockedHome.in(store)).unlock(key), store };
    } catch (error) {
      await store.close();
      throw error;
    }
  }
  return undefined;
}

async function isOpenedBy(name: string, key: SealingKey): Promise<boolean> {
  const store = await IndexedDbStore.look(name);
  try {
    (await (await LockedHome.in(store)).unlock(key)).lock();
    return true;
  } catch (error) {
    const isOther = error instanceof HomeError && ["no-home", "wrong-secret", "home-damaged"].includes(error.code);
    if (!isOther) throw error;
    return false;
  } finally {
    await store.close();
  }
}

/** Whether there are keys of anyone here. What enrolments left that came to nothing is removed. */
export async function hasHomes(): Promise<boolean> {
  let has = false;
  for (const name of await names()) has = !(await removeEmpty(name)) || has;
  return has;
}

/** A store for a home that does not exist yet; its database comes to be with the first thing that is kept. */
export class NewStore implements Store {
  private readonly name = PREFIX + random();
  #opened: Promise<IndexedDbStore> | undefined;
  #isClosed = false;

  constructor(private readonly holding: Holding) {}

  async get(name: string): Promise<Uint8Array | undefined> {
    return (await this.#opened)?.get(name);
  }

  put(name: string, bytes: Uint8Array): Promise<void> {
    return this.change(new Map([[name, bytes]]));
  }

  async change(all: ReadonlyMap<string, Uint8Array | undefined>): Promise<void> {
    // What comes late must not open it again: that would lock out whoever comes next.
    if (this.#isClosed) throw new ClientError({ kind: "file", problem: "closed" });
    this.#opened ??= IndexedDbStore.open(this.name, this.holding);
    await (await this.#opened).change(all);
  }

  async remove(name: string): Promise<void> {
    await (await this.#opened)?.remove(name);
  }

  async names(): Promise<string[]> {
    return (await (await this.#opened)?.names()) ?? [];
  }

  /** Gives it up. What came to nothing leaves nothing. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const opened = this.#opened;
    if (opened === undefined) return;
    this.#opened = undefined;
    await (await opened).close();
    await removeEmpty(this.name);
  }
}

/** Removes a database in which nothing was kept, or nothing is any more. Whether it is gone. */
async function removeEmpty(name: string): Promise<boolean> {
  const store = await IndexedDbStore.look(name);
  // Keys that may have been sent are never removed, nor those that were set aside.
  const isEmpty = (await store.names()).length === 0;
  await store.close();
  return isEmpty && (await IndexedDbStore.remove(name));
}

function random(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
