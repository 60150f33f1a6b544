// What a client keeps: the bundle, the home, what was done, and notes.

import assert from "node:assert/strict";
import { test } from "node:test";

import { requireNewest } from "../../src/client/context.ts";
import { Done, wishOf } from "../../src/client/done.ts";
import { codeOf, isCode } from "../../src/client/error.ts";
import { Home, LockedHome, MemoryStore, type Settings } from "../../src/client/home.ts";
import {
  bothShown,
  NOTHING_SHOWN,
  pinsOf,
  readRemembered,
  rememberedBytes,
  rememberedOf,
} from "../../src/client/home/remembered.ts";
import { requireAddress } from "../../src/client/home/address.ts";
import { GROUNDS, noteBytes, noteOfLength, readNote, TEXT } from "../../src/client/note.ts";
import type { Signed } from "../../src/client/batch.ts";
import { KeyBundle } from "../../src/client/secret.ts";
import { Draft } from "../../src/client/sign.ts";
import type { World } from "../../src/client/trust.ts";
import { readSlip } from "../../src/client/verbs/enrol.ts";
import { nextNumber } from "../../src/client/verbs/case/refer.ts";
import { withoutUnsent } from "../../src/client/verbs/key.ts";
import { equal, textOf, utf8 } from "../../src/protocol/bytes.ts";
import { SecretCert } from "../../src/protocol/cert.ts";
import {
  caseNumber,
  digestOf,
  hubName,
  moment,
  newMemberId,
  newVaultId,
  plus,
  type Digest,
} from "../../src/protocol/id.ts";
import { SlipCode } from "../../src/protocol/recovery.ts";
import { openFile, SealingKey } from "../../src/protocol/seal.ts";
import { NOTHING_SEEN } from "../../src/protocol/words/composed.ts";

const AT = moment("2026-11-10T08:00:00Z");
const id = (text: string): Digest => digestOf(utf8(text));

async function bundle(): Promise<{ bundle: KeyBundle; opener: SealingKey }> {
  const cert = await SecretCert.generate("Femke de Boer", "femke@politie.example", AT);
  const authority = (await SecretCert.generateAuthority("Huis", AT)).public.fingerprint;
  const opener = SealingKey.generate();
  const made = new KeyBundle({
    hub: hubName("hub.example"),
    authority,
    member: newMemberId(),
    number: 1,
    keys: [{ key: id("key"), sealing: SealingKey.generate(), cert }],
    recipients: [opener.recipient],
    fetch: [id("fetch")],
    seen: undefined,
  });
  return { bundle: made, opener };
}

/** A bundle of a member on record, that a key in some bundle signed. */
async function signedBundle(of: KeyBundle, by: KeyBundle, number: number): Promise<[Digest, object]> {
  const draft = Draft.of(of.hub, NOTHING_SEEN, of.member, AT);
  const statementId = draft.push({ kind: "bundle", number, digest: id(`bundle ${number}`), fetch: [id("fetch")] });
  const [{ statement: text, signature }] = (await draft.sign(by.keys[0]!.cert)).entries as [Signed];
  return [statementId, { id: statementId, statement: draft.statements[0], text: utf8(text), signature }];
}

/** As much of a world as it takes to say which bundle is the newest. */
function worldOf({ member: me }: KeyBundle, known: ReadonlyMap<Digest, object>): World {
  return {
    me,
    house: { keysSince: new Map(), keys: new Map(), bundles: new Map([[me, 2]]) },
    statement: (wanted: Digest) => known.get(wanted),
    statementsOfHouse: () => [...known.values()].filter((each) => "statement" in each),
  } as unknown as World;
}

const settingsOf = ({ hub, authority, member }: KeyBundle): Settings => {
  return { hub, authority, member, language: "nl" };
};

