// The codes on paper: a member's recovery code, and the slip with which one enrols.
//
// Both are 160 random bits, written as 32 characters of Crockford's base32 (https://www.crockford.com/base32.html) and
// his check symbol: the number modulo 37, for which he adds `*~$=U` to the alphabet. It finds every wrong character and
// every two swapped ones, and anyone can compute it from his page. What the bits are for is settled by HKDF-SHA256 (RFC
// 5869, no salt).

import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";

import { equal, utf8 } from "./bytes.ts";
import { bytesOf, CROCKFORD, type Mac, NotA } from "./id.ts";
import { macFrom, SealingKey } from "./seal/keys.ts";

/** The digits of a code, and behind them those that only its check symbol can be. */
const SYMBOLS = `${CROCKFORD.toUpperCase()}*~$=U`;
const BYTES = 20;
/** The characters that carry bits; the check symbol follows them. */
const DIGITS = 32;
const GROUP = /.{4}(?=.)/g;

export type BadCodeCode = "length" | "character" | "check";

/** Why a code as typed is not one. Says nothing of what was typed. */
export class BadCode extends Error {
  override readonly name = "BadCode";
  private constructor(
    readonly code: BadCodeCode,
    problem: string,
    /** How many characters there are; or which one it is, counted from 1. Both without dashes and spaces. */
    readonly count?: number,
  ) {
    super(problem);
  }

  static ofLength(count: number): BadCode {
    return new BadCode("length", `a code has ${DIGITS + 1} characters, this has ${count}`, count);
  }

  static atCharacter(place: number): BadCode {
    return new BadCode("character", `character ${place} can't be in a code`, place);
  }

  static ofCheck(): BadCode {
    const problem = "there is a mistake in the code: compare it with the paper, character by character";
    return new BadCode("check", problem);
  }
}

/** The bits of either code. */
abstract class Code {
  readonly #bytes: Uint8Array;

  /** The 20 bytes are its own from now on. */
  protected constructor(bytes: Uint8Array) {
    if (bytes.length !== BYTES) throw new NotA("a code (20 bytes)");
    this.#bytes = bytes;
  }

  /** The code for paper or screen: eight groups of four and the check symbol, with dashes between. */
  toText(): string {
    let text = "";
    // Five bytes are eight characters of five bits.
    for (let at = 0; at < BYTES; at += 5) {
      const bits = this.#bytes.subarray(at, at + 5).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
      for (let place = 7n; place >= 0n; place -= 1n) text += SYMBOLS[Number((bits >> (5n * place)) & 31n)]!;
    }
    return (text + SYMBOLS[remainder(this.#bytes)]!).replace(GROUP, "$&-");
  }

  /** Overwrites it. */
  wipe(): void {
    this.#bytes.fill(0);
  }

  protected derive(purpose: string): Uint8Array {
    return hkdf(sha256, this.#bytes, undefined, utf8(purpose), 32);
  }
}

function generated(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(BYTES));
}

/** Reads small letters as capitals, O as 0, I and L as 1, and passes over dashes and blanks. */
function parsed(text: string): Uint8Array {
  const characters = [...text].filter((c) => !"- \t\r\n".includes(c));
  if (characters.length !== DIGITS + 1) throw BadCode.ofLength(characters.length);
  const values = characters.map((c, at) => valueOf(c, at));
  const bytes = new Uint8Array(BYTES);
  for (let at = 0; at < BYTES; at += 5) {
    const eight = values.slice((at / 5) * 8, (at / 5) * 8 + 8);
    let bits = eight.reduce((sum, value) => (sum << 5n) | BigInt(value), 0n);
    for (let place = 4; place >= 0; place -= 1, bits >>= 8n) bytes[at + place] = Number(bits & 0xffn);
  }
  if (remainder(bytes) !== values[DIGITS]) throw BadCode.ofCheck();
  return bytes;
}

function valueOf(character: string, at: number): number {
  // Of A to Z only: other letters may become one of these when they are made capitals.
  const capital = /^[a-z]$/.test(character) ? character.toUpperCase() : character;
  const read = capital === "O" ? "0" : capital === "I" || capital === "L" ? "1" : capital;
  const value = (at < DIGITS ? SYMBOLS.slice(0, DIGITS) : SYMBOLS).indexOf(read);
  if (value < 0) throw BadCode.atCharacter(at + 1);
  return value;
}

/** The number that the bytes are, modulo 37. */
function remainder(bytes: Uint8Array): number {
  return bytes.reduce((rest, byte) => (rest * 256 + byte) % 37, 0);
}

/** What opens a member's key bundle when there is no passkey at hand. */
export class RecoveryCode extends Code {
  static generate(): RecoveryCode {
    return new RecoveryCode(generated());
  }

  /**
   * Reads a code as people type it: small letters, O for 0, I or L for 1, any dashes and spaces. Throws a BadCode, in
   * this order, for its length, a character, the check symbol.
   */
  static parse(text: string): RecoveryCode {
    return new RecoveryCode(parsed(text));
  }

  /** The age identity that the bundle is sealed to (info `zegel/1 recovery identity`). */
  get identity(): SealingKey {
    const secret = this.derive("zegel/1 recovery identity");
    const key = SealingKey.fromBytes(secret);
    secret.fill(0);
    return key;
  }

  /** The unguessable id by which the bundle is fetched, 32 bytes (info `zegel/1 recovery fetch id`). */
  get fetchId(): Uint8Array {
    return this.derive("zegel/1 recovery fetch id");
  }
}

/** What the house hands a person, outside the hub, to enrol with. */
export class SlipCode extends Code {
  static generate(): SlipCode {
    return new SlipCode(generated());
  }

  /** The code with these 20 bytes, which remain with the caller. */
  static fromBytes(bytes: Uint8Array): SlipCode {
    return new SlipCode(bytes.slice());
  }

  /** Reads a code as people type it, as `RecoveryCode.parse` does. */
  static parse(text: string): SlipCode {
    return new SlipCode(parsed(text));
  }

  /** What lets the hub take one `key` statement, 32 bytes; its digest is in the `slip` (info `zegel/1 slip ticket`). */
  get ticket(): Uint8Array {
    return this.derive("zegel/1 slip ticket");
  }

  /** The HMAC key that never reaches the hub (info `zegel/1 slip secret`). */
  get secret(): SlipSecret {
    const bytes = this.derive("zegel/1 slip secret");
    const secret = SlipSecret.fromBytes(bytes);
    bytes.fill(0);
    return secret;
  }
}

/** What the authority keeps of a slip, to see that a key came from whoever holds the paper. */
export class SlipSecret {
  readonly #bytes: Uint8Array;

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** A secret that was kept; the given 32 bytes remain with the caller. */
  static fromBytes(bytes: Uint8Array): SlipSecret {
    if (bytes.length !== 32) throw new NotA("a slip's secret (32 bytes)");
    return new SlipSecret(bytes.slice());
  }

  /** A copy of the secret itself, for the authority to keep. */
  get bytes(): Uint8Array {
    return this.#bytes.slice();
  }

  /** HMAC-SHA256 over what the `key` statement says. */
  authenticate(message: Uint8Array): Mac {
    return macFrom(hmac(sha256, this.#bytes, message));
  }

  /** True if the code was made with this secret. Takes the same time either way. */
  matches(message: Uint8Array, mac: Mac): boolean {
    return equal(bytesOf(this.authenticate(message)), bytesOf(mac));
  }

  /** Overwrites it. */
  wipe(): void {
    this.#bytes.fill(0);
  }
}
