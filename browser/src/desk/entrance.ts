// The way in: keys are unlocked, restored or made, and whoever has them signs in; and the way out.

import { SYSTEM_CLOCK } from "../client/clock.ts";
import { Work, type Context } from "../client/context.ts";
import { ClientError, isCode, isPassing } from "../client/error.ts";
import { LockedHome, type Holding, type Home, type Store } from "../client/home.ts";
import type { Me, Remote } from "../client/remote.ts";
import { nlEn } from "../client/say.ts";
import { signIn, signOut } from "../client/session.ts";
import {
  catchUp,
  enrol,
  enrolAgain,
  isUnderWay,
  readSlip,
  requireUsable,
  restore,
  type Enrolment,
} from "../client/verbs/enrol.ts";
import { openerOf, showKeys, type Opener } from "../client/verbs/key.ts";
import type { HubName, MemberId } from "../protocol/id.ts";
import { RecoveryCode } from "../protocol/recovery.ts";
import { refusal, type Language } from "../protocol/refusal.ts";
import { SealingKey } from "../protocol/seal.ts";
import type { Role } from "../protocol/words.ts";
import { Fresh } from "./fresh.ts";
import { NewStore, unlockHome, type Kept } from "./homes.ts";

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
  /** The house has to vouch first, or again: the words to read to it, or the hub's word on why. */
  | { readonly kind: "waiting"; readonly words: string | undefined; readonly why: string | undefined };

/** What opens the keys. */
export type OpenedBy = "passkey" | "code";

/** What stands on a slip, for the eye. */
export interface SlipRead {
  readonly name: string;
  readonly mail: string;
  readonly hub: string;
}

/** How long to wait before a hub that is away is asked again, in milliseconds. */
const AGAIN = 3000;

/** Why keys that open here don't get their owner in: they, or what opens them, were replaced elsewhere. */
const REPLACED = ["bundle-number", "bad-signature", "key-not-here"];

export class Entrance {
  language: Language = "nl";
  /** Tells the page what is waited for. */
  voice: ((sentence: string) => void) | undefined;
  /** Told when another window of this browser wants to go on with these keys. */
  asked: (() => void) | undefined;
  /** Whether it was unlocked just now. */
  readonly fresh = new Fresh();
  #kept: Kept | undefined;
  #openedWith: { readonly by: OpenedBy; readonly opener: Opener } | undefined;
  #enrolment: { readonly made: Enrolment; readonly store: Store; readonly passkey: Opener | undefined } | undefined;
  /** Goes up when somebody locks: whoever still waits for the hub then gives up. */
  #turn = 0;
  #locking: Promise<void> = Promise.resolve();

  constructor(
    private readonly base: URL,
    readonly hub: HubName,
    private remote: Remote,
  ) {}

  /** Unlocks with what a passkey gave; if need be in the place of another window. */
  unlock({ fetchId, secret }: PasskeyGave, takes: boolean): Promise<Standing> {
    return this.#unlockWith("passkey", identityOf(secret), fetchId, takes);
  }

  /** Unlocks with the recovery code, as it was typed; if need be in the place of another window. */
  unlockByCode(typed: string, takes: boolean): Promise<Standing> {
    const code = RecoveryCode.parse(typed);
    const { identity, fetchId } = code;
    code.wipe();
    return this.#unlockWith("code", identity, fetchId, takes);
  }

  /** Speaks this language from here on. */
  speak(language: Language): void {
    this.language = language;
    this.remote.speak(language);
  }

