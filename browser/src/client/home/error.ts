// What is wrong with what this browser keeps.

import type { HubName } from "../../protocol/id.ts";
import { forTerminal } from "../../protocol/label.ts";
import type { Language } from "../../protocol/refusal.ts";
import type { Told } from "../error.ts";

export type HomeProblem =
  /** There is nothing here. */
  | { readonly kind: "no-home" }
  /** There are somebody's keys here already. */
  | { readonly kind: "home-taken" }
  /** Another window works with it now. */
  | { readonly kind: "home-locked" }
  /** Another window works with it, was asked to lock, and does not. */
  | { readonly kind: "home-held" }
  /** Something of it is damaged. */
  | { readonly kind: "home-damaged"; readonly what: string }
  /** The address is not one at which the hub can be. */
  | { readonly kind: "wrong-address"; readonly url: string; readonly hub: HubName }
  /** The passkey or code does not open the keys. */
  | { readonly kind: "wrong-secret" };

export class HomeError extends Error implements Told {
  override readonly name = "HomeError";
  constructor(readonly problem: HomeProblem) {
    super(problem.kind);
  }

  get code(): HomeProblem["kind"] {
    return this.problem.kind;
  }

  sentence(language: Language): string {
    const [nl, en] = sentences(this.problem);
    return forTerminal(language === "nl" ? nl : en);
  }
}

function sentences(problem: HomeProblem): [nl: string, en: string] {
  switch (problem.kind) {
    case "no-home":
      return [
        "In deze browser staan uw sleutels niet. Meld u eerst aan met uw strookje, of herstel uw sleutels met de herstelcode.",
        "Your keys are not in this browser. Enrol with your slip first, or restore your keys with the recovery code.",
      ];
    case "home-taken":
      return [
        "In deze browser staan al sleutels. Er is niets overschreven; gebruik een ander profiel van uw browser.",
        "There are keys in this browser already. Nothing was overwritten; use another profile of your browser.",
      ];
    case "home-locked":
      return [
        "Zegel is al open in een ander venster. Ga daar verder, of ga hier verder: dan vergrendelt het andere venster.",
        "Zegel is open in another window. Go on there, or go on here: then the other window locks.",
      ];
    case "home-held":
      return [
        "Het andere venster antwoordt niet. Sluit het, en log dan hier in.",
        "The other window does not answer. Close it, and then sign in here.",
      ];
    case "home-damaged":
      return [
        `Wat deze browser bewaarde is beschadigd (${problem.what}). Herstel uw sleutels met de herstelcode.`,
        `What this browser kept is damaged (${problem.what}). Restore your keys with the recovery code.`,
      ];
    case "wrong-address":
      return [
        `Op ${problem.url} kan de hub ${problem.hub} niet staan: het adres moet https://${problem.hub} zijn. Controleer uw strookje.`,
        `The hub ${problem.hub} can't be at ${problem.url}: its address must be https://${problem.hub}. Check your slip.`,
      ];
    case "wrong-secret":
      return [
        "Hiermee gaan uw sleutels niet open. Controleer wat u typte en probeer het opnieuw.",
        "This does not open your keys. Check what you typed and try again.",
      ];
  }
}
