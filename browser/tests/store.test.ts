// The store in a browser's database: what that has against it is told as that, and not as a fault in this program.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { codeOf, isOfThisMachine, sentenceOf } from "../src/client/error.ts";
import { IndexedDbStore } from "../src/client/home.ts";

/** What a browser's database does at every step of it, where it does not do what it was asked. */
interface Broken {
  readonly begins?: DOMException;
  readonly answers?: DOMException;
  readonly commits?: DOMException;
}

/** As much of a browser's database as the store uses. Nothing is kept in it. */
function database({ begins, answers, commits }: Broken): unknown {
  const answered = (result: unknown, error?: DOMException): unknown => {
    const request: Record<string, unknown> = { result, error };
    queueMicrotask(() => (request[error === undefined ? "onsuccess" : "onerror"] as () => void)());
    return request;
  };
  const table = {
    get: () => answered(undefined, answers),
    getAllKeys: () => answered([], answers),
    put: () => undefined,
    delete: () => undefined,
  };
  const transaction = (): unknown => {
    if (begins !== undefined) throw begins;
    const one: Record<string, unknown> = { error: commits, objectStore: () => table };
    const ends = (): unknown => (one[commits === undefined ? "oncomplete" : "onabort"] as (() => void) | undefined)?.();
    setTimeout(ends, 0);
    return one;
  };
  return { open: () => answered({ transaction, close: () => undefined }) };
}

async function store(broken: Broken = {}): Promise<IndexedDbStore> {
  Object.assign(globalThis, { indexedDB: database(broken) });
  return IndexedDbStore.look("test");
}
afterEach(() => Reflect.deleteProperty(globalThis, "indexedDB"));

async function thrown(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => assert.fail("it was done"),
    (error: unknown) => error,
  );
}

test("a database that is full is told as that", async () => {
  const full = new DOMException("Encountered full disk while committing transaction.", "QuotaExceededError");
  const home = await store({ commits: full });
  const bytes = new Uint8Array(1);
  const all = new Map([["one", bytes]]);
  for (const work of [() => home.put("one", bytes), () => home.change(all), () => home.remove("one")]) {
    const error = await thrown(work());
    assert.equal(codeOf(error), "no-room");
    assert.ok(isOfThisMachine(error));
    assert.match(sentenceOf(error, "nl"), /geen ruimte meer op dit apparaat/);
  }
});

test("a database that can't be used is told as that, at whatever step", async () => {
  const wrong = new DOMException("Internal error.", "UnknownError");
  for (const broken of [{ begins: wrong }, { answers: wrong, commits: wrong }]) {
    const home = await store(broken);
    for (const work of [() => home.get("one"), () => home.names(), () => home.put("one", new Uint8Array(1))]) {
      const error = await thrown(work());
      assert.equal(codeOf(error), "file");
      assert.ok(isOfThisMachine(error));
      assert.match(sentenceOf(error, "nl"), /Wat deze browser voor u bewaart, kan niet worden gebruikt: UnknownError/);
    }
  }
});

test("a database that works has nothing against it", async () => {
  const home = await store();
  assert.equal(await home.get("one"), undefined);
  assert.deepEqual(await home.names(), []);
  await home.put("one", new Uint8Array(1));
});
