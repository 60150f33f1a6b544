// Doel en agenda as a text: headings that people read, and that this program finds again.

/** What a meeting is for, as it is typed. */
export interface Agenda {
  readonly purpose: string;
  readonly decisions: string;
  readonly topics: string;
}

/** In Dutch, the language of the house: the text is for everyone at the table. */
const HEADINGS = { purpose: "Doel", decisions: "Soort besluiten", topics: "Onderwerpen" } as const;
const ORDER = ["purpose", "decisions", "topics"] as const;

/** The text that becomes an item. A part that is empty is left out. */
export function agendaText(agenda: Agenda): string {
  const parts = ORDER.map((part) => [HEADINGS[part], agenda[part].trim()] as const).filter(([, text]) => text !== "");
  return `${parts.map(([heading, text]) => `${heading}\n${text}`).join("\n\n")}\n`;
}

/** The same the other way round; a text of another making is all purpose. */
export function agendaIn(text: string): Agenda {
  const found = { purpose: "", decisions: "", topics: "" };
  let part: (typeof ORDER)[number] = "purpose";
  const lines: Record<(typeof ORDER)[number], string[]> = { purpose: [], decisions: [], topics: [] };
  for (const line of text.split("\n")) {
    const next = ORDER.find((each) => HEADINGS[each] === line.trim());
    if (next === undefined) lines[part].push(line);
    else part = next;
  }
  for (const each of ORDER) found[each] = lines[each].join("\n").trim();
  return found;
}
