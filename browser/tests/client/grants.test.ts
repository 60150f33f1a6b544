import assert from "node:assert/strict";
import { test } from "node:test";

import { codeOf } from "../../src/client/error.ts";
import { openPayload, ReaderGrants } from "../../src/client/grant.ts";
import { MemoryScratches } from "../../src/client/home.ts";
import { Opened } from "../../src/client/open.ts";
import { concat, textOf, utf8 } from "../../src/protocol/bytes.ts";
import { digestOf } from "../../src/protocol/id.ts";
import type { Label } from "../../src/protocol/label.ts";
import { FileKey, Header, sealSmall, SealingKey } from "../../src/protocol/seal.ts";
import { plainOf } from "../support/plain.ts";

function sealed(text: string, reader: SealingKey) {
  const { part, headers, fileKey } = sealSmall(utf8(text), [reader.recipient]);
  return { payload: part.payload, named: part.name, header: headers[0]!, key: fileKey };
}

test("another item's header does not open", () => {
  const vault = SealingKey.generate();
  const [ours, theirs] = [sealed("van ons", vault), sealed("van een ander", vault)];
  const { commitment } = ours.named;
  assert.throws(() => theirs.header.openCommitted(vault, commitment), (error) => codeOf(error) === "commitment");
});

test("a payload opens only if it is the one that was signed for", () => {
  const { payload, named, key } = sealed("een reden", SealingKey.generate());
  assert.equal(textOf(openPayload(payload, key, named)), "een reden");
  const refused = (...args: Parameters<typeof openPayload>): string => {
    try {
      openPayload(...args);
      return "opened";
    } catch (error) {
      return codeOf(error);
    }
  };
  const altered = payload.map((byte, at) => (at === 20 ? byte ^ 1 : byte));
  assert.equal(refused(altered, key, named), "digest");
  assert.equal(refused(payload, key, { ...named, length: named.length + 1 }), "length");
  const other = FileKey.generate();
  assert.equal(refused(payload, other, named), "commitment");
  assert.equal(refused(payload, other, { ...named, commitment: other.commitment }), "altered payload");
});

test("grants of an approval read as written and are those named", () => {
  const [noor, key] = [SealingKey.generate().recipient, FileKey.generate()];
  const made = ReaderGrants.wrap({ label: key, body: key }, noor);
  const [label, body] = [made.label.digest, made.body.digest];
  const read = ReaderGrants.parse(made.toBytes());
  assert.deepEqual(read.toBytes(), made.toBytes());
  read.require(label, body);
  assert.throws(() => read.require(body, label), (error) => codeOf(error) === "wrong-grants");
  const bytes = made.toBytes();
  for (const bad of [bytes.subarray(0, 100), bytes.subarray(0, Header.LENGTH), concat(bytes, utf8("\n"))]) {
    assert.throws(() => ReaderGrants.parse(bad), (error) => codeOf(error) === "malformed header");
  }
});

test("what was opened can be had more than once, until it is done with", async () => {
  const reader = SealingKey.generate();
  const { payload, header, key } = sealed("een stuk", reader);
  const scratches = new MemoryScratches();
  const file = scratches.file("payload");
  const adding = await file.append(0);
  await adding.write(payload);
  await adding.close();
  const opened = new Opened(digestOf(utf8("item")), {} as Label, header, key, file);
  for (const _ of [1, 2]) assert.equal((await plainOf(opened)).toString(), "een stuk");
  assert.equal((await opened.sealed()).size, Header.LENGTH + payload.length);
  await opened.done();
  assert.deepEqual(await scratches.names(), []);
});