test("a bundle reads what it writes, and nothing else", async () => {
  const { bundle: made, opener } = await bundle();
  const seen = { size: 7, root: id("root"), directory: 2, directory_id: id("list") };
  const full = made.with({ seen });
  assert.ok(equal((await KeyBundle.fromBytes(full.toBytes())).toBytes(), full.toBytes()));
  assert.equal(textOf(made.toBytes())!.includes("seen"), false);
  const opened = await KeyBundle.open(await full.seal(), opener);
  assert.deepEqual(opened.seen, seen);
  for (const bad of ["{}", textOf(full.toBytes())!.replace('"number":1', '"number":1,"more":2'), "bundle"]) {
    await assert.rejects(KeyBundle.fromBytes(utf8(bad)), (error) => codeOf(error) === "input");
  }
});

test("after a rotation the directory says which key signs, and the other still opens", async () => {
  const [{ bundle: one }, { bundle: other }] = [await bundle(), await bundle()];
  const newer = { ...other.keys[0]!, key: id("newer") };
  const both = one.with({ keys: [...one.keys, newer] });
  const recipients = (key: string): unknown[] => both.secrets(id(key)).sealingKeys.map(({ recipient }) => recipient);
  const [first, second] = both.keys.map(({ sealing }) => sealing.recipient);
  assert.deepEqual(recipients("key"), [first, second]);
  assert.deepEqual(recipients("newer"), [second, first]);
  assert.equal(both.secrets(undefined).sealing.recipient, second);
  assert.throws(() => both.secrets(id("unknown")), (error) => isCode(error, "key-not-here"));
});

test("a bundle of a key that the hub made up sets no number, also where new keys of mine never arrived", async () => {
  const [{ bundle: mine }, { bundle: madeUp }] = [await bundle(), await bundle()];
  const known = [await signedBundle(mine, mine, 1), await signedBundle(mine, madeUp, 2)];
  const world = worldOf(mine, new Map([...known, [id("key"), {}]]));
  const { bundle: newer } = await bundle();
  const unsent = mine.with({ keys: [...mine.keys, { ...newer.keys[0]!, key: id("unsent") }], number: 3 });
  const sent = await withoutUnsent(unsent, world);
  assert.deepEqual([sent.keys.map(({ key }) => key), sent.number], [[id("key")], 1]);
  assert.equal(await withoutUnsent(mine, world), mine);
});

test("a bundle that was made elsewhere meanwhile is newer than what is left without new keys of mine", async () => {
  const { bundle: mine } = await bundle();
  const known = await Promise.all([1, 2].map((number) => signedBundle(mine, mine, number)));
  const world = worldOf(mine, new Map([...known, [id("key"), {}]]));
  const { bundle: newer } = await bundle();
  const unsent = mine.with({ keys: [...mine.keys, { ...newer.keys[0]!, key: id("unsent") }], number: 2 });
  const sent = await withoutUnsent(unsent, world);
  assert.deepEqual([sent.keys.length, sent.number], [1, 1]);
  await assert.rejects(requireNewest(sent, world), (error) => isCode(error, "bundle-number"));
});

test("a home opens only with what its keys were sealed to, and holds only its settings in plain text", async () => {
  const all = new Map<string, Uint8Array>();
  const store = new MemoryStore(all);
  const { bundle: made, opener } = await bundle();
  const home = await Home.create(store, settingsOf(made), made, new Map([["note", utf8("geheim")]]));
  await home.keep("other", utf8("Jan Jansen"));
  for (const [name, bytes] of all) {
    const text = new TextDecoder("latin1").decode(bytes);
    assert.equal(text.startsWith("age-encryption.org/v1\n"), name !== "settings", name);
    for (const secret of ["geheim", "Jansen", "AGE-SECRET"]) assert.ok(!text.includes(secret), name);
  }
  await assert.rejects(Home.create(store, settingsOf(made), made), (error) => isCode(error, "home-taken"));
  const locked = await LockedHome.in(store);
  assert.deepEqual(locked.settings, settingsOf(made));
  await assert.rejects(locked.unlock(SealingKey.generate()), (error) => isCode(error, "wrong-secret"));
  const unlocked = await locked.unlock(opener);
  assert.equal(textOf((await unlocked.kept("note"))!), "geheim");
  assert.equal(await unlocked.kept("nothing"), undefined);
  await assert.rejects(LockedHome.in(new MemoryStore()), (error) => isCode(error, "no-home"));
});

