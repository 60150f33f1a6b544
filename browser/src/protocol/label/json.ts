// JSON (RFC 8259) read strictly: no field twice, no halves of characters, and whole numbers told apart from others. The
// language's own reader takes the last of two fields, where other programs take the first or refuse.

export type Json = null | boolean | bigint | number | string | Json[] | Map<string, Json>;

/** Nothing of ours is nested deeper; a text of brackets alone would fill the stack. */
const MOST_NESTED = 32;

const BLANK = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\\0-\x1f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;

/** Why a text is no JSON of ours. */
export class BadJson extends Error {
  override readonly name = "BadJson";
  constructor() {
    super("the text is not JSON, or says something twice");
  }
}

/** Reads one value and nothing else. A whole number is a bigint, an object a Map. Throws a BadJson. */
export function readJson(text: string): Json {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  value(depth: number): Json {
    if (depth > MOST_NESTED) throw new BadJson();
    if (this.skip("{")) return this.object(depth);
    if (this.skip("[")) return this.array(depth);
    const string = this.take(STRING);
    if (string !== undefined) return stringOf(string);
    const number = this.take(NUMBER);
    if (number !== undefined) return /^\d+$/.test(number) ? BigInt(number) : Number(number);
    const word = this.take(WORD);
    if (word === undefined) throw new BadJson();
    return word === "null" ? null : word === "true";
  }

  end(): void {
    this.take(BLANK);
    if (this.at < this.text.length) throw new BadJson();
  }

  private object(depth: number): Map<string, Json> {
    const fields = new Map<string, Json>();
    if (this.skip("}")) return fields;
    do {
      this.take(BLANK);
      const name = stringOf(this.take(STRING));
      if (fields.has(name) || !this.skip(":")) throw new BadJson();
      fields.set(name, this.value(depth + 1));
    } while (this.skip(","));
    if (!this.skip("}")) throw new BadJson();
    return fields;
  }

  private array(depth: number): Json[] {
    const values: Json[] = [];
    if (this.skip("]")) return values;
    do values.push(this.value(depth + 1));
    while (this.skip(","));
    if (!this.skip("]")) throw new BadJson();
    return values;
  }

  /** Passes over blanks and this sign, and the blanks behind it, if it comes next. */
  private skip(sign: string): boolean {
    this.take(BLANK);
    if (this.text[this.at] !== sign) return false;
    this.at += 1;
    this.take(BLANK);
    return true;
  }

  private take(shape: RegExp): string | undefined {
    shape.lastIndex = this.at;
    const found = shape.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }
}

function stringOf(literal: string | undefined): string {
  if (literal === undefined) throw new BadJson();
  const text = JSON.parse(literal) as string;
  if (/\p{Cs}/u.test(text)) throw new BadJson();
  return text;
}
