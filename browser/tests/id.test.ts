import assert from "node:assert/strict";
import { test } from "node:test";

import { caseNumber, day, ends, hubName, memberId, moment, momentOf, newMemberId } from "../src/protocol/id.ts";

test("a moment has one spelling", () => {
  assert.equal(moment("2026-12-01T08:00:00Z"), "2026-12-01T08:00:00Z");
  assert.equal(momentOf(Number.MAX_SAFE_INTEGER), "9999-12-31T23:59:59Z");
  assert.equal(momentOf(-1), "2000-01-01T00:00:00Z");
  assert.equal(ends(day("9999-12-31")), "9999-12-31T23:59:59Z");
  assert.equal(ends(day("2028-02-29")), "2028-03-01T00:00:00Z");
  for (const bad of [
    "2026-02-30T08:00:00Z",
    "2026-12-01T24:00:00Z",
    "2026-12-01T23:59:60Z",
    "2026-12-01t08:00:00z",
    "2026-12-01 08:00:00Z",
    "2026-12-01T08:00:00.0Z",
    "2026-12-01T08:00:00+00:00",
    "2026-12-01T08:00Z",
    "1999-12-31T23:59:59Z",
  ]) {
    assert.throws(() => moment(bad), bad);
  }
});

test("a case number has one spelling", () => {
  for (const good of ["ZVH-2026-0001", "ZVH-2026-9999", "ZVH-2026-10000"]) assert.equal(caseNumber(good), good);
  for (const bad of ["ZVH-2026-1", "ZVH-2026-00001", "ZVH-2026-0000", "zvh-2026-0001", "ZVH-26-0001", "ZVH-2026-0001\n"]) {
    assert.throws(() => caseNumber(bad), bad);
  }
});

test("ids refuse other alphabets and lengths", () => {
  const id = newMemberId();
  assert.equal(memberId(id), id);
  for (const bad of ["mem_0k", "mem_0123456789ABCDEF", "mem_0123456789abcdei", "par_0123456789abcdef"]) {
    assert.throws(() => memberId(bad), bad);
  }
  for (const bad of ["", "a..b", "-a", "a-", "A.example", "a".repeat(64)]) assert.throws(() => hubName(bad), bad);
});
