// Grants: giving a reader the key to something that one can open oneself.
//
// The hub serves headers and is not believed: a file key counts only if it matches the commitment in a statement that
// was proven, and it is wrapped only to a recipient that the verified directory names. Whatever is wrong is refused
// before anything is wrapped.

import { concat, joined } from "../protocol/bytes.ts";
import type { CaseState } from "../protocol/case.ts";
import type { House } from "../protocol/directory.ts";
import type { Digest, MemberId, Moment } from "../protocol/id.ts";
import { Opener, PayloadDigest } from "../protocol/payload.ts";
import { refuseUnless, there } from "../protocol/refusal.ts";
import { Header, Refused, requireNamed, type FileKey, type Recipient, type SealingKey } from "../protocol/seal.ts";
import { caseOf, partsOf, type PartName } from "../protocol/statement.ts";
import type { VaultState } from "../protocol/vault.ts";
import { VaultGeneration, type Payload } from "../protocol/words/composed.ts";
import { ClientError } from "./error.ts";
import type { Home } from "./home.ts";
import type { HeaderRow, Remote } from "./remote.ts";
import type { Secrets } from "./secret.ts";
import type { World } from "./trust.ts";
import { Signed, sealedWrong } from "./spoilt.ts";
import { doesNotOpen, notTheVaults, vaultKey } from "./vault.ts";

/** By what right a part is opened: a vault that the member holds, or a grant to the member, from a release. */
export type Through = "vault" | "member";

/** The vault keys that were fetched, for as long as a deed lasts. They are never kept, and wiped when the home locks. */
export class Keyring {
  readonly #vaults = new Map<string, Promise<SealingKey>>();

  constructor(
    private readonly remote: Remote,
    private readonly secrets: Secrets,
    private readonly home: Pick<Home, "wipedWith">,
  ) {}

  /** The key of a vault that the member holds: fetched once, and only if it is the one of the vault's statement. */
  async vault(vault: VaultState): Promise<SealingKey> {
    const name = VaultGeneration.write(vault);
    const coming = this.#vaults.get(name) ?? this.fetched(vault);
    this.#vaults.set(name, coming);
    try {
      return await coming;
    } catch (error) {
      this.#vaults.delete(name);
      throw error;
    }
  }

  private async fetched(vault: VaultState): Promise<SealingKey> {
    const key = await vaultKey(this.remote, this.secrets, vault);
    return this.home.wipedWith(`vault ${key.recipient}`, key);
  }

  /**
   * The file key of a part of a proven statement. Refuses with the hub's refusal; or that it gives no header for this
   * member (`no-key`), or one for a vault as it is now and not as it was proven (`wrong-vault-key`); or that the header
   * is another item's (`commitment`); or that it is the one that was signed for, and opens nothing (`sealed-wrong`).
   */
  async fileKey(world: World, statement: Digest, part: PartName, through: Through): Promise<FileKey> {
    return (await this.openHeader(world, statement, part, through)).key;
  }

  /** The same, with the header that it came from. */
  async openHeader(
    world: World,
    statement: Digest,
    part: PartName,
    through: Through,
  ): Promise<{ header: Header; key: FileKey }> {
    const { commitment } = namedPart(world, statement, part);
    const rows = await this.remote.headers(statement, part);
    const known = world.statement(statement);
    const number = known && caseOf(known.statement.body);
    const of = number && world.history.cases.get(number);
    const row = usable(rows, world, of, through);
    if (row === undefined) throw noneUsable(rows, world, of);
    if (row.vault === undefined) return { header: row.header, key: this.secrets.openHeader(row.header, commitment) };
    const vault = await this.vault(row.vault);
    try {
      return { header: row.header, key: row.header.openCommitted(vault, commitment) };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const by = await new Signed(this.remote, world, row.vault).sealedBy(statement, part, row.header);
      throw by === undefined ? doesNotOpen(error) : sealedWrong(world, by);
    }
  }

  /** The headers of a part, as the hub serves them. Nothing of them is believed. */
  served(statement: Digest, part: PartName): Promise<HeaderRow[]> {
    return this.remote.headers(statement, part);
  }

  /** A small part as a whole: a label, a reason, an outcome. */
  async text(world: World, statement: Digest, part: PartName, through: Through): Promise<Uint8Array> {
    const named = namedPart(world, statement, part);
    const key = await this.fileKey(world, statement, part, through);
    try {
      return openPayload(await this.remote.payload(statement, part, named), key, named);
    } finally {
      key.wipe();
    }
  }
}

/** Opens a small payload with its file key, if it is the one named: digest, length, commitment, payload. */
export function openPayload(payload: Uint8Array, key: FileKey, named: Payload): Uint8Array {
  requireNamed(new PayloadDigest().update(payload).finish(), named);
  if (!key.matches(named.commitment)) throw new Refused("commitment");
  const pieces: Uint8Array[] = [];
  const opener = new Opener(key, (piece) => pieces.push(piece));
  opener.update(payload);
  opener.finish();
  const plain = joined(pieces);
  for (const piece of pieces) piece.fill(0);
  return plain;
}

