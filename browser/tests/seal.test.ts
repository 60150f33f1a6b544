import assert from "node:assert/strict";
import { test } from "node:test";

import { base64, base64nopad, concat, equal, hex, utf8 } from "../src/protocol/bytes.ts";
import { digest, digestOf, mac } from "../src/protocol/id.ts";
import {
  CHUNK,
  NONCE,
  Opener,
  PART,
  partLeaf,
  PartsDigest,
  PayloadDigest,
  payloadLength,
  rootOfParts,
  Sealer,
} from "../src/protocol/payload.ts";
import {
  FileKey,
  Header,
  openFile,
  openSmall,
  openWithPassphrase,
  recipient,
  Refused,
  type RefusedCode,
  regrant,
  sealFile,
  SealingKey,
  sealSmall,
  sealWithPassphrase,
} from "../src/protocol/seal.ts";
import { recipientAt } from "../src/protocol/seal/recipient.ts";
import { json, names } from "./vectors.ts";

interface Vector {
  comment: string;
  expect: "opens" | RefusedCode;
  key: string;
  header: string;
  payload: string;
  digest: string;
  length: number;
  commitment: string;
  plaintext?: string;
}

/** What came out, or for which reason nothing did. */
function outcome<T>(work: () => T): T | RefusedCode {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
}

async function refusal(work: Promise<unknown>): Promise<RefusedCode | "opens"> {
  try {
    await work;
    return "opens";
  } catch (error) {
    assert.ok(error instanceof Refused);
    return error.code;
  }
}

function sealed(text: Uint8Array, key: FileKey, step = text.length): Uint8Array {
  const pieces: Uint8Array[] = [];
  const sealer = Sealer.begin(key, (piece) => pieces.push(piece));
  for (let at = 0; at < text.length; at += step) sealer.update(text.subarray(at, at + step));
  sealer.finish();
  return concat(...pieces);
}

function opened(payload: Uint8Array, key: FileKey, step: number): Uint8Array {
  const pieces: Uint8Array[] = [];
  const opener = new Opener(key, (piece) => pieces.push(piece));
  for (let at = 0; at < payload.length; at += step) opener.update(payload.subarray(at, at + step));
  opener.finish();
  return concat(...pieces);
}

const written = (length: number): Uint8Array => Uint8Array.from({ length }, (_, at) => at % 253);

const files = names("seal").map((file) => ({ file, vector: json<Vector>("seal", file) }));

test("what a hub serves opens, or is refused for its one reason", () => {
  for (const { file, vector } of files) {
    const found = outcome(() => {
      const header = Header.parse(utf8(vector.header));
      const commitment = mac(vector.commitment);
      const name = { digest: digest(vector.digest), length: vector.length, commitment };
      return openSmall(header, base64.decode(vector.payload), SealingKey.parse(vector.key), name);
    });
    assert.equal(typeof found === "string" ? found : "opens", vector.expect, `${file}: ${vector.comment}`);
    if (typeof found !== "string") assert.equal(digestOf(found), vector.plaintext, file);
  }
  assert.equal(files.length, 34);
});

test("what is given to another reader is the key that the statement means, or nothing", () => {
  const noor = SealingKey.generate();
  for (const { file, vector } of files) {
    const commitment = mac(vector.commitment);
    const grant = (): Header =>
      regrant(Header.parse(utf8(vector.header)), SealingKey.parse(vector.key), commitment, noor.recipient);
    const found = outcome(grant);
    // The payload is not looked at.
    const inHeader = ["malformed header", "extra stanza", "wrong reader", "altered mac", "commitment"];
    const expect = inHeader.includes(vector.expect) ? vector.expect : "opens";
    assert.equal(typeof found === "string" ? found : "opens", expect, file);
    if (typeof found === "string") continue;
    assert.equal(found.openCommitted(noor, commitment).commitment, vector.commitment);
    assert.ok(found.toBytes().length === Header.LENGTH && !equal(found.toBytes(), utf8(vector.header)));
  }
});

test("the sealed key of a header has its one length", () => {
  const { vector } = files.find(({ file }) => file === "opens.json")!;
  const [version, stanza, body, mac] = vector.header.split("\n");
  for (const length of [0, 31, 33, 48, 100]) {
    const lines = [...(base64nopad.encode(new Uint8Array(length)).match(/.{1,64}/g) ?? [])];
    // A body that ends with a full line is followed by an empty one.
    if (lines.at(-1)?.length === 64 || length === 0) lines.push("");
    const header = [version, stanza, ...lines, mac, ""].join("\n");
    assert.equal(outcome(() => Header.parse(utf8(header)) && "opens"), "malformed header", String(length));
  }
  assert.equal(outcome(() => Header.parse(utf8([version, stanza, body, mac, ""].join("\n"))) && "opens"), "opens");
});

test("the example of the protocol's page is sealed as it says", () => {
  const example = json<Record<string, string | number>>("example.json");
  const said = (name: string): string => String(example[name]);
  const key = FileKey.fromBytes(hex.decode(said("file_key")));
  const pieces: Uint8Array[] = [];
  const sealer = Sealer.withNonce(key, hex.decode(said("nonce")), (piece) => pieces.push(piece));
  sealer.update(utf8(said("plaintext")));
  sealer.finish();
  const payload = concat(...pieces);
  assert.equal(hex.encode(payload), said("payload"));
  const name = { ...new PayloadDigest().update(payload).finish(), commitment: key.commitment };
  assert.deepEqual(name, {
    digest: said("payload_digest"),
    length: example["payload_length"],
    commitment: said("commitment"),
  });
  const header = Header.parse(utf8(said("header")));
  assert.equal(header.digest, said("header_digest"));
  const reader = SealingKey.parse(said("identity"));
  assert.equal(reader.recipient, said("recipient"));
  assert.deepEqual(openSmall(header, payload, reader, name), utf8(said("plaintext")));
});

