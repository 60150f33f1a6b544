// The meeting: who is at it, what is asked of whom, and what each reader is given.
//
// In order: `roster`, `ask`, then at the supplier `approve` or `decide`, and `release`.

import type { CaseState } from "../../protocol/case.ts";
import type { House } from "../../protocol/directory.ts";
import { ends, type Digest, type MemberId, type Moment, type PartnerId } from "../../protocol/id.ts";
import { known } from "../../protocol/item.ts";
import { latestRoster } from "../../protocol/meeting.ts";
import { refused } from "../../protocol/refusal.ts";
import { allows, earlier, later, rulesOf } from "../../protocol/rules.ts";
import type { Item, Roster } from "../../protocol/statement.ts";
import type { ItemKeys } from "../grant.ts";
import type { Entered } from "./choose.ts";

export { agendaFile, meet } from "./meeting/agenda.ts";
export { approve, type Approvals, type ApproveWish } from "./meeting/approve.ts";
export { ask, asks, type AskLine } from "./meeting/ask.ts";
export { consult, refuse, retract, withdraw } from "./meeting/decide.ts";
export { release, type Released, type ReleaseWish } from "./meeting/release.ts";
export { roster, type Invited, type MeetingWish, type Planned } from "./meeting/roster.ts";

/** An item and a reader that a supplier has been asked about and has not answered. */
export interface Waiting {
  readonly roster: Digest;
  readonly item: Digest;
  readonly reader: MemberId;
  /** Whether it approved the same for an earlier roster of this meeting. */
  readonly isApprovedBefore: boolean;
}

/** By roster, item and reader, each once. */
export function inOrder<T extends Pick<Waiting, "roster" | "item" | "reader">>(pairs: readonly T[]): T[] {
  const byName = new Map(pairs.map((pair) => [`${pair.roster} ${pair.item} ${pair.reader}`, pair]));
  return [...byName].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, pair]) => pair);
}

/**
 * Everything that waits for a supplier in a case: what was asked for the rosters that are the latest of their meeting
 * and have not ended. Nobody is asked about a reader who holds the supplier's own vault.
 */
export function waitingFor(house: House, of: CaseState, supplier: PartnerId, now: Moment): Waiting[] {
  const waiting: Waiting[] = [];
  for (const ask of of.asks.values()) {
    const roster = of.rosters.get(ask.roster);
    const isOpen = roster !== undefined && of.latest.get(roster.meeting) === ask.roster && now < roster.until;
    if (ask.supplier !== supplier || !isOpen) continue;
    for (const item of ask.item.filter((each) => refused(() => known(of, each)) === undefined)) {
      const readers = readersOf(house, of, roster, supplier);
      const open = readers.filter((reader) => !isAnswered(of, ask.roster, item, reader));
      waiting.push(...open.map((reader) => pair(of, ask.roster, roster, item, reader)));
    }
  }
  return inOrder(waiting);
}

function pair(of: CaseState, id: Digest, roster: Roster, item: Digest, reader: MemberId): Waiting {
  return { roster: id, item, reader, isApprovedBefore: wasApproved(of, roster, item, reader) };
}

/** The participants who can't open the supplier's items as holders of its vault. */
export function readersOf(house: House, of: CaseState, roster: Roster, supplier: PartnerId): MemberId[] {
  const holds = (member: MemberId): boolean => {
    let answer = false;
    refused(() => (answer = of.keptIn(house, supplier).isHeldBy(house, member)));
    return answer;
  };
  return roster.participant.map(({ member }) => member).filter((member) => !holds(member));
}

/** What a supplier can still approve of an item for a roster, asked or not, refused before or not. */
export function unapproved(
  house: House,
  of: CaseState,
  id: Digest,
  item: Digest,
  supplier: PartnerId,
): Waiting[] {
  const roster = latestRoster(of, id);
  const open = readersOf(house, of, roster, supplier).filter((reader) => !isApproved(of, id, item, reader));
  return open.map((reader) => pair(of, id, roster, item, reader));
}

function isAnswered(of: CaseState, roster: Digest, item: Digest, reader: MemberId): boolean {
  const isRefused = [...of.refusals.values()].some(
    (no) => no.roster === roster && no.item === item && no.reader.includes(reader),
  );
  return isRefused || isApproved(of, roster, item, reader);
}

function isApproved(of: CaseState, roster: Digest, item: Digest, reader: MemberId): boolean {
  return [...of.approvals.values()].some(
    ({ approval, withdrawn }) =>
      approval.roster === roster && approval.item === item && approval.reader === reader && !withdrawn,
  );
}

/** Whether an earlier roster of the same meeting has this approval, not taken back. */
function wasApproved(of: CaseState, { meeting, number }: Roster, item: Digest, reader: MemberId): boolean {
  return [...of.approvals.values()].some(({ approval, withdrawn }) => {
    const other = of.rosters.get(approval.roster);
    const isEarlier = other?.meeting === meeting && other.number < number;
    return isEarlier && approval.item === item && approval.reader === reader && !withdrawn;
  });
}

/** A time in which something may be open. */
export interface Window {
  readonly from: Moment;
  readonly until: Moment;
}

/** The longest window within that of the roster in which an item may be open; none if there is no such. */
export function windowOf(roster: Roster, item: Item): Window | undefined {
  const gone = ends(item.retention);
  const from = later(item.from ?? roster.from, roster.from);
  const until = earlier(earlier(item.until ?? gone, gone), roster.until);
  return from < until ? { from, until } : undefined;
}

/** Whether an item's rules let it be given for a roster at all, at this moment. */
export function canBeGiven(of: CaseState, roster: Roster, id: Digest, now: Moment): boolean {
  const against = refused(() => {
    const { item } = known(of, id);
    const window = windowOf(roster, item);
    if (window !== undefined) allows(rulesOf(item), { use: { kind: "give", ...window }, phase: roster.phase, now });
  });
  const state = of.items.get(id);
  return against === undefined && state !== undefined && windowOf(roster, state.item) !== undefined;
}

/** The file keys of some items that a vault of the member opens, each the one that its statement commits to. */
export async function fileKeys(
  { work: { world }, keys }: Entered,
  items: Iterable<Digest>,
): Promise<Map<Digest, ItemKeys>> {
  const all = new Map<Digest, ItemKeys>();
  for (const item of new Set(items)) {
    const label = await keys.fileKey(world, item, "label", "vault");
    all.set(item, { label, body: await keys.fileKey(world, item, "body", "vault") });
  }
  return all;
}

/** Overwrites keys that were used. */
export function wipeAll(all: ReadonlyMap<Digest, ItemKeys>): void {
  for (const { label, body } of all.values()) {
    label.wipe();
    body.wipe();
  }
}
