// Statements about cases: their path, and what is kept in them.

import type { Body, Item } from "../../protocol/statement.ts";
import { type CaseKind, type ItemKind, phaseWords } from "../../protocol/words.ts";
import type { Says } from "../describe.ts";
import type { Both } from "../say.ts";

/** Says what the statement says, if it is one of these. */
export function caseWords(body: Body, says: Says): void {
  switch (body.kind) {
    case "case": {
      const [partner, kind] = [says.partner(body.partner), says.pick(caseKindWords(body.caseKind))];
      says.line(
        `${partner} meldt een casus aan: ${body.case} (${kind}).`,
        `${partner} refers a case: ${body.case} (${kind}).`,
      );
      return;
    }
    case "phase": {
      const phase = says.pick(phaseWords(body.phase));
      says.line(`Casus ${body.case} gaat naar de fase ${phase}.`, `Case ${body.case} goes to the phase ${phase}.`);
      says.note({ nl: "De uitkomst", en: "The outcome" }, body.outcome.digest, body.grantOutcome);
      return;
    }
    case "item":
      item(body, says);
      return;
    case "retraction": {
      const title = says.item(body.case, body.item);
      says.line(`U neemt ${title} terug uit casus ${body.case}.`, `You take ${title} out of case ${body.case}.`);
      notRecalled(says);
      return;
    }
    default:
      return;
  }
}

/** What nobody can undo. */
export function notRecalled(says: Says): void {
  says.line(
    "Wat iemand al heeft gelezen of opgeslagen, kunt u niet terughalen.",
    "What someone has read or saved already can't be recalled.",
  );
}

function item(b: Item, says: Says): void {
  const [supplier, kind] = [says.partner(b.supplier), says.pick(itemKindWords(b.itemKind))];
  const title = says.called(b.body.digest);
  says.line(
    `Een stuk van ${supplier} in casus ${b.case} (${kind}): ${title}. Bewaard tot en met ${b.retention}.`,
    `An item of ${supplier} in case ${b.case} (${kind}): ${title}. Kept through ${b.retention}.`,
  );
  if (b.director === "reads") says.line("De procesregisseur kan het lezen.", "The procesregisseur can read it.");
  else {
    says.line("De procesregisseur ziet alleen hoe het heet.", "The procesregisseur sees only what it is called.");
  }
  const [label, body] = [says.readers(b.grantLabel), says.readers(b.grantBody)];
  says.line(`Nu te lezen met de kluis van: ${body}.`, `Now read with the vault of: ${body}.`);
  says.line(
    `Hoe het heet, is te zien met de kluis van: ${label}.`,
    `What it is called is seen with the vault of: ${label}.`,
  );
  approval(b, says);
  if (b.from !== undefined) says.line(`Niet vóór ${says.at(b.from)}.`, `Not before ${says.at(b.from)}.`);
  if (b.until !== undefined) says.line(`Niet na ${says.at(b.until)}.`, `Not after ${says.at(b.until)}.`);
  if (b.withheld === "silent") {
    says.line(
      "Geeft u geen akkoord, dan zien lezers niet dat het er is.",
      "If you don't approve it, readers don't see that it exists.",
    );
  } else {
    says.line(
      "Geeft u geen akkoord, dan zien lezers dat er iets ontbreekt.",
      "If you don't approve it, readers see that something is missing.",
    );
  }
}

function approval(b: Item, says: Says): void {
  const phases = b.phase.length === 0 ? "-" : b.phase.map((phase) => says.pick(phaseWords(phase))).join(", ");
  if (b.approval === "ask") {
    says.line(
      `Een ander leest het pas na uw akkoord, per persoon (fasen: ${phases}).`,
      `Others read it only after your approval, per person (phases: ${phases}).`,
    );
    return;
  }
  says.line(
    `Niemand anders kan het lezen: het wordt alleen aan tafel besproken (fasen: ${phases}).`,
    `Nobody else can read it: it is spoken of at the table only (phases: ${phases}).`,
  );
}

const CASE_KINDS: Readonly<Record<CaseKind, Both>> = {
  complex: { nl: "complexe problematiek", en: "complex problems" },
  aftercare: { nl: "nazorg detentie", en: "aftercare of detention" },
};

export function caseKindWords(kind: CaseKind): Both {
  return CASE_KINDS[kind];
}

const ITEM_KINDS: Readonly<Record<ItemKind, Both>> = {
  agenda: { nl: "doel en agenda", en: "agenda" },
  contribution: { nl: "bijdrage", en: "contribution" },
  minutes: { nl: "verslag", en: "minutes" },
  plan: { nl: "plan van aanpak", en: "plan" },
  referral: { nl: "aanmelding", en: "referral" },
  screening: { nl: "screening", en: "screening" },
};

export function itemKindWords(kind: ItemKind): Both {
  return ITEM_KINDS[kind];
}
