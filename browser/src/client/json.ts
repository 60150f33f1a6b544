// JSON from elsewhere, read by its shape: what is missing or of another type is refused, and nothing of it used. Nor of what says
// something twice, of which the language's own reader takes the last, or holds half a character.

import { base64, textOf, utf8 } from "../protocol/bytes.ts";
import { NotA, type Read } from "../protocol/id.ts";

/** How a value is read: what it is, or a NotA is thrown. */
export type Shape<T> = (value: unknown) => T;

/** What a shape gives. */
export type Shaped<S> = S extends Shape<infer T> ? T : never;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const text: Shape<string> = (value) => {
  if (typeof value !== "string") throw new NotA("a text");
  return value;
};

export const flag: Shape<boolean> = (value) => {
  if (typeof value !== "boolean") throw new NotA("true or false");
  return value;
};

/** A whole number from 0 to 2^53 - 1. */
export const count: Shape<number> = (value) => {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw new NotA("a number");
  return value as number;
};

/** Bytes in standard base64. */
export const bytes: Shape<Uint8Array> = (value) => {
  try {
    return base64.decode(text(value));
  } catch {
    throw new NotA("standard base64");
  }
};

/** A text that the protocol has a type for. */
export function as<T>(read: Read<T>): Shape<T> {
  return (value) => read(text(value));
}

/** Something that may be left out or be null. */
export function maybe<T>(shape: Shape<T>): Shape<T | undefined> {
  return (value) => (value === undefined || value === null ? undefined : shape(value));
}

export function list<T>(shape: Shape<T>): Shape<readonly T[]> {
  return (value) => {
    if (!Array.isArray(value)) throw new NotA("a list");
    return value.map(shape);
  };
}

/** An object whose names are of one type and whose values are of another. */
export function dictionary<K extends string, T>(key: Read<K>, shape: Shape<T>): Shape<Map<K, T>> {
  return (value) => {
    if (!isObject(value)) throw new NotA("an object");
    return new Map(Object.entries(value).map(([name, each]) => [key(name), shape(each)]));
  };
}

type Fields = Readonly<Record<string, Shape<unknown>>>;
type Read_<F extends Fields> = { readonly [N in keyof F]: Shaped<F[N]> };

/** An object with these fields; others are passed over, as a newer hub may say more. */
export function object<const F extends Fields>(fields: F): Shape<Read_<F>> {
  return (value) => {
    if (!isObject(value)) throw new NotA("an object");
    const read = Object.entries(fields).map(([name, shape]) => [name, shape(value[name])]);
    // Each field gave what its shape says, which the compiler can't follow through a list.
    return Object.fromEntries(read) as Read_<F>;
  };
}

/** An object with these fields and no others: for what only we write. */
export function exactly<const F extends Fields>(fields: F): Shape<Read_<F>> {
  const shape = object(fields);
  return (value) => {
    const isKnown = (name: string): boolean => Object.hasOwn(fields, name);
    if (isObject(value) && !Object.keys(value).every(isKnown)) throw new NotA("an object without other fields");
    return shape(value);
  };
}

/** Nothing of ours is nested deeper, and the command line reads nothing that is. */
const MOST_NESTED = 127;
const COLON = /[ \t\r\n]*:/y;
const HALF = /\p{Cs}/u;

/** Reads JSON of a shape. Throws NotA, which says nothing of what stands in it. */
export function readJson<T>(json: Uint8Array | string, shape: Shape<T>): T {
  const written = typeof json === "string" ? json : textOf(json);
  let value: unknown;
  try {
    value = JSON.parse(written ?? "");
  } catch {
    throw new NotA("JSON");
  }
  if (fieldsOf(value, 0) !== fieldsIn(written ?? "")) throw new NotA("JSON that says everything once");
  return shape(value);
}

/** How many fields a value has that was read, at any depth. Throws NotA at half a character. */
function fieldsOf(value: unknown, depth: number): number {
  if (depth > MOST_NESTED) throw new NotA("JSON as flat as ours");
  if (typeof value === "string" && HALF.test(value)) throw new NotA("JSON with whole characters");
  if (typeof value !== "object" || value === null) return 0;
  let fields = 0;
  if (Array.isArray(value)) {
    for (const each of value) fields += fieldsOf(each, depth + 1);
    return fields;
  }
  for (const [name, each] of Object.entries(value)) fields += 1 + fieldsOf(name, depth) + fieldsOf(each, depth + 1);
  return fields;
}

/** How many fields stand in a text that is JSON: strings with a colon behind them. */
function fieldsIn(json: string): number {
  let fields = 0;
  for (let from = json.indexOf('"'); from >= 0; from = json.indexOf('"', COLON.lastIndex)) {
    const end = endOfString(json, from);
    COLON.lastIndex = end;
    if (COLON.test(json)) fields += 1;
    else COLON.lastIndex = end;
  }
  return fields;
}

/** Where the string is over that begins here. */
function endOfString(json: string, from: number): number {
  for (let end = json.indexOf('"', from + 1); ; end = json.indexOf('"', end + 1)) {
    let escapes = 0;
    while (json[end - 1 - escapes] === "\\") escapes += 1;
    if (escapes % 2 === 0) return end + 1;
  }
}

/** The bytes of a value as JSON: a Map as an object, a Set as a list, bytes in base64. */
export function jsonBytes(value: unknown): Uint8Array {
  return utf8(JSON.stringify(value, (_, each: unknown) => plain(each)));
}

function plain(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Set) return [...value];
  return value instanceof Uint8Array ? base64.encode(value) : value;
}
