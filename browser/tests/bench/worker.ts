// In a Worker, as the desk is one: a file is sealed as a contribution is, and opened as an item is, by the same code.
// What a hub and a journal would say beside is put in its place: it is not what is measured.

import { Home, MemoryStore, OpfsScratches, type Scratch } from "../../src/client/home.ts";
import type { Keyring } from "../../src/client/grant.ts";
import { BY_VAULT, openBody } from "../../src/client/open.ts";
import { Remote } from "../../src/client/remote.ts";
import { KeyBundle } from "../../src/client/secret.ts";
import type { World } from "../../src/client/trust.ts";
import { Outbox, type Outgoing } from "../../src/client/verbs/contribute/outgoing.ts";
import { utf8 } from "../../src/protocol/bytes.ts";
import { SecretCert } from "../../src/protocol/cert.ts";
import { digestOf, hubName, memberId, moment } from "../../src/protocol/id.ts";
import { labelBytes, type Label } from "../../src/protocol/label.ts";
import { Header, SealingKey } from "../../src/protocol/seal.ts";

/** What is asked: to seal a file, or to open the one that was sealed last. Answered by the time in milliseconds. */
export type Asked = { readonly doing: "seal"; readonly file: File } | { readonly doing: "open" };
export type Answered = { readonly took: number } | { readonly wrong: string };

const ITEM = digestOf(utf8("an item"));
const nobody = (): void => undefined;

const sealing = SealingKey.generate();
/** Awaited by the work: a message that comes while a module waits is lost. */
const outbox = begin();
let sealed: Outgoing | undefined;

async function begin(): Promise<Outbox> {
  const cert = await SecretCert.generate("Femke", "femke@politie.example", moment("2026-11-02T08:00:00Z"));
  const member = memberId("mem_0000000000000000");
  const of = { hub: hubName("localhost"), authority: cert.public.fingerprint, member };
  const keys = [{ key: ITEM, sealing, cert }];
  const bundle = new KeyBundle({ ...of, number: 1, keys, recipients: [sealing.recipient], fetch: [], seen: undefined });
  const home = await Home.create(new MemoryStore(), { ...of, language: "nl" }, bundle);
  return Outbox.open(home, await OpfsScratches.open("outgoing"));
}

async function seal(file: File): Promise<number> {
  const out = await outbox;
  if (sealed !== undefined) await out.forget([sealed]);
  const began = performance.now();
  sealed = await out.take("a case", file, nobody);
  return performance.now() - began;
}

async function open(): Promise<number> {
  if (sealed === undefined) throw new Error("nothing was sealed");
  const { plain, scratch } = sealed;
  const label = { ...LABEL, bodyDigest: plain.digest, bodyLength: plain.length };
  const reading = {
    remote: new Remote(new URL(self.location.origin), { language: "nl" }),
    world: worldWith(sealed),
    keys: keysTo(sealed, label),
    incoming: { file: (): Scratch => kept(scratch), names: async () => [] },
  };
  const began = performance.now();
  const opened = await openBody(reading, ITEM, BY_VAULT);
  let length = 0;
  for await (const piece of opened.plain()) length += piece.length;
  const took = performance.now() - began;
  if (length !== plain.length) throw new Error("it is not whole");
  return took;
}

/** Its payload came in before, so that nothing is asked of the hub; and it is opened more than once. */
function kept(scratch: Scratch): Scratch {
  return { ...scratch, remove: async () => undefined };
}

function worldWith({ payload }: Outgoing): World {
  const body = { kind: "item", label: payload, body: payload, grantLabel: [], grantBody: [] };
  return { statement: () => ({ statement: { body } }) } as unknown as World;
}

function keysTo(of: Outgoing, label: Label): Keyring {
  const header = Header.wrap(of.fileKey(), sealing.recipient);
  const keys = {
    text: async () => labelBytes(label),
    openHeader: async () => ({ header, key: header.openCommitted(sealing, of.record.commitment) }),
  };
  return keys as unknown as Keyring;
}

const LABEL = {
  title: "Beelden",
  fileName: "beelden.bin",
  mediaType: "application/octet-stream",
  regime: "avg",
  legalGround: "artikel 6 AVG",
  allowedUse: "Alleen voor deze casus.",
  onward: "no",
  cites: [],
} as const;

self.onmessage = ({ data }: MessageEvent<Asked>): void => {
  const work = data.doing === "seal" ? seal(data.file) : open();
  work.then(
    (took) => self.postMessage({ took } satisfies Answered),
    (error: unknown) => self.postMessage({ wrong: String(error) } satisfies Answered),
  );
};
