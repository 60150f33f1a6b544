// Evidence by itself: pages, places, what was seen, and what was shown before.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Signed } from "../../src/client/batch.ts";
import { codeOf } from "../../src/client/error.ts";
import { Home, MemoryStore } from "../../src/client/home.ts";
import type { Evidence, EvidenceEntry, Remote } from "../../src/client/remote.ts";
import { KeyBundle } from "../../src/client/secret.ts";
import { Draft } from "../../src/client/sign.ts";
import { Pages, requirePast, Room, type Known } from "../../src/client/trust/evidence.ts";
import { utf8 } from "../../src/protocol/bytes.ts";
import { SecretCert } from "../../src/protocol/cert.ts";
import { digestOf, moment, newMemberId, newPartnerId, type Digest } from "../../src/protocol/id.ts";
import type { JournalPublicKey, Scope } from "../../src/protocol/journal.ts";
import { SealingKey } from "../../src/protocol/seal.ts";
import type { Body } from "../../src/protocol/statement.ts";
import { NOTHING_SEEN, type Seen } from "../../src/protocol/words/composed.ts";
import { AT, HUB, Journal } from "../support/journal.ts";

const ME = newMemberId();

async function signed(cert: SecretCert, seen: Seen, body: Body): Promise<Signed> {
  const draft = Draft.of(HUB, seen, ME, AT);
  draft.push(body);
  return (await draft.sign(cert)).entries[0]!;
}

const suspension = (): Body => ({ kind: "suspension", member: newMemberId(), until: AT });

async function grown(): Promise<{ journal: Journal; cert: SecretCert }> {
  const cert = await SecretCert.generate("Femke", "femke@politie.example", AT);
  const journal = new Journal();
  for (let count = 0; count < 5; count += 1) {
    journal.add("house", await signed(cert, count === 3 ? journal.seen : NOTHING_SEEN, suspension()));
  }
  return { journal, cert };
}

const serving = (...pages: Evidence[]): Remote => ({ statements: async () => pages.shift()! }) as unknown as Remote;

async function proven(page: Evidence, key: JournalPublicKey): Promise<string> {
  try {
    const pages = await Pages.fetch(serving(page), undefined, undefined);
    await pages.prove(key);
    const known = new Map<Digest, Known>();
    pages.addTo(known, new Map());
    return `known ${known.size}`;
  } catch (error) {
    return codeOf(error);
  }
}

test("what stands in the journal is proven, and nothing else", async () => {
  const { journal, cert } = await grown();
  assert.equal(await proven(journal.page(), journal.key), "known 5");
  const bent = async (how: (page: { -readonly [N in keyof Evidence]: Evidence[N] }) => void): Promise<string> => {
    const page = { ...journal.page() };
    page.entries = page.entries.map((entry) => ({ ...entry, inclusion: [...entry.inclusion] }));
    how(page);
    return proven(page, journal.key);
  };
  const first = (changed: Partial<EvidenceEntry>) => (page: { entries: readonly EvidenceEntry[] }) => {
    page.entries = page.entries.map((entry, at) => (at === 0 ? { ...entry, ...changed } : entry));
  };
  const rows: [string, Parameters<typeof bent>[0]][] = [
    ["not-in-journal", first({ at: moment("2026-11-10T08:00:01Z") })],
    ["not-in-journal", first({ scope_salt: "ff".repeat(32) })],
    ["not-in-journal", first({ signature: new Uint8Array(70) })],
    ["not-in-journal", first({ inclusion: [] })],
    ["malformed-evidence", first({ inclusion: ["no"] })],
    ["malformed-evidence", first({ event_salt: "ff" })],
    ["malformed-evidence", first({ statement: "zegel/1 nothing\n" })],
    ["malformed-evidence", (page) => (page.entries = [...page.entries].reverse())],
    ["malformed-evidence", (page) => (page.entries = [...page.entries, page.entries[4]!])],
    ["malformed-evidence", (page) => (page.blobs = new Map([[digestOf(utf8("cert")), "AAAA"]]))],
    ["other-journal", first({ consistency: ["00".repeat(32)] })],
    ["bad-checkpoint", (page) => (page.checkpoint = new Journal().note())],
    ["bad-checkpoint", (page) => (page.checkpoint = page.checkpoint.replace("\n5\n", "\n6\n"))],
  ];
  for (const [code, how] of rows) assert.equal(await bent(how), code);
  // Another scope than was asked for, and one who saw what came later.
  const other = new Journal();
  const number = "ZVH-2026-0014" as Scope;
  other.add(number, await signed(cert, NOTHING_SEEN, suspension()));
  assert.equal(await proven(other.page(), other.key), "not-in-journal");
  const partner = newPartnerId();
  const referral: Body = { kind: "case", case: number as never, caseKind: "complex", partner };
  const wrong = new Journal();
  wrong.add(number, await signed(cert, NOTHING_SEEN, referral));
  assert.equal(await proven(wrong.page(), wrong.key), "wrong-scope");
  const liar = new Journal();
  liar.add("house", await signed(cert, { size: 3, root: digestOf(utf8("root")) }, suspension()));
  liar.add("house", await signed(cert, NOTHING_SEEN, suspension()));
  liar.add("house", await signed(cert, NOTHING_SEEN, suspension()));
  assert.equal(await proven(liar.page(), liar.key), "other-journal");
});

