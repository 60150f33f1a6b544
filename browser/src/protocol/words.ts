// The small values of statements: words from closed lists, numbers, names and addresses. The lines that hold several
// of these are in `words/composed.ts`.

import { hubName, NotA, type Read, type Text } from "./id.ts";
import type { Value } from "./lines.ts";

/** A closed list of words: how one is read, and all that there are. */
export interface Words<W extends string> extends Value<W> {
  readonly all: readonly W[];
}

/** One of a closed list. */
type WordOf<List> = List extends Words<infer W> ? W : never;

/** A closed list; `what` says what its place asks for. */
export function words<const W extends string>(what: string, ...all: W[]): Words<W> {
  return {
    all,
    read(text) {
      const word = all.find((each) => each === text);
      if (word === undefined) throw new NotA(what);
      return word;
    },
    write: (word) => word,
  };
}

/** What a member may do beside contributing, approving and reading for its partner. */
export type Role = WordOf<typeof Role>;
export const Role = words(
  "a role (manager, procesregisseur, secretaris, support)",
  "manager",
  "procesregisseur",
  "secretaris",
  "support",
);

/** How far a partner is with the agreement. One that is only named can be given nothing (9.2e). */
export type Standing = WordOf<typeof Standing>;
export const Standing = words("a standing (named, signed)", "named", "signed");

/** Whether a partner is the house itself, which has the procesregisseurs. */
export type PartnerKind = WordOf<typeof PartnerKind>;
export const PartnerKind = words("a kind of partner (house, partner)", "house", "partner");

/** Why a key is revoked. */
export type RevocationReason = WordOf<typeof RevocationReason>;
export const RevocationReason = words(
  "a reason (left, lost, other, rotated, stolen)",
  "left",
  "lost",
  "other",
  "rotated",
  "stolen",
);

/** The kinds of cases: complex multi-problem cases (2.2) and aftercare of detention (2.3). */
export type CaseKind = WordOf<typeof CaseKind>;
export const CaseKind = words("a kind of case (aftercare, complex)", "aftercare", "complex");

/** Where a case is on its path. A new case is in `referral`. */
export type Phase = WordOf<typeof Phase>;
export const Phase = words(
  "a phase (referral, screening, triage, rto, plan, ended)",
  "referral",
  "screening",
  "triage",
  "rto",
  "plan",
  "ended",
);

const PHASES: Readonly<Record<Phase, { readonly nl: string; readonly en: string }>> = {
  referral: { nl: "aanmelding", en: "referral" },
  screening: { nl: "screening", en: "screening" },
  triage: { nl: "triage", en: "triage" },
  rto: { nl: "overleg (RTO)", en: "meeting (RTO)" },
  plan: { nl: "plan van aanpak", en: "plan" },
  ended: { nl: "afgesloten", en: "ended" },
};

/** What people call a phase. */
export function phaseWords(phase: Phase): { readonly nl: string; readonly en: string } {
  return PHASES[phase];
}

/** Whether people meet in a phase, and may be given something to read. */
export function hasMeetings(phase: Phase): boolean {
  return phase === "triage" || phase === "rto" || phase === "plan";
}

/** What is kept in a case. */
export type ItemKind = WordOf<typeof ItemKind>;
export const ItemKind = words(
  "a kind of item (agenda, contribution, minutes, plan, referral, screening)",
  "agenda",
  "contribution",
  "minutes",
  "plan",
  "referral",
  "screening",
);

/** What the procesregisseur sees of an item: all of it, or only what it is called. */
export type Director = WordOf<typeof Director>;
export const Director = words("what the procesregisseur sees (label, reads)", "label", "reads");

/** Whether the supplier is asked for approval per reader, or the item is spoken of at the table only. */
export type ApprovalRule = WordOf<typeof ApprovalRule>;
export const ApprovalRule = words("an approval rule (ask, never)", "ask", "never");

/** Whether a refused item is a gap that the pack shows, or is silent. */
export type Withheld = WordOf<typeof Withheld>;
export const Withheld = words("what a pack shows of a withheld item (shown, silent)", "shown", "silent");

/** A participant, or the one who comes in its place. */
export type Seat = WordOf<typeof Seat>;
export const Seat = words("a seat (delegate, deputy)", "delegate", "deputy");

