// An item in the making: its release rules, its label, and the statement that sets both down.

import type { CaseState } from "../../../protocol/case.ts";
import type { House } from "../../../protocol/directory.ts";
import { day, plus, type CaseNumber, type Day, type Digest, type Moment, type PartnerId } from "../../../protocol/id.ts";
import { BadLabel, labelBytes, type Label, type Onward, type Police, type Regime } from "../../../protocol/label.ts";
import { Header } from "../../../protocol/seal.ts";
import type { Item } from "../../../protocol/statement.ts";
import type { VaultState } from "../../../protocol/vault.ts";
import type { Payload, VaultGrant } from "../../../protocol/words/composed.ts";
import type { ApprovalRule, Director, ItemKind, Phase, Withheld } from "../../../protocol/words.ts";
import { ClientError } from "../../error.ts";
import { distinct, vaultRecipient } from "../../grant.ts";
import { NOTHING, NO_PAYLOAD } from "../../planned.ts";
import type { Draft } from "../../sign.ts";
import type { Outgoing, Plain } from "./outgoing.ts";

/** How long an item is kept unless its supplier says otherwise, in days. */
const RETENTION_DAYS = 365;

/** Until when an item is kept, and whether somebody said so. */
export interface Retention {
  readonly day: Day;
  readonly isGiven: boolean;
}

/** What was given, or else a year from now. */
export function retentionOr(given: Day | undefined, now: Moment): Retention {
  if (given !== undefined) return { day: given, isGiven: true };
  return { day: day(plus(now, RETENTION_DAYS * 24 * 3600).slice(0, 10)), isGiven: false };
}

/** Who may see an item, and when: what the hub and every client enforce. */
export interface Terms {
  readonly kind: ItemKind;
  readonly director: Director;
  readonly approval: ApprovalRule;
  readonly phases: readonly Phase[];
  readonly from: Moment | undefined;
  readonly until: Moment | undefined;
  readonly withheld: Withheld;
  readonly retention: Retention;
}

/** A rule of an item, by its name, with what it says. */
export interface Rule {
  readonly rule: keyof Terms;
  readonly says: string;
}

/** Where a recorded item has other rules than these: what it has. */
export function differing(terms: Terms, recorded: Item): Rule[] {
  const phases = (list: readonly Phase[]): string => [...new Set(list)].sort().join(",");
  const { retention } = terms;
  const all: [keyof Terms, string, string][] = [
    ["kind", terms.kind, recorded.itemKind],
    ["director", terms.director, recorded.director],
    ["approval", terms.approval, recorded.approval],
    ["phases", phases(terms.phases), phases(recorded.phase)],
    ["from", terms.from ?? "-", recorded.from ?? "-"],
    ["until", terms.until ?? "-", recorded.until ?? "-"],
    ["withheld", terms.withheld, recorded.withheld],
    ["retention", retention.isGiven ? retention.day : recorded.retention, recorded.retention],
  ];
  return all.filter(([, wanted, was]) => wanted !== was).map(([rule, , was]) => ({ rule, says: was }));
}

/** Refuses to pass an item off as what was wanted when it is on record under other rules. */
export function requireRecorded(terms: Terms, file: string, recorded: Item): void {
  const other = differing(terms, recorded);
  if (other.length === 0) return;
  const rules = other.map(({ rule, says }) => `${rule} ${says}`).join(", ");
  throw ClientError.said(
    "other-rules",
    `${file} staat al in deze casus, maar met andere regels: ${rules}. Er is niets veranderd. Wilt u andere regels, neem het stuk dan terug en voeg het opnieuw toe.`,
    `${file} is in this case already, but under other rules: ${rules}. Nothing was changed. If you want other rules, take the item back and contribute it anew.`,
  );
}

/** What its label says beside the title. */
export interface About {
  readonly periodFrom?: Day;
  readonly periodUntil?: Day;
  readonly regime: Regime;
  readonly legalGround: string;
  readonly allowedUse: string;
  readonly onward: Onward;
  readonly police?: Police;
  /** Items that it is drawn from. */
  readonly cites: readonly Digest[];
}

/** A file to be contributed. */
export interface NewFile {
  readonly file: Blob;
  /** As it is at the supplier's. */
  readonly fileName: string;
  /** Without one, the file's name. */
  readonly title?: string;
  readonly terms: Terms;
  readonly about: About;
}

export function titleOf({ title, fileName }: NewFile): string {
  return title ?? fileName;
}

