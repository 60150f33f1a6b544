import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { afterEach, test } from "node:test";

import { codeOf, isCode, sentenceOf } from "../../src/client/error.ts";
import { MemoryScratches, type Scratch } from "../../src/client/home.ts";
import { Remote } from "../../src/client/remote.ts";
import { DELIVERED, FAILURES } from "../../src/client/remote/letters.ts";
import { Exchange, toRead } from "../../src/client/remote/exchange.ts";
import { WAITS } from "../../src/client/remote/patience.ts";
import { hubsWord } from "../../src/desk/entrance.ts";
import { NotA, digestOf, type Digest } from "../../src/protocol/id.ts";
import { utf8 } from "../../src/protocol/bytes.ts";
import { PayloadDigest } from "../../src/protocol/payload.ts";
import { FileKey } from "../../src/protocol/seal.ts";
import type { Payload } from "../../src/protocol/words/composed.ts";

const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.closeAllConnections()));

type Handle = (request: IncomingMessage, response: ServerResponse, body: Uint8Array) => void;

async function served(handle: Handle): Promise<{ base: URL; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const pieces: Uint8Array[] = [];
    for await (const piece of request) pieces.push(piece as Uint8Array);
    asked.push(`${request.method} ${request.url}`);
    handle(request, response, new Uint8Array(Buffer.concat(pieces)));
  });
  servers.push(server.unref());
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const { port } = server.address() as { port: number };
  return { base: new URL(`http://localhost:${port}/`), asked };
}

const waits = { ...WAITS, first: 1, longest: 1 };

async function hub(handle: Handle): Promise<{ remote: Remote; asked: string[] }> {
  const { base, asked } = await served(handle);
  return { remote: new Remote(base, { language: "nl", waits }), asked };
}

const problem =
  (status: number, body: unknown): Handle =>
  (_, response) => {
    response.writeHead(status, { "content-type": "application/problem+json" });
    response.end(JSON.stringify(body));
  };

const item: Digest = digestOf(utf8("item"));
const named = (payload: Uint8Array): Payload => {
  return { ...new PayloadDigest().update(payload).finish(), commitment: FileKey.generate().commitment };
};

async function refusedBy(handle: Handle): Promise<unknown> {
  const { remote } = await hub(handle);
  return remote.me().then(() => assert.fail("answered"), (error: unknown) => error);
}

test("a refusal keeps its code and its sentence, said to be the hub's", async () => {
  const error = await refusedBy(problem(403, { code: "not-holder", detail: "U bent\u202e geen houder." }));
  assert.equal(codeOf(error), "not-holder");
  assert.equal(sentenceOf(error, "nl"), "Volgens de hub: U bent\\u{202e} geen houder.");
  const long = await refusedBy(problem(409, { code: "case-ended", detail: `Typ uw code:\n${"x".repeat(9000)}` }));
  assert.match(sentenceOf(long, "en"), /^According to the hub: Typ uw code: x+…$/);
  assert.ok(sentenceOf(long, "en").length < 450);
});

test("why somebody has to wait is said to be the hub's word too, where the hub says it", () => {
  const refused = { code: "not-vouched-yet", sentence: `Typ uw herstelcode:\n\u202e${"x".repeat(9000)}` };
  assert.match(hubsWord(refused, "nl"), /^Volgens de hub: Typ uw herstelcode: \\u\{202e\}x+…$/);
  assert.ok(hubsWord(refused, "nl").length < 450);
});

test("who is not signed in is told so, and a code that is no word is no refusal", async () => {
  assert.equal(codeOf(await refusedBy(problem(401, { code: "not-signed-in" }))), "signed-out");
  assert.equal(codeOf(await refusedBy(problem(409, { code: "no\u001b[2J", detail: "…" }))), "network");
});

test("the next number is found in the refusal", async () => {
  const error = await refusedBy(problem(409, { code: "case-number-taken", detail: "…", next: "ZVH-2026-0014" }));
  assert.ok(isCode(error, "case-number-taken") && JSON.stringify(error).includes("ZVH-2026-0014"));
});

