// ChaCha20-Poly1305 (RFC 8439), for the chunks of payloads. All of a payload goes through this one function, so that a
// faster cipher can take its place.

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";

/** Seals and opens what one key is for; each nonce of 12 bytes seals once only. */
export interface Cipher {
  /** The sealed text, 16 bytes longer. */
  seal(nonce: Uint8Array, text: Uint8Array): Uint8Array;
  /** The text; nothing if it was not sealed with this key and nonce. */
  open(nonce: Uint8Array, sealed: Uint8Array): Uint8Array | undefined;
}

/** The cipher with a key of 32 bytes. */
export function cipherWith(key: Uint8Array): Cipher {
  return {
    seal: (nonce, text) => chacha20poly1305(key, nonce).encrypt(text),
    open(nonce, sealed) {
      try {
        return chacha20poly1305(key, nonce).decrypt(sealed);
      } catch {
        return undefined;
      }
    },
  };
}
