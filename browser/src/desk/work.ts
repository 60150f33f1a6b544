// Mijn werk: what waits for a member, in all cases.

import { Work, type Context } from "../client/context.ts";
import { asks } from "../client/verbs/meeting/ask.ts";
import { releasesTo } from "../client/verbs/pack.ts";
import type { CaseState } from "../protocol/case.ts";
import type { CaseNumber, Digest, Moment } from "../protocol/id.ts";
import { refused, there } from "../protocol/refusal.ts";
import { releasedItems, type Release } from "../protocol/statement.ts";
import type { World } from "../client/trust.ts";
import { readLetters } from "../client/verbs/letter/read.ts";
import { termOf } from "../client/verbs/letter/term.ts";
import { replacedBy } from "../client/verbs/letter/said.ts";
import type { LetterKind } from "../protocol/words.ts";
import { waitsForAnswer } from "./letters.ts";
import { named } from "./named.ts";
import { isDue, latestRosters, standingOf, type MeetingStanding } from "./standing.ts";

/** Something that waits, and until when. */
export type WorkSeen = { readonly case: CaseNumber; readonly isUrgent: boolean; readonly deadline: Moment | undefined } & (
  | {
      readonly kind: "approve";
      readonly items: readonly string[];
      readonly readers: number;
      readonly repeated: number;
      /** Who asks, and for which partner that is (9.3). */
      readonly from: { readonly name: string; readonly partner: string };
    }
  | { readonly kind: "read"; readonly items: number; readonly date: Moment }
  | { readonly kind: "open-case"; readonly partner: string }
  /** For who runs the case: there is no meeting yet. */
  | { readonly kind: "plan" }
  | { readonly kind: "ask"; readonly items: number; readonly isAgain: boolean; readonly date: Moment }
  | { readonly kind: "consult"; readonly partner: string; readonly date: Moment }
  | { readonly kind: "release"; readonly readers: number; readonly date: Moment }
  /** A letter that waits for an answer, or was not read yet. */
  | {
      readonly kind: "letter";
      readonly letter: Digest;
      readonly letterKind: LetterKind;
      readonly from: { readonly name: string; readonly partner: string };
      readonly isAsked: boolean;
    }
);

/** All of it: urgent first, then by deadline. */
export async function seeWork(ctx: Context): Promise<WorkSeen[]> {
  const work = await Work.begin(ctx);
  const all = [...(await toApprove(work)), ...(await toRead(work)), ...(await toRun(work)), ...(await lettersToMe(work))];
  const order = ({ isUrgent, deadline, case: number }: WorkSeen): string =>
    `${isUrgent ? 0 : 1} ${deadline ?? "9999"} ${number}`;
  return all.sort((one, other) => (order(one) < order(other) ? -1 : 1));
}

async function toApprove(work: Work): Promise<WorkSeen[]> {
  let lines;
  try {
    lines = await asks(work);
  } catch (error) {
    // Who holds no vault is asked nothing.
    if (isWithoutVault(error)) return [];
    throw error;
  }
  return lines.map(({ case: number, from, roster, items, readers, waiting }) => ({
    kind: "approve",
    case: number,
    from,
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

async function toRead(work: Work): Promise<WorkSeen[]> {
  const cases = await work.cases();
  return cases.flatMap((of) => releasesTo(of, work).flatMap(([, release]) => packWork(work, of, release)));
}

/** A pack that is open now. What is in it is for the case's own screen to say. */
function packWork(work: Work, of: CaseState, release: Release): WorkSeen[] {
  const now = work.now();
  const { from, until } = release;
  if (now < from || until <= now) return [];
  const { date } = there(of.rosters.get(release.roster), "unknown-roster");
  const items = releasedItems(release).length;
  // Who did not read it before the meeting still can.
  const deadline = now < date && date < until ? date : until;
  return [{ kind: "read", case: of.number, isUrgent: false, deadline, items, date }];
}

/** What waits for a procesregisseur: cases that nobody runs yet, and the next step of each meeting. */
async function toRun(work: Work): Promise<WorkSeen[]> {
  const { world } = work;
  if (!world.house.isProcesregisseur(world.me, work.now())) return [];
  return (await work.cases()).flatMap((of) => [...toOpen(work, of), ...toMeet(work, of)]);
}

function toOpen({ world }: Work, of: CaseState): WorkSeen[] {
  const mayRun = refused(() => of.directors(world.house).requireHolder(world.house, world.me)) === undefined;
  if (of.vault !== undefined || !mayRun) return [];
  const partner = world.house.partnerName(of.partner);
  return [{ kind: "open-case", case: of.number, isUrgent: false, deadline: undefined, partner }];
}

function toMeet(work: Work, of: CaseState): WorkSeen[] {
  const { world } = work;
  const now = work.now();
  if (refused(() => of.requireDirector(world.house, world.me, now)) !== undefined) return [];
  const meetings = latestRosters(of).map(([, id, roster]) => standingOf(world, of, id, roster, now));
  // A case that is at the table and has no meeting is waiting for one.
  const isWithout = of.phase === "rto" && !meetings.some(({ roster }) => roster.phase === "rto");
  const plan: WorkSeen[] = isWithout ? [{ kind: "plan", case: of.number, isUrgent: false, deadline: undefined }] : [];
  return [...plan, ...meetings.filter(isDue).map((standing) => meetingWork(world, of, standing))];
}

function meetingWork({ house }: World, of: CaseState, standing: MeetingStanding): WorkSeen {
  const { roster, next, toAsk, asked, toRelease } = standing;
  const { date, deadline } = roster;
  const about = { case: of.number, isUrgent: roster.urgent === "yes", date };
  if (next === "ask") {
    const isAgain = asked.size === 0 && roster.number > 1;
    return { ...about, kind: "ask", deadline, items: toAsk.length, isAgain };
  }
  if (next === "consult") return { ...about, kind: "consult", deadline: date, partner: house.partnerName(of.partner) };
  return { ...about, kind: "release", deadline: date, readers: toRelease.length };
}

/** What was written to a member: all that waits for an answer, and what was not read. */
async function lettersToMe(work: Work): Promise<WorkSeen[]> {
  const { world, home } = work;
  const read = await readLetters(home);
  const all = (await work.cases()).flatMap((of) =>
    [...of.letters].flatMap(([id, { letter, by }]): WorkSeen[] => {
      if (letter.to !== world.me) return [];
      const isAsked = waitsForAnswer(of, id);
      const isAnswered = [...of.replies.values()].some((reply) => reply.letter === id);
      const isNew = !read.has(id) && !isAnswered && replacedBy(of, id) === undefined;
      if (!isAsked && !isNew) return [];
      const meeting = isAsked && letter.roster !== undefined ? of.rosters.get(letter.roster) : undefined;
      const from = named(world.house, by);
      const about = { case: of.number, isUrgent: meeting?.urgent === "yes", deadline: meeting?.date };
      return [{ ...about, kind: "letter", letter: id, letterKind: letter.letterKind, from, isAsked }];
    }),
  );
  const seen: WorkSeen[] = [];
  for (const each of all) seen.push(await withTerm(work, each));
  return seen;
}

/** Until when a question is to be answered stands in it, and in it only. */
async function withTerm(work: Work, seen: WorkSeen): Promise<WorkSeen> {
  if (seen.kind !== "letter" || seen.letterKind !== "request" || !seen.isAsked) return seen;
  return { ...seen, deadline: await termOf(work, work.world.case(seen.case), seen.letter) };
}
