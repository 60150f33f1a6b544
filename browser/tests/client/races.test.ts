// Several things are done at once, and the hub chooses which answer comes first. What one deed saw, the next is held to; and
// nothing that was seen or sent is forgotten for another deed's sake.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Home, MemoryStore } from "../../src/client/home.ts";
import type { Evidence, Remote } from "../../src/client/remote.ts";
import { KeyBundle } from "../../src/client/secret.ts";
import { Draft } from "../../src/client/sign.ts";
import { World, type Desk } from "../../src/client/trust.ts";
import { base64, utf8 } from "../../src/protocol/bytes.ts";
import { SecretCert } from "../../src/protocol/cert.ts";
import {
  caseNumberOf,
  digest,
  digestOf,
  newMemberId,
  newPartnerId,
  plus,
  type CaseNumber,
  type Digest,
} from "../../src/protocol/id.ts";
import { SealingKey } from "../../src/protocol/seal.ts";
import type { Body } from "../../src/protocol/statement.ts";
import { name } from "../../src/protocol/words.ts";
import { NOTHING_SEEN } from "../../src/protocol/words/composed.ts";
import type { Batch } from "../../src/client/batch.ts";
import { AT, HUB, Journal } from "../support/journal.ts";

const ME = newMemberId();

/** A hub of one house, whose answers can be held up on their way. */
class Hub {
  readonly journal = new Journal();
  private readonly proofs = new Map<string, Digest[]>();
  private held: { readonly what: string; reached(): void; readonly until: Promise<void> } | undefined;
  private directories = 0;

  private constructor(
    private readonly authority: SecretCert,
    private readonly hub: SecretCert,
    private readonly house: Digest,
    readonly home: Home,
  ) {}

  static async open(): Promise<Hub> {
    const authority = await SecretCert.generateAuthority("Huis", AT);
    const hub = await SecretCert.generate("Hub", "hub@hub.example", AT);
    const draft = Draft.of(HUB, NOTHING_SEEN, "authority", AT);
    const partner = newPartnerId();
    const house = draft.push({ kind: "admission", partner, name: name("Huis"), partnerKind: "house", standing: "signed" });
    const opened = new Hub(authority, hub, house, await homeOf(authority));
    opened.add(await draft.sign(authority));
    await opened.publish();
    return opened;
  }

  add({ entries }: Batch): void {
    for (const signed of entries) this.journal.add("house", signed);
    const { size } = this.journal.seen;
    for (let from = 1; from < size; from += 1) {
      this.proofs.set(`${from}-${size}`, this.journal.consistency(from).map((hash) => digest(`sha256:${hash}`)));
    }
  }

  /** The house signs a newer directory. */
  async publish(): Promise<void> {
    this.directories += 1;
    const draft = Draft.of(HUB, NOTHING_SEEN, "authority", AT);
    const body: Body = {
      kind: "directory",
      number: this.directories,
      until: plus(AT, 24 * 3600),
      hubCert: this.hub.public.digest,
      journalKey: this.journal.key.toText() as Extract<Body, { kind: "directory" }>["journalKey"],
      admission: [this.house],
      membership: [],
      revocation: [],
      exclusion: [],
    };
    draft.push(body);
    this.add(await draft.sign(this.authority));
  }

  get desk(): Desk {
    const remote = {
      authority: async () => this.authority.public.bytes,
      statements: async (): Promise<Evidence> => {
        const blobs = new Map([[this.hub.public.digest, base64.encode(this.hub.public.bytes)]]);
        return this.onItsWay("statements", { ...this.journal.page(), blobs });
      },
      consistency: async (from: number, to: number) => this.onItsWay("consistency", this.proofs.get(`${from}-${to}`) ?? []),
    };
    return { home: this.home, remote: remote as unknown as Remote, clock: { now: () => AT } };
  }

  private async onItsWay<T>(what: string, answer: T): Promise<T> {
    const { held } = this;
    if (held?.what !== what) return answer;
    this.held = undefined;
    held.reached();
    await held.until;
    return answer;
  }

  /** Holds up the next such answer of a deed; what is done meanwhile ends, or waits for it. */
  async overtaken(what: string, slow: () => Promise<unknown>, meanwhile: () => Promise<unknown>): Promise<void> {
    let free = (): void => undefined;
    const until = new Promise<void>((resolve) => (free = resolve));
    const reached = new Promise<void>((resolve) => (this.held = { what, reached: resolve, until }));
    const first = slow();
    await reached;
    const second = meanwhile();
    await Promise.race([second.catch(() => undefined), new Promise((resolve) => setTimeout(resolve, 300))]);
    free();
    await Promise.all([first, second]);
  }
}

