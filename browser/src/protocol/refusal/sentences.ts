// What people are told about each refusal: which kind of no it is, and one sentence in Dutch and one in English.
//
// Each says what is wrong and what to do now. What stands in braces is filled in.

import type { Class } from "../refusal.ts";

/** Of each code: the kind of no, the Dutch sentence, the English one. */
export const SENTENCES = {
  // The text and its signature.
  "bad-text": [
    "malformed",
    "De verklaring is niet goed opgebouwd: {problem}. Werk het programma bij en probeer het opnieuw.",
    "The statement is not well formed: {problem}. Update the program and try again.",
  ],
  "bad-signature": [
    "malformed",
    "De handtekening klopt niet: {problem}. Onderteken opnieuw; lukt dat weer niet, bel dan het huis.",
    "The signature is not right: {problem}. Sign again; if that fails too, call the house.",
  ],
  "bad-cert": [
    "malformed",
    "Het certificaat klopt niet: {problem}. Maak nieuwe sleutels.",
    "The certificate is not right: {problem}. Make new keys.",
  ],
  "wrong-hub": [
    "malformed",
    "Deze verklaring is voor een andere hub bedoeld. Controleer de naam van de hub.",
    "This statement is meant for another hub. Check the hub's name.",
  ],
  "wrong-signer": [
    "forbidden",
    "Dit mag niet door deze ondertekenaar worden gedaan. Vraag wie dit wel mag.",
    "This signer may not do this. Ask someone who may.",
  ],
  "clock-off": [
    "malformed",
    "Uw klok wijkt meer dan vijf minuten af van die van de hub ({at}). Zet de klok goed en onderteken opnieuw.",
    "Your clock is more than five minutes off the hub's ({at}). Set it right and sign again.",
  ],
  "other-history": [
    "conflict",
    "Uw programma kent een ander logboek dan deze hub. Dit kan op misbruik wijzen: bel het huis voordat u verder gaat.",
    "Your program knows another journal than this hub's. This can mean abuse: call the house before you go on.",
  ],
  "out-of-order": [
    "conflict",
    "Deze verklaring staat niet op haar plaats in het logboek. Dit kan op misbruik wijzen: bel het huis.",
    "This statement is not at its place in the journal. This can mean abuse: call the house.",
  ],
  "recorded-twice": [
    "conflict",
    "Deze verklaring staat al in het logboek; een verklaring telt één keer. Onderteken een nieuwe als dat de " +
      "bedoeling is.",
    "This statement is in the journal already; a statement counts once. Sign a new one if that is what you mean.",
  ],
  "missing-attachment": [
    "malformed",
    "Er ontbreekt een bijlage die de verklaring noemt. Stuur het geheel opnieuw.",
    "An attachment that the statement names is missing. Send the whole again.",
  ],
  "unused-attachment": [
    "malformed",
    "Er is een bijlage die geen verklaring noemt. Stuur het geheel opnieuw, zonder die bijlage.",
    "There is an attachment that no statement names. Send the whole again without it.",
  ],
  "bad-header": [
    "malformed",
    "Een sleutel in de bijlagen is niet goed opgebouwd: het moet een kop met precies één lezer zijn. Werk het " +
      "programma bij.",
    "A key in the attachments is not well formed: it must be a header with exactly one reader. Update the program.",
  ],
  "not-uploaded": [
    "conflict",
    "De inhoud van het stuk is niet, of niet helemaal, ontvangen. Upload het stuk opnieuw; het gaat verder waar " +
      "het stopte.",
    "The item's content has not, or not wholly, arrived. Upload it again; it goes on where it stopped.",
  ],

  // Who is who.
  "no-directory": [
    "conflict",
    "Er is nog geen adreslijst van het huis. Vraag het huis om die te publiceren.",
    "The house has no directory yet. Ask the house to publish it.",
  ],
  "stale-directory": [
    "conflict",
    "De adreslijst van het huis is verlopen op {until}. Vraag het huis om een nieuwe; intrekken kan nog wel.",
    "The house's directory expired at {until}. Ask the house for a new one; withdrawing still works.",
  ],
  "older-directory": [
    "conflict",
    "Deze adreslijst is niet nieuwer dan de laatste. Haal de laatste op.",
    "This directory is not newer than the last one. Fetch the last one.",
  ],
  "directory-too-long": [
    "malformed",
    "Een adreslijst geldt hoogstens 92 dagen. Kies een eerdere einddatum.",
    "A directory holds for 92 days at most. Choose an earlier end.",
  ],
  "directory-dangling": [
    "malformed",
    "De adreslijst noemt iets wat de hub niet kent, of iets dubbel. Publiceer eerst wat ontbreekt.",
    "The directory names something the hub does not know, or names it twice. Publish what is missing first.",
  ],
  "unknown-member": [
    "not-found",
    "Deze deelnemer staat niet in de adreslijst. Controleer de naam, of vraag het huis om de deelnemer toe te laten.",
    "This member is not in the directory. Check the name, or ask the house to admit the person.",
  ],
  "not-vouched": [
    "forbidden",
    "Uw sleutel is nog niet bevestigd door het huis. Bel het huis en lees uw controlewoorden voor.",
    "The house has not vouched for your key yet. Call the house and read your check words aloud.",
  ],
  "not-in-force": [
    "forbidden",
    "Dit lidmaatschap geldt op dit moment niet. Vraag het huis om het te verlengen.",
    "This membership is not in force at this moment. Ask the house to renew it.",
  ],
  suspended: [
    "forbidden",
    "Deze persoon is geschorst tot {until}. Neem contact op met de manager van het huis.",
    "This person is suspended until {until}. Contact the house's manager.",
  ],
  excluded: [
    "forbidden",
    "Deze partner is uitgesloten. Neem contact op met de stuurgroep.",
    "This partner is excluded. Contact the steering group.",
  ],
  "not-signed-partner": [
    "forbidden",
    "{partner} heeft het convenant niet ondertekend. U kunt deze partner niets geven en niet uitnodigen. Vraag de " +
      "secretaris naar toetreding.",
    "{partner} has not signed the agreement. You can give this partner nothing and not invite it. Ask the " +
      "secretary about accession.",
  ],
  revoked: [
    "forbidden",
    "Deze sleutel is ingetrokken en telt niet meer. Maak nieuwe sleutels met een nieuw papieren strookje van het huis.",
    "This key is revoked and no longer counts. Make new keys with a new paper slip from the house.",
  ],
  "slip-used": [
    "conflict",
    "Dit strookje is al gebruikt. Was u dat niet? Bel het huis meteen. Vraag anders een nieuw strookje.",
    "This slip was used before. Was it not you? Call the house at once. Otherwise ask for a new slip.",
  ],
  "slip-unknown": [
    "forbidden",
    "De hub kent dit strookje niet, of het is verlopen. Vraag het huis om een nieuw strookje.",
    "The hub does not know this slip, or it has expired. Ask the house for a new one.",
  ],
  "key-unknown": [
    "conflict",
    "De sleutel waarnaar wordt verwezen is niet bekend, of hoort bij iemand anders. Haal de sleutel opnieuw op.",
    "The key that is referred to is not known, or is someone else's. Fetch the key again.",
  ],
  "key-differs": [
    "malformed",
    "De sleutel is niet dezelfde als die waarvoor het huis instaat. Er is niets gedaan. Bel het huis.",
    "The key is not the one that the house vouches for. Nothing was done. Call the house.",
  ],
  "unknown-partner": [
    "not-found",
    "Deze partner staat niet in de adreslijst. Controleer de naam.",
    "This partner is not in the directory. Check the name.",
  ],
  "bundle-number": [
    "conflict",
    "Er is al een nieuwere versie van uw sleutelbos. Herstel uw sleutels opnieuw met uw herstelcode.",
    "There is a newer version of your key bundle. Recover your keys anew with your recovery code.",
  ],

  // Vaults.
  "no-vault": [
    "conflict",
    "Er is nog geen kluis. Maak eerst een kluis aan.",
    "There is no vault yet. Make one first.",
  ],
  "old-generation": [
    "conflict",
    "De kluis heeft intussen een nieuwe sleutel. Haal de laatste stand op en probeer het opnieuw.",
    "The vault has a new key since. Fetch the latest state and try again.",
  ],
  "vault-twice": [
    "conflict",
    "Deze kluis heeft al zo'n versie. Haal de laatste stand op; ziet u iets wat u niet kent, bel dan het huis.",
    "This vault has such a generation already. Fetch the latest state; if you see something unknown, call the house.",
  ],
  "vault-unsound": [
    "conflict",
    "Een houder van deze kluis heeft geen geldige sleutel meer. Vernieuw eerst de kluis.",
    "A holder of this vault no longer has a valid key. Renew the vault first.",
  ],
  "not-holder": [
    "forbidden",
    "U bent geen houder van deze kluis. Vraag een collega die dat wel is.",
    "You are not a holder of this vault. Ask a colleague who is.",
  ],
  "holder-not-allowed": [
    "forbidden",
    "Deze persoon mag geen houder van deze kluis zijn. Kies iemand van de partner zelf, en voor een casus een " +
      "procesregisseur.",
    "This person may not hold this vault. Choose someone of the partner itself, and for a case a procesregisseur.",
  ],
  "incomplete-set": [
    "conflict",
    "Niet alles uit de oude kluis is overgezet. Haal de laatste stand op en probeer het opnieuw.",
    "Not everything of the old vault was carried over. Fetch the latest state and try again.",
  ],
  "wrong-grants": [
    "malformed",
    "Het stuk is niet voor precies de juiste kluizen verzegeld. Werk het programma bij en probeer het opnieuw.",
    "It is not sealed to exactly the right vaults. Update the program and try again.",
  ],

  // Cases and items.
  "unknown-case": [
    "not-found",
    "Deze casus bestaat niet, of is niet voor u. Controleer het nummer.",
    "This case does not exist, or is not for you. Check the number.",
  ],
  "case-number-taken": [
    "conflict",
    "Dit casusnummer is al in gebruik. Het volgende nummer is {next}. Probeer het opnieuw.",
    "This case number is in use. The next one is {next}. Try again.",
  ],
  "wrong-phase": [
    "conflict",
    "Dit kan niet in de fase waarin de casus nu is: {phase}. Kijk wat de volgende stap is.",
    "This cannot be done in the phase that the case is in: {phase}. See what the next step is.",
  ],
  "case-ended": [
    "conflict",
    "Deze casus is afgesloten. Er kan niets meer bij.",
    "This case has ended. Nothing can be added.",
  ],
  "unknown-item": [
    "not-found",
    "Dit stuk bestaat niet, of is niet voor u. Controleer wat u wilt openen.",
    "This item does not exist, or is not for you. Check what you want to open.",
  ],
  retracted: [
    "conflict",
    "De verstrekker heeft dit stuk teruggenomen. Er is niets meer te openen.",
    "The supplier has taken this item out. There is nothing left to open.",
  ],
  "not-supplier": [
    "forbidden",
    "Alleen de verstrekker van dit stuk mag dit doen.",
    "Only the supplier of this item may do this.",
  ],
  "retention-too-long": [
    "malformed",
    "Dit stuk zou langer bewaard blijven dan het huis toestaat. Kies een eerdere datum.",
    "This item would be kept longer than the house allows. Choose an earlier date.",
  ],

  // The meeting.
  "unknown-roster": [
    "not-found",
    "Deze deelnemerslijst bestaat niet, of is niet voor u. Haal de laatste stand op.",
    "This roster does not exist, or is not for you. Fetch the latest state.",
  ],
  "other-roster": [
    "conflict",
    "De deelnemerslijst is intussen veranderd. Eerdere akkoorden gelden niet voor de nieuwe lijst. Vraag of geef " +
      "akkoord voor de nieuwe lijst.",
    "The roster has changed since. Earlier approvals don't hold for the new one. Ask for, or give, approval for " +
      "the new roster.",
  ],
  "not-on-roster": [
    "forbidden",
    "Deze persoon staat niet op de deelnemerslijst. Zet de persoon eerst op de lijst.",
    "This person is not on the roster. Put the person on it first.",
  ],
  "one-partner-in-triage": [
    "malformed",
    "In de triage heeft elke partner een eigen lijst, zodat partners niet van elkaar weten. Maak een lijst per " +
      "partner.",
    "In triage each partner has a roster of its own, so that partners don't learn of each other. Make one per partner.",
  ],
  "never-approved": [
    "forbidden",
    "De verstrekker deelt dit stuk alleen mondeling, aan tafel. Vraag de verstrekker om het daar te vertellen.",
    "The supplier shares this item only at the table, spoken. Ask the supplier to tell it there.",
  ],
  "outside-phase": [
    "forbidden",
    "De verstrekker geeft dit stuk niet voor deze fase van de casus.",
    "The supplier does not give this item for this phase of the case.",
  ],
  "too-early": [
    "forbidden",
    "Dit stuk kan pas open vanaf {from}. Probeer het dan opnieuw.",
    "This item can be opened from {from}. Try again then.",
  ],
  "too-late": [
    "forbidden",
    "Dit stuk kon open tot {until}. Vraag de procesregisseur om een nieuwe vrijgave.",
    "This item could be opened until {until}. Ask the procesregisseur for a new release.",
  ],
  "outside-window": [
    "malformed",
    "De gekozen periode valt buiten wat de verstrekker of de deelnemerslijst toestaat. Kies een kortere periode.",
    "The chosen period goes beyond what the supplier or the roster allows. Choose a shorter one.",
  ],
  "not-approved": [
    "forbidden",
    "De verstrekker heeft hiervoor geen akkoord gegeven. Vraag om akkoord, of geef dit stuk niet vrij.",
    "The supplier has not approved this. Ask for approval, or don't release this item.",
  ],
  withdrawn: [
    "forbidden",
    "De verstrekker heeft het akkoord ingetrokken. U kunt dit stuk niet meer openen.",
    "The supplier has withdrawn its approval. You can't open this item any more.",
  ],
  "not-consulted": [
    "conflict",
    "Er is nog geen overleg vastgelegd met {partner}, die de casus heeft aangemeld. Bel deze partner en leg het " +
      "overleg vast.",
    "No consultation is on record with {partner}, which referred the case. Call this partner and record it.",
  ],
  "wrong-consultation": [
    "conflict",
    "Dit overleg gaat over een andere deelnemerslijst of casus. Overleg opnieuw en leg het vast.",
    "This consultation is about another roster or case. Consult again and record it.",
  ],
  "not-released": [
    "forbidden",
    "Dit stuk is niet aan u vrijgegeven. De procesregisseur beslist over het informatiepakket.",
    "This item is not released to you. The procesregisseur decides on the pack.",
  ],
  "wrong-gaps": [
    "conflict",
    "Het aantal getoonde open plekken klopt niet; het moet {gaps} zijn. Haal de laatste stand op en probeer het " +
      "opnieuw.",
    "The number of shown gaps is not right; it must be {gaps}. Fetch the latest state and try again.",
  ],
  "not-director": [
    "forbidden",
    "Alleen de procesregisseur van deze casus mag dit doen.",
    "Only the procesregisseur of this case may do this.",
  ],
  "unknown-letter": [
    "not-found",
    "Dit bericht bestaat niet, of is niet voor u. Controleer welk bericht u bedoelt.",
    "This letter does not exist, or is not for you. Check which letter you mean.",
  ],
  "bad-letter": [
    "malformed",
    "Dit bericht is niet goed versleuteld of opgebouwd: {problem}. Er is niets verzonden. Werk het programma bij.",
    "This letter is not sealed or built as it should be: {problem}. Nothing was sent. Update the program.",
  ],
  "no-usable-cert": [
    "conflict",
    "Voor deze persoon kan geen bericht worden versleuteld: {problem}. Vraag om nieuwe sleutels.",
    "No letter can be sealed for this person: {problem}. Ask for new keys.",
  ],
  "older-invitation": [
    "conflict",
    "Er is al een nieuwere uitnodiging of afzegging voor dit overleg verstuurd. Haal de laatste stand op en " +
      "probeer het opnieuw.",
    "A newer invitation or cancellation for this meeting was sent already. Fetch the latest state and try again.",
  ],
  "not-invited": [
    "conflict",
    "Deze persoon is niet voor dit overleg uitgenodigd, of al afgezegd. Er valt niets af te zeggen.",
    "This person was not invited to this meeting, or that was cancelled already. There is nothing to cancel.",
  ],
  "sequence-too-high": [
    "conflict",
    "Het nummer van deze uitnodiging of afzegging kan hoogstens {most} zijn: het volgt op het laatste van dit " +
      "overleg. Haal de laatste stand op en probeer het opnieuw.",
    "The number of this invitation or cancellation can be {most} at most: it follows the last one of this meeting. " +
      "Fetch the latest state and try again.",
  ],
  "only-to-director": [
    "forbidden",
    "U kunt in deze casus alleen aan de procesregisseurs schrijven. Kies een procesregisseur.",
    "In this case you can write to the procesregisseurs only. Choose a procesregisseur.",
  ],
  "not-manager": [
    "forbidden",
    "Alleen een manager mag iemand schorsen. Bel de manager van het huis.",
    "Only a manager may suspend someone. Call the house's manager.",
  ],
  "not-allowed": [
    "forbidden",
    "Dit mag u niet doen. Vraag wie dit wel mag.",
    "You may not do this. Ask someone who may.",
  ],
  "too-much": [
    "forbidden",
    "Op uw naam is vandaag zo veel vastgelegd dat de hub tot morgen niets meer aanneemt; intrekken kan nog wel. Was u dat niet zelf, bel dan meteen het huis.",
    "So much was put on record in your name today that the hub takes nothing more until tomorrow; withdrawing still works. If that was not you, call the house at once.",
  ],
  replayed: [
    "conflict",
    "Dit eenmalige getal is al gebruikt of verlopen. Log opnieuw in.",
    "This single-use number was used or has expired. Sign in again.",
  ],
} as const satisfies Record<string, readonly [Class, string, string]>;
