// What each reader has of each item: approved, released, or missing with why.

import type { Entered } from "../client/verbs/choose.ts";
import { canBeGiven } from "../client/verbs/meeting.ts";
import type { CaseState } from "../protocol/case.ts";
import type { House } from "../protocol/directory.ts";
import type { Digest, MemberId } from "../protocol/id.ts";
import { requireUnmixed } from "../protocol/meeting.ts";
import { refused } from "../protocol/refusal.ts";
import { releasedItems, type Release, type Roster } from "../protocol/statement.ts";
import type { MeetingStanding } from "./standing.ts";

/** An item that can be given at a meeting. */
export interface ColumnSeen {
  readonly item: Digest;
  readonly title: string;
  readonly supplier: string;
  /** Of the house itself: nobody else has to approve. */
  readonly isOfHouse: boolean;
  readonly isAgenda: boolean;
}

/** How it stands with an item for a reader. */
export type CellSeen =
  | "released"
  /** Released for an earlier roster of the meeting, and still to be read. */
  | "kept"
  | "approved"
  /** Of the house: it can be released as it is. */
  | "house"
  /** Of the reader's own organisation, which has it already. */
  | "own"
  | "refused"
  | "withdrawn"
  | "waiting"
  /** Not answered in time. */
  | "late"
  | "unasked";

/** The items that were asked for, can be asked for, were released, or are of the house. */
export function columnsOf(
  { work, of }: Entered,
  { id, roster, asked }: MeetingStanding,
  titled: (item: Digest) => string,
): ColumnSeen[] {
  const { house } = work.world;
  const now = work.now();
  const own = house.housePartner();
  const released = new Set([...of.releases.values()].filter((each) => each.roster === id).flatMap((each) => releasedItems(each)));
  const columns: ColumnSeen[] = [];
  for (const [item, state] of of.items) {
    if (state.retracted) continue;
    const { supplier, itemKind, approval } = state.item;
    const isAgenda = itemKind === "agenda";
    const fits =
      approval === "ask" &&
      (!isAgenda || item === roster.agenda) &&
      canBeGiven(of, roster, item, now) &&
      refused(() => requireUnmixed(house, of, roster, supplier)) === undefined;
    if (!fits && !asked.has(item) && !released.has(item)) continue;
    const name = house.partnerName(supplier);
    columns.push({ item, title: titled(item), supplier: name, isOfHouse: supplier === own, isAgenda });
  }
  const order = ({ isAgenda, supplier, title }: ColumnSeen): string => `${isAgenda ? 0 : 1} ${supplier} ${title}`;
  return columns.sort((one, other) => (order(one) < order(other) ? -1 : 1));
}

export function cellsOf(
  house: House,
  of: CaseState,
  standing: MeetingStanding,
  columns: readonly ColumnSeen[],
  reader: MemberId,
): CellSeen[] {
  return columns.map((column) => cellOf(house, of, standing, column, reader));
}

function cellOf(
  house: House,
  of: CaseState,
  { id, roster, asked, isLate }: MeetingStanding,
  { item, isOfHouse }: ColumnSeen,
  reader: MemberId,
): CellSeen {
  const isIn = packOf(of, roster, reader).includes(item);
  if (isIn && latestRelease(of, roster, reader)?.roster === id) return "released";
  const approvals = [...of.approvals.values()].filter(
    ({ approval }) => approval.roster === id && approval.item === item && approval.reader === reader,
  );
  if (approvals.some(({ withdrawn }) => !withdrawn)) return "approved";
  if (isIn) return "kept";
  if (approvals.length > 0) return "withdrawn";
  if (isOfHouse) return "house";
  if (holdsSupplier(house, of, item, reader)) return "own";
  const isRefused = [...of.refusals.values()].some(
    (no) => no.roster === id && no.item === item && no.reader.includes(reader),
  );
  if (isRefused) return "refused";
  if (asked.has(item)) return isLate ? "late" : "waiting";
  return "unasked";
}

function latestRelease(of: CaseState, { meeting }: Roster, reader: MemberId): Release | undefined {
  const latest = of.released.get(meeting)?.get(reader);
  return latest && of.releases.get(latest);
}

/** What a reader has of a meeting now, by whichever roster, without what its supplier took back. */
export function packOf(of: CaseState, roster: Roster, reader: MemberId): Digest[] {
  const release = latestRelease(of, roster, reader);
  const id = of.released.get(roster.meeting)?.get(reader);
  const takenBack = id && of.takenBack.get(id);
  return release === undefined ? [] : releasedItems(release).filter((item) => takenBack?.has(item) !== true);
}

function holdsSupplier(house: House, of: CaseState, item: Digest, reader: MemberId): boolean {
  const supplier = of.items.get(item)?.item.supplier;
  let holds = false;
  if (supplier !== undefined) refused(() => (holds = of.keptIn(house, supplier).isHeldBy(house, reader)));
  return holds;
}
