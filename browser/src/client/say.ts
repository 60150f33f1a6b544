// What a person is told, in either language.

import type { Language } from "../protocol/refusal.ts";

/** A sentence in Dutch and in English. */
export interface Both {
  readonly nl: string;
  readonly en: string;
}

/** The one in the person's language. */
export function said(both: Both, language: Language): string {
  return language === "nl" ? both.nl : both.en;
}

/** One of two texts. */
export function nlEn(language: Language, nl: string, en: string): string {
  return language === "nl" ? nl : en;
}

/** Warns of something beside what is signed. Nothing of it keeps anyone from going on. */
export type Warning = Both;
