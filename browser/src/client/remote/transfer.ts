// Payloads of any size: up in parts of 8 MiB (tus 1.0), down by ranges, both going on after a cut. Of neither more than
// a part is in memory.

import { PART, PartsDigest } from "../../protocol/payload.ts";
import { Refused, requireNamed } from "../../protocol/seal.ts";
import type { Payload } from "../../protocol/words/composed.ts";
import { ClientError, stored } from "../error.ts";
import type { Scratch } from "../home/scratch.ts";
import { pause } from "../pause.ts";
import { refusalIn, segment, toRead, whyOf, type Answer, type Ask, type Exchange } from "./exchange.ts";
import { SILENCE, type Why } from "./patience.ts";

/** Told while bytes travel: how many are done, and how many there are. */
export type Progress = (done: number, total: number) => void;

/** So many bytes are worked on before anything else that waits has its turn. */
const AT_ONCE = 512 * 1024;

/** The largest payload that is read into memory, in bytes. */
export const MOST_IN_MEMORY = 64 * 1024 * 1024;

const TUS = { "tus-resumable": "1.0.0" };
const OFFSET = "upload-offset";

/** Told how far a download is, and then how far it was read once more. */
export interface Downloading {
  readonly progress: Progress;
  readonly checking: Progress;
}

/** Downloads a payload, going on where the file ends. When it returns, the file is the payload that is named. */
export async function download(
  hub: Exchange,
  path: string,
  named: Payload,
  to: Scratch,
  told: Downloading,
): Promise<void> {
  const isFromBefore = (await to.size()) > 0;
  try {
    await downloadWhole(hub, path, named, to, told);
  } catch (error) {
    // The beginning that lay here was another's, or a lie that was told before: it is no reason to refuse what is
    // served now.
    if (!(isFromBefore && error instanceof Refused)) throw error;
    await downloadWhole(hub, path, named, to, told);
  }
}

/** Goes on until all is there, over as many cuts as it takes. What is not the payload that is named is removed. */
async function downloadWhole(
  hub: Exchange,
  path: string,
  named: Payload,
  to: Scratch,
  { progress, checking }: Downloading,
): Promise<void> {
  try {
    await downloadParts(hub, path, named, to, progress);
    await requireFile(to, named, checking);
  } catch (error) {
    if (error instanceof Refused) await to.remove();
    throw error;
  }
}

async function downloadParts(
  hub: Exchange,
  path: string,
  named: Payload,
  to: Scratch,
  progress: Progress,
): Promise<void> {
  let patience = hub.patience();
  let most = await to.size();
  for (;;) {
    const before = await to.size();
    if (before === named.length) return;
    const cut = await downloadRest(hub, path, named, to, before, progress);
    if (cut === undefined) continue;
    // A hub that begins anew each time comes no further.
    const now = await to.size();
    if (now > most) {
      patience = hub.patience();
      most = now;
    }
    if (!(await hub.anotherTry(patience, SILENCE))) throw cut;
  }
}

/** Asks for what a file does not have yet, and adds it. Gives what the connection was cut by, if it was. */
async function downloadRest(
  hub: Exchange,
  path: string,
  named: Payload,
  to: Scratch,
  before: number,
  progress: Progress,
): Promise<ClientError | undefined> {
  // What is too long can't be a beginning.
  const have = before > named.length ? 0 : before;
  const range = { range: `bytes=${have}-`, "if-range": `"${named.digest}"` };
  const answer = await hub.answer(have > 0 ? { ...toRead(path), headers: range } : toRead(path));
  const start = goesOn(answer, have) ? have : 0;
  const file = await to.append(start);
  let done = start;
  try {
    progress(done, named.length);
    for await (const piece of answer.pieces()) {
      done += piece.length;
      if (done > named.length) throw new Refused("length");
      await file.write(piece);
      progress(done, named.length);
    }
  } catch (error) {
    if (error instanceof ClientError && error.problem.kind === "network") return error;
    throw stored(error);
  } finally {
    await file.close();
  }
  if (done === named.length) return undefined;
  // All came that the hub said would come: nothing was cut off.
  if (answer.header("content-length") === String(done - start)) throw new Refused("length");
  return ClientError.network(`${done} / ${named.length}`);
}

/** Whether an answer begins where we stopped; else it begins at the beginning. */
function goesOn(answer: Answer, have: number): boolean {
  return answer.status === 206 && (answer.header("content-range") ?? "").startsWith(`bytes ${have}-`);
}

/** Reads the file once more, whole: what is on disk is what counts. */
async function requireFile(file: Scratch, named: Payload, progress: Progress): Promise<void> {
  const digest = new PartsDigest();
  let done = 0;
  for await (const piece of inTurns(await file.blob())) {
    await digest.update(piece);
    done += piece.length;
    progress(done, named.length);
  }
  requireNamed(await digest.finish(), named);
}

