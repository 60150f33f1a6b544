// Informatiepakket: what was released to a reader.

import type { Context } from "../client/context.ts";
import { Work } from "../client/context.ts";
import { listPacks } from "../client/verbs/pack.ts";
import type { CaseNumber, MeetingId, Moment } from "../protocol/id.ts";
import { forTerminal } from "../protocol/label.ts";
import type { ItemSeen } from "./items.ts";

export interface PackSeen {
  readonly meeting: MeetingId;
  readonly date: Moment;
  readonly from: Moment;
  readonly until: Moment;
  /** Items that are not in it and whose supplier lets that be seen. There may be others. */
  readonly gaps: number;
  readonly items: readonly ItemSeen[];
}

/** The packs of one case. */
export async function seePacks(ctx: Context, number: CaseNumber): Promise<PackSeen[]> {
  const work = await Work.begin(ctx);
  const own = work.world.myPartner();
  return (await listPacks(work, number)).map(({ meeting, date, from, until, gaps, items }) => ({
    meeting,
    date,
    from,
    until,
    gaps,
    items: items.map(({ id, item, supplier, label, refused, isAlarm }) => ({
      id,
      title: label === undefined ? id : forTerminal(label.title),
      supplier: supplier ?? "",
      isOwn: item?.supplier === own,
      item,
      label,
      closed: refused && { code: refused.code, nl: refused.sentence, en: refused.sentence, isAlarm },
      isRetracted: false,
      at: undefined,
    })),
  }));
}
