// Mijn werk: what waits for a member, in all cases.

import { Work, type Context } from "../client/context.ts";
import { asks } from "../client/verbs/meeting/ask.ts";
import { listPacks, type Pack } from "../client/verbs/pack.ts";
import type { CaseState } from "../protocol/case.ts";
import type { CaseNumber, Moment } from "../protocol/id.ts";
import { refused } from "../protocol/refusal.ts";

/** Something that waits, and until when. */
export type WorkSeen = { readonly case: CaseNumber; readonly isUrgent: boolean; readonly deadline: Moment | undefined } & (
  | { readonly kind: "approve"; readonly items: readonly string[]; readonly readers: number; readonly repeated: number }
  | { readonly kind: "read"; readonly items: number; readonly date: Moment }
  | { readonly kind: "open-case"; readonly partner: string }
);

/** All of it: urgent first, then by deadline. */
export async function seeWork(ctx: Context): Promise<WorkSeen[]> {
  const work = await Work.begin(ctx);
  const all = [...(await toApprove(ctx)), ...(await toRead(ctx)), ...(await toOpen(work))];
  const order = ({ isUrgent, deadline, case: number }: WorkSeen): string =>
    `${isUrgent ? 0 : 1} ${deadline ?? "9999"} ${number}`;
  return all.sort((one, other) => (order(one) < order(other) ? -1 : 1));
}

async function toApprove(ctx: Context): Promise<WorkSeen[]> {
  let lines;
  try {
    lines = await asks(ctx);
  } catch (error) {
    // Who holds no vault is asked nothing.
    if (isWithoutVault(error)) return [];
    throw error;
  }
  return lines.map(({ case: number, roster, items, readers, waiting }) => ({
    kind: "approve",
    case: number,
    isUrgent: roster.urgent === "yes",
    deadline: roster.deadline,
    items: items.map(({ title }) => title),
    readers: readers.length,
    repeated: waiting.filter(({ isApprovedBefore }) => isApprovedBefore).length,
  }));
}

function isWithoutVault(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "no-vault" || code === "not-holder";
}

async function toRead(ctx: Context): Promise<WorkSeen[]> {
  const now = ctx.clock.now();
  const isOpen = ({ from, until }: Pack): boolean => from <= now && now < until;
  return (await listPacks(ctx)).filter(isOpen).map(({ case: number, items, date, until }) => ({
    kind: "read",
    case: number,
    isUrgent: false,
    deadline: date < until ? date : until,
    items: items.length,
    date,
  }));
}

/** Cases that were referred and that nobody runs yet, for who may. */
async function toOpen(work: Work): Promise<WorkSeen[]> {
  const { world } = work;
  const mayRun = (of: CaseState): boolean =>
    of.vault === undefined && refused(() => of.directors(world.house).requireHolder(world.house, world.me)) === undefined;
  if (!world.house.isProcesregisseur(world.me, work.now())) return [];
  return (await world.loadAll()).filter(mayRun).map((of) => ({
    kind: "open-case",
    case: of.number,
    isUrgent: false,
    deadline: undefined,
    partner: world.house.partnerName(of.partner),
  }));
}
