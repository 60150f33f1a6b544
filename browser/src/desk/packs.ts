// Informatiepakket: what was released to a reader, and opening it.

import type { Context } from "../client/context.ts";
import { OpfsScratches } from "../client/home.ts";
import type { Opened } from "../client/open.ts";
import { Work } from "../client/context.ts";
import { listPacks, openPack } from "../client/verbs/pack.ts";
import type { CaseNumber, Digest, MeetingId, Moment } from "../protocol/id.ts";
import { safeFileName, type Label } from "../protocol/label.ts";
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
  const { world } = await Work.begin(ctx);
  const own = world.myPartner();
  return (await listPacks(ctx, number)).map(({ meeting, date, from, until, gaps, items }) => ({
    meeting,
    date,
    from,
    until,
    gaps,
    items: items.map(({ id, item, supplier, label, refused, isAlarm }) => ({
      id,
      title: label?.title ?? id,
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

/** An item that was opened, checked to its last byte. */
export interface OpenedSeen {
  readonly label: Label;
  /** Under which it can be saved. */
  readonly fileName: string;
  /** The plain text; what the browser does with it is settled by the page. */
  readonly content: Blob;
}

/** The largest that is put together in memory, in bytes; larger ones are saved piece by piece. */
export const MOST_SHOWN = 64 * 1024 * 1024;

export async function openItem(
  ctx: Context,
  number: CaseNumber,
  item: Digest,
  progress: (done: number, all: number) => void,
): Promise<OpenedSeen> {
  const incoming = await OpfsScratches.open("incoming");
  const { opened, refused } = await openPack(ctx, number, { items: [item], incoming, progress: () => progress });
  const [one] = opened;
  if (one === undefined) {
    const [why] = refused;
    throw new ToldAgain(why?.code ?? "unknown-item", why?.sentence ?? "");
  }
  const pieces: BlobPart[] = [];
  for await (const piece of one.plain()) pieces.push(piece.slice());
  await doneWith(one);
  // Of no kind that a browser would run: how it is shown is the page's to say.
  const content = new Blob(pieces, { type: "application/octet-stream" });
  return { label: one.label, fileName: safeFileName(one.label.fileName), content };
}

async function doneWith(one: Opened): Promise<void> {
  await one.done();
}

/** A reason that was told in a sentence already. */
class ToldAgain extends Error {
  constructor(
    readonly code: string,
    private readonly said: string,
  ) {
    super(code);
  }

  sentence(): string {
    return this.said;
  }
}

