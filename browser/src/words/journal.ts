// Words of the journal.

export const nl = {
  title: "Logboek",
  intro: (partner: string) =>
    `Wie deed wat met de stukken van ${partner}. Elke regel staat in het logboek van de hub, en is hier nagerekend.`,
  empty: "Uw organisatie heeft nog niets bijgedragen. Zodra dat zo is, ziet u hier wie het opende.",
  looking: (done: number, all: number) => `Stuk ${done} van ${all} wordt nagerekend`,
  alarms: "De hub toont iets wat niet klopt",
  alarmsHelp: "Deze regels geloven wij niet, en tonen wij niet. Bel het huis.",
  alarmOf: (item: string, number: string) => `${item} (${number})`,
  did: {
    "put-in": "droeg bij",
    "taken-out": "nam terug",
    approved: "gaf akkoord voor",
    declined: "gaf geen akkoord",
    withdrawn: "trok het akkoord in voor",
    opened: "opende",
    refused: "wilde openen, en werd geweigerd",
  },
  filter: "Welk stuk?",
  all: "Alle stukken",
  more: (count: number) => `Nog ${count} regels tonen`,
  limits:
    "De hub legt vast dat iemand een stuk ophaalde. Wat iemand daarna met een opgeslagen kopie doet, ziet niemand. Zien alle partners hetzelfde logboek, dan kan de hub niets achteraf veranderen zonder dat het opvalt.",
  portal: "Deze pagina's",
  portalText: (digest: string) => `De hub zegt dat hij deze pagina's dient: ${digest}.`,
  portalSince: (when: string) => `Dat staat sinds ${when} in het logboek, en is hier nagerekend.`,
  portalNone: "Dat staat niet in het logboek. Vraag het huis waarom, en werk zolang met de opdrachtregel.",
  portalHelp:
    "Een ander kan de broncode zelf bundelen en vergelijken. Dat de hub u echt deze pagina's gaf, kunnen de pagina's zelf niet bewijzen.",
  foot: (digest: string) => `Deze pagina's: ${digest}`,
  footSince: (digest: string, when: string) => `Deze pagina's: ${digest}, in het logboek sinds ${when}`,
  footAlarm: "Deze pagina's staan niet in het logboek",
};

export const en: typeof nl = {
  title: "Journal",
  intro: (partner) =>
    `Who did what with the items of ${partner}. Each line stands in the hub's journal, and was checked here.`,
  empty: "Your organisation has contributed nothing yet. Once it has, you see here who opened it.",
  looking: (done, all) => `Checking item ${done} of ${all}`,
  alarms: "The hub shows something that is not right",
  alarmsHelp: "We don't believe these lines, and don't show them. Call the house.",
  alarmOf: (item, number) => `${item} (${number})`,
  did: {
    "put-in": "contributed",
    "taken-out": "took back",
    approved: "approved for",
    declined: "did not approve",
    withdrawn: "withdrew the approval for",
    opened: "opened",
    refused: "wanted to open, and was refused",
  },
  filter: "Which item?",
  all: "All items",
  more: (count) => `Show ${count} more lines`,
  limits:
    "The hub records that somebody fetched an item. What anyone does with a saved copy after that, nobody sees. As long as all partners see the same journal, the hub can't change anything afterwards unseen.",
  portal: "These pages",
  portalText: (digest) => `The hub says that it serves these pages: ${digest}.`,
  portalSince: (when) => `That stands in the journal since ${when}, and was checked here.`,
  portalNone: "That does not stand in the journal. Ask the house why, and work with the command line meanwhile.",
  portalHelp:
    "Anyone can bundle the source and compare. That the hub really gave you these pages, the pages themselves can't prove.",
  foot: (digest) => `These pages: ${digest}`,
  footSince: (digest, when) => `These pages: ${digest}, in the journal since ${when}`,
  footAlarm: "These pages do not stand in the journal",
};
