// What every deed begins with, and how what was agreed to is signed and sent.

import type { CaseState } from "../protocol/case.ts";
import { BadSignature, verifyStatement, type PublicCert } from "../protocol/cert.ts";
import { plus, unix, type Digest, type Moment } from "../protocol/id.ts";
import { refusal, type Language } from "../protocol/refusal.ts";
import { shown } from "../protocol/zone.ts";
import type { Batch } from "./batch.ts";
import { describe, type Names } from "./describe.ts";
import { Done } from "./done.ts";
import { ClientError, isCode } from "./error.ts";
import { ENROL } from "./pending.ts";
import type { Recorded } from "./remote.ts";
import type { Both, Warning } from "./say.ts";
import type { KeyBundle, Secrets } from "./secret.ts";
import { signIn } from "./session.ts";
import { Draft } from "./sign.ts";
import { TrustError, World, type Desk, type Known } from "./trust.ts";

/** A member at this browser, keys unlocked. */
export interface Context extends Desk {
  readonly language: Language;
}

/** The hub takes signatures of five minutes; sending needs some of that. In seconds. */
const LONGEST_THOUGHT = 240;
/** A key's end is told to its owner so many seconds ahead. */
export const KEY_WARNING = 30 * 24 * 3600;

/**
 * What will be signed, shown before it is: nothing of it is signed, and nothing has left. `send` signs and sends it,
 * once the person said yes.
 */
export interface Plan<T = Recorded> {
  readonly draft: Draft;
  /** What to show beside it. */
  readonly warnings: readonly Warning[];
  send(): Promise<T>;
}

/** A member at work: signed in, with who is who proven. */
export class Work implements Context {
  #cases: Promise<readonly CaseState[]> | undefined;

  private constructor(
    private readonly ctx: Context,
    readonly secrets: Secrets,
    readonly world: World,
  ) {}

  /**
   * Signs in where needed, and fetches and verifies who is who: what everything that reads or signs begins with. A part
   * of what began so goes on with that.
   */
  static async begin(ctx: Context): Promise<Work> {
    if (ctx instanceof Work) return ctx;
    if (!ctx.remote.hasSession) await signIn(ctx);
    const world = await World.houseOf(ctx).catch(async (error: unknown) => {
      // A session can end before its time.
      if (!isCode(error, "signed-out")) throw error;
      await signIn(ctx);
      return World.houseOf(ctx);
    });
    const { bundle } = ctx.home;
    await requireNewest(bundle, world);
    // Whatever answer got lost: the keys of the enrolment are on record.
    if (bundle.keys.some(({ key }) => world.statement(key) !== undefined)) await ctx.home.forget(ENROL);
    return new Work(ctx, bundle.secrets(world.myKey()), world);
  }

  get home(): Context["home"] {
    return this.ctx.home;
  }

  get remote(): Context["remote"] {
    return this.ctx.remote;
  }

  get clock(): Context["clock"] {
    return this.ctx.clock;
  }

  get language(): Language {
    return this.ctx.language;
  }

  now(): Moment {
    return this.ctx.clock.now();
  }

  /** All cases that the member knows of, proven: fetched once for all that begins with this. */
  cases(): Promise<readonly CaseState[]> {
    this.#cases ??= this.world.loadAll();
    return this.#cases;
  }

  /** A draft of the member, now. */
  draft(): Draft {
    return Draft.by(this.world, this.ctx.clock);
  }

  /** What a draft says in plain words: some lines for each of its statements. */
  async describe(draft: Draft, language: Language = this.language): Promise<string[][]> {
    const names: Names = { house: this.world.house, cases: this.world.history.cases, called: draft.called };
    return Promise.all(draft.statements.map((statement) => describe(statement, names, language)));
  }

  /** Signs and sends. The hub's answer is in the order of the statements. */
  async send(draft: Draft): Promise<readonly Recorded[]> {
    return this.deliver(await this.sign(draft));
  }

  /**
   * The same for one statement that nothing tells from a second wish of the same words. What it was signed as is
   * remembered before it leaves, so that who got no answer finds it on record (`sentBefore`).
   */
  async sendOnce(wish: Digest, draft: Draft): Promise<readonly Recorded[]> {
    const batch = await this.sign(draft);
    const id = draft.statements.at(-1)!.id();
    await (await Done.open(this.home, this.now())).add([[wish, id]]);
    return this.deliver(batch);
  }

  /** What the very same wish put on record, if it did so in the last week. */
  async sentBefore(wish: Digest): Promise<Recorded | undefined> {
    const id = (await Done.open(this.home, this.now())).find(wish);
    const known = id && this.world.statement(id);
    return known && recordedBefore(known);
  }

