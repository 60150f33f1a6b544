// What a statement says, in plain words, for the one who is about to sign it: all of it that means something.

import type { CaseState } from "../protocol/case.ts";
import type { House } from "../protocol/directory.ts";
import type { CaseNumber, Digest, MemberId, Moment, PartnerId, VaultId } from "../protocol/id.ts";
import { forTerminal } from "../protocol/label.ts";
import type { Language } from "../protocol/refusal.ts";
import type { Statement } from "../protocol/statement.ts";
import { VaultGeneration, type VaultGrant } from "../protocol/words/composed.ts";
import { shown } from "../protocol/zone.ts";
import { caseWords, itemKindWords } from "./describe/case.ts";
import { houseWords } from "./describe/house.ts";
import { mailWords } from "./describe/mail.ts";
import { meetingWords } from "./describe/meeting.ts";
import { said, type Both } from "./say.ts";
import type { Called } from "./sign.ts";
import { nameOf } from "./trust/names.ts";

export { phaseWords } from "../protocol/words.ts";
export { caseKindWords, itemKindWords } from "./describe/case.ts";

/** By what people know whom and what a statement names. What is not known is shown by its id. */
export interface Names {
  readonly house: House;
  readonly cases: ReadonlyMap<CaseNumber, CaseState>;
  readonly called: Called;
}

/** A few plain sentences, a line each, with nothing in them that hides or turns text around. */
export async function describe(statement: Statement, names: Names, language: Language): Promise<string[]> {
  const says = new Says(names, language);
  await houseWords(statement, says);
  caseWords(statement.body, says);
  meetingWords(statement.body, says);
  mailWords(statement.body, says);
  const { kind } = statement.body;
  if (says.lines.length === 0) says.line(`Een verklaring: ${kind}.`, `A statement: ${kind}.`);
  return says.lines.flatMap((line) => line.split("\n")).map(forTerminal);
}

/** The sentences, in one of two languages. */
export class Says {
  readonly lines: string[] = [];

  constructor(
    readonly names: Names,
    readonly language: Language,
  ) {}

  line(nl: string, en: string): void {
    this.lines.push(this.words(nl, en));
  }

  words(nl: string, en: string): string {
    return this.language === "nl" ? nl : en;
  }

  pick(both: Both): string {
    return said(both, this.language);
  }

  at(moment: Moment): string {
    return shown(moment, this.language);
  }

  partner(partner: PartnerId): string {
    return this.names.house.partnerName(partner);
  }

  people(members: Iterable<MemberId>): string {
    return [...members].map((member) => nameOf(this.names.house, member)).join(", ");
  }

  /** What something is called, or else the beginning of its id. */
  called(id: Digest): string {
    return this.names.called.get(id) ?? short(id);
  }

  /** `Melding (Politie, 41aa90b3c2d1)`, as far as it is known. */
  item(number: CaseNumber, id: Digest): string {
    const state = this.names.cases.get(number)?.items.get(id);
    const name = this.names.called.get(id);
    const title = name === undefined ? state && this.pick(itemKindWords(state.item.itemKind)) : `"${name}"`;
    const beside = [...(state === undefined ? [] : [this.partner(state.item.supplier)]), short(id)];
    return title === undefined ? short(id) : `${title} (${beside.join(", ")})`;
  }

  items(number: CaseNumber, ids: readonly Digest[]): string {
    return ids.length === 0 ? "-" : ids.map((id) => this.item(number, id)).join("; ");
  }

  /** A roster by its meeting, if it is known. */
  roster(of: CaseNumber, id: Digest): string {
    const roster = this.names.cases.get(of)?.rosters.get(id);
    const number = this.words("lijst", "roster");
    if (roster === undefined) return `${number} ${short(id)}`;
    const meeting = this.words("overleg", "meeting");
    return `${meeting} ${this.at(roster.date)}, ${number} ${roster.number} (${short(id)})`;
  }

  /** Who can open what is sealed to these vaults: whose each is, and its holders. */
  readers(grants: readonly VaultGrant[]): string {
    const all = new Map(grants.map((grant) => [VaultGeneration.write(grant), grant]));
    if (all.size === 0) return "-";
    const inOrder = [...all.values()].sort(
      (one, other) => (one.vault < other.vault ? -1 : one.vault > other.vault ? 1 : one.generation - other.generation),
    );
    return inOrder.map(({ vault, generation }) => `${this.vault(vault)}/${generation}`).join("; ");
  }

  private vault(id: VaultId): string {
    const { house, cases } = this.names;
    const ofCases = [...cases.values()].map((of) => of.vault).filter((vault) => vault !== undefined);
    const vault = [...house.vaults.values(), ...ofCases].find((each) => each.vault === id);
    const owner = vault?.owner ?? house.vaultOwners.get(id);
    if (owner === undefined) return id;
    const name = owner.startsWith("par_") ? this.partner(owner as PartnerId) : owner;
    return vault === undefined ? `${name} ${id}` : `${name} (${this.people(vault.holders.keys())}) ${id}`;
  }

  /** To whom a note is sealed, and what it says if that is known. */
  note(what: Both, note: Digest, grants: readonly VaultGrant[]): void {
    const readers = this.readers(grants);
    const text = this.names.called.get(note);
    const says = text === undefined ? "" : ` "${text.replaceAll("\n", " / ")}"`;
    this.line(`${what.nl}${says}, verzegeld voor: ${readers}.`, `${what.en}${says}, sealed for: ${readers}.`);
  }
}

/** The beginning of a digest: enough to tell statements apart by eye. */
export function short(digest: Digest): string {
  return digest.slice("sha256:".length, "sha256:".length + 12);
}
