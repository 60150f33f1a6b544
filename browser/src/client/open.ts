// Opening an item: every check of the design's section 4, each with its own refusal, and nothing handed on before the
// last.

import { sha256 } from "@noble/hashes/sha2.js";

import type { CaseState } from "../protocol/case.ts";
import type { House } from "../protocol/directory.ts";
import { digestFrom, ends, type Digest, type MemberId, type Moment } from "../protocol/id.ts";
import { known } from "../protocol/item.ts";
import { BadLabel, forTerminal, readLabel, type Label } from "../protocol/label.ts";
import { mayOpen } from "../protocol/meeting/opening.ts";
import { Opener } from "../protocol/payload.ts";
import { Refusal, refusal, refused, type Language } from "../protocol/refusal.ts";
import { Refused, type FileKey, type Header } from "../protocol/seal.ts";
import type { Ask } from "../protocol/statement.ts";
import { ClientError } from "./error.ts";
import { namedPart, type Keyring, type Through } from "./grant.ts";
import type { Scratch, Scratches } from "./home/scratch.ts";
import type { Progress, Remote } from "./remote.ts";
import { inTurns } from "./remote/transfer.ts";
import { nlEn } from "./say.ts";
import type { World } from "./trust.ts";

/** By what right a member opens an item. */
export type Right =
  /** It is in a release to this member. */
  | { readonly kind: "release"; readonly release: Digest }
  /** The member holds a vault that it is sealed to, whole. */
  | { readonly kind: "vault" }
  /** The same, but of the label only: the director rule is `label`. */
  | { readonly kind: "vault-label" };

export const BY_VAULT: Right = { kind: "vault" };

export function throughOf(right: Right): Through {
  return right.kind === "release" ? "member" : "vault";
}

/** By whom and when something is opened. */
export interface Opening {
  readonly house: House;
  readonly of: CaseState;
  readonly me: MemberId;
  readonly now: Moment;
}

/**
 * By what right a member may open an item now: as a holder of a vault, or else by a release. Refuses with the refusal
 * of the release if there is one for this member, else that the item is not for this member.
 */
export function rightTo(opening: Opening, item: Digest): Right {
  try {
    return rightFromVault(opening, item);
  } catch (error) {
    if (!(error instanceof Refusal && error.code === "not-holder")) throw error;
    return rightFromRelease(opening, item);
  }
}

/**
 * Opening as a holder of the supplier's vault, of that of those who run the case, or of one that was given the agenda
 * with an ask. The release rules bind none of them, but for `director`.
 */
export function rightFromVault({ house, of, me, now }: Opening, id: Digest): Right {
  house.freshDirectory(now);
  house.member(me, now);
  const { item } = known(of, id);
  if (ends(item.retention) <= now) throw refusal("too-late", { until: ends(item.retention) });
  const reads = (vault: () => { isReadBy(house: House, member: MemberId, at: Moment): boolean }): boolean => {
    let answer = false;
    refused(() => (answer = vault().isReadBy(house, me, now)));
    return answer;
  };
  if (reads(() => of.keptIn(house, item.supplier))) return BY_VAULT;
  // Who is asked for approval is given the agenda to judge by.
  const isWithAgenda = (ask: Ask): boolean =>
    of.rosters.get(ask.roster)?.agenda === id && ask.agendaBody !== undefined;
  const asks = [...of.asks.values()].filter(isWithAgenda);
  if (asks.some((ask) => reads(() => of.keptIn(house, ask.supplier)))) return BY_VAULT;
  if (!reads(() => of.directors(house))) throw refusal("not-holder");
  return item.director === "reads" ? BY_VAULT : { kind: "vault-label" };
}

/** Opening as a reader: the release in force that names the item, judged at this moment as the hub judges it too. */
export function rightFromRelease({ house, of, me, now }: Opening, item: Digest): Right {
  let why = refusal("not-released");
  for (const ofMeeting of of.released.values()) {
    const release = ofMeeting.get(me);
    if (release === undefined) continue;
    const against = refused(() => mayOpen(house, of, { release, item, reader: me, now }));
    if (against === undefined) return { kind: "release", release };
    // One of another meeting that does not have it says nothing of this item.
    if (against.code !== "not-released") why = against;
  }
  throw why;
}

/**
 * The label of an item, by a right that was established. Nothing of it is believed before its digest, length,
 * commitment and form are right.
 */
export async function labelOf(keys: Keyring, world: World, item: Digest, right: Right): Promise<Label> {
  const bytes = await keys.text(world, item, "label", throughOf(right));
  try {
    return readLabel(bytes);
  } catch (error) {
    if (!(error instanceof BadLabel)) throw error;
    throw ClientError.said(
      "bad-label",
      `Het label van dit stuk klopt niet (${error.flaw.nl}). Er is niets geopend. Bel de verstrekker.`,
      `This item's label is not right (${error.message}). Nothing was opened. Call the supplier.`,
    );
  }
}

/**
 * An item that was opened and checked to its last byte. What lies here of it is sealed; `done` removes that. It can be
 * had again from the hub.
 */
