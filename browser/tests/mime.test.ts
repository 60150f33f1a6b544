import assert from "node:assert/strict";
import { test } from "node:test";

import { base64, textOf, utf8 } from "../src/protocol/bytes.ts";
import { SecretCert } from "../src/protocol/cert.ts";
import { caseNumber, hubName, meetingId, moment } from "../src/protocol/id.ts";
import { entityOf, readEntity } from "../src/protocol/mime/entity.ts";
import {
  type Attachment,
  type Author,
  BadLetter,
  type Calendar,
  calendarText,
  clearNotice,
  houseAddress,
  type Mailbox,
  MAX_ATTACHED,
  MAX_MAIL,
  MAX_TEXT,
  mediaOfName,
  meetingUid,
  type Message,
  messageId,
  newMessageId,
  open,
  openNotice,
  readCalendar,
  readClearNotice,
  readOuter,
  requireSealed,
  requireSealedNotice,
  seal,
  sealedNotice,
  SUBJECT,
} from "../src/protocol/mime.ts";
import { safeFileName } from "../src/protocol/label.ts";
import { mailAddress, name } from "../src/protocol/words.ts";
import { json, names } from "./vectors.ts";

interface Key {
  name: string;
  mail: string;
  secret: string;
}

interface Vector {
  name: string;
  what: string;
  expect: string;
  form: "letter" | "notice" | "clear-notice";
  gate?: string;
  mail?: string;
  mail_base64?: string;
  author: string;
  reader: string;
  says?: unknown;
}

const HUB = hubName("zvh-ml.example");
const MADE = moment("2026-01-05T09:00:00Z");
const DATE = moment("2026-11-23T18:20:00Z");

async function refusal(work: () => unknown): Promise<string> {
  try {
    await work();
    return "good";
  } catch (error) {
    if (error instanceof BadLetter) return error.code;
    throw error;
  }
}

function mailboxOf(key: { name: string; mail: string }): Mailbox {
  return { name: name(key.name), address: mailAddress(key.mail) };
}

function says(message: Message): unknown {
  return {
    date: message.date,
    "message-id": message.id,
    subject: message.subject,
    text: message.text,
    calendar: message.calendar === undefined ? null : calendarText(message.calendar),
    attachments: message.attachments.map((attachment) => ({
      name: attachment.name,
      media: attachment.media,
      base64: base64.encode(attachment.bytes),
    })),
  };
}

test("every mail is opened or refused as it says", async () => {
  assert.deepEqual(names("letter"), ["letters.json", "uids.json"]);
  const { hub, keys, vectors } = json<{ hub: string; keys: Record<string, Key>; vectors: Vector[] }>(
    "letter",
    "letters.json",
  );
  assert.equal(hub, HUB);
  const certs = new Map(
    await Promise.all(
      Object.entries(keys).map(async ([who, { secret }]) => {
        return [who, await SecretCert.fromBytes(base64.decode(secret))] as const;
      }),
    ),
  );
  for (const vector of vectors) {
    const mail = vector.mail === undefined ? base64.decode(vector.mail_base64!) : utf8(vector.mail);
    const author: Author = { name: name(keys[vector.author]!.name), cert: certs.get(vector.author)!.public };
    const [to, reader] = [mailboxOf(keys[vector.reader]!), certs.get(vector.reader)!];
    const ways = {
      letter: {
        open: () => open(mail, HUB, author, to, reader),
        gate: () => requireSealed(mail, HUB, author.name, to, reader.public),
      },
      notice: {
        open: () => openNotice(mail, HUB, author, to, reader),
        gate: () => requireSealedNotice(mail, HUB, author.name, to, reader.public),
      },
      "clear-notice": { open: () => readClearNotice(mail, HUB, author, to), gate: undefined },
    };
    const way = ways[vector.form];
    const about = `${vector.name}: ${vector.what}`;
    assert.equal(await refusal(way.open), vector.expect, about);
    assert.equal(way.gate && (await refusal(way.gate)), vector.gate, about);
    if (vector.expect === "good") assert.deepEqual(says(await way.open()), vector.says, about);
  }
  assert.equal(vectors.length, 314);
  assert.ok(vectors.filter(({ expect }) => expect !== "good").length > 200);
});

test("a meeting has its own UID in each case", () => {
  const vectors = json<{ case: string; hub: string; meeting: string; uid: string }[]>("letter", "uids.json");
  for (const { case: number, hub, meeting, uid } of vectors) {
    assert.equal(meetingUid(caseNumber(number), meetingId(meeting), hubName(hub)), uid);
  }
  assert.ok(vectors.length > 0);
});

