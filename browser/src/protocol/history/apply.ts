// What an entry that was judged good makes true.

import { CaseState } from "../case.ts";
import { applyToHouse } from "../directory/judge.ts";
import type { Entry, History } from "../history.ts";
import type { Digest, MemberId } from "../id.ts";
import { applyRelease, applyRoster, applyWithdrawal } from "../meeting.ts";
import { caseOf, type Body, type Vault } from "../statement.ts";
import { nextState } from "../vault.ts";
import { isOfCase } from "../words/composed.ts";

/** Makes an entry true, and remembers that it was recorded. Throws a Refusal when it contradicts what came before. */
export async function applyEntry(history: History, entry: Entry): Promise<void> {
  const { id, statement } = entry;
  await makeTrue(history, entry);
  const number = caseOf(statement.body);
  const { recorded } = number === undefined ? history.house : history.case(number);
  recorded.add(id);
}

async function makeTrue(history: History, entry: Entry): Promise<void> {
  const { id, statement, leaf } = entry;
  const { body } = statement;
  if (body.kind === "case") {
    history.countCase(body.case);
    history.cases.set(body.case, new CaseState(id, body));
    return;
  }
  if (body.kind === "vault") {
    applyGeneration(history, entry, body);
    return;
  }
  const number = caseOf(body);
  const by = statement.member();
  if (number !== undefined && by !== undefined) {
    applyInCase(history.case(number), id, body, by);
    return;
  }
  const cert = body.kind === "key" ? await history.certIn(entry, body.cert) : undefined;
  applyToHouse(history.house, leaf, id, statement, cert);
}

function applyGeneration(history: History, { id, leaf }: Entry, vault: Vault): void {
  const { house } = history;
  const state = nextState(house, leaf, id, vault, history.currentVault(vault));
  if (isOfCase(vault.owner)) history.case(vault.owner).vault = state;
  else house.vaults.set(vault.vault, state);
  history.countVault(vault.vault, vault.owner);
}

function applyInCase(theCase: CaseState, id: Digest, body: Body, by: MemberId): void {
  switch (body.kind) {
    case "phase":
      theCase.phase = body.phase;
      theCase.phases.push(id);
      return;
    case "item":
      theCase.items.set(id, { item: body, by, retracted: false });
      return;
    case "retraction": {
      const state = theCase.items.get(body.item);
      if (state !== undefined) theCase.items.set(body.item, { ...state, retracted: true });
      return;
    }
    case "roster":
      return applyRoster(theCase, id, body);
    case "ask":
      theCase.asks.set(id, body);
      return;
    case "approval":
      theCase.approvals.set(id, { approval: body, withdrawn: false });
      return;
    case "refusal":
      theCase.refusals.set(id, body);
      return;
    case "consultation":
      theCase.consultations.set(id, body);
      return;
    case "release":
      return applyRelease(theCase, id, body);
    case "withdrawal":
      return applyWithdrawal(theCase, body);
    case "letter":
      theCase.letters.set(id, { letter: body, by });
      return;
    case "reply":
      theCase.replies.set(id, body);
      return;
    default:
      return;
  }
}
