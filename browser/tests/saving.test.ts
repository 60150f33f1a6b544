import assert from "node:assert/strict";
import { test } from "node:test";

import { codeOf } from "../src/client/error.ts";
import { MemoryScratches, type Scratch } from "../src/client/home.ts";
import { Opened } from "../src/client/open.ts";
import { GATHERED, saveInto, together, type ChosenFile } from "../src/desk/saving.ts";
import { Left } from "../src/desk/underway.ts";
import { concat, utf8 } from "../src/protocol/bytes.ts";
import { digestOf } from "../src/protocol/id.ts";
import type { Label } from "../src/protocol/label.ts";
import { CHUNK, Sealer, TAG } from "../src/protocol/payload.ts";
import { FileKey, type Header } from "../src/protocol/seal.ts";

const wanted = (): void => undefined;

/** A file that somebody chose, with what happened to it. */
class Chosen implements ChosenFile {
  readonly pieces: number[] = [];
  content: Uint8Array | undefined;
  became: "whole" | "aborted" | "removed" | undefined;

  constructor(before = "") {
    this.content = utf8(before);
  }

  async getFile(): Promise<File> {
    return new File([Uint8Array.from(this.content ?? [])], "gekozen.bin");
  }

  async createWritable(): Promise<FileSystemWritableFileStream> {
    const written: Uint8Array[] = [];
    const stream = {
      write: async (bytes: Uint8Array) => {
        this.pieces.push(bytes.length);
        written.push(bytes.slice());
      },
      close: async () => {
        this.content = concat(...written);
        this.became = "whole";
      },
      abort: async () => {
        this.became = "aborted";
      },
    };
    return stream as unknown as FileSystemWritableFileStream;
  }

  async remove(): Promise<void> {
    this.content = undefined;
    this.became = "removed";
  }
}

/** An item of so many bytes that was opened, its plain text, and where it lies sealed. */
async function opened(length: number): Promise<{ one: Opened; plain: Uint8Array; scratch: Scratch; sealed: Uint8Array }> {
  const plain = new Uint8Array(length).map((_, index) => (index * 31) >> 5);
  const key = FileKey.generate();
  const pieces: Uint8Array[] = [];
  const sealer = Sealer.begin(key, (bytes) => pieces.push(bytes));
  sealer.update(plain);
  sealer.finish();
  const sealed = concat(...pieces);
  const scratch = new MemoryScratches().file("payload");
  await puts(scratch, sealed);
  const one = new Opened(digestOf(utf8("stuk")), { bodyLength: length } as Label, {} as Header, key, scratch);
  return { one, plain, scratch, sealed };
}

/** Whether they are the same to the byte; said in one word where a difference would be megabytes. */
function isSame(one: Uint8Array, other: Uint8Array | undefined): boolean {
  return one.length === other?.length && one.every((byte, at) => byte === other[at]);
}

async function puts(scratch: Scratch, bytes: Uint8Array): Promise<void> {
  const to = await scratch.append(0);
  await to.write(bytes);
  await to.close();
}

test("an item is saved to the byte, a few MiB at a time, as often as it is wanted", async () => {
  const length = 2 * GATHERED + CHUNK + 5;
  const { one, plain } = await opened(length);
  for (const before of ["", "wat er al stond"]) {
    const file = new Chosen(before);
    const told: number[] = [];
    await saveInto(one, file, (done, all) => told.push(done / all), wanted);
    assert.equal(file.became, "whole");
    assert.ok(isSame(plain, file.content));
    assert.deepEqual(file.pieces, [GATHERED, GATHERED, CHUNK + 5]);
    assert.equal(told.at(-1), 1);
  }
  const whole = await together(one, wanted);
  assert.ok(isSame(plain, new Uint8Array(await whole.arrayBuffer())));
});

test("an item of nothing is a file of nothing", async () => {
  const file = new Chosen();
  await saveInto((await opened(0)).one, file, wanted, wanted);
  assert.deepEqual([file.became, file.content?.length], ["whole", 0]);
});

test("what was changed since it was checked is not saved, whatever was written of it before", async () => {
  const length = 2 * GATHERED;
  const changes: readonly [string, (sealed: Uint8Array) => Uint8Array][] = [
    ["altered payload", (sealed) => sealed.map((byte, at) => (at === sealed.length - 2 * CHUNK ? byte ^ 1 : byte))],
    ["truncated payload", (sealed) => sealed.subarray(0, sealed.length - CHUNK - TAG)],
    ["trailing data", (sealed) => concat(sealed, utf8("meer"))],
  ];
  for (const [code, change] of changes) {
    for (const before of ["", "wat er al stond"]) {
      const { one, scratch, sealed } = await opened(length);
      await puts(scratch, change(sealed));
      const file = new Chosen(before);
      await assert.rejects(saveInto(one, file, wanted, wanted), (error) => codeOf(error) === code);
      // A name that stood for nothing is gone; what was there before is there still.
      assert.equal(file.became, before === "" ? "removed" : "aborted", code);
      assert.equal(file.content && new TextDecoder().decode(file.content), before === "" ? undefined : before);
      await assert.rejects(together(one, wanted), (error) => codeOf(error) === code);
    }
  }
});

test("who goes elsewhere leaves nothing by halves", async () => {
  const { one } = await opened(2 * GATHERED);
  const file = new Chosen();
  let count = 0;
  const leaves = (): void => {
    count += 1;
    if (count === 2) throw new Left();
  };
  await assert.rejects(saveInto(one, file, wanted, leaves), Left);
  assert.deepEqual([file.became, file.pieces.length], ["removed", 1]);
});

test("a place that can't be written to is told, and the name that was made there goes", async () => {
  const { one } = await opened(5);
  const file = new Chosen();
  file.createWritable = () => Promise.reject(new DOMException("no", "NotAllowedError"));
  await assert.rejects(saveInto(one, file, wanted, wanted), { name: "NotAllowedError" });
  assert.equal(file.became, "removed");
});
