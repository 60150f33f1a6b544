// Why a cert is not taken, or can't be made.

import type { Flaw } from "../refusal.ts";

export type BadCertCode =
  | "too-large"
  | "malformed"
  | "several"
  | "secret"
  | "no-secret"
  | "not-version-4"
  | "algorithm"
  | "unexpected"
  | "user-id"
  | "subkeys"
  | "signatures"
  | "self-signature"
  | "cannot-sign";

const BAD_CERT: Record<BadCertCode, string> = {
  "too-large": "the cert is larger than 64 KiB",
  malformed: "the cert is not whole OpenPGP packets in binary form",
  several: "there is more than one cert",
  secret: "there is a secret key in what should be public",
  "no-secret": "the secret key is missing, or locked with a password",
  "not-version-4": "a key or signature in the cert is not of version 4",
  algorithm: "a key in the cert is not Ed25519 or Curve25519",
  unexpected: "the cert holds something that is no key, user id or signature",
  "user-id": "the cert must have exactly one user id in plain text",
  subkeys: "the cert has too many subkeys, or one key twice",
  signatures: "the cert has too many signatures",
  "self-signature": "a part of the cert is not signed by its own key, or signed badly",
  "cannot-sign": "no key of the cert may sign",
};

/** Why some bytes are no cert that we take. */
export class BadCert extends Error {
  override readonly name = "BadCert";
  constructor(readonly code: BadCertCode) {
    super(BAD_CERT[code]);
  }

  /** Only a broken program makes such a cert: in Dutch it has its name. */
  get flaw(): Flaw {
    return { nl: this.code, en: this.message };
  }
}

export type CertErrorCode = "user-id" | "moment" | "before-key" | "not-allowed";

const CERT_ERROR: Record<CertErrorCode, Flaw> = {
  "user-id": {
    nl: "deze naam of dit mailadres kan niet in een sleutel staan",
    en: "a name or mail address that can't stand in a user id",
  },
  moment: { nl: "dit moment ligt na 2106", en: "OpenPGP version 4 knows no moment after 2106" },
  "before-key": {
    nl: "dit moment ligt voordat de sleutel is gemaakt",
    en: "the moment is before the key was made",
  },
  "not-allowed": { nl: "deze sleutel mag dat niet", en: "this key may not do that" },
};

/** Why a cert, a certification or a signature could not be made. */
export class CertError extends Error {
  override readonly name = "CertError";
  constructor(readonly code: CertErrorCode) {
    super(CERT_ERROR[code].en);
  }

  /** What is wrong, to be told in a sentence. */
  get flaw(): Flaw {
    return CERT_ERROR[this.code];
  }
}
