// The paper slip, as text. The house hands it over outside the hub: whoever holds it can enrol as its person.
//
//     Zegel
//     hub: zvh-ml.example
//     authority: 6f1c…
//     member: mem_…
//     slip: sha256:…
//     name: Femke de Boer
//     mail: femke@politie.example
//     until: 2026-12-24T12:00:00Z
//     code: 0123-4567-…

import { fingerprint, type Fingerprint } from "../../../protocol/cert/key.ts";
import {
  digest,
  hubName,
  memberId,
  moment,
  type Digest,
  type HubName,
  type MemberId,
  type Moment,
  type Read,
} from "../../../protocol/id.ts";
import { SlipCode } from "../../../protocol/recovery.ts";
import { mailAddress, name, type MailAddress, type Name } from "../../../protocol/words.ts";
import { ClientError } from "../../error.ts";

/** A slip. It is never shown. */
export interface PaperSlip {
  readonly hub: HubName;
  readonly authority: Fingerprint;
  readonly member: MemberId;
  /** The `slip` statement. */
  readonly slip: Digest;
  /** As they will stand in the cert; the house vouches for exactly these. */
  readonly name: Name;
  readonly mail: MailAddress;
  readonly until: Moment;
  readonly code: SlipCode;
}

/**
 * Reads a slip, also as people type it over: blanks around, empty lines, any order. Refuses with `bad-slip`, which
 * names the line, or throws a BadCode.
 */
export function readSlip(text: string): PaperSlip {
  return {
    hub: field(text, "hub", hubName),
    authority: field(text, "authority", fingerprint),
    member: field(text, "member", memberId),
    slip: field(text, "slip", digest),
    name: field(text, "name", name),
    mail: field(text, "mail", mailAddress),
    until: field(text, "until", moment),
    code: SlipCode.parse(line(text, "code")),
  };
}

/** The lines of a slip that people type over, in its order. */
export const SLIP_LINES = ["hub", "authority", "member", "slip", "name", "mail", "until", "code"] as const;

type SlipLine = (typeof SLIP_LINES)[number];

function line(text: string, wanted: SlipLine): string {
  const values = text.split(/\r?\n/).flatMap((each) => {
    const colon = each.indexOf(":");
    const isIt = colon >= 0 && each.slice(0, colon).trim().toLowerCase() === wanted;
    return isIt ? [each.slice(colon + 1).trim()] : [];
  });
  const [value, another] = values;
  if (value === undefined || another !== undefined) throw wrong(wanted);
  return value;
}

function field<T>(text: string, wanted: SlipLine, read: Read<T>): T {
  const value = line(text, wanted);
  try {
    return read(value);
  } catch {
    throw wrong(wanted);
  }
}

function wrong(at: SlipLine): ClientError {
  return ClientError.said(
    "bad-slip",
    `Het strookje klopt niet bij \`${at}\`. Vergelijk het met het papier, of vraag het huis om een nieuw strookje.`,
    `The slip is not right at \`${at}\`. Compare it with the paper, or ask the house for a new slip.`,
  );
}
