// New keys of which no answer came: whatever happens meanwhile, here or elsewhere, their owner works on.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import type { Clock } from "../../src/client/clock.ts";
import { SYSTEM_CLOCK } from "../../src/client/clock.ts";
import { Work, type Context, type Plan } from "../../src/client/context.ts";
import { isCode } from "../../src/client/error.ts";
import { LockedHome, MemoryStore, type Store } from "../../src/client/home.ts";
import { Remote } from "../../src/client/remote.ts";
import { catchUp, restore } from "../../src/client/verbs/enrol.ts";
import { addOpeners, openerOf, rotate, type KeyRow, type Resend } from "../../src/client/verbs/key.ts";
import { textOf, utf8 } from "../../src/protocol/bytes.ts";
import { momentOf } from "../../src/protocol/id.ts";
import { SealingKey } from "../../src/protocol/seal.ts";
import { Demo, HURRIED, NO_HUB } from "../support/demo.ts";

let demo: Demo;
before(async () => {
  if (NO_HUB === false) demo = await Demo.begin();
});
after(async () => demo?.end());

/** What opens somebody's keys, as a passkey does. */
class Passkey {
  readonly identity = SealingKey.generate();
  readonly fetchId = crypto.getRandomValues(new Uint8Array(32));

  get opener(): ReturnType<typeof openerOf> {
    return openerOf(this.identity, this.fetchId);
  }

  /** Gets in with nothing else, somewhere new. */
  async getsIn({ home }: Context): Promise<Context> {
    const ctx = { remote: remoteOf(), clock: SYSTEM_CLOCK, language: "nl" } as const;
    const how = { ...ctx, store: new MemoryStore(), base: demo.url, hub: home.settings.hub };
    const entered = { ...ctx, home: await restore({ ...how, identity: this.identity, fetchId: this.fetchId }) };
    await Work.begin(entered);
    return entered;
  }
}

function remoteOf(post: typeof fetch = fetch): Remote {
  return new Remote(demo.url, { language: "nl", waits: HURRIED, fetch: post });
}

const notSent: typeof fetch = (input, init) => {
  const isPost = init?.method === "POST" && String(input).endsWith("/v1/statements");
  return isPost ? Promise.reject(new TypeError("away")) : fetch(input, init);
};

function isAgain(plan: Plan<KeyRow> | Resend<KeyRow>): plan is Resend<KeyRow> {
  return "resend" in plan;
}

async function planOf(ctx: Context): Promise<Plan<KeyRow>> {
  const plan = await rotate(ctx);
  assert.ok(!isAgain(plan), "nothing is under way");
  return plan;
}

async function againOf(ctx: Context): Promise<Resend<KeyRow>> {
  const plan = await rotate(ctx);
  assert.ok(isAgain(plan), "something is under way");
  return plan;
}

/** Makes new keys that never reach the hub, signed by this clock. */
async function rotatesInVain(ctx: Context, clock: Clock = SYSTEM_CLOCK): Promise<void> {
  const plan = await planOf({ ...ctx, remote: remoteOf(notSent), clock });
  await assert.rejects(plan.send(), (error) => isCode(error, "network"));
}

/** Somebody at a browser, with a passkey beside what opened the keys. */
async function atBrowser(name: string): Promise<{ ctx: Context; passkey: Passkey; store: Store }> {
  const store = new MemoryStore();
  const ctx = await demo.person(name, { store });
  const passkey = new Passkey();
  await (await addOpeners(ctx, [passkey.opener])).send();
  return { ctx, passkey, store };
}

test("no answer, six minutes, again: all that was kept opens, others are made", { skip: NO_HUB }, async () => {
  const { ctx, passkey, store } = await atBrowser("mila");
  // The hub takes signatures of five minutes; of these nearly five are over.
  const behind: Clock = { now: () => momentOf(Date.now() / 1000 - 292) };
  await rotatesInVain(ctx, behind);
  // What is looked at meanwhile is proven and remembered, and what is typed is kept.
  await Work.begin(ctx);
  await ctx.home.keep("drafts/message", utf8("Beste Femke"));
  await assert.rejects(addOpeners(ctx, [new Passkey().opener]), (error) => isCode(error, "key-waits"));
  await new Promise((resolve) => setTimeout(resolve, 10_000));

  assert.equal(await (await againOf(ctx)).resend(), undefined, "too late");
  assert.equal(ctx.home.bundle.keys.length, 1);
  assert.ok((await store.names()).includes("unused-1/secrets.age"));
  await Work.begin(ctx);
  const home = await (await LockedHome.in(store)).unlock(passkey.identity);
  const anew: Context = { ...ctx, home, remote: remoteOf() };
  await Work.begin(anew);
  assert.equal(textOf((await home.kept("drafts/message"))!), "Beste Femke");

  const made = await (await planOf(anew)).send();
  const elsewhere = await passkey.getsIn(anew);
  assert.deepEqual(elsewhere.home.bundle.keys.map(({ key }) => key).at(-1), made.key);
});

test("a passkey that was added elsewhere meanwhile opens the new keys too", { skip: NO_HUB }, async () => {
  const { ctx, passkey } = await atBrowser("pieter");
  const elsewhere = await passkey.getsIn(ctx);
  await rotatesInVain(ctx);
  const added = new Passkey();
  await (await addOpeners(elsewhere, [added.opener])).send();

  // The number that the new keys were to have is taken; what lies here is older, and replaces nothing.
  assert.equal(await (await againOf(ctx)).resend(), undefined);
  await assert.rejects(rotate(ctx), (error) => isCode(error, "bundle-number"));
  await added.getsIn(ctx);
  assert.equal(await catchUp(ctx.home, ctx.remote, passkey.identity, passkey.fetchId), true);
  const made = await (await planOf(ctx)).send();
  const entered = await added.getsIn(ctx);
  assert.equal(entered.home.bundle.keys.at(-1)!.key, made.key);
});

test("who got no answer, and did two things elsewhere since, catches up", { skip: NO_HUB }, async () => {
  const { ctx, passkey, store } = await atBrowser("femke");
  const elsewhere = await passkey.getsIn(ctx);
  await rotatesInVain(ctx);
  const added = [new Passkey(), new Passkey()];
  for (const { opener } of added) await (await addOpeners(elsewhere, [opener])).send();

  await assert.rejects(Work.begin(ctx), (error) => isCode(error, "bundle-number"));
  assert.equal(await catchUp(ctx.home, ctx.remote, passkey.identity, passkey.fetchId), true);
  await Work.begin(ctx);
  // The keys that never arrived lie aside, and those that are made now open with all passkeys.
  assert.ok((await store.names()).includes("unused-1/rotate"));
  await (await planOf(ctx)).send();
  for (const passkey of added) await passkey.getsIn(ctx);
});
