// What a statement carries along: sealed parts with their headers, and other attachments.

import { digest, type Digest, NotA, type Text } from "../id.ts";
import type { Payload, VaultGrant } from "../words/composed.ts";
import { words } from "../words.ts";
import type { Body } from "./kinds.ts";

/** The name of a sealed part of a statement. */
export type PartName = (typeof PartName.all)[number];
export const PartName = words(
  "a part (label, body, outcome, grounds, grants, reason, copy, answer)",
  "label",
  "body",
  "outcome",
  "grounds",
  "grants",
  "reason",
  "copy",
  "answer",
);

/** One part of one statement, `sha256:… label`. */
export type PartOf = Text<"PartOf">;

export function partOf(statement: Digest, part: PartName): PartOf {
  return `${statement} ${part}` as PartOf;
}

/** The statement and its part that these words name. Throws NotA. */
export function statementAndPart(text: string): { statement: Digest; part: PartName } {
  const [statement, part, ...more] = text.split(" ");
  if (statement === undefined || part === undefined || more.length > 0) throw new NotA("a statement and its part");
  return { statement: digest(statement), part: PartName.read(part) };
}

/** A sealed part that a statement brings: the payload, and its first headers. */
export interface Part {
  readonly name: PartName;
  readonly payload: Payload;
  readonly grants: readonly VaultGrant[];
}

/** The sealed parts that it brings. An item's body comes by upload, all others as attachments. */
export function partsOf(body: Body): Part[] {
  switch (body.kind) {
    case "item":
      return [
        { name: "label", payload: body.label, grants: body.grantLabel },
        { name: "body", payload: body.body, grants: body.grantBody },
      ];
    case "phase":
    case "consultation":
      return [{ name: "outcome", payload: body.outcome, grants: body.grantOutcome }];
    case "roster":
      return [{ name: "grounds", payload: body.grounds, grants: body.grantGrounds }];
    case "approval":
      return [{ name: "grants", payload: body.grants, grants: body.grantGrants }];
    case "refusal":
      return [{ name: "reason", payload: body.reason, grants: body.grantReason }];
    case "letter":
      return [{ name: "copy", payload: body.copy, grants: body.grantCopy }];
    case "reply":
      return [
        { name: "answer", payload: body.answer, grants: body.grantAnswer },
        { name: "reason", payload: body.reason, grants: body.grantReason },
      ];
    default:
      return [];
  }
}

/** The attachments that are neither sealed parts nor headers, by their SHA-256 digest. */
export function blobsOf(body: Body): Digest[] {
  switch (body.kind) {
    case "key":
      return [body.cert];
    case "bundle":
      return [body.digest];
    case "membership":
      return [body.certified];
    case "directory":
      return [body.hubCert];
    case "letter":
      return [body.message];
    case "vault":
      return body.set === undefined ? [body.secret] : [body.secret, body.set];
    default:
      return [];
  }
}
