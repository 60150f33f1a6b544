// The mail itself: to whom it can go, and what `protocol/mime` seals and opens, with our sentences for why not.
//
// There is no way to send a letter in clear: who has no key that mail can be sealed for gets none.

import type { PublicCert, SecretCert } from "../../protocol/cert.ts";
import type { House } from "../../protocol/directory.ts";
import type { Digest, HubName, MemberId, Moment } from "../../protocol/id.ts";
import {
  BadLetter,
  houseAddress,
  mediaOfName,
  newMessageId,
  open,
  requireSealed,
  seal,
  type BadLetterCode,
  type Mailbox,
  type Message,
} from "../../protocol/mime.ts";
import { refuseUnless, there } from "../../protocol/refusal.ts";
import type { Delivery, Membership } from "../../protocol/statement.ts";
import { mailAddress, name, type Name } from "../../protocol/words.ts";
import { ClientError } from "../error.ts";
import type { Composed } from "./compose.ts";

/** Someone to whom a letter can be sealed. */
export interface Addressee {
  readonly membership: Membership;
  /** The `key` statement in force, and its cert. */
  readonly key: Digest;
  readonly cert: PublicCert;
  readonly delivery: Delivery;
}

/**
 * A member as an addressee at a moment, by what was proven only. Refuses, each its own: the directory has ended; not in
 * it, revoked, outside its dates, suspended, of a partner that is excluded or has not signed; no key on record, or
 * another one than the house vouches for; a cert for another name or address, or one that is expired, revoked or can't
 * encrypt.
 */
export function addressee(house: House, member: MemberId, at: Moment): Addressee {
  house.freshDirectory(at);
  const membership = house.member(member, at);
  const state = there(house.keys.get(membership.key), "key-unknown");
  const { cert, key } = state;
  const isVouched =
    state.member === member &&
    key.cert === membership.cert &&
    key.recipient === membership.recipient &&
    cert.digest === membership.cert;
  refuseUnless(isVouched, "key-differs");
  if (cert.userId !== `${membership.name} <${membership.mail}>`) throw otherAddress(membership, cert.userId);
  requireUsable(membership, cert, at);
  return { membership, key: membership.key, cert, delivery: house.delivery(member) };
}

function otherAddress({ name: who, mail }: Membership, userId: string): ClientError {
  return ClientError.said(
    "other-address",
    `De sleutel van ${who} is voor een andere naam of een ander adres (${userId}) dan het huis kent (${who} <${mail}>). Er wordt niets aan verzegeld. Bel het huis.`,
    `${who}'s key is for another name or address (${userId}) than the house knows (${who} <${mail}>). Nothing is sealed for it. Call the house.`,
  );
}

/** Refuses a cert that mail can't be sealed for at a moment, each reason its own. */
function requireUsable({ name: who }: Membership, cert: PublicCert, at: Moment): void {
  try {
    cert.usableForMail(at);
  } catch (error) {
    if (!(error instanceof BadLetter)) throw error;
    throw unusable(error, who);
  }
}

function unusable(problem: BadLetter, who: Name): ClientError {
  switch (problem.code) {
    case "expired":
      return ClientError.said(
        "cert-expired",
        `De sleutel van ${who} is verlopen. Vraag ${who} om nieuwe sleutels.`,
        `${who}'s key has expired. Ask ${who} for new keys.`,
      );
    case "revoked":
      return ClientError.said(
        "cert-revoked",
        `De sleutel van ${who} is ingetrokken. Vraag ${who} om nieuwe sleutels.`,
        `${who}'s key was revoked. Ask ${who} for new keys.`,
      );
    case "cannot-encrypt":
      return ClientError.said(
        "cert-sign-only",
        `Met de sleutel van ${who} kan alleen worden ondertekend, niet verzegeld. Vraag ${who} om nieuwe sleutels.`,
        `${who}'s key can only sign; nothing can be sealed for it. Ask ${who} for new keys.`,
      );
    default:
      return unsealed(problem);
  }
}

/** A file that goes along, under a name that is safe for any folder. */
export interface Attached {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A letter before it is sealed. */
export interface Unsealed {
  readonly hub: HubName;
  readonly from: Name;
  readonly to: Addressee;
  readonly at: Moment;
  readonly composed: Composed;
  readonly attachments: readonly Attached[];
}

/** The whole mail: signed by its author, sealed to its addressee, and looked at once more as the hub will. */
export async function sealed(letter: Unsealed, author: SecretCert): Promise<Uint8Array> {
  const { hub, from, to, at, composed, attachments } = letter;
  const address = houseAddress(hub);
  const mailbox: Mailbox = { name: to.membership.name, address: to.membership.mail };
  const { subject, text, calendar } = composed;
  const message: Message = {
    from: { name: from, address },
    to: mailbox,
    date: at,
    id: newMessageId(hub),
    subject,
    text,
    calendar: calendar && { ...calendar, stamp: at, organizer: address },
    attachments: attachments.map((file) => ({ ...file, media: mediaOfName(file.name) })),
  };
  try {
    const bytes = await seal(message, author, to.cert);
    requireSealed(bytes, hub, from, mailbox, to.cert);
    return bytes;
  } catch (error) {
    throw error instanceof BadLetter ? unsealed(error) : error;
  }
}

function unsealed(problem: BadLetter): ClientError {
  if (problem.code === "author") {
    return ClientError.said(
      "own-cert-expired",
      "Uw eigen sleutel is verlopen, dus u kunt geen bericht ondertekenen. Er is niets verstuurd. Maak nieuwe sleutels.",
      "Your own key has expired, so you can't sign a letter. Nothing was sent. Make new keys.",
    );
  }
  // The moment is the one that its key is asked to sign at.
  if (problem.code === "date") return ClientError.clockBehind();
  return ClientError.said(
    "not-sealed",
    `Het bericht kan niet worden verzegeld: ${problem.flaw.nl}. Er is niets verstuurd.`,
    `The letter can't be sealed: ${problem.message}. Nothing was sent.`,
  );
}

/** Opens a mail, by the certs of author and addressee in force then, if all of it is right: nothing is shown before. */
export async function openedMail(
  bytes: Uint8Array,
  hub: HubName,
  author: PublicCert,
  own: SecretCert,
): Promise<Message> {
  try {
    return await open(bytes, hub, { name: mailboxOf(author).name, cert: author }, mailboxOf(own.public), own);
  } catch (error) {
    throw error instanceof BadLetter ? unopened(error) : error;
  }
}

/** Name and address of a cert. */
function mailboxOf({ userId }: PublicCert): Mailbox {
  const [, who = "", mail = ""] = /^(.*) <([^<>]*)>$/.exec(userId) ?? [];
  try {
    return { name: name(who), address: mailAddress(mail) };
  } catch {
    throw new BadLetter("from");
  }
}

/** Says of a mail that nothing of it is shown. */
export function unopened(problem: BadLetter): ClientError {
  return ClientError.said(
    codeOfUnopened(problem.code),
    `Dit bericht klopt niet: ${problem.flaw.nl}. Er is niets getoond. Bel het huis.`,
    `This letter is not right: ${problem.message}. Nothing was shown. Call the house.`,
  );
}

function codeOfUnopened(code: BadLetterCode): "letter-for-another" | "letter-not-by-author" | "bad-letter" {
  if (code === "to") return "letter-for-another";
  const isByAnother = ["from", "signer", "unsigned", "for-statement"].includes(code);
  return isByAnother ? "letter-not-by-author" : "bad-letter";
}
