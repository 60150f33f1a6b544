// A tap on the line between a browser and its hub: everything that goes either way, byte by byte, to be searched.

import { createConnection, createServer, type Server, type Socket } from "node:net";

/** A text that may not be found, and what it is. */
export type Canaries = Readonly<Record<string, string | Uint8Array>>;

export class Tap {
  /** How long each piece of at most 64 KiB takes, in milliseconds. */
  slowness = 0;
  private readonly sent: Buffer[] = [];
  private readonly received: Buffer[] = [];

  private constructor(
    private readonly server: Server,
    private readonly sockets: Set<Socket>,
  ) {}

  /** On the line to a hub, at an address of its own. */
  static async before(hub: URL): Promise<Tap> {
    const sockets = new Set<Socket>();
    const server = createServer((browser) => {
      const beyond = createConnection({ port: Number(hub.port), host: "127.0.0.1" });
      for (const [from, to, kept] of [
        [browser, beyond, tap.sent],
        [beyond, browser, tap.received],
      ] as const) {
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
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return tap;
  }

  get url(): URL {
    const address = this.server.address();
    if (address === null || typeof address === "string") throw new Error("it does not listen");
    return new URL(`http://localhost:${address.port}/`);
  }

  /** How many bytes the browser sent. */
  get bytesSent(): number {
    return this.sent.reduce((sum, bytes) => sum + bytes.length, 0);
  }

  /** How many bytes came back. */
  get bytesReceived(): number {
    return this.received.reduce((sum, bytes) => sum + bytes.length, 0);
  }

  /** What was asked for, by its path. */
  get paths(): string[] {
    const asked = Buffer.concat(this.sent).toString("latin1").matchAll(/^GET (\/\S*) HTTP\/1\.1\r$/gm);
    return [...asked].map(([, path = "/"]) => path);
  }

  /** Which of these went over the line, in any spelling that bytes have. */
  finds(canaries: Canaries): string[] {
    return found(Buffer.concat([...this.sent, ...this.received]), canaries);
  }

  async end(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** Which of these are in some bytes: as they are, in hexadecimal or base64, escaped for an address or for JSON. */
export function found(bytes: Buffer, canaries: Canaries): string[] {
  return Object.entries(canaries).flatMap(([name, canary]) => {
    const plain = Buffer.from(canary as Uint8Array);
    const spelled = spellings(plain).find((spelling) => bytes.includes(spelling));
    return spelled === undefined ? [] : [`${name} as ${spelled.toString("latin1").slice(0, 40)}`];
  });
}

function spellings(plain: Buffer): Buffer[] {
  const text = plain.toString("utf8");
  const hexadecimal = plain.toString("hex");
  // Of base64 three thirds, since what stands before a text moves its letters.
  const shifted = [0, 1, 2].map((shift) => {
    const padded = Buffer.concat([Buffer.alloc(shift), plain]).toString("base64").replace(/=+$/, "");
    // The letters at both ends hold bits of what stands beside.
    return padded.slice(shift === 0 ? 0 : shift + 1, -1);
  });
  const urlSafe = shifted.map((letters) => letters.replace(/\+/g, "-").replace(/\//g, "_"));
  return [
    plain,
    ...[encodeURIComponent(text), JSON.stringify(text).slice(1, -1), hexadecimal, hexadecimal.toUpperCase()].map((s) => Buffer.from(s)),
    ...[...shifted, ...urlSafe].map((letters) => Buffer.from(letters)),
  ];
}
