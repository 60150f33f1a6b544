// The names that statements use for people, partners, vaults, meetings, cases and bytes.
//
// Each is a text of one spelling, of a type of its own: it is judged once, at the door, and what would be
// written otherwise is refused. So equal things have equal text, and a Map finds them.

import { sha256 } from "@noble/hashes/sha2.js";

import { hex } from "./bytes.ts";

declare const brand: unique symbol;

/** A text that was judged to be a T. */
export type Text<T extends string> = string & { readonly [brand]: T };

/** A text that is not what its place asks for. Says what the place asks for, never the text itself. */
export class NotA extends Error {
  override readonly name = "NotA";
  constructor(readonly what: string) {
    super(`not ${what}`);
  }
}

/** How a place of a statement is read: the text that it is, or a NotA is thrown. */
export type Read<T> = (text: string) => T;

function shaped<T extends string>(shape: RegExp, what: string): Read<Text<T>> {
  return (text) => {
    if (!shape.test(text)) throw new NotA(what);
    return text as Text<T>;
  };
}

/** `sha256:` and 64 lower-case hexadecimal digits. */
export type Digest = Text<"Digest">;
export const digest = shaped<"Digest">(
  /^sha256:[0-9a-f]{64}$/,
  "a digest (sha256: and 64 lower-case hexadecimal digits)",
);

/** An HMAC-SHA256 value: `hmac-sha256:` and 64 lower-case hexadecimal digits. */
export type Mac = Text<"Mac">;
export const mac = shaped<"Mac">(
  /^hmac-sha256:[0-9a-f]{64}$/,
  "a code (hmac-sha256: and 64 lower-case hexadecimal digits)",
);

/** The SHA-256 digest of some bytes. A statement's digest is its id. */
export function digestOf(bytes: Uint8Array): Digest {
  return digestFrom(sha256(bytes));
}

/** The digest that these 32 bytes are. */
export function digestFrom(bytes: Uint8Array): Digest {
  return digest(`sha256:${hex.encode(bytes)}`);
}

/** The 32 bytes of a digest or a code. */
export function bytesOf(text: Digest | Mac): Uint8Array {
  return hex.decode(text.slice(text.indexOf(":") + 1));
}

/** The alphabet of random ids and recovery codes: Crockford's base32, lower case here. */
export const CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz";

function randomId<T extends string>(prefix: string, what: string): [Read<Text<T>>, () => Text<T>] {
  const read = shaped<T>(new RegExp(`^${prefix}[${CROCKFORD}]{16}$`), `${what} (${prefix} and 16 characters)`);
  const make = (): Text<T> => {
    const random = crypto.getRandomValues(new Uint8Array(16));
    return read(prefix + Array.from(random, (byte) => CROCKFORD[byte & 31]).join(""));
  };
  return [read, make];
}

/** A membership: one person's place at one partner. It stays when the keys change. */
export type MemberId = Text<"MemberId">;
export const [memberId, newMemberId] = randomId<"MemberId">("mem_", "a membership");

/** An organisation that signed the agreement, or that is named in it. */
export type PartnerId = Text<"PartnerId">;
export const [partnerId, newPartnerId] = randomId<"PartnerId">("par_", "a partner");

/** A vault: of a partner, of the house, or of a case. */
export type VaultId = Text<"VaultId">;
export const [vaultId, newVaultId] = randomId<"VaultId">("vlt_", "a vault");

/** A meeting, which has a roster for each time that it changes. */
export type MeetingId = Text<"MeetingId">;
export const [meetingId, newMeetingId] = randomId<"MeetingId">("mtg_", "a meeting");

/** The number of a case, `ZVH-2026-0014`: the year it began in, and a count within that year from 1. */
export type CaseNumber = Text<"CaseNumber">;
export const caseNumber = shaped<"CaseNumber">(
  // One number has one text: four digits at least, and more only without a zero in front.
  /^ZVH-\d{4}-(?!0000$)(\d{4}|[1-9]\d{4,5})$/,
  "a case number (ZVH-2026-0014)",
);

/** The year and the count of a case number. */
export function yearAndCount(number: CaseNumber): { year: number; count: number } {
  const [, year, count] = number.split("-");
  return { year: Number(year), count: Number(count) };
}

export function caseNumberOf(year: number, count: number): CaseNumber {
  return caseNumber(`ZVH-${String(year).padStart(4, "0")}-${String(count).padStart(4, "0")}`);
}

/** The hub's name on the slip: a host name in lower case, also the passkeys' RP id. */
export type HubName = Text<"HubName">;
export const hubName: Read<HubName> = (text) => {
  const label = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;
  if (text.length > 253 || !text.split(".").every((part) => label.test(part))) {
    throw new NotA("a host name in lower case");
  }
  return text as HubName;
};

/** A moment to the second, always UTC: `2026-12-01T08:00:00Z`. Later moments have greater texts. */
export type Moment = Text<"Moment">;
export const moment: Read<Moment> = (text) => {
  const shape = /^[2-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
  const read = shape.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(read) || spelled(read) !== text) throw new NotA("a moment in UTC (2026-12-01T08:00:00Z)");
  return text as Moment;
};

function spelled(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** From seconds since 1970. Clamped to the years 2000 to 9999, which is all that a statement can say. */
export function momentOf(seconds: number): Moment {
  const clamped = Math.min(Math.max(Math.floor(seconds), 946_684_800), 253_402_300_799);
  return spelled(clamped * 1000) as Moment;
}

/** Seconds since 1970. */
export function unix(at: Moment): number {
  return Date.parse(at) / 1000;
}

/** This moment and so many seconds more (or fewer). */
export function plus(at: Moment, seconds: number): Moment {
  return momentOf(unix(at) + seconds);
}

/** A calendar day, `2026-12-01`. */
export type Day = Text<"Day">;
export const day: Read<Day> = (text) => {
  const read = /^[2-9]\d{3}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(read) || spelled(read).slice(0, 10) !== text) throw new NotA("a day (2026-12-01)");
  return text as Day;
};

/** The first moment after this day, in UTC: what is kept until a day is kept through it. */
export function ends(of: Day): Moment {
  return momentOf(Date.parse(`${of}T00:00:00Z`) / 1000 + 24 * 60 * 60);
}
