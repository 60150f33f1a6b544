// The homes in this browser: one for each member who works here, each in a database of its own. Whose it is shows only
// when its keys open it.

import { HomeError, IndexedDbStore, LockedHome, type Home, type Store } from "../client/home.ts";
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

/** The home that this key opens; nothing where there is none. Refuses with `home-locked` what another window has. */
export async function unlockHome(key: SealingKey): Promise<Kept | undefined> {
  let refused: unknown;
  for (const name of await names()) {
    let store: Store;
    try {
      store = await IndexedDbStore.open(name);
    } catch (error) {
      // It may be another member's; if none opens, it was perhaps this one's.
      refused = error;
      continue;
    }
    try {
      return { home: await (await LockedHome.in(store)).unlock(key), store };
    } catch (error) {
      await store.close();
      if (!(error instanceof HomeError) || !["no-home", "wrong-secret"].includes(error.code)) throw error;
    }
  }
  if (refused !== undefined) throw refused;
  return undefined;
}

/** Whether there are keys of anyone here. */
export async function hasHomes(): Promise<boolean> {
  return (await names()).length > 0;
}

/** Makes a home in a new store. What comes to nothing leaves nothing. */
export async function newHome<T>(make: (store: Store) => Promise<T>): Promise<{ made: T; store: Store }> {
  const random = crypto.getRandomValues(new Uint8Array(8));
  const name = PREFIX + Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const store = await IndexedDbStore.open(name);
  try {
    return { made: await make(store), store };
  } catch (error) {
    await store.close();
    if ((await homeIn(name)) === undefined) indexedDB.deleteDatabase(name);
    throw error;
  }
}

/** Whether a home came to be all the same: keys that may have been sent are never removed. */
async function homeIn(name: string): Promise<LockedHome | undefined> {
  const store = await IndexedDbStore.open(name);
  try {
    return await LockedHome.in(store);
  } catch {
    return undefined;
  } finally {
    await store.close();
  }
}
