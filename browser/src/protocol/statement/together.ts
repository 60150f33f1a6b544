// What the grammar cannot say: fields that go together, or that must not be empty.

import { hasMeetings } from "../words.ts";
import { releasedItems, type Body, type Item, type Key, type Letter, type Roster, type Vault } from "./kinds.ts";

/** The length of a reply's sealed parts: 16 KiB of text, so that a yes and a no look alike, with nonce and tag. */
export const REPLY_PART = 16 * 1024 + 32;

const BACKWARDS = "from comes before until";

/** How a statement's fields contradict each other, if they do. */
export function contradictionIn(body: Body): string | undefined {
  switch (body.kind) {
    case "key":
      return inKey(body);
    case "vault":
      return inVault(body);
    case "bundle":
      return body.fetch.length === 0 ? "a bundle can be fetched" : undefined;
    case "membership":
    case "approval":
      return body.from >= body.until ? BACKWARDS : undefined;
    case "item":
      return inItem(body);
    case "roster":
      return inRoster(body);
    case "ask":
      if (body.item.length === 0) return "an ask names items";
      return isThere(body.agendaLabel) === isThere(body.agendaBody) ? undefined : "an agenda has label and body";
    case "refusal":
      return body.reader.length === 0 ? "a refusal names readers" : undefined;
    case "release":
      if (body.from >= body.until) return BACKWARDS;
      return isTwice(releasedItems(body)) ? "an item is released once" : undefined;
    case "withdrawal":
      return body.reader.length === 0 ? "a withdrawal names readers" : undefined;
    case "reply":
      return body.answer.length === REPLY_PART && body.reason.length === REPLY_PART
        ? undefined
        : "answer and reason have the length that all answers have";
    case "letter":
      return inLetter(body);
    default:
      return undefined;
  }
}

function inKey(key: Key): string | undefined {
  const ofSlip = [key.slip, key.ticket, key.proof];
  const first = ofSlip.every(isThere) && !isThere(key.previous);
  const next = !ofSlip.some(isThere) && isThere(key.previous);
  return first || next ? undefined : "a key has slip, ticket and proof, or previous";
}

function inVault(vault: Vault): string | undefined {
  if (vault.holder.length === 0) return "a vault has a holder";
  if (vault.generation === 0) return "a vault's generations count from 1";
  const comesFrom = !isThere(vault.set) || isThere(vault.predecessor);
  return comesFrom ? undefined : "what is carried over comes from a predecessor";
}

function inItem(item: Item): string | undefined {
  if (item.from !== undefined && item.until !== undefined && item.from >= item.until) return BACKWARDS;
  return item.phase.every(hasMeetings) ? undefined : "an item is given in triage, rto or plan only";
}

function inRoster(roster: Roster): string | undefined {
  if (roster.from >= roster.until) return BACKWARDS;
  if (roster.participant.length === 0) return "a roster has participants";
  return isTwice(roster.participant.map(({ member }) => member)) ? "a participant has one seat" : undefined;
}

function inLetter(letter: Letter): string | undefined {
  const calendar = letter.letterKind === "invitation" || letter.letterKind === "cancellation";
  const minutes = letter.letterKind === "minutes";
  if (isThere(letter.roster) !== (calendar || minutes)) {
    return "an invitation, a cancellation and minutes have a roster, other letters don't";
  }
  if (isThere(letter.sequence) !== calendar) {
    return "an invitation and a cancellation have a sequence, other letters don't";
  }
  return isThere(letter.item) === minutes ? undefined : "minutes name their item, other letters don't";
}

function isThere(field: unknown): boolean {
  return field !== undefined;
}

/** Whether one of these is there twice. */
function isTwice(values: readonly string[]): boolean {
  return new Set(values).size < values.length;
}
