// What a member may know of its cases, all of it proven.

import type { CaseState } from "../../../protocol/case.ts";
import type { CaseNumber, Digest, MeetingId, MemberId, Moment, PartnerId } from "../../../protocol/id.ts";
import type { ItemState } from "../../../protocol/item.ts";
import type { Label } from "../../../protocol/label.ts";
import type { Item, Kind, PartName, Roster } from "../../../protocol/statement.ts";
import type { Participant } from "../../../protocol/words/composed.ts";
import type { CaseKind, Phase } from "../../../protocol/words.ts";
import { Work, type Context } from "../../context.ts";
import { readNote, TEXT } from "../../note.ts";
import type { Known, World } from "../../trust.ts";
import { enter, labelIn, look, titleOf, type Entered, type Look, type Looks } from "../choose.ts";
import { openedPart, type Unread } from "../letter/answer.ts";

export interface CaseLine {
  readonly case: CaseNumber;
  readonly kind: CaseKind;
  readonly phase: Phase;
  /** The partner that referred it. */
  readonly partner: PartnerId;
  readonly partnerName: string;
  readonly items: number;
}

/** The cases that a member may know of, by number. */
export async function listCases(ctx: Context): Promise<CaseLine[]> {
  const { world } = await Work.begin(ctx);
  return (await world.loadAll()).map((of) => caseLine(world, of));
}

function caseLine(world: World, of: CaseState): CaseLine {
  const { number, kind, phase, partner } = of;
  const items = [...of.items.values()].filter(({ retracted }) => !retracted).length;
  return { case: number, kind, phase, partner, partnerName: world.house.partnerName(partner), items };
}

/** One case. */
export interface CaseReport extends CaseLine {
  /** Who run it. */
  readonly directors: readonly MemberId[];
  readonly steps: readonly Step[];
  readonly itemLines: readonly ItemLine[];
  readonly rosters: readonly RosterLine[];
}

/** Something that was decided, with its text if the member may read it. */
export interface Step {
  readonly statement: Digest;
  readonly step: Extract<Kind, "phase" | "consultation" | "refusal">;
  readonly phase: Phase | undefined;
  readonly item: Digest | undefined;
  readonly by: MemberId | undefined;
  readonly at: Moment;
  readonly text: string | undefined;
  /** Why there is no text. */
  readonly unread: Unread | undefined;
}

export interface ItemLine {
  readonly id: Digest;
  readonly item: Item;
  readonly retracted: boolean;
  /** For the eye: the title, or what stands for it. */
  readonly shown: string;
  readonly label: Label | undefined;
  /** Why there is no label, if there is none: not for this member, or kept back by the hub. */
  readonly look: Look;
}

export interface RosterLine {
  readonly id: Digest;
  readonly roster: Roster;
  readonly meeting: MeetingId;
  readonly isLatest: boolean;
  readonly participants: readonly Seated[];
  readonly isConsulted: boolean;
}

export interface Seated extends Participant {
  /** How many items are approved for this reader and roster, as far as the member may know. */
  readonly approved: number;
  /** How many items were released to this reader for this roster, as far as the member may know. */
  readonly released: number;
}

/** Shows a case. */
export async function showCase(ctx: Context, number: CaseNumber): Promise<CaseReport> {
  return reportOf(await enter(ctx, number));
}

/** The same of a case that was entered. */
export async function reportOf(entered: Entered): Promise<CaseReport> {
  const { work, of } = entered;
  const looks = await look(entered, of.items.keys());
  return {
    ...caseLine(work.world, of),
    directors: [...(of.vault?.holders.keys() ?? [])].sort(),
    steps: await stepsOf(entered),
    itemLines: [...of.items].sort(byId).map(([id, state]) => itemLine(entered, looks, id, state)),
    rosters: rosterLines(of),
  };
}

function byId([one]: readonly [Digest, unknown], [other]: readonly [Digest, unknown]): number {
  return one < other ? -1 : 1;
}

/** What was decided so far, in order, with the texts that the member's vaults open. */
async function stepsOf({ work: { world }, of, keys }: Entered): Promise<Step[]> {
  const steps: Step[] = [];
  for (const known of world.statementsOf(of.number)) {
    const decided = decidedIn(known);
    if (decided === undefined) continue;
    const read = (bytes: Uint8Array): string => readNote(bytes, TEXT).text;
    // A text that does not open is most often not for this member; that it was decided still is.
    const opened = await openedPart(keys, world, known.id, decided.part, read);
    const { part: _, ...step } = decided;
    const text = "text" in opened ? opened.text : undefined;
    const unread = "unread" in opened ? opened.unread : undefined;
    steps.push({ ...step, statement: known.id, by: known.statement.member(), at: known.at, text, unread });
  }
  return steps;
}

type Decided = Pick<Step, "step" | "phase" | "item"> & { readonly part: PartName };

function decidedIn({ statement: { body } }: Known): Decided | undefined {
  switch (body.kind) {
    case "phase":
      return { step: body.kind, part: "outcome", phase: body.phase, item: undefined };
    case "consultation":
      return { step: body.kind, part: "outcome", phase: undefined, item: undefined };
    case "refusal":
      return { step: body.kind, part: "reason", phase: undefined, item: body.item };
    default:
      return undefined;
  }
}

function itemLine(entered: Entered, looks: Looks, id: Digest, { item, retracted }: ItemState): ItemLine {
  const look = looks.get(id)!;
  return { id, item, retracted, shown: titleOf(entered, looks, id), label: labelIn(look), look };
}

function rosterLines(of: CaseState): RosterLine[] {
  const lines = [...of.rosters].map(([id, roster]) => ({
    id,
    roster,
    meeting: roster.meeting,
    isLatest: of.latest.get(roster.meeting) === id,
    participants: roster.participant.map((participant) => seated(of, id, roster, participant)),
    isConsulted: [...of.consultations.values()].some((consultation) => consultation.roster === id),
  }));
  const order = ({ roster }: RosterLine): string =>
    `${roster.date} ${roster.meeting} ${String(roster.number).padStart(16, "0")}`;
  return lines.sort((one, other) => (order(one) < order(other) ? -1 : 1));
}

function seated(of: CaseState, id: Digest, { meeting }: Roster, participant: Participant): Seated {
  const { member } = participant;
  const isFor = ({ approval, withdrawn }: { approval: { roster: Digest; reader: MemberId }; withdrawn: boolean }) =>
    approval.roster === id && approval.reader === member && !withdrawn;
  const latest = of.released.get(meeting)?.get(member);
  const release = latest && of.releases.get(latest);
  const isOfThis = release !== undefined && release.roster === id;
  return {
    ...participant,
    approved: [...of.approvals.values()].filter(isFor).length,
    released: isOfThis ? release.approved.length + release.own.length : 0,
  };
}
