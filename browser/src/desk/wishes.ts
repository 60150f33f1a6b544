// What somebody says of files that are put in: under which law, for what, and who may see them.

import type { Context } from "../client/context.ts";
import { retentionOr, type About, type NewFile, type Terms } from "../client/verbs/contribute.ts";
import { day, moment, type Moment } from "../protocol/id.ts";
import type { FactOrOpinion, Onward, Regime } from "../protocol/label.ts";
import type { ApprovalRule, Director, ItemKind, Phase, Withheld } from "../protocol/words.ts";

/** A file that was chosen, and what it is called. */
export interface FileChosen {
  readonly file: Blob;
  readonly fileName: string;
  readonly title: string;
}

/** As it was typed and chosen: an empty text is none. */
export interface Said {
  readonly regime: Regime;
  readonly legalGround: string;
  readonly allowedUse: string;
  readonly onward: Onward;
  /** Of police data only. */
  readonly policeKind: FactOrOpinion | undefined;
  readonly reliability: string;
  readonly director: Director;
  readonly approval: ApprovalRule;
  readonly phases: readonly Phase[];
  /** Moments. */
  readonly from: string;
  readonly until: string;
  readonly withheld: Withheld;
  /** A day. */
  readonly retention: string;
}

/** The files as the verbs want them. Refuses with what is not right what can't be a rule. */
export function filesOf(
  { clock }: Pick<Context, "clock">,
  kind: ItemKind,
  files: readonly FileChosen[],
  said: Said,
): NewFile[] {
  const terms = termsOf(kind, said, clock.now());
  const about = aboutOf(said);
  return files.map(({ file, fileName, title }) => ({ file, fileName, title: title.trim() || fileName, terms, about }));
}

function termsOf(kind: ItemKind, said: Said, now: Moment): Terms {
  return {
    kind,
    director: said.director,
    approval: said.approval,
    phases: said.phases,
    from: given(said.from, moment),
    until: given(said.until, moment),
    withheld: said.withheld,
    retention: retentionOr(given(said.retention, day), now),
  };
}

function aboutOf({ regime, legalGround, allowedUse, onward, policeKind, reliability }: Said): About {
  const about = { regime, legalGround: legalGround.trim(), allowedUse: allowedUse.trim(), onward, cites: [] };
  if (regime !== "wpg" || policeKind === undefined) return about;
  return { ...about, police: { kind: policeKind, reliability: reliability.trim() } };
}

function given<T>(typed: string, read: (text: string) => T): T | undefined {
  return typed === "" ? undefined : read(typed);
}
