// Why a mail is not one of ours.

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

/** A short name, as the test vectors and other programs use it. */
export type BadLetterCode = keyof typeof PROBLEMS;

/** Why a mail is not one of ours. Nothing of it is shown then. */
export class BadLetter extends Error {
  override readonly name = "BadLetter";
  constructor(readonly code: BadLetterCode) {
    super(PROBLEMS[code]);
  }
}
