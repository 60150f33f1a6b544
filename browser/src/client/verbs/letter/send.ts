// Sending letters: who can get them, how they read, and then one batch for all, or none.

import { digestOf, type CaseNumber, type Digest, type MemberId, type Moment } from "../../../protocol/id.ts";
import { safeFileName } from "../../../protocol/label.ts";
import { judgeLetter, keptBy } from "../../../protocol/letter.ts";
import { MAX_ATTACHED, MAX_ATTACHMENTS } from "../../../protocol/mime.ts";
import type { Letter } from "../../../protocol/statement.ts";
import type { VaultState } from "../../../protocol/vault.ts";
import type { Payload, VaultGrant } from "../../../protocol/words/composed.ts";
import type { DeliveryWay, LetterKind } from "../../../protocol/words.ts";
import type { Plan } from "../../context.ts";
import { Done, wishOf } from "../../done.ts";
import { ClientError, codeOf, sentenceOf, stored } from "../../error.ts";
import { distinct, vaultRecipient } from "../../grant.ts";
import { compose, type Composed } from "../../letter/compose.ts";
import { appointmentIn, requireContent, type Content } from "../../letter/content.ts";
import { addressee, sealed, type Addressee, type Attached } from "../../letter/mail.ts";
import { copyBytes } from "../../letter/said.ts";
import { NOTHING, NO_PAYLOAD } from "../../planned.ts";
import type { Progress } from "../../remote.ts";
import type { Draft } from "../../sign.ts";
import type { Warning } from "../../say.ts";
import type { World } from "../../trust.ts";
import type { Entered } from "../choose.ts";

/** One batch carries at most so many bytes of mail: a hub takes 48 MiB, in base64. */
const MOST_IN_BATCH = 20 * 1024 * 1024;

/** The letters of one deed. Each addressee is told its own. */
export interface Post {
  readonly case: CaseNumber;
  /** Of whose meeting they are. */
  readonly roster: Digest | undefined;
  readonly to: readonly To[];
  readonly attachments: readonly Attached[];
  /** Who gets none after all. */
  readonly without: readonly MemberId[];
  /** That the very same goes out once more, and for which time. */
  readonly again: number | undefined;
  /** Told how much of what goes along was sealed. */
  readonly progress: Progress | undefined;
}

/** One addressee; with the roster that it was on, where that is another than the letters' own. */
export interface To {
  readonly member: MemberId;
  readonly content: Content;
  readonly roster?: Digest;
}

export interface SentLetter {
  readonly letter: Digest;
  readonly kind: LetterKind;
  readonly to: MemberId;
  readonly way: DeliveryWay;
  /** False if it was on record before, by the same wish. */
  readonly isNew: boolean;
}

/**
 * Letters that were written out and sealed. `letters` is each as its addressee reads it, to be shown before they are
 * sent.
 */
export interface Sending extends Plan<readonly SentLetter[]> {
  readonly letters: readonly Written[];
  /** Those that the same wish sent before. */
  readonly before: readonly SentLetter[];
  /** What goes along with each; lengths in bytes. */
  readonly files: readonly { readonly name: string; readonly length: number }[];
}

/** A letter that can be sent. */
export interface Written {
  readonly to: Addressee;
  readonly content: Content;
  readonly composed: Composed;
}

interface Ready extends Written {
  readonly addressed: To;
  readonly wish: Digest;
}

/**
 * Writes letters out, and seals them. Nobody gets one unless all who are not left out can. A batch has room for so
 * much: of many large ones only the first go with this plan, and the same wish sends the others after that.
 */
