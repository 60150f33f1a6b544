// Whether a key made a signature has one answer: by our own arithmetic, by this machine's engine, and whatever is said
// by an engine that can't be relied on.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToNumberLE, numberToBytesLE } from "@noble/curves/utils.js";
import { sha512 } from "@noble/hashes/sha2.js";

import { base64, concat, equal, hex, utf8 } from "../src/protocol/bytes.ts";
import { BadCert, BadSignature, PublicCert, verifyStatement } from "../src/protocol/cert.ts";
import { TRICKY, verifierBy, verify, type Engine } from "../src/protocol/cert/ed25519.ts";
import { moment } from "../src/protocol/id.ts";
import { json, names } from "./vectors.ts";

const { Point } = ed25519;
type Point = InstanceType<typeof Point>;
const ORDER = Point.Fn.ORDER;
/** A point of order 8. */
const T = Point.fromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05");

/** A question to a verifier, */
interface Question {
  readonly point: Uint8Array;
  readonly signature: Uint8Array;
  readonly over: Uint8Array;
}

/** and its answer. */
interface Asked extends Question {
  readonly what: string;
  readonly good: boolean;
}

const slowly = verifierBy(undefined);

/** What an engine answers when it is asked without more ado. */
async function raw(engine: Engine, { point, signature, over }: Asked): Promise<boolean> {
  const key = await engine.importKey("raw", point as BufferSource, "Ed25519", false, ["verify"]);
  return engine.verify("Ed25519", key, signature as BufferSource, over as BufferSource);
}

const tricky: Asked[] = TRICKY.map(({ what, point, r, s, over }) => ({
  ...{ what, point: hex.decode(point), signature: hex.decode(r + s), over: Uint8Array.of(over) },
  good: what === "good",
}));

const wide = (R: Uint8Array, A: Uint8Array, over: Uint8Array): bigint => bytesToNumberLE(sha512(concat(R, A, over)));
const scalar = (): bigint => (bytesToNumberLE(crypto.getRandomValues(new Uint8Array(40))) % (ORDER - 1n)) + 1n;
const multiple = (times: number): Point => (times === 0 ? Point.ZERO : T.multiplyUnsafe(BigInt(times)));

/** A signature by a random key, to whose point and own point a multiple of the point of order 8 is added. */
function made(what: string, inKey: number, inSignature: number): Asked {
  const [a, r] = [scalar(), scalar()];
  const A = Point.BASE.multiply(a).add(multiple(inKey)).toBytes();
  const R = Point.BASE.multiply(r).add(multiple(inSignature)).toBytes();
  const over = crypto.getRandomValues(new Uint8Array(Number(r % 90n)));
  const k = wide(R, A, over) % ORDER;
  const signature = concat(R, numberToBytesLE((r + k * a) % ORDER, 32));
  // [S]B = R + [k]A holds exactly if the parts of small order, of R and of [k]A, come to nothing.
  return { what, point: A, signature, over, good: (BigInt(inSignature) + k * BigInt(inKey)) % 8n === 0n };
}

/** The same with one bit of it altered. */
function flipped(asked: Asked): Asked {
  const [point, signature, over] = [asked.point.slice(), asked.signature.slice(), concat(asked.over, Uint8Array.of(0))];
  const [place] = crypto.getRandomValues(new Uint16Array(1));
  const all = [point, signature, over];
  const [at = 0, bit = 0] = [place! >> 3, place! & 7];
  const which = all[at % 3]!;
  which[at % which.length]! ^= 1 << bit;
  return { what: "a bit altered", point, signature, over, good: false };
}

function withOrder(asked: Asked): Asked {
  const s = bytesToNumberLE(asked.signature.subarray(32)) + ORDER;
  const signature = concat(asked.signature.subarray(0, 32), numberToBytesLE(s, 32));
  return { ...asked, what: "S too large by the order", signature, good: false };
}

const seven = [1, 2, 3, 4, 5, 6, 7];
const random: Asked[] = Array.from({ length: 10 }, () => [
  made("as everybody signs", 0, 0),
  ...seven.flatMap((times) => [made("a part in the key", times, 0), made("a part in the signature", 0, times)]),
  made("a part in both", 1, 3),
  ...Array.from({ length: 5 }, () => flipped(made("", 0, 0))),
]).flat();

