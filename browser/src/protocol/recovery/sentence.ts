// What to tell whoever typed a code that is not one.

import type { BadCode } from "../recovery.ts";

/** What is wrong with a code as somebody typed it. Says nothing of what was typed. */
export function codeSentence({ code, count }: BadCode): { readonly nl: string; readonly en: string } {
  switch (code) {
    case "length":
      return {
        nl: `Een code heeft 33 tekens; u typte er ${count}. Vergelijk met het papier.`,
        en: `A code has 33 characters; you typed ${count}. Compare with the paper.`,
      };
    case "character":
      return {
        nl: `Teken ${count} kan niet in een code staan. Vergelijk met het papier.`,
        en: `Character ${count} can't be in a code. Compare with the paper.`,
      };
    case "check":
      return {
        nl: "Er zit een tikfout in de code. Vergelijk hem teken voor teken met het papier.",
        en: "There is a mistake in the code. Compare it with the paper, character by character.",
      };
  }
}
