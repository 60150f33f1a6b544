import assert from "node:assert/strict";
import { test } from "node:test";

import { base64, utf8 } from "../src/protocol/bytes.ts";
import { BadSignature, PublicCert, verifyStatement } from "../src/protocol/cert.ts";
import { moment } from "../src/protocol/id.ts";
import { json, names } from "./vectors.ts";

interface Vector {
  comment: string;
  expect: string;
  kind: string;
  "signed-at": string;
  statement: string;
  signature: string;
  cert: string;
}

async function judged(vector: Vector): Promise<string> {
  const cert = await PublicCert.read(base64.decode(vector.cert));
  const signature = base64.decode(vector.signature);
  try {
    await verifyStatement(cert, vector.kind, utf8(vector.statement), signature, moment(vector["signed-at"]));
    return "good";
  } catch (error) {
    if (error instanceof BadSignature) return error.code;
    throw error;
  }
}

test("every signature counts, or is refused for its one reason", async () => {
  const files = names("signature");
  for (const file of files) {
    const vector = json<Vector>("signature", file);
    assert.equal(await judged(vector), vector.expect, `${file}: ${vector.comment}`);
    assert.ok(file.startsWith(`${vector.expect}--`), file);
  }
  assert.equal(files.length, 118);
});
