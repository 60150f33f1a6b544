import assert from "node:assert/strict";
import { test } from "node:test";

import { sha512 } from "@noble/hashes/sha2.js";

import { base64, concat, hex, utf8 } from "../src/protocol/bytes.ts";
import { armored, crc24, dearmored } from "../src/protocol/cert/armor.ts";
import { framed, Key } from "../src/protocol/cert/key.ts";
import { openAndVerify, signAndSeal } from "../src/protocol/cert/mail.ts";
import * as packets from "../src/protocol/cert/packets.ts";
import {
  BadCert,
  BadSignature,
  CertError,
  certify,
  fingerprint,
  isCertifiedBy,
  MAX_CERT,
  PublicCert,
  sameKeys,
  SecretCert,
  signStatement,
  verifyStatement,
} from "../src/protocol/cert.ts";
import { moment } from "../src/protocol/id.ts";
import { BadLetter } from "../src/protocol/mime/bad.ts";
import { json } from "./vectors.ts";

const CREATED = moment("2025-10-05T09:00:00Z");
const SIGNED = moment("2025-11-23T18:20:00Z");
const TEXT = utf8("zegel/1 approval\nhub: zvh-ml.example\n");

const newFemke = (): Promise<SecretCert> => SecretCert.generate("Femke de Vries", "femke@politie.example", CREATED);
const newAuthority = (): Promise<SecretCert> => SecretCert.generateAuthority("Zorg- en Veiligheidshuis", CREATED);
const femke = await newFemke();
const authority = await newAuthority();

async function refused(read: () => unknown): Promise<string> {
  try {
    await read();
    return "good";
  } catch (error) {
    if (error instanceof BadCert || error instanceof BadLetter) return error.code;
    throw error;
  }
}

const refusedPublic = (...parts: Uint8Array[]): Promise<string> => refused(() => PublicCert.read(concat(...parts)));
const refusedSecret = (...parts: Uint8Array[]): Promise<string> => refused(() => SecretCert.fromBytes(concat(...parts)));

async function verdict(cert: PublicCert, signature: Uint8Array, text = TEXT, at = SIGNED): Promise<string> {
  try {
    await verifyStatement(cert, "approval", text, signature, at);
    return "good";
  } catch (error) {
    assert.ok(error instanceof BadSignature);
    return error.code;
  }
}

test("a cert survives being written and read", async () => {
  for (const cert of [femke, authority]) {
    assert.deepEqual((await SecretCert.fromBytes(cert.toBytes())).public.bytes, cert.public.bytes);
    assert.deepEqual((await SecretCert.fromArmor(utf8(cert.armored()))).toBytes(), cert.toBytes());
    assert.deepEqual((await PublicCert.fromArmor(utf8(cert.public.armored()))).bytes, cert.public.bytes);
    assert.equal(fingerprint(cert.public.fingerprint), cert.public.fingerprint);
  }
  assert.equal(femke.public.userId, "Femke de Vries <femke@politie.example>");
  assert.equal(await refused(() => femke.public.usableForMail(SIGNED)), "good");
  assert.equal(await refused(() => femke.public.usableForMail(moment("2025-10-05T08:59:59Z"))), "cannot-encrypt");
  assert.equal(await refused(() => authority.public.usableForMail(SIGNED)), "cannot-encrypt");
  assert.throws(() => fingerprint(femke.public.fingerprint.toUpperCase()));
});

/** Those of the vectors' people whose certs can't be sealed for. */
const UNUSABLE = new Map([
  ["Femke expired", "expired"],
  ["Femke sign-only", "cannot-encrypt"],
]);

test("what other programs made is read too, and stays as it was", async () => {
  const keys = json<Record<string, { certified: string; secret: string }>>("keys.json");
  const { public: house } = await SecretCert.fromBytes(base64.decode(keys["authority"]!.secret));
  const people = Object.entries(keys).filter(([name]) => name !== "authority" && name !== "hub");
  for (const [name, key] of people) {
    const certified = await PublicCert.read(base64.decode(key.certified));
    const { public: own } = await SecretCert.fromBytes(base64.decode(key.secret));
    assert.deepEqual([await isCertifiedBy(certified, house), await isCertifiedBy(own, house)], [true, false], name);
    assert.ok(sameKeys(certified, own), name);
    const usable = await refused(() => certified.usableForMail(moment("2026-11-02T08:00:00Z")));
    assert.equal(usable, UNUSABLE.get(name) ?? "good", name);
  }
  assert.ok(people.length >= 5);
});

