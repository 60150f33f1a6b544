// From the paper slip to keys that wait for the house to vouch for them.

import { PublicCert, SecretCert } from "../../protocol/cert.ts";
import { checkWords, keyDigest } from "../../protocol/checkwords.ts";
import { keyProof } from "../../protocol/directory/keys.ts";
import { isOutOfPlace } from "../../protocol/example.ts";
import { digestOf, type Digest, type MemberId, type Moment } from "../../protocol/id.ts";
import { RecoveryCode } from "../../protocol/recovery.ts";
import { refusal, type Language } from "../../protocol/refusal.ts";
import { SealingKey } from "../../protocol/seal.ts";
import { hex } from "../../protocol/bytes.ts";
import { nonce, wholeNumber } from "../../protocol/words.ts";
import { NOTHING_SEEN } from "../../protocol/words/composed.ts";
import { parsed, type Batch } from "../batch.ts";
import type { Clock } from "../clock.ts";
import { ClientError } from "../error.ts";
import { Home, KEYS, requireAddress, type Settings, type Store } from "../home.ts";
import { ENROL, isRefused, pendingBatch, REQUEST, underWay } from "../pending.ts";
import type { Remote } from "../remote.ts";
import { KeyBundle } from "../secret.ts";
import { Draft } from "../sign.ts";
import { TrustError } from "../trust.ts";
import type { PaperSlip } from "./enrol/slip.ts";
import { MAIL_DAYS, mailUntil, openerOf, type Opener } from "./key.ts";

export { catchUp, restore, type Restoring } from "./enrol/recover.ts";
export { readSlip, SLIP_LINES, type PaperSlip } from "./enrol/slip.ts";

/** What enrolling takes beside the slip. There is no home yet. */
export interface Enrolling {
  readonly store: Store;
  /** The hub, at this page's own origin. */
  readonly base: URL;
  readonly remote: Remote;
  readonly clock: Clock;
  readonly language: Language;
  /** None where this browser's passkeys have no PRF: the recovery code opens the keys then. */
  readonly passkeys: readonly Opener[];
}

/** Keys that were made. */
export interface Enrolled {
  readonly home: Home;
  readonly member: MemberId;
  /** To be read aloud to the house. */
  readonly words: string;
}

/** Keys in the making, of which nothing is kept, signed or sent. */
export interface Enrolment {
  /** To be shown first, and once: no keys come to be whose code nobody saw. */
  readonly code: RecoveryCode;
  /** What will be signed. It is signed anew when it is sent: to write down a code takes its time. */
  readonly draft: Draft;
  /** Keeps the keys, then tells the hub. */
  send(): Promise<Enrolled>;
  /** Overwrites code and keys, of which nothing may be kept from here on. */
  wipe(): void;
}

/** Refuses a slip with which no keys can be made here: of another hub or authority, or one that expired. */
export async function requireUsable(how: Pick<Enrolling, "base" | "remote" | "clock">, slip: PaperSlip): Promise<void> {
  requireAddress(how.base, slip.hub);
  if (isOutOfPlace(slip.authority, slip.hub)) throw exampleHouse();
  if (how.clock.now() >= slip.until) throw refusal("slip-unknown");
  await requirePinned(how.remote, slip);
}

/** Makes keys for the one who holds the slip. Refuses where this browser holds keys already. */
export async function enrol(how: Enrolling, slip: PaperSlip): Promise<Enrolment> {
  const settings: Settings = {
    hub: slip.hub,
    authority: slip.authority,
    member: slip.member,
    language: how.language,
  };
  await requireUsable(how, slip);
  const code = RecoveryCode.generate();
  const bundle = await newKeys(how, slip, code, how.clock.now());
  const { draft } = await drafted(slip, bundle, how.clock.now());
  const wipe = (): void => {
    code.wipe();
    bundle.wipe();
    slip.code.wipe();
  };
  return { code, draft, send: () => keepAndSend(how, slip, settings, bundle), wipe };
}

function exampleHouse(): ClientError {
  return ClientError.said(
    "example-house",
    "Dit strookje is van het voorbeeldhuis: iedereen heeft de sleutel van dat huis. Er is niets gemaakt of verstuurd. Vraag uw huis om een echt strookje.",
    "This slip is of the example house, whose key everyone has. Nothing was made or sent. Ask your house for a real slip.",
  );
}

type Pinned = Pick<Settings, "hub" | "authority">;

/** The hub must be the one on the slip, with the authority on the slip. */
async function requirePinned(remote: Remote, { hub, authority: pinned }: Pinned): Promise<void> {
  if ((await remote.hub()).hub !== hub) throw refusal("wrong-hub");
  const { fingerprint: shown } = await PublicCert.read(await remote.authority());
  if (shown !== pinned) throw new TrustError({ code: "wrong-authority", pinned, shown });
}

/** What a key is called that has no statement yet. */
const NAMELESS = digestOf(new Uint8Array());

