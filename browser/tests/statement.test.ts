import assert from "node:assert/strict";
import { test } from "node:test";

import { textOf, utf8 } from "../src/protocol/bytes.ts";
import { BadStatement } from "../src/protocol/lines.ts";
import { blobsOf, caseOf, KINDS, partsOf, Statement, type Body } from "../src/protocol/statement.ts";
import { journalKeyText, mailAddress, name, wholeNumber } from "../src/protocol/words.ts";
import { Payload, Reader, VaultGeneration } from "../src/protocol/words/composed.ts";
import { bytes, json, names } from "./vectors.ts";

interface Index {
  readonly valid: string[];
  readonly refused: { name: string; what: string; expect: string; line: number | null }[];
}

const index = json<Index>("statement", "index.json");

const valid = index.valid.map((name) => {
  const text = bytes("statement", "valid", `${name}.txt`);
  return { name, text, says: json<{ id: string }>("statement", "valid", `${name}.json`) };
});

/** Why some bytes are no statement. */
function problemOf(text: Uint8Array): BadStatement {
  try {
    Statement.parse(text);
  } catch (error) {
    if (error instanceof BadStatement) return error;
    throw error;
  }
  throw new Error("it is a statement");
}

/** What a statement says, as the vectors have it. */
function told(statement: Statement): unknown {
  const { kind, ...fields } = statement.body;
  const { size, root } = statement.journal;
  return {
    id: statement.id(),
    kind,
    hub: statement.hub,
    journal: { size, root: root.replace("sha256:", "") },
    fields: dashed(fields),
    by: statement.by,
    "signed-at": statement.signedAt,
  };
}

/** The same with the names that lines have; what is not there is left out. */
function dashed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dashed);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  const dash = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return Object.fromEntries(fields.map(([name, field]) => [dash(name), dashed(field)]));
}

test("each valid statement says what its JSON says, and is written as it was read", () => {
  const kinds = new Set<string>();
  for (const { name, text, says } of valid) {
    const statement = Statement.parse(text);
    assert.deepEqual(statement.toBytes(), text, name);
    assert.deepEqual(told(statement), says, name);
    kinds.add(statement.body.kind);
  }
  assert.deepEqual([...kinds].sort(), [...KINDS].sort(), "each kind has a valid statement");
});

test("each text that is no statement is refused for its reason, on its line", () => {
  assert.ok(index.refused.length >= 100);
  for (const { name, what, expect, line } of index.refused) {
    const problem = problemOf(bytes("statement", "refused", `${name}.txt`));
    assert.deepEqual([problem.code, problem.line ?? null], [expect, line], `${name}: ${what}: ${problem.message}`);
  }
});

test("no vector of a statement is left out", () => {
  const files = index.valid.flatMap((name) => [`${name}.json`, `${name}.txt`]);
  assert.deepEqual(names("statement", "valid"), files.sort());
  assert.deepEqual(names("statement", "refused"), index.refused.map(({ name }) => `${name}.txt`).sort());
  assert.deepEqual(names("statement"), ["index.json"]);
});

test("a statement with one byte changed is refused, or another statement", () => {
  for (const { name, text } of valid.filter(({ text }) => text.length < 1500)) {
    for (let at = 0; at < text.length; at += 1) {
      for (const change of [1, 0x20, 0x80]) {
        const altered = Uint8Array.from(text);
        altered[at]! ^= change;
        let statement: Statement;
        try {
          statement = Statement.parse(altered);
        } catch (error) {
          assert.ok(error instanceof BadStatement, `${name}, byte ${at}: ${String(error)}`);
          continue;
        }
        assert.deepEqual(statement.toBytes(), altered, `${name}, byte ${at}`);
      }
    }
  }
});

test("lines that change places are refused", () => {
  for (const { name, text } of valid.filter(({ text }) => text.length < 5000)) {
    const lines = textOf(text)!.slice(0, -1).split("\n");
    for (let at = 0; at + 1 < lines.length; at += 1) {
      const swapped = [...lines.slice(0, at), lines[at + 1]!, lines[at]!, ...lines.slice(at + 2)];
      assert.ok(problemOf(utf8(`${swapped.join("\n")}\n`)).code, `${name}, line ${at + 1}`);
    }
  }
});

