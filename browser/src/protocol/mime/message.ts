// What a mail says, as its author wrote it, and the limits of that.

import { hex } from "../bytes.ts";
import { type HubName, hubName, type Moment, NotA, type Read, type Text } from "../id.ts";
import { type MailAddress, mailAddress, type Name } from "../words.ts";
import type { Calendar } from "./calendar.ts";

/** The longest text, in bytes of UTF-8. */
export const MAX_TEXT = 256 * 1024;
/** The longest subject, in characters. */
export const MAX_SUBJECT = 200;
/** The most attachments, */
export const MAX_ATTACHMENTS = 20;
/** and how large they may be together, in bytes. */
export const MAX_ATTACHED = 7 * 1024 * 1024;
/** The largest mail, sealed, in bytes. */
export const MAX_MAIL = 14 * 1024 * 1024;

/**
 * The house's address: from here all mail comes, whoever wrote it. It follows from the hub's name, so nobody has to be
 * believed about it.
 */
export function houseAddress(hub: HubName): MailAddress {
  return mailAddress(`post@${hub}`);
}

/** A name and an address, as in From and To. */
export interface Mailbox {
  readonly name: Name;
  readonly address: MailAddress;
}

export function sameMailbox(one: Mailbox, other: Mailbox): boolean {
  return one.name === other.name && one.address === other.address;
}

/** `<32 hexadecimal digits@HUB>`: the same however often the mail is sent. */
export type MessageId = Text<"MessageId">;
export const messageId: Read<MessageId> = (text) => {
  const [, hub] = /^<[0-9a-f]{32}@(.*)>$/.exec(text) ?? [];
  if (hub === undefined) throw new NotA("a Message-ID (<32 hexadecimal digits@the hub's name>)");
  hubName(hub);
  return text as MessageId;
};

export function newMessageId(hub: HubName): MessageId {
  return messageId(`<${hex.encode(crypto.getRandomValues(new Uint8Array(16)))}@${hub}>`);
}

/** The hub that a Message-ID is of. */
export function hubOf(id: MessageId): HubName {
  return hubName(id.slice(id.indexOf("@") + 1, -1));
}

export interface Message {
  readonly from: Mailbox;
  readonly to: Mailbox;
  /** Also the moment of its signature. */
  readonly date: Moment;
  readonly id: MessageId;
  /** One line, 1 to 200 characters, no blank at either end. */
  readonly subject: string;
  /** Lines that each end with LF; no other control characters. */
  readonly text: string;
  readonly calendar: Calendar | undefined;
  readonly attachments: readonly Attachment[];
}

/** A file that goes along. */
export interface Attachment {
  /** A safe base name, as `safeFileName` leaves it. */
  readonly name: string;
  /** `application/octet-stream`, or `mediaOfName` of the name. */
  readonly media: Media;
  readonly bytes: Uint8Array;
}

/** The kinds of files that are told apart, as in `Content-Type`; all others are just bytes. */
export type Media = (typeof MEDIA)[number];
export const MEDIA = ["application/octet-stream", "image/jpeg", "application/pdf", "image/png"] as const;

/** By the ending of a file's name. */
export function mediaOfName(name: string): Media {
  // In ASCII small letters: without the flag `u` no other letter is taken for one of these.
  const [, ending] = /\.(jpg|jpeg|pdf|png)$/i.exec(name) ?? [];
  switch (ending?.toLowerCase()) {
    case "jpg":
    case "jpeg":
      return "image/jpeg";
    case "pdf":
      return "application/pdf";
    case "png":
      return "image/png";
    default:
      return "application/octet-stream";
  }
}

/**
 * One line of at most so many characters: something to see, no blank at either end, and nothing that ends a line or
 * turns it around. The list is closed, so that programs with newer tables of Unicode judge alike.
 */
export function isLine(text: string, most: number): boolean {
  const hidden = /[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
  const blank = text === "" || text.startsWith(" ") || text.endsWith(" ");
  return !blank && [...text].length <= most && !hidden.test(text);
}
