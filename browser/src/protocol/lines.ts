// The grammar of statements: `name: value` lines in a fixed order, with exactly one spelling.
//
// A kind's fields go through the same field both ways, so what would not be written is not read.

import { textOf, utf8 } from "./bytes.ts";
import { NotA, type Read } from "./id.ts";
import type { Flaw } from "./refusal.ts";

/** The longest statement, in bytes. A directory of some 2,500 memberships fits. */
export const MAX_STATEMENT = 256 * 1024;
/** The longest line, in bytes, without its LF. */
export const MAX_LINE = 512;
/** How often a line may be repeated. */
export const MAX_REPEATED = 2500;

export type BadStatementCode =
  | "too-long"
  | "not-text"
  | "no-final-line-feed"
  | "bad-character"
  | "line-too-long"
  | "first-line"
  | "unknown-kind"
  | "expected"
  | "bad-value"
  | "not-sorted"
  | "too-many"
  | "after-the-end"
  | "contradiction";

/** Why a text is not a statement. `line` counts from 1. */
export class BadStatement extends Error {
  override readonly name = "BadStatement";
  constructor(
    readonly code: BadStatementCode,
    problem: string,
    readonly line?: number,
  ) {
    super(problem);
  }

  /** What is wrong, and in which line, to be told in a sentence. */
  get flaw(): Flaw {
    return { nl: this.line === undefined ? this.code : `${this.code} (regel ${this.line})`, en: this.message };
  }
}

/** The lines of a statement that are still to be read. */
export class Lines {
  private taken = 0;

  private constructor(private readonly lines: string[]) {}

  /** Checks everything that does not depend on the kind. */
  static of(bytes: Uint8Array): Lines {
    if (bytes.length > MAX_STATEMENT) {
      throw new BadStatement("too-long", `it is longer than ${MAX_STATEMENT} bytes`);
    }
    const text = textOf(bytes);
    if (text === undefined) throw new BadStatement("not-text", "it is not UTF-8 text");
    if (!text.endsWith("\n")) {
      throw new BadStatement("no-final-line-feed", "its last line does not end with a line feed");
    }
    const lines = text.slice(0, -1).split("\n");
    lines.forEach((line, index) => requireLine(line, index + 1));
    return new Lines(lines);
  }

  /** The kind's name, from the first line. */
  kind(): string {
    const first = this.lines[0] ?? "";
    this.taken = 1;
    if (!first.startsWith("zegel/1 ")) throw new BadStatement("first-line", "line 1 is not `zegel/1` and a kind");
    return first.slice("zegel/1 ".length);
  }

  /** The value of the next line, if that line has this name. */
  take(name: string): string | undefined {
    const line = this.lines[this.taken];
    if (line === undefined || !line.startsWith(`${name}: `)) return undefined;
    this.taken += 1;
    return line.slice(name.length + 2);
  }

  /** The number of the line that is read next. */
  get next(): number {
    return this.taken + 1;
  }

  /** Refuses whatever follows the last field. */
  end(): void {
    if (this.taken < this.lines.length) {
      throw new BadStatement("after-the-end", `line ${this.next} comes after the end`, this.next);
    }
  }
}

function requireLine(line: string, number: number): void {
  if (utf8(line).length > MAX_LINE) {
    throw new BadStatement("line-too-long", `line ${number} is longer than ${MAX_LINE} bytes`, number);
  }
  // Only a `name` may leave ASCII; its own type judges which characters.
  const ascii = /^[ -~]*$/.test(line);
  const isName = line.startsWith("name: ") && !/[\0-\x1f\x7f]/.test(line);
  if (!ascii && !isName) {
    const problem = `line ${number} has a character that statements don't have, such as a carriage return or a tab`;
    throw new BadStatement("bad-character", problem, number);
  }
}

/** One value on one line: how it is read (a NotA is thrown) and written. */
export interface Value<T> {
  read: Read<T>;
  write(value: T): string;
}

/** A value that is its own text. */
export function asText<T extends string>(read: Read<T>): Value<T> {
  return { read, write: (value) => value };
}

/** A field of a kind: how it is read from the lines, and the lines that it is. */
export interface Field<T> {
  read(lines: Lines): T;
  write(value: T): string[];
}

/** A field that must be there once. */
export function one<T>(name: string, value: Value<T>): Field<T> {
  return {
    read(lines) {
      const line = lines.next;
      const text = lines.take(name);
      if (text === undefined) throw new BadStatement("expected", `line ${line} should be \`${name}: …\``, line);
      return judged(value, name, line, text);
    },
    write: (field) => [`${name}: ${value.write(field)}`],
  };
}

/** A field that may be left out. */
export function maybe<T>(name: string, value: Value<T>): Field<T | undefined> {
  return {
    read(lines) {
      const line = lines.next;
      const text = lines.take(name);
      return text === undefined ? undefined : judged(value, name, line, text);
    },
    write: (field) => (field === undefined ? [] : [`${name}: ${value.write(field)}`]),
  };
}

/** A field that may be repeated, in ascending order of its bytes. */
export function many<T>(name: string, value: Value<T>): Field<readonly T[]> {
  return {
    read(lines) {
      const values: T[] = [];
      let before: string | undefined;
      for (;;) {
        const line = lines.next;
        const text = lines.take(name);
        if (text === undefined) return values;
        if (before !== undefined && before >= text) {
          const problem = `line ${line}: the ${name} lines are not in ascending order, or one is there twice`;
          throw new BadStatement("not-sorted", problem, line);
        }
        if (values.length === MAX_REPEATED) {
          throw new BadStatement("too-many", `line ${line}: there are too many ${name} lines`, line);
        }
        values.push(judged(value, name, line, text));
        before = text;
      }
    },
    // Sorted here, so that no maker of a statement can forget it.
    write: (field) => [...new Set(field.map((each) => value.write(each)))].sort().map((text) => `${name}: ${text}`),
  };
}

function judged<T>(value: Value<T>, name: string, line: number, text: string): T {
  const refuse = (what: string) => new BadStatement("bad-value", `line ${line}: ${name} is not ${what}`, line);
  let read: T;
  try {
    read = value.read(text);
  } catch (error) {
    throw error instanceof NotA ? refuse(error.what) : error;
  }
  // A second spelling of the same value would be a second statement that says the same.
  if (value.write(read) !== text) throw refuse("written the only way that counts");
  return read;
}
