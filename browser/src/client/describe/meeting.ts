// Statements about meetings: who is at them, and what is given to whom.

import type { CaseNumber, Digest, MemberId } from "../../protocol/id.ts";
import type {
  Approval,
  Ask,
  Body,
  Consultation,
  NoApproval,
  Release,
  Roster,
  Withdrawal,
} from "../../protocol/statement.ts";
import { type ConsultationForm, phaseWords } from "../../protocol/words.ts";
import type { Says } from "../describe.ts";
import type { Both } from "../say.ts";
import { notRecalled } from "./case.ts";

/** Says what the statement says, if it is one of these. */
export function meetingWords(body: Body, says: Says): void {
  switch (body.kind) {
    case "roster":
      return roster(body, says);
    case "ask":
      return ask(body, says);
    case "approval":
      return approval(body, says);
    case "refusal":
      return noApproval(body, says);
    case "consultation":
      return consultation(body, says);
    case "release":
      return release(body, says);
    case "withdrawal":
      return withdrawal(body, says);
    default:
      return;
  }
}

function roster(b: Roster, says: Says): void {
  const deputy = says.words("vervanger", "deputy");
  const names = b.participant.map(({ member, seat }) => {
    const name = says.people([member]);
    return seat === "deputy" ? `${name} (${deputy})` : name;
  });
  const people = names.join(", ");
  const [date, deadline, from, until] = [b.date, b.deadline, b.from, b.until].map((moment) => says.at(moment));
  const phase = says.pick(phaseWords(b.phase));
  says.line(
    `Deelnemerslijst ${b.number} voor het overleg op ${date} over casus ${b.case} (${phase}): ${people}.`,
    `Roster ${b.number} for the meeting at ${date} about case ${b.case} (${phase}): ${people}.`,
  );
  says.line(
    `Overleg ${b.meeting}. Antwoord van verstrekkers uiterlijk ${deadline}. Informatiepakketten zijn open van ${from} tot ${until}.`,
    `Meeting ${b.meeting}. Suppliers answer by ${deadline}. Packs are open from ${from} until ${until}.`,
  );
  if (b.agenda === undefined) says.line("Er is geen agenda bij.", "There is no agenda with it.");
  else {
    const agenda = says.item(b.case, b.agenda);
    says.line(`Agenda: ${agenda}.`, `Agenda: ${agenda}.`);
  }
  if (b.urgent === "yes") says.line("Dit is spoed.", "This is urgent.");
  if (b.previous !== undefined) {
    const previous = says.roster(b.case, b.previous);
    says.line(
      `Dit vervangt ${previous}. Eerdere akkoorden gelden niet voor deze nieuwe lijst.`,
      `This replaces ${previous}. Earlier approvals don't hold for this new roster.`,
    );
  }
  const what = { nl: "Waarom ieder erbij mag zijn", en: "Why each may be present" };
  says.note(what, b.grounds.digest, b.grantGrounds);
}

function ask(b: Ask, says: Says): void {
  const [partner, items] = [says.partner(b.supplier), says.items(b.case, b.item)];
  const [roster, at] = [says.roster(b.case, b.roster), says.at(b.deadline)];
  says.line(
    `U vraagt ${partner} om akkoord in casus ${b.case}, voor ${roster}, uiterlijk ${at}: ${items}.`,
    `You ask ${partner} for approval in case ${b.case}, for ${roster}, by ${at}: ${items}.`,
  );
  if (b.agendaLabel === undefined || b.agendaBody === undefined) return;
  const [label, body] = [says.readers([b.agendaLabel]), says.readers([b.agendaBody])];
  says.line(
    `De agenda kan dan worden gelezen met de kluis van: ${body} (hoe zij heet: ${label}).`,
    `The agenda can then be read with the vault of: ${body} (what it is called: ${label}).`,
  );
}

function approval(b: Approval, says: Says): void {
  const [who, item] = [reader(b.case, b.roster, b.reader, says), says.item(b.case, b.item)];
  const [roster, from, until] = [says.roster(b.case, b.roster), says.at(b.from), says.at(b.until)];
  says.line(
    `U geeft ${who} toegang tot ${item} in casus ${b.case}, voor ${roster}, van ${from} tot ${until}, als de procesregisseur het vrijgeeft. Anderen kunnen het niet lezen.`,
    `You give ${who} access to ${item} in case ${b.case}, for ${roster}, from ${from} until ${until}, if the procesregisseur releases it. Others can't read it.`,
  );
  const by = says.readers(b.grantGrants);
  says.line(`Alleen deze mensen kunnen het vrijgeven: ${by}.`, `Only these people can release it: ${by}.`);
}