test("armor ends with its checksum", () => {
  // The check value of CRC-24/OPENPGP.
  assert.equal(crc24(utf8("123456789")), 0x21cf02);
  for (const length of [0, 1, 47, 48, 49, 96, 1000]) {
    const random = crypto.getRandomValues(new Uint8Array(length));
    assert.deepEqual(dearmored("MESSAGE", utf8(armored("MESSAGE", random))), random);
    assert.equal(dearmored("SIGNATURE", utf8(armored("MESSAGE", random))), undefined);
  }
});

test("a statement that was signed verifies, for its kind, text, moment and signer only", async () => {
  const signature = await signStatement(femke, "approval", TEXT, SIGNED);
  assert.equal(await verdict(femke.public, signature), "good");
  assert.equal(await verdict(authority.public, signature), "unknown-issuer");
  assert.equal(await verdict(femke.public, signature, utf8("zegel/1 approval\n")), "wrong");
  assert.equal(await verdict(femke.public, signature, TEXT, CREATED), "wrong-time");
  assert.equal(await verdict(femke.public, await signStatement(femke, "refusal", TEXT, SIGNED)), "wrong-kind");
});

test("no bit of a signature can be altered", async () => {
  const good = await signStatement(femke, "approval", TEXT, SIGNED);
  for (let bit = 0; bit < 8 * good.length; bit += 1) {
    const bad = good.slice();
    bad[bit >> 3]! ^= 1 << (bit & 7);
    assert.notEqual(await verdict(femke.public, bad), "good", `bit ${bit} of ${8 * good.length}`);
  }
});

/** A signature with these subpackets beside what is signed. */
function withUnhashed(signature: Uint8Array, ...subpackets: number[]): Uint8Array {
  const { body } = packets.first(signature)!.packet;
  const hashed = 6 + (body[4]! << 8) + body[5]!;
  const area = new Uint8Array([0, subpackets.length, ...subpackets]);
  assert.deepEqual(body.subarray(hashed, hashed + 2), new Uint8Array(2));
  return packets.write(packets.SIGNATURE, body.subarray(0, hashed), area, body.subarray(hashed + 2));
}

test("what a signature says beside what is signed must be readable too", async () => {
  const good = await signStatement(femke, "approval", TEXT, SIGNED);
  const said = (...subpackets: number[]): Promise<string> => verdict(femke.public, withUnhashed(good, ...subpackets));
  assert.equal(await said(), "good");
  // Of a type that nobody knows, of a length in two octets and in five.
  assert.equal(await said(3, 98, 1, 2), "good");
  assert.equal(await said(192, 0, 98, ...new Uint8Array(191)), "good");
  assert.equal(await said(255, 0, 0, 0, 2, 98, 1), "good");
  assert.equal(await said(3, 0x80 | 98, 1, 2), "critical");
  for (const unreadable of [
    // Longer than there is, and nothing at all.
    [3, 98, 1],
    [0],
    [255, 0, 0, 0],
    // A period of three octets, a yes that is a two, an issuer of seven.
    [4, 9, 0, 0, 1],
    [2, 25, 2],
    [8, 16, ...new Uint8Array(7)],
    // A notation that is shorter than it says, a fingerprint that is longer than those of its version.
    [9, 20, 0, 0, 0, 0, 0, 1, 0, 0],
    [23, 33, 4, ...new Uint8Array(21)],
    // A signature within that is none.
    [4, 32, 4, 0x19, 22],
  ]) {
    assert.equal(await said(...unreadable), "malformed", unreadable.join());
  }
});

test("nothing is signed before the key was made or after 2106", async () => {
  for (const [at, why] of [["2025-10-05T08:59:59Z", "before-key"], ["2106-02-07T06:28:16Z", "moment"]] as const) {
    await assert.rejects(signStatement(femke, "approval", TEXT, moment(at)), new CertError(why));
  }
});

test("an expired cert still says who signed", async () => {
  const until = moment("2025-10-06T09:00:00Z");
  const old = await SecretCert.generate("Femke", "femke@politie.example", CREATED, until);
  assert.equal(await verdict(old.public, await signStatement(old, "approval", TEXT, SIGNED)), "good");
  assert.equal(old.public.mailExpires(), until);
  assert.equal(femke.public.mailExpires(), undefined);
  assert.equal(await refused(() => old.public.usableForMail(until)), "expired");
  assert.equal(await refused(() => old.public.usableForMail(moment("2025-10-06T08:59:59Z"))), "good");
});

test("the authority certifies, and everyone sees it", async () => {
  const certified = await certify(authority, femke.public, SIGNED);
  assert.ok(await isCertifiedBy(certified, authority.public));
  assert.ok(!(await isCertifiedBy(femke.public, authority.public)));
  assert.ok(!(await isCertifiedBy(certified, (await newAuthority()).public)));
  assert.ok(sameKeys(certified, femke.public));
  assert.notEqual(certified.digest, femke.public.digest);
  assert.ok(!sameKeys((await newFemke()).public, femke.public));
  await assert.rejects(certify(authority, femke.public, moment("2025-10-05T08:59:59Z")), new CertError("before-key"));
});