// Who reads an older program's refusal learns what is new, not where it first looks odd.
test("an unknown kind is named whatever follows", () => {
  const kind = "dispute".repeat(10);
  const problem = problemOf(utf8(`zegel/1 ${kind}\nhub: NOWHERE\n`));
  assert.equal(problem.code, "unknown-kind");
  assert.equal(problem.message, `\`${kind.slice(0, 40)}\` is not a kind of statement`);
  for (const odd of ["", "__proto__", "constructor", "Item", "item "]) {
    assert.equal(problemOf(utf8(`zegel/1 ${odd}\nhub: NOWHERE\n`)).code, "unknown-kind", odd);
  }
});

test("whoever makes a statement need not sort what is repeated", () => {
  const { body, ...rest } = Statement.parse(bytes("statement", "valid", "item-full.txt"));
  assert.ok(body.kind === "item");
  const mixed: Body = { ...body, phase: ["triage", "plan", "rto", "plan"], grantBody: [...body.grantBody].reverse() };
  const text = new Statement({ ...rest, body: mixed }).toText();
  assert.equal(text, new Statement({ ...rest, body }).toText());
});

test("what belongs to a case names it", () => {
  const of = (name: string) => caseOf(Statement.parse(bytes("statement", "valid", `${name}.txt`)).body);
  for (const name of ["case-full", "item-full", "reply-bare"]) assert.match(of(name) ?? "", /^ZVH-/, name);
  for (const name of ["slip-full", "directory-full", "delivery-full"]) assert.equal(of(name), undefined, name);
});

test("what comes along has a part, an attachment or neither", () => {
  const along = (name: string) => {
    const { body } = Statement.parse(bytes("statement", "valid", `${name}.txt`));
    return [partsOf(body).map((part) => part.name), blobsOf(body).length];
  };
  assert.deepEqual(along("item-full"), [["label", "body"], 0]);
  assert.deepEqual(along("reply-full"), [["answer", "reason"], 0]);
  assert.deepEqual(along("letter-full"), [["copy"], 1]);
  assert.deepEqual(along("vault-full"), [[], 2]);
  assert.deepEqual(along("ask-full"), [[], 0]);
});

test("a journal key is one word of a length that can be", () => {
  assert.equal(journalKeyText("x".repeat(400)), "x".repeat(400));
  for (const bad of ["a b", "a\x7f", "sleutel+é", "x".repeat(401), "a\n"]) {
    assert.throws(() => journalKeyText(bad), bad);
  }
});

test("a name is what people can read aloud", () => {
  for (const good of ["Noor Şahin", "Łukasz", "山田 太郎", "x".repeat(100), "😀".repeat(100), "\u{378}"]) {
    assert.equal(name(good), good);
  }
  for (const bad of [
    "",
    " a",
    "a  b",
    "a\u00a0b",
    "a\u200bb",
    "a\u202eb",
    "e\u0301",
    "\ud800",
    "\ue000",
    "\ufffe",
    "\u{1fffe}",
    "a\u3164",
    "a\u2800b",
    "a\ufe0f",
    "\x85",
    "x".repeat(101),
  ]) {
    assert.throws(() => name(bad), JSON.stringify(bad));
  }
});

test("small values have one spelling", () => {
  for (const good of ["a.b+c@zvh.example", `${"a".repeat(64)}@b`]) assert.equal(mailAddress(good), good);
  for (const bad of ["a", "@b", "a@", "a@B", ".a@b", "a..b@c", "a b@c", "a@b@c", `${"a".repeat(65)}@b`, "a@b\n"]) {
    assert.throws(() => mailAddress(bad), bad);
  }
  assert.equal(wholeNumber.read(String(Number.MAX_SAFE_INTEGER)), Number.MAX_SAFE_INTEGER);
  for (const bad of ["", "01", "+1", "-1", "1.0", "1e3", "9007199254740992", "1\n"]) {
    assert.throws(() => wholeNumber.read(bad), bad);
  }
  const vault = { vault: "vlt_0123456789abcdef", generation: 2 };
  assert.deepEqual(VaultGeneration.read("vlt_0123456789abcdef/2"), vault);
  for (const bad of ["vlt_0123456789abcdef/0", "vlt_0123456789abcdef", "vlt_0123456789abcdef/2/3"]) {
    assert.throws(() => VaultGeneration.read(bad), bad);
  }
  assert.deepEqual(Reader.read("vlt_0123456789abcdef/2"), vault);
  assert.equal(Reader.write(Reader.read("mem_0123456789abcdef")), "mem_0123456789abcdef");
  const payload = `sha256:${"0".repeat(64)} 31 hmac-sha256:${"0".repeat(64)}`;
  assert.throws(() => Payload.read(payload));
  assert.equal(Payload.write(Payload.read(payload.replace(" 31 ", " 32 "))), payload.replace(" 31 ", " 32 "));
});
