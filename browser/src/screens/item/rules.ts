// The rules of an item that are enforced, in words: what its supplier signed, and nothing that it did not set.

import { dayText, momentText } from "../../app/dates.ts";
import type { Language } from "../../app/language.ts";
import type { RulesSeen } from "../../desk/rules.ts";
import { Phase } from "../../protocol/words.ts";
import type { Words } from "../../words/nl.ts";

type Row = readonly [name: string, says: string];

/** A row for each rule. Where nobody is given it, when and in which phase it could be read is no rule of any use. */
export function ruleRows(words: Words, language: Language, { item, isOfHouse, mine }: RulesSeen): Row[] {
  const { rules: of } = words.reading;
  const { said } = words.contributing;
  const isGiven = item.approval === "ask";
  const rows: (Row | undefined)[] = [
    mine && [of.mine, momentText(mine, language)],
    [of.others, isGiven ? (isOfHouse ? of.ofHouse : of.ask) : of.never],
    item.itemKind === "agenda" ? [of.asked, of.askedReads] : undefined,
    isGiven ? [of.phases, phasesText(words, item.phase)] : undefined,
    isGiven && item.from !== undefined ? [of.from, momentText(item.from, language)] : undefined,
    isGiven && item.until !== undefined ? [of.until, momentText(item.until, language)] : undefined,
    // Whoever runs the case has what the house puts in, and releases it without an approval.
    isOfHouse ? undefined : [of.director, said.directors[item.director]],
    isOfHouse || !isGiven ? undefined : [of.withheld, said.withhelds[item.withheld]],
    [of.retention, of.kept(dayText(item.retention, language))],
  ];
  return rows.filter((row) => row !== undefined);
}

/** In the order of the path. */
function phasesText(words: Words, phases: readonly Phase[]): string {
  const { rules: of } = words.reading;
  const names = Phase.all.filter((phase) => phases.includes(phase)).map((phase) => words.phases[phase]);
  return names.length === 0 ? of.noPhase : names.join(` ${of.or} `);
}
