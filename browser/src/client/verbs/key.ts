// One's own keys, to see, to take elsewhere, to replace; and what opens them.

import type { Fingerprint } from "../../protocol/cert.ts";
import { SecretCert } from "../../protocol/cert.ts";
import { checkWords, keyDigest } from "../../protocol/checkwords.ts";
import { digestOf, plus, type Digest, type MemberId, type Moment } from "../../protocol/id.ts";
import { SealingKey, type Recipient } from "../../protocol/seal.ts";
import type { VaultState } from "../../protocol/vault.ts";
import { isOfCase, type Owner } from "../../protocol/words/composed.ts";
import type { Batch } from "../batch.ts";
import { newestOfMine, requireNewest, Work, type Context, type Plan } from "../context.ts";
import { ClientError } from "../error.ts";
import { KEYS, type Home } from "../home.ts";
import { pinsOf } from "../home/remembered.ts";
import { isRefused, pendingBatch, REQUEST, ROTATE, underWay } from "../pending.ts";
import type { Warning } from "../say.ts";
import type { KeyBundle, Pair } from "../secret.ts";
import type { Draft } from "../sign.ts";
import type { World } from "../trust.ts";

/**
 * For how many days mail can be sealed to new keys, unless their owner says otherwise. A key that never ends is never
 * looked after; one that ends is told of in time.
 */
export const MAIL_DAYS = 2 * 365;

/** From when mail programs take a cert for expired that is made now. */
export function mailUntil(now: Moment, days: number): Moment {
  return plus(now, days * 24 * 3600);
}

/** The public half of a pair of keys. */
export interface KeyRow {
  /** The `key` statement. */
  readonly key: Digest;
  readonly fingerprint: Fingerprint;
  readonly userId: string;
  readonly recipient: Recipient;
  /** To be read aloud to the house. */
  readonly words: string;
}

async function keyRow({ key, sealing: { recipient }, cert }: Pair): Promise<KeyRow> {
  const { fingerprint, userId, digest } = cert.public;
  return { key, fingerprint, userId, recipient, words: await checkWords(keyDigest(digest, recipient)) };
}

/** The keys in this home, without their secrets; the oldest first. Asks nothing of the hub. */
export async function showKeys(home: Home): Promise<{ member: MemberId; keys: KeyRow[] }> {
  return { member: home.settings.member, keys: await Promise.all(home.bundle.keys.map(keyRow)) };
}

/** What to take out of a home. */
export type Export =
  /** The public cert, for others' mail programs. */
  | "openpgp"
  /** The secret key, for one's own mail program. Whoever has it can sign as the member. */
  | "openpgp-secret"
  /** The age identities. Whoever has them can open what is sealed to the member. */
  | "age";

/** The key in force, or the newest, as text for another program. Ask before: all but the first are secrets. */
export async function exportKey(home: Home, what: Export): Promise<string> {
  const secrets = home.bundle.secrets((await home.remembered())?.key);
  switch (what) {
    case "openpgp":
      return secrets.cert.public.armored();
    case "openpgp-secret":
      return secrets.cert.armored();
    case "age":
      // All of them: older ones still open what was sealed to them.
      return secrets.sealingKeys.map((key) => `${key.toText()}\n`).join("");
  }
}

/**
 * Replaces the keys by new ones, signed with the old: they count once the house vouches for them. Where an earlier try
 * made new keys and got no sure answer, the plan is to send those again, and nothing is signed anew.
 */
export async function rotate(ctx: Context): Promise<Plan<KeyRow> | Resend<KeyRow>> {
  const work = await Work.begin(ctx);
  const waiting = await pendingBatch(ctx.home, ROTATE);
  if (waiting !== undefined) return { resend: () => deliverAgain(work, waiting) };
  await forgetUnsent(work);
  // Elsewhere another bundle may have got the number that these keys were to have.
  await requireNewest(ctx.home.bundle, work.world);
  ctx.home.bundle.requireRoom();
  const previous = work.world.myMembership().key;
  if (ctx.home.bundle.keys.at(-1)!.key !== previous) throw keyWaits();
  await work.world.loadAll();
  const warnings = warningsOfVaults(work.world);
  const { draft, bundle } = await drafted(work, previous);
  const send = async (): Promise<KeyRow> => {
    const batch = await work.sign(draft);
    // Kept before anyone hears of them: an answer can get lost.
    await ctx.home.saveBundle(bundle, underWay(ROTATE, batch));
    return deliver(work, batch);
  };
  return { draft, warnings, send };
}

