// Why what the hub showed was not believed.

import type { Fingerprint } from "../../protocol/cert.ts";
import type { Digest } from "../../protocol/id.ts";
import type { BadCheckpoint } from "../../protocol/journal.ts";
import { forTerminal } from "../../protocol/label.ts";
import type { Language, Refusal } from "../../protocol/refusal.ts";
import type { Kind } from "../../protocol/statement.ts";
import type { Told } from "../error.ts";

/** What was wrong. Each means: nothing of it was used. */
export type Distrust =
  /** Another authority than the one on the slip. */
  | { readonly code: "wrong-authority"; readonly pinned: Fingerprint; readonly shown: Fingerprint }
  /** What came is not evidence as the protocol has it. */
  | { readonly code: "malformed-evidence"; readonly what: string }
  /** A checkpoint that the journal's key did not sign, or that is none. */
  | { readonly code: "bad-checkpoint"; readonly problem: BadCheckpoint }
  /** A statement that does not stand in the journal. */
  | { readonly code: "not-in-journal"; readonly id: Digest }
  /** A statement that does not belong to what was asked for. */
  | { readonly code: "wrong-scope"; readonly id: Digest }
  /** A statement whose signer saw another journal than this. */
  | { readonly code: "other-journal"; readonly id: Digest }
  /** The journal is shorter than it was, or another one. Both checkpoints are kept under this name. */
  | { readonly code: "forked-journal"; readonly evidence: string }
  /** A directory older than one that was seen. */
  | { readonly code: "older-directory"; readonly seen: number; readonly shown: number }
  /** The directory that was seen is not there. */
  | { readonly code: "other-directory"; readonly number: number }
  /** Something that was shown before is not there any more. */
  | { readonly code: "held-back"; readonly id: Digest }
  /** Something of the member's own that the hub said it recorded is not there. */
  | { readonly code: "not-kept"; readonly ids: readonly Digest[] }
  /** Of what a vault was given, the hub gives no key to carry over. */
  | { readonly code: "headers-left-out"; readonly id: Digest }
  /** The statement of the member's newest key bundle is not there. */
  | { readonly code: "no-bundle"; readonly number: number }
  /** A statement that is not what may have been signed. */
  | { readonly code: "forged-statement"; readonly id: Digest; readonly kind: Kind; readonly refusal: Refusal };

export class TrustError extends Error implements Told {
  override readonly name = "TrustError";
  constructor(readonly why: Distrust) {
    super(why.code);
  }

  static malformed(what: string): TrustError {
    return new TrustError({ code: "malformed-evidence", what });
  }

  get code(): Distrust["code"] {
    return this.why.code;
  }

  sentence(language: Language): string {
    const [nl, en] = sentences(this.why);
    return forTerminal(language === "nl" ? nl : en);
  }
}

function sentences(why: Distrust): [nl: string, en: string] {
  switch (why.code) {
    case "wrong-authority":
      return [
        `De hub toont een andere autoriteit (${why.shown}) dan op uw strookje stond (${why.pinned}). Er is niets gedaan. Bel het huis.`,
        `The hub shows another authority (${why.shown}) than your slip named (${why.pinned}). Nothing was done. Call the house.`,
      ];
    case "malformed-evidence":
      return [
        `De hub gaf bewijs dat niet te lezen is (${why.what}). Er is niets van geloofd. Laad deze pagina opnieuw, of bel het huis.`,
        `The hub gave evidence that can't be read (${why.what}). None of it was believed. Reload this page, or call the house.`,
      ];
    case "bad-checkpoint":
      return [
        `De stand van het logboek is niet goed ondertekend (${why.problem.code}). Er is niets van geloofd. Bel het huis.`,
        `The journal's checkpoint is not properly signed (${why.problem.message}). None of it was believed. Call the house.`,
      ];
    case "not-in-journal":
      return [
        `De hub toont een verklaring die niet in het logboek staat (${why.id}). Er is niets van geloofd. Bel het huis.`,
        `The hub shows a statement that is not in the journal (${why.id}). None of it was believed. Call the house.`,
      ];
    case "wrong-scope":
      return [
        `De hub toont een verklaring op een plek waar die niet hoort (${why.id}). Er is niets van geloofd. Bel het huis.`,
        `The hub shows a statement where it does not belong (${why.id}). None of it was believed. Call the house.`,
      ];
    case "other-journal":
      return [
        `Wie dit ondertekende, zag een ander logboek dan u (${why.id}). De hub toont mensen verschillende dingen, of iemand werkt met een ander logboek. Er is niets van geloofd. Bel het huis.`,
        `Who signed this saw another journal than you do (${why.id}). The hub shows people different things, or someone works with another journal. None of it was believed. Call the house.`,
      ];
    case "forked-journal":
      return [
        `Het logboek is niet meer hetzelfde als wat u eerder zag. Dat hoort nooit te gebeuren. Er is niets gedaan. Bel het huis en bewaar dit bewijs: ${why.evidence}.`,
        `The journal is not the one that you saw before. That should never happen. Nothing was done. Call the house, and keep this evidence: ${why.evidence}.`,
      ];
    case "older-directory":
      return [
        `De hub toont adreslijst ${why.shown}, maar u zag al nummer ${why.seen}. Wie intussen is geschorst of weg is, zou weer meetellen. Er is niets gedaan. Bel het huis.`,
        `The hub shows directory ${why.shown}, but you have seen number ${why.seen}. Whoever left or was revoked since would count again. Nothing was done. Call the house.`,
      ];
    case "other-directory":
      return [
        `De hub toont een andere adreslijst ${why.number} dan u eerder zag. Er is niets gedaan. Bel het huis.`,
        `The hub shows another directory ${why.number} than you saw before. Nothing was done. Call the house.`,
      ];
    default:
      return ofWhatIsMissing(why);
  }
}

