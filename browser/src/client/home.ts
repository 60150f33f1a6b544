// What this browser keeps for a member, between one visit and the next.
//
//     settings        in plain text: whose it is, and which hub
//     secrets.age     the key bundle, sealed as the hub has it: to the passkeys and the recovery code
//     trust           the last checkpoint and directory that were verified, and all that was shown
//     enrol, rotate   keys on their way to the hub, until it answered
//     request         what the house has to see of new keys
//     unused-1/…      keys that the hub refused, or what was damaged, as it was; then unused-2/…
//     done            what was done of late, so that the same wish is done once
//     outgoing/…      files that are not on record yet: the record of each
//     evidence/…      what proves that the hub told two stories
//
// Before it is unlocked only the settings can be read. They hold no more than it takes to unlock: the hub, the
// authority that was on the slip, the member (which the hub shows to all others) and the language. Of a passkey nothing
// is kept. All else is sealed to the member's key in force and to newer ones, which may turn out not to be on record;
// each under its name, so that nobody can put one in the place of another. Who may write here can put back an older
// copy; as what is signed is judged by the newest bundle on record, that gains nothing but an alarm.

import { concat, equal, textOf, utf8 } from "../protocol/bytes.ts";
import { fingerprint, type Fingerprint } from "../protocol/cert/key.ts";
import { Verified } from "../protocol/history/verified.ts";
import { hubName, memberId, NotA, type Digest, type HubName, type MemberId } from "../protocol/id.ts";
import type { Language } from "../protocol/refusal.ts";
import { openFile, Refused, sealFile, type Recipient, type SealingKey } from "../protocol/seal.ts";
import { words } from "../protocol/words.ts";
import { HomeError } from "./home/error.ts";
import { readRemembered, rememberedBytes, rememberedOf, type Remembered } from "./home/remembered.ts";
import type { Store } from "./home/store.ts";
import * as json from "./json.ts";
import { KeyBundle } from "./secret.ts";

export { requireAddress } from "./home/address.ts";
export { HomeError, type HomeProblem } from "./home/error.ts";
export type { Pins, Remembered, Shown } from "./home/remembered.ts";
export { MemoryScratches, OpfsScratches, type Scratch, type Scratches } from "./home/scratch.ts";
export { IndexedDbStore, MemoryStore, type Holding, type Store } from "./home/store.ts";

const SETTINGS = "settings";
const SECRETS = "secrets.age";
const TRUST = "trust";

const LANGUAGE = words("a language (en, nl)", "en", "nl");

/** What may be read before the keys are unlocked. */
export interface Settings {
  readonly hub: HubName;
  /** Pinned at enrolment, from the slip. */
  readonly authority: Fingerprint;
  readonly member: MemberId;
  readonly language: Language;
}

const SETTINGS_SHAPE = json.exactly({
  hub: json.as(hubName),
  authority: json.as(fingerprint),
  member: json.as(memberId),
  language: json.as(LANGUAGE.read),
});

/** A home whose keys are not unlocked. */
export class LockedHome {
  private constructor(
    private readonly store: Store,
    readonly settings: Settings,
  ) {}

  /** The home in a store. Refuses with `no-home` where there is none. */
  static async in(store: Store): Promise<LockedHome> {
    const bytes = await store.get(SETTINGS);
    if (bytes === undefined) throw new HomeError({ kind: "no-home" });
    return new LockedHome(store, readSettings(bytes));
  }

  /** Opens it with the identity of a passkey or of the recovery code. Refuses with `wrong-secret` any other. */
  async unlock(key: SealingKey): Promise<Home> {
    const sealed = await this.store.get(SECRETS);
    if (sealed === undefined) throw new HomeError({ kind: "home-damaged", what: SECRETS });
    const bundle = await opened(sealed, key);
    const { hub, authority, member } = this.settings;
    const isOurs = bundle.hub === hub && bundle.authority === authority && bundle.member === member;
    if (!isOurs) throw new HomeError({ kind: "home-damaged", what: SETTINGS });
    return Home.of(this.store, this.settings, bundle);
  }
}

async function opened(sealed: Uint8Array, key: SealingKey): Promise<KeyBundle> {
  try {
    return await KeyBundle.open(sealed, key);
  } catch (error) {
    if (error instanceof Refused && error.code === "wrong reader") throw new HomeError({ kind: "wrong-secret" });
    throw new HomeError({ kind: "home-damaged", what: SECRETS });
  }
}

