// Vaults from the inside: opening one, and making its next generation.

import { textOf, utf8 } from "../protocol/bytes.ts";
import type { CaseNumber, Digest, Mac, MemberId, VaultId } from "../protocol/id.ts";
import { refused } from "../protocol/refusal.ts";
import { Header, openFile, Refused, sealFile, SealingKey, type FileKey, type Recipient } from "../protocol/seal.ts";
import { caseOf, partOf, statementAndPart, type PartOf } from "../protocol/statement.ts";
import { RekeyedSet, requireMayHold, type VaultState } from "../protocol/vault.ts";
import type { Owner } from "../protocol/words/composed.ts";
import { ClientError } from "./error.ts";
import { namedPart } from "./grant.ts";
import { pause } from "./pause.ts";
import type { Progress, Remote, VaultHeaderRow } from "./remote.ts";
import type { Warning } from "./say.ts";
import type { Secrets } from "./secret.ts";
import type { Draft } from "./sign.ts";
import { Signed, type Closed } from "./spoilt.ts";
import { TrustError, type World } from "./trust.ts";

/**
 * The key of a vault that I hold. Refuses what does not open, or is not the key of its statement: of who holds the
 * vault, the hub has another.
 */
export async function vaultKey(remote: Remote, secrets: Secrets, vault: VaultState): Promise<SealingKey> {
  const file = await remote.vaultSecret(vault.vault);
  for (const key of secrets.sealingKeys) {
    const opened = await openFile(file, key).catch(() => undefined);
    const found = opened && keyIn(opened);
    opened?.fill(0);
    if (found?.recipient === vault.recipient) return found;
    if (opened !== undefined) break;
  }
  throw notTheVaults();
}

function keyIn(file: Uint8Array): SealingKey | undefined {
  const text = textOf(file);
  if (text === undefined || !text.endsWith("\n")) return undefined;
  try {
    return SealingKey.parse(text.slice(0, -1));
  } catch {
    return undefined;
  }
}

/**
 * The headers that a vault's present generation has, of one case or of all, for a next one to carry over. Refuses a
 * list that lacks what the vault was given, as far as proven statements say so: nobody could ever open that again.
 */
export async function headersToCarry(
  remote: Remote,
  world: World,
  vault: VaultState,
  number: CaseNumber | undefined,
): Promise<VaultHeaderRow[]> {
  const isWanted = (statement: Digest): boolean => {
    const known = world.statement(statement);
    return number === undefined || (known !== undefined && caseOf(known.statement.body) === number);
  };
  const open = (await remote.vaultHeaders(vault.vault)).filter((row) => isWanted(row.statement));
  const listed = new Set(open.map((row) => partOf(row.statement, row.part)));
  for (const part of world.dueTo(vault)) {
    const { statement: id } = statementAndPart(part);
    if (isWanted(id) && !listed.has(part)) throw new TrustError({ code: "headers-left-out", id });
  }
  return open;
}

/** A colleague who renewed the vault a moment ago looks like a hub that shows another's key; the next try tells. */
export function notTheVaults(): ClientError {
  return ClientError.said(
    "wrong-vault-key",
    "De hub geeft voor deze kluis een sleutel die niet de hare is, of die u niet kunt openen; een collega kan haar net hebben vernieuwd. Er is niets gedaan. Doe het opnieuw, en blijft dit zo, bel dan het huis.",
    "The hub gives a key for this vault that is not the vault's own, or that you can't open; a colleague may have renewed it just now. Nothing was done. Do it again, and if this stays so, call the house.",
  );
}

/** A generation to be made. */
export interface NextGeneration {
  readonly vault: VaultId;
  readonly generation: number;
  readonly owner: Owner;
  /** The generation before; of a case vault's first, the house's vault. */
  readonly predecessor: VaultState | undefined;
  readonly holders: readonly MemberId[];
}

/** What follows a generation, with these holders. */
export function generationAfter(current: VaultState, holders: readonly MemberId[]): NextGeneration {
  const { vault, generation, owner } = current;
  return { vault, generation: generation + 1, owner, predecessor: current, holders };
}

/** What a generation before it opened, and with which key. */
export interface Before {
  readonly remote: Remote;
  readonly key: SealingKey;
  readonly open: readonly VaultHeaderRow[];
  /** Told after each that was wrapped anew: how many were, of how many. */
  readonly progress?: Progress | undefined;
}

/**
 * Adds a vault's next generation to a draft: a new key sealed to its holders, and everything that was open wrapped anew
 * to it. What whoever sealed it spoilt goes along as it is, and is given back.
 */
