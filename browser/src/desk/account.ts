// Mijn sleutels: one's own keys, what opens them, and where one is signed in.

import { Work, type Context } from "../client/context.ts";
import { ClientError } from "../client/error.ts";
import { pendingBatch, ROTATE } from "../client/pending.ts";
import type { SessionRow } from "../client/remote.ts";
import type { Both } from "../client/say.ts";
import {
  addOpeners,
  exportKey,
  keysOnTheirWay,
  openerOf,
  rotate,
  showKeys,
  type KeyRow,
  type Opener,
} from "../client/verbs/key.ts";
import type { Moment } from "../protocol/id.ts";
import { RecoveryCode } from "../protocol/recovery.ts";
import { refusal } from "../protocol/refusal.ts";
import { openerGiven, type Entrance, type OpenedBy, type PasskeyGave } from "./entrance.ts";
import type { Plans, Prepared } from "./plans.ts";

/** How a key stands: the house vouches for it, has to, or vouched for a newer one since. */
export type KeyStanding = "in-force" | "waiting" | "old";

export interface KeySeen extends KeyRow {
  readonly standing: KeyStanding;
  readonly at: Moment | undefined;
}

export interface AccountSeen {
  readonly name: string;
  readonly partner: string;
  readonly mail: string;
  readonly until: Moment;
  /** The newest first. */
  readonly keys: readonly KeySeen[];
  /** How many passkeys open them, beside the one recovery code. */
  readonly passkeys: number;
  readonly openedBy: OpenedBy | undefined;
  /** Whether new keys were sent of which no answer came. */
  readonly isSending: boolean;
  /** What to say of the end of the keys, if it is near. */
  readonly ends: Both | undefined;
  /** The cert, for others' mail programs. */
  readonly cert: string;
}

export type SessionSeen = SessionRow;

export async function seeAccount(ctx: Context, openedBy: OpenedBy | undefined): Promise<AccountSeen> {
  const work = await Work.begin(ctx);
  const { world, home } = work;
  const { name, partner, mail, until } = world.myMembership();
  const inForce = world.myKey();
  const { keys } = await showKeys(home);
  const current = keys.findIndex(({ key }) => key === inForce);
  const seen = keys.map((row, place) => {
    const standing: KeyStanding = place === current ? "in-force" : place > current ? "waiting" : "old";
    return { ...row, standing, at: world.statement(row.key)?.at };
  });
  return {
    name,
    partner: world.house.partnerName(partner),
    mail,
    until,
    keys: seen.reverse(),
    passkeys: home.bundle.recipients.length - 1,
    openedBy,
    isSending: (await pendingBatch(home, ROTATE)) !== undefined,
    ends: work.keysEnd(),
    cert: await exportKey(home, "openpgp"),
  };
}

/** Where one is signed in, as the hub says; this place first. */
export async function seeSessions(ctx: Context): Promise<SessionSeen[]> {
  await Work.begin(ctx);
  const order = (row: SessionSeen): string => `${row.this ? 1 : 0} ${row.seen}`;
  return [...(await ctx.remote.sessions())].sort((one, other) => (order(one) > order(other) ? -1 : 1));
}

export async function planRotation(ctx: Context, plans: Plans): Promise<Prepared> {
  const plan = await rotate(ctx);
  // Keys that are on their way already are sent again, and shown as such.
  if ("resend" in plan) throw keysOnTheirWay();
  return plans.prepare(ctx, plan);
}

/** Sends new keys again. False if there are none to send, or the hub does not take these any more: make others. */
export async function rotateAgain(ctx: Context): Promise<boolean> {
  const plan = await rotate(ctx);
  return "resend" in plan && (await plan.resend()) !== undefined;
}

/**
 * What is to open the keys. Which of those in the bundle was lost nobody can tell by looking: so those that stay are
 * touched, a new code is made, and only these are kept.
 */
export class Openers {
  #code: RecoveryCode | undefined;
  /** Whether somebody began anew who may. */
  #isBegun = false;
  readonly #kept = new Map<string, Opener>();

  constructor(
    private readonly entrance: Entrance,
    private readonly plans: Plans,
  ) {}

  /** Refuses with `not-fresh` who unlocked too long ago to change what opens the keys. */
  requireFresh(): void {
    this.entrance.fresh.require();
  }

  /** To open the keys with one more passkey. */
  async planPasskey(gave: PasskeyGave): Promise<Prepared> {
    this.requireFresh();
    const ctx = this.entrance.context;
    return this.plans.prepare(ctx, await addOpeners(ctx, [openerGiven(gave)]));
  }

  /** How many passkeys stay, with this one; without one it begins anew, with that of this session. */
  keptPasskeys(gave: PasskeyGave | undefined): number {
    const { bundle } = this.entrance.home;
    const { openedWith } = this.entrance;
    if (gave === undefined) {
      this.clear();
      this.requireFresh();
      this.#isBegun = true;
    }
    if (openedWith?.by === "passkey") this.#keep(openedWith.opener);
    if (gave !== undefined) {
      const opener = openerGiven(gave);
      if (!bundle.recipients.includes(opener.recipient)) throw otherPasskey();
      this.#keep(opener);
    }
    return this.#kept.size;
  }

  #keep(opener: Opener): void {
    if (this.entrance.home.bundle.recipients.includes(opener.recipient)) this.#kept.set(opener.recipient, opener);
  }

  newCode(): string {
    // How long it takes from there is the person's own affair: a code is written down.
    if (!this.#isBegun) throw refusal("not-allowed");
    this.#code?.wipe();
    this.#code = RecoveryCode.generate();
    return this.#code.toText();
  }

  /** To open the keys with the passkeys that were touched and the new code, and nothing else. */
  async planOnly(): Promise<Prepared> {
    const ctx = this.entrance.context;
    const code = this.#code;
    if (code === undefined) throw refusal("not-allowed");
    const { identity } = code;
    const opener = openerOf(identity, code.fetchId);
    identity.wipe();
    return this.plans.prepare(ctx, await addOpeners(ctx, [...this.#kept.values(), opener], true));
  }

  clear(): void {
    this.#code?.wipe();
    this.#code = undefined;
    this.#isBegun = false;
    this.#kept.clear();
  }
}

function otherPasskey(): ClientError {
  return ClientError.said(
    "wrong-passkey",
    "Deze passkey opent uw sleutels niet. Kies een andere, of voeg deze later toe.",
    "This passkey does not open your keys. Choose another one, or add this one later.",
  );
}