/** The bytes of a blob, piece by piece. */
export async function* piecesOf(blob: Blob): AsyncGenerator<Uint8Array> {
  const reader = blob.stream().getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch (error) {
    throw stored(error);
  } finally {
    // Who stops early is not interested in how it ends.
    reader.cancel().catch(() => undefined);
  }
}

/** The bytes of a file; now and then with a turn for what waits: whoever locks is not kept waiting for the whole of it. */
export async function* inTurns(file: Blob): AsyncGenerator<Uint8Array> {
  let since = 0;
  for await (const piece of piecesOf(file)) {
    yield piece;
    since += piece.length;
    if (since < AT_ONCE) continue;
    since = 0;
    await pause();
  }
}

/** Begins an upload of so many bytes; its id. Begun twice is harmless: what is not claimed goes by itself. */
export async function beginUpload(hub: Exchange, length: number): Promise<string> {
  const headers = { ...TUS, "upload-length": String(length) };
  const answer = await hub.answer({ method: "POST", path: "v1/uploads", headers, repeatable: true });
  answer.end();
  const location = answer.header("location");
  if (location === undefined) throw ClientError.badAnswer("Location");
  // Only the id counts: the hub does not send us elsewhere.
  return segment(location.slice(location.lastIndexOf("/") + 1));
}

/** Sends what the hub does not have yet of a payload. False if the hub no longer knows the upload. */
export async function upload(hub: Exchange, id: string, payload: Blob, progress: Progress): Promise<boolean> {
  const path = `v1/uploads/${segment(id)}`;
  const length = payload.size;
  let offset = await offsetOf(hub, path);
  if (offset === undefined) return false;
  if (offset > length || (offset !== length && offset % PART !== 0)) throw ClientError.badAnswer("Upload-Offset");
  let patience = hub.patience();
  for (;;) {
    progress(offset, length);
    if (offset >= length) return true;
    const end = Math.min(offset + PART, length);
    const sent = await sendPart(hub, path, payload, offset, end);
    if (sent === undefined) {
      offset = end;
      patience = hub.patience();
      continue;
    }
    if (!isCut(sent.error)) throw sent.error;
    if (!(await hub.anotherTry(patience, sent.why))) throw sent.error;
    // How far it came, the hub knows.
    const known = await offsetOf(hub, path);
    if (known === undefined) return false;
    // The part was kept or it was not: a hub that says anything else could keep us sending forever.
    if (known !== offset && known !== end) throw ClientError.badAnswer("Upload-Offset");
    if (known > offset) patience = hub.patience();
    offset = known;
  }
}

/**
 * Worth asking the hub how far it came: a cut, a busy hub, another offset than we thought, or as many parts of ours
 * under way as the hub takes, of another window or another machine.
 */
function isCut(error: unknown): boolean {
  if (!(error instanceof ClientError)) return false;
  const { kind } = error.problem;
  const passing = ["wrong-offset", "unavailable", "too-slow", "too-many-uploads"];
  return kind === "network" || (kind === "refused" && passing.includes(error.code));
}

/** Sends a part; what went wrong, and when to try again if that is of use. */
async function sendPart(
  hub: Exchange,
  path: string,
  payload: Blob,
  offset: number,
  end: number,
): Promise<{ error: unknown; why: Why } | undefined> {
  const bytes = await bytesOf(payload.slice(offset, end));
  const ask: Ask = {
    method: "PATCH",
    path,
    headers: { ...TUS, [OFFSET]: String(offset) },
    body: { type: "application/offset+octet-stream", bytes },
    repeatable: false,
  };
  let answer: Answer;
  try {
    answer = await hub.once(ask);
  } catch (error) {
    return { error, why: SILENCE };
  }
  const why = whyOf(answer);
  if (!answer.isGood) return { error: await refusalIn(answer), why };
  answer.end();
  const isKept = answer.header(OFFSET) === String(end);
  return isKept ? undefined : { error: ClientError.badAnswer("Upload-Offset"), why };
}

async function bytesOf(blob: Blob): Promise<Uint8Array> {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (error) {
    throw stored(error);
  }
}

/** How many bytes the hub has; nothing if it does not know the upload. */
async function offsetOf(hub: Exchange, path: string): Promise<number | undefined> {
  const answer = await hub.answerIfThere({ method: "HEAD", path, headers: TUS, repeatable: true });
  if (answer === undefined) return undefined;
  answer.end();
  const value = answer.header(OFFSET) ?? "";
  if (!/^(0|[1-9]\d{0,15})$/.test(value)) throw ClientError.badAnswer("Upload-Offset");
  return Number(value);
}