  #holding(takes: boolean): Holding {
    return { takes, asked: () => this.asked?.() };
  }

  async #unlockWith(by: OpenedBy, identity: SealingKey, fetchId: Uint8Array, takes: boolean): Promise<Standing> {
    await this.lock();
    const turn = this.#turn;
    try {
      // Another window may take its time to give way.
      const here = await unlockHome(identity, this.#holding(takes));
      const isHere = here !== undefined;
      const kept = here ?? (await this.#patiently(turn, () => this.#restored(by, identity, fetchId)));
      await this.#requireTurn(turn, kept);
      this.#kept = kept;
      this.#openedWith = { by, opener: openerOf(identity, fetchId) };
      this.fresh.begin();
      const { context } = this;
      try {
        return await this.#patiently(turn, () => this.#standingOrCaughtUp(context, by, identity, fetchId));
      } catch (error) {
        // Keys that were replaced elsewhere are of no use here.
        if (!isHere && isOpensNothing(error)) await context.home.abandon();
        throw error;
      }
    } catch (error) {
      // Who does not get in leaves nothing open.
      if (turn === this.#turn) await this.lock();
      throw error;
    } finally {
      identity.wipe();
    }
  }

  async #restored(by: OpenedBy, identity: SealingKey, fetchId: Uint8Array): Promise<Kept> {
    const store = new NewStore(this.#holding(false));
    const how = { base: this.base, hub: this.hub, remote: this.remote, language: this.language };
    try {
      return { home: await restore({ ...how, store, identity, fetchId }), store };
    } catch (error) {
      await store.close();
      throw isCode(error, "unknown-member") ? opensNothing(by) : error;
    }
  }

  async #standingOrCaughtUp(ctx: Context, by: OpenedBy, identity: SealingKey, fetchId: Uint8Array): Promise<Standing> {
    try {
      if (await isUnderWay(ctx.home)) await enrolAgain(ctx.home, ctx.remote);
      return await this.#standing(ctx);
    } catch (error) {
      if (isCode(error, "home-damaged") && (await ctx.home.mendRemembered())) {
        return this.#standingOrCaughtUp(ctx, by, identity, fetchId);
      }
      if (!REPLACED.some((code) => isCode(error, code))) throw error;
      const isNewer = await catchUp(ctx.home, ctx.remote, identity, fetchId).catch((why: unknown) => {
        throw isCode(why, "unknown-member") ? opensNothing(by) : why;
      });
      // The hub keeps the bundle before the newest for a while: what was replaced still fetches that.
      if (!isNewer) throw isCode(error, "bundle-number") ? opensNothing(by) : error;
      return await this.#standing(ctx);
    }
  }

  /** Does something until the hub is there for it, and tells who waits. Ends when somebody locks. */
  async #patiently<T>(turn: number, work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!isPassing(error) || turn !== this.#turn) throw error;
        this.voice?.(away(this.language));
        await new Promise((resolve) => setTimeout(resolve, AGAIN));
        if (turn !== this.#turn) throw error;
      }
    }
  }

  /** Who locked meanwhile does not want what was unlocked. */
  async #requireTurn(turn: number, { home, store }: Kept): Promise<void> {
    if (turn === this.#turn) return;
    home.lock();
    await store.close();
    throw ClientError.network("locked");
  }

  /** Locks: the keys are wiped, and the session ends. */
  lock(): Promise<void> {
    this.#turn += 1;
    // One after another: the session that ends must not be the next one's.
    this.#locking = this.#locking.then(() => this.#lock());
    return this.#locking;
  }

  async #lock(): Promise<void> {
    const [kept, enrolment] = [this.#kept, this.#enrolment];
    this.#kept = this.#openedWith = this.#enrolment = undefined;
    this.fresh.end();
    if (enrolment !== undefined) {
      // Closed before the keys are wiped: what is still under way must not keep what they are then.
      const closed = enrolment.store.close();
      enrolment.made.wipe();
      await closed;
    }
    if (kept === undefined) return;
    const context = this.#contextOf(kept.home);
    // What is still under way keeps its session, and whoever comes next gets another.
    this.remote = this.remote.anew(this.language);
    kept.home.lock();
    await kept.store.close();
    // Nobody waits for it: the hub may be away, or silent.
    if (context.remote.hasSession) void signOut(context);
  }

  get home(): Home {
    if (this.#kept === undefined) throw refusal("not-vouched");
    return this.#kept.home;
  }

  /** What it was unlocked with, if that is known. */
  get openedWith(): { readonly by: OpenedBy; readonly opener: Opener } | undefined {
    return this.#openedWith;
  }

  get context(): Context {
    return this.#contextOf(this.home);
  }

  #contextOf(home: Home): Context {
    return { home, remote: this.remote, clock: SYSTEM_CLOCK, language: this.language };
  }

  /** How it stands with who unlocked: signed in and in force, or waiting for the house. */
  standing(): Promise<Standing> {
    return this.#standing(this.context);
  }

  async #standing(ctx: Context): Promise<Standing> {
    const standing = await this.#stands(ctx);
    if (this.#kept?.home === ctx.home) return standing;
    // Who locked meanwhile is not let in, and leaves no session.
    void signOut(ctx);
    throw ClientError.network("locked");
  }

  async #stands(ctx: Context): Promise<Standing> {
    const { remote } = ctx;
    if (!remote.hasSession) await signIn(ctx);
    const me = await remote.me().catch(async (error: unknown) => {
      if (!isCode(error, "signed-out")) throw error;
      await signIn(ctx);
      return remote.me();
    });
    if (!me.in_force) {
      // Only of keys that nobody vouched for there is something to read aloud.
      const isNew = me.refusal === undefined || me.refusal.code === "not-vouched";
      if (!isNew) return { kind: "waiting", words: undefined, why: me.refusal && hubsWord(me.refusal, this.language) };
      const newest = (await showKeys(ctx.home)).keys.at(-1);
      return { kind: "waiting", words: newest?.words, why: undefined };
    }
    const { world } = await Work.begin(ctx);
    const membership = world.myMembership();
    const partner = world.house.partnerName(membership.partner);
    return { kind: "in", who: { member: world.me, name: membership.name, partner, roles: membership.role } };
  }

  /** Reads a slip as somebody typed or pasted it. Refuses one of no use here, before a passkey is made for it. */
  async readSlip(text: string): Promise<SlipRead> {
    const slip = readSlip(text);
    slip.code.wipe();
    await requireUsable({ base: this.base, remote: this.remote, clock: SYSTEM_CLOCK }, slip);
    const { name, mail, hub } = slip;
    return { name, mail, hub };
  }

  /** Makes keys for the one who holds the slip; nothing is kept or sent yet. The recovery code, to be shown once. */
  async beginEnrolment(text: string, gave: PasskeyGave | undefined): Promise<string> {
    await this.lock();
    const turn = this.#turn;
    const slip = readSlip(text);
    const passkey = gave && openerGiven(gave);
    const store = new NewStore(this.#holding(false));
    const how = { base: this.base, remote: this.remote, clock: SYSTEM_CLOCK, language: this.language, store };
    const made = await enrol({ ...how, passkeys: passkey === undefined ? [] : [passkey] }, slip);
    if (turn !== this.#turn) {
      // Who locked meanwhile never saw the code.
      made.wipe();
      throw ClientError.network("locked");
    }
    this.#enrolment = { made, store, passkey };
    return made.code.toText();
  }

  /** Keeps the keys and tells the hub, once the code was written down. */
  async endEnrolment(): Promise<Standing> {
    const enrolment = this.#enrolment;
    if (enrolment === undefined) throw refusal("key-unknown");
    const { made, store, passkey } = enrolment;
    const turn = this.#turn;
    const home = await this.#patiently(turn, () => this.#enrolled(made, store));
    await this.#requireTurn(turn, { home, store });
    made.code.wipe();
    this.#enrolment = undefined;
    this.#kept = { home, store };
    this.fresh.begin();
    if (passkey !== undefined) this.#openedWith = { by: "passkey", opener: passkey };
    return this.#patiently(turn, () => this.standing());
  }

  /** Keeps the keys and sends them; those that an earlier try kept, of which no answer came, are sent again. */
  async #enrolled(made: Enrolment, store: Store): Promise<Home> {
    const locked = await lockedHomeIn(store);
    if (locked === undefined) return (await made.send()).home;
    const { identity } = made.code;
    const home = await locked.unlock(identity).finally(() => identity.wipe());
    await enrolAgain(home, this.remote);
    return home;
  }
}

