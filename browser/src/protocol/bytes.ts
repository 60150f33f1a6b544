// Bytes and their spellings.

import { base64, base64nopad, hex } from "@scure/base";

export { base64, base64nopad, hex };

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A text's UTF-8 bytes. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The text that these bytes are in UTF-8; nothing if they are not. A byte order mark stays in it. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** All of them in one, however many there are: some ten thousand arguments are too many for a function. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export function concat(...parts: Uint8Array[]): Uint8Array {
  return joined(parts);
}

/** Whether both are the same; takes equally long wherever they differ. */
export function equal(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  let differs = 0;
  for (let at = 0; at < one.length; at += 1) differs |= one[at]! ^ other[at]!;
  return differs === 0;
}