/** The label, once the file was read. */
export function labelFor(file: NewFile, plain: Plain): Label {
  const { about } = file;
  return {
    title: titleOf(file),
    fileName: file.fileName,
    mediaType: mediaType(file.file),
    periodFrom: about.periodFrom,
    periodUntil: about.periodUntil,
    regime: about.regime,
    legalGround: about.legalGround,
    allowedUse: about.allowedUse,
    onward: about.onward,
    police: about.police,
    cites: [...new Set(about.cites)].sort(),
    bodyDigest: plain.digest,
    bodyLength: plain.length,
  };
}

/** As the browser knows it, without parameters. */
function mediaType({ type }: Blob): string {
  const [essence = ""] = type.toLowerCase().split(";");
  return /^[a-z0-9][a-z0-9!#$&\-^_.+]*\/[a-z0-9][a-z0-9!#$&\-^_.+]*$/.test(essence.trim())
    ? essence.trim()
    : "application/octet-stream";
}

/** The bytes of a label; which field is wrong, in words. */
export function bytesOfLabel(label: Label): Uint8Array {
  try {
    return labelBytes(label);
  } catch (error) {
    if (!(error instanceof BadLabel)) throw error;
    throw ClientError.said(
      "bad-label",
      `Het label van "${label.title}" klopt niet: ${error.flaw.nl}. Verbeter wat u opgaf.`,
      `The label of "${label.title}" is not right: ${error.message}. Correct what you gave.`,
    );
  }
}

/** A sealed part, and the vaults that were given its key. */
interface SealedPart {
  readonly payload: Payload;
  readonly grants: readonly VaultGrant[];
}

/** Where an item comes to lie. */
export class Place {
  constructor(
    readonly house: House,
    readonly number: CaseNumber,
    readonly supplier: PartnerId,
    /** The supplier's vault. */
    readonly own: VaultState,
    /** The vault of those who run the case. */
    readonly directors: VaultState,
  ) {}

  /** In a case that is there. */
  static in(house: House, of: CaseState, supplier: PartnerId): Place {
    return new Place(house, of.number, supplier, of.keptIn(house, supplier), of.directors(house));
  }

  /** The vaults that an item's label is sealed to. */
  private get both(): VaultState[] {
    return distinct([this.own, this.directors]);
  }

  /** The vaults that an item's body is sealed to. */
  private bodyVaults(director: Director): VaultState[] {
    return director === "reads" ? this.both : [this.own];
  }

  /** The item before it is sealed: what its rule is asked about. */
  planned(terms: Terms): Item {
    const unsealed = (vaults: readonly VaultState[]): SealedPart => ({
      payload: NO_PAYLOAD,
      grants: vaults.map(({ vault, generation }) => ({ vault, generation, header: NOTHING })),
    });
    return this.item(terms, unsealed(this.both), unsealed(this.bodyVaults(terms.director)));
  }

  private item(terms: Terms, label: SealedPart, body: SealedPart): Item {
    return {
      kind: "item",
      case: this.number,
      itemKind: terms.kind,
      supplier: this.supplier,
      label: label.payload,
      body: body.payload,
      director: terms.director,
      approval: terms.approval,
      phase: terms.phases,
      from: terms.from,
      until: terms.until,
      withheld: terms.withheld,
      retention: terms.retention.day,
      grantLabel: label.grants,
      grantBody: body.grants,
    };
  }

  /** Adds the item to a draft: label and headers attached, the body as it was uploaded. */
  draft(draft: Draft, terms: Terms, label: Label, sent: Outgoing): Digest {
    for (const vault of this.both) vaultRecipient(this.house, vault, draft.signedAt);
    const sealedLabel = draft.seal(bytesOfLabel(label), this.both);
    draft.call(sent.payload.digest, `"${label.title}" (${label.fileName}, ${sizeWords(label.bodyLength)})`);
    const key = sent.fileKey();
    const grants = this.bodyVaults(terms.director).map((vault) =>
      draft.grant(Header.wrap(key, vault.recipient), vault),
    );
    key.wipe();
    return draft.push(this.item(terms, sealedLabel, { payload: sent.payload, grants }));
  }
}

/** A number of bytes for the eye: `20.5 MB`. */
export function sizeWords(bytes: number): string {
  const units = ["B", "kB", "MB", "GB"];
  let [value, unit] = [bytes, 0];
  while (value >= 1000 && unit + 1 < units.length) {
    value /= 1000;
    unit += 1;
  }
  return unit === 0 ? `${bytes} B` : `${value.toFixed(1)} ${units[unit]}`;
}