  /** Signs what was agreed to. Refuses what was thought about for too long: the hub would not take it any more. */
  async sign(draft: Draft): Promise<Batch> {
    if (unix(this.now()) - unix(draft.signedAt) > LONGEST_THOUGHT) {
      throw ClientError.said(
        "took-too-long",
        "Het duurde te lang. Er is niets verstuurd. Doe het opnieuw.",
        "It took too long. Nothing was sent. Do it again.",
      );
    }
    return draft.sign(this.secrets.cert);
  }

  /** Sends what was signed, and holds the hub to its answer. */
  async deliver(batch: Batch): Promise<readonly Recorded[]> {
    const before = await this.world.seenLast();
    const answer = await this.remote.post(batch);
    await this.world.holdTo(batch, answer, before);
    return answer.recorded;
  }

  /** A plan of a draft of which only the first statement's answer is of interest. */
  plan(draft: Draft, warnings: readonly Warning[] = []): Plan {
    return { draft, warnings, send: async () => first(await this.send(draft)) };
  }

  /** The same for what is not to be done twice. */
  planOnce(wish: Digest, draft: Draft, warnings: readonly Warning[] = []): Plan {
    return { draft, warnings, send: async () => first(await this.sendOnce(wish, draft)) };
  }

  /**
   * A key that ends in silence is found out by the letter that nobody could read: what to say of its end, if it is
   * near.
   */
  keysEnd(): Both | undefined {
    const { world } = this;
    const membership = world.house.members.get(world.me);
    if (membership === undefined || !world.house.isInForce(world.me, world.now)) return undefined;
    const until = world.house.mailUntil(membership);
    if (until > plus(world.now, KEY_WARNING)) return undefined;
    const [nl, en] = [shown(until, "nl"), shown(until, "en")];
    if (until === membership.until) {
      return {
        nl: `Let op: uw deelname eindigt op ${nl}. Vraag het huis om haar te verlengen.`,
        en: `Note: your membership ends at ${en}. Ask the house to renew it.`,
      };
    }
    return {
      nl: `Let op: vanaf ${nl} kan niemand u meer een bericht sturen. Maak nieuwe sleutels.`,
      en: `Note: from ${en} nobody can send you a letter any more. Make new keys.`,
    };
  }
}

/** As the hub would say of something that is on record already. */
export function recordedBefore({ id, leaf, at }: Known): Recorded {
  return { id, leaf, at, new: false };
}

/** The answer to a batch of which only the first statement is of interest. */
export function first(recorded: readonly Recorded[]): Recorded {
  const [one] = recorded;
  if (one === undefined) throw ClientError.badAnswer("recorded");
  return one;
}

/**
 * The bundle must be the member's newest on record. An older one means that newer keys were made elsewhere, or that the
 * hub gave it to who lost the newest; a newer one, that the hub keeps back what it recorded. But keys that are still on
 * their way come with a bundle that is not on record.
 */
export async function requireNewest(bundle: KeyBundle, world: World): Promise<void> {
  const newest = await newestOfMine(bundle, world);
  if (bundle.number < newest) throw refusal("bundle-number", { next: newest + 1 });
  const isOnRecord = world.statement(bundle.keys.at(-1)!.key) !== undefined;
  if (bundle.number > newest && isOnRecord) throw new TrustError({ code: "no-bundle", number: bundle.number });
}

/**
 * The number of the newest bundle that was signed with a key of mine, or with one that the house vouched for. Before
 * anybody vouches for a key the hub could make up another, and with that a bundle that locks me out for good. Of those
 * whose number is below this one; 0 if there is none.
 */
export async function newestOfMine(bundle: KeyBundle, world: World, below = Infinity): Promise<number> {
  const { house, me } = world;
  const vouched = (house.keysSince.get(me) ?? []).map(({ key }) => house.keys.get(key)?.cert);
  const certs = [...bundle.keys.map(({ cert }) => cert.public), ...vouched.filter((cert) => cert !== undefined)];
  let newest = 0;
  for (const known of world.statementsOfHouse()) {
    const { body } = known.statement;
    if (body.kind !== "bundle" || known.statement.member() !== me) continue;
    if (body.number <= newest || body.number >= below) continue;
    if (await isByOneOf(certs, known)) newest = body.number;
  }
  return newest;
}

async function isByOneOf(certs: readonly PublicCert[], { text, signature, statement }: Known): Promise<boolean> {
  for (const cert of certs) {
    try {
      await verifyStatement(cert, "bundle", text, signature, statement.signedAt);
      return true;
    } catch (error) {
      if (!(error instanceof BadSignature)) throw error;
    }
  }
  return false;
}
