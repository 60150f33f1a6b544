// Why a mail is not one of ours.

import type { Flaw } from "../refusal.ts";

const PROBLEMS = {
  "too-large": "the mail is too large",
  subject: "the subject is empty, too long or not one line",
  text: "the text is empty, too long, or holds control characters",
  attachments: "there are too many attachments, or they are too large together",
  "file-name": "an attachment's name can't stand as a file name everywhere, or is one of another kind of file",
  calendar: "the calendar is not one that we write, or its times are not in order",
  head: "a line of the mail's head is not as it should be",
  form: "the mail is not one sealed part and nothing else",
  "outer-subject": "the subject outside of what is sealed is not [...]",
  html: "there is HTML in it, which can call home",
  from: "it is not from the house's address, or not in its author's name",
  to: "it is for another address",
  recipients: "it is sealed for another key, or for several",
  unprotected: "it has no protection against changes, or a kind that stock programs can't read",
  sealed: "the sealed part can't be opened with this key, or was altered",
  layers: "there is compression, a second seal, or something else around the text",
  unsigned: "it is not signed",
  signer: "it is not signed by the one who is said to have written it",
  "for-statement": "the signature is for a statement, not for a mail",
  date: "it was not signed at the moment that the mail says",
  differs: "what is inside differs from what stands outside",
  inside: "what is inside is not written as it should be",
  author: "the author's keys have expired, or can't sign",
  "cannot-encrypt": "the certificate has no key to encrypt for",
  expired: "the certificate expired",
  revoked: "the certificate is revoked",
} as const;

/** In Dutch, what more than a broken program makes. */
const IN_DUTCH: Readonly<Partial<Record<BadLetterCode, string>>> = {
  to: "het is aan een ander geschreven",
  from: "het staat niet op naam van wie het schreef",
  signer: "het is niet ondertekend door wie het zou hebben geschreven",
  unsigned: "het is niet ondertekend",
  "for-statement": "de handtekening is van iets anders dan een bericht",
  date: "het is niet ondertekend op het moment dat erop staat",
  unprotected: "het is niet beschermd tegen veranderingen",
  recipients: "het is voor een andere sleutel verzegeld, of voor meer dan één",
  sealed: "het gaat niet open met uw sleutel, of er is iets aan veranderd",
  differs: "de buitenkant en de binnenkant verschillen",
  html: "er zit opmaak in (HTML), die gegevens kan wegsturen",
  "too-large": "het is te groot",
  calendar: "de afspraak in het agendabestand klopt niet",
  author: "de sleutel van de schrijver is verlopen, of kan niet ondertekenen",
  "cannot-encrypt": "met de sleutel kan niet worden verzegeld",
  expired: "de sleutel is verlopen",
  revoked: "de sleutel is ingetrokken",
};

/** A short name, as the test vectors and other programs use it. */
export type BadLetterCode = keyof typeof PROBLEMS;

/** Why a mail is not one of ours. Nothing of it is shown then. */
export class BadLetter extends Error {
  override readonly name = "BadLetter";
  constructor(readonly code: BadLetterCode) {
    super(PROBLEMS[code]);
  }

  /** What is wrong, to be told in a sentence. */
  get flaw(): Flaw {
    return { nl: IN_DUTCH[this.code] ?? this.code, en: this.message };
  }
}
