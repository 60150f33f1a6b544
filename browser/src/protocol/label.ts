// The label of an item: what it is called and how it may be used, sealed beside the body.
//
// A label is one JSON object, the bytes that `JSON.stringify` gives for the fields in the order below, without blanks;
// then spaces, and a line feed as the last byte, up to whole KiB, so that its length tells little. A label that would
// be written otherwise is refused: it has one reading, in every client.

import { equal, textOf, utf8 } from "./bytes.ts";
import { type Day, day, type Digest, digest, NotA, type Read } from "./id.ts";
import { BadJson, type Json, readJson } from "./label/json.ts";
import type { Flaw } from "./refusal.ts";

export { forTerminal, safeFileName } from "./label/text.ts";

/** Labels are padded to a multiple of this many bytes. */
const STEP = 1024;
/** No label is longer than this many bytes. */
export const MOST = 16 * STEP;
/** No label cites more items than this. */
export const MOST_CITED = 64;
/** The longest body that a label speaks of, in bytes. */
export const LONGEST_BODY = 2 ** 50;
/** The largest whole number that any client reads. */
const LARGEST = 2n ** 64n;

/** The short names of the reasons, as the shared vectors write them; found in this order. */
export type BadLabelCode = "too long" | "padding" | "not utf-8" | "json" | "field" | "spelling";

const PROBLEMS: Record<Exclude<BadLabelCode, "field">, string> = {
  "too long": "the label is too long",
  padding: "the label is not padded to whole KiB",
  "not utf-8": "the label is not UTF-8",
  // Not JSON; or a field is missing, unknown, twice there, or of another type.
  json: "the label does not have the fields of a label",
  // The same content, but not the bytes that we write for it.
  spelling: "the label is written in another way than labels are",
};

/** What people who read Dutch call the fields. */
const FIELDS: Readonly<Partial<Record<string, string>>> = {
  title: "de titel",
  file_name: "de bestandsnaam",
  media_type: "het soort bestand",
  period_until: "de periode",
  legal_ground: "de wettelijke reden",
  allowed_use: "het gebruik",
  police: "feit of oordeel",
  reliability: "de betrouwbaarheid",
  cites: "de lijst van genoemde stukken",
  body_length: "de lengte",
};

/** Why a label is refused. */
export class BadLabel extends Error {
  override readonly name = "BadLabel";
  private constructor(
    readonly code: BadLabelCode,
    problem: string,
    /** The JSON name of a bad field. */
    readonly field?: string,
  ) {
    super(problem);
  }

  /** What is wrong, to be told in a sentence. */
  get flaw(): Flaw {
    return { nl: this.inDutch(), en: this.message };
  }

  private inDutch(): string {
    if (this.code === "too long") return "het is te lang";
    if (this.field === undefined) return this.code;
    return `${FIELDS[this.field] ?? this.field} is leeg, te lang, of heeft tekens die niet mogen`;
  }

  static of(code: Exclude<BadLabelCode, "field">): BadLabel {
    return new BadLabel(code, PROBLEMS[code]);
  }

  static field(name: string): BadLabel {
    const problem = `the field ${name} of the label is empty, too long, or has characters that it can't have`;
    return new BadLabel("field", problem, name);
  }
}

/** The law under which the supplier keeps and gives the information (article 12 of the agreement). */
export type Regime = (typeof REGIMES)[number];
const REGIMES = ["avg", "wpg", "wjsg", "medical"] as const;

/**
 * May the reader pass it on: to nobody; to colleagues in its own organisation who work on this case; or ask the
 * supplier, each time? To a third party it always takes the prior written consent of every supplier (article 7.2).
 */
export type Onward = (typeof ONWARDS)[number];
const ONWARDS = ["no", "own-organisation", "ask"] as const;

export type FactOrOpinion = (typeof FACTS_OR_OPINIONS)[number];
const FACTS_OR_OPINIONS = ["fact", "opinion"] as const;

