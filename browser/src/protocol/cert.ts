// A person's OpenPGP cert, its secret half, and the authority's word for it (RFC 9580, version 4 keys).

export { BadCert, type BadCertCode, CertError, type CertErrorCode } from "./cert/bad.ts";
export { type Fingerprint, fingerprint } from "./cert/key.ts";
export { MAX_CERT, PublicCert } from "./cert/public.ts";
export {
  BadSignature,
  type BadSignatureCode,
  KIND_NOTATION,
  MAX_SIGNATURE,
  verifyStatement,
} from "./cert/signature.ts";
export { certify, isCertifiedBy, sameKeys } from "./cert/certification.ts";
export { SecretCert, signStatement } from "./cert/secret.ts";