/** Something that was signed before, and of which it is not sure that the hub has it. */
export interface Resend<T> {
  /** Nothing where the hub refused them: it is too late for what was signed then. Plan anew. */
  resend(): Promise<T | undefined>;
}

async function drafted(work: Work, previous: Digest): Promise<{ draft: Draft; bundle: KeyBundle }> {
  const { home, world } = work;
  const { name, mail } = world.myMembership();
  const now = work.now();
  const cert = await SecretCert.generate(name, mail, now, mailUntil(now, MAIL_DAYS));
  const sealing = SealingKey.generate();
  const { recipient } = sealing;
  // Who locks before agreeing leaves none of them.
  home.wipedWith(`new key ${recipient}`, sealing);
  home.wipedWith(`new cert ${recipient}`, cert);
  const draft = work.draft();
  const digest = draft.attach(cert.public.bytes);
  const nothing = { slip: undefined, ticket: undefined, proof: undefined };
  const key = draft.push({ kind: "key", ...nothing, previous, cert: digest, recipient });
  const bundle = await nextBundle(work, { keys: [...home.bundle.keys, { key, sealing, cert }] });
  await pushBundle(draft, bundle);
  return { draft, bundle };
}

/** The member's next bundle, with what was verified by now. */
async function nextBundle({ home, world }: Work, changed: Parameters<KeyBundle["with"]>[0]): Promise<KeyBundle> {
  const remembered = await home.remembered();
  const number = 1 + (world.house.bundles.get(world.me) ?? 0);
  return home.bundle.with({ ...changed, number, seen: remembered && pinsOf(remembered) });
}

async function pushBundle(draft: Draft, bundle: KeyBundle): Promise<void> {
  const { number, fetch } = bundle;
  draft.push({ kind: "bundle", number, digest: draft.attach(await bundle.seal()), fetch });
}

/** Sends new keys. Only what the hub has surely not recorded is forgotten. */
async function deliver(work: Work, batch: Batch): Promise<KeyRow> {
  try {
    await work.deliver(batch);
  } catch (error) {
    if (isRefused(error)) {
      await work.home.forget(ROTATE);
      await forgetUnsent(work);
    }
    throw error;
  }
  await work.home.forget(ROTATE);
  return keyRow(work.home.bundle.keys.at(-1)!);
}

async function deliverAgain(work: Work, batch: Batch): Promise<KeyRow | undefined> {
  try {
    return await deliver(work, batch);
  } catch (error) {
    if (isRefused(error)) return undefined;
    throw error;
  }
}

/**
 * Takes out keys that are neither on record nor on their way. They are kept aside: who says that they are not on record
 * is the hub.
 */
async function forgetUnsent({ home, world }: Work): Promise<void> {
  const sent = await withoutUnsent(home.bundle, world);
  if (sent.keys.length === home.bundle.keys.length) return;
  await home.copyAside([...KEYS, REQUEST]);
  await home.saveBundle(sent, new Map([[REQUEST, undefined]]));
}

/**
 * A bundle without the keys that are not on record, with the number that it had before they were made. By now another
 * bundle may have the number after it, which was made elsewhere and opens with something else: that one is newer.
 */
export async function withoutUnsent(bundle: KeyBundle, world: World): Promise<KeyBundle> {
  const keys = [...bundle.keys];
  while (keys.length > 1 && world.statement(keys.at(-1)!.key) === undefined) keys.pop();
  if (keys.length === bundle.keys.length) return bundle;
  const sent = bundle.with({ keys });
  // Of mine: a later one on record can be that of a key that the hub made up.
  const newest = await newestOfMine(sent, world, bundle.number);
  return newest === 0 ? sent : sent.with({ number: newest });
}

/** No bundle goes on record with keys in it that are not: whoever fetched it could not tell which were never sent. */
async function requireSent(work: Work): Promise<void> {
  const { home, world } = work;
  const isSent = world.statement(home.bundle.keys.at(-1)!.key) !== undefined;
  if (!isSent && (await pendingBatch(home, ROTATE)) !== undefined) throw keysOnTheirWay();
  await forgetUnsent(work);
  await requireNewest(home.bundle, world);
}