const [joris, noor] = await Promise.all([
  SecretCert.generate("Joris Maas", "joris@example.org", MADE),
  SecretCert.generate("Noor Şahin", "noor@example.org", MADE),
]);
const TO = mailboxOf({ name: "Noor Şahin", mail: "noor@example.org" });
const BY_JORIS: Author = { name: name("Joris Maas"), cert: joris.public };

const SIMPLE: Message = {
  from: { name: name("Joris Maas"), address: houseAddress(HUB) },
  to: TO,
  date: DATE,
  id: messageId("<000102030405060708090a0b0c0d0e0f@zvh-ml.example>"),
  subject: "Vraag in casus ZVH-2026-0014: wat weet u, één ding?",
  text:
    "Beste Noor,\n\nWij hebben een vraag = één, met een lange regel die over de rand van een oude terminal heen gaat " +
    "en dus wordt afgebroken. \n\nGroet,\nJoris\n",
  calendar: undefined,
  attachments: [],
};

const CALENDAR: Calendar = {
  uid: "296d5d69cf9d25e6a195c3f5aaef1d39@zvh-ml.example",
  sequence: 1,
  stamp: DATE,
  start: moment("2026-12-02T13:00:00Z"),
  end: moment("2026-12-02T14:30:00Z"),
  cancelled: false,
  summary: "Overleg",
  location: "Stadhuis, kamer 3; één trap op, de lange gang door tot het einde en dan links",
  organizer: houseAddress(HUB),
};

const PLAN: Attachment = {
  name: "plan.pdf",
  media: "application/pdf",
  bytes: new Uint8Array([0, 159, 255, 10, 13, 46]),
};
const EMPTY: Attachment = { name: "één plan.txt", media: "application/octet-stream", bytes: new Uint8Array() };
const FULL: Message = { ...SIMPLE, calendar: CALENDAR, attachments: [PLAN, EMPTY] };

const openByNoor = (mail: Uint8Array): Promise<Message> => open(mail, HUB, BY_JORIS, TO, noor);

test("a mail opens for its addressee and reads as it was written", async () => {
  for (const message of [SIMPLE, FULL]) {
    const mail = await seal(message, joris, noor.public);
    assert.deepEqual(await openByNoor(mail), message);
    const text = textOf(mail)!;
    assert.ok(/^[\0-\x7f]*$/.test(text) && !text.includes("Vraag"));
  }
  assert.notEqual(newMessageId(HUB), newMessageId(HUB));
});

test("nobody else opens it and nobody else wrote it", async () => {
  const max = await SecretCert.generate("Max Vijf", "max@example.org", MADE);
  const mail = await seal(SIMPLE, joris, noor.public);
  assert.equal(await refusal(() => open(mail, HUB, BY_JORIS, TO, max)), "to");
  assert.equal(await refusal(() => open(mail, HUB, { ...BY_JORIS, cert: max.public }, TO, noor)), "signer");
  // Max signs in Joris's name.
  assert.equal(await refusal(() => seal(SIMPLE, max, noor.public)), "from");
});

test("what cannot be sealed for says why", async () => {
  const until = moment("2026-11-01T00:00:00Z");
  const signOnly = await SecretCert.generateAuthority("Noor Şahin <noor@example.org>", MADE);
  assert.equal(await refusal(() => seal(SIMPLE, joris, signOnly.public)), "cannot-encrypt");
  const ended = await SecretCert.generate("Noor Şahin", "noor@example.org", MADE, until);
  assert.equal(await refusal(() => seal(SIMPLE, joris, ended.public)), "expired");
  const old = await SecretCert.generate("Joris Maas", "joris@example.org", MADE, until);
  assert.equal(await refusal(() => seal(SIMPLE, old, noor.public)), "author");
  const other = await SecretCert.generate("Noor Şahin", "other@example.org", MADE);
  assert.equal(await refusal(() => seal(SIMPLE, joris, other.public)), "to");
  const late = { ...SIMPLE, date: moment("2106-02-07T06:28:16Z") };
  assert.equal(await refusal(() => seal(late, joris, noor.public)), "date");
});