/** Whether keys were kept in a store already. */
async function lockedHomeIn(store: Store): Promise<LockedHome | undefined> {
  try {
    return await LockedHome.in(store);
  } catch (error) {
    if (isCode(error, "no-home")) return undefined;
    throw error;
  }
}

/** What the bundle says of a passkey that was touched. Of the secret nothing is left. */
export function openerGiven({ fetchId, secret }: PasskeyGave): Opener {
  const identity = identityOf(secret);
  const opener = openerOf(identity, fetchId);
  identity.wipe();
  return opener;
}

function identityOf(secret: Uint8Array): SealingKey {
  const identity = SealingKey.fromBytes(secret);
  secret.fill(0);
  return identity;
}

/** Said to be the hub's, and no longer than a refusal: it could else speak here as if it were this program. */
export function hubsWord(refused: NonNullable<Me["refusal"]>, language: Language): string {
  return new ClientError({ kind: "refused", ...refused, next: undefined }).sentence(language);
}

function isOpensNothing(error: unknown): boolean {
  return isCode(error, "wrong-code") || isCode(error, "wrong-passkey");
}

function opensNothing(by: OpenedBy): ClientError {
  if (by === "code") {
    return ClientError.said(
      "wrong-code",
      "Met deze code gaat niets open. Misschien is het een oude: als u een nieuwe code maakte, werkt de vorige niet meer. Er is niets gewist.",
      "This code opens nothing. Perhaps it is an old one: once you made a new code, the one before no longer works. Nothing was erased.",
    );
  }
  return ClientError.said(
    "wrong-passkey",
    "Met deze passkey gaat niets (meer) open. Kies een andere passkey, of log in met uw herstelcode. Er is niets gewist.",
    "This passkey opens nothing (any more). Choose another one, or sign in with your recovery code. Nothing was erased.",
  );
}

function away(language: Language): string {
  return nlEn(
    language,
    "De hub is nu niet bereikbaar. Controleer uw verbinding. Wij blijven het proberen: laat deze pagina open.",
    "The hub can't be reached now. Check your connection. We keep trying: leave this page open.",
  );
}