function readSettings(bytes: Uint8Array): Settings {
  try {
    return json.readJson(bytes, SETTINGS_SHAPE);
  } catch (error) {
    throw error instanceof NotA ? new HomeError({ kind: "home-damaged", what: SETTINGS }) : error;
  }
}

/** What is sealed says under which name, so that nothing can stand in the place of another. */
function headOf(name: string): Uint8Array {
  return utf8(`zegel/1 home ${name}\n`);
}

/** A secret that can be overwritten. */
export interface Wiped {
  wipe(): void;
}

/** A member's home, unlocked. */
export class Home {
  #bundle: KeyBundle;
  #settings: Settings;
  /** What was verified since the keys were unlocked. In memory only. */
  readonly verified = new Verified();
  /** Keys beside the bundle's that are at work, by what they open. */
  readonly #lent = new Map<string, Wiped>();
  #isLocked = false;
  /** The `key` statement that was in force when it was verified last, once that was read here. */
  #inForce: Digest | undefined;
  /** What is being proven, behind which the next waits. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly store: Store,
    settings: Settings,
    bundle: KeyBundle,
  ) {
    this.#settings = settings;
    this.#bundle = bundle;
  }

  /** For LockedHome: a home of which the bundle was opened. */
  static of(store: Store, settings: Settings, bundle: KeyBundle): Home {
    return new Home(store, settings, bundle);
  }

  /**
   * Begins a home with keys. Refuses with `home-taken` where there is one. What else it is to hold from the beginning
   * is put there in the same step.
   */
  static async create(
    store: Store,
    settings: Settings,
    bundle: KeyBundle,
    more: ReadonlyMap<string, Uint8Array> = new Map(),
  ): Promise<Home> {
    if ((await store.get(SETTINGS)) !== undefined) throw new HomeError({ kind: "home-taken" });
    const home = new Home(store, settings, bundle);
    const all = new Map<string, Uint8Array | undefined>(await home.sealedAll(more));
    // What lies here without settings was of a home that came to nothing.
    for (const name of await store.names()) if (!all.has(name) && !name.startsWith(UNUSED)) all.set(name, undefined);
    all.set(SECRETS, await bundle.seal());
    all.set(SETTINGS, json.jsonBytes(settings));
    await store.change(all);
    return home;
  }

  get settings(): Settings {
    return this.#settings;
  }

  get bundle(): KeyBundle {
    return this.#bundle;
  }

