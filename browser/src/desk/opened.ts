// Stuk: an item that was opened, checked to its last byte. What is shown of it goes to the page; all else stays sealed
// where it lies until the person saves it, and then goes chunk by chunk to where the person said.

import { Work, type Context } from "../client/context.ts";
import { ClientError, stored } from "../client/error.ts";
import { OpfsScratches } from "../client/home.ts";
import type { Opened } from "../client/open.ts";
import { openPack } from "../client/verbs/pack.ts";
import type { CaseNumber, Digest } from "../protocol/id.ts";
import { forTerminal, safeFileName, type Label } from "../protocol/label.ts";
import { Refused } from "../protocol/seal.ts";
import { rulesSeen, type RulesSeen } from "./rules.ts";
import { removeEmpty, saveInto, together } from "./saving.ts";
import { Underways, type Begun, type Tell } from "./underway.ts";

/** As what an item is shown: never as what a browser would run. */
export type ShownAs = "text" | "picture" | "pdf";

/** An item that was opened, checked to its last byte. */
export interface OpenedSeen {
  /** What it is called, for the eye. */
  readonly title: string;
  readonly label: Label;
  /** What is enforced of it. */
  readonly rules: RulesSeen;
  /** Under which it can be saved. */
  readonly fileName: string;
  /** Its plain text, where it can be shown without harm; all else is only saved. */
  readonly shown: { readonly as: ShownAs; readonly content: Blob } | undefined;
}

/** The pictures that a browser draws without running anything. SVG can hold programs. */
const PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp"];
/** The longest text, and the longest of anything else, that is shown; in bytes. */
const MOST_TEXT = 1024 * 1024;
const MOST = 64 * 1024 * 1024;
/** The largest that is put together for a browser that can't write to a file piece by piece, in bytes. */
export const MOST_TOGETHER = 256 * 1024 * 1024;
/** What was not downloaded to its end goes on for so long, in milliseconds. */
const WEEK = 7 * 24 * 60 * 60 * 1000;

/** Told while an item is opened, or saved. */
export type OpeningTold = Tell<"fetching" | "checking" | "saving">;

/** The item that is open: one at a time, until somebody looks at something else or locks. */
export class OpenItem {
  readonly #underways = new Underways();
  #one: Opened | undefined;
  /** Openings of an item that was left may still have its file. */
  readonly #ending = new Map<Digest, Promise<unknown>>();

  async open(ctx: Context, number: CaseNumber, item: Digest, tell: OpeningTold): Promise<OpenedSeen> {
    await this.leave();
    const begun = this.#underways.begin(tell);
    await this.#ending.get(item);
    const opening = this.#opened(ctx, number, item, begun);
    const ended = opening.catch(() => undefined);
    this.#ending.set(item, ended);
    try {
      return await opening;
    } finally {
      if (this.#ending.get(item) === ended) this.#ending.delete(item);
    }
  }

  async #opened(
    ctx: Context,
    number: CaseNumber,
    item: Digest,
    { progress, requireWanted }: Begun<"fetching" | "checking" | "saving">,
  ): Promise<OpenedSeen> {
    requireWanted();
    const incoming = await OpfsScratches.open(`incoming-${ctx.home.settings.member}`);
    await incoming.clear(Date.now() - WEEK);
    const work = await Work.begin(ctx);
    const { opened, refused } = await openPack(work, number, { items: [item], incoming, progress: () => progress });
    const [one] = opened;
    if (one === undefined) {
      requireWanted();
      const [why] = refused;
      throw new ToldAgain(why?.code ?? "unknown-item", why?.sentence ?? "");
    }
    try {
      const rules = rulesSeen({ work, of: work.world.case(number) }, item);
      const as = shownAs(one.label);
      const shown = as && { as, content: await together(one, requireWanted) };
      requireWanted();
      this.#one = one;
      const title = forTerminal(one.label.title);
      return { title, label: one.label, rules, fileName: safeFileName(one.label.fileName), shown };
    } catch (error) {
      await one.done();
      throw error;
    }
  }

  /** Saves it to a file that the person chose. Of what went wrong or was left nothing is there. */
  async saveTo(file: FileSystemFileHandle, tell: OpeningTold): Promise<void> {
    const one = this.#one;
    if (one === undefined) {
      await removeEmpty(file);
      throw notOpen();
    }
    const { progress, requireWanted } = this.#underways.begin(tell);
    const told = progress("saving");
    try {
      await saveInto(one, file, told, requireWanted);
    } catch (error) {
      throw await this.#notSaved(error, one);
    }
  }

  /** The plain text in one piece, for a browser that can't write to a file. Refuses what is too large for that. */
  async whole(tell: OpeningTold): Promise<Blob> {
    const one = this.#one;
    if (one === undefined) throw notOpen();
    if (one.label.bodyLength > MOST_TOGETHER) throw tooLarge();
    const { progress, requireWanted } = this.#underways.begin(tell);
    const told = progress("saving");
    try {
      return await together(one, requireWanted, (done) => told(done, one.label.bodyLength));
    } catch (error) {
      throw await this.#notSaved(error, one);
    }
  }

  /** Ends what is under way, and forgets the item's key. What lies here of it is removed. */
  async leave(): Promise<void> {
    this.#underways.leave();
    const one = this.#one;
    this.#one = undefined;
    await one?.done();
  }

  /** In words. What was right when it was opened, and is not any more, has to be fetched anew. */
  async #notSaved(error: unknown, one: Opened): Promise<unknown> {
    if (error instanceof Refused) {
      if (this.#one === one) await this.leave();
      return ClientError.said(
        "not-saved",
        "De inhoud is op dit apparaat veranderd nadat wij haar controleerden. Er is niets opgeslagen. Open het stuk opnieuw.",
        "The content was changed on this device after we checked it. Nothing was saved. Open the item again.",
      );
    }
    if (!(error instanceof DOMException) || error.name === "QuotaExceededError") return stored(error);
    return ClientError.said(
      "not-saved",
      "Het bestand kon daar niet worden opgeslagen. Er is niets half bewaard. Kies een andere plek.",
      "The file could not be saved there. Nothing was kept by halves. Choose another place.",
    );
  }
}

function shownAs({ mediaType, bodyLength }: Label): ShownAs | undefined {
  if (bodyLength > MOST) return undefined;
  if (PICTURES.includes(mediaType)) return "picture";
  if (mediaType === "application/pdf") return "pdf";
  return mediaType.startsWith("text/") && bodyLength <= MOST_TEXT ? "text" : undefined;
}

function notOpen(): ClientError {
  return ClientError.said(
    "not-saved",
    "Dit stuk is hier niet meer open. Er is niets opgeslagen. Open het stuk opnieuw.",
    "This item is not open here any more. Nothing was saved. Open the item again.",
  );
}

function tooLarge(): ClientError {
  return ClientError.said(
    "too-large-here",
    "Deze browser kan zo'n groot bestand niet opslaan. Open het stuk in Edge of Chrome, of vraag het huis om hulp. Er is niets opgeslagen.",
    "This browser can't save a file as large as this. Open the item in Edge or Chrome, or ask the house for help. Nothing was saved.",
  );
}

/** A reason that was told in a sentence already. */
class ToldAgain extends Error {
  constructor(
    readonly code: string,
    private readonly said: string,
  ) {
    super(code);
  }

  sentence(): string {
    return this.said;
  }
}