/** A part as its proven statement names it. */
export function namedPart(world: World, statement: Digest, name: PartName): Payload {
  const known = there(world.statement(statement), "unknown-item");
  return there(partsOf(known.statement.body).find((part) => part.name === name)?.payload, "unknown-item");
}

/**
 * Why no header is one that the member can open. A later generation's comes of a colleague who renewed the vault since;
 * none at all also of the authority's renewal, which takes nothing along.
 */
function noneUsable(rows: readonly HeaderRow[], world: World, of: CaseState | undefined): ClientError {
  const known = vaultsOf(world, of);
  const isRenewed = ({ reader }: HeaderRow): boolean =>
    typeof reader !== "string" &&
    known.some((vault) => vault.vault === reader.vault && vault.generation < reader.generation);
  return rows.some(isRenewed) ? notTheVaults() : noKey();
}

/** Proven statements say that the member may open it, and there is no header for that. */
function noKey(): ClientError {
  return ClientError.said(
    "no-key",
    "Er is geen sleutel waarmee dit voor u open gaat, hoewel het voor u is bestemd. Of het huis heeft de kluis opnieuw laten beginnen toen niemand haar meer kon openen, en dan ging dit niet mee; of de hub houdt de sleutel achter. Er is niets geopend. Bel het huis.",
    "There is no key that opens this for you, though it is meant for you. Either the house had the vault begin anew when nobody could open it any more, and this did not go along; or the hub keeps the key back. Nothing was opened. Call the house.",
  );
}

function vaultsOf(world: World, of: CaseState | undefined): VaultState[] {
  const ofHouse = [...world.house.vaults.values()];
  return of?.vault === undefined ? ofHouse : [...ofHouse, of.vault];
}

/**
 * The first header that the member can open in the way asked for, and the vault that opens it; no vault if it is the
 * member's own. A vault counts in the generation that the proven history gives it, and if the member reads by it.
 */
function usable(
  rows: readonly HeaderRow[],
  world: World,
  of: CaseState | undefined,
  through: Through,
): { header: Header; vault: VaultState | undefined } | undefined {
  for (const { reader, header } of rows) {
    if (typeof reader === "string") {
      if (through === "member" && reader === world.me) return { header, vault: undefined };
      continue;
    }
    if (through !== "vault") continue;
    const name = VaultGeneration.write(reader);
    const isThis = (vault: VaultState): boolean =>
      VaultGeneration.write(vault) === name && vault.isReadBy(world.house, world.me, world.now);
    const vault = vaultsOf(world, of).find(isThis);
    if (vault !== undefined) return { header, vault };
  }
  return undefined;
}

/**
 * The one key to which something may be wrapped for a member: that of the membership in force, in a directory that has
 * not ended. Never what the hub says.
 */
export function memberRecipient(house: House, member: MemberId, now: Moment): Recipient {
  house.freshDirectory(now);
  return house.member(member, now).recipient;
}

/** The same for a vault: its present generation, if no holder's key was revoked or replaced. */
export function vaultRecipient(house: House, vault: VaultState, now: Moment): Recipient {
  house.freshDirectory(now);
  vault.requireSound(house);
  return vault.recipient;
}

/**
 * The vaults that a new item is sealed to: its supplier's, and the one of those who run the case. For what the house
 * supplies before there is a case vault these are one.
 */
export function distinct(vaults: readonly VaultState[]): VaultState[] {
  return [...new Map(vaults.map((vault) => [VaultGeneration.write(vault), vault])).values()];
}

/** The keys of a label and a body. */
export interface ItemKeys {
  readonly label: FileKey;
  readonly body: FileKey;
}

/**
 * The two headers that an approval makes for its reader, as they are sealed to the case vault: the label's and the
 * body's, one after the other.
 */
export class ReaderGrants {
  private constructor(
    readonly label: Header,
    readonly body: Header,
  ) {}

  /** Wraps both file keys to one reader. */
  static wrap({ label, body }: ItemKeys, reader: Recipient): ReaderGrants {
    return new ReaderGrants(Header.wrap(label, reader), Header.wrap(body, reader));
  }

  toBytes(): Uint8Array {
    return concat(this.label.toBytes(), this.body.toBytes());
  }

  /** Reads exactly what `toBytes` writes. */
  static parse(bytes: Uint8Array): ReaderGrants {
    if (bytes.length < Header.LENGTH) throw new Refused("malformed header");
    const label = Header.parse(bytes.subarray(0, Header.LENGTH));
    return new ReaderGrants(label, Header.parse(bytes.subarray(Header.LENGTH)));
  }

  /** Refuses other headers than the approval names. */
  require(label: Digest, body: Digest): void {
    refuseUnless(this.label.digest === label && this.body.digest === body, "wrong-grants");
  }
}
