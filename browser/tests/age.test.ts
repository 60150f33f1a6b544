// The age vectors of C2SP (CCTV, 143 files) judge the headers and payloads that we read and write ourselves, and the
// whole files that the library reads.

import assert from "node:assert/strict";
import { test } from "node:test";

import * as cctv from "cctv-age";

import { concat, equal, textOf, utf8 } from "../src/protocol/bytes.ts";
import { digestOf } from "../src/protocol/id.ts";
import { NONCE, Opener, Sealer } from "../src/protocol/payload.ts";
import { type FileKey, Header, openFile, openWithPassphrase, Refused, SealingKey } from "../src/protocol/seal.ts";

interface Vector {
  name: string;
  fields: Map<string, string>;
  file: Uint8Array;
}

/** Why a vector says nothing about what we write, by the beginning of its name. */
const NOT_OURS = ["armor_", "hybrid"];

async function vectors(): Promise<Vector[]> {
  const found = Object.entries(cctv as unknown as Record<string, unknown>).filter(
    (entry): entry is [string, Uint8Array] => entry[1] instanceof Uint8Array,
  );
  assert.equal(found.length, 143, "the package has other vectors than we know of");
  return Promise.all(found.map(([name, bytes]) => read(name, bytes)));
}

async function read(name: string, bytes: Uint8Array): Promise<Vector> {
  const blank = bytes.findIndex((byte, at) => byte === 10 && bytes[at + 1] === 10);
  const lines = textOf(bytes.subarray(0, blank))!.split("\n");
  const fields = new Map(lines.map((line) => line.split(": ", 2) as [string, string]));
  const file = bytes.subarray(blank + 2);
  return { name, fields, file: fields.get("compressed") === "zlib" ? await inflated(file) : file };
}

async function inflated(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes.slice()]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const ours = (await vectors()).filter(({ name }) => !NOT_OURS.some((start) => name.startsWith(start)));

/** Header and payload, or all as a header where no MAC line ends it. */
function halves(file: Uint8Array): [Uint8Array, Uint8Array] {
  const mac = file.findIndex((_, at) => equal(file.subarray(at, at + 4), utf8("\n---")));
  const line = mac < 0 ? -1 : file.indexOf(10, mac + 1);
  const end = line < 0 ? file.length : line + 1;
  return [file.subarray(0, end), file.subarray(end)];
}

/** Opens with our own header and payload: the outcome, and all that was handed out. */
function openOurs(vector: Vector): { outcome: FileKey | Refused; plaintext: Uint8Array } {
  const identity = vector.fields.get("identity");
  const key = identity === undefined ? SealingKey.generate() : SealingKey.parse(identity);
  const [header, payload] = halves(vector.file);
  const pieces: Uint8Array[] = [];
  try {
    const fileKey = Header.parse(header).open(key);
    const opener = new Opener(fileKey, (piece) => pieces.push(piece));
    // Few bytes at a time, as a network gives them.
    for (let at = 0; at < payload.length; at += 4093) opener.update(payload.subarray(at, at + 4093));
    opener.finish();
    return { outcome: fileKey, plaintext: concat(...pieces) };
  } catch (error) {
    assert.ok(error instanceof Refused, vector.name);
    return { outcome: error, plaintext: concat(...pieces) };
  }
}

/** What our own code must say of a vector: the vector's word, but where a header of ours is stricter. */
function expectation({ name, fields }: Vector): string {
  // Good age headers, but for more readers than one, or with stanzas of unknown kinds.
  const extra = ["stanza_empty_body", "stanza_empty_last_line", "stanza_valid_characters"];
  extra.push("x25519_grease", "x25519_multiple_recipients", "scrypt_double", "scrypt_and_x25519");
  if (extra.includes(name)) return "extra stanza";
  // One stanza of another kind: age looks for a better one, we know that there is none.
  if (name === "x25519_lowercase" || name.startsWith("scrypt")) return "malformed header";
  // We count the nonce as the beginning of the payload.
  if (name === "stream_no_nonce" || name === "stream_short_nonce") return "truncated payload";
  return fields.get("expect")!;
}

