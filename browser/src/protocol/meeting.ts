// The meeting: roster, ask, approval and refusal, consultation, release, withdrawal.
//
// Whether a reader may open an item now stands in `meeting/opening.ts`.

import { requireGrants, type CaseState } from "./case.ts";
import type { House } from "./directory.ts";
import type { Digest, MemberId, Moment, PartnerId } from "./id.ts";
import { known, requireSupplierHolder, type ItemState } from "./item.ts";
import { refusal, refuseUnless, there } from "./refusal.ts";
import { allows, earlier, later, rulesOf } from "./rules.ts";
import {
  releasedItems,
  type Approval,
  type Ask,
  type Consultation,
  type NoApproval,
  type Release,
  type Roster,
  type Withdrawal,
} from "./statement.ts";
import type { Approved } from "./words/composed.ts";
import { hasMeetings, phaseWords } from "./words.ts";

/** `roster`: by the procesregisseur, in a phase that has meetings, of people who may be invited (9.2e). */
export function judgeRoster(house: House, theCase: CaseState, roster: Roster, by: MemberId, at: Moment): void {
  theCase.requireDirector(house, by, at);
  const { phase } = roster;
  refuseUnless(phase === theCase.phase && hasMeetings(phase), "wrong-phase", { phase: phaseWords(theCase.phase) });
  requireLater(theCase, roster);
  const partners = new Set(roster.participant.map(({ member }) => house.member(member, at).partner));
  refuseUnless(phase !== "triage" || partners.size <= 1, "one-partner-in-triage");
  if (roster.agenda !== undefined) {
    refuseUnless(known(theCase, roster.agenda).item.itemKind === "agenda", "unknown-item");
  }
  refuseUnless(roster.until > at, "too-late", { until: roster.until });
  requireGrants(house, roster.grantGrounds, [theCase.directors(house)]);
}

/** The number of a meeting's latest roster; 0 before the first. */
function latestNumber(theCase: CaseState, roster: Roster): number {
  const latest = theCase.latest.get(roster.meeting);
  return (latest && theCase.rosters.get(latest)?.number) ?? 0;
}

/** Whether it is the very next roster of its meeting. */
export function follows(theCase: CaseState, roster: Roster): boolean {
  return roster.previous === theCase.latest.get(roster.meeting) && roster.number === latestNumber(theCase, roster) + 1;
}

/** A meeting's rosters follow each other, also for who sees only some of them. */
function requireLater(theCase: CaseState, roster: Roster): void {
  const latest = theCase.latest.get(roster.meeting);
  if (latest === undefined) return;
  refuseUnless(roster.previous !== undefined, "other-roster");
  const next = latestNumber(theCase, roster) + 1;
  const isLater = roster.previous === latest ? roster.number === next : roster.number > next;
  refuseUnless(isLater, "other-roster");
}

/**
 * Makes a roster the latest of its meeting. Whoever is not on it loses the pack for good: back on a later one, a reader
 * gets what suppliers approve for that.
 */
export function applyRoster(theCase: CaseState, id: Digest, roster: Roster): void {
  const { meeting } = roster;
  // Who is shown a roster but not the one before it, was not on that one.
  const isNext = roster.previous === theCase.latest.get(meeting);
  const released = [...(theCase.released.get(meeting) ?? [])];
  theCase.released.set(meeting, new Map(released.filter(([reader]) => isNext && isOn(roster, reader))));
  theCase.latest.set(meeting, id);
  theCase.rosters.set(id, roster);
}

/** Makes a release the latest of its meeting to its reader. */
export function applyRelease(theCase: CaseState, id: Digest, release: Release): void {
  const meeting = theCase.rosters.get(release.roster)?.meeting;
  if (meeting !== undefined) {
    theCase.released.set(meeting, new Map(theCase.released.get(meeting)).set(release.reader, id));
  }
  theCase.releases.set(id, release);
}

/** Takes back the approvals of an item for these readers, and the item in what was released to them. */
export function applyWithdrawal(theCase: CaseState, { item, reader }: Withdrawal): void {
  for (const [id, state] of theCase.approvals) {
    const { approval } = state;
    const isMeant = approval.item === item && reader.includes(approval.reader);
    if (isMeant) theCase.approvals.set(id, { ...state, withdrawn: true });
  }
  for (const [id, release] of theCase.releases) {
    if (!reader.includes(release.reader)) continue;
    theCase.takenBack.set(id, new Set([...(theCase.takenBack.get(id) ?? []), item]));
  }
}

