// Whether an entry counts: which rule judges which kind of statement.

import { judgeCase, judgePhase, type CaseState } from "../case.ts";
import {
  judgeAdmission,
  judgeBundle,
  judgeDirectory,
  judgeExclusion,
  judgeMembership,
  judgeRevocation,
  judgeSlip,
  judgeSuspension,
} from "../directory/judge.ts";
import { judgeKey } from "../directory/keys.ts";
import type { Entry, History, View } from "../history.ts";
import type { CaseNumber, MemberId } from "../id.ts";
import { judgeItem, judgeRetraction } from "../item.ts";
import { judgeLetter, judgeReply, judgeTurn } from "../letter.ts";
import {
  follows,
  judgeApproval,
  judgeAsk,
  judgeConsultation,
  judgeRefusal,
  judgeRelease,
  judgeRoster,
  judgeWithdrawal,
  shownGaps,
} from "../meeting.ts";
import { refusal, refuseUnless } from "../refusal.ts";
import { caseOf, type Case, type Kind, type Letter, type Release, type Roster, type Vault } from "../statement.ts";
import { judgeVault, type Carried } from "../vault.ts";

/** What is judged whether the directory is fresh or not: what takes something back, and what keeps keys. */
const ALWAYS: ReadonlySet<Kind> = new Set(["withdrawal", "retraction", "suspension", "key", "bundle"]);

/** Judges an entry whose place and signature are good. Throws a Refusal. */
export async function judgeEntry(
  history: History,
  entry: Entry,
  view: View,
  carried: Carried | undefined,
): Promise<void> {
  const { statement, at } = entry;
  const { body } = statement;
  const by = statement.member();
  if (by === undefined) {
    await judgeAuthority(history, entry, carried);
    return;
  }
  if (!ALWAYS.has(body.kind)) history.house.freshDirectory(at);
  const number = caseOf(body);
  if (number === undefined) await judgeOfHouse(history, entry, view, by, carried);
  else judgeInCase(history, entry, view, number, by, carried);
}

async function judgeAuthority(history: History, entry: Entry, carried: Carried | undefined): Promise<void> {
  const { house } = history;
  const { body, signedAt } = entry.statement;
  switch (body.kind) {
    case "slip":
      return judgeSlip(house, body);
    case "membership": {
      const cert = await history.certIn(entry, body.certified);
      return judgeMembership(house, body, cert, await history.isCertified(cert));
    }
    case "admission":
      return judgeAdmission(house, body);
    case "directory":
      await history.certIn(entry, body.hubCert);
      return judgeDirectory(house, body, signedAt);
    case "revocation":
      return judgeRevocation(house, body);
    case "exclusion":
      return judgeExclusion(house, body);
    case "vault":
      return judgeGeneration(history, entry, body, carried);
    default:
      throw refusal("wrong-signer");
  }
}

function judgeGeneration(history: History, entry: Entry, vault: Vault, carried: Carried | undefined): void {
  const current = history.currentVault(vault);
  judgeVault(history.house, { vault, by: entry.statement.by, current, at: entry.at }, carried);
}

async function judgeOfHouse(
  history: History,
  entry: Entry,
  view: View,
  by: MemberId,
  carried: Carried | undefined,
): Promise<void> {
  const { house } = history;
  const { statement, at } = entry;
  const { body } = statement;
  switch (body.kind) {
    case "key": {
      const cert = await history.certIn(entry, body.cert);
      // Slips are shown to nobody; the membership vouches for the key to all others.
      if (view === "whole") judgeKey(house, body, cert, by, at);
      return;
    }
    case "bundle":
      return judgeBundle(house, body, by);
    case "suspension":
      return judgeSuspension(house, body, by, at);
    case "delivery":
      house.member(by, at);
      return;
    case "vault":
      return judgeGeneration(history, entry, body, carried);
    default:
      throw refusal("wrong-signer");
  }
}

function judgeInCase(
  history: History,
  entry: Entry,
  view: View,
  number: CaseNumber,
  by: MemberId,
  carried: Carried | undefined,
): void {
  const { house } = history;
  const { statement, at } = entry;
  const { body } = statement;
  if (body.kind === "case") return judgeNewCase(history, body, view, by, entry);
  const theCase = history.case(number);
  // To who may not know of a case it looks like one that does not exist.
  refuseUnless(view === "shown" || theCase.isKnownTo(house, by), "unknown-case");
  switch (body.kind) {
    case "vault":
      return judgeGeneration(history, entry, body, carried);
    case "phase":
      return judgePhase(house, theCase, body, by, at);
    case "item":
      return judgeItem(house, theCase, body, by, at);
    case "retraction":
      return judgeRetraction(house, theCase, body, by, at);
    case "roster":
      judgeRoster(house, theCase, body, by, at);
      return requireNext(theCase, body, view);
    case "ask":
      return judgeAsk(house, theCase, body, by, at);
    case "approval":
      return judgeApproval(house, theCase, body, by, at);
    case "refusal":
      return judgeRefusal(house, theCase, body, by, at);
    case "consultation":
      return judgeConsultation(house, theCase, body, by, at);
    case "release":
      judgeRelease(house, theCase, body, by, at);
      return requireGaps(theCase, body, view);
    case "withdrawal":
      return judgeWithdrawal(house, theCase, body, by, at);
    case "letter":
      judgeLetter(house, theCase, body, by, at);
      return requireTurn(theCase, body, view);
    case "reply":
      return judgeReply(house, theCase, body, by, at);
    default:
      throw refusal("wrong-signer");
  }
}

function judgeNewCase(history: History, referral: Case, view: View, by: MemberId, { at }: Entry): void {
  judgeCase(history.house, referral, by, at);
  const next = history.house.nextCase(at);
  const isFree = view === "whole" ? referral.case === next : !history.cases.has(referral.case);
  refuseUnless(isFree, "case-number-taken", { next });
}

/** Who sees only some rosters can't know the one before. */
function requireNext(theCase: CaseState, roster: Roster, view: View): void {
  refuseUnless(view === "shown" || follows(theCase, roster), "other-roster");
}

/** Who is shown only some asks can't count what was left out. */
function requireGaps(theCase: CaseState, release: Release, view: View): void {
  const gaps = shownGaps(theCase, release);
  refuseUnless(view === "shown" || release.gaps === gaps, "wrong-gaps", { gaps });
}

/** Who is shown only some letters can't know the one before. */
function requireTurn(theCase: CaseState, letter: Letter, view: View): void {
  if (view === "whole") judgeTurn(theCase, letter);
}
