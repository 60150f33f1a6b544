// Of who locks no key stays: not those that are kept, nor those that were at work.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Keyring } from "../src/client/grant.ts";
import { Home, MemoryStore } from "../src/client/home.ts";
import type { Remote } from "../src/client/remote.ts";
import { KeyBundle } from "../src/client/secret.ts";
import { enrol, type PaperSlip } from "../src/client/verbs/enrol.ts";
import { utf8 } from "../src/protocol/bytes.ts";
import { SecretCert, signStatement } from "../src/protocol/cert.ts";
import { digestOf, hubName, moment, newMemberId, newVaultId } from "../src/protocol/id.ts";
import { SlipCode } from "../src/protocol/recovery.ts";
import { Header, sealFile, sealSmall, SealingKey } from "../src/protocol/seal.ts";
import type { VaultState } from "../src/protocol/vault.ts";
import { mailAddress, name } from "../src/protocol/words.ts";

const AT = moment("2026-11-10T08:00:00Z");
const WIPED = { name: "TypeError", message: /was wiped/ };
const HUB = hubName("localhost");

async function bundleOf(): Promise<KeyBundle> {
  const cert = await SecretCert.generate("Femke de Boer", "femke@politie.example", AT);
  const authority = (await SecretCert.generateAuthority("Huis", AT)).public.fingerprint;
  return new KeyBundle({
    hub: HUB,
    authority,
    member: newMemberId(),
    number: 1,
    keys: [{ key: digestOf(utf8("key")), sealing: SealingKey.generate(), cert }],
    recipients: [SealingKey.generate().recipient],
    fetch: [],
    seen: undefined,
  });
}

/** A home, and the keyring of a deed in it, to which the hub gives a vault's key. */
async function atWork(): Promise<{ home: Home; bundle: KeyBundle; ring: () => Keyring; vault: VaultState; key: SealingKey }> {
  const bundle = await bundleOf();
  const { hub, authority, member } = bundle;
  const home = await Home.create(new MemoryStore(), { hub, authority, member, language: "nl" }, bundle);
  const key = SealingKey.generate();
  const secrets = bundle.secrets(undefined);
  const vault = { vault: newVaultId(), generation: 1, recipient: key.recipient } as VaultState;
  const file = await sealFile(utf8(`${key.toText()}\n`), [secrets.sealing.recipient]);
  const remote = { vaultSecret: async () => file } as unknown as Remote;
  return { home, bundle, ring: () => new Keyring(remote, secrets, home), vault, key };
}

test("a vault's key that a deed fetched is wiped with the rest", async () => {
  const { home, ring, vault, key } = await atWork();
  const deed = ring();
  const fetched = await deed.vault(vault);
  assert.equal(fetched.toText(), key.toText());
  assert.equal(await ring().vault(vault), fetched, "of one key there is one copy, however many deeds use it");
  const { headers, part, fileKey } = sealSmall(utf8("een stuk"), [vault.recipient]);
  assert.ok(headers[0]!.openCommitted(fetched, part.name.commitment).matches(fileKey.commitment));
  home.lock();
  assert.throws(() => fetched.toText(), WIPED);
  const opens = (header: Header): unknown => header.openCommitted(fetched, part.name.commitment);
  assert.throws(() => opens(headers[0]!), { code: "wrong reader" });
});

test("one that comes after the lock is wiped at once", async () => {
  const { home, bundle } = await atWork();
  const late = SealingKey.generate();
  home.lock();
  assert.equal(home.wipedWith(`vault ${late.recipient}`, late), late);
  assert.throws(() => late.toText(), WIPED);
  assert.throws(() => bundle.toBytes(), WIPED);
});

test("what was wiped is neither kept nor used: a key of zeros would take the place of the real one", async () => {
  const { home, bundle } = await atWork();
  const { cert } = bundle.secrets(undefined);
  home.lock();
  await assert.rejects(home.saveBundle(bundle.with({ number: 2 })), WIPED);
  await assert.rejects(bundle.seal(), WIPED);
  await assert.rejects(signStatement(cert, "login", utf8("zegel/1 login\n"), AT), WIPED);
  for (const taken of [() => cert.toBytes(), () => cert.armored()]) assert.throws(taken, WIPED);
});

test("an enrolment that nobody ended leaves neither code nor keys", async () => {
  const authority = await SecretCert.generateAuthority("Huis", AT);
  const slip: PaperSlip = {
    hub: HUB,
    authority: authority.public.fingerprint,
    slip: digestOf(utf8("slip")),
    member: newMemberId(),
    name: name("Femke de Boer"),
    mail: mailAddress("femke@politie.example"),
    until: moment("2026-11-20T08:00:00Z"),
    code: SlipCode.generate(),
  };
  const asked: string[] = [];
  const remote = {
    hub: async () => ({ hub: HUB }),
    authority: async () => authority.public.bytes,
    post: async () => asked.push("post"),
  } as unknown as Remote;
  const store = new MemoryStore();
  const base = new URL("http://localhost/");
  const made = await enrol({ store, base, remote, clock: { now: () => AT }, language: "nl", passkeys: [] }, slip);
  const shown = made.code.toText();
  made.wipe();
  assert.notEqual(made.code.toText(), shown);
  await assert.rejects(made.send(), WIPED);
  assert.deepEqual([asked, await store.names()], [[], []], "and a late answer keeps or sends none");
});