/** A reader by name, and whether it comes in another's place. */
function reader(number: CaseNumber, roster: Digest, member: MemberId, says: Says): string {
  const seats = says.names.cases.get(number)?.rosters.get(roster)?.participant ?? [];
  const isDeputy = seats.some((seat) => seat.member === member && seat.seat === "deputy");
  const name = says.people([member]);
  return isDeputy ? `${name} (${says.words("vervanger", "deputy")})` : name;
}

function noApproval(b: NoApproval, says: Says): void {
  const [item, people, roster] = [says.item(b.case, b.item), says.people(b.reader), says.roster(b.case, b.roster)];
  says.line(
    `U geeft geen akkoord voor ${item} in casus ${b.case}, voor ${roster}, aan: ${people}.`,
    `You do not approve ${item} in case ${b.case}, for ${roster}, for: ${people}.`,
  );
  says.line(
    "Het komt niet in hun informatiepakket. De procesregisseur ziet dat, uw reden niet.",
    "It will not be in their pack. The procesregisseur sees that, not your reason.",
  );
  says.note({ nl: "Uw reden", en: "Your reason" }, b.reason.digest, b.grantReason);
}

function consultation(b: Consultation, says: Says): void {
  const [partner, roster, how] = [says.partner(b.partner), says.roster(b.case, b.roster), says.pick(FORMS[b.form])];
  says.line(
    `Er is overlegd met ${partner} over casus ${b.case} (${how}), voor ${roster}.`,
    `${partner} was consulted about case ${b.case} (${how}), for ${roster}.`,
  );
  says.note({ nl: "De uitkomst", en: "The outcome" }, b.outcome.digest, b.grantOutcome);
}

/** How someone was consulted. */
const FORMS: Readonly<Record<ConsultationForm, Both>> = {
  mail: { nl: "per mail", en: "by mail" },
  meeting: { nl: "in een gesprek", en: "in a meeting" },
  phone: { nl: "per telefoon", en: "by phone" },
  signed: { nl: "zelf ondertekend", en: "signed by that partner" },
};

function release(b: Release, says: Says): void {
  const [who, roster] = [reader(b.case, b.roster, b.reader, says), says.roster(b.case, b.roster)];
  const [from, until] = [says.at(b.from), says.at(b.until)];
  says.line(
    `U geeft vrij aan ${who}, in casus ${b.case}, voor ${roster}, van ${from} tot ${until}.`,
    `You release to ${who}, in case ${b.case}, for ${roster}, from ${from} until ${until}.`,
  );
  const approved = says.items(b.case, b.approved.map(({ item }) => item));
  const own = says.items(b.case, b.own.map(({ item }) => item));
  says.line(`Met akkoord van de verstrekker: ${approved}.`, `Approved by the supplier: ${approved}.`);
  says.line(`Van het huis zelf: ${own}.`, `Of the house itself: ${own}.`);
  gaps(b.gaps, says);
  if (b.consultation === undefined) {
    says.line("Zonder overleg vooraf.", "Without a consultation before.");
    return;
  }
  const id = says.called(b.consultation);
  says.line(`Na overleg ${id}.`, `After the consultation ${id}.`);
}

function gaps(count: number, says: Says): void {
  if (count === 0) says.line("De lezer ziet geen open plekken.", "The reader sees no gaps.");
  else if (count === 1) says.line("De lezer ziet dat er 1 stuk ontbreekt.", "The reader sees that 1 item is missing.");
  else {
    says.line(
      `De lezer ziet dat er ${count} stukken ontbreken.`,
      `The reader sees that ${count} items are missing.`,
    );
  }
}

function withdrawal(b: Withdrawal, says: Says): void {
  const [item, people] = [says.item(b.case, b.item), says.people(b.reader)];
  says.line(
    `U trekt uw akkoord in voor ${item} in casus ${b.case}, voor: ${people}.`,
    `You withdraw your approval of ${item} in case ${b.case}, for: ${people}.`,
  );
  notRecalled(says);
}
