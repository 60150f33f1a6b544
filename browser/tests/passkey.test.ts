import assert from "node:assert/strict";
import { test } from "node:test";

import { hex } from "../src/protocol/bytes.ts";
import { passkeySecret, PRF_SALT } from "../src/protocol/passkey.ts";
import { SealingKey } from "../src/protocol/seal/keys.ts";
import { json, names } from "./vectors.ts";

interface Passkeys {
  readonly salt: string;
  readonly vectors: readonly { readonly output: string; readonly identity: string; readonly recipient: string }[];
}

test("a passkey makes the identity that every client makes of it", () => {
  assert.deepEqual(names("passkey"), ["passkeys.json"]);
  const { salt, vectors } = json<Passkeys>("passkey", "passkeys.json");
  assert.equal(hex.encode(PRF_SALT), salt);
  assert.equal(vectors.length, 3);
  for (const { output, identity, recipient } of vectors) {
    const key = SealingKey.fromBytes(passkeySecret(hex.decode(output)));
    assert.equal(key.toText(), identity);
    assert.equal(key.recipient, recipient);
  }
  assert.throws(() => passkeySecret(new Uint8Array(31)));
});
