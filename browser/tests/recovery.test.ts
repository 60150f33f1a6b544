import assert from "node:assert/strict";
import { test } from "node:test";

import { hex, utf8 } from "../src/protocol/bytes.ts";
import { digestOf, mac } from "../src/protocol/id.ts";
import { BadCode, RecoveryCode, SlipCode } from "../src/protocol/recovery.ts";
import { json, names } from "./vectors.ts";

type Vector = { comment: string; expect: string; typed: string } & Partial<
  Record<"code" | "identity" | "recipient" | "fetch_id" | "ticket" | "secret" | "message" | "mac", string>
>;

function refusal(work: () => unknown): string {
  try {
    work();
    return "good";
  } catch (error) {
    if (error instanceof BadCode) return error.code;
    throw error;
  }
}

test("a code is read as people type it, or refused for its one reason", () => {
  const files = names("recovery");
  for (const file of files) {
    const vector = json<Vector>("recovery", file);
    assert.equal(refusal(() => RecoveryCode.parse(vector.typed)), vector.expect, `${file}: ${vector.comment}`);
    assert.equal(refusal(() => SlipCode.parse(vector.typed)), vector.expect, file);
    if (vector.expect !== "good") continue;
    const [recovery, slip] = [RecoveryCode.parse(vector.typed), SlipCode.parse(vector.typed)];
    const message = utf8(vector.message!);
    const found = {
      code: recovery.toText(),
      identity: recovery.identity.toText(),
      recipient: recovery.identity.recipient,
      fetch_id: hex.encode(recovery.fetchId),
      ticket: hex.encode(slip.ticket),
      secret: hex.encode(slip.secret.bytes),
      message: vector.message,
      mac: slip.secret.authenticate(message),
    };
    assert.deepEqual({ ...vector, ...found }, vector, file);
    assert.ok(slip.secret.matches(message, mac(vector.mac!)) && !slip.secret.matches(utf8("other"), mac(vector.mac!)));
    assert.equal(slip.toText(), vector.code);
  }
  assert.equal(files.length, 24);
});

test("a new code is read again", () => {
  for (let count = 0; count < 50; count += 1) {
    const code = RecoveryCode.generate();
    assert.equal(RecoveryCode.parse(code.toText().toLowerCase()).toText(), code.toText());
    assert.match(SlipCode.generate().toText(), /^([0-9A-HJKMNP-TV-Z]{4}-){8}[0-9A-HJKMNP-TV-Z*~$=U]$/);
  }
});

test("a code says where the mistake is, and not what was typed", () => {
  const typed = RecoveryCode.generate().toText();
  for (const [bad, said] of [
    [typed.slice(1), "a code has 33 characters, this has 32"],
    [`!${typed.slice(1)}`, "character 1 can't be in a code"],
  ] as const) {
    assert.throws(() => RecoveryCode.parse(bad), { message: said });
  }
});

test("the slip of the protocol's page gives what it says", () => {
  const example = json<Record<string, string>>("example.json");
  const slip = SlipCode.fromBytes(hex.decode(example["slip_bits"]!));
  assert.equal(hex.encode(slip.ticket), example["slip_ticket"]);
  assert.equal(digestOf(slip.ticket), example["slip_ticket_digest"]);
  assert.equal(hex.encode(slip.secret.bytes), example["slip_secret"]);
  assert.equal(slip.secret.authenticate(utf8(example["proof_text"]!)), example["proof"]);
});
