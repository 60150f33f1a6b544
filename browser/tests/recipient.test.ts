import assert from "node:assert/strict";
import { test } from "node:test";

import { x25519 } from "@noble/curves/ed25519.js";
import { bech32 } from "@scure/base";

import { hex } from "../src/protocol/bytes.ts";
import { NotA } from "../src/protocol/id.ts";
import { pointOf, recipient, recipientAt } from "../src/protocol/seal/recipient.ts";
import { json } from "./vectors.ts";

const good = json<{ recipient: string }>("example.json").recipient;

const SMALL_ORDER = [
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
];

test("a recipient has one spelling", () => {
  assert.equal(recipient(good), good);
  assert.equal(recipientAt(pointOf(recipient(good))), good);
  const others = [
    good.toUpperCase(),
    `${good} `,
    good.replace("age1", "agf1"),
    good.slice(0, 61),
    "",
    "age1",
    bech32.encodeFromBytes("age", new Uint8Array(31).fill(9)),
    bech32.encodeFromBytes("age-secret-key-", new Uint8Array(32).fill(9)),
  ];
  for (const bad of others) assert.throws(() => recipient(bad), NotA, bad);
});

test("a recipient that gives the key away is refused", () => {
  const numbers = ["00", "01", "ec", "ed", "ee", "ff"].map((low) =>
    low < "02" ? low + "00".repeat(31) : `${low}${"ff".repeat(30)}7f`,
  );
  for (const number of [...numbers, ...SMALL_ORDER]) {
    for (const highBit of [0, 0x80]) {
      const point = hex.decode(number);
      point[31]! |= highBit;
      assert.throws(() => recipient(bech32.encodeFromBytes("age", point)), NotA, number);
    }
  }
  assert.ok(recipientAt(new Uint8Array(32).fill(9)));
});

test("the points of small order are of small order", () => {
  for (const point of SMALL_ORDER) {
    assert.throws(() => x25519.getSharedSecret(new Uint8Array(32).fill(7), hex.decode(point)), point);
  }
});
