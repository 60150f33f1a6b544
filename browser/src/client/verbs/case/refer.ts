// A partner puts a case forward, with what is needed to judge it, and what may be told to others in triage.

import { judgeCase } from "../../../protocol/case.ts";
import { CLOCK_TOLERANCE } from "../../../protocol/history.ts";
import {
  caseNumber,
  caseNumberOf,
  plus,
  yearAndCount,
  type CaseNumber,
  type Digest,
  type Moment,
} from "../../../protocol/id.ts";
import { there } from "../../../protocol/refusal.ts";
import type { CaseKind } from "../../../protocol/words.ts";
import { Work, type Context, type Plan } from "../../context.ts";
import { Done } from "../../done.ts";
import { ClientError } from "../../error.ts";
import type { Draft } from "../../sign.ts";
import { byNumber, type World } from "../../trust.ts";
import { draftReady, sealAll, uploadAll, vaultWarnings, type Ready, type Sending } from "../contribute.ts";
import { Outbox } from "../contribute/outgoing.ts";
import { Place, requireRecorded, type NewFile } from "../contribute/terms.ts";

/** Where files of a referral go, while it has no case number yet. */
const PURPOSE = "referral";

/** The referral: for the screening, and for the questions of the triage. */
export interface Referral {
  readonly kind: CaseKind;
  readonly files: readonly NewFile[];
}

export interface Referred {
  readonly case: CaseNumber;
  readonly items: readonly Digest[];
  /** False if it was on record before, by the same wish. */
  readonly isNew: boolean;
}

/** Somebody else's referral took the number: what will be signed under the next one, to be shown and agreed to anew. */
export interface NumberTaken {
  readonly taken: CaseNumber;
  readonly next: Plan<Referred | NumberTaken>;
}

/**
 * Seals and uploads the files of a referral; what will be signed is the plan: case and items in one batch, under the
 * next number. Where someone else takes that number meanwhile, sending it gives the plan for the next: a yes to one
 * number is none to another. The plan is empty where all was on record.
 */
export async function refer(
  ctx: Context,
  referral: Referral,
  sending: Sending,
): Promise<Plan<Referred | NumberTaken>> {
  const work = await Work.begin(ctx);
  const { world } = work;
  const now = ctx.clock.now();
  const likely = world.house.nextCase(now);
  const opening = { kind: "case", case: likely, caseKind: referral.kind, partner: world.myPartner() } as const;
  judgeCase(world.house, opening, world.me, now);
  const warnings = vaultWarnings(work, placeOf(world, likely));
  const outbox = await Outbox.open(ctx.home, sending.outgoing);
  const done = await Done.open(ctx.home, now);
  const ready = await sealAll(outbox, referral.files, sending, ({ terms }) => {
    return `${PURPOSE} ${referral.kind} ${terms.kind} ${terms.phases.join(",")}`;
  });
  const clearUp = async (items: readonly Digest[]): Promise<void> => {
    await done.add(ready.map(({ wish }, at) => [wish, items[at]!]));
    await outbox.forget(ready.map(({ outgoing }) => outgoing));
  };
  const before = await onRecord(work, ready, done);
  if (before !== undefined) {
    const send = async (): Promise<Referred> => {
      await clearUp(before.items);
      return before;
    };
    return { draft: work.draft(), warnings: [], send };
  }
  await uploadAll(ctx, outbox, ready, new Map(), sending);
  return planFor(await Work.begin(ctx), referral.kind, ready, await likelyNumber(ctx), warnings, clearUp);
}

/** There is no case vault yet: the house's is the intake. */
function placeOf(world: World, number: CaseNumber): Place {
  const { house } = world;
  const supplier = world.myPartner();
  const directors = there(house.ownVault(), "no-vault");
  return new Place(house, number, supplier, there(house.vaultOf(supplier), "no-vault"), directors);
}

function planFor(
  work: Work,
  kind: CaseKind,
  ready: readonly Ready[],
  number: CaseNumber,
  warnings: Plan["warnings"],
  clearUp: (items: readonly Digest[]) => Promise<void>,
): Plan<Referred | NumberTaken> {
  const { draft, items } = drafted(work, kind, ready, number);
  const send = async (): Promise<Referred | NumberTaken> => {
    try {
      await work.send(draft);
    } catch (error) {
      const problem = error instanceof ClientError ? error.problem : undefined;
      if (problem?.kind !== "refused" || problem.code !== "case-number-taken") throw error;
      const next = nextNumber(number, problem.next, work.now());
      return { taken: number, next: planFor(work, kind, ready, next, warnings, clearUp) };
    }
    await clearUp(items);
    return { case: number, items, isNew: true };
  };
  return { draft, warnings, send };
}

function drafted(
  work: Work,
  kind: CaseKind,
  ready: readonly Ready[],
  number: CaseNumber,
): { draft: Draft; items: Digest[] } {
  const draft = work.draft();
  draft.push({ kind: "case", case: number, caseKind: kind, partner: work.world.myPartner() });
  const place = placeOf(work.world, number);
  return { draft, items: ready.map((each) => draftReady(draft, place, each)) };
}

/** The case that these very files were referred in by the same wish, if it was cut off after the hub had it. */
async function onRecord({ world }: Work, ready: readonly Ready[], done: Done): Promise<Referred | undefined> {
  const isKnown = ready.every(({ wish }) => done.find(wish) !== undefined);
  const isResumed = ready.some(({ outgoing }) => outgoing.record.upload !== undefined);
  if (ready.length === 0 || !(isKnown || isResumed)) return undefined;
  const mine = world.myPartner();
  for (const of of (await world.loadAll()).filter(({ partner }) => partner === mine)) {
    const found = ready.map(({ outgoing, wish }) =>
      [...of.items].find(([id, { item }]) => item.body.digest === outgoing.payload.digest || id === done.find(wish)),
    );
    const items = found.filter((each) => each !== undefined);
    if (items.length < ready.length) continue;
    ready.forEach(({ file }, at) => requireRecorded(file.terms, file.fileName, items[at]![1].item));
    return { case: of.number, items: items.map(([id]) => id), isNew: false };
  }
  return undefined;
}

/** The number behind those that the member knows of. Others may have more; then the hub says which is next. */
async function likelyNumber({ remote, clock }: Context): Promise<CaseNumber> {
  const year = Number(clock.now().slice(0, 4));
  const counts = (await remote.cases())
    .map((row) => yearAndCount(row.case))
    .filter((row) => row.year === year)
    .map(({ count }) => count);
  return caseNumberOf(year, Math.max(0, ...counts) + 1);
}

/**
 * The number to try next: the hub's, if it can be one. Numbers go up, and are of this year; around New Year the hub's
 * clock may be a little ahead.
 */
export function nextNumber(taken: CaseNumber, told: string | undefined, now: Moment): CaseNumber {
  const { year, count } = yearAndCount(taken);
  let next: CaseNumber;
  try {
    next = told === undefined ? caseNumberOf(year, count + 1) : caseNumber(told);
  } catch {
    throw ClientError.badAnswer("next");
  }
  const years = [now, plus(now, CLOCK_TOLERANCE)].map((moment) => Number(moment.slice(0, 4)));
  if (!years.includes(yearAndCount(next).year) || byNumber(next, taken) <= 0) throw ClientError.badAnswer("next");
  return next;
}
