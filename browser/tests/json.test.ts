import assert from "node:assert/strict";
import { test } from "node:test";

import { batchBytes, readBatch } from "../src/client/batch.ts";
import * as json from "../src/client/json.ts";
import { utf8 } from "../src/protocol/bytes.ts";
import { NotA } from "../src/protocol/id.ts";
import * as vectors from "./vectors.ts";

interface Vector {
  readonly expect: "good" | "refused";
  readonly what: string;
  readonly json: string;
}

for (const { expect, what, json: text } of vectors.json<Vector[]>("json", "batches.json")) {
  test(`${what}: ${expect}`, () => {
    if (expect === "refused") return assert.throws(() => readBatch(utf8(text)), NotA);
    const read = readBatch(utf8(text));
    assert.deepEqual(readBatch(batchBytes(read)), read);
  });
}

/** What a newer hub may say beside what we know. */
const KNOWN = json.object({ known: json.count });

test("what is not known is passed over, but not if it is said twice", () => {
  assert.deepEqual(json.readJson('{"known":1,"new":{"a":[{"b":"c"}],"d":":"}}', KNOWN), { known: 1 });
  for (const twice of ['"new":1,"new":1', '"new":{"a":1,"a":1}', '"new":[[{"a":1,"b":2,"a":3}]]', '"\\u006bnown":1']) {
    assert.throws(() => json.readJson(`{"known":1,${twice}}`, KNOWN), NotA, twice);
  }
});

test("what is nested without end fills no stack", () => {
  for (const deep of [128, 1_000_000]) {
    const nested = `${"[".repeat(deep)}${"]".repeat(deep)}`;
    assert.throws(() => json.readJson(`{"known":1,"new":${nested}}`, KNOWN), NotA);
  }
});

test("a long answer takes no longer than reading it twice", () => {
  const long = JSON.stringify({ known: 1, blobs: Array.from({ length: 200 }, () => ({ blob: "A".repeat(100_000) })) });
  const began = performance.now();
  assert.deepEqual(json.readJson(long, KNOWN), { known: 1 });
  assert.ok(performance.now() - began < 5000, "20 MB");
  // Quotes and backslashes only, each of which is looked at once.
  const escaped = JSON.stringify({ known: 1, text: '\\"'.repeat(1_000_000) });
  assert.deepEqual(json.readJson(escaped, KNOWN), { known: 1 });
});
