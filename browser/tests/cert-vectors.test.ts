import assert from "node:assert/strict";
import { test } from "node:test";

import { base64 } from "../src/protocol/bytes.ts";
import { BadCert, isCertifiedBy, PublicCert } from "../src/protocol/cert.ts";
import { json, names } from "./vectors.ts";

interface Vector {
  comment: string;
  expect: string;
  cert: string;
  fingerprint?: string;
  "user-id"?: string;
  authority?: string;
  certified?: boolean;
}

/** The cert, or the one reason for which it is refused. */
async function read(text: string): Promise<PublicCert | string> {
  try {
    return await PublicCert.read(base64.decode(text));
  } catch (error) {
    if (error instanceof BadCert) return error.code;
    throw error;
  }
}

test("every cert is taken, or refused for its one reason", async () => {
  const files = names("cert");
  for (const file of files) {
    const vector = json<Vector>("cert", file);
    const what = `${file}: ${vector.comment}`;
    assert.ok(file.startsWith(`${vector.expect}--`), file);
    const cert = await read(vector.cert);
    assert.equal(typeof cert === "string" ? cert : "good", vector.expect, what);
    if (typeof cert === "string") continue;
    assert.equal(cert.fingerprint, vector.fingerprint, what);
    assert.equal(cert.userId, vector["user-id"], what);
    if (vector.authority === undefined) continue;
    const authority = await PublicCert.read(base64.decode(vector.authority));
    assert.equal(await isCertifiedBy(cert, authority), vector.certified, what);
  }
  assert.equal(files.length, 154);
});
