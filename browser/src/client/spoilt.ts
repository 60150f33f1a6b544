// What does not open though the hub gives just what was signed for: whoever sealed it put in something else. The hub
// can't look inside, so it takes that; and one member's nonsense must hold up nothing that others do.

import { textOf } from "../protocol/bytes.ts";
import { digestOf, NotA, type Digest } from "../protocol/id.ts";
import { forTerminal } from "../protocol/label.ts";
import type { Header } from "../protocol/seal.ts";
import { caseOf, partOf, partsOf, type Body, type PartName } from "../protocol/statement.ts";
import { RekeyedSet, type VaultState } from "../protocol/vault.ts";
import type { VaultGrant } from "../protocol/words/composed.ts";
import { ClientError } from "./error.ts";
import type { Remote } from "./remote.ts";
import type { Both } from "./say.ts";
import type { Known, World } from "./trust.ts";
import { notTheVaults } from "./vault.ts";

/** A header of a part that a proven statement names for a vault. */
interface Named {
  readonly known: Known;
  readonly grant: VaultGrant;
}

/** What was signed of the headers that a vault's present generation has. */
export class Signed {
  /** What the generation took over, once it was needed. */
  #set: RekeyedSet | undefined;

  constructor(
    private readonly remote: Remote,
    private readonly world: World,
    private readonly vault: VaultState,
  ) {}

  /**
   * The statement by which the vault has this very header for a part; none if another one was signed for, which is the
   * hub's doing. A header of an older generation is another one: it opens with that generation's key. Refuses where the
   * hub does not give the set that the vault's statement names.
   */
  async sealedBy(statement: Digest, part: PartName, { digest }: Header): Promise<Known | undefined> {
    const { vault, generation, id } = this.vault;
    const named = grantsOf(this.world, statement, part);
    // A later ask's takes the place of the one before.
    const now = [...named].reverse().find(({ grant }) => grant.vault === vault && grant.generation === generation);
    if (now !== undefined) return now.grant.header === digest ? now.known : undefined;
    if ((await this.set()).entries.get(partOf(statement, part)) !== digest) return undefined;
    return named.find(({ grant }) => grant.header === digest)?.known ?? this.world.statement(id);
  }

  private async set(): Promise<RekeyedSet> {
    this.#set ??= await this.fetched();
    return this.#set;
  }

  private async fetched(): Promise<RekeyedSet> {
    const body = this.world.statement(this.vault.id)?.statement.body;
    if (body?.kind !== "vault" || body.set === undefined) return new RekeyedSet();
    const bytes = await this.remote.vaultSet(this.vault.vault);
    const text = digestOf(bytes) === body.set ? textOf(bytes) : undefined;
    if (text === undefined) throw notTheVaults();
    try {
      return RekeyedSet.parse(text);
    } catch (error) {
      throw error instanceof NotA ? notTheVaults() : error;
    }
  }
}

/**
 * Each header of a part that proven statements name for a vault, in the journal's order: the part's own statement, and
 * each ask that gave an agenda along. What a generation took over stands in its set.
 */
function grantsOf(world: World, statement: Digest, part: PartName): Named[] {
  const of = world.statement(statement);
  const number = of && caseOf(of.statement.body);
  if (number === undefined) return [];
  return world.statementsOf(number).flatMap((known) => {
    const { body } = known.statement;
    const grants = body.kind === "ask" ? givenAlong(world, body, statement, part) : ownOf(known, statement, part);
    return grants.map((grant) => ({ known, grant }));
  });
}

function ownOf({ id, statement: { body } }: Known, statement: Digest, part: PartName): readonly VaultGrant[] {
  return id === statement ? (partsOf(body).find(({ name }) => name === part)?.grants ?? []) : [];
}

function givenAlong(
  world: World,
  { case: number, roster, agendaLabel, agendaBody }: Extract<Body, { kind: "ask" }>,
  statement: Digest,
  part: PartName,
): VaultGrant[] {
  if (world.history.cases.get(number)?.rosters.get(roster)?.agenda !== statement) return [];
  const grant = part === "label" ? agendaLabel : part === "body" ? agendaBody : undefined;
  return grant === undefined ? [] : [grant];
}

/**
 * Whoever sealed what stays closed, by name. What a vault's generation took over may have been spoilt by whoever made
 * one before it: nothing tells that afterwards.
 */
export function spoilerOf(world: World, { statement }: Known): Both {
  const member = statement.member();
  const name = forTerminal(member === undefined ? world.house.hub : world.nameOf(member));
  if (statement.body.kind !== "vault") return { nl: name, en: name };
  return { nl: `${name}, of wie deze kluis eerder vernieuwde,`, en: `${name}, or who renewed this vault before,` };
}

/** Nobody can open it, and that is no fault of the hub's. */
export function sealedWrong(world: World, by: Known): ClientError {
  const who = spoilerOf(world, by);
  return ClientError.said(
    "sealed-wrong",
    `Dit gaat niet open: ${who.nl} heeft het verkeerd verzegeld, zodat geen sleutel erop past. De hub geeft precies wat er is ondertekend. Er is niets geopend. Vraag ${who.nl} om het in te trekken en opnieuw te geven.`,
    `This does not open: ${who.en} sealed it wrongly, so that no key fits. The hub gives just what was signed. Nothing was opened. Ask ${who.en} to take it back and to give it again.`,
  );
}

/** A part that stays closed, and the statement that sealed it so. */
export interface Closed {
  readonly statement: Digest;
  readonly part: PartName;
  readonly by: Known;
}