test("a payload of any length comes back, in whatever pieces it is given", () => {
  const key = FileKey.generate();
  for (const length of [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7]) {
    const text = written(length);
    for (const step of [1013, CHUNK, CHUNK + 16, 5 * CHUNK]) {
      const payload = sealed(text, key, step);
      assert.equal(payload.length, payloadLength(length));
      assert.ok(equal(opened(payload, key, step), text), `${length} in steps of ${step}`);
    }
  }
});

test("what was broken stays broken", () => {
  const key = FileKey.generate();
  const payload = sealed(written(2 * CHUNK), key);
  payload[NONCE + 5]! ^= 1;
  const opener = new Opener(key, () => assert.fail("nothing is authentic"));
  assert.equal(outcome(() => opener.update(payload)), "altered payload");
  assert.equal(outcome(() => opener.update(payload)), "altered payload");
  assert.equal(outcome(() => opener.finish()), "altered payload");
  assert.equal(outcome(() => new Opener(key, () => undefined).finish()), "truncated payload");
});

test("a payload is named by a tree over its parts", async () => {
  const payload = written(2 * PART + 5);
  const parts = [payload.subarray(0, PART), payload.subarray(PART, 2 * PART), payload.subarray(2 * PART)];
  const whole = new PayloadDigest();
  for (let at = 0; at < payload.length; at += 1_000_003) whole.update(payload.subarray(at, at + 1_000_003));
  assert.deepEqual(whole.finish(), { digest: rootOfParts(parts.map(partLeaf)), length: payload.length });
  assert.equal(new PayloadDigest().update(parts[0]!).finish().digest, partLeaf(parts[0]!));
  assert.deepEqual(new PayloadDigest().finish(), { digest: digestOf(new Uint8Array()), length: 0 });
  for (const length of [0, 1, PART - 1, PART, PART + 1, 2 * PART, payload.length]) {
    const large = new PartsDigest();
    const step = length === PART ? PART : 1_000_003;
    for (let at = 0; at < length; at += step) await large.update(payload.subarray(at, Math.min(length, at + step)));
    const expected = new PayloadDigest().update(payload.subarray(0, length)).finish();
    assert.deepEqual(await large.finish(), expected, String(length));
  }
});

test("a part that nobody could open is not sealed", () => {
  assert.equal(outcome(() => sealSmall(utf8("geheim"), [])), "no readers");
});

test("a sealing key reads what it writes", () => {
  const key = SealingKey.fromBytes(new Uint8Array(32).fill(7));
  assert.equal(SealingKey.parse(key.toText()).recipient, key.recipient);
  for (const bad of [key.toText().toLowerCase(), `${key.toText()} `, key.recipient, key.toText().slice(0, -1), ""]) {
    assert.throws(() => SealingKey.parse(bad), bad);
  }
});

test("a recipient has one spelling, and none gives the key away", () => {
  const good = SealingKey.generate().recipient;
  assert.equal(recipient(good), good);
  for (const bad of [good.toUpperCase(), `${good} `, good.replace("age1", "agf1"), good.slice(0, 61)]) {
    assert.throws(() => recipient(bad), bad);
  }
  const edges = ["00", "01", "ec", "ed", "ee", "ff"].map((low) =>
    low < "02" ? low + "00".repeat(31) : `${low}${"ff".repeat(30)}7f`,
  );
  const small = ["e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"];
  small.push("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157");
  for (const number of [...edges, ...small]) {
    for (const high of [0, 0x80]) {
      const point = hex.decode(number);
      point[31]! |= high;
      assert.throws(() => recipientAt(point), number);
    }
  }
});

test("a file for several holders opens for each of them, and for nobody else", async () => {
  const [femke, noor, sanne] = [SealingKey.generate(), SealingKey.generate(), SealingKey.generate()];
  const file = await sealFile(utf8("geheim"), [femke.recipient, noor.recipient]);
  assert.deepEqual(await openFile(file, femke), utf8("geheim"));
  assert.deepEqual(await openFile(file, noor), utf8("geheim"));
  assert.equal(await refusal(openFile(file, sanne)), "wrong reader");
  assert.equal(await refusal(sealFile(utf8("geheim"), [])), "no readers");
  assert.equal(await refusal(openFile(file.subarray(0, -1), noor)), "altered payload");
  assert.equal(await refusal(openFile(file.subarray(0, 100), noor)), "malformed header");
  const mac = file.findIndex((_, at) => equal(file.subarray(at, at + 4), utf8("--- ")));
  const altered = file.slice();
  altered[mac + 20] = altered[mac + 20] === 65 ? 66 : 65;
  assert.equal(await refusal(openFile(altered, noor)), "altered mac");
});

test("a passphrase opens, within the work that is allowed", async () => {
  const file = await sealWithPassphrase(utf8("geheim"), "vier woorden op papier", 10);
  assert.deepEqual(await openWithPassphrase(file, "vier woorden op papier", 10), utf8("geheim"));
  assert.equal(await refusal(openWithPassphrase(file, "vijf woorden op papier")), "wrong reader");
  assert.equal(await refusal(openWithPassphrase(file, "vier woorden op papier", 9)), "too much work");
  for (const work of [0, 21, 1.5]) {
    assert.equal(await refusal(sealWithPassphrase(utf8("a"), "b", work)), "too much work");
  }
});