test("a hub that never ends is refused", async () => {
  const blobs = new Map([[digestOf(utf8("cert")), "x".repeat(60)]]);
  const page: Evidence = { checkpoint: "", entries: [], blobs, more: true };
  const taken = (room: Room, times: number): string[] =>
    Array.from({ length: times }, () => {
      try {
        room.take(page);
        return "taken";
      } catch (error) {
        return codeOf(error);
      }
    });
  assert.deepEqual(taken(new Room(2, 1000), 3), ["taken", "taken", "malformed-evidence"]);
  assert.deepEqual(taken(new Room(1000, 100), 2), ["taken", "malformed-evidence"]);
  const { journal } = await grown();
  await assert.rejects(Pages.fetch(serving(journal.page(true), journal.page(true)), undefined, undefined), (error) => {
    return codeOf(error) === "malformed-evidence";
  });
});

test("another history than before is refused, and both are kept as evidence", async () => {
  const { journal, cert } = await grown();
  const home = await homeOf(cert);
  const before = journal.noted();
  journal.add("house", await signed(cert, NOTHING_SEEN, suspension()));
  const consistency = async (): Promise<Digest[]> => journal.consistency(5).map((hash) => `sha256:${hash}` as Digest);
  const remote = { consistency } as unknown as Remote;
  await requirePast(home, remote, undefined, before);
  await requirePast(home, remote, before, journal.noted());
  const { journal: another } = await grown();
  another.add("house", await signed(cert, NOTHING_SEEN, suspension()));
  for (const [old, now] of [
    [another.noted(), before],
    [before, another.noted()],
  ] as const) {
    await assert.rejects(requirePast(home, remote, old, now), (error) => codeOf(error) === "forked-journal");
  }
  const [name] = await home.keptNames("evidence/");
  const kept = (await home.evidence(name!.slice("evidence/".length)))!;
  const evidence = JSON.parse(kept) as { before: string; now: string };
  assert.ok([evidence.before, evidence.now].every((note) => note.startsWith("hub.example/zegel\n")));
});

async function homeOf(cert: SecretCert): Promise<Home> {
  const authority = cert.public.fingerprint;
  const bundle = new KeyBundle({
    hub: HUB,
    authority,
    member: ME,
    number: 1,
    keys: [{ key: digestOf(utf8("key")), sealing: SealingKey.generate(), cert }],
    recipients: [SealingKey.generate().recipient],
    fetch: [],
    seen: undefined,
  });
  return Home.create(new MemoryStore(), { hub: HUB, authority, member: ME, language: "nl" }, bundle);
}
