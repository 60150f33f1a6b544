// How it went with a letter's mail, by the hub's word.

import { NotA } from "../../protocol/id.ts";
import { words } from "../../protocol/words.ts";
import * as json from "../json.ts";
import type { Shaped } from "../json.ts";

/** How far the mail is. Any other word of the hub's is no answer: what is shown, we write ourselves. */
export type MailState = (typeof MailState.all)[number];
export const MailState = words("a state of mail", "waiting", "sent", "given-up", "portal");

/** All reasons that a hub may give. */
export const FAILURES = [
  "unreachable",
  "timed-out",
  "broken-off",
  "insecure",
  "not-let-in",
  "refused-for-now",
  "refused",
  "no-room",
  "not-in-force",
  "key-revoked",
  "author-revoked",
  "address-changed",
  "not-sealed",
  "unreadable",
] as const;

/** Why mail was not handed over: one word, and what the mail server said as a number. */
export interface MailFailure {
  readonly word: (typeof FAILURES)[number];
  readonly code: number | undefined;
}

/** Reads `refused (550)` or `refused`. Throws NotA. */
export function mailFailure(text: string): MailFailure {
  const [, found, code] = /^([a-z-]+)(?: \((\d{3})\))?$/.exec(text) ?? [];
  const word = FAILURES.find((known) => known === found);
  if (word === undefined) throw new NotA("a reason why mail failed");
  return { word, code: code === undefined ? undefined : Number(code) };
}

export type Delivered = Shaped<typeof DELIVERED>;
export const DELIVERED = json.object({
  state: json.as(MailState.read),
  attempts: json.count,
  /** Why it did not succeed the last time. */
  last_failure: json.maybe(json.as(mailFailure)),
});
