import assert from "node:assert/strict";
import { test } from "node:test";

import { SYSTEM_CLOCK } from "../src/client/clock.ts";
import { utf8 } from "../src/protocol/bytes.ts";
import { SecretCert } from "../src/protocol/cert.ts";
import { digestOf } from "../src/protocol/id.ts";
import { RecoveryCode, SlipCode } from "../src/protocol/recovery.ts";
import { SealingKey } from "../src/protocol/seal.ts";
import { ofBundle, ofRecoveryCode, ofSlip, ofTouch } from "./support/secrets.ts";
import { found, type Canaries } from "./support/tap.ts";

/** In a row of bytes, as they are and as base64 has them there, and as a program writes them out. */
const FORMS: Readonly<Record<string, (secret: Buffer) => Buffer>> = {
  "as it is": (secret) => secret,
  hexadecimal: (secret) => Buffer.from(secret.toString("hex")),
  "hexadecimal in capitals": (secret) => Buffer.from(secret.toString("hex").toUpperCase()),
  base64: (secret) => Buffer.from(secret.toString("base64")),
  "base64 one further": (secret) => Buffer.from(Buffer.from([7, ...secret, 7]).toString("base64")),
  "base64 two further": (secret) => Buffer.from(Buffer.from([7, 7, ...secret, 7]).toString("base64")),
  base64url: (secret) => Buffer.from(secret.toString("base64url")),
  numbers: (secret) => Buffer.from(JSON.stringify([...secret])),
};

function within(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from("before "), bytes, Buffer.from(" behind")]);
}

test("a canary is found in every spelling, and not where it is not", () => {
  const canary = "de kanarie van Kweldijk 7, ü";
  const written = [encodeURIComponent(canary), JSON.stringify({ a: canary })].map((text) => Buffer.from(text));
  for (const bytes of [...Object.values(FORMS).map((form) => form(Buffer.from(canary))), ...written]) {
    assert.equal(found(within(bytes), { canary }).length, 1, bytes.toString());
  }
  assert.deepEqual(found(Buffer.from("de kanarie van Kweldijk 8, ü"), { canary }), []);
});

test("every secret of somebody is found in every form, and not where it is not", async () => {
  const sealing = SealingKey.generate();
  const cert = await SecretCert.generate("Max", "max@elders.example", SYSTEM_CLOCK.now());
  const secrets: Canaries = {
    ...ofBundle("Max", { keys: [{ key: digestOf(utf8("key")), sealing, cert }] }),
    ...ofRecoveryCode("Max", RecoveryCode.generate().toText()),
    ...ofSlip("Max", `code: ${SlipCode.generate().toText()}`),
    ...ofTouch("Max", crypto.getRandomValues(new Uint8Array(32))),
  };
  for (const [name, secret] of Object.entries(secrets)) {
    for (const [form, write] of Object.entries(FORMS)) {
      const seen = found(within(write(Buffer.from(secret as Uint8Array))), secrets);
      assert.ok(seen.some((each) => each.startsWith(`${name} as `)), `${name}, ${form}: ${seen.join()}`);
      const other = crypto.getRandomValues(Buffer.alloc(secret.length));
      assert.deepEqual(found(within(write(other)), secrets), []);
    }
  }
  // What our programs and others write of a key holds its secrets, or none.
  const armor = Buffer.from(cert.armored());
  const inArmor = found(armor, secrets).filter((seen) => seen.includes("in armor"));
  assert.ok(inArmor.length >= 2, "both numbers of an exported key");
  assert.ok(found(Buffer.from(cert.toBytes()), secrets).length >= 2, "both numbers of an unlocked key");
  assert.deepEqual(found(Buffer.from(cert.public.armored()), secrets), [], "and not what everybody may see");
  assert.deepEqual(found(Buffer.from(cert.public.bytes), secrets), []);
});