type Missing = Extract<
  Distrust,
  { code: "held-back" | "not-kept" | "headers-left-out" | "no-bundle" | "forged-statement" }
>;

function ofWhatIsMissing(why: Missing): [nl: string, en: string] {
  switch (why.code) {
    case "held-back":
      return [
        `De hub houdt iets achter dat hij eerder wel liet zien (${why.id}). Iemand die is geschorst of weg is, zou zo weer kunnen meelezen. Er is niets gedaan. Bel het huis en lees dit nummer voor.`,
        `The hub keeps something back that it showed before (${why.id}). Someone who is suspended or left could so read along again. Nothing was done. Call the house and read this number aloud.`,
      ];
    case "not-kept":
      return [
        `De hub zei dat hij uw verklaring had vastgelegd (${andMore(why.ids, "en nog")}), maar die staat niet in het logboek dat hij laat zien. Reken er niet op dat zij geldt. Bel het huis, lees dit nummer voor, en doe het daarna opnieuw.`,
        `The hub said that it had recorded your statement (${andMore(why.ids, "and")}), but it is not in the journal that it shows. Don't count on it. Call the house, read this number aloud, and do it again after that.`,
      ];
    case "headers-left-out":
      return [
        `De hub geeft niet alles wat in deze kluis zit (${why.id}). Wat nu niet meegaat, kan daarna niemand meer openen. Er is niets gedaan. Doe het opnieuw: een collega kan het net hebben teruggenomen. Blijft dit zo, bel dan het huis en lees dit nummer voor.`,
        `The hub does not give all that is in this vault (${why.id}). What is not carried over now, nobody could open after that. Nothing was done. Do it again: a colleague may have taken it out just now. If this stays so, call the house and read this number aloud.`,
      ];
    case "no-bundle":
      return [
        `De hub laat niet zien dat uw sleutelbos (versie ${why.number}) is vastgelegd. Zonder dat brengt uw herstelcode oude sleutels terug. Er is niets gedaan. Gebruik uw herstelcode nu niet. Bel het huis.`,
        `The hub does not show that your key bundle (version ${why.number}) was recorded. Without it your recovery code brings old keys back. Nothing was done. Don't use your recovery code now. Call the house.`,
      ];
    // The refusal by its name only: its sentence tells the signer what to do, and not who was shown this.
    case "forged-statement":
      return [
        `De hub toont een verklaring (${why.kind}, ${why.id}) die niet mag bestaan: ${why.refusal.code}. Er is niets van geloofd. Bel het huis.`,
        `The hub shows a statement (${why.kind}, ${why.id}) that must not exist: ${why.refusal.code}. None of it was believed. Call the house.`,
      ];
  }
}

/** The first of some statements, and how many there are beside it. */
function andMore(ids: readonly Digest[], and: string): string {
  const first = ids[0] ?? "";
  return ids.length < 2 ? first : `${first}, ${and} ${ids.length - 1}`;
}
