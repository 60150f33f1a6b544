// Where a member works: the keys, what was proven, and everything that is done with them. It lives in a Worker; the page
// gets what a person is to see, and nothing that opens anything.

import { SYSTEM_CLOCK } from "../client/clock.ts";
import { Work, type Context } from "../client/context.ts";
import { isCode } from "../client/error.ts";
import { requireAddress, type Home, type Passkey, type Store } from "../client/home.ts";
import { pendingBatch, REQUEST } from "../client/pending.ts";
import { Remote } from "../client/remote.ts";
import { signIn, signOut } from "../client/session.ts";
import { listCases, type CaseLine } from "../client/verbs/case.ts";
import {
  catchUp,
  enrol,
  enrolAgain,
  isUnderWay,
  readSlip,
  restore,
  wordsOfRequest,
  type Enrolment,
  type NewPasskey,
} from "../client/verbs/enrol.ts";
import { caseNumber, digest, hubName, type HubName, type MemberId } from "../protocol/id.ts";
import { PRF_SALT } from "../protocol/passkey.ts";
import { RecoveryCode } from "../protocol/recovery.ts";
import { refusal, type Language } from "../protocol/refusal.ts";
import { SealingKey } from "../protocol/seal.ts";
import type { Role } from "../protocol/words.ts";
import { planApproval, planRefusal, seeAsks, type Answer, type AskSeen } from "./approvals.ts";
import { seeCase, type CaseSeen } from "./case.ts";
import { hasHomes, newHome, unlockHome, type Kept } from "./homes.ts";
import { seeHouse, type HouseSeen } from "./house.ts";
import { openItem, seePacks, type OpenedSeen, type PackSeen } from "./packs.ts";
import { Plans, type Prepared } from "./plans.ts";
import { seeWork, type WorkSeen } from "./work.ts";

/** What a passkey gave the page, on its way to the desk. */
export interface PasskeyGave {
  /** 32 bytes. */
  readonly fetchId: Uint8Array;
  /** Of the identity that its output makes, 32 bytes. */
  readonly secret: Uint8Array;
}

/** Who works here, as the house vouched. */
export interface Who {
  readonly member: MemberId;
  readonly name: string;
  readonly partner: string;
  readonly roles: readonly Role[];
}

/** How it stands with whoever unlocked. */
export type Standing =
  | { readonly kind: "in"; readonly who: Who }
  /** The house has to vouch first, or again: the words to read to it, and the hub's word on why. */
  | { readonly kind: "waiting"; readonly words: string | undefined; readonly why: string | undefined };

/** Keys in the making. */
export interface SlipRead {
  readonly name: string;
  readonly mail: string;
  readonly hub: string;
}

export class Desk {
  readonly #base: URL;
  readonly #hub: HubName;
  readonly #remote: Remote;
  #language: Language = "nl";
  #kept: Kept | undefined;
  #enrolment: Enrolment | undefined;
  readonly #plans = new Plans();
  #voice: ((sentence: string) => void) | undefined;