/** What fits only where an engine is lax in this way. */
const LAX: Readonly<Record<string, (asked: Asked) => boolean>> = {
  "the other sign in R": (asked) => fits(asked, reduced, withoutSign),
  "R with a part of order 8": (asked) => fits(asked, reduced, eightfold),
  "R with a part of order 2": (asked) => fits(asked, reduced, eightfold),
  "a key with a part of order 8": (asked) => fits(asked, reduced, eightfold),
  "a key with a part of order 8, and k not reduced": (asked) => fits(asked, (k) => k),
};

test("what an engine is tried by fits another equation than ours", () => {
  assert.deepEqual(tricky.slice(2).map(({ what }) => what), Object.keys(LAX));
  for (const asked of tricky) {
    assert.equal(fits(asked), asked.good, asked.what);
    assert.equal(LAX[asked.what]?.(asked) ?? true, true, asked.what);
  }
});

test("our own arithmetic says what was made, and so do the engine and both together", async () => {
  for (const asked of [...tricky, ...random]) {
    const { what, point, signature, over, good } = asked;
    const about = `${what}: ${[point, signature, over].map((bytes) => hex.encode(bytes)).join(" ")}`;
    assert.equal(await slowly(point, signature, over), good, about);
    assert.equal(await verify(point, signature, over), good, about);
    // A bit can make a point that is on no curve, which an engine may refuse to import.
    assert.equal(await raw(crypto.subtle, asked).catch(() => false), good, about);
  }
  // Ten are good as everybody signs; of those with a part of small order about sixteen, by chance.
  const counts = [true, false].map((good) => random.filter((asked) => asked.good === good).length);
  assert.ok(counts.every((count) => count > 10), counts.join());
});

/** An engine that answers so, and how often it was asked. */
function engine(answer: (asked: Question) => boolean): Engine & { asked: number } {
  const made = {
    asked: 0,
    importKey: async (_: string, point: Uint8Array) => point,
    verify: async (_: string, point: Uint8Array, signature: Uint8Array, over: Uint8Array) => {
      made.asked += 1;
      return answer({ point, signature, over });
    },
  };
  return made as unknown as Engine & { asked: number };
}

const isSame = (one: Question, other: Question): boolean =>
  equal(one.point, other.point) && equal(one.signature, other.signature) && equal(one.over, other.over);

test("what has a second spelling, or fits nearly any text, is not asked of any engine", async () => {
  // It knows what it is tried by, and takes all else.
  const sly = engine((question) => tricky.find((asked) => isSame(asked, question))?.good ?? true);
  const lax = verifierBy(sly);
  const prime = 2n ** 255n - 19n;
  const sign = 2n ** 255n;
  const small = Array.from({ length: 8 }, (_, times) => bytesToNumberLE(multiple(times).toBytes()));
  // Those of small order, with either sign, and each number below 2^255 that is another's second spelling.
  const second = Array.from({ length: 19 }, (_, above) => prime + BigInt(above));
  const bad = [...small, ...second].flatMap((y) => [y % sign, (y % sign) + sign]).map((y) => numberToBytesLE(y, 32));
  const good = made("", 0, 0);
  const s = good.signature.subarray(32);
  assert.equal(await lax(good.point, good.signature, concat(good.over, good.over, utf8("more"))), true);
  const { asked } = sly;
  for (const verifier of [lax, slowly, verify]) {
    for (const point of bad) {
      assert.equal(await verifier(point, good.signature, good.over), false);
      assert.equal(await verifier(good.point, concat(point, s), good.over), false);
      assert.equal(await verifier(point, concat(point, new Uint8Array(32)), good.over), false);
    }
    const large = withOrder(good);
    assert.equal(await verifier(large.point, large.signature, large.over), false);
    const cut: [Uint8Array, Uint8Array][] = [
      [good.point.subarray(1), good.signature],
      [good.point, good.signature.subarray(1)],
      [good.point, concat(good.signature, new Uint8Array(1))],
    ];
    for (const [point, signature] of cut) assert.equal(await verifier(point, signature, good.over), false);
  }
  assert.equal(sly.asked, asked);
});

