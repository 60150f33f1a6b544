// What a member sees of an item: what it is called and says of itself, its rules, or why it is closed.

import type { Digest, Moment } from "../protocol/id.ts";
import type { Label } from "../protocol/label.ts";
import type { Item } from "../protocol/statement.ts";
import { codeOf, sentenceOf } from "../client/error.ts";
import type { Both } from "../client/say.ts";
import type { Look } from "../client/verbs/choose.ts";

/** An item, for the eye. */
export interface ItemSeen {
  readonly id: Digest;
  /** The title, or what stands for it. */
  readonly title: string;
  readonly supplier: string;
  /** Whether it is of the partner that whoever looks works for. */
  readonly isOwn: boolean;
  readonly item: Item | undefined;
  /** What the supplier says of it; nothing where it is closed. */
  readonly label: Label | undefined;
  /** Why it is closed, and whether that is an alarm: the hub keeps back what there must be. */
  readonly closed: (Both & { readonly code: string; readonly isAlarm: boolean }) | undefined;
  readonly isRetracted: boolean;
  readonly at: Moment | undefined;
}

/** Why there is no label, in words. */
export function closedOf(look: Look | undefined): ItemSeen["closed"] {
  if (look?.kind === "closed") {
    const { refusal } = look;
    return { code: refusal.code, nl: refusal.sentence("nl"), en: refusal.sentence("en"), isAlarm: false };
  }
  if (look?.kind !== "alarm") return undefined;
  const { error } = look;
  return { code: codeOf(error), nl: sentenceOf(error, "nl"), en: sentenceOf(error, "en"), isAlarm: true };
}