/** What the police say of their own data: fact or judgement (Wpg, article 3), and how reliable it is. */
export interface Police {
  readonly kind: FactOrOpinion;
  /** 1 to 200 characters. */
  readonly reliability: string;
}

/** What a reader sees of an item beside its body. All of it is the supplier's word. */
export interface Label {
  /** 1 to 200 characters. */
  readonly title: string;
  /** As it was at the supplier's, 1 to 255 characters: save it under `safeFileName` of it only. */
  readonly fileName: string;
  /** `type/subtype` without parameters, in lower case, at most 127 characters. */
  readonly mediaType: string;
  /** The first day that the information is about. */
  readonly periodFrom?: Day | undefined;
  /** The last day that the information is about, not before the first. */
  readonly periodUntil?: Day | undefined;
  readonly regime: Regime;
  /** The legal basis in words, 1 to 500 characters. */
  readonly legalGround: string;
  /** What the reader may do with it, 1 to 2000 characters; the only text that has lines. */
  readonly allowedUse: string;
  readonly onward: Onward;
  /** There if the regime is `wpg`, and only then. */
  readonly police?: Police | undefined;
  /** The items (their statements) that this one is drawn from: sorted, none twice, at most 64. */
  readonly cites: readonly Digest[];
  /** The SHA-256 digest of the body's plain text. */
  readonly bodyDigest: Digest;
  /** The length of the body's plain text in bytes, at most 2^50. */
  readonly bodyLength: number;
}

/** The padded bytes to seal. Refuses with `field`, or `too long`, what `readLabel` would. */
export function labelBytes(label: Label): Uint8Array {
  requireFields(label);
  const json = utf8(JSON.stringify(inOrder(label)));
  const length = padded(json.length);
  if (length > MOST) throw BadLabel.of("too long");
  const bytes = new Uint8Array(length).fill(0x20);
  bytes.set(json);
  bytes[length - 1] = 0x0a;
  return bytes;
}

/**
 * Reads what `labelBytes` writes. Refuses, in this order: too long, padding, not UTF-8, not the JSON of a label, a
 * field, another spelling.
 */
export function readLabel(bytes: Uint8Array): Label {
  if (bytes.length > MOST) throw BadLabel.of("too long");
  let end = bytes.length - 1;
  if (bytes[end] !== 0x0a) throw BadLabel.of("padding");
  while (end > 0 && bytes[end - 1] === 0x20) end -= 1;
  if (bytes.length !== padded(end)) throw BadLabel.of("padding");
  const json = textOf(bytes.subarray(0, end));
  if (json === undefined) throw BadLabel.of("not utf-8");
  const label = labelOf(json);
  // Writing it again checks every field.
  if (!equal(labelBytes(label), bytes)) throw BadLabel.of("spelling");
  return label;
}

/** The fields by their names, in the order in which they are written; what is undefined is left out. */
function inOrder(label: Label): Record<string, unknown> {
  const { police } = label;
  return {
    title: label.title,
    file_name: label.fileName,
    media_type: label.mediaType,
    period_from: label.periodFrom,
    period_until: label.periodUntil,
    regime: label.regime,
    legal_ground: label.legalGround,
    allowed_use: label.allowedUse,
    onward: label.onward,
    police: police && { kind: police.kind, reliability: police.reliability },
    cites: label.cites,
    body_digest: label.bodyDigest,
    body_length: label.bodyLength,
  };
}

function labelOf(json: string): Label {
  try {
    return allOf(readJson(json), (fields) => ({
      title: fields.take("title", text),
      fileName: fields.take("file_name", text),
      mediaType: fields.take("media_type", text),
      periodFrom: fields.maybe("period_from", as(day)),
      periodUntil: fields.maybe("period_until", as(day)),
      regime: fields.take("regime", oneOf(REGIMES)),
      legalGround: fields.take("legal_ground", text),
      allowedUse: fields.take("allowed_use", text),
      onward: fields.take("onward", oneOf(ONWARDS)),
      police: fields.maybe("police", police),
      cites: fields.take("cites", (value) => list(value).map(as(digest))),
      bodyDigest: fields.take("body_digest", as(digest)),
      bodyLength: fields.take("body_length", length),
    }));
  } catch (error) {
    if (error instanceof BadJson || error instanceof NotA) throw BadLabel.of("json");
    throw error;
  }
}

