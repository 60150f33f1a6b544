// Why something was not done: one sentence in Dutch and one in English, each of which says what went wrong, where, and
// what to do now.
//
// Refusals of the protocol fly as they are. Whoever shows one asks `codeOf` and `sentenceOf`, which know all families.

import { BadCert, CertError } from "../protocol/cert.ts";
import { NotA } from "../protocol/id.ts";
import { forTerminal } from "../protocol/label.ts";
import { BadStatement } from "../protocol/lines.ts";
import { BadCode } from "../protocol/recovery.ts";
import { codeSentence } from "../protocol/recovery/sentence.ts";
import { refusalOf, type Language } from "../protocol/refusal.ts";
import { Refused, type RefusedCode } from "../protocol/seal.ts";

/** Why something was not done. */
export type Problem =
  /** The hub says no. `next` is the number to take instead, where a case's or a bundle's is taken. */
  | { readonly kind: "refused"; readonly code: string; readonly sentence: string; readonly next: string | undefined }
  /** There is no session, or it ended. */
  | { readonly kind: "signed-out" }
  /** The hub can't be reached, or stopped answering; or (`HTTP 502`) what answers does not speak as the hub does. */
  | { readonly kind: "network"; readonly problem: string }
  /** The hub answered something that is not what the protocol says. */
  | { readonly kind: "bad-answer"; readonly what: string }
  /** This machine's own store can't be used, or is full. */
  | { readonly kind: "file"; readonly problem: string }
  | { readonly kind: "no-room" }
  /** A reason that was told before, in the person's language. */
  | { readonly kind: "again"; readonly code: string; readonly sentence: string }
  /** In words of its own. */
  | { readonly kind: "said"; readonly code: SaidCode; readonly nl: string; readonly en: string };

/** The reasons that have words of their own. */
export type SaidCode =
  | LetterCode
  | "alone-in-vault"
  | "ambiguous-name"
  | "bad-label"
  | "bad-receipt"
  | "bad-slip"
  | "bundle-full"
  | "case-number-taken"
  | "clock-behind"
  | "example-house"
  | "is-so-already"
  | "key-not-here"
  | "key-waits"
  | "label-only"
  | "no-date"
  | "no-ground"
  | "no-holder"
  | "no-key"
  | "no-text"
  | "nobody-left"
  | "not-fresh"
  | "not-saved"
  | "not-suspended"
  | "note-too-long"
  | "nothing-waits"
  | "other-bundle"
  | "other-rules"
  | "own-suspension"
  | "plain-text"
  | "readers-not-now"
  | "sealed-wrong"
  | "suspension-past"
  | "too-large-here"
  | "took-too-long"
  | "unknown-roster"
  | "withdrawn"
  | "wrong-code"
  | "wrong-grants"
  | "wrong-passkey"
  | "wrong-vault-key";

/** Those that only letters meet. */
export type LetterCode =
  | "already-invited"
  | "attachments-too-large"
  | "bad-copy"
  | "bad-letter"
  | "bad-letter-content"
  | "cannot-get"
  | "cert-expired"
  | "cert-revoked"
  | "cert-sign-only"
  | "copy-kept-back"
  | "date-past"
  | "invitation-replaced"
  | "letter-for-another"
  | "letter-not-by-author"
  | "not-on-roster"
  | "not-sealed"
  | "other-address"
  | "other-message"
  | "own-cert-expired"
  | "wrong-use";

/** Any refusal that has a name and a sentence of its own. */
export interface Told extends Error {
  readonly code: string;
  sentence(language: Language): string;
}

export class ClientError extends Error implements Told {
  override readonly name = "ClientError";
  constructor(readonly problem: Problem) {
    super(codeOfProblem(problem));
  }

  /** A refusal in words of its own. */
  static said(code: SaidCode, nl: string, en: string): ClientError {
    return new ClientError({ kind: "said", code, nl, en });
  }

  static network(problem: string): ClientError {
    return new ClientError({ kind: "network", problem });
  }

  static badAnswer(what: string): ClientError {
    return new ClientError({ kind: "bad-answer", what });
  }

  /** An answer to a batch that is not about that batch: what the hub did is not known. */
  static badReceipt(): ClientError {
    return ClientError.said(
      "bad-receipt",
      "De hub zegt niet goed wat hij heeft vastgelegd. Misschien is het gelukt, misschien niet. Kijk eerst hoe het ervoor staat, en bel het huis voordat u het opnieuw doet.",
      "The hub does not say rightly what it recorded. Perhaps it was done, perhaps not. See how things stand first, and call the house before you do it again.",
    );
  }

