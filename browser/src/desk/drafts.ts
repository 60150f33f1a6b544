// What somebody was typing when the tab closed, and what was chosen last: sealed in the home, to be found again.

import type { Home } from "../client/home.ts";
import * as json from "../client/json.ts";

const FOLDER = "drafts/";
/** More than this is no longer something that somebody types, in bytes. */
const MOST = 1024 * 1024;

/** What was typed, by field. */
export type Draft = Readonly<Record<string, string>>;

const DRAFT = json.dictionary((field: string) => field, json.text);

/** Keeps what was typed in one place, instead of what was kept of it before. */
export async function keepDraft(home: Home, place: string, draft: Draft): Promise<void> {
  const bytes = json.jsonBytes(draft);
  if (bytes.length <= MOST) await home.keep(FOLDER + place, bytes);
}

/** What was typed there, if anything was. A draft that can't be read any more is no reason to refuse a screen. */
export async function draftOf(home: Home, place: string): Promise<Draft> {
  try {
    const bytes = await home.kept(FOLDER + place);
    return bytes === undefined ? {} : Object.fromEntries(json.readJson(bytes, DRAFT));
  } catch {
    return {};
  }
}

export async function forgetDraft(home: Home, place: string): Promise<void> {
  await home.forget(FOLDER + place);
}