export class Opened {
  constructor(
    readonly item: Digest,
    /** What the supplier says of it. Save it under `safeFileName` of its file name only. */
    readonly label: Label,
    private readonly header: Header,
    private readonly key: FileKey,
    private readonly payload: Scratch,
  ) {}

  /** The plain text, piece by piece. It was checked whole before; each piece is authentic by itself too. */
  async *plain(): AsyncGenerator<Uint8Array> {
    yield* opening(this.key, await this.payload.blob());
  }

  /** Header and payload as they came: an age file, which any `age` opens with the reader's identity. */
  async sealed(): Promise<Blob> {
    return new Blob([this.header.toBytes() as Uint8Array<ArrayBuffer>, await this.payload.blob()]);
  }

  async done(): Promise<void> {
    this.key.wipe();
    await this.payload.remove();
  }
}

/** Told how far an opening is: while the payload comes in, and then while all of it is checked. */
export type OpeningProgress = (doing: "fetching" | "checking") => Progress;

/** What is at hand where items are opened. */
export interface Reading {
  readonly remote: Remote;
  readonly world: World;
  readonly keys: Keyring;
  /** Where payloads lie, sealed still, until they are whole. */
  readonly incoming: Scratches;
}

/**
 * Opens an item. The payload is downloaded, sealed still; what was cut off goes on there. Once its digest and length
 * are right all of it is opened and held against the label's digest and length; only then is it handed on.
 */
export async function openBody(
  { remote, world, keys, incoming }: Reading,
  item: Digest,
  right: Right,
  progress: OpeningProgress = () => () => undefined,
): Promise<Opened> {
  if (right.kind === "vault-label") throw labelOnly();
  const named = namedPart(world, item, "body");
  const label = await labelOf(keys, world, item, right);
  const { header, key } = await keys.openHeader(world, item, "body", throughOf(right));
  const payload = incoming.file(named.digest.slice("sha256:".length));
  const check = progress("checking");
  const all = named.length + label.bodyLength;
  try {
    await remote.download(item, "body", named, payload, progress("fetching"), (done) => check(done, all));
    await requirePlain(key, payload, label, (done) => check(named.length + done, all));
  } catch (error) {
    key.wipe();
    throw error;
  }
  return new Opened(item, label, header, key, payload);
}

/** Opens all of it, and removes what is not right. */
async function requirePlain(key: FileKey, payload: Scratch, label: Label, progress: Progress): Promise<void> {
  try {
    await requireSame(key, await payload.blob(), label, progress);
  } catch (error) {
    // Who only left it finds it here again.
    if (error instanceof Refused || error instanceof ClientError) await payload.remove();
    throw error;
  }
}

async function requireSame(key: FileKey, payload: Blob, label: Label, progress: Progress): Promise<void> {
  const digest = sha256.create();
  let length = 0;
  for await (const piece of opening(key, payload)) {
    digest.update(piece);
    length += piece.length;
    piece.fill(0);
    progress(length, label.bodyLength);
  }
  if (digestFrom(digest.digest()) === label.bodyDigest && length === label.bodyLength) return;
  throw ClientError.said(
    "plain-text",
    "De inhoud is niet die waarvan het label spreekt. Er is niets geopend. Bel de verstrekker.",
    "The content is not the one that the label speaks of. Nothing was opened. Call the supplier.",
  );
}

/** Opens a payload piece by piece. Throws a Refused at what is broken. */
async function* opening(key: FileKey, payload: Blob): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  const opener = new Opener(key, (piece) => ready.push(piece));
  for await (const sealed of inTurns(payload)) {
    opener.update(sealed);
    yield* ready.splice(0);
  }
  opener.finish();
  yield* ready.splice(0);
}

function labelOnly(): ClientError {
  return ClientError.said(
    "label-only",
    "De verstrekker laat de procesregisseur alleen zien hoe dit stuk heet. Vraag de verstrekker om het aan tafel te vertellen.",
    "The supplier lets the procesregisseur see only what this item is called. Ask the supplier to tell it at the table.",
  );
}

/** What a reader must be told wherever an item is shown: the supplier's word on its use. */
export function promises(label: Label, supplier: string, language: Language): string {
  const used = label.allowedUse.split("\n").map(forTerminal).join(" / ").replace(/\.+$/, "");
  const heading = nlEn(language, "Gebruik", "Use");
  const says = nlEn(language, "heeft deze regels bepaald", "set these rules");
  return `${heading}: ${used}. ${onwardWords(label, language)} ${forTerminal(supplier)} ${says}.`;
}

function onwardWords({ onward }: Label, language: Language): string {
  switch (onward) {
    case "no":
      return nlEn(language, "Geef het aan niemand door.", "Pass it on to nobody.");
    case "own-organisation":
      return nlEn(
        language,
        "U mag het delen met collega's die aan deze casus werken.",
        "You may share it with colleagues who work on this case.",
      );
    case "ask":
      return nlEn(
        language,
        "Wilt u het doorgeven? Vraag het eerst aan de verstrekker.",
        "Do you want to pass it on? Ask the supplier first.",
      );
  }
}