test("a busy hub is asked again and a refusal is not, and who waits is told so", async () => {
  let busy = 2;
  const { remote, asked } = await hub((_, response) => {
    busy -= 1;
    if (busy >= 0) response.writeHead(503, { "retry-after": "1" }).end();
    else response.end('{"cases":[],"more":false}');
  });
  assert.deepEqual(await remote.cases(), []);
  assert.equal(asked.length, 3);
  const { remote: other, asked: once } = await hub(problem(409, { code: "no-directory" }));
  await assert.rejects(other.me(), (error) => isCode(error, "no-directory"));
  assert.equal(once.length, 1);
});

test("a login is not sent twice", async () => {
  const { remote, asked } = await hub((_, response) => response.writeHead(503).end());
  await assert.rejects(remote.openSession({ statement: "", signature: new Uint8Array() }));
  assert.equal(asked.length, 1);
});

test("a list of cases that turns in circles is no answer", async () => {
  const partner = "par_0123456789abcdef";
  const row = { case: "ZVH-2026-0001", kind: "complex", phase: "rto", partner, at: "2026-12-01T08:00:00Z", leaf: 3 };
  const { remote } = await hub(problem(200, { cases: [row], more: true }));
  await assert.rejects(remote.cases(), (error) => isCode(error, "bad-answer"));
});

test("only the hub's own origin is asked, without cookies, and with the token where there is one", async () => {
  const seen: (string | undefined)[][] = [];
  const { base } = await served((request, response) => {
    seen.push([request.headers.authorization, request.headers.cookie, request.headers.referer]);
    response.end("{}");
  });
  const options = { base, language: "nl" as const, waits, voice: undefined, fetch };
  const exchange = new Exchange(options);
  await exchange.bytes(toRead("v1/me"), 100);
  exchange.setToken("abc");
  await exchange.bytes(toRead("v1/me"), 100);
  assert.deepEqual(seen, [
    [undefined, undefined, undefined],
    ["Bearer abc", undefined, undefined],
  ]);
  for (const path of ["https://elsewhere.example/v1/me", "//elsewhere.example/v1/me"]) {
    await assert.rejects(exchange.bytes(toRead(path), 100), (error) => isCode(error, "bad-answer"), path);
  }
  await assert.rejects(exchange.bytes(toRead("v1/me"), 1), (error) => isCode(error, "bad-answer"));
});

/** A hub that takes parts as tus has it; `fault` says what goes wrong with the nth part. */
function uploads(fault: (part: number) => "lost" | "cut" | undefined): { handle: Handle; received: () => Uint8Array } {
  const kept: Uint8Array[] = [];
  let parts = 0;
  const length = (): number => kept.reduce((sum, piece) => sum + piece.length, 0);
  const handle: Handle = (request, response, body) => {
    if (request.method === "POST") {
      response.writeHead(201, { location: "https://elsewhere.example/v1/uploads/00ff" }).end();
      return;
    }
    if (request.method === "HEAD") {
      response.writeHead(200, { "upload-offset": String(length()) }).end();
      return;
    }
    parts += 1;
    assert.equal(request.headers["upload-offset"], String(length()));
    const wrong = fault(parts);
    if (wrong !== "lost") kept.push(body);
    if (wrong === undefined) response.writeHead(204, { "upload-offset": String(length()) }).end();
    else response.destroy();
  };
  return { handle, received: () => new Uint8Array(Buffer.concat(kept)) };
}

test("an upload goes on after a cut, and only its id counts", async () => {
  const { handle, received } = uploads((part) => ["cut", undefined, "lost"][part - 1] as "cut" | "lost" | undefined);
  const { remote } = await hub(handle);
  const payload = new Uint8Array(20_000_000).map((_, at) => at / 7);
  const id = await remote.beginUpload(payload.length);
  assert.equal(id, "00ff");
  const told: number[] = [];
  assert.equal(await remote.upload(id, new Blob([payload]), (done) => told.push(done)), true);
  assert.ok(Buffer.compare(received(), payload) === 0);
  assert.deepEqual([told[0], told.at(-1)], [0, payload.length]);
});