test("only a sealed mail passes the gate", async () => {
  const mail = textOf(await seal(SIMPLE, joris, noor.public))!;
  const gate = (text: string, cert = noor.public): Promise<string> =>
    refusal(() => requireSealed(utf8(text), HUB, BY_JORIS.name, TO, cert));
  assert.equal(await gate(mail), "good");
  const end = "\r\n--=_zegel_sealed--";
  for (const [spoilt, expect] of [
    [mail.replace("Subject: [...]", "Subject: Vraag"), "outer-subject"],
    [mail.replace("MIME-Version", "Bcc: max@example.org\r\nMIME-Version"), "head"],
    [mail.replaceAll("\r\n", "\n"), "head"],
    [mail.replace("post@zvh", "past@zvh"), "from"],
    [mail.replace("noor@example.org", "max@example.org"), "to"],
    [`${mail}Hallo\r\n`, "form"],
    [mail.replace(end, `\r\n--=_zegel_sealed\r\n\r\nHallo${end}`), "form"],
  ] as const) {
    assert.equal(await gate(spoilt), expect, spoilt);
  }
  const other = await SecretCert.generate("Noor Şahin", "noor@example.org", MADE);
  assert.equal(await gate(mail, other.public), "recipients");
});

test("what can not stand in a mail is refused", async () => {
  const refused = (change: Partial<Message>): Promise<string> =>
    refusal(() => entityOf({ ...FULL, ...change }, "cipher"));
  for (const subject of ["", " x", "a\r\nBcc: max@example.org", "a\nb", "x".repeat(201)]) {
    assert.equal(await refused({ subject }), "subject");
  }
  for (const text of ["", "\n", "no end", "a\r\n", "a\0\n"]) assert.equal(await refused({ text }), "text");
  for (const bad of ["../x", 'a"b', "a\r\nb", "", ".x"]) {
    assert.equal(await refused({ attachments: [{ ...PLAN, name: bad }] }), "file-name");
  }
  assert.equal(await refused({ attachments: [{ ...PLAN, media: "image/png" }] }), "file-name");
  const large = { ...PLAN, bytes: new Uint8Array(MAX_ATTACHED + 1) };
  assert.equal(await refused({ attachments: [large] }), "attachments");
  assert.equal(await refused({ attachments: Array.from({ length: 21 }, () => EMPTY) }), "attachments");
  assert.equal(await refused({ calendar: { ...CALENDAR, end: CALENDAR.start } }), "calendar");
  assert.equal(await refused({ calendar: { ...CALENDAR, organizer: TO.address } }), "calendar");
});

/** Whoever sees the mail on its way can tell neither what kind it is nor for whom it has more in it. */
test("two letters within a kibibyte are as long as each other", async () => {
  // Now and then a signature is a byte or two shorter.
  const mailed = async (text: string): Promise<number> => {
    const message = { ...SIMPLE, text: `${text}\n` };
    const lengths = [1, 2, 3].map(async () => (await seal(message, joris, noor.public)).length);
    return Math.max(...(await Promise.all(lengths)));
  };
  assert.equal(await mailed("ja"), await mailed("Nee, en wel hierom: wij kennen dit gezin niet."));
  assert.ok((await mailed("ja")) < (await mailed("x".repeat(1024))));
});

test("what is sealed is whole kibibytes of any length", () => {
  const lengths = new Set<number>();
  for (let filler = 1; filler < 1100; filler += 1) {
    const text = `${"x\n".repeat(filler / 2)}${"é".repeat(filler % 2)}x\n`;
    const written = entityOf({ ...SIMPLE, text }, "cipher");
    assert.equal(written.length % 1024, 0);
    assert.ok(written.split("\n").every((line) => line.length < 998));
    lengths.add(written.length / 1024);
    assert.equal(readEntity(written, "cipher").text, text);
  }
  assert.ok(lengths.size > 2);
});

test("what everyone can see is said in one order", async () => {
  const mail = textOf(await seal(SIMPLE, joris, noor.public))!;
  const version = "MIME-Version: 1.0\r\n";
  const more = (line: string): string => mail.replace(version, version + line);
  const read = (text: string): Promise<string> => refusal(() => readOuter(utf8(text)));
  for (const spoilt of [
    mail.replace(version, ""),
    more("Bcc: max@example.org\r\n"),
    more("Auto-Submitted\r\n"),
    more("Auto-Submitted: no\r\nAuto-Submitted: no\r\n"),
  ]) {
    assert.equal(await read(spoilt), "head", spoilt);
  }
  assert.equal(await read(more("Auto-Submitted: no\r\n")), "form");
});

test("what is no mail by its head is not looked into", async () => {
  const written = entityOf(FULL, "cipher");
  const start = written.indexOf("overleg.ics");
  const spoilt = written.slice(0, start) + written.slice(start).replace("base64\r\n\r\n", "base64\r\n\r\nAAAA");
  assert.equal(await refusal(() => readEntity(spoilt, "cipher")), "calendar");
  const without = spoilt.replace("MIME-Version: 1.0\r\n", "");
  assert.equal(await refusal(() => readEntity(without, "cipher")), "inside");
});

