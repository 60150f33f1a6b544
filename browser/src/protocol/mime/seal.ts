// A mail sealed by its author to its one addressee, and opened by that one.

import { textOf, utf8 } from "../bytes.ts";
import { openAndVerify, requireSealedFor, signAndSeal } from "../cert/mail.ts";
import type { PublicCert } from "../cert/public.ts";
import type { SecretCert } from "../cert/secret.ts";
import type { HubName } from "../id.ts";
import type { Name } from "../words.ts";
import { BadLetter } from "./bad.ts";
import { entityOf, readEntity } from "./entity.ts";
import { houseAddress, hubOf, type Mailbox, MAX_MAIL, type Message, sameMailbox } from "./message.ts";
import { type Outer, outerBytes, type OuterHead, readOuter } from "./outer.ts";

/** In whose name a mail is, and the cert that signs for it. */
export interface Author {
  readonly name: Name;
  readonly cert: PublicCert;
}

/**
 * Seals a message to its addressee, signed by its author at the message's date. Throws a BadLetter when the message
 * can't be written, is not from the house's address in the author's name, when the cert is not the addressee's or can't
 * be sealed for, or the author's keys can't sign any more.
 */
export async function seal(message: Message, author: SecretCert, addressee: PublicCert): Promise<Uint8Array> {
  const isNamed = author.public.userId.startsWith(`${message.from.name} <`);
  if (houseAddress(hubOf(message.id)) !== message.from.address || !isNamed) throw new BadLetter("from");
  return sealed(message, author, addressee, false);
}

export async function sealed(
  message: Message,
  author: SecretCert,
  addressee: PublicCert,
  automatic: boolean,
): Promise<Uint8Array> {
  requireOf(addressee, message.to);
  const plain = utf8(entityOf(message, "cipher"));
  const text = await signAndSeal(plain, author, addressee, message.date);
  plain.fill(0);
  const { from, to, date, id } = message;
  const bytes = outerBytes({ from, to, date, id, automatic, sealed: text });
  if (bytes.length > MAX_MAIL) throw new BadLetter("too-large");
  return bytes;
}

function requireOf(cert: PublicCert, { name, address }: Mailbox): void {
  if (cert.userId !== `${name} <${address}>`) throw new BadLetter("to");
}

/**
 * Refuses whatever is not a mail from the house's address, in this name, to this person, sealed for exactly this cert:
 * so nothing else leaves a hub. Needs no secret. A notice of the hub's own is none. Throws a BadLetter.
 */
export function requireSealed(
  bytes: Uint8Array,
  hub: HubName,
  author: Name,
  to: Mailbox,
  addressee: PublicCert,
): Outer {
  return requireForm(bytes, hub, author, to, addressee, false);
}

export function requireForm(
  bytes: Uint8Array,
  hub: HubName,
  author: Name,
  to: Mailbox,
  addressee: PublicCert,
  automatic: boolean,
): Outer {
  const outer = readOuter(bytes);
  requireBetween(outer, hub, author, to, automatic);
  requireOf(addressee, to);
  requireSealedFor(outer.sealed, addressee, outer.date);
  return outer;
}

/** From the house in this name, to this person, and written by a person or by the hub. */
export function requireBetween(
  outer: OuterHead,
  hub: HubName,
  author: Name,
  to: Mailbox,
  automatic: boolean,
): void {
  if (outer.automatic !== automatic) throw new BadLetter("head");
  const isFromHouse = outer.from.address === houseAddress(hub) && hubOf(outer.id) === hub;
  if (!isFromHouse || outer.from.name !== author) throw new BadLetter("from");
  if (!sameMailbox(outer.to, to)) throw new BadLetter("to");
}

/**
 * Opens a mail that should be from this author to this addressee; nothing is given out before all of it is verified.
 * Throws a BadLetter, also where a reader sealed a signed mail anew for somebody else: what is signed says to whom it
 * was written.
 */
export async function open(
  bytes: Uint8Array,
  hub: HubName,
  author: Author,
  to: Mailbox,
  addressee: SecretCert,
): Promise<Message> {
  return opened(requireSealed(bytes, hub, author.name, to, addressee.public), author.cert, addressee);
}

export async function opened(outer: Outer, author: PublicCert, addressee: SecretCert): Promise<Message> {
  const plain = textOf(await openAndVerify(outer.sealed, addressee, author, outer.date));
  if (plain === undefined) throw new BadLetter("inside");
  const message = readEntity(plain, "cipher");
  requireSame(message, outer);
  return message;
}

/** What is signed says the same as what everyone sees. */
export function requireSame(message: Message, outer: OuterHead): void {
  if (!sameMailbox(message.to, outer.to)) throw new BadLetter("to");
  if (!sameMailbox(message.from, outer.from)) throw new BadLetter("from");
  if (message.date !== outer.date || message.id !== outer.id) throw new BadLetter("differs");
}
