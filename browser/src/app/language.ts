// The two languages of the portal, and everything that depends on which one is on.

import { en } from "../words/en.ts";
import { nl, type Words } from "../words/nl.ts";

export type Language = "nl" | "en";

const KEPT = "zegel.language";

/** The words of a language. */
export function wordsOf(language: Language): Words {
  return language === "nl" ? nl : en;
}

/** What the person chose before in this browser, or else what the browser asks for; Dutch if it asks for neither. */
export function firstLanguage(): Language {
  const chosen = localStorage.getItem(KEPT);
  if (chosen === "nl" || chosen === "en") return chosen;
  const asked = navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => tag === "nl" || tag === "en");
  return asked === "en" ? "en" : "nl";
}

export function keepLanguage(language: Language): void {
  localStorage.setItem(KEPT, language);
}
