// The hub's own mail: signed by the hub, and sealed where the member has a cert that can be sealed for.

import { utf8 } from "../bytes.ts";
import { armored } from "../cert/armor.ts";
import { signDetached, verifyDetached } from "../cert/mail.ts";
import type { PublicCert } from "../cert/public.ts";
import type { SecretCert } from "../cert/secret.ts";
import type { HubName } from "../id.ts";
import type { Name } from "../words.ts";
import { BadLetter } from "./bad.ts";
import { entityOf, readEntity } from "./entity.ts";
import type { Mailbox, Message } from "./message.ts";
import { dearmored, headText, mailText, type Outer, type OuterHead, readHead, SUBJECT, withCrlf } from "./outer.ts";
import { type Author, opened, requireBetween, requireForm, requireSame, sealed } from "./seal.ts";

const BEFORE = [
  'Content-Type: multipart/signed; protocol="application/pgp-signature"; micalg=pgp-sha512;',
  ' boundary="=_zegel_signed"',
  "",
  "--=_zegel_signed",
  "",
].join("\r\n");
const BETWEEN = [
  "",
  "--=_zegel_signed",
  'Content-Type: application/pgp-signature; name="signature.asc"',
  'Content-Disposition: attachment; filename="signature.asc"',
  "",
  "",
].join("\r\n");
const AFTER = "\r\n--=_zegel_signed--\r\n";

/**
 * A notice that only the member can read. Throws a BadLetter as `seal` does, but for the author's name: the hub writes
 * in the name of the house.
 */
export function sealedNotice(message: Message, hub: SecretCert, to: PublicCert): Promise<Uint8Array> {
  return sealed(message, hub, to, true);
}

/** Refuses whatever is not a notice in the name of this house, sealed for exactly this cert. Throws a BadLetter. */
export function requireSealedNotice(
  bytes: Uint8Array,
  hub: HubName,
  house: Name,
  to: Mailbox,
  addressee: PublicCert,
): Outer {
  return requireForm(bytes, hub, house, to, addressee, true);
}

/** Opens a notice by the hub with this cert, in the name of the house, as `open` opens a letter. Throws a BadLetter. */
export async function openNotice(
  bytes: Uint8Array,
  hub: HubName,
  house: Author,
  to: Mailbox,
  addressee: SecretCert,
): Promise<Message> {
  return opened(requireSealedNotice(bytes, hub, house.name, to, addressee.public), house.cert, addressee);
}

/**
 * A notice that anyone can read (RFC 3156 section 5): for whom nothing can be sealed. It must say nothing but that
 * there is something to do; its subject is that of every mail. Throws a BadLetter with `outer-subject` for another
 * subject, `attachments` for a calendar or attachments.
 */
export async function clearNotice(message: Message, hub: SecretCert): Promise<Uint8Array> {
  requireBare(message);
  const entity = entityOf(message, "clear");
  const signature = await signDetached(utf8(entity), hub, message.date);
  return utf8(written({ ...message, automatic: true }, entity, signature));
}

/**
 * Reads a clear notice and verifies that the hub with this cert signed it. Throws a BadLetter as `open` does, without
 * those of the seal.
 */
export async function readClearNotice(
  bytes: Uint8Array,
  hub: HubName,
  house: Author,
  to: Mailbox,
): Promise<Message> {
  const mail = mailText(bytes);
  const { head, rest } = readHead(mail);
  if (!rest.startsWith(BEFORE) || !rest.endsWith(AFTER)) throw new BadLetter("form");
  const body = rest.slice(BEFORE.length, -AFTER.length);
  const between = body.indexOf(BETWEEN);
  if (between < 0) throw new BadLetter("form");
  const entity = body.slice(0, between);
  const signature = dearmored(body.slice(between + BETWEEN.length));
  if (written(head, entity, signature) !== mail) throw new BadLetter("form");
  requireBetween(head, hub, house.name, to, true);
  await verifyDetached(utf8(entity), signature, house.cert, head.date);
  const message = readEntity(entity, "clear");
  requireBare(message);
  requireSame(message, head);
  return message;
}

function written(head: OuterHead, entity: string, signature: Uint8Array): string {
  return headText(head) + BEFORE + entity + BETWEEN + withCrlf(armored("SIGNATURE", signature)) + AFTER;
}

function requireBare({ subject, calendar, attachments }: Message): void {
  if (subject !== SUBJECT) throw new BadLetter("outer-subject");
  if (calendar !== undefined || attachments.length > 0) throw new BadLetter("attachments");
}