test("what is kept can not stand in the place of another, nor another's in its own", async () => {
  const all = new Map<string, Uint8Array>();
  const { bundle: made, opener } = await bundle();
  const home = await Home.create(new MemoryStore(all), settingsOf(made), made);
  await home.keep("one", utf8("1"));
  await home.keep("two", utf8("2"));
  all.set("two", all.get("one")!);
  await assert.rejects(home.kept("two"), (error) => isCode(error, "home-damaged"));
  all.set("trust", utf8("{}"));
  await assert.rejects(home.remembered(), (error) => isCode(error, "home-damaged"));
  // Another's settings beside these keys.
  const { bundle: other } = await bundle();
  all.set("settings", utf8(JSON.stringify({ ...settingsOf(made), member: other.member })));
  await assert.rejects((await LockedHome.in(new MemoryStore(all))).unlock(opener), (error) => {
    return isCode(error, "home-damaged");
  });
});

test("what is kept opens with the key in force, whatever becomes of newer ones, and with none before it", async () => {
  const all = new Map<string, Uint8Array>();
  const store = new MemoryStore(all);
  const { bundle: made, opener } = await bundle();
  const names = ["old", "in force", "unsent"] as const;
  const keys = await Promise.all(names.map(async (name) => ({ ...(await bundle()).bundle.keys[0]!, key: id(name) })));
  const home = await Home.create(store, settingsOf(made), made.with({ keys: keys.slice(0, 2) }));
  const seen = { size: 9, root: id("root"), directory: 3, directory_id: id("directory") };
  const remembered = { ...rememberedOf(seen), key: id("in force") };
  await home.remember(remembered);
  await home.saveBundle(made.with({ keys }), new Map([["under way", utf8("weg")]]));
  await home.remember(remembered);
  await home.keep("note", utf8("geheim"));
  await home.saveBundle(made.with({ keys: keys.slice(0, 2) }));
  const again = await (await LockedHome.in(store)).unlock(opener);
  assert.deepEqual(await again.remembered(), remembered);
  assert.equal(textOf((await again.kept("note"))!), "geheim");
  for (const name of ["note", "trust", "under way"]) {
    await assert.rejects(openFile(all.get(name)!, keys[0]!.sealing), name);
    assert.ok(await openFile(all.get(name)!, keys[1]!.sealing), name);
  }
});

test("where what was verified last is damaged its owner goes on from the keys, and what lay there stays aside", async () => {
  const all = new Map<string, Uint8Array>();
  const { bundle: made, opener } = await bundle();
  const seen = { size: 7, root: id("root"), directory: 2, directory_id: id("list") };
  const store = new MemoryStore(all);
  const home = await Home.create(store, settingsOf(made), made.with({ seen }));
  await home.remember({ ...rememberedOf(seen), size: 9 });
  assert.equal(await home.mendRemembered(), false, "nothing is damaged");
  assert.equal((await home.remembered())!.size, 9);
  const damaged = all.get("trust")!.slice().fill(0, -20);
  all.set("trust", damaged);
  await assert.rejects(home.remembered(), (error) => isCode(error, "home-damaged"));
  assert.equal(await home.mendRemembered(), true);
  assert.deepEqual(pinsOf((await (await (await LockedHome.in(store)).unlock(opener)).remembered())!), seen);
  assert.deepEqual(all.get("unused-1/trust"), damaged);
  home.lock();
  await assert.rejects(home.remembered(), (error) => isCode(error, "home-damaged"));
  assert.equal(await home.mendRemembered(), false, "locked, and not damaged");
});

test("no keys are made with which the bundle could not be read any more", async () => {
  const { bundle: made } = await bundle();
  const all = (count: number): KeyBundle => made.with({ keys: Array.from({ length: count }, () => made.keys[0]!) });
  all(63).requireRoom();
  await KeyBundle.fromBytes(all(64).toBytes());
  await assert.rejects(KeyBundle.fromBytes(all(65).toBytes()), (error) => codeOf(error) === "input");
  assert.throws(() => all(64).requireRoom(), (error) => isCode(error, "bundle-full"));
});

