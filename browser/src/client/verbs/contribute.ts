// Files into a case, sealed here, with the supplier's rules.
//
// In order: everything is judged and read before anything leaves, then uploaded, then signed in one batch. What was cut
// off goes on where it stopped when the same is wanted again, and what was done is not done twice.

import type { CaseState } from "../../protocol/case.ts";
import { digestOf, type CaseNumber, type Digest, type PartnerId } from "../../protocol/id.ts";
import { judgeItem } from "../../protocol/item.ts";
import { refused } from "../../protocol/refusal.ts";
import { Work, type Context, type Plan } from "../context.ts";
import { Done, wishOf } from "../done.ts";
import type { Scratches } from "../home.ts";
import { NOTHING } from "../planned.ts";
import type { Progress } from "../remote.ts";
import type { Warning } from "../say.ts";
import type { Draft } from "../sign.ts";
import { warningsAbout, warningsToNotHolder } from "../vault.ts";
import { enter, type Entered } from "./choose.ts";
import { Outbox, type Outgoing } from "./contribute/outgoing.ts";
import { bytesOfLabel, labelFor, Place, requireRecorded, titleOf, type NewFile } from "./contribute/terms.ts";

export type { About, NewFile, Retention, Terms } from "./contribute/terms.ts";
export { retentionOr, sizeWords } from "./contribute/terms.ts";

/** What is on record now, or will be. */
export interface Contributed {
  readonly case: CaseNumber;
  readonly items: readonly NewItem[];
}

export interface NewItem {
  readonly item: Digest;
  readonly title: string;
  readonly fileName: string;
  /** False if it was on record before, by the same wish. */
  readonly isNew: boolean;
}

/** How files go out. */
export interface Sending {
  /** Where they lie, sealed, until they are on record. */
  readonly outgoing: Scratches;
  /** Told while a file is sealed, and while it is sent. */
  readonly progress?: (file: NewFile, doing: "sealing" | "sending") => Progress;
  /** That the very same is wanted once more, and for which time; nothing for the first. */
  readonly again?: number;
}

/** A file that was sealed. */
export interface Ready {
  readonly file: NewFile;
  readonly outgoing: Outgoing;
  /** By which it is known again. */
  readonly wish: Digest;
}

/**
 * Seals files for a case and uploads them, all of them or none; what will be signed is the plan. Nothing of them is on
 * record before that is sent, and the hub forgets what nobody signs for. The plan is empty where all was on record.
 */
export async function contribute(
  ctx: Context,
  number: CaseNumber,
  files: readonly NewFile[],
  sending: Sending,
): Promise<Plan<Contributed>> {
  const entered = await enter(ctx, number);
  const warnings = judgedBefore(entered, files);
  const outbox = await Outbox.open(ctx.home, sending.outgoing);
  const done = await Done.open(ctx.home, ctx.clock.now());
  const ready = await sealAll(outbox, files, sending, (file) => `${number} ${file.terms.kind}`);
  const before = onRecord(entered.of, entered.work.world.myPartner(), ready, done);
  await uploadAll(ctx, outbox, ready, before, sending);
  // An upload may have taken hours: vaults may have new generations since.
  const { work, of } = await enter(ctx, number);
  const place = Place.in(work.world.house, of, work.world.myPartner());
  const draft = work.draft();
  const items = ready.map((each) => newItem(draft, place, each, before));
  const send = async (): Promise<Contributed> => {
    if (draft.statements.length > 0) await work.send(draft);
    await done.add(ready.map(({ wish }, at) => [wish, items[at]!.item]));
    await outbox.forget(ready.map(({ outgoing }) => outgoing));
    return { case: number, items };
  };
  return { draft, warnings, send };
}

/** Judges each item before it is read, and says what to know of the vaults. */
function judgedBefore({ work, of }: Entered, files: readonly NewFile[]): Warning[] {
  const { world } = work;
  const supplier = world.myPartner();
  const place = Place.in(world.house, of, supplier);
  for (const { terms } of files) judgeItem(world.house, of, place.planned(terms), world.me, work.now());
  return vaultWarnings(work, place);
}

/** What to know of the vaults that items come to lie in. */
export function vaultWarnings({ world }: Work, { own }: Place): Warning[] {
  return [...warningsAbout(world, own), ...warningsToNotHolder(world, own)];
}

/** Reads and seals all files. One that can't be read stops everything, and nothing has left. */
export async function sealAll(
  outbox: Outbox,
  files: readonly NewFile[],
  { progress, again }: Sending,
  purposeOf: (file: NewFile) => string,
): Promise<Ready[]> {
  // Before the work: whether the label can be written does not depend on what is in the file.
  for (const file of files) bytesOfLabel(labelFor(file, { digest: NOTHING, length: 0 }));
  const ready: Ready[] = [];
  for (const file of files) {
    const purpose = again === undefined ? purposeOf(file) : `${purposeOf(file)} again ${again}`;
    const told = progress?.(file, "sealing") ?? (() => undefined);
    const outgoing = await outbox.take(purpose, file.file, told);
    const label = digestOf(bytesOfLabel(labelFor(file, outgoing.plain)));
    const { retention: _, ...terms } = file.terms;
    ready.push({ file, outgoing, wish: wishOf(purpose, terms, label) });
  }
  return ready;
}

/**
 * Those that are on record already, by the digest of their payload: the very sealing that is there, or one of a wish
 * that was done. Refuses one that is there under other rules than are wanted now. What was taken out since is wanted
 * anew.
 */
function onRecord(
  of: CaseState,
  supplier: PartnerId,
  ready: readonly Ready[],
  done: Done,
): ReadonlyMap<Digest, Digest> {
  const before = new Map<Digest, Digest>();
  for (const { file, outgoing, wish } of ready) {
    const payload = outgoing.payload.digest;
    const known = done.find(wish);
    for (const [id, { item, retracted }] of of.items) {
      const isIt = item.supplier === supplier && !retracted && (item.body.digest === payload || id === known);
      if (!isIt) continue;
      requireRecorded(file.terms, file.fileName, item);
      before.set(payload, id);
      break;
    }
  }
  return before;
}

/** Uploads what is not on record, each from where it stopped. */
export async function uploadAll(
  { remote }: Pick<Context, "remote">,
  outbox: Outbox,
  ready: readonly Ready[],
  before: ReadonlyMap<Digest, Digest>,
  { progress }: Sending,
): Promise<void> {
  for (const { file, outgoing } of ready) {
    if (before.has(outgoing.payload.digest)) continue;
    await outbox.upload(outgoing, remote, progress?.(file, "sending") ?? (() => undefined));
  }
}

function newItem(draft: Draft, place: Place, ready: Ready, before: ReadonlyMap<Digest, Digest>): NewItem {
  const { file, outgoing } = ready;
  const known = before.get(outgoing.payload.digest);
  const item = known ?? draftReady(draft, place, ready);
  return { item, title: titleOf(file), fileName: file.fileName, isNew: known === undefined };
}

/** Adds the item of a sealed file to a draft. */
export function draftReady(draft: Draft, place: Place, { file, outgoing }: Ready): Digest {
  return place.draft(draft, file.terms, labelFor(file, outgoing.plain), outgoing);
}

/** Whether a place can be had in a case at all: its supplier has a vault. */
export function hasPlace({ work, of }: Entered): boolean {
  return refused(() => Place.in(work.world.house, of, work.world.myPartner())) === undefined;
}