/** Whether a member is on a roster. */
export function isOn(roster: Roster, member: MemberId): boolean {
  return roster.participant.some((participant) => participant.member === member);
}

/**
 * In triage partners don't learn of each other: with a roster goes what the referring partner, the house and the
 * partner whose people are on it supply, and of no other.
 */
export function requireUnmixed(house: House, theCase: CaseState, roster: Roster, supplier: PartnerId): void {
  if (roster.phase !== "triage") return;
  const [first] = roster.participant;
  const questioned = first && house.partnerOf(first.member);
  const isUnmixed = [theCase.partner, house.housePartner(), questioned].includes(supplier);
  refuseUnless(isUnmixed, "one-partner-in-triage");
}

/** The roster, if it is the latest of its meeting. */
export function latestRoster(theCase: CaseState, id: Digest): Roster {
  const roster = there(theCase.rosters.get(id), "unknown-roster");
  refuseUnless(theCase.latest.get(roster.meeting) === id, "other-roster");
  return roster;
}

/**
 * The latest roster of a meeting in the phase that the case is in. A roster of the triage can't be kept to release by
 * it at the table, where consultation is due.
 */
function presentRoster(theCase: CaseState, id: Digest): Roster {
  const roster = latestRoster(theCase, id);
  refuseUnless(roster.phase === theCase.phase, "wrong-phase", { phase: phaseWords(theCase.phase) });
  return roster;
}

/** `ask`: by the procesregisseur, about items of one supplier, which gets the agenda to judge by. */
export function judgeAsk(house: House, theCase: CaseState, ask: Ask, by: MemberId, at: Moment): void {
  theCase.requireDirector(house, by, at);
  const roster = presentRoster(theCase, ask.roster);
  house.partner(ask.supplier);
  requireUnmixed(house, theCase, roster, ask.supplier);
  for (const id of ask.item) {
    const { item } = known(theCase, id);
    refuseUnless(item.supplier === ask.supplier, "not-supplier");
    refuseUnless(item.approval !== "never", "never-approved");
    refuseUnless(item.phase.includes(theCase.phase), "outside-phase");
  }
  requireAgenda(house, theCase, roster, ask);
}

function requireAgenda(house: House, theCase: CaseState, { agenda }: Roster, ask: Ask): void {
  const { agendaLabel, agendaBody } = ask;
  if (agenda === undefined) {
    refuseUnless(agendaLabel === undefined && agendaBody === undefined, "wrong-grants");
    return;
  }
  const label = there(agendaLabel, "wrong-grants");
  const body = there(agendaBody, "wrong-grants");
  // Keys to what was taken out would open nothing, and could not be carried over either.
  known(theCase, agenda);
  const vault = theCase.keptIn(house, ask.supplier);
  requireGrants(house, [label], [vault]);
  requireGrants(house, [body], [vault]);
}

/**
 * `approval`: by a holder of the supplier's vault, for one reader on the latest roster; the keys are sealed to the case
 * vault.
 */
export function judgeApproval(house: House, theCase: CaseState, approval: Approval, by: MemberId, at: Moment): void {
  const item = known(theCase, approval.item);
  requireSupplierHolder(house, theCase, item, by, at);
  const roster = presentRoster(theCase, approval.roster);
  requireUnmixed(house, theCase, roster, item.item.supplier);
  refuseUnless(isOn(roster, approval.reader), "not-on-roster");
  house.member(approval.reader, at);
  requireInside(roster, approval);
  requireGiven(theCase, item, approval.from, approval.until, at);
  requireGrants(house, approval.grantGrants, [theCase.directors(house)]);
}

/** Refuses a window that goes beyond its roster's. */
function requireInside(roster: Roster, { from, until }: Approval | Release): void {
  refuseUnless(from >= roster.from && until <= roster.until, "outside-window");
}

/** Refuses to give an item for a window that its rules don't allow. */
function requireGiven(theCase: CaseState, item: ItemState, from: Moment, until: Moment, now: Moment): void {
  allows(rulesOf(item.item), { use: { kind: "give", from, until }, phase: theCase.phase, now });
}

/** `refusal`: by a holder of the supplier's vault; the reason stays in it. */
export function judgeRefusal(house: House, theCase: CaseState, no: NoApproval, by: MemberId, at: Moment): void {
  const item = known(theCase, no.item);
  requireSupplierHolder(house, theCase, item, by, at);
  const roster = latestRoster(theCase, no.roster);
  requireUnmixed(house, theCase, roster, item.item.supplier);
  refuseUnless(
    no.reader.every((reader) => isOn(roster, reader)),
    "not-on-roster",
  );
  requireGrants(house, no.grantReason, [theCase.keptIn(house, item.item.supplier)]);
}