  /**
   * By this machine's clock its member's keys are not there yet. With a clock at most five minutes off, which the hub
   * takes, they may have been made on a machine whose clock is ahead.
   */
  static clockBehind(): ClientError {
    return ClientError.said(
      "clock-behind",
      "Volgens de klok van dit apparaat bestaan uw sleutels nog niet. Er is niets ondertekend. Waarschijnlijk loopt de klok achter: zet datum en tijd goed, en doe het opnieuw. Kloppen ze al, wacht dan vijf minuten.",
      "By this machine's clock your keys don't exist yet. Nothing was signed. The clock is probably behind: set date and time right, and do it again. If they are right already, wait five minutes.",
    );
  }

  /** The reason's stable name. */
  get code(): string {
    return codeOfProblem(this.problem);
  }

  /** The sentence for a person. */
  sentence(language: Language): string {
    const { problem } = this;
    if (problem.kind === "refused" && problem.code !== "unavailable") return ofHub(problem.sentence, language);
    const [nl, en] = sentencesOf(problem);
    return forTerminal(language === "nl" ? nl : en);
  }
}

function codeOfProblem(problem: Problem): string {
  return "code" in problem ? problem.code : problem.kind;
}

function sentencesOf(problem: Problem): [nl: string, en: string] {
  switch (problem.kind) {
    case "refused":
      return [
        "De hub kan dit nu niet doen, ook niet na enkele keren proberen. Er is niets verloren: doe het straks opnieuw.",
        "The hub can't do this now, not even after some tries. Nothing is lost: do it again later.",
      ];
    case "again":
      return [problem.sentence, problem.sentence];
    case "said":
      return [problem.nl, problem.en];
    case "signed-out":
      return ["U bent niet (meer) aangemeld. Meld u opnieuw aan.", "You are not signed in (any more). Sign in again."];
    case "network":
      return ofNetwork(problem.problem);
    case "bad-answer":
      return [
        `De hub gaf een antwoord dat niet klopt (${problem.what}). Laad deze pagina opnieuw, of bel het huis.`,
        `The hub gave an answer that is not right (${problem.what}). Reload this page, or call the house.`,
      ];
    case "file":
      return [
        `Wat deze browser voor u bewaart, kan niet worden gebruikt: ${problem.problem}. Sluit andere vensters van Zegel en probeer het opnieuw.`,
        `What this browser keeps for you can't be used: ${problem.problem}. Close other windows of Zegel and try again.`,
      ];
    case "no-room":
      return [
        "Er is geen ruimte meer op dit apparaat. Er is geen half bestand bewaard, en er is niets verloren. Maak ruimte, en doe het opnieuw.",
        "There is no room left on this machine. No half file was kept, and nothing is lost. Make room, and do it again.",
      ];
  }
}

/** What a browser lets know of a line that failed, as it stands within a sentence; most often it says nothing. */
const CAUSES: Readonly<Record<string, { readonly nl: string; readonly en: string }>> = {
  timeout: { nl: ": het duurde te lang", en: ": it took too long" },
  "too slow": { nl: ": het gaat te langzaam", en: ": it goes too slowly" },
};

function ofNetwork(problem: string): [nl: string, en: string] {
  if (problem.startsWith("HTTP ")) {
    return [
      `Er kwam een antwoord dat niet van de hub is, of er ging iets mis in de hub (${problem}). Probeer het over enkele minuten opnieuw; dubbel doen kan geen kwaad. Blijft het zo, bel dan het huis.`,
      `An answer came that is not the hub's, or something went wrong in the hub (${problem}). Try again in a few minutes; doing it twice does no harm. If it stays like this, call the house.`,
    ];
  }
  const { nl, en } = CAUSES[problem] ?? { nl: "", en: "" };
  return [
    `De hub is niet bereikbaar${nl}. Er is niets verloren: controleer uw verbinding, en doe het straks opnieuw.`,
    `The hub can't be reached${en}. Nothing is lost: check your connection, and do it again later.`,
  ];
}

/** The most characters of a hub's words that are shown. */
const MOST_WORDS = 400;

/**
 * What the hub says is said to be its word, on one line and no longer than a sentence or three: it could else speak as
 * if it were this program, and ask for something.
 */
function ofHub(sentence: string, language: Language): string {
  const line = [...forTerminal(sentence.split(/\s+/).filter((word) => word !== "").join(" "))];
  const by = language === "nl" ? "Volgens de hub" : "According to the hub";
  return `${by}: ${line.slice(0, MOST_WORDS).join("")}${line.length > MOST_WORDS ? "…" : ""}`;
}

