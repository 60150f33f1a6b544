// A tap on the line between a browser and its hub: everything that goes either way, byte by byte, to be searched.

import { createConnection, createServer, type Server, type Socket } from "node:net";

/** A text that may not be found, and what it is. */
export type Canaries = Readonly<Record<string, string | Uint8Array>>;

export class Tap {
  /** How long each piece of at most 64 KiB takes, in milliseconds. */
  slowness = 0;
  /** What went each way, of each connection. */
  private readonly lines: { readonly sent: Buffer[]; readonly received: Buffer[] }[] = [];

  private constructor(
    private readonly server: Server,
    private readonly sockets: Set<Socket>,
  ) {}

  /** On the line to a hub, at an address of its own. */
  static async before(hub: URL): Promise<Tap> {
    const sockets = new Set<Socket>();
    const server = createServer((browser) => {
      const line = { sent: [], received: [] };
      tap.lines.push(line);
      const beyond = createConnection({ port: Number(hub.port), host: "127.0.0.1" });
      for (const [from, to, kept] of [
        [browser, beyond, line.sent],
        [beyond, browser, line.received],
      ] as [Socket, Socket, Buffer[]][]) {
        sockets.add(from);
        from.on("data", (bytes) => {
          kept.push(Buffer.from(bytes));
          if (tap.slowness === 0) return;
          from.pause();
          setTimeout(() => from.resume(), tap.slowness);
        });
        from.on("error", () => to.destroy());
        from.on("close", () => sockets.delete(from));
        from.pipe(to);
      }
    });
    const tap = new Tap(server, sockets);
    await new Promise<void>((resolve) => server.unref().listen(0, "127.0.0.1", resolve));
    return tap;
  }

  get url(): URL {
    const address = this.server.address();
    if (address === null || typeof address === "string") throw new Error("it does not listen");
    return new URL(`http://localhost:${address.port}/`);
  }

  /** How many bytes the browser sent. */
  get bytesSent(): number {
    return lengthOf(this.lines.flatMap(({ sent }) => sent));
  }

  /** How many bytes came back. */
  get bytesReceived(): number {
    return lengthOf(this.lines.flatMap(({ received }) => received));
  }

  /** What was asked for, by its path. */
  get paths(): string[] {
    const sent = Buffer.concat(this.lines.flatMap((line) => line.sent)).toString("latin1");
    const asked = sent.matchAll(/^GET (\/\S*) HTTP\/1\.1\r$/gm);
    return [...asked].map(([, path = "/"]) => path);
  }

  /** Which of these went over the line, in any spelling that bytes have. */
  finds(canaries: Canaries): string[] {
    const ways = this.lines.flatMap(({ sent, received }) => [sent, received]).map((pieces) => Buffer.concat(pieces));
    return new Search(canaries).in([...ways, ...ways.map(unchunked)]);
  }

  async end(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

function lengthOf(pieces: readonly Buffer[]): number {
  return pieces.reduce((sum, bytes) => sum + bytes.length, 0);
}

/** Which of these are in some bytes, however they are spelled there: a spelling of each that is. */
export function found(bytes: Buffer, canaries: Canaries): string[] {
  return new Search(canaries).in([bytes]);
}

interface Spelling {
  readonly name: string;
  readonly bytes: Buffer;
}

/** All canaries in all their spellings, to be looked for at once. */
export class Search {
  private readonly names: string[] = [];
  /** By their first four bytes. */
  private readonly spellings = new Map<number, Spelling[]>();
  /** What the first two of those are, of any. */
  private readonly begins = new Uint8Array(1 << 16);

  constructor(canaries: Canaries) {
    for (const [name, canary] of Object.entries(canaries)) {
      this.names.push(name);
      for (const bytes of spellings(canary)) this.add({ name, bytes });
    }
  }

  private add(spelling: Spelling): void {
    if (spelling.bytes.length < 4) throw new Error(`${spelling.name} is so short that it is anywhere`);
    const four = spelling.bytes.readUInt32BE(0);
    this.spellings.set(four, [...(this.spellings.get(four) ?? []), spelling]);
    this.begins[four >>> 16] = 1;
  }

  /** Which are in any of these: the spelling of each that was found last. */
  in(all: readonly Buffer[]): string[] {
    const seen = new Map<string, Buffer>();
    for (const bytes of all) this.look(bytes, seen);
    return this.names.flatMap((name) => {
      const spelled = seen.get(name);
      return spelled === undefined ? [] : [`${name} as ${spelled.toString("latin1").slice(0, 40)}`];
    });
  }

  private look(bytes: Buffer, seen: Map<string, Buffer>): void {
    for (let at = 0; at + 4 <= bytes.length; at += 1) {
      if (this.begins[(bytes[at]! << 8) | bytes[at + 1]!] === 0) continue;
      for (const { name, bytes: spelled } of this.spellings.get(bytes.readUInt32BE(at)) ?? []) {
        if (spelled.equals(bytes.subarray(at, at + spelled.length))) seen.set(name, spelled);
      }
    }
  }
}

/**
 * As it is, in hexadecimal, in base64 of either kind wherever it stands in what was encoded, as a row of numbers; and a
 * text escaped for an address or for JSON.
 */
function spellings(canary: string | Uint8Array): Buffer[] {
  const plain = Buffer.from(canary as Uint8Array);
  const hexadecimal = plain.toString("hex");
  // Of base64 three thirds, since what stands before moves its letters.
  const shifted = [0, 1, 2].map((shift) => {
    const padded = Buffer.concat([Buffer.alloc(shift), plain]).toString("base64").replace(/=+$/, "");
    // The letters at both ends hold bits of what stands beside.
    return padded.slice(shift === 0 ? 0 : shift + 1, -1);
  });
  const urlSafe = shifted.map((letters) => letters.replace(/\+/g, "-").replace(/\//g, "_"));
  const escaped = typeof canary === "string" ? [encodeURIComponent(canary), JSON.stringify(canary).slice(1, -1)] : [];
  const all = [...escaped, hexadecimal, hexadecimal.toUpperCase(), plain.join(","), ...shifted, ...urlSafe];
  return [plain, ...all.map((letters) => Buffer.from(letters))];
}

/** The same answer or question without the lengths that HTTP writes between its pieces. */
function unchunked(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString("latin1").replace(/\r\n[0-9a-f]{1,8}\r\n/gi, ""), "latin1");
}
