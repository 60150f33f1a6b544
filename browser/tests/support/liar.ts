// A hub that lies. It stands in front of a hub, passes on what it is asked, and lies where it is told to.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

import { concat, textOf } from "../../src/protocol/bytes.ts";
import { tellingOf, type Answered, type Asked, type Ending, type Lie, type Told } from "./lies.ts";

export type { About, Lie, Told } from "./lies.ts";

/** What the hub sets on its answers and what only holds for one connection. */
const NOT_PASSED_ON = new Set(["connection", "content-encoding", "content-length", "keep-alive", "transfer-encoding"]);

export class Liar {
  /** Everything that was asked: method and path. */
  readonly asked: string[] = [];
  /** How many batches came by. */
  posted = 0;
  private told: Told | undefined = undefined;
  /** What the hub answered first to each question. */
  private readonly first = new Map<string, Answered>();

  private constructor(
    private readonly hub: URL,
    private readonly server: Server,
  ) {}

  /** Stands before a hub, at an address of its own. */
  static async before(hub: URL): Promise<Liar> {
    const server = createServer((request, response) => {
      liar.answer(request, response).catch(() => response.destroy());
    });
    const liar = new Liar(hub, server);
    await new Promise<void>((resolve) => server.unref().listen(0, "localhost", resolve));
    return liar;
  }

  get url(): URL {
    const address = this.server.address();
    if (address === null || typeof address === "string") throw new Error("it does not listen");
    return new URL(`http://localhost:${address.port}/`);
  }

  /** Tells this lie from here on. */
  lie(lie: Lie, about: Told["about"] = []): void {
    this.told = { lie, about };
  }

  /** Tells the truth from here on. */
  truth(): void {
    this.told = undefined;
  }

  async end(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = await read(request);
    this.asked.push(`${asked.method} ${asked.path}`);
    if (asked.method === "POST" && asked.path === "/v1/statements") this.posted += 1;
    const { told } = this;
    const telling = told && tellingOf(told.lie);
    if (told === undefined || telling === undefined || !telling.where(asked, told.about)) {
      await write(response, await this.ask(asked), undefined);
      return;
    }
    const { about } = told;
    if (telling.makeUp !== undefined) {
      const hub = (path: string): Promise<Answered> => this.ask({ ...asked, method: "GET", path, body: NOTHING });
      await write(response, await telling.makeUp({ asked, about, hub }), telling.ending);
      return;
    }
    const before = this.first.get(nameOf(asked));
    const other = about.reduce((path, [of, instead]) => path.replace(of, instead), asked.path);
    const path = telling.asksElse === true ? other : asked.path;
    const answer = await this.ask({ ...asked, path });
    const isGood = answer.status < 300;
    const bent = isGood && telling.bend !== undefined ? telling.bend({ answer, about, asked, before }) : answer;
    await write(response, bent, telling.ending);
  }

  private async ask(asked: Asked): Promise<Answered> {
    const { method, path, headers, body } = asked;
    const response = await fetch(new URL(path, this.hub), {
      method,
      headers: Object.entries(headers),
      body: method === "GET" || method === "HEAD" ? null : (body as Uint8Array<ArrayBuffer>),
      redirect: "manual",
    });
    const answer = {
      status: response.status,
      headers: Object.fromEntries([...response.headers].filter(([name]) => !NOT_PASSED_ON.has(name))),
      body: new Uint8Array(await response.arrayBuffer()),
    };
    if (response.ok && !this.first.has(nameOf(asked))) this.first.set(nameOf(asked), answer);
    return answer;
  }
}

const NOTHING = new Uint8Array();

function nameOf({ method, path, body }: Asked): string {
  return `${method} ${path} ${method === "PATCH" ? "" : (textOf(body) ?? "")}`;
}

async function read(request: IncomingMessage): Promise<Asked> {
  const pieces: Uint8Array[] = [];
  for await (const piece of request) pieces.push(piece as Uint8Array);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value === "string" && name !== "host" && !NOT_PASSED_ON.has(name)) headers[name] = value;
  }
  return { method: request.method ?? "GET", path: request.url ?? "/", headers, body: concat(...pieces) };
}

async function write(response: ServerResponse, answer: Answered, ending: Ending | undefined): Promise<void> {
  const { status, headers, body } = answer;
  switch (ending) {
    case undefined:
      response.writeHead(status, { ...headers, ...(status === 204 ? {} : { "content-length": body.length }) });
      response.end(body);
      return;
    case "cut":
      // Half of it, of what was announced whole.
      response.writeHead(status, { ...headers, "content-length": body.length });
      response.write(body.subarray(0, body.length / 2));
      await pause(50);
      response.destroy();
      return;
    case "endless":
      response.writeHead(status, headers);
      while (!response.destroyed) {
        if (!response.write(Buffer.alloc(1024 * 1024, 0x20))) await drained(response);
      }
      return;
    case "silent":
      response.writeHead(status, headers);
      response.write(body);
      return;
    case "trickling":
      response.writeHead(status, headers);
      response.write(body);
      while (!response.destroyed) {
        await pause(50);
        response.write(" ");
      }
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once("drain", resolve);
    response.once("close", resolve);
  });
}