export async function sendLetters(
  entered: Entered,
  post: Post,
  portal: string,
  warnings: readonly Warning[] = [],
): Promise<Sending> {
  const { work, of } = entered;
  const { world } = work;
  const now = work.now();
  requireRoom(post.attachments.map(({ bytes }) => bytes.length));
  for (const { content } of post.to) requireContent(content, now);
  const done = await Done.open(work.home, now);
  const wishes = wishesOf(post);
  const isSent = (at: number): Digest | undefined => {
    const id = done.find(wishes[at]!);
    return id !== undefined && of.letters.has(id) ? id : undefined;
  };
  const before = post.to.flatMap(({ member, content }, at): SentLetter[] => {
    const letter = isSent(at);
    const { way } = world.house.delivery(member);
    return letter === undefined ? [] : [{ letter, kind: content.kind, to: member, way, isNew: false }];
  });
  const going = post.to.flatMap((addressed, at) => {
    const goes = !post.without.includes(addressed.member) && isSent(at) === undefined;
    return goes ? [{ addressed, wish: wishes[at]! }] : [];
  });
  const ready = inBatch(prepared(entered, post, going, portal, now), post);
  if (ready.length + before.length === 0) throw nobodyLeft();
  const draft = work.draft();
  const sent: SentLetter[] = [];
  const along = post.attachments.reduce((sum, { bytes }) => sum + bytes.length, 0);
  for (const each of ready) {
    sent.push(await written(entered, post, each, draft));
    post.progress?.(sent.length * along, ready.length * along);
  }
  const send = async (): Promise<readonly SentLetter[]> => {
    if (ready.length === 0) return before;
    const batch = await work.sign(draft);
    // Should the answer get lost, the next try finds these on record, and sends nobody the same twice.
    await done.add(ready.map(({ wish }, at) => [wish, sent[at]!.letter]));
    await work.deliver(batch);
    return [...before, ...sent];
  };
  const files = post.attachments.map(({ name, bytes }) => ({ name, length: bytes.length }));
  return { draft, warnings, letters: ready, before, files, send };
}

/** Refuses files of these lengths, in bytes, that no letter has room for. */
function requireRoom(lengths: readonly number[]): void {
  const together = lengths.reduce((sum, length) => sum + length, 0);
  if (together <= MAX_ATTACHED && lengths.length <= MAX_ATTACHMENTS) return;
  throw ClientError.said(
    "attachments-too-large",
    "Dit zijn te veel of te grote bijlagen (hoogstens 20, samen 7 MB). Voeg ze als stuk toe aan de casus.",
    "These are too many or too large attachments (20 at most, 7 MB together). Add them to the case as items.",
  );
}

/** Files to send along, each under a name that is safe for any folder. What is too large is not even read. */
export async function attachedFiles(files: readonly GivenFile[]): Promise<Attached[]> {
  requireRoom(files.map(({ file }) => file.size));
  return Promise.all(files.map(attached));
}

/** A file as somebody gave it. */
export interface GivenFile {
  readonly file: Blob;
  readonly fileName: string;
}

async function attached({ file, fileName }: GivenFile): Promise<Attached> {
  try {
    return { name: safeFileName(fileName), bytes: new Uint8Array(await file.arrayBuffer()) };
  } catch (error) {
    throw stored(error);
  }
}

/** By which each letter is known again: all that it says, and to whom. */
function wishesOf({ case: number, roster, again, attachments, to }: Post): Digest[] {
  const files = attachments.map(({ name, bytes }) => [name, digestOf(bytes)]);
  return to.map(({ member, content }) => wishOf("letter", number, roster, again, files, member, content));
}

function nobodyLeft(): ClientError {
  return ClientError.said(
    "nobody-left",
    "Er is niemand over om aan te sturen. Er is niets verstuurd.",
    "There is nobody left to send to. Nothing was sent.",
  );
}

/** Everyone as an addressee, with the letter written out. Refuses who can't get one, with each reason. */
function prepared(
  entered: Entered,
  post: Post,
  going: readonly { addressed: To; wish: Digest }[],
  portal: string,
  now: Moment,
): Ready[] {
  const ready: Ready[] = [];
  const cannot: [MemberId, unknown][] = [];
  for (const { addressed, wish } of going) {
    const { member, content } = addressed;
    let to: Addressee;
    try {
      to = requireAddressee(entered, post, addressed, now);
    } catch (error) {
      cannot.push([member, error]);
      continue;
    }
    ready.push({ to, content, addressed, wish, composed: composedFor(entered, to, content, portal) });
  }
  if (cannot.length > 0) throw somebodyCannot(entered.work.world, cannot);
  return ready;
}

