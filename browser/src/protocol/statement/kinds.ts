// The kinds of statements with their fields in order: how they are read, written, and what type they have.

import * as id from "../id.ts";
import type { CaseNumber, Digest } from "../id.ts";
import { asText, BadStatement, many, maybe, one, type Field, type Lines } from "../lines.ts";
import { recipient } from "../seal/recipient.ts";
import { Approved, isOfCase, OwnItem, owner, Participant, Payload, VaultGrant } from "../words/composed.ts";
import {
  ApprovalRule,
  CaseKind,
  ConsultationForm,
  DeliveryWay,
  Director,
  ItemKind,
  journalKeyText,
  LanguageWord,
  LetterKind,
  mailAddress,
  name,
  nonce,
  PartnerKind,
  Phase,
  RevocationReason,
  Role,
  Standing,
  wholeNumber,
  Withheld,
  YesNo,
} from "../words.ts";

/** The values that are their own text. */
const text = {
  caseNumber: asText(id.caseNumber),
  day: asText(id.day),
  digest: asText(id.digest),
  journalKeyText: asText(journalKeyText),
  mac: asText(id.mac),
  mailAddress: asText(mailAddress),
  meetingId: asText(id.meetingId),
  memberId: asText(id.memberId),
  moment: asText(id.moment),
  name: asText(name),
  nonce: asText(nonce),
  owner: asText(owner),
  partnerId: asText(id.partnerId),
  recipient: asText(recipient),
  vaultId: asText(id.vaultId),
};

