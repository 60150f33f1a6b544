// Quoted-printable (RFC 2045 section 6.7) in one spelling: a text has one encoding.

import { joined, textOf, utf8 } from "../bytes.ts";

/** The most characters of a line before the soft break's `=`. */
const LINE = 75;
const SPACE = 0x20;
const EQUALS = 0x3d;

/** Writes text whose lines end with LF as lines of at most 76 ASCII characters that end with CRLF. */
export function encode(text: string): string {
  return text.split("\n").map(encodedLine).join("\r\n");
}

function encodedLine(line: string): string {
  const bytes = utf8(line);
  let encoded = "";
  let column = 0;
  bytes.forEach((byte, place) => {
    // A blank at the end of a line gets lost on the way.
    const isSpace = byte === SPACE && place < bytes.length - 1;
    const plain = isSpace || (byte > SPACE && byte < 0x7f && byte !== EQUALS);
    const next = plain ? String.fromCharCode(byte) : `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    if (column + next.length > LINE) {
      encoded += "=\r\n";
      column = 0;
    }
    encoded += next;
    column += next.length;
  });
  return encoded;
}

/** The text of `encode`; also of other spellings, which whoever asks has to refuse. Nothing if there is none. */
export function decode(encoded: string): string | undefined {
  const [first = "", ...others] = encoded.split("=");
  const pieces = [utf8(first)];
  for (const piece of others) {
    if (piece.startsWith("\r\n")) {
      pieces.push(utf8(piece.slice(2)));
      continue;
    }
    const byte = hexByte(piece);
    if (byte === undefined) return undefined;
    pieces.push(new Uint8Array([byte]), utf8(piece.slice(2)));
  }
  return textOf(joined(pieces))?.replaceAll("\r\n", "\n");
}

/** The byte of two hexadecimal digits at the front, in capitals or not. */
export function hexByte(text: string): number | undefined {
  const [digits] = /^[0-9A-Fa-f]{2}/.exec(text) ?? [];
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
}
