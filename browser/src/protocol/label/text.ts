// Names and texts from others, made safe for a folder and for a terminal.

import { utf8 } from "../bytes.ts";

/** The longest name, in bytes of UTF-8: leaves room for `.age` and a number within the 255 of file systems. */
const LONGEST = 200;
/** The longest ending that is kept when a name is cut, in bytes with its dot. */
const LONGEST_ENDING = 16;
/** What a name becomes of which nothing is left. */
const NAMELESS = "file";
/** Windows gives these names to devices, whatever their ending. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])$/u;

/** Control, format (bidi, zero width, tags), separators of lines, private use. */
const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}]/u;
/** Characters of other categories that are shown as nothing (Default_Ignorable_Code_Point, and U+2800). */
const BLANK = /[\p{Default_Ignorable_Code_Point}\u2800]/u;
const SPACE = /\p{White_Space}/u;

/**
 * A base name that can be saved in any folder, for a name that somebody else chose. Never empty.
 *
 * In order: what follows the last `/` or `\`; hidden characters dropped; NFC; blanks become spaces and `< > : " | ? *`
 * underscores; no dots or spaces before, none behind; `_` before a leading `-` or `~` and before the name of a Windows
 * device; at most 200 bytes, from which the ending (up to 16) is spared. A safe name stays as it is.
 */
export function safeFileName(name: string): string {
  const base = name.slice(Math.max(name.lastIndexOf("/"), name.lastIndexOf("\\")) + 1);
  const shown = [...base].filter((c) => SPACE.test(c) || !isHidden(c)).join("");
  const clean = [...shown.normalize("NFC")].map(plain).join("");
  const bare = shaped(clean);
  return shaped(cut(needsGuard(bare) ? `_${bare}` : bare));
}

/**
 * The text with every character that could move the cursor, turn the line around or hide as `\u{…}`. Line feeds too:
 * split a text into lines first.
 */
export function forTerminal(text: string): string {
  return [...text].map((c) => (isHidden(c) ? `\\u{${c.codePointAt(0)!.toString(16)}}` : c)).join("");
}

/** Whether a character can't be seen, or does something to those around it. */
function isHidden(character: string): boolean {
  return CONTROL.test(character) || BLANK.test(character);
}

function plain(character: string): string {
  if (SPACE.test(character)) return " ";
  return '<>:"|?*'.includes(character) ? "_" : character;
}

function shaped(name: string): string {
  return name.replace(/^[. ]+/, "").replace(/[. ]+$/, "") || NAMELESS;
}

/** True for what a shell takes as an option or a home, and for devices: `con`, `CON .txt`, `com1.tar.gz`. */
function needsGuard(name: string): boolean {
  const [stem = ""] = name.split(".");
  return /^[-~]/.test(name) || DEVICE.test(stem.replace(/ +$/, "").toLowerCase());
}

/** At most so many bytes, without the middle: the ending says what opens it. */
function cut(name: string): string {
  if (utf8(name).length <= LONGEST) return name;
  const dot = name.lastIndexOf(".");
  const ending = dot < 0 || utf8(name.slice(dot)).length > LONGEST_ENDING ? "" : name.slice(dot);
  let room = LONGEST - utf8(ending).length;
  let start = "";
  for (const character of name) {
    room -= utf8(character).length;
    if (room < 0) break;
    start += character;
  }
  return start + ending;
}