test("after new keys what was kept before still opens, and what is left unused stays aside", async () => {
  const store = new MemoryStore();
  const { bundle: made, opener } = await bundle();
  const home = await Home.create(store, settingsOf(made), made, new Map([["note", utf8("oud")]]));
  const { bundle: other } = await bundle();
  const keys = [...made.keys, { ...other.keys[0]!, key: id("newer") }];
  await home.saveBundle(made.with({ number: 2, keys }), new Map([["more", utf8("nieuw")]]));
  const again = await (await LockedHome.in(store)).unlock(opener);
  assert.deepEqual([textOf((await again.kept("note"))!), textOf((await again.kept("more"))!)], ["oud", "nieuw"]);
  await again.copyAside(["secrets.age", "settings"]);
  await again.copyAside(["secrets.age"]);
  await again.abandon();
  assert.deepEqual(await store.names(), ["unused-1/secrets.age", "unused-1/settings", "unused-2/secrets.age"]);
});

test("what was verified is remembered as the command line remembers it", () => {
  const [house, always, vault] = [id("house"), id("always"), newVaultId()];
  const number = caseNumber("ZVH-2026-0014");
  const shown = {
    house: new Set([house]),
    cases: new Map([[number, { always: new Set([always]), vaults: new Map([[vault, new Set([house])]]) }]]),
  };
  const remembered = {
    size: 9,
    root: id("root"),
    note: "note\n",
    journalKey: undefined,
    directory: 3,
    directoryId: id("directory"),
    key: id("key"),
    shown,
    sent: new Map([
      [id("one"), number],
      [id("two"), undefined],
    ]),
  };
  assert.deepEqual(readRemembered(rememberedBytes(remembered)), remembered);
  const json = JSON.parse(textOf(rememberedBytes(remembered))!) as { shown: { cases: unknown }; sent: unknown };
  assert.deepEqual(json.shown.cases, { [number]: { always: [always], vaults: { [vault]: [house] } } });
  assert.deepEqual(json.sent, { [id("one")]: number, [id("two")]: null });
  assert.deepEqual(pinsOf(remembered), { size: 9, root: id("root"), directory: 3, directory_id: id("directory") });
});

test("what was shown is never taken out", () => {
  const number = caseNumber("ZVH-2026-0014");
  const [one, two] = [newVaultId(), newVaultId()];
  const shown = (vault: typeof one, ...ids: string[]) => ({
    house: new Set([id(ids[0]!)]),
    cases: new Map([[number, { always: new Set(ids.map(id)), vaults: new Map([[vault, new Set(ids.map(id))]]) }]]),
  });
  const both = bothShown(bothShown(NOTHING_SHOWN, shown(one, "a", "b")), shown(two, "c"));
  assert.deepEqual(both.house, new Set([id("a"), id("c")]));
  assert.deepEqual(both.cases.get(number)!.always, new Set(["a", "b", "c"].map(id)));
  assert.deepEqual([...both.cases.get(number)!.vaults.keys()], [one, two]);
});

test("what was done is known again for a week, and by its owner alone", async () => {
  const { bundle: made } = await bundle();
  const home = await Home.create(new MemoryStore(), settingsOf(made), made);
  const said = wishOf("ZVH-2026-0014", "Wilt u mij bellen?");
  const other = wishOf("ZVH-2026-0014", "Het is goed.");
  assert.notEqual(said, other);
  const known = (now = AT): Promise<Done> => Done.open(home, now);
  const week = 7 * 24 * 3600;
  await (await known()).add([[said, id("first")]]);
  assert.equal((await known(plus(AT, week - 1))).find(said), id("first"));
  assert.equal((await known(plus(AT, week))).find(said), undefined);
  // A clock that was set back forgets nothing.
  assert.equal((await known(plus(AT, -week))).find(said), id("first"));
  // What the same wish became last is what counts; others stay.
  await (await known(plus(AT, 1))).add([
    [other, id("first")],
    [said, id("second")],
  ]);
  const done = await known(plus(AT, 1));
  assert.deepEqual([done.find(said), done.find(other)], [id("second"), id("first")]);
});

