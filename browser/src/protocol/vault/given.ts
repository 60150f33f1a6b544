// What vaults were given keys to, as far as the statements that one knows say so.

import type { CaseState } from "../case.ts";
import type { House } from "../directory.ts";
import type { History } from "../history.ts";
import { ends, type CaseNumber, type Digest, type MemberId, type Moment, type VaultId } from "../id.ts";
import { caseOf, partOf, partsOf, statementAndPart, type PartOf, type Statement, type Vault } from "../statement.ts";
import type { VaultState } from "../vault.ts";
import { isOfCase, type Signer } from "../words/composed.ts";

/** What a case's vault took over from the house's. */
interface TakenOver {
  readonly from: VaultId;
  readonly case: CaseNumber;
  readonly parts: ReadonlySet<PartOf>;
}

/**
 * The parts that each vault has keys to. An agenda that came with an `ask` is not among them: whom it was given to is
 * not shown that it was taken out.
 */
export class Given {
  /** What was sealed to the vault itself. */
  private readonly own = new Map<VaultId, Map<CaseNumber, Set<PartOf>>>();
  private readonly takenOver = new Map<VaultId, TakenOver>();
  /** The vault of each generation's statement. */
  private readonly generations = new Map<Digest, VaultId>();

  /** Takes in the next statement, in the journal's order. */
  add(id: Digest, statement: Statement): void {
    const { body, by } = statement;
    if (body.kind === "vault") this.addGeneration(id, body, by);
    const number = caseOf(body);
    if (number === undefined) return;
    for (const part of partsOf(body)) {
      for (const { vault } of part.grants) this.ownOf(vault, number).add(partOf(id, part.name));
    }
  }

  private ownOf(vault: VaultId, number: CaseNumber): Set<PartOf> {
    const ofVault = this.own.get(vault) ?? new Map<CaseNumber, Set<PartOf>>();
    const ofCase = ofVault.get(number) ?? new Set<PartOf>();
    this.own.set(vault, ofVault.set(number, ofCase));
    return ofCase;
  }

  private addGeneration(id: Digest, vault: Vault, by: Signer): void {
    this.generations.set(id, vault.vault);
    if (by === "authority") {
      // It carries nothing over.
      this.own.delete(vault.vault);
      this.takenOver.delete(vault.vault);
      return;
    }
    if (!isOfCase(vault.owner) || vault.generation !== 1 || vault.predecessor === undefined) return;
    const from = this.generations.get(vault.predecessor);
    if (from === undefined) return;
    const parts = new Set(this.own.get(from)?.get(vault.owner));
    this.takenOver.set(vault.vault, { from, case: vault.owner, parts });
  }

  /**
   * What must be among a vault's headers, as far as one of its holders can know: what is still there, and of which that
   * holder would be shown that it was taken out or withdrawn.
   */
  due(history: History, vault: VaultState, holder: MemberId, now: Moment): Set<PartOf> {
    const { house } = history;
    const due = new Set<PartOf>();
    const addAll = (theCase: CaseState, parts: ReadonlySet<PartOf>): void => {
      for (const part of parts) if (isThere(theCase, statementAndPart(part).statement, now)) due.add(part);
    };
    for (const [number, parts] of this.own.get(vault.vault) ?? []) {
      const theCase = history.cases.get(number);
      if (theCase !== undefined && isTold(house, theCase, vault, holder, now)) addAll(theCase, parts);
    }
    const before = this.takenOver.get(vault.vault);
    if (before === undefined) return due;
    const theCase = history.cases.get(before.case);
    // What happened before there was this vault is shown to the holders of the house's.
    const wasTold = house.vaults.get(before.from)?.isReadBy(house, holder, now) ?? false;
    if (theCase !== undefined && wasTold) addAll(theCase, before.parts);
    return due;
  }
}

/** What happens in a case is shown to its directors: of one with a vault of its own, to the holders of that. */
function isTold(house: House, theCase: CaseState, vault: VaultState, holder: MemberId, now: Moment): boolean {
  if (vault.owner !== house.housePartner()) return true;
  return (theCase.vault ?? house.ownVault())?.isReadBy(house, holder, now) ?? false;
}

/** Whether the hub must have a statement's parts still. From an item's last day on it may destroy it. */
function isThere(theCase: CaseState, id: Digest, now: Moment): boolean {
  if (theCase.approvals.get(id)?.withdrawn === true) return false;
  const state = theCase.items.get(id);
  return state === undefined || (!state.retracted && now < ends(state.item.retention));
}