  /** At this page's own origin, which is where the hub is. */
  constructor(origin: string) {
    this.#base = new URL("/", origin);
    this.#hub = hubName(this.#base.hostname);
    requireAddress(this.#base, this.#hub);
    this.#remote = new Remote(this.#base, { language: "nl", voice: (sentence) => this.#voice?.(sentence) });
  }

  /** Speaks this language from here on, and tells the page what is waited for. */
  speak(language: Language, voice?: (sentence: string) => void): void {
    this.#language = language;
    if (voice !== undefined) this.#voice = voice;
  }

  hubName(): string {
    return this.#hub;
  }

  /** Whether keys of anyone are in this browser. */
  knowsSomebody(): Promise<boolean> {
    return hasHomes();
  }

  /** Unlocks with what a passkey gave. */
  unlock({ fetchId, secret }: PasskeyGave): Promise<Standing> {
    const identity = SealingKey.fromBytes(secret);
    secret.fill(0);
    return this.#unlockWith(identity, fetchId);
  }

  /** Unlocks with the recovery code, as it was typed. */
  unlockByCode(typed: string): Promise<Standing> {
    const code = RecoveryCode.parse(typed);
    const { identity, fetchId } = code;
    code.wipe();
    return this.#unlockWith(identity, fetchId);
  }

  async #unlockWith(identity: SealingKey, fetchId: Uint8Array): Promise<Standing> {
    await this.lock();
    this.#kept = (await unlockHome(identity)) ?? (await this.#restored(identity, fetchId));
    try {
      return await this.standing();
    } catch (error) {
      if (!isCode(error, "bundle-number")) throw error;
      // Keys or passkeys were made elsewhere since.
      if (!(await catchUp(this.#home, this.#remote, identity, fetchId))) throw error;
      return await this.standing();
    } finally {
      identity.wipe();
    }
  }

  async #restored(identity: SealingKey, fetchId: Uint8Array): Promise<Kept> {
    const how = { base: this.#base, hub: this.#hub, remote: this.#remote, language: this.#language };
    const passkeys: Passkey[] = [];
    const { made, store } = await newHome((store) => restore({ ...how, store, identity, fetchId, passkeys }));
    return { home: made, store };
  }

  /** Locks: the keys are wiped, and the session ends. */
  async lock(): Promise<void> {
    const kept = this.#kept;
    this.#kept = this.#enrolment = undefined;
    this.#plans.clear();
    if (kept === undefined) return;
    if (this.#remote.hasSession) await signOut(this.#contextOf(kept.home));
    kept.home.lock();
    await kept.store.close();
  }

  get #home(): Home {
    if (this.#kept === undefined) throw refusal("not-vouched");
    return this.#kept.home;
  }

  #contextOf(home: Home): Context {
    return { home, remote: this.#remote, clock: SYSTEM_CLOCK, language: this.#language };
  }

  get #context(): Context {
    return this.#contextOf(this.#home);
  }

  /** How it stands with who unlocked: signed in and in force, or waiting for the house. */
  async standing(): Promise<Standing> {
    const ctx = this.#context;
    if (!this.#remote.hasSession) await signIn(ctx);
    const me = await this.#remote.me();
    if (!me.in_force) {
      const request = await pendingBatch(ctx.home, REQUEST);
      const words = request && (await wordsOfRequest(request));
      return { kind: "waiting", words, why: me.refusal?.sentence };
    }
    const { world } = await Work.begin(ctx);
    const membership = world.myMembership();
    const partner = world.house.partnerName(membership.partner);
    return { kind: "in", who: { member: world.me, name: membership.name, partner, roles: membership.role } };
  }

  /** Reads a slip as somebody typed or pasted it. */
  readSlip(text: string): SlipRead {
    const { name, mail, hub, code } = readSlip(text);
    code.wipe();
    return { name, mail, hub };
  }

  /** Makes keys for the one who holds the slip; nothing is kept or sent yet. The recovery code, to be shown once. */
  async beginEnrolment(text: string, passkey: PasskeyGave | undefined): Promise<string> {
    await this.lock();
    const slip = readSlip(text);
    const passkeys: NewPasskey[] = [];
    if (passkey !== undefined) {
      const { fetchId, secret } = passkey;
      const identity = SealingKey.fromBytes(secret);
      passkeys.push({ identity, fetchId, credential: new Uint8Array(), salt: PRF_SALT });
    }
    const how = { base: this.#base, remote: this.#remote, clock: SYSTEM_CLOCK, language: this.#language, passkeys };
    const { made, store } = await newHome(async (store) => {
      this.#enrolment = await enrol({ ...how, store }, slip);
      return this.#enrolment;
    });
    this.#enrolling = store;
    return made.code.toText();
  }

  #enrolling: Store | undefined;

  /** Keeps the keys and tells the hub, once the code was written down. */
  async endEnrolment(): Promise<Standing> {
    const [enrolment, store] = [this.#enrolment, this.#enrolling];
    if (enrolment === undefined || store === undefined) throw refusal("key-unknown");
    const { home } = await enrolment.send();
    enrolment.code.wipe();
    this.#kept = { home, store };
    this.#enrolment = this.#enrolling = undefined;
    return this.standing();
  }

  /** Sends keys again of which no answer came. */
  async enrolAgain(): Promise<Standing> {
    if (await isUnderWay(this.#home)) await enrolAgain(this.#home, this.#remote);
    return this.standing();
  }

  // What the screens show. What they name comes from an address, which anybody can have typed.

  work(): Promise<WorkSeen[]> {
    return seeWork(this.#context);
  }

  cases(): Promise<CaseLine[]> {
    return listCases(this.#context);
  }

  async case(number: string): Promise<CaseSeen> {
    return seeCase(this.#context, caseNumber(number));
  }

  async asks(number: string): Promise<AskSeen[]> {
    return seeAsks(this.#context, caseNumber(number));
  }

  async packs(number: string): Promise<PackSeen[]> {
    return seePacks(this.#context, caseNumber(number));
  }

  async open(number: string, item: string, progress: (done: number, all: number) => void): Promise<OpenedSeen> {
    return openItem(this.#context, caseNumber(number), digest(item), progress);
  }

  house(): Promise<HouseSeen> {
    return seeHouse(this.#context);
  }

  // What is signed: prepared and shown first, then sent.

  async planApproval(number: string, answer: Answer): Promise<Prepared> {
    return planApproval(this.#context, this.#plans, caseNumber(number), answer);
  }

  async planRefusal(number: string, answer: Answer, reason: string): Promise<Prepared> {
    return planRefusal(this.#context, this.#plans, caseNumber(number), answer, reason);
  }

  /** Signs and sends what was shown. */
  async send(plan: number): Promise<void> {
    await this.#plans.send(plan);
  }
}
