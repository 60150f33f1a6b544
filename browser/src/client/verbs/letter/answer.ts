// What a member sees of a sealed text: what its vaults open, or why they don't.
//
// That there is a text is proven; the hub alone hands over what it says. A hub that keeps that back must not make it
// look as if there was none.

import type { Digest } from "../../../protocol/id.ts";
import { Refusal } from "../../../protocol/refusal.ts";
import { Refused } from "../../../protocol/seal.ts";
import { caseOf, partsOf, type PartName } from "../../../protocol/statement.ts";
import type { VaultState } from "../../../protocol/vault.ts";
import { VaultGeneration, type VaultGrant } from "../../../protocol/words/composed.ts";
import { ClientError, isCode, isNoAnswer } from "../../error.ts";
import type { Keyring } from "../../grant.ts";
import type { HeaderRow } from "../../remote.ts";
import type { World } from "../../trust.ts";

/**
 * Why something on record can't be read: it is sealed to a vault by which the member reads, and the hub does not hand
 * it over as it was signed; it is sealed to others; or what was sealed is not what it should be.
 */
export type Unread = "kept-back" | "not-for-you" | "nonsense";

/** A small part, or why it can't be read. Throws where the hub gives no answer. */
export async function openedPart<T>(
  keys: Keyring,
  world: World,
  statement: Digest,
  part: PartName,
  read: (bytes: Uint8Array) => T,
): Promise<{ readonly text: T } | { readonly unread: Unread }> {
  let bytes: Uint8Array;
  try {
    bytes = await keys.text(world, statement, part, "vault");
  } catch (error) {
    if (isNoAnswer(error)) throw error;
    return { unread: await whyUnread(keys, world, statement, part, error) };
  }
  try {
    return { text: read(bytes) };
  } catch {
    return { unread: "nonsense" };
  }
}

/** Whose doing it is that a part did not open: the hub's, if it is another than was signed for this member. */
async function whyUnread(
  keys: Keyring,
  world: World,
  statement: Digest,
  part: PartName,
  error: unknown,
): Promise<Unread> {
  const granted = grantedToMe(world, statement, part);
  if (granted.length === 0) return "not-for-you";
  if (isCode(error, "sealed-wrong")) return "nonsense";
  const now = granted.filter(({ grant, vault }) => isNow(grant, vault));
  if (isNotServed(error, now.length === 0)) return "kept-back";
  const served = await keys.served(statement, part).catch((problem: unknown): HeaderRow[] => {
    if (isNoAnswer(problem)) throw problem;
    return [];
  });
  const isOther = ({ grant }: Granted): boolean =>
    served.find(({ reader }) => typeof reader !== "string" && isSame(reader, grant))?.header.digest !== grant.header;
  return now.some(isOther) ? "kept-back" : "nonsense";
}

function isNotServed(error: unknown, isRenewed: boolean): boolean {
  if (error instanceof Refusal) return true;
  if (error instanceof ClientError) {
    const { kind } = error.problem;
    return kind === "refused" || kind === "bad-answer" || isCode(error, "no-key") || isCode(error, "wrong-vault-key");
  }
  if (!(error instanceof Refused)) return false;
  // Who renewed the vault held each header against its commitment.
  return error.code === "digest" || error.code === "length" || (isRenewed && error.code === "commitment");
}

interface Granted {
  readonly grant: VaultGrant;
  readonly vault: VaultState;
}

function isSame(one: VaultGeneration, other: VaultGeneration): boolean {
  return one.vault === other.vault && one.generation === other.generation;
}

function isNow(grant: VaultGrant, vault: VaultState): boolean {
  return isSame(grant, vault);
}

/**
 * The grants of a proven statement to vaults by which the member reads now. A vault that the authority renewed since
 * took nothing along.
 */
function grantedToMe(world: World, statement: Digest, name: PartName): Granted[] {
  const known = world.statement(statement);
  if (known === undefined) return [];
  const { house, me, now } = world;
  const number = caseOf(known.statement.body);
  const ofCase = number && world.history.cases.get(number)?.vault;
  const vaults = [...house.vaults.values(), ...(ofCase === undefined ? [] : [ofCase])];
  const grants = partsOf(known.statement.body).filter((part) => part.name === name).flatMap((part) => part.grants);
  return grants.flatMap((grant) => {
    const reads = (vault: VaultState): boolean =>
      vault.vault === grant.vault && vault.isReadBy(house, me, now) && cameAlong(world, vault, grant);
    const vault = vaults.find(reads);
    return vault === undefined ? [] : [{ grant, vault }];
  });
}

/** Whether a vault has still what it was given in some generation. */
function cameAlong(world: World, vault: VaultState, grant: VaultGrant): boolean {
  const since = vault.generations.slice(grant.generation);
  return since.every((id) => world.statement(id)?.statement.by !== "authority");
}