/** New keys, in the member's first bundle. Their statement has no name yet. */
async function newKeys(how: Enrolling, slip: PaperSlip, code: RecoveryCode, now: Moment): Promise<KeyBundle> {
  const cert = await SecretCert.generate(slip.name, slip.mail, now, mailUntil(now, MAIL_DAYS));
  const { identity } = code;
  const openers = [...how.passkeys, openerOf(identity, code.fetchId)];
  identity.wipe();
  return new KeyBundle({
    hub: slip.hub,
    authority: slip.authority,
    member: slip.member,
    number: 1,
    keys: [{ key: NAMELESS, sealing: SealingKey.generate(), cert }],
    recipients: openers.map(({ recipient }) => recipient),
    fetch: openers.map(({ fetch }) => fetch),
    seen: undefined,
  });
}

/** The statements that bring a bundle's only key, and the bundle; in it the key has its statement's name. */
async function drafted(
  slip: PaperSlip,
  unnamed: KeyBundle,
  now: Moment,
): Promise<{ draft: Draft; bundle: KeyBundle }> {
  const pair = unnamed.keys.at(-1)!;
  const { digest: cert, bytes } = pair.cert.public;
  const { recipient } = pair.sealing;
  const { hub, member } = slip;
  const secret = slip.code.secret;
  const proof = keyProof(secret.bytes, { hub, slip: slip.slip, member, cert, recipient });
  secret.wipe();
  const draft = Draft.of(hub, NOTHING_SEEN, member, now);
  draft.attach(bytes);
  const ticket = nonce(hex.encode(slip.code.ticket));
  const key = draft.push({ kind: "key", slip: slip.slip, ticket, previous: undefined, cert, recipient, proof });
  const bundle = unnamed.with({ keys: [{ ...pair, key }] });
  const { number, fetch } = bundle;
  draft.push({ kind: "bundle", number, digest: draft.attach(await bundle.seal()), fetch });
  return { draft, bundle };
}

async function keepAndSend(
  how: Enrolling,
  slip: PaperSlip,
  settings: Settings,
  unnamed: KeyBundle,
): Promise<Enrolled> {
  const first = await signed(slip, unnamed, how.clock.now());
  // Kept before anyone hears of them: an answer can get lost, and the slip works once.
  const home = await Home.create(how.store, settings, first.bundle, underWay(ENROL, first.batch));
  const number = await numberTaken(home, how.remote.post(first.batch));
  if (number === undefined) return enrolledOf(home, first.batch);
  // Who is a member already, and lost the keys, can't know how many bundles came before.
  const again = await signed(slip, unnamed.with({ number }), how.clock.now());
  await home.saveBundle(again.bundle, underWay(ENROL, again.batch));
  await settled(home, how.remote.post(again.batch));
  return enrolledOf(home, again.batch);
}

async function signed(
  slip: PaperSlip,
  unnamed: KeyBundle,
  now: Moment,
): Promise<{ batch: Batch; bundle: KeyBundle }> {
  const { draft, bundle } = await drafted(slip, unnamed, now);
  return { batch: await draft.sign(bundle.keys.at(-1)!.cert), bundle };
}

/** The number that the bundle must have instead, if the hub says so. */
async function numberTaken(home: Home, sent: Promise<unknown>): Promise<number | undefined> {
  try {
    await settled(home, sent, (error) => error.code === "bundle-number");
    return undefined;
  } catch (error) {
    const problem = error instanceof ClientError ? error.problem : undefined;
    if (problem?.kind !== "refused" || problem.code !== "bundle-number") throw error;
    return wholeNumber.read(problem.next ?? "");
  }
}

/**
 * After the keys were sent: where the hub would surely not have them, they are set aside; in all other cases they stay,
 * and are sent again the next time. That they are not on record is said by the hub, so they are kept aside all the
 * same.
 */
async function settled(
  home: Home,
  sent: Promise<unknown>,
  isTriedAgain: (error: ClientError) => boolean = () => false,
): Promise<void> {
  try {
    await sent;
  } catch (error) {
    if (isRefused(error) && !(error instanceof ClientError && isTriedAgain(error))) {
      await home.copyAside([...KEYS, ENROL, REQUEST]);
      await home.abandon();
    }
    throw error;
  }
  await home.forget(ENROL);
}

/** Whether keys of an enrolment are still on their way: no answer came. */
export async function isUnderWay(home: Home): Promise<boolean> {
  return (await pendingBatch(home, ENROL)) !== undefined;
}

/** Sends what an earlier try made, which showed its recovery code. Once is as good as twice. */
export async function enrolAgain(home: Home, remote: Remote): Promise<Enrolled> {
  const batch = (await pendingBatch(home, ENROL)) ?? (await pendingBatch(home, REQUEST));
  if (batch === undefined) throw refusal("key-unknown");
  if (await isUnderWay(home)) await settled(home, remote.post(batch));
  return enrolledOf(home, batch);
}

async function enrolledOf(home: Home, batch: Batch): Promise<Enrolled> {
  return { home, member: home.settings.member, words: await wordsOfRequest(batch) };
}

/** The check words of the first `key` statement in a batch. */
export async function wordsOfRequest({ entries }: Batch): Promise<string> {
  const [first] = entries;
  const body = first && parsed(first).body;
  if (body?.kind !== "key") throw refusal("key-unknown");
  return checkWords(keyDigest(body.cert, body.recipient));
}

/** The slip with which the keys of a batch were made. */
export function slipOf({ entries }: Batch): Digest | undefined {
  const [first] = entries;
  const body = first && parsed(first).body;
  return body?.kind === "key" ? body.slip : undefined;
}
