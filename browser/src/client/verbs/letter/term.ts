// Until when a question is to be answered: its subject says so, and only its addressee can read it.

import type { CaseState } from "../../../protocol/case.ts";
import { digest, moment, type Digest, type Moment } from "../../../protocol/id.ts";
import type { Work } from "../../context.ts";
import type { Home } from "../../home.ts";
import * as json from "../../json.ts";
import { byWritten } from "../../letter/dates.ts";
import { opened } from "./read.ts";

/** As the templates of a question write it above the letter. */
const SUBJECT = /(?:graag antwoord uiterlijk|please answer by) (.+)$/;
const TERMS = "letter-terms";
const KEPT = json.dictionary(digest, json.as(moment));

/**
 * The term of a question to this member, without marking it as read. Nothing where it does not open now: then the
 * letter itself says why.
 */
export async function termOf(work: Work, of: CaseState, letter: Digest): Promise<Moment | undefined> {
  const before = (await kept(work.home)).get(letter);
  if (before !== undefined) return before;
  const [known, state] = [work.world.statement(letter), of.letters.get(letter)];
  if (known === undefined || state === undefined) return undefined;
  const message = await opened(work, of, known, state.letter, () => undefined).catch(() => undefined);
  const term = message && termIn(message.subject);
  if (term !== undefined) await work.home.keep(TERMS, json.jsonBytes((await kept(work.home)).set(letter, term)));
  return term;
}

/** The end of the term that the subject of a question says. */
export function termIn(subject: string): Moment | undefined {
  const [, words] = SUBJECT.exec(subject) ?? [];
  return words === undefined ? undefined : byWritten(words);
}

/** What was read before: to open a letter takes a while. To forget it does no harm. */
async function kept(home: Home): Promise<Map<Digest, Moment>> {
  try {
    const bytes = await home.kept(TERMS);
    return bytes === undefined ? new Map() : json.readJson(bytes, KEPT);
  } catch {
    return new Map();
  }
}
