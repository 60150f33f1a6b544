// Statements that say who is who.

import { checkWords, keyDigest } from "../../protocol/checkwords.ts";
import type { PartnerId } from "../../protocol/id.ts";
import type { Admission, Body, Key, Membership, Statement, Suspension, Vault } from "../../protocol/statement.ts";
import { isOfCase } from "../../protocol/words/composed.ts";
import type { RevocationReason } from "../../protocol/words.ts";
import { short, type Says } from "../describe.ts";
import type { Both } from "../say.ts";
import { notRecalled } from "./case.ts";

/** Says what the statement says, if it is one of these. */
export async function houseWords(statement: Statement, says: Says): Promise<void> {
  const { body } = statement;
  switch (body.kind) {
    case "membership":
      membership(body, says);
      return;
    case "vault":
      vault(body, says);
      return;
    case "key":
      await key(body, says);
      return;
    case "suspension":
      suspension(body, statement, says);
      return;
    default: {
      const both = ofHouse(body, says);
      if (both !== undefined) says.line(both.nl, both.en);
    }
  }
}

function ofHouse(body: Body, says: Says): Both | undefined {
  switch (body.kind) {
    case "slip": {
      const [partner, until] = [says.partner(body.partner), says.at(body.until)];
      return {
        nl: `Het strookje voor ${body.member} van ${partner} is geldig tot ${until}.`,
        en: `The slip for ${body.member} of ${partner} is valid until ${until}.`,
      };
    }
    case "bundle":
      return {
        nl: `Uw sleutelbos (versie ${body.number}), verzegeld: alleen uw passkeys en uw herstelcode openen hem.`,
        en: `Your key bundle (version ${body.number}), sealed: only your passkeys and your recovery code open it.`,
      };
    case "admission":
      return admission(body);
    case "directory": {
      const [partners, people, until] = [body.admission.length, body.membership.length, says.at(body.until)];
      return {
        nl: `Adreslijst ${body.number} met ${partners} partners en ${people} mensen geldt tot ${until}.`,
        en: `Directory ${body.number} with ${partners} partners and ${people} people holds until ${until}.`,
      };
    }
    case "revocation": {
      const [id, who, why] = [short(body.key), says.people([body.member]), REASONS[body.reason]];
      return {
        nl: `De sleutel ${id} van ${who} telt vanaf nu niet meer (${why.nl}).`,
        en: `The key ${id} of ${who} no longer counts from now on (${why.en}).`,
      };
    }
    case "exclusion": {
      const partner = says.partner(body.partner);
      return {
        nl: `${partner} is meteen uitgesloten: niemand daar kan nog iets openen of krijgen.`,
        en: `${partner} is excluded at once: nobody there can open or be given anything.`,
      };
    }
    case "login":
      return { nl: "U meldt zich aan, om te lezen.", en: "You sign in, to read." };
    default:
      return undefined;
  }
}

/** Why a key no longer counts. */
const REASONS: Readonly<Record<RevocationReason, Both>> = {
  left: { nl: "vertrokken", en: "left" },
  lost: { nl: "verloren", en: "lost" },
  other: { nl: "anders", en: "other" },
  rotated: { nl: "vervangen", en: "replaced" },
  stolen: { nl: "gestolen", en: "stolen" },
};

async function key(b: Key, says: Says): Promise<void> {
  if (b.previous === undefined) {
    says.line(
      "Dit zijn uw sleutels. Ze gelden zodra het huis ervoor instaat.",
      "These are your keys. They count as soon as the house vouches for them.",
    );
  } else {
    const previous = short(b.previous);
    says.line(
      `U vervangt uw sleutels (${previous}) door nieuwe. De oude gelden tot het huis voor de nieuwe instaat.`,
      `You replace your keys (${previous}) by new ones. The old ones count until the house vouches for the new.`,
    );
  }
  const words = await checkWords(keyDigest(b.cert, b.recipient));
  says.line(`Controlewoorden: ${words}.`, `Check words: ${words}.`);
}

function suspension(b: Suspension, statement: Statement, says: Says): void {
  const [who, until] = [says.people([b.member]), says.at(b.until)];
  if (b.until <= statement.signedAt) {
    says.line(
      `De schorsing van ${who} is voorbij (sinds ${until}): kan weer openen, ondertekenen en krijgen.`,
      `The suspension of ${who} is over (since ${until}): can open, sign and be given things again.`,
    );
    return;
  }
  says.line(
    `${who} is geschorst tot ${until}: kan niets openen, ondertekenen of krijgen.`,
    `${who} is suspended until ${until}: can open, sign or be given nothing.`,
  );
}

function membership(b: Membership, says: Says): void {
  const roles = b.role.length === 0 ? "-" : b.role.join(", ");
  const [partner, from, until] = [says.partner(b.partner), says.at(b.from), says.at(b.until)];
  const id = short(b.key);
  says.line(
    `${b.name} <${b.mail}> werkt voor ${partner} (rollen: ${roles}), van ${from} tot ${until}. Het huis staat in voor de sleutel ${id}.`,
    `${b.name} <${b.mail}> works for ${partner} (roles: ${roles}), from ${from} until ${until}. The house vouches for the key ${id}.`,
  );
}

function admission(b: Admission): Both {
  if (b.standing === "signed") {
    return {
      nl: `${b.name} heeft het convenant ondertekend en doet mee.`,
      en: `${b.name} signed the agreement and takes part.`,
    };
  }
  return {
    nl: `${b.name} staat in het convenant maar heeft niet ondertekend: krijgt niets.`,
    en: `${b.name} is named in the agreement but has not signed: is given nothing.`,
  };
}

function vault(b: Vault, says: Says): void {
  const holders = says.people(b.holder);
  const of = isOfCase(b.owner)
    ? { nl: `van casus ${b.owner}`, en: `of case ${b.owner}` }
    : ofPartner(says.partner(b.owner as PartnerId));
  const count = b.holder.length;
  says.line(
    `De kluis ${of.nl} krijgt een nieuwe sleutel (versie ${b.generation}, ${b.vault}). Alleen deze mensen (${count}) kunnen hem openen: ${holders}.`,
    `The vault ${of.en} gets a new key (generation ${b.generation}, ${b.vault}). Only these people (${count}) can open it: ${holders}.`,
  );
  if (b.predecessor !== undefined) {
    const set = b.set === undefined ? "0" : says.called(b.set);
    says.line(
      `Aantal onderdelen dat meegaat uit de vorige kluis: ${set}.`,
      `Number of parts that come along from the vault before: ${set}.`,
    );
  }
  if (b.generation > 1) notRecalled(says);
}

function ofPartner(name: string): Both {
  return { nl: `van ${name}`, en: `of ${name}` };
}