export async function draftGeneration(
  draft: Draft,
  world: World,
  next: NextGeneration,
  before: Before | undefined,
): Promise<readonly Closed[]> {
  const { house } = world;
  // In an old directory someone who left may still stand as a holder.
  house.freshDirectory(draft.signedAt);
  const readers: Recipient[] = [];
  for (const holder of next.holders) {
    requireMayHold(house, next.owner, holder, draft.signedAt);
    readers.push(house.member(holder, draft.signedAt).recipient);
  }
  const key = SealingKey.generate();
  const text = utf8(`${key.toText()}\n`);
  const secret = draft.attach(await sealFile(text, readers));
  text.fill(0);
  const { predecessor } = next;
  const nothing: Rekeyed = { set: new RekeyedSet(), closed: [] };
  const isFirst = before === undefined || predecessor === undefined;
  const { set, closed } = isFirst ? nothing : await rekeyed(draft, world, key.recipient, predecessor, before);
  const attached = set.isEmpty ? undefined : draft.attach(utf8(set.toText()));
  if (attached !== undefined) draft.call(attached, String(set.entries.size));
  const { recipient } = key;
  key.wipe();
  draft.push({
    kind: "vault",
    vault: next.vault,
    generation: next.generation,
    owner: next.owner,
    predecessor: predecessor?.id,
    recipient,
    holder: next.holders,
    secret,
    set: attached,
  });
  return closed;
}

/** So many are wrapped before whoever locks has a turn. */
const AT_ONCE = 32;

/** What goes along, and what of it stays closed. */
interface Rekeyed {
  readonly set: RekeyedSet;
  readonly closed: readonly Closed[];
}

/**
 * Wraps every file key anew. One that does not match its statement's commitment stops it all: the hub may have put
 * another item's header in its place. Only if it is the very one that was signed for, it goes along closed.
 */
async function rekeyed(
  draft: Draft,
  world: World,
  recipient: Recipient,
  vault: VaultState,
  { remote, key, open, progress }: Before,
): Promise<Rekeyed> {
  const [entries, closed] = [new Map<PartOf, Digest>(), [] as Closed[]];
  const signed = new Signed(remote, world, vault);
  for (const { statement, part, header } of open) {
    const name = partOf(statement, part);
    if (entries.has(name)) throw ClientError.badAnswer("headers");
    const { commitment } = namedPart(world, statement, part);
    const fileKey = keyOrWhyNot(header, key, commitment);
    if (fileKey instanceof Refused) {
      const by = await signed.sealedBy(statement, part, header);
      if (by === undefined) throw doesNotOpen(fileKey);
      closed.push({ statement, part, by });
      entries.set(name, draft.header(header));
    } else {
      entries.set(name, draft.header(Header.wrap(fileKey, recipient)));
      fileKey.wipe();
    }
    progress?.(entries.size, open.length);
    if (entries.size % AT_ONCE !== 0) continue;
    await pause();
    if (key.isWiped) throw ClientError.network("locked");
  }
  return { set: new RekeyedSet(entries), closed };
}

function keyOrWhyNot(header: Header, key: SealingKey, commitment: Mac): FileKey | Refused {
  try {
    return header.openCommitted(key, commitment);
  } catch (error) {
    if (error instanceof Refused) return error;
    throw error;
  }
}

/** Why a vault's key does not open a header that is not the one that was signed for. */
export function doesNotOpen(refused: Refused): Error {
  return refused.code === "wrong reader" ? notTheVaults() : refused;
}

/** Where somebody holds a vault alone. */
const ALONE: Warning = {
  nl: "Let op: maar één persoon kan deze kluis openen. Is die er niet, dan kan niemand erbij. Voeg een collega toe.",
  en: "Note: only one person can open this vault. Without that person nobody can. Add a colleague.",
};

/** Warns who holds a vault alone, or whose vault can take nothing new. */
export function warningsAbout({ house, now }: World, vault: VaultState): Warning[] {
  const warnings: Warning[] = [];
  if (refused(() => vault.requireSound(house)) !== undefined) {
    warnings.push({
      nl: "Let op: een houder van deze kluis heeft geen geldige sleutel meer. Er kan niets bij tot de kluis is vernieuwd.",
      en: "Note: a holder of this vault no longer has a valid key. It takes nothing new until it is renewed.",
    });
  }
  const counting = [...vault.holders.keys()].filter((holder) => vault.isReadBy(house, holder, now));
  if (counting.length < 2) warnings.push(ALONE);
  return warnings;
}

/** Warns who makes a generation that one person will hold alone. */
export function warningsOf({ holders }: NextGeneration): Warning[] {
  return holders.length < 2 ? [ALONE] : [];
}

/**
 * Says so to who seals to the own partner's vault without holding it: whose vault that is, the hub could have made up
 * for someone who never saw another.
 */
export function warningsToNotHolder(world: World, own: VaultState): Warning[] {
  if (own.isHeldBy(world.house, world.me)) return [];
  const holders = [...own.holders.keys()].map((holder) => world.nameOf(holder)).join(", ");
  return [
    {
      nl: `Let op: u kunt zelf niet in de kluis van uw organisatie. Wat u nu instuurt, kunnen daar alleen deze mensen lezen: ${holders}. Klopt dat niet? Zeg dan nee, en bel het huis.`,
      en: `Note: you can't open your organisation's vault. What you send in now only these people there can read: ${holders}. Is that not right? Then say no, and call the house.`,
    },
  ];
}
