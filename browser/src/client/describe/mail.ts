// Statements about mail: letters, replies, and how somebody wants to get them.

import type { Body, Delivery, Letter, Reply } from "../../protocol/statement.ts";
import type { LetterKind } from "../../protocol/words.ts";
import { short, type Says } from "../describe.ts";
import type { Both } from "../say.ts";

/** Says what the statement says, if it is one of these. */
export function mailWords(body: Body, says: Says): void {
  if (body.kind === "letter") letter(body, says);
  if (body.kind === "reply") reply(body, says);
  if (body.kind === "delivery") delivery(body, says);
}

function letter(b: Letter, says: Says): void {
  const [to, message, key] = [says.people([b.to]), says.called(b.message), short(b.key)];
  const kind = says.pick(LETTER_KINDS[b.letterKind]);
  says.line(
    `U stuurt ${to} ${kind} in casus ${b.case} (${message}).`,
    `You send ${to} ${kind} in case ${b.case} (${message}).`,
  );
  says.line(
    `Alleen ${to} kan die lezen, met de sleutel ${key} waarvoor het huis instaat.`,
    `Only ${to} can read it, with the key ${key} that the house vouches for.`,
  );
  if (b.roster !== undefined) {
    const roster = says.roster(b.case, b.roster);
    says.line(`Over ${roster}.`, `About ${roster}.`);
  }
  if (b.sequence !== undefined) {
    says.line(
      `Dit is stand ${b.sequence} van de afspraak; een hogere stand vervangt een lagere.`,
      `This is state ${b.sequence} of the appointment; a higher one takes the place of a lower one.`,
    );
  }
  if (b.item !== undefined) {
    const item = says.item(b.case, b.item);
    says.line(`Het hoort bij het stuk ${item}.`, `It goes with the item ${item}.`);
  }
  const readers = says.readers(b.grantCopy);
  says.line(
    `Een afschrift is te lezen met de kluis van: ${readers}.`,
    `A copy can be read with the vault of: ${readers}.`,
  );
}

/** A kind of letter within a sentence. */
const LETTER_KINDS: Readonly<Record<LetterKind, Both>> = {
  request: { nl: "een vraag", en: "a question" },
  invitation: { nl: "een uitnodiging", en: "an invitation" },
  cancellation: { nl: "een afzegging", en: "a cancellation" },
  minutes: { nl: "een verslag", en: "minutes" },
  message: { nl: "een bericht", en: "a message" },
};

function reply(b: Reply, says: Says): void {
  const letter = says.called(b.letter);
  says.line(
    `U beantwoordt het bericht ${letter} in casus ${b.case}.`,
    `You answer the letter ${letter} in case ${b.case}.`,
  );
  says.note({ nl: "Uw antwoord", en: "Your answer" }, b.answer.digest, b.grantAnswer);
  const why = { nl: "Waarom, alleen voor uw organisatie", en: "Why, for your organisation only" };
  says.note(why, b.reason.digest, b.grantReason);
}

function delivery(b: Delivery, says: Says): void {
  if (b.way === "mail") {
    says.line(
      "U krijgt uw berichten voortaan per mail, versleuteld. Wat is gemaild, kan niemand meer wissen.",
      "From now on you get your letters by mail, encrypted. What was mailed, nobody can erase any more.",
    );
  } else {
    says.line(
      "U leest uw berichten voortaan in het portaal. Per mail hoort u alleen dat er iets is.",
      "From now on you read your letters in the portal. By mail you hear only that there is something.",
    );
  }
  if (b.language === "nl") says.line("Ze zijn in het Nederlands.", "They are in Dutch.");
  else says.line("Ze zijn in het Engels.", "They are in English.");
}
