// What was written to the member, what it wrote, how each letter stands; and one letter, opened and shown only once all
// of it is verified.
//
// In order: the statement is proven, and names the member and one of its keys; the mail is the one that the statement
// names; it is sealed to that key, signed by who signed the statement with the key in force then, at the same moment,
// from the house's address and to this very person; its calendar is of the meeting and number that the statement says.

import type { CaseState, LetterState } from "../../../protocol/case.ts";
import { PublicCert } from "../../../protocol/cert.ts";
import { digest, digestOf, type CaseNumber, type Digest, type MemberId, type Moment } from "../../../protocol/id.ts";
import { BadLetter, calendarText, meetingUid, type Message } from "../../../protocol/mime.ts";
import { utf8 } from "../../../protocol/bytes.ts";
import { refusal, refused, there } from "../../../protocol/refusal.ts";
import type { Letter } from "../../../protocol/statement.ts";
import type { LetterKind } from "../../../protocol/words.ts";
import { Work, type Context } from "../../context.ts";
import { ClientError, isNoAnswer } from "../../error.ts";
import type { Keyring } from "../../grant.ts";
import type { Home } from "../../home.ts";
import * as json from "../../json.ts";
import { openedMail, unopened } from "../../letter/mail.ts";
import type { Progress } from "../../remote.ts";
import type { Delivered } from "../../remote/letters.ts";
import { sideBySide } from "../../side.ts";
import type { Known, World } from "../../trust.ts";
import { enter, keysOf } from "../choose.ts";
import type { Unread } from "./answer.ts";
import { answerTo, copyOf, type AnswerLine } from "./said.ts";
import { COPY_KEPT_BACK } from "./words.ts";

/** Letters, the newest first. */
export interface Letters {
  readonly received: readonly ReceivedLine[];
  readonly sent: readonly SentLine[];
}

interface LetterLine {
  readonly letter: Digest;
  readonly case: CaseNumber;
  readonly kind: LetterKind;
  readonly from: MemberId;
  readonly to: MemberId;
  readonly at: Moment;
  readonly answer: AnswerLine | undefined;
}

/** A letter to the member, and how it stands. */
export interface ReceivedLine extends LetterLine {
  readonly standing: "new" | "read" | "answered";
}

/** A letter that the member wrote, or somebody else in a case that it runs. */
export interface SentLine extends LetterLine {
  readonly isOwn: boolean;
  /** As the copy says, if the member can open it. */
  readonly subject: string | undefined;
  /** Whether a vault of the member opens the copy, and the hub does not hand it over. */
  readonly isCopyKeptBack: boolean;
  /** How it went with the mail, by the hub's word. */
  readonly delivery: Delivered | undefined;
}

/** Lists the letters of a case, or of all cases. */
export async function listLetters(ctx: Context, number?: CaseNumber): Promise<Letters> {
  const work = await Work.begin(ctx);
  const { world } = work;
  const cases = number === undefined ? await work.cases() : [await world.loadCase(number)];
  const keys = keysOf(work);
  const read = await readLetters(ctx.home);
  const [received, sent]: [ReceivedLine[], SentLine[]] = [[], []];
  const all = cases.flatMap((of) => {
    const directs = refused(() => of.requireDirector(world.house, world.me, world.now)) === undefined;
    return [...of.letters].map(([id, state]) => ({ of, directs, id, state }));
  });
  // The hub is asked about each letter by itself.
  await sideBySide(all, async ({ of, directs, id, state }) => {
    const line = await lineOf(keys, world, of, id, state);
    if (line.to === world.me) {
      const standing = line.answer !== undefined ? "answered" : read.has(id) ? "read" : "new";
      received.push({ ...line, standing });
    }
    if (line.from === world.me || directs) sent.push(await sentLine(work, keys, line));
  });
  return { received: received.sort(newestFirst), sent: sent.sort(newestFirst) };
}

function newestFirst(one: LetterLine, other: LetterLine): number {
  const name = ({ at, letter }: LetterLine): string => `${at} ${letter}`;
  return name(one) < name(other) ? 1 : -1;
}

async function lineOf(
  keys: Keyring,
  world: World,
  of: CaseState,
  id: Digest,
  { letter, by }: LetterState,
): Promise<LetterLine> {
  const { at } = there(world.statement(id), "unknown-letter");
  const answer = await answerTo(keys, world, of, id);
  return { letter: id, case: of.number, kind: letter.letterKind, from: by, to: letter.to, at, answer };
}

async function sentLine({ remote, world }: Work, keys: Keyring, line: LetterLine): Promise<SentLine> {
  const delivery = await remote.letterDelivery(line.letter).catch((error: unknown) => {
    // A letter whose delivery the hub does not tell of is still a letter.
    if (isNoAnswer(error)) throw error;
    return undefined;
  });
  const copy = await copyOf(keys, world, line.letter);
  return {
    ...line,
    isOwn: line.from === world.me,
    subject: "text" in copy ? copy.text.subject : undefined,
    isCopyKeptBack: "unread" in copy && copy.unread === "kept-back",
    delivery,
  };
}

const READ = "read";

