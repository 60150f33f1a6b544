// Words about vaults: who can open one, and changing that.

import type { VaultKind } from "../desk/vault.ts";

const people = (names: readonly string[], and: string): string =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} ${and} ${names.at(-1)}`;

export const nl = {
  title: "Kluis",
  titleOf: (owner: string) => `Kluis van ${owner}`,
  titleOfCase: (number: string) => `Kluis van casus ${number}`,
  about: {
    partner:
      "De kluis opent alles wat uw organisatie instuurt. Wie de kluis kan openen, leest dat, en geeft namens uw organisatie akkoord.",
    house: "De kluis van het huis opent wat partners aanmelden. Alleen procesregisseurs kunnen hem openen.",
    case: "De kluis van de casus opent wat partners eraan bijdragen. Wie hem kan openen, voert de casus als procesregisseur.",
  } satisfies Record<VaultKind, string> as Record<VaultKind, string>,
  version: (number: number, when: string, by: string | undefined) =>
    `Versie ${number}, sinds ${when}, gemaakt door ${by ?? "het huis"}.`,
  who: "Wie kan de kluis openen?",
  me: (name: string) => `${name} (u)`,
  since: (when: string) => `kan hem openen sinds ${when}`,
  holds: "kan hem openen",
  hasNewKeys: "kon hem openen, en heeft nu nieuwe sleutels: vink aan om weer toegang te geven",
  out: "Kunnen hem niet meer openen",
  outHelp: "Bij de volgende wijziging gaan zij er vanzelf uit.",
  none: "Uw organisatie heeft nog geen kluis. Zonder kluis kan zij niets aanmelden, bijdragen of ontvangen.",
  noneMake: "Maak hem nu. U kunt hem zelf openen; kies wie dat nog meer kan.",
  noneAsk: "U kunt hem niet maken. Vraag het een collega, of bel het huis.",
  ask: (names: readonly string[]) => `Alleen wie de kluis kan openen, kan dit wijzigen. Vraag het aan ${people(names, "of")}.`,
  nobody: "Niemand kan deze kluis nog openen. Bel het huis.",
  alone: "Er is niemand anders die u toegang kunt geven. Vraag het huis om een strookje voor een collega.",
  look: "Bekijken en wijzigen",
  lookOnly: "Bekijken",
  make: "Kluis maken",
  change: "Wijzigen",
  nothingChanged: "U hebt niets gewijzigd. Vink iemand aan of uit.",
  nobodyLeft: "Zo kan niemand de kluis meer openen. Kies ten minste één persoon.",
  renew: "Alleen vernieuwen",
  renewHelp:
    "Vernieuwen geeft de kluis een nieuwe sleutel, voor dezelfde mensen. Doe dat als iemand anders de oude sleutel kan hebben.",
  renewing: (done: number, all: number) => `Er krijgt nu alles een nieuwe sleutel: ${done} van ${all} onderdelen.`,
  renewingLabel: "Onderdelen met een nieuwe sleutel",
  added: (names: readonly string[]) => `Krijgt toegang: ${people(names, "en")}.`,
  addedMeans: {
    partner:
      "Dat geldt ook voor alles wat al in de kluis zit. Wie erbij kan, kan ook akkoord geven, en anderen toegang geven of weghalen.",
    house: "Dat geldt ook voor alles wat al in de kluis zit. Wie erbij kan, kan ook anderen toegang geven of weghalen.",
    case: "Dat geldt ook voor alles wat al in de kluis zit. Wie erbij kan, kan ook vrijgeven, en anderen toegang geven of weghalen.",
  } satisfies Record<VaultKind, string> as Record<VaultKind, string>,
  removed: (names: readonly string[]) => `Verliest toegang: ${people(names, "en")}.`,
  removedMeans: "Wat iemand al heeft gelezen of opgeslagen, kunt u niet terughalen.",
  dropped: (names: readonly string[]) => `Gaat er ook uit, omdat de sleutel of de rol niet meer geldt: ${people(names, "en")}.`,
  losesMe: "U haalt uzelf weg. Daarna kunt u dit niet zelf terugdraaien: een ander moet u weer toegang geven.",
  after: (names: readonly string[]) =>
    names.length === 1
      ? `Daarna kan alleen ${names[0]} de kluis openen.`
      : `Daarna kunnen deze ${names.length} mensen de kluis openen: ${people(names, "en")}.`,
  undo: "De kluis krijgt een nieuwe sleutel. Dat kunt u niet ongedaan maken. Wie erbij kan, kunt u later weer wijzigen.",
  undoFirst: "Wie erbij kan, kunt u later wijzigen.",
  signMake: "Ja, kluis maken",
  sign: "Ja, wijzigen",
  signRenew: "Ja, vernieuwen",
  made: "De kluis is gemaakt.",
  changed: "Het is gewijzigd. Hieronder staat wie de kluis nu kan openen.",
  renewed: "De kluis heeft een nieuwe sleutel.",
  left: (number: string) => `U kunt de kluis van casus ${number} niet meer openen.`,
  ofCase: "Wie kan de kluis van deze casus openen?",
  ofOwn: "De kluis van uw organisatie bekijken",
};

export const en: typeof nl = {
  title: "Vault",
  titleOf: (owner) => `Vault of ${owner}`,
  titleOfCase: (number) => `Vault of case ${number}`,
  about: {
    partner:
      "The vault opens all that your organisation sends in. Whoever can open the vault reads that, and approves for your organisation.",
    house: "The house's vault opens what partners refer. Only procesregisseurs can open it.",
    case: "The case's vault opens what partners contribute to it. Whoever can open it runs the case as its procesregisseur.",
  },
  version: (number, when, by) => `Generation ${number}, since ${when}, made by ${by ?? "the house"}.`,
  who: "Who can open the vault?",
  me: (name) => `${name} (you)`,
  since: (when) => `can open it since ${when}`,
  holds: "can open it",
  hasNewKeys: "could open it, and has new keys now: tick to give access again",
  out: "Can't open it any more",
  outHelp: "At the next change they go by themselves.",
  none: "Your organisation has no vault yet. Without a vault it can't refer, contribute or receive anything.",
  noneMake: "Make it now. You can open it yourself; choose who else can.",
  noneAsk: "You can't make it. Ask a colleague, or call the house.",
  ask: (names) => `Only who can open the vault can change this. Ask ${people(names, "or")}.`,
  nobody: "Nobody can open this vault any more. Call the house.",
  alone: "There is nobody else whom you can give access. Ask the house for a slip for a colleague.",
  look: "See and change",
  lookOnly: "See",
  make: "Make the vault",
  change: "Change",
  nothingChanged: "You changed nothing. Tick or untick someone.",
  nobodyLeft: "Nobody could open the vault any more. Choose at least one person.",
  renew: "Renew only",
  renewHelp: "Renewing gives the vault a new key, for the same people. Do so if someone else may have the old key.",
  renewing: (done, all) => `Everything gets a new key now: ${done} of ${all} parts.`,
  renewingLabel: "Parts with a new key",
  added: (names) => `Gets access: ${people(names, "and")}.`,
  addedMeans: {
    partner:
      "That goes for all that is in the vault already, too. Whoever has access can also approve, and give others access or take it away.",
    house:
      "That goes for all that is in the vault already, too. Whoever has access can also give others access or take it away.",
    case: "That goes for all that is in the vault already, too. Whoever has access can also release, and give others access or take it away.",
  },
  removed: (names) => `Loses access: ${people(names, "and")}.`,
  removedMeans: "What someone has read or saved already can't be recalled.",
  dropped: (names) => `Goes too, as the key or the role no longer counts: ${people(names, "and")}.`,
  losesMe: "You take yourself out. After that you can't turn this back yourself: someone else has to give you access again.",
  after: (names) =>
    names.length === 1
      ? `After that only ${names[0]} can open the vault.`
      : `After that these ${names.length} people can open the vault: ${people(names, "and")}.`,
  undo: "The vault gets a new key. You can't undo that. Who has access you can change again later.",
  undoFirst: "Who has access you can change later.",
  signMake: "Yes, make the vault",
  sign: "Yes, change it",
  signRenew: "Yes, renew it",
  made: "The vault was made.",
  changed: "It was changed. Below stands who can open the vault now.",
  renewed: "The vault has a new key.",
  left: (number) => `You can't open the vault of case ${number} any more.`,
  ofCase: "Who can open this case's vault?",
  ofOwn: "See your organisation's vault",
};
