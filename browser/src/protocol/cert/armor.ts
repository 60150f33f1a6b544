// OpenPGP as text (RFC 9580 section 6.2).

import { base64, textOf } from "../bytes.ts";

export type Armor = "PUBLIC KEY BLOCK" | "PRIVATE KEY BLOCK" | "MESSAGE" | "SIGNATURE";

/**
 * A key, a message or a signature as text, with the checksum that readers of now pass over and GnuPG 2.2 needs: it
 * reads past the end of a block whose base64 has no padding and that has no checksum.
 */
export function armored(which: Armor, bytes: Uint8Array): string {
  const lines = base64.encode(bytes).match(/.{1,64}/g) ?? [""];
  const sum = crc24(bytes);
  const checksum = base64.encode(new Uint8Array([sum >> 16, (sum >> 8) & 0xff, sum & 0xff]));
  return `-----BEGIN PGP ${which}-----\n\n${lines.join("\n")}\n=${checksum}\n-----END PGP ${which}-----\n`;
}

/**
 * What stands in armor of this kind; text before and behind it is passed over, and so is its checksum, as other
 * programs do. Nothing if there is none.
 */
export function dearmored(which: Armor, armor: Uint8Array): Uint8Array | undefined {
  const lines = (textOf(armor) ?? "").split("\n").map((line) => line.trimEnd());
  const begin = lines.indexOf(`-----BEGIN PGP ${which}-----`);
  const end = lines.indexOf(`-----END PGP ${which}-----`, begin);
  const blank = lines.indexOf("", begin);
  if (begin < 0 || end < 0 || blank < 0 || blank > end) return undefined;
  const text = lines.slice(blank + 1, end).filter((line) => !line.startsWith("="));
  try {
    return base64.decode(text.join(""));
  } catch {
    return undefined;
  }
}

/** The checksum of armor (RFC 4880 section 6.1). */
export function crc24(bytes: Uint8Array): number {
  let crc = 0xb704ce;
  // The highest byte goes out, and what it does to the others is looked up.
  for (const byte of bytes) crc = ((crc << 8) ^ CRC24[((crc >> 16) ^ byte) & 0xff]!) & 0xffffff;
  return crc;
}

/** What each byte does to a checksum. */
const CRC24 = Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 16;
  for (let bit = 0; bit < 8; bit += 1) {
    crc <<= 1;
    if (crc & 0x1000000) crc ^= 0x1864cfb;
  }
  return crc;
});