test("what two deeds did at once is known of both", async () => {
  const { bundle: made } = await bundle();
  const home = await Home.create(new MemoryStore(), settingsOf(made), made);
  const [one, other] = [await Done.open(home, AT), await Done.open(home, AT)];
  await Promise.all([one.add([[id("one wish"), id("one")]]), other.add([[id("other wish"), id("other")]])]);
  const done = await Done.open(home, AT);
  assert.deepEqual([done.find(id("one wish")), done.find(id("other wish"))], [id("one"), id("other")]);
});

test("a short and a long reason look alike", () => {
  const short = noteBytes({ text: "nee" });
  assert.deepEqual([short.length, noteBytes({ text: "x".repeat(900) }).length], [1024, 1024]);
  assert.equal(readNote(short, TEXT).text, "nee");
  assert.equal(noteOfLength({ text: "ja" }, 16 * 1024).length, 16 * 1024);
  assert.throws(() => noteBytes({ text: "x".repeat(64 * 1024) }), (error) => isCode(error, "note-too-long"));
  assert.throws(() => noteOfLength({ text: "x".repeat(2000) }, 1024), (error) => isCode(error, "note-too-long"));
  assert.throws(() => readNote(short.subarray(0, 1000), TEXT), (error) => isCode(error, "bad-answer"));
  assert.throws(() => readNote(short, GROUNDS), (error) => isCode(error, "bad-answer"));
});

test("a slip reads what people type", async () => {
  const member = newMemberId();
  const code = SlipCode.generate();
  const authority = "07".repeat(20);
  const lines = [
    "Zegel",
    "hub: hub.example",
    `authority: ${authority}`,
    `member: ${member}`,
    `slip: ${id("slip")}`,
    "name: Femke de Boer",
    "mail: femke@politie.example",
    "until: 2026-12-24T12:00:00Z",
    `code: ${code.toText()}`,
  ];
  const text = `${lines.join("\n")}\n`;
  const { code: read, ...others } = readSlip(text);
  assert.equal(read.toText(), code.toText());
  const typed = text.replace("hub:", "  Hub :").replaceAll("\n", "\r\n\r\n").replace("code: ", "code:");
  const { code: _, ...same } = readSlip(typed);
  assert.deepEqual(same, others);
  const wrong = [
    text.replace("member:", "members:"),
    text.replace("until: 2026", "until: 26"),
    `${text}hub: other.example\n`,
  ];
  for (const bad of wrong) assert.throws(() => readSlip(bad), (error) => isCode(error, "bad-slip"));
  assert.throws(() => readSlip(text.replace(/code: ./, "code: ")), (error) => isCode(error, "input"));
});

test("a hub is at its own name only", () => {
  const at = (url: string, hub: string) => () => requireAddress(new URL(url), hubName(hub));
  for (const [url, hub] of [
    ["https://hub.example/", "hub.example"],
    ["https://hub.example:8443/", "hub.example"],
    ["http://localhost:8460/", "localhost"],
  ] as const) {
    at(url, hub)();
  }
  for (const [url, hub] of [
    ["http://hub.example/", "hub.example"],
    ["https://other.example/", "hub.example"],
    ["https://hub.example/path", "hub.example"],
    ["https://me@hub.example/", "hub.example"],
    ["https://hub.example/?a", "hub.example"],
    ["http://127.0.0.1/", "localhost"],
  ] as const) {
    assert.throws(at(url, hub), (error) => isCode(error, "wrong-address"), url);
  }
});

test("the number to try next goes up, and is of this year", () => {
  const taken = caseNumber("ZVH-2026-0014");
  assert.equal(nextNumber(taken, undefined, AT), "ZVH-2026-0015");
  assert.equal(nextNumber(taken, "ZVH-2026-0020", AT), "ZVH-2026-0020");
  assert.equal(nextNumber(taken, "ZVH-2027-0001", moment("2026-12-31T23:58:00Z")), "ZVH-2027-0001");
  for (const bad of ["ZVH-2026-0014", "ZVH-2026-0001", "ZVH-2027-0001", "ZVH-2025-0020", "no number"]) {
    assert.throws(() => nextNumber(taken, bad, AT), (error) => isCode(error, "bad-answer"), bad);
  }
});
