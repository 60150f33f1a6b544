import assert from "node:assert/strict";
import { test } from "node:test";

import { base64, utf8 } from "../src/protocol/bytes.ts";
import { day, digestOf } from "../src/protocol/id.ts";
import { readJson } from "../src/protocol/label/json.ts";
import { BadLabel, forTerminal, type Label, labelBytes, readLabel, safeFileName } from "../src/protocol/label.ts";
import { json, names } from "./vectors.ts";

interface Vector {
  comment: string;
  expect: string;
  bytes: string;
  label?: Record<string, unknown>;
}

function refusal(work: () => unknown): string {
  try {
    work();
    return "good";
  } catch (error) {
    if (error instanceof BadLabel) return error.code;
    throw error;
  }
}

test("a label has one spelling, or is refused for its one reason", () => {
  const files = names("label");
  for (const file of files) {
    const vector = json<Vector>("label", file);
    const bytes = base64.decode(vector.bytes);
    assert.equal(refusal(() => readLabel(bytes)), vector.expect, `${file}: ${vector.comment}`);
    if (vector.expect !== "good") continue;
    const label = readLabel(bytes);
    assert.deepEqual(labelBytes(label), bytes, file);
    assert.deepEqual(snakeCased(label), vector.label, file);
  }
  assert.equal(files.length, 43);
});

function snakeCased(label: Label): Record<string, unknown> {
  const said = Object.entries(label).filter(([, value]) => value !== undefined);
  return Object.fromEntries(said.map(([name, value]) => [name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`), value]));
}

const LABEL: Label = {
  title: "Zorgen",
  fileName: "zorgen.pdf",
  mediaType: "application/pdf",
  periodFrom: day("2026-09-01"),
  regime: "avg",
  legalGround: "AVG artikel 6",
  allowedUse: "Alleen hier.\n",
  onward: "no",
  cites: [],
  bodyDigest: digestOf(utf8("tekst")),
  bodyLength: 5,
};

test("what no label can say is not written", () => {
  assert.deepEqual(readLabel(labelBytes(LABEL)), { ...LABEL, periodUntil: undefined, police: undefined });
  for (const [field, change] of [
    ["title", { title: "\u0085" }],
    ["title", { title: "a\u2029b" }],
    ["file_name", { fileName: "x".repeat(256) }],
    ["media_type", { mediaType: "Application/pdf" }],
    ["period_until", { periodUntil: day("2026-08-31") }],
    ["legal_ground", { legalGround: "a\nb" }],
    ["allowed_use", { allowedUse: " \n " }],
    ["police", { regime: "wpg" }],
    ["reliability", { regime: "wpg", police: { kind: "fact", reliability: "" } }],
    ["cites", { cites: [LABEL.bodyDigest, LABEL.bodyDigest] }],
    ["body_length", { bodyLength: 2 ** 50 + 1 }],
  ] as const satisfies readonly (readonly [string, Partial<Label>])[]) {
    assert.throws(() => labelBytes({ ...LABEL, ...change }), { code: "field", field }, field);
  }
  // A byte order mark is no white space, and characters are code points.
  assert.ok(labelBytes({ ...LABEL, title: "\ufeff" }));
  assert.ok(labelBytes({ ...LABEL, title: "📄".repeat(200) }));
  const cites = Array.from({ length: 64 }, (_, at) => digestOf(new Uint8Array([at]))).sort();
  assert.equal(refusal(() => labelBytes({ ...LABEL, cites, allowedUse: "📄".repeat(2000) })), "good");
  assert.equal(refusal(() => labelBytes({ ...LABEL, cites, allowedUse: "\u{10ffff}".repeat(1999) + '"' })), "good");
});

test("numbers and texts are those of the language, and nothing is there twice", () => {
  const said = new Map<string, unknown>([
    ["a", [1n, -1, 1.5, 100, true, null]],
    ["b", "é\n"],
  ]);
  assert.deepEqual(readJson(' {"a": [1, -1, 1.5, 1e2, true, null], "b": "\\u00e9\\n"} '), said);
  for (const bad of ["", "{", "[1,]", "{,}", '{"a":1,"a":1}', '"\\ud800"', '"\n"', "01", "+1", "nul", "1 2", "'a'"]) {
    assert.throws(() => readJson(bad), bad);
  }
  assert.throws(() => readJson("[".repeat(100_000)));
});

test("names that others chose stay in their folder", () => {
  const pairs = json<[string, string][]>("label", "text", "file-names.json");
  for (const [name, safe] of pairs) {
    assert.equal(safeFileName(name), safe, name);
    assert.equal(safeFileName(safe), safe, name);
  }
  assert.ok(pairs.length > 20);
});

test("a terminal gets no orders", () => {
  const pairs = json<[string, string][]>("label", "text", "terminal.json");
  for (const [text, shown] of pairs) assert.equal(forTerminal(text), shown);
  assert.deepEqual(names("label", "text"), ["file-names.json", "terminal.json"]);
});