/** What is wrong with something sealed, for who reads Dutch. */
const IN_DUTCH: Readonly<Record<RefusedCode, string>> = {
  digest: "de inhoud is een andere dan waarvoor is getekend",
  length: "de inhoud is langer of korter dan waarvoor is getekend",
  "malformed header": "de sleutel is niet goed opgebouwd",
  "extra stanza": "de sleutel is voor meer dan één lezer",
  "wrong reader": "het is verzegeld voor een andere sleutel dan de uwe",
  "altered mac": "er is iets veranderd aan de sleutel",
  commitment: "de sleutel is die van iets anders",
  "truncated payload": "de inhoud is afgebroken",
  "altered payload": "er is iets veranderd aan de inhoud",
  "trailing data": "er is iets veranderd aan de inhoud",
  "empty last chunk": "er is iets veranderd aan de inhoud",
  "no readers": "er is niemand om voor te verzegelen",
  "too much work": "het wachtwoord vraagt meer rekenwerk dan is toegestaan",
};

/** The stable name of any reason that this client has; `unexpected` for a fault of its own. */
export function codeOf(error: unknown): string {
  if (error instanceof NotA || error instanceof BadCode) return "input";
  if (isBeforeKey(error)) return ClientError.clockBehind().code;
  if (error instanceof BadCert || error instanceof CertError) return "bad-cert";
  if (error instanceof BadStatement) return "bad-text";
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "unexpected";
}

/** Whether it was refused for this reason. */
export function isCode(error: unknown, code: string): boolean {
  return codeOf(error) === code;
}

/** The sentence for a person, whatever went wrong. */
export function sentenceOf(error: unknown, language: Language): string {
  if (isTold(error)) return error.sentence(language);
  if (error instanceof BadStatement) return refusalOf(error).sentence(language);
  if (isBeforeKey(error)) return ClientError.clockBehind().sentence(language);
  const [nl, en] = sentencesFor(error);
  return forTerminal(language === "nl" ? nl : en);
}

function sentencesFor(error: unknown): [nl: string, en: string] {
  if (error instanceof Refused) {
    return [
      `Dit gaat niet open, en er is niets getoond: ${IN_DUTCH[error.code]}. Bel het huis als dit blijft gebeuren.`,
      `This does not open, and nothing was shown: ${error.message}. Call the house if this keeps happening.`,
    ];
  }
  if (error instanceof BadCode) {
    const { nl, en } = codeSentence(error);
    return [nl, en];
  }
  if (error instanceof NotA) {
    return [
      `Wat u opgaf klopt niet: ${error.message}. Verbeter het en probeer het opnieuw.`,
      `What you gave is not right: ${error.message}. Correct it and try again.`,
    ];
  }
  if (error instanceof BadCert || error instanceof CertError) {
    return [
      `De sleutel klopt niet: ${error.flaw.nl}. Bel het huis.`,
      `The key is not right: ${error.flaw.en}. Call the house.`,
    ];
  }
  return [
    "Er ging iets mis in dit programma zelf. Er is niets verstuurd wat u niet hebt gezien. Laad deze pagina opnieuw; blijft het zo, bel dan het huis.",
    "Something went wrong in this program itself. Nothing was sent that you did not see. Reload this page; if it stays like this, call the house.",
  ];
}

function isBeforeKey(error: unknown): boolean {
  return error instanceof CertError && error.code === "before-key";
}

function isTold(error: unknown): error is Told {
  return error instanceof Error && "sentence" in error && typeof error.sentence === "function";
}

/**
 * Whether the hub gave no answer: it can't be reached, is busy or broken, or wants a new session. That says nothing of
 * what was asked.
 */
export function isNoAnswer(error: unknown): boolean {
  if (!(error instanceof ClientError)) return false;
  const { kind } = error.problem;
  const isBusy = kind === "refused" && ["unavailable", "too-often", "internal"].includes(error.code);
  return kind === "signed-out" || kind === "network" || isBusy;
}

/** Whether the same may well go in a moment. */
export function isPassing(error: unknown): boolean {
  return error instanceof ClientError && (error.problem.kind === "network" || error.code === "unavailable");
}

/** Whether it is this machine's own store that won't do: no use to go on with something else. */
export function isOfThisMachine(error: unknown): boolean {
  return error instanceof ClientError && (error.problem.kind === "file" || error.problem.kind === "no-room");
}

/** What this machine's own store has against it, in our words; anything else as it is. */
export function stored(error: unknown): unknown {
  if (!(error instanceof DOMException)) return error;
  const isFull = error.name === "QuotaExceededError";
  return new ClientError(isFull ? { kind: "no-room" } : { kind: "file", problem: error.name });
}