/** Whether [S]B - [k]A = R, for a k and a comparison of one's own. */
function fits(
  { point, signature, over }: Question,
  k: (k: bigint) => bigint = reduced,
  same: (one: Point, other: Point) => boolean = (one, other) => one.equals(other),
): boolean {
  const r = signature.subarray(0, 32);
  const [A, R] = [Point.fromBytes(point), Point.fromBytes(r)];
  const sB = Point.BASE.multiplyUnsafe(bytesToNumberLE(signature.subarray(32)));
  const times = k(wide(r, point, over));
  // The library multiplies by numbers below the order only.
  const ofSmallOrder = A.multiplyUnsafe(ORDER - 1n).add(A);
  const kA = A.multiplyUnsafe(times % ORDER).add(ofSmallOrder.multiplyUnsafe((times / ORDER) % 8n));
  return same(sB.subtract(kA), R);
}

const reduced = (k: bigint): bigint => k % ORDER;
const eightfold = (one: Point, other: Point): boolean => one.clearCofactor().equals(other.clearCofactor());
const withoutSign = (one: Point, other: Point): boolean => one.equals(other) || one.equals(other.negate());

const UNRELIABLE: Readonly<Record<string, Parameters<typeof engine>[0]>> = {
  "multiplies by eight": (asked) => fits(asked, reduced, eightfold),
  "does not reduce k": (asked) => fits(asked, (k) => k),
  "passes over the sign": (asked) => fits(asked, reduced, withoutSign),
  "says yes": () => true,
  "says no": () => false,
  "has no Ed25519": () => {
    throw new DOMException("Unrecognized name.", "NotSupportedError");
  },
};

const few = [...tricky, ...random.slice(0, 40)];

for (const [what, answer] of Object.entries(UNRELIABLE)) {
  test(`an engine that ${what} is found out, and not asked any more`, async () => {
    const unreliable = engine(answer);
    const verifier = verifierBy(unreliable);
    for (const { point, signature, over, good } of few) assert.equal(await verifier(point, signature, over), good);
    assert.equal(unreliable.asked, TRICKY.length);
  });
}

test("an engine that takes less than we do is asked, and its no looked at again", async () => {
  const isWhole = ({ point }: { point: Uint8Array }): boolean => Point.fromBytes(point).isTorsionFree();
  const picky = engine((asked) => isWhole(asked) && fits(asked));
  const verifier = verifierBy(picky);
  const taken = random.filter(({ what, good }) => good && what === "a part in the key");
  assert.ok(taken.length > 0);
  for (const { point, signature, over } of taken) assert.equal(await verifier(point, signature, over), true);
  assert.equal(picky.asked, TRICKY.length + taken.length);
});

interface Vector {
  kind: string;
  "signed-at": string;
  statement: string;
  signature: string;
  cert: string;
}

test("all that the vectors make us ask of this engine it answers as our own arithmetic does", async () => {
  const asked: Omit<Asked, "what">[] = [];
  const points = new Map<CryptoKey, Uint8Array>();
  const { subtle } = crypto;
  const [importKey, verifies] = [subtle.importKey.bind(subtle), subtle.verify.bind(subtle)];
  Object.assign(subtle, {
    importKey: async (...args: Parameters<typeof importKey>) => {
      const key = await importKey(...args);
      points.set(key, new Uint8Array(args[1] as unknown as ArrayBuffer));
      return key;
    },
    verify: async (...args: Parameters<typeof verifies>) => {
      const good = await verifies(...args);
      const [, key, signature, over] = args as unknown as [string, CryptoKey, Uint8Array, Uint8Array];
      asked.push({ point: points.get(key)!, signature, over, good });
      return good;
    },
  });
  try {
    for (const file of names("cert")) {
      const { cert } = json<Vector>("cert", file);
      await judged(() => PublicCert.read(base64.decode(cert)));
    }
    for (const file of names("signature")) {
      const { cert, kind, statement, signature, "signed-at": at } = json<Vector>("signature", file);
      const signer = await PublicCert.read(base64.decode(cert));
      await judged(() => verifyStatement(signer, kind, utf8(statement), base64.decode(signature), moment(at)));
    }
  } finally {
    for (const name of ["importKey", "verify"]) Reflect.deleteProperty(subtle, name);
  }
  for (const { point, signature, over, good } of asked) assert.equal(await slowly(point, signature, over), good);
  assert.ok(asked.some(({ good }) => !good) && asked.filter(({ good }) => good).length > 50, String(asked.length));
});

async function judged(attempt: () => Promise<unknown>): Promise<void> {
  await attempt().catch((error: unknown) => {
    if (!(error instanceof BadCert || error instanceof BadSignature)) throw error;
  });
}
