// What letters, answers and states are called.

import type { LetterKind } from "../../../protocol/words.ts";
import type { Word } from "../../letter/said.ts";
import type { MailFailure, MailState } from "../../remote/letters.ts";
import type { Both } from "../../say.ts";

/** A kind of letter, at the beginning of a line. */
export const KIND_WORDS: Readonly<Record<LetterKind, Both>> = {
  request: { nl: "Vraag", en: "Question" },
  invitation: { nl: "Uitnodiging", en: "Invitation" },
  cancellation: { nl: "Afzegging", en: "Cancellation" },
  minutes: { nl: "Verslag", en: "Minutes" },
  message: { nl: "Bericht", en: "Message" },
};

export const ANSWER_WORDS: Readonly<Record<Word, Both>> = {
  accepted: { nl: "komt", en: "is coming" },
  declined: { nl: "komt niet", en: "is not coming" },
  deputy: { nl: "stuurt een vervanger", en: "sends a deputy" },
  contributed: { nl: "heeft een bijdrage toegevoegd", en: "added a contribution" },
  "no-contribution": { nl: "geen bijdrage", en: "no contribution" },
  read: { nl: "heeft het gelezen", en: "has read it" },
};

/** How it went with the mail. */
export const STATE_WORDS: Readonly<Record<MailState, Both>> = {
  waiting: { nl: "wacht op verzending", en: "waits to be mailed" },
  sent: { nl: "gemaild", en: "mailed" },
  "given-up": { nl: "NIET BEZORGD", en: "NOT DELIVERED" },
  portal: { nl: "in het portaal", en: "in the portal" },
};

/** Why mail did not get through the last time, and what helps; nothing where waiting does. */
export function failureWords({ word, code }: MailFailure): Both {
  const { nl, en } = FAILURE_WORDS[word];
  return code === undefined ? { nl, en } : { nl: `${nl}; ${code}`, en: `${en}; ${code}` };
}

const FAILURE_WORDS: Readonly<Record<MailFailure["word"], Both>> = {
  unreachable: { nl: "de mailserver is niet te bereiken", en: "the mail server can't be reached" },
  "timed-out": { nl: "de mailserver antwoordde niet op tijd", en: "the mail server took too long" },
  "broken-off": { nl: "de verbinding werd verbroken", en: "the connection was broken off" },
  insecure: {
    nl: "de verbinding met de mailserver is niet veilig; bel de beheerder",
    en: "the way to the mail server is not safe; call the administrator",
  },
  "not-let-in": {
    nl: "de mailserver laat de hub niet toe; bel de beheerder",
    en: "the mail server doesn't let the hub in; call the administrator",
  },
  "refused-for-now": {
    nl: "de mailserver neemt het nog niet aan",
    en: "the mail server doesn't take it yet",
  },
  refused: {
    nl: "de mailserver neemt geen mail aan voor dit adres; vraag of het klopt",
    en: "the mail server takes no mail for this address; ask whether it is right",
  },
  "no-room": {
    nl: "de mailmap is vol; bel de beheerder",
    en: "the mail folder is full; call the administrator",
  },
  "not-in-force": {
    nl: "deze persoon doet nu niet mee; bel het huis",
    en: "this person does not take part at present; call the house",
  },
  "key-revoked": {
    nl: "de sleutel van deze persoon is ingetrokken; stuur een nieuw bericht",
    en: "this person's key was revoked; send a new letter",
  },
  "author-revoked": {
    nl: "de sleutel van de schrijver is ingetrokken; stuur een nieuw bericht",
    en: "the author's key was revoked; send a new letter",
  },
  "address-changed": {
    nl: "deze persoon heeft een ander adres; stuur een nieuw bericht",
    en: "this person has another address; send a new letter",
  },
  "not-sealed": {
    nl: "het bericht is niet goed verzegeld; stuur een nieuw bericht",
    en: "the letter is not sealed as it should be; send a new one",
  },
  unreadable: {
    nl: "de hub kan het bericht niet lezen uit de opslag; bel de beheerder",
    en: "the hub can't read the letter from its storage; call the administrator",
  },
};

/** A copy that a vault of the member would open. */
export const COPY_KEPT_BACK: Both = {
  nl: "DE HUB HOUDT HET AFSCHRIFT VAN DEZE BRIEF ACHTER. Bel het huis.",
  en: "THE HUB KEEPS THE COPY OF THIS LETTER BACK. Call the house.",
};
