// Files on their way out: sealed on this machine first, then uploaded, and kept until they are on record, so that a cut
// line or a closed window costs nothing but time.
//
// The sealed payload lies in a scratch file, its record in the home under `outgoing/NAME`: with the file key, so sealed
// to the member's own key. A payload without a record was cut off while sealing.

import { sha256 } from "@noble/hashes/sha2.js";

import { base64, hex, joined } from "../../../protocol/bytes.ts";
import { digest, digestFrom, mac, type Digest } from "../../../protocol/id.ts";
import { PartsDigest, Sealer } from "../../../protocol/payload.ts";
import { FileKey } from "../../../protocol/seal.ts";
import type { Payload } from "../../../protocol/words/composed.ts";
import { ClientError, stored } from "../../error.ts";
import type { Home, Scratch, Scratches } from "../../home.ts";
import * as json from "../../json.ts";
import type { Shaped } from "../../json.ts";
import type { Progress, Remote } from "../../remote.ts";
import { inTurns } from "../../remote/transfer.ts";

const FOLDER = "outgoing/";
/** Sealed text is gathered up to so many bytes before it is written: many small writes are slow. */
const GATHERED = 4 * 1024 * 1024;

type Record_ = Shaped<typeof RECORD>;
const RECORD = json.exactly({
  /** Where it goes, so that one file can be under way to two places. */
  purpose: json.text,
  file_key: json.bytes,
  plain_digest: json.as(digest),
  plain_length: json.count,
  payload_digest: json.as(digest),
  payload_length: json.count,
  commitment: json.as(mac),
  upload: json.maybe(json.text),
});

/** The digest and the length in bytes of a plain text. */
export interface Plain {
  readonly digest: Digest;
  readonly length: number;
}

/** One file on its way out. */
export class Outgoing {
  constructor(
    readonly scratch: Scratch,
    readonly record: Record_,
  ) {}

  /** The key of the file. Whoever asks wipes it. */
  fileKey(): FileKey {
    return FileKey.fromBytes(this.record.file_key);
  }

  /** As the item's statement names it. */
  get payload(): Payload {
    const { payload_digest, payload_length, commitment } = this.record;
    return { digest: payload_digest, length: payload_length, commitment };
  }

  get plain(): Plain {
    return { digest: this.record.plain_digest, length: this.record.plain_length };
  }
}

/** All files on their way out. */
export class Outbox {
  private constructor(
    private readonly home: Home,
    private readonly scratches: Scratches,
  ) {}

  /** The outbox of a home. What was cut off while sealing is cleared away. */
  static async open(home: Home, scratches: Scratches): Promise<Outbox> {
    const recorded = new Set(await home.keptNames(FOLDER));
    for (const name of await scratches.names()) {
      if (!recorded.has(FOLDER + name)) await scratches.file(name).remove();
    }
    return new Outbox(home, scratches);
  }

  /**
   * The file, sealed: anew, or as it was before if it is on its way to this place already. It is read to its end here,
   * so that one that can't be read stops everything before an upload begins.
   */
  async take(purpose: string, file: Blob, progress: Progress): Promise<Outgoing> {
    const waiting = (await this.waiting()).filter(
      ({ plain, record }) => record.purpose === purpose && plain.length === file.size,
    );
    if (waiting.length === 0) return this.seal(purpose, file, progress);
    const plain = await digestOfBlob(file, progress);
    const isSame = (outgoing: Outgoing): boolean =>
      outgoing.plain.digest === plain.digest && outgoing.plain.length === plain.length;
    return waiting.find(isSame) ?? this.seal(purpose, file, progress);
  }

  /** All that is on its way. */
  async waiting(): Promise<Outgoing[]> {
    const names = await this.home.keptNames(FOLDER);
    const found = await Promise.all(names.map((name) => this.read(name)));
    return found.filter((outgoing) => outgoing !== undefined);
  }