const PAYLOAD = ["truncated payload", "altered payload", "trailing data", "empty last chunk"];

function isExpected(expect: string, outcome: FileKey | Refused): boolean {
  if (!(outcome instanceof Refused)) return expect === "success";
  const { code } = outcome;
  switch (expect) {
    case "no match":
      return code === "wrong reader";
    case "HMAC failure":
      return code === "altered mac";
    case "header failure":
      return code === "malformed header";
    case "payload failure":
      return PAYLOAD.includes(code);
    default:
      return code === expect;
  }
}

test("our own header and payload judge as age does", () => {
  for (const vector of ours) {
    const { outcome, plaintext } = openOurs(vector);
    const expect = expectation(vector);
    const said = outcome instanceof Refused ? outcome.code : "success";
    assert.ok(isExpected(expect, outcome), `${vector.name}: ${expect}, got ${said}`);
    if (expect === "success" || expect === "payload failure") {
      assert.equal(digestOf(plaintext), `sha256:${vector.fields.get("payload")}`, vector.name);
    } else {
      assert.equal(plaintext.length, 0, vector.name);
    }
  }
  assert.equal(ours.length, 92);
});

test("each kind of broken payload has its own name", () => {
  for (const [name, code] of [
    ["stream_no_nonce", "truncated payload"],
    ["stream_no_chunks", "truncated payload"],
    ["stream_no_final_full", "truncated payload"],
    ["stream_no_final_two_chunks_full", "truncated payload"],
    ["stream_bad_tag", "altered payload"],
    ["stream_bad_tag_second_chunk_full", "altered payload"],
    ["stream_trailing_garbage_long", "trailing data"],
    ["stream_two_final_chunks_full", "trailing data"],
    ["stream_last_chunk_empty", "empty last chunk"],
  ] as const) {
    const { outcome } = openOurs(ours.find((vector) => vector.name === name)!);
    assert.equal(outcome instanceof Refused ? outcome.code : "success", code, name);
  }
});

test("what opens is written again byte for byte", () => {
  const good = ours.filter((vector) => expectation(vector) === "success");
  for (const vector of good) {
    const [header, payload] = halves(vector.file);
    assert.deepEqual(Header.parse(header).toBytes(), header.slice(), vector.name);
    const { outcome, plaintext } = openOurs(vector);
    assert.ok(!(outcome instanceof Refused));
    const pieces: Uint8Array[] = [];
    const sealer = Sealer.withNonce(outcome, payload.subarray(0, NONCE), (piece) => pieces.push(piece));
    // Writes of odd sizes, across the ends of chunks.
    for (let at = 0; at < plaintext.length; at += 100_003) sealer.update(plaintext.subarray(at, at + 100_003));
    sealer.finish();
    assert.ok(equal(concat(...pieces), payload), vector.name);
  }
  assert.equal(good.length, 9);
});

/** Key bundles and vault secrets may have several readers, or a passphrase: that is the library's work. */
test("age files for several readers or a passphrase judge as age does", async () => {
  const wanted = ours.filter(({ fields }) => fields.has("identity") || fields.has("passphrase"));
  for (const vector of wanted) {
    const passphrase = vector.fields.get("passphrase");
    const opening =
      passphrase === undefined
        ? openFile(vector.file, SealingKey.parse(vector.fields.get("identity")!))
        : openWithPassphrase(vector.file, passphrase, 16);
    const opened = await opening.catch((error: unknown) => error);
    const expect = vector.fields.get("expect");
    if (opened instanceof Uint8Array) {
      assert.equal(expect, "success", vector.name);
      assert.equal(digestOf(opened), `sha256:${vector.fields.get("payload")}`, vector.name);
    } else {
      assert.ok(opened instanceof Refused, `${vector.name}: ${String(opened)}`);
      assert.notEqual(expect, "success", `${vector.name}: ${opened.message}`);
    }
  }
  assert.equal(wanted.length, 91);
});