  /** Changes the settings that are a matter of taste. */
  async setSettings(changed: Partial<Pick<Settings, "language">>): Promise<void> {
    this.#settings = { ...this.#settings, ...changed };
    await this.store.put(SETTINGS, json.jsonBytes(this.#settings));
  }

  /** Keeps other keys instead of those that were kept before, and what belongs to them, in one step. */
  async saveBundle(bundle: KeyBundle, more: ReadonlyMap<string, Uint8Array | undefined> = new Map()): Promise<void> {
    const before = this.#bundle;
    this.#bundle = bundle;
    try {
      const all = await this.sealedAll(more);
      await this.store.change(new Map([...all, [SECRETS, await bundle.seal()]]));
    } catch (error) {
      this.#bundle = before;
      throw error;
    }
  }

  /** Forgets the keys. Nothing can be read or written here any more. */
  lock(): void {
    this.#isLocked = true;
    this.#bundle.wipe();
    for (const secret of this.#lent.values()) secret.wipe();
    this.#lent.clear();
  }

  /**
   * Has a secret wiped when this locks; at once if it is locked. Of two with one name, which are the same, one stays: this
   * gives it.
   */
  wipedWith<T extends Wiped>(name: string, secret: T): T {
    const before = this.#lent.get(name) as T | undefined;
    if (this.#isLocked || (before !== undefined && before !== secret)) secret.wipe();
    if (before !== undefined) return before;
    if (!this.#isLocked) this.#lent.set(name, secret);
    return secret;
  }

  /** Something that was kept; nothing where there is none. Refuses with `home-damaged` what these keys don't open. */
  async kept(name: string): Promise<Uint8Array | undefined> {
    const sealed = await this.store.get(name);
    if (sealed === undefined) return undefined;
    const head = headOf(name);
    for (const { sealing } of [...this.#bundle.keys].reverse()) {
      const plain = await openFile(sealed, sealing).catch(() => undefined);
      if (plain !== undefined && equal(plain.subarray(0, head.length), head)) return plain.subarray(head.length);
    }
    throw new HomeError({ kind: "home-damaged", what: name });
  }

  /** Keeps something, sealed, instead of what had that name. */
  async keep(name: string, bytes: Uint8Array): Promise<void> {
    await this.store.put(name, await this.sealed(name, bytes));
  }

  /** Keeps and forgets (`undefined`) all of these in one step. */
  async keepAll(all: ReadonlyMap<string, Uint8Array | undefined>): Promise<void> {
    await this.store.change(await this.sealedAll(all));
  }

  async forget(name: string): Promise<void> {
    await this.store.remove(name);
  }

  /** The names of what is kept that begin so. */
  async keptNames(beginning: string): Promise<string[]> {
    return (await this.store.names()).filter((name) => name.startsWith(beginning));
  }

  /** What was verified last, if anything was. */
  async remembered(): Promise<Remembered | undefined> {
    const bytes = await this.kept(TRUST);
    if (bytes === undefined) return undefined;
    try {
      const remembered = readRemembered(bytes);
      this.#inForce = remembered.key;
      return remembered;
    } catch {
      // To begin anew here would forget what the hub must be held to.
      throw new HomeError({ kind: "home-damaged", what: TRUST });
    }
  }

  remember(remembered: Remembered): Promise<void> {
    this.#inForce = remembered.key;
    return this.keep(TRUST, rememberedBytes(remembered));
  }

  /**
   * Where what was verified last is damaged: sets it aside as it lies, and goes on from what the keys came with, as
   * who restores them does. False if it is not damaged.
   */
  async mendRemembered(): Promise<boolean> {
    try {
      await this.remembered();
      return false;
    } catch (error) {
      if (!(error instanceof HomeError)) throw error;
      // Without keys nothing opens.
      if (this.#isLocked) return false;
    }
    await this.copyAside([TRUST]);
    const { seen } = this.#bundle;
    await this.keepAll(new Map([[TRUST, seen && rememberedBytes(rememberedOf(seen))]]));
    return true;
  }

  /**
   * Asks, proves and remembers, one after another: what one saw the next is held to. A hub could else have an old answer
   * come last, and so have forgotten what was seen meanwhile.
   */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** Keeps proof against the hub; its name. */
  async keepEvidence(name: string, evidence: unknown): Promise<string> {
    await this.keep(`evidence/${name}`, utf8(JSON.stringify(evidence, null, 2)));
    return name;
  }

  /** Proof against the hub that was kept, as JSON, to hand to the house. */
  async evidence(name: string): Promise<string | undefined> {
    const bytes = await this.kept(`evidence/${name}`);
    return bytes === undefined ? undefined : textOf(bytes);
  }

  /**
   * Copies what is there of these, as it lies here, aside under `unused-1` or the next that is free: whatever comes of
   * them then, no keys are lost.
   */
  async copyAside(names: readonly string[]): Promise<void> {
    const taken = await this.store.names();
    let number = 1;
    while (taken.some((name) => name.startsWith(`${UNUSED}${number}/`))) number += 1;
    const copies = new Map<string, Uint8Array>();
    for (const name of names) {
      const bytes = await this.store.get(name);
      if (bytes !== undefined) copies.set(`${UNUSED}${number}/${name}`, bytes);
    }
    await this.store.change(copies);
  }

  /** Makes room for other keys: what is left is no home. Keys that were copied aside stay. */
  async abandon(): Promise<void> {
    const names = (await this.store.names()).filter((name) => !name.startsWith(UNUSED));
    await this.store.change(new Map(names.map((name) => [name, undefined])));
  }

  private async sealedAll<B extends Uint8Array | undefined>(all: ReadonlyMap<string, B>): Promise<Map<string, B>> {
    const sealed = new Map<string, B>();
    for (const [name, bytes] of all) {
      sealed.set(name, (bytes && (await this.sealed(name, bytes))) as B);
    }
    return sealed;
  }

  /**
   * The key in force, and those after it: one that the hub never gets goes, and what is kept here must not go with it.
   * Those before open nothing new.
   */
  private get recipients(): Recipient[] {
    const { keys } = this.#bundle;
    const inForce = keys.findIndex(({ key }) => key === this.#inForce);
    return keys.slice(Math.max(inForce, 0)).map(({ sealing }) => sealing.recipient);
  }

  private async sealed(name: string, bytes: Uint8Array): Promise<Uint8Array> {
    const plain = concat(headOf(name), bytes);
    try {
      return await sealFile(plain, this.recipients);
    } finally {
      plain.fill(0);
    }
  }
}

const UNUSED = "unused-";
/** What makes a home, by name, for `copyAside`. */
export const KEYS = [SETTINGS, SECRETS] as const;
/** The name under which what was verified last is kept. */
export const REMEMBERED = TRUST;