/** Yes or no. */
export type YesNo = WordOf<typeof YesNo>;
export const YesNo = words("yes or no", "no", "yes");

/** How the consultation of 9.2f was held; `signed` when the consulted partner itself signs. */
export type ConsultationForm = WordOf<typeof ConsultationForm>;
export const ConsultationForm = words(
  "a form of consultation (mail, meeting, phone, signed)",
  "mail",
  "meeting",
  "phone",
  "signed",
);

/** What a letter is for. */
export type LetterKind = WordOf<typeof LetterKind>;
export const LetterKind = words(
  "a kind of letter (cancellation, invitation, message, minutes, request)",
  "cancellation",
  "invitation",
  "message",
  "minutes",
  "request",
);

/** Where a member reads its letters: in a mail program, or at the hub, where a notice without content says so. */
export type DeliveryWay = WordOf<typeof DeliveryWay>;
export const DeliveryWay = words("a way (mail, portal)", "mail", "portal");

/** The language of letters and notices. */
export type LanguageWord = WordOf<typeof LanguageWord>;
export const LanguageWord = words("a language (en, nl)", "en", "nl");

/** A whole number from 0 to 2^53 - 1, in digits without zeros in front. */
export const wholeNumber: Value<number> = {
  read(text) {
    const number = /^(0|[1-9]\d{0,15})$/.test(text) ? Number(text) : Number.NaN;
    if (!Number.isSafeInteger(number)) throw new NotA("a number");
    return number;
  },
  write: String,
};

/** Thirty-two random bytes as 64 hexadecimal digits: a login's nonce, a slip's ticket. */
export type Nonce = Text<"Nonce">;
export const nonce: Read<Nonce> = (text) => {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new NotA("64 lower-case hexadecimal digits");
  return text as Nonce;
};

// What Unicode has not assigned yet may stand: else programs with older and newer tables would judge one name
// differently, and their histories would part.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Z}\p{Noncharacter_Code_Point}]/u;

/**
 * Letters, marks and signs that fonts show as nothing: what is Default_Ignorable_Code_Point in Unicode without being a
 * control, format or separator character, and the empty Braille pattern.
 */
const INVISIBLE = new RegExp(
  [
    "\\u{34f}",
    "[\\u{115f}-\\u{1160}]",
    "[\\u{17b4}-\\u{17b5}]",
    "[\\u{180b}-\\u{180f}]",
    "\\u{2800}",
    "\\u{3164}",
    "[\\u{fe00}-\\u{fe0f}]",
    "\\u{ffa0}",
    "[\\u{e0100}-\\u{e01ef}]",
  ].join("|"),
  "u",
);

/**
 * The name of a person or an organisation: NFC, at most 100 characters, single spaces inside, and nothing that is
 * invisible or turns the text around.
 */
export type Name = Text<"Name">;
export const name: Read<Name> = (text) => {
  const parts = text.split(" ");
  const visible = (part: string) => part !== "" && !UNSEEN.test(part) && !INVISIBLE.test(part);
  if (!parts.every(visible) || [...text].length > 100 || text.normalize("NFC") !== text) {
    throw new NotA("a name (NFC, at most 100 visible characters, single spaces)");
  }
  return text as Name;
};

/** A mail address: an unquoted ASCII local part and a host name in lower case. */
export type MailAddress = Text<"MailAddress">;
export const mailAddress: Read<MailAddress> = (text) => {
  const what = "a mail address (local part @ host name in lower case)";
  const at = text.indexOf("@");
  const local = text.slice(0, Math.max(at, 0));
  const isAtom = (atom: string) => /^[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+$/.test(atom);
  if (at < 0 || local.length > 64 || !local.split(".").every(isAtom)) throw new NotA(what);
  try {
    hubName(text.slice(at + 1));
  } catch {
    throw new NotA(what);
  }
  return text as MailAddress;
};

/** The key of the journal, as C2SP's verifier key text; `journal` judges its inside. */
export type JournalKeyText = Text<"JournalKeyText">;
export const journalKeyText: Read<JournalKeyText> = (text) => {
  if (!/^[!-~]{1,400}$/.test(text)) throw new NotA("a verifier key (name+hash+key)");
  return text as JournalKeyText;
};