/** The letters that were read in this home. To forget what was read does no harm. */
export async function readLetters(home: Home): Promise<Set<Digest>> {
  try {
    const bytes = await home.kept(READ);
    return new Set(bytes === undefined ? [] : json.readJson(bytes, json.list(json.as(digest))));
  } catch {
    return new Set();
  }
}

async function markRead(home: Home, letter: Digest): Promise<void> {
  const read = await readLetters(home);
  if (!read.has(letter)) await home.keep(READ, json.jsonBytes([...read, letter]));
}

/** A letter as it was read. */
export interface ReadLetter extends LetterLine {
  /** When its author signed it. */
  readonly signedAt: Moment;
  readonly subject: string;
  readonly text: string;
  /** Whether this is the copy, which was not to this member. */
  readonly isCopy: boolean;
  readonly files: readonly LetterFile[];
}

/** A file that came with a letter, under a name that is safe for any folder; of a copy without its bytes. */
export interface LetterFile {
  readonly name: string;
  readonly length: number;
  readonly bytes: Uint8Array | undefined;
}

const CALENDAR = "overleg.ics";

/** Reads a letter of a case. */
export async function readLetter(
  ctx: Context,
  number: CaseNumber,
  id: Digest,
  progress: Progress = () => undefined,
): Promise<ReadLetter> {
  const { work, of, keys } = await enter(ctx, number);
  const { world } = work;
  const known = there(world.statement(id), "unknown-letter");
  const state = there(of.letters.get(id), "unknown-letter");
  const line = await lineOf(keys, world, of, id, state);
  const { signedAt } = known.statement;
  if (line.to !== world.me) {
    const opened = await copyOf(keys, world, id);
    if ("unread" in opened) throw noCopy(opened.unread);
    const { subject, text, attachments } = opened.text;
    const files = attachments.map(({ name, length }) => ({ name, length, bytes: undefined }));
    return { ...line, signedAt, subject, text, isCopy: true, files };
  }
  const message = await opened(work, of, known, state.letter, progress);
  await markRead(ctx.home, id);
  const { subject, text } = message;
  return { ...line, signedAt, subject, text, isCopy: false, files: filesOf(message) };
}

/** Why there is no copy to show. */
function noCopy(unread: Unread): Error {
  switch (unread) {
    case "kept-back":
      return ClientError.said("copy-kept-back", COPY_KEPT_BACK.nl, COPY_KEPT_BACK.en);
    case "not-for-you":
      return refusal("unknown-letter");
    case "nonsense":
      return ClientError.said(
        "bad-copy",
        "Het afschrift van dit bericht is niet te lezen: wie het schreef, verzegelde iets anders. Vraag de afzender.",
        "The copy of this letter can't be read: its author sealed something else. Ask the author.",
      );
  }
}

/** The mail of a proven letter to this member. */
export async function opened(
  { remote, secrets, world }: Work,
  of: CaseState,
  known: Known,
  letter: Letter,
  progress: Progress = () => undefined,
): Promise<Message> {
  const bytes = await remote.letterMessage(known.id, progress);
  if (digestOf(bytes) !== letter.message) {
    throw ClientError.said(
      "other-message",
      "De hub toonde een ander bericht dan is ondertekend. Er is niets getoond. Bel het huis.",
      "The hub showed another letter than was signed. Nothing was shown. Call the house.",
    );
  }
  const own = secrets.certs.get(letter.key);
  if (own === undefined) {
    throw ClientError.said(
      "key-not-here",
      "De sleutel waarvoor dit bericht is verzegeld, ligt niet in deze browser.",
      "The key that this letter was sealed for is not in this browser.",
    );
  }
  const message = await openedMail(bytes, world.house.hub, await authorCert(world, known), own);
  if (message.date !== known.statement.signedAt) throw unopened(new BadLetter("date"));
  requireCalendar(world, of, letter, message);
  return message;
}

/** The cert of the key that the author had in force when the letter was recorded. */
async function authorCert(world: World, known: Known): Promise<PublicCert> {
  const author = there(known.statement.member(), "unknown-letter");
  const key = there(world.house.keyAt(author, known.leaf), "key-unknown");
  const { body } = there(world.statement(key), "key-unknown").statement;
  if (body.kind !== "key") throw refusal("key-unknown");
  return PublicCert.read(there(world.cert(body.cert), "key-unknown"));
}

/** The calendar is there exactly if the statement has a number, and is of the statement's case, meeting and number. */
function requireCalendar({ house }: World, of: CaseState, letter: Letter, { calendar }: Message): void {
  const roster = letter.roster && of.rosters.get(letter.roster);
  const isNone = calendar === undefined && letter.sequence === undefined;
  const isSame =
    calendar !== undefined &&
    roster !== undefined &&
    calendar.uid === meetingUid(of.number, roster.meeting, house.hub) &&
    calendar.sequence === letter.sequence &&
    calendar.cancelled === (letter.letterKind === "cancellation");
  if (!isNone && !isSame) throw unopened(new BadLetter("calendar"));
}

/** What came with it. */
function filesOf({ calendar, attachments }: Message): LetterFile[] {
  const ics = calendar === undefined ? [] : [{ name: CALENDAR, bytes: utf8(calendarText(calendar)) }];
  return [...ics, ...attachments].map(({ name, bytes }) => ({ name, bytes, length: bytes.length }));
}
