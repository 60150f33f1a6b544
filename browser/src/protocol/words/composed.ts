// The values of several words on one line, and those that are one of several things.

import {
  caseNumber,
  digest,
  digestOf,
  mac,
  memberId,
  NotA,
  partnerId,
  vaultId,
  type CaseNumber,
  type Digest,
  type Mac,
  type MemberId,
  type PartnerId,
  type Read,
  type VaultId,
} from "../id.ts";
import type { Value } from "../lines.ts";
import { Seat, wholeNumber } from "../words.ts";

/** Reads a line of two words with a space between. */
function pairOf(text: string, what: string): [string, string] {
  const [one, other, ...more] = text.split(" ");
  if (one === undefined || other === undefined || more.length > 0) throw new NotA(what);
  return [one, other];
}

/** Reads a line of three words with single spaces between. */
function tripleOf(text: string, what: string): [string, string, string] {
  const [one, other, third, ...more] = text.split(" ");
  if (one === undefined || other === undefined || third === undefined || more.length > 0) throw new NotA(what);
  return [one, other, third];
}

/** Says what the whole asks for, where a part of it is wrong. */
function within<T>(what: string, read: (what: string) => T): T {
  try {
    return read(what);
  } catch (error) {
    throw error instanceof NotA ? new NotA(what) : error;
  }
}

/** The last checkpoint that a signer saw: a journal's size, and its root (shown without `sha256:`). */
export interface Seen {
  readonly size: number;
  readonly root: Digest;
}

/** What one says who has not seen a checkpoint: an empty tree's root is the digest of nothing. */
export const NOTHING_SEEN: Seen = { size: 0, root: digestOf(new Uint8Array()) };

export const Seen: Value<Seen> = {
  read: (text) =>
    within("a journal's size and root", (what) => {
      const [size, root] = pairOf(text, what);
      const seen = { size: wholeNumber.read(size), root: digest(`sha256:${root}`) };
      if (seen.size === 0 && seen.root !== NOTHING_SEEN.root) throw new NotA(what);
      return seen;
    }),
  write: ({ size, root }) => `${size} ${root.slice("sha256:".length)}`,
};

/** A payload that a statement names: its digest, its length in bytes, its key's commitment. */
export interface Payload {
  readonly digest: Digest;
  readonly length: number;
  readonly commitment: Mac;
}

/** An age payload has at least its nonce and the tag of an empty chunk. */
const SHORTEST_PAYLOAD = 32;

export const Payload: Value<Payload> = {
  read(text) {
    const [payload, bytes, commitment] = tripleOf(text, "a payload (digest, length, commitment)");
    const length = wholeNumber.read(bytes);
    if (length < SHORTEST_PAYLOAD) throw new NotA("a payload of at least 32 bytes");
    return { digest: digest(payload), length, commitment: mac(commitment) };
  },
  write: (payload) => `${payload.digest} ${payload.length} ${payload.commitment}`,
};

/** A vault as it stood in one generation, counted from 1: `vlt_…/3`. */
export interface VaultGeneration {
  readonly vault: VaultId;
  readonly generation: number;
}

export const VaultGeneration: Value<VaultGeneration> = {
  read(text) {
    const slash = text.indexOf("/");
    if (slash < 0) throw new NotA("a vault and its generation");
    const generation = wholeNumber.read(text.slice(slash + 1));
    if (generation === 0) throw new NotA("a generation, counted from 1");
    return { vault: vaultId(text.slice(0, slash)), generation };
  },
  write: ({ vault, generation }) => `${vault}/${generation}`,
};

/** Whom a header is for. */
export type Reader = MemberId | VaultGeneration;

export const Reader: Value<Reader> = {
  read: (text) =>
    within("a member or a vault's generation", () =>
      text.startsWith("mem_") ? memberId(text) : VaultGeneration.read(text),
    ),
  write: (reader) => (typeof reader === "string" ? reader : VaultGeneration.write(reader)),
};

/** A header for a vault: which generation of which vault, and the header's digest. */
export interface VaultGrant extends VaultGeneration {
  readonly header: Digest;
}

export const VaultGrant: Value<VaultGrant> = {
  read(text) {
    const [vault, header] = pairOf(text, "a grant (vault/generation, header's digest)");
    return { ...VaultGeneration.read(vault), header: digest(header) };
  },
  write: (grant) => `${VaultGeneration.write(grant)} ${grant.header}`,
};

/** Whose a vault is: a partner's (the house is one), or a case's. */
export type Owner = PartnerId | CaseNumber;
export const owner: Read<Owner> = (text) =>
  within("a partner or a case number", () => (text.startsWith("par_") ? partnerId(text) : caseNumber(text)));

/** Whether a vault is a case's. */
export function isOfCase(owner: Owner): owner is CaseNumber {
  return owner.startsWith("ZVH-");
}

/** One on the roster, and in which seat: `mem_… delegate`. */
export interface Participant {
  readonly member: MemberId;
  readonly seat: Seat;
}

export const Participant: Value<Participant> = {
  read(text) {
    const [member, seat] = pairOf(text, "a participant (membership, seat)");
    return { member: memberId(member), seat: Seat.read(seat) };
  },
  write: ({ member, seat }) => `${member} ${seat}`,
};

/** In a release: an item, and the approval that allows it. */
export interface Approved {
  readonly item: Digest;
  readonly approval: Digest;
}

export const Approved: Value<Approved> = {
  read(text) {
    const [item, approval] = pairOf(text, "an item and its approval");
    return { item: digest(item), approval: digest(approval) };
  },
  write: ({ item, approval }) => `${item} ${approval}`,
};

/** In a release: an item of the house itself, and the two headers that the release itself makes. */
export interface OwnItem {
  readonly item: Digest;
  readonly grantLabel: Digest;
  readonly grantBody: Digest;
}

export const OwnItem: Value<OwnItem> = {
  read(text) {
    const [item, label, body] = tripleOf(text, "an item and the digests of its two headers");
    return { item: digest(item), grantLabel: digest(label), grantBody: digest(body) };
  },
  write: ({ item, grantLabel, grantBody }) => `${item} ${grantLabel} ${grantBody}`,
};

/** Who signs: a member, the authority, or the hub. */
export type Signer = "authority" | "hub" | MemberId;
export const signer: Read<Signer> = (text) => {
  if (text === "authority" || text === "hub") return text;
  return within("authority, hub, or a membership", () => memberId(text));
};
