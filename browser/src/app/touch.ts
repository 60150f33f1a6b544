// A passkey's touch, on its way to the desk: only the page can ask for it.

import {
  makePasskey,
  NoPasskey,
  touchPasskey,
  type NoPasskeyCode,
  type PasskeyName,
  type Touched,
} from "../client/passkey.ts";
import type { PasskeyGave } from "../desk/desk.ts";
import { DeskRefusal, handedOver } from "../desk/line.ts";
import { hubName } from "../protocol/id.ts";
import type { Words } from "../words/nl.ts";
import { wordsOf } from "./language.ts";

export { hasPasskeys } from "../client/passkey.ts";

/** Lets the person touch a passkey of this hub. Refuses in words. */
export function touch(): Promise<PasskeyGave> {
  return given(() => touchPasskey(hubName(location.hostname)), (words) => words.passkey.noPrf);
}

/** Makes a passkey for this hub. Refuses in words. */
export function make(name: PasskeyName): Promise<PasskeyGave> {
  return given(() => makePasskey(hubName(location.hostname), name), (words) => words.keys.noPrfHere);
}

async function given(ask: () => Promise<Touched>, noPrf: (words: Words) => string): Promise<PasskeyGave> {
  try {
    const { fetchId, secret } = await ask();
    return handedOver({ fetchId, secret }, [secret]);
  } catch (error) {
    if (!(error instanceof NoPasskey)) throw error;
    const { code } = error;
    const said = (words: Words): string => (code === "passkey-no-prf" ? noPrf(words) : words.passkey[WORDS[code]]);
    throw new DeskRefusal(error.code, said(wordsOf("nl")), said(wordsOf("en")));
  }
}

const WORDS: Record<Exclude<NoPasskeyCode, "passkey-no-prf">, keyof Words["passkey"]> = {
  "passkey-none": "none",
  "passkey-declined": "declined",
  "passkey-failed": "failed",
};