async function homeOf(authority: SecretCert): Promise<Home> {
  const cert = await SecretCert.generate("Femke", "femke@politie.example", AT);
  const bundle = new KeyBundle({
    hub: HUB,
    authority: authority.public.fingerprint,
    member: ME,
    number: 1,
    keys: [{ key: digestOf(utf8("key")), sealing: SealingKey.generate(), cert }],
    recipients: [SealingKey.generate().recipient],
    fetch: [],
    seen: undefined,
  });
  const settings = { hub: HUB, authority: authority.public.fingerprint, member: ME, language: "nl" } as const;
  return Home.create(new MemoryStore(), settings, bundle);
}

test("a directory that was seen stays seen, whichever proof comes last", async () => {
  const hub = await Hub.open();
  await World.houseOf(hub.desk);
  await hub.publish();
  const look = () => World.houseOf(hub.desk);
  await hub.overtaken("consistency", look, async () => {
    await hub.publish();
    await look();
  });
  const { directory, size, shown } = (await hub.home.remembered())!;
  assert.deepEqual([directory, size, shown.house.size], [3, 4, 4]);
});

test("an honest hub is not accused for an answer that was overtaken", async () => {
  const hub = await Hub.open();
  const look = () => World.houseOf(hub.desk);
  await hub.overtaken("statements", look, async () => {
    await hub.publish();
    await look();
  });
  assert.equal((await hub.home.remembered())!.size, 3);
});

/** Something of a case that was not looked at since: the hub must be held to it. */
async function batch(hub: Hub): Promise<{ batch: Batch; id: Digest }> {
  const cert = hub.home.bundle.keys[0]!.cert;
  const draft = Draft.of(HUB, NOTHING_SEEN, ME, AT);
  const id = draft.push({ kind: "suspension", member: newMemberId(), until: AT });
  return { batch: await draft.sign(cert), id };
}

const answerTo = (hub: Hub, id: Digest) => {
  const leaf = hub.journal.seen.size - 1;
  return { recorded: [{ id, leaf, at: AT, new: true }], checkpoint: hub.journal.note() };
};

test("what was sent is not forgotten by what looked before it", async () => {
  const hub = await Hub.open();
  const world = await World.houseOf(hub.desk);
  const sent = await batch(hub);
  await hub.publish();
  const answer = answerTo(hub, sent.id);
  await hub.overtaken("consistency", () => World.houseOf(hub.desk), async () => {
    const before = await world.seenLast();
    await world.holdTo(sent.batch, answer, before);
  });
  assert.ok((await hub.home.remembered())!.sent.has(sent.id));
});

test("an answer to what was sent may be overtaken by what was seen since, but is a past of it", async () => {
  const hub = await Hub.open();
  const world = await World.houseOf(hub.desk);
  const before = await world.seenLast();
  const sent = await batch(hub);
  await hub.publish();
  const answer = answerTo(hub, sent.id);
  await hub.publish();
  await World.houseOf(hub.desk);
  await world.holdTo(sent.batch, answer, before);
  const { size, sent: all } = (await hub.home.remembered())!;
  assert.deepEqual([size, all.has(sent.id)], [4, true], "nor is what was seen meanwhile forgotten");
  // What did not grow from what was seen before is another journal, though its key is the same.
  const fork = hub.journal.another();
  for (const signed of [...sent.batch.entries, ...(await batch(hub)).batch.entries, ...sent.batch.entries]) fork.add("house", signed);
  await assert.rejects(world.holdTo(sent.batch, { ...answer, checkpoint: fork.note() }, before), { code: "forked-journal" });
});

/** A hub that shows nothing of any case, each under the checkpoint of its own note. */
function showing(hub: Hub, note: (of: CaseNumber) => Promise<string>): Desk {
  const { remote, ...desk } = hub.desk;
  const statements: Remote["statements"] = async (of, after = -1) => {
    if (of !== undefined) return { checkpoint: await note(of), entries: [], blobs: new Map(), more: false };
    const page = await remote.statements(undefined, undefined);
    return { ...page, entries: page.entries.filter(({ leaf }) => leaf > after) };
  };
  return { ...desk, remote: { ...remote, statements } as Remote };
}

test("cases are asked for side by side, and whichever answer is the older one: it is no other journal", async () => {
  const hub = await Hub.open();
  const cases = [1, 2, 3].map((count) => caseNumberOf(2026, count));
  const notes: string[] = [];
  const world = await World.houseOf(
    showing(hub, async (of) => {
      // What is asked for first is answered last.
      if (of === cases[0]) await hub.publish();
      notes.push(hub.journal.note());
      return hub.journal.note();
    }),
  );
  await world.loadCases(cases);
  assert.equal(new Set(notes).size, 2);
  assert.equal((await hub.home.remembered())!.size, 3);
  const fork = hub.journal.another();
  for (const signed of (await batch(hub)).batch.entries) fork.add("house", signed);
  const forked = await World.houseOf(showing(hub, async (of) => (of === cases[1] ? fork : hub.journal).note()));
  await assert.rejects(forked.loadCases(cases), { code: "forked-journal" });
});