test("a forgotten upload is said to be forgotten, and a hub that goes back does not keep us sending", async () => {
  const { remote } = await hub((_, response) => response.writeHead(404).end());
  assert.equal(await remote.upload("00ff", new Blob(["1234"]), () => undefined), false);
  await assert.rejects(remote.upload("../sessions", new Blob(["1234"]), () => undefined));
  let heads = 0;
  const { remote: liar } = await hub((request, response) => {
    if (request.method === "PATCH") response.writeHead(502).end();
    else response.writeHead(200, { "upload-offset": String([0, 8 << 20][heads++ % 2]) }).end();
  });
  const payload = new Blob([new Uint8Array(20 << 20)]);
  await assert.rejects(liar.upload("00ff", payload, () => undefined), (error) => isCode(error, "bad-answer"));
  assert.equal(heads, 3, "it goes back behind what it had");
});

/** Serves a payload by ranges, and breaks off in the middle the first time. */
function ranged(payload: Uint8Array, cut: boolean): Handle {
  let isFirst = cut;
  return (request, response) => {
    const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? "");
    const start = Number(range?.[1] ?? 0);
    const headers = { "content-length": String(payload.length - start), "content-range": `bytes ${start}-/` };
    response.writeHead(range === null ? 200 : 206, headers);
    if (!isFirst) {
      response.end(payload.subarray(start));
      return;
    }
    isFirst = false;
    response.write(payload.subarray(0, payload.length / 2));
    setTimeout(() => response.destroy(), 50);
  };
}

async function held(file: Scratch): Promise<Uint8Array> {
  return new Uint8Array(await (await file.blob()).arrayBuffer());
}

test("a download goes on after a cut", async () => {
  const payload = new Uint8Array(3_000_000).map((_, at) => at / 3);
  const { remote, asked } = await hub(ranged(payload, true));
  const file = new MemoryScratches().file("payload");
  await remote.download(item, "body", named(payload), file, () => undefined);
  assert.ok(Buffer.compare(await held(file), payload) === 0);
  assert.equal(asked.length, 2);
});

test("another payload than was signed for is not kept, and less of it is no cut if that was all", async () => {
  const theirs = utf8("what the hub would like us to read, in 50 bytes...");
  const ours = named(utf8("what the supplier signed for: these 50 bytes......"));
  const { remote } = await hub(ranged(theirs, false));
  const scratches = new MemoryScratches();
  const file = scratches.file("payload");
  await assert.rejects(remote.download(item, "body", ours, file, () => undefined), (error) => isCode(error, "digest"));
  await assert.rejects(remote.payload(item, "body", ours), (error) => isCode(error, "digest"));
  const { remote: shorter, asked } = await hub(ranged(utf8("too short"), false));
  await assert.rejects(shorter.download(item, "body", ours, file, () => undefined), (error) => isCode(error, "length"));
  assert.deepEqual([asked.length, await scratches.names()], [1, []]);
});

test("what lay there from a hub that lied is fetched anew", async () => {
  const payload = utf8("what the supplier signed for: these 50 bytes......");
  const { remote } = await hub(ranged(payload, false));
  for (const before of ["made up", "x".repeat(50), "x".repeat(60)]) {
    const file = new MemoryScratches().file("payload");
    await (await file.append(0)).write(utf8(before));
    await remote.download(item, "body", named(payload), file, () => undefined);
    assert.ok(Buffer.compare(await held(file), payload) === 0, before);
  }
});

test("only words that a hub may say are taken", () => {
  const read = (state: string, failure: string) => DELIVERED({ state, attempts: 1, last_failure: failure });
  assert.deepEqual(read("given-up", "refused (550)").last_failure, { word: "refused", code: 550 });
  for (const word of FAILURES) assert.equal(read("waiting", word).last_failure?.word, word);
  for (const state of ["\u{1b}[2J", "Sent", "bel 0900-1234", ""]) assert.throws(() => read(state, "refused"), NotA);
  for (const failure of ["\u{1b}[2J", "refused (55)", "refused (5500)", "refused 550", "bel 0900-1234"]) {
    assert.throws(() => read("sent", failure), NotA, failure);
  }
});
