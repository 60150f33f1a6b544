// How far a meeting is: what comes next for who runs it.

import type { World } from "../client/trust.ts";
import { waitingFor, type Waiting } from "../client/verbs/meeting.ts";
import { askable } from "../client/verbs/meeting/ask.ts";
import { releasable } from "../client/verbs/meeting/release.ts";
import type { CaseState } from "../protocol/case.ts";
import type { Digest, MeetingId, MemberId, Moment, PartnerId } from "../protocol/id.ts";
import type { Roster } from "../protocol/statement.ts";

/** What to do next about a meeting. */
export type NextStep =
  /** Ask suppliers, for the first time or again. */
  | "ask"
  /** Consult the partner that referred the case. */
  | "consult"
  /** Release what was approved. */
  | "release"
  /** Nothing but to wait for answers. */
  | "wait"
  /** All that was approved was released. */
  | "done"
  /** It is over, or of an earlier phase. */
  | "past";

export interface MeetingStanding {
  readonly id: Digest;
  readonly roster: Roster;
  readonly next: NextStep;
  readonly isInUse: boolean;
  /** Whether its time has come: what is done now is done at the table or after it. */
  readonly isHeld: boolean;
  /** Items that can be asked for and were not. */
  readonly toAsk: readonly Digest[];
  /** Items that were asked for. */
  readonly asked: ReadonlySet<Digest>;
  /** What suppliers have not answered. */
  readonly waiting: readonly (Waiting & { readonly supplier: PartnerId })[];
  /** Whether suppliers can't answer in time any more. */
  readonly isLate: boolean;
  readonly needsConsultation: boolean;
  readonly isConsulted: boolean;
  /** Who can be given something that they don't have. */
  readonly toRelease: readonly MemberId[];
}

/** The latest roster of each meeting, the first meeting first. */
export function latestRosters(of: CaseState): [MeetingId, Digest, Roster][] {
  const all: [MeetingId, Digest, Roster][] = [];
  for (const [meeting, id] of of.latest) {
    const roster = of.rosters.get(id);
    if (roster !== undefined) all.push([meeting, id, roster]);
  }
  return all.sort(([, , one], [, , other]) => (one.date < other.date ? -1 : 1));
}

export function standingOf(world: World, of: CaseState, id: Digest, roster: Roster, now: Moment): MeetingStanding {
  const { house } = world;
  const isInUse = roster.phase === of.phase && now < roster.until;
  const asks = [...of.asks.values()].filter((ask) => ask.roster === id);
  const suppliers = new Set(asks.map(({ supplier }) => supplier));
  const waiting = [...suppliers].flatMap((supplier) =>
    waitingFor(house, of, supplier, now)
      .filter((pair) => pair.roster === id)
      .map((pair) => ({ ...pair, supplier })),
  );
  const standing = {
    id,
    roster,
    isInUse,
    isHeld: roster.date <= now,
    toAsk: isInUse ? askable(world, of, id, roster, now) : [],
    asked: new Set(asks.flatMap(({ item }) => item)),
    waiting,
    isLate: roster.deadline <= now,
    // In triage none is due: it would show the referring partner who is questioned.
    needsConsultation: roster.phase !== "triage",
    isConsulted: [...of.consultations.values()].some((consultation) => consultation.roster === id),
    toRelease: isInUse ? releasable(house, of, id, now) : [],
  };
  return { ...standing, next: nextOf(standing) };
}

function nextOf(standing: Omit<MeetingStanding, "next">): NextStep {
  const { isInUse, toAsk, waiting, isLate, needsConsultation, isConsulted, toRelease } = standing;
  if (!isInUse) return "past";
  if (toAsk.length > 0) return "ask";
  if (needsConsultation && !isConsulted) return "consult";
  if (toRelease.length > 0) return "release";
  return waiting.length > 0 && !isLate ? "wait" : "done";
}

/** Whether it is up to whoever runs the case now: what suppliers may still answer is waited for. */
export function isDue({ next, waiting, isLate, isHeld }: MeetingStanding): boolean {
  if (isHeld) return false;
  if (next === "ask") return true;
  return (next === "consult" || next === "release") && (waiting.length === 0 || isLate);
}
