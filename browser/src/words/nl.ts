// What people read, in plain Dutch (B1). `en.ts` has the same words in English.

export const nl = {
  name: "Zegel",
  skip: "Naar de inhoud",
  language: { label: "Taal", other: "English", otherTag: "en" },
  look: { label: "Weergave", auto: "Zoals het apparaat", light: "Licht", dark: "Donker" },
  places: {
    label: "Onderdelen",
    work: "Mijn werk",
    refer: "Aanmelden",
    letters: "Berichten",
    house: "Huis",
    journal: "Logboek",
    account: "Mijn sleutels",
  },
  foot: {
    accessibility: "Toegankelijkheid",
    bundle: (digest: string) => `Deze pagina's: ${digest}`,
    lock: "Vergrendelen",
  },
  wait: "Een ogenblik…",
  again: "Opnieuw proberen",
  back: "Terug",
  cancel: "Niet doen",
  errors: {
    title: (count: number) => (count === 1 ? "Er is nog iets niet goed" : `Er zijn nog ${count} dingen niet goed`),
    offline: "Er is geen verbinding. Wat u hebt ingevuld, blijft staan. Wij proberen het opnieuw zodra de verbinding er is.",
    unknown: "Er ging iets mis in dit programma. Er is niets verstuurd. Laad de pagina opnieuw en probeer het nog een keer.",
    code: (code: string) => `Melding: ${code}`,
  },
  start: {
    title: "Inloggen",
    intro: "Zegel versleutelt in uw browser. Alleen u, en wie u akkoord geeft, kunnen lezen wat u bijdraagt. De hub kan dat niet.",
    unlock: "Inloggen met uw passkey",
    unlockHelp: "Uw apparaat vraagt om uw vingerafdruk, gezicht of pincode.",
    withCode: "Inloggen met uw herstelcode",
    newHere: "Nieuw hier?",
    newHereHelp: "U hebt een papieren strookje van het huis nodig.",
    enrol: "Sleutels maken met een strookje",
    noPasskey: "Deze browser heeft geen passkeys die Zegel kan gebruiken. U logt in met uw herstelcode.",
  },
  accessibility: {
    title: "Toegankelijkheid",
    intro:
      "Zegel moet voor iedereen te gebruiken zijn. Wij volgen WCAG 2.2, niveau AA, en toetsen elk scherm bij elke wijziging.",
    done: "Wat wij doen",
    points: [
      "Alles werkt met alleen het toetsenbord.",
      "Elk onderdeel heeft een naam voor wie een schermlezer gebruikt.",
      "Kleur is nooit het enige teken: er staat altijd tekst bij.",
      "Alles blijft leesbaar bij 200 % en op een smal scherm.",
      "Wie minder beweging wil, krijgt geen beweging.",
    ],
    limits: "Wat beter kan",
    limitsText:
      "Een stuk dat iemand bijdraagt, tonen wij zoals het is: een scan zonder tekst kan een schermlezer niet voorlezen. Vraag de verstrekker dan om de tekst.",
    contact: "Werkt iets niet voor u? Bel het huis. Het nummer staat op uw strookje.",
  },
};

export type Words = typeof nl;
