// People and partners by the names that others know them by.

import type { House } from "../../protocol/directory.ts";
import { memberId, partnerId, type MemberId, type PartnerId } from "../../protocol/id.ts";
import { refusal, there } from "../../protocol/refusal.ts";
import type { Membership } from "../../protocol/statement.ts";
import type { RevocationReason } from "../../protocol/words.ts";
import { ClientError } from "../error.ts";
import type { Both } from "../say.ts";

/** Someone in the directory, by membership id, mail address, name, or first name if only one has it. */
export function memberNamed(house: House, text: string): Membership {
  const id = readAs(memberId, text);
  if (id !== undefined) return there(house.members.get(id), "unknown-member");
  const members = [...house.members.values()];
  const wanted = text.toLowerCase();
  const exact = members.filter(({ mail, name }) => mail.toLowerCase() === wanted || name.toLowerCase() === wanted);
  const byFirst = members.filter(({ name }) => name.toLowerCase().split(" ")[0] === wanted);
  const [one, ...others] = exact.length > 0 ? exact : byFirst;
  if (one === undefined) throw refusal("unknown-member");
  if (others.length > 0) throw ambiguous(text, [one, ...others].map(({ mail }) => mail));
  return one;
}

/** A partner in the directory, by id or name. */
export function partnerNamed(house: House, text: string): PartnerId {
  const id = readAs(partnerId, text);
  if (id !== undefined) return there(house.partners.get(id), "unknown-partner").partner;
  const named = [...house.partners.values()].filter(({ name }) => name.toLowerCase() === text.toLowerCase());
  const [one, ...others] = named.map(({ partner }) => partner);
  if (one === undefined) throw refusal("unknown-partner");
  if (others.length > 0) throw ambiguous(text, [one, ...others]);
  return one;
}

function readAs<T>(read: (text: string) => T, text: string): T | undefined {
  try {
    return read(text);
  } catch {
    return undefined;
  }
}

export function ambiguous(text: string, among: readonly string[]): ClientError {
  const all = among.join(", ");
  return ClientError.said(
    "ambiguous-name",
    `Er zijn er meer die ${text} heten. Kies een van deze: ${all}.`,
    `More than one is called ${text}. Choose one of these: ${all}.`,
  );
}

/** As the directory listed somebody last: who left had a name. */
export function lastKnown(house: House, member: MemberId): Membership | undefined {
  return house.members.get(member) ?? house.listedMembers.get(member);
}

/** Why nothing can be given any more to somebody who was in the directory, by why the house revoked the last key. */
export function gone(house: House, member: MemberId, reason: RevocationReason | undefined): Both | undefined {
  if (reason === "left") {
    return {
      nl: "Deze persoon werkt hier niet meer. Kies iemand anders.",
      en: "This person no longer works here. Choose someone else.",
    };
  }
  if (house.members.has(member) || !house.listedMembers.has(member)) return undefined;
  return {
    nl: "Deze persoon staat niet meer in de adreslijst van het huis. Kies iemand anders, of bel het huis.",
    en: "This person is no longer in the house's directory. Choose someone else, or call the house.",
  };
}

/** `Femke de Boer (Politie)`, or the id of someone who was never in the directory. */
export function nameOf(house: House, member: MemberId): string {
  const membership = lastKnown(house, member);
  return membership === undefined ? member : `${membership.name} (${house.partnerName(membership.partner)})`;
}
