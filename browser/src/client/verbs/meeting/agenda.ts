// The agenda of a meeting (9.2c): its purpose, the kind of decisions and the topics. An item of the house's own.

import { judgeItem } from "../../../protocol/item.ts";
import type { CaseNumber, Moment } from "../../../protocol/id.ts";
import type { Item } from "../../../protocol/statement.ts";
import type { Context, Plan } from "../../context.ts";
import { wishOf } from "../../done.ts";
import type { Scratches } from "../../home.ts";
import { warningsAbout } from "../../vault.ts";
import { enter } from "../choose.ts";
import { draftReady, sealAll, uploadAll } from "../contribute.ts";
import { Outbox } from "../contribute/outgoing.ts";
import { Place, retentionOr, titleOf, type NewFile } from "../contribute/terms.ts";
import { draftRoster, plannedBefore, type MeetingWish, type Planned } from "./roster.ts";

/** The agenda as it is put in: readable by all who are at the meeting, in every phase that has one. */
export function agendaFile(title: string, text: string, now: Moment): NewFile {
  return {
    file: new Blob([text], { type: "text/plain" }),
    fileName: "agenda.txt",
    title,
    terms: {
      kind: "agenda",
      director: "reads",
      approval: "ask",
      phases: ["triage", "rto", "plan"],
      from: undefined,
      until: undefined,
      withheld: "silent",
      retention: retentionOr(undefined, now),
    },
    about: {
      regime: "avg",
      legalGround: "convenant, artikel 9.2c",
      allowedUse: "Alleen voor dit overleg.",
      onward: "no",
      cites: [],
    },
  };
}

/**
 * A roster with a new agenda, both in one batch: there is no meeting without its purpose. The plan is empty where the
 * very same wish was done before.
 */
export async function meet(
  ctx: Context,
  number: CaseNumber,
  wanted: MeetingWish,
  agenda: NewFile,
  outgoing: Scratches,
): Promise<Plan<Planned>> {
  const before = await enter(ctx, number);
  const { world } = before.work;
  before.of.requireDirector(world.house, world.me, before.work.now());
  const kept = Place.in(world.house, before.of, world.myPartner());
  judgeItem(world.house, before.of, kept.planned(agenda.terms), world.me, before.work.now());
  const outbox = await Outbox.open(ctx.home, outgoing);
  const ready = await sealAll(outbox, [agenda], { outgoing }, () => `${number} agenda`);
  const wish = wishOf("meet", number, wanted, ready.map((each) => each.wish));
  const sent = await before.work.sentBefore(wish);
  const planned = sent && plannedBefore(before.of, wanted, sent.id);
  if (planned !== undefined) return { draft: before.work.draft(), warnings: [], send: async () => planned };
  await uploadAll(ctx, outbox, ready, new Map(), { outgoing });
  const entered = await enter(ctx, number);
  const { work, of } = entered;
  const place = Place.in(work.world.house, of, work.world.myPartner());
  const draft = work.draft();
  // The roster names an agenda that is on record only once both are.
  const withAgenda = of.clone();
  let id: Planned["roster"] | undefined;
  for (const each of ready) {
    id = draftReady(draft, place, each);
    draft.call(id, titleOf(each.file));
    const item = draft.statements.at(-1)!.body as Item;
    withAgenda.items.set(id, { item, by: work.world.me, retracted: false });
  }
  const made = await draftRoster({ ...entered, of: withAgenda }, draft, { ...wanted, ...(id && { agenda: id }) });
  const send = async (): Promise<Planned> => {
    await work.sendOnce(wish, draft);
    await outbox.forget(ready.map((each) => each.outgoing));
    return made;
  };
  return { draft, warnings: warningsAbout(work.world, place.directors), send };
}
