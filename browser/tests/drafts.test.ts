// Drafts: what was typed is kept, or it is said that it is not.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ClientError } from "../src/client/error.ts";
import { Home, MemoryStore } from "../src/client/home.ts";
import { KeyBundle } from "../src/client/secret.ts";
import { Drafts } from "../src/desk/drafts.ts";
import { utf8 } from "../src/protocol/bytes.ts";
import { SecretCert } from "../src/protocol/cert.ts";
import { digestOf, hubName, moment, newMemberId } from "../src/protocol/id.ts";
import { SealingKey } from "../src/protocol/seal.ts";

const MIB = 1024 * 1024;
const PLACE = "message-ZVH-2026-0001";

/** As a browser's database that may hold so many bytes. */
class SmallStore extends MemoryStore {
  constructor(
    private readonly held: Map<string, Uint8Array>,
    public room: number,
  ) {
    super(held);
  }

  override async change(all: ReadonlyMap<string, Uint8Array | undefined>): Promise<void> {
    const after = new Map<string, Uint8Array | undefined>([...this.held, ...all]);
    const bytes = [...after.values()].reduce((sum, each) => sum + (each?.length ?? 0), 0);
    if (bytes > this.room) throw new ClientError({ kind: "no-room" });
    await super.change(all);
  }
}

async function home(room = Infinity): Promise<{ home: Home; store: SmallStore; fresh: () => Drafts }> {
  const at = moment("2026-11-10T08:00:00Z");
  const authority = (await SecretCert.generateAuthority("Huis", at)).public.fingerprint;
  const hub = hubName("hub.example");
  const cert = await SecretCert.generate("Femke Oosterhof", "femke@politie.example", at);
  const opener = SealingKey.generate();
  const bundle = new KeyBundle({
    hub,
    authority,
    member: newMemberId(),
    number: 1,
    keys: [{ key: digestOf(utf8("key")), sealing: SealingKey.generate(), cert }],
    recipients: [opener.recipient],
    fetch: [digestOf(utf8("fetch"))],
    seen: undefined,
  });
  const store = new SmallStore(new Map(), Infinity);
  const made = await Home.create(store, { hub, authority, member: bundle.member, language: "nl" }, bundle);
  store.room = room;
  // As after the tab was closed: nothing is in memory.
  return { home: made, store, fresh: () => new Drafts(made) };
}

test("a draft of several MiB is kept and found again, sealed", async () => {
  const { store, fresh } = await home();
  const draft = { text: "Zorgmelding. ".repeat(600_000), until: "2026-12-08" };
  assert.ok(draft.text.length > 7 * MIB);
  assert.equal(await fresh().keep(PLACE, draft), undefined);
  assert.deepEqual(await fresh().of(PLACE), draft);
  const sealed = new TextDecoder("latin1").decode(await store.get(`drafts/${PLACE}`));
  assert.ok(sealed.startsWith("age-encryption.org/v1\n") && !sealed.includes("Zorgmelding"));
  await fresh().forget(PLACE);
  assert.deepEqual(await fresh().of(PLACE), {});
});

test("of a field that is too long what was kept before stays, the others are kept, and it is said which", async () => {
  const { fresh } = await home();
  const drafts = fresh();
  await drafts.keep(PLACE, { text: "Kort.", until: "" });
  const long = "x".repeat(17 * MIB);
  const typed = { text: long, until: "2026-12-08" };
  assert.deepEqual(await drafts.keep(PLACE, typed), { fields: ["text"], why: "long" });
  // While the keys are unlocked nothing is lost; after that it is what was kept.
  assert.deepEqual(await drafts.of(PLACE), typed);
  assert.deepEqual(await fresh().of(PLACE), { text: "Kort.", until: "2026-12-08" });
  // A field that was never kept is left out.
  assert.deepEqual(await fresh().keep("new", { about: "Iets", text: long }), { fields: ["text"], why: "long" });
  assert.deepEqual(await fresh().of("new"), { about: "Iets" });
  // Who makes it shorter has it kept.
  assert.equal(await drafts.keep(PLACE, { text: "Korter.", until: "" }), undefined);
  assert.deepEqual(await fresh().of(PLACE), { text: "Korter.", until: "" });
  assert.deepEqual(await drafts.of(PLACE), { text: "Korter.", until: "" });
});

test("in a browser without room what fits is kept, the rest is named, and nothing that was kept is lost", async () => {
  const { store, fresh } = await home();
  const drafts = fresh();
  const before = { text: "Het gaat goed.", until: "" };
  await drafts.keep(PLACE, before);
  const names = await store.names();
  const held = (await Promise.all(names.map((name) => store.get(name)))).reduce((sum, each) => sum + each!.length, 0);
  store.room = held + 100;
  const typed = { text: "y".repeat(5000), until: "2026-12-08" };
  assert.deepEqual(await drafts.keep(PLACE, typed), { fields: ["text"], why: "room" });
  assert.deepEqual(await fresh().of(PLACE), { text: before.text, until: "2026-12-08" });
  assert.deepEqual(await drafts.of(PLACE), typed);
  store.room = 0;
  const more = { text: "Iets anders.", until: "" };
  assert.deepEqual(await drafts.keep(PLACE, more), { fields: ["text", "until"], why: "room" });
  assert.deepEqual(await fresh().of(PLACE), { text: before.text, until: "2026-12-08" });
  store.room = Infinity;
  assert.equal(await drafts.keep(PLACE, more), undefined);
  assert.deepEqual(await fresh().of(PLACE), more);
});

test("what was typed last stays, and what was sent does not come back, however long sealing takes", async () => {
  const { fresh } = await home();
  const drafts = fresh();
  void drafts.keep(PLACE, { text: "x".repeat(6 * MIB) });
  void drafts.keep(PLACE, { text: "kort" });
  await drafts.settled();
  assert.deepEqual(await fresh().of(PLACE), { text: "kort" });
  void drafts.keep(PLACE, { text: "x".repeat(6 * MIB) });
  await drafts.forget(PLACE);
  assert.deepEqual(await fresh().of(PLACE), {});
});
