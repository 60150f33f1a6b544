// What goes along to a vault's new generation as it is: closed to everybody, before and after.

import type { CaseNumber, Digest } from "../../protocol/id.ts";
import { caseOf, type PartName } from "../../protocol/statement.ts";
import type { Work } from "../context.ts";
import { short } from "../describe.ts";
import type { Both, Warning } from "../say.ts";
import { spoilerOf, type Closed } from "../spoilt.ts";
import type { World } from "../trust.ts";
import { keysOf, look, titleOf } from "./choose.ts";

/** Says what stays closed, of which item, and who sealed it so. */
export async function warningsOfClosed(work: Work, closed: readonly Closed[]): Promise<Warning[]> {
  const { world } = work;
  const ofCases = new Map<CaseNumber, Set<Digest>>();
  for (const { statement } of closed) {
    const about = subjectOf(world, statement);
    if (about === undefined) continue;
    ofCases.set(about.case, (ofCases.get(about.case) ?? new Set<Digest>()).add(about.item));
  }
  const titles = new Map<Digest, string>();
  const keys = keysOf(work);
  for (const [number, items] of ofCases) {
    const entered = { work, of: world.case(number), keys };
    const looks = await look(entered, items);
    for (const item of items) titles.set(item, `"${titleOf(entered, looks, item)}"`);
  }
  return closed.map((one) => {
    const about = subjectOf(world, one.statement);
    const title = about && titles.get(about.item);
    return warningOf(world, one, title ?? short(one.statement));
  });
}

/** The case of a statement, and the item that it is or is about. */
function subjectOf(world: World, id: Digest): { case: CaseNumber; item: Digest } | undefined {
  const body = world.statement(id)?.statement.body;
  if (body?.kind === "item") return { case: body.case, item: id };
  return body?.kind === "approval" || body?.kind === "refusal" ? { case: body.case, item: body.item } : undefined;
}

function warningOf(world: World, { statement, part, by }: Closed, what: string): Warning {
  const [who, { nl, en }] = [spoilerOf(world, by), IN_WORDS[part]];
  const known = world.statement(statement);
  const number = (known && caseOf(known.statement.body)) ?? "";
  return {
    nl: `Let op: ${nl} ${what} (casus ${number}) gaat niet open. ${who.nl} heeft dat verkeerd verzegeld. Het blijft dicht, ook in de nieuwe kluis; al het andere gaat mee. Vraag ${who.nl} om het in te trekken en opnieuw te geven.`,
    en: `Note: ${en} ${what} (case ${number}) does not open. ${who.en} sealed it wrongly. It stays closed in the new vault too; all else goes along. Ask ${who.en} to take it back and to give it again.`,
  };
}

/** A part, as it stands before what it is of. */
const IN_WORDS: Readonly<Record<PartName, Both>> = {
  label: { nl: "het label van", en: "the label of" },
  body: { nl: "de inhoud van", en: "the content of" },
  outcome: { nl: "de uitkomst in", en: "the outcome in" },
  grounds: { nl: "de grond in", en: "the grounds in" },
  grants: { nl: "de sleutel in een akkoord over", en: "the key in an approval of" },
  reason: { nl: "de reden in", en: "the reason in" },
  copy: { nl: "de kopie van bericht", en: "the copy of letter" },
  answer: { nl: "het antwoord in", en: "the answer in" },
};
