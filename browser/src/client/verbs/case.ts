// A case on its path, from referral to the end.

import type { CaseState } from "../../protocol/case.ts";
import { judgePhase } from "../../protocol/case.ts";
import { newVaultId, type CaseNumber, type MemberId, type Moment } from "../../protocol/id.ts";
import { refusal } from "../../protocol/refusal.ts";
import type { PhaseChange } from "../../protocol/statement.ts";
import type { VaultState } from "../../protocol/vault.ts";
import type { Phase } from "../../protocol/words.ts";
import type { Context, Plan } from "../context.ts";
import { ClientError } from "../error.ts";
import { distinct, vaultRecipient } from "../grant.ts";
import { noteBytes } from "../note.ts";
import type { World } from "../trust.ts";
import { draftGeneration, headersToCarry, warningsAbout } from "../vault.ts";
import { enter } from "./choose.ts";
import { warningsOfClosed } from "./closed.ts";

export { refer, type NumberTaken, type Referral, type Referred } from "./case/refer.ts";
export { listCases, showCase, type CaseLine, type CaseReport } from "./case/show.ts";

/**
 * Opens a case's vault: a procesregisseur takes what was referred out of the house's vault, for those who will run the
 * case. Without names these are all holders of the house's vault.
 */
export async function openCase(
  ctx: Context,
  number: CaseNumber,
  named: readonly MemberId[] = [],
): Promise<Plan> {
  const { work, of, keys } = await enter(ctx, number);
  const { world, remote } = work;
  if (of.vault !== undefined) throw refusal("vault-twice");
  const ofHouse = of.directors(world.house);
  ofHouse.requireHolder(world.house, world.me);
  vaultRecipient(world.house, ofHouse, work.now());
  const holders = holdersOf(world, ofHouse, named, work.now());
  const key = await keys.vault(ofHouse);
  const open = await headersToCarry(remote, world, ofHouse, number);
  const next = { vault: newVaultId(), generation: 1, owner: number, predecessor: ofHouse, holders };
  const draft = work.draft();
  const closed = await draftGeneration(draft, world, next, { remote, key, open });
  return work.plan(draft, [...warningsAbout(world, ofHouse), ...(await warningsOfClosed(work, closed))]);
}

function holdersOf(
  { house, me }: World,
  ofHouse: VaultState,
  named: readonly MemberId[],
  now: Moment,
): MemberId[] {
  const isInForce = (member: MemberId): boolean =>
    ofHouse.isHeldBy(house, member) && house.isProcesregisseur(member, now);
  const chosen = named.length > 0 ? named : [...ofHouse.holders.keys()].filter(isInForce);
  const holders = [...new Set([...chosen, me])].sort();
  if (!holders.every((holder) => house.isProcesregisseur(holder, now))) throw refusal("holder-not-allowed");
  return holders;
}

/**
 * Takes a case to its next phase; why stands in the outcome, sealed for those who run the case and for the partner that
 * referred it, unless that is excluded or gone.
 */
export async function changePhase(
  ctx: Context,
  number: CaseNumber,
  phase: Phase,
  outcome: string,
): Promise<Plan> {
  const { work, of } = await enter(ctx, number);
  const { world } = work;
  const why = requireText(outcome);
  const vaults = toldOutcomes(world, of, work.now());
  const draft = work.draft();
  const { payload, grants } = draft.seal(noteBytes({ text: why }), vaults);
  draft.call(payload.digest, why);
  const change: PhaseChange = { kind: "phase", case: number, phase, outcome: payload, grantOutcome: grants };
  judgePhase(world.house, of, change, world.me, draft.signedAt);
  draft.push(change);
  return work.plan(draft, warningsAbout(world, vaults[0]!));
}

/** The vaults that outcomes are sealed to, each of which may be. */
export function toldOutcomes({ house }: World, of: CaseState, now: Moment): VaultState[] {
  const vaults = distinct(of.toldOutcomes(house));
  for (const vault of vaults) vaultRecipient(house, vault, now);
  return vaults;
}

/** A reason or an outcome, without blanks around. Refuses none at all. */
export function requireText(text: string): string {
  const trimmed = text.trim();
  if (trimmed !== "") return trimmed;
  throw ClientError.said(
    "no-text",
    "Er staat niets in. Schrijf op waarom of wat de uitkomst is.",
    "There is nothing in it. Write down why, or what came of it.",
  );
}
