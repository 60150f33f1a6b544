// Whether a reader may open an item of its pack now, and which packs are no longer its own.

import type { CaseState } from "../case.ts";
import type { House } from "../directory.ts";
import type { Digest, MemberId, Moment } from "../id.ts";
import { known } from "../item.ts";
import { isOn } from "../meeting.ts";
import { refuseUnless, there } from "../refusal.ts";
import { allows, rulesOf, within } from "../rules.ts";
import { releasedItems, type Release, type Roster } from "../statement.ts";

/** An item of a release, by its reader, at a moment. */
export interface Opening {
  readonly release: Digest;
  readonly item: Digest;
  readonly reader: MemberId;
  readonly now: Moment;
}

/**
 * Refuses a reader who may not open an item of a release now: the hub asks before it serves, the reader's client before
 * it opens (design section 4, "Opening").
 */
export function mayOpen(house: House, theCase: CaseState, { release: id, item: itemId, reader, now }: Opening): void {
  house.freshDirectory(now);
  house.member(reader, now);
  const release = there(theCase.releases.get(id), "not-released");
  refuseUnless(release.reader === reader, "not-released");
  // A newer roster closes the pack of who is not on it; the others keep theirs.
  const { meeting } = there(theCase.rosters.get(release.roster), "unknown-roster");
  const latest = theCase.latest.get(meeting);
  const roster = there(latest && theCase.rosters.get(latest), "unknown-roster");
  refuseUnless(isOn(roster, reader), "not-on-roster");
  refuseUnless(theCase.released.get(meeting)?.get(reader) === id, "not-released");
  within(release.from, release.until, now);
  const { item } = known(theCase, itemId);
  refuseUnless(theCase.takenBack.get(id)?.has(itemId) !== true, "withdrawn");
  requireInRelease(theCase, release, itemId, now);
  allows(rulesOf(item), { use: { kind: "open" }, phase: theCase.phase, now });
}

function requireInRelease(theCase: CaseState, release: Release, item: Digest, now: Moment): void {
  if (release.own.some((own) => own.item === item)) return;
  const approved = there(
    release.approved.find((each) => each.item === item),
    "not-released",
  );
  const { approval, withdrawn } = there(theCase.approvals.get(approved.approval), "not-approved");
  refuseUnless(!withdrawn, "withdrawn");
  within(approval.from, approval.until, now);
}

/**
 * What was released in a roster's meeting to readers who are not on it, and is not in a pack of another meeting that
 * they still have.
 */
export function noLongerGiven(theCase: CaseState, roster: Roster): Map<MemberId, Set<Digest>> {
  const gone = new Map<MemberId, Set<Digest>>();
  for (const release of theCase.releases.values()) {
    const isOfMeeting = theCase.rosters.get(release.roster)?.meeting === roster.meeting;
    if (!isOfMeeting || isOn(roster, release.reader)) continue;
    const standing = standingItems(theCase, release.reader);
    const items = releasedItems(release).filter((item) => !standing.has(item));
    if (items.length === 0) continue;
    gone.set(release.reader, new Set([...(gone.get(release.reader) ?? []), ...items]));
  }
  return gone;
}

/** The items of the packs that a reader still has. */
function standingItems(theCase: CaseState, reader: MemberId): Set<Digest> {
  const packs = [...theCase.released.values()].map((ofMeeting) => ofMeeting.get(reader));
  const releases = packs.map((id) => id && theCase.releases.get(id)).filter((release) => release !== undefined);
  return new Set(releases.flatMap((release) => releasedItems(release)));
}