test("the hub certifies nobody", async () => {
  const secret = json<Record<string, { secret: string }>>("keys.json")["hub"]!.secret;
  const hub = await SecretCert.fromBytes(base64.decode(secret));
  await assert.rejects(certify(hub, femke.public, SIGNED), new CertError("not-allowed"));
});

test("certs of any other shape are refused", async () => {
  const good = femke.public.bytes;
  assert.equal(await refusedPublic(good, good), "several");
  assert.equal(await refusedPublic(good, new Uint8Array([0])), "malformed");
  assert.equal(await refusedPublic(good, utf8("\n")), "malformed");
  assert.equal(await refusedPublic(good, packets.write(10, utf8("PGP"))), "unexpected");
  assert.equal(await refusedPublic(good, packets.write(packets.USER_ID, utf8("Max"))), "user-id");
  assert.equal(await refusedPublic(good, new Uint8Array(MAX_CERT)), "too-large");
  assert.equal(await refusedPublic(good.subarray(0, -1)), "malformed");
  assert.equal(await refusedPublic(), "malformed");
  assert.equal(await refusedPublic(utf8(femke.public.armored())), "malformed");
  assert.equal(await refusedPublic(femke.toBytes()), "secret");
  assert.equal(await refusedSecret(good), "no-secret");
  const without = (tag: number): Uint8Array[] =>
    packets
      .all(good)!
      .filter((packet) => packet.tag !== tag)
      .map(({ tag, body }) => packets.write(tag, body));
  assert.equal(await refusedPublic(...without(packets.USER_ID)), "user-id");
  assert.equal(await refusedPublic(...without(packets.PUBLIC_KEY)), "malformed");
  assert.equal(await refusedPublic(...without(packets.SIGNATURE)), "self-signature");
});

test("a cert with an altered self-signature is refused", async () => {
  const good = femke.public.bytes;
  let kept = 0;
  for (let place = 0; place < good.length; place += 1) {
    const bad = good.slice();
    bad[place]! ^= 1;
    if ((await refusedPublic(bad)) === "good") kept += 1;
  }
  // What no signature covers are the unhashed subpackets and a few bits of lengths: the digest pins them.
  assert.ok(kept < good.length / 10, `${kept} of ${good.length}`);
});

test("what the cert's own key signed stands behind what it is about, and can be read", async () => {
  const [primary, userId, certification, subkey, binding] = packets.all(femke.public.bytes)!;
  const refusedInOrder = (...parts: (packets.Packet | undefined)[]): Promise<string> =>
    refusedPublic(...parts.map((part) => packets.write(part!.tag, part!.body)));
  assert.equal(await refusedInOrder(primary, userId, certification, subkey, binding), "good");
  assert.equal(await refusedInOrder(primary, userId, certification, binding, subkey, binding), "self-signature");
  assert.equal(await refusedInOrder(primary, certification, userId, certification, subkey, binding), "self-signature");
  assert.equal(await refusedInOrder(userId, primary, certification, subkey, binding), "several");
  const cut = { tag: packets.SIGNATURE, body: binding!.body.subarray(0, -1) };
  assert.equal(await refusedInOrder(primary, userId, certification, subkey, binding, cut), "malformed");
});

test("a subkey that nobody bound is refused, and so are more than anyone needs", async () => {
  const ofMax = packets.all((await newFemke()).public.bytes)!;
  const subkey = packets.write(packets.PUBLIC_SUBKEY, ofMax.find(({ tag }) => tag === packets.PUBLIC_SUBKEY)!.body);
  assert.equal(await refusedPublic(femke.public.bytes, subkey), "self-signature");
  assert.equal(await refusedPublic(femke.public.bytes, ...Array.from({ length: 8 }, () => subkey)), "subkeys");
});

/** A signature whose first number is one and whose second is nothing: with a key of small order it fits any text. */
function anyones(made: Uint8Array, from: PublicCert, to: Key, ...over: Uint8Array[]): Uint8Array {
  const length = 6 + (made[4]! << 8) + made[5]!;
  const renamed = hex
    .encode(made.subarray(0, length))
    .replaceAll(from.fingerprint, to.fingerprint)
    .replaceAll(from.primary.key.id, to.id);
  const trailer = new Uint8Array([4, 0xff, 0, 0, length >> 8, length & 0xff]);
  const digest = sha512(concat(...over, hex.decode(renamed), trailer));
  const numbers = concat(new Uint8Array([0, 249, 1]), new Uint8Array(31), new Uint8Array([0, 0]));
  const body = concat(hex.decode(renamed), new Uint8Array([0, 0]), digest.subarray(0, 2), numbers);
  return packets.write(packets.SIGNATURE, body);
}

