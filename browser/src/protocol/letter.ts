// Letters and replies: who may write to whom in a case, and who may answer (9.2b-e). The mail itself is in `mime`.

import { requireGrants, type CaseState, type LetterState } from "./case.ts";
import type { House } from "./directory.ts";
import type { MemberId, Moment, PartnerId } from "./id.ts";
import { known } from "./item.ts";
import { isOn, latestRoster } from "./meeting.ts";
import { BadLetter } from "./mime/bad.ts";
import { MAX_SEQUENCE } from "./mime/calendar.ts";
import { refusal, refuseUnless, refused, there } from "./refusal.ts";
import type { Letter, Reply, Roster } from "./statement.ts";
import type { VaultState } from "./vault.ts";
import { hasMeetings, phaseWords } from "./words.ts";

/**
 * `letter`: by a procesregisseur of the case to whoever may be given something, or by who knows the case to a
 * procesregisseur of it; sealed for the key that the addressee has in force.
 */
export function judgeLetter(house: House, theCase: CaseState, letter: Letter, by: MemberId, at: Moment): void {
  theCase.requireOpen();
  requireAuthor(house, theCase, letter, by, at);
  requireAddressee(house, letter, at);
  requireOccasion(theCase, letter);
  const { partner } = house.member(by, at);
  requireGrants(house, letter.grantCopy, keptBy(house, theCase, [partner]));
}

function requireAuthor(house: House, theCase: CaseState, letter: Letter, by: MemberId, at: Moment): void {
  const isNoDirector = refused(() => theCase.requireDirector(house, by, at));
  if (isNoDirector === undefined) return;
  if (letter.letterKind !== "message" || isNoDirector.code !== "not-director") throw isNoDirector;
  house.member(by, at);
  const toDirector = refused(() => theCase.requireDirector(house, letter.to, at)) === undefined;
  refuseUnless(toDirector, "only-to-director");
}

/** In force, of a signed partner, and with a cert that mail can be sealed for: fail closed (design section 6). */
function requireAddressee(house: House, letter: Letter, at: Moment): void {
  const addressee = house.member(letter.to, at);
  refuseUnless(addressee.key === letter.key, "key-unknown");
  const { cert } = there(house.keys.get(addressee.key), "key-unknown");
  try {
    cert.usableForMail(at);
  } catch (error) {
    throw error instanceof BadLetter ? refusal("no-usable-cert", { problem: error.flaw }) : error;
  }
}

/** The meeting, if it is about one; and for a question a phase in which partners are asked. */
function requireOccasion(theCase: CaseState, letter: Letter): void {
  if (letter.roster === undefined) {
    const mayAsk = letter.letterKind !== "request" || hasMeetings(theCase.phase);
    refuseUnless(mayAsk, "wrong-phase", { phase: phaseWords(theCase.phase) });
    return;
  }
  if (letter.item !== undefined) {
    refuseUnless(known(theCase, letter.item).item.itemKind === "minutes", "unknown-item");
  }
  // Who is off the roster is told that it need not come, without being shown the new one.
  const isCancelled = letter.letterKind === "cancellation";
  const roster = isCancelled
    ? there(theCase.rosters.get(letter.roster), "unknown-roster")
    : latestRoster(theCase, letter.roster);
  refuseUnless(isOn(roster, letter.to), "not-on-roster");
  if (letter.sequence !== undefined) requireNewer(theCase, roster, letter.to, letter.sequence);
}

/** Also for who sees only some of them: each is above all those before it. */
function requireNewer(theCase: CaseState, roster: Roster, to: MemberId, sequence: number): void {
  refuseUnless(sequence <= MAX_SEQUENCE, "sequence-too-high", { most: MAX_SEQUENCE });
  const last = lastInvitation(theCase, roster, to)?.letter.sequence;
  refuseUnless(last === undefined || last < sequence, "older-invitation");
}

/**
 * What an invitation or a cancellation follows on. Judged only by who sees all letters of the case: a partner is shown
 * the letter that one of its members answered, and not those before it.
 */
export function judgeTurn(theCase: CaseState, letter: Letter): void {
  const roster = letter.roster && theCase.rosters.get(letter.roster);
  const { sequence } = letter;
  if (roster === undefined || sequence === undefined) return;
  const isInvited = lastInvitation(theCase, roster, letter.to)?.letter.letterKind === "invitation";
  refuseUnless(letter.letterKind !== "cancellation" || isInvited, "not-invited");
  // Numbers are shared by all of a meeting, and used up one by one: who skipped them could leave none for a change.
  const used = invitations(theCase, roster).map((state) => state.letter.sequence ?? 0);
  const most = used.reduce((highest, number) => Math.max(highest, number + 1), 0);
  refuseUnless(sequence <= most, "sequence-too-high", { most });
}

/** The invitation or cancellation that a member last got for a roster's meeting: what its calendar shows now. */
export function lastInvitation(theCase: CaseState, roster: Roster, member: MemberId): LetterState | undefined {
  const toMember = invitations(theCase, roster).filter(({ letter }) => letter.to === member);
  const sequence = ({ letter }: LetterState): number => letter.sequence ?? 0;
  return toMember.sort((one, other) => sequence(other) - sequence(one))[0];
}

/** The invitations and cancellations of a roster's meeting, by whichever of its rosters. */
function invitations(theCase: CaseState, roster: Roster): LetterState[] {
  const isOfMeeting = ({ letter }: LetterState): boolean =>
    letter.roster !== undefined && theCase.rosters.get(letter.roster)?.meeting === roster.meeting;
  return [...theCase.letters.values()].filter((state) => isOfMeeting(state) && state.letter.sequence !== undefined);
}

/**
 * `reply`: by the addressee. The answer goes to who runs the case and to the author's partner; why it is so stays with
 * the one who answers (12.1).
 */
export function judgeReply(house: House, theCase: CaseState, reply: Reply, by: MemberId, at: Moment): void {
  theCase.requireOpen();
  const own = house.member(by, at).partner;
  const { letter, by: author } = there(theCase.letters.get(reply.letter), "unknown-letter");
  refuseUnless(letter.to === by, "unknown-letter");
  const authors = house.partnerOf(author);
  const told = authors === undefined ? [own] : [authors, own];
  requireGrants(house, reply.grantAnswer, keptBy(house, theCase, told));
  requireGrants(house, reply.grantReason, [theCase.keptIn(house, own)]);
}

/** The vaults of who runs the case and of these partners, as far as these may still be given something. */
export function keptBy(house: House, theCase: CaseState, partners: readonly PartnerId[]): VaultState[] {
  const others = partners.filter((partner) => partner !== house.housePartner() && house.mayBeGiven(partner));
  return [theCase.directors(house), ...others.map((partner) => theCase.keptIn(house, partner))];
}