/**
 * `consultation`: with the referring partner, signed by it or recorded by the procesregisseur. Of one that is excluded
 * or gone the procesregisseur records what was done instead, for those who run the case.
 */
export function judgeConsultation(
  house: House,
  theCase: CaseState,
  told: Consultation,
  by: MemberId,
  at: Moment,
): void {
  const { phase } = latestRoster(theCase, told.roster);
  // In triage no consultation is due, and it would show the referring partner who is questioned.
  refuseUnless(phase !== "triage", "wrong-phase", { phase: phaseWords(phase) });
  refuseUnless(told.partner === theCase.partner, "not-consulted", { partner: house.partnerName(theCase.partner) });
  if (told.form === "signed") {
    refuseUnless(house.member(by, at).partner === told.partner, "not-allowed");
  } else {
    theCase.requireDirector(house, by, at);
  }
  requireGrants(house, told.grantOutcome, theCase.toldOutcomes(house));
}

/**
 * `release`: by the procesregisseur, to one reader on the latest roster, after consultation, of what each supplier
 * approved for this reader and roster (9.2f). In triage no consultation is asked.
 */
export function judgeRelease(house: House, theCase: CaseState, release: Release, by: MemberId, at: Moment): void {
  theCase.requireDirector(house, by, at);
  const roster = presentRoster(theCase, release.roster);
  refuseUnless(isOn(roster, release.reader), "not-on-roster");
  house.member(release.reader, at);
  requireConsulted(house, theCase, release, roster);
  requireInside(roster, release);
  for (const approved of release.approved) requireApproved(theCase, release, approved, at);
  for (const own of release.own) {
    const item = known(theCase, own.item);
    refuseUnless(item.item.supplier === house.housePartner(), "not-approved");
    requireGiven(theCase, item, release.from, release.until, at);
  }
}

function requireConsulted(
  house: House,
  theCase: CaseState,
  { consultation, roster }: Release,
  { phase }: Roster,
): void {
  if (consultation !== undefined) {
    refuseUnless(theCase.consultations.get(consultation)?.roster === roster, "wrong-consultation");
    return;
  }
  refuseUnless(phase === "triage", "not-consulted", { partner: house.partnerName(theCase.partner) });
}

function requireApproved(theCase: CaseState, release: Release, approved: Approved, at: Moment): void {
  const item = known(theCase, approved.item);
  const { approval, withdrawn } = there(theCase.approvals.get(approved.approval), "not-approved");
  const isFor = approval.item === approved.item && approval.reader === release.reader;
  refuseUnless(isFor, "not-approved");
  refuseUnless(approval.roster === release.roster, "other-roster");
  refuseUnless(!withdrawn, "withdrawn");
  const from = later(release.from, approval.from);
  const until = earlier(release.until, approval.until);
  requireGiven(theCase, item, from, until, at);
}

/**
 * How many gaps a release must show: the items asked for its roster that it leaves out and whose supplier lets a gap be
 * seen. Only the hub and the procesregisseurs can know.
 */
export function shownGaps(theCase: CaseState, release: Release): number {
  const asked = [...theCase.asks.values()].filter((ask) => ask.roster === release.roster);
  const items = new Set(asked.flatMap((ask) => ask.item));
  const released = new Set(releasedItems(release));
  const isGap = (id: Digest): boolean => !released.has(id) && theCase.items.get(id)?.item.withheld === "shown";
  return [...items].filter(isGap).length;
}

/**
 * `withdrawal`: by a holder of the supplier's vault, of approvals that were given, or, by the house, of its own item
 * that was released without one.
 */
export function judgeWithdrawal(house: House, theCase: CaseState, told: Withdrawal, by: MemberId, at: Moment): void {
  const { item } = told;
  requireSupplierHolder(house, theCase, there(theCase.items.get(item), "unknown-item"), by, at);
  const approvals = [...theCase.approvals.values()].filter(({ approval }) => approval.item === item);
  const releases = [...theCase.releases.values()].filter(({ own }) => own.some((each) => each.item === item));
  const given = new Set([...approvals.map(({ approval }) => approval.reader), ...releases.map(({ reader }) => reader)]);
  if (!told.reader.every((reader) => given.has(reader))) throw refusal("not-approved");
}