/** To whoever made new keys, and has no sure answer yet. */
export function keysOnTheirWay(): ClientError {
  return ClientError.said(
    "key-waits",
    "Uw nieuwe sleutels zijn al gemaakt, maar er kwam geen antwoord van de hub. Verstuur ze opnieuw.",
    "Your new keys were made already, but no answer came from the hub. Send them again.",
  );
}

function keyWaits(): ClientError {
  return ClientError.said(
    "key-waits",
    "U hebt al nieuwe sleutels, die op bevestiging door het huis wachten. Bel het huis en lees uw controlewoorden voor.",
    "You have new keys already, which wait for the house to vouch for them. Call the house and read your check words aloud.",
  );
}

/** New keys take their member out of every vault: whoever holds one alone would lock it for good. */
function warningsOfVaults(world: World): Warning[] {
  const { house, history, me, now } = world;
  const own = house.vaultOf(world.myPartner());
  const ofCases = [...history.cases.values()].map((of) => of.vault);
  const held = [own, ...ofCases].filter((vault) => vault !== undefined).filter((vault) => vault.isHeldBy(house, me));
  const isOther = (vault: VaultState, holder: MemberId): boolean =>
    holder !== me && vault.isHeldBy(house, holder) && house.isInForce(holder, now);
  const alone = held.find((vault) => ![...vault.holders.keys()].some((holder) => isOther(vault, holder)));
  if (alone !== undefined) throw aloneIn(alone.owner);
  if (held.length === 0) return [];
  return [
    {
      nl: "Met nieuwe sleutels valt u uit de kluizen. Vraag een collega om u daarna weer toe te voegen.",
      en: "New keys take you out of the vaults. Ask a colleague to add you again afterwards.",
    },
  ];
}

function aloneIn(owner: Owner): ClientError {
  const [nl, en] = isOfCase(owner) ? [`casus ${owner}`, `case ${owner}`] : ["uw organisatie", "your organisation"];
  return ClientError.said(
    "alone-in-vault",
    `U bent de enige die de kluis van ${nl} kan openen. Met nieuwe sleutels kan niemand dat meer. Voeg eerst een collega toe.`,
    `You are the only one who can open the vault of ${en}. With new keys nobody could. Add a colleague first.`,
  );
}

/** Something that opens the key bundle, a passkey or a recovery code; none of its secrets. */
export interface Opener {
  readonly recipient: Recipient;
  /** The digest of the id by which it fetches the bundle. */
  readonly fetch: Digest;
}

/** What the bundle says of a passkey or a recovery code. */
export function openerOf({ recipient }: SealingKey, fetchId: Uint8Array): Opener {
  return { recipient, fetch: digestOf(fetchId) };
}

/**
 * Seals the keys to one more passkey, or to a new recovery code; or only to these, for who lost one of the others. The
 * hub keeps the bundle before the newest, so it takes two until what was lost opens nothing there any more. What was
 * fetched before opens with what it was sealed to then: who fears a thief makes new keys too.
 */
export async function addOpeners(ctx: Context, openers: readonly Opener[], only = false): Promise<Plan<void>> {
  const work = await Work.begin(ctx);
  await requireSent(work);
  const before = only ? { recipients: [], fetch: [] } : ctx.home.bundle;
  const recipients = openers.map(({ recipient }) => recipient);
  const fetch = openers.map((opener) => opener.fetch);
  let bundle = await nextBundle(work, {
    recipients: [...before.recipients, ...recipients],
    fetch: [...before.fetch, ...fetch],
  });
  const draft = work.draft();
  await pushBundle(draft, bundle);
  if (only) {
    bundle = bundle.with({ number: bundle.number + 1 });
    await pushBundle(draft, bundle);
  }
  const send = async (): Promise<void> => {
    const batch = await work.sign(draft);
    // The keys themselves stay as they are: should the answer get lost, what lies here still opens, and is told to be
    // old.
    await work.deliver(batch);
    await ctx.home.saveBundle(bundle);
  };
  return { draft, warnings: [], send };
}
