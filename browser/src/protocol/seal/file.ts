// Whole age files, for secrets that several people hold: a vault's key, a member's key bundle.

import { Decrypter, Encrypter } from "age-encryption";

import { joined, textOf } from "../bytes.ts";
import type { SealingKey } from "./keys.ts";
import type { Recipient } from "./recipient.ts";
import { Refused } from "./refused.ts";

/** The work to guess one passphrase, as a power of two: about a second and 256 MiB. As `age` has it. */
export const WORK_FACTOR = 18;
/** No file makes the reader work harder than this: a gibibyte, which is what a browser's memory still holds. */
export const MOST_WORK = 20;

/** Seals to several holders, as an age file that each can open. Refuses with `no readers` if there are none. */
export async function sealFile(plaintext: Uint8Array, readers: readonly Recipient[]): Promise<Uint8Array> {
  if (readers.length === 0) throw new Refused("no readers");
  const encrypter = new Encrypter();
  for (const reader of readers) encrypter.addRecipient(reader);
  return encrypter.encrypt(plaintext);
}

/** Opens an age file that was sealed to this key, and perhaps to others. Throws a Refused. */
export async function openFile(file: Uint8Array, key: SealingKey): Promise<Uint8Array> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(key.toText());
  return openWith(decrypter, file);
}

/**
 * Seals under a passphrase, as an age file that `age -d` opens. `work` is 1 to MOST_WORK, else refused with `too much
 * work`; WORK_FACTOR unless there is a reason.
 */
export async function sealWithPassphrase(
  plaintext: Uint8Array,
  passphrase: string,
  work: number = WORK_FACTOR,
): Promise<Uint8Array> {
  if (!(Number.isInteger(work) && work >= 1 && work <= MOST_WORK)) throw new Refused("too much work");
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  encrypter.setScryptWorkFactor(work);
  return encrypter.encrypt(plaintext);
}

/**
 * Opens an age file that was sealed under a passphrase. `mostWork` bounds what a stranger's file can ask of this
 * machine: MOST_WORK, or less. Throws a Refused.
 */
export async function openWithPassphrase(
  file: Uint8Array,
  passphrase: string,
  mostWork: number = MOST_WORK,
): Promise<Uint8Array> {
  const [, work] = /^age-encryption.org\/v1\n-> scrypt \S+ ([0-9]+)\n/.exec(beginning(file)) ?? [];
  if (Number(work ?? 0) > Math.min(mostWork, MOST_WORK)) throw new Refused("too much work");
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  return openWith(decrypter, file);
}

/** The first lines, as far as they are text. */
function beginning(file: Uint8Array): string {
  const end = file.findIndex((byte) => byte >= 0x80);
  return textOf(file.subarray(0, Math.min(end < 0 ? file.length : end, 256))) ?? "";
}

async function openWith(decrypter: Decrypter, file: Uint8Array): Promise<Uint8Array> {
  const opened = await decrypter.decrypt(streamOf(file)).catch((error: unknown) => {
    throw refused(error);
  });
  try {
    return await allOf(opened);
  } catch {
    throw new Refused("altered payload");
  }
}

/** All that comes out of a stream, which not every browser can go through with a loop. */
async function allOf(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  const reader = stream.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) pieces.push(read.value);
  const all = joined(pieces);
  for (const piece of pieces) piece.fill(0);
  return all;
}

function streamOf(file: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(file.slice());
      controller.close();
    },
  });
}

/** The library tells apart what was wrong with a header in words only. */
function refused(error: unknown): Refused {
  const said = error instanceof Error ? error.message : "";
  if (said.startsWith("no identity matched")) return new Refused("wrong reader");
  return new Refused(said === "invalid header HMAC" ? "altered mac" : "malformed header");
}
