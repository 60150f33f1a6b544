// Who sees a statement, and what it builds on.

import type { Audience, CaseState } from "../case.ts";
import type { House } from "../directory.ts";
import type { Entry, History } from "../history.ts";
import type { Digest, MemberId } from "../id.ts";
import { caseOf, releasedItems, type Body } from "../statement.ts";

/** Statements, and to whom each is to be shown. */
export type Shown = ReadonlyMap<Digest, ReadonlySet<Audience>>;

/** Who sees what because of an entry that was made true: itself, and whatever it builds on. */
export function audienceOf(history: History, entry: Entry): Shown {
  const number = caseOf(entry.statement.body);
  if (number === undefined) {
    const who = houseAudience(entry);
    return who === undefined ? new Map() : new Map([[entry.id, new Set([who])]]);
  }
  const theCase = history.case(number);
  const shown = new Map<Digest, Set<Audience>>();
  for (const who of caseAudience(history.house, theCase, entry)) {
    for (const id of withGrounds(theCase, entry, who)) shown.set(id, (shown.get(id) ?? new Set<Audience>()).add(who));
  }
  for (const who of shown.get(theCase.id) ?? []) theCase.knownTo.add(who);
  return shown;
}

/** The kinds that say who is who go to every member, save the slips and the bundles. */
function houseAudience({ statement }: Entry): Audience | undefined {
  switch (statement.body.kind) {
    case "slip":
    case "login":
      return undefined;
    case "bundle":
      return statement.member() ?? "all";
    default:
      return "all";
  }
}

/** Any other goes to its signer's partner, to those who run the case, and to its addressee. */
function caseAudience(house: House, theCase: CaseState, { statement }: Entry): Set<Audience> {
  const audience = new Set<Audience>(outside(house, statement.member()));
  const directors = theCase.vault ?? house.ownVault();
  if (directors !== undefined) audience.add(directors.vault);
  for (const who of addressees(house, theCase, statement.body)) audience.add(who);
  return audience;
}

function addressees(house: House, theCase: CaseState, body: Body): Iterable<Audience> {
  switch (body.kind) {
    case "roster":
      return body.participant.map(({ member }) => member);
    case "ask":
      return [body.supplier];
    case "consultation":
      return [body.partner];
    case "release":
      return [body.reader];
    case "letter":
      return [body.to];
    case "reply":
      // Its author waits for the answer, and the vault that its partner renews has a key to it.
      return outside(house, theCase.letters.get(body.letter)?.by);
    case "vault":
    case "phase":
      // Whoever knows of the case knows who runs it and in which phase it is.
      return [...theCase.knownTo];
    default:
      return [];
  }
}

/** A member's partner, but for the house: its own people see a case only if they hold its vault. */
function outside(house: House, member: MemberId | undefined): Audience[] {
  const partner = member && house.partnerOf(member);
  return partner === undefined || partner === house.housePartner() ? [] : [partner];
}

/** A statement with all that it builds on, as one of its audience is shown it. */
function withGrounds(theCase: CaseState, { id, statement }: Entry, who: Audience): Set<Digest> {
  const { body } = statement;
  const shown = new Set<Digest>();
  const waiting = [id, theCase.id, ...(theCase.vault?.generations ?? []), ...theCase.phases];
  const isFirstVault = body.kind === "vault" && body.generation === 1;
  if (isFirstVault && who === theCase.vault?.vault) waiting.push(...theCase.items.keys());
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (shown.has(next)) continue;
    shown.add(next);
    waiting.push(...buildsOn(theCase, next));
  }
  return shown;
}

/** What a statement of a case builds on, beside the case, its vault and its phases. */
function buildsOn(theCase: CaseState, id: Digest): Digest[] {
  const release = theCase.releases.get(id);
  const ask = theCase.asks.get(id);
  const letter = theCase.letters.get(id)?.letter;
  const answer = theCase.approvals.get(id)?.approval ?? theCase.refusals.get(id);
  const grounds = [
    theCase.rosters.get(id)?.agenda,
    answer?.roster,
    answer?.item,
    theCase.consultations.get(id)?.roster,
    release?.roster,
    release?.consultation,
    ask?.roster,
    letter?.roster,
    letter?.item,
    theCase.replies.get(id)?.letter,
  ];
  const approvals = release?.approved.map(({ approval }) => approval) ?? [];
  const items = release === undefined ? (ask?.item ?? []) : releasedItems(release);
  return [...grounds.filter((ground) => ground !== undefined), ...approvals, ...items];
}