  private async seal(purpose: string, file: Blob, progress: Progress): Promise<Outgoing> {
    const name = hex.encode(crypto.getRandomValues(new Uint8Array(8)));
    const scratch = this.scratches.file(name);
    const fileKey = FileKey.generate();
    try {
      const { plain, payload } = await sealTo(file, scratch, fileKey, progress);
      const outgoing = new Outgoing(scratch, {
        purpose,
        file_key: fileKey.bytes.slice(),
        plain_digest: plain.digest,
        plain_length: plain.length,
        payload_digest: payload.digest,
        payload_length: payload.length,
        commitment: fileKey.commitment,
        upload: undefined,
      });
      await this.write(outgoing);
      return outgoing;
    } catch (error) {
      await scratch.remove();
      throw stored(error);
    } finally {
      fileKey.wipe();
    }
  }

  /** Sends what the hub does not have yet. */
  async upload(outgoing: Outgoing, remote: Remote, progress: Progress): Promise<void> {
    const payload = await outgoing.scratch.blob();
    const { upload } = outgoing.record;
    if (upload !== undefined && (await remote.upload(upload, payload, progress))) return;
    const id = await remote.beginUpload(outgoing.record.payload_length);
    await this.write(new Outgoing(outgoing.scratch, { ...outgoing.record, upload: id }));
    if (!(await remote.upload(id, payload, progress))) throw ClientError.badAnswer("upload");
  }

  /** They are on record, and known to be (see Done): nothing of them needs to stay here. */
  async forget(all: readonly Outgoing[]): Promise<void> {
    for (const { scratch } of all) {
      // What can't be cleared now is no reason to say that it did not go well.
      await this.home.forget(FOLDER + scratch.name).catch(() => undefined);
      await scratch.remove().catch(() => undefined);
    }
  }

  private write({ scratch, record }: Outgoing): Promise<void> {
    const { file_key: key, ...others } = record;
    return this.home.keep(FOLDER + scratch.name, json.jsonBytes({ ...others, file_key: base64.encode(key) }));
  }

  /** A record that this member's keys open, with its payload; else nothing. */
  private async read(name: string): Promise<Outgoing | undefined> {
    const bytes = await this.home.kept(name).catch(() => undefined);
    if (bytes === undefined) return undefined;
    const record = json.readJson(bytes, RECORD);
    const scratch = this.scratches.file(name.slice(FOLDER.length));
    const isWhole = (await scratch.size()) === record.payload_length;
    const outgoing = new Outgoing(scratch, record);
    return isWhole && outgoing.fileKey().matches(record.commitment) ? outgoing : undefined;
  }
}

/** Reads a file once: seals it, and digests both texts. */
async function sealTo(
  file: Blob,
  to: Scratch,
  key: FileKey,
  progress: Progress,
): Promise<{ plain: Plain; payload: Plain }> {
  const out = await to.append(0);
  try {
    const payload = new PartsDigest();
    const plain = sha256.create();
    let [length, gathered] = [0, 0];
    const pieces: Uint8Array[] = [];
    const sealer = Sealer.begin(key, (sealed) => {
      pieces.push(sealed);
      gathered += sealed.length;
    });
    const write = async (): Promise<void> => {
      gathered = 0;
      const piece = joined(pieces.splice(0));
      await payload.update(piece);
      await out.write(piece);
    };
    for await (const piece of inTurns(file)) {
      plain.update(piece);
      sealer.update(piece);
      length += piece.length;
      progress(length, file.size);
      if (gathered >= GATHERED) await write();
    }
    sealer.finish();
    await write();
    return { plain: { digest: digestFrom(plain.digest()), length }, payload: await payload.finish() };
  } finally {
    await out.close();
  }
}

async function digestOfBlob(file: Blob, progress: Progress): Promise<Plain> {
  const plain = sha256.create();
  let length = 0;
  for await (const piece of inTurns(file)) {
    plain.update(piece);
    length += piece.length;
    progress(length, file.size);
  }
  return { digest: digestFrom(plain.digest()), length };
}