/** Every kind with its own lines in order. */
const SHAPE = {
  // Who.

  /** The authority hands a person a paper slip; this lets the hub accept one key with its ticket. */
  slip: {
    member: one("member", text.memberId),
    partner: one("partner", text.partnerId),
    /** SHA-256 of the ticket's 32 bytes. */
    ticket: one("ticket", text.digest),
    until: one("until", text.moment),
  },
  /**
   * A member's keys. With a slip at enrolment (signed by the new cert), or after a previous key
   * (signed by that one). In force only when a membership names it.
   */
  key: {
    slip: maybe("slip", text.digest),
    ticket: maybe("ticket", text.nonce),
    previous: maybe("previous", text.digest),
    /** The cert's bytes, attached. */
    cert: one("cert", text.digest),
    recipient: one("recipient", text.recipient),
    /** HMAC under the slip's secret; see `keyProof` in `directory`. */
    proof: maybe("proof", text.mac),
  },
  /** A member's key bundle, attached: an age file that only its own recipients open. */
  bundle: {
    number: one("number", wholeNumber),
    digest: one("digest", text.digest),
    /** SHA-256 of each 32-byte id by which it may be fetched. */
    fetch: many("fetch", text.digest),
  },
  /** The authority says who works for which partner, with which keys. */
  membership: {
    member: one("member", text.memberId),
    name: one("name", text.name),
    mail: one("mail", text.mailAddress),
    partner: one("partner", text.partnerId),
    role: many("role", Role),
    /** The key statement that it vouches for. */
    key: one("key", text.digest),
    /** The cert as it stood in that statement. */
    cert: one("cert", text.digest),
    /** The same cert with the authority's certification, attached. */
    certified: one("certified", text.digest),
    recipient: one("recipient", text.recipient),
    from: one("from", text.moment),
    until: one("until", text.moment),
  },
  /** The authority says which organisation is a partner, and how far it is with the agreement. */
  admission: {
    partner: one("partner", text.partnerId),
    name: one("name", text.name),
    partnerKind: one("partner-kind", PartnerKind),
    standing: one("standing", Standing),
  },
  /** All that is in force, by statement. In force until the next one or its end. */
  directory: {
    number: one("number", wholeNumber),
    until: one("until", text.moment),
    /** The hub's cert, attached. */
    hubCert: one("hub-cert", text.digest),
    journalKey: one("journal-key", text.journalKeyText),
    admission: many("admission", text.digest),
    membership: many("membership", text.digest),
    revocation: many("revocation", text.digest),
    exclusion: many("exclusion", text.digest),
  },
  /** A member's key no longer counts, from this statement's leaf on. */
  revocation: {
    member: one("member", text.memberId),
    key: one("key", text.digest),
    reason: one("reason", RevocationReason),
  },
  /** The manager suspends a member at once, until a date; a date in the past ends it. */
  suspension: {
    member: one("member", text.memberId),
    until: one("until", text.moment),
  },
  /** The authority excludes a partner at once (20.2). */
  exclusion: {
    partner: one("partner", text.partnerId),
  },
  /** A vault's generation: its recipient, and who holds its secret. */
  vault: {
    vault: one("vault", text.vaultId),
    generation: one("generation", wholeNumber),
    owner: one("owner", text.owner),
    /** The statement of the generation before; of a case vault's first, the house's vault. */
    predecessor: maybe("predecessor", text.digest),
    recipient: one("recipient", text.recipient),
    holder: many("holder", text.memberId),
    /** An age file with the vault's secret, sealed to its holders, attached. */
    secret: one("secret", text.digest),
    /** The re-keyed headers, attached; see `RekeyedSet` in `vault`. */
    set: maybe("set", text.digest),
  },

  // The path.

  /** A partner refers a case (1.7). */
  case: {
    case: one("case", text.caseNumber),
    caseKind: one("case-kind", CaseKind),
    partner: one("partner", text.partnerId),
  },
  /** The procesregisseur takes the case to its next phase; why stands sealed in the outcome. */
  phase: {
    case: one("case", text.caseNumber),
    phase: one("phase", Phase),
    outcome: one("outcome", Payload),
    grantOutcome: many("grant-outcome", VaultGrant),
  },

  // What.

  /** Something kept in a case, with its supplier's release rules. */
  item: {
    case: one("case", text.caseNumber),
    itemKind: one("item-kind", ItemKind),
    supplier: one("supplier", text.partnerId),
    label: one("label", Payload),
    body: one("body", Payload),
    director: one("director", Director),
    approval: one("approval", ApprovalRule),
    phase: many("phase", Phase),
    from: maybe("from", text.moment),
    until: maybe("until", text.moment),
    withheld: one("withheld", Withheld),
    retention: one("retention", text.day),
    grantLabel: many("grant-label", VaultGrant),
    grantBody: many("grant-body", VaultGrant),
  },
  /** A supplier takes its item out (13.1). */
  retraction: {
    case: one("case", text.caseNumber),
    item: one("item", text.digest),
  },

  // The meeting.

  /** Who is at a meeting; any change is a new roster, for which no old approval holds. */
  roster: {
    case: one("case", text.caseNumber),
    meeting: one("meeting", text.meetingId),
    number: one("number", wholeNumber),
    previous: maybe("previous", text.digest),
    phase: one("phase", Phase),
    date: one("date", text.moment),
    urgent: one("urgent", YesNo),
    deadline: one("deadline", text.moment),
    /** The item with purpose, kind of decisions and topics. */
    agenda: maybe("agenda", text.digest),
    participant: many("participant", Participant),
    /** The ground on which each may lawfully be present. */
    grounds: one("grounds", Payload),
    grantGrounds: many("grant-grounds", VaultGrant),
    /** The window in which packs of this meeting may be open. */
    from: one("from", text.moment),
    until: one("until", text.moment),
  },
  /** A supplier is asked to approve its items for a roster, and given the agenda to judge by. */
  ask: {
    case: one("case", text.caseNumber),
    roster: one("roster", text.digest),
    supplier: one("supplier", text.partnerId),
    item: many("item", text.digest),
    deadline: one("deadline", text.moment),
    agendaLabel: maybe("agenda-label", VaultGrant),
    agendaBody: maybe("agenda-body", VaultGrant),
  },
  /** The supplier lets one reader read one item, for one roster: the keys are made here. */
  approval: {
    case: one("case", text.caseNumber),
    roster: one("roster", text.digest),
    item: one("item", text.digest),
    reader: one("reader", text.memberId),
    /** The digests of the reader's headers, which are sealed in `grants`. */
    readerLabel: one("reader-label", text.digest),
    readerBody: one("reader-body", text.digest),
    grants: one("grants", Payload),
    grantGrants: many("grant-grants", VaultGrant),
    from: one("from", text.moment),
    until: one("until", text.moment),
  },
  /** The supplier does not approve, for these readers; the reason is sealed to its own vault. */
  refusal: {
    case: one("case", text.caseNumber),
    roster: one("roster", text.digest),
    item: one("item", text.digest),
    reader: many("reader", text.memberId),
    reason: one("reason", Payload),
    grantReason: many("grant-reason", VaultGrant),
  },
  /** The partner that referred the case, or holds casusregie, was consulted (9.2f). */
  consultation: {
    case: one("case", text.caseNumber),
    roster: one("roster", text.digest),
    partner: one("partner", text.partnerId),
    form: one("form", ConsultationForm),
    outcome: one("outcome", Payload),
    grantOutcome: many("grant-outcome", VaultGrant),
  },
  /** The procesregisseur releases to one reader what was approved for it. */
  release: {
    case: one("case", text.caseNumber),
    roster: one("roster", text.digest),
    consultation: maybe("consultation", text.digest),
    reader: one("reader", text.memberId),
    approved: many("approved", Approved),
    own: many("own", OwnItem),
    /** How many withheld items the pack shows as a gap. */
    gaps: one("gaps", wholeNumber),
    from: one("from", text.moment),
    until: one("until", text.moment),
  },
  /** The supplier takes back its approvals of an item for these readers. */
  withdrawal: {
    case: one("case", text.caseNumber),
    item: one("item", text.digest),
    reader: many("reader", text.memberId),
  },

  // Mail.

  /** One sealed mail to one addressee; see `mime`. What it says, only the addressee and the vaults of `copy` know. */
  letter: {
    case: one("case", text.caseNumber),
    letterKind: one("letter-kind", LetterKind),
    to: one("to", text.memberId),
    /** The addressee's key statement, for whose cert the mail is sealed. */
    key: one("key", text.digest),
    /** Of an invitation, a cancellation and minutes: the roster that the addressee is on. */
    roster: maybe("roster", text.digest),
    /** Of an invitation and a cancellation: above the one before it, as in its calendar file (RFC 5546). */
    sequence: maybe("sequence", wholeNumber),
    /** Of minutes: the item that they are. */
    item: maybe("item", text.digest),
    /** The whole mail, attached. */
    message: one("message", text.digest),
    /** What was said, for who runs the case and for the author's partner. */
    copy: one("copy", Payload),
    grantCopy: many("grant-copy", VaultGrant),
  },
  /** The addressee answers. The answer and the reason are always there and padded, so that none tells by its size. */
  reply: {
    case: one("case", text.caseNumber),
    letter: one("letter", text.digest),
    answer: one("answer", Payload),
    grantAnswer: many("grant-answer", VaultGrant),
    /** Stays in the vault of the answering partner (12.1). */
    reason: one("reason", Payload),
    grantReason: many("grant-reason", VaultGrant),
  },
  /** How a member wants to get its letters. The last one counts. */
  delivery: {
    way: one("way", DeliveryWay),
    language: one("language", LanguageWord),
  },

  /** Opens a session for reading. Not kept in the journal; the hub records that it happened. */
  login: {
    nonce: one("nonce", text.nonce),
  },
} as const;

