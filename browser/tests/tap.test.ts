import assert from "node:assert/strict";
import { test } from "node:test";

import { found } from "./support/tap.ts";

test("a canary is found in every spelling, and not where it is not", () => {
  const canary = "de kanarie van Kweldijk 7, ü";
  const plain = Buffer.from(canary);
  const hidden = [
    plain,
    Buffer.from(plain.toString("hex")),
    Buffer.from(encodeURIComponent(canary)),
    Buffer.from(JSON.stringify({ a: canary })),
    ...["", "a", "ab"].map((before) => Buffer.from(Buffer.concat([Buffer.from(before), plain, Buffer.from("!")]).toString("base64"))),
    Buffer.from(plain.toString("base64url")),
  ];
  for (const bytes of hidden) {
    const all = Buffer.concat([Buffer.from("before "), bytes, Buffer.from(" behind")]);
    assert.equal(found(all, { canary }).length, 1, bytes.toString());
  }
  assert.deepEqual(found(Buffer.from("de kanarie van Kweldijk 8, ü"), { canary }), []);
});