test("a text as long as may be comes back, whatever its letters", () => {
  const text = `${"é".repeat(MAX_TEXT / 2 - 1)}\n`;
  assert.ok(readEntity(entityOf({ ...SIMPLE, text }, "cipher"), "cipher").text === text);
});

test("a mail that is too large is neither written nor read", async () => {
  const attachment = { ...PLAN, bytes: new Uint8Array(1024 * 1024).fill(0xff) };
  // Each is within its own bounds; on their way they grow by half.
  const text = `${"é".repeat(MAX_TEXT / 2 - 1)}\n`;
  const largest = { ...SIMPLE, text, attachments: Array.from({ length: 7 }, () => attachment) };
  assert.equal(await refusal(() => seal(largest, joris, noor.public)), "too-large");
  const endless = new Uint8Array(MAX_MAIL + 1).fill(0x78);
  assert.equal(await refusal(() => readOuter(endless)), "too-large");
  assert.equal(await refusal(() => readClearNotice(endless, HUB, BY_JORIS, TO)), "too-large");
});

/** Nobody has to open it, so it says nothing but that there is something to do. */
test("a notice in the clear says nothing", async () => {
  const notice = { ...SIMPLE, subject: SUBJECT };
  const mail = await clearNotice(notice, joris);
  assert.deepEqual(await readClearNotice(mail, HUB, BY_JORIS, TO), notice);
  const refused = (message: Message): Promise<string> => refusal(() => clearNotice(message, joris));
  assert.equal(await refused(SIMPLE), "outer-subject");
  assert.equal(await refused({ ...notice, calendar: CALENDAR }), "attachments");
  assert.equal(await refused({ ...notice, attachments: [PLAN] }), "attachments");
});

test("a sealed notice is no letter, and the other way round", async () => {
  const notice = await sealedNotice({ ...SIMPLE, subject: SUBJECT }, joris, noor.public);
  assert.equal((await openNotice(notice, HUB, BY_JORIS, TO, noor)).subject, SUBJECT);
  assert.equal(await refusal(() => openByNoor(notice)), "head");
  const letter = await seal(SIMPLE, joris, noor.public);
  assert.equal(await refusal(() => openNotice(letter, HUB, BY_JORIS, TO, noor)), "head");
});

test("a day in other letters is no day", async () => {
  const text = calendarText(CALENDAR);
  assert.deepEqual(readCalendar(text), CALENDAR);
  for (const [from, to] of [
    ["DTSTART:20261202T", "DTSTART:202é202T"],
    ["SEQUENCE:1", "SEQUENCE:01"],
    ["SEQUENCE:1", "SEQUENCE:2147483648"],
    ["\r\n", "\n"],
  ] as const) {
    assert.ok(text.includes(from));
    assert.equal(await refusal(() => readCalendar(text.replace(from, to))), "calendar", to);
  }
});

test("what is written is read", () => {
  const alphabet = [..."abcXYZéë€李 ,;:=?_\"\\.-📄"];
  const words = (least = 1): string => {
    const length = least + Math.floor(Math.random() * 90);
    return `x${Array.from({ length }, () => alphabet[Math.floor(Math.random() * alphabet.length)]!).join("")}x`;
  };
  for (let round = 0; round < 200; round += 1) {
    const called = safeFileName(words());
    const bytes = crypto.getRandomValues(new Uint8Array(Math.floor(Math.random() * 300)));
    const message: Message = {
      ...FULL,
      subject: words(),
      text: `${words()}\n${words()} \n`,
      calendar: round % 2 === 0 ? undefined : { ...CALENDAR, location: words().replaceAll("\\", "/") },
      attachments: [{ name: called, media: mediaOfName(called), bytes }, EMPTY],
    };
    const written = entityOf(message, "cipher");
    assert.ok(/^[\0-\x7f]*$/.test(written));
    assert.ok(written.split("\r\n").every((line) => line.length < 998 && !/[\r\n]/.test(line)));
    assert.deepEqual(readEntity(written, "cipher"), message);
  }
});

test("an altered entity is refused or another", async () => {
  const written = entityOf(FULL, "cipher");
  for (let round = 0; round < 300; round += 1) {
    const place = Math.floor(Math.random() * written.length);
    const sign = String.fromCharCode(0x20 + Math.floor(Math.random() * 0x5f));
    if (written[place] === sign) continue;
    const altered = written.slice(0, place) + sign + written.slice(place + 1);
    if ((await refusal(() => readEntity(altered, "cipher"))) !== "good") continue;
    const other = readEntity(altered, "cipher");
    assert.notDeepEqual(other, FULL);
    assert.equal(entityOf(other, "cipher"), altered);
  }
});