type Shape = typeof SHAPE;

/** The kind's name, as on the first line. */
export type Kind = keyof Shape;

/** The names of all kinds. */
export const KINDS = Object.keys(SHAPE) as readonly Kind[];

type ValueOf<F> = F extends Field<infer T> ? T : never;

/** What a statement of one kind says. A field has the name of its line, in camel case. */
export type Of<K extends Kind> = { readonly kind: K } & { readonly [F in keyof Shape[K]]: ValueOf<Shape[K][F]> };

/** What a statement says, by kind. */
export type Body = { [K in Kind]: Of<K> }[Kind];

export type Slip = Of<"slip">;
export type Key = Of<"key">;
export type Bundle = Of<"bundle">;
export type Membership = Of<"membership">;
export type Admission = Of<"admission">;
export type Directory = Of<"directory">;
export type Revocation = Of<"revocation">;
export type Suspension = Of<"suspension">;
export type Exclusion = Of<"exclusion">;
export type Vault = Of<"vault">;
export type Case = Of<"case">;
export type PhaseChange = Of<"phase">;
export type Item = Of<"item">;
export type Retraction = Of<"retraction">;
export type Roster = Of<"roster">;
export type Ask = Of<"ask">;
export type Approval = Of<"approval">;
export type NoApproval = Of<"refusal">;
export type Consultation = Of<"consultation">;
export type Release = Of<"release">;
export type Withdrawal = Of<"withdrawal">;
export type Letter = Of<"letter">;
export type Reply = Of<"reply">;
export type Delivery = Of<"delivery">;
export type Login = Of<"login">;

/** The kind of this name. */
export function kindOf(name: string): Kind {
  if (Object.hasOwn(SHAPE, name)) return name as Kind;
  throw new BadStatement("unknown-kind", `\`${name.slice(0, 40)}\` is not a kind of statement`);
}

function fieldsOf(kind: Kind): [name: string, field: Field<unknown>][] {
  return Object.entries(SHAPE[kind]);
}

/** Reads the kind's own lines. */
export function readBody(kind: Kind, lines: Lines): Body {
  const fields = fieldsOf(kind).map(([name, field]) => [name, field.read(lines)]);
  // Each field gave what the table says of it, which the compiler can't follow through a list.
  return { kind, ...Object.fromEntries(fields) } as Body;
}

/** The kind's own lines, without their line feeds. */
export function bodyLines(body: Body): string[] {
  const said = body as unknown as Readonly<Record<string, unknown>>;
  return fieldsOf(body.kind).flatMap(([name, field]) => field.write(said[name]));
}

/** The case that it belongs to; none for those that say who is who. */
export function caseOf(body: Body): CaseNumber | undefined {
  if (body.kind === "vault") return isOfCase(body.owner) ? body.owner : undefined;
  return "case" in body ? body.case : undefined;
}

/** Every item that a release gives its reader. */
export function releasedItems(release: Release): Digest[] {
  return [...release.approved, ...release.own].map((released) => released.item);
}
