// A home again, from the recovery code or a passkey alone.

import { BadSignature, verifyStatement } from "../../../protocol/cert.ts";
import { digestOf, type Digest, type HubName } from "../../../protocol/id.ts";
import { refusal, type Language } from "../../../protocol/refusal.ts";
import type { SealingKey } from "../../../protocol/seal.ts";
import { Statement } from "../../../protocol/statement.ts";
import { parsed } from "../../batch.ts";
import { ClientError } from "../../error.ts";
import { Home, HomeError, KEYS, LockedHome, REMEMBERED, requireAddress, type Store } from "../../home.ts";
import { rememberedBytes, rememberedOf } from "../../home/remembered.ts";
import { pendingBatch, REQUEST, ROTATE } from "../../pending.ts";
import type { FetchedBundle, Remote } from "../../remote.ts";
import { KeyBundle } from "../../secret.ts";

/** What restoring takes. There is no home yet. */
export interface Restoring {
  readonly store: Store;
  /** The hub, at this page's own origin, and its name as the person knows it. */
  readonly base: URL;
  readonly hub: HubName;
  readonly remote: Remote;
  readonly language: Language;
  /** Of the recovery code, or of the passkey. */
  readonly identity: SealingKey;
  readonly fetchId: Uint8Array;
}

/**
 * Fetches the member's newest bundle, opens it, and makes a home of it. The pins come from the bundle: whom it is
 * sealed to stands in the bundle only, so nobody else could have made it; and it must be the one that its member signed
 * for. That it is the newest on record is seen, as each time, when the member begins to work with it.
 */
export async function restore(how: Restoring): Promise<Home> {
  requireAddress(how.base, how.hub);
  await requireNoHome(how.store);
  const fetched = await how.remote.fetchBundle(how.fetchId);
  const bundle = await KeyBundle.open(fetched.sealed, how.identity);
  if (bundle.hub !== how.hub || !bundle.recipients.includes(how.identity.recipient)) throw refusal("wrong-hub");
  await requireSignedFor(fetched, bundle, digestOf(how.fetchId));
  const { hub, authority, member, seen } = bundle;
  const settings = { hub, authority, member, language: how.language };
  // What its member had verified: the hub must show no less than that.
  const more = seen === undefined ? [] : [[REMEMBERED, rememberedBytes(rememberedOf(seen))] as const];
  return Home.create(how.store, settings, bundle, new Map(more));
}

async function requireNoHome(store: Store): Promise<void> {
  const there = await LockedHome.in(store).catch((error: unknown) => {
    if (error instanceof HomeError && error.code === "no-home") return undefined;
    throw error;
  });
  if (there !== undefined) throw new HomeError({ kind: "home-taken" });
}

/**
 * Refuses a bundle that is not, in all that its statement says, the one that a key in it signed for: the hub could else
 * hand out an older bundle under a newer number, or one that its member had replaced.
 */
export async function requireSignedFor(fetched: FetchedBundle, bundle: KeyBundle, fetch: Digest): Promise<void> {
  const statement = Statement.parse(fetched.statement);
  const { body } = statement;
  if (body.kind !== "bundle") throw otherBundle();
  const isSame =
    statement.hub === bundle.hub &&
    statement.by === bundle.member &&
    body.digest === digestOf(fetched.sealed) &&
    body.number === bundle.number &&
    body.fetch.includes(fetch) &&
    [...new Set(body.fetch)].sort().join() === [...new Set(bundle.fetch)].sort().join();
  if (!isSame || !(await isSignedByOne(fetched, bundle, statement))) throw otherBundle();
}

async function isSignedByOne(
  { statement: text, signature }: FetchedBundle,
  bundle: KeyBundle,
  statement: Statement,
): Promise<boolean> {
  for (const { cert } of bundle.keys) {
    try {
      await verifyStatement(cert.public, "bundle", text, signature, statement.signedAt);
      return true;
    } catch (error) {
      if (!(error instanceof BadSignature)) throw error;
    }
  }
  return false;
}

function otherBundle(): ClientError {
  return ClientError.said(
    "other-bundle",
    "De hub gaf een andere sleutelbos dan die waarvoor u het laatst tekende. Dit kan op misbruik wijzen: bel het huis.",
    "The hub gave another key bundle than the one that you signed for last. This can mean abuse: call the house.",
  );
}

/**
 * Brings a home up to the newest bundle that the hub has, for who changed keys or passkeys elsewhere, or never got the
 * answer. True if there was a newer one. As when restoring it must be what its member signed for; and all keys that are
 * here must be in it, save those that never arrived: their number went to another bundle.
 */
export async function catchUp(home: Home, remote: Remote, identity: SealingKey, fetchId: Uint8Array): Promise<boolean> {
  const fetched = await remote.fetchBundle(fetchId);
  const bundle = await KeyBundle.open(fetched.sealed, identity);
  const { hub, authority, member } = home.settings;
  const isOurs = bundle.hub === hub && bundle.authority === authority && bundle.member === member;
  if (!isOurs || !bundle.recipients.includes(identity.recipient)) throw otherBundle();
  await requireSignedFor(fetched, bundle, digestOf(fetchId));
  if (bundle.number <= home.bundle.number) return false;
  const keys = new Set(bundle.keys.map(({ key }) => key));
  const missing = home.bundle.keys.filter(({ key }) => !keys.has(key));
  if (missing.length === 0) {
    await home.saveBundle(bundle);
    return true;
  }
  const sent = await keyUnderWay(home);
  if (missing.some(({ key }) => key !== sent)) throw otherBundle();
  await home.copyAside([...KEYS, ROTATE, REQUEST]);
  await home.saveBundle(bundle, new Map([ROTATE, REQUEST].map((name) => [name, undefined])));
  return true;
}

/** The `key` statement that is on its way, if one is. */
async function keyUnderWay(home: Home): Promise<Digest | undefined> {
  const first = (await pendingBatch(home, ROTATE))?.entries[0];
  return first && parsed(first).id();
}
