import assert from "node:assert/strict";
import { test } from "node:test";

import { utf8 } from "../src/protocol/bytes.ts";
import { checkWords, keyDigest, WORDS } from "../src/protocol/checkwords.ts";
import { digestOf } from "../src/protocol/id.ts";
import type { Recipient } from "../src/protocol/seal/recipient.ts";
import { json } from "./vectors.ts";

test("the list is short plain sorted words", () => {
  assert.equal(WORDS.length, 256);
  assert.deepEqual([...new Set(WORDS)].sort(), WORDS);
  for (const word of WORDS) assert.match(word, /^[a-z]{3,8}$/);
});

test("the words stand for both keys", async () => {
  const words = (cert: string, recipient: string) =>
    checkWords(keyDigest(digestOf(utf8(cert)), recipient as Recipient));
  assert.equal(await words("cert", "age1abc"), "koffer orgel mist zalm ladder touw");
  assert.notEqual(await words("cert", "age1abc"), await words("cert", "age1abd"));
  assert.notEqual(await words("cert", "age1abc"), await words("tree", "age1abc"));
});

test("the words of the example", async () => {
  const example = json<{ check_text: string; check_words: string }>("example.json");
  assert.equal(await checkWords(digestOf(utf8(example.check_text))), example.check_words);
});