function police(value: Json): Police {
  return allOf(value, (fields) => ({
    kind: fields.take("kind", oneOf(FACTS_OR_OPINIONS)),
    reliability: fields.take("reliability", text),
  }));
}

/** The fields of an object that are still to be taken. */
class Fields {
  constructor(readonly left: Map<string, Json>) {}

  /** A field that must be there. */
  take<T>(name: string, read: (value: Json) => T): T {
    const value = this.left.get(name);
    if (value === undefined) throw new BadJson();
    this.left.delete(name);
    return read(value);
  }

  /** A field that may be left out, or be null: that it was written so is told by its spelling. */
  maybe<T>(name: string, read: (value: Json) => T): T | undefined {
    const value = this.left.get(name) ?? null;
    this.left.delete(name);
    return value === null ? undefined : read(value);
  }
}

/** Reads an object, and refuses one with fields that were not asked for. */
function allOf<T>(value: Json, read: (fields: Fields) => T): T {
  if (!(value instanceof Map)) throw new BadJson();
  const fields = new Fields(value);
  const all = read(fields);
  if (fields.left.size > 0) throw new BadJson();
  return all;
}

function text(value: Json): string {
  if (typeof value !== "string") throw new BadJson();
  return value;
}

function list(value: Json): Json[] {
  if (!Array.isArray(value)) throw new BadJson();
  return value;
}

function length(value: Json): number {
  if (typeof value !== "bigint" || value >= LARGEST) throw new BadJson();
  return Number(value);
}

function as<T>(read: Read<T>): (value: Json) => T {
  return (value) => read(text(value));
}

function oneOf<T extends string>(words: readonly T[]): (value: Json) => T {
  return (value) => {
    const word = words.find((each) => each === value);
    if (word === undefined) throw new BadJson();
    return word;
  };
}

/** Every field, in the order in which they are written. */
function requireFields(label: Label): void {
  const require = (good: boolean, field: string): void => {
    if (!good) throw BadLabel.field(field);
  };
  const { periodFrom: from, periodUntil: until, cites } = label;
  require(isLine(label.title, 200), "title");
  require(isLine(label.fileName, 255), "file_name");
  require(isMediaType(label.mediaType), "media_type");
  require(from === undefined || until === undefined || from <= until, "period_until");
  require(isLine(label.legalGround, 500), "legal_ground");
  require(isText(label.allowedUse, 2000), "allowed_use");
  require((label.police !== undefined) === (label.regime === "wpg"), "police");
  require(label.police === undefined || isLine(label.police.reliability, 200), "reliability");
  const sorted = cites.every((cited, at) => at === 0 || cites[at - 1]! < cited);
  require(sorted && cites.length <= MOST_CITED, "cites");
  const { bodyLength } = label;
  require(Number.isInteger(bodyLength) && bodyLength >= 0 && bodyLength <= LONGEST_BODY, "body_length");
}

/** The length of the label whose JSON is so long: with at least the line feed, up to whole KiB. */
function padded(json: number): number {
  return Math.ceil((json + 1) / STEP) * STEP;
}

/** Not empty, and no control characters or separators of lines; at most so many characters. */
function isLine(value: string, most: number): boolean {
  return isText(value, most) && !value.includes("\n");
}

/** The same, but with line feeds. */
function isText(value: string, most: number): boolean {
  const blank = /^\p{White_Space}*$/u.test(value);
  return !blank && [...value].length <= most && !/[\p{Cc}\u2028\u2029]/u.test(value.replaceAll("\n", ""));
}

/** RFC 6838 section 4.2, in lower case. */
function isMediaType(value: string): boolean {
  return value.length <= 127 && /^[a-z0-9][a-z0-9!#$&\-^_.+]*\/[a-z0-9][a-z0-9!#$&\-^_.+]*$/.test(value);
}
