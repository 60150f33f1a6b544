// What a passkey gives: the secret that opens a member's key bundle in the browser.
//
// WebAuthn's PRF extension (https://www.w3.org/TR/webauthn-3/#prf-extension) answers one salt with 32 bytes that only
// this passkey makes, after its user was verified. HKDF-SHA256 (RFC 5869, no salt) makes an age identity of them.

import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";

import { utf8 } from "./bytes.ts";
import { NotA } from "./id.ts";

/** What every passkey is asked for: the SHA-256 digest of `zegel/1 passkey`. */
export const PRF_SALT: Uint8Array = sha256(utf8("zegel/1 passkey"));

/**
 * The secret of the age identity that a passkey's 32 bytes make (info `zegel/1 passkey identity`). The bytes remain with
 * the caller.
 */
export function passkeySecret(output: Uint8Array): Uint8Array {
  if (output.length !== 32) throw new NotA("a passkey's output (32 bytes)");
  return hkdf(sha256, output, undefined, utf8("zegel/1 passkey identity"), 32);
}