/** Whether someone can get its letter: as a member, and by the rule of letters. */
function requireAddressee(entered: Entered, post: Post, addressed: To, now: Moment): Addressee {
  const { house, me } = entered.work.world;
  const found = addressee(house, addressed.member, now);
  const grants = readersOf(entered).map(({ vault, generation }) => ({ vault, generation, header: NOTHING }));
  const letter = statementOf(post, addressed, found, NOTHING, { payload: NO_PAYLOAD, grants });
  judgeLetter(house, entered.of, letter, me, now);
  return found;
}

/** The vaults that the copy is sealed to. */
function readersOf({ work: { world }, of }: Entered): VaultState[] {
  return distinct(keptBy(world.house, of, [world.myPartner()]));
}

function statementOf(
  post: Post,
  { content, roster = post.roster, member }: To,
  { key }: Addressee,
  message: Digest,
  copy: { readonly payload: Payload; readonly grants: readonly VaultGrant[] },
): Letter {
  const isOfMeeting = content.kind !== "request" && content.kind !== "message";
  return {
    kind: "letter",
    case: post.case,
    letterKind: content.kind,
    to: member,
    key,
    roster: isOfMeeting ? roster : undefined,
    sequence: appointmentIn(content)?.sequence,
    item: content.kind === "minutes" ? content.item : undefined,
    message,
    copy: copy.payload,
    grantCopy: copy.grants,
  };
}

function composedFor({ work: { world }, of }: Entered, to: Addressee, content: Content, portal: string): Composed {
  const mine = world.myMembership();
  const envelope = {
    case: of.number,
    portal,
    from: mine.name,
    partner: world.house.partnerName(mine.partner),
    to: to.membership.name,
    language: to.delivery.language,
  };
  return compose(content, envelope, world.house.hub);
}

/** As many letters as fit into one batch; most often all. */
function inBatch(ready: readonly Ready[], { attachments }: Post): Ready[] {
  const files = attachments.reduce((sum, { bytes }) => sum + bytes.length, 0);
  // Twice base64, once in the message and once in its armor, and some for the rest.
  const each = (files + 64 * 1024) * 2;
  return ready.slice(0, Math.max(Math.floor(MOST_IN_BATCH / each), 1));
}

/** Seals one letter, and adds its statement to the draft. */
async function written(entered: Entered, post: Post, ready: Ready, draft: Draft): Promise<SentLetter> {
  const { work, of } = entered;
  const { house, me } = work.world;
  const { to, content, composed, addressed } = ready;
  const at = draft.signedAt;
  const { attachments } = post;
  const from = work.world.myMembership().name;
  const bytes = await sealed({ hub: house.hub, from, to, at, composed, attachments }, work.secrets.cert);
  const vaults = readersOf(entered);
  for (const vault of vaults) vaultRecipient(house, vault, at);
  const { subject, text } = composed;
  const files = attachments.map(({ name, bytes }) => ({ name, digest: digestOf(bytes), length: bytes.length }));
  const copy = draft.seal(copyBytes({ subject, text, content, attachments: files }), vaults);
  const message = draft.attach(bytes);
  draft.call(message, subject);
  const letter = statementOf(post, addressed, to, message, copy);
  judgeLetter(house, of, letter, me, at);
  const { way } = to.delivery;
  return { letter: draft.push(letter), kind: content.kind, to: addressed.member, way, isNew: true };
}

/** Why nothing is sent: everyone who can't get a letter, each with the reason. */
export function somebodyCannot(world: World, cannot: readonly (readonly [MemberId, unknown])[]): ClientError {
  const lines = (language: "nl" | "en", head: string): string => {
    const why = cannot.map(([member, error]) => {
      const why = world.gone(member)?.[language] ?? sentenceOf(error, language);
      return `${world.nameOf(member)} (${codeOf(error)}): ${why}`;
    });
    return [head, ...why].join(" ");
  };
  return ClientError.said(
    "cannot-get",
    lines("nl", "Er is niets verstuurd, want niet iedereen kan dit bericht krijgen."),
    lines("en", "Nothing was sent, as not everyone can get this letter."),
  );
}
