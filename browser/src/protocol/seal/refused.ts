// Why something does not open, or can't be sealed.

const PROBLEMS = {
  digest: "the sealed text is not the one that was signed for (its digest differs)",
  length: "the sealed text is not as long as was signed for",
  "malformed header": "the header is not one that we write",
  "extra stanza": "the header is for more readers than one",
  "wrong reader": "sealed to another key than yours",
  "altered mac": "the header was altered",
  commitment: "the header holds the key of another item (it does not match the commitment)",
  "truncated payload": "the sealed text is cut off",
  "altered payload": "the sealed text was altered, or belongs to another key",
  "trailing data": "something was added behind the sealed text",
  "empty last chunk": "the sealed text ends with an empty chunk",
  "no readers": "there is nobody to seal to",
  "too much work": "the passphrase asks for more work than is allowed",
} as const;

/** The short name of the reason, as the shared vectors write it. */
export type RefusedCode = keyof typeof PROBLEMS;

/** Why something does not open, or can't be sealed. Nothing of it was handed out. */
export class Refused extends Error {
  override readonly name = "Refused";
  constructor(readonly code: RefusedCode) {
    super(PROBLEMS[code]);
  }
}