test("a key with which anyone could sign is refused", async () => {
  const [primary, userId, certification, subkey, binding] = packets.all(femke.public.bytes)!.map(({ body }) => body);
  // The neutral point of the curve.
  const point = concat(new Uint8Array([1]), new Uint8Array(31));
  const key = Key.read(concat(primary!.subarray(0, -32), point))!;
  const head = new Uint8Array([0xb4, 0, 0, 0, userId!.length]);
  const parts = [
    packets.write(packets.PUBLIC_KEY, key.body),
    packets.write(packets.USER_ID, userId!),
    anyones(certification!, femke.public, key, framed(key.body), head, userId!),
    packets.write(packets.PUBLIC_SUBKEY, subkey!),
    anyones(binding!, femke.public, key, framed(key.body), framed(subkey!)),
  ];
  assert.equal(await refusedPublic(...parts), "self-signature");
});

/** Whoever opens looks at the seal again, whoever looked before. */
test("what is sealed for a key that ended is not opened", async () => {
  const until = moment("2025-12-01T00:00:00Z");
  const noor = await SecretCert.generate("Noor", "noor@raad.example", CREATED, until);
  const sealed = await signAndSeal(TEXT, femke, noor.public, SIGNED);
  assert.deepEqual(await openAndVerify(sealed, noor, femke.public, SIGNED), TEXT);
  await assert.rejects(openAndVerify(sealed, noor, femke.public, until), new BadLetter("expired"));
});

test("a secret key that was wiped signs nothing more", async () => {
  const cert = await newFemke();
  const { body } = cert.signer;
  assert.ok(body.some((byte) => byte !== 0));
  cert.wipe();
  assert.ok(body.every((byte) => byte === 0));
  await assert.rejects(signStatement(cert, "approval", TEXT, SIGNED));
});

test("names that could be mistaken are refused", async () => {
  for (const [name, mail] of [
    ["", "a@b.example"],
    ["Femke <x>", "a@b.example"],
    ["Femke\n", "a@b.example"],
    ["Femke", "a b@b.example"],
    ["Femke", "b.example"],
    ["Femke", "a@b@c.example"],
    ["Femke", "@b.example"],
  ] as const) {
    await assert.rejects(SecretCert.generate(name, mail, CREATED), new CertError("user-id"), `${name} ${mail}`);
  }
  for (const name of ["", "Zorg-\nen Veiligheidshuis", "x".repeat(513)]) {
    await assert.rejects(SecretCert.generateAuthority(name, CREATED), new CertError("user-id"));
  }
  for (const until of [CREATED, moment("2025-10-05T08:59:59Z")]) {
    await assert.rejects(SecretCert.generate("Femke", "a@b.example", CREATED, until), new CertError("moment"));
  }
});

test("a secret key that cannot be used at once is none", async () => {
  const secret = femke.toBytes();
  assert.equal(await refusedSecret(new Uint8Array(MAX_CERT + 1)), "too-large");
  // Two keys: whose is it?
  assert.equal(await refusedSecret(secret, secret), "no-secret");
  const changed = (change: (packet: packets.Packet) => Uint8Array): Promise<string> =>
    refusedSecret(...packets.all(secret)!.map(change));
  assert.equal(await changed(({ tag, body }) => packets.write(tag, body)), "good");
  // The subkey's secret stayed at home: her mail would not open.
  const subkey = femke.public.subkeys[0]!.key.body;
  const stays = ({ tag, body }: packets.Packet): Uint8Array =>
    tag === packets.SECRET_SUBKEY ? packets.write(packets.PUBLIC_SUBKEY, subkey) : packets.write(tag, body);
  assert.equal(await changed(stays), "no-secret");
  // Locked with a password, as other programs keep it.
  const locked = ({ tag, body }: packets.Packet): Uint8Array =>
    tag === packets.SECRET_SUBKEY
      ? packets.write(tag, subkey, new Uint8Array([254]), body.subarray(subkey.length + 1))
      : packets.write(tag, body);
  assert.equal(await changed(locked), "no-secret");
  const cut = ({ tag, body }: packets.Packet): Uint8Array => packets.write(tag, body.subarray(0, -1));
  assert.notEqual(await changed(cut), "good");
});

test("the example of the protocol's page is signed by its authority", async () => {
  const example = json<Record<string, string>>("example.json");
  const cert = await PublicCert.read(base64.decode(example["authority"]!));
  const signature = base64.decode(example["signature"]!);
  const at = moment("2026-11-02T08:00:00Z");
  await verifyStatement(cert, "admission", utf8(example["statement"]!), signature, at);
});
